"""Upper bounds that cost little, and the course sets that reach them.

Looked at from the courses alone, an allocation is a set of courses whose sizes add up to no more than every limit that
speaks of whole courses (caps on the programme, on categories, and what the achievements can supply to them). The best
such set is found exactly by dynamic programming over sizes. It bounds every allocation, and when achievements can be
found for it, it is the best allocation.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from guantong.engines.conversion.allocating.problem import Problem, most_of
from guantong.engines.conversion.caps import bits, mask_of

_NEVER = -(1 << 60)


@dataclass(slots=True)
class Node:
    """Courses (mask) that together may get at most ``limit`` hundredths, and the smaller such sets inside."""

    mask: int
    limit: int
    inside: list[Node] = field(default_factory=list)


def supply(problem: Problem, pairs: Sequence[int]) -> int:
    """The most the achievements can give through these pairs: their worth, and counting caps on achievements."""
    most = worths(problem, pairs)
    best = sum(most.values())
    if problem.counts:
        best = sum(most[n] for n in eligible(problem, most, set(pairs)))
    for limits in _by_cap(problem).values():
        rest = dict(most)
        bound = 0
        for members, limit in limits:
            bound += min(limit, sum(rest.pop(n, 0) for n in members))
        best = min(best, bound + sum(rest.values()))
    return best


def worths(problem: Problem, pairs: Iterable[int]) -> dict[int, int]:
    """Achievement -> the most it can give through these pairs alone."""
    most: dict[int, int] = {}
    for index in pairs:
        pair = problem.pairs[index]
        if problem.single_use:
            most[pair.achievement] = max(most.get(pair.achievement, 0), pair.most)
        else:
            most[pair.achievement] = most.get(pair.achievement, 0) + pair.most
    return {n: min(amount, problem.worth[n]) for n, amount in most.items()}


def eligible(problem: Problem, most: dict[int, int], pairs: set[int]) -> list[int]:
    """Achievements in falling order of ``most`` under the caps on how many may be used.

    Nested caps form a matroid, in which taking the largest first gives the largest sum for every number taken; caps
    that cross a larger one are left out, so the sums are upper bounds. A cap counts only achievements all of whose
    ``pairs`` it speaks of.
    """
    through: dict[int, set[int]] = {}
    for p in pairs:
        through.setdefault(problem.pairs[p].achievement, set()).add(p)
    nested: list[tuple[set[int], int]] = []
    found = []
    for count in problem.counts:
        if count.what == "achievements":
            inside = set(count.pairs)
            found.append(({n for n, mine in through.items() if mine <= inside}, count.limit))
    for members, limit in sorted(found, key=lambda item: (-len(item[0]), item[1], sorted(item[0]))):
        if all(members <= other or not members & other for other, _ in nested):
            nested.append((members, limit))
    left = [limit for _, limit in nested]
    taken: list[int] = []
    for number in sorted(most, key=lambda n: (-most[n], n)):
        held = [at for at, (members, _) in enumerate(nested) if number in members]
        if all(left[at] > 0 for at in held):
            for at in held:
                left[at] -= 1
            taken.append(number)
    return taken


def _by_cap(problem: Problem) -> dict[int, list[tuple[list[int], int]]]:
    """Caps that limit whole achievements (issuer, semester): cap -> achievements and limit of each key."""
    found: dict[int, list[tuple[list[int], int]]] = {}
    for limit in problem.sums:
        if limit.cap is None or not limit.cap.groups_achievements:
            continue
        members = sorted({problem.pairs[p].achievement for p in limit.pairs})
        if sum(len(problem.of_achievement[n]) for n in members) == len(limit.pairs):
            found.setdefault(id(limit.cap), []).append((members, limit.limit))
    return found


def tree_of(problem: Problem) -> Node:
    """Nested limits on whole courses. Sets that cross one already taken are left out; the bound stays valid."""
    everything = mask_of(problem.of_course)
    limits: dict[int, int] = {everything: supply(problem, range(len(problem.pairs)))}
    for limit in problem.sums:
        mask = mask_of(problem.pairs[p].course for p in limit.pairs)
        if limit.cap is not None and sum(len(problem.of_course[c]) for c in bits(mask)) == len(limit.pairs):
            limits[mask] = min(limits.get(mask, limit.limit), limit.limit)
    categories: dict[str, int] = {}
    kinds: dict[tuple[str, frozenset[int]], int] = {}
    for course, indexes in problem.of_course.items():
        category = problem.rules.courses[course].category
        categories[category] = categories.get(category, 0) | 1 << course
        if not (problem.in_full and problem.single_use):  # there every size would be a set of its own; matching decides
            key = (category, frozenset(problem.pairs[p].achievement for p in indexes))
            kinds[key] = kinds.get(key, 0) | 1 << course
    for mask in [*categories.values(), *kinds.values()]:
        through = [p for c in bits(mask) for p in problem.of_course[c]]
        limits[mask] = min(limits.get(mask, 1 << 60), supply(problem, through))
    root = Node(everything, limits.pop(everything))
    for mask, most in sorted(limits.items(), key=lambda item: (-item[0].bit_count(), item[1], item[0])):
        _insert(root, Node(mask, most))
    return root


def _insert(root: Node, node: Node) -> None:
    for child in root.inside:
        if not node.mask & ~child.mask:
            if node.mask != child.mask:
                _insert(child, node)
            return
        if node.mask & child.mask:
            return
    root.inside.append(node)


def sum_bound(problem: Problem, node: Node, counted: int) -> int:
    """The most hundredths the courses of ``counted`` below a node can get, when any amounts are allowed."""
    own = node.mask
    total = 0
    for child in node.inside:
        total += sum_bound(problem, child, counted)
        own &= ~child.mask
    return min(node.limit, total + sum(problem.needs[c] for c in bits(own & counted)))


@dataclass(frozen=True, slots=True)
class CourseSet:
    """A best set of courses covered in full, seen from the courses alone."""

    courses: tuple[int, ...]
    hundredths: int
    required: int


class _Table:
    """Best value for every sum of sizes, with the steps that led there."""

    def __init__(self) -> None:
        self.best = np.zeros(1, dtype=np.int64)
        self.steps: list[tuple[str, object, np.ndarray]] = []

    def add_course(self, course: int, size: int, value: int, top: int) -> None:
        length = min(len(self.best) + size, top + 1)
        grown = np.full(length, _NEVER, dtype=np.int64)
        grown[: len(self.best)] = self.best[:length]
        room = length - size
        if room > 0:
            taken = self.best[:room] + value
            better = taken > grown[size : size + room]
            grown[size : size + room] = np.where(better, taken, grown[size : size + room])
            chosen = np.zeros(length, dtype=bool)
            chosen[size : size + room] = better
        else:
            chosen = np.zeros(length, dtype=bool)
        self.steps.append(("course", (course, size), chosen))
        self.best = grown

    def add_table(self, other: _Table, top: int) -> None:
        length = min(len(self.best) + len(other.best) - 1, top + 1)
        grown = np.full(length, _NEVER, dtype=np.int64)
        from_other = np.zeros(length, dtype=np.int64)
        for amount in np.flatnonzero(other.best > _NEVER // 2):
            room = min(len(self.best), length - int(amount))
            if room <= 0:
                break
            here = slice(int(amount), int(amount) + room)
            taken = self.best[:room] + other.best[amount]
            better = taken > grown[here]
            grown[here] = np.where(better, taken, grown[here])
            from_other[here] = np.where(better, amount, from_other[here])
        self.steps.append(("table", other, from_other))
        self.best = grown

    def cut(self, top: int) -> None:
        self.best = self.best[: top + 1]

    def courses_at(self, amount: int) -> list[int]:
        """The courses of the best set with this sum."""
        found: list[int] = []
        for kind, what, taken in reversed(self.steps):
            if kind == "table" and isinstance(what, _Table):
                part = int(taken[amount])
                found.extend(what.courses_at(part))
                amount -= part
            elif isinstance(what, tuple) and taken[amount]:
                course, size = what
                found.append(course)
                amount -= size
        return found


def best_course_set(problem: Problem, tree: Node, ease: dict[int, int], few: bool) -> CourseSet:
    """The course set with the largest sum; then most required; then (``few``) fewest courses; then largest ``ease``.

    Sizes are counted in the problem's unit, so a limit between two multiples of it is used as far as it can be.
    """
    courses = problem.rules.courses
    ease_top = max(1, sum(ease.values()) + 1)
    count_top = len(problem.needs) + 1

    def value(course: int) -> int:
        required = problem.needs[course] // problem.unit if courses[course].is_required else 0
        return (required * count_top - (1 if few else 0)) * ease_top + ease[course]

    def table(node: Node) -> _Table:
        top = node.limit // problem.unit
        made = _Table()
        own = node.mask
        for child in node.inside:
            own &= ~child.mask
        for course in bits(own):
            made.add_course(course, problem.needs[course] // problem.unit, value(course), top)
        for child in node.inside:
            made.add_table(table(child), top)
        made.cut(top)
        return made

    whole = table(tree)
    reached = np.flatnonzero(whole.best > _NEVER // 2)
    amount = int(reached[-1])
    chosen = tuple(sorted(whole.courses_at(amount)))
    return CourseSet(
        chosen,
        amount * problem.unit,
        sum(problem.needs[c] for c in chosen if courses[c].is_required),
    )


def fewest_achievements(problem: Problem, total: int) -> int:
    """At least so many achievements are needed to convert ``total`` hundredths."""
    most = {n: most_of(problem, indexes) for n, indexes in problem.of_achievement.items()}
    count = 0
    for number in eligible(problem, most, set(range(len(problem.pairs)))):
        if total <= 0:
            break
        total -= most[number]
        count += 1
    return count


def required_mask(problem: Problem, courses: Iterable[int]) -> int:
    """Mask of the required ones among the courses."""
    return mask_of(c for c in courses if problem.rules.courses[c].is_required)
