"""What was posted, read into values; refusals name the control."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from guantong.base.accounts.actor import Actor
from guantong.kernel.refusal import Refusal, Where
from guantong.procedure.cases import errors as case_errors
from guantong.procedure.cases.models import Case

from . import errors
from .actions.opening import extend_case, extend_round, open_round
from .models import Round


def day_posted(post: Any, name: str, title: str) -> date:
    """A date of a form; ROU-115 when it is none."""
    text = str(post.get(name) or "").strip()
    try:
        return date.fromisoformat(text if len(text) == 10 else "")
    except ValueError:
        where = Where(column=name, title=title, value=text[:20] or None)
        raise errors.DAY_UNREAD.refuse(where=where, title=title) from None


OPENING = ("title", "opens_on", "closes_on", "document_title", "document_number")
"""Controls of ``rounds/_open.html``, each named ``rounds.<name>``."""
CONTROLS = frozenset({*OPENING, "reason"})


def at_controls(refusal: Refusal, suffix: str = "") -> Refusal:
    """The refusal of an action with its fields named as the controls of a form: ``rounds.<name><suffix>``."""
    return Refusal(
        [
            p.at(replace(p.where, column=f"rounds.{p.where.column}{suffix}")) if p.where.column in CONTROLS else p
            for p in refusal
        ],
        status=refusal.status,
    )


def take_opening(*, actor: Actor, procedure: str, region: str, post: Any) -> Round:
    """What the form of ``rounds/_open.html`` sent: opens a round by notice."""
    try:
        return open_round(
            actor=actor,
            procedure=procedure,
            region=region,
            opens_on=day_posted(post, "rounds.opens_on", "开放日"),
            closes_on=day_posted(post, "rounds.closes_on", "截止日"),
            document_title=str(post.get("rounds.document_title") or ""),
            document_number=str(post.get("rounds.document_number") or ""),
            title=str(post.get("rounds.title") or ""),
        )
    except Refusal as refusal:
        raise at_controls(refusal) from None


def take_extension(*, actor: Actor, public_id: str, post: Any) -> Round:
    """What the form of ``rounds/_extend.html`` sent: extends a round for everybody. Its controls end in the round's id,
    for a page shows several."""
    suffix = f".{public_id}"
    try:
        return extend_round(
            actor=actor,
            public_id=public_id,
            closes_on=day_posted(post, f"rounds.closes_on{suffix}", "新的截止日"),
            reason=str(post.get(f"rounds.reason{suffix}") or ""),
        )
    except Refusal as refusal:
        raise at_controls(refusal, suffix) from None


def take_case_extension(*, actor: Actor, post: Any) -> Case:
    """What the form of ``rounds/_extend_case.html`` sent: extends the time of one case, named by its number."""
    day = day_posted(post, "rounds.closes_on", "可以提交到")
    number = str(post.get("rounds.case") or "").strip().upper()[:16]
    case = Case.objects.filter(public_id=number).first()
    if case is None:
        raise case_errors.CASE_NOT_FOUND.refuse(public_id=number)
    try:
        return extend_case(actor=actor, case_id=case.pk, closes_on=day, reason=str(post.get("rounds.reason") or ""))
    except Refusal as refusal:
        raise at_controls(refusal) from None


def typed(post: Mapping[str, Any] | None, names: tuple[str, ...], suffix: str = "") -> dict[str, str]:
    """What was typed, blank where nothing was: every control has a key. ``suffix`` is what its controls end in."""
    return {name: str((post or {}).get(f"rounds.{name}{suffix}") or "") for name in names}
