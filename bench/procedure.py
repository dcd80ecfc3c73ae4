"""Procedures: what one step costs besides SQL, a reviewer's list among 100,000 cases, and replaying logs.

Everything runs on a SQLite file of its own in a temporary folder; CPU seconds, least of several runs.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

from bench._procedure_world import World, own_database
from bench.figures import Figure, at_most, share_of

CASES = 100_000
STEPS = 400
PAGE = 50


def cpu(work: Callable[[], object], times: int = 5) -> float:
    """Least CPU seconds of several runs."""
    spent = []
    for _ in range(times):
        gc.collect()
        begun = time.process_time()
        work()
        spent.append(time.process_time() - begun)
    return min(spent)


def run() -> list[Figure]:
    """Figures for ``make bench``."""
    with own_database() as connection:
        from guantong.kernel import clock
        from guantong.procedure.cases import handlers, library
        from guantong.procedure.cases.definition import read_definition
        from guantong.procedure.cases.tests.sample import SAMPLE, SUBJECT
        from tests.cast import BASELINE, build_cast

        sample = read_definition(SAMPLE, file="sample.yaml")
        find, kept = library.find_document, handlers._HANDLERS.get(SUBJECT)
        library.find_document = lambda code, region, on: (sample.document, "sample.yaml")
        handlers._HANDLERS[SUBJECT] = handlers.Handler()
        try:
            with clock.frozen_at(BASELINE):
                cast = build_cast()
                world = World(cast)
                own = _own_work(world)
                acts = _whole_steps(world)
                replay = _replay()
                cases = world.many(STEPS + 1)
                rows = cpu(lambda: _same_rows(world, cases), times=1) / STEPS
                return [*_step_figures(own, acts, rows), replay, *_lists(world, connection)]
        finally:
            library.find_document = find
            handlers._HANDLERS.pop(SUBJECT)
            if kept is not None:
                handlers._HANDLERS[SUBJECT] = kept


def _whole_steps(world: World) -> float:
    """CPU seconds of one step as people take it."""
    world.approve(world.at_department())
    cases = world.many(STEPS)

    def acts() -> None:
        for case in cases:
            world.approve(case)

    return cpu(acts, times=1) / STEPS


def _step_figures(own: float, whole: float, rows: float) -> list[Figure]:
    return [
        at_most(
            "procedure: one step besides the database (definition, mandate, gate, move, due day, chain)",
            round(own * 1e6, 1),
            "µs CPU",
            100,
        ),
        share_of(
            "procedure: whole steps a second against writing the same rows through the ORM, nothing checked or decided",
            round(1 / whole),
            1 / rows,
            "steps/CPU s",
            0.6,
        ),
    ]


def _own_work(world: World) -> float:
    """CPU seconds of everything ``act`` does for one step apart from reading and writing rows."""
    from guantong.kernel import clock
    from guantong.kernel.digest import digest_of
    from guantong.procedure.cases import gates, library, machine
    from guantong.procedure.cases.actions import progress
    from guantong.procedure.cases.actions.due import next_due
    from guantong.procedure.cases.checks import require_action, require_step, state_of
    from guantong.procedure.cases.log import line_content
    from guantong.procedure.cases.mandate import acting_role, may_read, why_not_act
    from guantong.procedure.cases.models import Case, CaseAction
    from guantong.procedure.cases.opinions import Opinion
    from guantong.procedure.cases.parts_api import Moment, parts

    case = Case.objects.select_related("version").get(pk=world.at_department().pk)
    actor, columns = world.ma, {f.attname: getattr(case, f.attname) for f in Case._meta.concrete_fields}
    held = [("certificate", "handed_in")]

    def step() -> None:
        said = Opinion.of("同意转换。")
        now = clock.now()
        definition = library.definition_of(case)
        assert may_read(actor, case, definition)
        state = state_of(case)
        at = require_step(definition, state, "approve")
        chosen = require_action(definition, at, "approve")
        assert why_not_act(actor, case, definition, at) is None
        values, problems = gates.clean_values(chosen, {})
        assert not problems and not gates.why_incomplete(definition, chosen, said, held)
        role, organisation_id = acting_role(actor, case, definition, at)
        _, after = machine.take(definition, state, "approve")
        law = library.law_on(case.law_on, case.region)
        moment = Moment(case, definition, actor, now, law, state, after, "approve", values)
        for part in parts():
            assert not list(part.why_not(moment, chosen)) and not list(part.before_arrive(moment, after.step))
        due = next_due(case, definition, after, law, now)
        progress.apply(case, definition, after)
        line = CaseAction(
            case=case,
            sequence=case.sequence + 1,
            at=now,
            actor_user_id=actor.user_id,
            actor_person_id=actor.person_id,
            actor_label=actor.label,
            actor_role=role,
            on_behalf_of_id=organisation_id,
            action="approve",
            step=state.step,
            opinion=said.as_json(),
            values=values,
            details={"due_on": due.on.isoformat(), "is_provisional": due.is_provisional} if due else {},
            before=state.as_json(),
            after=after.as_json(),
            law_version=law.version,
        )
        line.digest = digest_of(line_content(line, case.public_id, case.head_digest))

    def many() -> None:
        for _ in range(1000):
            step()
            for name in ("state", "step", "trail", "outcome", "revision", "waiting_role", "waiting_department"):
                setattr(case, name, columns[name])

    step()
    for name, value in columns.items():
        setattr(case, name, value)
    return cpu(many, times=7) / 1000


def _same_rows(world: World, cases: Iterator[Any]) -> None:
    """The rows one step reads and writes, through the same ORM and transactions, with nothing decided or checked."""
    from django.db import transaction

    from guantong.base.audit.record import record
    from guantong.base.notices.public import send
    from guantong.kernel import clock
    from guantong.procedure.cases.actions.progress import MOVING
    from guantong.procedure.cases.models import Case, CaseAction, Deadline, Material

    now = clock.now()
    columns = [f.attname for f in CaseAction._meta.concrete_fields if f.attname not in ("id", "sequence")]
    due = [f.attname for f in Deadline._meta.concrete_fields if f.attname not in ("id", "state")]
    first = next(cases)
    line, row = CaseAction.objects.filter(case_id=first.pk).last(), Deadline.objects.get(case_id=first.pk)
    line_values, due_values = {c: getattr(line, c) for c in columns}, {c: getattr(row, c) for c in due}
    for _ in range(STEPS):
        pk = next(cases).pk
        with transaction.atomic():
            (case,) = Case.objects.select_for_update().filter(pk=pk)
            list(Material.objects.filter(case_id=pk).values_list("requirement", "state"))
            case.sequence += 1
            case.save(update_fields=MOVING)
            CaseAction(**{**line_values, "case_id": pk, "sequence": case.sequence}).save(force_insert=True)
            old = Deadline.objects.filter(case_id=pk, state="open").first()
            old.state, old.settled_at = "met", now
            old.save(update_fields=["state", "settled_at"])
            Deadline.objects.create(**{**due_values, "case_id": pk})
            record(actor=world.ma, action="bench", subject=("cases.case", case.public_id), facts=line_values["details"])
            send(text="到了学分银行", to_role=("credit_officer", world.cast.donghu))


def _lists(world: World, connection: Any) -> list[Figure]:
    from guantong.procedure.cases.models import Case
    from guantong.procedure.cases.selectors import to_do_for

    first = Case.objects.select_related("version").get(pk=world.at_department().pk)
    _clone(first, world, connection)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    sql = (
        "SELECT * FROM cases_case WHERE waiting_role = ? AND waiting_organisation_id = ? ORDER BY sort_on, id LIMIT 50"
    )

    def bare() -> None:
        found = connection.connection.execute(sql, ("department_reviewer", world.cast.donghu)).fetchall()
        assert len(found) == PAGE

    page = to_do_for(world.ma, size=PAGE)
    assert len(page.rows) == PAGE and page.total == 1000
    actor = world.ma
    times = [cpu(lambda: to_do_for(actor, size=PAGE), times=1) for _ in range(41)]
    middle = statistics.median(times)
    plain = statistics.median([cpu(bare, times=1) for _ in range(41)])
    orm = statistics.median(
        [
            cpu(
                lambda: list(
                    Case.objects.filter(
                        waiting_role="department_reviewer", waiting_organisation_id=world.cast.donghu
                    ).order_by("sort_on", "id")[:PAGE]
                ),
                times=1,
            )
            for _ in range(41)
        ]
    )
    return [
        share_of(
            "procedure: pages a second of a reviewer's list, 50 of 100,000 cases, against the ORM reading the rows",
            round(1 / middle),
            1 / orm,
            "pages/CPU s",
            0.5,
            note=f"with its count; bare SQL {plain * 1e3:.2f} ms a page",
        ),
        _migration(),
    ]


def _clone(first: Any, world: World, connection: Any) -> None:
    """``CASES`` copies of a case that waits for the department, a tenth of them at the reviewer's own school."""
    from guantong.procedure.cases.models import Case

    due = "date(c.due_on, ((n.i * 7919) % 90 - 30) || ' days')"
    changed = {
        "public_id": "printf('B%09d', n.i)",
        "subject_id": "'b' || n.i",
        "due_on": due,
        "sort_on": due,
        "waiting_organisation_id": f"CASE WHEN n.i % 10 THEN {world.cast.xiling} ELSE c.waiting_organisation_id END",
    }
    columns = [f.column for f in Case._meta.concrete_fields if f.column != "id"]
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(changed.get(column, f'c."{column}"') for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {CASES - 1}) "
            f"INSERT INTO cases_case ({names}) SELECT {values} FROM n, cases_case c WHERE c.id = {first.pk}"
        )


def _migration() -> Figure:
    """Wall seconds in which the running cases move to another version, each with its chained line."""
    from guantong.base.accounts.public import SYSTEM
    from guantong.procedure.cases import library
    from guantong.procedure.cases.actions import migrate_cases
    from guantong.procedure.cases.definition import read_definition
    from guantong.procedure.cases.models import Case, CaseAction
    from guantong.procedure.cases.tests.sample import changed

    later = read_definition(
        changed(
            ('version: "1"', 'version: "2"'),
            ("working_days: 5", "working_days: 7"),
            ("  - id: department\n    title: 院系初审", "  - id: faculty\n    title: 院系审核"),
            ("to: department, needs", "to: faculty, needs"),
            ("different_from: [department]", "different_from: [faculty]"),
            ("at: [declare, department,", "at: [declare, faculty,"),
            ("different_from: [department, bank]", "different_from: [faculty, bank]"),
        ),
        file="sample.yaml",
    )
    before, find = Case.objects.filter(step="department").count(), library.find_document
    library.find_document = lambda code, region, on: (later.document, "sample.yaml")
    try:
        begun = time.perf_counter()
        report = migrate_cases(
            actor=SYSTEM,
            procedure="sample-request",
            region="990000",
            reason="按新规定办理。",
            mapping={"department": "faculty"},
        )
        spent = time.perf_counter() - begun
    finally:
        library.find_document = find
    assert report.stuck == {} and report.moved >= before >= CASES
    assert CaseAction.objects.filter(action="migrate").count() == report.moved
    assert not Case.objects.filter(step="department").exists()
    return at_most(
        f"procedure: moving {report.moved} running cases to another version, each with its chained line",
        round(spent, 1),
        "s",
        60,
    )


def _replay() -> Figure:
    from guantong.procedure.cases.models import CaseAction
    from guantong.procedure.cases.selectors import verify_all

    def read() -> None:
        for line in CaseAction.objects.order_by("case_id", "sequence").iterator():
            assert line.digest

    found = verify_all()
    assert found.problems == [] and found.lines > 1000
    whole, plain = cpu(verify_all, times=3), cpu(read, times=3)
    return share_of(
        f"procedure: replaying {found.cases} cases ({found.lines} lines) against the ORM reading the lines",
        round(found.lines / whole),
        found.lines / plain,
        "lines/CPU s",
        0.15,
    )


if __name__ == "__main__":
    for figure in run():
        print(figure)
