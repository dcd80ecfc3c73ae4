"""Whether entries, their chain and what was derived from them still fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from guantong.kernel.digest import digest_of
from guantong.kernel.refusal import Problem
from guantong.procedure.cases.definition import Definition
from guantong.procedure.cases.machine import RUNNING
from guantong.procedure.cases.models import Case, CaseAction

from .. import errors
from ..actions.writing import effect_of
from ..log import entry_content, plain
from ..models import HeldTitle, RegisterEntry
from ..rules import EXCHANGE, EXPIRED, GRANT, STANDING, spans_of, standing_on

CHUNK = 500


def verify_titles() -> tuple[int, list[Problem]]:
    """(titles looked at, everything that does not fit), a few hundred at a time."""
    count, problems = 0, []
    for title in _titles():
        count += 1
        problems += check_title(title)
    return count, problems


def _titles() -> Iterator[HeldTitle]:
    after = 0
    while True:
        rows = list(HeldTitle.objects.filter(pk__gt=after).order_by("pk").prefetch_related("entries", "spans")[:CHUNK])
        yield from rows
        if len(rows) < CHUNK:
            return
        after = rows[-1].pk


def check_title(title: HeldTitle) -> list[Problem]:
    """What does not fit of one title: the chain of its entries, its columns, its spans."""
    entries = sorted(title.entries.all(), key=lambda e: e.sequence)
    problems: list[Problem] = []
    previous = ""
    for expected, entry in enumerate(entries, start=1):
        if entry.sequence != expected or entry.digest != digest_of(entry_content(entry, title.number, previous)):
            problems.append(errors.CHAIN_BROKEN.problem(number=title.number, sequence=entry.sequence))
        previous = entry.digest
        if entry.other_id is not None and not _answered(entry):
            number = entry.other.number if entry.other is not None else ""
            problems.append(errors.LINK_BROKEN.problem(number=title.number, sequence=entry.sequence, other=number))
    if title.sequence != len(entries) or title.head_digest != previous or not entries:
        problems.append(errors.STANDING_DIFFERS.problem(number=title.number, what="末条记录"))
        return problems
    read = plain(entries)
    now = standing_on(read, read[-1].on)
    state = STANDING if now.state == EXPIRED else now.state
    if (title.state, title.level, title.until) != (state, now.level, now.until):
        problems.append(errors.STANDING_DIFFERS.problem(number=title.number, what="状态"))
    stored = sorted((s.in_force_from, s.until, s.state, s.level) for s in title.spans.all())
    if stored != [(s.start, s.until, s.state, s.level) for s in spans_of(read)]:
        problems.append(errors.STANDING_DIFFERS.problem(number=title.number, what="起止时段"))
    return problems


def _answered(entry: RegisterEntry) -> bool:
    """Whether the other title has an entry of the same case and day that names this one."""
    same = RegisterEntry.objects.filter(title_id=entry.other_id, other_id=entry.title_id, on=entry.on)
    return same.filter(case_number=entry.case_number).exists()


def check_entries_of(case: Case, definition: Definition, lines: list[CaseAction]) -> Iterable[Problem]:
    """TTL-203 when a case ended with an effect on a title and no entry says so."""
    if case.state in RUNNING or not case.outcome:
        return ()
    outcome = definition.outcomes.get(case.outcome)
    if outcome is None or not effect_of(outcome):
        return ()
    wanted = (EXCHANGE, GRANT) if effect_of(outcome) == EXCHANGE else (effect_of(outcome),)
    if all(RegisterEntry.objects.filter(case=case, kind=kind).exists() for kind in wanted):
        return ()
    return [errors.ENTRY_MISSING.problem(public_id=case.public_id, outcome=outcome.title)]
