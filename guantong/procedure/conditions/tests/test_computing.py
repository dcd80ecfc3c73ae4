"""Numbers of several facts: exact, told with how they were made, never rounded across a bound; nothing by zero."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from guantong.procedure.conditions import (
    Computed,
    Evaluation,
    Fact,
    FactTitle,
    Group,
    Leaf,
    Parameter,
    compile_conditions,
    computing,
    facts_of,
)
from guantong.procedure.conditions.graph import required_titles
from guantong.procedure.conditions.tests.test_conditions import FakeLaw

INFOS = {
    "declared.dual": FactTitle("双师型教师", "number", "人"),
    "declared.part": FactTitle("兼职双师型教师", "number", "人"),
    "declared.all": FactTitle("专业课教师", "number", "人"),
    "declared.spent": FactTitle("设备总值", "money"),
    "declared.granted": FactTitle("补助", "money"),
    "declared.since": FactTitle("成立日期", "date"),
    "case.day": FactTitle("提交之日", "date"),
    "declared.level": FactTitle("等级", "text", "", {"low": "初级", "high": "高级"}),
}
SHARE = Computed("share", (Computed("sum", ("declared.dual", "declared.part")), "declared.all"))


def judge(computed: Computed, operator: str, limit: Any, values: Mapping[str, Any], law: Any = None) -> Evaluation:
    tree = Leaf("one", "双师型教师占比", operator=operator, limit=limit, computed=computed)
    facts = {f"declared.{name}" if name != "day" else "case.day": Fact(value) for name, value in values.items()}
    return compile_conditions(tree, law, info=INFOS.get).evaluate(facts)


def test_a_share_is_told_with_its_parts_and_what_is_missing() -> None:
    values = {"dual": 8, "part": 2, "all": 22}
    found = judge(SHARE, "at_least", Parameter("share"), values, FakeLaw(share=(Decimal(50), "percent", False)))
    (row,) = found.nodes()
    assert row.own == "约45.45%（（双师型教师8人 + 兼职双师型教师2人） ÷ 专业课教师22人）"
    assert (row.state, row.required, row.origin) == ("not_met", "不低于50%", "computed")
    assert row.citation is not None and row.citation.clause == "第三条"
    assert "现在是约45.45%" in row.why and row.todo.startswith("还差约4.54%。")
    (problem,) = found.problems()
    assert problem.code == "PRC-145" and problem.where.column == "dual"
    assert judge(SHARE, "at_least", 50, {**values, "part": 3}).is_met


def test_what_is_not_filled_in_is_named() -> None:
    found = judge(SHARE, "at_least", 50, {"dual": 8, "all": None})
    (problem,) = found.problems()
    assert problem.code == "PRC-146"
    assert "“兼职双师型教师”、“专业课教师”还没有可用的内容，算不出“双师型教师占比”" in problem.message
    assert found.nodes()[0].own == ""


def test_dividing_by_zero_is_not_met_and_says_so() -> None:
    found = judge(SHARE, "at_least", 0, {"dual": 0, "part": 0, "all": 0})
    (problem,) = found.problems()
    assert problem.code == "PRC-145" and "专业课教师是0，算不出“双师型教师占比”，按没有达到处理。" in problem.message
    assert found.nodes()[0].own.startswith("算不出（")
    nested = Computed("ratio", ("declared.dual", Computed("difference", ("declared.all", "declared.part"))))
    (problem,) = judge(nested, "at_least", 1, {"dual": 1, "all": 3, "part": 3}).problems()
    assert "专业课教师 − 兼职双师型教师是0" in problem.message


@pytest.mark.parametrize(
    ("how", "values", "limit", "state"),
    [
        ("days", {"since": date(2024, 2, 28), "day": date(2024, 3, 1)}, 2, "met"),
        ("days", {"since": date(2024, 2, 28), "day": date(2024, 3, 1)}, 3, "not_met"),
        ("years", {"since": date(2024, 2, 29), "day": date(2027, 2, 27)}, 3, "not_met"),
        ("years", {"since": date(2024, 2, 29), "day": date(2027, 2, 28)}, 3, "met"),
        ("months", {"since": date(2025, 1, 31), "day": date(2025, 2, 28)}, 1, "met"),
        ("months", {"since": date(2025, 1, 31), "day": date(2025, 2, 27)}, 1, "not_met"),
        ("years", {"since": date(2027, 3, 1), "day": date(2027, 2, 28)}, 0, "met"),
        ("days", {"since": date(2027, 3, 1), "day": date(2027, 2, 28)}, 0, "not_met"),
    ],
)
def test_time_between_two_days(how: str, values: Mapping[str, Any], limit: int, state: str) -> None:
    assert judge(Computed(how, ("declared.since", "case.day")), "at_least", limit, values).state == state


def test_money_by_heads_is_money_and_exact_to_the_fen() -> None:
    each = Computed("ratio", ("declared.spent", "declared.all"))
    values = {"spent": 1_000_000, "all": 3}
    found = judge(each, "at_least", "3333.34", values)
    assert found.nodes()[0].own == "约3,333.33 元（设备总值10,000.00 元 ÷ 专业课教师3人）"
    assert found.state == "not_met"
    assert judge(each, "at_least", "3333.33", values).is_met, "a third of a fen more"
    rest = Computed("difference", ("declared.spent", "declared.granted"))
    assert judge(rest, "at_most", 0, {"spent": 100, "granted": 100}).is_met


NUMBERS = st.integers(-10_000, 10_000) | st.decimals(-1000, 1000, places=3) | st.fractions(-99, 99, max_denominator=97)


@given(st.lists(NUMBERS, min_size=2, max_size=5))
def test_sums_and_differences_are_exact_in_any_order(values: list[Any]) -> None:
    facts = {f"declared.f{i}": Fact(value) for i, value in enumerate(values)}
    names = tuple(facts)
    total = computing.compute(Computed("sum", names), facts)
    assert total == sum((Fraction(v) for v in values), Fraction(0))
    assert computing.compute(Computed("sum", names[::-1]), facts) == total
    rest = computing.compute(Computed("difference", names), facts)
    assert rest == 2 * Fraction(values[0]) - total


@given(st.integers(0, 500), st.integers(1, 500), st.integers(0, 100))
def test_a_share_never_looks_like_a_bound_it_is_not(part: int, whole: int, bound: int) -> None:
    computed = Computed("share", ("declared.dual", "declared.all"))
    found = judge(computed, "at_least", bound, {"dual": part, "all": whole})
    assert found.is_met == (100 * part >= bound * whole)
    own = found.nodes()[0].own.split("（")[0]
    assert (own == f"{bound}%") == (100 * part == bound * whole)
    assert own.removeprefix("约") != f"{bound}%" or 100 * part == bound * whole


@given(st.fractions(max_denominator=10_000), st.integers(-50, 50))
def test_a_shown_number_is_exact_or_says_about(number: Fraction, bound: int) -> None:
    assume(abs(number) < 10**9)
    text = computing.shown(number, "number", "", bound)
    if text.startswith("约"):
        assert 0 < number - Fraction(text[1:]) < Fraction(1, 100) and Fraction(text[1:]) != bound
    else:
        assert Fraction(text) == number


def test_facts_and_titles_of_a_computation_are_asked_for() -> None:
    held = Computed("years", ("title.first-rank", "case.day"))
    tree = Group("all", "全部", "all", (Leaf("a", "一", operator="at_least", limit=2, computed=held),))
    assert facts_of(tree) == ("title.first-rank", "case.day")
    assert required_titles(tree) == ("first-rank",)


def by_level() -> tuple[Leaf, Group]:
    years = Leaf("years", "年数", "declared.all", "at_least", Parameter("years", scope_of="declared.level"))
    parts = tuple(Leaf(f"p{n}", f"第{n}项", f"declared.f{n}", "equals", True) for n in range(3))
    return years, Group("some", "证明", "at_least", parts, Parameter("proofs", scope_of="declared.level"))


class ScopedLaw(FakeLaw):
    """Parameters by name and scope."""

    def find(self, name: str, scope: str | None = None) -> Any:
        return super().find(f"{name}_{scope}" if scope is not None else name)


LAW: Any = ScopedLaw(
    years_初级=(2, "years", False),
    years_高级=(5, "years", True),
    proofs_初级=(1, "count", False),
    proofs_高级=(3, "count", False),
)


def level(chosen: str | None, years: int, *proofs: bool) -> Evaluation:
    tree = Group("all", "全部", "all", by_level())
    facts = {"declared.level": Fact(chosen), "declared.all": Fact(years)}
    facts |= {f"declared.f{n}": Fact(value) for n, value in enumerate(proofs)}
    return compile_conditions(tree, LAW, info=INFOS.get).evaluate(facts)


def test_bounds_and_counts_follow_the_choice_declared() -> None:
    assert level("low", 2, True, False, False).is_met
    high = level("high", 5, True, True, False)
    assert high.states()["years"] == "not_met", "the law says more than five"
    rows = {row.id: row for row in high.nodes()}
    assert rows["years"].required == "高于5人" and rows["some"].required == "下列3项中至少达到3项"
    first, second = high.problems()
    assert (first.code, second.code) == ("PRC-145", "PRC-147")
    assert "至少达到3项，现在达到2项，还差1项" in second.message and second.do == "可以补足的有：第2项。"
    assert level("high", 6, True, True, True).is_met


def test_without_the_choice_nothing_is_decided() -> None:
    found = level(None, 9, True, True, True)
    assert found.state == "unknown"
    assert [p.code for p in found.problems()] == ["PRC-146", "PRC-146"]
    rows = {row.id: row for row in found.nodes()}
    assert rows["years"].required == "先选定“等级”；初级不低于2人；高级高于5人"
    assert "请先选定" in rows["some"].todo


def test_a_law_that_does_not_say_how_many_lets_nobody_pass() -> None:
    group = Group("some", "证明", "at_least", by_level()[1].parts, Parameter("gone"))
    facts = {f"declared.f{n}": Fact(value=True) for n in range(3)}
    for law in (None, FakeLaw(), FakeLaw(gone=(Decimal("1.5"), "times", False))):
        found = compile_conditions(group, law).evaluate(facts)  # type: ignore[arg-type]
        assert found.state == "unknown" and "规定里没有" in found.problems()[0].message


def principled(is_done: bool | None, years: int) -> Evaluation:
    wish = Leaf("wish", "专任教师比例", "declared.f0", "equals", limit=True, is_principle=True)
    must = Leaf("must", "年数", "declared.all", "at_least", 3)
    tree = Group("all", "全部", "all", (must, wish))
    facts = {"declared.all": Fact(years), "declared.f0": Fact(is_done)}
    return compile_conditions(tree, None, info=INFOS.get).evaluate(facts)


@pytest.mark.parametrize(("is_done", "state"), [(True, "met"), (False, "not_met"), (None, "unknown")])
def test_a_principle_warns_and_refuses_nobody(is_done: bool | None, state: str) -> None:
    found = principled(is_done, 3)
    assert found.is_met and found.problems() == []
    assert found.states() == {"all": "met", "must": "met", "wish": state}
    assert [row.id for row in found.warnings()] == ([] if is_done else ["wish"])
    assert all(row.is_principle and row.why.endswith("。") for row in found.warnings())
    refused = principled(is_done, 2)
    assert [p.where.column for p in refused.problems()] == ["all"], "what must hold still must"


def test_alternatives_by_a_declared_choice_name_what_that_choice_lacks() -> None:
    ways = tuple(
        Group(
            f"as_{code}",
            title,
            "all",
            (
                Leaf(f"is_{code}", "选定", "declared.level", "in", (code,)),
                Group(f"p_{code}", f"{title}的证明", "at_least", by_level()[1].parts, count),
            ),
        )
        for code, title, count in (("low", "初级", 1), ("high", "高级", 2))
    )
    tree = Group("any", "能力", "any", ways)
    facts = {"declared.level": Fact("high"), "declared.f0": Fact(value=True), "declared.f1": Fact(value=False)}
    found = compile_conditions(tree, None, info=INFOS.get).evaluate(facts)
    (problem,) = found.problems()
    assert problem.code == "PRC-147" and "“高级的证明”要求下列3项中至少达到2项" in problem.message
    assert problem.do == "可以补足的有：第1项；第2项。"
    (undecided,) = compile_conditions(tree, None, info=INFOS.get).evaluate({}).problems()
    assert undecided.do == "可以补足的有：初级；高级。"


@pytest.mark.parametrize("wanted", [True, False])
def test_a_flag_reads_as_yes_or_no(wanted: bool) -> None:
    tree = Leaf("one", "有教师资格", "declared.f", "equals", wanted)
    info = {"declared.f": FactTitle("教师资格", "flag")}
    (row,) = compile_conditions(tree, None, info=info.get).evaluate({"declared.f": Fact(not wanted)}).nodes()
    yes, no = ("是", "否") if wanted else ("否", "是")
    assert (row.required, row.own) == (yes, no)
    assert row.why == f"“教师资格”现在是“{no}”，要求是“{yes}”。"


KINDS = {name: info.kind for name, info in INFOS.items()}


@pytest.mark.parametrize(
    ("computed", "kind", "why"),
    [
        (SHARE, "number", ""),
        (Computed("ratio", ("declared.spent", "declared.all")), "money", ""),
        (Computed("ratio", ("declared.spent", "declared.granted")), "number", ""),
        (Computed("sum", ("declared.spent", "declared.granted")), "money", ""),
        (Computed("ratio", ("declared.all", "declared.spent")), None, "除不出来"),
        (Computed("share", ("declared.spent", "declared.all")), None, "除不出来"),
        (Computed("sum", ("declared.spent", "declared.all")), None, "加减不了"),
        (Computed("sum", ("declared.all", "declared.level")), None, "不是数或金额"),
        (Computed("days", ("declared.since", "declared.all")), None, "不是日期"),
        (Computed("sum", (Computed("days", ("declared.since", "case.day")), "declared.all")), "number", ""),
    ],
)
def test_kinds_that_do_not_go_together_are_told(computed: Computed, kind: str | None, why: str) -> None:
    found, told = computing.kind_of(computed, KINDS.get)
    assert found == kind and (why in told if why else not told)
