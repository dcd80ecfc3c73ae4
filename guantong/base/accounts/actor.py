"""The actor: who acts, with which posts. Plain values, so that rules and tests need no database."""

from __future__ import annotations

from dataclasses import dataclass

from guantong.base.accounts.mandates import ROLES


@dataclass(frozen=True, slots=True)
class PostFact:
    """One post in force: role at an organisation (database id), with its name as shown."""

    role: str
    organisation_id: int
    organisation_name: str
    department: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. ``user_id`` is None for the system itself and for visitors."""

    user_id: int | None
    person_id: int | None
    label: str
    posts: tuple[PostFact, ...] = ()
    region: str = ""
    is_system: bool = False
    is_operator: bool = False

    def may(self, permission: str, organisation_id: int | None = None) -> bool:
        """Whether a post in force gives ``permission`` (at that organisation when one is named)."""
        if self.is_system:
            return True
        return any(
            permission in ROLES[post.role].permissions
            and (organisation_id is None or post.organisation_id == organisation_id)
            for post in self.posts
        )

    def organisations(self, permission: str) -> frozenset[int]:
        """Ids of the organisations for which the actor holds ``permission``."""
        return frozenset(p.organisation_id for p in self.posts if permission in ROLES[p.role].permissions)

    def roles(self) -> frozenset[tuple[str, int]]:
        """(role, organisation id) pairs in force."""
        return frozenset((p.role, p.organisation_id) for p in self.posts)

    def desks(self) -> tuple[str, ...]:
        """Desks the actor works at, staff desks first, ``learner`` when the account names a person."""
        found = dict.fromkeys(ROLES[p.role].desk for p in self.posts)
        if self.person_id is not None:
            found["learner"] = None
        return tuple(found)
