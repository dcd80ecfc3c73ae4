"""An invented project of a school: levels, parallel review, a chosen destination, suspension, named corrections."""

from __future__ import annotations

SUBJECT = "tests.project"

LOCAL = "source: local, note: 只为测试而写。"

FLOW = f"""\
id: sample-project
version: "1"
title: 样例项目
systems: [G1]
in_force_from: 2024-09-01
source: local
note: 只为测试而写。
subject: tests.project
who_may_declare: {{roles: [registrar], of: school}}
materials:
  - {{id: plan, title: 建设方案, kinds: [pdf], max_megabytes: 2, {LOCAL}}}
  - {{id: budget, title: 预算表, kinds: [pdf], max_megabytes: 2, {LOCAL}}}
form:
  - {{id: name, title: 项目名称, kind: text}}
  - {{id: amount, title: 投入, kind: money}}
steps:
  - id: declare
    title: 填写申报
    of: declarer
    deadline: {{by: "12-15", {LOCAL}}}
    on_timeout: {{lapse: lapsed}}
    extension: {{days: 10, times: 1, role: registrar, {LOCAL}}}
    actions:
      - {{id: submit, title: 提交, to: city, needs: [declaration, materials]}}
  - id: city
    title: 市级审核
    role: bureau_reviewer
    of: prefecture
    deadline: {{working_days: 10, {LOCAL}}}
    on_timeout: remind
    remind_before: 2
    suspension: {{most_days: 30, times: 1, {LOCAL}}}
    actions:
      - {{id: forward, kind: approve, title: 转办, to: chosen, choices: [review, province, refused], needs: [opinion]}}
      - {{id: return, title: 退回更正, to: correct, needs: [items]}}
  - id: correct
    title: 更正
    of: declarer
    only_items: true
    actions:
      - {{id: submit, title: 重新提交, to: back, needs: [declaration, materials]}}
  - id: review
    title: 三方评议
    deadline: {{working_days: 5, {LOCAL}}}
    on_timeout: remind
    parallel:
      parties:
        - {{id: academic, title: 教务处, role: academic_officer, of: school}}
        - {{id: bank, title: 学分银行, role: credit_officer, of: school}}
        - {{id: city, title: 市教育局, role: bureau_reviewer, of: prefecture}}
      pass: {{at_least: 2}}
      passed: province
      failed: refused
      returned: correct
    actions:
      - {{id: approve, title: 同意, to: vote}}
      - {{id: refuse, title: 不同意, to: vote, needs: [opinion]}}
      - {{id: return, title: 退回更正, to: vote, needs: [items]}}
  - id: province
    title: 省级审定
    role: bureau_approver
    of: province
    different_from: [city, review]
    actions:
      - {{id: approve, title: 同意立项, to: granted, needs: [opinion]}}
      - {{id: refuse, title: 不予立项, to: refused, needs: [opinion]}}
outcomes:
  - {{id: granted, title: 立项, kind: granted, notice: 项目已经立项。}}
  - {{id: refused, title: 不予立项, kind: refused, notice: 项目没有立项。}}
  - {{id: withdrawn, title: 撤回, kind: withdrawn, notice: 项目已经撤回。}}
  - {{id: lapsed, title: 逾期, kind: lapsed, notice: 逾期没有申报。}}
withdrawal: {{at: [declare, city, correct, review], to: withdrawn}}
appeal: {{none: 对结果有异议的，可以向省教育厅反映。, {LOCAL}}}
"""
"""A school declares; the city reviews, perhaps three parties; the province decides."""


def changed(*changes: tuple[str, str]) -> str:
    """The project with each text replaced once; a text that is not there is an error of the test."""
    text = FLOW
    for old, new in changes:
        if old not in text:
            raise AssertionError(f"not in the sample: {old!r}")
        text = text.replace(old, new, 1)
    return text
