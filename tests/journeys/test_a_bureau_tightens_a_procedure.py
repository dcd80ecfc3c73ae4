"""A bureau copies a procedure, asks one proof more, and sees what changes, and for whom, before it adopts anything."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from guantong.kernel import clock
from guantong.procedure.cases.public import definition_of, scan_deadlines
from tests.cast import BASELINE

from .declaring import MIDDLE, does, hire, teacher_handed_in

pytestmark = pytest.mark.journey


def test_a_bureau_sees_what_tightening_means(cast, person):
    hire(cast, "gu", "顾局长", "city_bureau", "bureau_approver")
    weak, strong = given_two_recognised_teachers(cast)
    with clock.frozen_at(BASELINE + timedelta(days=21)):
        he = person("he")
        when_she_copies_the_procedure(he)
        when_she_asks_one_proof_more(he)
        then_she_sees_the_difference(he)
        then_she_sees_whom_it_would_have_refused(he, weak, strong)
        then_a_slip_is_refused_with_the_place(he)
        then_nothing_in_force_has_changed(weak)


def given_two_recognised_teachers(cast):
    found = []
    for who, values in (("wu", MIDDLE), ("zhao", {**MIDDLE, "contest_prize": True})):
        case = teacher_handed_in(cast, who, values)
        for actor in ("sun", "chen"):
            case = does(cast, case, actor, "approve")
        found.append(case)
    with clock.frozen_at(BASELINE + timedelta(days=20)):
        scan_deadlines()
        for case in found:
            does(cast, case, "gu", "approve")
    return found


def when_she_copies_the_procedure(he):
    he.opens("/bureau/procedures/tighten/")
    he.follows("双师型教师认定")
    he.sees("采用要改规定目录")


def when_she_asks_one_proof_more(he):
    box = he.page.locator('textarea[name="text"]')
    text = box.input_value()
    bound = r"at_least:\s*\{?\s*parameter: teacher\.dual_qualified_proofs,?\s+scope_of: declared\.level\}?"
    found = re.search(bound, text)
    assert found is not None, text
    indent = " " * (found.start() - text.rindex("\n", 0, found.start()) - 1)
    tighter = f"at_least: 3\n{indent}source: local\n{indent}note: 本省加严一项。"
    changed = text[: found.start()] + tighter + text[found.end() :]
    changed = changed.replace("version: '1'", "version: '2'", 1).replace('version: "1"', 'version: "2"', 1)
    box.fill(changed)
    he.presses("比较并看影响")


def then_she_sees_the_difference(he):
    he.sees("改了什么", "实践教学能力")


def then_she_sees_whom_it_would_have_refused(he, weak, strong):
    he.sees("重新核对了 2 件已经办结的申报")
    table = he.page.get_by_role("table", name="结果会不同的办件").inner_text()
    assert weak.public_id in table and strong.public_id not in table
    assert "技能竞赛获奖" in table


def then_a_slip_is_refused_with_the_place(he):
    box = he.page.locator('textarea[name="text"]')
    box.fill(box.input_value().replace("to: school", "to: shcool", 1))
    he.presses("比较并看影响")
    he.sees("这份定义有需要改正的地方", "shcool")


def then_nothing_in_force_has_changed(weak):
    weak.refresh_from_db()
    assert weak.outcome == "recognised"
    assert definition_of(weak).version == "1"
