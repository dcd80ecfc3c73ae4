"""Counting again from the logs of cases alone: the counters and their lines must say the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from guantong.kernel import clock
from guantong.kernel.refusal import Problem
from guantong.procedure.cases import library
from guantong.procedure.cases.definition import Definition
from guantong.procedure.cases.models import Case, CaseAction

from . import errors
from .bodies import body_of
from .homes import home_of_case, quotas_of
from .models import HandedIn, QuotaCounter, QuotaLine
from .seats import Line, QuotaPlan, period_of, period_words, turns
from .selectors import body_names

CHUNK = 500


@dataclass
class Recount:
    """What counting again found."""

    cases: int = 0
    counters: int = 0
    problems: list[Problem] = field(default_factory=list)


def check_case(case: Case, definition: Definition, lines: Iterable[CaseAction]) -> list[Problem]:
    """ROU-302 for every quota of which the lines written and the lines derived from the log differ."""
    quotas = quotas_of(definition)
    if not quotas:
        return []
    told = [Line(line.sequence, line.at, line.action, line.before, line.after) for line in lines]
    written: dict[str, list[tuple[int, int]]] = {}
    for name, sequence, change in (
        QuotaLine.objects.filter(case_id=case.pk).order_by("id").values_list("counter__quota", "sequence", "change")
    ):
        written.setdefault(name, []).append((sequence, change))
    problems = []
    for quota in quotas:
        derived = [(turn.sequence, turn.change) for turn in turns(quota, definition, told)]
        if written.get(quota.key, []) != derived:
            problems.append(errors.LINES_DIFFER.problem(public_id=case.public_id, quota=quota.title))
    return problems


def recount(*, procedure: str = "") -> Recount:
    """Count every quota again from the logs, and compare lines and counters. Of one procedure when it is named: then
    its own quotas alone, since a shared one needs the logs of all that share it.

    Reads a few hundred cases at a time; nothing is written.
    """
    found = Recount()
    counted: dict[tuple[str, str, str, str], int] = {}
    for case, definition, lines in _cases(procedure):
        found.cases += 1
        found.problems += check_case(case, definition, lines)
        for key, total in _seats_of(case, definition, lines):
            counted[key] = counted.get(key, 0) + total
    counters = QuotaCounter.objects.order_by("id")
    if procedure:
        counters = counters.filter(procedure=procedure)
    for counter in counters:
        found.counters += 1
        expected = counted.pop((counter.procedure, counter.quota, counter.body, counter.period), 0)
        if expected != counter.taken:
            found.problems.append(_differs(counter.title, counter.body, counter.period, counter.taken, expected))
    for (owner, quota, body, period), expected in sorted(counted.items()):
        if expected and (owner or not procedure):
            found.problems.append(_differs(quota, body, period, 0, expected))
    return found


def _differs(title: str, body: str, period: str, taken: int, expected: int) -> Problem:
    name = body_names([body], clock.today())[body]
    return errors.COUNT_DIFFERS.problem(
        quota=title, body=name, period=period_words(period), found=taken, expected=expected
    )


def _seats_of(
    case: Case, definition: Definition, lines: Iterable[CaseAction]
) -> Iterator[tuple[tuple[str, str, str, str], int]]:
    """((procedure, quota, body, period), seats) that one case's log amounts to. A seat is given back in the period in
    which it was taken."""
    told = [Line(line.sequence, line.at, line.action, line.before, line.after) for line in lines]
    for quota in quotas_of(definition):
        period = ""
        for turn in turns(quota, definition, told):
            if turn.change > 0:
                period = period_of(quota, _round_key(case, quota), turn.at)
            body = body_of(case, quota.of) or ""
            yield (*quota.order(case.procedure), body, period), turn.change


def _round_key(case: Case, quota: QuotaPlan) -> str:
    if quota.per != "round":
        return ""
    handed_in = HandedIn.objects.select_related("round").filter(case_id=case.pk).first()
    if handed_in is None:
        return f"{home_of_case(case)}:{clock.china_day(case.opened_at).year}"
    return f"{handed_in.round.region}:{handed_in.round.key}"


def _cases(procedure: str) -> Iterator[tuple[Case, Definition, list[CaseAction]]]:
    """Cases of procedures that have quotas, with their logs, in the order of their numbers."""
    after = 0
    while True:
        cases = Case.objects.select_related("version").filter(pk__gt=after)
        if procedure:
            cases = cases.filter(procedure=procedure)
        chunk = list(cases.order_by("pk")[:CHUNK])
        if not chunk:
            return
        after = chunk[-1].pk
        wanted = {case.pk: case for case in chunk if quotas_of(library.definition_of(case))}
        logs: dict[int, list[CaseAction]] = {pk: [] for pk in wanted}
        for line in CaseAction.objects.filter(case_id__in=wanted).order_by("case_id", "sequence"):
            logs[line.case_id].append(line)
        for pk, case in wanted.items():
            yield case, library.definition_of(case), logs[pk]
