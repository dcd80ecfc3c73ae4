"""Every write of people, by subject."""

from guantong.base.people.actions.comparing import refresh_duplicates
from guantong.base.people.actions.consenting import record_consent, withdraw_consent
from guantong.base.people.actions.merging import keep_apart, merge_people, undo_merge
from guantong.base.people.actions.registering import ensure_people, ensure_person, rename_person, reveal_id_number

__all__ = [
    "ensure_people",
    "ensure_person",
    "keep_apart",
    "merge_people",
    "record_consent",
    "refresh_duplicates",
    "rename_person",
    "reveal_id_number",
    "undo_merge",
    "withdraw_consent",
]
