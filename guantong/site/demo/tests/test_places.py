"""The invented province's register: present schools, what they were before, second records of people."""

from datetime import date
from fractions import Fraction

import pytest

from guantong.base.accounts.public import SYSTEM
from guantong.base.orgs.models import Organisation, Succession
from guantong.base.orgs.public import find_by_name, kind_on, name_on, region_names_on, region_on, roll_up, successors_on
from guantong.base.people.actions import ensure_people, refresh_duplicates
from guantong.base.people.models import DuplicatePair
from guantong.site.demo.people import registered_twice
from guantong.site.demo.places import build_places

pytestmark = pytest.mark.django_db

SCHOOLS = ("secondary_school", "technician_school", "higher_school", "bachelor_school")


def test_sixty_schools_stand_today_and_three_have_gone_into_others(baseline):
    places = build_places()
    assert Organisation.objects.filter(kind__in=SCHOOLS, state="active").count() == len(places.schools) == 60
    assert Organisation.objects.filter(kind__in=SCHOOLS, state="ended").count() == 3
    kinds = list(Succession.objects.values_list("kind", flat=True))
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "rename": 3,
        "upgrade": 1,
        "move": 1,
        "merge": 4,
    }
    assert all("虚构" in document for document in Succession.objects.values_list("document", flat=True))
    for pk, name in places.names.items():
        if pk in places.schools:
            assert name_on(pk, date(2024, 9, 1)) == name


def test_the_register_tells_what_a_school_was(baseline):
    places = build_places()
    xiling = places.keyed["xiling"]
    assert name_on(xiling, date(2012, 8, 31)) == "西岭农业机械化学校"
    assert name_on(xiling, date(2012, 9, 1)) == "西岭职业技术学校"
    university = next(pk for pk, name in places.names.items() if name == "云澜职业技术大学")
    assert kind_on(university, date(2021, 5, 19)) == "higher_school"
    assert kind_on(university, date(2021, 5, 20)) == "bachelor_school"
    moved = next(pk for pk, name in places.names.items() if name == "青禾职业教育中心")
    assert region_on(moved, date(2019, 12, 31)) != region_on(moved, date(2020, 1, 1))
    assert region_names_on(["990604"], date(2018, 5, 31)) == {"990604": "澜江开发区"}
    assert region_names_on(["990604"], date(2018, 6, 1)) == {"990604": "澜江新区"}


def test_figures_of_a_school_that_was_merged_follow_it(baseline):
    places = build_places()
    then, now = date(2018, 9, 1), date(2024, 9, 1)
    (former,) = find_by_name("松岗建筑职业学院", then)
    heir = next(pk for pk, name in places.names.items() if name == "东湖工程职业学院")
    assert successors_on(former, now) == {heir: Fraction(1)}
    assert roll_up({former: Fraction(900)}, then, then, "prefecture") == {"990700": Fraction(900)}
    assert roll_up({former: Fraction(900)}, then, now, "prefecture") == {"990100": Fraction(900)}


def test_second_records_stand_on_the_list_of_likely_duplicates(baseline):
    first = ensure_people(actor=SYSTEM, facts=[registered_twice("王小满", date(2006, 3, 4))[-1]])
    again = registered_twice("王小满", date(2006, 3, 4))
    ids = ensure_people(actor=SYSTEM, facts=again)
    assert ids[-1] == first[0]
    assert refresh_duplicates(actor=SYSTEM) == 1
    pair = DuplicatePair.objects.get()
    assert "first_generation" in pair.reasons
    assert {pair.first_id, pair.second_id} == set(ids[:2])
