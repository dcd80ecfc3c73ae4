"""林老师 hands in a sheet with mistakes, takes it back with the reasons, corrects it, imports it; and not twice.

Given 林老师 of 东湖职业技术学院 has signed in,
when she uploads the sheet with more than twenty mistakes,
then the page says how many rows need changes and that nothing is saved, and the returned workbook says why in each row;
when she deletes the rows she cannot correct and uploads the sheet again,
then she ticks what she was asked to confirm, imports, and every row is in the accounts of its learner;
when she uploads the same sheet once more, then she is told, and nothing is doubled.
"""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest

from guantong.domains.credit.models import Achievement
from tests.cast import PASSWORD
from tests.house.browser import CHROMIUM, browser

pytestmark = [pytest.mark.journey, pytest.mark.skipif(not Path(CHROMIUM).is_file(), reason="needs Chromium")]
SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "学习成果存入表-二十多处错误.xlsx"


@pytest.mark.parametrize(("width", "scripts"), [(1440, True), (390, False)])
def test_a_sheet_with_mistakes_is_corrected_and_imported(cast, live_server, tmp_path, width, scripts):
    with browser() as chromium:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=scripts, locale="zh-CN", accept_downloads=True
        )
        page = context.new_page()
        given_lin_has_signed_in(page, live_server.url)

        when_she_uploads(page, live_server.url, SAMPLE)
        said = page.locator("main").inner_text()
        bad = int(re.search(r"有 (\d+) 行需要修改，\d+ 行没有问题。现在还没有保存任何数据。", said).group(1))
        assert bad >= 24
        assert "第 5 行　B5「身份证号」　填的是：9.90999E+17" in said
        assert "编号 SHT-014" in said
        assert Achievement.objects.count() == 0

        book = when_she_takes_the_workbook_back(page, tmp_path)
        kept = when_she_deletes_the_rows_she_cannot_correct(book, bad)
        corrected = tmp_path / "学习成果存入表（改好）.xlsx"
        book.save(corrected)

        when_she_uploads(page, live_server.url, corrected)
        if page.get_by_label(re.compile("已核对")).count():
            page.get_by_label(re.compile("已核对")).check()
        page.get_by_role("button", name=re.compile(f"导入这 {kept} 行")).click()
        page.get_by_text(f"已经存入 {kept} 行。").wait_for()
        assert Achievement.objects.count() == kept

        when_she_uploads(page, live_server.url, corrected)
        assert "没有再导入" in page.locator("main").inner_text()
        assert Achievement.objects.count() == kept
        context.close()


def given_lin_has_signed_in(page, address):
    page.goto(address + "/sign-in/")
    page.locator("input[name=username]").fill("lin.staff")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/school/|/desk/"))


def when_she_uploads(page, address, path):
    page.goto(address + "/school/deposits/")
    page.get_by_label("表格文件").set_input_files(str(path))
    page.get_by_role("button", name="上传并检查").click()
    page.wait_for_load_state("load")


def when_she_takes_the_workbook_back(page, folder):
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载带说明的表格").first.click()
    assert "校验结果" in waiting.value.suggested_filename
    target = folder / "returned.xlsx"
    waiting.value.save_as(target)
    return openpyxl.load_workbook(target)


def when_she_deletes_the_rows_she_cannot_correct(book, bad):
    sheet = book.worksheets[0]
    titles = [cell.value for cell in sheet[1]]
    verdict = titles.index("校验结果")
    assert titles[verdict + 1] == "错误说明"
    wrong = [row[0].row for row in sheet.iter_rows(min_row=2) if "需修改" in str(row[verdict].value)]
    assert len(wrong) == bad
    assert all(sheet.cell(n, verdict + 2).value for n in wrong)
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    for number in reversed(wrong):
        sheet.delete_rows(number)
    return sum(1 for row in sheet.iter_rows(min_row=2, values_only=True) if row[0])
