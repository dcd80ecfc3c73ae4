"""Regions and organisations enter the register, or are refused."""

from __future__ import annotations

from datetime import date

import pytest

from guantong.base.audit.models import AuditLine
from guantong.base.orgs.actions import register_organisation, register_region
from guantong.base.orgs.models import Organisation, Region
from guantong.base.orgs.public import (
    find_by_credit_code,
    find_by_school_code,
    has_authority_over,
    name_on,
    region_tree,
)
from guantong.kernel.refusal import Refusal
from tests.cast import invented_credit_code

DAY = date(2025, 9, 1)


def code_of(action, **arguments):
    with pytest.raises(Refusal) as refused:
        action(**arguments)
    return refused.value.code


def test_a_region_is_registered_once(cast):
    arguments = {
        "actor": cast.he,
        "code": "990103",
        "name": "新区",
        "level": "county",
        "parent": "990100",
        "in_force_from": DAY,
    }
    register_region(**arguments)
    register_region(**arguments)
    assert AuditLine.objects.filter(action="register_region", subject_id="990103").count() == 1
    assert code_of(register_region, **{**arguments, "name": "别名"}) == "ORG-002"
    assert region_tree(DAY).path_name("990103") == "云澜省东湖市新区"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code": "99010"}, "ORG-001"),
        ({"code": "９９０１０３"}, "ORG-001"),
        ({"parent": "990999"}, "ORG-020"),
        ({"parent": None}, "ORG-005"),
        ({"parent": "990101"}, "ORG-004"),
        ({"level": "village"}, "ORG-004"),
        ({"name": " "}, "ORG-015"),
        ({"name": "长" * 61}, "ORG-015"),
    ],
)
def test_regions_are_refused_with_reasons(cast, changes, code):
    arguments = {
        "actor": cast.he,
        "code": "990103",
        "name": "新区",
        "level": "county",
        "parent": "990100",
        "in_force_from": DAY,
        **changes,
    }
    before = (Region.objects.count(), AuditLine.objects.count())
    assert code_of(register_region, **arguments) == code
    assert (Region.objects.count(), AuditLine.objects.count()) == before


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"credit_code": "12990100000000009"}, "ORG-010"),
        ({"credit_code": "129901000000000090"}, "ORG-010"),
        ({"credit_code": invented_credit_code(3)}, "ORG-012"),
        ({"school_code": "99000"}, "ORG-011"),
        ({"school_code": "9900000001"}, "ORG-013"),
        ({"kind": "enterprise", "school_code": "9900000009"}, "ORG-014"),
        ({"kind": "university"}, "ORG-016"),
        ({"region": "990777"}, "ORG-003"),
        ({"name": ""}, "ORG-015"),
    ],
)
def test_organisations_are_refused_with_reasons(cast, changes, code):
    arguments = {
        "actor": cast.he,
        "kind": "secondary_school",
        "name": "南渡县职业教育中心",
        "region": "990102",
        "in_force_from": DAY,
        "credit_code": invented_credit_code(9),
        "school_code": "9900000009",
        **changes,
    }
    before = (Organisation.objects.count(), AuditLine.objects.count())
    assert code_of(register_organisation, **arguments) == code
    assert (Organisation.objects.count(), AuditLine.objects.count()) == before


def test_an_authority_must_be_one(cast):
    arguments = {"kind": "enterprise", "name": "某企业", "region": "990102", "in_force_from": DAY}
    assert code_of(register_organisation, actor=cast.he, authority_id=cast.donghu, **arguments) == "ORG-017"


def test_only_the_authority_of_the_area_registers(cast):
    arguments = {"kind": "enterprise", "name": "某企业", "region": "990102", "in_force_from": DAY}
    assert code_of(register_organisation, actor=cast.lin, **arguments) == "ACC-002"
    assert code_of(register_organisation, actor=cast.chen, **arguments) == "ACC-002"
    from guantong.base.accounts.actions import grant_post
    from guantong.base.accounts.public import SYSTEM

    grant_post(actor=SYSTEM, user_id=cast.users["chen"], organisation_id=cast.city_bureau, role="bureau_approver")
    made = register_organisation(actor=cast.chen, **arguments)
    assert name_on(made.pk, DAY) == "某企业"
    assert code_of(register_organisation, actor=cast.chen, **{**arguments, "region": "990201"}) == "ORG-020"


def test_organisations_are_found_by_their_codes(cast):
    assert find_by_credit_code(invented_credit_code(3).lower()) == cast.donghu
    assert find_by_school_code("9900000002") == cast.xiling
    assert find_by_credit_code(invented_credit_code(99)) is None
    assert find_by_school_code("0000000000") is None


def test_an_authority_leads_its_own_region_and_below(cast):
    assert has_authority_over(cast.city_bureau, "990102", DAY)
    assert has_authority_over(cast.city_bureau, "990100", DAY)
    assert not has_authority_over(cast.city_bureau, "990000", DAY)
    assert not has_authority_over(cast.city_bureau, "990201", DAY)
