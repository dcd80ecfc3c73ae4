"""The allocation problem in whole numbers: pairs of achievement and course, and every limit on them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import gcd
from typing import Literal

from guantong.engines.conversion.caps import CompiledCap, bits
from guantong.engines.conversion.compiling import CompiledRule, CompiledRules
from guantong.engines.conversion.facts import AchievementFacts, LearnerFacts
from guantong.engines.conversion.judging import Judge, best_grant, least_cover
from guantong.engines.conversion.standing import Standing
from guantong.engines.conversion.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Pair:
    """An achievement (number) that may give a course (position) up to ``most`` hundredths under ``rule``."""

    achievement: int
    course: int
    most: int
    rule: CompiledRule


@dataclass(slots=True)
class SumLimit:
    """The hundredths of these pairs together are at most ``limit``. ``cap`` is None for an achievement's own worth."""

    pairs: list[int]
    limit: int
    cap: CompiledCap | None = None
    key: str = ""
    used: int = 0


@dataclass(slots=True)
class CountLimit:
    """The pairs that are used touch at most ``limit`` different achievements (or courses).

    Pairs of a course (or achievement) that earlier conversions already counted are left out: they cost nothing more.
    """

    pairs: list[int]
    limit: int
    what: Literal["achievements", "courses"]
    cap: CompiledCap
    key: str
    used: int = 0


@dataclass(slots=True)
class Problem:
    """Everything an allocation must keep. Achievements are numbered by id, so the order of input is irrelevant."""

    rules: CompiledRules
    standing: Standing
    achievements: list[AchievementFacts]
    verdicts: list[Verdict]
    arrival: list[int]
    """Numbers in the order in which the achievements were handed in."""
    pairs: list[Pair] = field(default_factory=list)
    worth: dict[int, int] = field(default_factory=dict)
    """Achievement -> most hundredths it may give to all courses together, by its largest rule and by its rules' sum."""
    of_achievement: dict[int, list[int]] = field(default_factory=dict)
    of_course: dict[int, list[int]] = field(default_factory=dict)
    sums: list[SumLimit] = field(default_factory=list)
    counts: list[CountLimit] = field(default_factory=list)
    needs: dict[int, int] = field(default_factory=dict)
    least: dict[int, int] = field(default_factory=dict)
    """Course -> fewest hundredths it must get when it gets any; its whole need when courses are covered in full."""
    unit: int = 1
    """Allocations are whole multiples of so many hundredths."""

    @property
    def single_use(self) -> bool:
        """Whether each achievement counts toward one course only."""
        return self.rules.ruleset.use.single_use

    @property
    def combine(self) -> bool:
        """Whether several achievements may make up one course."""
        return self.rules.ruleset.use.combine

    @property
    def partial(self) -> bool:
        """Whether a course may be covered in part."""
        return self.rules.ruleset.use.partial

    @property
    def in_full(self) -> bool:
        """Whether every used pair covers its course exactly: then only yes-or-no decisions remain."""
        return not self.combine and not self.partial


def build_problem(
    compiled: CompiledRules,
    achievements: Iterable[AchievementFacts],
    learner: LearnerFacts,
    choices: Iterable[tuple[str, str]] | None = None,
) -> Problem:
    """The problem of one learner. Achievements must have distinct ids (ValueError).

    ``choices``: the only (achievement id, course code) pairs that may be used; None for all.
    """
    given = list(achievements)
    order = sorted(range(len(given)), key=lambda n: given[n].id)
    ordered = [given[n] for n in order]
    if any(a.id == b.id for a, b in itertools.pairwise(ordered)):
        raise ValueError("two achievements have the same id")
    number_of = {n: number for number, n in enumerate(order)}
    standing = Standing(compiled, learner)
    judge = Judge(compiled, standing)
    found = [Verdict(a, *judge(a), standing) for a in ordered]
    problem = Problem(compiled, standing, ordered, found, [number_of[n] for n in range(len(given))])
    _pairs(problem, None if choices is None else set(choices))
    _worth(problem)
    _limits(problem)
    _unit(problem)
    return problem


def _pairs(problem: Problem, chosen: set[tuple[str, str]] | None) -> None:
    use = problem.rules.ruleset.use
    for number, verdict in enumerate(problem.verdicts):
        grants = verdict.grants
        only = grants[0] if len(grants) == 1 else None
        for position in bits(verdict.mask):
            grant = only or best_grant(grants, 1 << position)
            if chosen is not None and (verdict.achievement.id, problem.rules.courses[position].code) not in chosen:
                continue
            need = problem.standing.needs[position]
            most = min(grant.hundredths, need)
            if most <= 0:
                continue
            problem.needs[position] = need
            problem.least[position] = least_cover(use, need) if use.partial else need
            index = len(problem.pairs)
            problem.pairs.append(Pair(number, position, most, grant.rule))
            problem.of_achievement.setdefault(number, []).append(index)
            problem.of_course.setdefault(position, []).append(index)


def _worth(problem: Problem) -> None:
    for number, indexes in problem.of_achievement.items():
        verdict = problem.verdicts[number]
        rules = {problem.pairs[p].rule.position for p in indexes}
        together = sum(g.hundredths for g in verdict.grants if g.rule.position in rules)
        problem.worth[number] = min(verdict.hundredths, together)


def _limits(problem: Problem) -> None:
    """Worth of each achievement, of each of its rules, every group of every cap; without limits that cannot bind."""
    merged: dict[tuple[int, str, str], SumLimit | CountLimit] = {}
    numbers = {id(cap): number for number, cap in enumerate(problem.rules.caps)}
    for number, indexes in problem.of_achievement.items():
        verdict = problem.verdicts[number]
        problem.sums.append(SumLimit(list(indexes), problem.worth[number]))
        for grant in verdict.grants:
            mine = [p for p in indexes if problem.pairs[p].rule is grant.rule]
            if mine and grant.hundredths < problem.worth[number]:
                problem.sums.append(SumLimit(mine, grant.hundredths))
        for room in problem.standing.rooms(problem.achievements[number], verdict.mask):
            mask = room.group.mask
            if not mask & verdict.mask:
                continue
            inside = (
                indexes if not verdict.mask & ~mask else [p for p in indexes if mask >> problem.pairs[p].course & 1]
            )
            if room.counted:
                inside = [p for p in inside if not room.counted >> problem.pairs[p].course & 1]
            if not inside:
                continue
            slot = (numbers[id(room.cap)], room.group.key, room.key)
            limit = merged.get(slot)
            if limit is None:
                key = room.group.key or room.key
                if room.cap.is_count:
                    what: Literal["achievements", "courses"] = (
                        "achievements" if room.cap.cap.limit.kind == "achievements" else "courses"
                    )
                    limit = CountLimit([], room.left, what, room.cap, key, room.used)
                else:
                    limit = SumLimit([], room.left, room.cap, key, room.used)
                merged[slot] = limit
            limit.pairs.extend(inside)
    for _, limit in sorted(merged.items(), key=lambda item: item[0]):
        if isinstance(limit, CountLimit):
            touched = {
                problem.pairs[p].achievement if limit.what == "achievements" else problem.pairs[p].course
                for p in limit.pairs
            }
            one_course = (
                not problem.combine and limit.limit and len({problem.pairs[p].course for p in limit.pairs}) == 1
            )
            if limit.limit < len(touched) and not one_course:
                problem.counts.append(limit)
        elif limit.limit < most_of(problem, limit.pairs):
            problem.sums.append(limit)


def most_of(problem: Problem, pairs: Sequence[int]) -> int:
    """An upper bound on what these pairs can give together, by courses and by achievements, other limits aside."""
    by_course: dict[int, int] = {}
    by_achievement: dict[int, int] = {}
    for index in pairs:
        pair = problem.pairs[index]
        by_course[pair.course] = by_course.get(pair.course, 0) + pair.most
        if problem.single_use:
            by_achievement[pair.achievement] = max(by_achievement.get(pair.achievement, 0), pair.most)
        else:
            by_achievement[pair.achievement] = by_achievement.get(pair.achievement, 0) + pair.most
    courses = sum(min(problem.needs[course], amount) for course, amount in by_course.items())
    worth = sum(min(problem.worth[number], amount) for number, amount in by_achievement.items())
    return min(courses, worth)


def _unit(problem: Problem) -> None:
    """Courses covered in full add up to multiples of the divisor of their sizes; otherwise a hundredth is the unit."""
    unit = 0
    for need in problem.needs.values() if problem.in_full else ():
        unit = gcd(unit, need)
    problem.unit = unit or 1
