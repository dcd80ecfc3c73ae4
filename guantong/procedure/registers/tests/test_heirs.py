"""Registers follow mergers and splits: who took over is shown, history stays."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction

import pytest
from django.test import Client

from guantong.base.accounts.public import SYSTEM
from guantong.base.orgs.actions import end_organisation, merge_organisations, register_organisation, split_organisation
from guantong.base.orgs.actions.changing import Basis
from guantong.base.orgs.models import Organisation
from guantong.base.orgs.public import fates_on, forerunners_of, successors_on
from guantong.kernel import clock
from guantong.procedure.registers.models import HeldTitle
from guantong.procedure.registers.selectors.listing import Filters, find_titles, rows_of
from tests.cast import invented_credit_code
from tests.house.test_pages import read_page

MERGED = date(2026, 9, 1)
BEFORE = date(2026, 8, 31)
BASIS = Basis("教发〔2026〕12号（虚构）", "第二条")


@pytest.fixture
def school(world):
    """A title of a person of 东湖职院, and one of the school itself."""
    title = world.granted("middle")
    own = HeldTitle.objects.get(pk=title.pk)
    own.pk, own.number, own.person_id, own.holder_kind, own.holder_name = (
        None,
        "2025-TESTTEST",
        None,
        "organisation",
        "东湖职业技术学院",
    )
    own.search_text = "东湖职业技术学院 样例"
    own.save()
    span = title.spans.get()
    span.pk, span.title_id = None, own.pk
    span.until = span.ends = None
    span.save()
    with clock.frozen_at(date(2027, 10, 1)):  # reorganisations are registered when they have happened
        yield world


def new_school(serial: int, name: str) -> int:
    made = register_organisation(
        actor=SYSTEM,
        kind="higher_school",
        name=name,
        region="990101",
        in_force_from=date(2026, 1, 1),
        credit_code=invented_credit_code(serial),
        school_code=f"99000010{serial:02d}",
    )
    return made.pk


def merge(world, target: int, day: date = MERGED, source: int | None = None) -> None:
    merge_organisations(
        actor=SYSTEM, source_ids=[source or world.cast.donghu], target_id=target, happened_on=day, basis=BASIS
    )


def shown(day: date, words: str = ""):
    return {row.number: row for row in rows_of(find_titles("sample-dual", day, Filters(words)), day)}


def test_a_title_of_a_merged_school_shows_its_successor(school):
    target = new_school(31, "云澜联合职业学院")
    merge(school, target)
    row = shown(MERGED)["2025-TESTTEST"]
    assert row.holder == "东湖职业技术学院", "history is kept: it was granted to the school that was"
    assert [h.name for h in row.heirs] == ["云澜联合职业学院"]
    assert row.fate == "持有单位2026年9月1日并入云澜联合职业学院。" and "教发〔2026〕12号" in row.fate_basis
    person = next(r for n, r in shown(MERGED).items() if n != "2025-TESTTEST")
    assert person.fate == "所在单位2026年9月1日并入云澜联合职业学院。"


def test_before_the_day_nothing_has_happened(school):
    merge(school, new_school(31, "云澜联合职业学院"))
    assert shown(BEFORE)["2025-TESTTEST"].heirs == () and shown(BEFORE)["2025-TESTTEST"].fate == ""


def test_it_follows_a_chain_of_mergers_under_the_name_of_the_day(school):
    first, last = new_school(31, "云澜联合职业学院"), new_school(32, "云澜大学城职业大学")
    merge(school, first)
    merge(school, last, date(2027, 9, 1), source=first)
    assert [h.name for h in shown(date(2027, 8, 31))["2025-TESTTEST"].heirs] == ["云澜联合职业学院"]
    assert [h.name for h in shown(date(2027, 9, 1))["2025-TESTTEST"].heirs] == ["云澜大学城职业大学"]
    assert forerunners_of([last], date(2027, 9, 1)) == {first, school.cast.donghu}
    assert forerunners_of([last], date(2027, 8, 31)) == set()


def test_a_split_names_every_successor_and_an_end_says_there_is_none(school):
    a, b = new_school(31, "甲职业学院"), new_school(32, "乙职业学院")
    split_organisation(
        actor=SYSTEM,
        source_id=school.cast.donghu,
        shares={a: Fraction(1, 2), b: Fraction(1, 2)},
        happened_on=MERGED,
        basis=BASIS,
    )
    assert shown(MERGED)["2025-TESTTEST"].fate == "持有单位2026年9月1日分立为甲职业学院、乙职业学院。"
    end_organisation(actor=SYSTEM, organisation_id=school.cast.xiling, happened_on=MERGED, basis=BASIS)
    fate = fates_on([school.cast.xiling], MERGED)[school.cast.xiling]
    assert fate.heirs == () and fate.kind == "end" and fate.ended_on == MERGED


def test_the_fate_agrees_with_the_roll_up(school):
    target = new_school(31, "云澜联合职业学院")
    merge(school, target)
    assert set(fates_on([school.cast.donghu], MERGED)[school.cast.donghu].heirs) == set(
        successors_on(school.cast.donghu, MERGED)
    )
    assert fates_on([target, school.cast.xiling], MERGED) == {}


def test_a_search_for_the_successor_finds_what_it_took_over(school):
    merge(school, new_school(31, "云澜联合职业学院"))
    assert "2025-TESTTEST" in shown(MERGED, "联合职业")
    assert shown(BEFORE, "联合职业") == {}
    assert "2025-TESTTEST" in shown(MERGED, "东湖")
    HeldTitle.objects.filter(number="2025-TESTTEST").update(search_text="样例")  # a register that hides the holder
    assert "2025-TESTTEST" not in shown(MERGED, "联合职业")


def test_pages_and_files_say_who_took_over(school):
    merge(school, new_school(31, "云澜联合职业学院"))
    client = Client()
    text = client.get("/registers/sample-dual/?on=2026-09-01").content.decode()
    assert read_page(text) == [] and "持有单位2026年9月1日并入云澜联合职业学院。" in text
    number = next(n for n in shown(MERGED) if n != "2025-TESTTEST")
    text = client.get(f"/registers/titles/{number}/?on=2026-09-01").content.decode()
    assert read_page(text) == [] and "单位有变动" in text and "单位变动" in text and "教发〔2026〕12号" in text
    assert "单位有变动" not in client.get(f"/registers/titles/{number}/?on=2026-08-31").content.decode()
    body = json.loads(client.get("/registers/sample-dual/titles.json?on=2026-09-01").content)
    assert {tuple(t["now_held_by"]) for t in body["titles"]} == {("云澜联合职业学院",)}
    rows = client.get("/registers/sample-dual/titles.csv?on=2026-09-01").content.decode("utf-8-sig").splitlines()
    assert rows[0].endswith(",现承继单位,换发") and rows[1].endswith(",云澜联合职业学院,")
    page = Organisation.objects.values_list("public_id", flat=True).get(spans__name="云澜联合职业学院")
    link = f'<a href="/organisations/{page}/">云澜联合职业学院</a>'
    assert link in client.get("/registers/sample-dual/?on=2026-09-01").content.decode()
    assert link in client.get(f"/registers/titles/{number}/?on=2026-09-01").content.decode()
    assert client.get(f"/organisations/{page}/").status_code == 200
    assert {s["page"] for t in body["titles"] for s in t["successors"]} == {f"/organisations/{page}/"}
