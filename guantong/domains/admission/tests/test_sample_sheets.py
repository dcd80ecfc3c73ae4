"""The sheets of samples/: the good ones are imported one after the other without a remark, the others named fault by
fault."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import python_calamine

from guantong.base.sheets import actions, selectors, worker
from guantong.base.sheets.tests.books import assert_well_said
from guantong.domains.admission.actions import cycles
from guantong.domains.admission.actions.cycles import LimitEntry
from guantong.domains.admission.models import Candidate, IntakePlan, Score
from guantong.domains.admission.sheets.samples.writing import FAULTY, GOOD, PEOPLE, all_sheets
from guantong.domains.admission.tests.scene import build_schools
from guantong.domains.programmes.models import Offering

SAMPLES = Path(__file__).resolve().parents[4] / "samples"
ROSTER, SCORES, PLANS = (next(name for name in GOOD if what in name) for what in ("名册", "成绩", "计划"))


@pytest.fixture
def through(cast):
    """The year of through-training, open for registration."""
    cycle = cycles.open_cycle(actor=cast.he, region="990000", year=2027, channel="through-training")
    return cycles.move_cycle(actor=cast.he, cycle=cycle, to="registration")


@pytest.fixture
def exam_free(cast):
    """The year of exam-free admission, open for plans of 东湖."""
    build_schools(cast)
    for row in list(Offering.objects.filter(school_id=cast.donghu)):
        Offering.objects.get_or_create(school_id=cast.donghu, programme=row.programme, year=2027)
    cycle = cycles.open_cycle(actor=cast.he, region="990000", year=2027, channel="exam-free")
    cycles.set_school_limits(actor=cast.he, cycle=cycle, limits=[LimitEntry(cast.donghu, 34, "云澜招〔2026〕9号")])
    return cycle


def uploaded(cast, cycle, family, name, who="he", where="province_bureau"):
    job = actions.upload_sheet(
        actor=cast.actor(who),
        kind=f"{family}:{cycle.public_id}",
        organisation_id=cast.organisation(where),
        content=(SAMPLES / name).read_bytes(),
        name=name,
    )
    return worker.run_one_job(job.pk)


def imported(cast, cycle, family, name, who="he", where="province_bureau"):
    job = uploaded(cast, cycle, family, name, who, where)
    assert [p.sentence() for p in selectors.list_problems(job)] == []
    assert (job.state, job.notes) == ("checked", [])
    actions.confirm_import(actor=cast.actor(who), job_id=job.pk)
    job = worker.run_one_job(job.pk)
    assert job.state == "imported", job.stop
    return job


def test_the_files_are_what_the_tool_makes():
    def cells(content):
        return list(
            python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).iter_rows()
        )

    made = all_sheets()
    assert {path.name for path in SAMPLES.glob("admission-*.xlsx")} == set(made)
    for name, content in made.items():
        assert cells((SAMPLES / name).read_bytes()) == cells(content), name


def test_roster_and_scores_go_in_one_after_the_other(cast, through):
    assert imported(cast, through, "admission_candidates", ROSTER).counts["posted"] == PEOPLE
    assert imported(cast, through, "admission_scores", SCORES).counts["posted"] == PEOPLE
    assert Candidate.objects.filter(cycle=through, state="registered").count() == PEOPLE
    assert Score.objects.filter(candidate__cycle=through).count() == PEOPLE


def test_plans_go_in_as_drafts(cast, exam_free):
    imported(cast, exam_free, "admission_plans", PLANS, "admission", "donghu")
    rows = IntakePlan.objects.filter(cycle=exam_free).values_list("programme__code", "kind", "seats", "state")
    assert sorted(rows) == [
        ("510203", "award", 6, "drafted"),
        ("510203", "exceptional", 2, "drafted"),
        ("520201", "award", 4, "drafted"),
    ]


def faults_of(job):
    found = list(selectors.list_problems(job))
    for problem in found:
        assert_well_said(problem)
    return [(p.code, f"{p.where.column or ''}{p.where.row or ''}") for p in found]


def expected(name):
    return [(code, f"{column}{row}") for row, (_, code, column, _) in enumerate(FAULTY[name][2], start=3)]


def faulty(what):
    return next(name for name in FAULTY if what in name)


def test_every_fault_of_the_roster_is_named_and_nobody_registered(cast, through):
    name = faulty("名册")
    assert faults_of(uploaded(cast, through, "admission_candidates", name)) == expected(name)
    assert not Candidate.objects.filter(cycle=through).exists()


def test_every_fault_of_the_scores_is_named_and_none_entered(cast, through):
    imported(cast, through, "admission_candidates", ROSTER)
    name = faulty("成绩")
    assert faults_of(uploaded(cast, through, "admission_scores", name)) == expected(name)
    assert not Score.objects.filter(candidate__cycle=through).exists()


def test_every_fault_of_the_plans_is_named_and_none_kept(cast, exam_free):
    name = faulty("计划")
    assert faults_of(uploaded(cast, exam_free, "admission_plans", name, "admission", "donghu")) == expected(name)
    assert not IntakePlan.objects.filter(cycle=exam_free).exists()
