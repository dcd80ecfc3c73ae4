"""An invented procedure small enough to read at once, with every part a definition may have."""

from __future__ import annotations

SUBJECT = "tests.request"

SAMPLE = """\
id: sample-request
version: "1"
title: 样例申请
systems: [L3]
in_force_from: 2024-09-01
source: local
note: 只为测试而写。
subject: tests.request
who_may_declare: {roles: [learner], of: learner}
materials:
  - {id: certificate, title: 证书扫描件, kinds: [pdf, png], max_megabytes: 2, source: local, note: 测试。}
  - {id: letter, title: 情况说明, required: false, kinds: [xlsx], source: local, note: 测试。}
reasons:
  - id: too_small
    title: 成果的学分少于课程的学分。
    references: [{document: demo-credit-bank-2024, clause: 第十七条}]
  - {id: other, title: 其他原因。, source: local, note: 测试。}
steps:
  - id: declare
    title: 填写申请
    of: declarer
    actions:
      - {id: submit, title: 提交, to: department, needs: [materials]}
  - id: department
    title: 院系初审
    role: department_reviewer
    of: department
    deadline: {working_days: 5, references: [{document: demo-credit-bank-2024, clause: 第十八条}]}
    remind_before: 2
    on_timeout: {escalate: academic_officer}
    extension: {working_days: 3, times: 1, source: local, note: 集中受理时可以延长。}
    actions:
      - {id: approve, title: 同意, to: bank, needs: [opinion]}
      - {id: return, title: 退回更正, to: correct, needs: [items]}
      - {id: refuse, title: 不同意, to: refused, needs: [reasons]}
  - id: correct
    title: 补充更正
    of: declarer
    deadline: {days: 10, source: local, note: 逾期视为放弃。}
    remind_before: 2
    on_timeout: {lapse: lapsed}
    actions:
      - {id: submit, title: 重新提交, to: back, needs: [materials]}
  - id: bank
    title: 学分银行办结
    role: credit_officer
    of: school
    different_from: [department]
    deadline: {parameter: credit.application.bank_working_days}
    on_timeout: remind
    actions:
      - id: approve
        title: 准予
        to: granted
        needs: [opinion, form]
        fields:
          - {id: form, title: 登记方式, kind: choice, choices: [{id: pass, title: 合格}, {id: mapped, title: 对照}]}
          - {id: amount, title: 学分, kind: credits, unit: 学分, least: "0.5", most: "20"}
          - {id: courses, title: 课程, kind: choices, choices: [{id: a, title: 甲}, {id: b, title: 乙}]}
          - {id: count, title: 门数, kind: integer, least: 1, most: 9}
          - {id: share, title: 比例, kind: decimal}
          - {id: starts_on, title: 生效日, kind: date}
          - {id: told, title: 已告知, kind: flag}
          - {id: remark, title: 附注, kind: text, max_length: 10}
          - {id: account, title: 说明, kind: long_text}
      - {id: return, title: 退回更正, to: correct, needs: [items]}
      - {id: refuse, title: 不准, to: refused, needs: [reasons, opinion]}
outcomes:
  - {id: granted, title: 准予, kind: granted, notice: 您的申请已经批准。}
  - {id: refused, title: 不准, kind: refused, notice: 您的申请没有批准。}
  - {id: withdrawn, title: 已撤回, kind: withdrawn, notice: 您撤回了申请。}
  - {id: lapsed, title: 逾期, kind: lapsed, notice: 申请逾期没有更正。}
  - {id: upheld, title: 维持, kind: upheld, notice: 复核后维持原来的决定。}
  - {id: overturned, title: 改变, kind: overturned, notice: 复核后改变了原来的决定。}
withdrawal: {at: [declare, department, correct, bank, reconsider], to: withdrawn}
appeal:
  against: [refused]
  within: {working_days: 15, references: [{document: demo-credit-bank-2024, clause: 第二十一条}]}
  references: [{document: demo-credit-bank-2024, clause: 第二十一条}]
  further: 您还可以向省教育厅反映。
  steps:
    - id: reconsider
      title: 申诉复核
      role: bureau_reviewer
      of: authority
      different_from: [department, bank]
      deadline: {working_days: 20, references: [{document: demo-credit-bank-2024, clause: 第二十一条}]}
      on_timeout: {escalate: bureau_approver}
      actions:
        - {id: uphold, kind: refuse, title: 维持原决定, to: upheld, needs: [opinion]}
        - {id: overturn, kind: approve, title: 改变原决定, to: overturned, needs: [opinion]}
"""
"""A learner asks; department and credit bank decide; the authority reconsiders."""


def changed(*changes: tuple[str, str]) -> str:
    """The sample with each text replaced once; a text that is not there is an error of the test."""
    text = SAMPLE
    for old, new in changes:
        if old not in text:
            raise AssertionError(f"not in the sample: {old!r}")
        text = text.replace(old, new, 1)
    return text
