"""Every part of a rule document in words: no English entry, no number lost."""

from __future__ import annotations

import re
from typing import Any

import pytest

from guantong.domains.credit.selectors.rule_words import number, percent, rule_lines
from guantong.domains.credit.tests.scene import ruleset


def told(document: dict[str, Any]) -> str:
    lines = rule_lines(document)
    parts = [*lines["use"], *(f"{label}：{text}" for label, text in lines["other"])]
    for rule in lines["rules"]:
        parts += [rule["kinds"], *(f"{label}：{text}" for label, text in rule["lines"])]
    return "\n".join(parts + [f"{cap['title']}：{cap['limit']}" for cap in lines["caps"]])


@pytest.mark.parametrize("which", range(1, 7))
def test_the_demo_rules_are_told_in_chinese_alone(which: int) -> None:
    text = told(ruleset(which))
    assert re.findall(r"[a-z_]{2,}", text) == []
    assert not re.search(r"：\s*(\n|；|$)", text)


def test_prizes_levels_and_shares_are_whole() -> None:
    text = told(ruleset(2))
    assert "国家级一等奖 5 学分，国家级二等奖、三等奖 4 学分" in text
    assert "名次：三等奖（或相同名次）及以上" in text and "等级：市级及以上" in text
    assert "学分：初级 2 学分、中级 3 学分、高级 4 学分" in text
    assert "专业课可置换的学分：不超过所涉及课程的学分的 20%" in text
    assert "记载成绩：写“优秀”，记 90 分（本规则第十条）" in text
    continuing = told(ruleset(3))
    assert "全部可转换的学分：不超过培养方案的总学分的 30%" in continuing
    assert "颁发单位：主管部门、评价机构" in continuing
    assert "每 17 学时 1 学分；零数舍到 0.5 学分的倍数；最多 6 学分" in told(ruleset(4))
    assert "满 3 年后按 50% 计" in told(ruleset(6))


def test_a_switch_and_the_number_one_are_told_apart() -> None:
    rule = {
        "title": "一等奖",
        "kinds": ["competition"],
        "place_at_most": 1,
        "credits": {"fixed": 1},
        "clause": "第一条",
    }
    text = told({"use": {"single_use": True}, "rules": [rule]})
    assert "一等奖（或相同名次）及以上" in text and "每项 1 学分" in text


@pytest.mark.parametrize(
    ("given", "shown"), [("0.5", "0.5"), ("8", "8"), (3, "3"), ("2/3", "2/3"), ("1/2", "0.5"), ("四", "四")]
)
def test_numbers_stay_exact(given: object, shown: str) -> None:
    assert number(given) == shown


@pytest.mark.parametrize(("given", "shown"), [("0.2", "20%"), ("1/2", "50%"), ("1/3", "1/3"), ("0.125", "12.5%")])
def test_shares_are_percentages_when_they_have_an_end(given: str, shown: str) -> None:
    assert percent(given) == shown
