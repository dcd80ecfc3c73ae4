"""One title for another in one outcome: down a level, up to another register; undone on appeal; linked and verified."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.template import engines
from django.test import Client

from guantong.kernel import clock
from guantong.kernel.clock import CHINA_TIME
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.actions import act
from guantong.procedure.cases.definition import read_definition, read_placed
from guantong.procedure.cases.library import definition_of
from guantong.procedure.cases.models import Case, CaseAction
from guantong.procedure.cases.selectors import replay, verify_all
from guantong.procedure.registers import reading
from guantong.procedure.registers.actions import open_about
from guantong.procedure.registers.models import HeldTitle, RegisterEntry, Reliance
from guantong.procedure.registers.selectors.shown import case_snippet
from guantong.procedure.registers.selectors.verifying import verify_titles
from tests.together import Together

from .sample import FOLLOWING, GRANTING
from .test_power import fails_everywhere

APPEALED = datetime(2025, 10, 20, 10, tzinfo=CHINA_TIME)
LATER = datetime(2025, 12, 1, 10, tzinfo=CHINA_TIME)

DEMOTION = (
    FOLLOWING.replace("id: sample-check", "id: sample-demotion", 1)
    .replace("样例称号复核", "样例降级", 1)
    .replace('opens: {each_year: "11-01"}\n', "")
    .replace(
        "steps:\n",
        "grants: {register: sample-dual, name: 样例双师型教师, level: 初级, holder: person, years: 3}\nsteps:\n",
        1,
    )
    .replace("id: withdraw_title, kind: refuse, title: 撤销,", "id: demote, kind: refuse, title: 降为初级,")
    .replace("title: 撤销, kind: granted, effect: withdraw", "title: 降为初级, kind: refused, effect: exchange")
    .replace(
        "appeal: {none: 对复核结果有不同意见的，可以向主管部门反映。, source: local, note: 测试。}",
        """\
  - {id: upheld, title: 维持, kind: upheld, notice: 维持原决定。}
  - {id: overturned, title: 恢复原级, kind: overturned, effect: restore, notice: 恢复原来的等级。}
appeal: {against: [taken], within: {working_days: 15, source: local, note: 测试。}, further: 可以向主管部门反映。,
  source: local, note: 测试。, steps: [{id: again, title: 复核, role: academic_officer, of: school, actions: [
    {id: uphold, kind: refuse, title: 维持, to: upheld, needs: [opinion]},
    {id: overturn, kind: approve, title: 改变, to: overturned, needs: [opinion]}]}]}""",
    )
)
PROMOTION = (
    GRANTING.replace("id: sample-teachers", "id: sample-promotion", 1)
    .replace("register: sample-dual", "register: sample-national")
    .replace("样例教师名册", "样例国家级名册")
    .replace("name: 样例双师型教师", "name: 样例国家级教师\n  replaces: sample-dual")
    .replace("effect: grant", "effect: exchange")
)


@pytest.fixture
def both(world: Any) -> Any:
    world.use(DEMOTION)
    world.use(PROMOTION)
    return world


def demote(world: Any, title: HeldTitle) -> Case:
    case = open_about(actor=world.cast.actor("sun"), definition="sample-demotion", number=title.number)
    return world.act(case, "sun", "demote")


def promoting(world: Any, who: str = "wu") -> Case:
    case = world.open("sample-promotion", "tests.teacher", who)
    return world.act(case, who, "submit", values={"level": "middle"})


def pair(case: Case) -> tuple[HeldTitle, HeldTitle]:
    """(the title that ended, the one that began)."""
    ended = RegisterEntry.objects.get(case=case, kind="exchange")
    begun = RegisterEntry.objects.get(case=case, kind="grant")
    assert (ended.other_id, begun.other_id) == (begun.title_id, ended.title_id)
    return ended.title, begun.title


def all_is_well() -> None:
    assert verify_titles()[1] == [] and verify_all().problems == []


def shown(number: str, day: date) -> tuple[str, str]:
    page = Client().get(f"/registers/titles/{number}/?on={day.isoformat()}").content.decode()
    return page, "核验结果：有效" if "核验结果：有效" in page else ""


def test_the_old_title_ends_on_the_day_the_new_one_begins(both: Any) -> None:
    title = both.granted("middle")
    with clock.frozen_at(LATER):
        case = demote(both, title)
        old, new = pair(case)
        assert (old.pk, old.state, old.is_current) == (title.pk, "exchanged", False)
        assert (new.register, new.level, new.state, new.since) == ("sample-dual", "初级", "standing", date(2025, 12, 1))
        last, first = old.spans.get(), new.spans.get()
        assert last.until == first.in_force_from == date(2025, 12, 1) and last.level == "中级"
        page, is_valid = shown(old.number, date(2025, 12, 1))
        assert not is_valid and "这一称号已经换发" in page and f"/registers/titles/{new.number}/" in page
        page, is_valid = shown(new.number, date(2025, 12, 1))
        assert is_valid and "这一称号由换发取得" in page and f"/registers/titles/{old.number}/" in page
        page, is_valid = shown(old.number, date(2025, 11, 30))
        assert is_valid and "已经换发" not in page
        assert "本件换发" in told_on_the_case(both, case) and new.number in told_on_the_case(both, case)
        listed = Client().get("/registers/sample-dual/titles.json").json()["titles"]
        assert [(t["number"], t["in_place_of"], t["replaced_by"]) for t in listed] == [(new.number, [old.number], [])]
        ended = Client().get("/registers/sample-dual/titles.json?state=ended").json()["titles"]
        assert [(t["state"], t["replaced_by"]) for t in ended] == [("exchanged", [new.number])]
        assert "换发为" in Client().get("/registers/sample-dual/titles.csv?state=ended").content.decode()
    assert replay(case)[1] == []
    all_is_well()


def told_on_the_case(world: Any, case: Case) -> str:
    part = case_snippet(world.cast.actor("sun"), case, definition_of(case))
    assert part is not None
    source = '{% import "webkit/parts.html" as ui %}{% include "registers/_case.html" %}'
    return engines["jinja2"].from_string(source).render({"part": part})


def test_up_to_another_register_takes_the_holders_title_with_it(both: Any) -> None:
    title = both.granted("middle")
    case = promoting(both)
    assert Reliance.objects.count() == 0
    both.act(case, "sun", "approve")
    old, new = pair(case)
    assert old.pk == title.pk and (new.register, new.name) == ("sample-national", "样例国家级教师")
    assert old.state == "exchanged" and new.state == "standing"
    again = promoting(both)
    refusal = refused(lambda: both.act(again, "sun", "approve"))
    assert refusal.code == "TTL-111"
    all_is_well()


def test_without_a_title_or_with_several_there_is_nothing_to_exchange(both: Any) -> None:
    case = promoting(both)
    refusal = refused(lambda: both.act(case, "sun", "approve"))
    assert refusal.code == "TTL-111" and refusal.status == 409
    assert Case.objects.get(pk=case.pk).step == "review" and not HeldTitle.objects.exists()
    title = both.granted()
    twin = HeldTitle.objects.get(pk=title.pk)
    twin.pk, twin.number, twin.name = None, "2025-TWINTWIN", "另一样例教师"
    twin.save()
    entry = title.entries.get()
    entry.pk, entry.title_id = None, twin.pk
    entry.save(force_insert=True)
    refusal = refused(lambda: both.act(case, "sun", "approve"))
    assert refusal.code == "TTL-112" and "2025-TWINTWIN" in refusal.problems[0].message


def test_the_same_title_again_is_no_exchange(both: Any) -> None:
    title = both.granted("junior")
    case = open_about(actor=both.cast.actor("sun"), definition="sample-demotion", number=title.number)
    assert refused(lambda: both.act(case, "sun", "demote")).code == "TTL-103"


def test_an_exchange_changed_on_appeal_is_undone_with_both(both: Any) -> None:
    title = both.granted("middle")
    case = demote(both, title)
    old, new = pair(case)
    with clock.frozen_at(APPEALED):
        case.refresh_from_db()
        sun = both.cast.actor("sun")
        case = act(actor=sun, case_id=case.pk, action="appeal", revision=case.revision, opinion="请复核。")
        both.act(case, "sun", "overturn")
        old.refresh_from_db(), new.refresh_from_db()
        assert (old.state, old.is_current, old.level) == ("standing", True, "中级")
        assert (new.state, new.is_current) == ("withdrawn", False)
        assert [e.kind for e in old.entries.order_by("sequence")] == ["grant", "exchange", "restore"]
        page, is_valid = shown(old.number, APPEALED.date())
        assert is_valid and "已经换发" not in page
        page, is_valid = shown(new.number, APPEALED.date())
        assert not is_valid and "由换发取得" not in page
    all_is_well()


def test_whoever_relies_on_the_old_title_is_told(both: Any) -> None:
    title = both.granted("middle")
    leader = both.open("sample-leader", "tests.leader")
    both.act(leader, "wu", "submit", values={"years": "3"})
    demote(both, title)
    line = CaseAction.objects.get(case=leader, action="part_note")
    assert line.details["word"] == "换发"
    all_is_well()


def test_a_link_that_leads_nowhere_is_found(both: Any) -> None:
    title = both.granted("middle")
    _, new = pair(demote(both, title))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='registers_registerentry'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        else:
            cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers, until the test is undone
        cursor.execute("UPDATE registers_registerentry SET other_id = NULL WHERE title_id = %s", [new.pk])
    codes = {p.code for p in verify_titles()[1]}
    assert {"TTL-204", "TTL-201"} <= codes


def test_the_power_fails_in_an_exchange(both: Any) -> None:
    title = both.granted("middle")
    case = open_about(actor=both.cast.actor("sun"), definition="sample-demotion", number=title.number)
    assert fails_everywhere(lambda: both.act(case, "sun", "demote")) > 6
    pair(case)
    all_is_well()


@pytest.mark.django_db(transaction=True)
def test_of_two_exchanges_of_one_title_at_once_one_is_entered(both: Any, tmp_path: Path) -> None:
    title = both.granted("middle")
    sun = both.cast.actor("sun")
    down = open_about(actor=sun, definition="sample-demotion", number=title.number)
    up = promoting(both)
    together = Together(tmp_path / "together.sqlite3")
    together.share()
    results = together.run(
        [
            lambda: act(actor=sun, case_id=down.pk, action="demote", revision=down.revision, opinion="降级。"),
            lambda: act(actor=sun, case_id=up.pk, action="approve", revision=up.revision, opinion="晋级。"),
        ],
        moment=clock.now() + timedelta(minutes=1),
    )
    assert [r for r in results if not isinstance(r, Case | Refusal)] == []
    entries = together.reads(lambda: RegisterEntry.objects.filter(title=title, kind="exchange").count())
    assert entries == 1  # the other found it gone, or took what was given in its place
    assert together.reads(lambda: verify_titles()[1]) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (PROMOTION.replace("\n  replaces: sample-dual", ""), "TTL-001"),
        (PROMOTION.replace("replaces: sample-dual", "replaces: sample-national"), "TTL-015"),
        (GRANTING.replace("  years: 3\n", "  years: 3\n  replaces: [sample-national]\n"), "TTL-014"),
        (FOLLOWING.replace("effect: withdraw", "effect: exchange"), "TTL-001"),
    ],
)
def test_what_is_unclear_about_an_exchange_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_definition(text, file="x.yaml")
    assert code in {p.code for p in caught.value}


def test_a_register_nobody_enters_cannot_be_replaced() -> None:
    (placed,) = read_placed(PROMOTION, file="x.yaml")
    (problem,) = reading.check_replaced({"sample-promotion": placed}, set())
    assert problem.code == "TTL-016" and problem.where.line
    assert list(reading.check_replaced({"sample-promotion": placed}, {"sample-dual"})) == []


def refused(work: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        work()
    return caught.value
