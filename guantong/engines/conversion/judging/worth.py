"""What an achievement is worth under the rules that take it, and toward which courses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from guantong.engines.conversion import errors
from guantong.engines.conversion.compiling import CompiledRule, CompiledRules, Shape, anniversary, share_after
from guantong.engines.conversion.facts import AchievementFacts
from guantong.engines.conversion.judging.against import cap_core, no_course
from guantong.engines.conversion.judging.core import Core, Grant
from guantong.engines.conversion.lawful import percent
from guantong.engines.conversion.matching import UNBOUNDED
from guantong.engines.conversion.ruleset import Use
from guantong.engines.conversion.standing import Room, Standing
from guantong.kernel.credits import show_credits
from guantong.kernel.refusal import Citation, RefusalKind


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
            grants.append(Grant(rule, worth, fits, amount))
    if not grants:
        return no_course(compiled, standing, a, kept, rooms, bound, by, largest)
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
    grants = [replace(g, mask=g.mask & roomy) for g in grants if g.mask & roomy]
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
