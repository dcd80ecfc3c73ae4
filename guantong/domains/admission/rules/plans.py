"""Intake plans and prospectuses: within the approved scale, in the catalogue, offered, not against the channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from guantong.kernel.refusal import Problem, Refusal, Where
from guantong.policy.asking.law import Law

from ..errors import rules as errors
from .conditions import Condition, may_hold, words
from .declaration.cursor import Entry, Faults, Skip
from .declaration.reading_conditions import Names, needed_condition
from .declaration.reading_scores import choices_of, number_columns
from .declaration.shapes import Batch, Channel
from .declaration.sources import Node
from .places import PlaceCondition, PlaceFacts, is_selected
from .running import run_conditions, run_quotas

MOST_SEATS = 100_000
FULL_TIME, PART_TIME = "full_time", "part_time"
MODES = {FULL_TIME: "全日制", PART_TIME: "非全日制"}
PART_TIME_PARAMETER = "admission.part_time_minimum_years"
MOST_CONDITIONS = 20


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """One line of a school's intake plan."""

    place: PlaceFacts
    programme_name: str
    fee_fen: int
    years: Decimal
    mode: str = FULL_TIME


@dataclass(frozen=True, slots=True)
class Limit:
    """An approved scale: so many seats in all (``kind`` None) or of one kind of place."""

    kind: str | None
    seats: int
    document: str


@dataclass(frozen=True, slots=True)
class SchoolFacts:
    """What the rules ask about the school itself."""

    name: str
    offered: frozenset[str]
    """Codes of programmes the school offers this year."""
    is_technician: bool = False
    is_qualified: bool | None = None
    """Whether it stands on this year's list of qualified schools; None where no list is kept."""


def read_place_conditions(channel: Channel, given: Sequence[Mapping[str, object]]) -> tuple[PlaceCondition, ...]:
    """A school's own conditions, written like the channel's: ``{id, title, require}``.

    Raises a Refusal with every fault (codes of declarations): a fact candidates do not state, a value it cannot have.
    """
    faults = Faults(None)
    attributes = {attribute.id: attribute for attribute in channel.attributes}
    names = Names(attributes, number_columns(channel.papers, channel.parts))
    found: list[PlaceCondition] = []
    taken: set[str] = set()
    for position, data in enumerate(given[:MOST_CONDITIONS], start=1):
        node = _node(data, position)
        try:
            entry = Entry(node, f"第 {position} 个录取条件", faults, ("id", "title", "require"))
            condition = PlaceCondition(entry.id(), entry.text("title"), needed_condition(entry, "require", names))
        except Skip:
            continue
        if condition.id in taken:
            faults.add(errors.TWICE, node, place="录取条件", id=condition.id, other="前面")
        taken.add(condition.id)
        found.append(condition)
    if len(given) > MOST_CONDITIONS:
        wanted = f"不超过 {MOST_CONDITIONS} 个条件"
        problem = errors.FORM_WRONG.problem(title="录取条件", given=f"{len(given)} 个", wanted=f"请写{wanted}。")
        faults.problems.append(problem)
    if faults.problems:
        where = Where(column="conditions", title="录取条件")
        raise Refusal(problem.at(where) for problem in faults.problems)
    return tuple(found)


def _node(value: object, line: int) -> Node:
    inside: object = value
    if isinstance(value, Mapping):
        inside = {str(key): _node(inner, line) for key, inner in value.items()}
    elif isinstance(value, list | tuple):
        inside = tuple(_node(inner, line) for inner in value)
    return Node(inside, "录取条件", line, "")


def why_not_plan(
    channel: Channel, plan: PlanFacts, school: SchoolFacts, known: frozenset[str], law: Law
) -> list[Problem]:
    """What is wrong with one line of a plan; empty when it may be saved and submitted.

    ``known`` are the codes of the catalogue of programmes.
    """
    problems = _forms(plan, law, school)
    place = plan.place
    if place.programme not in known:
        problems.append(errors.PROGRAMME_UNKNOWN.problem(where=_at("programme", "专业"), given=place.programme))
    elif place.programme not in school.offered:
        problems.append(
            errors.NOT_OFFERED.problem(
                where=_at("programme", "专业"), school=school.name, programme=plan.programme_name
            )
        )
    kinds = {kind.id: kind.title for kind in channel.kinds}
    if place.kind not in kinds:
        known_kinds = "、".join(kinds.values())
        problems.append(errors.KIND_UNKNOWN.problem(where=_at("kind", "计划类别"), given=place.kind, known=known_kinds))
    batches = {batch.id: batch for batch in channel.batches}
    batch = batches.get(place.batch)
    if batch is None:
        titles = "、".join(one.title for one in channel.batches)
        problems.append(errors.BATCH_UNKNOWN.problem(where=_at("batch", "批次"), given=place.batch, known=titles))
    else:
        problems.extend(_in_batch(channel, batch, plan))
    return problems


def _at(column: str, title: str) -> Where:
    return Where(column=column, title=title)


def _forms(plan: PlanFacts, law: Law, school: SchoolFacts) -> list[Problem]:
    problems: list[Problem] = []
    if not 1 <= plan.place.seats <= MOST_SEATS:
        problems.append(
            errors.SEATS_FORM.problem(where=_at("seats", "计划数"), given=plan.place.seats, most=MOST_SEATS)
        )
    if plan.fee_fen < 0:
        problems.append(
            errors.FORM_WRONG.problem(
                where=_at("fee", "学费"), title="学费", given=plan.fee_fen, wanted="请填写零或大于零的金额。"
            )
        )
    if plan.mode not in MODES:
        wanted = "可以填写的有：" + "、".join(MODES.values()) + "。"
        problems.append(
            errors.FORM_WRONG.problem(where=_at("mode", "学习形式"), title="学习形式", given=plan.mode, wanted=wanted)
        )
    if not Decimal("0.5") <= plan.years <= 8:
        problems.append(
            errors.FORM_WRONG.problem(
                where=_at("years", "学制"), title="学制", given=f"{plan.years:f}", wanted="请填写 0.5 到 8 之间的年数。"
            )
        )
    elif plan.mode == PART_TIME and school.is_technician:
        least = law.find(PART_TIME_PARAMETER)
        if least is not None and plan.years < law.decimal(PART_TIME_PARAMETER):
            problems.append(
                errors.PART_TIME_SHORT.problem(
                    where=_at("years", "学制"),
                    basis=least.citation,
                    programme=plan.programme_name,
                    given=f"{plan.years:f}",
                    least=f"{law.decimal(PART_TIME_PARAMETER):f}",
                )
            )
    return problems


def _in_batch(channel: Channel, batch: Batch, plan: PlanFacts) -> list[Problem]:
    problems: list[Problem] = []
    place, name = plan.place, plan.programme_name
    if batch.unit == "group" and not place.group:
        problems.append(errors.GROUP_NEEDED.problem(where=_at("group", "专业组"), batch=batch.title, programme=name))
    if batch.unit != "group" and place.group:
        problems.append(errors.GROUP_UNWANTED.problem(where=_at("group", "专业组"), batch=batch.title, programme=name))
    kept = 0
    for quota in run_quotas(channel, batch, (place,)):
        if not is_selected(place, quota.places):
            continue
        seats = quota.seats.whole if quota.seats is not None else 0
        if quota.share is not None:
            seats = int(place.seats * quota.share.value)
        kept += 0 if quota.kind == "ceiling" else seats
        if quota.kind != "ceiling" and kept > place.seats >= 1:
            problems.append(
                errors.QUOTA_ABOVE_SEATS.problem(
                    where=_at("seats", "计划数"),
                    basis=quota.ground.citation,
                    programme=name,
                    seats=place.seats,
                    title=quota.title,
                    quota=kept,
                )
            )
            break
    conditions = [(one.title, one.require) for one in run_conditions(channel, batch, (place,))]
    if place.conditions and not may_hold([c for _, c in conditions], choices_of(channel.attributes)):
        why = "；".join(f"“{title}”要求{words(c, channel.titles)}" for title, c in _core(channel, conditions))
        problems.append(errors.PLAN_CONTRADICTS.problem(where=_at("conditions", "录取条件"), programme=name, why=why))
    return problems


def _core(channel: Channel, conditions: list[tuple[str, Condition]]) -> list[tuple[str, Condition]]:
    """The conditions that contradict one another: each is left out in turn while still nobody meets the rest."""
    kept = list(conditions)
    closed = choices_of(channel.attributes)
    for one in conditions:
        rest = [other for other in kept if other is not one]
        if rest and not may_hold([c for _, c in rest], closed):
            kept = rest
    return kept


def why_not_submit(
    channel: Channel,
    plans: Sequence[PlanFacts],
    limits: Sequence[Limit],
    school: SchoolFacts,
    known: frozenset[str],
    law: Law,
) -> list[Problem]:
    """Everything that keeps a school's whole plan from being submitted or approved; empty when nothing does.

    Sums stay within every approved limit; a group belongs to one batch of the school; nothing is listed twice; the
    school stands on the list of the qualified where one is kept.
    """
    problems: list[Problem] = []
    if school.is_qualified is False:
        listed = law.find("admission.qualified_list_months")
        basis = listed.citation if listed is not None else None
        problems.append(errors.NOT_QUALIFIED.problem(basis=basis, school=school.name))
    for plan in plans:
        problems.extend(why_not_plan(channel, plan, school, known, law))
    problems.extend(_together(plans))
    titles = {kind.id: kind.title for kind in channel.kinds}
    if not limits:
        problems.append(errors.NO_LIMIT.problem(school=school.name))
    for limit in limits:
        seats = sum(plan.place.seats for plan in plans if limit.kind in {None, plan.place.kind})
        if seats > limit.seats:
            name = "全校合计" if limit.kind is None else titles.get(limit.kind, limit.kind)
            what = f"{name}，核定文件：{limit.document}"
            problems.append(
                errors.OVER_LIMIT.problem(
                    where=_at("seats", "计划数"),
                    school=school.name,
                    sum=seats,
                    limit=limit.seats,
                    over=seats - limit.seats,
                    what=what,
                )
            )
    return problems


def _together(plans: Sequence[PlanFacts]) -> list[Problem]:
    problems: list[Problem] = []
    seen: set[tuple[str, str, str, str, str]] = set()
    groups: dict[str, PlaceFacts] = {}
    for plan in plans:
        place = plan.place
        key = (place.school, place.batch, place.group, place.programme, place.kind)
        if key in seen:
            problems.append(errors.PLAN_TWICE.problem(where=_at("programme", "专业"), programme=plan.programme_name))
        seen.add(key)
        if not place.group:
            continue
        first = groups.setdefault(place.group, place)
        if (first.school, first.batch) != (place.school, place.batch):
            why = "分在了不同的学校" if first.school != place.school else "分在了不同的批次"
            problems.append(errors.GROUP_MIXED.problem(where=_at("group", "专业组"), group=place.group, why=why))
    return problems


def why_not_prospectus(channel: Channel, items: Mapping[str, str], has_charter: bool) -> list[Problem]:
    """What a prospectus lacks before it may be handed in: every item of the law, and the charter."""
    asked = channel.prospectus
    if asked is None:
        return []
    problems = [
        errors.ITEM_MISSING.problem(where=_at(item, item), basis=asked.ground.citation, item=item)
        for item in asked.items
        if not (items.get(item) or "").strip()
    ]
    if asked.needs_charter and not has_charter:
        problems.append(errors.CHARTER_MISSING.problem(basis=asked.ground.citation))
    return problems
