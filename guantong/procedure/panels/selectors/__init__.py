"""Reads of pools and panels: for keepers, for organisers, for reviewers (blind), for declarers, for everybody."""

from .organising import PanelShown, panel_shown, panels_of
from .pools import find_pool, list_members, list_pools, standing_members
from .publishing import list_commitments, published, verify_events
from .results import ResultShown, result_of
from .reviewing import ReviewHead, ReviewShown, list_reviews, read_material, review_of

__all__ = [
    "PanelShown",
    "ResultShown",
    "ReviewHead",
    "ReviewShown",
    "find_pool",
    "list_commitments",
    "list_members",
    "list_pools",
    "list_reviews",
    "panel_shown",
    "panels_of",
    "published",
    "read_material",
    "result_of",
    "review_of",
    "standing_members",
    "verify_events",
]
