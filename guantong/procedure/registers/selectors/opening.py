"""Which procedures may be opened about a title, and why not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from guantong.base.accounts.actor import Actor
from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Refusal
from guantong.procedure.cases import library
from guantong.procedure.cases.definition import Definition
from guantong.procedure.cases.models import Case

from .. import errors
from ..actions.writing import Wanted, find_current, kept_of, shown_name
from ..log import plain
from ..models import HeldTitle
from ..reading import PREFIX
from ..rules import STANDING, STATE_WORDS, SUSPENDED, standing_on


def why_not_open(case: Case, definition: Definition, actor: Actor, day: date) -> Iterable[Problem]:
    """What stands against opening this case as far as titles go. ``case`` is not saved yet."""
    kept = kept_of(definition)
    if kept.about is not None:
        return _why_not_about(case, definition, day)
    grants = kept.grants
    if grants is None or grants.level.startswith(PREFIX) or grants.item.startswith(PREFIX):
        return ()
    person_id = case.person_id if grants.holder == "person" else None
    if (person_id or case.organisation_id) is None:
        return ()
    held = find_current(grants, Wanted(person_id, case.organisation_id, grants.level, grants.item))
    if held is None:
        return ()
    state = standing_on(plain(held.entries.all()), day).state
    if state not in (STANDING, SUSPENDED):
        return ()
    return [
        errors.ALREADY_HELD.problem(
            holder=held.holder_name, title=shown_name(held), number=held.number, state=STATE_WORDS[state]
        )
    ]


def _why_not_about(case: Case, definition: Definition, day: date) -> Iterable[Problem]:
    about = kept_of(definition).about
    title = HeldTitle.objects.filter(number=case.subject_id).first()
    if title is None or about is None:
        return [errors.TITLE_UNKNOWN.problem(number=case.subject_id[:16])]
    if title.register != about.register:
        return [errors.OTHER_REGISTER.problem(number=title.number, title=definition.title)]
    if case.person_id != title.person_id or case.organisation_id != title.organisation_id:
        return [errors.NOT_HOLDER.problem(number=title.number, holder=title.holder_name)]
    state = standing_on(plain(title.entries.all()), day).state
    if state not in about.states:
        what = f"办理“{definition.title}”"
        return [errors.CANNOT_NOW.problem(number=title.number, state=STATE_WORDS[state], what=what)]
    return ()


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A procedure that can be opened about a title."""

    definition: Definition
    may_open: bool


def follow_ups(actor: Actor, title: HeldTitle) -> list[FollowUp]:
    """Procedures in force about the title's register, in order of their names; those the actor may open first."""
    from guantong.base import lawbook

    region, today = title.version.region, clock.today()
    found = []
    for code, entry in lawbook.current_policy().procedures(region, today).items():
        about = entry.data.get("about")
        if not isinstance(about, dict) or about.get("register") != title.register:
            continue
        try:
            definition = library.definition_in_force(code, region, today)
        except Refusal:
            continue
        found.append(FollowUp(definition, _may_open(actor, title, definition)))
    return sorted(found, key=lambda f: (not f.may_open, f.definition.title))


def _may_open(actor: Actor, title: HeldTitle, definition: Definition) -> bool:
    declarers, kept = definition.declarers, kept_of(definition)
    state = standing_on(plain(title.entries.all()), clock.today()).state
    if kept.about is None or state not in kept.about.states or actor.only is not None:
        return False
    if declarers.of == "learner":
        return actor.person_id is not None and actor.person_id == title.person_id
    at = title.authority_id if declarers.of == "authority" else title.organisation_id
    return any(post.role in declarers.roles and post.organisation_id == at for post in actor.posts)
