"""The forms column by column, and those that cannot say whose achievement a row is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from guantong.base.sheets.specs import ColumnSpec, SheetSpec

ADMINISTRATIVE_LEVELS = {
    "10": "国家级",
    "20": "省部级",
    "30": "地市级",
    "40": "区县级",
    "50": "乡镇级",
    "60": "校级",
    "61": "院系级",
    "62": "专业级",
    "70": "国际",
    "99": "其他",
}
"""级别代码 (JBDM): at which level a certificate is given out. It says nothing about the skill grade."""
ASSESSMENT_GRADES = {"1": "2", "2": "3", "3": "4", "4": "5", "5": "6"}
"""鉴定等级代码 (JDDJDM) → the bank's skill grade: 1 is 初级工（五级）, 5 is 高级技师（一级）."""
TERMS = {"1": "秋季学期", "2": "春季学期", "3": "夏季学期", "9": "其他学期"}
"""学期代码 (XQDM)."""

_EARLIEST = date(1950, 1, 1)


def _text(key: str, *titles: str, required: bool = False, max_length: int = 200) -> ColumnSpec:
    return ColumnSpec(key=key, titles=titles, required=required, max_length=max_length)


def _code(key: str, *titles: str, required: bool = False, max_length: int = 60) -> ColumnSpec:
    return ColumnSpec(key=key, titles=titles, kind="code", required=required, max_length=max_length)


def _date(key: str, *titles: str) -> ColumnSpec:
    return ColumnSpec(key=key, titles=titles, kind="date", required=True, not_before=_EARLIEST)


def _credits(key: str, *titles: str) -> ColumnSpec:
    return ColumnSpec(key=key, titles=titles, kind="decimal", places=2, least=0, most=Decimal(200))


def _score(key: str, *titles: str) -> ColumnSpec:
    return ColumnSpec(key=key, titles=titles, kind="decimal", places=2, least=0, most=Decimal(200))


RECORD_UID = _text("record_uid", "主键数据唯一性标识", "ZJSJWYXBS", max_length=64)
SCHOOL_CODE = _code("school_code", "学校代码", "XXDM", required=True, max_length=10)
STUDENT_NUMBER = _code("student_number", "学号", "XH", "学生学号", "XSXH", required=True, max_length=24)
NAME = ColumnSpec(key="name", titles=("学生姓名", "XSXM", "姓名"), kind="name", max_length=60)
IS_ELECTRONIC = _text("is_electronic", "是否支持电子证书", "SFZCDZZS", max_length=10)
PRINTS = _text("prints", "下载/打印次数", "XZDYCS", max_length=10)
COLLECTED = _text("collected_at", "数据采集时间", "SJCJSJ", max_length=40)
ABOUT = ("国家数据标准的表按学校代码和学号认人；学籍要先登记。",)

SKILL_CERTIFICATE_HIGHER_2023 = SheetSpec(
    name="ods_xsjnzssj_2023",
    title="学生技能证书数据子类表",
    edition="高职数据标准 2023 年版",
    columns=(
        RECORD_UID,
        SCHOOL_CODE,
        STUDENT_NUMBER,
        NAME,
        _text("issuer_name", "发证机构", "FZJG", required=True, max_length=80),
        _code("level", "证书等级码", "ZSDJM", max_length=10),
        _code("certificate_number", "证书号", "ZSH", required=True),
        _text("title", "证书名称", "ZSMC", required=True, max_length=120),
        _date("issued_on", "发证日期", "FZRQ"),
        IS_ELECTRONIC,
        PRINTS,
        COLLECTED,
    ),
    about=ABOUT,
)
"""ODS_XSJNZSSJ, higher vocational, 2023.06."""

SKILL_CERTIFICATE_HIGHER_2024 = SheetSpec(
    name="ods_xsjnzssj_2024",
    title="学生技能证书数据子类表",
    edition="高职数据标准 2024 年版",
    columns=(
        RECORD_UID,
        SCHOOL_CODE,
        STUDENT_NUMBER,
        NAME,
        _text("issuer_code", "发证机构编码", "FZJGBM", required=True, max_length=80),
        _text("level", "证书等级", "ZSDJ", max_length=20),
        _code("certificate_number", "证书号", "ZSH", required=True),
        _text("title", "证书名称", "ZSMC", required=True, max_length=120),
        _date("issued_on", "发证日期", "FZRQ"),
        IS_ELECTRONIC,
        PRINTS,
        COLLECTED,
    ),
    about=ABOUT,
)
"""ODS_XSJNZSSJ, higher vocational, 2024.09: the issuer by code, the level as a word."""

SKILL_CERTIFICATE_SECONDARY_2023 = SheetSpec(
    name="ods_zzxsjndssj_2023",
    title="中职学生技能证书数据子类表",
    edition="中职数据标准 2023 年版",
    columns=(
        RECORD_UID,
        SCHOOL_CODE,
        STUDENT_NUMBER,
        NAME,
        _text("issuer_name", "发证机构", "JDJG", required=True, max_length=80),
        _code("level", "证书等级码", "JDDJM", max_length=10),
        _code("certificate_number", "证书编号", "ZSBH", required=True),
        _text("title", "证书名称", "ZSMC", required=True, max_length=120),
        _date("issued_on", "发证日期", "FZRQ"),
        IS_ELECTRONIC,
        PRINTS,
        COLLECTED,
    ),
    about=ABOUT,
)
"""ODS_ZZXSJNDSSJ, secondary vocational, 2023.06."""

COURSE_CATEGORIES = (
    ("public", "公共基础课", "GGJCKYHXF", "GGJCKCJ"),
    ("foundation", "专业基础课", "ZYJCKYHXF", "ZYJCKCJ"),
    ("core", "专业核心课", "ZYHXKYHXF", "ZYHXKCJ"),
    ("elective", "专业拓展课", "ZYTZKYHXF", "ZYTZKCJ"),
)
"""Category of courses, its name, and the codes of its credits and score."""

OVERALL_SCORE_HIGHER_2023 = SheetSpec(
    name="ods_zhcjypjsj_2023",
    title="综合成绩与评价数据子类表",
    edition="高职数据标准 2023 年版",
    columns=(
        RECORD_UID,
        SCHOOL_CODE,
        _code("academic_year", "学年（度）", "XN", "学年", required=True, max_length=9),
        ColumnSpec(
            key="term",
            titles=("学期码", "XQM"),
            kind="code",
            required=True,
            choices={code: code for code in TERMS} | {name: code for code, name in TERMS.items()},
        ),
        _code("programme_code", "专业号", "ZYH", max_length=8),
        _text("programme_name", "专业名称", "ZYMC", max_length=60),
        _text("cohort", "年级", "NJ", max_length=10),
        _text("class_number", "班号", "BH", max_length=20),
        _text("class_name", "班级名称", "BJMC", max_length=60),
        STUDENT_NUMBER,
        NAME,
        *(_credits(f"credits_{key}", f"{name}已获学分", code) for key, name, code, _ in COURSE_CATEGORIES),
        *(_score(f"score_{key}", f"{name}成绩", code) for key, name, _, code in COURSE_CATEGORIES),
        _score("score_internship", "岗位实习成绩", "GWSXCJ"),
        _date("issued_on", "录入日期", "LRRQ"),
        COLLECTED,
    ),
    about=(*ABOUT, "四类课程的学分和成绩各成一项成果；学分须是本学期取得的，不是历年累计。"),
)
"""ODS_ZHCJYPJSJ, higher vocational, 2023.06: credits and score of a term by category of courses."""

PRACTICE_2024 = SheetSpec(
    name="ods_xsshsjhdsj_2024",
    title="学生社会实践活动数据子类表",
    edition="高职数据标准 2024 年版",
    columns=(
        RECORD_UID,
        SCHOOL_CODE,
        STUDENT_NUMBER,
        _text("issuer_name", "实践单位", "SJDW", required=True, max_length=80),
        _text("place_name", "实践地点", "SJDD"),
        _text("title", "实践项目", "SJXM", required=True, max_length=120),
        _text("content", "实践内容", "SJNR", max_length=4000),
        _date("begun_on", "实践起始日期", "SJQSRQ"),
        _date("issued_on", "实践终止日期", "SJZZRQ"),
        _code("category", "实践类别码", "SJLBM", max_length=10),
        _text("outcome", "实践成果", "SJCG", max_length=4000),
        _code("advisor", "指导教师工号", "ZDJSGH"),
        _text("evaluation", "实践评价", "SJPJ", max_length=4000),
        COLLECTED,
    ),
    about=(*ABOUT, "社会实践存入后等待人工审核，由学校确定学分。"),
)
"""ODS_XSSHSJHDSJ, higher vocational, 2024.09."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """A form of the standard that cannot become anybody's achievement, and why."""

    spec: SheetSpec
    code: str
    why: str


def _unfit(name: str, code: str, title: str, why: str, *columns: tuple[str, str]) -> Unfit:
    specs = tuple(_text(f"c{n}", cn, en, required=n <= 5, max_length=4000) for n, (cn, en) in enumerate(columns, 1))
    return Unfit(SheetSpec(name=name, title=title, columns=specs, about=ABOUT, is_offered=False), code, why)


UNFIT: dict[str, Unfit] = {
    u.spec.name: u
    for u in (
        _unfit(
            "ods_gzxzssj_2023",
            "ODS_GZXZSSJ",
            "1+X证书数据子类表",
            "它只登记证书和人数，没有学生",
            ("学校代码", "XXDM"),
            ("证书号", "ZSH"),
            ("专业号", "ZYH"),
            ("证书名称", "ZSMC"),
            ("取证人数", "QZRS"),
            ("参与人数", "CYRS"),
            ("考证日期", "KZRQ"),
            ("证书颁发单位名称", "ZSBFDWMC"),
        ),
        _unfit(
            "ods_gzxzssj_2024",
            "ODS_GZXZSSJ",
            "1+X证书数据子类表",
            "它只登记证书，没有学生",
            ("学校代码", "XXDM"),
            ("证书号", "ZSH"),
            ("专业号", "ZYH"),
            ("证书名称", "ZSMC"),
            ("证书类型", "ZSLX"),
            ("发证机构编码", "FZJGBM"),
            ("发证机构名称", "FZJGMC"),
            ("证书等级", "ZSDJ"),
            ("鉴定地点", "JDDD"),
        ),
        _unfit(
            "ods_zzwfjckcjsj_2023",
            "ODS_ZZWFJCKCJSJ",
            "文化基础课成绩数据子类表",
            "它只写到班级，没有学号和姓名",
            ("学校代码", "XXDM"),
            ("学年", "XN"),
            ("班级", "BJ"),
            ("课程名称", "KCMC"),
            ("课程成绩", "KCCJ"),
            ("课程分类码", "KCFLM"),
            ("任课教师", "RKJS"),
        ),
        _unfit(
            "ods_xnxssshdsj_2023",
            "ODS_XNXSSSHDSJ",
            "校内学生赛事活动数据子类表",
            "它只登记活动和人数，没有学生和名次",
            ("学校代码", "XXDM"),
            ("赛事活动编号", "SSHDBH"),
            ("赛事活动名称", "SSHDMC"),
            ("活动开始日期", "HDKSRQ"),
            ("参与学生数", "CYXSS"),
            ("赛事活动类型码", "SSHDLXM"),
            ("参与教师数", "CYJSS"),
        ),
        _unfit(
            "ods_zzxnxssshdsj_2023",
            "ODS_ZZXNXSSSHDSJ",
            "校内学生赛事活动数据子类表",
            "它只登记活动和人数，没有学生和名次",
            ("学校代码", "XXDM"),
            ("赛事活动编号", "SXHDBH"),
            ("赛事活动名称", "SXHDMC"),
            ("活动开始日期", "HDKSRQ"),
            ("参与学生数", "CYXSS"),
            ("赛事类型码", "SSLXM"),
        ),
        _unfit(
            "ods_zzxszhcjpjsj_2023",
            "ODS_ZZXSZHCJPJSJ",
            "综合成绩与评价数据子类表",
            "它只有各类成绩，没有学时和学分，算不出认定多少",
            ("学校代码", "XXDM"),
            ("学号", "XH"),
            ("文化课成绩", "WHKCJ"),
            ("专业技能课程成绩", "ZYJNKCCJ"),
            ("综合评价成绩", "ZHPJ"),
            ("思想政治成绩", "SXZZCJ"),
            ("学生体质健康成绩", "XSTZJKCJ"),
            ("学年（度）", "XN"),
        ),
        _unfit(
            "ods_sxjcsj_2023",
            "ODS_SXJCSJ、ODS_ZZSXJCSJ",
            "实习基础数据子类表",
            "它的实习时长没有写明是天、周还是学时，不能换算",
            ("学校代码", "XXDM"),
            ("学号", "XH"),
            ("学生姓名", "XSXM"),
            ("实习是否开始", "SXSFKS"),
            ("实习是否结束", "SXSFJS"),
            ("实习开始日期", "SXKSRQ"),
            ("实习结束日期", "SXJSRQ"),
            ("学生学号", "XSXH"),
            ("实习时长", "SXSC"),
        ),
        _unfit(
            "ods_xsxksj_2023",
            "ODS_XSXKSJ、ODS_ZZXSXKSJ",
            "学生选课数据子类表",
            "它只有选课，没有成绩",
            ("学校代码", "XXDM"),
            ("学号", "XH"),
            ("计划课程号", "JHKCH"),
            ("课程名称", "KCMC"),
            ("选课时间", "XKSJ"),
            ("选课性质码", "XKXZM"),
            ("开课学年度", "KKXND"),
        ),
    )
}
"""Forms recognised only to say why they cannot be taken, and what to hand in instead."""

FITTING = (
    SKILL_CERTIFICATE_HIGHER_2023,
    SKILL_CERTIFICATE_HIGHER_2024,
    SKILL_CERTIFICATE_SECONDARY_2023,
    OVERALL_SCORE_HIGHER_2023,
    PRACTICE_2024,
)
