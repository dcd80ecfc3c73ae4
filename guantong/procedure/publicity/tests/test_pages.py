"""The board, a notice, objecting, following by code, complaining, and the handler's pages."""

from __future__ import annotations

import json
import re
from datetime import datetime

import pytest
from django.test import Client

from guantong.kernel import clock
from guantong.kernel.clock import CHINA_TIME
from guantong.procedure.cases.actions import scan_deadlines
from guantong.procedure.publicity.models import Objection, Sender
from tests.house.test_pages import read_page

from .conftest import NAMED

CODE = re.compile(r"[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}")


@pytest.fixture
def visitor() -> Client:
    return Client()


def page(answer, status: int = 200) -> str:
    text = answer.content.decode()
    assert answer.status_code == status, (answer.status_code, text[:300])
    assert read_page(text) == []
    return text


def test_visitors_find_notices_in_either_script_and_past_ones_with_results(world, visitor):
    notice = world.shown()
    text = page(visitor.get("/publicity/"))
    assert "样例基地认定" in text and "东湖职业技术学院" in text and "今天之后还有 5 个工作日" in text
    for words in ("東湖 智能", "基地", "王主任"):
        assert "样例基地认定" in page(visitor.get("/publicity/", {"q": words}))
    assert "没有符合条件" in page(visitor.get("/publicity/", {"q": "13812345678"}))
    assert "没有符合条件" in page(visitor.get("/publicity/", {"region": "990200"}))
    assert "没有符合条件" in page(visitor.get("/publicity/", {"state": "past"}))
    with clock.frozen_at(datetime(2025, 10, 23, 8, 0, tzinfo=CHINA_TIME)):
        scan_deadlines()
        assert "现在没有正在公示的内容" in page(visitor.get("/publicity/"))
        assert "公示期满，没有收到异议" in page(visitor.get("/publicity/", {"state": "past"}))
        text = page(visitor.get(f"/publicity/{notice.public_id}/"))
        assert "办理结果：认定" in text and "提异议" not in text
        page(visitor.get(f"/publicity/{notice.public_id}/object/"))
    page(visitor.get("/publicity/NOSUCHNOTICE/"), 404)


def test_feeds_say_what_the_board_says(world, visitor):
    notice = world.shown()
    found = json.loads(visitor.get("/publicity/feed.json").content)["notices"]
    assert [n["id"] for n in found] == [notice.public_id]
    assert found[0]["until"] == "2025-10-22" and found[0]["digest"] == notice.digest
    atom = visitor.get("/publicity/feed.xml")
    assert atom.headers["Content-Type"].startswith("application/atom+xml")
    assert notice.public_id in atom.content.decode() and "13812345678" not in atom.content.decode()
    assert json.loads(visitor.get("/publicity/feed.json?state=past").content)["notices"] == []


def test_a_visitor_objects_and_follows_by_the_code_shown_once(world, visitor):
    notice = world.shown()
    address = f"/publicity/{notice.public_id}/object/"
    page(visitor.get(address))
    assert "PUB-103" in page(visitor.post(address, {"signed": "anonymous", "text": ""}), 422)
    assert "PUB-105" in page(visitor.post(address, {"signed": "named", "text": "不实。"}), 422)
    answer = visitor.post(address, {"signed": "anonymous", "text": "清单不属实。", "name": "误填的名字"})
    text = page(answer)
    code = CODE.search(text).group()
    assert answer.headers["Cache-Control"] == "no-store"
    assert Sender.objects.get().sealed is None  # a name typed without signing is not kept
    assert code not in page(visitor.get("/letters/"))
    assert "PUB-108" in page(visitor.post("/letters/", {"code": "AAAA-AAAA-AAAA-AAAA"}), 404)
    text = page(visitor.post("/letters/", {"code": code.lower()}))
    assert "正在核实" in text and "清单不属实。" in text
    text = page(visitor.post("/letters/", {"code": code, "do": "add", "statement": "附上照片。"}))
    assert "附上照片。" in text and "已经补充" in text
    assert "PUB-103" in page(visitor.post("/letters/", {"code": code, "do": "add", "statement": " "}), 422)
    assert "异议已经撤回" in page(visitor.post("/letters/", {"code": code, "do": "take_back"}))
    assert "清单不属实" not in page(visitor.get(f"/publicity/{notice.public_id}/"))


def test_the_handler_answers_on_a_page_that_names_nobody(world):
    notice = world.shown()
    objection, code = world.objected(notice, NAMED)
    client = Client()
    client.force_login(world.cast.user("chen"))
    assert objection.public_id in page(client.get("/objections/"))
    assert "待答复的异议" in page(client.get("/bureau/"))
    address = f"/objections/{objection.public_id}/"
    text = page(client.get(address))
    assert NAMED.text in text and "郑重声" not in text and code not in text
    identity = f"/letters/{objection.sender.public_id}/identity/"
    assert "郑重声" not in page(client.get(identity))
    assert "PUB-115" in page(client.post(identity, {"reason": ""}), 422)
    answer = client.post(identity, {"reason": "当面核实。"})
    assert "郑重声" in page(answer) and answer.headers["Cache-Control"] == "no-store"
    assert "郑重声" not in page(client.get(identity))
    assert client.post(f"/letters/{objection.sender.public_id}/reply/", {"reply": "请补证据。"}).status_code == 303
    assert "PUB-112" in page(client.post(address, {"verdict": "upheld", "answer": ""}), 422)
    assert client.post(address, {"verdict": "upheld", "answer": "证书确系借用。"}).status_code == 303
    assert Objection.objects.get().state == "upheld"
    assert "证书确系借用。" in page(client.get(address))
    assert objection.public_id in page(client.get("/objections/?state=answered"))
    for who in ("he", "sun", "wu", "operator"):
        other = Client()
        other.force_login(world.cast.user(who))
        for where in (address, identity):
            assert "郑重声" not in page(other.get(where), 404)
        assert objection.public_id not in page(other.get("/objections/"))
    assert Client().get(address).status_code == 303


def test_a_visitor_complains_and_the_handler_sees_it(world, visitor):
    assert "样例师德来信" in page(visitor.get("/complaints/"))
    address = "/complaints/sample-complaint/"
    page(visitor.get(address))
    text = page(visitor.post(address, {"find": "東湖", "search": "1", "text": "经过。", "form.teacher": "某教师"}))
    assert "东湖职业技术学院" in text and "某教师" in text
    organisation = re.search(r'name="organisation" type="radio" value="([0-9A-Z]+)"', text).group(1)
    text = page(visitor.post(address, {"signed": "anonymous", "text": ""}), 422)
    assert "PUB-120" in text and "PUB-103" in text and "PRC-112" in text and 'id="e-form.teacher-1"' in text
    given = {
        "organisation": organisation,
        "text": "九月一日收受礼金。",
        "signed": "named",
        "name": "郑重声",
        "contact": "13900001111",
        "form.teacher": "某教师",
        "form.kind": "gift",
        "form.happened": "2025-09-01",
    }
    code = CODE.search(page(visitor.post(address, given))).group()
    text = page(visitor.post("/letters/", {"code": code}))
    assert "受理核查" in text and "九月一日收受礼金。" in text and "郑重声" not in text
    client = Client()
    client.force_login(world.cast.user("chen"))
    case = Sender.objects.get().complaint.case
    text = page(client.get(f"/complaints/cases/{case.public_id}/"))
    assert "某教师" in text and "收受财物" in text and "九月一日收受礼金。" in text
    assert "郑重声" not in text and "13900001111" not in text
    post = {"action": "approve", "revision": case.revision, "approve.opinion": "已查实。"}
    assert client.post(f"/complaints/cases/{case.public_id}/", post).status_code == 303
    assert "已经查实" in page(visitor.post("/letters/", {"code": code}))
    client.force_login(world.cast.user("sun"))
    page(client.get(f"/complaints/cases/{case.public_id}/"), 404)
    page(visitor.get("/complaints/sample-shown/"), 404)


def test_a_signed_letter_of_somebody_signed_in_is_found_again(world):
    notice = world.shown()
    client = Client()
    client.force_login(world.cast.user("wu"))
    text = page(client.get(f"/publicity/{notice.public_id}/object/"))
    assert 'value="小吴"' in text
    given = {"signed": "named", "name": "小吴", "contact": "13900001111", "text": "不属实。"}
    page(client.post(f"/publicity/{notice.public_id}/object/", given))
    number = Objection.objects.get().public_id
    assert number in page(client.get("/letters/"))
    client.force_login(world.cast.user("zhao"))
    assert number not in page(client.get("/letters/"))
