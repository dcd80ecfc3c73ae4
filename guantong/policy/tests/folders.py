"""A small, right set of region folders; tests change one file at a time."""

from __future__ import annotations

from pathlib import Path

NATION = """\
code: "100000"
name_zh: 中华人民共和国
level: nation
parent: null
"""
PROVINCE = """\
code: "530000"
name_zh: 云南省
level: province
parent: "100000"
"""
CITY = """\
code: "530100"
name_zh: 昆明市
level: prefecture
parent: "530000"
"""
NATION_DOCUMENTS = """\
documents:
  - id: cn-law
    title_zh: 职业教育法
    number: null
    issuer: 全国人大常委会
    issued_on: 2010-01-01
    in_force_from: 2010-01-01
    repealed_on: null
    level: nation
    state: in_force
  - id: cn-old
    title_zh: 旧办法
    number: 旧〔2010〕1号
    issuer: 教育部
    issued_on: 2010-01-01
    in_force_from: 2010-01-01
    repealed_on: 2020-01-01
    level: nation
    state: repealed
"""
PROVINCE_DOCUMENTS = """\
documents:
  - id: yn-measures
    title_zh: 云南办法
    number: 云〔2015〕2号
    issuer: 云南省教育厅
    issued_on: 2015-01-01
    in_force_from: 2015-01-01
    repealed_on: null
    level: province
    state: in_force
"""
SHARE = """\
plan.practice_share:
  description: 实践教学学时占总学时的比例
  metadata:
    short_label: 实践教学占比
    unit: percent
    system: T2
    bound: floor
    status: live
    last_checked_on: 2026-11-22
  values:
    2012-01-01:
      value: "50"
      reference: [{document: cn-law, clause: 第一条}]
"""
PROVINCE_SHARE = """\
plan.practice_share:
  metadata: {bound: floor, status: live, last_checked_on: 2026-11-22}
  values:
    2016-01-01:
      value: "55"
      reference: [{document: yn-measures, clause: 第二条}]
"""
CAP = """\
credit.certificate_cap:
  description: 每个证书可转换的最高学分
  metadata:
    {short_label: 证书上限, unit: credits, system: L4, bound: ceiling, status: live, last_checked_on: 2026-11-22}
  values:
    2012-01-01: {value: "10", reference: [{document: cn-law, clause: 第三条}]}
    2018-01-01: {value: "8", repealed_on: 2024-01-01, reference: [{document: cn-law, clause: 第四条}]}
"""
CLASS = """\
equivalence.advanced_worker_class:
  description: 高级工班毕业生比照的学历
  metadata: {short_label: 高级工班比照学历, unit: text, system: L6, status: live, last_checked_on: 2026-11-22}
  scoped:
    - scope: 职称评审
      values: {2012-01-01: {value: 大专, reference: [{document: cn-law, clause: 第五条}]}}
    - scope: 事业单位招聘
      values: {2014-01-01: {value: 专科, reference: [{document: cn-law, clause: 第六条}]}}
"""
CALENDAR = """\
years:
  2024:
    state: published
    document: cn-law
    clause: 第七条
    holidays:
      - {name: 元旦, days: [2024-01-01]}
      - {name: 国庆节, days: [2024-10-01, 2024-10-02, 2024-10-03, 2024-10-04, 2024-10-05, 2024-10-06, 2024-10-07]}
    workdays: [2024-09-29, 2024-10-12]
fixed_days:
  - {in_force_from: 2010-01-01, document: cn-law, clause: 第七条, days: ["01-01", "05-01", "10-01", "10-02", "10-03"]}
"""
GOOD = {
    "100000-china/region.yaml": NATION,
    "100000-china/documents/national.yaml": NATION_DOCUMENTS,
    "100000-china/parameters/plan/share.yaml": SHARE,
    "100000-china/parameters/credit/cap.yaml": CAP,
    "100000-china/parameters/equivalence/class.yaml": CLASS,
    "100000-china/calendar/years.yaml": CALENDAR,
    "530000-yunnan/region.yaml": PROVINCE,
    "530000-yunnan/documents/provincial.yaml": PROVINCE_DOCUMENTS,
    "530000-yunnan/parameters/plan/share.yaml": PROVINCE_SHARE,
    "530100-kunming/region.yaml": CITY,
}


def write(root: Path, changes: dict[str, str | None] | None = None) -> Path:
    """The good folders below ``root``/regions with some files replaced, added, or left out (None)."""
    files: dict[str, str | None] = {**GOOD, **(changes or {})}
    for name, text in files.items():
        if text is None:
            continue
        path = root / "regions" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root / "regions"
