"""What those who decide look after: titles about to end, and cases that stand on titles that fell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from guantong.base.accounts.actor import Actor
from guantong.base.orgs.public import region_on, region_tree
from guantong.kernel import clock
from guantong.kernel.refusal import Problem
from guantong.procedure.cases import library
from guantong.procedure.cases.declaring import declared_values, judge
from guantong.procedure.cases.machine import RUNNING
from guantong.procedure.cases.models import Case

from ..actions.writing import shown_name
from ..facts import in_force_on
from ..log import plain
from ..models import HeldTitle, Reliance, TitleSpan
from ..rules import STANDING, STATE_WORDS, standing_on

SOON = 180
"""Days ahead within which an end is near, as for clauses that end (house.md §1)."""


def scope_of(actor: Actor, desk: str = "bureau") -> Q:
    """Titles an official looks after: granted by an own authority, or held in its region or below; at a school its own.

    A condition on ``HeldTitle``; nothing when the actor has no post at that desk.
    """
    from guantong.base.accounts.mandates import ROLES

    at = {p.organisation_id for p in actor.posts if ROLES[p.role].desk == desk}
    if not at:
        return Q(pk__in=[])
    if desk != "bureau":
        return Q(organisation_id__in=at)
    tree = region_tree(clock.today())
    regions = {code for pk in at for code in tree.below(region_on(pk, clock.today()))}
    return Q(authority_id__in=at) | Q(region__in=regions)


def expiring_titles(actor: Actor, *, desk: str = "bureau", days: int = SOON) -> QuerySet[TitleSpan]:
    """Standing titles in the actor's scope whose term ends within ``days``, the nearest end first."""
    today = clock.today()
    spans = TitleSpan.objects.filter(in_force_on(today), state=STANDING, ends__lte=today + timedelta(days=days))
    titles = HeldTitle.objects.filter(scope_of(actor, desk))
    return spans.filter(title__in=titles).select_related("title", "title__version").order_by("ends", "pk")


@dataclass(frozen=True, slots=True)
class Fallen:
    """A case that stands on a title that no longer counts."""

    case: Case
    title: HeldTitle
    title_name: str
    state_word: str
    fell_on: date | None
    is_running: bool
    unmet: tuple[Problem, ...]
    """Conditions that are not met any more, judged by what was declared and by the facts of today."""


def fallen_reliances(actor: Actor) -> QuerySet[Reliance]:
    """What rests on fallen titles among the cases the actor decides: running ones that wait at an own post, and
    granted ones of an own authority or organisation. The title's term counts: an expired one has fallen too."""
    today = clock.today()
    standing = TitleSpan.objects.filter(in_force_on(today), state=STANDING, title_id=OuterRef("title_id"))
    rows = Reliance.objects.filter(~Exists(standing))
    own = Q(pk__in=[])
    if actor.only is None:
        for post in actor.posts:
            own |= Q(case__waiting_role=post.role, case__waiting_organisation_id=post.organisation_id)
            own |= Q(case__escalated_role=post.role, case__waiting_organisation_id=post.organisation_id)
        at = {p.organisation_id for p in actor.posts}
        decided = Q(case__authority_id__in=at) | Q(case__organisation_id__in=at)
        own |= decided & ~Q(case__state__in=RUNNING)
    earlier = Reliance.objects.filter(case_id=OuterRef("case_id"), title_id=OuterRef("title_id"), pk__lt=OuterRef("pk"))
    rows = rows.filter(~Exists(earlier))  # a case that asks two things of one title is listed once
    return rows.filter(own).select_related("case", "case__version", "title").order_by("-case__opened_at", "pk")


def show_fallen(rows: Any) -> list[Fallen]:
    """These rows in words. Cases that ended without a grant need nobody's attention and are left out."""
    today = clock.today()
    found = []
    for row in rows:
        definition = library.definition_of(row.case)
        is_running = row.case.state in RUNNING
        outcome = definition.outcomes.get(row.case.outcome)
        if not is_running and (outcome is None or not outcome.is_granted):
            continue
        entries = plain(row.title.entries.all())
        judged = judge(row.case, definition, declared_values(row.case, definition))
        found.append(
            Fallen(
                case=row.case,
                title=row.title,
                title_name=shown_name(row.title),
                state_word=STATE_WORDS[standing_on(entries, today).state],
                fell_on=_fell_on(row.title, today),
                is_running=is_running,
                unmet=tuple(judged.evaluation.problems()) if judged is not None else (),
            )
        )
    return found


def _fell_on(title: HeldTitle, today: date) -> date | None:
    """The first day since which the title does not count."""
    ends = title.spans.filter(state=STANDING, until__lte=today).order_by("-until").values_list("until", flat=True)
    return ends.first()
