"""What other rooms use of notices, objections and complaints."""

from .actions import (
    add_statement,
    answer_objection,
    complain,
    continue_complaint,
    object_to,
    open_identity,
    reply,
    take_back,
)
from .actions.letters import Identity, Letter, find_by_code
from .selectors.letters import LetterShown, ObjectionShown, access_objection_for, objections_for, show_letter
from .selectors.notices import Filters, NoticeShown, find_notices, get_notice, show_notice

__all__ = [
    "Filters",
    "Identity",
    "Letter",
    "LetterShown",
    "NoticeShown",
    "ObjectionShown",
    "access_objection_for",
    "add_statement",
    "answer_objection",
    "complain",
    "continue_complaint",
    "find_by_code",
    "find_notices",
    "get_notice",
    "object_to",
    "objections_for",
    "open_identity",
    "reply",
    "show_letter",
    "show_notice",
    "take_back",
]
