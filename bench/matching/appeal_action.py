"""An appeal as the action carries it out at the size of a large province, without the web.

From the corrected mark of one candidate to the persons affected by name and number, kept with the appeal: the sealed
run is read and held against the record of its sealing, run again with the correction, and whoever's place differs is
looked up among all candidates. Beside it what of this is reading, the engine's own share (``appeal``) and the plain
run; and the same where choices are groups of a two-stage batch with quotas, lines and conditions, which the engine
itself takes longer for.

CPU seconds of this process (and of the PostgreSQL process that serves it), in a process of its own on a database of its
own: a temporary SQLite file, or the PostgreSQL database named by ``GUANTONG_BENCH_DATABASE`` (emptied at the
beginning). Candidates, people and places are rows; what the run read is packed as sealing packs it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from array import array
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bench.figures import Figure, at_most
from bench.matching.timing import tell

if TYPE_CHECKING:
    from guantong.domains.admission.models import Appeal, Run
    from guantong.domains.admission.tests.scene import Scene
    from guantong.engines.matching.model import Instance, Outcome

CANDIDATES = 300_000
CORRECTION = 40
"""Points added to the practical paper."""
LIMIT = 1.0
"""Seconds (the issue: an appeal run again with the persons affected at 300,000 candidates)."""
MOST_RUNS = 4.0
"""The whole action in plain runs; the engine's share alone is held to two (``appeal``)."""
NAMES = {"maths": "mathematics", "colour_vision": "sight"}
"""Columns of the invented market that the channel of the scene calls otherwise, or means otherwise."""
FULL = {"chinese": 120, "mathematics": 100, "english": 80, "theory": 150, "practice": 300}


def figures(n: int = CANDIDATES) -> list[Figure]:
    """Seconds, and the ratio to the run itself."""
    with tempfile.TemporaryDirectory(prefix="guantong-bench-") as folder:
        url = os.environ.get("GUANTONG_BENCH_DATABASE", f"sqlite://{folder}/bench.sqlite3")
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "guantong.config.settings.test",
            "GUANTONG_TEST_DATABASE": url,
            "GUANTONG_VAR": folder,
        }
        made = subprocess.run(
            [sys.executable, "-m", "bench.matching.appeal_action", "measure", str(n)],
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    found: dict[str, dict[str, float]] = json.loads(made.stdout.strip().splitlines()[-1])
    places, groups = found["places"], found["groups"]
    return [
        at_most(
            f"appeal action, correction to persons listed, {n:,} candidates", places["action"], "s", LIMIT, told(places)
        ),
        at_most(
            "appeal action : plain run",
            places["action"] / places["plain"],
            "times",
            MOST_RUNS,
            f"{places['action'] * 1000:.0f} and {places['plain'] * 1000:.0f} ms",
        ),
        at_most(
            f"appeal action with groups and quotas : its plain run, {n:,} candidates",
            groups["action"] / groups["plain"],
            "times",
            MOST_RUNS,
            told(groups),
        ),
    ]


def told(one: dict[str, float]) -> str:
    """What the time went into."""
    return (
        f"{one['action']:.2f} s: reading {one['reading']:.2f}, engine {one['engine']:.2f}; "
        f"plain run {one['plain']:.2f}; {one['affected']:.0f} persons listed; packed {one['bytes'] / 1e6:.0f} MB"
    )


def measure(n: int) -> dict[str, dict[str, float]]:
    """Both batches, one after the other on the same rows."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from guantong.domains.admission.tests.scene import build_scene
    from guantong.kernel import clock
    from tests.cast import BASELINE, build_cast

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
    call_command("migrate", verbosity=0)
    with clock.frozen_at(BASELINE):
        scene = build_scene(build_cast())
    with clock.frozen_at(BASELINE + timedelta(days=6)):
        instance = of_places(n)
        add_rows(scene, instance)
        found = {"places": measure_one(scene, instance)}
        del instance
        found["groups"] = measure_one(scene, of_groups(n))
    return found


def of_places(n: int) -> Instance:
    """The family the limits are stated for, with the columns of the scene's channel."""
    from bench.matching.instances import ORDER, as_instance, make_market
    from guantong.engines.matching.model import Rules

    return in_the_channel(as_instance(make_market(n), Rules("parallel", "place", ORDER, "admit_all")))


def of_groups(n: int) -> Instance:
    """Groups of two stages, with everything a province's batch may ask for at once."""
    from bench.matching.instances import as_instance, make_groups, provincial_rules

    market, groups = make_groups(n)
    return in_the_channel(as_instance(market, provincial_rules(), groups=groups))


def in_the_channel(instance: Instance) -> Instance:
    """The instance with the columns a run of the scene's channel has: all papers, and facts as texts."""
    from guantong.domains.admission.tests.scene import FACTS
    from guantong.engines.matching.model import Column
    from guantong.engines.matching.reading import read_rules, rules_as_mapping

    columns = {NAMES.get(name, name): column for name, column in instance.columns.items()}
    skill, practice = columns["skill"].values, columns["practice"].values
    columns["theory"] = Column(array("q", [one - other for one, other in zip(skill, practice, strict=True)]))
    for name, text in FACTS.items():
        if name not in columns:
            columns[name] = Column(array("i", bytes(4 * len(instance.candidates))), (text,))
    written = json.dumps(rules_as_mapping(instance.rules))
    for name, other in NAMES.items():
        written = written.replace(f'"{name}"', f'"{other}"')
    return replace(instance, columns=columns, rules=read_rules(json.loads(written)))


def add_rows(scene: Scene, instance: Instance) -> None:
    """A row for every person, candidate and place of the instance."""
    import secrets

    from django.db import transaction

    from guantong.base.people.models import Person
    from guantong.domains.admission.models import Candidate, IntakePlan
    from guantong.domains.admission.tests.scene import FACTS
    from guantong.kernel import clock

    now = clock.now()
    with transaction.atomic():
        people = Person.objects.bulk_create(
            [
                Person(
                    public_id=f"B{lot}",
                    name=f"测量{lot}",
                    id_cipher=b"x",
                    id_index=secrets.token_bytes(32),
                    id_masked="9901**********000X",
                    created_at=now,
                )
                for lot in instance.candidates
            ],
            batch_size=1000,
        )
        Candidate.objects.bulk_create(
            [
                Candidate(
                    public_id=f"C{lot}",
                    cycle=scene.cycle,
                    person=person,
                    year=scene.cycle.year,
                    number=f"26{lot}",
                    lot=lot,
                    attributes=FACTS,
                    registered_at=now,
                )
                for lot, person in zip(instance.candidates, people, strict=True)
            ],
            batch_size=1000,
        )
        first = scene.places["东湖软件"]
        kept = {f.attname: getattr(first, f.attname) for f in IntakePlan._meta.concrete_fields if not f.primary_key}
        IntakePlan.objects.bulk_create(
            [
                IntakePlan(**{**kept, "public_id": place.id, "group_code": place.id, "seats": max(place.seats, 1)})
                for place in instance.places
            ],
            batch_size=500,
        )


def measure_one(scene: Scene, instance: Instance) -> dict[str, float]:
    """CPU seconds of the action and of its parts, the least of some repetitions."""
    from bench.ledger import cpu
    from guantong.domains.admission.actions import appeals, repeating
    from guantong.domains.admission.models import AppealRerun
    from guantong.engines.matching import affected, allocate
    from guantong.engines.matching.varying import with_cells

    before = allocate(instance)
    position = unlucky_one(instance, before)
    run, appeal = sealed_run(scene, instance, before, position)
    practice = instance.columns["practice"].values[position] // 1000 + CORRECTION
    corrected = {"papers": {"practice": str(practice)}}
    found: dict[str, float] = {"bytes": run.packed.size if run.packed is not None else 0}

    def engine() -> object:
        more = {name: instance.columns[name].values[position] // 1000 + CORRECTION for name in ("total", "skill")}
        return affected(before, allocate(with_cells(instance, position, {**more, "practice": practice})))

    def action() -> None:
        appeals.rerun_appeal(actor=scene.he, appeal=appeal, corrected=corrected)

    action()
    found["plain"] = cpu(lambda: allocate(instance), 3)
    found["engine"] = cpu(engine, 3)
    run.refresh_from_db()
    found["reading"] = cpu(lambda: repeating.read_kept(run), 3)
    found["action"] = cpu(action, 5)
    made = AppealRerun.objects.filter(appeal=appeal).latest("pk")
    found["affected"] = len(made.affected)
    expected = affected(before, allocate(with_cells(instance, position, cells_of_action(scene, appeal, corrected))))
    if len(expected) != len(made.affected) or not any(one["is_self"] for one in made.affected):
        raise AssertionError(f"{len(expected)} persons are affected, {len(made.affected)} were listed")
    return found


def cells_of_action(scene: Scene, appeal: Appeal, corrected: dict[str, dict[str, str]]) -> dict[str, Any]:
    """The appellant's facts and marks as corrected, by the channel's own rules."""
    from guantong.domains.admission.rules.facts import read_facts
    from guantong.domains.admission.rules.running import engine_cells
    from guantong.domains.admission.rules.scoring import compose
    from guantong.domains.admission.selectors.channels import channel_of

    channel = channel_of(scene.cycle)
    facts = read_facts(channel, appeal.candidate.attributes)
    papers = {**appeal.candidate.score.papers, **corrected["papers"]}
    return dict(engine_cells(facts, compose(channel, facts, papers).keys))


def unlucky_one(instance: Instance, before: Outcome) -> int:
    """Somebody without a place whose marks the channel allows and whom the correction lifts well over a cut-off."""
    columns = {name: instance.columns[name].values for name in FULL}
    total, least = instance.columns["total"].values, dict.fromkeys(instance.units, 2**60)
    for row in before.cutoffs:
        if row.values and row.slice == "ordinary":
            least[row.unit] = min(least[row.unit], int(row.values[0] or 0))
    for position in range(len(instance.candidates) // 2, len(instance.candidates)):
        if before.place[position] >= 0:
            continue
        marks = {name: values[position] // 1000 for name, values in columns.items()}
        marks["practice"] += CORRECTION
        wished = {instance.units[instance.choice_units[choice]] for choice in instance.choices_of(position)}
        lowest = min((least[unit] for unit in wished), default=2**60)
        if all(0 < mark <= FULL[name] for name, mark in marks.items()) and total[position] + 30_000 > lowest:
            return position
    raise AssertionError("nobody can be lifted over a cut-off")


def sealed_run(scene: Scene, instance: Instance, before: Outcome, position: int) -> tuple[Run, Appeal]:
    """A published run with its packed form and the record of its sealing, and an open appeal against it."""
    from django.db import transaction

    from guantong.base.accounts.public import SYSTEM
    from guantong.base.audit.record import record
    from guantong.base.files.public import store_file
    from guantong.domains.admission.models import Appeal, Candidate, Run, Score
    from guantong.domains.admission.selectors.kept_runs import packed_name
    from guantong.engines.matching.packing import pack
    from guantong.engines.matching.reading import rules_as_mapping
    from guantong.engines.matching.sealing.arrays import digest_of_run
    from guantong.engines.matching.sealing.formats import FORMAT
    from guantong.engines.matching.sealing.manifest import counts_of, digest_of_manifest
    from guantong.engines.matching.sealing.version import code_version, engine_versions
    from guantong.kernel import clock
    from guantong.kernel.tokens import public_id

    now, name = clock.now(), public_id()
    assert scene.round is not None
    rules = json.loads(json.dumps(rules_as_mapping(instance.rules)))
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "code": code_version(),
        "engines": engine_versions(),
        "inputs": {},
        "rules": rules,
        "words": {place.id: f"东湖职业技术学院 第 {place.id} 专业" for place in instance.places},
        "counts": counts_of(instance, before),
        "arrays": digest_of_run(instance, before),
        "seed": None,
    }
    manifest["digest"] = digest_of_manifest(manifest)
    Run.objects.filter(round=scene.round).update(state="abandoned")
    run = Run(
        public_id=name,
        round=scene.round,
        purpose="real",
        state="published",
        phase="done",
        rules=rules,
        manifest=manifest,
        root="0" * 64,
        engine={"code": manifest["code"], "engines": manifest["engines"]},
        started_by="测量",
        started_at=now,
        published_at=now,
    )
    run.packed = store_file(SYSTEM, packed_name(run), pack(instance, before), "bundle")
    run.save()
    with transaction.atomic():
        record(
            actor=SYSTEM,
            action="seal_run",
            subject=("admission.run", name),
            region=scene.cycle.region,
            facts={"manifest": manifest["digest"], "packed": run.packed.sha256},
        )
    candidate = Candidate.objects.get(cycle=scene.cycle, lot=instance.candidates[position])
    papers = {paper: str(instance.columns[paper].values[position] // 1000) for paper in FULL}
    Score.objects.update_or_create(candidate=candidate, defaults={"papers": papers, "entered_at": now})
    Appeal.objects.filter(candidate=candidate).update(state="refused")
    appeal = Appeal.objects.create(
        public_id=public_id(),
        candidate=candidate,
        round=scene.round,
        run=run,
        about="score",
        grounds="技能操作少算了一项。",
        opened_at=now,
    )
    return run, appeal


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        print(json.dumps(measure(int(sys.argv[2]))))
    else:
        sys.exit(tell(figures(int(sys.argv[1]) if len(sys.argv) > 1 else CANDIDATES)))
