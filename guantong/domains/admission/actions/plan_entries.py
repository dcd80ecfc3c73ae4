"""A place of an intake plan as entered: checked against the channel, turned into columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from guantong.base.orgs.public import region_on
from guantong.base.sheets.titles import simplified
from guantong.domains.admission.errors import acting
from guantong.domains.admission.models import Cycle, IntakePlan
from guantong.domains.admission.models.plans import SITES
from guantong.domains.admission.rules.places import PlaceFacts
from guantong.domains.admission.rules.plans import PlanFacts, SchoolFacts, read_place_conditions, why_not_plan
from guantong.domains.admission.selectors.channels import channel_of, cycle_law
from guantong.domains.admission.selectors.facts import school_facts
from guantong.domains.programmes.public import find_programmes
from guantong.kernel import clock
from guantong.kernel.refusal import NOWHERE, Problem, Refusal, Where


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """One place as entered. ``fee_fen`` a school year; ``conditions``: ``[{id, title, require, references}]``."""

    programme_code: str
    batch: str
    seats: int
    fee_fen: int
    years: Decimal
    place: str
    kind: str = "ordinary"
    group_code: str = ""
    group_name: str = ""
    mode: str = "full_time"
    site: str = "main"
    """What the place is to the school: main, branch or joint."""
    conditions: Sequence[Mapping[str, Any]] = ()
    note: str = ""
    place_region: str = ""
    """Region code of the place; the school's own region when empty."""
    where: Where = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Offerer:
    """The school of a plan today, looked up once for all its entries."""

    id: int
    facts: SchoolFacts
    region: str


def offerer(cycle: Cycle, school_id: int) -> Offerer:
    """The school as entries of the cycle are held against it."""
    return Offerer(school_id, school_facts(cycle, school_id), region_on(school_id, clock.today()))


def values_of(cycle: Cycle, school: Offerer, entry: PlanEntry) -> dict[str, Any]:
    """The columns of a plan, checked against the channel; every problem at once."""
    channel = channel_of(cycle)
    programme = find_programmes([entry.programme_code]).get(entry.programme_code)
    conditions = [dict(condition) for condition in entry.conditions]
    problems: list[Problem] = []
    try:
        own = read_place_conditions(channel, conditions)
    except Refusal as refusal:
        own = ()
        problems.extend(refusal)
    group = entry.group_code.strip()[:20]
    facts = PlanFacts(
        place=PlaceFacts(
            id="new",
            school=str(school.id),
            programme=entry.programme_code,
            kind=entry.kind,
            seats=entry.seats,
            batch=entry.batch,
            group=group,
            category=programme.category_name if programme is not None else "",
            level=programme.level if programme is not None else "",
            conditions=own,
        ),
        programme_name=programme.name if programme is not None else entry.programme_code,
        fee_fen=entry.fee_fen,
        years=entry.years,
        mode=entry.mode,
    )
    known = frozenset([entry.programme_code] if programme is not None else [])
    if entry.site not in dict(SITES):
        problems.append(acting.SITE_KIND.problem(given=entry.site[:20], where=Where(column="site", title="办学性质")))
    problems.extend(why_not_plan(channel, facts, school.facts, known, cycle_law(cycle)))
    if problems or programme is None:
        raise Refusal(_at(entry.where, p) for p in problems)
    text = simplified(
        f"{school.facts.name} {programme.code} {programme.name} {programme.class_name} {programme.category_name} "
        f"{group} {entry.group_name} {entry.place}"
    )
    return {
        "programme_id": programme.id,
        "batch": entry.batch,
        "group_code": group,
        "group_name": entry.group_name.strip()[:80],
        "kind": entry.kind,
        "seats": entry.seats,
        "fee_fen": entry.fee_fen,
        "years": entry.years,
        "place": entry.place.strip()[:80],
        "place_region": entry.place_region or school.region,
        "site": entry.site,
        "mode": entry.mode,
        "conditions": conditions,
        "note": entry.note.strip()[:300],
        "search_text": text.lower()[:400],
    }


def _at(where: Where, problem: Problem) -> Problem:
    """The problem in the row of a sheet, at the column it names."""
    if where is NOWHERE:
        return problem
    inner = problem.where
    return problem.at(Where(row=where.row, column=inner.column, title=inner.title, value=inner.value))


def difference(row: IntakePlan, entry: PlanEntry) -> str:
    """What the saved row holds that the window did not show, in words."""
    shown = [
        ("计划数", row.seats, entry.seats),
        ("类别", row.kind, entry.kind),
        ("学费（分）", row.fee_fen, entry.fee_fen),
        ("学制", row.years, entry.years),
        ("专业组", row.group_code, entry.group_code),
        ("办学地点", row.place, entry.place),
        ("办学性质", dict(SITES)[row.site], dict(SITES).get(entry.site, entry.site)),
    ]
    found = [f"{title}现在是 {now}" for title, now, given in shown if now != given]
    return "，".join(found) or "内容与这里填写的相同"
