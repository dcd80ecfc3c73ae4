"""Whether a rule takes an achievement of a given shape, how many credits it grants, or the first thing in the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from guantong.engines.conversion import errors
from guantong.engines.conversion.facts import AchievementFacts
from guantong.engines.conversion.reasons import Reason
from guantong.engines.conversion.ruleset import Rule, Ruleset, WriteStep
from guantong.engines.conversion.scales import level_name, place_name, rank_of, score_of
from guantong.kernel.credits import floor_hundredths, show_credits
from guantong.kernel.refusal import RefusalKind

UNBOUNDED = 1 << 40
"""Granted by ``course_credits`` rules without a ceiling of their own: as much as the course has."""


@dataclass(frozen=True, slots=True)
class Miss:
    """Why a rule does not take a shape; ``depth`` counts the conditions met before, so the nearest rule can speak."""

    depth: int
    reason: Reason


def _list(items: frozenset[str]) -> str:
    names = sorted(items)
    return "、".join(names[:6]) + (f" 等 {len(names)} 种" if len(names) > 6 else "")


def match(rule: Rule, a: AchievementFacts, ruleset: Ruleset, hours_low: Fraction | None) -> int | Miss:
    """Hundredths granted before ageing and caps, or why not. ``hours_low``: the law's least hours a credit."""
    basis = ruleset.citation(rule.clause)

    def miss(depth: int, kind: RefusalKind, **values: object) -> Miss:
        return Miss(depth, Reason(kind, values, basis))

    if rule.certificates and (a.certificate_code or a.subject_code) not in rule.certificates:
        given = a.certificate_code or a.subject_code or "（未写明）"
        return miss(1, errors.CERTIFICATE_NOT_LISTED, given=given, known=_list(rule.certificates))
    if (rule.issuer_kinds or rule.issuer_ids) and not (
        a.issuer_kind in rule.issuer_kinds or a.issuer_id in rule.issuer_ids
    ):
        return miss(2, errors.ISSUER_NOT_LISTED, known=_list(rule.issuer_kinds | rule.issuer_ids))
    if (rule.team == "only" and not a.is_team) or (rule.team == "never" and a.is_team):
        return miss(3, errors.TEAM_NOT_ELIGIBLE, needed="团体" if rule.team == "only" else "个人")
    if rule.levels and a.level not in rule.levels:
        low, high = level_name(a.kind, rule.level_low), level_name(a.kind, rule.level_high)
        rank, lowest = rank_of(a.kind, a.level), rank_of(a.kind, rule.level_low)
        if rank is None or lowest is None:
            return miss(4, errors.LEVEL_NOT_STATED, needed=low)
        if rank < lowest:
            return miss(4, errors.LEVEL_TOO_LOW, given=level_name(a.kind, a.level), needed=low)
        return miss(4, errors.LEVEL_TOO_HIGH, given=level_name(a.kind, a.level), needed=high)
    if rule.grade_at_least is not None:
        score = score_of(a.grade, ruleset.grade_words)
        if score is None:
            return miss(5, errors.GRADE_UNCLEAR, given=a.grade or "（未写明）", needed=rule.grade_shown)
        if score < rule.grade_at_least:
            return miss(5, errors.GRADE_TOO_LOW, given=a.grade, needed=rule.grade_shown)
    if rule.place_at_most is not None and (a.place is None or a.place > rule.place_at_most):
        given = "（未写明）" if a.place is None else place_name(a.place)
        return miss(6, errors.PLACE_TOO_LOW, given=given, needed=f"前 {rule.place_at_most} 名（等奖）")
    return _amount(rule, a, ruleset, hours_low)


def _amount(rule: Rule, a: AchievementFacts, ruleset: Ruleset, hours_low: Fraction | None) -> int | Miss:
    granted = _granted(rule, a, ruleset, hours_low)
    if isinstance(granted, Miss):
        return granted
    amount = granted - granted % rule.amount.step
    if rule.amount.at_most is not None:
        amount = min(amount, rule.amount.at_most)
    return amount


def _granted(rule: Rule, a: AchievementFacts, ruleset: Ruleset, hours_low: Fraction | None) -> int | Miss:
    amount, basis = rule.amount, ruleset.citation(rule.clause)
    if amount.way == "fixed":
        return amount.fixed
    if amount.way == "by_level":
        found = (amount.by_level or {}).get(a.level)
        if found is not None:
            return found
        known = "、".join(level_name(a.kind, code) for code in amount.by_level or {})
        given = level_name(a.kind, a.level) if a.level else "没有写明等级"
        return Miss(7, Reason(errors.NOT_IN_TABLE, {"given": given, "known": known}, basis))
    if amount.way == "by_grade":
        return _by_grade(rule, a, ruleset)
    if amount.way == "table":
        return _by_table(rule, a, ruleset)
    if amount.way == "hours_per_credit":
        return _by_hours(rule, a, ruleset, hours_low)
    if amount.way == "recognised":
        if a.recognised_hundredths is None:
            return Miss(7, Reason(errors.AMOUNT_MISSING, {}, basis))
        return a.recognised_hundredths
    return UNBOUNDED


def _by_grade(rule: Rule, a: AchievementFacts, ruleset: Ruleset) -> int | Miss:
    basis = ruleset.citation(rule.clause)
    steps = rule.amount.by_grade
    lowest = steps[-1].shown if steps else ""
    score = score_of(a.grade, ruleset.grade_words)
    if score is None:
        return Miss(7, Reason(errors.GRADE_UNCLEAR, {"given": a.grade or "（未写明）", "needed": lowest}, basis))
    for step in steps:
        if score >= step.at_least:
            return step.hundredths
    return Miss(7, Reason(errors.GRADE_TOO_LOW, {"given": a.grade, "needed": lowest}, basis))


def _by_table(rule: Rule, a: AchievementFacts, ruleset: Ruleset) -> int | Miss:
    for row in rule.amount.table:
        if row.level and row.level != a.level:
            continue
        if row.is_team is not None and row.is_team != a.is_team:
            continue
        if row.first_place is not None and (
            a.place is None or not row.first_place <= a.place <= (row.last_place or row.first_place)
        ):
            continue
        return row.hundredths
    parts = [level_name(a.kind, a.level) if a.level else "没有写明级别"]
    parts.append("没有写明名次" if a.place is None else place_name(a.place))
    parts.append("团体" if a.is_team else "个人")
    levels = dict.fromkeys(level_name(a.kind, row.level) for row in rule.amount.table if row.level)
    values = {"given": "、".join(parts), "known": "、".join(levels) or "见规则原文"}
    return Miss(7, Reason(errors.NOT_IN_TABLE, values, ruleset.citation(rule.clause)))


def _by_hours(rule: Rule, a: AchievementFacts, ruleset: Ruleset, hours_low: Fraction | None) -> int | Miss:
    basis = ruleset.citation(rule.clause)
    if a.hours is None:
        return Miss(7, Reason(errors.HOURS_MISSING, {}, basis))
    per = rule.amount.hours_per_credit or Fraction(1)
    if hours_low is not None and a.kind != "work_experience":
        per = max(per, hours_low)
    granted = floor_hundredths(a.hours / per)
    step = rule.amount.step
    if granted < step or granted <= 0:
        values = {"given": _plain(a.hours), "per": _plain(per), "least": show_credits(step)}
        return Miss(7, Reason(errors.HOURS_TOO_FEW, values, basis))
    return granted


def _plain(number: Fraction) -> str:
    return str(number.numerator) if number.denominator == 1 else f"{number.numerator}/{number.denominator}"


def written_grade(rule: Rule, a: AchievementFacts, words: Mapping[str, Fraction]) -> WriteStep | None:
    """The grade written for a course exempted by this achievement; None when the rules write none."""
    grade = rule.grade
    if grade is None:
        return None
    if grade.by_level is not None:
        return grade.by_level.get(a.level)
    score = score_of(a.grade, words)
    for step in grade.steps:
        if step.at_least is None or (score is not None and score >= step.at_least):
            return step
    return None


def fields_read(rule: Rule) -> set[str]:
    """Names of the achievement's attributes that :func:`match` reads for this rule, beside its kind."""
    names: set[str] = set()
    if rule.certificates:
        names |= {"certificate_code", "subject_code"}
    if rule.issuer_kinds or rule.issuer_ids:
        names |= {"issuer_kind", "issuer_id"}
    if rule.team != "any" or rule.amount.way == "table":
        names.add("is_team")
    if rule.levels or rule.amount.way in ("by_level", "table"):
        names.add("level")
    if rule.grade_at_least is not None or rule.amount.way == "by_grade":
        names.add("grade")
    if rule.place_at_most is not None or rule.amount.way == "table":
        names.add("place")
    if rule.amount.way == "hours_per_credit":
        names.add("hours")
    if rule.amount.way == "recognised":
        names.add("recognised_hundredths")
    if rule.target.same_code:
        names.add("subject_code")
    return names
