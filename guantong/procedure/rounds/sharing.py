"""One quota over several procedures: each must say the same of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from guantong.kernel.refusal import Problem
from guantong.procedure.cases.definition import Placed

from . import errors
from .homes import quotas_of
from .seats import BODIES, PERIODS, QuotaPlan


def check_shared(holding: Mapping[str, Placed]) -> Iterator[Problem]:
    """ROU-005 for every procedure that holds in one region and says of a shared quota another body, period or number
    than the first that shares it."""
    first: dict[str, tuple[Placed, QuotaPlan]] = {}
    for code in sorted(holding):
        placed = holding[code]
        for index, quota in enumerate(quotas_of(placed.definition)):
            if not quota.shared:
                continue
            other, known = first.setdefault(quota.shared, (placed, quota))
            if _said(known) != _said(quota):
                yield errors.SHARED_DIFFERS.problem(
                    where=placed.where(f"quotas.{index}.shared"),
                    shared=quota.shared,
                    one=placed.definition.title,
                    here=_said(quota),
                    other=other.definition.title,
                    there=_said(known),
                )


def _said(quota: QuotaPlan) -> str:
    scope = f"（{quota.scope}）" if quota.scope else ""
    most = f"按参数“{quota.parameter}”{scope}" if quota.parameter else f"{quota.most}个"
    return f"{BODIES[quota.of]}{PERIODS[quota.per]}{most}"
