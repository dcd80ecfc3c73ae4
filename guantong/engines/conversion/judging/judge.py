"""Judges one learner's achievements; what achievements have in common is worked out once and remembered."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

from guantong.engines.conversion import errors
from guantong.engines.conversion.compiling import MAX_CACHED, CompiledRules, Shape
from guantong.engines.conversion.facts import AchievementFacts
from guantong.engines.conversion.judging.core import PLAIN, Core, spent
from guantong.engines.conversion.judging.worth import judge_core
from guantong.engines.conversion.scales import KINDS
from guantong.engines.conversion.standing import Standing
from guantong.kernel.refusal import RefusalKind

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
            return PLAIN[errors.NOT_RECOGNISED if a.state in _NOT_YET else errors.NOT_USABLE]
        on = self._on
        issued = a.issued_on
        if a.valid_until is not None and a.valid_until < on:
            return PLAIN[errors.EXPIRED]
        if issued is not None and issued > on:
            return PLAIN[errors.ISSUED_LATER]
        used, reserved, recognised = a.used_hundredths, a.reserved_hundredths, a.recognised_hundredths
        if used and self._once:
            core = self._compiled.shared.get("once")
            if not isinstance(core, Core):
                ruleset = self._compiled.ruleset
                core = Core(errors.USED_ONCE, None, ruleset.citation(ruleset.use.clause))
                self._compiled.shared["once"] = core
            return core
        if recognised is not None and recognised <= used + reserved:
            return PLAIN[spent(a)]
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
