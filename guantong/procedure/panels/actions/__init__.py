"""Every write of panels and pools."""

from .closing import close_panel
from .committing import attach, commit_for, detach, draw_anew
from .drawing import draw_panel
from .interests import declare_interest, end_interest
from .pools import change_organisation, join_pool, leave_pool, open_pool, record_affiliation, why_not_keep
from .replacing import remind_reviewers, replace_reviewer, withdraw_from_seat
from .scoring import hand_in_sheet, save_sheet

__all__ = [
    "attach",
    "change_organisation",
    "close_panel",
    "commit_for",
    "declare_interest",
    "detach",
    "draw_anew",
    "draw_panel",
    "end_interest",
    "hand_in_sheet",
    "join_pool",
    "leave_pool",
    "open_pool",
    "record_affiliation",
    "remind_reviewers",
    "replace_reviewer",
    "save_sheet",
    "why_not_keep",
    "withdraw_from_seat",
]
