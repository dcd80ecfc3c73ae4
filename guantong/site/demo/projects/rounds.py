"""Pools of reviewers and rounds for every procedure in force that asks for them."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings

from guantong.base.accounts.public import SYSTEM
from guantong.kernel import clock
from guantong.procedure.cases.definition import Definition
from guantong.procedure.panels.specs import panel_steps
from guantong.procedure.rounds.public import home_of, open_round, plan_of
from guantong.site.demo.projects.people import Cast

POOLS = {
    "key-task-experts": "重点任务和项目遴选专家库",
    "integration-experts": "产教融合专家库",
    "assessment-experts": "技能评价机构评审专家库",
    "assessment-inspectors": "技能评价检查人员库",
    "high-skill-base-experts": "高技能人才培养载体专家库",
    "technician-title-reviewers": "技工院校教师职称评审专家库",
    "teaching-experts": "教学成果和教学团队专家库",
    "resource-experts": "教学资源专家库",
    "textbook-reviewers": "教材审核专家库",
    "contest-experts": "技能竞赛专家库",
    "skill-master-experts": "首席技师评审专家库",
}
"""Names of the pools the book of procedures draws from; any other is named after its first procedure."""
PAST = (-110, -45)
PRESENT = (-40, 45)
"""Days from today on which the two rounds of each procedure opened by notice begin and end."""


def open_pools(cast: Cast, definitions: list[Definition]) -> None:
    """Every pool a step draws from, in the region that draws, with every expert in it."""
    for definition in definitions:
        for step, spec in panel_steps(definition):
            region = "100000" if step.of == "nation" else settings.REGION
            title = POOLS.get(spec.pool, f"{definition.title}专家库")
            cast.pool(spec.pool, region, (title if region == settings.REGION else f"国家{title}")[:60])


def open_rounds(definitions: list[Definition], today: date) -> None:
    """For each procedure opened by notice a round that is over and one that is open; yearly ones open by themselves."""
    serial = 0
    for definition in definitions:
        plan = plan_of(definition)
        if plan is None or not plan.is_on_notice:
            continue
        serial += 1
        for first, last in (PAST, PRESENT):
            opens_on, closes_on = today + timedelta(days=first), today + timedelta(days=last)
            with clock.frozen_at(opens_on - timedelta(days=5)):
                if definition.in_force_from > opens_on:
                    continue
                open_round(
                    actor=SYSTEM,
                    procedure=definition.id,
                    region=home_of(definition.id, settings.REGION, opens_on),
                    opens_on=opens_on,
                    closes_on=closes_on,
                    document_title=f"关于开展{definition.title}的通知（虚构）",
                    document_number=f"教职函〔{opens_on.year}〕{serial}号（虚构）",
                )
