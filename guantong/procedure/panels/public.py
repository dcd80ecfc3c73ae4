"""What other rooms use of panels."""

import json

from .actions import (
    change_organisation,
    close_panel,
    declare_interest,
    draw_anew,
    draw_panel,
    end_interest,
    hand_in_sheet,
    join_pool,
    leave_pool,
    open_pool,
    record_affiliation,
    remind_reviewers,
    replace_reviewer,
    save_sheet,
    why_not_keep,
    withdraw_from_seat,
)
from .forms import take_review
from .in_words import panel_words
from .parties import register_parties
from .published import recompute
from .selectors import (
    find_pool,
    list_commitments,
    list_members,
    list_pools,
    list_reviews,
    panel_shown,
    panels_of,
    published,
    read_material,
    result_of,
    review_of,
)


def published_bytes(panel: str) -> bytes:
    """The published file of a panel, as it is downloaded: JSON, readable, the same bytes for the same records."""
    return (json.dumps(published(panel), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


__all__ = [
    "change_organisation",
    "close_panel",
    "declare_interest",
    "draw_anew",
    "draw_panel",
    "end_interest",
    "find_pool",
    "hand_in_sheet",
    "join_pool",
    "leave_pool",
    "list_commitments",
    "list_members",
    "list_pools",
    "list_reviews",
    "open_pool",
    "panel_shown",
    "panel_words",
    "panels_of",
    "published",
    "published_bytes",
    "read_material",
    "recompute",
    "record_affiliation",
    "register_parties",
    "remind_reviewers",
    "replace_reviewer",
    "result_of",
    "review_of",
    "save_sheet",
    "take_review",
    "why_not_keep",
    "withdraw_from_seat",
]
