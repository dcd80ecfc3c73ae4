"""The actor: who acts, with which posts. Plain values, so that rules and tests need no database."""

from __future__ import annotations

from dataclasses import dataclass

from guantong.base.accounts.mandates import OPERATOR_PERMISSIONS, ROLES, gives


@dataclass(frozen=True, slots=True)
class PostFact:
    """One post in force: role at an organisation (database id), with its name as shown."""

    role: str
    organisation_id: int
    organisation_name: str
    department: str = ""
    acting_for: str = ""
    """Name of the holder in whose place (代理) the account acts; empty for a post of its own."""
    acting_for_user: int | None = None
    acting_for_person: int | None = None
    branch: str = ""
    """Line of government of an authority; empty is education, or no authority."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. ``user_id`` is None for the system itself, for visitors and for an institution's own system.

    ``withheld`` are posts that give nothing yet, for the reason named by ``withheld_because``
    (``second_factor``: not set up or not given in this session; ``password``: the first password is still in use);
    ``is_operator_withheld`` says the same of running the installation.
    ``only`` narrows the permissions further (API tokens); None does not narrow. ``proved`` are public ids of cases a
    visitor has shown the code of.
    """

    user_id: int | None
    person_id: int | None
    label: str
    posts: tuple[PostFact, ...] = ()
    region: str = ""
    is_system: bool = False
    is_operator: bool = False
    withheld: tuple[PostFact, ...] = ()
    withheld_because: str = ""
    is_operator_withheld: bool = False
    only: frozenset[str] | None = None
    proved: frozenset[str] = frozenset()

    def may(self, permission: str, organisation_id: int | None = None) -> bool:
        """Whether a post in force gives ``permission`` (at that organisation when one is named)."""
        if self.is_system:
            return True
        if self.only is not None and permission not in self.only:
            return False
        if self.is_operator and permission in OPERATOR_PERMISSIONS:
            return True
        return any(
            gives(post.role, permission, post.branch)
            and (organisation_id is None or post.organisation_id == organisation_id)
            for post in self.posts
        )

    def organisations(self, permission: str) -> frozenset[int]:
        """Ids of the organisations for which a post gives ``permission``."""
        if self.only is not None and permission not in self.only:
            return frozenset()
        return frozenset(p.organisation_id for p in self.posts if gives(p.role, permission, p.branch))

    def roles(self) -> frozenset[tuple[str, int]]:
        """(role, organisation id) pairs in force."""
        return frozenset((p.role, p.organisation_id) for p in self.posts)

    def desks(self) -> tuple[str, ...]:
        """Desks the actor works at: staff desks, then ``operator``, then ``learner`` (the account names a person)."""
        found = dict.fromkeys(desk for p in self.posts if (desk := ROLES[p.role].desk) != "learner")
        if self.is_operator:
            found["operator"] = None
        if self.person_id is not None:
            found["learner"] = None
        return tuple(found)
