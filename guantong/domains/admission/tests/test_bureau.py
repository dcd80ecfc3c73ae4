"""The bureau's desk: years, plans, candidates, rounds, runs, publishing, openings, trials, appeals; its doors."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from guantong.domains.admission.actions import plans
from guantong.domains.admission.actions.computing import work_on_runs
from guantong.domains.admission.models import Cycle, IntakePlan, Placement, Round, Run
from guantong.domains.admission.selectors.bureau_checks import bureau_to_do, checklist, why_not_next
from guantong.domains.admission.selectors.bureau_desk import (
    openable,
    school_progress,
)
from guantong.domains.admission.selectors.school_desk import school_to_do
from guantong.domains.admission.tests.desks import bureau as at
from guantong.domains.admission.tests.desks import client_of, table_of, text_of
from guantong.domains.admission.tests.people import signed_in
from guantong.domains.admission.tests.scene import AFTER, Scene, entry
from guantong.domains.admission.tests.test_placements import review_all
from guantong.kernel import clock
from tests.cast import BASELINE

PAGES = (
    "", "limits/", "plans/", "candidates/", "candidates/facts/", "rounds/", "openings/", "openings/violations/",
    "figures/", "registration/", "trials/", "appeals/", "candidates/sheets/", "scores/sheets/",
)  # fmt: skip
LATER = AFTER + timedelta(hours=6)


@pytest.fixture
def filled(scene):
    scene.fill_all()
    return scene


@pytest.fixture
def published(filled):
    filled.close()
    filled.compute()
    filled.publish()
    with clock.frozen_at(LATER):
        yield filled


# ---- doors -------------------------------------------------------------------------------------------------------


def test_pages_open_for_who_organises_the_year_only(published: Scene) -> None:
    he, city, school = client_of(published), client_of(published, "chen"), client_of(published, "admission")
    candidate = signed_in(published, "甲")
    extra = (
        f"/bureau/admission/rounds/{published.round.public_id}/",
        f"/bureau/admission/runs/{published.run.public_id}/",
        f"/bureau/admission/candidates/{published.candidate('甲').public_id}/",
        at(published, f"schools/{published.cast.donghu}/"),
    )
    for path in (*(at(published, page) for page in PAGES), *extra):
        shown = he.get(path)
        assert shown.status_code == 200, (path, text_of(shown)[:2000])
        assert text_of(shown).count("<h1") == 1, path
        assert Client().get(path).status_code == 303, path
        assert school.get(path).status_code == 403, path
        assert candidate.get(path).status_code == 403, path
        if "sheets" not in path:
            assert city.get(path).status_code in {403, 404}, (path, "the city does not organise the province's year")


def test_publishing_needs_its_own_mandate(filled: Scene) -> None:
    filled.close()
    run = filled.compute()
    fang = client_of(filled, "fang")
    path = f"/bureau/admission/runs/{run.public_id}/"
    assert "由有公布权限的审批人公布" in text_of(fang.get(path))
    assert fang.get(path + "publish/").status_code == 403
    assert fang.post(path + "publish/", {"is_checked": "1"}).status_code == 403
    assert Run.objects.get(pk=run.pk).state == "sealed"
    assert "去公布" in text_of(client_of(filled).get(path))


def test_the_desk_counts_what_waits(opened: Scene) -> None:
    saved = plans.save_plan(
        actor=opened.officer, cycle=opened.cycle, school_id=opened.cast.donghu, entry=entry("510203", 2, "01")
    )
    home = client_of(opened)
    assert "个招生计划等待审批" not in text_of(home.get("/bureau/"))
    plans.submit_plans(actor=opened.officer, cycle=opened.cycle, school_id=opened.cast.donghu)
    shown = text_of(home.get("/bureau/"))
    assert "1 个招生计划等待审批。" in shown
    assert at(opened, "plans/") in shown
    assert "个招生计划等待审批" not in text_of(client_of(opened, "chen").get("/bureau/"))
    plans.decide_plans(actor=opened.he, cycle=opened.cycle, plans=[saved], approve=True)
    assert "个招生计划等待审批" not in text_of(home.get("/bureau/"))


def test_what_only_takes_time_is_shown_but_not_to_do(scene: Scene) -> None:
    words = [one.text for one in bureau_to_do(scene.he)]
    assert not any("正在填报" in text for text in words)
    shown = {check.text: check.state for check in checklist(scene.cycle)}
    assert next(state for text, state in shown.items() if "正在填报" in text) == "等待"
    with clock.frozen_at(AFTER):
        assert any("正在填报" in one.text for one in bureau_to_do(scene.he)), "the hour has come: it can be closed"
    scene.run_all()
    assert not any("没有审核" in one.text for one in bureau_to_do(scene.he)), "the schools are at work"
    assert any("4 份档案等您审核。" in one.text for one in school_to_do(scene.officer))


# ---- years -------------------------------------------------------------------------------------------------------


def test_a_year_is_opened_from_the_declaration_once(cast: Any) -> None:
    client = Client()
    client.force_login(cast.user("he"))
    page = text_of(client.get("/bureau/admission/?year=2026"))
    assert "云澜省职业教育高考（演示）" in page
    form = {"region": "990000", "channel": "vocational-exam", "year": "2026"}
    assert client.post("/bureau/admission/", form).status_code == 303
    cycle = Cycle.objects.get()
    assert (cycle.year, cycle.stage) == (2026, "plans")
    again = client.post("/bureau/admission/", form)
    assert again.status_code == 409
    assert "ADM-016" in text_of(again)
    assert "vocational-exam" not in {one.channel for one in openable(cast.he, 2026)}
    strange = client.post("/bureau/admission/", form | {"channel": "nothing"})
    assert "ADM-225" in text_of(strange)
    city = Client()
    city.force_login(cast.user("chen"))
    assert city.post("/bureau/admission/", form | {"channel": "social"}).status_code == 403
    assert Cycle.objects.count() == 1
    assert client.get("/bureau/admission/?year=0000").status_code == 200
    assert "ADM-017" in text_of(client.post("/bureau/admission/", form | {"year": "2090", "channel": "social"}))


def test_stages_wait_for_what_is_missing(planned: Scene) -> None:
    client = client_of(planned)
    plans.save_plan(
        actor=planned.officer, cycle=planned.cycle, school_id=planned.cast.donghu, entry=entry("510203", 1, "09")
    )
    plans.submit_plans(actor=planned.officer, cycle=planned.cycle, school_id=planned.cast.donghu)
    assert [check.text for check in why_not_next(planned.cycle)] == ["等待审批的计划：1 个"]
    assert "还缺的办完以后才能进入。" in text_of(client.get(at(planned)))
    refused = client.post(at(planned, "move/"), {"to": "registration"})
    assert refused.status_code == 409
    assert "ADM-096" in text_of(refused)
    waiting = IntakePlan.objects.get(state="submitted")
    plans.decide_plans(actor=planned.he, cycle=planned.cycle, plans=[waiting], approve=True)
    assert client.post(at(planned, "move/"), {"to": "registration"}).status_code == 303
    planned.refresh()
    assert planned.cycle.stage == "registration"
    assert client.post(at(planned, "move/"), {"to": "nowhere"}).status_code == 303
    seed = [check for check in checklist(planned.cycle) if "种子" in check.text]
    assert [check.is_done for check in seed] == [False]
    assert client.post(at(planned, "seed/")).status_code == 303
    planned.refresh()
    assert planned.cycle.seed_commitment in text_of(client.get(at(planned)))
    assert client.get(at(planned, "seed/")).status_code == 405


# ---- candidates --------------------------------------------------------------------------------------------------


def test_candidates_are_found_by_name_or_number_and_never_in_an_address(ranked: Scene) -> None:
    client = client_of(ranked)
    page = text_of(client.post(at(ranked, "candidates/"), {"q": "考生甲"}))
    number = ranked.candidate("甲").number
    assert number in page
    assert ranked.candidate("乙").number not in page
    assert ranked.candidate("乙").number not in text_of(client.post(at(ranked, "candidates/"), {"q": number[-5:]}))
    shown = text_of(client.get(f"/bureau/admission/candidates/{ranked.candidate('甲').public_id}/"))
    assert ranked.candidate("甲").person.id_masked in shown
    assert "600" in shown
    rows = table_of(client.get(at(ranked, "candidates/candidates.xlsx")))
    assert len(rows) == 11
    assert rows[1][4:6] == [600, 1] or rows[1][4:6] == ["600", 1]


def test_ranking_again_gives_the_same_and_a_withdrawal_needs_a_reason(ranked: Scene) -> None:
    client = client_of(ranked)
    before = {n: ranked.candidate(n).score.rank for n in "甲己庚壬"}
    assert client.post(at(ranked, "candidates/rank/")).status_code == 303
    assert {n: ranked.candidate(n).score.rank for n in "甲己庚壬"} == before
    path = f"/bureau/admission/candidates/{ranked.candidate('壬').public_id}/"
    refused = client.post(path, {"reason": ""})
    assert "ADM-035" in text_of(refused)
    assert ranked.candidate("壬").state == "registered"
    assert client.post(path, {"reason": "重复报名。"}).status_code == 303
    assert ranked.candidate("壬").state == "withdrawn"


# ---- rounds and runs ---------------------------------------------------------------------------------------------


def test_a_round_is_opened_with_hours_and_refuses_what_is_none(ranked: Scene) -> None:
    client = client_of(ranked)
    form = {"kind": "main", "batch": "higher", "opens_at": "2025-10-15T09:00", "closes_at": "明天"}
    refused = client.post(at(ranked, "rounds/"), form)
    assert refused.status_code == 422
    assert "ADM-289" in text_of(refused)
    assert not Round.objects.exists()
    past = client.post(at(ranked, "rounds/"), form | {"closes_at": "2025-10-15T08:00"})
    assert "ADM-091" in text_of(past)
    made = client.post(at(ranked, "rounds/"), form | {"closes_at": "2025-10-18T10:00"})
    assert made.status_code == 303
    round_ = Round.objects.get()
    assert round_.closes_at == BASELINE + timedelta(days=3)
    page = text_of(client.get(made["Location"]))
    assert "填报到 2025年10月18日 10:00 截止" in page
    early = client.post(made["Location"], {"what": "close"})
    assert "ADM-090" in text_of(early)
    moved = {"what": "times", "opens_at": "2025-10-15T09:00", "closes_at": "2025-10-19T10:00", "reason": "系统检修。"}
    assert client.post(made["Location"], moved | {"reason": ""}).status_code in {409, 422}
    assert client.post(made["Location"], moved).status_code == 303
    round_.refresh_from_db()
    assert round_.closes_at == BASELINE + timedelta(days=4)


def test_a_mock_run_shows_progress_by_itself_and_is_never_published(filled: Scene) -> None:
    client = client_of(filled)
    here = f"/bureau/admission/rounds/{filled.round.public_id}/"
    started = client.post(here, {"what": "mock"})
    assert started.status_code == 303
    path = started["Location"]
    waiting = text_of(client.get(path))
    assert 'hx-trigger="every 2s"' in waiting
    assert '<noscript><meta http-equiv="refresh"' in waiting
    assert "已经排队" in waiting
    work_on_runs()
    part = text_of(client.get(path, headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert "查看结果" in part
    done = text_of(client.get(path))
    assert "hx-trigger" not in done
    assert "http-equiv" not in done
    assert "<strong>0</strong> 处不同" in done
    assert "从不公布" in done
    run = Run.objects.get()
    assert (run.purpose, run.state) == ("mock", "computed")
    refused = client.post(path + "publish/", {"is_checked": "1"})
    assert "ADM-105" in text_of(refused)
    assert not Placement.objects.exists()


def test_a_round_from_closing_to_publication(filled: Scene) -> None:
    client = client_of(filled)
    here = f"/bureau/admission/rounds/{filled.round.public_id}/"
    with clock.frozen_at(AFTER):
        assert client.post(here, {"what": "close"}).status_code == 303
        filled.refresh()
        assert filled.round.locked_digest in text_of(client.get(here))
        path = client.post(here, {"what": "real"})["Location"]
        twice = client.post(here, {"what": "real"})
        assert twice.status_code == 409
        assert "ADM-100" in text_of(twice)
        work_on_runs()
        page = text_of(client.get(path))
        run = Run.objects.get()
        assert run.root in page
        assert "总分 570" in page
        confirm = text_of(client.get(path + "publish/"))
        assert "<strong>10</strong> 名考生" in confirm
        assert "<strong>7</strong> 人投出档案" in confirm
        assert "<strong>2</strong> 所学校" in confirm
        assert "姓名、证件号码、考生个人成绩和志愿表" in confirm
        unticked = client.post(path + "publish/", {})
        assert unticked.status_code == 422
        assert "ADM-116" in text_of(unticked)
        assert Run.objects.get().state == "sealed"
        assert client.post(path + "publish/", {"is_checked": "1"}).status_code == 303
    assert Run.objects.get().state == "published"
    assert Placement.objects.count() == 7


def test_differences_are_shown_and_keep_the_run_from_publication(filled: Scene) -> None:
    filled.close()
    run = filled.compute()
    Run.objects.filter(pk=run.pk).update(
        state="computed", root="", mismatches=["考生 3 的去向不同"], violations=["计划 1 多录一人"]
    )
    client = client_of(filled)
    page = text_of(client.get(f"/bureau/admission/runs/{run.public_id}/"))
    assert "不一致" in page
    assert "考生 3 的去向不同" in page
    assert "计划 1 多录一人" in page
    assert "去公布" not in page
    with clock.frozen_at(LATER):
        refused = client.post(f"/bureau/admission/runs/{run.public_id}/publish/", {"is_checked": "1"})
    assert "ADM-103" in text_of(refused)
    assert not Placement.objects.exists()


def test_a_run_is_abandoned_with_a_reason_and_made_again(filled: Scene) -> None:
    filled.close()
    run = filled.compute()
    client = client_of(filled)
    path = f"/bureau/admission/runs/{run.public_id}/"
    with clock.frozen_at(LATER):
        assert "ADM-035" in text_of(client.post(path, {"what": "abandon", "reason": ""}))
        assert client.post(path, {"what": "abandon", "reason": "名单有误。"}).status_code == 303
        assert "放弃的理由：名单有误。" in text_of(client.get(path))
        here = f"/bureau/admission/rounds/{filled.round.public_id}/"
        assert client.post(here, {"what": "real"}).status_code == 303
    assert Run.objects.filter(purpose="real").count() == 2


def test_review_confirmation_and_a_supplementary_round(published: Scene) -> None:
    client = client_of(published)
    here = f"/bureau/admission/rounds/{published.round.public_id}/"
    early = client.post(here, {"what": "end_review"})
    assert "ADM-123" in text_of(early)
    progress = {row.name: (row.total, row.waiting) for row in school_progress(published.cycle, published.round)}
    assert progress == {"东湖职业技术学院": (4, 4), "南渡职业学院": (3, 3)}
    review_all(published)
    assert client.post(here, {"what": "end_review"}).status_code == 303
    assert "ADM-124" in text_of(client.post(here, {"what": "end_confirmation"}))
    assert client.post(here, {"what": "end_confirmation", "unanswered": "confirm"}).status_code == 303
    page = text_of(client.get(at(published, "rounds/")))
    assert "现有缺额 <strong>1</strong> 个" in page
    assert "第十四条" in page
    form = {"kind": "supplementary", "batch": "higher"}
    form |= {"opens_at": "2025-10-19T09:00", "closes_at": "2025-10-20T09:00"}
    made = client.post(at(published, "rounds/"), form)
    assert made.status_code == 303
    second = Round.objects.get(number=2)
    assert list(second.vacancies.values()) == [1]
    assert "计算机网络技术" in text_of(client.get(made["Location"]))
