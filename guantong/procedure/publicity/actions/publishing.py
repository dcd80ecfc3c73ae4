"""Notices: made when a case comes to the step, ended when it leaves, their days kept with the case's."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import F

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.notices.public import send
from guantong.base.orgs.public import name_on, region_on
from guantong.base.sheets.titles import simplified
from guantong.kernel import clock
from guantong.kernel.digest import digest_of
from guantong.kernel.tokens import public_id
from guantong.procedure.cases import library
from guantong.procedure.cases.definition import Definition, Outcome, Step
from guantong.procedure.cases.mandate import body_of
from guantong.procedure.cases.models import Case, Deadline

from ..content import content_of
from ..models import Objection, PublicNotice
from ..reading import Publicity
from ..rules import DISMISSED, OPEN, RECEIVED, STOPPED, UPHELD, result_of
from .letters import write_line

if TYPE_CHECKING:
    from guantong.policy.asking import Law

CHUNK = 200


def publish(
    case: Case, definition: Definition, step: Step, kept: Publicity, actor: Actor, law: Law, now: datetime
) -> PublicNotice:
    """Make the notice of a step the case has just come to. The case is locked and its deadline has begun."""
    today = clock.china_day(now)
    publisher_id = body_of(case, step)
    content = content_of(case, definition, kept)
    deadline = Deadline.objects.filter(case_id=case.pk, state="open").first()
    region = region_on(case.organisation_id, today) if case.organisation_id is not None else case.region
    notice = PublicNotice(
        public_id=public_id(12),
        case=case,
        step=step.id,
        procedure=case.procedure,
        procedure_title=definition.title,
        title=f"{definition.title}：{step.title}",
        region=region,
        publisher_id=publisher_id,
        publisher_name=name_on(publisher_id, today) if publisher_id is not None else "",
        content=[list(pair) for pair in content],
        search_text=simplified(" ".join([definition.title, *(value for _, value in content)])).lower(),
        published_at=now,
        starts_on=today,
        ends_on=case.due_on or today,
        is_provisional=case.is_provisional,
        basis=deadline.basis if deadline is not None else "",
    )
    notice.digest = digest_of(notice_content(notice))
    notice.save(force_insert=True)
    record(
        actor=actor,
        action="publish_notice",
        subject=("publicity.notice", notice.public_id),
        region=case.region,
        organisation_id=publisher_id,
        law_version=law.version,
        facts={"case": case.public_id, "digest": notice.digest, "ends_on": notice.ends_on.isoformat()},
    )
    return notice


def notice_content(notice: PublicNotice) -> dict[str, object]:
    """What a notice's digest stands for: everything it said on the day it was published, but for its last day, which
    an extension or a published calendar may move."""
    return {
        "public_id": notice.public_id,
        "procedure": notice.procedure,
        "title": notice.title,
        "publisher": notice.publisher_name,
        "content": notice.content,
        "starts_on": notice.starts_on,
    }


def end_notice(case: Case, step: str, action: str, now: datetime) -> None:
    """End the open notice of the step the case has left, with its result."""
    notice = PublicNotice.objects.select_for_update().filter(case=case, step=step, state=OPEN).first()
    if notice is None:
        return
    states = list(Objection.objects.filter(notice=notice).values_list("state", flat=True))
    notice.state, notice.result = result_of(action, states.count(UPHELD), states.count(DISMISSED))
    notice.ended_at = now
    if notice.state == STOPPED:
        notice.ends_on = min(notice.ends_on, clock.china_day(now))
    notice.save(update_fields=["state", "result", "ended_at", "ends_on"])


def record_outcome(case: Case, outcome: Outcome, now: datetime) -> None:
    """Write how the case ended beside its past notices."""
    PublicNotice.objects.filter(case=case).update(outcome=outcome.title, outcome_on=clock.china_day(now))


def follow_days() -> int:
    """Let open notices follow their case where its last day was extended or fixed; returns how many."""
    moved = PublicNotice.objects.filter(state=OPEN, case__step=F("step"), case__due_on__isnull=False)
    changed = 0
    for notice in moved.exclude(ends_on=F("case__due_on"), is_provisional=F("case__is_provisional")).select_related(
        "case"
    ):
        notice.ends_on = notice.case.due_on or notice.ends_on
        notice.is_provisional = notice.case.is_provisional
        notice.save(update_fields=["ends_on", "is_provisional"])
        changed += 1
    return changed


def tell_overdue(now: datetime) -> int:
    """Tell the handlers of objections whose answer is late, once each; returns how many."""
    from django.db import transaction

    told = 0
    late = Objection.objects.filter(state=RECEIVED, due_at__lte=now, told_overdue_at=None)
    for pk in list(late.order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            objection = late.select_for_update().filter(pk=pk).select_related("sender", "notice").first()
            if objection is None:
                continue
            objection.told_overdue_at = now
            objection.save(update_fields=["told_overdue_at"])
            write_line(objection.sender, "overdue", "系统", now=now)
            if objection.handler_id is not None:
                text = f"“{objection.notice.title}”的异议（编号{objection.public_id}）已过答复期限，请尽快办结。"
                send(
                    text=text,
                    link=f"/objections/{objection.public_id}/",
                    to_role=(objection.handler_role, objection.handler_id),
                )
            told += 1
    return told


def basis_of(kept: Publicity) -> str:
    """The authority of objections in one line."""
    return library.basis_sentence(kept.objections.basis)
