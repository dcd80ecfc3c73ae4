"""The stage of an integration enterprise: the province's development and reform commission, an officer of the
enterprise, and a pool of experts, one of whom works at the enterprise itself."""

from __future__ import annotations

from datetime import date

from guantong.base.accounts.actions import create_user, grant_post
from guantong.base.accounts.models import User
from guantong.base.accounts.public import SYSTEM
from guantong.base.accounts.selectors import actor_for
from guantong.base.orgs.actions import register_organisation
from guantong.base.people.public import ensure_person
from guantong.procedure.panels.models import PanelSeat
from guantong.procedure.panels.public import hand_in_sheet, join_pool, open_pool
from tests.cast import PASSWORD, Cast, invented_credit_code, invented_id_number

from .declaring import hire

EXPERTS = 5
"""Drawn for each case by the law of the invented province (declaration.panel_experts)."""
OWN = f"expert{EXPERTS + 1}"
"""The expert who works at the enterprise: never drawn for it."""
POINTS = {"depth": "32", "investment": "25", "effect": "24"}


def set_the_stage(cast: Cast) -> None:
    """Everybody the enterprise meets."""
    cast.organisations["commission"] = register_organisation(
        actor=SYSTEM,
        kind="authority",
        name="云澜省发展和改革委员会",
        region="990000",
        branch="development_reform",
        in_force_from=date(2010, 1, 1),
        credit_code=invented_credit_code(400),
    ).pk
    hire(cast, "fang", "方经理", "enterprise", "enterprise_officer")
    hire(cast, "ren", "任科长", "commission", "bureau_reviewer")
    hire(cast, "lu", "鲁处长", "commission", "bureau_approver")
    pool = open_pool(actor=SYSTEM, region="990000", code="integration-experts", title="产教融合专家库")
    for number in range(1, EXPERTS + 2):
        is_own = number > EXPERTS
        person = ensure_person(actor=SYSTEM, name=f"专家{number}", id_number=invented_id_number(300 + number))
        made = create_user(
            actor=SYSTEM,
            username=f"expert{number}.staff",
            display_name=f"专家{number}",
            password=PASSWORD,
            person_id=person,
            must_change_password=False,
        )
        cast.users[f"expert{number}"] = made.user.pk
        home = cast.enterprise if is_own else _home(number)
        grant_post(
            actor=SYSTEM, user_id=made.user.pk, organisation_id=home, role="expert", in_force_from=date(2025, 9, 1)
        )
        join_pool(actor=SYSTEM, pool_id=pool.pk, username=made.user.username, organisation_id=home)


def _home(number: int) -> int:
    """A company of its own for each expert."""
    made = register_organisation(
        actor=SYSTEM,
        kind="enterprise",
        name=f"远方咨询公司{number}",
        region="990201",
        in_force_from=date(2010, 1, 1),
        credit_code=invented_credit_code(500 + number),
    )
    return int(made.pk)


def hands_in_the_other_sheets(cast: Cast, but: str) -> None:
    """Every expert drawn but one hands in."""
    for seat in PanelSeat.objects.select_related("member").filter(state="invited"):
        if seat.member.user_id == cast.users[but]:
            continue
        expert = actor_for(User.objects.get(pk=seat.member.user_id))
        hand_in_sheet(
            actor=expert, seat=seat.public_id, revision=seat.revision, points=POINTS, comments={}, comment="有成效。"
        )
