"""A school's rule document in the words people read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from guantong.base.orgs.models import KINDS as ISSUER_KINDS
from guantong.domains.credit.kinds import ACHIEVEMENT_KINDS
from guantong.engines.conversion.scales import CATEGORIES

WORDS = {**CATEGORIES, **dict(ISSUER_KINDS), **{code: kind.label for code, kind in ACHIEVEMENT_KINDS.items()}}
TEAM = {"any": "个人和团体均可", "only": "只限团体项目", "never": "只限个人项目"}
OF_EACH = {"course": "该课程的学分", "category": "该类课程的学分", "module": "该模块的学分"}
COURSES_BY = (("categories", ""), ("modules", "模块："), ("courses", "课程代码："))
PRIZES = {"1": "一等奖", "2": "二等奖", "3": "三等奖", "4": "优胜奖"}
"""Places as competitions print them; the engine reads 第一名 and 一等奖 as the same place."""
COUNTED = {"credits": "学分", "courses": "门课程", "achievements": "项成果"}


def number(value: object) -> str:
    """An exact number as people read it: ``0.5``, ``2/3``, ``8``."""
    text = str(value)
    try:
        exact = Fraction(text)
    except (ValueError, ZeroDivisionError):
        return text
    scaled = exact * 10000
    return text if scaled.denominator != 1 else f"{float(exact):.4f}".rstrip("0").rstrip(".")


def percent(value: object) -> str:
    """A share as a percentage, or as the fraction it is when that has no end."""
    text = str(value)
    try:
        exact = Fraction(text) * 100
    except (ValueError, ZeroDivisionError):
        return text
    return f"{number(exact)}%" if (exact * 100).denominator == 1 else text


def listed(values: object) -> str:
    """Codes in words, joined; a text alone is itself."""
    if isinstance(values, Sequence) and not isinstance(values, str):
        return "、".join(WORDS.get(str(v), str(v)) for v in values)
    return WORDS.get(str(values), str(values))


def is_said(value: object) -> bool:
    """Whether a switch of the document is on (a number one is not a switch)."""
    return value is True or value == "true"


def _basis(value: Mapping[str, Any]) -> str:
    return f"（本规则{value['clause']}）" if value.get("clause") else ""


def _levels(value: Any) -> str:
    if not isinstance(value, Mapping):
        return listed(value)
    words = [f"{value['at_least']}及以上"] if "at_least" in value else []
    if "at_most" in value:
        words.append(f"最高到{value['at_most']}")
    return "，".join(words)


def _issuers(value: Any) -> str:
    words = [listed(value["kinds"])] if value.get("kinds") else []
    if value.get("ids"):
        words.append(f"名单上的 {len(value['ids'])} 家单位")
    return "；".join(words)


def _to(value: Any) -> str:
    words = [f"{label}{listed(value[key])}" for key, label in COURSES_BY if value.get(key)]
    if is_said(value.get("same_code")):
        words.append("代码与成果相同的课程")
    size = value.get("course_credits")
    if isinstance(size, Mapping):
        words.append(f"课程{_between(size)}")
    return "；".join(words) or "所有课程"


def _between(value: Mapping[str, Any]) -> str:
    words = [f"不少于 {number(value['at_least'])} 学分"] if "at_least" in value else []
    if "at_most" in value:
        words.append(f"不超过 {number(value['at_most'])} 学分")
    return "、".join(words)


def _place(value: object) -> str:
    return PRIZES.get(str(value), f"第 {value} 名")


def _row(row: Mapping[str, Any]) -> str:
    places = row.get("places") or ([row["place"]] if "place" in row else [])
    words = [str(row.get("level", ""))]
    if places:
        words.append("、".join(_place(p) for p in places))
    if "team" in row:
        words.append("团体" if is_said(row["team"]) else "个人")
    if "at_least" in row:
        words.append(f"成绩 {number(row['at_least'])} 以上")
    return f"{''.join(words) or '其他'} {number(row.get('credits', ''))} 学分"


def _credits(value: Any) -> str:
    words: list[str] = []
    if is_said(value.get("recognised")):
        words.append("按学分银行认定的学分")
    if is_said(value.get("course_credits")):
        words.append("按课程的学分")
    if "fixed" in value:
        words.append(f"每项 {number(value['fixed'])} 学分")
    if "by_level" in value:
        words.append("、".join(f"{level} {number(v)} 学分" for level, v in value["by_level"].items()))
    for key in ("by_grade", "table"):
        if key in value:
            words.append("，".join(_row(row) for row in value[key]))
    if "hours_per_credit" in value:
        words.append(f"每 {number(value['hours_per_credit'])} 学时 1 学分")
    if "round_down_to" in value:
        words.append(f"零数舍到 {number(value['round_down_to'])} 学分的倍数")
    if "at_most" in value:
        words.append(f"最多 {number(value['at_most'])} 学分")
    return "；".join(words)


def _written(value: Mapping[str, Any]) -> str:
    words = f"“{value['write']}”" if "write" in value else ""
    if "score" in value:
        words += f"{'，' if words else ''}记 {number(value['score'])} 分"
    return words


def _grade(value: Any) -> str:
    if "map" in value:
        steps = [f"{number(s['at_least'])} 以上" if "at_least" in s else "其余" for s in value["map"]]
        words = "；".join(f"{step}写{_written(s)}" for step, s in zip(steps, value["map"], strict=True))
    elif "by_level" in value:
        words = "；".join(f"{level}写{_written(v)}" for level, v in value["by_level"].items())
    else:
        words = f"写{_written(value)}"
    return words + _basis(value)


def _validity(value: Any) -> str:
    words = [f"{number(value['years'])} 年"] if "years" in value else []
    words += [f"满 {number(a['after_years'])} 年后按 {percent(a['counts'])} 计" for a in value.get("ageing", ())]
    return "；".join(words) + _basis(value)


def _limit(cap: Mapping[str, Any]) -> str:
    value, words = cap.get("limit") or {}, []
    if "share" in value:
        of = OF_EACH.get(str(cap.get("per")), "所涉及课程的学分")
        filtered = any(cap.get(key) for key in ("categories", "modules", "courses"))
        if value.get("of") == "programme" or (cap.get("per") == "programme" and not filtered):
            of = "培养方案的总学分"
        words.append(f"不超过{of}的 {percent(value['share'])}")
    words += [f"不超过 {number(value[key])} {unit}" for key, unit in COUNTED.items() if key in value]
    return "；".join(words)


def _exclude(value: Any) -> str:
    words = [
        f"{label}{listed(value[key])}"
        for key, label in (
            ("categories", ""),
            ("modules", "模块："),
            ("courses", "课程代码："),
            ("names", "名称含有："),
        )
        if value.get(key)
    ]
    return "；".join(words) + _basis(value)


def _own_school(value: Any) -> str:
    words = []
    least = value.get("minimum")
    if isinstance(least, Mapping):
        words.append(
            f"在本校修得的学分不少于总学分的 {percent(least['share'])}"
            if "share" in least
            else f"在本校修得的学分不少于 {number(least.get('credits', ''))} 学分"
        )
    if "earned_before_applying" in value:
        words.append(f"申请之前须在本校修得 {number(value['earned_before_applying'])} 学分")
    return "；".join(words) + _basis(value)


PARTS: tuple[tuple[str, str, Callable[[Any], str]], ...] = (
    ("levels", "等级", _levels),
    ("place_at_most", "名次", lambda v: f"{_place(v)}（或相同名次）及以上"),
    ("grade_at_least", "成绩", lambda v: f"{number(v)} 及以上"),
    ("team", "团体项目", lambda v: TEAM.get(str(v), str(v))),
    ("certificates", "证书代码", listed),
    ("issuers", "颁发单位", _issuers),
    ("during_study", "取得时间", lambda v: "须在入学之后取得" if is_said(v) else "入学之前取得的也可以"),
    ("national_recognition", "须先取得", lambda v: f"{v.get('name', '')}{_basis(v)}"),
    ("to", "可用于", _to),
    ("credits", "学分", _credits),
    ("validity", "有效期", _validity),
    ("grade", "记载成绩", _grade),
)
"""Entry of a rule, its label, how it is told; in the order people read them."""


def rule_lines(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document ready for a page: ``use`` (sentences), ``rules``, ``caps``, ``other`` (label, phrase)."""
    use = document.get("use", {})
    told = [
        "每项成果只能用一次。" if is_said(use.get("single_use")) else "一项成果可以分几次用完。",
        "用不完的余额不再使用。" if use.get("surplus") == "lost" else "用不完的余额保留在账户里。",
        "几项成果可以合起来抵一门课程。" if is_said(use.get("combine")) else "一门课程只能由一项成果来抵。",
        "课程可以部分免修。" if is_said(use.get("partial")) else "课程要整门免修。",
    ]
    if "least_cover" in use:
        told.append(f"部分免修的，至少要抵到课程学分的 {percent(use['least_cover'])}。")
    other: list[tuple[str, str]] = []
    if document.get("exclude"):
        other.append(("不得以成果替代的课程", _exclude(document["exclude"])))
    if document.get("own_school"):
        other.append(("在本校修读的要求", _own_school(document["own_school"])))
    if coming := document.get("coming_semesters_only"):
        basis = _basis(coming) if isinstance(coming, Mapping) else ""
        other.append(("用于哪些学期", f"只能用于以后学期的课程{basis}"))
    return {
        "use": told,
        "use_clause": use.get("clause", ""),
        "rules": [
            {
                "title": r.get("title", ""),
                "clause": r.get("clause", ""),
                "kinds": listed(r.get("kinds", [])),
                "lines": [(label, tell(r[key])) for key, label, tell in PARTS if r.get(key) is not None],
            }
            for r in document.get("rules", [])
        ],
        "caps": [
            {"title": c.get("title", ""), "limit": _limit(c), "clause": c.get("clause", "")}
            for c in document.get("caps", [])
        ],
        "other": other,
    }
