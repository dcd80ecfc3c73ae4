"""Bulk review on a page: which actions the ticked cases share, and what a posted list asks. No HTTP here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from guantong.base.accounts.actor import Actor

from . import errors, library
from .actions import ManyResult, act_on_many
from .checks import state_of
from .definition import Action, Definition, Reason, Step
from .forms import TONES, Posted
from .gates import choices_of
from .machine import step_of
from .models import Case
from .opinions import Opinion
from .selectors import ToDo

LONGEST = 201
"""Marks read of one form; one more than may be acted on, so that too many is noticed."""


@dataclass(frozen=True, slots=True)
class SharedAction:
    """An action every ticked case of one step offers, with the parts that can be said for all of them."""

    id: str
    title: str
    tone: str
    needs_opinion: bool
    reasons: tuple[Reason, ...]
    needs_reasons: bool
    destinations: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class StepShown:
    """Cases of a to-do page that stand at one step of one version, and what may be done with all of them."""

    key: str
    procedure: str
    """Its title: steps of several procedures bear the same name."""
    title: str
    rows: tuple[ToDo, ...]
    actions: tuple[SharedAction, ...]


def mark_of(case: Case) -> str:
    """The value of a tick: ``<public id>.<revision shown>``."""
    return f"{case.public_id}.{case.revision}"


def is_shared(action: Action) -> bool:
    """Whether one opinion can be given for many: approvals and refusals that take no fields and name no items."""
    return action.kind in ("approve", "refuse") and not action.fields and not set(action.needs) - {"opinion", "reasons"}


def many_parts(rows: Sequence[ToDo]) -> list[StepShown]:
    """The rows of a to-do page by step, for ``cases/_many.html``; steps without a shared action are left out."""
    groups: dict[tuple[str, str], list[ToDo]] = {}
    for row in rows:
        if not row.is_suspended:
            groups.setdefault((row.case.version_digest, row.case.step), []).append(row)
    shown = []
    for (digest, step_id), own in groups.items():
        definition = library.definition_of(own[0].case)
        step = definition.steps[step_id]
        actions = tuple(_shared(definition, action) for action in step.actions if is_shared(action))
        if actions:
            shown.append(StepShown(f"{digest[:12]}.{step_id}", definition.title, step.title, tuple(own), actions))
    return shown


def _shared(definition: Definition, action: Action) -> SharedAction:
    takes_reasons = "reasons" in action.needs or (action.kind == "refuse" and bool(definition.reasons))
    return SharedAction(
        action.id,
        action.title,
        TONES.get(action.kind, ""),
        "opinion" in action.needs,
        definition.reasons if takes_reasons else (),
        "reasons" in action.needs,
        tuple(choices_of(definition, action)),
    )


def typed_many(post: Posted) -> dict[str, Any]:
    """What was sent of ``cases/_many.html``, to be shown again after a refusal."""
    return {
        "group": str(post.get("group") or "")[:60],
        "cases": [str(mark).partition(".")[0] for mark in post.getlist("cases")[:LONGEST]],
        "reasons": [str(r) for r in post.getlist("reasons")],
        "opinion": str(post.get("opinion") or "")[:2000],
        "to": str(post.get("to") or "")[:40],
    }


def take_many(*, actor: Actor, post: Posted) -> list[ManyResult]:
    """Do what ``cases/_many.html`` sent: ``action``, the ticks ``cases``, one ``opinion``, ``reasons`` and ``to``.

    Refuses PRC-164 nothing ticked, PRC-165 ticks of several steps, PRC-166 an action each case has its own form for,
    PRC-143 a tick that cannot be read.
    """
    marks = [_read(str(mark)) for mark in post.getlist("cases")[:LONGEST]]
    if not marks:
        raise errors.MANY_NONE.refuse()
    action = str(post.get("action") or "")[:40]
    found = Case.objects.filter(public_id__in=[public_id for public_id, _ in marks])
    places: dict[tuple[str, str], tuple[Definition, Step]] = {}
    for case in found:
        definition = library.definition_of(case)
        step = step_of(definition, state_of(case))
        if step is not None and step.action(action) is not None:
            places.setdefault((case.version_digest, case.step), (definition, step))
    if len(places) > 1:
        raise errors.MANY_MIXED.refuse(step=next(iter(places.values()))[1].title)
    for _, step in places.values():
        chosen = step.action(action)
        if chosen is not None and not is_shared(chosen):
            known = "、".join(a.title for a in step.actions if is_shared(a)) or "（没有）"
            raise errors.MANY_OWN_FORM.refuse(action=chosen.title, known=known)
    said: dict[str, Any] = {
        "text": str(post.get("opinion") or ""),
        "reasons": [str(r) for r in post.getlist("reasons")],
    }
    return act_on_many(
        actor=actor, cases=marks, action=action, opinion=Opinion.of(said), to=str(post.get("to") or "")[:40]
    )


def _read(mark: str) -> tuple[str, int]:
    public_id, _, revision = mark.partition(".")
    if not revision.isascii() or not revision.isdigit() or len(revision) > 9:
        raise errors.FORM_INCOMPLETE.refuse()
    return public_id[:16], int(revision)
