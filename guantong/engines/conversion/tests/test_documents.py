"""Every refusal of a rule document, each proved by one small broken document, with its path."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guantong.engines.conversion import compile_rules, read_ruleset
from guantong.engines.conversion.tests.builders import ON, RULESETS, course, demo, document, law, plan, rule
from guantong.kernel.refusal import Refusal

BANNED = ("非法", "无效", "异常", "失败", "null", "用户", "请联系管理员。")
ANY: dict[str, Any] = {"categories": ["core"]}


def use(**changes: Any) -> dict[str, Any]:
    return {**document()["use"], **changes}


def cap(**changes: Any) -> dict[str, Any]:
    base = {"id": "c", "clause": "第四条", "per": "programme", "limit": {"credits": "8"}}
    return {key: value for key, value in {**base, **changes}.items() if value is not None}


BROKEN: list[tuple[str, str, str, Any]] = [
    ("not a mapping", "CNV-003", "（整份规则）", []),
    ("binary float", "CNV-003", "（整份规则）", document(rules=[rule(credits={"fixed": 3.5})])),
    ("unknown key", "CNV-001", "colour", document(colour="red")),
    ("unknown key inside", "CNV-001", "rules[0].credit", document(rules=[rule(credit={"fixed": "3"})])),
    ("missing title", "CNV-002", "title", document(title=None)),
    ("missing rules", "CNV-002", "rules", document(rules=None)),
    ("missing credits", "CNV-002", "rules[0].credits", document(rules=[rule(credits=None)])),
    ("missing target", "CNV-002", "rules[0].to", document(rules=[rule(to=None)])),
    ("flag as text", "CNV-003", "use.single_use", document(use=use(single_use="yes"))),
    ("rules no list", "CNV-003", "rules", document(rules="all")),
    (
        "year too large",
        "CNV-003",
        "rules[0].validity.years",
        document(rules=[rule(validity={"years": 99, "clause": "x"})]),
    ),
    ("credits no number", "CNV-004", "rules[0].credits.fixed", document(rules=[rule(credits={"fixed": "three"})])),
    ("finer than hundredths", "CNV-004", "rules[0].credits.fixed", document(rules=[rule(credits={"fixed": "1/3"})])),
    ("infinite", "CNV-004", "rules[0].credits.fixed", document(rules=[rule(credits={"fixed": "Infinity"})])),
    ("huge exponent", "CNV-004", "rules[0].credits.fixed", document(rules=[rule(credits={"fixed": "1e999999"})])),
    ("unknown kind", "CNV-005", "rules[0].kinds[0]", document(rules=[rule(kinds=["diploma"])])),
    ("unknown category", "CNV-005", "rules[0].to.categories[0]", document(rules=[rule(to={"categories": ["art"]})])),
    ("unknown cap", "CNV-005", "caps[0].per", document(caps=[cap(per="week")])),
    (
        "grade word unknown",
        "CNV-005",
        "rules[0].grade_at_least",
        document(rules=[rule(grade_at_least="优秀")]),
    ),
    (
        "unknown level",
        "CNV-006",
        "rules[0].levels[0]",
        document(rules=[rule(kinds=["skill_grade"], levels=["特种工"])]),
    ),
    ("no levels", "CNV-007", "rules[0].levels[0]", document(rules=[rule(levels=["高级"])])),
    ("same id twice", "CNV-008", "rules[1].id", document(rules=[rule(), rule()])),
    ("same cap twice", "CNV-008", "caps[1].id", document(caps=[cap(), cap()])),
    ("no clause", "CNV-009", "rules[0].clause", document(rules=[rule(clause=None)])),
    ("no clause of use", "CNV-009", "use.clause", document(use=use(clause=""))),
    ("no clause of cap", "CNV-009", "caps[0].clause", document(caps=[cap(clause=None)])),
    ("larger but not combined", "CNV-010", "use.course_size", document(use=use(course_size="any"))),
    (
        "combined but only smaller",
        "CNV-010",
        "use.course_size",
        document(use=use(combine=True, course_size="equal_or_smaller")),
    ),
    ("cover without partial", "CNV-010", "use.least_cover", document(use=use(least_cover="0.5"))),
    ("two limits", "CNV-010", "caps[0].limit", document(caps=[cap(limit={"credits": "8", "share": "0.5"})])),
    (
        "one level, two meanings",
        "CNV-010",
        "rules[0].levels[0]",
        document(rules=[rule(kinds=["skill_grade", "x_certificate"], levels=["2"])]),
    ),
    (
        "two grades",
        "CNV-010",
        "rules[0].grade",
        document(rules=[rule(grade={"write": "优", "map": [{"write": "优"}]})]),
    ),
    ("semester without calendar", "CNV-011", "caps[0].per", document(caps=[cap(per="semester")])),
    (
        "year is enough for year only",
        "CNV-011",
        "caps[0].per",
        document(caps=[cap(per="semester")], calendar={"year_begins": "09-01"}),
    ),
    (
        "ageing backwards",
        "CNV-012",
        "rules[0].validity.ageing",
        document(
            rules=[
                rule(
                    validity={
                        "clause": "x",
                        "ageing": [{"after_years": 3, "counts": "0.5"}, {"after_years": 2, "counts": "0.8"}],
                    }
                )
            ]
        ),
    ),
    (
        "ageing above one",
        "CNV-012",
        "rules[0].validity.ageing[0].counts",
        document(rules=[rule(validity={"clause": "x", "ageing": [{"after_years": 3, "counts": "1.5"}]})]),
    ),
    ("no date", "CNV-016", "in_force_from", document(in_force_from="soon")),
    ("impossible date", "CNV-016", "in_force_from", document(in_force_from="2025-02-30")),
    ("share above one", "CNV-017", "caps[0].limit.share", document(caps=[cap(limit={"share": "20"})])),
    ("share of nothing", "CNV-017", "caps[0].limit.share", document(caps=[cap(limit={"share": "0"})])),
    ("too many", "CNV-018", "rules", document(rules=[rule(id=f"r{n}") for n in range(501)])),
    ("too long", "CNV-019", "title", document(title="长" * 500)),
    ("ends before it begins", "CNV-020", "repealed_on", document(repealed_on="2024-01-01")),
    (
        "levels crossed",
        "CNV-020",
        "rules[0].levels",
        document(rules=[rule(kinds=["skill_grade"], levels={"at_least": "技师", "at_most": "中级工"})]),
    ),
    (
        "course sizes crossed",
        "CNV-020",
        "rules[0].to.course_credits",
        document(rules=[rule(to={"course_credits": {"at_least": "4", "at_most": "2"}})]),
    ),
    ("empty list", "CNV-022", "rules[0].kinds", document(rules=[rule(kinds=[])])),
    ("empty target", "CNV-022", "rules[0].to", document(rules=[rule(to={})])),
    ("no way", "CNV-023", "rules[0].credits", document(rules=[rule(credits={"at_most": "3"})])),
    ("two ways", "CNV-023", "rules[0].credits", document(rules=[rule(credits={"fixed": "3", "recognised": True})])),
    (
        "excluded and named",
        "CNV-025",
        "exclude.courses",
        document(rules=[rule(to={"courses": ["A"]})], exclude={"courses": ["A"], "clause": "第八条"}),
    ),
]


@pytest.mark.parametrize("name,code,path,broken", BROKEN, ids=[name for name, _, _, _ in BROKEN])
def test_it_refuses_with_code_and_path(name: str, code: str, path: str, broken: Any) -> None:
    with pytest.raises(Refusal) as refused:
        read_ruleset(broken)
    assert (code, path) in [(p.code, p.where.column) for p in refused.value.problems]
    for problem in refused.value.problems:
        sentence = problem.sentence()
        assert problem.message.endswith("。") and problem.do.endswith("。")
        assert not any(word in sentence for word in BANNED)


def test_it_tells_every_fault_at_once() -> None:
    with pytest.raises(Refusal) as refused:
        read_ruleset(document(title=None, colour="red", rules=[rule(kinds=["x"], clause=None)], caps=[cap(per="week")]))
    assert {p.code for p in refused.value.problems} >= {"CNV-001", "CNV-002", "CNV-005", "CNV-009"}


def test_every_demo_ruleset_is_read_and_differs_from_the_others() -> None:
    names = sorted(path.name for path in RULESETS.glob("*.yaml"))
    assert len(names) == 6
    digests = {read_ruleset(demo(name[:1])).digest for name in names}
    assert len(digests) == 6


def test_the_digest_is_that_of_the_content() -> None:
    first = read_ruleset(document())
    assert first.digest == read_ruleset(dict(reversed(document().items()))).digest
    assert first.digest != read_ruleset(document(version=2)).digest


A = plan(course("A", "3"))


def test_rules_hold_from_their_first_to_before_their_last_day() -> None:
    doc = document(in_force_from=date(2025, 9, 1), repealed_on=date(2026, 9, 1))
    for day in (date(2025, 9, 1), date(2026, 8, 31)):
        assert compile_rules(doc, A, {}, day).on == day
    for day in (date(2025, 8, 31), date(2026, 9, 1)):
        with pytest.raises(Refusal) as refused:
            compile_rules(doc, A, {}, day)
        assert refused.value.code == "CNV-021" and refused.value.status == 409
        assert compile_rules(doc, A, {}, day, whenever=True).on == day


def hours(per: str) -> dict[str, Any]:
    return document(rules=[rule(credits={"hours_per_credit": per})])


def test_hours_per_credit_are_checked_against_the_law_with_its_clause() -> None:
    bounds = law(hours_per_credit__minimum="16", hours_per_credit__maximum="18")
    for good in ("16", "17", "18", "33/2"):
        compile_rules(hours(good), A, bounds, ON)
    for bad in ("15", "19", "20"):
        with pytest.raises(Refusal) as refused:
            compile_rules(hours(bad), A, bounds, ON)
        (problem,) = refused.value.problems
        assert problem.code == "CNV-013"
        assert problem.where.column == "rules[0].credits.hours_per_credit"
        assert problem.basis is not None and problem.basis.clause == "第九条"


def test_a_cap_above_the_ceiling_of_the_law_is_refused_or_reported() -> None:
    doc = document(caps=[cap(per="achievement", limit={"credits": "10"}, kinds=["skill_grade"])])
    ceiling = law(certificate_cap="8")
    with pytest.raises(Refusal) as refused:
        compile_rules(doc, A, ceiling, ON)
    assert refused.value.code == "CNV-014" and "8 学分" in str(refused.value)
    (conflict,) = compile_rules(doc, A, ceiling, ON, strict=False).conflicts
    assert conflict.code == "CNV-014"
    assert compile_rules(doc, A, {}, ON).conflicts == ()


def test_a_share_above_and_a_minimum_below_the_law_are_refused() -> None:
    with pytest.raises(Refusal) as refused:
        compile_rules(document(caps=[cap(limit={"share": "0.4"})]), A, law(programme_share_cap="30"), ON)
    assert refused.value.code == "CNV-014"
    own = {"minimum": {"share": "0.4"}, "clause": "第六条"}
    with pytest.raises(Refusal) as refused:
        compile_rules(document(own_school=own), A, law(minimum_own_credits_share="50"), ON)
    assert refused.value.code == "CNV-015"


def test_a_law_cap_by_semester_needs_the_calendar() -> None:
    with pytest.raises(Refusal) as refused:
        compile_rules(document(), A, law(semester_cap="12"), ON)
    assert refused.value.code == "CNV-011"


def test_a_law_number_that_is_none_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        compile_rules(document(), A, law(certificate_cap="eight"), ON)
    assert refused.value.code == "CNV-024"


def test_a_plan_with_one_code_twice_or_impossible_credits_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        compile_rules(document(), plan(course("A", "3"), course("A", "2"), course("B", "-1")), {}, ON)
    assert [p.code for p in refused.value.problems] == ["CNV-026", "CNV-027"]


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates(),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(document())), JUNK)
def test_junk_in_place_of_an_entry_is_refused_never_a_crash(key: str, junk: Any) -> None:
    try:
        read_ruleset(document(**{key: junk}))
    except Refusal as refusal:
        assert all(p.code.startswith("CNV-0") for p in refusal.problems)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["levels", "credits", "to", "validity", "grade", "issuers", "certificates", "kinds"]), JUNK)
def test_junk_inside_a_rule_is_refused_never_a_crash(key: str, junk: Any) -> None:
    try:
        read_ruleset(document(rules=[rule(**{key: junk})]))
    except Refusal as refusal:
        assert all(p.code.startswith("CNV-0") for p in refusal.problems)


def test_caps_counted_for_every_course_are_bounded() -> None:
    """Ten caps a course on a plan of 200 courses are 2,000 and can be used; eleven are 2,200 and are refused."""
    courses = plan(*(course(f"C{n}", "2") for n in range(200)))

    def written(count: int) -> dict[str, Any]:
        return document(caps=[cap(id=f"c{n}", per="course") for n in range(count)])

    assert sum(len(c.groups) for c in compile_rules(written(10), courses, {}, ON).caps) == 2000
    with pytest.raises(Refusal) as refused:
        compile_rules(written(11), courses, {}, ON)
    (problem,) = refused.value.problems
    assert problem.code == "CNV-018"
    assert problem.message == "这里有 2200 项，最多可以有 2000 项。"
