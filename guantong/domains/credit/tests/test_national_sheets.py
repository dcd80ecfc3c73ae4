"""Forms of the national data standard, handed in as they are: recognised by header, learners by student number."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from guantong.base.sheets.errors import REQUIRED
from guantong.base.sheets.tests.books import book
from guantong.domains.credit.actions.auditing import audit_ledger
from guantong.domains.credit.models import Achievement
from guantong.domains.credit.sheets.national import forms
from guantong.domains.credit.sheets.national.reading import certificate_level, grade_in
from guantong.kernel.refusal import Weight

from .importing import findings, imported, places, sheet, skill, upload
from .scene import build_scene

SCHOOL = "9900000001"
SKILL: dict[str, Any] = {
    "ZJSJWYXBS": "a" * 32,
    "XXDM": SCHOOL,
    "XH": "2024001",
    "XSXM": "小赵",
    "FZJG": "云澜省技能鉴定中心",
    "ZSDJM": "3",
    "ZSH": "Y0001",
    "ZSMC": "电工",
    "FZRQ": "20250630",
    "SFZCDZZS": "1",
    "XZDYCS": "2",
    "SJCJSJ": "20250901T101010",
}
OVERALL: dict[str, Any] = {
    "ZJSJWYXBS": "b" * 32,
    "XXDM": SCHOOL,
    "XN": "2024-2025",
    "XQM": "1",
    "ZYH": "510203",
    "ZYMC": "软件技术",
    "NJ": "2024",
    "BH": "2401",
    "BJMC": "软件2401",
    "XH": "2024001",
    "XSXM": "小赵",
    "GGJCKYHXF": "8.0",
    "ZYJCKYHXF": "4.5",
    "ZYHXKYHXF": "0",
    "ZYTZKYHXF": "",
    "GGJCKCJ": "86.5",
    "ZYJCKCJ": "54",
    "ZYHXKCJ": "",
    "ZYTZKCJ": "",
    "GWSXCJ": "",
    "LRRQ": "20250120",
    "SJCJSJ": "20250201T000000",
}


def titled(spec, row: dict[str, Any], *more: dict[str, Any], chinese: bool = False) -> bytes:
    """A sheet under the standard's codes (or its Chinese names)."""
    chinese_of = {t: c.titles[0] for c in spec.columns for t in c.titles}
    head = [chinese_of[t] if chinese else t for t in row]
    return book([head, *([r.get(t, "") for t in row] for r in (row, *more))], sheet="Sheet1")


@pytest.fixture
def scene(cast):
    return build_scene(cast)


@pytest.mark.parametrize("chinese", [False, True])
def test_the_higher_vocational_skill_certificate_table_is_taken_as_it_is(cast, scene, chinese):
    content = titled(forms.SKILL_CERTIFICATE_HIGHER_2023, SKILL, chinese=chinese)
    job = imported(cast, content)
    assert job.spec == "ods_xsjnzssj_2023"
    achievement = Achievement.objects.get()
    assert (achievement.account_id, achievement.kind, achievement.level) == (scene.account_id, "skill_grade", 4)
    assert (achievement.certificate_number, achievement.issuer_name) == ("Y0001", "云澜省技能鉴定中心")
    assert (achievement.issued_on, achievement.recognised_total) == (date(2025, 6, 30), 600)
    assert audit_ledger().is_clean


def test_the_secondary_table_has_its_own_codes(cast, scene):
    row = {
        "ZJSJWYXBS": "c" * 32,
        "XXDM": SCHOOL,
        "XH": "2024001",
        "XSXM": "",
        "JDJG": "云澜省技能鉴定中心",
        "JDDJM": "2",
        "ZSBH": "Z0001",
        "ZSMC": "焊工（中级工）",
        "FZRQ": "2025-06-30",
        "SFZCDZZS": "0",
        "XZDYCS": "",
        "SJCJSJ": "20250901",
    }
    job = imported(cast, titled(forms.SKILL_CERTIFICATE_SECONDARY_2023, row))
    assert job.spec == "ods_zzxsjndssj_2023"
    assert Achievement.objects.values_list("level", "certificate_number").get() == (3, "Z0001")


def test_the_2024_edition_names_the_issuer_by_code_and_the_level_in_words(cast, scene):
    from guantong.base.orgs.models import Organisation

    code = Organisation.objects.get(pk=cast.enterprise).credit_code
    row = {k: v for k, v in SKILL.items() if k not in {"FZJG", "ZSDJM"}} | {"FZJGBM": code, "ZSDJ": "高级工"}
    other = row | {"FZJGBM": "X99", "ZSH": "Y0002"}
    job = upload(cast, titled(forms.SKILL_CERTIFICATE_HIGHER_2024, row, other))
    assert job.spec == "ods_xsjnzssj_2024"
    (problem,) = findings(job)
    assert (problem.code, problem.where.row, problem.where.title) == ("CRD-105", 3, "发证机构编码")
    imported(cast, titled(forms.SKILL_CERTIFICATE_HIGHER_2024, row))
    achievement = Achievement.objects.get()
    assert (achievement.level, achievement.issuer_id, achievement.issuer_name) == (
        4,
        cast.enterprise,
        "云澜精密制造有限公司",
    )


@pytest.mark.parametrize(
    ("change", "code", "title", "words"),
    [
        ({"XH": "2099009"}, "CRD-101", "学号", "没有登记学号为“2099009”的学生"),
        ({"XXDM": "9900000002"}, "CRD-102", "学校代码", "“9900000002”不是本校的代码“9900000001”"),
        ({"XSXM": "小钱"}, "CRD-103", "学生姓名", "登记的姓名与表中“小钱”不同"),
        ({"ZSDJM": "20"}, "CRD-104", "证书等级码", "级别代码（省部级）"),
        ({"ZSDJM": ""}, "CRD-104", "证书名称", "没有填写等级，证书名称里也没有写明等级"),
        ({"ZSDJM": "8"}, "CRD-104", "证书等级码", "“8”不在鉴定等级代码和级别代码里"),
        ({"ZSDJM": "1", "ZSMC": "电工（高级工）"}, "CRD-104", "证书等级码", "不一致"),
        ({"ZSMC": "1+X 智能财税证书"}, "CRD-104", "证书等级码", "没有写明初级、中级还是高级"),
        ({"FZRQ": "20251231"}, "CRD-013", "发证日期", "晚于今天"),
        ({"FZRQ": ""}, REQUIRED.code, "发证日期", "发证日期"),
    ],
)
def test_what_cannot_be_taken_is_told_at_its_cell(cast, scene, change, code, title, words):
    job = upload(cast, titled(forms.SKILL_CERTIFICATE_HIGHER_2023, SKILL | change))
    (problem,) = findings(job)
    assert problem.code == code
    assert (problem.where.row, problem.where.title) == (2, title)
    assert words in problem.message
    assert job.rows_bad == 1
    assert Achievement.objects.count() == 0


def test_a_1x_certificate_in_the_table_is_not_mixed_with_the_eight_grades(cast, scene):
    row = SKILL | {"ZSDJM": "20", "ZSMC": "1+X 智能财税（中级）"}
    imported(cast, titled(forms.SKILL_CERTIFICATE_HIGHER_2023, row))
    assert Achievement.objects.values_list("kind", "level").get() == ("x_certificate", 2)


def test_two_rows_of_one_certificate_and_known_ones_are_told(cast, scene):
    imported(cast, sheet(skill(姓名="小赵", 身份证号=cast.id_numbers["zhao"], 证书编号="Y9", 颁发单位="某中心")))
    row = SKILL | {"ZSH": "Y9", "ZSMC": "电工", "FZJG": "某中心", "ZSDJM": "2"}
    job = upload(cast, titled(forms.SKILL_CERTIFICATE_HIGHER_2023, row, row))
    assert ("CRD-034", "H3") in places(job)


def test_the_overall_score_table_gives_an_achievement_a_category(cast, scene):
    job = upload(cast, titled(forms.OVERALL_SCORE_HIGHER_2023, OVERALL))
    assert job.spec == "ods_zhcjypjsj_2023"
    (problem,) = findings(job)
    assert (problem.code, problem.weight, problem.where.title) == (
        "CRD-107",
        Weight.PLEASE_CONFIRM,
        "公共基础课已获学分",
    )
    imported(cast, titled(forms.OVERALL_SCORE_HIGHER_2023, OVERALL | {"SJCJSJ": "20250202T000000"}))
    found = {a.title: a for a in Achievement.objects.all()}
    assert sorted(found) == ["专业基础课（2024-2025学年秋季学期）", "公共基础课（2024-2025学年秋季学期）"]
    public = found["公共基础课（2024-2025学年秋季学期）"]
    assert (public.grade, public.declared, public.recognised_total, public.state) == ("86.5", 800, 800, "recognised")
    assert public.issuer_id == cast.donghu
    assert found["专业基础课（2024-2025学年秋季学期）"].state == "refused"
    assert audit_ledger().is_clean


def test_an_overall_score_without_its_score_or_year_is_refused(cast, scene):
    job = upload(cast, titled(forms.OVERALL_SCORE_HIGHER_2023, OVERALL | {"GGJCKCJ": ""}))
    assert [(p.code, p.where.title) for p in findings(job) if p.weight is Weight.MUST_CHANGE] == [
        ("CRD-022", "公共基础课成绩")
    ]
    job = upload(cast, titled(forms.OVERALL_SCORE_HIGHER_2023, OVERALL | {"XN": "2024"}))
    assert [(p.code, p.where.title) for p in findings(job)] == [("CRD-109", "学年（度）")]


def test_social_practice_waits_for_review(cast, scene):
    row = {
        "XXDM": SCHOOL,
        "XH": "2024001",
        "SJDW": "云澜社区",
        "SJDD": "湖滨区",
        "SJXM": "暑期社区服务",
        "SJNR": "志愿服务",
        "SJQSRQ": "20250701",
        "SJZZRQ": "20250715",
        "SJLBM": "1",
        "SJCG": "",
        "ZDJSGH": "T01",
        "SJPJ": "良好",
    }
    job = upload(cast, titled(forms.PRACTICE_2024, row, row | {"SJZZRQ": "20250630", "SJXM": "别的"}))
    assert [(p.code, p.where.title) for p in findings(job)] == [("CRD-014", "实践终止日期")]
    job = imported(cast, titled(forms.PRACTICE_2024, row))
    assert job.counts["more"] == {"等待认定": 1}
    assert Achievement.objects.values_list("kind", "state", "issuer_name").get() == ("other", "deposited", "云澜社区")


@pytest.mark.parametrize("name", sorted(forms.UNFIT))
def test_tables_without_learners_are_recognised_and_refused_with_the_reason(cast, scene, name):
    unfit = forms.UNFIT[name]
    row = {c.titles[1]: "1" for c in unfit.spec.columns}
    job = upload(cast, titled(unfit.spec, row, row))
    (problem,) = findings(job)
    assert problem.code == "CRD-106"
    assert unfit.why in problem.message
    assert unfit.code in problem.message
    assert job.rows_bad == 1


def test_only_schools_may_name_learners_by_student_number(cast, scene):
    job = upload(cast, titled(forms.SKILL_CERTIFICATE_HIGHER_2023, SKILL), who="zhang", where="enterprise")
    assert [p.code for p in findings(job)] == ["CRD-108"]


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("电工（中级工）", 3),
        ("电工（四级/中级工）", 3),
        ("电工三级/高级工", 4),
        ("汽车维修工高级技师", 6),
        ("焊工首席技师", 8),
        ("电工技师", 5),
        ("学徒工", 1),
        ("电工（五级/高级工）", None),
        ("初级工、中级工", None),
        ("全国计算机等级考试二级", None),
        ("普通话水平二级甲等", None),
        ("电工", None),
        ("二级建造师", None),
    ],
)
def test_the_grade_a_name_states(text, grade):
    assert grade_in(text) == grade


def test_codes_of_the_assessment_list_and_words_are_grades():
    assert certificate_level("电工", "3") == ("skill_grade", 4)
    assert certificate_level("电工", "03") == ("skill_grade", 4)
    assert certificate_level("电工", "四级") == ("skill_grade", 3)
    assert certificate_level("电工（中级工）", "60") == ("skill_grade", 3)
    assert certificate_level("电工（中级工）", "国家级") == ("skill_grade", 3)
    assert "说的是由哪一级颁发" in certificate_level("电工", "国家级")


def test_no_two_forms_share_a_name_and_every_column_has_its_code():
    specs = [*forms.FITTING, *(u.spec for u in forms.UNFIT.values())]
    assert len({s.name for s in specs}) == len(specs)
    for spec in specs:
        for column in spec.columns:
            assert any(t.isascii() and t.isupper() for t in column.titles), (spec.name, column.key)


def test_the_committed_sample_is_recognised_and_every_cell_is_good():
    from pathlib import Path

    from guantong.base.sheets.opening import open_workbook
    from guantong.base.sheets.reading import match_specs, read_sheet
    from guantong.domains.credit.sheets.jobs import DEPOSIT_JOB

    name = "学生技能证书数据子类表-国家标准.xlsx"
    workbook = open_workbook((Path(__file__).resolve().parents[4] / "samples" / name).read_bytes(), name)
    spec = match_specs(workbook, DEPOSIT_JOB.specs)
    reading = read_sheet(workbook, spec)
    rows = list(reading)
    assert (spec.name, len(rows), reading.problems) == ("ods_xsjnzssj_2023", 40, [])
    found = [certificate_level(str(r.values["title"]), str(r.values["level"])) for r in rows]
    assert {f[0] for f in found} == {"skill_grade", "x_certificate"}
    assert len({f for f in found if f[0] == "skill_grade"}) >= 3
