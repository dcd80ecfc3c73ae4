"""Folders broken in how their files stand to each other: dates, parents, entries. ``#!`` marks the line told."""

from __future__ import annotations

from guantong.policy.tests.broken_values import NEW, REFERENCE, Broken, new, value
from guantong.policy.tests.folders import (
    CALENDAR,
    CAP,
    CLASS,
    NATION_DOCUMENTS,
    PROVINCE,
    PROVINCE_DOCUMENTS,
    PROVINCE_SHARE,
    SHARE,
)

BROKEN_PLACES: dict[str, Broken] = {
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
        ["要到2019年6月1日才终止", "2018年1月1日起施行的值在时间上重叠", "改为 2018-01-01 或更早", "用途：通用"],
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
        ["终止日期2011年1月1日不晚于施行日期2012年1月1日"],
    ),
    "value outliving its document": (
        NEW,
        new('    2012-01-01: {value: "5", reference: [{document: cn-old, clause: 第一条}]} #!\n'),
        "REG-025",
        ["《旧办法》", "2020年1月1日", "repealed_on: 2020-01-01"],
    ),
    "value after its document": (
        NEW,
        new('    2021-01-01: {value: "5", reference: [{document: cn-old, clause: 第一条}]} #!\n'),
        "REG-045",
        ["《旧办法》在此之前已于2020年1月1日终止"],
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
        ["2023年1月1日", "不在 2024 年"],
    ),
    "worked Wednesday": (
        "530000-yunnan/calendar/x.yaml",
        CALENDAR.split("fixed_days")[0]
        .replace("workdays: [2024-09-29", "workdays: [2024-09-25")
        .replace("12]", "12] #!"),
        "REG-033",
        ["2024年9月25日", "本来就不是周末"],
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
