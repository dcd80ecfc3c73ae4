"""The form of numbers, masks, likeness, consent: pure."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.base.people.rules import (
    ConsentFacts,
    IdentityFacts,
    PersonFacts,
    TidyPerson,
    contradictions,
    differs_in_one_place,
    latest_consent_end,
    mask_phone,
    tidy,
    why_not_share,
    widened,
)
from guantong.kernel.identity import IdNumber, id_number_check_character
from tests.cast import invented_id_number

TODAY = date(2025, 10, 15)
GOOD = invented_id_number(1)


def codes(facts):
    found = tidy(facts, TODAY)
    return [] if isinstance(found, TidyPerson) else [p.code for p in found]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (PersonFacts("小吴", GOOD), []),
        (PersonFacts("小吴", f" {GOOD.lower()} "), []),
        (PersonFacts("小吴", GOOD[:17]), ["PPL-001"]),
        (PersonFacts("小吴", "4.20106E+17"), ["PPL-001"]),
        (PersonFacts("小吴", GOOD[:16] + "ab"), ["PPL-002"]),
        (PersonFacts("小吴", "99010120051307" + GOOD[14:]), ["PPL-003"]),
        (PersonFacts("小吴", GOOD[:17] + ("0" if GOOD[17] != "0" else "1")), ["PPL-004"]),
        (PersonFacts("小吴", invented_id_number(1, date(2026, 1, 1))), ["PPL-005"]),
        (PersonFacts("", GOOD), ["PPL-010"]),
        (PersonFacts("吴" * 61, GOOD), ["PPL-010"]),
        (PersonFacts("小吴", GOOD, born_on=date(2000, 1, 1)), ["PPL-016"]),
        (PersonFacts("小吴", GOOD, phone="13812345678"), []),
        (PersonFacts("小吴", GOOD, phone="12345"), ["PPL-015"]),
        (PersonFacts("", "x", phone="1"), ["PPL-010", "PPL-001", "PPL-015"]),
        (PersonFacts("Li", "E12345678", id_kind="passport"), []),
        (PersonFacts("Li", "E1", id_kind="passport"), ["PPL-006"]),
        (PersonFacts("Li", "E12345678", id_kind="visa"), ["PPL-007"]),
        (PersonFacts("老赵", "990101700101001", id_kind="resident_15"), []),
        (PersonFacts("老赵", "99010170010100", id_kind="resident_15"), ["PPL-006"]),
        (PersonFacts("老赵", "990101701301001", id_kind="resident_15"), ["PPL-003"]),
    ],
)
def test_facts_are_checked_all_at_once(facts, expected):
    assert codes(facts) == expected


def test_the_number_tells_birth_date_and_sex():
    person = tidy(PersonFacts("小吴", GOOD), TODAY)
    assert isinstance(person, TidyPerson)
    assert (person.born_on, person.sex) == (date(2005, 3, 7), "male")


@given(
    st.dates(date(1900, 1, 1), date(2025, 1, 1)), st.integers(0, 999), st.sampled_from(["990101", "110101", "530102"])
)
def test_masks_never_show_the_birth_date(born_on, serial, region):
    number = invented_id_number(serial, born_on, region)
    person = tidy(PersonFacts("某", number), TODAY)
    assert isinstance(person, TidyPerson)
    assert person.id_masked[6:14] == "********"
    assert number not in repr(IdNumber.parse(number))
    assert len(person.id_masked) == 18


@given(st.text("ABC0123456789-()", min_size=4, max_size=24))
def test_masks_of_other_documents_hide_the_middle(number):
    person = tidy(PersonFacts("某", number, id_kind="other"), TODAY)
    assert isinstance(person, TidyPerson)
    assert len(person.id_masked) == len(number)
    assert person.id_masked.count("*") >= len(number) / 2
    assert all(shown in {"*", given} for shown, given in zip(person.id_masked, number, strict=True))


def test_phones_are_masked():
    assert mask_phone("13812345678") == "138****5678"


@given(st.integers(0, 10**14))
def test_a_first_generation_number_widens_to_a_right_one(serial):
    text = f"990101{700101:06d}{serial % 1000:03d}"
    wide = widened(text)
    assert len(wide) == 18
    assert id_number_check_character(wide[:17]) == wide[17]


@pytest.mark.parametrize(
    ("left", "right", "alike"),
    [
        ("123456", "123456", False),
        ("123456", "123457", True),
        ("123456", "213456", True),
        ("123456", "321456", False),
        ("123456", "12345", False),
        ("123456", "143256", False),
        ("123456", "993456", False),
    ],
)
def test_likeness_is_one_place_or_two_swapped(left, right, alike):
    assert differs_in_one_place(left, right) is alike
    assert differs_in_one_place(right, left) is alike


def test_contradictions_are_named_with_masked_numbers():
    one = IdentityFacts("吴", "resident", GOOD, date(2005, 3, 7), "male")
    other_number = invented_id_number(4, date(2005, 3, 8))
    other = IdentityFacts("吴", "resident", other_number, date(2005, 3, 8), "female")
    found = contradictions(one, other)
    assert len(found) == 3
    assert GOOD not in str(found)
    assert other_number not in str(found)
    assert GOOD not in repr(one)
    assert contradictions(one, IdentityFacts("吴", "passport", "E123456", None, "")) == []


def test_a_first_generation_number_and_its_wide_form_do_not_contradict():
    narrow = "990101700101001"
    one = IdentityFacts("赵", "resident_15", narrow, date(1970, 1, 1), "male")
    two = IdentityFacts("赵", "resident", widened(narrow), date(1970, 1, 1), "male")
    assert contradictions(one, two) == []


class FakeLaw:
    def __init__(self, minor, consent):
        self.values = {"people.minor_age": minor, "people.consent_age": consent}

    def integer(self, name):
        return self.values[name]


LAW = FakeLaw(18, 14)
BORN = date(2008, 2, 29)
WITHDRAWN = ConsentFacts("credit_transfer", date(2025, 1, 1), date(2026, 1, 1), date(2025, 10, 15))
CONSENT = ConsentFacts("credit_transfer", date(2025, 1, 1), date(2025, 12, 1), None)


@pytest.mark.parametrize(
    ("day", "consents", "code"),
    [
        (date(2025, 10, 15), [], "PPL-034"),
        (date(2025, 10, 15), [CONSENT], None),
        (date(2024, 12, 31), [CONSENT], "PPL-034"),
        (date(2025, 12, 1), [CONSENT], "PPL-034"),
        (date(2026, 2, 28), [], "PPL-034"),
        (date(2026, 3, 1), [], None),
        (date(2025, 10, 15), [ConsentFacts("employment", date(2025, 1, 1), date(2026, 1, 1), None)], "PPL-034"),
        (date(2025, 10, 15), [WITHDRAWN], "PPL-034"),
        (date(2025, 10, 14), [WITHDRAWN], None),
    ],
)
def test_minors_need_a_consent_in_force_for_the_purpose(day, consents, code):
    found = why_not_share("小甲", BORN, consents, "credit_transfer", day, LAW)
    assert (found.code if found else None) == code


def test_without_a_birth_date_nothing_is_guessed():
    found = why_not_share("小甲", None, [], "credit_transfer", TODAY, LAW)
    assert found is not None
    assert found.code == "PPL-035"


def test_the_ages_come_from_the_law():
    assert why_not_share("小甲", date(2008, 1, 1), [], "credit_transfer", TODAY, FakeLaw(16, 14)) is None


def test_consents_of_a_leap_day_end_on_the_first_of_march():
    assert latest_consent_end(date(2024, 2, 29), 3) == date(2027, 3, 1)
    assert latest_consent_end(date(2025, 1, 1), 3) == date(2028, 1, 1)
