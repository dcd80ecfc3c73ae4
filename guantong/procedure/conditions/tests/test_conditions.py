"""Conditions: each operator on both sides of its bound, groups, unknown facts, parameters, words, prerequisites."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.kernel.refusal import Citation
from guantong.procedure.conditions import (
    Evaluation,
    Fact,
    FactTitle,
    Group,
    Leaf,
    Node,
    Parameter,
    Subject,
    Verdict,
    check_prerequisites,
    compile_conditions,
    evaluate,
    fact_from_json,
    find_source,
    read_facts,
    register_check,
    register_fact_source,
)
from guantong.procedure.conditions import checks as checks_module
from guantong.procedure.conditions import sources as sources_module

CLAUSE = Citation("demo", "样例办法", None, "第三条", date(2024, 9, 1))
INFOS = {
    "declared.years": FactTitle("教龄", "number", "年"),
    "declared.amount": FactTitle("投入", "money"),
    "declared.since": FactTitle("设立日期", "date"),
    "declared.is_public": FactTitle("是否公办", "flag"),
    "declared.level": FactTitle("等级", "text", "", {"high": "高级", "mid": "中级"}),
    "declared.fields": FactTitle("领域", "texts", "", {"a": "农业", "b": "制造"}),
}


class FakeLaw:
    """Parameters by name: (value, unit, exclusive)."""

    def __init__(self, **answers: tuple[Any, str, bool]) -> None:
        self.answers = answers

    def find(self, name: str, scope: str | None = None) -> Any:
        if name not in self.answers:
            return None
        value, unit, exclusive = self.answers[name]
        return SimpleNamespace(value=value, unit=unit, exclusive=exclusive, citation=CLAUSE)


def leaf(fact: str, operator: str, limit: Any, name: str = "one", **more: Any) -> Leaf:
    return Leaf(name, "条件一", f"declared.{fact}", operator, limit, **more)


def judge(tree: Node, values: Mapping[str, Any], law: Any = None) -> Evaluation:
    facts = {f"declared.{name}": Fact(value) for name, value in values.items()}
    return evaluate(tree, facts, law, info=INFOS.get)


@pytest.mark.parametrize(
    ("fact", "operator", "limit", "below", "on", "above"),
    [
        ("years", "at_least", 5, (4, "not_met"), (5, "met"), (6, "met")),
        ("years", "at_least", "0.3", (Decimal("0.2999999"), "not_met"), (Decimal("0.30"), "met"), (1, "met")),
        ("years", "at_least", "1/3", (Decimal("0.3333333333"), "not_met"), (Fraction(1, 3), "met"), (1, "met")),
        ("years", "at_most", 5, (4, "met"), (5, "met"), (Decimal("5.01"), "not_met")),
        ("years", "more_than", 5, (4, "not_met"), (5, "not_met"), (Decimal("5.01"), "met")),
        ("years", "less_than", 5, (Fraction(49, 10), "met"), (5, "not_met"), (6, "not_met")),
        ("years", "equals", 5, (4, "not_met"), (Decimal("5.0"), "met"), (6, "not_met")),
        ("years", "in", (3, 5), (4, "not_met"), (5, "met"), (6, "not_met")),
        ("amount", "at_least", "10000.01", (1_000_000, "not_met"), (1_000_001, "met"), (1_000_002, "met")),
        ("since", "at_most", "2020-12-31", (date(2020, 12, 30), "met"), (date(2020, 12, 31), "met"),
         (date(2021, 1, 1), "not_met")),
        ("since", "more_than", "2020-12-31", (date(2020, 12, 30), "not_met"), (date(2020, 12, 31), "not_met"),
         (date(2021, 1, 1), "met")),
        ("is_public", "equals", True, (False, "not_met"), (True, "met"), (True, "met")),
        ("level", "equals", "high", ("mid", "not_met"), ("high", "met"), ("high", "met")),
        ("level", "in", ("high", "top"), ("mid", "not_met"), ("high", "met"), ("top", "met")),
        ("fields", "in", ("a",), (("b",), "not_met"), (("a", "b"), "met"), (("a",), "met")),
        ("years", "present", True, (None, "not_met"), (0, "met"), (9, "met")),
        ("years", "present", False, (None, "met"), (0, "not_met"), (9, "not_met")),
    ],
)  # fmt: skip
def test_each_operator_on_both_sides_of_its_bound(
    fact: str, operator: str, limit: Any, below: Any, on: Any, above: Any
) -> None:
    tree = leaf(fact, operator, limit)
    for value, state in (below, on, above):
        assert judge(tree, {fact: value}).state == state, (operator, value)


@pytest.mark.parametrize("operator", ["at_least", "at_most", "more_than", "less_than", "equals"])
def test_a_missing_fact_or_one_of_another_kind_is_unknown(operator: str) -> None:
    tree = leaf("years", operator, 5)
    for values in ({}, {"years": None}, {"years": "5"}, {"years": True}, {"years": date(2020, 1, 1)}):
        found = judge(tree, values)
        assert found.state == "unknown" and not found.is_met
        assert [p.code for p in found.problems()] == ["PRC-146"]
    assert judge(leaf("years", "present", False), {}).state == "unknown", "not asked is not absent"


def test_binary_fractions_are_no_facts() -> None:
    with pytest.raises(TypeError, match="exact"):
        Fact(0.5)  # type: ignore[arg-type]


def test_a_parameter_gives_the_bound_and_its_clause() -> None:
    tree = leaf("amount", "at_least", Parameter("funds"))
    for value, unit in ((Decimal("10000.00"), "yuan"), (1_000_000, "fen")):
        law = FakeLaw(funds=(value, unit, False))
        (told,) = judge(tree, {"amount": 1_000_000}, law).nodes()
        assert (told.state, told.own, told.required) == ("met", "10,000.00 元", "不低于10,000.00 元")
        assert told.citation == CLAUSE
        assert judge(tree, {"amount": 999_999}, law).state == "not_met"
    exclusive = FakeLaw(funds=(Decimal(10000), "yuan", True))
    assert judge(tree, {"amount": 1_000_000}, exclusive).state == "not_met", "the law says more than"
    assert judge(tree, {"amount": 1_000_001}, exclusive).state == "met"


@pytest.mark.parametrize("law", [None, FakeLaw(), FakeLaw(funds=("很多", "text", False))])
def test_a_law_without_the_parameter_lets_nobody_pass(law: Any) -> None:
    found = judge(leaf("amount", "at_least", Parameter("funds")), {"amount": 10**12}, law)
    assert found.state == "unknown"
    assert "规定里没有" in found.reasons()[0]


def tree_of(how: str, count: int, size: int) -> Group:
    parts = tuple(leaf("years", "at_least", 1, f"p{i}") for i in range(size))
    parts = tuple(Leaf(p.id, p.label, f"declared.f{i}", "equals", True) for i, p in enumerate(parts))
    return Group("root", "一组", how, parts, count)


STATES = st.lists(st.sampled_from([True, False, None]), min_size=1, max_size=7)


def judge_states(tree: Node, states: list[bool | None]) -> Evaluation:
    facts = {f"declared.f{i}": Fact(state) for i, state in enumerate(states) if state is not None}
    return compile_conditions(tree, None).evaluate(facts)


@given(STATES)
def test_all_and_any_are_those_of_python_and_unknown_is_never_met(states: list[bool | None]) -> None:
    plain = [state is True for state in states]
    assert judge_states(tree_of("all", 0, len(states)), states).is_met == all(plain)
    assert judge_states(tree_of("any", 0, len(states)), states).is_met == any(plain)


@given(STATES, st.integers(1, 7), st.integers(0, 6))
def test_k_of_n_counts_and_is_monotone(states: list[bool | None], count: int, at: int) -> None:
    count = min(count, len(states))
    tree = tree_of("at_least", count, len(states))
    found = judge_states(tree, states)
    met, unknown = states.count(True), states.count(None)
    wanted = "met" if met >= count else "unknown" if met + unknown >= count else "not_met"
    assert found.state == wanted
    assert found.nodes()[0].needed == max(0, count - met)
    better = list(states)
    better[at % len(states)] = True
    order = ["not_met", "unknown", "met"]
    assert order.index(judge_states(tree, better).state) >= order.index(found.state)
    if count > 1:
        easier = judge_states(tree_of("at_least", count - 1, len(states)), states)
        assert order.index(easier.state) >= order.index(found.state)


@given(STATES)
def test_settling_the_unknown_never_overturns_what_was_certain(states: list[bool | None]) -> None:
    tree = Group("root", "一组", "all", (tree_of("any", 0, len(states)), tree_of("at_least", 1, len(states))))
    found = judge_states(tree, states).state
    for answer in (True, False):
        settled = judge_states(tree, [answer if s is None else s for s in states]).state
        assert found == "unknown" or settled == found


def test_problems_name_every_leaf_of_all_and_count_the_rest() -> None:
    some = Group(
        "some",
        "以下三项至少两项",
        "at_least",
        (
            leaf("is_public", "equals", True, "a"),
            leaf("level", "equals", "high", "b"),
            leaf("since", "present", True, "c"),
        ),
        2,
    )
    tree = Group(
        "root", "全部条件", "all", (leaf("years", "at_least", 5), leaf("amount", "at_least", 100, "two"), some)
    )
    found = judge(tree, {"years": 3, "amount": 5000, "is_public": True, "level": "mid", "since": None})
    assert [p.code for p in found.problems()] == ["PRC-145", "PRC-145", "PRC-147"]
    first, second, third = found.problems()
    assert "“教龄”现在是3年，要求不低于5年。" in first.message and first.do.startswith("还差2年。")
    assert first.where.column == "years"
    assert "现在是50.00 元，要求不低于100.00 元" in second.message and "还差50.00 元" in second.do
    assert "3项中至少达到2项，现在达到1项，还差1项" in third.message
    rows = {row.id: row for row in found.nodes()}
    assert rows["some"].own == "1项" and rows["some"].needed == 1
    assert rows["b"].own == "中级" and rows["b"].required == "为高级" and rows["b"].depth == 2
    assert rows["a"].source == "本次填报" and rows["a"].todo == ""
    assert found.states()["c"] == "not_met" and found.state_of("root") == "not_met"
    with pytest.raises(KeyError):
        found.state_of("nothing")


def test_every_sentence_is_whole() -> None:
    trees = [
        leaf(f, o, v)
        for f, o, v in [
            ("years", "at_least", 5),
            ("years", "at_most", 1),
            ("since", "less_than", "2000-01-01"),
            ("level", "in", ("high",)),
            ("fields", "in", ("b",)),
            ("is_public", "equals", True),
            ("amount", "present", False),
        ]
    ]
    values = {"years": 2, "since": date(2020, 2, 3), "level": "mid", "fields": ("a",), "is_public": False, "amount": 1}
    for tree in trees:
        for given_values in (values, {}, dict.fromkeys(values)):
            for problem in judge(tree, given_values).problems():
                assert problem.message.endswith("。") and problem.do.endswith("。")
                assert "None" not in problem.sentence() and "。。" not in problem.sentence()


@pytest.mark.parametrize(
    "value", [None, 5, -3, Decimal("0.50"), Decimal("5.0"), Fraction(1, 3), True, date(2025, 1, 2), "高级", ("a", "b")]
)
def test_a_fact_comes_back_from_the_log_as_it_was(value: Any) -> None:
    fact = Fact(value, "certificate", "证书登记")
    again = fact_from_json(fact.as_json())
    assert again == fact and type(again.value) is type(value)


@pytest.fixture
def registries(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sources_module, "_SOURCES", dict(sources_module._SOURCES))
    monkeypatch.setattr(checks_module, "_CHECKS", dict(checks_module._CHECKS))
    yield


SUBJECT = Subject("tests.request", "1", "990000", person_id=7)


def test_a_source_fills_in_a_fact_and_marks_it(registries: None) -> None:
    asked: list[Any] = []

    def read(subject: Subject, day: date, name: str) -> int | None:
        asked.append((subject.person_id, day, name))
        if name.endswith("lost"):
            raise LookupError(name)
        return 3 if name.endswith("count") else None

    register_fact_source(
        "tests.", read, title="证书数", kind="number", unit="个", origin="certificate", source="证书登记"
    )
    register_fact_source(
        "tests.", read, title="证书数", kind="number", unit="个", origin="certificate", source="证书登记"
    )
    day = date(2025, 11, 3)
    facts = read_facts(["tests.count", "tests.none", "tests.lost", "other.fact"], SUBJECT, day)
    assert asked == [(7, day, f"tests.{n}") for n in ("count", "none", "lost")]
    assert facts == {
        "tests.count": Fact(3, "certificate", "证书登记"),
        "tests.none": Fact(None, "certificate", "证书登记"),
    }
    tree = Leaf("one", "证书", "tests.count", "at_least", 4)
    (row,) = evaluate(tree, facts, None).nodes()
    assert (row.own, row.origin, row.source, row.required) == ("3个", "certificate", "证书登记", "不低于4个")
    missing = evaluate(Leaf("one", "证书", "tests.lost", "at_least", 4), facts, None)
    assert missing.state == "unknown" and "证书登记" in missing.reasons()[0]
    with pytest.raises(ValueError, match="already"):
        register_fact_source("tests.", lambda s, d, n: 1, title="x", kind="number", origin="post", source="x")
    for kind, origin, name in (("float", "post", "a"), ("number", "declared", "a"), ("number", "post", "declared.a")):
        with pytest.raises(ValueError, match="cannot be used"):
            register_fact_source(name, read, title="x", kind=kind, origin=origin, source="x")


def test_the_nearest_source_answers(registries: None) -> None:
    for name in ("near.", "near.by.", "near.by.exact"):
        register_fact_source(name, lambda s, d, n: n, title=name, kind="text", origin="post", source="x")
    found = [find_source(name) for name in ("near.a", "near.by.a", "near.by.exact", "far.a")]
    assert [source.name if source else None for source in found] == ["near.", "near.by.", "near.by.exact", None]


def test_a_python_check_is_asked_with_facts_and_law(registries: None) -> None:
    def teachers_per_class(facts: Mapping[str, Fact], law: Any) -> Verdict:
        classes, teachers = facts.get("declared.classes"), facts.get("declared.teachers")
        if classes is None or teachers is None:
            return Verdict(None)
        wanted = int(classes.value) * law.find("per_class").value  # type: ignore[arg-type]
        own = int(teachers.value)  # type: ignore[arg-type]
        return Verdict(own >= wanted, f"{own}人", f"不少于{wanted}人", "教师人数不够。", "请补足教师。")

    register_check("tests.teachers", teachers_per_class, facts=("declared.classes", "declared.teachers"))
    tree = Leaf("one", "师资", check="tests.teachers")
    law: Any = FakeLaw(per_class=(3, "count", False))
    for teachers, state in ((11, "not_met"), (12, "met"), (13, "met")):
        facts = {"declared.classes": Fact(4), "declared.teachers": Fact(teachers)}
        (row,) = evaluate(tree, facts, law).nodes()
        assert (row.state, row.own, row.required) == (state, f"{teachers}人", "不少于12人")
        assert row.why == ("教师人数不够。" if state == "not_met" else "")
    assert evaluate(tree, {}, law).state == "unknown"
    assert evaluate(Leaf("one", "师资", check="tests.gone"), {}, law).problems()[0].code == "PRC-146"
    with pytest.raises(ValueError, match="already"):
        register_check("tests.teachers", lambda f, w: Verdict(True), facts=())


def needs(*procedures: str) -> Node:
    return Group(
        "g",
        "前提",
        "all",
        tuple(Leaf(f"l{i}", "前提", f"title.{p}", "present", True) for i, p in enumerate(procedures)),
    )


def test_prerequisites_that_lead_back_are_refused_once() -> None:
    codes = lambda trees, **more: [p.code for p in check_prerequisites(trees, **more)]  # noqa: E731
    assert codes({"a": needs("b", "c"), "b": needs("c"), "c": None}) == []
    assert codes({"a": needs("b"), "b": needs("c"), "c": needs("a")}) == ["PRC-032"]
    assert codes({"a": needs("a")}) == ["PRC-032"]
    assert codes({"a": needs("b"), "b": None, "x": needs("y"), "y": needs("x")}) == ["PRC-032"]
    assert codes({"a": needs("gone")}) == ["PRC-033"]
    assert codes({"a": needs("gone")}, elsewhere={"gone"}) == []
    (problem,) = check_prerequisites({"a": needs("b"), "b": needs("a")})
    assert "“a”，要求先有“b”，要求先有“a”" in problem.message


def test_asking_that_a_title_is_absent_leads_to_no_circle() -> None:
    def once(operator: str, limit: Any, fact: str = "title.a") -> Group:
        return Group("whole", "前提", "all", (Leaf("l", "不重复", fact, operator, limit),))

    codes = lambda trees: [p.code for p in check_prerequisites(trees)]  # noqa: E731
    assert codes({"a": once("present", False)}) == []
    assert codes({"a": once("at_most", 0, "title_count.a")}) == []
    assert codes({"a": once("present", True)}) == ["PRC-032"]
    assert codes({"a": once("at_least", 1, "title_count.a")}) == ["PRC-032"]
    assert codes({"a": once("present", False, "title.gone")}) == ["PRC-033"]
