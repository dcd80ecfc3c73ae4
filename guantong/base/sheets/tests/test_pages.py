"""林老师 at her desk: uploads, sees every mistake, takes the workbook back, corrects, imports."""

from __future__ import annotations

import html
import io
import re
from dataclasses import replace

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guantong.base.sheets import actions, pages, worker
from guantong.base.sheets.kinds import _KINDS
from guantong.base.sheets.models import ImportJob

from . import fake_kind
from .books import book
from .small_sheets import sheet

HOME = "/school/small/"


@pytest.fixture(autouse=True)
def kind(settings):
    settings.ROOT_URLCONF = "guantong.base.sheets.tests.addresses"
    before = dict(_KINDS)
    fake_kind.hooks.clear()
    pages._template_bytes.cache_clear()
    yield fake_kind.register()
    _KINDS.clear()
    _KINDS.update(before)


def text_of(response) -> str:
    """What can be read on the page."""
    found = re.sub(r"<(script|style|title)\b.*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"[ \n]+", " ", html.unescape(re.sub(r"<[^>]+>", "", found)))


def sent(client, content, name="成果.xlsx", **more):
    return client.post(HOME, {"file": SimpleUploadedFile(name, content), **more})


@pytest.fixture
def lin(cast, client):
    client.force_login(cast.user("lin"))
    return client


def test_it_needs_sign_in_and_the_desk(cast, client):
    assert client.get(HOME).status_code == 303
    client.force_login(cast.user("zhang"))
    assert client.get(HOME).status_code == 403


def test_the_scene_three_rows_wrong_then_corrected_and_imported(lin, cast):
    content = sheet(12, N1=12, N4="x", N7=9)
    answer = sent(lin, content)
    assert answer.status_code == 303
    page = lin.get(answer.url)
    text = text_of(page)
    assert "有 3 行需要修改，9 行没有问题。现在还没有保存任何数据。" in text
    assert "① 下载带说明的表格　② 在表格里改好（改不了的行可以删掉）　③ 重新上传" in text
    assert "第 3 行　B3「学分」　填的是：12" in text
    assert "每个证书最多转换 8 学分。请改为 8 或更小。" in text
    assert "编号 TST-911" in text
    assert "只导入没有问题的" not in text
    assert fake_kind.records() == []

    report = lin.get(answer.url + "report/")
    assert report["Content-Disposition"].startswith("attachment")
    workbook = openpyxl.load_workbook(io.BytesIO(report.content))
    assert [c.value for c in workbook.active["C"]].count("1 处需修改") == 3
    for row in workbook.active.iter_rows(min_row=2):
        row[1].value = 2
    mended = io.BytesIO()
    workbook.save(mended)

    answer = sent(lin, mended.getvalue(), "成果（改）.xlsx")
    assert "全部 12 行都没有问题。现在还没有保存任何数据。" in text_of(lin.get(answer.url))
    done = lin.post(answer.url + "confirm/")
    assert done.status_code == 303
    page = lin.get(done.url)
    assert "已经导入 12 行。" in text_of(page)
    assert f'href="{HOME}">全部小表</a>' in page.content.decode()
    assert len(fake_kind.records()) == 12
    assert "以前的导入" in text_of(lin.get(HOME))


def test_only_good_rows_when_the_kind_allows_and_she_chooses(lin):
    fake_kind.register(allows_partial=True)
    answer = sent(lin, sheet(5, N1=12))
    assert "只导入没有问题的 4 行" in text_of(lin.get(answer.url))
    refused = lin.post(answer.url + "confirm/")
    assert refused.status_code == 422
    assert "或者选择“只导入没有问题的行”" in text_of(refused)
    done = lin.post(answer.url + "confirm/", {"rows": "good"})
    text = text_of(lin.get(done.url))
    assert "已经导入 4 行。" in text
    assert "没有导入需要修改的 1 行" in text


def test_what_waits_for_her_tick(lin):
    answer = sent(lin, sheet(5, N1=8))
    text = text_of(lin.get(answer.url))
    assert "其中 1 处请您核对" in text
    assert "已核对，以上 1 处确实如此" in text
    refused = lin.post(answer.url + "confirm/")
    assert "JOB-006" in text_of(refused)
    assert lin.post(answer.url + "confirm/", {"ticked": "1"}).status_code == 303
    assert len(fake_kind.records()) == 5


def test_files_that_cannot_be_read_are_refused_at_the_form(lin):
    for content, name, code in (
        (b"%PDF-1", "a.pdf", "SHT-002"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls", "SHT-003"),
    ):
        answer = sent(lin, content, name)
        assert answer.status_code == 422
        assert code in text_of(answer)
    answer = lin.post(HOME, {})
    assert "还没有选择文件。" in text_of(answer)
    assert "JOB-008" in text_of(answer)
    assert ImportJob.objects.count() == 0


def test_a_too_large_file_is_refused_before_it_is_read(lin, monkeypatch):
    monkeypatch.setattr(pages, "LIMITS", pages.LIMITS.__class__(file=100))
    assert "SHT-008" in text_of(sent(lin, sheet(2)))


def test_a_wrong_header_says_what_is_missing(lin):
    answer = sent(lin, book([["编号", "学分数"], ["N1", 2]], sheet="小表"))
    text = text_of(lin.get(answer.url))
    assert "这份表格还读不了。现在还没有保存任何数据。" in text
    assert "SHT-021" in text
    assert "已检查，需要修改" in text
    assert "已检查，需要修改" in text_of(lin.get(HOME))
    assert lin.get(answer.url + "report/").status_code == 200


def test_what_was_tidied_is_told(lin):
    answer = sent(lin, book([["编号", "学分", "备忘"], ["Ｎ１", "2", "x"]], sheet="小表"))
    text = text_of(lin.get(answer.url))
    assert "读表时注意到的 3 件事" in text
    assert "“编号”一列有 1 处全角字符。已改成半角（第 2 行）。" in text


def test_long_work_shows_progress_with_and_without_scripts(lin, cast, monkeypatch):
    monkeypatch.setattr(pages, "WHILE_WAITING_BYTES", 0)
    monkeypatch.setattr(pages, "WHILE_WAITING_ROWS", 0)
    answer = sent(lin, sheet(20))
    page = lin.get(answer.url)
    assert "正在排队等待检查" in text_of(page)
    assert 'hx-trigger="every 2s"' in page.content.decode()
    assert ">刷新</a>" in page.content.decode()
    assert "http-equiv" not in page.content.decode()
    worker.run_one_job()
    part = lin.get(answer.url, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert "全部 20 行都没有问题" in text_of(part)
    assert "hx-trigger" not in part.content.decode()
    lin.post(answer.url + "confirm/")
    assert "正在导入" in text_of(lin.get(answer.url))
    lin.post(answer.url + "cancel/")
    assert "已经取消，没有留下任何数据" in text_of(lin.get(answer.url))


def test_a_stopped_job_offers_to_go_on(lin):
    def break_down(rows, context):
        if rows[0].number >= 6:
            raise RuntimeError("secret words")

    fake_kind.hooks["post"] = break_down
    answer = sent(lin, sheet(9))
    lin.post(answer.url + "confirm/")
    text = text_of(lin.get(answer.url))
    assert "这次导入停下了，已经导入 4 行。" in text
    assert "secret" not in text
    fake_kind.hooks.clear()
    lin.post(answer.url + "resume/")
    assert "已经导入 9 行。" in text_of(lin.get(answer.url))


def test_the_same_file_again_is_told(lin):
    content = sheet(3)
    answer = sent(lin, content)
    lin.post(answer.url + "confirm/")
    again = sent(lin, content)
    assert again.status_code == 422
    assert "已经在 2025 年 10 月 15 日导入过" in text_of(again)
    assert len(fake_kind.records()) == 3


def test_the_other_school_sees_nothing(lin, cast, client):
    answer = sent(lin, sheet(3))
    job = ImportJob.objects.get()
    client.force_login(cast.user("zhou"))
    for address in (answer.url, answer.url + "report/"):
        assert client.get(address).status_code == 404
    for act in ("confirm", "cancel", "resume"):
        assert client.post(answer.url + f"{act}/").status_code == 404
    assert job.file_name not in text_of(client.get(HOME))
    job.refresh_from_db()
    assert job.state == "checked"


def test_the_template_is_offered(lin):
    answer = lin.get(HOME + "template/small/")
    assert openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames[0] == "小表"
    assert lin.get(HOME + "template/none/").status_code == 404


def test_further_forms_are_offered_with_their_edition_and_refused_ones_are_not(lin):
    more = replace(fake_kind.FORM, name="ods", title="国家表", edition="2023 年版")
    never = replace(fake_kind.FORM, name="never", title="不收的表", is_offered=False)
    fake_kind.register(specs=(fake_kind.FORM, more, never))
    text = text_of(lin.get(HOME))
    assert "下载小表（模板）" in text
    assert "也可以直接上传的 1 种表" in text
    assert "国家表2023 年版" in text
    assert "不收的表" not in text


def test_an_unknown_step_is_refused(lin):
    answer = sent(lin, sheet(3))
    assert lin.post(answer.url + "explode/").status_code == 404
    assert lin.get(answer.url + "confirm/").status_code == 405


def test_what_she_typed_cannot_become_markup(lin):
    answer = sent(lin, book([["编号", "学分"], ["<script>alert(1)</script>", "<b>x</b>"]], sheet="小表"), "<img>.xlsx")
    body = lin.get(answer.url).content.decode()
    assert "<script>alert" not in body
    assert "<b>x</b>" not in body
    assert "<img>" not in body


def test_a_job_of_another_kind_is_not_shown_here(lin, cast):
    fake_kind.register(name="other")
    job = actions.upload_sheet(
        actor=cast.lin, kind="other", organisation_id=cast.donghu, content=sheet(2), name="x.xlsx"
    )
    assert lin.get(f"{HOME}{job.public_id}/").status_code == 404
