"""Records of the credit bank for candidates of the scene, and decisions about what they state."""

from __future__ import annotations

from datetime import date
from typing import Any

from guantong.base.accounts.public import SYSTEM
from guantong.domains.admission.actions.proving import FactDecision, decide_facts
from guantong.domains.admission.models import ProvedFact
from guantong.domains.admission.tests.scene import Scene
from guantong.domains.credit.actions.corrections import revoke_achievement
from guantong.domains.credit.actions.deposits import Deposit, deposit_achievements
from guantong.domains.credit.models import Achievement
from guantong.domains.credit.public import open_accounts

GRADE = {"kind": "skill_grade", "title": "计算机程序设计员", "level": 4, "certificate_number": "S0001"}
"""A senior worker's certificate: waives the theory paper."""
AWARD = {"kind": "competition", "title": "全省职业院校技能大赛", "level": 3, "place": "一等奖"}
"""A first prize of the province: ten points."""


def deposit(scene: Scene, person_id: int, **changes: Any) -> Achievement:
    """A record the bank recognised for a person, deposited by the school now."""
    account = open_accounts([person_id])[person_id]
    values: dict[str, Any] = {"issued_on": date(2025, 6, 1), "issuer_name": "云澜技能评价中心", **GRADE, **changes}
    outcome = deposit_achievements(
        actor=SYSTEM, organisation_id=scene.cast.donghu, rows=[Deposit(account_id=account, **values)], ref="test"
    )
    row = Achievement.objects.get(pk=outcome.achievement_ids[0])
    assert row.state == "recognised", row.recognition
    return row


def revoke(scene: Scene, row: Achievement, reason: str = "证书编号有误。") -> None:
    """The school takes the record back."""
    revoke_achievement(actor=SYSTEM, achievement=row, reason=reason, organisation_id=scene.cast.donghu)


def fact(scene: Scene, name: str, attribute: str) -> ProvedFact:
    """A candidate's fact with its proof."""
    return ProvedFact.objects.get(candidate=scene.candidate(name), attribute=attribute)


def decision(scene: Scene, name: str, attribute: str, stated: str) -> FactDecision:
    """What the desk sends for a ticked row."""
    return FactDecision(scene.candidate(name).public_id, attribute, stated)


def confirm(scene: Scene, name: str, attribute: str, stated: str, reason: str = "核验证书原件 S0001。") -> int:
    """The province confirms what a candidate stated."""
    chosen = [decision(scene, name, attribute, stated)]
    return decide_facts(actor=scene.he, cycle=scene.cycle, decisions=chosen, is_confirmed=True, reason=reason)
