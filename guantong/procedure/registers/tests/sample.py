"""Two small procedures: one recognises teachers by level, others follow the title up."""

from __future__ import annotations

GRANTING = """\
id: sample-teachers
version: "1"
title: 样例教师认定
systems: [T3]
in_force_from: 2024-09-01
source: local
note: 只为测试而写。
subject: tests.teacher
who_may_declare: {roles: [learner], of: learner}
form:
  - id: level
    title: 申报等级
    kind: choice
    choices: [{id: junior, title: 初级}, {id: middle, title: 中级}]
grants:
  register: sample-dual
  register_name: 样例教师名册
  name: 样例双师型教师
  level: declared.level
  holder: person
  years: 3
  public: [holder, organisation, level, from, until, number, authority]
steps:
  - id: declare
    title: 填写申请
    of: declarer
    actions: [{id: submit, title: 提交, to: review, needs: [declaration]}]
  - id: review
    title: 学校审核
    role: academic_officer
    of: school
    actions:
      - {id: approve, title: 认定, to: recognised, needs: [opinion]}
      - {id: refuse, title: 不予认定, to: refused, needs: [opinion]}
outcomes:
  - {id: recognised, title: 认定, kind: granted, effect: grant, notice: 您已被认定。}
  - {id: refused, title: 不予认定, kind: refused, notice: 您没有通过认定。}
appeal: {against: [refused], within: {working_days: 15, source: local, note: 测试。}, further: 可以向主管部门反映。,
  source: local, note: 测试。, steps: [{id: again, title: 复核, role: bureau_reviewer, of: authority, actions: [
    {id: uphold, kind: refuse, title: 维持, to: upheld, needs: [opinion]},
    {id: overturn, kind: approve, title: 改变, to: overturned, needs: [opinion]}]}]}
"""
GRANTING = GRANTING.replace(
    "appeal:",
    """  - {id: upheld, title: 维持, kind: upheld, notice: 维持原决定。}
  - {id: overturned, title: 改为认定, kind: overturned, effect: grant, notice: 改为认定。}
appeal:""",
)

FOLLOWING = """\
id: sample-check
version: "1"
title: 样例称号复核
systems: [T3]
in_force_from: 2024-09-01
source: local
note: 只为测试而写。
subject: registers.title
who_may_declare: {roles: [academic_officer], of: school}
about: {register: sample-dual, states: [standing, suspended, expired, withdrawn]}
opens: {each_year: "11-01"}
steps:
  - id: review
    title: 复核
    role: academic_officer
    of: school
    actions:
      - {id: renew, kind: approve, title: 续期, to: renewed, needs: [opinion]}
      - {id: pause, kind: refuse, title: 暂停, to: suspended, needs: [opinion]}
      - {id: restore, kind: approve, title: 恢复, to: restored, needs: [opinion]}
      - {id: withdraw_title, kind: refuse, title: 撤销, to: taken, needs: [opinion]}
      - {id: keep, kind: approve, title: 保留, to: kept, needs: [opinion]}
outcomes:
  - {id: renewed, title: 续期, kind: granted, effect: renew, notice: 已经续期。}
  - {id: suspended, title: 暂停, kind: granted, effect: suspend, notice: 已经暂停。}
  - {id: restored, title: 恢复, kind: granted, effect: restore, notice: 已经恢复。}
  - {id: taken, title: 撤销, kind: granted, effect: withdraw, notice: 已经撤销。}
  - {id: kept, title: 保留, kind: granted, effect: none, notice: 继续有效。}
appeal: {none: 对复核结果有不同意见的，可以向主管部门反映。, source: local, note: 测试。}
"""

RELYING = """\
id: sample-leader
version: "1"
title: 样例带头人申报
systems: [T3]
in_force_from: 2024-09-01
source: local
note: 只为测试而写。
subject: tests.leader
who_may_declare: {roles: [learner], of: learner}
form: [{id: years, title: 年数, kind: integer}]
conditions:
  id: whole
  label: 条件
  all:
    - {id: dual, label: 是双师型教师, fact: title.sample-dual, present: true, source: local, note: 样例。}
    - {id: middle, label: 中级以上, fact: title_level.sample-dual, in: [中级], source: local, note: 样例。}
steps:
  - id: declare
    title: 填写申请
    of: declarer
    actions: [{id: submit, title: 提交, to: review, needs: [declaration, conditions]}]
  - id: review
    title: 学校审核
    role: academic_officer
    of: school
    actions: [{id: approve, title: 同意, to: recognised, needs: [opinion]}]
outcomes:
  - {id: recognised, title: 同意, kind: granted, notice: 已经同意。}
appeal: {none: 没有不同意的结果。, source: local, note: 测试。}
"""
