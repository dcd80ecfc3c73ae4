"""A batch that goes ordinal by ordinal (志愿优先): its cut-offs on pages, in files, in sentences and in proofs.

The scene's batch with another mechanism. 东湖01 has three seats (软件 2, 网络 1) and may be sent four files; 南渡01
has two seats and may be sent three.

Ordinal 1: 甲 600, 乙 590, 丙 580, 丁 570 are filed to 东湖01, 戊 560 and 辛 470 are not: 10 and 100 below 丁. 甲 and
乙 take 软件; 丙 wished it alone and is sent back, 10 below 乙; 丁 is reassigned to 网络. 己 550 takes the first of the
two seats of 南渡01; 壬 is below the line. Ordinal 2: one seat is left at 南渡01, two files go there: 戊 560 takes it,
辛 470 is sent back, 90 below. At ordinal 3 庚 550 finds nothing left.
"""

from __future__ import annotations

import csv
import io

import pytest

from guantong.base.accounts.public import SYSTEM
from guantong.base.files.public import read_bytes, store_file
from guantong.domains.admission.actions import rounds
from guantong.domains.admission.models import Cutoff, Run, RunResult
from guantong.domains.admission.rules.choosing import ChoiceEntry
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.kept_runs import kept_run
from guantong.domains.admission.selectors.proofs import certificate_for, run_key
from guantong.domains.admission.selectors.published import cutoffs_of, published_files
from guantong.domains.admission.selectors.results import find_result
from guantong.domains.admission.selectors.risk import risk_of
from guantong.domains.admission.selectors.search import Filters, describe, search_places
from guantong.domains.admission.selectors.visitor_places import history_of
from guantong.domains.admission.selectors.visitor_proofs import check_certificate
from guantong.domains.admission.tests.scene import (
    CLOSES,
    UNITS,
    build_candidates,
    build_cycle,
    build_plans,
    build_schools,
)
from guantong.engines.matching import allocate_plainly
from guantong.engines.matching.sealing.bundle import bundle_bytes, open_bundle, rerun
from guantong.engines.matching.sealing.certificate import against, certificate_bytes
from guantong.engines.matching.sealing.formats import FORMAT, FORMAT_1, verifier_source
from guantong.engines.matching.sealing.manifest import Checked, seal_under
from tests.cast import BASELINE


def by_ordinals(cycle):
    """The cycle's batch ``higher`` goes ordinal by ordinal."""

    def change(value):
        if isinstance(value, dict):
            if value.get("id") == "higher" and "mechanism" in value:
                value["mechanism"] = "sequential"
            for part in value.values():
                change(part)
        elif isinstance(value, list):
            for part in value:
                change(part)

    change(cycle.declaration)
    cycle.declaration_digest = "0" * 63 + str(cycle.year % 10)  # read anew, not what was kept in memory
    cycle.declaration_digest = channel_of(cycle).digest
    cycle.save(update_fields=["declaration", "declaration_digest"])
    assert channel_of(cycle).batch("higher").mechanism == "sequential"
    return cycle


def opened(cast, year):
    scene = build_cycle(cast, year=year)
    by_ordinals(scene.cycle)
    scene = build_candidates(build_plans(scene))
    scene.round = rounds.open_round(
        actor=cast.he, cycle=scene.cycle, batch="higher", opens_at=BASELINE, closes_at=CLOSES
    )
    return scene.refresh()


def run(scene):
    for name in ("甲", "乙", "丙"):
        scene.fill(name, "东湖01", "南渡01", programmes=["510203"])
    scene.fill("丁", "东湖01", "南渡01", programmes=["510203"], reassign=True)
    for name in ("戊", "辛"):
        scene.fill(name, "东湖01", "南渡01")
    for name in ("己", "壬"):
        scene.fill(name, "南渡01")
    scene.fill("庚", "东湖02", "东湖01", "南渡01")
    scene.fill("癸", "东湖02")
    scene.close()
    scene.compute()
    scene.publish()
    return scene


@pytest.fixture
def published(cast):
    return run(opened(cast, 2026))


def told(scene, name):
    shown = find_result(scene.candidate(name), scene.round)
    return [(one.code, one.sentence) for one in shown.choices]


def test_a_row_for_each_ordinal_with_its_own_rank_and_seats(published):
    assert (published.run.mismatches, published.run.violations) == ([], [])
    rows = Cutoff.objects.filter(run=published.run, plan=published.places["南渡软件"], slice="ordinary").order_by("pk")
    assert [(row.ordinal, row.seats, row.admitted, row.rank, row.is_full) for row in rows] == [
        (1, 2, 1, 6, False),
        (2, 1, 1, 5, True),
    ]
    pools = Cutoff.objects.filter(run=published.run, unit=UNITS["南渡01"], plan=None, slice="ordinary").order_by("pk")
    assert [(row.ordinal, row.filed, row.admitted, dict(row.keys)["total"]) for row in pools] == [
        (1, 1, 1, 550_000),
        (2, 2, 1, 470_000),
    ]


def test_sentences_name_the_ordinal_they_measure_by(published):
    assert told(published, "戊")[0] == (
        "below_cutoff",
        "低于第 1 志愿在这里的最后一名：按规定的次序比到“总分”分出先后，您差 10 分。",
    )
    assert told(published, "庚")[2] == (
        "served_earlier",
        "名额在第 2 志愿就已经录满，没有轮到第 3 志愿：先录完前一个志愿序号，再录后一个，与分数高低无关。",
    )


def test_pages_files_and_the_interface_tell_every_ordinal(published, client):
    rows = [
        one
        for one in cutoffs_of(published.round)
        if one.place and one.place.id == published.places["南渡软件"].public_id
    ]
    assert [(one.ordinal, one.seats, one.admitted, one.note) for one in rows if not one.slice_title] == [
        (1, 2, 1, "余 1 个，留给后面的志愿"),
        (2, 1, 1, ""),
    ]
    base = f"/admission/cycles/{published.cycle.public_id}/cutoffs/"
    page = client.get(base).content.decode()
    assert "这一批志愿优先" in page and "余 1 个，留给后面的志愿" in page and "最后一名是第 2 志愿" in page
    content = client.get(base + "cutoffs.csv").content.decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(content)))
    mine = [r for r in table if r["计划编号"] == published.places["南渡软件"].public_id and r["名额"] == "普通"]
    assert [(r["志愿序号"], r["可录取名额"], r["总分"], r["说明"]) for r in mine] == [
        ("1", "2", "550", "余 1 个，留给后面的志愿"),
        ("2", "1", "560", ""),
    ]
    answer = client.get(f"/api/v1/admission/rounds/{published.round.public_id}/cutoffs").json()
    assert [
        one["ordinal"] for one in answer["cutoffs"] if one["place"] == mine[0]["计划编号"] and not one["slice"]
    ] == [1, 2]
    history = [one for one in history_of(published.places["南渡软件"]) if not one.slice_title]
    assert [(one.ordinal, one.rank) for one in history] == [(1, 6), (2, 5)]
    assert client.get(f"/admission/places/{published.places['南渡软件'].public_id}/").status_code == 200


def test_every_choice_below_a_cut_off_is_proved_from_outside(published):
    assert published.run.manifest["format"] == FORMAT
    assert published_files(published.run)["cutoffs.csv"].startswith(b"unit_id,place_id,slice,ordinal,")
    compared = 0
    for name in "甲乙丙丁戊己庚辛壬癸":
        card = certificate_for(published.person(name), published.candidate(name), published.round)
        found = check_certificate(certificate_bytes(card), "card.json")
        assert found.is_content_right, (name, [said for right, said in found.statements if not right])
        decided = {
            str(one[0]) for one in card["row"]["choices"] if one[2] in ("below_cutoff", "lost_tie", "served_earlier")
        }
        assert decided <= set(card["against"])
        compared += len(decided)
    assert compared >= 4
    assert all(one.is_same for one in rerun(open_bundle(read_bytes(published.run.bundle))))


def test_earlier_years_are_asked_by_ordinal(cast):
    build_schools(cast)
    from guantong.domains.programmes.models import Offering, Programme

    for code in ("510203", "510202", "520201"):
        for school in (cast.donghu, cast.nandu):
            Offering.objects.create(school_id=school, programme=Programme.objects.get(code=code), year=2025)
    run(opened(cast, 2025))
    scene = opened(cast, 2026)
    found = {p.place.title: p for p in describe(search_places(scene.cycle, Filters()))}
    (cut,) = found["东湖职业技术学院 软件技术"].past
    assert cut.words == "第 1 志愿 2 位" and cut.rank == 2
    (cut,) = found["南渡职业学院 软件技术"].past
    assert cut.words == "第 1 志愿没有人落选；第 2 志愿 5 位"
    assert cut.seats == 2, "the seats of the whole run"
    lists = [ChoiceEntry(UNITS["东湖02"]), ChoiceEntry(UNITS["东湖01"], ("510203",)), ChoiceEntry(UNITS["南渡01"])]
    second = risk_of(scene.candidate("甲"), scene.round, lists).choices[1]
    assert second.chance == 0 and "第 1 志愿就录满了，没有轮到第 2 志愿" in second.sentence
    first = risk_of(scene.candidate("甲"), scene.round, lists[1:]).choices[0]
    assert first.chance == 1 and "第 1 志愿最低位次 4" in first.sentence


def test_a_run_sealed_before_there_were_rows_by_ordinal_still_verifies(published):
    """What an older program left in the database and in the files: format 1, of each slice one row of the last ordinal,
    the comparisons of its day. Its certificates hold, its bundle computes again, its pages can be read.
    """
    run, kept = published.run, kept_run(published.run, None)
    older = seal_under(
        run_key(run),
        kept.instance,
        allocate_plainly(kept.instance),
        inputs=run.manifest["inputs"],
        checked=Checked(),
        pack=run.manifest["pack"],
        is_revealed=True,
        layout=FORMAT_1,
    )
    assert older.manifest["result"]["root"] == run.root, "the lines are the same in both formats"
    Run.objects.filter(pk=run.pk).update(
        manifest=older.manifest,
        bundle=store_file(SYSTEM, f"older-{run.public_id}.zip", bundle_bytes(older), "bundle"),
        signature={},
    )
    for row in RunResult.objects.filter(run=run):
        position = kept.instance.candidate_index[row.candidate.lot]
        RunResult.objects.filter(pk=row.pk).update(against=against(older, position))
    Cutoff.objects.filter(run=run, ordinal=1, plan=published.places["南渡软件"]).delete()
    published.refresh()
    assert published_files(published.run)["verify_result.py"] == verifier_source(FORMAT_1)
    for name in "甲乙丙丁戊己庚辛壬癸":
        card = certificate_for(published.person(name), published.candidate(name), published.round)
        assert check_certificate(certificate_bytes(card), "card.json").is_content_right, name
    assert all(one.is_same for one in rerun(open_bundle(read_bytes(published.run.bundle))))
    assert [one.ordinal for one in history_of(published.places["南渡软件"]) if not one.slice_title] == [2]
