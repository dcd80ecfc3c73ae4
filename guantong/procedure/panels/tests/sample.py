"""An invented procedure with a round, a quota and a blind panel of three that drops one highest and one lowest."""

from __future__ import annotations

SUBJECT = "tests.panels"

PASS = "pass: {top: 1}"

SAMPLE = f"""\
id: sample-panels
version: "1"
title: 样例评审
systems: [G1]
in_force_from: 2024-09-01
source: local
note: 只为测试而写。
subject: {SUBJECT}
who_may_declare: {{roles: [registrar], of: school}}
rounds: {{yearly: {{opens: "10-01", closes: "10-31"}}, source: local, note: 测试。}}
quotas:
  - {{id: seats, title: 每个地区一个, at: granted, of: region, per: round, most: 1, source: local, note: 测试。}}
materials:
  - {{id: plan, title: 建设方案, required: false, kinds: [pdf], source: local, note: 测试。}}
form:
  - {{id: name, title: 项目名称, kind: text}}
  - {{id: account, title: 建设基础, kind: long_text, required: false}}
  - id: field
    title: 专业领域
    kind: choice
    required: false
    choices: [{{id: it, title: 信息技术}}, {{id: health, title: 医药卫生}}]
steps:
  - id: declare
    title: 填写申报
    of: declarer
    actions:
      - {{id: submit, title: 提交, to: check, needs: [declaration]}}
  - id: check
    title: 形式审查
    role: bureau_reviewer
    of: province
    actions:
      - {{id: approve, title: 送专家评审, to: review, needs: [opinion]}}
      - {{id: return, title: 退回, to: declare, needs: [items]}}
  - id: review
    title: 专家评审
    role: bureau_reviewer
    of: province
    panel:
      pool: key-task-experts
      experts: 3
      recuse: [former_organisation, kinship, declared_interest]
      blind: true
      scores:
        - {{id: base, title: 建设基础, most: 30, help: 看条件。}}
        - {{id: plan, title: 建设方案, most: 70}}
      drop: {{highest: 1, lowest: 1}}
      {PASS}
      ties: [plan]
      passed: granted
      failed: not_selected
      source: local
      note: 测试。
    actions:
      - {{id: return, title: 退回, to: declare, needs: [items]}}
outcomes:
  - {{id: granted, title: 入选, kind: granted, notice: 已经入选。}}
  - {{id: not_selected, title: 未入选, kind: refused, notice: 没有入选。}}
  - {{id: withdrawn, title: 已撤回, kind: withdrawn, notice: 已经撤回。}}
withdrawal: {{at: [declare, check, review], to: withdrawn}}
appeal:
  against: [not_selected]
  within: {{working_days: 10, source: local, note: 测试。}}
  source: local
  note: 测试。
  further: 您还可以向教育厅反映。
  steps:
    - id: reconsider
      title: 复核
      role: bureau_reviewer
      of: province
      actions:
        - {{id: uphold, kind: refuse, title: 维持, to: upheld, needs: [opinion]}}
"""
SAMPLE = SAMPLE.replace(
    "  - {id: withdrawn", "  - {id: upheld, title: 维持, kind: upheld, notice: 维持原决定。}\n  - {id: withdrawn"
)


def changed(*changes: tuple[str, str]) -> str:
    """The sample with each text replaced once; a text that is not there is an error of the test."""
    text = SAMPLE
    for old, new in changes:
        if old not in text:
            raise AssertionError(f"not in the sample: {old!r}")
        text = text.replace(old, new, 1)
    return text
