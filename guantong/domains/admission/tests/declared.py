"""A small, right channel with its law; tests change one place at a time."""

# ruff: noqa: E501 - tables of YAML lines read best unbroken

from __future__ import annotations

from datetime import date
from pathlib import Path

from guantong.domains.admission.rules.declaration import Channel, examine, read_channel
from guantong.domains.admission.rules.places import PlaceFacts
from guantong.kernel.refusal import Problem
from guantong.policy.asking import Policy, load_policy
from guantong.policy.tests.folders import write

ON = date(2026, 3, 1)
FILE = "530000-yunnan/admission/exam.yaml"
PARAMETERS = """\
admission.floor:
  description: 技能占比下限
  metadata: {short_label: 技能占比, unit: percent, system: A2, bound: floor, status: live, last_checked_on: 2026-11-22}
  values: {2012-01-01: {value: "50", reference: [{document: cn-law, clause: 第十五条}]}}
admission.principle:
  description: 技能占比原则
  metadata:
    {short_label: 技能占比, unit: percent, system: A2, bound: floor, practice: principle, status: live,
    last_checked_on: 2026-11-22}
  values: {2012-01-01: {value: "70", reference: [{document: cn-law, clause: 第十六条}]}}
admission.line:
  description: 控制线
  metadata: {short_label: 控制线, unit: score, system: A2, status: live, last_checked_on: 2026-11-22}
  scoped:
    - scope: 文化
      values: {2012-01-01: {value: "90", reference: [{document: cn-law, clause: 第九条}]}}
    - scope: 总分
      values: {2012-01-01: {value: "250", reference: [{document: cn-law, clause: 第九条}]}}
admission.ties:
  description: 同分比较
  metadata: {short_label: 同分比较, unit: list, system: A3, status: live, last_checked_on: 2026-11-22}
  values: {2012-01-01: {value: [职业技能, 语文], reference: [{document: cn-law, clause: 第八条}]}}
admission.exempt:
  description: 免考人群
  metadata: {short_label: 免考人群, unit: list, system: A2, status: live, last_checked_on: 2026-11-22}
  values: {2012-01-01: {value: [退役军人, 农民工], reference: [{document: cn-law, clause: 第七条}]}}
admission.items:
  description: 简章内容
  metadata: {short_label: 简章内容, unit: list, system: A7, status: live, last_checked_on: 2026-11-22}
  values: {2012-01-01: {value: [学校性质, 学费标准], reference: [{document: cn-law, clause: 第三条}]}}
admission.reserved:
  description: 预留比例
  metadata: {short_label: 预留比例, unit: percent, system: A5, bound: floor, status: live, last_checked_on: 2026-11-22}
  values: {2012-01-01: {value: "10", reference: [{document: cn-law, clause: 第四条}]}}
admission.about_equal:
  description: 职普比
  metadata: {short_label: 职普比, unit: text, system: A5, practice: principle, status: live, last_checked_on: 2026-11-22}
  values: {2012-01-01: {value: 大体相当, reference: [{document: cn-law, clause: 第五条}]}}
admission.secondary_intake_uncapped:
  description: 不设上限
  metadata: {short_label: 不设上限, unit: flag, system: A5, status: live, last_checked_on: 2026-11-22}
  values: {2012-01-01: {value: true, reference: [{document: cn-law, clause: 第十条}]}}
admission.part_time_minimum_years:
  description: 非全日制最短年限
  metadata: {short_label: 最短年限, unit: years, system: A8, bound: floor, status: live, last_checked_on: 2026-11-22}
  values: {2012-01-01: {value: "1", reference: [{document: cn-law, clause: 第六条}]}}
"""
CHANNEL = """\
channels:
  - id: vocational-exam
    version: "1"
    title: 职教高考
    systems: [A2]
    in_force_from: 2020-01-01
    references: [{document: yn-measures, clause: 第一条}]
    calendar:
      plans: {from: "11-10", until: "12-20", years_before: 1}
      registration: {from: "01-05", until: "03-01"}
      choices: {from: "03-05", until: "03-10"}
      references: [{document: yn-measures, clause: 第二条}]
    attributes:
      - {id: group, title: 考生类别, choices: [中职毕业生, 普通高中毕业生, 退役军人, 农民工], required: true}
      - {id: height, title: 身高, kind: number}
      - {id: sighted, title: 色觉正常, kind: flag}
      - {id: area, title: 报考大类, kind: choice, choices: [护理, 机械], required: true}
    parts:
      - {id: culture, title: 文化素质}
      - {id: skill, title: 职业技能}
    papers:
      - {id: chinese, title: 语文, part: culture, full_mark: "150", step: "0.5", references: [{document: yn-measures, clause: 第五条}]}
      - {id: mathematics, title: 数学, part: culture, full_mark: "100", references: [{document: yn-measures, clause: 第五条}]}
      - id: practice
        title: 技能操作
        part: skill
        full_mark: "300"
        who: {key: group, not_equals: 普通高中毕业生}
        references: [{document: yn-measures, clause: 第五条}]
      - id: comprehensive
        title: 综合测试
        part: skill
        full_mark: "300"
        who: {key: group, equals: 普通高中毕业生}
        references: [{document: yn-measures, clause: 第五条}]
    total:
      skill_parts: [skill]
      weights: {mathematics: "1.5"}
      floor: {parameter: admission.floor}
      references: [{document: yn-measures, clause: 第六条}]
    exemptions:
      - id: soldiers
        title: 退役军人免文化考试
        who: {key: group, in: {parameter: admission.exempt}}
        parts: [culture]
        instead: own_line
        references: [{document: cn-law, clause: 第七条}]
    policy_points:
      combine: highest
      limit: "20"
      references: [{document: yn-measures, clause: 第七条}]
      items:
        - {id: tall, title: 身高加分, who: {key: height, at_least: 200}, points: "10", references: [{document: yn-measures, clause: 第七条}]}
        - {id: eyes, title: 色觉加分, who: {key: sighted, equals: true}, points: "5", references: [{document: yn-measures, clause: 第七条}]}
    lines:
      - {id: culture-line, title: 文化线, key: culture, at_least: {parameter: admission.line, scope: 文化}, references: [{document: yn-measures, clause: 第八条}]}
      - {id: total-line, title: 总分线, key: total, at_least: {parameter: admission.line, scope: 总分}, references: [{document: yn-measures, clause: 第八条}]}
    conditions:
      - id: nursing
        title: 护理专业要求
        places: {category: 护理}
        require: {all: [{key: height, at_least: "155"}, {key: sighted, equals: true}]}
        references: [{document: yn-measures, clause: 第九条}]
    matches:
      - {id: area-match, title: 大类对口, attribute: area, column: category, references: [{document: yn-measures, clause: 第十条}]}
    kinds_of_place:
      - {id: ordinary, title: 普通计划, references: [{document: yn-measures, clause: 第十一条}]}
      - id: veterans
        title: 退役军人计划
        who: {key: group, equals: 退役军人}
        lines:
          - {id: veterans-line, title: 退役军人线, key: total, at_least: "150", references: [{document: yn-measures, clause: 第十一条}]}
        references: [{document: yn-measures, clause: 第十一条}]
    quotas:
      - id: farmers
        title: 农民工名额
        places: {kind: ordinary}
        who: {key: group, equals: 农民工}
        share: "0.25"
        kind: floor
        order: after
        lines:
          - {id: farmers-line, title: 农民工线, key: total, at_least: "180", references: [{document: yn-measures, clause: 第十二条}]}
        references: [{document: yn-measures, clause: 第十二条}]
    shares:
      - id: reserved
        title: 中职毕业生占比
        parameter: admission.reserved
        numerator: {count: admitted, who: {key: group, equals: 中职毕业生}}
        denominator: {count: admitted}
        references: [{document: yn-measures, clause: 第十三条}]
    batches:
      - id: first
        title: 第一批
        unit: group
        list_length: "45"
        programmes_in_group: "6"
        mechanism: parallel
        ratio: "1.05"
        reassignment: order_of_places
        missing: last
        order: [{key: total}, {parameter: admission.ties}]
        ties: admit_all
        supplementary:
          rounds: "2"
          floor: {key: total, at_least: "250", step: "20"}
        references: [{document: yn-measures, clause: 第十四条}]
      - id: second
        title: 第二批
        unit: place
        list_length: "3"
        mechanism: deferred_acceptance
        missing: last
        order: [{key: total}]
        ties: lottery
        weights:
          - {id: heavy, title: 机械加重, places: {category: 机械}, keys: {practice: "1.5"}, references: [{document: yn-measures, clause: 第十五条}]}
        references: [{document: yn-measures, clause: 第十五条}]
    bars:
      - {id: once, title: 录取后不再参加单招, when: admitted_here, barred_from: [school-exam], references: [{document: yn-measures, clause: 第十六条}]}
    prospectus: {items: {parameter: admission.items}, references: [{document: yn-measures, clause: 第十七条}]}
    openings:
      - {id: results, title: 录取结果, stage: confirmation, references: [{document: yn-measures, clause: 第十八条}]}
"""


def policy_with(root: Path, text: str = CHANNEL, more: dict[str, str | None] | None = None) -> Policy:
    """The law with this channel of the province."""
    files: dict[str, str | None] = {"100000-china/parameters/admission/all.yaml": PARAMETERS, FILE: text}
    return load_policy(write(root, {**files, **(more or {})}))


def channel_in(root: Path, text: str = CHANNEL) -> Channel:
    """The channel as read."""
    policy = policy_with(root, text)
    (entry,) = policy.raw("530000", "admission")
    return read_channel(entry, policy.law("530000", ON))


def faults_in(root: Path, text: str) -> tuple[Problem, ...]:
    """Every fault of the channel."""
    policy = policy_with(root, text)
    (entry,) = policy.raw("530000", "admission")
    return examine(entry, policy.law("530000", ON))[1]


def changed(old: str, new: str, text: str = CHANNEL) -> str:
    """The channel with one place changed; the place must be there once."""
    assert text.count(old) == 1, (text.count(old), old)
    return text.replace(old, new)


def place(**changes: object) -> PlaceFacts:
    """A place of the first batch."""
    values: dict[str, object] = {
        "id": "P1", "school": "S1", "programme": "410101", "kind": "ordinary", "seats": 40, "batch": "first",
        "group": "S1-01", "category": "机械", "level": "higher", **changes,
    }  # fmt: skip
    return PlaceFacts(**values)  # type: ignore[arg-type]
