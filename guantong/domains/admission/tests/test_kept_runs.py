"""What is kept of a sealed run: packed arrays for speed, the JSON behind them; neither unless it is what was sealed."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from guantong.base.accounts.public import SYSTEM
from guantong.base.audit.models import AuditLine
from guantong.base.files.models import StoredFile
from guantong.base.files.public import read_bytes, store_file
from guantong.base.files.storage import path_of
from guantong.domains.admission.actions import appeals, placements, rounds, runs, trials
from guantong.domains.admission.actions.computing import carry_out
from guantong.domains.admission.models import Run
from guantong.domains.admission.rules.choosing import ChoiceEntry
from guantong.domains.admission.selectors import instances, kept_runs
from guantong.domains.admission.selectors.instances import as_bytes, digests_of_input, from_bytes
from guantong.domains.admission.tests.test_appeals import LATER, appeal
from guantong.domains.admission.tests.test_placements import review_all, supplementary
from guantong.domains.admission.tests.test_trials import codes
from guantong.engines import matching
from guantong.engines.matching.packing import pack
from guantong.engines.matching.sealing.arrays import digest_of_run
from guantong.engines.matching.varying import with_cells
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal

CORRECTIONS = [
    ("丙", {"papers": {"practice": "250"}}),
    ("壬", {"papers": {"chinese": "120", "mathematics": "100", "english": "80", "practice": "300"}}),
    ("癸", {"attributes": {"category": "电子与信息大类"}}),
    ("乙", {"papers": {"practice": "100"}, "attributes": {"health": "不合格"}}),
]
CHANGES = [
    {"stages": "one"},
    {"ties": "reject_all"},
    {"ties": "lottery"},
    {"mechanism": "sequential"},
    {"ratio": "1.5"},
    {"list_length": 1},
    {"skill_share": "80"},
    {"skill_share": "12.5", "list_length": 1, "ties": "reject_all"},
]


@pytest.fixture
def published(scene):
    scene.run_all()
    with clock.frozen_at(LATER):
        yield scene


@pytest.fixture
def no_json(monkeypatch):
    """Reading the JSON would be told."""

    def told(*arguments: object) -> None:
        raise AssertionError("the JSON was read")

    monkeypatch.setattr(kept_runs, "from_bytes", told)


def without_packed(scene) -> None:
    """As a run was that was sealed before there was a packed form."""
    Run.objects.filter(pk=scene.run.pk).update(packed=None)
    scene.refresh()


def of_the_action(scene, opened, corrected) -> tuple[object, object]:
    opened.refresh_from_db()
    made = appeals.rerun_appeal(actor=scene.he, appeal=opened, corrected=corrected)
    return made.outcome, made.affected


def gains_of(scene, changes) -> dict[str, object]:
    scene.refresh()
    trial = trials.try_rules(actor=scene.he, run=scene.run, changes=changes, group="category")
    return trial.figures


def test_a_sealed_run_has_its_packed_form_and_its_digest_stands_in_the_record(published):
    run = published.run
    assert run.packed is not None
    line = AuditLine.objects.get(action="seal_run", subject_id=run.public_id)
    assert line.facts["packed"] == run.packed.sha256
    assert line.facts["manifest"] == run.manifest["digest"]


def test_appeals_and_trials_read_the_packed_form_alone(published, no_json):
    scene = published
    opened = appeal(scene)
    outcome, affected = of_the_action(scene, opened, CORRECTIONS[0][1])
    assert outcome["after"]["place"] == scene.places["东湖软件"].public_id
    assert [one["name"] for one in affected] == ["考生丙", "考生乙"]
    assert gains_of(scene, {"list_length": 1})["candidates"] == 10


@pytest.mark.parametrize(("name", "corrected"), CORRECTIONS, ids=[name for name, _ in CORRECTIONS])
def test_both_forms_give_the_same_answer_to_an_appeal(published, name, corrected):
    scene = published
    opened = appeal(scene, name)
    quick = of_the_action(scene, opened, corrected)
    without_packed(scene)
    assert of_the_action(scene, opened, corrected) == quick


@pytest.mark.parametrize("changes", CHANGES, ids=lambda changes: " ".join(f"{k}={v}" for k, v in changes.items()))
def test_both_forms_give_the_same_answer_to_a_trial(published, changes, monkeypatch):
    scene = published
    monkeypatch.setattr(trials, "seed_of", lambda run: "5eed" * 16)
    quick = gains_of(scene, changes)
    without_packed(scene)
    assert gains_of(scene, changes) == quick


def test_an_older_run_is_packed_when_it_is_first_computed_again(published, monkeypatch):
    scene = published
    without_packed(scene)
    opened = appeal(scene)
    told = of_the_action(scene, opened, CORRECTIONS[0][1])
    scene.refresh()
    assert scene.run.packed is not None
    line = AuditLine.objects.get(action="pack_run")
    assert (line.subject_id, line.facts["packed"]) == (scene.run.public_id, scene.run.packed.sha256)
    assert line.facts["arrays"] == scene.run.manifest["arrays"]
    monkeypatch.setattr(kept_runs, "from_bytes", None)
    assert of_the_action(scene, opened, CORRECTIONS[0][1]) == told


def test_a_packed_form_of_another_run_is_never_used(published, caplog):
    """A well-formed packed run with 丙's marks raised stands in the place of the sealed one."""
    scene = published
    kept = kept_runs.kept_run(scene.run, None)
    position = kept.instance.candidates.index(scene.candidate("丙").lot)
    other = with_cells(kept.instance, position, {"total": "600"})
    outcome = matching.allocate(other)
    assert outcome.place[position] != kept.outcome.place[position]
    stored = store_file(SYSTEM, "other.zip", pack(other, outcome), "bundle")
    Run.objects.filter(pk=scene.run.pk).update(packed=stored)
    scene.refresh()
    again = kept_runs.kept_run(scene.run, None)
    assert "is left unused" in caplog.text
    assert not again.is_packed
    assert digest_of_run(again.instance, again.outcome) == scene.run.manifest["arrays"]
    of_the_action(scene, appeal(scene), CORRECTIONS[0][1])
    scene.refresh()
    assert scene.run.packed.sha256 != stored.sha256, "the right one is put in its place"
    assert kept_runs.kept_run(scene.run, None).is_packed


@pytest.mark.parametrize("way", ["gone", "altered"])
def test_a_damaged_file_is_told_and_the_json_is_read(published, caplog, way):
    scene = published
    told = of_the_action(scene, opened := appeal(scene), CORRECTIONS[0][1])
    path = path_of(scene.run.packed.sha256)
    if way == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    assert of_the_action(scene, opened, CORRECTIONS[0][1]) == told
    assert "cannot be read" in caplog.text


def test_an_input_that_is_not_what_was_sealed_is_refused(published):
    """The JSON, too, is held against the record: here 丙's list was changed in it, with its digests beside it."""
    scene = published
    without_packed(scene)
    given = from_bytes(read_bytes(scene.run.inputs), scene.round)
    position = given.lots.index(scene.candidate("丙").lot)
    lists = list(given.lists)
    lists[position] = (ChoiceEntry("9900000003-01"),)
    fields = {name: getattr(given, name) for name in given.__dataclass_fields__}
    forged = type(given)(**{**fields, "lists": tuple(lists)})
    forged = type(given)(
        **{**fields, "lists": tuple(lists), "digests": digests_of_input(forged, scene.round.public_id)}
    )
    assert forged.digests["input"] != given.digests["input"]
    stored = store_file(SYSTEM, "forged.zip", as_bytes(forged), "bundle")
    Run.objects.filter(pk=scene.run.pk).update(inputs=stored, digests=dict(forged.digests))
    scene.refresh()
    with pytest.raises(Refusal) as refused:
        of_the_action(scene, appeal(scene), CORRECTIONS[0][1])
    assert codes(refused) == ["ADM-115"]
    with pytest.raises(Refusal) as refused:
        gains_of(scene, {"list_length": 1})
    assert codes(refused) == ["ADM-115"]
    assert not Run.objects.exclude(purpose="real").exists()


def test_a_manifest_that_is_not_what_was_sealed_is_refused(published):
    """Somebody writes the digest of another packed run into the row: the record of the sealing says otherwise."""
    scene = published
    kept = kept_runs.kept_run(scene.run, None)
    manifest = {**scene.run.manifest, "arrays": "0" * 64}
    Run.objects.filter(pk=scene.run.pk).update(manifest=manifest)
    scene.refresh()
    with pytest.raises(Refusal) as refused:
        kept_runs.kept_run(scene.run, None)
    assert codes(refused) == ["ADM-115"]
    assert refused.value.status == 409
    assert kept.is_packed


def test_another_program_computes_the_result_again(published, monkeypatch):
    """What a correction changes is told apart from what another version would have placed differently."""
    scene, calls = published, []
    real = matching.allocate
    monkeypatch.setattr(matching, "allocate", lambda instance: calls.append(1) or real(instance))
    kept = kept_runs.kept_run(scene.run, None)
    assert not calls
    monkeypatch.setattr(kept_runs, "code_version", lambda: {"version": "9", "source": "0" * 64})
    again = kept_runs.kept_run(scene.run, None)
    assert calls == [1]
    assert again.is_packed
    assert again.outcome.place == kept.outcome.place


def test_a_run_without_anything_kept_is_refused(published):
    Run.objects.filter(pk=published.run.pk).update(packed=None, inputs=None)
    published.refresh()
    with pytest.raises(Refusal) as refused:
        kept_runs.kept_run(published.run, None)
    assert codes(refused) == ["ADM-005"]


def test_digests_are_those_of_what_the_run_read(published):
    """The kept input says what the rows said, digest by digest, for lists of every shape of the scene."""
    scene = published
    given = from_bytes(read_bytes(scene.run.inputs), scene.round)
    assert digests_of_input(given, scene.round.public_id) == scene.run.digests == dict(given.digests)


def test_those_placed_before_are_kept_with_the_run_of_a_supplementary_round(published):
    """Who holds a place is in the run of the next round without a list; both forms say so and agree."""
    scene = published
    review_all(scene)
    placements.decline_place(actor=scene.person("乙"), round_=scene.round)
    supplementary(scene)
    for name in ("丙", "辛"):
        scene.fill(name, "东湖01")
    with clock.frozen_at(LATER + timedelta(days=1, minutes=1)):
        rounds.close_round(actor=scene.he, round_=scene.round)
        scene.run = carry_out(run=runs.start_run(actor=scene.he, round_=scene.round))
    scene.refresh()
    given = from_bytes(read_bytes(scene.run.inputs), scene.round)
    assert len(given.fixed) > 1
    assert digests_of_input(given, scene.round.public_id) == dict(given.digests)
    quick = kept_runs.kept_run(scene.run, None)
    assert (quick.is_packed, len(quick.instance.fixed_candidates)) == (True, len(given.fixed))
    without_packed(scene)
    slow = kept_runs.kept_run(scene.run, None)
    assert not slow.is_packed
    assert digest_of_run(slow.instance, slow.outcome) == digest_of_run(quick.instance, quick.outcome)


@pytest.mark.parametrize("many", [0, 10**9], ids=["large", "small"])
def test_the_json_is_canonical_and_comes_back_whole(published, monkeypatch, many):
    monkeypatch.setattr(instances, "_MANY_CHOICES", many)
    given = from_bytes(read_bytes(published.run.inputs), published.round)
    content = as_bytes(given)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = archive.read("input.json").decode()
    assert text == json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert from_bytes(content, published.round) == given
    assert as_bytes(given) == content


def test_packed_files_are_kept_as_long_as_the_run(published):
    stored = published.run.packed
    assert StoredFile.objects.filter(pk=stored.pk, kind="bundle", name=f"packed-{published.run.public_id}.zip").exists()
    assert Path(path_of(stored.sha256)).stat().st_size == stored.size
