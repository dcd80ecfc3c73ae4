"""One deliberately broken region folder per message: file, line, what, what to do. ``#!`` marks the line told."""

from __future__ import annotations

from pathlib import Path

import pytest

from guantong.kernel.refusal import Refusal
from guantong.policy.asking import load_policy
from guantong.policy.reading.loading import read_checked
from guantong.policy.tests import folders
from guantong.policy.tests.broken_places import BROKEN_PLACES
from guantong.policy.tests.broken_values import BROKEN_VALUES, NEW, Broken, new
from guantong.policy.tests.folders import (
    PROVINCE,
    PROVINCE_SHARE,
    SHARE,
    write,
)

BROKEN: dict[str, Broken] = {**BROKEN_VALUES, **BROKEN_PLACES}


@pytest.mark.parametrize("name", BROKEN)
def test_it_tells_file_line_what_and_what_to_do(name: str, tmp_path: Path) -> None:
    file, text, code, words = BROKEN[name]
    root = write(tmp_path, {file: text.replace(" #!", "")})
    line = next((n for n, row in enumerate(text.splitlines(), 1) if row.endswith("#!")), None)
    _, found = read_checked(root)
    told = [p for p in found if p.code == code]
    assert told, [p.sentence() for p in found]
    problem = told[0]
    sentence = problem.sentence()
    told_of = {f"regions/{file}", f"regions/{Path(file).parent.as_posix()}"}
    if name == "live value on a draft document":
        told_of, line = {"regions/530000-yunnan/parameters/plan/share.yaml"}, 4
    assert problem.where.file in told_of, sentence
    assert problem.where.line == line, sentence
    for word in words:
        assert word in sentence, sentence
    assert problem.message.endswith("。")
    assert problem.do.endswith(("。", "？"))


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_folder_is_never_loaded(name: str, tmp_path: Path) -> None:
    file, text, code, _ = BROKEN[name]
    root = write(tmp_path, {file: text.replace(" #!", "")})
    with pytest.raises(Refusal) as refused:
        load_policy(root)
    assert code in {p.code for p in refused.value}


def test_there_are_enough_broken_folders() -> None:
    assert len(BROKEN) >= 25
    assert len({code for _, _, code, _ in BROKEN.values()}) >= 25


def test_the_good_folders_have_no_fault(tmp_path: Path) -> None:
    _, found = read_checked(write(tmp_path))
    assert [p.sentence() for p in found] == []


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            NEW: BROKEN["missing clause"][1],
            "100000-china/parameters/credit/cap.yaml": BROKEN["duplicate key"][1],
            "530000-yunnan/parameters/plan/share.yaml": BROKEN["below the parent's floor"][1],
            "530000-yunnan/procedures/x.yaml": BROKEN["bare decimal in a procedure"][1],
        },
    )
    with pytest.raises(Refusal) as refused:
        load_policy(root)
    assert [p.code for p in refused.value] == ["REG-002", "REG-011", "REG-019", "REG-009"]


def test_a_principle_of_the_parent_is_a_warning_with_both_clauses(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "100000-china/parameters/plan/share.yaml": SHARE.replace(
                "bound: floor\n", "bound: floor\n    practice: principle\n"
            ),
            "530000-yunnan/parameters/plan/share.yaml": PROVINCE_SHARE.replace('"55"', '"40"'),
        },
    )
    policy = load_policy(root)
    (warning,) = policy.warnings
    assert warning.code == "REG-020"
    assert warning.where.file == "regions/530000-yunnan/parameters/plan/share.yaml"
    assert warning.where.line == 4
    assert "低于中华人民共和国原则上的下限 50%" in warning.message
    assert "《职业教育法》第一条" in warning.message
    assert "《云南办法》第二条" in warning.message


def test_a_floor_that_has_ended_limits_nobody(tmp_path: Path) -> None:
    ended = SHARE.replace('value: "50"\n', 'value: "50"\n      repealed_on: 2015-06-01\n')
    root = write(
        tmp_path,
        {
            "100000-china/parameters/plan/share.yaml": ended,
            "530000-yunnan/parameters/plan/share.yaml": PROVINCE_SHARE.replace('"55"', '"40"'),
        },
    )
    assert load_policy(root).warnings == ()


def test_more_than_is_not_at_least(tmp_path: Path) -> None:
    more = SHARE.replace('value: "50"\n', 'value: "50"\n      exclusive: true\n')
    same = PROVINCE_SHARE.replace('"55"', '"50"')
    root = write(
        tmp_path,
        {"100000-china/parameters/plan/share.yaml": more, "530000-yunnan/parameters/plan/share.yaml": same},
    )
    _, found = read_checked(root)
    assert [p.code for p in found] == ["REG-019"]


def test_a_grandparents_floor_holds_too(tmp_path: Path) -> None:
    low = PROVINCE_SHARE.replace('"55"', '"45"')
    root = write(
        tmp_path,
        {"530000-yunnan/parameters/plan/share.yaml": None, "530100-kunming/parameters/plan/share.yaml": low},
    )
    _, found = read_checked(root)
    assert [(p.code, p.where.file) for p in found] == [("REG-019", "regions/530100-kunming/parameters/plan/share.yaml")]


def test_a_value_before_its_document_waits_for_confirmation(tmp_path: Path) -> None:
    early = new('    2009-01-01: {value: "5", reference: [{document: cn-law, clause: 第一条}]}\n')
    policy = load_policy(write(tmp_path, {NEW: early}))
    assert [w.code for w in policy.warnings] == ["REG-038"]


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    root = write(tmp_path)
    (root / NEW).write_bytes("plan.new:\n  description: 新\n".encode("gb18030"))
    _, found = read_checked(root)
    assert [(p.code, p.where.file, p.where.line) for p in found] == [("REG-027", f"regions/{NEW}", 2)]
    assert "UTF-8" in found[0].message


def test_a_file_that_is_too_large_is_not_parsed(tmp_path: Path) -> None:
    root = write(tmp_path)
    (root / NEW).write_bytes(b"#" * (1024 * 1024 + 1))
    _, found = read_checked(root)
    assert [p.code for p in found] == ["REG-027"]


def test_nesting_without_end_is_refused(tmp_path: Path) -> None:
    _, found = read_checked(write(tmp_path, {NEW: "a: " + "[" * 400 + "]" * 400 + "\n"}))
    assert [p.code for p in found] == ["REG-003"]
    assert "嵌套" in found[0].message


def test_a_bomb_of_aliases_is_refused_without_expanding(tmp_path: Path) -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
    )
    _, found = read_checked(write(tmp_path, {NEW: bomb}))
    assert {"REG-003"} <= {p.code for p in found}


def test_a_folder_without_region_file_is_told(tmp_path: Path) -> None:
    root = write(tmp_path, {"530100-kunming/region.yaml": None, "530100-kunming/README.md": "x"})
    _, found = read_checked(root)
    assert [(p.code, p.where.file) for p in found] == [("REG-031", "regions/530100-kunming")]


def test_a_broken_parent_does_not_accuse_its_children(tmp_path: Path) -> None:
    root = write(tmp_path, {"530000-yunnan/region.yaml": PROVINCE.replace("level: province", "level: state")})
    _, found = read_checked(root)
    assert [p.code for p in found] == ["REG-007"]


def test_a_city_above_its_province_is_told_where_it_names_its_parent(tmp_path: Path) -> None:
    root = write(tmp_path, {"530000-yunnan/region.yaml": PROVINCE.replace("level: province", "level: county")})
    _, found = read_checked(root)
    assert [(p.code, p.where.file) for p in found] == [("REG-035", "regions/530100-kunming/region.yaml")]
    assert "昆明市是市级，上级云南省却是县级" in found[0].message


def test_folders_beginning_with_an_underscore_are_not_read(tmp_path: Path) -> None:
    root = write(tmp_path, {"_template/region.yaml": "nonsense: ["})
    assert set(load_policy(root).regions) == {"100000", "530000", "530100"}


def test_an_empty_root_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        load_policy(tmp_path / "nowhere")
    assert refused.value.code == "POL-010"
    (tmp_path / "empty").mkdir()
    with pytest.raises(Refusal) as refused:
        load_policy(tmp_path / "empty")
    assert refused.value.code == "POL-010"


def test_no_message_uses_a_banned_word() -> None:
    from guantong.kernel.refusal import declared_kinds
    from guantong.policy import errors

    own = [kind for code, kind in declared_kinds().items() if code.startswith(("POL", "REG")) and vars(errors)]
    assert len(own) > 50
    for kind in own:
        text = kind.message + kind.do
        assert not [word for word in ("非法", "无效", "异常", "失败", "用户", "null") if word in text], text
        assert kind.message.endswith("。"), kind.code
        assert kind.do.endswith(("。", "}")), kind.code


def test_the_template_becomes_a_region(tmp_path: Path) -> None:
    import shutil

    root = write(tmp_path)
    source = Path(folders.__file__).resolve().parents[3] / "regions" / "_template"
    shutil.copytree(source, root / "000000-some")
    _, found = read_checked(root)
    assert [p.sentence() for p in found] == []


def test_an_end_on_the_very_day_of_the_next_value_or_of_the_document_is_right(tmp_path: Path) -> None:
    values = (
        '    2012-01-01: {value: "5", repealed_on: 2016-01-01, reference: [{document: cn-old, clause: 第一条}]}\n'
        '    2016-01-01: {value: "6", repealed_on: 2020-01-01, reference: [{document: cn-old, clause: 第一条}]}\n'
        '    2020-01-01: {value: "7", reference: [{document: cn-law, clause: 第一条}]}\n'
    )
    _, found = read_checked(write(tmp_path, {NEW: new(values)}))
    assert [p.sentence() for p in found] == []


def test_a_value_followed_in_time_needs_no_end_of_its_own(tmp_path: Path) -> None:
    values = (
        '    2012-01-01: {value: "5", reference: [{document: cn-old, clause: 第一条}]}\n'
        '    2020-01-01: {value: "7", reference: [{document: cn-law, clause: 第一条}]}\n'
    )
    _, found = read_checked(write(tmp_path, {NEW: new(values)}))
    assert found == ()
    _, found = read_checked(write(tmp_path, {NEW: new(values.replace("2020-01-01", "2020-01-02"))}))
    assert [p.code for p in found] == ["REG-025"]
