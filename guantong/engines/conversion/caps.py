"""Caps made concrete for one plan and day: which courses and achievements share a limit, and how much room is left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from guantong.engines.conversion.facts import AchievementFacts, CourseLike, PriorConversion
from guantong.engines.conversion.ruleset import Cap, Limit, Ruleset, Terms
from guantong.engines.conversion.scales import CATEGORIES, KINDS
from guantong.kernel.credits import show_credits
from guantong.kernel.refusal import Citation

COURSE_KEYED = ("programme", "category", "module", "course")
"""Caps whose groups are sets of courses; the others group achievements."""


@dataclass(frozen=True, slots=True)
class CapGroup:
    """Courses (bit mask over the plan) whose conversions share ``limit`` (hundredths, or a number of items)."""

    key: str
    mask: int
    limit: int


@dataclass(frozen=True, slots=True)
class CompiledCap:
    """A cap against one plan. ``is_count``: the limit is a number of achievements or courses, not credits."""

    cap: Cap
    basis: Citation
    groups: tuple[CapGroup, ...]
    is_count: bool
    is_own_school: bool = False

    def applies_to(self, kind: str, issuer_kind: str) -> bool:
        """Whether conversions of such an achievement count under this cap."""
        cap = self.cap
        return (not cap.kinds or kind in cap.kinds) and (not cap.issuer_kinds or issuer_kind in cap.issuer_kinds)

    @property
    def groups_achievements(self) -> bool:
        """Whether each achievement key (issuer, semester, …) has a limit of its own."""
        return self.cap.per not in COURSE_KEYED

    @property
    def takes_any_course(self) -> bool:
        """Whether a conversion counts whatever its course is, even one that is not in the plan."""
        cap = self.cap
        return not (cap.categories or cap.modules or cap.courses) and cap.per not in ("category", "module", "course")

    def name(self, key: str) -> str:
        """Title with what it is counted for, for messages."""
        cap = self.cap
        if cap.per == "category":
            return f"{cap.title}（{CATEGORIES.get(key, key)}）"
        if cap.per == "kind":
            return f"{cap.title}（{KINDS.get(key, key)}）"
        if cap.per in ("module", "course") or (cap.per in ("semester", "year") and key):
            return f"{cap.title}（{key}）"
        return cap.title

    def show(self, amount: int) -> str:
        """An amount under this cap with its unit."""
        if not self.is_count:
            return f"{show_credits(amount)} 学分"
        return f"{amount} {'项成果' if self.cap.limit.kind == 'achievements' else '门课程'}"


def bits(mask: int) -> Iterator[int]:
    """Positions of the set bits, ascending."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def mask_of(positions: Iterable[int]) -> int:
    """Mask with these bits set."""
    mask = 0
    for position in positions:
        mask |= 1 << position
    return mask


def term_key(terms: Terms | None, day: date | None, per: str) -> str:
    """The academic year (``2025学年``) or semester (``2025学年第1学期``) a day lies in; empty when unknown."""
    if terms is None or day is None:
        return ""
    year = day.year if (day.month, day.day) >= terms.year_begins else day.year - 1
    if per == "year" or terms.second_semester_begins is None:
        return f"{year}学年"
    first, second = terms.year_begins, terms.second_semester_begins
    here = (day.month, day.day)
    if first <= second:
        in_second = second <= here or here < first
    else:
        in_second = second <= here < first
    return f"{year}学年第{2 if in_second else 1}学期"


def compile_caps(
    ruleset: Ruleset, extra: Sequence[Cap], courses: Sequence[CourseLike], total: int
) -> tuple[CompiledCap, ...]:
    """The school's caps, then its own-school minimum, then the caps of the law."""
    found = [_compile(cap, ruleset.citation(cap.clause), courses, total) for cap in ruleset.caps]
    own = ruleset.own_school
    everything = (1 << len(courses)) - 1
    if own is not None and (own.minimum_hundredths is not None or own.minimum_share is not None):
        minimum = own.minimum_hundredths
        if minimum is None and own.minimum_share is not None:
            minimum = -int(-(own.minimum_share * total) // 1)
        room = max(0, total - (minimum or 0))
        cap = Cap(
            id="own-school",
            title="本校学分之外可转换的学分",
            clause=own.clause,
            per="programme",
            kinds=frozenset(),
            issuer_kinds=frozenset(),
            categories=frozenset(),
            modules=frozenset(),
            courses=frozenset(),
            limit=Limit("credits", hundredths=room),
        )
        group = CapGroup("", everything, room)
        found.append(CompiledCap(cap, ruleset.citation(own.clause), (group,), False, is_own_school=True))
    for cap in extra:
        found.append(_compile(cap, cap.basis or ruleset.citation(cap.clause), courses, total))
    return tuple(found)


def _compile(cap: Cap, basis: Citation, courses: Sequence[CourseLike], total: int) -> CompiledCap:
    counted = [
        position
        for position, course in enumerate(courses)
        if (not cap.categories or course.category in cap.categories)
        and (not cap.modules or course.module in cap.modules)
        and (not cap.courses or course.code in cap.courses)
    ]
    keyed: dict[str, list[int]] = {}
    for position in counted:
        keyed.setdefault(_course_key(cap.per, courses[position]), []).append(position)
    if cap.per not in ("category", "module", "course"):
        keyed = {"": counted}
    groups = []
    for key, positions in keyed.items():
        if cap.limit.kind == "credits":
            limit = cap.limit.hundredths
        elif cap.limit.share is not None:
            whole = total if cap.limit.of == "programme" else sum(courses[p].credits_hundredths for p in positions)
            limit = int(cap.limit.share * whole // 1)
        else:
            limit = cap.limit.count
        groups.append(CapGroup(key, mask_of(positions), limit))
    return CompiledCap(cap, basis, tuple(groups), cap.limit.kind in ("achievements", "courses"))


def _course_key(per: str, course: CourseLike) -> str:
    if per == "category":
        return course.category
    if per == "module":
        return course.module
    if per == "course":
        return course.code
    return ""


def achievement_key(cap: CompiledCap, terms: Terms | None, on: date) -> Callable[[AchievementFacts], str]:
    """The function that says under which key an achievement counts for a cap that groups achievements."""
    per = cap.cap.per
    if per == "achievement":
        return lambda a: a.id
    if per == "certificate":
        return lambda a: a.certificate_code or a.subject_code or a.id
    if per == "issuer":
        return lambda a: a.issuer_id
    if per == "kind":
        return lambda a: a.kind
    if per in ("semester", "year") and cap.cap.counted_on == "converted":
        today = term_key(terms, on, per)
        return lambda a: today
    if per in ("semester", "year"):
        return lambda a: term_key(terms, a.issued_on, per)
    return lambda a: ""


def prior_key(cap: CompiledCap, terms: Terms | None, prior: PriorConversion) -> str:
    """Under which key an earlier conversion counts for a cap that groups achievements."""
    per = cap.cap.per
    if per == "achievement":
        return prior.achievement_id
    if per == "certificate":
        return prior.certificate_code or prior.achievement_id
    if per == "issuer":
        return prior.issuer_id
    if per == "kind":
        return prior.kind
    if per in ("semester", "year"):
        return term_key(terms, prior.converted_on if cap.cap.counted_on == "converted" else prior.issued_on, per)
    return ""
