"""A school's rule document in the words people read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from guantong.domains.credit.kinds import ACHIEVEMENT_KINDS
from guantong.engines.conversion.scales import CATEGORIES

LABELS = {
    "levels": "等级",
    "certificates": "证书名单",
    "to": "可用于",
    "credits": "学分",
    "grade": "记载成绩",
    "validity": "有效期",
    "place_at_most": "名次不低于第几名",
    "grade_at_least": "成绩不低于",
    "national_recognition": "须先取得",
    "issuer_kinds": "颁发单位类别",
    "issuer_ids": "颁发单位",
    "during_study": "须在读期间取得",
    "team": "团体项目",
    "categories": "课程类别",
    "modules": "模块",
    "courses": "课程",
    "names": "课程名称含有",
    "same_code": "须与课程代码相同",
    "course_credits": "按课程学分",
    "recognised": "按学分银行认定的学分",
    "fixed": "固定",
    "by_level": "按等级",
    "by_grade": "按成绩",
    "table": "按折算表",
    "hours_per_credit": "每学分学时",
    "at_most": "最多",
    "at_least": "至少",
    "step": "最小单位",
    "write": "写",
    "score": "记分",
    "years": "年限",
    "ageing": "逐年折算",
    "after_years": "满几年后",
    "counts": "按几成计",
    "level": "等级",
    "place": "名次",
    "places": "名次",
    "name": "名称",
    "share": "比例",
    "of": "占",
    "achievements": "成果项数",
    "clause": "本规则条款",
    "limit": "上限",
    "earned_before_applying": "申请前须在本校修得学分",
    "minimum": "在本校修得的学分不少于",
}
WORDS = {
    "true": "是",
    "false": "否",
    "any": "不限",
    "only": "只限",
    "never": "不含",
    "counted": "该类课程学分",
    "programme": "培养方案总学分",
    **CATEGORIES,
    **{code: kind.label for code, kind in ACHIEVEMENT_KINDS.items()},
}
HIDDEN = frozenset({"id", "title", "kinds", "code", "per"})


def in_words(value: Any) -> str:
    """Any part of a rule document as one Chinese phrase."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        return "；".join(
            f"{LABELS.get(str(k), str(k))}：{in_words(v)}" if v not in (True, "true") else LABELS.get(str(k), str(k))
            for k, v in value.items()
            if k not in HIDDEN
        )
    if isinstance(value, Sequence) and not isinstance(value, str):
        if value and isinstance(value[0], Mapping):
            return "／".join(in_words(v) for v in value)
        return "、".join(in_words(v) for v in value)
    text = str(value)
    return WORDS.get(text, text)


def rule_lines(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document ready for a page: ``use`` (sentences), ``rules``, ``caps``, ``other`` (label, phrase)."""
    use = document.get("use", {})

    def yes(name: str) -> bool:
        return use.get(name) in (True, "true")

    return {
        "use": [
            "每项成果只能用一次。" if yes("single_use") else "一项成果可以分几次用完。",
            "用不完的余额不再使用。" if use.get("surplus") == "lost" else "用不完的余额保留在账户里。",
            "几项成果可以合起来抵一门课程。" if yes("combine") else "一门课程只能由一项成果来抵。",
            "课程可以部分免修。" if yes("partial") else "课程要整门免修。",
        ],
        "use_clause": use.get("clause", ""),
        "rules": [
            {
                "title": r.get("title", ""),
                "clause": r.get("clause", ""),
                "kinds": in_words(r.get("kinds", [])),
                "lines": [(LABELS.get(k, k), in_words(v)) for k, v in r.items() if k not in HIDDEN and k != "clause"],
            }
            for r in document.get("rules", [])
        ],
        "caps": [
            {"title": c.get("title", ""), "limit": in_words(c.get("limit", "")), "clause": c.get("clause", "")}
            for c in document.get("caps", [])
        ],
        "other": [
            (label, in_words(document[key]))
            for key, label in (
                ("exclude", "不得以成果替代的课程"),
                ("own_school", "在本校修读的要求"),
                ("coming_semesters_only", "只能用于以后学期的课程"),
            )
            if document.get(key)
        ],
    }
