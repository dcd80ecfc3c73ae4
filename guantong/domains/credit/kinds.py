"""Words of the credit bank as values: kinds of achievement, states, buckets and transfers of the ledger.

Pure; imported by rules, models and pages alike.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of achievement: label, and how many ordered levels it knows (0 = none)."""

    code: str
    label: str
    levels: tuple[str, ...] = ()


SKILL_GRADES = ("学徒工", "初级工", "中级工", "高级工", "技师", "高级技师", "特级技师", "首席技师")
"""Eight ordered grades, 1..8 (中办发〔2022〕58号（十一））."""

X_LEVELS = ("初级", "中级", "高级")
"""Three grades of the 1+X certificate, 1..3, never merged with the eight (国发〔2019〕4号（六））."""

EDUCATION_LEVELS = ("中职", "高职专科", "职业本科")
COMPETITION_LEVELS = ("校级", "市级", "省级", "国家级", "世界")
COMPETITION_PLACES = ("优胜", "三等奖", "二等奖", "一等奖")

ACHIEVEMENT_KINDS: dict[str, Kind] = {
    k.code: k
    for k in (
        Kind("school_course", "学校课程"),
        Kind("academic_certificate", "学业（学历）证书", EDUCATION_LEVELS),
        Kind("skill_grade", "职业技能等级证书", SKILL_GRADES),
        Kind("x_certificate", "1+X 证书", X_LEVELS),
        Kind("vocational_qualification", "职业资格证书", ("五级", "四级", "三级", "二级", "一级")),
        Kind("training", "培训记录"),
        Kind("competition", "竞赛获奖", COMPETITION_LEVELS),
        Kind("military_skill", "军事职业技能等级", ("五级", "四级", "三级", "二级", "一级")),
        Kind("work_experience", "工作经历"),
        Kind("other", "其他学习成果"),
    )
}

ACHIEVEMENT_STATES = {
    "claimed": "本人申报，待审核",
    "deposited": "已存入，尚未认定",
    "recognised": "已认定",
    "refused": "未予认定",
    "expired": "已过有效期",
    "revoked": "已撤销",
}

BUCKETS = {
    "issuer": "颁发单位",
    "deposited": "已存入",
    "recognised": "可使用",
    "reserved": "申请中",
    "converted": "已转换",
    "surplus": "余额不再使用",
    "expired": "已过期",
    "refused": "未予认定",
}
"""Where credits can stand. ``issuer`` is outside the bank; all others are never below zero."""

HELD = tuple(b for b in BUCKETS if b != "issuer")


@dataclass(frozen=True, slots=True)
class TransferKind:
    """A kind of ledger entry: label, and between which buckets it moves credits."""

    code: str
    label: str
    debit: str
    credit: str


TRANSFERS: dict[str, TransferKind] = {
    t.code: t
    for t in (
        TransferKind("deposit", "存入", "issuer", "deposited"),
        TransferKind("recognise", "认定", "deposited", "recognised"),
        TransferKind("refuse", "未予认定", "deposited", "refused"),
        TransferKind("reserve", "申请占用", "recognised", "reserved"),
        TransferKind("release", "解除占用", "reserved", "recognised"),
        TransferKind("convert", "转换", "reserved", "converted"),
        TransferKind("lose_surplus", "余额不再使用", "recognised", "surplus"),
        TransferKind("expire", "过期", "recognised", "expired"),
    )
}
REVERSE = "reverse"
"""A reversal moves the credits of the entry it names back: debit and credit are swapped."""

APPLICATION_STATES = {
    "in_review": "审核中",
    "returned": "退回补正",
    "granted": "已批准",
    "partly_granted": "部分批准",
    "refused": "未批准",
    "in_appeal": "申诉中",
    "withdrawn": "已撤回",
    "reversed": "已冲正",
}

RULES_STATES = {
    "draft": "草稿",
    "under_adoption": "审核公示中",
    "adopted": "施行中",
    "superseded": "已被替代",
    "refused": "未通过",
}

CERTIFICATE_KINDS = {"completion": "课程学习成果证书", "statement": "学分账户对账单"}
CERTIFICATE_STATES = {"issued": "有效", "revoked": "已撤销", "corrected": "已更正（由新证书替代）"}
