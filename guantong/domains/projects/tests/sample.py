"""One procedure with everything the desk shows: form, conditions, levels, notice, title."""

from __future__ import annotations

BASE = """\
id: sample-base
version: "1"
title: 样例实训基地认定
help: 学校建设的实训基地，经市级审核、公示后认定。
systems: [E3]
in_force_from: 2024-09-01
source: local
note: 只为测试而写。
subject: projects.declaration
who_may_declare: {roles: [project_officer, enterprise_officer], of: school}
form:
  - {id: name, title: 基地名称, kind: text}
  - {id: seats, title: 工位数, kind: integer, unit: 个, least: "0", help: 按可以同时实训的人数计。}
  - {id: spent, title: 设备投入, kind: money, required: false}
materials:
  - {id: plan, title: 建设方案, required: false, kinds: [pdf], max_megabytes: 5, source: local, note: 测试。}
conditions:
  id: whole
  label: 认定条件
  all:
    - {id: seats, label: 工位够数, fact: declared.seats, at_least: 40, unit: 个, source: local, note: 样例。}
    - {id: spent, label: 投入够数, fact: declared.spent, at_least: "100000", source: local, note: 样例。}
grants:
  register: sample-bases
  register_name: 样例实训基地名册
  name: 样例实训基地
  item: declared.name
  holder: organisation
  years: 3
  public: [holder, item, from, until, number, authority]
reasons:
  - {id: thin, title: 建设内容不足。, source: local, note: 测试。}
steps:
  - id: declare
    title: 填写申报
    of: declarer
    actions: [{id: submit, title: 提交申报, to: review, needs: [declaration, conditions]}]
  - id: review
    title: 主管部门审核
    role: bureau_reviewer
    of: authority
    deadline: {working_days: 10, source: local, note: 测试。}
    on_timeout: remind
    actions:
      - {id: approve, title: 同意并公示, to: notice, needs: [opinion]}
      - {id: return, title: 退回补正, to: correct, needs: [items]}
      - {id: refuse, title: 不予认定, to: refused, needs: [reasons, opinion]}
  - id: correct
    title: 补正
    of: declarer
    only_items: true
    deadline: {working_days: 10, source: local, note: 测试。}
    on_timeout: {lapse: lapsed}
    actions: [{id: submit, title: 重新提交, to: back, needs: [declaration, conditions]}]
  - id: notice
    title: 公示
    role: bureau_reviewer
    of: authority
    publicity:
      show: [organisation, declared.name]
      objections: {to: review, deadline: {working_days: 10, source: local, note: 测试。}, source: local, note: 测试。}
    deadline: {working_days: 5, source: local, note: 测试。}
    on_timeout: {lapse: recognised}
    actions: []
outcomes:
  - {id: recognised, title: 认定, kind: granted, effect: grant, notice: 已经认定。}
  - {id: refused, title: 不予认定, kind: refused, notice: 没有认定，理由见决定。}
  - {id: withdrawn, title: 已撤回, kind: withdrawn, notice: 已经撤回。}
  - {id: lapsed, title: 逾期未补正, kind: lapsed, notice: 逾期没有补正。}
  - {id: upheld, title: 维持, kind: upheld, notice: 维持原决定。}
  - {id: overturned, title: 改为认定, kind: overturned, effect: grant, notice: 改为认定。}
withdrawal: {at: [declare, review, correct], to: withdrawn}
appeal:
  against: [refused]
  within: {working_days: 15, source: local, note: 测试。}
  further: 可以依法申请行政复议。
  source: local
  note: 测试。
  steps:
    - id: again
      title: 复核
      role: bureau_approver
      of: authority
      actions:
        - {id: uphold, kind: refuse, title: 维持, to: upheld, needs: [opinion]}
        - {id: overturn, kind: approve, title: 改变, to: overturned, needs: [opinion]}
"""

PERSON = """\
id: sample-leader
version: "1"
title: 样例带头人申报
systems: [T3]
in_force_from: 2024-09-01
source: local
note: 只为测试而写。
subject: projects.declaration
who_may_declare: {roles: [learner], of: learner}
form: [{id: years, title: 从教年数, kind: integer, unit: 年}]
grants: {register: sample-leaders, name: 样例带头人, holder: person}
steps:
  - id: declare
    title: 填写申报
    of: declarer
    actions: [{id: submit, title: 提交, to: school, needs: [declaration]}]
  - id: school
    title: 学校审核
    role: academic_officer
    of: school
    actions:
      - {id: approve, title: 同意, to: recognised, needs: [opinion]}
outcomes:
  - {id: recognised, title: 认定, kind: granted, effect: grant, notice: 已经认定。}
appeal: {none: 没有不同意的结果。, source: local, note: 测试。}
"""

ABOUT = """\
id: sample-inspection
version: "1"
title: 样例抽查
systems: [E3]
in_force_from: 2024-09-01
source: local
note: 只为测试而写。
subject: projects.declaration
who_may_declare: {roles: [bureau_reviewer], of: authority}
form: [{id: found, title: 抽查发现, kind: long_text}]
steps:
  - id: declare
    title: 登记抽查
    of: declarer
    actions: [{id: submit, title: 登记, to: noted, needs: [declaration]}]
outcomes:
  - {id: noted, title: 已登记, kind: granted, notice: 抽查已经登记。}
appeal: {none: 抽查本身不是处理决定。, source: local, note: 测试。}
"""
