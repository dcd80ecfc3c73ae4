"""For whom an actor may declare a procedure."""

from __future__ import annotations

from dataclasses import dataclass

from guantong.base.accounts.actor import Actor
from guantong.base.orgs.public import (
    authority_on,
    find_by_credit_code,
    find_by_name,
    find_by_school_code,
    has_authority_over,
    name_on,
    region_on,
)
from guantong.base.people.public import find_by_id_number
from guantong.base.people.selectors import names_of
from guantong.domains.projects import errors
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal, Where
from guantong.procedure.cases.definition import Definition
from guantong.procedure.registers.reading import NAME as TITLES
from guantong.procedure.registers.reading import Grants, Kept

from .catalogue import who_text


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person said of the holder: the organisation by name or code, the person by number and name."""

    organisation: str = ""
    person_number: str = ""
    person_name: str = ""


@dataclass(frozen=True, slots=True)
class Holder:
    """For whom a case is opened, and in whose name."""

    organisation_id: int | None
    person_id: int | None
    declared_organisation_id: int | None

    @property
    def key(self) -> str:
        """The party as ``Declaration.holder`` keeps it."""
        if self.person_id is not None:
            return f"person:{self.person_id}"
        if self.organisation_id is not None:
            return f"organisation:{self.organisation_id}"
        return f"authority:{self.declared_organisation_id}"


def grants_of(definition: Definition) -> Grants | None:
    """The title a procedure gives, or None."""
    kept = definition.parts.get(TITLES)
    return kept.grants if isinstance(kept, Kept) else None


def asks_person(definition: Definition) -> bool:
    """Whether an officer has to name the person it is about."""
    grants = grants_of(definition)
    return definition.declarers.of in ("school", "authority") and grants is not None and grants.holder == "person"


def posts_for(actor: Actor, definition: Definition) -> list[tuple[int, str]]:
    """(organisation, its name) for each post with which the actor may declare, own posts first, each once."""
    if actor.only is not None:
        return []
    found: dict[int, str] = {}
    for post in actor.posts:
        if post.role in definition.declarers.roles:
            found.setdefault(post.organisation_id, post.organisation_name)
    return list(found.items())


def may_declare(actor: Actor, definition: Definition) -> bool:
    """Whether the actor is among those who may declare, as far as can be told before naming the holder."""
    of = definition.declarers.of
    if of == "learner":
        return actor.person_id is not None
    return bool(posts_for(actor, definition))


def find_organisation(text: str, *, column: str = "organisation") -> int:
    """The organisation with this present name or code. Refuses PRJ-004, PRJ-005."""
    tidy = text.strip()
    where = Where(column=column, title="单位", value=tidy[:60] or None)
    found = (find_by_credit_code(tidy) or find_by_school_code(tidy)) if tidy else None
    if found is not None:
        return found
    several = find_by_name(tidy, clock.today()) if tidy else []
    if not several:
        raise errors.ORGANISATION_UNKNOWN.refuse(where=where, name=tidy[:60])
    if len(several) > 1:
        raise errors.ORGANISATION_SEVERAL.refuse(where=where, name=tidy[:60], count=len(several))
    return several[0]


def find_holder(actor: Actor, definition: Definition, wanted: Wanted, at: int | None = None) -> Holder:
    """The party of a new case. ``at`` is the organisation in whose name to declare, where several posts would do.

    Refuses PRJ-003 … PRJ-007, PRJ-009, PRJ-012.
    """
    of = definition.declarers.of
    if of == "learner":
        if actor.person_id is None:
            raise errors.NO_POST.refuse(title=definition.title, who=who_text(definition))
        organisation = find_organisation(wanted.organisation) if wanted.organisation.strip() else None
        if organisation is None and actor.posts:
            organisation = actor.posts[0].organisation_id
        if organisation is None and any(s.of not in ("learner", "declarer") for s in definition.steps.values()):
            raise errors.HOLDER_NEEDED.refuse(where=Where(column="organisation", title="所在单位"), what="您所在的单位")
        return Holder(organisation, actor.person_id, None)
    posts = dict(posts_for(actor, definition))
    if not posts or (at is not None and at not in posts):
        raise errors.NO_POST.refuse(title=definition.title, who=who_text(definition))
    own = at if at is not None else next(iter(posts))
    person = _person(wanted) if asks_person(definition) else None
    if of != "authority":
        return Holder(own, person, None)
    if not wanted.organisation.strip():
        grants = grants_of(definition)
        if grants is not None and grants.holder == "organisation":
            raise errors.HOLDER_NEEDED.refuse(where=Where(column="organisation", title="单位"), what="关于哪一个单位")
        return Holder(own, person, own)
    organisation = find_organisation(wanted.organisation)
    today = clock.today()
    is_over = authority_on(organisation, today) == own or has_authority_over(own, region_on(organisation, today), today)
    if not is_over:
        raise errors.NOT_OVERSEEN.refuse(where=Where(column="organisation"), name=name_on(organisation, today))
    return Holder(organisation, person, own)


def _person(wanted: Wanted) -> int:
    number, name = wanted.person_number.strip(), wanted.person_name.strip()
    if not number or not name:
        where = Where(column="person_number" if not number else "person_name", title="本人")
        raise errors.HOLDER_NEEDED.refuse(where=where, what="本人的姓名和证件号码")
    try:
        found = find_by_id_number(number)
    except Refusal:
        found = None
    if found is None:
        raise errors.PERSON_UNKNOWN.refuse(where=Where(column="person_number", title="证件号码"))
    if name not in names_of([found]).get(found, set()):
        raise errors.NAME_DIFFERS.refuse(where=Where(column="person_name", title="姓名"))
    return found
