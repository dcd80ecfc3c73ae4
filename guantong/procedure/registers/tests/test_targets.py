"""Targets of registers: read from region folders, checked, counted, shown and exported."""

from __future__ import annotations

import io
import json
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.test import Client

from guantong.base.accounts.actions import grant_post
from guantong.base.accounts.public import SYSTEM
from guantong.base.lawbook import current_policy
from guantong.policy.asking import load_policy
from guantong.procedure.registers.aims import Aim, aims_of, answers_for, check_aims
from guantong.procedure.registers.models import HeldTitle, TitleSpan
from guantong.procedure.registers.selectors.aimed import targets_of
from guantong.procedure.registers.tests.test_command import run
from tests.house.test_pages import read_page

DAY = date(2025, 10, 15)


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    text = answer.content.decode()
    assert answer.status_code == 200 and read_page(text) == [], address
    return text


# ---- the law -----------------------------------------------------------------------------------------------------


def test_every_target_of_every_region_names_a_register_a_level_and_a_number():
    assert [p.sentence() for p in check_aims(current_policy())] == []


@pytest.mark.parametrize("region", ["100000", "530000", "500110", "990000"])
def test_every_target_has_a_number_with_a_clause_and_most_a_day(region):
    policy = current_policy()
    aims = aims_of(policy, region, DAY)
    assert len(aims) >= 30
    dated = 0
    for aim in aims:
        answers = answers_for(policy, aim, region, DAY)
        assert answers, aim
        for answer in answers:
            assert answer.citation.clause, aim
            dated += answer.due_on is not None
    assert dated >= 30


def test_a_region_has_its_own_target_and_that_of_the_nation():
    policy = current_policy()
    aim = next(a for a in aims_of(policy, "530000", DAY) if a.register == "integration-enterprises")
    assert [(a.region, str(a.value)) for a in answers_for(policy, aim, "530000", DAY)] == [
        ("530000", "100"),
        ("100000", "10000"),
    ]
    assert [a.region for a in answers_for(policy, aim, "990000", DAY)] == ["100000"]


def test_a_target_is_that_of_its_day():
    policy = current_policy()
    aim = Aim("x", "national-virtual-bases", "integration.virtual_bases", "全国性")
    (before,) = answers_for(policy, aim, "100000", date(2021, 1, 1))
    (after,) = answers_for(policy, aim, "100000", DAY)
    assert (str(before.value), before.due_on) == ("100", date(2023, 12, 31))
    assert (str(after.value), after.due_on) == ("200", date(2025, 12, 31))
    assert answers_for(policy, aim, "100000", date(2015, 1, 1)) == []


def test_the_targets_of_the_national_lists_are_not_shown_for_regional_units():
    found = {(a.register, a.level, a.scope) for a in aims_of(current_policy(), "990000", DAY)}
    assert ("key-task-national", "一流核心课程", None) in found
    assert ("key-task-units", "一流核心课程", None) not in found
    assert ("key-task-units", "信息化标杆学校", "区域性") in found


@pytest.mark.parametrize(
    ("entry", "code", "words"),
    [
        ("{id: x, register: nowhere, parameter: integration.enterprises}", "TTL-011", "nowhere"),
        ("{id: x, register: integration-enterprises, parameter: integration.nothing}", "TTL-013", "没有这个政策参数"),
        (
            "{id: x, register: virtual-bases, parameter: integration.virtual_bases}",
            "TTL-013",
            "现有的有：全国性、区域性",
        ),
        ("{id: x, register: virtual-bases, parameter: credit.certificate_cap}", "TTL-013", "单位是"),
        ("{id: x, register: virtual-bases, parameter: base.new_occupations}", "TTL-013", "它不是目标"),
        (
            "{id: x, register: dual-qualified-teachers, parameter: teacher.dual_qualified_share, scope: 任何}",
            "TTL-013",
            "单位是 percent",
        ),
        (
            "{id: x, register: key-task-units, level: 好学校, parameter: integration.enterprises}",
            "TTL-012",
            "好学校",
        ),
        ("{id: x, register: high-skill-carriers, name: 甲, parameter: integration.enterprises}", "TTL-012", "名称"),
        ("{id: x, register: virtual-bases, parameter: integration.enterprises, off: x}", "TTL-010", "不认识“off”"),
        ("{id: x, register: virtual-bases}", "TTL-010", "没有写 register 或 parameter"),
        ("{id: x, register: virtual-bases, parameter: integration.enterprises, of: pupils}", "TTL-010", "teachers"),
    ],
)
def test_each_fault_of_a_target_is_named_with_its_line(tmp_path, entry, code, words):
    root = tmp_path / "regions"
    for name in ("100000-china", "990000-demo"):
        shutil.copytree(Path(settings.REGIONS) / name, root / name)
    (root / "990000-demo" / "targets").mkdir(exist_ok=True)
    (root / "990000-demo" / "targets" / "own.yaml").write_text(f"targets:\n  - {entry}\n", encoding="utf-8")
    problems = check_aims(load_policy(root))
    assert [(p.code, p.where.line) for p in problems] == [(code, 2)]
    assert words in problems[0].sentence() and problems[0].where.file == "regions/990000-demo/targets/own.yaml"


# ---- counting ----------------------------------------------------------------------------------------------------


@pytest.fixture
def held(world):
    """Two titles of dual-qualified teachers, as the register of the regions holds them."""
    for who in ("wu", "zhao"):
        world.granted("junior", who)
    HeldTitle.objects.update(register="dual-qualified-teachers")
    TitleSpan.objects.update(register="dual-qualified-teachers")
    return world


def teaches(world, *who):
    for one in who:
        grant_post(
            actor=SYSTEM,
            user_id=world.cast.users[one],
            organisation_id=world.cast.donghu,
            role="teacher",
            in_force_from=date(2024, 9, 1),
        )


def test_a_share_is_taken_of_the_registered_teachers_and_said_to_be_unknown_without(held):
    (target,) = targets_of("dual-qualified-teachers", DAY)
    assert target.is_share and target.reached is None and target.share is None
    assert (target.word, target.tone) == ("还不能计算", "neutral") and not target.is_met
    teaches(held, "wu", "zhao", "lin")
    (target,) = targets_of("dual-qualified-teachers", DAY)
    assert (target.count, target.base, target.reached) == (2, 3, Decimal("66.6"))
    assert target.share == 133 and target.word == "已达到" and target.shown == "超过50%"
    text = page(Client(), "/registers/dual-qualified-teachers/")
    assert "66.6%" in text and "3 人中 2 人" in text


def test_titles_are_counted_by_level_name_and_region(held):
    HeldTitle.objects.update(register="high-skill-carriers")
    TitleSpan.objects.update(register="high-skill-carriers")
    first = HeldTitle.objects.order_by("pk").first()
    HeldTitle.objects.filter(pk=first.pk).update(name="国家级技能大师工作室")
    HeldTitle.objects.exclude(pk=first.pk).update(name="国家级高技能人才培训基地")
    found = {t.what: (t.count, t.wanted) for t in targets_of("high-skill-carriers", DAY)}
    assert found == {"国家级高技能人才培训基地": (1, 400), "国家级技能大师工作室": (1, 500)}
    assert {t.count for t in targets_of("high-skill-carriers", date(2025, 10, 14))} == {0}


def test_after_its_day_a_missed_target_says_so(held):
    HeldTitle.objects.update(register="online-courses")
    TitleSpan.objects.update(register="online-courses")
    (target,) = targets_of("online-courses", DAY)
    assert target.due_on == date(2023, 12, 31) and target.is_due and target.word == "到期没有达到"
    assert target.tone == "warn", "the target of the nation is not missed by one province alone"
    (own,) = targets_of("online-courses", DAY, "100000")
    assert own.tone == "bad"


# ---- pages and files -----------------------------------------------------------------------------------------------


def test_a_register_without_a_printed_target_says_so(world):
    world.granted("junior")
    client = Client()
    assert "现行文件没有写明这一名册的目标数" in page(client, "/registers/sample-dual/")
    assert "现行文件没有写明目标数" in page(client, "/registers/")
    answer = json.loads(client.get("/registers/sample-dual/titles.json").content)
    assert answer["targets"] == []


def test_targets_are_in_every_file(held):
    teaches(held, "wu")
    client = Client()
    body = json.loads(client.get("/registers/dual-qualified-teachers/titles.json").content)
    (target,) = body["targets"]
    assert (target["target"], target["unit"], target["base"], target["reached"]) == ("50", "percent", 1, "100")
    assert target["due_on"] == "2023-12-31" and "任务19" in target["clause"]
    book = openpyxl.load_workbook(io.BytesIO(client.get("/registers/dual-qualified-teachers/titles.xlsx").content))
    assert book.sheetnames[1] == "目标与现有数"
    rows = list(book["目标与现有数"].values)
    assert rows[0][:5] == ("名册", "目标", "对象", "地区", "目标数") and rows[1][4] == "超过50%"
    listed = json.loads(client.get("/registers/targets.json").content)["registers"]
    assert {"enterprise-practice-years", "dual-qualified-teachers"} <= {r["register"] for r in listed}
    text = client.get("/registers/targets.csv").content.decode("utf-8-sig")
    assert "现行文件没有写明目标数" in text and "双师型教师名册,双师型教师占比" in text and "2023-12-31" in text
    assert openpyxl.load_workbook(io.BytesIO(client.get("/registers/targets.xlsx").content)).sheetnames == [
        "目标与现有数"
    ]


def test_the_command_checks_and_lists(held, capsys):
    assert run("targets") == 0
    said = capsys.readouterr().out
    assert "双师型教师名册　全部称号" in said and "现行文件没有写明目标数" in said and "没有问题" in said
    assert run("targets", "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert next(r for r in listed if r["register"] == "online-courses")["targets"][0]["target"] == "5000"
