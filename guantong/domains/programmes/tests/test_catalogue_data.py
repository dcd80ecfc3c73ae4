"""The shipped catalogue: structure of every code, official totals, sources."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from guantong.domains.programmes.rules.catalogue import (
    CatalogueEntry,
    category_number,
    code_faults,
    level_of_code,
    may_offer,
    split_code,
)
from guantong.domains.programmes.selectors.shipped import FOLDER, shipped_catalogue
from guantong.kernel.refusal import Refusal

SHIPPED = shipped_catalogue()
RANGES = {"secondary": range(61, 80), "higher": range(41, 60), "bachelor": range(21, 40)}


def test_every_code_has_six_digits_and_begins_with_its_levels_category():
    for entry in SHIPPED.entries:
        assert len(entry.code) == 6 and entry.code.isdigit(), entry
        assert int(entry.code[:2]) in RANGES[entry.level], entry
        assert level_of_code(entry.code) == entry.level


def test_every_code_stands_once():
    codes = Counter(entry.code for entry in SHIPPED.entries)
    assert [code for code, count in codes.items() if count > 1] == []


def test_no_two_programmes_of_one_class_bear_one_name():
    names = Counter((entry.code[:4], entry.name) for entry in SHIPPED.entries)
    assert [key for key, count in names.items() if count > 1] == []


def test_every_class_belongs_to_its_category_and_numbers_run_without_a_gap():
    last: dict[str, int] = {}
    for entry in SHIPPED.entries:
        number = category_number(entry.code)
        assert number is not None and (number, entry.code[2:4]) in SHIPPED.classes, entry
        expected = last.get(entry.code[:4], 0) + 1
        assert int(entry.code[4:]) == expected, f"{entry.code} after {expected - 1:02d}"
        last[entry.code[:4]] = expected


def test_it_holds_what_the_ministry_counted():
    assert Counter(entry.level for entry in SHIPPED.entries) == SHIPPED.known
    assert SHIPPED.known == {"secondary": 358, "higher": 744, "bachelor": 247}
    assert (len(SHIPPED.categories), len(SHIPPED.classes), len(SHIPPED.entries)) == (19, 97, 1349)


def test_every_class_is_used_at_some_level():
    used = {(category_number(e.code), e.code[2:4]) for e in SHIPPED.entries}
    assert used == set(SHIPPED.classes)


def test_every_entry_names_the_public_copies_it_was_found_in():
    assert {letter for e in SHIPPED.entries for letter in e.copies} == set(SHIPPED.copies)
    assert all(e.copies and len(set(e.copies)) == len(e.copies) for e in SHIPPED.entries)
    assert sum(1 for e in SHIPPED.entries if len(e.copies) >= 2) == 1151


def test_names_are_tidy_chinese():
    for entry in SHIPPED.entries:
        assert entry.name == entry.name.strip() and 2 <= len(entry.name) <= 20, entry
        assert all("\u4e00" <= c <= "\u9fff" for c in entry.name), entry


@pytest.mark.parametrize(
    ("code", "name", "class_name"),
    [
        ("510203", "软件技术", "计算机类"),
        ("310203", "软件工程技术", "计算机类"),
        ("710203", "软件与信息服务", "计算机类"),
        ("520201", "护理", "护理类"),
        ("770101", "幼儿保育", "教育类"),
        ("460305", "工业机器人技术", "自动化类"),
        ("700206", "汽车运用与维修", "道路运输类"),
        ("330302", "大数据与会计", "财务会计类"),
    ],
)
def test_well_known_codes(code: str, name: str, class_name: str):
    entry = next(e for e in SHIPPED.entries if e.code == code)
    assert entry.name == name
    assert SHIPPED.classes[int(code[:2]) % 20, code[2:4]] == class_name


def test_controlled_programmes_are_those_of_medicine_teaching_and_police():
    controlled = {e.code[:2] for e in SHIPPED.entries if e.is_controlled}
    assert controlled == {"52", "57", "58"}
    assert sum(1 for e in SHIPPED.entries if e.is_controlled) == 47


def test_split_code_takes_the_printed_k():
    assert split_code(" 520101k ") == ("520101", True)
    assert split_code("510203") == ("510203", False)
    assert split_code("51020") is None
    assert split_code("５１０２０３") is None


def _codes(code: str, level: str, category: str = "", class_name: str = "") -> list[str]:
    entry = CatalogueEntry(code, "某专业", level, False, category, class_name)
    return [p.code for p in code_faults(entry, SHIPPED.categories, SHIPPED.classes)]


def test_code_faults_name_what_does_not_fit():
    assert _codes("510217", "higher") == []
    assert _codes("510217", "higher", "电子与信息大类", "计算机类") == []
    assert _codes("51021", "higher") == ["PRG-001"]
    assert _codes("310213", "higher") == ["PRG-002"]
    assert _codes("600101", "secondary") == ["PRG-002"]
    assert _codes("800101", "secondary") == ["PRG-002"]
    assert _codes("510217", "higher", "医药卫生大类") == ["PRG-003"]
    assert _codes("510217", "higher", "电子与信息大类", "通信类") == ["PRG-004"]
    assert _codes("519901", "higher") == ["PRG-005"]


def test_which_school_may_offer_which_level():
    assert may_offer("higher_school", "higher") and not may_offer("higher_school", "bachelor")
    assert may_offer("bachelor_school", "bachelor") and not may_offer("secondary_school", "higher")
    assert not may_offer("enterprise", "secondary")


def test_a_broken_file_is_refused_with_file_and_code(tmp_path: Path):
    for path in FOLDER.glob("*.yaml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    broken = yaml.safe_load((tmp_path / "bachelor.yaml").read_text("utf-8"))
    broken["programmes"]["519901"] = {"name": "错放的专业", "copies": "A"}
    (tmp_path / "bachelor.yaml").write_text(yaml.safe_dump(broken, allow_unicode=True), "utf-8")
    with pytest.raises(Refusal) as caught:
        shipped_catalogue.__wrapped__(tmp_path)
    assert [p.code for p in caught.value] == ["PRG-007", "PRG-002"]
    assert "bachelor.yaml" in str(caught.value) and "519901" in str(caught.value)
