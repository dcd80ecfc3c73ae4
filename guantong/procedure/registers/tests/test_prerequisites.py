"""Titles of registers as prerequisites of other procedures: unknown ones and circles are found before use."""

from __future__ import annotations

from guantong.procedure.conditions import Leaf, check_prerequisites


def asks(*names: str) -> Leaf | None:
    """A tree that asks for one fact."""
    return Leaf("one", "条件", names[0], "present", True) if names else None


REGISTERS = {"masters": ["grant-masters"], "teachers": ["grant-teachers", "transfer-teachers"]}
NONE = {"grant-masters": None, "grant-teachers": None, "transfer-teachers": None}


def codes(trees, registers=REGISTERS) -> list[str]:
    return [p.code for p in check_prerequisites({**NONE, **trees}, registers=registers)]


def test_a_register_somebody_feeds_is_known():
    assert codes({"studio": asks("title.masters")}) == []
    assert codes({"studio": asks("title_level.masters")}) == []
    assert codes({"studio": asks("title.nothing")}) == ["PRC-033"]
    assert codes({"studio": asks("title_count.nothing")}) == ["PRC-033"]


def test_a_party_named_between_leaves_the_register_what_it_is():
    assert codes({"studio": asks("title.organisation.masters")}) == []
    assert codes({"studio": asks("title_level.item.nothing")}) == ["PRC-033"]
    assert codes({"grant-masters": asks("title.person.studio"), "studio": asks("title.item.masters")}) == ["PRC-032"]


def test_a_circle_through_a_register_with_one_feeder_is_found():
    trees = {"grant-masters": asks("title.studio"), "studio": asks("title.masters")}
    assert codes(trees) == ["PRC-032"]


def test_a_higher_level_upon_a_lower_and_another_way_in_are_no_circle():
    assert codes({"grant-masters": asks("title.masters")}) == []
    assert codes({"grant-teachers": asks("title.studio"), "studio": asks("title.teachers")}) == []
