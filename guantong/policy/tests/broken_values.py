"""Folders broken in a key, a value or its unit. ``#!`` marks the line that is told."""

from __future__ import annotations

from guantong.policy.tests.folders import CAP, PROVINCE, SHARE

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


Broken = tuple[str, str, str, list[str]]
"""File, its text, the code told, and words that must be said."""

BROKEN_VALUES: dict[str, Broken] = {
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
    "number of five thousand digits": (NEW, value('"' + "9" * 5000 + '"', "count"), "REG-010", ["应当是一个整数"]),
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
}
