"""The real divisions, from their package."""

from __future__ import annotations

from datetime import date

import pytest

from guantong.base.accounts.public import SYSTEM
from guantong.base.audit.models import AuditLine
from guantong.base.orgs.actions.loading import load_divisions
from guantong.base.orgs.divisions import all_divisions, divisions_under
from guantong.base.orgs.models import Region
from guantong.base.orgs.public import region_tree
from guantong.base.people.places import place_of_issue
from guantong.kernel.identity import id_number_check_character
from guantong.kernel.refusal import Refusal

DAY = date(2025, 1, 1)


def test_every_division_has_a_six_digit_code_and_a_parent_before_it():
    seen = {"100000"}
    for code, division in all_divisions().items():
        assert len(code) == 6
        assert code.isdigit()
        assert division.parent in seen
        seen.add(code)
    provinces = [d for d in all_divisions().values() if d.level == "province"]
    assert len(provinces) == 34
    assert all_divisions()["710000"].name == "台湾省"


@pytest.mark.parametrize(
    ("code", "name", "level", "parent"),
    [
        ("530000", "云南省", "province", "100000"),
        ("530100", "昆明市", "prefecture", "530000"),
        ("530102", "五华区", "county", "530100"),
        ("500110", "綦江区", "county", "500000"),
        ("441900", "东莞市", "prefecture", "440000"),
        ("419001", "济源市", "county", "410000"),
    ],
)
def test_known_divisions_are_as_the_standard_lists_them(code, name, level, parent):
    division = all_divisions()[code]
    assert (division.name, division.level, division.parent) == (name, level, parent)


def test_a_province_is_loaded_once(db, baseline):
    count = load_divisions(actor=SYSTEM, root="530000", in_force_from=DAY)
    assert count == len(divisions_under("530000"))
    assert 140 <= count <= 160
    assert load_divisions(actor=SYSTEM, root="530000", in_force_from=DAY) == 0
    assert AuditLine.objects.filter(action="load_divisions").count() == 1
    tree = region_tree(DAY)
    assert tree.path_name("530102") == "云南省昆明市五华区"
    assert tree.at_level("530102", "prefecture") == "530100"
    with pytest.raises(Refusal) as refused:
        load_divisions(actor=SYSTEM, root="990000", in_force_from=DAY)
    assert refused.value.code == "ORG-003"
    assert Region.objects.count() == count + 1


def test_old_numbers_tell_where_they_were_issued():
    def number(region):
        first_17 = f"{region}19850307003"
        return first_17 + id_number_check_character(first_17)

    now = place_of_issue(number("530102"))
    assert now is not None
    assert now.name == "云南省昆明市五华区"
    assert not now.is_abandoned
    old = place_of_issue(number("510202"))
    assert old is not None
    assert old.is_abandoned, "before Chongqing was a municipality"
    assert place_of_issue(number("990101")) is None
    assert place_of_issue("x") is None
