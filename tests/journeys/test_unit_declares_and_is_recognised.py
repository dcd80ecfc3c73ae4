"""A school declares, is returned for one item, corrects it, is recognised, and stands in the register."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from guantong.base import lawbook
from guantong.domains.projects.tests.conftest import hire
from guantong.domains.projects.tests.sample import BASE
from guantong.kernel import clock
from guantong.procedure.cases.public import scan_deadlines
from tests.cast import PASSWORD

pytestmark = pytest.mark.journey
REGIONS = Path(__file__).resolve().parents[2] / "regions"


def test_a_unit_declares_and_is_recognised(cast, person, settings, tmp_path):
    settings.DEMO = True
    import shutil

    copy = tmp_path / "regions"
    shutil.copytree(REGIONS, copy)
    text = "".join(f"  {line}\n" for line in BASE.splitlines())
    (copy / "990000-demo/procedures/sample-base.yaml").write_text("procedures:\n- " + text.lstrip(), "utf-8")
    settings.REGIONS = copy
    lawbook._loaded.cache_clear()
    hire(cast, "xu", "许老师", "donghu", "project_officer")
    hire(cast, "gu", "顾科长", "city_bureau", "bureau_reviewer")
    officer, reviewer, visitor = person(), person(), person()
    for one, name in ((officer, "xu"), (reviewer, "gu")):
        one.opens("/sign-in/")
        one.page.fill("input[name=username]", f"{name}.staff")
        one.page.fill("input[name=password]", PASSWORD)
        one.page.get_by_role("button", name="登录", exact=True).last.click()
        one.page.wait_for_url("**/school/" if name == "xu" else "**/bureau/")
    page, desk = officer.page, reviewer.page
    officer.opens("/procedures/?q=样例")
    page.get_by_role("link", name="样例实训基地认定").click()
    page.get_by_role("button", name="以东湖职业技术学院的名义申报").click()
    page.wait_for_url("**/projects/cases/**")
    address = page.url.split("/", 3)[3]
    page.fill("[name='submit.name']", "智能制造基地")
    page.fill("[name='submit.spent']", "200000")
    page.fill("[name='submit.seats']", "30")
    page.get_by_text("还差10个").first.wait_for()
    page.fill("[name='submit.seats']", "60")
    page.locator("#live-conditions").get_by_text("各项条件都已达到").wait_for()
    page.get_by_role("button", name="提交申报").click()
    page.get_by_text("主管部门审核").first.wait_for()
    reviewer.opens("/" + address)
    desk.get_by_text("退回补正", exact=True).first.click()
    desk.select_option("[name='return.item-on-1']", "seats")
    desk.fill("[name='return.item-text-1']", "工位数和现场不符。")
    desk.get_by_role("button", name="退回补正").click()
    desk.get_by_text("已经办理").wait_for()
    officer.opens("/" + address)
    assert page.locator("[name='submit.name']").count() == 0
    page.fill("[name='submit.seats']", "55")
    page.get_by_role("button", name="重新提交").click()
    page.get_by_text("已经办理").wait_for()
    reviewer.opens("/" + address)
    desk.get_by_text("同意并公示", exact=True).first.click()
    desk.fill("[name='approve.opinion']", "条件达到。")
    desk.get_by_role("button", name="同意并公示").click()
    desk.get_by_text("已经办理").wait_for()
    visitor.opens("/publicity/")
    visitor.page.get_by_text("智能制造基地").first.wait_for()
    with clock.frozen_at(clock.now() + timedelta(days=20)):
        scan_deadlines()
        visitor.opens("/registers/sample-bases/")
        visitor.page.get_by_text("智能制造基地").first.wait_for()
    lawbook._loaded.cache_clear()
