"""Even load: what waits at a desk is spread among its reviewers, fewest open first, and can be handed to a colleague.

Whose it is orders lists and says whom to ask; it takes nobody's mandate away: every holder of the post may still act.
An assignment counts for one stay of the case at a step (its revision). A case that comes back to a step goes to whoever
had it there before. The scan spreads, so that a step of a case costs nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, F

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.models import User
from guantong.base.accounts.selectors import actor_for, list_holders
from guantong.base.audit.record import record
from guantong.base.notices.public import send
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal, Where

from .. import errors, library
from ..checks import state_of
from ..handlers import link_for
from ..machine import RUNNING, step_of
from ..mandate import body_of, post_for, why_not_act
from ..models import Assignment, Case
from ..opinions import Opinion
from .moving import note_part
from .progress import lock_readable

PART = "load"
CHUNK = 500
MOST_A_SCAN = 5000
OFFICES = ("declarer", "learner")
"""Whose steps are not spread: they wait for the declaring side."""

Desk = tuple[str, int]
"""(role, organisation)."""


def spread_open_cases(now: datetime, *, most: int = MOST_A_SCAN) -> int:
    """Give every case that waits at a desk and is nobody's, or whose reviewer has left, to the one with the fewest.

    Returns how many were given. Each in its own transaction; harmless when repeated or run twice at once.
    """
    holders: dict[Desk, list[Actor]] = {}
    loads: dict[Desk, dict[int, int]] = {}
    count, after = 0, 0
    while count < most:
        rows = (
            Case.objects.filter(state__in=RUNNING, pk__gt=after, waiting_organisation__isnull=False)
            .exclude(waiting_role="")
            .order_by("pk")
        )
        cases = list(rows[:CHUNK])
        if not cases:
            break
        after = cases[-1].pk
        held = {a.case_id: a for a in Assignment.objects.filter(case__in=cases, revision=F("case__revision"))}
        for case in cases:
            desk = (case.waiting_role, case.waiting_organisation_id or 0)
            if desk not in holders:
                holders[desk] = _holders(desk)
                loads[desk] = load_of(desk)
            known = held.get(case.pk)
            if known is not None and known.user_id in {actor.user_id for actor in holders[desk]}:
                continue
            count += _give(case, desk, holders[desk], loads[desk], now)
    return count


def _holders(desk: Desk) -> list[Actor]:
    """Whoever holds the post there today, by account."""
    users = User.objects.filter(pk__in=list_holders(*desk)).order_by("username")
    return [actor_for(user, second_factor=True) for user in users]


def load_of(desk: Desk) -> dict[int, int]:
    """How many open cases each reviewer of a desk has there, by account."""
    rows = Assignment.objects.filter(
        role=desk[0], organisation_id=desk[1], case__state__in=RUNNING, revision=F("case__revision")
    )
    return dict(rows.values_list("user_id").annotate(n=Count("id")))


def _give(case: Case, desk: Desk, holders: Iterable[Actor], load: dict[int, int], now: datetime) -> int:
    definition = library.definition_of(case)
    step = definition.steps.get(case.step)
    if step is None or step.of in OFFICES or step.parallel is not None or not holders:
        return 0
    able = [a for a in holders if a.user_id is not None and why_not_act(a, case, definition, step) is None]
    if not able:
        return 0
    former = Assignment.objects.filter(case_id=case.pk, step=case.step).exclude(revision=case.revision)
    before = former.order_by("-revision").values_list("user_id", flat=True).first()
    chosen = next((a for a in able if a.user_id == before), None)
    if chosen is not None:
        why = "这一件以前在这个环节由其承办。"
    else:
        counts = {a.user_id or 0: load.get(a.user_id or 0, 0) for a in able}
        chosen = min(able, key=lambda a: counts[a.user_id or 0])  # equal: the account that comes first
        told = "，".join(f"{_name(a)}{counts[a.user_id or 0]}件" for a in able[:8])
        why = f"按在办件数均衡分派，少的优先，一样多的按账号先后：{told}。"
    user_id = chosen.user_id or 0
    try:
        with transaction.atomic():
            locked = Case.objects.select_for_update().get(pk=case.pk)
            if locked.revision != case.revision or locked.state not in RUNNING:
                return 0
            row, is_new = Assignment.objects.get_or_create(
                case_id=case.pk,
                revision=case.revision,
                defaults=_columns(case, desk, user_id, _name(chosen), why, now),
            )
            if not is_new:
                if row.user_id in {a.user_id for a in holders}:
                    return 0  # somebody else gave it at the same moment
                columns = _columns(case, desk, user_id, _name(chosen), f"原承办人已不在岗。{why}", now)
                for name, value in columns.items():
                    setattr(row, name, value)
                row.save()
    except IntegrityError:
        return 0
    load[user_id] = load.get(user_id, 0) + 1
    return 1


def _columns(case: Case, desk: Desk, user_id: int, name: str, why: str, now: datetime) -> dict[str, object]:
    return {
        "step": case.step,
        "role": desk[0],
        "organisation_id": desk[1],
        "user_id": user_id,
        "user_label": name[:60],
        "explained": why[:500],
        "assigned_at": now,
        "is_by_hand": False,
    }


def _name(actor: Actor) -> str:
    return actor.label.partition("（")[0]


def reassign_case(*, actor: Actor, case_id: int, to_user: int, reason: str) -> Assignment:
    """Hand a case to a colleague of the same desk, with a reason; a line of its log says so. Repeating changes nothing.

    Whoever holds the post may, for cases of their own and of colleagues. Refuses PRC-102 unreadable, PRC-105 another
    post, PRC-175 no reason, PRC-176 somebody who may not act on it, PRC-177 nothing waits at a desk.
    """
    with transaction.atomic():
        case, definition = lock_readable(actor, case_id)
        now = clock.now()
        step = step_of(definition, state_of(case))
        if step is None or step.of in OFFICES or step.parallel is not None or case.state not in RUNNING:
            raise errors.NOT_SPREAD.refuse()
        post = post_for(actor, case, step)
        if post is None:
            problem = why_not_act(actor, case, definition, step)
            raise Refusal([problem], status=403) if problem is not None else errors.NOT_SPREAD.refuse()
        why = reason.strip()
        if not why:
            raise errors.REASSIGN_REASON.refuse(where=Where(column="load.reason", title="转交的理由"))
        desk = (step.role, body_of(case, step) or 0)
        target = next((a for a in _holders(desk) if a.user_id == to_user), None)
        if target is None or why_not_act(target, case, definition, step) is not None:
            raise errors.REASSIGN_WHOM.refuse(where=Where(column="load.to", title="转交给谁"))
        row = Assignment.objects.select_for_update().filter(case_id=case.pk, revision=case.revision).first()
        if row is not None and row.user_id == to_user:
            return row
        before = row.user_label if row is not None else ""
        columns = _columns(case, desk, to_user, _name(target), "由同岗位转交，理由见办理经过。", now)
        columns["is_by_hand"] = True
        row, _ = Assignment.objects.update_or_create(case_id=case.pk, revision=case.revision, defaults=columns)
        note_part(
            case,
            part=PART,
            what="reassigned",
            actor=actor,
            role=post.role,
            on_behalf_of_id=post.organisation_id,
            opinion=Opinion(text=why[:2000]),
            details={"before_label": before, "to_label": row.user_label},
        )
        record(
            actor=actor,
            action="reassign_case",
            subject=("cases.case", case.public_id),
            region=case.region,
            organisation_id=post.organisation_id,
            facts={"to": to_user},
        )
        send(text=f"“{case.title}”（编号{case.public_id}）转交给您承办。", link=link_for(case), to_user=to_user)
    return row
