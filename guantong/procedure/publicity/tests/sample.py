"""A procedure that shows a list before it decides, and one the public opens."""

from __future__ import annotations

SHOWN = """\
id: sample-shown
version: "1"
title: 样例基地认定
systems: [T3]
in_force_from: 2024-09-01
source: local
note: 只为测试而写。
subject: tests.base
who_may_declare: {roles: [academic_officer], of: school}
form:
  - {id: name, title: 基地名称, kind: text}
  - {id: leader, title: 负责人, kind: text}
  - {id: phone, title: 联系电话, kind: text}
steps:
  - id: declare
    title: 填写申请
    of: declarer
    actions: [{id: submit, title: 提交, to: notice, needs: [declaration]}]
  - id: again
    title: 重新审核
    role: bureau_reviewer
    of: authority
    actions:
      - {id: approve, title: 同意, to: notice, needs: [opinion]}
      - {id: refuse, title: 不予认定, to: refused, needs: [opinion]}
  - id: notice
    title: 公示
    role: bureau_reviewer
    of: authority
    publicity:
      show: [organisation, region, declared.name, declared.leader]
      text: 拟认定为样例基地。
      objections:
        to: again
        deadline: {working_days: 10, source: local, note: 测试。}
        references: [{document: demo-credit-bank-2024, clause: 第二十一条}]
    deadline: {working_days: 5, references: [{document: demo-credit-bank-2024, clause: 第十八条}]}
    on_timeout: {lapse: recognised}
    actions:
      - {id: refuse, title: 停止公示, to: refused, needs: [opinion]}
      - {id: approve, title: 提前结束, to: recognised, needs: [opinion]}
outcomes:
  - {id: recognised, title: 认定, kind: granted, notice: 贵校的基地已经认定。}
  - {id: refused, title: 不予认定, kind: refused, notice: 贵校的基地没有认定。}
  - {id: withdrawn, title: 已撤回, kind: withdrawn, notice: 贵校撤回了申请。}
  - {id: upheld, title: 维持, kind: upheld, notice: 维持原决定。}
  - {id: overturned, title: 改变, kind: overturned, notice: 改变原决定。}
withdrawal: {at: [declare, notice], to: withdrawn}
appeal:
  against: [refused]
  within: {working_days: 15, source: local, note: 测试。}
  further: 可以向省教育厅反映。
  source: local
  note: 测试。
  steps:
    - id: reconsider
      title: 复核
      role: bureau_reviewer
      of: authority
      actions:
        - {id: uphold, kind: refuse, title: 维持, to: upheld, needs: [opinion]}
        - {id: overturn, kind: approve, title: 改变, to: overturned, needs: [opinion]}
"""

COMPLAINT = """\
id: sample-complaint
version: "1"
title: 样例师德来信
help: 反映教师违反职业行为准则的情况。
systems: [P2]
in_force_from: 2024-09-01
source: local
note: 只为测试而写。
subject: publicity.complaint
who_may_declare: {of: visitor}
protected: true
form:
  - {id: teacher, title: 被反映的教师, kind: text}
  - {id: happened, title: 发生日期, kind: date, required: false}
  - {id: kind, title: 哪一类, kind: choice, choices: [{id: gift, title: 收受财物}, {id: abuse, title: 体罚}]}
steps:
  - id: write
    title: 写信
    of: declarer
    actions: [{id: submit, title: 提交, to: receive, needs: [declaration]}]
  - id: receive
    title: 受理核查
    role: bureau_reviewer
    of: authority
    deadline: {working_days: 10, source: local, note: 测试。}
    on_timeout: remind
    actions:
      - {id: return, title: 请来信人补充, to: more, needs: [opinion]}
      - {id: approve, title: 查实处理, to: proved, needs: [opinion]}
      - {id: refuse, title: 没有查实, to: unproved, needs: [opinion]}
  - id: more
    title: 补充
    of: declarer
    actions: [{id: submit, title: 交回, to: back}]
outcomes:
  - {id: proved, title: 查实, kind: granted, notice: 您反映的情况已经查实并作了处理。}
  - {id: unproved, title: 没有查实, kind: granted, notice: 您反映的情况没有查实。}
  - {id: withdrawn, title: 已撤回, kind: withdrawn, notice: 您撤回了来信。}
withdrawal: {at: [receive, more], to: withdrawn}
appeal: {none: 对答复有不同意见的，可以向上一级主管部门反映。, source: local, note: 测试。}
"""
