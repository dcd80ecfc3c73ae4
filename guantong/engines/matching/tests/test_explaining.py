"""Sentences for candidates: one a choice, in points, whole, and none for machines."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings

from guantong.engines.matching import allocate_plainly, explain, explain_result
from guantong.engines.matching.explaining import LABELS
from guantong.engines.matching.model import Choice, Code, Instance, Place
from guantong.engines.matching.tests.strategies import instances, random_instance
from guantong.engines.matching.tests.worked import group, instance_of, rules_of
from guantong.kernel.refusal import Refusal

TITLES = {
    "s": "东湖职业学院",
    "t": "西岭职业学院",
    "a": "数控技术",
    "b": "学前教育",
    "born": "出生日期",
    "sight": "裸眼视力不低于4.8",
    "culture_line": "文化素质控制线",
    "veterans": "退役军人",
    "health": "体检结论不符合专业要求",
    "priority": "专业成绩",
    "grade": "综合素质等级",
}
A = Place("A", "s", "Gs", "a", seats=1)
B = Place("B", "t", "Gt", "b", seats=1)


def told(rules, people, lists, who, places=(A, B), **more) -> tuple[str, ...]:
    instance = instance_of(rules_of(**rules), list(places), people, lists, **more)
    return explain(instance, allocate_plainly(instance), who, TITLES)


def test_how_many_points_were_missing_and_where():
    sentences = told({}, {"甲": 500, "乙": 496}, {"甲": ["A"], "乙": ["B", "A"]}, "甲")
    assert sentences == ("第1志愿 东湖职业学院 数控技术：已录取。",)
    people = {"甲": "500", "乙": "495.5", "丙": 496}
    rows = {name: {"total": total} for name, total in people.items()}
    sentences = told({}, rows, {"甲": ["A"], "丙": ["B"], "乙": [Choice("A", 1), Choice("B", 3)]}, "乙")
    assert sentences == (
        "第1志愿 东湖职业学院 数控技术：您的总分比录取的最低分低4.5分。",
        "第3志愿 西岭职业学院 学前教育：您的总分比录取的最低分低0.5分。",
    )


def test_the_key_that_decided_after_equal_ones():
    people = {"甲": {"total": 500, "culture": 200}, "乙": {"total": 500, "culture": 190}}
    order = {"order": [{"key": "total"}, {"key": "culture"}]}
    (sentence,) = told(order, people, {"甲": ["A"], "乙": ["A"]}, "乙")
    assert sentence.endswith("您的总分与最后一位相同，您的文化素质成绩低10分。")


def test_ascending_numbers_texts_and_missing_values():
    order = {"order": [{"key": "born", "direction": "ascending"}], "missing": "last"}
    people = {"甲": {"born": 20050102}, "乙": {"born": 20050105}, "丙": {"born": ""}}
    lists = {name: ["A"] for name in people}
    assert told(order, people, lists, "乙")[0].endswith("您的“出生日期”比录取的最后一位大3，按规则小的在前。")
    assert told(order, people, lists, "丙")[0].endswith("您没有出生日期，按规则排在有出生日期的考生之后。")
    grades = {"order": [{"key": "grade"}]}
    people = {"甲": {"grade": "B"}, "乙": {"grade": "A"}}
    assert told(grades, people, {"甲": ["A"], "乙": ["A"]}, "乙")[0].endswith(
        "您的“综合素质等级”排在录取的最后一位之后，相差1档。"
    )


def test_ties():
    people, lists = {"甲": 500, "乙": 500, "丙": 400}, {name: ["A"] for name in "甲乙丙"}
    assert told({}, people, lists, "甲")[0].endswith("一并录取，超出了计划数。")
    reject = {"ties": "reject_all"}
    assert told(reject, people, lists, "甲")[0].endswith("与您各项都相同的考生人数超过剩余名额，按规则都没有录取。")
    assert told(reject, people, lists, "丙")[0].endswith("您的总分比停止录取时的分数低100分。")
    drawn = {told({"ties": "lottery"}, people, lists, name)[0].split("：")[1] for name in "甲乙"}
    assert "已录取。" in drawn
    assert any(re.fullmatch(r"您与录取的最后一位各项都相同，抽签的名次在其后[12]位。", one) for one in drawn)


def test_lines_conditions_quotas_and_seats():
    rules = {
        "lines": [{"id": "culture_line", "key": "culture", "at_least": "180.5"}],
        "conditions": [{"id": "sight", "places": {"school": "t"}, "require": {"key": "sight", "at_least": "4.8"}}],
        "quotas": [{"id": "veterans", "kind": "ceiling", "who": {"key": "veteran", "equals": "是"}, "seats": 0}],
    }
    people = {
        "甲": {"total": 500, "culture": 180, "sight": "4.7", "veteran": "否"},
        "乙": {"total": 500, "culture": "", "sight": "5.0", "veteran": "否"},
        "丙": {"total": 500, "culture": 190, "sight": "5.0", "veteran": "是"},
    }
    lists = {name: ["A", "B"] for name in people}
    line, sight = told(rules, people, lists, "甲")
    assert line.endswith("您的文化素质成绩比控制线“文化素质控制线”（180.5分）低0.5分。")
    assert sight.endswith("您不符合这里的报考条件“裸眼视力不低于4.8”。")
    assert told(rules, people, lists, "乙")[0].endswith(
        "您没有文化素质成绩，没有达到控制线“文化素质控制线”（180.5分）。"
    )
    assert told(rules, people, lists, "丙")[0].endswith("“退役军人”的人数已经达到上限。")
    empty = (Place("A", "s", "Gs", "a", seats=0), B)
    assert told({}, {"甲": 1}, {"甲": ["A"]}, "甲", places=empty)[0].endswith("这里没有可供您本轮录取的名额。")
    floor = {"round": {"number": 2, "floor": {"key": "total", "at_least": 300, "step": 10}}}
    assert told(floor, {"甲": 289}, {"甲": ["A"]}, "甲")[0].endswith("您的总分比本轮的最低分（290分）低1分。")


GROUP = [Place("A", "s", "G", "a", seats=1), Place("B", "s", "G", "b", seats=1), Place("H", "t", "H", "a", seats=1)]


def test_groups_say_where_inside_and_why_a_file_came_back():
    rules = {"unit": "group", "ratio": "1.5"}
    people = {"甲": 500, "乙": 490, "丙": 480, "丁": 470, "戊": 460}
    lists = {name: [group("G", "a")] for name in people}
    lists["乙"] = [group("G", "a"), group("H")]
    lists["丙"] = [group("G", "a", accept=True)]
    assert told(rules, people, lists, "甲", places=GROUP) == (
        "第1志愿 东湖职业学院 G：已录取到东湖职业学院 数控技术。",
    )
    assert told(rules, people, lists, "乙", places=GROUP) == (
        "第1志愿 东湖职业学院 G：您的档案已投到这里，但您填报的专业都已录满，又没有选择服从调剂，所以退档。"
        "离您最近的一个专业：您的总分比录取的最低分低10分。",
        "第2志愿 西岭职业学院 H：没有检索，您的档案已投到第1志愿。",
    )
    assert told(rules, people, lists, "丙", places=GROUP)[0].endswith(
        "您填报的专业没有录取，已按服从调剂录取到东湖职业学院 学前教育。"
    )
    assert told(rules, people, lists, "丁", places=GROUP)[0].endswith("您的总分比投档的最低分低10分。")


def test_the_rest_of_the_codes():
    lists = {"甲": ["A", "B"], "乙": ["A", "B"], "丙": ["B"]}
    people = {"甲": 500, "乙": 490, "丙": 480}
    sequential = {"mechanism": "sequential"}
    assert told(sequential, people, lists, "甲")[1].endswith("没有用到，您已被前面的志愿录取。")
    first, second = told(sequential, people, lists, "乙")
    assert first.endswith("您的总分比第1志愿录取的最低分低10分。")
    assert second.endswith("这里的名额在录取第1志愿时已经用完。")
    back = {"send_backs": [("甲", "A", "health")]}
    assert told({}, people, lists, "甲", **back)[0].endswith("学校审核后退档，原因是“体检结论不符合专业要求”。")
    assert told({}, people, lists, "甲", fixed=[("甲", "B")])[0].endswith("您在此前的轮次已经录取，本轮不再检索。")
    scores = {"scores": [("甲", "A", 90), ("乙", "A", "80.5")], "places": [A]}
    own = {"mechanism": "deferred_acceptance", "order": [{"key": "total"}]}
    (sentence,) = told(own, {"甲": 1, "乙": 1}, {"甲": ["A"], "乙": ["A"]}, "乙", **scores)
    assert sentence.endswith("您的专业成绩比录取的最低分低9.5分。")
    scores["scores"] = [("甲", "A", 90), ("乙", "A", 90)]
    (sentence,) = told(own, {"甲": 2, "乙": 1}, {"甲": ["A"], "乙": ["A"]}, "乙", **scores)
    assert sentence.endswith("您的专业成绩与最后一位相同，您的总分低1分。")


def test_the_result_in_one_sentence():
    people = {"甲": 500, "乙": 490, "丙": 480, "丁": 1, "戊": 2}
    instance = instance_of(
        rules_of(one_shot=True),
        [A, B],
        people,
        {"甲": ["A"], "乙": ["A"], "丁": ["A"]},
        fixed=[("戊", "B")],
        send_backs=[("丁", "A", "health")],
    )
    outcome = allocate_plainly(instance)
    said = {name: explain_result(instance, outcome, name, TITLES) for name in people}
    assert said == {
        "甲": "您已由第1志愿录取到东湖职业学院 数控技术。",
        "乙": "您填报的志愿都没有录取，每个志愿的原因见下。",
        "丙": "您没有填报志愿，没有参加本轮录取。",
        "丁": "您的档案被退回，没有录取，原因见下。",
        "戊": "您已由此前的轮次录取到西岭职业学院 学前教育。",
    }


def test_somebody_unknown_is_refused():
    instance = random_instance(1)
    with pytest.raises(Refusal) as caught:
        explain(instance, allocate_plainly(instance), "nobody")
    assert caught.value.code == "MTC-109"


def test_every_code_has_a_label():
    assert set(LABELS) == set(Code) and len(set(LABELS.values())) == len(Code)


@settings(max_examples=200, deadline=None)
@given(instances())
def test_every_verdict_can_be_said(instance: Instance):
    """One text a choice, whole sentences, you and not the user, no code, no key of the machine."""
    outcome = allocate_plainly(instance)
    titles = {name: f"“{number}”项" for number, name in enumerate(instance.key_names)}
    for candidate in range(len(instance.candidates)):
        sentences = explain(instance, outcome, candidate, titles)
        assert len(sentences) == len(instance.choices_of(candidate))
        for sentence in sentences:
            head, _, text = sentence.partition("：")
            assert re.match(r"第\d+志愿 ", head) and text.endswith("。")
            assert not re.search(r"用户|非法|无效|异常|失败|None|null|_", text)
            assert not re.search(r"[0-9]{4,}(?:分|位)", text)  # points, never thousandths
