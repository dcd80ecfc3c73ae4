"""What a definition may say of titles, and each fault that is noted."""

from __future__ import annotations

import pytest

from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.definition import read_definition
from guantong.procedure.registers.actions.writing import kept_of

from .sample import FOLLOWING, GRANTING

ABOUT = "about: {register: sample-dual, states: [standing, suspended, expired, withdrawn]}\n"


def changed(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def codes(text: str, **more) -> list[str]:
    with pytest.raises(Refusal) as refused:
        read_definition(text, file="sample.yaml", **more)
    assert all(p.where.line for p in refused.value), str(refused.value)
    return [p.code for p in refused.value]


def test_both_samples_are_read_whole():
    grants = kept_of(read_definition(GRANTING, file="a.yaml")).grants
    about = kept_of(read_definition(FOLLOWING, file="b.yaml")).about
    assert grants is not None and about is not None
    assert (grants.register, grants.level, grants.years.count) == ("sample-dual", "declared.level", 3)
    assert (about.register, about.opens) == ("sample-dual", "11-01")


@pytest.mark.parametrize(
    ("base", "change", "code"),
    [
        (GRANTING, ("effect: grant", "effect: renew"), "TTL-001"),
        (FOLLOWING, ("effect: renew", "effect: grant"), "TTL-001"),
        (FOLLOWING, (ABOUT + 'opens: {each_year: "11-01"}\n', ""), "TTL-001"),
        (GRANTING, ("level: declared.level", "level: declared.grade"), "TTL-003"),
        (GRANTING, ("  years: 3\n", "  years: 3\n  item: 课程\n"), "TTL-003"),
        (GRANTING, ("public: [holder,", "public: [id_number,"), "TTL-004"),
        (GRANTING, ("holder: person", "holder: organisation"), "TTL-005"),
        (FOLLOWING, ('"11-01"', '"02-29"'), "TTL-006"),
        (FOLLOWING, (ABOUT, ""), "TTL-007"),
        (FOLLOWING, ("subject: registers.title", "subject: tests.other"), "TTL-008"),
        (GRANTING, ("effect: grant", "effect: bestow"), "PRC-004"),
        (GRANTING, ("years: 3", "years: 0"), "PRC-004"),
        (FOLLOWING, ("states: [standing,", "states: [granted,"), "PRC-004"),
        (GRANTING, ("register: sample-dual", "register: Dual"), "PRC-014"),
        (GRANTING, ("  holder: person\n", ""), "PRC-003"),
    ],
)  # fmt: skip
def test_each_fault_has_its_code(base, change, code):
    assert code in codes(changed(base, change))


def test_a_title_nothing_grants_is_a_fault():
    text = changed(GRANTING, ("effect: grant, ", ""), ("effect: grant, ", ""))
    assert codes(text) == ["TTL-002"]


def test_target_and_years_name_parameters_that_exist():
    known = {"teachers.dual": "count", "teachers.term": "years", "days.some": "days"}
    good = changed(GRANTING, ("  years: 3\n", "  years: {parameter: teachers.term}\n  target: teachers.dual\n"))
    grants = kept_of(read_definition(good, file="a.yaml", parameters=known)).grants
    assert grants is not None and grants.target == "teachers.dual"
    for change, code in (
        (("  years: 3\n", "  years: {parameter: days.some}\n"), "PRC-004"),
        (("  years: 3\n", "  target: teachers.nothing\n"), "TTL-009"),
    ):
        assert codes(changed(GRANTING, change), parameters=known) == [code]
