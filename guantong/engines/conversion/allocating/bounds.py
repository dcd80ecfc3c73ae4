"""Upper bounds on an allocation that cost little: when a greedy allocation meets them it is proved best."""

from __future__ import annotations

from guantong.engines.conversion.allocating.problem import Problem, SumLimit, most_of


def reachable(amounts: list[int], limit: int, unit: int) -> int:
    """The largest sum not above ``limit`` that some of the amounts add up to; amounts are multiples of ``unit``."""
    sums = 1
    for amount in amounts:
        sums |= sums << (amount // unit)
    top = limit // unit
    sums &= (1 << (top + 1)) - 1
    return (sums.bit_length() - 1) * unit


def limit_bound(problem: Problem, limit: SumLimit, pairs: list[int]) -> int:
    """The most the pairs under one limit can give together."""
    most = min(limit.limit, most_of(problem, pairs))
    if problem.in_full:
        courses = {problem.pairs[p].course for p in pairs}
        return reachable([problem.needs[c] for c in courses], most, problem.unit)
    return most


def total_bound(problem: Problem) -> int:
    """The most hundredths any allocation can convert."""
    everything = list(range(len(problem.pairs)))
    bound = most_of(problem, everything)
    if problem.in_full and everything:
        bound = reachable(list(problem.needs.values()), bound, problem.unit)
    families: dict[int, list[SumLimit]] = {}
    for limit in problem.sums:
        if limit.cap is not None:
            families.setdefault(id(limit.cap), []).append(limit)
    for limits in families.values():
        covered: set[int] = set()
        total = 0
        for limit in limits:
            total += limit_bound(problem, limit, limit.pairs)
            covered.update(limit.pairs)
        rest = [p for p in everything if p not in covered]
        bound = min(bound, total + most_of(problem, rest))
    if problem.in_full and everything:
        bound = reachable(list(problem.needs.values()), bound, problem.unit)
    return bound


def fewest_achievements(problem: Problem, total: int) -> int:
    """At least so many achievements are needed to convert ``total`` hundredths."""
    most = sorted(
        (
            min(
                problem.verdicts[n].hundredths,
                (max if problem.single_use else sum)(problem.pairs[p].most for p in indexes),
            )
            for n, indexes in problem.of_achievement.items()
        ),
        reverse=True,
    )
    count = 0
    for amount in most:
        if total <= 0:
            break
        total -= amount
        count += 1
    return count
