"""Pages of ledgers and key tasks, bulletins, and who may do what at the door."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from guantong.base.audit.models import AuditLine
from guantong.base.notices.models import Notice
from guantong.base.webkit.clauses import clause_url
from guantong.base.webkit.shows import show_day
from guantong.domains.ledgers.actions import publish_bulletin
from guantong.domains.ledgers.models import Bulletin, ProgressEntry
from guantong.domains.ledgers.selectors.bulletins import is_sound
from guantong.kernel.refusal import Refusal

from .conftest import World

pytestmark = pytest.mark.django_db


def publish(world: World, kind: str = "ledger", title: str = "十月通报") -> Bulletin:
    return publish_bulletin(
        actor=world.cast.he, organisation_id=world.cast.province_bureau, ledger="sample", kind=kind, title=title
    )


def test_the_desk_shows_every_ledger_and_what_is_overdue(world: World) -> None:
    html = world.client("deng").get("/bureau/ledgers/").content.decode()
    assert "样例台账" in html and "产教融合重点任务分工" in html and "建实践中心" in html


def test_a_ledger_is_narrowed_to_what_is_asked_for(world: World) -> None:
    client = world.client("chen")
    mine = client.get("/bureau/ledgers/sample/?show=mine").content.decode()
    assert "扩大贯通培养" in mine and "税费优惠" not in mine
    overdue = client.get("/bureau/ledgers/sample/?show=overdue").content.decode()
    assert "税费优惠" in overdue and "扩大贯通培养" not in overdue


def test_an_officer_reports_at_the_page_and_is_shown_what_is_missing(world: World) -> None:
    client = world.client("chen")
    address = "/bureau/ledgers/sample/2/"
    given = {
        "organisation": str(world.cast.city_bureau),
        "state": "late",
        "share": "20",
        "text": "场地在建。",
        "after": "0",
    }
    refused = client.post(address, given)
    assert refused.status_code == 422 and "LED-107" in refused.content.decode()
    assert "场地在建。" in refused.content.decode() and not ProgressEntry.objects.exists()
    taken = client.post(address, {**given, "reason": "土地手续没有办完。"})
    assert taken.status_code == 303
    page = client.get(address).content.decode()
    assert "土地手续没有办完。" in page and "更正这一条" in page
    entry = ProgressEntry.objects.get()
    corrected = {**given, "share": "25", "reason": "比例算错。", "corrects": str(entry.pk), "after": "1"}
    assert client.post(address, corrected).status_code == 303
    assert ProgressEntry.objects.count() == 2


def test_the_evidence_uploaded_is_kept_with_the_entry(world: World) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    content = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
    given = {
        "organisation": str(world.cast.city_bureau), "state": "done", "share": "100", "text": "建成。", "after": "0",
        "evidence": SimpleUploadedFile("佐证.pdf", content, "application/pdf"),
    }  # fmt: skip
    client = world.client("chen")
    assert client.post("/bureau/ledgers/sample/2/", given).status_code == 303
    entry = ProgressEntry.objects.get()
    assert entry.evidence is not None
    other = world.client("deng").get(f"/files/{entry.evidence.public_id}/")
    assert other.status_code == 200
    assert world.client("lin").get(f"/files/{entry.evidence.public_id}/").status_code == 404


def test_desks_of_schools_and_visitors_do_not_come_in(world: World) -> None:
    for address in ("/bureau/ledgers/", "/bureau/ledgers/sample/", "/bureau/ledgers/sample/1/", "/bureau/key-tasks/"):
        assert Client().get(address).status_code in (302, 303)
        assert world.client("lin").get(address).status_code == 403


def test_a_bulletin_is_a_snapshot_anybody_reads_and_nobody_changes(world: World) -> None:
    world.say("deng", at="province_bureau", share=30, text="=cmd|' /C calc'!A0")
    made = publish(world)
    world.say("deng", at="province_bureau", share=90, text="后来的进展。")
    page = Client().get(f"/ledgers/bulletins/{made.public_id}/").content.decode()
    assert "30%" in page and "90%" not in page and made.digest in page and "内容与校验值一致" in page
    csv = Client().get(f"/ledgers/bulletins/{made.public_id}/bulletin.csv").content.decode("utf-8-sig")
    assert csv.splitlines()[0].startswith("行号,任务") and ",=cmd" not in csv
    assert made.public_id in Client().get("/ledgers/").content.decode()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE ledgers_bulletin SET title = 'x'")
    made.content["counts"]["done"] = 99
    assert not is_sound(made)


def test_a_bulletin_opens_as_a_workbook_with_days_and_numbers(world: World) -> None:
    world.say("deng", at="province_bureau", share=30, text="=cmd|' /C calc'!A0")
    made = publish(world)
    answer = Client().get(f"/ledgers/bulletins/{made.public_id}/bulletin.xlsx")
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    page, about = book["通报内容"], book["印发情况"]
    rows = list(page.iter_rows(values_only=True))
    assert list(rows[0]) == made.content["heads"] and len(rows) == 1 + len(made.content["rows"])
    days = [cell for cell in page["D"] if cell.is_date]
    assert days and all(cell.number_format == 'yyyy"年"m"月"d"日"' for cell in days)
    kept = [row[3] for row in made.content["rows"] if row[3]]
    assert [cell.value.date().isoformat() for cell in days] == kept
    assert all(cell.data_type != "f" for row in page for cell in row)
    told = dict(about.iter_rows(min_row=2, values_only=True))
    assert told["印发单位"] == "云澜省教育厅" and told["校验值（SHA-256）"] == made.digest
    assert told["任务"] == f"{len(made.content['rows'])} 行"
    assert page.page_setup.paperSize == 9 and page.print_title_rows == "$1:$1"


def test_a_bulletin_by_body_opens_as_a_workbook_of_numbers(world: World) -> None:
    world.say("chen", row="2", state="late", share=20, reason="土地。")
    made = publish(world, "body")
    content = Client().get(f"/ledgers/bulletins/{made.public_id}/bulletin.xlsx").content
    rows = list(openpyxl.load_workbook(io.BytesIO(content))["通报内容"].iter_rows(min_row=2, values_only=True))
    assert [list(row) for row in rows] == made.content["rows"]


def test_a_bulletin_says_its_days_in_chinese_and_prints_with_who_issued_it(world: World) -> None:
    made = publish(world)
    html = Client().get(f"/ledgers/bulletins/{made.public_id}/").content.decode()
    day = next(row[3] for row in made.content["rows"] if row[3])
    assert day not in html and show_day(day) in html
    issued = html[html.index("print-issued") :].split("</p>")[0]
    assert made.publisher_name in issued and show_day(made.published_at) in issued


def test_a_bulletin_by_body_counts_each_body_once_a_row(world: World) -> None:
    world.say("chen", row="2", state="late", share=20, reason="土地。")
    rows = {row[0]: row[1:] for row in publish(world, "body").content["rows"]}
    assert rows["东湖市教育局"][:7] == [1, 1, 1, 0, 0, 1, 1]
    assert rows["云澜省教育厅"][:7] == [1, 0, 0, 0, 0, 0, 0]


def test_a_city_publishes_about_its_own_area_alone(world: World) -> None:
    from tests.procedures import hire

    hire(world.cast, "bai", "白局长", "city_bureau", "bureau_approver")
    made = publish_bulletin(
        actor=world.cast.actor("bai"),
        organisation_id=world.cast.city_bureau,
        ledger="sample",
        kind="body",
        title="通报",
    )
    assert [row[0] for row in made.content["rows"]] == ["东湖市教育局"]


def test_the_same_bulletin_is_not_published_twice(world: World) -> None:
    publish(world)
    with pytest.raises(Refusal) as caught:
        publish(world)
    assert caught.value.code == "LED-155" and Bulletin.objects.count() == 1
    assert AuditLine.objects.filter(action="publish_bulletin").count() == 1


@pytest.mark.parametrize(("kind", "title", "code"), [("x", "甲", "LED-153"), ("body", " ", "LED-152")])
def test_a_bulletin_needs_title_and_kind(world: World, kind: str, title: str, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        publish(world, kind, title)
    assert caught.value.code == code and not Bulletin.objects.exists()


def test_a_reviewer_does_not_publish(world: World) -> None:
    answer = world.client("deng").post("/bureau/ledgers/sample/publish/", {"kind": "body", "title": "甲"})
    assert answer.status_code in (403, 422) and not Bulletin.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_bodies_are_told_of_a_bulletin(world: World) -> None:
    made = publish(world)
    told = Notice.objects.filter(link=f"/ledgers/bulletins/{made.public_id}/")
    assert list(told.values_list("organisation_id", flat=True)) == [world.cast.city_bureau]


@pytest.mark.parametrize("path", ["/ledgers/bulletins/nothing/", "/key-tasks/nothing/"])
def test_what_is_not_there_is_said_so(world: World, path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 404 and "编号 LED-" in answer.content.decode()


def test_key_tasks_are_open_to_everybody_with_their_guides(world: World) -> None:
    page = Client().get("/key-tasks/").content.decode()
    assert page.count("/key-tasks/key-task-") == 11
    guide = Client().get("/key-tasks/key-task-library/").content.decode()
    assert "有知识图谱" in guide and "一（四）" in guide
    assert f'href="{clause_url("cn-key-tasks-2023", "一（四）")}"' in guide and page.count("#c-") == 11


def test_the_desk_shows_a_year_of_key_tasks(world: World) -> None:
    client = world.client("he")
    assert "2025 年度重点任务" in client.get("/bureau/key-tasks/").content.decode()
    assert client.get("/bureau/key-tasks/key-task-library/?year=2024").status_code == 200
    assert client.get("/bureau/key-tasks/?year=1999").status_code == 422
    answer = client.post("/bureau/key-tasks/publish/", {"year": "2025", "title": "2025 年度通报"})
    assert answer.status_code == 303 and Bulletin.objects.get().kind == "task"
