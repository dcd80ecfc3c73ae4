"""Completion: where a learner stands against the curriculum plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from guantong.kernel.credits import show_credits


class Course(Protocol):
    """What completion needs of a course."""

    @property
    def id(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def credits_hundredths(self) -> int: ...
    @property
    def semester(self) -> int: ...
    @property
    def is_required(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class CourseStanding:
    """One course: earned | converted | partly | missing, and how many hundredths count."""

    course_id: int
    code: str
    name: str
    category: str
    semester: int
    is_required: bool
    credits_hundredths: int
    state: str
    counted: int
    grade: str
    source: str


@dataclass(frozen=True, slots=True)
class Completion:
    """The whole standing. ``missing_required`` are required courses not fully covered."""

    courses: tuple[CourseStanding, ...]
    total_needed: int
    earned: int
    converted: int
    own_share_needed: int | None
    own_share_basis: str
    missing_required: tuple[CourseStanding, ...]

    @property
    def counted(self) -> int:
        """Earned and converted together, in hundredths."""
        return self.earned + self.converted

    @property
    def short(self) -> int:
        """Hundredths still missing from the total."""
        return max(0, self.total_needed - self.counted)

    @property
    def own_share_met(self) -> bool:
        """Whether enough was earned at this school: ``own_share_needed`` is percent of the total needed."""
        if self.own_share_needed is None:
            return True
        return self.earned * 100 >= self.own_share_needed * self.total_needed

    @property
    def is_met(self) -> bool:
        """Whether everything is met."""
        return not self.missing_required and self.short == 0 and self.own_share_met

    def why_not(self) -> list[str]:
        """What is missing, one Chinese sentence each."""
        found: list[str] = []
        if self.missing_required:
            names = "、".join(c.name for c in self.missing_required[:6])
            more = f"等 {len(self.missing_required)} 门" if len(self.missing_required) > 6 else ""
            found.append(f"必修课程还没有修完：{names}{more}。")
        if self.short:
            found.append(f"总学分还差 {show_credits(self.short)} 学分（共需 {show_credits(self.total_needed)}）。")
        if not self.own_share_met and self.own_share_needed is not None:
            needed = -(-self.own_share_needed * self.total_needed // 100)
            found.append(
                f"在本校修得的学分还差 {show_credits(needed - self.earned)} 学分"
                f"（至少占 {self.own_share_needed}%，依据：{self.own_share_basis}）。"
            )
        return found


def standing(
    courses: Sequence[Course],
    *,
    total_needed: int,
    passed: Mapping[str, tuple[str, int]],
    exempted: Mapping[int, Sequence[tuple[int, str, str]]],
    own_share_needed: int | None = None,
    own_share_basis: str = "",
) -> Completion:
    """Where a learner stands.

    ``passed`` maps course codes to (grade, credits in hundredths) earned at this school; ``exempted`` maps course ids
    to (hundredths, grade, source title) of granted conversions. A passed course counts in full and exemptions on top
    of it count nothing; partial exemptions add up to at most the course's credits.
    """
    found: list[CourseStanding] = []
    earned = converted = 0
    for course in courses:
        grade, counted, state, source = "", 0, "missing", ""
        if course.code in passed:
            grade = passed[course.code][0]
            counted, state, source = course.credits_hundredths, "earned", "在校修读"
            earned += counted
        elif course.id in exempted:
            parts = exempted[course.id]
            counted = min(course.credits_hundredths, sum(p[0] for p in parts))
            grade = "、".join(dict.fromkeys(p[1] for p in parts if p[1]))
            source = "、".join(p[2] for p in parts)
            state = "converted" if counted >= course.credits_hundredths else "partly"
            converted += counted
        found.append(
            CourseStanding(
                course.id,
                course.code,
                course.name,
                course.category,
                course.semester,
                course.is_required,
                course.credits_hundredths,
                state,
                counted,
                grade,
                source,
            )
        )
    missing = tuple(c for c in found if c.is_required and c.state in {"missing", "partly"})
    return Completion(tuple(found), total_needed, earned, converted, own_share_needed, own_share_basis, missing)
