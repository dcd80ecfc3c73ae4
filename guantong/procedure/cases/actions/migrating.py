"""Running cases to the version of their procedure in force today, when someone orders it; never by itself.

A case keeps the law of its day: only the definition changes. Its log gets one line (``migrate``) with both digests, the
mapping, who ordered it and why; the running deadline stays as people were told it, and periods of the new version begin
with the next step. Whoever declared is told, one notice a case, written with the case. What cannot be mapped stays on
its version and is listed with the reason.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import require
from guantong.base.audit.record import record
from guantong.base.bulk import insert_rows, moment_for_driver, update_rows
from guantong.base.notices.public import Message, write_many
from guantong.base.orgs.public import has_authority_over
from guantong.kernel import clock
from guantong.kernel.digest import digest_of

from .. import errors, library, machine
from ..checks import state_of
from ..declaring import takes_form
from ..definition import Definition, Step
from ..definition.differences import differences
from ..log import line_content
from ..machine import RUNNING, Impossible, State
from ..models import Case, CaseAction, Deadline, ProcedureVersion
from ..opinions import Opinion
from ..periods import chinese_day
from ..telling import migrated_message
from .due import NEVER, next_due, start
from .progress import apply
from .responsible import find_bodies, why_not_responsible
from .tasks import drop, hand_out

if TYPE_CHECKING:
    from guantong.policy.asking import Law

CHUNK = 1000


@dataclass
class MigrationReport:
    """What a migration did, or (``is_dry``) would do."""

    procedure: str
    region: str
    to_version: str
    is_dry: bool
    moved: int = 0
    already: int = 0
    """Running cases that are on the version in force."""
    places: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """(version, title of the step, title of the step in the new version) → cases."""
    stuck: dict[str, list[str]] = field(default_factory=dict)
    """Why → public ids of the cases that stay."""
    changes: dict[str, list[str]] = field(default_factory=dict)
    """Version a case leaves → what the new version changes against it."""

    @property
    def staying(self) -> int:
        """How many cases cannot be moved."""
        return sum(len(ids) for ids in self.stuck.values())

    def sentence(self) -> str:
        """The report in one Chinese sentence."""
        word = "可以改用" if self.is_dry else "已经改用"
        text = f"{self.moved}件{word}新版本（{self.to_version}）"
        text += f"，{self.already}件本来就用这一版本" if self.already else ""
        return text + (f"；{self.staying}件不能改用，仍按原版本办理。" if self.staying else "。")


@dataclass(frozen=True, slots=True)
class _Order:
    """One order to migrate: what is the same for every case."""

    actor: Actor
    to: Definition
    version: ProcedureVersion | None
    mapping: Mapping[str, str]
    said: Opinion
    now: datetime


def migrate_cases(
    *,
    actor: Actor,
    procedure: str,
    region: str,
    reason: str,
    mapping: Mapping[str, str] | None = None,
    dry_run: bool = False,
) -> MigrationReport:
    """Move every running case of ``procedure`` in ``region`` to the version in force there today.

    ``mapping`` names steps that bear another id in the new version (old → new). ``dry_run`` writes nothing and says
    how many, at which steps, and what changes. Works in chunks, each its own transaction with its audit line, and may
    be repeated: cases already there are left alone. Needs ``procedures.migrate`` over the region. Refuses PRC-101 no
    such procedure, PRC-159 a mapping that names no step, PRC-160 no reason, PRC-161 another area.
    """
    _require_mandate(actor, region)
    to = library.definition_in_force(procedure, region, clock.today())
    _check_mapping(to, mapping or {})
    if not dry_run and not reason.strip():
        raise errors.MIGRATION_REASON.refuse()
    report = MigrationReport(procedure, region, to.version, dry_run)
    version = None if dry_run else library.keep_version(to, region)
    order = _Order(actor, to, version, dict(mapping or {}), Opinion(text=reason.strip()[:2000]), clock.now())
    running = Case.objects.filter(procedure=procedure, region=region, state__in=RUNNING)
    report.already = running.filter(version_digest=to.digest).count()
    after = 0
    while True:
        with transaction.atomic():
            waiting = running.exclude(version_digest=to.digest).filter(pk__gt=after).order_by("pk")
            cases = list((waiting if dry_run else waiting.select_for_update())[:CHUNK])
            if not cases:
                break
            after, before = cases[-1].pk, report.moved
            _move_chunk(order, cases, report)
            if report.moved > before and not dry_run:
                facts = {"to": to.digest, "mapping": dict(order.mapping), "moved": report.moved - before}
                record(
                    actor=actor,
                    action="migrate_cases",
                    subject=("cases.procedure", procedure),
                    region=region,
                    reason=reason.strip(),
                    facts={**facts, "stuck": report.staying},
                )
    return report


def _require_mandate(actor: Actor, region: str) -> None:
    require(actor, "procedures.migrate")
    if actor.is_system or actor.is_operator:
        return
    own = sorted(actor.organisations("procedures.migrate"))
    if not any(has_authority_over(body, region, clock.today()) for body in own):
        raise errors.MIGRATION_AREA.refuse(region=region)


def _check_mapping(to: Definition, mapping: Mapping[str, str]) -> None:
    known = {**to.steps, **to.outcomes}
    wrong = [new for new in mapping.values() if new not in known]
    if wrong:
        raise errors.MIGRATION_MAPPING.refuse(step="、".join(wrong), known="、".join(to.steps))


def _move_chunk(order: _Order, cases: list[Case], report: MigrationReport) -> None:
    """Judge every case of a chunk, and (unless dry) write the lines, columns and deadlines of those that move."""
    moving: list[tuple[Case, Definition, State, dict[str, int]]] = []
    bodies: dict[tuple[Any, ...], dict[str, int]] = {}
    for case in cases:
        before = library.definition_of(case)
        if before.version not in report.changes:
            report.changes[before.version] = differences(before, order.to, order.mapping)
        try:
            after = machine.migrate(before, order.to, state_of(case), order.mapping)
        except Impossible as error:
            report.stuck.setdefault(str(error), []).append(case.public_id)
            continue
        key = (case.organisation_id, case.region, case.law_on)
        if key not in bodies:
            bodies[key] = find_bodies(order.to, case.organisation_id, case.region, case.law_on)
        why = _why_stuck(case, before, after, order.to, bodies[key])
        if why:
            report.stuck.setdefault(why, []).append(case.public_id)
            continue
        old_step, new_step = before.steps[case.step].title, order.to.steps[after.step].title
        report.places[(before.version, old_step, new_step)] += 1
        report.moved += 1
        moving.append((case, before, after, bodies[key]))
    if order.version is not None and moving:
        _write(order, moving)


def _why_stuck(case: Case, before: Definition, after: State, to: Definition, bodies: dict[str, int]) -> str:
    old, new = before.steps[case.step], to.steps[after.step]
    if old.parts != new.parts:
        return f"“{old.title}”挂着的评审、公示等在新版本里不同，要先办完这一环节"
    if before.subject != to.subject or before.declarers.of != to.declarers.of:
        return "新版本办的不是同一件事，或不由同一方提出"
    problem = why_not_responsible(case, to, bodies)
    return problem.message.rstrip("。") if problem is not None else ""


def _write(order: _Order, moving: list[tuple[Case, Definition, State, dict[str, int]]]) -> None:
    declared = _declared([case for case, *_ in moving], moving[0][1], order.to) if order.to.form else {}
    lines: list[tuple[Any, ...]] = []
    columns: list[tuple[Any, ...]] = []
    special: list[tuple[Case, Step, State]] = []
    renamed: dict[str, list[int]] = {}
    at = moment_for_driver(order.now)
    version_id = order.version.pk if order.version is not None else 0
    for case, before, after, bodies in moving:
        old_state, old_step = state_of(case), before.steps[case.step]
        details: dict[str, Any] = {
            "from_digest": before.digest,
            "to_digest": order.to.digest,
            "mapping": dict(order.mapping),
        }
        if bodies.keys() - case.bodies.keys():
            case.bodies = details["bodies"] = {**bodies, **case.bodies}
        if case.due_on is not None:
            details["due_on"], details["is_provisional"] = case.due_on.isoformat(), case.is_provisional
        line = CaseAction(
            case_id=case.pk,
            sequence=case.sequence + 1,
            at=order.now,
            actor_user_id=order.actor.user_id,
            actor_person_id=order.actor.person_id,
            actor_label=order.actor.label,
            action="migrate",
            step=old_state.step,
            opinion=order.said.as_json(),
            values=declared.get(case.pk, {}),
            details=details,
            before=old_state.as_json(),
            after=after.as_json(),
            law_version=case.law_version,
        )
        line.digest = digest_of(line_content(line, case.public_id, case.head_digest))
        case.sequence, case.head_digest = line.sequence, line.digest
        case.version_id, case.version_digest = version_id, order.to.digest
        case.migrations += 1
        apply(case, order.to, after)
        lines.append(_line_row(line, at))
        columns.append(_case_row(case))
        new_step = order.to.steps[after.step]
        if old_step.parallel is not None or new_step.parallel is not None or _changes_deadline(old_step, new_step):
            special.append((case, old_step, after))
        if old_step.id != new_step.id:
            renamed.setdefault(new_step.id, []).append(case.pk)
    write_many(_messages(order, moving))
    insert_rows(CaseAction, _LINE, lines)
    update_rows(Case, _CASE, columns)
    for step_id, case_ids in renamed.items():
        Deadline.objects.filter(case_id__in=case_ids, state__in=("open", "missed")).update(step=step_id)
    for case, old_step, after in special:
        _renew(order, case, old_step, after)


def _messages(order: _Order, moving: list[tuple[Case, Definition, State, dict[str, int]]]) -> Iterator[Message]:
    """One notice for each case, to whoever declared: what changed, where it stands, that a running period stays."""
    told: dict[tuple[str, str], str] = {}
    for case, before, after, _ in moving:
        key = before.digest, after.step
        if key not in told:
            told[key] = _what_changed(order, before, after)
        until = f"现在的期限仍是{chinese_day(case.due_on)}。" if case.due_on is not None else ""
        text = f"“{case.title}”（编号{case.public_id}）改按{told[key]}{until}"
        message = migrated_message(case, text)
        if message is not None:
            yield message


LONGEST_TOLD = 170
"""Characters of what changed: the title, the place and the period stand beside it in a notice of 300."""


def _what_changed(order: _Order, before: Definition, after: State) -> str:
    changes = "".join(differences(before, order.to, order.mapping)) or "办理的规定没有实质改动。"
    if len(changes) > LONGEST_TOLD:
        changes = changes[:LONGEST_TOLD] + "……"
    step = order.to.steps[after.step].title
    return f"第{order.to.version}版办理，原来是第{before.version}版。{changes}本件现在办到“{step}”。"


def _changes_deadline(old: Step, new: Step) -> bool:
    return (old.deadline is None) != (new.deadline is None)


def _renew(order: _Order, case: Case, old: Step, after: State) -> None:
    """A period that begins or ends with the new version, and the tasks of parallel review."""
    new = order.to.steps[after.step]
    if old.deadline is not None and new.deadline is None:
        Deadline.objects.filter(case_id=case.pk, state="open").update(state="cancelled", settled_at=order.now)
        case.due_on, case.is_provisional, case.sort_on = None, False, NEVER
    elif old.deadline is None and new.deadline is not None:
        law: Law = library.law_on(case.law_on, case.region)
        due = next_due(case, order.to, after, law, order.now)
        if due is not None:
            start(case, order.to, after, due, law)
            case.due_on, case.is_provisional, case.sort_on = due.on, due.is_provisional, due.on
    case.save(update_fields=["due_on", "is_provisional", "sort_on"])
    if old.parallel is not None:
        drop(case)
    hand_out(case, new)


def _declared(cases: list[Case], before: Definition, to: Definition) -> dict[int, dict[str, Any]]:
    """The declaration of each case as far as the new form knows its fields: the migrating line carries it on."""
    fields = {f.id for f in to.form}
    found: dict[int, dict[str, Any]] = {}
    lines = CaseAction.objects.filter(case_id__in=[c.pk for c in cases]).exclude(values={}).order_by("sequence")
    definitions = {case.pk: library.definition_of(case) for case in cases}
    for line in lines.only("case_id", "action", "step", "values"):
        if takes_form(definitions.get(line.case_id, before), line):
            found[line.case_id] = {k: v for k, v in line.values.items() if k in fields}
    return found


_LINE = (
    "case_id",
    "sequence",
    "at",
    "actor_user_id",
    "actor_person_id",
    "actor_label",
    "actor_role",
    "action",
    "step",
    "opinion",
    "values",
    "details",
    "before",
    "after",
    "law_version",
    "digest",
)
_CASE = (
    "version_id",
    "version_digest",
    "migrations",
    "bodies",
    "step",
    "trail",
    "outcome",
    "revision",
    "is_escalated",
    "waiting_role",
    "escalated_role",
    "waiting_organisation_id",
    "waiting_department",
    "waiting_person_id",
    "sequence",
    "head_digest",
)
_as_json = json.JSONEncoder(ensure_ascii=False).encode
"""Made once: ``json.dumps`` would make an encoder for each of a million cells."""
_AS_JSON = frozenset({"opinion", "values", "details", "before", "after", "bodies", "trail"})


def _plain(row: Any, columns: Iterable[str]) -> tuple[Any, ...]:
    return tuple(_as_json(getattr(row, name)) if name in _AS_JSON else getattr(row, name) for name in columns)


def _line_row(line: CaseAction, at: Any) -> tuple[Any, ...]:
    values = _plain(line, _LINE)
    return (*values[:2], at, *values[3:])


def _case_row(case: Case) -> tuple[Any, ...]:
    return (*_plain(case, _CASE), case.pk)
