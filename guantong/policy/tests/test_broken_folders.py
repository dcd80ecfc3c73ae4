"""One deliberately broken region folder per message: file, line, what, what to do. ``#!`` marks the line told."""

from __future__ import annotations

from pathlib import Path

import pytest

from guantong.kernel.refusal import Refusal
from guantong.policy.asking import load_policy
from guantong.policy.reading.loading import read_checked
from guantong.policy.tests import folders
from guantong.policy.tests.folders import (
    CALENDAR,
    CAP,
    CLASS,
    NATION_DOCUMENTS,
    PROVINCE,
    PROVINCE_DOCUMENTS,
    PROVINCE_SHARE,
    SHARE,
    write,
)

NEW = "100000-china/parameters/plan/new.yaml"
NEW_HEAD = """\
plan.new:
  description: 新参数
  metadata: {short_label: 新, unit: UNIT, system: T2, bound: BOUND, status: live, last_checked_on: 2026-11-22}
  values:
"""
REFERENCE = "reference: [{document: cn-law, clause: 第九条}]"


def new(values: str, unit: str = "percent", bound: str = "floor") -> str:
    """A further parameter of the nation with these values."""
    return NEW_HEAD.replace("UNIT", unit).replace("BOUND", bound) + values


def value(written: str, unit: str = "percent") -> str:
    """One value, marked as the line that is told."""
    return new(f"    2012-01-01:\n      {REFERENCE}\n      value: {written} #!\n", unit)


BROKEN: dict[str, tuple[str, str, str, list[str]]] = {
    # name: (file, its text, code, words that must be said)
    "duplicate key": (
        "100000-china/parameters/credit/cap.yaml",
        CAP + '    2018-01-01: {value: "9", reference: [{document: cn-law, clause: 第四条}]} #!\n',
        "REG-002",
        ["“2018-01-01”写了两次", "第一次在第 7 行", "只保留一个"],
    ),
    "duplicate parameter in one file": (NEW, SHARE + SHARE.replace("share:", "share: #!"), "REG-002", ["写了两次"]),
    "unknown key of a value": (
        NEW,
        new(f'    2012-01-01:\n      valeu: "5" #!\n      value: "5"\n      {REFERENCE}\n'),
        "REG-004",
        ["不认识键“valeu”", "您是否想写“value”"],
    ),
    "unknown key of metadata": (
        NEW,
        SHARE.replace("plan.practice_share", "plan.new").replace("    bound:", "    bond: floor #!\n    bound:"),
        "REG-004",
        ["metadata里不认识键“bond”", "bound"],
    ),
    "unknown key of a region": (
        "530000-yunnan/region.yaml",
        PROVINCE + "capital: 昆明 #!\n",
        "REG-004",
        ["region.yaml里不认识键“capital”", "可以写的有：code"],
    ),
    "missing clause": (
        NEW,
        new('    2012-01-01:\n      value: "5"\n      reference:\n        - {document: cn-law} #!\n'),
        "REG-011",
        ["引用文件“cn-law”时没有写条款", "clause: 第十二条"],
    ),
    "empty clause": (
        NEW,
        new('    2012-01-01:\n      value: "5"\n      reference:\n        - {document: cn-law, clause: ""} #!\n'),
        "REG-011",
        ["没有写条款"],
    ),
    "no reference at all": (NEW, new('    2012-01-01: {value: "5"} #!\n'), "REG-037", ["没有依据", "source: local"]),
    "more than a hundred percent": (NEW, value('"120"'), "REG-010", ["“120”不能作为“百分比”的值", "不能大于 100"]),
    "negative percent": (NEW, value('"-1"'), "REG-010", ["不能是负数"]),
    "negative count": (NEW, value('"-3"', "count"), "REG-010", ["“-3”不能作为“数量”的值", "不能是负数"]),
    "part of a count": (NEW, value('"2.5"', "count"), "REG-010", ["应当是一个整数"]),
    "finer than a hundredth of a credit": (NEW, value('"0.125"', "credits"), "REG-010", ["最多 2 位小数"]),
    "binary float": (NEW, value("2.5", "credits"), "REG-009", ["“2.5”没有加引号", "二进制浮点数", '写成 "2.5"']),
    "leading zero": (NEW, value("010", "count"), "REG-009", ["“010”没有加引号"]),
    "bad fraction": (NEW, value('"1/0"', "fraction"), "REG-010", ["应当写成“1/3”"]),
    "fraction above one": (NEW, value('"4/3"', "fraction"), "REG-010", ["应当在 0 与 1 之间"]),
    "bad ratio": (NEW, value('"18"', "ratio"), "REG-010", ["应当写成“1:18”"]),
    "range the wrong way round": (NEW, value('"18..16"', "range"), "REG-010", ["前一个数不能大于后一个数"]),
    "no hours for a credit": (NEW, value('"0"', "hours_per_credit"), "REG-010", ["应当大于零"]),
    "number in words": (NEW, value("五十"), "REG-010", ["应当是一个十进制数"]),
    "day of the year that is none": (NEW, value('"02-30"', "month_day"), "REG-010", ["写成“12-15”"]),
    "list of doubles": (NEW, value("[甲, 乙, 甲]", "list"), "REG-010", ["“甲”", "重复"]),
    "text where a list belongs": (NEW, value("甲", "list"), "REG-006", ["应当是列表", "“甲”"]),
    "rows of different columns": (
        NEW,
        new(f"    2012-01-01:\n      {REFERENCE}\n      value:\n        - {{a: x}}\n        - {{b: y}} #!\n", "table"),
        "REG-010",
        ["每一行的列应当都是：a"],
    ),
    "quoted flag": (NEW, value('"true"', "flag"), "REG-006", ["不加引号的 true 或 false"]),
    "yes as text": (NEW, value("yes", "text"), "REG-006", ["是非词要加引号"]),
    "unknown unit": (
        NEW,
        SHARE.replace("plan.practice_share", "plan.new").replace("unit: percent", "unit: percents #!"),
        "REG-007",
        ["“unit”不能写“percents”", "percent、permille"],
    ),
    "unknown status": (
        NEW,
        SHARE.replace("plan.practice_share", "plan.new").replace("status: live", "status: active #!"),
        "REG-007",
        ["“status”不能写“active”", "live、draft"],
    ),
    "missing status": (
        NEW,
        SHARE.replace("plan.practice_share", "plan.new")
        .replace("    status: live\n", "")
        .replace("metadata:", "metadata: #!"),
        "REG-005",
        ["metadata缺少“status”"],
    ),
    "missing value": (NEW, new(f"    2012-01-01: #!\n      {REFERENCE}\n"), "REG-005", ["缺少“value”"]),
    "no values": (
        NEW,
        "plan.new: #!\n  description: 新\n"
        "  metadata: {short_label: 新, unit: text, system: T2, status: live, last_checked_on: 2026-11-22}\n",
        "REG-042",
        ["参数“plan.new”没有任何值"],
    ),
    "date that does not exist": (
        NEW,
        new(f'    2012-02-30: {{value: "5", {REFERENCE}}} #!\n'),
        "REG-008",
        ["“2012-02-30”不是一个存在的日期"],
    ),
    "date of another form": (
        NEW,
        new(f'    2012-01-01:\n      value: "5"\n      repealed_on: 2013/1/1 #!\n      {REFERENCE}\n'),
        "REG-008",
        ["“repealed_on”填的“2013/1/1”"],
    ),
    "below the parent's floor": (
        "530000-yunnan/parameters/plan/share.yaml",
        PROVINCE_SHARE.replace("2016-01-01:", "2016-01-01: #!").replace('"55"', '"40"'),
        "REG-019",
        ["云南省的值 40% 低于中华人民共和国规定的下限 50%", "《职业教育法》第一条", "《云南办法》第二条"],
    ),
    "above the parent's ceiling": (
        "530000-yunnan/parameters/credit/cap.yaml",
        "credit.certificate_cap:\n  metadata: {bound: ceiling, status: live, last_checked_on: 2026-11-22}\n  values:\n"
        '    2019-01-01: {value: "9", reference: [{document: yn-measures, clause: 第三条}]} #!\n',
        "REG-021",
        ["云南省的值 9 学分 高于中华人民共和国规定的上限 8 学分", "《职业教育法》第四条"],
    ),
    "document that is not there": (
        NEW,
        new('    2012-01-01:\n      value: "5"\n      reference:\n        - {document: cn-lwa, clause: 第一条} #!\n'),
        "REG-012",
        ["“cn-lwa”", "最接近的编号：cn-law"],
    ),
    "document of a child region": (
        NEW,
        new('    2016-01-01:\n      value: "5"\n      reference:\n        - {document: yn-measures, clause: 一} #!\n'),
        "REG-012",
        ["录在地区 530000，那里不是本地区的上级"],
    ),
    "reference of a procedure": (
        "100000-china/procedures/conversion.yaml",
        "id: conversion\nversion: 1\nreferences:\n  - {document: cn-nothing, clause: 第一条} #!\n",
        "REG-012",
        ["“cn-nothing”"],
    ),
    "clause of a code list": (
        "100000-china/codes/grades.yaml",
        "codes:\n  - id: grade\n    references:\n      - {document: cn-law} #!\n    items: []\n",
        "REG-011",
        ["没有写条款"],
    ),
    "overlapping dates": (
        "100000-china/parameters/credit/cap.yaml",
        CAP.replace('{value: "10",', '{value: "10", repealed_on: 2019-06-01,').replace(
            "条}]}\n    2018", "条}]} #!\n    2018"
        ),
        "REG-023",
        ["要到2019-06-01才终止", "2018-01-01起施行的值在时间上重叠", "用途：通用"],
    ),
    "overlap within a scope": (
        "100000-china/parameters/equivalence/class.yaml",
        CLASS.replace(
            "      values: {2014-01-01: {value: 专科, reference: [{document: cn-law, clause: 第六条}]}}\n",
            "      values:\n"
            "        2014-01-01: {value: 专科, repealed_on: 2017-01-01, reference: [{document: cn-law, clause: 六}]}"
            " #!\n        2016-01-01: {value: 大专, reference: [{document: cn-law, clause: 六}]}\n",
        ),
        "REG-023",
        ["用途：事业单位招聘"],
    ),
    "repealed before in force": (
        NEW,
        new(f'    2012-01-01:\n      value: "5"\n      repealed_on: 2011-01-01 #!\n      {REFERENCE}\n'),
        "REG-024",
        ["终止日期2011-01-01不晚于施行日期2012-01-01"],
    ),
    "value outliving its document": (
        NEW,
        new('    2012-01-01: {value: "5", reference: [{document: cn-old, clause: 第一条}]} #!\n'),
        "REG-025",
        ["《旧办法》", "2020-01-01", "repealed_on: 2020-01-01"],
    ),
    "value after its document": (
        NEW,
        new('    2021-01-01: {value: "5", reference: [{document: cn-old, clause: 第一条}]} #!\n'),
        "REG-045",
        ["《旧办法》在此之前已于2020-01-01终止"],
    ),
    "live value on a draft document": (
        "530000-yunnan/documents/provincial.yaml",
        PROVINCE_DOCUMENTS.replace("in_force\n", "draft\n"),
        "REG-047",
        ["只依据征求意见的文件《云南办法》", "status: draft"],
    ),
    "scope written twice": (
        "100000-china/parameters/equivalence/class.yaml",
        CLASS.replace("- scope: 事业单位招聘", "- scope: 职称评审 #!"),
        "REG-030",
        ["用途“职称评审”写了两次"],
    ),
    "missing parent": (
        "530000-yunnan/region.yaml",
        PROVINCE.replace('code: "530000"', 'code: "530000" #!').replace("100000", "110000"),
        "REG-016",
        ["上级地区“110000”没有对应的文件夹"],
    ),
    "circle of parents": (
        "530000-yunnan/region.yaml",
        PROVINCE.replace('code: "530000"', 'code: "530000" #!').replace("100000", "530100"),
        "REG-017",
        ["530000 → 530100 → 530000"],
    ),
    "nation with a parent": (
        "530000-yunnan/region.yaml",
        PROVINCE.replace("level: province", "level: nation").rstrip() + " #!\n",
        "REG-035",
        ["国家一级不能有上级"],
    ),
    "same code twice": (
        "530000-yunnan2/region.yaml",
        PROVINCE.replace('code: "530000"', 'code: "530000" #!'),
        "REG-014",
        ["“530000”已经由文件夹“530000-yunnan”使用"],
    ),
    "folder name": (
        "540000-tibet/region.yaml",
        PROVINCE.replace('code: "530000"', 'code: "550000" #!'),
        "REG-015",
        ["文件夹名“540000-tibet”与地区代码“550000”不一致", "“550000-英文简称”"],
    ),
    "invented without saying so": (
        "990000-demo/region.yaml",
        'code: "990000"\nname_zh: 某省\nlevel: province\nparent: "100000"\ninvented: false #!\n',
        "REG-036",
        ["990000 属于虚构地区，却没有标明虚构"],
    ),
    "invented under a real code": (
        "540000-tibet/region.yaml",
        'code: "540000" #!\nname_zh: 某省\nlevel: province\nparent: "100000"\ninvented: true\nnotice: 虚构\n',
        "REG-036",
        ["使用了真实地区的代码 540000"],
    ),
    "document twice": (
        "530000-yunnan/documents/more.yaml",
        NATION_DOCUMENTS.replace("- id: cn-law", "- id: cn-law #!").split("  - id: cn-old")[0],
        "REG-013",
        ["“cn-law”已经在 regions/100000-china/documents/national.yaml 第 2 行 用过"],
    ),
    "repealed document without a day": (
        "100000-china/documents/more.yaml",
        NATION_DOCUMENTS.split("  - id: cn-old")[0].replace("cn-law", "cn-more").replace("in_force\n", "repealed #!\n"),
        "REG-040",
        ["却没有 repealed_on"],
    ),
    "document number left out": (
        "100000-china/documents/more.yaml",
        NATION_DOCUMENTS.split("  - id: cn-old")[0]
        .replace("id: cn-law", "id: cn-more #!")
        .replace("    number: null\n", ""),
        "REG-005",
        ["文件“cn-more”缺少“number”"],
    ),
    "parameter in two files": (
        "100000-china/parameters/plan/zz.yaml",
        SHARE.replace("share:", "share: #!"),
        "REG-018",
        ["“plan.practice_share”在本地区已经由 regions/100000-china/parameters/plan/share.yaml 第 1 行 定义"],
    ),
    "parameter in the wrong folder": (
        "100000-china/parameters/credit/new.yaml",
        new(f'    2012-01-01: {{value: "5", {REFERENCE}}}\n').replace("plan.new:", "plan.new: #!"),
        "REG-029",
        ["它放在了文件夹“credit”里"],
    ),
    "parameter nobody defined": (
        "530000-yunnan/parameters/plan/share.yaml",
        PROVINCE_SHARE.replace("plan.practice_share:", "plan.practise_share: #!").replace(
            "{bound", "{unit: percent, bound"
        ),
        "REG-043",
        ["“plan.practise_share”在上级地区没有定义", "缺少“description”", "plan.practice_share"],
    ),
    "another unit than the parent's": (
        "530000-yunnan/parameters/plan/share.yaml",
        PROVINCE_SHARE.replace("plan.practice_share:", "plan.practice_share: #!").replace(
            "{bound", "{unit: count, bound"
        ),
        "REG-026",
        ["写的是“count”", "“percent”"],
    ),
    "direction without a target": (
        NEW,
        SHARE.replace("plan.practice_share", "plan.new").replace(
            "    bound: floor\n", "    bound: floor\n    direction: at_most #!\n"
        ),
        "REG-044",
        ["“direction”不能与 bound: floor 一起使用"],
    ),
    "anchor": (NEW, value("&a 5"), "REG-003", ["锚点（&a）", "只允许直接写出的值"]),
    "alias": (
        NEW,
        new(f'    2012-01-01:\n      value: "5"\n      {REFERENCE}\n      note: *a #!\n'),
        "REG-003",
        ["别名（*a）"],
    ),
    "tag": (NEW, value("!!python/object/apply:os.system [ls]"), "REG-003", ["标签（tag:yaml.org,2002:python/object"]),
    "second document": (
        NEW,
        new(f'    2012-01-01: {{value: "5", {REFERENCE}}}\n') + "--- #!\na: b\n",
        "REG-003",
        ["第二个文档"],
    ),
    "brackets that do not match": (NEW, value("[甲, 乙"), "REG-001", ["不符合 YAML 的写法", "缩进、冒号、引号和括号"]),
    "tab": (NEW, "plan.new:\n\tdescription: 新 #!\n", "REG-001", ["制表符"]),
    "strange file": ("100000-china/parameters/plan/new.yml", "a: b\n", "REG-028", ["不认识“new.yml”", ".yaml"]),
    "strange folder": ("100000-china/params/x.yaml", "a: b\n", "REG-028", ["不认识“params”", "parameters/"]),
    "calendar day of another year": (
        "530000-yunnan/calendar/x.yaml",
        CALENDAR.split("fixed_days")[0]
        .replace("cn-law", "cn-law")
        .replace("[2024-01-01]", "[2023-01-01]")
        .replace("元旦, ", "元旦, ")
        .replace("days: [2023-01-01]}", "days: [2023-01-01]} #!"),
        "REG-033",
        ["2023-01-01", "不在 2024 年"],
    ),
    "worked Wednesday": (
        "530000-yunnan/calendar/x.yaml",
        CALENDAR.split("fixed_days")[0]
        .replace("workdays: [2024-09-29", "workdays: [2024-09-25")
        .replace("12]", "12] #!"),
        "REG-033",
        ["2024-09-25", "本来就不是周末"],
    ),
    "example with both outcomes": (
        "530000-yunnan/cases/x.yaml",
        '- name: 例 #!\n  parameter: plan.practice_share\n  region: "530000"\n  on: 2020-01-01\n'
        '  expect: "55"\n  refuses: POL-004\n',
        "REG-034",
        ["恰好写一个"],
    ),
    "two procedures of one id and version": (
        "530000-yunnan/procedures/x.yaml",
        "procedures:\n  - {id: a, version: 1}\n  - {id: a, version: 1} #!\n",
        "REG-032",
        ["编号“a”（版本 1）"],
    ),
    "bare decimal in a procedure": (
        "530000-yunnan/procedures/x.yaml",
        "id: a\nweights:\n  skill: 0.7 #!\n",
        "REG-009",
        ["“skill”", "0.7"],
    ),
}


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
