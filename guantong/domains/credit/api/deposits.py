"""Deposits by an institution's own system."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from guantong.base.accounts.public import require
from guantong.base.orgs.selectors import get_organisation
from guantong.base.webkit.machine import Strict, answers, asker
from guantong.domains.credit.api.frame import Credits, router
from guantong.domains.credit.errors import WHICH_ORGANISATION
from guantong.domains.credit.sheets.machine import MOST, deposit_from_machine
from guantong.kernel.credits import show_credits

DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


class AchievementIn(Strict):
    """One achievement, with the columns of 学习成果存入表. Amounts and dates are texts."""

    name: str = Field(max_length=60, description="姓名")
    id_number: str = Field(max_length=40, description="18 位居民身份证号码")
    kind: str = Field(max_length=40, description="成果类型：代码（例如 x_certificate）或中文名称")
    title: str = Field(max_length=200, description="成果名称")
    subject_code: str | None = Field(None, max_length=60, description="课程、职业、证书或项目代码")
    level: str | None = Field(None, max_length=40, description="等级：名称，或序号的文本")
    place: str | None = Field(None, max_length=40, description="竞赛名次")
    grade: str | None = Field(None, max_length=40, description="成绩")
    hours: int | None = Field(None, ge=0, le=10**9, description="学时，整数")
    declared: str | None = Field(None, max_length=40, description="颁发单位规定的学分，十进制文本")
    certificate_number: str | None = Field(None, max_length=80, description="证书编号")
    issued_on: str = Field(pattern=DAY, description="取得日期 YYYY-MM-DD")
    valid_until: str | None = Field(None, pattern=DAY, description="有效期至 YYYY-MM-DD")
    issuer_name: str | None = Field(None, max_length=120, description="颁发单位；不写就是本单位")


class DepositsIn(Strict):
    """A batch, all or nothing."""

    achievements: list[AchievementIn] = Field(min_length=1, max_length=MOST)
    confirmed: bool = Field(False, description="“请确认”的事项已经核对过")
    organisation: str | None = Field(None, max_length=40, description="存入机构的编号；只代表一个机构时不用写")


class DepositOut(Schema):
    """What became of one achievement, in the order sent."""

    id: str
    outcome: str = Field(description="created：这次存入；already：以前已存入，内容相同，没有改动")
    state: str = Field(description="recognised、deposited、refused 等")
    credits: Credits


class DepositsOut(Schema):
    """The whole batch."""

    ok: bool
    created: int
    already: int
    achievements: list[DepositOut]


@router.post("/credit/deposits", summary="存入学习成果（成批，全部成功或全部不存）", url_name="credit_deposits",
             response=answers(DepositsOut), operation_id="credit_deposit")  # fmt: skip
def deposit(request: HttpRequest, body: DepositsIn) -> Any:
    """Check and deposit a batch. Sending the same again changes nothing and answers ``already``."""
    actor = asker(request)
    held = sorted(actor.organisations("credit.deposit"))
    if body.organisation is not None:
        organisation_id = get_organisation(body.organisation).pk
    elif len(held) > 1:
        raise WHICH_ORGANISATION.refuse()
    else:
        require(actor, "credit.deposit")
        organisation_id = held[0]
    found = deposit_from_machine(
        actor=actor,
        organisation_id=organisation_id,
        items=[item.model_dump() for item in body.achievements],
        is_confirmed=body.confirmed,
    )
    created = sum(one.is_new for one in found)
    return {
        "ok": True,
        "created": created,
        "already": len(found) - created,
        "achievements": [
            {
                "id": one.achievement.public_id,
                "outcome": "created" if one.is_new else "already",
                "state": one.achievement.state,
                "credits": show_credits(one.achievement.recognised_total),
            }
            for one in found
        ],
    }
