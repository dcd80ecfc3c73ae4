"""What changes between two allocations, and what new rules would have changed for past applications."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from guantong.engines.conversion.allocating import Allocation, allocate
from guantong.engines.conversion.compiling import CompiledRules, compile_rules
from guantong.engines.conversion.facts import AchievementFacts, LawNumber, LearnerFacts, PlanLike
from guantong.engines.conversion.reading import read_ruleset
from guantong.engines.conversion.ruleset import Ruleset
from guantong.engines.conversion.verdicts import verdicts
from guantong.kernel.credits import show_credits


@dataclass(frozen=True, slots=True)
class Change:
    """A course that one allocation covers otherwise than the other. Hundredths; 0 when not covered."""

    course: str
    name: str
    first_hundredths: int
    best_hundredths: int
    first_achievements: tuple[str, ...]
    best_achievements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """How the best use differs from first come."""

    more_hundredths: int
    more_required_hundredths: int
    fewer_achievements: int
    changes: tuple[Change, ...]
    sentence: str

    def as_json(self) -> dict[str, object]:
        """For the API."""
        return {
            "more_credits": show_credits(self.more_hundredths),
            "more_required_credits": show_credits(self.more_required_hundredths),
            "fewer_achievements": self.fewer_achievements,
            "sentence": self.sentence,
            "changes": [
                {
                    "course": change.course,
                    "name": change.name,
                    "first_come": show_credits(change.first_hundredths),
                    "best": show_credits(change.best_hundredths),
                    "first_come_achievements": list(change.first_achievements),
                    "best_achievements": list(change.best_achievements),
                }
                for change in self.changes
            ],
        }


def explain_difference(best: Allocation, first_come: Allocation) -> Difference:
    """What the best use gains over first come, course by course, and one Chinese sentence for the page."""
    more = best.hundredths - first_come.hundredths
    required = best.required_hundredths - first_come.required_hundredths
    fewer = first_come.achievements_used - best.achievements_used
    if more > 0:
        sentence = (
            f"按最佳组合可以转换 {show_credits(best.hundredths)} 学分，比按先后顺序使用多 {show_credits(more)} 学分。"
        )
    elif required > 0:
        sentence = f"两种用法转换的学分相同，最佳组合中必修课程多 {show_credits(required)} 学分。"
    elif fewer > 0:
        sentence = f"两种用法转换的学分相同，最佳组合少用 {fewer} 项成果，可以留作他用。"
    elif best.hundredths == 0:
        sentence = "现在没有可以转换的学分。"
    else:
        sentence = f"按先后顺序使用已经是最佳用法，可以转换 {show_credits(best.hundredths)} 学分。"
    return Difference(more, required, fewer, _changes(best, first_come), sentence)


def _changes(best: Allocation, first_come: Allocation) -> tuple[Change, ...]:
    rows: dict[int, tuple[str, str, list[tuple[str, int]], list[tuple[str, int]]]] = {}
    for side, allocation in ((2, first_come), (3, best)):
        for a in allocation.assignments:
            row = rows.setdefault(a.position, (a.course, a.course_name, [], []))
            (row[2] if side == 2 else row[3]).append((a.achievement, a.hundredths))
    return tuple(
        Change(
            course,
            name,
            sum(amount for _, amount in first),
            sum(amount for _, amount in then),
            tuple(achievement for achievement, _ in first),
            tuple(achievement for achievement, _ in then),
        )
        for _, (course, name, first, then) in sorted(rows.items())
        if sorted(first) != sorted(then)
    )


@dataclass(frozen=True, slots=True)
class PastApplication:
    """An application as it was: the day, the plan, the achievements and the learner on that day."""

    id: str
    on: date
    plan: PlanLike
    achievements: tuple[AchievementFacts, ...]
    learner: LearnerFacts
    choices: tuple[tuple[str, str], ...] | None = None
    """The (achievement, course) pairs asked for; None: the best use is compared."""
    law: Mapping[str, LawNumber] | None = None
    """Numbers of the law on that day; None: those handed to :func:`compare`."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What the new rules would have changed for one application."""

    id: str
    old_hundredths: int
    new_hundredths: int
    outcome: Literal["gains", "loses", "same", "differs"]
    """``differs``: equal credits, but other courses or achievements."""
    lost: tuple[tuple[str, str, str], ...]
    """Achievements that counted and no longer would: (achievement, code, sentence)."""
    gained: tuple[str, ...]
    """Achievements that did not count and now would."""

    def as_json(self) -> dict[str, object]:
        """For the API."""
        return {
            "application": self.id,
            "old_credits": show_credits(self.old_hundredths),
            "new_credits": show_credits(self.new_hundredths),
            "outcome": self.outcome,
            "lost": [{"achievement": a, "code": code, "message": text} for a, code, text in self.lost],
            "gained": list(self.gained),
        }


@dataclass(frozen=True, slots=True)
class Trial:
    """A whole trial: effects in the order of applications, with counts and sums (hundredths)."""

    effects: tuple[Effect, ...]
    gains: int
    loses: int
    same: int
    old_hundredths: int
    new_hundredths: int

    def as_json(self) -> dict[str, object]:
        """For the API."""
        return {
            "applications": len(self.effects),
            "gains": self.gains,
            "loses": self.loses,
            "same": self.same,
            "old_credits": show_credits(self.old_hundredths),
            "new_credits": show_credits(self.new_hundredths),
            "effects": [effect.as_json() for effect in self.effects],
        }


def compare(
    old_rules: Mapping[str, object] | Ruleset,
    new_rules: Mapping[str, object] | Ruleset,
    past_applications: Iterable[PastApplication],
    law: Mapping[str, LawNumber],
) -> Trial:
    """Who would gain and who would lose had the new rules stood in place of the old.

    Every application is computed twice on its own day, under both documents as if both were in force then.
    Raises Refusal for a document with faults.
    """
    rulesets = tuple(
        document if isinstance(document, Ruleset) else read_ruleset(document) for document in (old_rules, new_rules)
    )
    compiled: dict[tuple[int, int, date, int], CompiledRules] = {}
    effects: list[Effect] = []
    kept = list(past_applications)  # plans and laws are told apart by identity, so none may go away meanwhile
    for application in kept:
        both: list[CompiledRules] = []
        numbers = law if application.law is None else application.law
        for side, ruleset in enumerate(rulesets):
            key = (side, id(application.plan), application.on, id(numbers))
            if key not in compiled:
                compiled[key] = compile_rules(
                    ruleset, application.plan, numbers, application.on, strict=False, whenever=True
                )
            both.append(compiled[key])
        effects.append(_effect(application, both[0], both[1]))
    count = {name: sum(e.outcome == name for e in effects) for name in ("gains", "loses")}
    return Trial(
        effects=tuple(effects),
        gains=count["gains"],
        loses=count["loses"],
        same=len(effects) - count["gains"] - count["loses"],
        old_hundredths=sum(e.old_hundredths for e in effects),
        new_hundredths=sum(e.new_hundredths for e in effects),
    )


def _effect(application: PastApplication, old: CompiledRules, new: CompiledRules) -> Effect:
    achievements, learner = application.achievements, application.learner
    before = allocate(old, achievements, learner, choices=application.choices)
    after = allocate(new, achievements, learner, choices=application.choices)
    lost: list[tuple[str, str, str]] = []
    gained: list[str] = []
    for was, is_now in zip(verdicts(old, achievements, learner), verdicts(new, achievements, learner), strict=True):
        if was.counts and not is_now.counts:
            lost.append((was.achievement.id, is_now.code, is_now.reason.message))
        elif is_now.counts and not was.counts:
            gained.append(is_now.achievement.id)
    outcome: Literal["gains", "loses", "same", "differs"]
    if after.hundredths != before.hundredths:
        outcome = "gains" if after.hundredths > before.hundredths else "loses"
    else:
        pairs = [{(a.achievement, a.course, a.hundredths) for a in side.assignments} for side in (before, after)]
        outcome = "same" if pairs[0] == pairs[1] else "differs"
    return Effect(application.id, before.hundredths, after.hundredths, outcome, tuple(lost), tuple(gained))
