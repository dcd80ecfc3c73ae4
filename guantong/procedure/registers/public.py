"""What other rooms use of titles and registers."""

from .actions import open_about
from .facts import standing_spans
from .selectors.listing import (
    Filters,
    RegisterShown,
    RowShown,
    all_rows,
    find_titles,
    get_register,
    list_registers,
    rows_at,
)
from .selectors.opening import FollowUp, follow_ups
from .selectors.shown import TitleShown, find_title, get_title, show_title
from .selectors.supervising import Fallen, expiring_titles, fallen_reliances, show_fallen
from .selectors.verifying import verify_titles

__all__ = [
    "Fallen",
    "Filters",
    "FollowUp",
    "RegisterShown",
    "RowShown",
    "TitleShown",
    "all_rows",
    "expiring_titles",
    "fallen_reliances",
    "find_title",
    "find_titles",
    "follow_ups",
    "get_register",
    "get_title",
    "list_registers",
    "open_about",
    "rows_at",
    "show_fallen",
    "show_title",
    "standing_spans",
    "verify_titles",
]
