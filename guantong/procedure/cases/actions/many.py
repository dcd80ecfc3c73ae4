"""One action on many cases: each its own transaction, each with its own result. One refusal holds up nobody else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from guantong.base.accounts.actor import Actor
from guantong.kernel.refusal import Problem, Refusal

from .. import errors
from ..models import Case
from ..opinions import Opinion
from .acting import act

MOST_AT_ONCE = 200
"""Cases of one call: what a page of a list can tick, and what a request finishes in good time."""


@dataclass(frozen=True, slots=True)
class ManyResult:
    """What became of one case: done, or refused with every problem."""

    public_id: str
    title: str
    place: str
    """Title of the step or outcome it stands at afterwards; empty when it was not found."""
    problems: tuple[Problem, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether the action was taken."""
        return not self.problems


def act_on_many(
    *,
    actor: Actor,
    cases: Iterable[tuple[str, int]],
    action: str,
    opinion: Opinion | str | Mapping[str, object] | None = None,
    values: Mapping[str, Any] | None = None,
    to: str = "",
) -> list[ManyResult]:
    """Take ``action`` with one opinion on every case of ``cases`` (public id, revision shown), in the order given.

    Mandate, recusal, gates, deadlines and conflicts are those of :func:`act`, case by case. Sending the same list again
    changes nothing that was done. Refuses PRC-163 for more than :data:`MOST_AT_ONCE`, PRC-164 for none.
    """
    wanted = list(dict.fromkeys(cases))
    if not wanted:
        raise errors.MANY_NONE.refuse()
    if len(wanted) > MOST_AT_ONCE:
        raise errors.MANY_TOO_MANY.refuse(found=len(wanted), most=MOST_AT_ONCE)
    known = {case.public_id: case for case in Case.objects.filter(public_id__in=[public_id for public_id, _ in wanted])}
    results = []
    for public_id, revision in wanted:
        case = known.get(public_id)
        try:
            if case is None:
                raise errors.CASE_NOT_FOUND.refuse(public_id=public_id[:16])
            case = act(
                actor=actor,
                case_id=case.pk,
                action=action,
                revision=revision,
                opinion=opinion,
                values=values,
                to=to,
            )
            results.append(ManyResult(public_id, case.title, _place(case)))
        except Refusal as refusal:
            is_hidden = any(p.code == errors.CASE_NOT_FOUND.code for p in refusal)
            title, place = ("", "") if case is None or is_hidden else (case.title, _place(case))
            results.append(ManyResult(public_id, title, place, tuple(refusal.problems)))
    return results


def _place(case: Case) -> str:
    from .. import library
    from ..checks import place_of

    return place_of(library.definition_of(case), case)
