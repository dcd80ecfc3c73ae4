"""What judging finds: grants of single rules, and the part of a verdict that many achievements share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from guantong.engines.conversion import errors
from guantong.engines.conversion.caps import bits
from guantong.engines.conversion.compiling import CompiledRule
from guantong.engines.conversion.facts import AchievementFacts
from guantong.engines.conversion.standing import Standing
from guantong.kernel.refusal import Citation, RefusalKind


@dataclass(frozen=True, slots=True)
class Grant:
    """What one rule gives: hundredths after ageing, caps and earlier use, toward the courses in ``mask``."""

    rule: CompiledRule
    hundredths: int
    mask: int
    granted: int
    """Hundredths after ageing alone."""


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
    """The rule that grants most toward a course, before caps and earlier use; the earlier rule when equal."""
    return max((g for g in grants if g.mask & bit), key=lambda g: (g.granted, -g.rule.position))


def course_names(standing: Standing, mask: int) -> str:
    """Names of up to three courses in ``mask``."""
    names = [standing.rules.courses[p].name for p in bits(mask)]
    return "、".join(names[:3]) + (f" 等 {len(names)} 门" if len(names) > 3 else "")


PLAIN: Mapping[RefusalKind, Core] = {
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


def spent(a: AchievementFacts) -> RefusalKind:
    """Why nothing is left of an achievement."""
    if a.reserved_hundredths:
        return errors.RESERVED
    return errors.USED_UP if a.used_hundredths else errors.NOTHING_LEFT
