"""In which admission year the person works, and what the head of its pages needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from guantong.base.accounts.actor import Actor
from guantong.base.webkit.pages import actor_of
from guantong.domains.admission.models import Cycle
from guantong.domains.admission.rules.states import CYCLE_STAGES
from guantong.domains.admission.selectors.access import access_cycle_for
from guantong.domains.admission.selectors.gates import may_manage
from guantong.domains.admission.selectors.visitor_cycles import TONES, stage_now

MANAGE, PUBLISH, APPEAL = "admission.manage", "admission.publish", "admission.appeal"
TABS = (
    ("概况", "bureau_cycle", MANAGE),
    ("招生规模", "bureau_limits", MANAGE),
    ("计划和简章", "bureau_plans", MANAGE),
    ("考生和成绩", "bureau_candidates", MANAGE),
    ("信息核验", "bureau_facts", MANAGE),
    ("录取轮次", "bureau_rounds", MANAGE),
    ("信息公开", "bureau_openings", MANAGE),
    ("统计和比例", "bureau_shares", MANAGE),
    ("注册", "bureau_registration", MANAGE),
    ("规则试算", "bureau_trials", MANAGE),
    ("复核", "bureau_appeals", APPEAL),
)


def in_cycle(
    request: HttpRequest, public_id: str, page: str, permission: str = MANAGE
) -> tuple[Actor, Cycle, dict[str, Any]]:
    """(who, cycle, head); ADM-001, ACC-…, ADM-010 for who does not organise it."""
    actor = actor_of(request)
    cycle = access_cycle_for(actor, public_id, permission)
    return actor, cycle, head_of(actor, cycle, page)


def head_of(actor: Actor, cycle: Cycle, page: str) -> dict[str, Any]:
    """Heading and tabs of a page of a cycle."""
    stage = stage_now(cycle)
    return {
        "cycle": cycle,
        "tabs": [
            (title, reverse(f"admission:{name}", args=[cycle.public_id]), name == page)
            for title, name, needed in TABS
            if may_manage(actor, cycle, needed)
        ],
        "stage_label": CYCLE_STAGES.labels[stage],
        "stage_tone": TONES[stage],
        "may_publish": may_manage(actor, cycle, PUBLISH),
    }
