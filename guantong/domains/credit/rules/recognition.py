"""Recognition: how many credits an achievement is worth, by which rule and clause, and until when.

The region chooses a rule by name for each kind (``credit.recognition.rule``); the numbers are parameters. Nothing is
worth anything by default: where the region says nothing the achievement stays deposited, and the reason says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

from guantong.domains.credit.kinds import ACHIEVEMENT_KINDS
from guantong.kernel.credits import show_credits, to_hundredths
from guantong.kernel.refusal import Citation


class AnswerLike(Protocol):
    """What recognition needs of a policy answer."""

    @property
    def value(self) -> Any:
        """The typed value."""

    @property
    def citation(self) -> Citation:
        """Document and clause."""


class LawLike(Protocol):
    """What recognition needs of the law on a day."""

    @property
    def version(self) -> str:
        """Digest of the law as read."""

    def find(self, name: str, scope: str | None = None) -> Any | None:
        """The answer, or None when the region and its parents say nothing."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """The outcome. ``hundredths`` is what is recognised; ``outcome`` is recognised | refused | waiting.

    ``steps`` tells the calculation in Chinese, each with its clause: what people read under 认定依据.
    """

    outcome: str
    hundredths: int
    rule: str
    reason: str
    valid_until: date | None
    steps: tuple[tuple[str, str], ...]
    law_version: str

    def as_json(self) -> dict[str, Any]:
        """As kept with the achievement."""
        return {
            "outcome": self.outcome,
            "hundredths": self.hundredths,
            "rule": self.rule,
            "reason": self.reason,
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
            "steps": [list(step) for step in self.steps],
            "law_version": self.law_version,
        }


def add_years(day: date, years: int) -> date:
    """The same day ``years`` later; 29 February becomes 28 February where needed."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


class Recogniser:
    """Recognition under the law of one day, its parameters read once; equal facts are answered from memory."""

    def __init__(self, law: LawLike) -> None:
        self._law = law
        self.version = law.version
        rule = law.find("credit.recognition.rule")
        self._rules: dict[str, str] = {row["kind"]: row["rule"] for row in rule.value} if rule else {}
        self._rule_clause = rule.citation.sentence() if rule else ""
        level = law.find("credit.recognition.by_level")
        self._by_level = (
            {(r["kind"], int(r["level"])): to_hundredths(r["credits"]) for r in level.value} if level else {}
        )
        self._level_clause = level.citation.sentence() if level else ""
        place = law.find("credit.recognition.by_place")
        self._by_place = (
            {(int(r["level"]), r["place"]): to_hundredths(r["credits"]) for r in place.value} if place else {}
        )
        self._place_clause = place.citation.sentence() if place else ""
        step = law.find("credit.recognition.step")
        self._step = to_hundredths(step.value) if step else 1
        self._step_clause = step.citation.sentence() if step else ""
        passing = law.find("credit.recognition.passing_score")
        self._passing: Decimal | None = passing.value if passing else None
        words = law.find("credit.recognition.passing_words")
        self._words = frozenset(words.value) if words else frozenset()
        self._passing_clause = passing.citation.sentence() if passing else ""
        self._hours = {kind: law.find("credit.recognition.hours_per_credit", scope=kind) for kind in ACHIEVEMENT_KINDS}
        self._caps = {kind: law.find("credit.recognition.single_cap", scope=kind) for kind in ACHIEVEMENT_KINDS}
        self._years = {kind: law.find("credit.recognition.validity_years", scope=kind) for kind in ACHIEVEMENT_KINDS}
        self._known: dict[tuple[object, ...], tuple[str, int, str, str, tuple[tuple[str, str], ...]]] = {}

    def recognise(
        self,
        *,
        kind: str,
        level: int | None,
        place: str,
        grade: str,
        hours: int | None,
        declared: int | None,
        issued_on: date,
        valid_until: date | None,
        on: date,
    ) -> Recognition:
        """Recognise one achievement on day ``on``. ``declared`` is in hundredths of a credit."""
        key = (kind, level, place, grade, hours, declared)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._measure(kind, level, place, grade, hours, declared)
        outcome, hundredths, rule, reason, steps = known
        years = self._years.get(kind)
        if years is not None:
            ends = add_years(issued_on, int(years.value))
            if valid_until is None or ends < valid_until:
                valid_until = ends
        if outcome == "recognised" and valid_until is not None and valid_until < on:
            clause = years.citation.sentence() if years is not None else ""
            return Recognition(
                "refused",
                0,
                rule,
                f"有效期至 {valid_until}，存入时已过期。",
                valid_until,
                (*steps, (f"有效期至 {valid_until}", clause)),
                self.version,
            )
        return Recognition(outcome, hundredths, rule, reason, valid_until, steps, self.version)

    def _measure(
        self, kind: str, level: int | None, place: str, grade: str, hours: int | None, declared: int | None
    ) -> tuple[str, int, str, str, tuple[tuple[str, str], ...]]:
        label = ACHIEVEMENT_KINDS[kind].label
        rule = self._rules.get(kind)
        if rule is None:
            return "waiting", 0, "", f"本地区还没有规定{label}怎样认定学分。", ()
        steps: list[tuple[str, str]] = [(f"{label}按“{RULE_LABELS[rule]}”认定", self._rule_clause)]
        if kind == "school_course" and not self.is_pass(grade):
            steps.append((f"成绩“{grade}”未达到合格要求", self._passing_clause))
            return "refused", 0, rule, f"成绩“{grade}”未达到合格要求，不认定学分。", tuple(steps)
        if rule == "reviewed":
            amount = declared
            if amount is None:
                return "waiting", 0, rule, "没有写明学分，等待人工审核。", tuple(steps)
            steps.append((f"按审核确定的 {show_credits(amount)} 学分", self._rule_clause))
        elif rule == "by_level":
            amount = self._by_level.get((kind, level or 0))
            if amount is None:
                return "waiting", 0, rule, f"认定标准没有列出这一等级的{label}。", tuple(steps)
            names = ACHIEVEMENT_KINDS[kind].levels
            steps.append((f"{names[(level or 1) - 1]}认定 {show_credits(amount)} 学分", self._level_clause))
        elif rule == "by_place":
            amount = self._by_place.get((level or 0, place))
            if amount is None:
                names = ACHIEVEMENT_KINDS[kind].levels
                what = f"{names[level - 1] if level else ''}{place}"
                return (
                    "refused",
                    0,
                    rule,
                    f"认定标准没有给{what}规定学分。",
                    (*steps, (f"{what}不在标准之列", self._place_clause)),
                )
            steps.append((f"{place}认定 {show_credits(amount)} 学分", self._place_clause))
        else:
            amount, more = self._by_hours(kind, hours, declared)
            if amount is None:
                return "waiting", 0, rule, "没有写明学时，也没有写明学分，无法计算。", tuple(steps)
            steps.extend(more)
        cap = self._caps.get(kind)
        if cap is not None and amount > to_hundredths(cap.value):
            amount = to_hundredths(cap.value)
            steps.append((f"单项最多认定 {show_credits(amount)} 学分", cap.citation.sentence()))
        return "recognised", amount, rule, "", tuple(steps)

    def _by_hours(self, kind: str, hours: int | None, declared: int | None) -> tuple[int | None, list[tuple[str, str]]]:
        rate = self._hours.get(kind)
        if hours is None or rate is None:
            if declared is None or self._rules[kind] == "by_hours":
                return None, []
            return declared, [(f"按申报的 {show_credits(declared)} 学分", self._rule_clause)]
        exact = Fraction(hours) / Fraction(rate.value) * 100
        amount = int(exact // self._step) * self._step
        steps = [
            (
                f"{hours} 学时 ÷ 每学分 {rate.value} 学时，向下取到 {show_credits(self._step)} 学分的整倍数，"
                f"得 {show_credits(amount)} 学分",
                rate.citation.sentence(),
            )
        ]
        if declared is not None and declared < amount:
            amount = declared
            steps.append((f"申报 {show_credits(declared)} 学分，少于按学时计算的学分，按申报认定", self._rule_clause))
        return amount, steps

    def is_pass(self, grade: str) -> bool:
        """Whether a course grade (0–100 or a word) is a pass under this law."""
        text = grade.strip()
        if text in self._words:
            return True
        try:
            score = Decimal(text)
        except ArithmeticError:
            return False
        return self._passing is not None and score.is_finite() and score >= self._passing


RULE_LABELS = {
    "declared_within_hours": "按申报学分，不超过按学时计算的学分",
    "by_level": "按等级",
    "by_hours": "按学时",
    "by_place": "按竞赛级别和名次",
    "reviewed": "人工审核",
}
"""Names a region may choose in ``credit.recognition.rule``."""
