"""方经理's enterprise enters the pool, is recognised after a drawn panel and a public notice, and receives support; it
stands idle, is suspended by the yearly check, heard, and taken from the catalogue, which keeps the whole story."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from guantong.kernel import clock
from guantong.kernel.clock import CHINA_TIME
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import replay, scan_deadlines
from guantong.procedure.panels.models import PanelSeat
from guantong.procedure.registers.models import HeldTitle
from guantong.procedure.registers.public import verify_titles

from .declaring import PDF
from .integration import EXPERTS, OWN, hands_in_the_other_sheets, set_the_stage

pytestmark = pytest.mark.journey
CATALOGUE = "/registers/integration-enterprises/"
ENTERPRISE = "云澜精密制造有限公司"
COMMISSION = "云澜省发展和改革委员会"


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 10, tzinfo=CHINA_TIME)


def test_an_enterprise_is_recognised_and_later_withdrawn(cast, person, settings):
    settings.DEMO = True
    set_the_stage(cast)
    fang, ren, lu, visitor = person("fang"), person("ren"), person("lu"), person(width=390)
    then_it_cannot_be_recognised_before_it_is_in_the_pool(fang)
    when_it_enters_the_pool(fang, person("chen"), lu)
    when_it_asks_to_be_recognised(fang)
    when_the_province_draws_a_panel_and_the_experts_score(cast, ren, person("expert1"))
    then_everybody_reads_the_notice(visitor)
    with clock.frozen_at(at(2025, 10, 22)):
        scan_deadlines()
        then_it_is_not_recognised_while_the_notice_runs(visitor)
    with clock.frozen_at(at(2025, 10, 23)):
        scan_deadlines()
        number = then_it_stands_in_the_catalogue_with_its_export(visitor)
    with clock.frozen_at(at(2026, 3, 3)):
        scan_deadlines()
        when_it_asks_for_support_and_reports_nothing_for_the_year(fang)
    with clock.frozen_at(at(2026, 3, 12)):
        when_the_province_finds_it_idle(ren)
        then_the_catalogue_shows_it_suspended(visitor, number)
        then_the_request_that_stood_on_the_title_is_told_and_refused(ren)
    with clock.frozen_at(at(2026, 6, 10)):
        when_the_province_proposes_to_take_it_out(ren, number)
        when_the_enterprise_is_heard(fang)
    with clock.frozen_at(at(2026, 6, 16)):
        when_the_commission_decides(ren, lu)
    with clock.frozen_at(at(2026, 7, 1)):
        then_the_catalogue_keeps_the_story(visitor, number)
        then_what_asks_for_the_title_is_refused_with_the_reason(fang)
    assert verify_titles() == (2, [])
    assert all(replay(case)[1] == [] for case in Case.objects.all())


def then_it_cannot_be_recognised_before_it_is_in_the_pool(fang):
    declares(fang, "产教融合型企业认定")
    row = fang.row("在培育库内").inner_text()
    assert "没有" in row or "未" in row, row
    fang.sees("请先申请入库")


def when_it_enters_the_pool(fang, chen, lu):
    declares(fang, "产教融合型企业培育入库")
    address = fang.path()
    uploads(fang, "校企合作协议")
    fang.ticks("实力较强的民营企业")
    fang.fills("主要行业", "通用设备制造业")
    fang.fills("与学校的书面合作协议（份）", "3")
    fang.fills("近三年职业教育投入（元）", "1200000")
    fang.ticks("没有被列入严重失信主体名单")
    fang.fills("建设培育规划", "三年内与两所学校共建一个实训基地，每年接收学徒五十人。")
    fang.presses("提交申请")
    decides(chen, address, "同意并上报", "协议和投入核实无误。")
    decides(lu, address, "准予入库", "同意入库。")


def when_it_asks_to_be_recognised(fang):
    declares(fang, "产教融合型企业认定")
    for name in ("建设成效佐证", "企业社会责任报告"):
        uploads(fang, name)
    fang.fills("入库以来职业教育投入（元）", "3000000")
    fang.fills("深度合作的学校（所）", "2")
    fang.fills("上年接收学生实习和学徒（人）", "60")
    fang.fills("上年接收教师实践（人）", "8")
    fang.ticks("社会责任报告写有职业教育内容")
    fang.ticks("没有被列入严重失信主体名单")
    fang.fills("建设成效", "共建实训基地一个，合作开发课程六门。")
    fang.page.locator("#live-conditions").get_by_text("各项条件都已达到").wait_for()
    fang.presses("提交申请")


def when_the_province_draws_a_panel_and_the_experts_score(cast, ren, expert):
    address = case_address("integration-enterprise-certification")
    decides(ren, address, "同意并送评审", "材料齐全。")
    ren.presses("抽取专家")
    drawn = PanelSeat.objects.filter(state="invited")
    assert drawn.count() == EXPERTS and not drawn.filter(member__user_id=cast.users[OWN]).exists()
    hands_in_the_other_sheets(cast, but="expert1")
    expert.opens("/expert/procedures/reviews/")
    expert.follows("产教融合型企业认定")
    for title, points in (
        ("合作深度（0到40分）", "34"),
        ("投入与条件（0到30分）", "26"),
        ("培养成效（0到30分）", "25"),
    ):
        expert.fills(title, points)
    expert.fills("总的评语", "合作有成果，投入属实。")
    expert.presses("提交评分")
    expert.sees("您已经提交过评分")
    ren.opens(address)
    ren.presses("汇总并得出结果")
    ren.sees("公示")


def then_everybody_reads_the_notice(visitor):
    visitor.opens("/publicity/")
    visitor.follows("产教融合型企业认定")
    visitor.sees(ENTERPRISE, "还没有收到异议")


def then_it_is_not_recognised_while_the_notice_runs(visitor):
    visitor.opens(CATALOGUE)
    visitor.does_not_see(ENTERPRISE)


def then_it_stands_in_the_catalogue_with_its_export(visitor):
    visitor.opens(CATALOGUE)
    row = visitor.row(ENTERPRISE).inner_text()
    assert "有效" in row and COMMISSION in row and "2025年10月23日" in row
    title = HeldTitle.objects.get(register="integration-enterprises")
    address = visitor.page.get_by_role("link", name="下载 JSON").get_attribute("href")
    exported = json.loads(visitor.context.request.get(visitor.site + address).body())
    assert [(t["number"], t["holder"], t["from"], t["state"]) for t in exported["titles"]] == [
        (title.number, ENTERPRISE, "2025-10-23", "standing")
    ]
    assert ENTERPRISE in visitor.downloads("下载 CSV").decode("utf-8-sig")
    visitor.opens("/registers/verify/")
    visitor.fills("证书编号", title.number)
    visitor.presses("核验")
    visitor.sees("核验结果：有效")
    return title.number


def when_it_asks_for_support_and_reports_nothing_for_the_year(fang):
    declares(fang, "产教融合型企业组合激励申请")
    uploads(fang, "投资和合作的证明")
    asks_for_support(fang)
    fang.sees("省级发展改革部门核实")
    fang.opens(case_address("integration-enterprise-year", "registers"))
    fang.fills("上年职业教育投资（元）", "0")
    fang.fills("其中已抵免的教育费附加（元）", "0")
    fang.fills("接收学生实习和学徒（人）", "0")
    fang.fills("接收教师实践（人）", "0")
    fang.ticks("没有被列入严重失信主体名单")
    fang.presses("报送")
    fang.sees("省级核查")


def when_the_province_finds_it_idle(ren):
    ren.opens(case_address("integration-enterprise-year", "registers"))
    form = ren.unfolds("不合格，暂停称号")
    ren.ticks("上年没有投入，也没有接收学生或教师。", within=form)
    ren.fills("意见", "与两所合作学校核对，上年没有开展合作。", within=form)
    ren.presses("不合格，暂停称号", within=form)


def then_the_catalogue_shows_it_suspended(visitor, number):
    visitor.opens(CATALOGUE)
    visitor.does_not_see(ENTERPRISE)
    visitor.opens(f"/registers/titles/{number}/")
    visitor.sees("核验结果：暂停", "2026年3月12日")


def then_the_request_that_stood_on_the_title_is_told_and_refused(ren):
    ren.opens("/bureau/titles/")
    ren.sees("产教融合型企业组合激励申请")
    ren.opens(case_address("integration-enterprise-incentive"))
    form = ren.unfolds("不予支持")
    ren.ticks("企业的称号已经暂停、移出或者到期。", within=form)
    ren.fills("意见", "称号已经暂停，恢复以后可以重新申请。", within=form)
    ren.presses("不予支持", within=form)


def when_the_province_proposes_to_take_it_out(ren, number):
    ren.opens(f"/registers/titles/{number}/")
    row = ren.page.locator("main li").filter(has_text="产教融合型企业移出目录").first
    ren.presses("办理", within=row)
    ren.ticks("暂停后长期没有整改")
    ren.fills("事实和依据", "三月暂停，至今没有投入，也没有申请恢复。")
    ren.presses("提出并告知")


def when_the_enterprise_is_heard(fang):
    address = case_address("integration-enterprise-exit", "registers")
    fang.opens(address)
    fang.sees("三月暂停，至今没有投入，也没有申请恢复。")
    fang.fills("意见", "订单减少，今年无力投入。")
    fang.presses("提交陈述")


def when_the_commission_decides(ren, lu):
    address = case_address("integration-enterprise-exit", "registers")
    ren.opens(address)
    assert ren.page.get_by_role("button", name="移出目录", exact=True).count() == 0  # who proposed does not decide
    lu.opens(address)
    lu.sees("订单减少，今年无力投入。")
    form = lu.unfolds("移出目录")
    lu.ticks("暂停后长期没有整改。", within=form)
    lu.fills("意见", "陈述不改变没有整改的事实。", within=form)
    lu.presses("移出目录", within=form)
    lu.sees("移出目录")


def then_the_catalogue_keeps_the_story(visitor, number):
    visitor.opens(f"{CATALOGUE}?state=ended")
    row = visitor.row(ENTERPRISE).inner_text()
    assert "已撤销" in row and "2025年10月23日" in row
    visitor.opens(f"{CATALOGUE}?on=2026-01-01")
    assert "有效" in visitor.row(ENTERPRISE).inner_text()
    visitor.opens(f"/registers/titles/{number}/")
    visitor.sees("核验结果：已撤销", "移出目录。暂停后长期没有整改", "第二十九条")
    story = visitor.reads(".timeline")
    days = [story.index(day) for day in ("2025年10月23日", "2026年3月12日", "2026年6月16日")]
    assert days == sorted(days)


def then_what_asks_for_the_title_is_refused_with_the_reason(fang):
    declares(fang, "产教融合型企业组合激励申请")
    uploads(fang, "投资和合作的证明")
    asks_for_support(fang)
    fang.sees("编号 PRC-145", "在产教融合型企业目录内", "已经移出目录的，整改合格以后可以重新申请认定")
    assert Case.objects.filter(procedure="integration-enterprise-incentive").latest("pk").step == "declare"


# ---- what several steps do ------------------------------------------------------------------------------------------


def declares(fang, title):
    """Find it in the hall and begin."""
    fang.opens(f"/procedures/?q={title}")
    fang.follows(title)
    fang.presses(f"以{ENTERPRISE}的名义申报")


def uploads(fang, name):
    part = fang.page.locator("div.material").filter(has_text=name).first
    part.locator("input[type=file]").set_input_files({"name": "证明.pdf", "mimeType": "application/pdf", "buffer": PDF})
    fang.presses(f"上传{name}", within=part)


def asks_for_support(fang):
    fang.ticks("财政")
    fang.fills("用于什么项目", "智能装备开放实训中心")
    fang.fills("项目中的职业教育投资（元）", "2400000")
    fang.ticks("没有被列入严重失信主体名单")
    fang.presses("提交申请")


def decides(officer, address, action, opinion):
    officer.opens(address)
    form = officer.unfolds(action)
    officer.fills("意见", opinion, within=form)
    officer.presses(action, within=form)
    officer.sees("已经办理")


def case_address(procedure, room="projects"):
    return f"/{room}/cases/{Case.objects.filter(procedure=procedure).latest('pk').public_id}/"
