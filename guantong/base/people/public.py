"""What other rooms may use of people."""

from guantong.base.people.actions import ensure_people, ensure_person
from guantong.base.people.holders import register_holder
from guantong.base.people.rules import SHARING_PURPOSES, PersonFacts
from guantong.base.people.selectors import (
    find_by_id_number,
    index_for,
    may_share,
    present_ids,
    problems_of,
    why_not_share,
)

__all__ = [
    "SHARING_PURPOSES",
    "PersonFacts",
    "ensure_people",
    "ensure_person",
    "find_by_id_number",
    "index_for",
    "may_share",
    "present_ids",
    "problems_of",
    "register_holder",
    "why_not_share",
]
