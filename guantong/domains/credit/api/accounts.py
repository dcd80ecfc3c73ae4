"""Accounts, achievements and the ledger at the JSON door."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Schema
from pydantic import Field

from guantong.base.webkit.machine import PublicId, answers, asker
from guantong.domains.credit import errors
from guantong.domains.credit.api.frame import Credits, router
from guantong.domains.credit.models import CreditAccount
from guantong.domains.credit.selectors.access import access_account_for, find_account_of
from guantong.domains.credit.selectors.reading import achievement_json, ledger_page, list_achievements_json
from guantong.domains.credit.selectors.stories import balances_of

MOST_ENTRIES = 500
"""Most ledger entries in one answer."""


class AchievementOut(Schema):
    """An achievement with where its credits stand."""

    id: str
    account: str
    kind: str
    title: str
    subject_code: str
    level: int | None
    level_name: str
    place: str
    grade: str
    hours: int | None
    declared: Credits | None
    issuer: str = Field(description="颁发单位")
    certificate_number: str
    issued_on: date
    valid_until: date | None
    way: str
    state: str
    recognised: Credits
    available: Credits
    reserved: Credits
    converted: Credits
    basis: list[list[str]] = Field(description="认定依据：每步的说明和条款")


class BalanceOut(Schema):
    """One balance."""

    code: str
    label: str
    credits: Credits


class AccountOut(Schema):
    """An account, its balances and achievements."""

    number: str
    opened_on: date
    state: str
    sequence: int = Field(description="最后一条分录的序号")
    head_digest: str = Field(description="最后一条分录的摘要")
    balances: list[BalanceOut]
    achievements: list[AchievementOut]


class EntryOut(Schema):
    """One ledger entry. ``line`` is what its digest is made of."""

    sequence: int
    achievement: str
    kind: str
    debit: str
    credit: str
    credits: Credits
    recorded_at: str
    ref: str
    reason: str
    reverses: int | None
    line: str = Field(description="分录的规范写法，摘要由它算出")
    digest: str


class EntriesOut(Schema):
    """A stretch of the ledger of one account: ``digest = SHA-256(digest before ‖ line)``."""

    account: str
    sequence: int
    head_digest: str
    digest_before: str = Field(description="这一段第一条之前的摘要")
    entries: list[EntryOut]
    next_after: int | None = Field(description="下一段从哪个序号之后开始；没有了为 null")


class Stretch(Schema):
    """Which entries."""

    after: int = Field(0, ge=0, le=2**62, description="从这个序号之后开始")
    limit: int = Field(200, ge=1, le=MOST_ENTRIES, description="最多几条")


def account_json(account: CreditAccount) -> dict[str, Any]:
    """An account with everything in it; two queries besides the account's own."""
    return {
        "number": account.number,
        "opened_on": account.opened_on.isoformat(),
        "state": account.state,
        "sequence": account.sequence,
        "head_digest": bytes(account.head_digest).hex(),
        "balances": [{k: b[k] for k in ("code", "label", "credits")} for b in balances_of(account)],
        "achievements": list_achievements_json(account),
    }


@router.get(
    "/credit/account",
    summary="本人的学分账户：余额和全部成果",
    url_name="credit_own_account",
    response=answers(AccountOut),
    operation_id="credit_own_account",
)
def own_account(request: HttpRequest) -> Any:
    """The account of the person signed in."""
    return account_json(own(request))


def own(request: HttpRequest) -> CreditAccount:
    """The account of the person signed in; CRD-001 when there is none."""
    actor = asker(request)
    found = find_account_of(actor.person_id) if actor.person_id is not None else None
    if found is None:
        raise errors.ACCOUNT_UNKNOWN.refuse()
    return found


@router.get(
    "/credit/accounts/{public_id}",
    summary="一个学分账户（本人、所在学校）",
    url_name="credit_account",
    response=answers(AccountOut),
    operation_id="credit_account",
)
def get_account(request: HttpRequest, public_id: PublicId) -> Any:
    """An account by its number, for whoever may see it."""
    return account_json(access_account_for(asker(request), public_id))


@router.get(
    "/credit/accounts/{public_id}/entries",
    summary="账户流水，带摘要，可自行复核",
    url_name="credit_entries",
    response=answers(EntriesOut),
    operation_id="credit_entries",
)
def list_entries(request: HttpRequest, public_id: PublicId, stretch: Query[Stretch]) -> Any:
    """Ledger entries in order, each with the text its digest is made of."""
    return ledger_page(access_account_for(asker(request), public_id), stretch.after, stretch.limit)


@router.get(
    "/credit/achievements/{public_id}",
    summary="一项学习成果（本人、存入机构、所在学校）",
    url_name="credit_achievement",
    response=answers(AchievementOut),
    operation_id="credit_achievement",
)
def get_achievement(request: HttpRequest, public_id: PublicId) -> Any:
    """One achievement, read in a single query."""
    return HttpResponse(achievement_json(asker(request), public_id), content_type="application/json; charset=utf-8")
