"""Whose title a condition asks for: the person's, the organisation's own, or that of the very item."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict

from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.actions import open_case
from guantong.procedure.cases.conditions_shown import checked
from guantong.procedure.cases.definition import read_definition
from guantong.procedure.cases.library import definition_of
from guantong.procedure.cases.models import Case, CaseAction
from guantong.procedure.conditions import Subject
from guantong.procedure.registers.actions.writing import item_of
from guantong.procedure.registers.facts import held_count, held_level, held_since, held_years
from guantong.procedure.registers.models import HeldTitle, Reliance
from tests.procedures import handled

BASES = """\
id: sample-bases
version: "1"
title: 样例基地认定
systems: [S7]
in_force_from: 2024-09-01
source: local
note: 只为测试而写。
subject: tests.bases
who_may_declare: {roles: [academic_officer], of: school}
form:
  - {id: name, title: 基地名称, kind: text}
  - {id: level, title: 等级, kind: choice, choices: [{id: first, title: 一级}, {id: second, title: 二级}]}
grants: {register: sample-base-register, name: 样例基地, item: declared.name, level: declared.level,
  holder: organisation, years: 3}
steps:
  - id: declare
    title: 填写申请
    of: declarer
    actions: [{id: submit, title: 提交, to: review, needs: [declaration]}]
  - id: review
    title: 审核
    role: bureau_reviewer
    of: authority
    actions: [{id: approve, title: 认定, to: recognised, needs: [opinion]}]
outcomes:
  - {id: recognised, title: 认定, kind: granted, effect: grant, notice: 已经认定。}
appeal: {none: 没有不同意的结果。, source: local, note: 测试。}
"""
NATIONAL = (
    BASES.replace("id: sample-bases", "id: sample-national-bases")
    .replace("样例基地认定", "样例国家基地认定")
    .replace("sample-base-register", "sample-national-register")
    .replace("name: 样例基地,", "name: 样例国家基地,")
    .replace(
        "steps:\n",
        """conditions:
  id: whole
  label: 条件
  all:
    - {id: base, label: 这个基地已是省级基地, fact: title.item.sample-base-register, present: true,
        source: local, note: 样例。}
    - {id: first, label: 这个基地是一级, fact: title_level.item.sample-base-register, in: [一级],
        source: local, note: 样例。}
steps:
""",
        1,
    )
    .replace("needs: [declaration]", "needs: [declaration, conditions]")
)
STUDIO = """\
id: sample-studio
version: "1"
title: 样例工作室
systems: [T3]
in_force_from: 2024-09-01
source: local
note: 只为测试而写。
subject: tests.studio
who_may_declare: {roles: [learner], of: learner}
form: [{id: years, title: 年数, kind: integer}]
conditions:
  id: whole
  label: 条件
  all:
    - {id: school, label: 学校有样例基地, fact: title.organisation.sample-base-register, present: true,
        source: local, note: 样例。}
    - {id: own, label: 本人是双师型教师, fact: title.person.sample-dual, present: true, source: local, note: 样例。}
steps:
  - id: declare
    title: 填写申请
    of: declarer
    actions: [{id: submit, title: 提交, to: review, needs: [declaration, conditions]}]
  - id: review
    title: 学校审核
    role: academic_officer
    of: school
    actions: [{id: approve, title: 同意, to: recognised, needs: [opinion]}]
outcomes:
  - {id: recognised, title: 同意, kind: granted, notice: 已经同意。}
appeal: {none: 没有不同意的结果。, source: local, note: 测试。}
"""
REGISTER = "sample-base-register"


@pytest.fixture
def parties(world: Any) -> Any:
    for text in (BASES, NATIONAL, STUDIO):
        world.use(text)
    with handled("tests.bases", "tests.studio"):
        yield world


def opened(world: Any, procedure: str) -> Case:
    world.serial += 1
    return open_case(
        actor=world.cast.actor("sun"),
        definition=procedure,
        region="990000",
        subject=("tests.bases", world.serial),
        organisation_id=world.cast.donghu,
    )


def base(world: Any, name: str, level: str = "first", procedure: str = "sample-bases") -> Case:
    case = opened(world, procedure)
    return world.act(case, "sun", "submit", values={"name": name, "level": level})


def stand(world: Any, name: str, level: str = "first") -> HeldTitle:
    case = world.act(base(world, name, level), "chen", "approve")
    return HeldTitle.objects.get(entries__case=case)


def refused(work: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        work()
    return caught.value


def test_the_item_must_be_the_very_one(parties: Any) -> None:
    own, other = stand(parties, "智能制造基地"), stand(parties, "护理基地", "second")
    refusal = refused(lambda: base(parties, "没有认定过的基地", procedure="sample-national-bases"))
    assert refusal.code == "PRC-145" and "这个基地已是省级基地" in str(refusal)
    refusal = refused(lambda: base(parties, "护理基地", procedure="sample-national-bases"))
    assert [p.code for p in refusal.problems] == ["PRC-145"] and "这个基地是一级" in str(refusal)
    case = base(parties, "智能制造基地", procedure="sample-national-bases")
    assert case.step == "review"
    relied = set(Reliance.objects.filter(case=case).values_list("title_id", "fact"))
    assert relied == {(own.pk, f"title.item.{REGISTER}"), (own.pk, f"title_level.item.{REGISTER}")}
    kept = CaseAction.objects.get(case=case, action="submit").details["condition_facts"]
    assert own.number in kept[f"title.item.{REGISTER}"]["records"][0]["text"] and other.number not in str(kept)


def test_while_it_is_typed_the_conditions_follow_the_item(parties: Any) -> None:
    stand(parties, "智能制造基地")
    case = opened(parties, "sample-national-bases")
    definition = definition_of(case)

    def met(name: str) -> list[str]:
        post = {"action": "submit", "revision": str(case.revision), "submit.name": name, "submit.level": "first"}
        data = QueryDict(mutable=True)
        data.update(post)
        shown = checked(case, definition, post=data, actor=parties.cast.actor("sun"))
        assert shown.conditions is not None
        return [row.word for row in shown.conditions.rows]

    assert met("智能制造基地") == ["达到", "达到", "达到"]
    assert met("别的基地")[:2] == ["没有达到", "没有达到"] and "还不能判断" in met("")[1]


def test_the_organisation_and_the_person_are_asked_apart(parties: Any) -> None:
    def submit() -> Case:
        case = parties.open("sample-studio", "tests.studio")
        return parties.act(case, "wu", "submit", values={"years": "3"})

    refusal = refused(submit)
    assert {p.code for p in refusal.problems} == {"PRC-145"} and "学校有样例基地" in str(refusal)
    stand(parties, "智能制造基地")
    assert "本人是双师型教师" in str(refused(submit)) and "学校有样例基地" not in str(refused(submit))
    parties.granted()
    assert submit().step == "review"


def test_a_party_that_is_not_there_is_not_known(parties: Any) -> None:
    title, today = stand(parties, "智能制造基地"), clock.today()
    school = parties.cast.donghu
    person = Subject("x", "1", "990000", parties.cast.people["wu"], school)
    alone = Subject("x", "1", "990000", None, school, "智能制造基地")
    for name in (f"title.item.{REGISTER}", f"title.person.{REGISTER}"):
        with pytest.raises(LookupError):
            held_since(Subject("x", "1", "990000", None, school), today, name)
    assert held_since(person, today, f"title.{REGISTER}") is None
    found = held_since(person, today, f"title.organisation.{REGISTER}")
    assert found is not None and title.number in found.records[0].text  # type: ignore[union-attr]
    level = held_level(alone, today, f"title_level.item.{REGISTER}")
    assert level is not None and level.value == "一级"
    assert held_years(alone, today, f"title_years.item.{REGISTER}").value == 0
    stand(parties, "护理基地")
    assert held_count(alone, today, f"title_count.{REGISTER}") == 2
    assert held_count(alone, today, f"title_count.item.{REGISTER}") == 1
    assert held_count(person, today, f"title_count.person.{REGISTER}") == 0


def test_a_follow_up_asks_of_the_item_of_its_title(parties: Any) -> None:
    title = stand(parties, "智能制造基地")
    definition = read_definition(
        BASES.replace("subject: tests.bases", "subject: registers.title\nabout: {register: sample-base-register}")
        .replace("id: sample-bases", "id: sample-base-check")
        .replace("effect: grant", "effect: none")
        .split("grants:")[0]
        + "steps:"
        + BASES.split("steps:", 1)[1].replace("effect: grant, ", ""),
        file="x.yaml",
    )
    case = Case(subject_kind="registers.title", subject_id=title.number)
    assert item_of(case, definition, {}) == "智能制造基地"
