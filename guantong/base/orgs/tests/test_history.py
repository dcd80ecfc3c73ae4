"""Ten years of merges, splits, renames, moves and upgrades; figures added up as things were then and as of today."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.base.accounts.actions import issue_token
from guantong.base.accounts.models import ApiToken, Post
from guantong.base.audit.models import AuditLine
from guantong.base.orgs.actions import (
    Basis,
    end_organisation,
    end_region,
    merge_organisations,
    merge_regions,
    move_organisation,
    move_region,
    register_organisation,
    register_region,
    rename_organisation,
    rename_region,
    split_organisation,
    split_region,
    upgrade_organisation,
)
from guantong.base.orgs.models import Organisation, OrganisationSpan, RegionSpan, Succession
from guantong.base.orgs.public import (
    find_by_school_code,
    kind_on,
    name_on,
    region_names_on,
    region_on,
    region_tree,
    roll_up,
    roll_up_regions,
    successors_on,
)
from guantong.base.orgs.rules import Step, carry_forward, is_upgrade, share_of
from guantong.base.orgs.selectors import history_of, list_spans, successions_of
from guantong.kernel.refusal import Refusal

BASIS = Basis("云澜省人民政府关于调整职业学校布局的批复（云政复〔2016〕1号）", "第二条")
TODAY = date(2025, 10, 15)


def code_of(action, **arguments):
    with pytest.raises(Refusal) as refused:
        action(**arguments)
    return refused.value.code


def a_school(cast, name, region="990101", since=date(2012, 1, 1), kind="secondary_school", code=None):
    return register_organisation(
        actor=cast.he, kind=kind, name=name, region=region, in_force_from=since, school_code=code
    ).pk


@pytest.fixture
def decade(cast):
    """2012: four schools in two prefectures. Then ten years of changes."""
    ids = {
        "a": a_school(cast, "湖滨第一职校"),
        "b": a_school(cast, "湖滨第二职校"),
        "c": a_school(cast, "南渡职业中学", "990102", code="9900000031"),
        "d": a_school(cast, "松岗技校", "990201", kind="technician_school"),
    }
    he = cast.he

    def on(y, m=9, d=1):
        return {"actor": he, "happened_on": date(y, m, d), "basis": BASIS}

    rename_organisation(organisation_id=ids["a"], name="湖滨职业技术学校", **on(2014))
    merge_organisations(source_ids=[ids["b"]], target_id=ids["a"], **on(2016))
    upgrade_organisation(
        organisation_id=ids["c"],
        kind="higher_school",
        name="南渡职业技术学院",
        school_code="9900000041",
        **on(2017),
    )
    move_organisation(organisation_id=ids["d"], region="990102", **on(2018))
    ids["e"] = a_school(cast, "南渡工程学校", "990102", since=date(2019, 9, 1))
    ids["f"] = a_school(cast, "松岗旅游学校", "990201", since=date(2019, 9, 1))
    split_organisation(source_id=ids["d"], shares={ids["e"]: Fraction(1, 3), ids["f"]: Fraction(2, 3)}, **on(2019))
    split_organisation(source_id=ids["a"], shares={ids["a"]: Fraction(3, 4), ids["f"]: Fraction(1, 4)}, **on(2021))
    rename_region(code="990102", name="南渡区", **on(2021))
    merge_regions(sources=["990102"], target="990101", **on(2022))
    end_organisation(organisation_id=ids["e"], **on(2024))
    return ids


def test_names_regions_and_kinds_are_those_of_the_day(cast, decade):
    a, c, d = decade["a"], decade["c"], decade["d"]
    assert [name_on(a, date(y, 9, 1)) for y in (2013, 2014, 2025)] == [
        "湖滨第一职校",
        "湖滨职业技术学校",
        "湖滨职业技术学校",
    ]
    assert name_on(a, date(2014, 8, 31)) == "湖滨第一职校"
    assert (kind_on(c, date(2017, 8, 31)), kind_on(c, date(2017, 9, 1))) == ("secondary_school", "higher_school")
    assert (region_on(d, date(2018, 8, 31)), region_on(d, date(2018, 9, 1))) == ("990201", "990102")
    assert region_on(c, TODAY) == "990101", "moved along when its county was merged"
    assert region_names_on(["990102"], date(2020, 1, 1)) == {"990102": "南渡县"}
    assert region_names_on(["990102"], date(2021, 9, 1)) == {"990102": "南渡区"}
    assert "990102" not in region_tree(date(2022, 9, 1)).names
    assert name_on(a, date(1990, 1, 1)) == "湖滨第一职校", "the nearest known"


def test_a_former_school_code_still_finds_the_school(decade):
    assert find_by_school_code("9900000031") == decade["c"]
    assert find_by_school_code("9900000041") == decade["c"]


def test_the_history_names_every_change_with_its_document(decade):
    assert [s.name for s in history_of(decade["c"])] == ["南渡职业中学", "南渡职业技术学院", "南渡职业技术学院"]
    kinds = [(s.kind, s.happened_on.year, s.share) for s in successions_of(decade["a"])]
    assert kinds == [
        ("rename", 2014, "1"),
        ("merge", 2016, "1"),
        ("split", 2021, "3/4"),
        ("split", 2021, "1/4"),
    ]
    assert set(Succession.objects.values_list("document", flat=True)) == {BASIS.document}


def test_figures_of_a_past_year_add_up_as_they_were_then_and_as_of_today(decade):
    a, b, c, d = (decade[k] for k in "abcd")
    figures = {a: 400, b: 100, c: 60, d: 90}
    year_end = date(2015, 12, 31)
    assert roll_up(figures, year_end, year_end, "county") == {"990101": 500, "990102": 60, "990201": 90}
    assert roll_up(figures, year_end, year_end, "prefecture") == {"990100": 560, "990200": 90}
    # a+b = 500, of which a quarter (125) went to f in 松岗; d's 90: 30 to e (ended in 湖滨), 60 to f
    assert roll_up(figures, year_end, TODAY, "county") == {"990101": 375 + 60 + 30, "990201": 125 + 60}
    assert roll_up(figures, year_end, TODAY, "prefecture") == {"990100": 465, "990200": 185}
    assert roll_up(figures, year_end, TODAY, "province") == {"990000": 650}
    assert roll_up(figures, year_end, date(2019, 8, 31), "county") == {"990101": 500, "990102": 150}


def test_a_school_that_ended_stays_where_it_last_was_and_moves_with_its_region(cast, decade):
    figures = {decade["e"]: 7}
    assert roll_up(figures, date(2020, 1, 1), TODAY, "county") == {"990101": 7}
    move_region(actor=cast.he, code="990101", parent="990200", happened_on=date(2025, 1, 1), basis=BASIS)
    assert roll_up(figures, date(2020, 1, 1), TODAY, "prefecture") == {"990200": 7}


def test_figures_of_schools_that_did_not_exist_are_refused(decade):
    with pytest.raises(Refusal) as refused:
        roll_up({decade["e"]: 1, decade["a"]: 1}, date(2015, 12, 31), TODAY, "county")
    assert refused.value.code == "ORG-033"
    assert "南渡工程学校" in refused.value.problems[0].message


def test_successors_are_told_with_exact_shares(decade):
    assert successors_on(decade["b"], TODAY) == {decade["a"]: Fraction(3, 4), decade["f"]: Fraction(1, 4)}
    assert successors_on(decade["c"], TODAY) == {decade["c"]: 1}


def test_what_regions_hold_themselves_is_carried_by_their_shares(cast, decade):
    register_region(
        actor=cast.he,
        code="990202",
        name="新松区",
        level="county",
        parent="990200",
        in_force_from=date(2023, 1, 1),
    )
    split_region(
        actor=cast.he,
        source="990201",
        shares={"990201": Fraction(2, 5), "990202": Fraction(3, 5)},
        placements={decade["f"]: "990202"},
        happened_on=date(2023, 1, 1),
        basis=BASIS,
    )
    figures = {"990201": 1000, "990102": 10, "990101": 5}
    assert roll_up_regions(figures, date(2020, 1, 1), TODAY, "county") == {
        "990101": 15,
        "990201": 400,
        "990202": 600,
    }
    assert region_on(decade["f"], TODAY) == "990202"
    assert region_on(cast.xiling, TODAY) == "990201", "what is not placed stays"


def test_every_change_left_one_audit_line(decade):
    found = list(
        AuditLine.objects.filter(facts__document=BASIS.document).order_by("id").values_list("action", flat=True)
    )
    assert found == [
        "rename_organisation",
        "merge_organisations",
        "upgrade_organisation",
        "move_organisation",
        "split_organisation",
        "split_organisation",
        "rename_region",
        "merge_regions",
        "end_organisation",
    ]


def state_of():
    return (
        list(OrganisationSpan.objects.order_by("pk").values()),
        list(RegionSpan.objects.order_by("pk").values()),
        list(Organisation.objects.order_by("pk").values()),
        Succession.objects.count(),
        AuditLine.objects.count(),
    )


def test_changes_are_refused_with_reasons_and_change_nothing(cast, decade):
    he, a, b, c, f = cast.he, decade["a"], decade["b"], decade["c"], decade["f"]
    now = {"actor": he, "happened_on": date(2025, 10, 1), "basis": BASIS}
    half = Fraction(1, 2)
    cases = [
        (rename_organisation, {"organisation_id": b, "name": "新名", **now}, "ORG-021"),
        (rename_organisation, {"organisation_id": a, "name": "湖滨职业技术学校", **now}, "ORG-025"),
        (rename_organisation, {"organisation_id": 10**9, "name": "新名", **now}, "ORG-018"),
        (rename_organisation, {"organisation_id": a, "name": "新名", **now, "basis": Basis(" ")}, "ORG-024"),
        (
            rename_organisation,
            {"organisation_id": a, "name": "新名", **now, "happened_on": date(2020, 1, 1)},
            "ORG-022",
        ),
        (
            rename_organisation,
            {"organisation_id": a, "name": "新名", **now, "happened_on": date(2026, 1, 1)},
            "ORG-023",
        ),
        (rename_organisation, {"organisation_id": a, "name": "新名", **now, "actor": cast.lin}, "ACC-002"),
        (upgrade_organisation, {"organisation_id": c, "kind": "secondary_school", "name": "甲", **now}, "ORG-029"),
        (upgrade_organisation, {"organisation_id": c, "kind": "palace", "name": "甲", **now}, "ORG-016"),
        (move_organisation, {"organisation_id": c, **now}, "ORG-025"),
        (move_organisation, {"organisation_id": c, "region": "990999", **now}, "ORG-003"),
        (move_organisation, {"organisation_id": c, "authority_id": a, **now}, "ORG-017"),
        (merge_organisations, {"source_ids": [a, a], "target_id": c, **now}, "ORG-026"),
        (merge_organisations, {"source_ids": [c], "target_id": c, **now}, "ORG-026"),
        (merge_organisations, {"source_ids": [], "target_id": c, **now}, "ORG-030"),
        (merge_organisations, {"source_ids": [cast.city_bureau], "target_id": cast.province_bureau, **now}, "ORG-032"),
        (split_organisation, {"source_id": a, "shares": {c: half}, **now}, "ORG-030"),
        (split_organisation, {"source_id": a, "shares": {c: half, f: Fraction(1, 3)}, **now}, "ORG-027"),
        (split_organisation, {"source_id": a, "shares": {c: Fraction(3, 2), f: -half}, **now}, "ORG-028"),
        (end_organisation, {"organisation_id": b, **now}, "ORG-021"),
        (rename_region, {"code": "990102", "name": "某区", **now}, "ORG-021"),
        (rename_region, {"code": "990101", "name": "湖滨区", **now}, "ORG-025"),
        (move_region, {"code": "990101", "parent": "990201", **now}, "ORG-004"),
        (move_region, {"code": "990101", "parent": "990100", **now}, "ORG-025"),
        (merge_regions, {"sources": ["990101"], "target": "990101", **now}, "ORG-026"),
        (merge_regions, {"sources": [], "target": "990101", **now}, "ORG-030"),
        (merge_regions, {"sources": ["990101"], "target": "990109", **now}, "ORG-003"),
        (end_region, {"code": "990101", **now}, "ORG-006"),
        (split_region, {"source": "990101", "shares": {"990101": half}, "placements": {}, **now}, "ORG-030"),
        (
            split_region,
            {"source": "990101", "shares": {"990201": half, "990200": half}, "placements": {}, **now},
            "ORG-006",
        ),
        (
            split_region,
            {"source": "990101", "shares": {"990101": half, "990201": half}, "placements": {c: "990100"}, **now},
            "ORG-003",
        ),
    ]
    before = state_of()
    for action, arguments, code in cases:
        assert code_of(action, **arguments) == code, (action.__name__, code)
        assert state_of() == before, action.__name__


def test_posts_and_keys_end_with_their_organisation(cast):
    issue_token(actor=cast.operator, organisation_id=cast.enterprise, label="x", permissions=["credit.deposit"])
    assert cast.zhang.posts
    end_organisation(
        actor=cast.he, organisation_id=cast.enterprise, happened_on=date(2025, 10, 1), basis=BASIS, reason="注销"
    )
    assert cast.zhang.posts == ()
    assert Post.objects.get(user_id=cast.users["zhang"]).revoked_at is not None
    assert ApiToken.objects.get().revoked_at is not None


def test_the_register_is_searched_by_name_code_kind_and_region(cast, decade):
    def names(**arguments):
        return [s.name for s in list_spans(day=TODAY, **arguments)]

    assert names(search="东湖职") == ["东湖职业技术学院"]
    assert names(search="9900000041") == ["南渡职业技术学院"]
    assert names(search="9900000031") == [], "a former code, not today's"
    assert [s.name for s in list_spans(day=TODAY, search="9900000031", ever=True)] == ["南渡职业中学"]
    assert names(search="湖滨第一") == []
    assert [s.name for s in list_spans(day=TODAY, search="湖滨第一", ever=True)] == ["湖滨第一职校"]
    assert names(kinds=["enterprise"]) == ["云澜精密制造有限公司"]
    assert set(names(region="990200")) == {"松岗旅游学校", "西岭职业技术学校"}
    assert [s.name for s in list_spans(day=date(2013, 1, 1), region="990200")] == ["松岗技校", "西岭职业技术学校"]


def test_upgrades_lead_upwards_only():
    assert is_upgrade("secondary_school", "higher_school")
    assert is_upgrade("higher_school", "bachelor_school")
    assert not is_upgrade("higher_school", "technician_school")
    assert not is_upgrade("enterprise", "higher_school")
    assert not is_upgrade("secondary_school", "technician_school")


@pytest.mark.parametrize(
    "text", ["0", "-1/2", "5/4", "x", "1/0", "", "0.333333333333333333333333", "1e9999999", "１/３", "1_0"]
)
def test_odd_shares_are_refused(text):
    assert code_of(share_of, text=text) == "ORG-028"


def test_shares_are_exact():
    assert share_of(" 1/3 ") == Fraction(1, 3)
    assert share_of("0.4") == Fraction(2, 5)


YEARS = st.integers(2011, 2024).map(lambda y: date(y, 9, 1))


@st.composite
def chains(draw):
    """Successions among eight units, at most one event a unit and year, shares adding up to one."""
    steps = []
    used = set()
    for _ in range(draw(st.integers(0, 12))):
        day, source = draw(YEARS), draw(st.integers(0, 7))
        if (day, source) in used:
            continue
        used.add((day, source))
        targets = draw(st.lists(st.integers(0, 7), min_size=1, max_size=3, unique=True))
        weights = [draw(st.integers(1, 9)) for _ in targets]
        steps += [Step(day, source, t, Fraction(w, sum(weights))) for t, w in zip(targets, weights, strict=True)]
    return steps


@given(chains(), st.dictionaries(st.integers(0, 7), st.integers(-50, 5000)), YEARS, YEARS)
def test_totals_are_preserved_along_any_chain(steps, figures, after, until):
    carried = carry_forward(figures, steps, after, until)
    assert sum(carried.values()) == sum(figures.values())


@given(chains(), st.dictionaries(st.integers(0, 7), st.integers(0, 5000)), YEARS)
def test_carrying_in_two_legs_is_carrying_in_one(steps, figures, between):
    first, last = date(2010, 1, 1), date(2025, 1, 1)
    leg = carry_forward(carry_forward(figures, steps, first, between), steps, between, last)
    whole = carry_forward(figures, steps, first, last)
    assert {k: v for k, v in leg.items() if v} == {k: v for k, v in whole.items() if v}


@given(chains(), st.dictionaries(st.integers(0, 7), st.integers(0, 5000)), YEARS)
def test_the_order_of_rows_does_not_matter(steps, figures, until):
    forward = carry_forward(figures, steps, date(2010, 1, 1), until)
    backward = carry_forward(figures, list(reversed(steps)), date(2010, 1, 1), until)
    assert {k: v for k, v in forward.items() if v} == {k: v for k, v in backward.items() if v}
