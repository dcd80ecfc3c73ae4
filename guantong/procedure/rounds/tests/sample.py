"""An invented procedure with rounds and quotas: schools declare, the city recommends two, the province decides."""

from __future__ import annotations

SUBJECT = "tests.rounds"

YEARLY = 'rounds: {yearly: {opens: "10-01", closes: "10-31"}, source: local, note: 测试。}'
ON_NOTICE = "rounds: {on_notice: true, source: local, note: 测试。}"

SAMPLE = f"""\
id: sample-rounds
version: "1"
title: 样例推荐
systems: [G1]
in_force_from: 2024-09-01
source: local
note: 只为测试而写。
subject: {SUBJECT}
who_may_declare: {{roles: [registrar], of: school}}
{YEARLY}
quotas:
  - id: recommended
    title: 每批推荐不超过两个
    at: province
    of: authority
    per: round
    most: 2
    source: local
    note: 测试。
  - id: granted_a_year
    title: 每年认定不超过三个
    at: [granted, overturned]
    of: region
    per: year
    most: 3
    source: local
    note: 测试。
form:
  - {{id: name, title: 项目名称, kind: text}}
steps:
  - id: declare
    title: 填写申报
    of: declarer
    actions:
      - {{id: submit, title: 提交, to: city, needs: [declaration]}}
  - id: city
    title: 市级推荐
    role: bureau_reviewer
    of: authority
    actions:
      - {{id: approve, title: 推荐, to: province, needs: [opinion]}}
      - {{id: return, title: 退回, to: declare, needs: [items]}}
      - {{id: refuse, title: 不推荐, to: refused, needs: [opinion]}}
  - id: province
    title: 省级认定
    role: bureau_reviewer
    of: authority
    actions:
      - {{id: approve, title: 认定, to: granted, needs: [opinion]}}
      - {{id: return, title: 退回市级, to: city, needs: [items]}}
      - {{id: refuse, title: 不认定, to: refused, needs: [opinion]}}
outcomes:
  - {{id: granted, title: 认定, kind: granted, notice: 已经认定。}}
  - {{id: refused, title: 不认定, kind: refused, notice: 没有认定。}}
  - {{id: withdrawn, title: 已撤回, kind: withdrawn, notice: 已经撤回。}}
  - {{id: upheld, title: 维持, kind: upheld, notice: 维持原决定。}}
  - {{id: overturned, title: 改为认定, kind: overturned, notice: 改为认定。}}
withdrawal: {{at: [declare, city, province], to: withdrawn}}
appeal:
  against: [refused]
  within: {{working_days: 10, source: local, note: 测试。}}
  source: local
  note: 测试。
  further: 您还可以向省教育厅反映。
  steps:
    - id: reconsider
      title: 复核
      role: bureau_reviewer
      of: authority
      actions:
        - {{id: uphold, kind: refuse, title: 维持, to: upheld, needs: [opinion]}}
        - {{id: overturn, kind: approve, title: 改为认定, to: overturned, needs: [opinion]}}
"""


def changed(*changes: tuple[str, str]) -> str:
    """The sample with each text replaced once; a text that is not there is an error of the test."""
    text = SAMPLE
    for old, new in changes:
        if old not in text:
            raise AssertionError(f"not in the sample: {old!r}")
        text = text.replace(old, new, 1)
    return text
