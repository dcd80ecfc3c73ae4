"""Carrying a run out: both implementations, the independent check, the comparison, the results, the seal.

Every step can be done again: results are written in one transaction, which clears what an earlier attempt left; a run
whose process died is simply taken up from the start. Executed by ``guantong work`` or directly.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Q

from guantong.base.accounts.public import SYSTEM
from guantong.base.audit.record import record
from guantong.base.bulk import insert_rows
from guantong.base.files.public import store_file
from guantong.base.orgs.public import name_on
from guantong.base.people.crypto import keyring
from guantong.base.signing.public import signing_key
from guantong.domains.admission.actions.aside import beside
from guantong.domains.admission.actions.cycles import open_seed
from guantong.domains.admission.actions.runs import require_clean
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Cutoff, Run, RunResult, Score
from guantong.domains.admission.rules.phases import (
    CHECKING,
    COMPARING,
    DONE,
    FAST,
    PLAIN,
    READING,
    SEALING,
    WAITING,
    WRITING,
)
from guantong.domains.admission.rules.states import ABANDONED, COMPUTED, SEALED, STARTED
from guantong.domains.admission.selectors.instances import RunInput, as_bytes, pack_of, read_round
from guantong.domains.admission.selectors.kept_runs import packed_name
from guantong.domains.admission.selectors.proofs import KEY_PURPOSE
from guantong.domains.admission.selectors.titles import titles_of
from guantong.domains.admission.selectors.visitor_cycles import round_title
from guantong.engines import matching
from guantong.engines.matching import Instance, Outcome, allocate_plainly, check, compare
from guantong.engines.matching.model import NONE, Code
from guantong.engines.matching.packing import pack
from guantong.engines.matching.sealing.bundle import bundle_bytes
from guantong.engines.matching.sealing.certificate import against
from guantong.engines.matching.sealing.manifest import Checked, Sealed, seal_under
from guantong.engines.matching.sealing.signing import seal_document, signed
from guantong.engines.proof.merkle import leaf_hash
from guantong.kernel import clock
from guantong.kernel.collecting import seldom_collecting
from guantong.kernel.refusal import Problem, Refusal
from guantong.kernel.tokens import public_id, random_bytes

log = logging.getLogger("guantong.admission")
LEASE = timedelta(minutes=10)
"""How long a run is held without a sign of life."""

SHOWN = 200
"""Most differences kept with a run."""


class Lost(Exception):
    """The run is somebody else's now, or was abandoned."""


def carry_out(*, run: Run) -> Run:
    """Compute and seal a started run in this process; returns it as it then stands.

    A mock or trial run ends ``computed``, a real one ``sealed``, unless the implementations differ or the check fails:
    then it stays ``computed`` with what was found (ADM-103, ADM-104 are raised). Faulty data (MTC-…, ADM-…) ends it as
    ``abandoned`` with every problem kept, and raises them. ADM-101 when another process holds it.
    """
    worker = public_id(8)
    if not _claim(run.pk, worker):
        raise errors.RUN_HELD.refuse()
    row = Run.objects.select_related("round__cycle").get(pk=run.pk)
    try:
        with seldom_collecting():
            _carry_out(row, worker)
    except Refusal as refusal:
        _stop(row, worker, refusal)
        raise
    finally:
        Run.objects.filter(pk=run.pk, lease_owner=worker).update(lease_owner="", lease_until=None)
    row.refresh_from_db()
    return row


def work_on_runs() -> str:
    """Carry out every run that waits and nobody holds (timed work). Returns the outcome in one sentence."""
    done = 0
    while (run := _next()) is not None:
        try:
            carry_out(run=run)
        except Refusal as refusal:
            log.warning("admission run %s: %s", run.public_id, refusal)
        except Lost:
            log.warning("admission run %s was taken by somebody else", run.public_id)
        done += 1
    return f"办理了 {done} 次投档运算。" if done else ""


def _next() -> Run | None:
    now = clock.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    waiting = Q(state=STARTED) | Q(state=COMPUTED, purpose="real", mismatches=[], violations=[])
    return Run.objects.filter(free & waiting, stop=[]).exclude(purpose="appeal").order_by("pk").first()


def _claim(pk: int, worker: str) -> bool:
    now = clock.now()
    free = Run.objects.filter(Q(lease_until=None) | Q(lease_until__lt=now), pk=pk, state__in=[STARTED, COMPUTED])
    return bool(free.update(lease_owner=worker, lease_until=now + LEASE))


def _phase(row: Run, worker: str, phase: str, total: int = 0) -> None:
    """Show where the run is and renew the lease; :class:`Lost` when it is not ours any more."""
    now = clock.now()
    mine = Run.objects.filter(pk=row.pk, lease_owner=worker, state__in=[STARTED, COMPUTED])
    if not mine.update(phase=phase, done=0, total=total, phase_at=now, lease_until=now + LEASE):
        raise Lost


def _stop(row: Run, worker: str, refusal: Refusal) -> None:
    """Keep why the run stopped; with faulty data it is over, with differences it waits for somebody to look."""
    problems = [_as_json(p) for p in list(refusal)[:SHOWN]]
    mine = Run.objects.filter(pk=row.pk, lease_owner=worker)
    if row.state == STARTED:
        mine.update(stop=problems, state=ABANDONED, ended_reason=next(iter(refusal)).message[:300])
    else:
        mine.update(stop=problems)
    with transaction.atomic():
        _record(row, "stop_run", {"codes": sorted({p.code for p in refusal}), "problems": len(refusal.problems)})


def _as_json(problem: Problem) -> dict[str, object]:
    return problem.as_json()


def seed_of(row: Run) -> str | None:
    """The seed of a run: the committed one for real runs and appeals; one of its own, worth nothing, for others."""
    if row.purpose in {"real", "appeal"}:
        return open_seed(row.round.cycle)
    return hashlib.sha256(b"mock\x00" + row.public_id.encode()).hexdigest()


def key_of(row: Run) -> bytes:
    """The 32 bytes pseudonyms of a run follow from; drawn at the first call, then kept sealed."""
    if row.key_cipher is None:
        row.key_cipher = keyring().seal(random_bytes(32).hex(), KEY_PURPOSE)
        row.save(update_fields=["key_cipher"])
    return bytes.fromhex(keyring().open(bytes(row.key_cipher), KEY_PURPOSE))


def _carry_out(row: Run, worker: str) -> None:
    _phase(row, worker, READING)
    given = read_round(row.round, is_mock=row.purpose == "mock")
    seed = seed_of(row) if given.batch.ties == "lottery" else None
    instance = given.instance(seed)
    if row.state == STARTED:
        with beside(instance, allocate_plainly) as plainly:
            outcome = _allocate(row, worker, instance)
            found = _second_opinion(row, worker, instance, outcome, plainly)
        sealed = _seal(row, given, instance, outcome, found)
        _phase(row, worker, WRITING, len(instance.candidates))
        _write(row, worker, given, sealed, found)
    else:
        require_clean(row)
        outcome = _allocate(row, worker, instance)
        sealed = _seal(row, given, instance, outcome, Checked())
        if sealed.digest != row.manifest.get("digest"):
            changed = "、".join(k for k, v in sealed.manifest.items() if row.manifest.get(k) != v)
            raise errors.INPUT_CHANGED.refuse(what=f"投档的输入或程序（{changed}）")
    require_clean(row)
    if row.purpose == "real":
        _phase(row, worker, SEALING)
        _keep(row, worker, given, sealed)
    else:
        Run.objects.filter(pk=row.pk, lease_owner=worker).update(phase=DONE)


def _allocate(row: Run, worker: str, instance: Instance) -> Outcome:
    _phase(row, worker, FAST, len(instance.candidates))
    return matching.allocate(instance)


def _second_opinion(
    row: Run, worker: str, instance: Instance, outcome: Outcome, plainly: Callable[[], Outcome]
) -> Checked:
    """The independent check, the other implementation and the comparison; what they find is kept with the run."""
    _phase(row, worker, CHECKING, len(instance.candidates))
    violations = check(instance, outcome)
    _phase(row, worker, PLAIN, len(instance.candidates))
    other = plainly()
    _phase(row, worker, COMPARING, len(instance.candidates))
    mismatches = compare(outcome, other)
    row.mismatches = [str(one) for one in mismatches[:SHOWN]]
    row.violations = [str(one) for one in violations[:SHOWN]]
    return Checked(mismatches=len(mismatches), violations=len(violations))


def _seal(row: Run, given: RunInput, instance: Instance, outcome: Outcome, found: Checked) -> Sealed:
    """Manifest and tree. The moment is that of the start, so that sealing again gives the same manifest."""
    return seal_under(
        key_of(row),
        instance,
        outcome,
        inputs={name: {"sha256": digest} for name, digest in given.digests.items()},
        checked=found,
        pack=pack_of(given),
        titles=titles_of(given, row.started_at.astimezone(clock.CHINA_TIME).date()),
        is_revealed=False,
        made_at=row.started_at.isoformat(),
    )


_RESULT = ("run_id", "candidate_id", "plan_id", "slice", "ordinal", "reason", "row", "against", "position", "leaf")
_CHUNK = 2000


def _write(row: Run, worker: str, given: RunInput, sealed: Sealed, found: Checked) -> None:
    """Results and cut-offs in one transaction, in place of what an earlier attempt left."""
    with transaction.atomic():
        locked = (
            Run.objects.select_for_update(of=("self",)).filter(pk=row.pk, lease_owner=worker, state=STARTED).first()
        )
        if locked is None:
            raise Lost
        RunResult.objects.filter(run=row).delete()
        Cutoff.objects.filter(run=row).delete()
        rows = _result_rows(row, given, sealed)
        while chunk := list(islice(rows, _CHUNK)):
            insert_rows(RunResult, _RESULT, chunk)
        Cutoff.objects.bulk_create(_cutoffs(row, given, sealed.instance, sealed.outcome), batch_size=400)
        row.digests = dict(given.digests)
        row.manifest = {**sealed.manifest, "seed": None}
        row.engine = {"code": sealed.manifest["code"], "engines": sealed.manifest["engines"]}
        row.figures = figures_of(given, sealed)
        row.rules = dict(given.rules)
        row.state, row.computed_at = COMPUTED, clock.now()
        row.save(
            update_fields=[
                "digests", "manifest", "engine", "figures", "rules", "state", "computed_at", "mismatches", "violations",
            ]
        )  # fmt: skip
        _record(
            row,
            "compute_run",
            {
                "input": given.digests["input"],
                "result": sealed.manifest["result"],
                "mismatches": found.mismatches,
                "violations": found.violations,
            },
        )


def slice_name(instance: Instance, number: int) -> str:
    """Which seats: ``ordinary`` or the id of a quota; empty without a place."""
    if number == NONE:
        return ""
    return "ordinary" if number == 0 else instance.rules.quotas[number - 1].id


def _result_rows(row: Run, given: RunInput, sealed: Sealed) -> Iterator[tuple[Any, ...]]:
    instance, outcome = sealed.instance, sealed.outcome
    for position, c in enumerate(sealed.order):
        line = sealed.lines.line(c)
        place = outcome.place[c]
        yield (
            row.pk,
            given.candidates[c],
            given.plans[instance.places[place].id] if place != NONE else None,
            slice_name(instance, outcome.slice[c]),
            outcome.ordinal[c] if place != NONE else None,
            Code(outcome.reason[c]).label,
            line.decode(),
            json.dumps(against(sealed, c)),
            position,
            leaf_hash(line),
        )


_At = tuple[str, str, str, int | None]


def _last_ranks(given: RunInput, instance: Instance, outcome: Outcome) -> dict[_At, int]:
    """(unit, place or empty, seats, ordinal where it goes by ordinals) → the largest rank of those placed there in this
    run."""
    in_steps = instance.rules.mechanism == "sequential"
    ranks: dict[int, int | None] = {}
    for start in range(0, len(given.candidates), 500):
        part = given.candidates[start : start + 500]
        ranks.update(
            Score.objects.filter(candidate_id__in=part, rank__isnull=False).values_list("candidate_id", "rank")
        )
    found: dict[_At, int] = {}
    for c, place in enumerate(outcome.place):
        rank = ranks.get(given.candidates[c])
        if place == NONE or rank is None or not outcome.ordinal[c]:
            continue
        unit, seats = instance.units[instance.unit_of_place[place]], slice_name(instance, outcome.slice[c])
        step = outcome.ordinal[c] if in_steps else None
        for at in ((unit, instance.places[place].id, seats, step), (unit, "", seats, step)):
            found[at] = max(found.get(at, 0), rank)
    return found


def _cutoffs(row: Run, given: RunInput, instance: Instance, outcome: Outcome) -> Iterator[Cutoff]:
    ranks, in_steps = _last_ranks(given, instance, outcome), instance.rules.mechanism == "sequential"
    for one in outcome.cutoffs:
        yield Cutoff(
            run=row,
            unit=one.unit,
            plan_id=given.plans[one.place] if one.place is not None else None,
            slice=one.slice,
            keys=[[name, value] for name, value in zip(one.names, one.values, strict=True)],
            ordinal=one.ordinal,
            seats=one.seats,
            admitted=one.admitted,
            filed=one.filed,
            is_full=one.full,
            rank=ranks.get((one.unit, one.place or "", one.slice, one.ordinal if in_steps else None)),
        )


def figures_of(given: RunInput, sealed: Sealed) -> dict[str, Any]:
    """Counts of a run: candidates, seats, placed, by ordinal, by reason."""
    outcome = sealed.outcome
    ordinals: dict[str, int] = {}
    for place, ordinal in zip(outcome.place, outcome.ordinal, strict=True):
        if place != NONE and ordinal:
            ordinals[str(ordinal)] = ordinals.get(str(ordinal), 0) + 1
    counts: dict[str, Any] = dict(sealed.manifest["counts"])
    return {**counts, "ordinals": ordinals, "fixed": len(given.fixed), "repetitions": outcome.runs}


def _keep(row: Run, worker: str, given: RunInput, sealed: Sealed) -> None:
    """Store what was read and the pseudonymised bundle; from here on the run is sealed."""
    with transaction.atomic():
        locked = (
            Run.objects.select_for_update(of=("self",)).filter(pk=row.pk, lease_owner=worker, state=COMPUTED).first()
        )
        if locked is None:
            raise Lost
        row.inputs = store_file(SYSTEM, f"inputs-{row.public_id}.zip", as_bytes(given), "bundle")
        row.packed = store_file(SYSTEM, packed_name(row), pack(sealed.instance, sealed.outcome), "bundle")
        row.bundle = store_file(SYSTEM, f"bundle-{row.public_id}.zip", bundle_bytes(sealed), "bundle")
        row.root = sealed.manifest["result"]["root"]
        row.signature = _signed(row, given, sealed)
        row.state, row.phase, row.sealed_at = SEALED, DONE, clock.now()
        row.save(update_fields=["inputs", "packed", "bundle", "root", "signature", "state", "phase", "sealed_at"])
        facts = {
            "root": row.root,
            "manifest": sealed.digest,
            "bundle": row.bundle.sha256,
            "packed": row.packed.sha256,
        }
        _record(row, "seal_run", facts | {"signed_by": row.signature.get("signature", {}).get("key_id", "")})


def _signed(row: Run, given: RunInput, sealed: Sealed) -> dict[str, Any]:
    """The seal under the organiser's key, made on first need; empty for a cycle nobody organises."""
    cycle = row.round.cycle
    if cycle.organiser_id is None or row.bundle is None:
        return {}
    key, today = signing_key(cycle.organiser_id), clock.today()
    seal = seal_document(
        sealed.manifest, title=f"{cycle.title} {round_title(row.round, given.batch)}", bundle=row.bundle.sha256
    )
    return signed(seal, key, issuer=name_on(cycle.organiser_id, today), on=today)


def _record(row: Run, action: str, facts: dict[str, Any]) -> None:
    cycle = row.round.cycle
    record(
        actor=SYSTEM,
        action=action,
        subject=("admission.run", row.public_id),
        region=cycle.region,
        law_version=cycle.law_version,
        facts={"started_by": row.started_by, **facts},
    )


__all__ = ["WAITING", "Lost", "carry_out", "figures_of", "key_of", "seed_of", "slice_name", "work_on_runs"]
