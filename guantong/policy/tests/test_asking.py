"""Resolution: nearest region first, by date and scope, with chain and clause; and its clear refusals."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guantong.kernel.refusal import Refusal
from guantong.policy.asking import Policy, load_policy
from guantong.policy.asking.difference import difference
from guantong.policy.asking.listing import list_values
from guantong.policy.bounds import check_against
from guantong.policy.tests.folders import CAP, CLASS, PROVINCE_SHARE, SHARE, write

DAY = date(2020, 6, 1)


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    return load_policy(write(tmp_path))


def refused(policy: Policy, name: str, region: str = "530100", on: date = DAY, scope: str | None = None) -> Refusal:
    with pytest.raises(Refusal) as caught:
        policy.law(region, on).answer(name, scope)
    return caught.value


def test_the_nearest_region_prevails_and_the_chain_says_why(policy: Policy) -> None:
    answer = policy.law("530100", DAY).answer("plan.practice_share")
    assert answer.value == Decimal(55)
    assert answer.show() == "55%"
    assert answer.region == "530000"
    assert answer.citation.sentence() == "《云南办法》（云〔2015〕2号）第二条（2015年1月1日起施行）"
    assert [(link.region, link.state) for link in answer.chain] == [
        ("530100", "absent"),
        ("530000", "chosen"),
        ("100000", "limits"),
    ]
    assert answer.chain[2].value == Decimal(50)
    assert "云南省" in answer.chain[2].why


def test_before_the_nearest_value_the_parents_holds(policy: Policy) -> None:
    answer = policy.law("530000", date(2015, 12, 31)).answer("plan.practice_share")
    assert (answer.region, answer.value) == ("100000", Decimal(50))
    assert answer.chain[0].state == "not_yet"
    assert "2016年1月1日" in answer.chain[0].why
    assert policy.law("530000", date(2016, 1, 1)).answer("plan.practice_share").region == "530000"


def test_a_later_value_supersedes_and_an_ended_one_is_not_silently_alive(policy: Policy) -> None:
    name = "credit.certificate_cap"
    assert policy.law("530000", date(2017, 12, 31)).decimal(name) == 10
    assert policy.law("530000", date(2018, 1, 1)).decimal(name) == 8
    assert policy.law("530000", date(2023, 12, 31)).decimal(name) == 8
    refusal = refused(policy, name, on=date(2024, 1, 1))
    assert refusal.code == "POL-005"
    assert "2024年1月1日终止" in str(refusal)
    assert "《职业教育法》第四条" in str(refusal)


def test_an_end_written_as_a_value_ends_the_rule(tmp_path: Path) -> None:
    ended = CAP + "    2022-01-01: {value: null, reference: [{document: cn-law, clause: 第八条}]}\n"
    ended = ended.replace("repealed_on: 2024-01-01, ", "")
    policy = load_policy(write(tmp_path, {"100000-china/parameters/credit/cap.yaml": ended}))
    assert policy.law("100000", date(2021, 12, 31)).decimal("credit.certificate_cap") == 8
    refusal = refused(policy, "credit.certificate_cap", on=date(2022, 1, 1))
    assert refusal.code == "POL-005"
    assert "2022年1月1日" in str(refusal)
    assert "第八条" in str(refusal)


def test_after_a_childs_rule_ends_the_parents_holds_again(tmp_path: Path) -> None:
    ends = PROVINCE_SHARE.replace('value: "55"', 'value: "55"\n      repealed_on: 2019-01-01')
    policy = load_policy(write(tmp_path, {"530000-yunnan/parameters/plan/share.yaml": ends}))
    answer = policy.law("530000", DAY).answer("plan.practice_share")
    assert answer.region == "100000"
    assert answer.chain[0].state == "ended"
    assert "2019年1月1日终止" in answer.chain[0].why


def test_a_scope_is_needed_where_only_scoped_values_exist(policy: Policy) -> None:
    refusal = refused(policy, "equivalence.advanced_worker_class")
    assert refusal.code == "POL-006"
    assert "“职称评审”、“事业单位招聘”" in str(refusal)
    law = policy.law("530000", DAY)
    assert law.text("equivalence.advanced_worker_class", "职称评审") == "大专"
    assert law.text("equivalence.advanced_worker_class", "事业单位招聘") == "专科"


def test_an_unheard_of_scope_is_refused_with_the_list(policy: Policy) -> None:
    refusal = refused(policy, "equivalence.advanced_worker_class", scope="参军")
    assert refusal.code == "POL-007"
    assert "“职称评审”" in str(refusal)


def test_a_scope_without_value_yet_falls_back_to_the_general_rule(tmp_path: Path) -> None:
    general = CLASS + "  values: {2011-01-01: {value: 中专, reference: [{document: cn-law, clause: 第八条}]}}\n"
    policy = load_policy(write(tmp_path, {"100000-china/parameters/equivalence/class.yaml": general}))
    name = "equivalence.advanced_worker_class"
    assert policy.law("100000", date(2013, 1, 1)).text(name, "事业单位招聘") == "中专"
    assert policy.law("100000", date(2014, 1, 1)).text(name, "事业单位招聘") == "专科"
    assert policy.law("100000", date(2014, 1, 1)).text(name) == "中专"


def test_a_general_rule_about_another_whole_does_not_answer_a_scope(tmp_path: Path) -> None:
    nation = SHARE.replace("    bound: floor\n", "    scope: 占总学时\n    bound: floor\n")
    province = PROVINCE_SHARE.replace("{bound", "{scope: 占专业课学时, bound").replace('"55"', '"40"')
    policy = load_policy(
        write(
            tmp_path,
            {"100000-china/parameters/plan/share.yaml": nation, "530000-yunnan/parameters/plan/share.yaml": province},
        )
    )
    law = policy.law("530000", DAY)
    assert law.decimal("plan.practice_share") == 40
    assert law.decimal("plan.practice_share", "占专业课学时") == 40
    assert law.decimal("plan.practice_share", "占总学时") == 50
    assert law.answer("plan.practice_share", "占总学时").scope == "占总学时"


def test_an_unknown_parameter_is_refused_with_the_nearest_names(policy: Policy) -> None:
    refusal = refused(policy, "credit.certificat_cap")
    assert refusal.code == "POL-003"
    assert "credit.certificate_cap" in str(refusal)
    assert refusal.status == 404


def test_nothing_yet_is_refused_with_the_first_day(policy: Policy) -> None:
    refusal = refused(policy, "credit.certificate_cap", on=date(2011, 12, 31))
    assert refusal.code == "POL-004"
    assert "自2012年1月1日起施行" in str(refusal)


def test_a_parameter_of_another_region_only_is_refused_with_that_region(tmp_path: Path) -> None:
    own = SHARE.replace("plan.practice_share", "plan.own").replace("cn-law", "yn-measures").replace("2012-", "2016-")
    policy = load_policy(write(tmp_path, {"530000-yunnan/parameters/plan/own.yaml": own}))
    refusal = refused(policy, "plan.own", region="100000")
    assert refusal.code == "POL-004"
    assert "云南省" in str(refusal)


def test_unknown_region_and_a_day_before_all_law_are_refused(policy: Policy) -> None:
    with pytest.raises(Refusal) as caught:
        policy.law("440000", DAY)
    assert caught.value.code == "POL-001"
    assert "530000（云南省）" in str(caught.value)
    with pytest.raises(Refusal) as caught:
        policy.law("530000", date(2009, 12, 31))
    assert caught.value.code == "POL-002"
    assert "2010年1月1日起施行" in str(caught.value)


def test_drafts_are_seen_by_simulations_only(tmp_path: Path) -> None:
    draft = PROVINCE_SHARE + (
        '    2026-01-01: {value: "60", status: draft, reference: [{document: yn-measures, clause: 第五条}]}\n'
    )
    policy = load_policy(write(tmp_path, {"530000-yunnan/parameters/plan/share.yaml": draft}))
    on = date(2026, 2, 1)
    assert policy.law("530000", on).decimal("plan.practice_share") == 55
    assert policy.law("530000", on, drafts=True).decimal("plan.practice_share") == 60
    only = SHARE.replace("status: live", "status: draft").replace("practice_share", "other")
    policy = load_policy(write(tmp_path / "b", {"100000-china/parameters/plan/other.yaml": only}))
    assert refused(policy, "plan.other").code == "POL-008"
    assert policy.law("530000", DAY, drafts=True).decimal("plan.other") == 50


def test_typed_reading_refuses_another_kind(policy: Policy) -> None:
    law = policy.law("530000", DAY)
    assert law.integer("credit.certificate_cap") == 8
    assert law.fraction("credit.certificate_cap") == Fraction(8)
    for read in (law.text, law.flag, law.items, law.table, law.day):
        with pytest.raises(Refusal) as caught:
            read("credit.certificate_cap")
        assert caught.value.code == "POL-009"
    assert law.find("credit.nothing") is None


def test_every_unit_is_read_exactly(tmp_path: Path) -> None:
    written = {
        "hours": ('"2.5"', Decimal("2.5"), "2.5 学时"),
        "count": ('"1200"', 1200, "1,200"),
        "age": ('"14"', 14, "14 周岁"),
        "yuan": ('"5000"', Decimal(5000), "5,000 元"),
        "ratio": ('"1:18"', Fraction(1, 18), "1:18"),
        "fraction": ('"1/3"', Fraction(1, 3), "1/3"),
        "hours_per_credit": ('"50/3"', Fraction(50, 3), "50/3 学时/学分"),
        "range": ('"16..18"', (Decimal(16), Decimal(18)), "16 至 18"),
        "date": ("2025-12-31", date(2025, 12, 31), "2025年12月31日"),
        "month_day": ('"12-15"', "12-15", "12月15日"),
        "flag": ("true", True, "是"),
        "rank": ('"3"', 3, "第 3 名"),
        "list": ("[甲, 乙]", ("甲", "乙"), "甲、乙"),
        "table": ('[{等级: "5", 学分: "4"}]', ({"等级": "5", "学分": "4"},), "5，4"),
    }
    text = "".join(
        f"plan.{unit}:\n  description: 甲\n"
        f"  metadata: {{short_label: 甲, unit: {unit}, system: T2, status: live, last_checked_on: 2026-11-22}}\n"
        f"  values: {{2012-01-01: {{value: {raw}, reference: [{{document: cn-law, clause: 一}}]}}}}\n"
        for unit, (raw, _, _) in written.items()
    )
    law = load_policy(write(tmp_path, {"100000-china/parameters/plan/units.yaml": text})).law("100000", DAY)
    for unit, (_, value, shown) in written.items():
        answer = law.answer(f"plan.{unit}")
        assert answer.value == value
        assert type(answer.value) is type(value)
        assert answer.show() == shown


def test_the_law_version_changes_with_the_text_and_not_with_examples(tmp_path: Path) -> None:
    first = load_policy(write(tmp_path / "a")).law("530000", DAY).version
    assert load_policy(write(tmp_path / "b")).law("530000", DAY).version == first
    example = '- {name: 例, parameter: plan.practice_share, region: "530000", on: 2020-01-01, expect: "55"}\n'
    with_case = write(tmp_path / "c", {"530000-yunnan/cases/a.yaml": example})
    assert load_policy(with_case).law("530000", DAY).version == first
    changed = write(tmp_path / "d", {"530000-yunnan/parameters/plan/share.yaml": PROVINCE_SHARE.replace("55", "56")})
    assert load_policy(changed).law("530000", DAY).version != first
    assert (
        load_policy(changed).law("100000", DAY).version == load_policy(write(tmp_path / "e")).law("100000", DAY).version
    )


def test_a_changed_file_is_read_again_and_an_unchanged_folder_is_not(tmp_path: Path) -> None:
    root = write(tmp_path)
    first = load_policy(root)
    assert load_policy(root) is first
    (root / "530000-yunnan/parameters/plan/share.yaml").write_text(PROVINCE_SHARE.replace('"55"', '"61.5"'))
    assert load_policy(root).law("530000", DAY).decimal("plan.practice_share") == Decimal("61.5")


def test_endings_within_180_days_are_reported(policy: Policy) -> None:
    ends = date(2024, 1, 1)
    assert policy.ending(ends - timedelta(days=181)) == ()
    (ending,) = policy.ending(ends - timedelta(days=180))
    assert (ending.parameter, ending.ends_on) == ("credit.certificate_cap", ends)
    assert "2024年1月1日终止" in ending.sentence
    assert policy.ending(ends) == ()
    assert [e.document for e in policy.ending(date(2019, 12, 1))] == ["cn-old"]


def test_the_difference_between_two_days_names_values_and_clauses(policy: Policy) -> None:
    changes = difference(policy, "530000", date(2015, 6, 1), date(2024, 6, 1))
    assert [(c.name, c.kind) for c in changes] == [
        ("credit.certificate_cap", "ended"),
        ("plan.practice_share", "changed"),
    ]
    assert "由 50% 改为 55%，2016年1月1日起施行" in changes[1].sentence()
    assert difference(policy, "530000", DAY, DAY) == ()
    before_all = difference(policy, "100000", date(1990, 1, 1), date(2013, 1, 1))
    assert {c.kind for c in before_all} == {"begun"}
    with pytest.raises(Refusal) as caught:
        difference(policy, "530000", DAY, DAY - timedelta(days=1))
    assert caught.value.code == "POL-012"


def test_the_same_value_on_another_clause_is_a_renewal(tmp_path: Path) -> None:
    same = SHARE + '    2019-01-01: {value: "50", reference: [{document: cn-law, clause: 第九条}]}\n'
    policy = load_policy(write(tmp_path, {"100000-china/parameters/plan/share.yaml": same}))
    (change,) = [c for c in difference(policy, "100000", date(2018, 6, 1), DAY) if c.name == "plan.practice_share"]
    assert change.kind == "renewed"
    assert "值不变（50%）" in change.sentence()


def test_the_list_has_one_row_a_dated_value_with_its_end(policy: Policy) -> None:
    rows = [row for row in list_values(policy) if row.parameter == "credit.certificate_cap"]
    assert [(r.since, r.until, r.written) for r in rows] == [
        (date(2012, 1, 1), date(2018, 1, 1), "10"),
        (date(2018, 1, 1), date(2024, 1, 1), "8"),
    ]
    scoped = [row for row in list_values(policy) if row.parameter == "equivalence.advanced_worker_class"]
    assert [row.scope for row in scoped] == ["职称评审", "事业单位招聘"]


@pytest.mark.parametrize(
    ("bound", "extra", "measured", "outcome"),
    [
        ("floor", "", "50", "met"),
        ("floor", "", "49.9", "not_met"),
        ("floor", "    practice: principle\n", "49.9", "warning"),
        ("floor", "    practice: expected\n", "10", "warning"),
        ("ceiling", "", "50", "met"),
        ("ceiling", "", "50.1", "not_met"),
        ("target", "", "49", "not_met"),
        ("target", "    direction: at_most\n", "49", "met"),
        ("target", "    direction: at_most\n", "51", "not_met"),
        ("value", "", "50", "met"),
        ("value", "", "51", "not_met"),
    ],
)
def test_a_measured_value_is_held_against_the_law(
    bound: str, extra: str, measured: str, outcome: str, tmp_path: Path
) -> None:
    text = SHARE.replace("    bound: floor\n", f"    bound: {bound}\n{extra}")
    root = write(
        tmp_path,
        {"100000-china/parameters/plan/share.yaml": text, "530000-yunnan/parameters/plan/share.yaml": None},
    )
    answer = load_policy(root).law("100000", DAY).answer("plan.practice_share")
    held = check_against(answer, Decimal(measured))
    assert held.outcome == outcome
    assert held.gap == (0 if outcome == "met" else abs(Fraction(measured) - 50))
    assert held.citation.clause == "第一条"
    assert held.sentence.endswith("。")


def test_more_than_is_told_apart_from_at_least_and_a_target_may_still_come(tmp_path: Path) -> None:
    due = SHARE.replace("bound: floor", "bound: target").replace(
        'value: "50"\n', 'value: "50"\n      exclusive: true\n      due_on: 2025-12-31\n'
    )
    root = write(
        tmp_path,
        {"100000-china/parameters/plan/share.yaml": due, "530000-yunnan/parameters/plan/share.yaml": None},
    )
    early = load_policy(root).law("100000", date(2025, 12, 30)).answer("plan.practice_share")
    late = load_policy(root).law("100000", date(2025, 12, 31)).answer("plan.practice_share")
    assert check_against(early, Decimal(50)).outcome == "warning"
    assert check_against(late, Decimal(50)).outcome == "not_met"
    assert check_against(late, Decimal("50.01")).outcome == "met"
    assert "超过 50%" in check_against(late, Decimal(50)).sentence
    with pytest.raises(TypeError):
        check_against(late, "五十")


days = st.dates(date(2011, 1, 1), date(2030, 1, 1))


@settings(max_examples=40, deadline=None)
@given(starts=st.lists(days, min_size=1, max_size=8, unique=True), ask=days, data=st.data())
def test_the_answer_is_the_latest_value_whose_day_has_come(
    starts: list[date], ask: date, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    lines = [
        f'    {day}: {{value: "{n}", reference: [{{document: cn-law, clause: 第{n}条}}]}}\n'
        for n, day in enumerate(sorted(starts))
    ]
    head = SHARE.split("    2012-01-01")[0].replace("percent", "count").replace("practice_share", "p")
    policies = [
        load_policy(write(tmp_path_factory.mktemp("p"), {"100000-china/parameters/plan/p.yaml": head + "".join(order)}))
        for order in (lines, data.draw(st.permutations(lines)))
    ]
    due = [n for n, day in enumerate(sorted(starts)) if day <= ask]
    for policy in policies:
        found = policy.law("530100", ask).find("plan.p")
        assert (found.value if found else None) == (due[-1] if due else None)
    later = ask + timedelta(days=1)
    now, then = (policies[0].law("530100", day).find("plan.p") for day in (ask, later))
    if now is not None:
        assert then is not None
        assert then.in_force_from >= now.in_force_from
        if later not in starts:
            assert then.value == now.value
