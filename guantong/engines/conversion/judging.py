"""Judges one learner's achievements; what achievements have in common is worked out once and remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from guantong.engines.conversion import errors
from guantong.engines.conversion.caps import bits
from guantong.engines.conversion.compiling import (
    MAX_CACHED,
    CompiledRule,
    CompiledRules,
    Shape,
    anniversary,
    share_after,
)
from guantong.engines.conversion.facts import AchievementFacts
from guantong.engines.conversion.lawful import percent
from guantong.engines.conversion.matching import UNBOUNDED
from guantong.engines.conversion.ruleset import Target, Use
from guantong.engines.conversion.scales import CATEGORIES, KINDS
from guantong.engines.conversion.standing import Room, Standing
from guantong.kernel.credits import show_credits
from guantong.kernel.refusal import Citation, RefusalKind


@dataclass(frozen=True, slots=True)
class Grant:
    """What one rule gives: hundredths after ageing, caps and earlier use, toward the courses in ``mask``."""

    rule: CompiledRule
    hundredths: int
    mask: int


class Core:
    """The part of a verdict that many achievements share."""

    __slots__ = (
        "basis",
        "granted",
        "grants",
        "hundredths",
        "kept",
        "kind",
        "mask",
        "most",
        "notes",
        "values",
        "worths",
    )

    def __init__(
        self,
        kind: RefusalKind,
        values: Mapping[str, object] | None = None,
        basis: Citation | None = None,
        grants: tuple[Grant, ...] = (),
        granted: int = 0,
        notes: tuple[tuple[RefusalKind, Mapping[str, object], Citation | None], ...] = (),
        kept: tuple[CompiledRule, ...] = (),
    ) -> None:
        self.kind = kind
        self.values: Mapping[str, object] = values if values is not None else {}
        self.basis = basis
        self.grants = grants
        self.granted = granted
        self.kept = kept
        """The rules that take the achievement, whether or not a course is left for it."""
        self.notes = notes
        self.worths: Mapping[int, int] = {}
        """Position of each rule that takes the achievement -> what it is worth under that rule."""
        self.mask = 0
        self.hundredths = 0
        for grant in grants:
            self.mask |= grant.mask
            self.hundredths = max(self.hundredths, grant.hundredths)
        self.most = self.hundredths
        """What the largest rule is worth, whether or not a course is left for that rule."""


def best_grant(grants: Iterable[Grant], bit: int) -> Grant:
    """The largest grant toward a course; the earlier rule when equal."""
    return max((g for g in grants if g.mask & bit), key=lambda g: (g.hundredths, -g.rule.position))


def course_names(standing: Standing, mask: int) -> str:
    """Names of up to three courses in ``mask``."""
    names = [standing.rules.courses[p].name for p in bits(mask)]
    return "、".join(names[:3]) + (f" 等 {len(names)} 门" if len(names) > 3 else "")


_NOT_YET = ("claimed", "deposited")


class Judge:
    """Judges the achievements of one learner."""

    __slots__ = ("_apart", "_by_kind", "_closed", "_compiled", "_on", "_once", "_standing")

    def __init__(self, compiled: CompiledRules, standing: Standing) -> None:
        self._compiled = compiled
        self._standing = standing
        self._on = compiled.on
        self._by_kind = compiled.by_kind
        self._closed = standing.closed
        self._apart = kept_apart(standing)
        use = compiled.ruleset.use
        self._once = use.single_use or use.surplus == "lost"

    def __call__(self, a: AchievementFacts) -> tuple[RefusalKind, int, Core]:
        """The kind of reason, the open courses as a mask, and the shared part of the verdict."""
        standing = self._standing
        kind_rules = self._by_kind.get(a.kind)
        if kind_rules is None:
            core = self._kind_core(a.kind)
            return core.kind, 0, core
        key = kind_rules.key(a)
        shape = kind_rules.shapes.get(key)
        if shape is None:
            shape = self._compiled.shape_of(kind_rules, key, a)
        core = self._core(shape, a)
        mask = core.mask
        if not mask:
            return core.kind, 0, core
        if standing.gate:
            return errors.OWN_SCHOOL_FIRST, 0, core
        opened = mask & ~self._closed
        if opened:
            return errors.COUNTS, opened, core
        if mask & standing.passed:
            kind = errors.COURSE_PASSED
        elif mask & standing.exempted:
            kind = errors.COURSE_EXEMPTED
        else:
            kind = errors.SEMESTER_OVER
        return kind, 0, core

    def _kind_core(self, kind: str) -> Core:
        core = self._compiled.shared.get(("kind", kind))
        if not isinstance(core, Core):
            ruleset = self._compiled.ruleset
            values = {"kind": KINDS.get(kind, "这种成果")}
            core = Core(errors.KIND_NOT_ELIGIBLE, values, ruleset.citation(ruleset.use.clause))
            if kind in KINDS:
                self._compiled.shared[("kind", kind)] = core
        return core

    def _core(self, shape: Shape, a: AchievementFacts) -> Core:
        if shape.miss is not None:
            core = shape.cores.get("miss")
            if not isinstance(core, Core):
                core = shape.cores["miss"] = Core(shape.miss.kind, shape.miss.values, shape.miss.basis)
            return core
        if a.state != "recognised":
            return _PLAIN[errors.NOT_RECOGNISED if a.state in _NOT_YET else errors.NOT_USABLE]
        on = self._on
        issued = a.issued_on
        if a.valid_until is not None and a.valid_until < on:
            return _PLAIN[errors.EXPIRED]
        if issued is not None and issued > on:
            return _PLAIN[errors.ISSUED_LATER]
        used, reserved, recognised = a.used_hundredths, a.reserved_hundredths, a.recognised_hundredths
        if used and self._once:
            core = self._compiled.shared.get("once")
            if not isinstance(core, Core):
                ruleset = self._compiled.ruleset
                core = Core(errors.USED_ONCE, None, ruleset.citation(ruleset.use.clause))
                self._compiled.shared["once"] = core
            return core
        if recognised is not None and recognised <= used + reserved:
            return _PLAIN[_spent(a)]
        standing = self._standing
        found: object = (
            self._compiled.age_of(shape, issued),
            recognised,
            used,
            reserved,
            shape.needs_national and self._given(shape, a),
            shape.during_study and self._before(a),
        )
        cores = shape.cores
        if standing.has_prior:
            found = (id(shape), found, a.kind, a.issuer_kind, standing.prior_keys(a))
            cores = standing.cores
        elif self._apart:
            found = (found, *[key(a) for key in self._apart])
        core = cores.get(found)
        if not isinstance(core, Core):
            if len(cores) >= MAX_CACHED:
                cores.clear()
            core = cores[found] = judge_core(self._compiled, standing, shape, a)
        return core

    def _given(self, shape: Shape, a: AchievementFacts) -> object:
        return a.national_recognised or a.recognitions

    def _before(self, a: AchievementFacts) -> bool:
        enrolled = self._standing.learner.enrolled_on
        return enrolled is not None and a.issued_on is not None and a.issued_on < enrolled


_PLAIN: Mapping[RefusalKind, Core] = {
    kind: Core(kind)
    for kind in (
        errors.NOT_RECOGNISED,
        errors.NOT_USABLE,
        errors.EXPIRED,
        errors.ISSUED_LATER,
        errors.RESERVED,
        errors.USED_UP,
        errors.NOTHING_LEFT,
    )
}


def _spent(a: AchievementFacts) -> RefusalKind:
    if a.reserved_hundredths:
        return errors.RESERVED
    return errors.USED_UP if a.used_hundredths else errors.NOTHING_LEFT


def kept_apart(standing: Standing) -> tuple[Callable[[AchievementFacts], str], ...]:
    """What caps ask of an achievement beyond its shape: the kind of its issuer, the term it was earned in.

    Achievements that differ in it are judged by different caps, or told of caps that bear different names.
    """
    found: list[Callable[[AchievementFacts], str]] = []
    if any(cap.cap.issuer_kinds for _, cap, _ in standing.appliers):
        found.append(attrgetter("issuer_kind"))
    for _, cap, keyed in standing.appliers:
        if keyed is not None and cap.cap.per in ("semester", "year") and cap.cap.counted_on == "earned":
            found.append(keyed)
    return tuple(found)


def judge_core(compiled: CompiledRules, standing: Standing, shape: Shape, a: AchievementFacts) -> Core:
    """What a shape of this age, balance and standing is worth, or the nearest reason against it."""
    best: tuple[int, Core] | None = None
    kept: list[tuple[CompiledRule, int]] = []
    notes: list[tuple[RefusalKind, Mapping[str, object], Citation | None]] = []
    granted_most = 0
    for rule, base in shape.grants:
        against = _in_the_way(compiled, standing, rule, a)
        if against is None:
            share = share_after(rule.rule, a.issued_on, compiled.on)
            amount = base
            if share < 1 and rule.rule.validity is not None:
                whole = compiled.total_hundredths if base == UNBOUNDED else base
                amount = int(whole * share // 1)
                amount -= amount % rule.rule.amount.step
                clause = compiled.ruleset.citation(rule.rule.validity.clause)
                if amount <= 0:
                    against = (4, Core(errors.AGED_AWAY, {"percent": percent(share)}, clause))
                else:
                    notes.append((errors.AGED_TO, {"percent": percent(share)}, clause))
            if against is None:
                if amount == UNBOUNDED:
                    amount = compiled.total_hundredths
                granted_most = max(granted_most, amount)
                kept.append((rule, amount))
                continue
        if best is None or against[0] > best[0]:
            best = against
    if not kept:
        return best[1] if best is not None else Core(errors.NO_COURSE)
    core = _toward_courses(compiled, standing, a, kept, notes, granted_most)
    core.kept = tuple(rule for rule, _ in kept)
    return core


def _in_the_way(
    compiled: CompiledRules, standing: Standing, rule: CompiledRule, a: AchievementFacts
) -> tuple[int, Core] | None:
    if rule.national is not None and not (a.national_recognised or rule.national[0] in a.recognitions):
        return 2, Core(errors.NATIONAL_FIRST, {"needed": rule.national[1]}, rule.national[2])
    dated = rule.years is not None or (rule.rule.validity is not None and rule.rule.validity.ageing)
    if dated and a.issued_on is None:
        return 1, Core(errors.DATE_MISSING, None, rule.years_basis)
    if rule.years is not None and a.issued_on is not None and _is_past(a.issued_on, rule.years, compiled.on):
        return 3, Core(errors.TOO_OLD, {"years": rule.years}, rule.years_basis)
    enrolled = standing.learner.enrolled_on
    if rule.rule.during_study and enrolled is not None and a.issued_on is not None and a.issued_on < enrolled:
        return 3, Core(errors.BEFORE_ENROLMENT, None, compiled.ruleset.citation(rule.rule.clause))
    return None


def _is_past(issued_on: date, years: int, on: date) -> bool:
    return anniversary(issued_on, years) < on


def _toward_courses(
    compiled: CompiledRules,
    standing: Standing,
    a: AchievementFacts,
    kept: list[tuple[CompiledRule, int]],
    notes: list[tuple[RefusalKind, Mapping[str, object], Citation | None]],
    granted_most: int,
) -> Core:
    taken = a.used_hundredths + a.reserved_hundredths
    left = None if a.recognised_hundredths is None else a.recognised_hundredths - taken
    rooms = standing.rooms(a)
    wanted = 0
    for rule, _ in kept:
        wanted |= rule.mask
    bound, by = _tightest(rooms, wanted)
    grants: list[Grant] = []
    worths: dict[int, int] = {}
    sized = 0
    largest = 0
    for rule, amount in kept:
        worth = amount - taken
        if left is not None:
            worth = min(worth, left)
        if bound is not None:
            worth = min(worth, bound)
        worths[rule.position] = max(worth, 0)
        if worth <= 0:
            continue
        largest = max(largest, worth)
        fits = rule.mask & _fitting(compiled, standing, worth)
        sized |= fits
        if fits:
            grants.append(Grant(rule, worth, fits))
    if not grants:
        return _no_course(compiled, standing, a, kept, rooms, bound, by, largest)
    ceilings = standing.ceilings(rooms, sized)
    use = compiled.ruleset.use
    roomy = 0
    wanting = 0
    for position, ceiling in ceilings.items():
        need = standing.needs[position]
        if need <= 0:
            continue
        wanting |= 1 << position
        if ceiling >= need or (ceiling > 0 and (use.combine or (use.partial and ceiling >= least_cover(use, need)))):
            roomy |= 1 << position
    if not wanting:
        roomy = sized  # all converted earlier: closed for this learner, and told so
    grants = [Grant(g.rule, g.hundredths, g.mask & roomy) for g in grants if g.mask & roomy]
    if not grants:
        return cap_core(compiled, rooms, wanting)
    if left is not None and left < granted_most - taken and left == max(g.hundredths for g in grants):
        values = {"granted": show_credits(granted_most), "credits": show_credits(left)}
        notes.append((errors.BOUNDED_BY_RECOGNISED, values, None))
    elif bound is not None and by is not None and bound < granted_most - taken:
        values = {
            "granted": show_credits(granted_most),
            "cap": by.cap.name(by.group.key or by.key),
            "credits": show_credits(bound),
        }
        notes.append((errors.BOUNDED_BY_CAP, values, by.cap.basis))
    core = Core(errors.COUNTS, None, None, tuple(grants), granted_most, tuple(notes))
    core.worths = worths
    core.most = max(worths.values())
    return core


def least_cover(use: Use, need: int) -> int:
    """The fewest hundredths of a course that may be converted when partial conversion is allowed."""
    share = use.least_cover
    return 1 if share is None else -int(-(need * share) // 1)


def _tightest(rooms: list[Room], wanted: int) -> tuple[int | None, Room | None]:
    """The smallest room, in credits, that holds all the wanted courses."""
    bound: int | None = None
    by: Room | None = None
    for room in rooms:
        if not room.cap.is_count and not wanted & ~room.group.mask and (bound is None or room.left < bound):
            bound, by = room.left, room
    return bound, by


def _fitting(compiled: CompiledRules, standing: Standing, worth: int) -> int:
    """Courses whose size an achievement of this worth may be used for."""
    use = compiled.ruleset.use
    if use.combine:
        return compiled.everything
    if not use.partial:
        return compiled.up_to(worth)
    found = 0
    for position, need in enumerate(standing.needs):
        if need > 0 and worth >= min(need, least_cover(use, need)):
            found |= 1 << position
    return found


def _no_course(
    compiled: CompiledRules,
    standing: Standing,
    a: AchievementFacts,
    kept: list[tuple[CompiledRule, int]],
    rooms: list[Room],
    bound: int | None,
    by: Room | None,
    largest: int,
) -> Core:
    named = sized = masks = 0
    for rule, _ in kept:
        named |= rule.named
        sized |= rule.sized
        masks |= rule.mask
    first = kept[0][0].rule
    clause = compiled.ruleset.citation(first.clause)
    if not named:
        return Core(errors.NO_COURSE, {"known": _target_text(kept)}, clause)
    if not sized:
        target = first.target
        return Core(errors.COURSE_SIZE, {"needed": size_text(target)}, clause)
    if not masks:
        out = sized & compiled.excluded
        if out:
            basis = next(compiled.excluded_basis[p] for p in bits(out))
            return Core(errors.COURSE_EXCLUDED, {"course": course_names(standing, out)}, basis)
        return Core(errors.NOT_CONVERTIBLE, {"course": course_names(standing, sized)}, None)
    if bound == 0 and by is not None:
        return cap_core(compiled, [by], masks)
    if largest <= 0:
        return _PLAIN[
            errors.USED_UP if a.used_hundredths else errors.RESERVED if a.reserved_hundredths else errors.NOTHING_LEFT
        ]
    smallest = min(bits(masks), key=lambda p: (standing.needs[p], p))
    remedy = "请选用学分更高的成果，或修读该课程。"
    if by is not None and bound == largest and not by.cap.is_count:
        remedy = f"这里受上限（{by.cap.name(by.group.key or by.key)}）约束，请修读该课程。"
    values = {
        "credits": show_credits(largest),
        "course": compiled.courses[smallest].name,
        "size": show_credits(standing.needs[smallest]),
        "remedy": remedy,
    }
    return Core(errors.COURSE_TOO_LARGE, values, compiled.ruleset.citation(compiled.ruleset.use.clause))


def size_text(target: Target) -> str:
    """The bounds a rule sets on the credits of courses."""
    low = "" if target.least_hundredths is None else f"至少 {show_credits(target.least_hundredths)} 学分"
    high = "" if target.most_hundredths is None else f"最多 {show_credits(target.most_hundredths)} 学分"
    return "、".join(text for text in (low, high) if text)


def cap_core(compiled: CompiledRules, rooms: list[Room], mask: int) -> Core:
    """The cap that leaves the least room for the first of these courses; there must be one."""
    touching = [room for room in rooms if (room.shut if room.cap.is_count else room.group.mask) & mask]
    room = min(touching, key=lambda r: (r.left, r.cap.is_count))
    values: dict[str, object] = {
        "cap": room.cap.name(room.group.key or room.key),
        "used": room.cap.show(room.used),
        "left": room.cap.show(room.left),
    }
    if room.cap.is_own_school:
        values["needed"] = show_credits(compiled.total_hundredths - room.group.limit)
        values["cap"] = room.cap.show(room.group.limit)
        return Core(errors.OWN_SCHOOL_SHARE, values, room.cap.basis)
    return Core(errors.CAP_REACHED, values, room.cap.basis)


def _target_text(kept: list[tuple[CompiledRule, int]]) -> str:
    parts: dict[str, None] = {}
    for rule, _ in kept:
        target = rule.rule.target
        for category in target.categories:
            parts[CATEGORIES.get(category, category)] = None
        for module in target.modules:
            parts[f"模块“{module}”"] = None
        for code in target.courses:
            parts[f"课程 {code}"] = None
        if target.same_code:
            parts["代码相同的课程"] = None
    return "、".join(list(parts)[:6]) or "任何课程"
