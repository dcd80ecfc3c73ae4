"""许老师 takes a key task through a year: declared, recommended, recorded; the yearly report handed in on the last day,
appraised by the province, and the year's bulletin read by a visitor on a telephone."""

from __future__ import annotations

from datetime import datetime

import pytest

from guantong.domains.ledgers.models import Bulletin
from guantong.domains.ledgers.tests.stage import PLAN, TASK, Stage
from guantong.kernel import clock
from guantong.kernel.clock import CHINA_TIME
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import replay, scan_deadlines

pytestmark = pytest.mark.journey


def at(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2025, month, day, hour, tzinfo=CHINA_TIME)


def test_a_unit_goes_through_a_key_task_year(cast, person, settings):
    settings.DEMO = True
    stage = Stage(cast)
    stage.set_up()
    given_the_unit_is_listed(stage)
    then_everybody_sees_the_guide_and_the_unit(person())
    with clock.frozen_at(at(11, 15)):
        scan_deadlines(clock.now())
    yearly = Case.objects.get(procedure="key-task-yearly-report")
    with clock.frozen_at(at(12, 15, 22)):
        stage.hand_over(yearly, "xu", "report")
        when_the_unit_reports(person("xu"), yearly)
    with clock.frozen_at(at(12, 22)):
        when_the_province_appraises(person("deng"), yearly)
        when_the_bulletin_is_published(person("he"))
        then_a_visitor_reads_it(person(width=390))
    yearly.refresh_from_db()
    assert yearly.outcome == "appraised" and replay(yearly)[1] == []


def given_the_unit_is_listed(stage: Stage):
    stage.register()
    stage.open_round()
    assert stage.recommend(stage.declare()).outcome == "recognised"


def then_everybody_sees_the_guide_and_the_unit(visitor):
    visitor.opens("/key-tasks/")
    visitor.sees("市域产教联合体", "专业教学资源库")
    visitor.opens(f"/key-tasks/{TASK}/")
    visitor.sees("有知识图谱", PLAN["project"])


def when_the_unit_reports(xu, yearly):
    xu.opens(f"/registers/cases/{yearly.public_id}/")
    xu.fills("绩效年度", "2025")
    xu.fills("第一项绩效指标的完成数", "520")
    xu.fills("第二项绩效指标的完成数", "61")
    xu.fills("本年度投入（元）", "300000")
    xu.fills("工作进展", "资源建设过半。")
    xu.presses("提交年度填报")
    xu.sees("省级考核")


def when_the_province_appraises(deng, yearly):
    deng.opens("/bureau/key-tasks/?year=2025")
    deng.sees("专业教学资源库")
    deng.opens(f"/bureau/key-tasks/{TASK}/?year=2025")
    deng.sees("已填报，等待考核", "520")
    deng.opens(f"/registers/cases/{yearly.public_id}/")
    form = deng.unfolds("考核通过")
    deng.fills("意见", "两项目标都达到。", within=form)
    deng.ticks("优秀", within=form)
    deng.presses("考核通过", within=form)
    deng.opens(f"/bureau/key-tasks/{TASK}/?year=2025")
    deng.sees("考核通过", "优秀", "两项目标都达到的 1 项")


def when_the_bulletin_is_published(he):
    he.opens("/bureau/ledgers/")
    he.opens("/bureau/ledgers/quality-action-2020/")
    he.opens("/bureau/ledgers/quality-action-2020/1/")
    he.opens("/bureau/ledgers/bodies/")
    he.opens("/bureau/key-tasks/?year=2025")
    he.fills("标题", "2025 年度重点任务通报")
    he.presses("印发")
    he.sees("2025 年度重点任务通报", "内容与校验值一致")


def then_a_visitor_reads_it(visitor):
    visitor.opens("/ledgers/")
    visitor.follows("2025 年度重点任务通报")
    visitor.sees(PLAN["project"], "优秀")
    assert Bulletin.objects.get().content["counts"]["met"] == 1
