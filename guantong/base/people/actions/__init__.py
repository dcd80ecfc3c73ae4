"""Every write of people, by subject."""

from guantong.base.people.actions.registering import ensure_people, ensure_person, rename_person, reveal_id_number

__all__ = ["ensure_people", "ensure_person", "rename_person", "reveal_id_number"]
