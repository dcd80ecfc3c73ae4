"""A unit through a whole key-task year by actions, and what the platform's summaries say at each turn."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from django.test import Client

from guantong.domains.ledgers.actions import publish_task_bulletin
from guantong.domains.ledgers.selectors.bulletins import is_sound
from guantong.domains.ledgers.selectors.platform import TaskShown, count_registered, list_tasks, show_tasks
from guantong.kernel import clock
from guantong.kernel.clock import CHINA_TIME
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import replay, scan_deadlines
from tests.cast import Cast
from tests.procedures import browser

from .stage import PLAN, TASK, Stage

pytestmark = pytest.mark.django_db
REPORT = {"year": "2025", "a_done": "520", "b_done": "55", "spent": "300000", "summary": "资源建设过半。"}


@pytest.fixture
def stage(cast: Cast, settings: Any) -> Stage:
    settings.DEMO = True
    made = Stage(cast)
    made.set_up()
    return made


def at(month: int, day: int, hour: int = 10, year: int = 2025) -> datetime:
    return datetime(year, month, day, hour, tzinfo=CHINA_TIME)


def library(year: int = 2025) -> TaskShown:
    return next(one for one in show_tasks(year) if one.task.code == TASK)


def test_there_are_eleven_tasks_each_with_clauses_for_every_requirement(stage: Stage) -> None:
    tasks = list_tasks()
    assert [task.number for task in tasks] == list(range(1, 12))
    assert [task.clause for task in tasks][:3] == ["一（一）", "一（二）", "一（三）"]
    assert all("加快推进现代职业教育体系建设改革重点任务" in r.basis for t in tasks for r in t.requirements)
    assert all(len(task.materials) == 2 and all(task.labels) for task in tasks)


def test_who_is_not_registered_cannot_hand_in(stage: Stage) -> None:
    stage.open_round()
    with pytest.raises(Refusal) as caught:
        stage.declare()
    assert caught.value.code == "PRC-145" and "管理平台注册" in str(caught.value)


def test_a_unit_goes_through_a_year(stage: Stage) -> None:
    stage.register()
    stage.open_round()
    assert count_registered() == 1 and count_registered("990200") == 0
    case = stage.declare()
    assert library().declared == 1 and library().units == ()
    assert stage.recommend(case).outcome == "recognised"
    shown = library()
    assert [unit.title.item for unit in shown.units] == [PLAN["project"]]
    assert [m.target for m in shown.units[0].measures] == [500, 60]
    assert [(q.taken, q.most) for q in shown.quotas] == [(1, 8)]
    with clock.frozen_at(at(11, 15)):
        scan_deadlines(clock.now())
        yearly = Case.objects.get(procedure="key-task-yearly-report")
        assert yearly.due_on is not None and (yearly.due_on.month, yearly.due_on.day) == (12, 15)
        assert library().units[0].word == "等待填报"
        address, link = "/bureau/key-tasks/key-task-library/?year=2025", f"/registers/cases/{yearly.public_id}/"
        pages = {who: browser(stage.cast, who).get(address).content.decode() for who in ("deng", "chen")}
        assert all("等待填报" in page and PLAN["project"] in page for page in pages.values())
        assert link in pages["deng"] and browser(stage.cast, "deng").get(link).status_code == 200
        assert link not in pages["chen"] and browser(stage.cast, "chen").get(link).status_code == 404
        scan_deadlines(clock.now())
        assert Case.objects.filter(procedure="key-task-yearly-report").count() == 1
    with clock.frozen_at(at(12, 15, 23)):
        stage.hand_over(yearly, "xu", "report")
        stage.act(yearly, "xu", "submit", None, values=REPORT)
        unit = library().units[0]
        assert unit.word == "已填报，等待考核" and [m.actual for m in unit.measures] == [520, 55]
    with clock.frozen_at(at(12, 22)):
        stage.act(yearly, "deng", "approve", "第一项超额。", values={"grade": "good"})
        shown = library()
        assert (shown.reported, shown.appraised, shown.late, shown.met) == (1, 1, 0, 0)
        assert shown.units[0].grade == "良好" and shown.units[0].opinion == "第一项超额。"
        bulletin = publish_task_bulletin(
            actor=stage.cast.he, organisation_id=stage.cast.province_bureau, year=2025, title="2025 年度通报"
        )
        assert bulletin.content["counts"] == {"units": 1, "reported": 1, "late": 0, "appraised": 1, "met": 0}
        assert [row[4:6] for row in bulletin.content["rows"]] == [[500, 520], [60, 55]]
        assert is_sound(bulletin)
        content = Client().get(f"/ledgers/bulletins/{bulletin.public_id}/bulletin.xlsx").content
        page = openpyxl.load_workbook(io.BytesIO(content))["通报内容"]
        assert [list(row[4:6]) for row in page.iter_rows(min_row=2, values_only=True)] == [[500, 520], [60, 55]]
    yearly.refresh_from_db()
    case.refresh_from_db()
    assert replay(yearly)[1] == [] and replay(case)[1] == []


def test_who_hands_in_on_the_sixteenth_is_late(stage: Stage) -> None:
    stage.register()
    stage.open_round()
    stage.recommend(stage.declare())
    with clock.frozen_at(at(11, 15)):
        scan_deadlines(clock.now())
    yearly = Case.objects.get(procedure="key-task-yearly-report")
    with clock.frozen_at(at(12, 16)):
        shown = library()
        assert shown.late == 1 and shown.units[0].word == "逾期未填报"
        stage.hand_over(yearly, "xu", "report")
        stage.act(yearly, "xu", "submit", None, values=REPORT)
        assert library().late == 0 and library().units[0].word == "逾期填报，等待考核"


def test_who_fails_with_the_experts_is_not_listed(stage: Stage) -> None:
    stage.register()
    stage.open_round()
    assert stage.recommend(stage.declare(), score="10").outcome == "refused"
    assert library().units == () and library().quotas[0].taken == 0


def test_results_feed_the_national_selection(stage: Stage) -> None:
    from guantong.domains.projects.public import open_declaration

    stage.register()
    stage.open_round()
    stage.recommend(stage.declare())
    stage.open_round("key-task-national")
    given = {"task": "library", "project": PLAN["project"], "effect": "好。"}
    given |= dict.fromkeys(("n_base", "n_resources", "n_use", "n_urgent", "n_lead"), "on")
    case = open_declaration(actor=stage.cast.actor("xu"), procedure="key-task-national", region="990000")
    stage.hand_over(case, "xu", "summary")
    with pytest.raises(Refusal) as caught:
        stage.act(case, "xu", "submit", None, values=given)
    assert "年度考核" in str(caught.value)
    with clock.frozen_at(at(11, 15)):
        scan_deadlines(clock.now())
        yearly = Case.objects.get(procedure="key-task-yearly-report")
        stage.hand_over(yearly, "xu", "report")
        stage.act(yearly, "xu", "submit", None, values=REPORT)
        stage.act(yearly, "deng", "approve", "通过。", values={"grade": "passed"})
        stage.act(case, "xu", "submit", None, values=given)
        case.refresh_from_db()
        assert case.step == "review"
