"""One quota over two procedures: counted together, refused with both names, recounted from the logs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.actions import act
from guantong.procedure.cases.definition import read_definition, read_placed
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.selectors import replay, verify_all
from guantong.procedure.rounds import sharing
from guantong.procedure.rounds.actions import seats
from guantong.procedure.rounds.audit import recount
from guantong.procedure.rounds.models import QuotaCounter, QuotaLine
from guantong.procedure.rounds.selectors import held_by, list_rounds
from tests.together import Together

from .conftest import World, refused
from .sample import changed

SHARED = (
    "id: granted_a_year\n    title: 每年认定不超过三个\n",
    "id: granted_a_year\n    title: 两项一年合计不超过三个\n    shared: honours_a_year\n",
)
NAMED = ("id: sample-rounds\n", "id: sample-other\n")
OTHER = "sample-other"


def placed(text: str, name: str):
    (found,) = read_placed(text, file=f"{name}.yaml")
    return found


@pytest.fixture
def both(world: World) -> World:
    world.text = changed(SHARED, ("most: 2", "most: 9"))
    world.beside[OTHER] = changed(SHARED, NAMED, ("title: 样例推荐", "title: 另一推荐"), ("most: 2", "most: 9"))
    return world


def assert_counts_again() -> None:
    assert [p.sentence() for p in recount().problems] == []
    for case in Case.objects.all():
        assert replay(case)[1] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("per: year", "per: round"),
        ("shared: honours_a_year", "shared: recommended"),
        ("shared: honours_a_year", "shared: 名额"),
    ],
)
def test_what_is_unclear_about_sharing_is_refused(old: str, new: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_definition(changed(SHARED, (old, new)), file="x.yaml")
    assert {p.code for p in caught.value} & {"ROU-002", "PRC-014"}


def test_two_procedures_that_share_must_say_the_same() -> None:
    texts = {
        "sample-rounds": placed(changed(SHARED), "one"),
        OTHER: placed(changed(SHARED, NAMED, ("most: 3", "most: 4")), "two"),
    }
    (problem,) = sharing.check_shared(texts)
    assert problem.code == "ROU-005" and problem.where.file in ("one.yaml", "two.yaml") and problem.where.line
    assert "3个" in problem.message and "4个" in problem.message
    texts[OTHER] = placed(changed(SHARED, NAMED), "two")
    assert list(sharing.check_shared(texts)) == []


def test_titles_of_both_count_together(both: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seats, "shared_with", lambda *given: ["另一推荐"])
    both.at("granted"), both.at("granted", definition=OTHER), both.at("granted", definition=OTHER)
    (counter,) = QuotaCounter.objects.filter(quota="honours_a_year")
    assert (counter.procedure, counter.taken, counter.period) == ("", 3, "year:2025")
    for code in ("sample-rounds", OTHER):
        case = both.at("province", definition=code)
        refusal = refused(lambda case=case: both.act(case, "chen", "approve"))
        assert refusal.code == "ROU-201" and "已用3个（与“另一推荐”合计）" in refusal.problems[0].message
    assert sorted(QuotaLine.objects.filter(counter=counter).values_list("case__procedure", flat=True)) == [
        OTHER,
        OTHER,
        "sample-rounds",
    ]
    assert_counts_again()
    (_, quota) = list_rounds(both.definition, "990000")[-1].quotas
    assert quota.title == "两项一年合计不超过三个" and [count for _, count in quota.used] == [3]


def test_quotas_that_are_not_shared_stay_apart(both: World) -> None:
    both.at("province"), both.at("province", definition=OTHER)
    found = QuotaCounter.objects.filter(quota="recommended").values_list("procedure", "taken")
    assert sorted(found) == [(OTHER, 1), ("sample-rounds", 1)]
    assert_counts_again()


def test_a_case_knows_the_shared_seat_it_holds_and_a_wrong_count_is_found(both: World) -> None:
    case = both.at("granted", definition=OTHER)
    assert held_by(Case.objects.get(pk=case.pk)).keys() == {"recommended", "honours_a_year"}
    QuotaCounter.objects.filter(quota="honours_a_year").update(taken=0)
    assert [p.code for p in recount().problems] == ["ROU-301"]
    assert recount(procedure=OTHER).problems == []  # of one procedure only its own: the shared one needs every log


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(2))
def test_simultaneous_approvals_in_both_never_exceed_it(both: World, tmp_path: Path, _round: int) -> None:
    cases = [both.at("province", definition=code) for code in ("sample-rounds", OTHER) for _ in range(3)]
    chen = both.cast.actor("chen")
    officers = [replace(chen, user_id=9000 + n, label=f"审核人{n}") for n in range(6)]
    together = Together(tmp_path / "together.sqlite3")
    together.share()
    works = [
        lambda who=who, case=case: act(
            actor=who, case_id=case.pk, action="approve", revision=case.revision, opinion="同意。"
        )
        for who, case in zip(officers, cases, strict=True)
    ]
    results = together.run(works)
    assert [r for r in results if not isinstance(r, Case | Refusal)] == []
    assert sorted(r.code for r in results if isinstance(r, Refusal)) == ["ROU-201"] * 3
    assert together.reads(lambda: QuotaCounter.objects.get(quota="honours_a_year").taken) == 3
    assert together.reads(lambda: recount().problems) == []
    assert together.reads(lambda: verify_all().problems) == []
