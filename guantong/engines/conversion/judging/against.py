"""Why a rule that takes an achievement leaves no course for it: sizes, exclusions, caps."""

from __future__ import annotations

from guantong.engines.conversion import errors
from guantong.engines.conversion.caps import bits
from guantong.engines.conversion.compiling import CompiledRule, CompiledRules
from guantong.engines.conversion.facts import AchievementFacts
from guantong.engines.conversion.judging.core import PLAIN, Core, course_names
from guantong.engines.conversion.ruleset import Target
from guantong.engines.conversion.scales import CATEGORIES
from guantong.engines.conversion.standing import Room, Standing
from guantong.kernel.credits import show_credits


def no_course(
    compiled: CompiledRules,
    standing: Standing,
    a: AchievementFacts,
    kept: list[tuple[CompiledRule, int]],
    rooms: list[Room],
    bound: int | None,
    by: Room | None,
    largest: int,
) -> Core:
    """The nearest reason why the rules in ``kept`` give nothing; ``bound`` is the tightest room, left by cap ``by``."""
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
        return PLAIN[
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
