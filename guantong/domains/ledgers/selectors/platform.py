"""The key-task platform: tasks with their guides, units, yearly targets against what was reached, who is late.

Everything is read from definitions, cases and registers; this module keeps nothing of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

from guantong.base import lawbook
from guantong.base.orgs.models import OrganisationSpan
from guantong.base.orgs.public import region_tree
from guantong.base.orgs.selectors import in_force_on as span_in_force
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases import library
from guantong.procedure.cases.definition import Definition
from guantong.procedure.cases.models import Case, CaseAction
from guantong.procedure.cases.public import declared_values, definition_of
from guantong.procedure.conditions.tree import Leaf, leaves_of
from guantong.procedure.registers.models import HeldTitle, RegisterEntry, YearlyOpening
from guantong.procedure.rounds.public import home_of, list_rounds, most_of, quotas_of

from .. import errors
from ..rules.yearly import FILLING, GRADES, INDICATORS, Measure, actual_of, state_of, target_of

UNITS, PLATFORM, NATIONAL = "key-task-units", "key-task-platform", "key-task-national"
"""Registers of regions/100000-china/procedures/g1-*.yaml."""
REPORT = "key-task-yearly-report"
FIRST_YEAR = 2023
"""cn-key-tasks-2023 三（二）: from 2023 on."""
_NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of a guide with its clauses."""

    label: str
    basis: str


@dataclass(frozen=True, slots=True)
class Task:
    """One key task, from its definition."""

    code: str
    name: str
    help: str
    number: int
    clause: str
    basis: str
    """The sentence of its first clause."""
    definition: Definition
    requirements: tuple[Requirement, ...]
    materials: tuple[Requirement, ...]
    labels: tuple[str, str]
    """Titles of the two yearly indicators."""


@dataclass(frozen=True, slots=True)
class UnitShown:
    """A unit that builds a task: its title, plan, and one year."""

    title: HeldTitle
    region: str
    plan: Mapping[str, Any]
    measures: tuple[Measure, ...]
    case: Case | None
    """The yearly report's."""
    word: str
    tone: str
    grade: str
    handed_in_on: date | None
    is_late: bool
    is_appraised: bool
    opinion: str


@dataclass(frozen=True, slots=True)
class QuotaShown:
    """A round's quota of a task: how many of how many."""

    round: str
    title: str
    most: int | None
    taken: int


@dataclass(frozen=True, slots=True)
class TaskShown:
    """A task with its units in a year."""

    task: Task
    year: int
    units: tuple[UnitShown, ...]
    declared: int
    """Declarations running."""
    quotas: tuple[QuotaShown, ...]

    @property
    def unit_count(self) -> int:
        """Units that build it."""
        return len(self.units)

    @property
    def reported(self) -> int:
        """Units whose report has been handed in."""
        return sum(unit.handed_in_on is not None for unit in self.units)

    @property
    def late(self) -> int:
        """Units that have handed in nothing after the day."""
        return sum(unit.is_late for unit in self.units)

    @property
    def appraised(self) -> int:
        """Units whose appraisal is passed."""
        return sum(unit.is_appraised for unit in self.units)

    @property
    def met(self) -> int:
        """Units that reached every target the plan has for the year."""
        return sum(bool(unit.measures) and all(m.is_met is True for m in unit.measures) for unit in self.units)


def list_tasks(region: str = "", day: date | None = None) -> list[Task]:
    """The tasks in force, in the order of the document."""
    found, on, where = [], day or clock.today(), region or settings.REGION
    for code, entry in lawbook.current_policy().procedures(where, on).items():
        grants = entry.data.get("grants")
        if not isinstance(grants, Mapping) or grants.get("register") != UNITS:
            continue
        try:
            definition = library.definition_in_force(code, where, on)
        except Refusal:
            continue  # told in the log
        found.append(_task(code, str(grants.get("level") or definition.title), definition))
    return sorted(found, key=lambda task: (task.number, task.code))


def get_task(code: str) -> Task:
    """The task of that id, or LED-203."""
    for task in list_tasks():
        if task.code == code:
            return task
    raise errors.TASK_UNKNOWN.refuse(code=code[:60])


def _task(code: str, name: str, definition: Definition) -> Task:
    clause = definition.basis.references[0].clause if definition.basis.references else ""
    numeral = re.search("（(.+)）", clause)
    number = _NUMERALS.index(numeral.group(1)) + 1 if numeral and numeral.group(1) in _NUMERALS else 99
    leaves = leaves_of(definition.conditions) if definition.conditions is not None else ()
    labels = {field.id: field.title for field in definition.form}
    return Task(
        code=code,
        name=name,
        help=definition.help,
        number=number,
        clause=clause,
        basis=library.basis_sentence(definition.basis),
        definition=definition,
        requirements=tuple(Requirement(leaf.label, _clauses(leaf)) for leaf in leaves),
        materials=tuple(Requirement(one.title, library.basis_sentence(one.basis)) for one in definition.requirements),
        labels=(_label(labels.get("a_1", "")), _label(labels.get("b_1", ""))),
    )


def _label(title: str) -> str:
    return title.removeprefix("首年目标：")


def _clauses(leaf: Leaf) -> str:
    documents = lawbook.current_policy().documents
    parts = []
    for document, clause in leaf.references:
        known = documents.get(document)
        parts.append(f"《{known.title_zh if known else document}》{clause}")
    return "；".join(parts) or leaf.note


def year_of(given: str | None, today: date | None = None) -> int:
    """The year asked for; this year when none is; LED-204 for what is none."""
    day = today or clock.today()
    text = (given or "").strip()
    if not text:
        return day.year
    if not (text.isascii() and text.isdigit() and FIRST_YEAR <= int(text) <= 2099):
        raise errors.YEAR_WRONG.refuse(given=text[:12])
    return int(text)


def show_tasks(year: int, *, area: str = "") -> list[TaskShown]:
    """Every task with its units in a year, in a handful of queries. ``area``: units of that region and below it."""
    tasks = list_tasks()
    units = _units(tasks, year, area)
    running = _running([task.code for task in tasks])
    return [
        TaskShown(task, year, tuple(units.get(task.code, ())), running.get(task.code, 0), _quotas(task))
        for task in tasks
    ]


def show_task(task: Task, year: int, *, area: str = "") -> TaskShown:
    """One task."""
    units = _units([task], year, area)
    return TaskShown(
        task, year, tuple(units.get(task.code, ())), _running([task.code]).get(task.code, 0), _quotas(task)
    )


def _running(codes: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for code in Case.objects.filter(procedure__in=codes, state="opened").values_list("procedure", flat=True):
        found[code] = found.get(code, 0) + 1
    return found


def _quotas(task: Task) -> tuple[QuotaShown, ...]:
    shown = []
    today = clock.today()
    for one in list_rounds(task.definition, home_of(task.code, settings.REGION, today)):
        for quota in one.quotas:
            taken = sum(count for _, count in quota.used)
            most = quota.most if quota.most is not None else _places_of(task, quota.title, today)
            shown.append(QuotaShown(one.title, quota.title, most, taken))
    return tuple(shown[:4])


def _places_of(task: Task, title: str, day: date) -> int | None:
    """Places by the law of the installation's region: a round of a national procedure knows the nation's law alone."""
    quota = next((quota for quota in quotas_of(task.definition) if quota.title == title), None)
    return most_of(quota, lawbook.law_on(day)).count if quota is not None else None


def _units(tasks: list[Task], year: int, area: str) -> dict[str, list[UnitShown]]:
    today = clock.today()
    by_code = {task.code: task for task in tasks}
    titles = list(
        HeldTitle.objects.filter(
            register=UNITS, procedure__in=list(by_code), is_current=True, since__year__lte=year
        ).order_by("holder_name", "id")
    )
    titles = [title for title in titles if title.state in ("standing", "suspended")]
    places = _places({title.organisation_id for title in titles if title.organisation_id is not None}, today)
    if area:
        tree = region_tree(today)
        titles = [title for title in titles if tree.holds(area, places.get(title.organisation_id or 0, ""))]
    plans = _plans(titles)
    reports = _reports(titles, year)
    found: dict[str, list[UnitShown]] = {}
    for title in titles:
        region = places.get(title.organisation_id or 0, "")
        unit = _unit(by_code[title.procedure], title, region, plans.get(title.pk, {}), reports.get(title.pk), year)
        found.setdefault(title.procedure, []).append(unit)
    return found


def _places(organisations: set[int], day: date) -> dict[int, str]:
    rows = OrganisationSpan.objects.filter(span_in_force(day), organisation__in=organisations)
    return dict(rows.values_list("organisation_id", "region_id"))


def _plans(titles: list[HeldTitle]) -> dict[int, Mapping[str, Any]]:
    """The plan each title was granted for, by title."""
    entries = RegisterEntry.objects.filter(title__in=titles, kind="grant", case__isnull=False).select_related("case")
    found: dict[int, Mapping[str, Any]] = {}
    for entry in entries.order_by("sequence"):
        if entry.case is not None:
            found[entry.title_id] = declared_values(entry.case, definition_of(entry.case))
    return found


def _reports(titles: list[HeldTitle], year: int) -> dict[int, Case]:
    """The yearly report of each title for a year: the case the calendar opened, else one opened by hand that year."""
    found: dict[int, Case] = {}
    by_number = {title.number: title.pk for title in titles}
    cases = Case.objects.filter(
        procedure=REPORT, subject_kind="registers.title", subject_id__in=list(by_number), opened_at__year=year
    )
    for case in cases.order_by("opened_at", "id"):
        found[by_number[case.subject_id]] = case
    openings = YearlyOpening.objects.filter(procedure=REPORT, title__in=titles, year=year).select_related("case")
    for opening in openings:
        found[opening.title_id] = opening.case
    return found


def _unit(
    task: Task, title: HeldTitle, region: str, plan: Mapping[str, Any], case: Case | None, year: int
) -> UnitShown:
    today = clock.today()
    report: Mapping[str, Any] = {}
    handed_in_on, grade, opinion = None, "", ""
    due = _report_day(year)
    if case is not None:
        for line in CaseAction.objects.filter(case=case).order_by("sequence"):
            if line.step == FILLING and line.action == "submit":
                handed_in_on = clock.china_day(line.at)
            if line.action == "approve" and line.values.get("grade"):
                grade = GRADES.get(str(line.values["grade"]), "")
                opinion = str(line.opinion.get("text", ""))
        if handed_in_on is not None:
            report = declared_values(case, definition_of(case))
        outcome = case.outcome if case.state in ("decided", "closed") else ""
        word, tone = state_of(step=case.step, outcome=outcome, due_on=due, handed_in_on=handed_in_on, today=today)
    else:
        outcome = ""
        is_over = due is not None and today > due
        word, tone = ("没有填报", "bad") if is_over else ("还没有开始填报", "neutral")
    measures = tuple(
        Measure(label, target_of(plan, indicator, year), actual_of(report, indicator))
        for indicator, label in zip(INDICATORS, task.labels, strict=True)
    )
    return UnitShown(
        title=title,
        region=region,
        plan=plan,
        measures=measures,
        case=case,
        word=word,
        tone=tone,
        grade=grade,
        handed_in_on=handed_in_on,
        is_late=handed_in_on is None and due is not None and today > due,
        is_appraised=outcome in ("appraised", "overturned"),
        opinion=opinion,
    )


def _report_day(year: int) -> date | None:
    """The last day for a year's report, by the law of the end of that year."""
    answer = lawbook.law_on(date(year, 12, 31)).find("platform.yearly_report_day")
    if answer is None:
        return None
    month, day = str(answer.value).split("-")[-2:]
    return date(year, int(month), int(day))


def count_registered(area: str = "") -> int:
    """Units registered on the platform."""
    rows = HeldTitle.objects.filter(register=PLATFORM, is_current=True, state="standing")
    if not area:
        return rows.count()
    ids = {pk for pk in rows.values_list("organisation_id", flat=True) if pk is not None}
    places = _places(ids, clock.today())
    tree = region_tree(clock.today())
    return sum(tree.holds(area, region) for region in places.values())
