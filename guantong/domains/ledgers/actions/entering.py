"""A body says how far a row has come, or corrects what it said."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import require
from guantong.base.audit.record import record
from guantong.base.files.models import StoredFile
from guantong.base.lawbook import law_on
from guantong.base.notices.public import send
from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Where

from .. import errors
from ..models import ProgressEntry
from ..rules.reading import Ledger, Row
from ..rules.standing import DONE, LATE, MOST_REASON, MOST_TEXT, NOT_BEGUN, STATES
from ..selectors.ledgers import get_ledger, get_row
from ..selectors.progress import REPORT, BodyShown, RowShown, show_row


def enter_progress(
    *,
    actor: Actor,
    ledger: str,
    row: str,
    organisation_id: int,
    state: str,
    share: str | int,
    text: str,
    reason: str = "",
    link: str = "",
    evidence: StoredFile | None = None,
    corrects: int | None = None,
    after: int | None = None,
) -> ProgressEntry:
    """Add what the organisation says of the row.

    ``share`` whole percent. ``evidence`` is a file the actor has stored. ``corrects`` names the entry (its database
    id) this one takes the place of: only the last of the same body. ``after`` is the number of the last entry the page
    showed (0: none); somebody else's since then refuses with LED-114. Refuses with LED-101 to LED-114, all that is
    wrong at once.
    """
    found = get_ledger(ledger)
    line = get_row(found, row)
    require(actor, REPORT, organisation_id)
    shown = show_row(found, line)
    part = shown.of(organisation_id)
    if part is None:
        body = next((p.organisation_name for p in actor.posts if p.organisation_id == organisation_id), "本单位")
        raise errors.NOT_RESPONSIBLE.refuse(body=body, row=line.number, bodies="、".join(line.bodies))
    amount = _share(share)
    text, reason, link = text.strip(), reason.strip(), link.strip()
    problems = list(_problems(shown, part, state, amount, share, text, reason, link, evidence, corrects))
    if problems:
        from guantong.kernel.refusal import Refusal

        raise Refusal(problems)
    try:
        with transaction.atomic():
            return _write(actor, found, line, part, state, amount or 0, text, reason, link, evidence, corrects, after)
    except IntegrityError:
        raise errors.SAVED_MEANWHILE.refuse(who="另一位经办人") from None


def _share(given: str | int) -> int | None:
    text = str(given).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= 100 else None


def _problems(
    shown: RowShown,
    part: BodyShown,
    state: str,
    amount: int | None,
    given: str | int,
    text: str,
    reason: str,
    link: str,
    evidence: StoredFile | None,
    corrects: int | None,
) -> Iterable[Problem]:
    if state not in STATES:
        yield errors.STATE_UNKNOWN.problem(where=Where(column="state", title="状态"))
    if amount is None:
        yield errors.SHARE_WRONG.problem(where=Where(column="share", title="完成比例"), given=str(given)[:12])
    elif state in STATES and ((state == NOT_BEGUN and amount) or ((state == DONE) != (amount == 100))):
        where = Where(column="share", title="完成比例")
        yield errors.SHARE_AND_STATE.problem(where=where, state=STATES[state], share=amount)
    if not text:
        yield errors.TEXT_NEEDED.problem(where=Where(column="text", title="进展情况"))
    for column, title, value, most in (("text", "进展情况", text, MOST_TEXT), ("reason", "原因", reason, MOST_REASON)):
        if len(value) > most:
            where = Where(column=column, title=title)
            yield errors.TEXT_TOO_LONG.problem(where=where, what=title, found=len(value), most=most)
    where = Where(column="reason", title="原因")
    if corrects is not None and not reason:
        yield errors.CORRECTION_REASON.problem(where=where)
    elif state == LATE and not reason:
        yield errors.REASON_NEEDED.problem(where=where)
    if link and not (link.startswith(("https://", "http://")) and len(link) <= 300 and " " not in link):
        yield errors.LINK_WRONG.problem(where=Where(column="link", title="佐证网页"), given=link[:60])
    if state == DONE and evidence is None and not link:
        yield errors.EVIDENCE_NEEDED.problem(where=Where(column="evidence", title="佐证文件"))
    if state == DONE and part.body.is_lead and not reason:
        others = [
            one.body.name
            for one in shown.bodies
            if not one.body.is_lead and (one.last is None or one.last.state != DONE)
        ]
        if others:
            yield errors.OTHERS_NOT_DONE.problem(where=where, bodies="、".join(others))


def _write(
    actor: Actor,
    ledger: Ledger,
    row: Row,
    part: BodyShown,
    state: str,
    share: int,
    text: str,
    reason: str,
    link: str,
    evidence: StoredFile | None,
    corrects: int | None,
    after: int | None,
) -> ProgressEntry:
    body, now = part.body, clock.now()
    own = ProgressEntry.objects.filter(ledger=ledger.id, row=row.number, organisation_id=body.organisation_id)
    last = own.order_by("-sequence").first()
    number = last.sequence if last is not None else 0
    if after is not None and after != number and last is not None:
        raise errors.SAVED_MEANWHILE.refuse(who=last.actor_label)
    corrected: ProgressEntry | None = None
    if corrects is not None:
        corrected = ProgressEntry.objects.filter(pk=corrects, ledger=ledger.id, row=row.number).first()
        if corrected is None:
            raise errors.ENTRY_UNKNOWN.refuse()
        if last is None or corrected.pk != last.pk:
            raise errors.NOT_LAST.refuse()
    entry = ProgressEntry.objects.create(
        ledger=ledger.id,
        row=row.number,
        organisation_id=body.organisation_id,
        sequence=number + 1,
        is_lead=body.is_lead,
        state=state,
        share=share,
        text=text,
        reason=reason,
        link=link,
        evidence=evidence,
        corrects=corrected,
        entered_on=clock.china_day(now),
        recorded_at=now,
        actor_label=actor.label,
    )
    record(
        actor=actor,
        action="correct_progress" if corrected is not None else "enter_progress",
        subject=("ledgers.row", f"{ledger.id}/{row.number}"),
        region=body.region,
        organisation_id=body.organisation_id,
        law_version=law_on(entry.entered_on).version,
        reason=reason,
        facts={"sequence": entry.sequence, "state": state, "share": share},
    )
    if state == LATE and not body.is_lead:
        for one in _leads(ledger, row):
            text = f"{body.name}报告“{ledger.title}”第 {row.number} 行滞后，请牵头协调。"
            send(text=text, link=f"/bureau/ledgers/{ledger.id}/{row.number}/", to_role=("bureau_reviewer", one))
    return entry


def _leads(ledger: Ledger, row: Row) -> list[int]:
    return [one.body.organisation_id for one in show_row(ledger, row).bodies if one.body.is_lead]
