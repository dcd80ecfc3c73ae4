"""Declarations of channels: a good one is read whole, each of many broken ones names its fault with file and line."""

# ruff: noqa: E501 - tables of YAML lines read best unbroken

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from guantong.domains.admission.rules.declaration import channels, get_channel, problems_on, warnings_of
from guantong.domains.admission.tests.declared import CHANNEL, FILE, ON, changed, channel_in, faults_in, policy_with
from guantong.kernel.refusal import Refusal


def test_a_channel_is_read_with_the_clause_behind_every_number(tmp_path):
    channel = channel_in(tmp_path)
    assert [paper.id for paper in channel.papers] == ["chinese", "mathematics", "practice", "comprehensive"]
    assert channel.paper("chinese").full_mark.value == Decimal(150)
    assert channel.paper("chinese").full_mark.ground.citation.clause == "第五条"
    line = channel.lines[0]
    assert line.at_least.value == Decimal(90)
    assert line.at_least.answer.name == "admission.line"
    assert line.at_least.ground.citation.sentence() == "《职业教育法》第九条（2010年1月1日起施行）"
    assert line.ground.citation.clause == "第八条"
    assert [key.key for key in channel.batch("first").order] == ["total", "skill", "chinese"]
    assert channel.exemptions[0].papers == ("chinese", "mathematics")
    assert channel.quotas[0].share.value == Decimal("0.25")
    assert channel.prospectus.items == ("学校性质", "学费标准")
    assert channel.titles["practice"] == "技能操作" and channel.titles["total"] == "总分"
    assert channel.law_version and len(channel.digest) == 64


def test_the_calendar_gives_days_of_the_admission_year(tmp_path):
    days = channel_in(tmp_path).days(2027)
    assert days["plans"] == (date(2026, 11, 10), date(2026, 12, 20))
    assert days["choices"] == (date(2027, 3, 5), date(2027, 3, 10))


def test_a_share_taken_from_a_percentage_is_divided(tmp_path):
    text = changed('        share: "0.25"\n', "        share: {parameter: admission.reserved}\n")
    quota = channel_in(tmp_path, text).quotas[0]
    assert quota.share.value == Decimal("0.1")
    assert quota.share.ground.citation.clause == "第四条"


def test_the_digest_follows_the_words_and_the_answers_of_the_law(tmp_path):
    first = channel_in(tmp_path / "a").digest
    assert channel_in(tmp_path / "b").digest == first
    assert channel_in(tmp_path / "c", "# 多一行说明\n" + CHANNEL).digest == first
    assert channel_in(tmp_path / "d", changed('list_length: "45"', 'list_length: "44"')).digest != first


BROKEN = {
    "unknown key": ("    systems: [A2]\n", "    system: [A2]\n", "ADM-200", "system", "systems"),
    "unknown key inside": ("choices: [护理, 机械]", "choice: [护理, 机械]", "ADM-200", "choice", "choices"),
    "no title": ("    title: 职教高考\n", "", "ADM-201", "id: vocational-exam", "渠道"),
    "list where text": ("    title: 职教高考\n", "    title: [职教高考]\n", "ADM-202", "title: [", "列表"),
    "bad mechanism": ("        mechanism: parallel\n", "        mechanism: paralel\n", "ADM-203", "paralel", "parallel"),
    "id used twice": ("- {id: mathematics, title", "- {id: chinese, title", "ADM-204", "title: 数学", "chinese"),
    "id of a total": ("- {id: height, title: 身高, kind: number}", "- {id: total, title: 身高, kind: number}", "ADM-204", "id: total", "保留"),
    "id with capitals": ("- {id: culture-line,", "- {id: Culture,", "ADM-205", "id: Culture", "小写"),
    "no clause": (
        'full_mark: "100", references: [{document: yn-measures, clause: 第五条}]}', 'full_mark: "100"}', "ADM-206",
        "title: 数学", "依据",
    ),
    "local without reason": (
        'full_mark: "100", references: [{document: yn-measures, clause: 第五条}]}', 'full_mark: "100", source: local}',
        "ADM-206", "title: 数学", "依据",
    ),
    "unknown parameter": ("floor: {parameter: admission.floor}", "floor: {parameter: admission.flor}", "ADM-207", "flor", "admission.floor"),
    "scope left out": ("at_least: {parameter: admission.line, scope: 总分}", "at_least: {parameter: admission.line}", "ADM-207", "id: total-line", "按用途"),
    "a list where a number": ("at_least: {parameter: admission.line, scope: 总分}", "at_least: {parameter: admission.ties}", "ADM-208", "id: total-line", "清单"),
    "a number where a list": ("{parameter: admission.ties}]", "{parameter: admission.floor}]", "ADM-208", "admission.floor}]", "清单"),
    "ratio below one": ('ratio: "1.05"', 'ratio: "0.9"', "ADM-209", 'ratio: "0.9"', "1 到 3"),
    "part of a seat": ('list_length: "45"', 'list_length: "4.5"', "ADM-209", "4.5", "整数"),
    "unknown part": ('title: 数学, part: culture', "title: 数学, part: cultur", "ADM-210", "part: cultur,", "culture"),
    "unknown column of a line": ("key: culture, at_least", "key: cultural, at_least", "ADM-210", "cultural", "culture"),
    "unknown fact in a condition": ("who: {key: height, at_least: 200}", "who: {key: hight, at_least: 200}", "ADM-210", "hight", "height"),
    "unknown kind in a selector": ("        places: {kind: ordinary}\n", "        places: {kind: ordinry}\n", "ADM-210", "ordinry", "ordinary"),
    "a score in an exemption": (
        "        who: {key: group, in: {parameter: admission.exempt}}\n", "        who: {key: practice, at_least: 10}\n",
        "ADM-210", "key: practice, at_least", "考生信息",
    ),
    "bars itself": ("barred_from: [school-exam]", "barred_from: [vocational-exam]", "ADM-210", "barred_from: [voc", "其他招生渠道"),
    "stages out of order": ('registration: {from: "01-05", until: "03-01"}', 'registration: {from: "03-20", until: "03-25"}', "ADM-211", "choices: {from", "早于"),
    "no such day": ('from: "01-05"', 'from: "02-30"', "ADM-202", "02-30", "一年中的某一天"),
    "empty list of bars": ("barred_from: [school-exam]", "barred_from: []", "ADM-212", "id: once", "barred_from"),
    "line above the full mark": ('key: total, at_least: "150"', 'key: total, at_least: "900"', "ADM-213", "900", "总分"),
    "both seats and share": ('        share: "0.25"\n', '        share: "0.25"\n        seats: 3\n', "ADM-214", "id: farmers", "只能写一项"),
    "share above one": ('        share: "0.25"\n', '        share: "1.25"\n', "ADM-209", 'share: "1.25"', "0.001 到 1"),
    "overflow to itself": ("        order: after\n", "        order: after\n        unfilled_to: farmers\n", "ADM-215", "id: farmers", "farmers → farmers"),
    "overflow to nobody": ("        order: after\n", "        order: after\n        unfilled_to: fishers\n", "ADM-210", "id: farmers", "ordinary"),
    "the same key twice": ("order: [{key: total}, {parameter: admission.ties}]", "order: [{key: skill}, {parameter: admission.ties}]", "ADM-216", "order: [{key: skill}", "职业技能"),
    "weights with parallel": ("        mechanism: deferred_acceptance\n", "        mechanism: parallel\n", "ADM-217", "id: second", "平行志愿"),
    "ratio with places": ("        mechanism: deferred_acceptance\n", '        mechanism: deferred_acceptance\n        ratio: "1.1"\n', "ADM-217", "id: second", "投档比例"),
    "reassignment with places": ("        mechanism: deferred_acceptance\n", "        mechanism: deferred_acceptance\n        reassignment: order_of_places\n", "ADM-217", "id: second", "调剂"),
    "no programmes in a group": ('        programmes_in_group: "6"\n', "", "ADM-217", "id: first", "programmes_in_group"),
    "one stage with a ratio": ('        ratio: "1.05"\n', '        ratio: "1.05"\n        stages: one\n', "ADM-217", "id: first", "投档比例"),
    "a missing key refused": ("        missing: last\n        order: [{key: total}, {parameter", "        order: [{key: total}, {parameter", "ADM-217", "id: first", "missing: last"),
    "a value nobody has": ("who: {key: group, equals: 退役军人}", "who: {key: group, equals: 退伍军人}", "ADM-219", "退伍军人", "退役军人"),
    "text compared by height": ("who: {key: group, equals: 退役军人}", "who: {key: group, at_least: 退役军人}", "ADM-219", "at_least: 退役军人", "只有数"),
    "a bare word for a number": ("who: {key: height, at_least: 200}", "who: {key: height, at_least: 高}", "ADM-219", "at_least: 高", "请写一个数"),
    "scaled with nothing left": (
        "        parts: [culture]\n        instead: own_line\n", "        parts: [culture, skill]\n        instead: scaled\n",
        "ADM-220", "id: soldiers", "没有其余科目",
    ),
    "scaled together with nothing left": (
        "        instead: own_line\n",
        "        instead: scaled\n        references: [{document: cn-law, clause: 第七条}]\n      - id: skilled\n        title: 免技能\n        who: {key: sighted, equals: true}\n        parts: [skill]\n        instead: scaled\n",
        "ADM-220", "id: skilled", "合在一起",
    ),
    "skill share below the floor": ('        part: skill\n        full_mark: "300"\n        who: {key: group, equals', '        part: skill\n        full_mark: "100"\n        who: {key: group, equals', "ADM-221", "    total:", "25%"),
    "nobody can take the kind": (
        "        who: {key: group, equals: 退役军人}\n", "        who: {all: [{key: group, equals: 退役军人}, {key: group, equals: 农民工}]}\n",
        "ADM-223", "id: veterans", "没有人能够满足",
    ),
    "nothing to be admitted by": ("    prospectus: {items: {parameter: admission.items}, references: [{document: yn-measures, clause: 第十七条}]}\n", "", "ADM-224", "id: vocational-exam", "prospectus"),
    "no order at all": ("        order: [{key: total}]\n        ties: lottery\n        weights:\n          - {id: heavy, title: 机械加重, places: {category: 机械}, keys: {practice: \"1.5\"}, references: [{document: yn-measures, clause: 第十五条}]}\n", "        ties: lottery\n", "ADM-226", "id: second", "同分"),
    "a ceiling without lottery": ("        kind: floor\n        order: after\n        lines:\n          - {id: farmers-line, title: 农民工线, key: total, at_least: \"180\", references: [{document: yn-measures, clause: 第十二条}]}\n", "        kind: ceiling\n", "ADM-214", "id: farmers", "抽签"),
    "a ceiling on secondary graduates": (
        "        who: {key: group, equals: 农民工}\n        share: \"0.25\"\n        kind: floor\n        order: after\n        lines:\n          - {id: farmers-line, title: 农民工线, key: total, at_least: \"180\", references: [{document: yn-measures, clause: 第十二条}]}\n",
        "        who: {key: group, in: [中职毕业生, 农民工]}\n        share: \"0.25\"\n        kind: ceiling\n",
        "ADM-231", "id: farmers", "不能设比例上限",
    ),
    "a ceiling with seats of its own": ("        kind: floor\n        order: after\n", "        kind: ceiling\n", "ADM-214", "id: farmers", "单独的分数线"),
    "step below zero floor": ('step: "20"', 'step: "200"', "ADM-209", 'step: "200"', "底线"),
    "grades not falling": (
        '  - {id: mathematics, title: 数学, part: culture, full_mark: "100",', '  - {id: mathematics, title: 数学, part: culture, full_mark: "100", grades: [{grade: B, mark: "60"}, {grade: A, mark: "100"}],',
        "ADM-202", "grade: B", "由高到低",
    ),
    "points above the limit": ('points: "10"', 'points: "30"', "ADM-209", 'points: "30"', "加分上限 20"),
    "two operators": ("who: {key: height, at_least: 200}", "who: {key: height, at_least: 200, at_most: 210}", "ADM-202", "at_most: 210", "一种比较方式"),
    "more parts than there are": (
        "require: {all: [{key: height, at_least: \"155\"}, {key: sighted, equals: true}]}",
        "require: {at_least: 3, of: [{key: height, at_least: \"155\"}, {key: sighted, equals: true}]}",
        "ADM-202", "at_least: 3", "1 到 2",
    ),
    "an unknown figure": ("numerator: {count: admitted, who: {key: group, equals: 中职毕业生}}", "numerator: {count: figure, figure: gradates}", "ADM-203", "gradates", "secondary_graduates"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_declaration_names_its_fault_with_file_and_line(name, tmp_path):
    old, new, code, mark, words = BROKEN[name]
    text = changed(old, new)
    faults = faults_in(tmp_path, text)
    found = [fault for fault in faults if fault.code == code]
    assert found, [fault.sentence() for fault in faults]
    assert any(words in fault.message + fault.do for fault in found), [fault.sentence() for fault in found]
    lines = text.splitlines()
    assert {fault.where.file for fault in found} == {f"regions/{FILE}"}
    assert any(mark in lines[(fault.where.line or 0) - 1] for fault in found), [
        (fault.where.line, lines[(fault.where.line or 1) - 1]) for fault in found
    ]


def test_all_faults_are_told_at_once(tmp_path):
    text = changed('ratio: "1.05"', 'ratio: "0.9"')
    text = changed("title: 数学, part: culture", "title: 数学, part: cultur", text)
    text = changed("barred_from: [school-exam]", "barred_from: []", text)
    assert {"ADM-209", "ADM-210", "ADM-212"} <= {fault.code for fault in faults_in(tmp_path, text)}


def test_a_skill_share_below_a_principle_only_waits_for_confirmation(tmp_path):
    channel = channel_in(tmp_path, changed("{parameter: admission.floor}", "{parameter: admission.principle}"))
    (warning,) = warnings_of(channel)
    assert warning.code == "ADM-222"
    assert warning.weight.value == "请确认"
    assert warning.basis.clause == "第十六条"
    assert warning.where.file == f"regions/{FILE}"
    assert "50%" in warning.message and "70%" in warning.message


def test_a_skill_share_that_holds_warns_of_nothing(tmp_path):
    assert warnings_of(channel_in(tmp_path)) == ()


# What a child may change of its parent's.

CHILD = """\
channels:
  - id: vocational-exam
    title: 昆明职教高考
    in_force_from: 2020-01-01
    references: [{document: yn-measures, clause: 第二十条}]
"""


def inherited(root, child):
    return policy_with(root, CHANNEL, {"530100-kunming/admission/exam.yaml": child})


def test_a_child_has_everything_of_its_parent_and_its_own_title(tmp_path):
    (channel,) = channels(inherited(tmp_path, CHILD), "530100", ON)
    assert (channel.region, channel.title, channel.inherits) == ("530100", "昆明职教高考", ("530000",))
    assert [line.id for line in channel.lines] == ["culture-line", "total-line"]
    assert channel.lines[0].ground.file == f"regions/{FILE}"
    assert channel.ground.citation.clause == "第二十条"


def test_a_region_without_an_entry_has_its_parents(tmp_path):
    (channel,) = channels(policy_with(tmp_path), "530100", ON)
    assert (channel.region, channel.title) == ("530000", "职教高考")


TIGHTER = """\
    lines:
      - {id: total-line, title: 总分线, key: total, at_least: "260", references: [{document: yn-measures, clause: 第二十条}]}
      - {id: skill-line, title: 技能线, key: skill, at_least: "100", references: [{document: yn-measures, clause: 第二十条}]}
"""


def test_a_child_may_raise_a_line_and_add_one(tmp_path):
    (channel,) = channels(inherited(tmp_path, CHILD + TIGHTER), "530100", ON)
    assert [(line.id, line.at_least.value) for line in channel.lines] == [
        ("culture-line", Decimal(90)), ("total-line", Decimal(260)), ("skill-line", Decimal(100)),
    ]  # fmt: skip


LOOSER = {
    "a lower line": (TIGHTER.replace('"260"', '"240"'), "由 250 降到 240"),
    "a line for fewer": (TIGHTER.replace('at_least: "260"', 'at_least: "260", who: {key: sighted, equals: true}'), "人群"),
    "fewer papers waived": (
        "    exemptions:\n      - {id: soldiers, title: 免考, who: {key: group, in: [退役军人, 农民工]}, papers: [chinese],"
        " references: [{document: yn-measures, clause: 第二十条}]}\n",
        "少免了“mathematics”",
    ),
    "fewer people exempt": (
        "    exemptions:\n      - {id: soldiers, title: 免考, who: {key: group, equals: 退役军人}, parts: [culture],"
        " references: [{document: yn-measures, clause: 第二十条}]}\n",
        "人群",
    ),
    "a bar only after confirming": (
        "    bars:\n      - {id: once, title: 限制, when: confirmed_here, barred_from: [school-exam],"
        " references: [{document: yn-measures, clause: 第二十条}]}\n",
        "确认以后",
    ),
    "a condition dropped": (
        "    conditions:\n      - {id: nursing, title: 护理, places: {category: 护理}, require: {key: sighted, equals: true},"
        " references: [{document: yn-measures, clause: 第二十条}]}\n",
        "没有保留",
    ),
    "fewer seats kept": (
        "    quotas:\n      - {id: farmers, title: 名额, places: {kind: ordinary}, who: {key: group, equals: 农民工},"
        ' share: "0.2", kind: floor, references: [{document: yn-measures, clause: 第二十条}]}\n',
        "由 0.25 减到 0.2",
    ),
    "more points": (
        "    policy_points:\n      combine: sum\n      limit: \"30\"\n      references: [{document: yn-measures, clause: 第二十条}]\n",
        "由 20 提高到 30",
    ),
    "no floor of skill": (
        "    total:\n      skill_parts: [skill]\n      references: [{document: yn-measures, clause: 第二十条}]\n",
        "下限",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LOOSER)
def test_a_child_may_not_loosen(name, tmp_path):
    more, words = LOOSER[name]
    with pytest.raises(Refusal) as caught:
        channels(inherited(tmp_path, CHILD + more), "530100", ON)
    (problem,) = caught.value.problems
    assert problem.code == "ADM-218"
    assert words in problem.message
    assert problem.where.file == "regions/530100-kunming/admission/exam.yaml"
    assert f"regions/{FILE}" in problem.do


def test_a_condition_may_be_kept_and_tightened(tmp_path):
    more = (
        "    conditions:\n      - id: nursing\n        title: 护理\n        places: {category: 护理}\n        require:\n"
        '          all: [{all: [{key: height, at_least: "155"}, {key: sighted, equals: true}]}, {key: height, at_most: 190}]\n'
        "        references: [{document: yn-measures, clause: 第二十条}]\n"
    )
    (channel,) = channels(inherited(tmp_path, CHILD + more), "530100", ON)
    assert len(channel.conditions) == 1


def test_a_framework_admits_nobody_and_an_unknown_channel_is_refused_with_the_known(tmp_path):
    policy = policy_with(tmp_path, changed("    systems: [A2]\n", "    systems: [A2]\n    framework: true\n"))
    assert channels(policy, "530000", ON) == ()
    assert [c.id for c in channels(policy, "530000", ON, frameworks=True)] == ["vocational-exam"]
    with pytest.raises(Refusal) as caught:
        get_channel(policy, "530000", "vocational-exam", ON)
    assert caught.value.code == "ADM-225"


def test_a_channel_holds_from_its_first_day(tmp_path):
    policy = policy_with(tmp_path)
    assert channels(policy, "530000", date(2019, 12, 31)) == ()
    assert [c.id for c in channels(policy, "530000", date(2020, 1, 1))] == ["vocational-exam"]


def test_faults_of_all_regions_are_gathered_once(tmp_path):
    broken = changed('ratio: "1.05"', 'ratio: "0.9"')
    problems = problems_on(policy_with(tmp_path, broken), ON)
    assert [problem.code for problem in problems] == ["ADM-209"]
