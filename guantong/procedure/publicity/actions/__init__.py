"""Every write of notices and letters."""

from .answering import answer_objection, open_identity, reply
from .complaining import complain, continue_complaint
from .objecting import add_statement, object_to, take_back

__all__ = [
    "add_statement",
    "answer_objection",
    "complain",
    "continue_complaint",
    "object_to",
    "open_identity",
    "reply",
    "take_back",
]
