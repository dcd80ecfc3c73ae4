"""Enrolment advertisements (A7): agreed to by the authority that approved the school, before they are published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.orgs.public import region_tree
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Advertisement
from guantong.domains.admission.selectors.filings import ADVERTISEMENT, find_procedure, last_words
from guantong.domains.admission.selectors.gates import require_school, school_name
from guantong.kernel import clock
from guantong.kernel.tokens import public_id
from guantong.procedure.cases.public import act, open_case

if TYPE_CHECKING:
    from guantong.procedure.cases.models import Case
    from guantong.procedure.cases.public import Outcome as CaseOutcome

DEFINITION = "admission-advertisement"
MOST_TEXT = 10_000


def file_advertisement(*, actor: Actor, school_id: int, title: str, media: str, text: str) -> Advertisement:
    """Ask for agreement to an advertisement; the case goes to the authority over the school.

    Refuses ADM-163 (something is missing), ADM-164 (the region does not ask for it).
    """
    with transaction.atomic():
        require_school(actor, "admission.plan", school_id)
        region = actor.region
        if find_procedure(DEFINITION, region) is None:
            raise errors.ADVERTISEMENT_NOT_ASKED.refuse(region=region_tree(clock.today()).names.get(region, region))
        for what, given in (("广告名称", title), ("在哪里发布", media), ("广告文稿", text)):
            if not given.strip():
                raise errors.ADVERTISEMENT_EMPTY.refuse(what=what)
        row = Advertisement.objects.create(
            public_id=public_id(),
            school_id=school_id,
            title=title.strip()[:80],
            media=media.strip()[:120],
            text=text.strip()[:MOST_TEXT],
            opened_at=clock.now(),
        )
        case = open_case(
            actor=actor,
            definition=DEFINITION,
            region=region,
            subject=(ADVERTISEMENT, row.public_id),
            organisation_id=school_id,
            law_on=clock.today(),
            title=f"招生广告审批：{school_name(school_id)}，{row.title}",
            facts={"title": row.title, "media": row.media, "text": row.text},
        )
        row.case_id = case.pk
        row.save(update_fields=["case_id"])
        _record(actor, "file_advertisement", row, region, {"case": case.public_id})
    return row


def correct_advertisement(*, actor: Actor, advertisement: Advertisement, case: Case, text: str, media: str) -> None:
    """Hand a returned advertisement in again with another text, in its case. Refuses ADM-163 and what the case does."""
    with transaction.atomic():
        require_school(actor, "admission.plan", advertisement.school_id)
        for what, given in (("在哪里发布", media), ("广告文稿", text)):
            if not given.strip():
                raise errors.ADVERTISEMENT_EMPTY.refuse(what=what)
        act(actor=actor, case_id=case.pk, action="submit", revision=case.revision)
        row = Advertisement.objects.select_for_update(of=("self",)).get(pk=advertisement.pk)
        row.text, row.media = text.strip()[:MOST_TEXT], media.strip()[:120]
        row.save(update_fields=["text", "media"])
        _record(actor, "file_advertisement", row, case.region, {"case": case.public_id})


def on_advertisement_outcome(case: Case, outcome: CaseOutcome, actor: Actor, values: Mapping[str, Any]) -> None:
    """Agreed to: open to all from now on; else not to be published."""
    row = Advertisement.objects.select_for_update(of=("self",)).get(public_id=case.subject_id)
    granted = outcome.kind == "granted"
    row.state = "granted" if granted else ("refused" if outcome.kind == "refused" else "withdrawn")
    row.approved_on = clock.today() if granted else None
    row.reason = "" if granted else (last_words(case) or outcome.title)[:300]
    row.decided_by = actor.label
    row.save()
    _record(actor, "decide_advertisement", row, case.region, {"to": row.state, "case": case.public_id})


def _record(actor: Actor, action: str, row: Advertisement, region: str, facts: Mapping[str, object]) -> None:
    record(
        actor=actor,
        action=action,
        subject=(ADVERTISEMENT, row.public_id),
        region=region,
        organisation_id=row.school_id,
        facts=dict(facts),
    )
