"""Opening rounds by notice, extending a round or the time of one case. Always with a reason everybody reads."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import require
from guantong.base.audit.record import record
from guantong.base.orgs.models import Region
from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Refusal, Where
from guantong.kernel.tokens import public_id
from guantong.procedure.cases import library
from guantong.procedure.cases.actions import note_part
from guantong.procedure.cases.actions.progress import lock_case
from guantong.procedure.cases.definition import Definition
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.periods import chinese_day, chinese_moment

from .. import errors, homes
from ..cycles import place_among, why_too_early, windows_around
from ..homes import ROUNDS, governs, home_of, home_of_case, plan_of, region_name
from ..models import HandedIn, Round, RoundChange
from ..selectors import round_title
from ..windows import RoundPlan, Window, around, start_of
from .redating import carry_deadline

PERMISSION = "procedures.rounds"
CLOSING = Where(column="closes_on", title="截止日")
"""Controls are named as the forms name them, without their prefix."""


def ensure_round(plan: RoundPlan, definition: Definition, home: str, window: Window, now: datetime) -> Round:
    """The stored row of a window; a yearly one is written down at its first use. Inside the caller's transaction."""
    row, _ = Round.objects.get_or_create(
        procedure=definition.id,
        region=home,
        key=window.key,
        defaults={
            "public_id": public_id(12),
            "title": round_title(window.key),
            "way": "notice" if plan.is_on_notice else "yearly",
            "opens_on": window.opens_on,
            "closes_on": window.closes_on,
            "planned_closes_on": window.closes_on,
            "recorded_at": now,
            "recorded_by": "系统",
        },
    )
    return row


def write_down_open_rounds(now: datetime) -> int:
    """Store the row of every yearly round that is open and has none yet; returns how many were written."""
    count = 0
    for home, definition in homes.definitions_with_rounds(clock.china_day(now)):
        plan = plan_of(definition)
        if plan is None or plan.is_on_notice:
            continue
        window = place_among(plan, definition.id, home, now).present
        known = Round.objects.filter(procedure=definition.id, region=home)
        if window is not None and not known.filter(key=window.key).exists():
            with transaction.atomic():
                ensure_round(plan, definition, home, window, now)
            count += 1
    return count


def require_governing(actor: Actor, home: str, title: str) -> int | None:
    """The authority for which the actor manages the rounds of a region: one whose own region is it or holds it.

    None for the system. Refuses with ACC-00x without the permission, ROU-104 when every post is elsewhere.
    """
    if actor.is_system:
        return None
    require(actor, PERMISSION)
    today = clock.today()
    for organisation in sorted(actor.organisations(PERMISSION)):
        if governs(organisation, home, today):
            return organisation
    raise errors.NOT_YOURS.refuse(title=title, region=region_name(home, today))


def why_not_govern(actor: Actor, home: str, title: str) -> Problem | None:
    """Why the actor does not manage the rounds of a procedure of that region, or None."""
    try:
        require_governing(actor, home, title)
    except Refusal as refusal:
        return refusal.problems[0]
    return None


def open_round(
    *,
    actor: Actor,
    procedure: str,
    region: str,
    opens_on: date,
    closes_on: date,
    document_title: str,
    document_number: str,
    title: str = "",
) -> Round:
    """Open a round of a procedure whose definition says ``on_notice``, by the notice named.

    The same notice with the same days again changes nothing. Refuses: PRC-101 no such procedure, ROU-104 another
    region's, ROU-105 a yearly one, ROU-106 days reversed, ROU-107 overlapping, ROU-108 no notice, ROU-114 already over,
    ROU-117 before the years between two rounds have passed, ROU-118 nobody knows how many.
    """
    given = (actor, procedure, region, opens_on, closes_on, document_title, document_number, title)
    try:
        return _open_round(*given)
    except IntegrityError:  # the first round, opened twice at the same moment: now the other one is there to be seen
        return _open_round(*given)


def _open_round(
    actor: Actor,
    procedure: str,
    region: str,
    opens_on: date,
    closes_on: date,
    document_title: str,
    document_number: str,
    title: str,
) -> Round:
    with transaction.atomic():
        now, today = clock.now(), clock.today()
        definition = library.definition_in_force(procedure, region, max(today, opens_on))
        home = home_of(procedure, region, max(today, opens_on))
        organisation = require_governing(actor, home, definition.title)
        plan = plan_of(definition)
        if plan is None or not plan.is_on_notice:
            raise errors.NOT_ON_NOTICE.refuse(title=definition.title)
        notice, number = document_title.strip(), document_number.strip()
        if not notice or not number:
            missing = ("document_number", "通知的文号") if notice else ("document_title", "通知的名称")
            raise errors.NOTICE_NEEDED.refuse(where=Where(column=missing[0], title=missing[1]))
        if closes_on < opens_on:
            raise errors.DAYS_REVERSED.refuse(where=CLOSING, opens=chinese_day(opens_on), closes=chinese_day(closes_on))
        if closes_on < today:
            raise errors.IN_THE_PAST.refuse(where=CLOSING, day=chinese_day(closes_on))
        Region.objects.select_for_update(no_key=True).filter(
            pk=home
        ).first()  # two notices for different years: in turn
        rows = list(Round.objects.select_for_update().filter(procedure=procedure, region=home).order_by("id"))
        for row in rows:
            if (row.opens_on, row.planned_closes_on, row.document_number) == (opens_on, closes_on, number[:60]):
                return row
            if row.opens_on <= closes_on and opens_on <= row.closes_on:
                raise errors.OVERLAPPING.refuse(
                    where=Where(column="opens_on", title="开放日"),
                    round=row.title,
                    opens=chinese_day(row.opens_on),
                    closes=chinese_day(row.closes_on),
                )
        too_early = why_too_early(plan, definition, home, rows, opens_on)
        if too_early is not None:
            raise Refusal([too_early.at(Where(column="opens_on", title="开放日"))], status=409)
        of_year = sum(1 for row in rows if row.opens_on.year == opens_on.year)
        key = str(opens_on.year) if not of_year else f"{opens_on.year}-{of_year + 1}"
        row = Round.objects.create(
            public_id=public_id(12),
            procedure=procedure,
            region=home,
            key=key,
            title=(title.strip() or round_title(key))[:60],
            way="notice",
            opens_on=opens_on,
            closes_on=closes_on,
            planned_closes_on=closes_on,
            document_title=notice[:120],
            document_number=number[:60],
            recorded_at=now,
            recorded_by=actor.label[:120],
        )
        _change(row, actor, now, "open", None, closes_on, "")
        _audit(actor, "open_round", row, organisation, "", document=number[:60])
    return row


def extend_round(*, actor: Actor, public_id: str, closes_on: date, reason: str) -> Round:
    """Close a round later than it would, for everybody, with a reason everybody reads. Repeating it changes nothing.

    Refuses: ROU-111 unknown, ROU-104 another region's, ROU-109 no reason, ROU-110 not later, ROU-114 already past,
    ROU-107 when it would run into the next round.
    """
    with transaction.atomic():
        now, today = clock.now(), clock.today()
        row = Round.objects.select_for_update().filter(public_id=public_id).first()
        if row is None:
            raise errors.ROUND_UNKNOWN.refuse()
        definition = library.definition_in_force(row.procedure, row.region, max(today, row.opens_on))
        organisation = require_governing(actor, row.region, definition.title)
        why = reason.strip()
        if not why:
            raise errors.REASON_NEEDED.refuse(where=Where(column="reason", title="延长的理由"))
        last = RoundChange.objects.filter(round=row, case=None).order_by("-id").first()
        if last is not None and (last.after, last.reason, last.actor_user_id) == (closes_on, why[:500], actor.user_id):
            return row
        if closes_on <= row.closes_on:
            raise errors.NOT_LATER.refuse(where=CLOSING, new=chinese_day(closes_on), old=chinese_day(row.closes_on))
        if closes_on < today:
            raise errors.IN_THE_PAST.refuse(where=CLOSING, day=chinese_day(closes_on))
        _refuse_running_into(row, definition, closes_on)
        before, row.closes_on = row.closes_on, closes_on
        row.save(update_fields=["closes_on"])
        _change(row, actor, now, "extend", before, closes_on, why)
        _audit(actor, "extend_round", row, organisation, why, before=before.isoformat())
    return row


def _refuse_running_into(row: Round, definition: Definition, closes_on: date) -> None:
    plan = plan_of(definition)
    if plan is None:
        return
    following = around(
        [w for w in _all_windows(plan, row) if w.key != row.key], start_of(row.opens_on + timedelta(days=1))
    ).coming
    if following is not None and following.opens_on <= closes_on:
        raise errors.OVERLAPPING.refuse(
            where=CLOSING,
            round=round_title(following.key),
            opens=chinese_day(following.opens_on),
            closes=chinese_day(following.closes_on),
        )


def _all_windows(plan: RoundPlan, row: Round) -> list[Window]:
    return windows_around(plan, row.procedure, row.region, start_of(row.opens_on))


def extend_case(*, actor: Actor, case_id: int, closes_on: date, reason: str) -> Case:
    """Let one case be handed in until 24:00 of ``closes_on``, in the round open now or closed last, with a reason.

    Whoever manages the rounds may, without being able to read the draft. Refuses: PRC-102 unknown, ROU-104 another
    region's, ROU-109 no reason, ROU-110 not later, ROU-112 handed in already, ROU-113 no round yet, ROU-114 past.
    """
    with transaction.atomic():
        now, today = clock.now(), clock.today()
        case = lock_case(case_id)
        definition = library.definition_of(case)
        home = home_of_case(case)
        organisation = require_governing(actor, home, definition.title)
        why = reason.strip()
        if not why:
            raise errors.REASON_NEEDED.refuse(where=Where(column="reason", title="延长的理由"))
        handed_in = HandedIn.objects.filter(case=case).first()
        if handed_in is not None:
            raise errors.HANDED_IN.refuse(at=chinese_moment(handed_in.at))
        plan = plan_of(definition)
        found = place_among(plan, case.procedure, home, now) if plan is not None else None
        window = (found.present or found.last) if found is not None else None
        if plan is None or window is None:
            raise errors.NO_ROUND_TO_EXTEND.refuse(title=definition.title)
        last = RoundChange.objects.filter(case=case).order_by("-id").first()
        until = max(window.closes_on, last.after) if last is not None else window.closes_on
        if last is not None and (last.after, last.reason, last.actor_user_id) == (closes_on, why[:500], actor.user_id):
            return case
        if closes_on <= until:
            raise errors.NOT_LATER.refuse(where=CLOSING, new=chinese_day(closes_on), old=chinese_day(until))
        if closes_on < today:
            raise errors.IN_THE_PAST.refuse(where=CLOSING, day=chinese_day(closes_on))
        row = ensure_round(plan, definition, home, window, now)
        _change(row, actor, now, "extend", until, closes_on, why, case)
        details = {"round": row.key, "from": until.isoformat(), "closes_on": closes_on.isoformat()}
        note_part(
            case,
            part=ROUNDS,
            what="extended",
            actor=actor,
            role=next((p.role for p in actor.posts if p.organisation_id == organisation), ""),
            on_behalf_of_id=organisation,
            opinion=why,
            details=details,
        )
        carry_deadline(case, now)
        _audit(actor, "extend_case", row, organisation, why, case=case.public_id, before=until.isoformat())
    return case


def _change(
    row: Round,
    actor: Actor,
    now: datetime,
    kind: str,
    before: date | None,
    after: date,
    reason: str,
    case: Case | None = None,
) -> None:
    RoundChange.objects.create(
        round=row,
        case=case,
        at=now,
        actor_user_id=actor.user_id,
        actor_label=actor.label[:120],
        kind=kind,
        before=before,
        after=after,
        reason=reason[:500],
    )


def _audit(actor: Actor, action: str, row: Round, organisation: int | None, reason: str, **facts: str) -> None:
    days = {"opens_on": row.opens_on.isoformat(), "closes_on": row.closes_on.isoformat()}
    record(
        actor=actor,
        action=action,
        subject=("rounds.round", row.public_id),
        region=row.region,
        organisation_id=organisation,
        law_version=library.law_on(clock.today(), row.region).version,
        reason=reason,
        facts={"procedure": row.procedure, "round": row.key, **days, **facts},
    )
