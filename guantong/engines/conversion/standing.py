"""Where a learner stands before anything is converted: closed courses, and the room left under each cap."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from guantong.engines.conversion.caps import CapGroup, CompiledCap, achievement_key, bits, mask_of, prior_key
from guantong.engines.conversion.compiling import CompiledRules
from guantong.engines.conversion.facts import AchievementFacts, LearnerFacts


@dataclass(frozen=True, slots=True)
class Room:
    """Room left in one group of a cap, for one achievement."""

    cap: CompiledCap
    group: CapGroup
    key: str
    used: int
    left: int
    counted: int = 0
    """Caps on a number: courses (mask) this achievement may give credits without adding to the number."""

    @property
    def shut(self) -> int:
        """Caps on a number: courses (mask) that would go beyond it."""
        return 0 if self.left > 0 else self.group.mask & ~self.counted


class Standing:
    """A learner against compiled rules. Masks are over the plan's courses."""

    __slots__ = (
        "appliers",
        "closed",
        "cores",
        "counted_achievements",
        "counted_courses",
        "exempted",
        "gate",
        "has_prior",
        "learner",
        "needs",
        "over",
        "passed",
        "rules",
        "used",
        "used_items",
    )

    def __init__(self, rules: CompiledRules, learner: LearnerFacts) -> None:
        self.rules = rules
        self.learner = learner
        index = rules.index
        self.passed = mask_of(index[code] for code in learner.passed if code in index)
        self.exempted = mask_of(index[code] for code in learner.exempted if code in index)
        self.needs = rules.needs
        self.has_prior = bool(learner.prior)
        self.over = 0
        if rules.ruleset.coming_semesters_only and learner.semester:
            self.over = mask_of(p for p, course in enumerate(rules.courses) if 0 < course.semester < learner.semester)
        self.used: dict[tuple[int, str], int] = {}
        """(cap, key of course group and of achievement) -> hundredths converted earlier."""
        self.used_items: dict[tuple[int, str], set[str]] = {}
        """(cap, keys) -> achievements or courses, whichever the cap counts, that are counted already."""
        self.counted_courses: dict[tuple[int, str], int] = {}
        """(cap, keys) -> the same courses as a mask over the plan."""
        self.counted_achievements: set[str] = set()
        """Achievements counted already by a cap on the number of achievements."""
        if self.has_prior:
            self._count_prior()
        self.closed = self.passed | self.exempted | self.over
        own = rules.ruleset.own_school
        before = own.before_hundredths if own is not None else None
        self.gate = before is not None and learner.earned_hundredths < before
        self.cores: dict[object, object] = {}
        self.appliers: list[tuple[int, CompiledCap, Callable[[AchievementFacts], str] | None]] = [
            (
                number,
                cap,
                achievement_key(cap, rules.ruleset.terms, rules.on) if cap.groups_achievements else None,
            )
            for number, cap in enumerate(rules.caps)
        ]

    def _count_prior(self) -> None:
        rules, needs = self.rules, list(self.rules.needs)
        partly = self.rules.ruleset.use.combine
        for prior in self.learner.prior:
            position = rules.index.get(prior.course_code)
            if position is None:
                bit = 0
            else:
                bit = 1 << position
                needs[position] -= prior.hundredths
                if needs[position] <= 0 or not partly:
                    self.exempted |= bit
                    needs[position] = max(needs[position], 0)
            for number, cap in enumerate(rules.caps):
                if not cap.applies_to(prior.kind, prior.issuer_kind):
                    continue
                key = prior_key(cap, rules.ruleset.terms, prior) if cap.groups_achievements else ""
                for group in cap.groups:
                    # A course outside the plan has no category or module: it counts where a cap takes any course.
                    if group.mask & bit or (not bit and cap.takes_any_course):
                        slot = (number, group.key + "\x1f" + key)
                        self.used[slot] = self.used.get(slot, 0) + prior.hundredths
                        item = prior.course_code
                        if cap.cap.limit.kind == "achievements":
                            item = prior.achievement_id
                            self.counted_achievements.add(item)
                        self.used_items.setdefault(slot, set()).add(item)
                        self.counted_courses[slot] = self.counted_courses.get(slot, 0) | bit
        self.needs = tuple(needs)

    def used_in(self, number: int, cap: CompiledCap, group: CapGroup, key: str) -> int:
        """Hundredths (or items, for counting caps) taken from a group earlier."""
        slot = (number, group.key + "\x1f" + key)
        if cap.is_count:
            return len(self.used_items.get(slot, ()))
        return self.used.get(slot, 0)

    def counted_in(self, number: int, cap: CompiledCap, group: CapGroup, key: str, a: AchievementFacts) -> int:
        """Courses (mask) to which this achievement may give credits without raising the number a cap counts.

        A course converted in part before is counted once however often it gets credits; so is an achievement used
        before. Where earlier conversions went beyond the number already, nothing more is converted under the cap.
        """
        slot = (number, group.key + "\x1f" + key)
        items = self.used_items.get(slot, ())
        if not cap.is_count or len(items) > group.limit:
            return 0
        if cap.cap.limit.kind == "courses":
            return self.counted_courses.get(slot, 0)
        return group.mask if a.id in items else 0

    def rooms(self, a: AchievementFacts, mask: int = -1) -> list[Room]:
        """Room left for this achievement in every group of every cap that applies to it and touches ``mask``."""
        found: list[Room] = []
        for number, cap, keyed in self.appliers:
            if not cap.applies_to(a.kind, a.issuer_kind):
                continue
            key = keyed(a) if keyed is not None else ""
            own = cap.cap.per == "achievement" and not cap.is_count
            for group in cap.groups:
                if not group.mask & mask:
                    continue
                used = counted = 0
                if own:
                    used = a.used_hundredths
                elif self.has_prior:
                    used = self.used_in(number, cap, group, key)
                    counted = self.counted_in(number, cap, group, key, a)
                found.append(Room(cap, group, key, used, max(0, group.limit - used), counted))
        return found

    def prior_keys(self, a: AchievementFacts) -> tuple[str, ...]:
        """Keys under which this achievement counts, for remembering what it is worth beside earlier conversions."""
        keys = [keyed(a) for _, _, keyed in self.appliers if keyed is not None]
        if a.id in self.counted_achievements:
            keys.append(a.id)
        return tuple(keys)

    def ceilings(self, rooms: list[Room], mask: int) -> Mapping[int, int]:
        """Course position -> most hundredths one achievement can give it under the caps (courses in ``mask``)."""
        found = {position: self.needs[position] for position in bits(mask)}
        for room in rooms:
            if room.cap.is_count:
                for position in bits(room.shut & mask):
                    found[position] = 0
                continue
            for position in bits(room.group.mask & mask):
                if room.left < found[position]:
                    found[position] = room.left
        return found
