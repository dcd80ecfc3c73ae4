"""Taking a seat of a quota and giving it back: the counter is locked, a CHECK holds it, every change is a line."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from guantong.kernel import clock
from guantong.kernel.refusal import Problem
from guantong.policy.asking import Law
from guantong.procedure.cases.models import Case

from .. import errors
from ..bodies import body_of
from ..homes import shared_with
from ..models import QuotaCounter, QuotaLine
from ..seats import BODIES, QuotaPlan, period_of, period_words
from ..selectors import body_names, is_held, most_of


def take_seat(case: Case, quota: QuotaPlan, round_key: str, law: Law, now: datetime) -> Problem | None:
    """Take a seat for a locked case that holds none, or say why not (ROU-201 full, ROU-202 no number, ROU-203).

    ``round_key`` is ``<region>:<key>`` of the case's round. Inside the caller's transaction; the counter stays locked.
    """
    most = most_of(quota, law)
    if most.count is None:
        why = f"政策参数“{quota.parameter}”在{law.on.year}年{law.on.month}月{law.on.day}日没有可用的数目"
        return errors.QUOTA_UNKNOWN.problem(basis=most.citation, quota=quota.title, why=why)
    body = body_of(case, quota.of)
    if body is None:
        return errors.BODY_MISSING.problem(quota=quota.title, of=BODIES[quota.of])
    period = period_of(quota, round_key, now)
    counter = _locked(case, quota, body, period, most.count)
    if is_held(counter, case):
        return None
    if counter.taken >= most.count:
        return errors.QUOTA_FULL.problem(
            basis=most.citation,
            quota=quota.title,
            body=body_names([body], clock.china_day(now))[body],
            period=period_words(period),
            most=most.count,
            taken=counter.taken,
            shared=_shared_words(case, quota, now),
        )
    counter.taken += 1
    counter.most, counter.title = most.count, quota.title
    counter.save(update_fields=["taken", "most", "title"])
    _write(counter, case, 1, case.sequence + 1, now, most.basis)
    return None


def _shared_words(case: Case, quota: QuotaPlan, now: datetime) -> str:
    others = shared_with(quota, case.procedure, case.region, clock.china_day(now))
    return "（与" + "、".join(f"“{title}”" for title in others) + "合计）" if others else ""


def give_back(case: Case, counter_id: int, now: datetime) -> None:
    """Give back the seat a locked case holds in a counter; nothing when it holds none.

    Called after the log line that loses it was written: that line is the one named.
    """
    counter = QuotaCounter.objects.select_for_update().get(pk=counter_id)
    if not is_held(counter, case):
        return
    counter.taken -= 1
    counter.save(update_fields=["taken"])
    _write(counter, case, -1, case.sequence, now, "")


def _locked(case: Case, quota: QuotaPlan, body: str, period: str, most: int) -> QuotaCounter:
    key = {"procedure": quota.owner(case.procedure), "quota": quota.key, "body": body, "period": period}
    with transaction.atomic():
        QuotaCounter.objects.get_or_create(**key, defaults={"title": quota.title, "taken": 0, "most": most})
    return QuotaCounter.objects.select_for_update().get(**key)


def _write(counter: QuotaCounter, case: Case, change: int, sequence: int, now: datetime, basis: str) -> None:
    QuotaLine.objects.create(
        counter=counter,
        case=case,
        sequence=sequence,
        at=now,
        change=change,
        taken=counter.taken,
        most=counter.most,
        basis=basis[:300],
    )
