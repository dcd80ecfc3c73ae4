"""A partly filled allocation: how much room every limit still has. Used by the greedy methods."""

from __future__ import annotations

from guantong.engines.conversion.allocating.problem import Problem


class State:
    """Amounts given to pairs so far, with the room left in each limit."""

    __slots__ = (
        "_count_sets",
        "_counts_of",
        "_left",
        "_sums_of",
        "amounts",
        "course_left",
        "course_uses",
        "problem",
        "uses",
    )

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.amounts: dict[int, int] = {}
        self.course_left = dict(problem.needs)
        self.course_uses: dict[int, int] = {}
        self.uses: dict[int, int] = {}
        self._left = [limit.limit for limit in problem.sums]
        self._sums_of: list[list[int]] = [[] for _ in problem.pairs]
        for number, limit in enumerate(problem.sums):
            for pair in limit.pairs:
                self._sums_of[pair].append(number)
        self._counts_of: list[list[int]] = [[] for _ in problem.pairs]
        for number, count in enumerate(problem.counts):
            for pair in count.pairs:
                self._counts_of[pair].append(number)
        self._count_sets: list[dict[int, int]] = [{} for _ in problem.counts]

    def room(self, index: int) -> int:
        """The most hundredths this pair may be given now."""
        problem = self.problem
        pair = problem.pairs[index]
        if problem.single_use and self.uses.get(pair.achievement, 0):
            return 0
        if not problem.combine and self.course_uses.get(pair.course, 0):
            return 0
        room = min(pair.most, self.course_left[pair.course])
        for number in self._sums_of[index]:
            left = self._left[number]
            if left < room:
                room = left
        for number in self._counts_of[index]:
            count = problem.counts[number]
            item = pair.achievement if count.what == "achievements" else pair.course
            seen = self._count_sets[number]
            if item not in seen and len(seen) >= count.limit:
                return 0
        if problem.in_full:
            return room if room >= problem.needs[pair.course] else 0
        return room

    def give(self, index: int, hundredths: int) -> None:
        """Give a pair an amount :meth:`room` allows."""
        pair = self.problem.pairs[index]
        self.amounts[index] = hundredths
        self.course_left[pair.course] -= hundredths
        self.course_uses[pair.course] = self.course_uses.get(pair.course, 0) + 1
        self.uses[pair.achievement] = self.uses.get(pair.achievement, 0) + 1
        for number in self._sums_of[index]:
            self._left[number] -= hundredths
        for number in self._counts_of[index]:
            count = self.problem.counts[number]
            item = pair.achievement if count.what == "achievements" else pair.course
            self._count_sets[number][item] = self._count_sets[number].get(item, 0) + 1

    def take_back(self, index: int) -> None:
        """Undo :meth:`give`."""
        pair = self.problem.pairs[index]
        hundredths = self.amounts.pop(index)
        self.course_left[pair.course] += hundredths
        self.course_uses[pair.course] -= 1
        self.uses[pair.achievement] -= 1
        for number in self._sums_of[index]:
            self._left[number] += hundredths
        for number in self._counts_of[index]:
            count = self.problem.counts[number]
            item = pair.achievement if count.what == "achievements" else pair.course
            seen = self._count_sets[number]
            seen[item] -= 1
            if not seen[item]:
                del seen[item]

    def drop_small(self) -> None:
        """Take back what is given to courses below the least cover."""
        problem = self.problem
        for course in list(self.course_uses):
            given = problem.needs[course] - self.course_left[course]
            if 0 < given < problem.least[course]:
                for index in problem.of_course[course]:
                    if index in self.amounts:
                        self.take_back(index)
