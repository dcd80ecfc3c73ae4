"""Numbers the trees of the national book write, and counts they leave to a parameter, are those of the law."""

from __future__ import annotations

from datetime import date

import pytest

from guantong.base.lawbook import current_policy
from guantong.policy.asking import Law
from guantong.procedure.cases import library
from guantong.procedure.cases.definition import Definition
from guantong.procedure.conditions import Computed, Group, Leaf, Node, Parameter, leaves_of

ON = date(2026, 3, 2)
RANKS = {
    "title-lecturer": "讲师（5项中）",
    "title-senior-lecturer": "高级讲师（9项中）",
    "title-full-senior-lecturer": "正高级讲师（9项中）",
    "title-first-practice-instructor": "一级实习指导教师（5项中）",
    "title-senior-practice-instructor": "高级实习指导教师（8项中）",
    "title-full-senior-practice-instructor": "正高级实习指导教师（8项中）",
}
GRADES = {"中级": "intermediate", "高级": "senior", "技师": "technician", "高级技师": "senior_technician"}


def law() -> Law:
    return current_policy().law("100000", ON)


def definition(name: str) -> Definition:
    entry = current_policy().procedures("100000", ON)[name]
    return library.parsed(entry.data, entry.place.file)


def node(name: str, node_id: str) -> Node:
    tree = definition(name).conditions
    assert tree is not None
    waiting = [tree]
    while waiting:
        found = waiting.pop()
        if found.id == node_id:
            return found
        waiting += found.parts if isinstance(found, Group) else ()
    raise KeyError(node_id)


def leaf(name: str, node_id: str) -> Leaf:
    found = node(name, node_id)
    assert isinstance(found, Leaf)
    return found


@pytest.mark.parametrize(("name", "scope"), RANKS.items())
def test_so_many_results_of_so_many(name: str, scope: str) -> None:
    group = node(name, "results")
    assert isinstance(group, Group)
    assert group.count == Parameter("teacher.title_results_needed", scope)
    assert 1 < law().integer("teacher.title_results_needed", scope) < len(group.parts)
    assert f"（{len(group.parts)}项中）" in scope


@pytest.mark.parametrize(
    ("name", "rank"),
    [
        ("title-third-practice-instructor", "三级实习指导教师"),
        ("title-second-practice-instructor", "二级实习指导教师"),
        ("title-first-practice-instructor", "一级实习指导教师"),
        ("title-senior-practice-instructor", "高级实习指导教师"),
        ("title-full-senior-practice-instructor", "正高级实习指导教师"),
    ],
)
def test_the_lowest_skill_grade_of_each_practice_rank(name: str, rank: str) -> None:
    accepted = leaf(name, "skill_grade").limit
    assert isinstance(accepted, tuple)
    assert accepted[0] == GRADES[str(law().answer("teacher.title_skill_grade", rank).value)]
    assert accepted[-1] == "senior_technician"


def test_nine_triggers_stop_a_textbook() -> None:
    triggers = node("textbook-stop", "triggers")
    assert isinstance(triggers, Group)
    assert len(triggers.parts) == law().integer("textbook.stop_trigger_count")


def test_the_contents_of_a_library_and_the_shares_of_a_plan() -> None:
    tree = definition("resource-library").conditions
    assert tree is not None
    asked = [each.label.removeprefix("具备") for each in leaves_of(tree) if each.fact.startswith("declared.has_")]
    assert tuple(asked) == law().answer("resource.library_contents").value
    public = leaf("curriculum-plan-filing", "public_higher")
    assert public.limit == Parameter("curriculum.public_course_share", "高等职业")
    assert public.computed == Computed("ratio", ("declared.public_hours", "declared.total_hours"))
    least, most = leaf("curriculum-plan-filing", "core_least").limit, leaf("curriculum-plan-filing", "core_most").limit
    assert law().answer("curriculum.core_course_count").value == (least, most)


def test_the_fine_for_internships_is_that_of_the_law() -> None:
    name = "internship-intermediary-fine"
    least, most = (int(str(leaf(name, each).limit)) for each in ("times_least", "times_most"))
    assert law().answer("internship.fine_multiple").value == (least, most)
    smallest = law().answer("internship.fine_base_minimum_yuan").value
    assert int(str(leaf(name, "fine_most").limit)) == smallest * most


def test_the_support_of_carriers_is_that_of_the_law() -> None:
    for kind, scope in (("base", "培训基地（元）"), ("studio", "技能大师工作室（元）")):
        bounds = (int(str(leaf("high-skill-carrier-acceptance", f"{kind}_{end}").limit)) for end in ("least", "most"))
        assert law().answer("base.support_yuan", scope).value == tuple(bounds)
