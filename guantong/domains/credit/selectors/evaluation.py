"""能算什么 for stored accounts: gather the facts, compute, hand over to pages, API and actions alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from guantong.domains.credit.models import ConversionRules, CreditAccount
from guantong.domains.credit.rules.conversion import facts_json
from guantong.domains.credit.selectors.facts import achievement_facts, law_numbers, learner_facts, list_achievements
from guantong.domains.programmes.public import PlanFacts, RecordFacts, plan_facts
from guantong.engines.conversion.facts import AchievementFacts, LearnerFacts
from guantong.policy.asking import Law


def kept_facts(
    account: CreditAccount,
    record: RecordFacts,
    rules: ConversionRules,
    law: Law,
    day: date,
    *,
    plan_id: int | None = None,
    choices: Sequence[tuple[str, str]] | None = None,
) -> dict[str, Any]:
    """The facts of one account against a plan (the record's own unless another is named) on a day."""
    plan = plan_facts(plan_id or record.plan_id)
    return facts_json(
        on=day,
        region=law.region,
        law_version=law.version,
        law=law_numbers(law),
        rules=rules.document,
        plan=plan,
        achievements=[achievement_facts(a) for a in list_achievements(account, but_courses_of=plan.school_id)],
        learner=learner_facts(record, plan, law, day),
        choices=choices,
    )


def typed_facts(
    plan: PlanFacts,
    rules: ConversionRules,
    law: Law,
    day: date,
    achievements: Sequence[AchievementFacts],
) -> dict[str, Any]:
    """The facts of typed-in achievements of somebody who has no account here."""
    return facts_json(
        on=day,
        region=law.region,
        law_version=law.version,
        law=law_numbers(law),
        rules=rules.document,
        plan=plan,
        achievements=achievements,
        learner=LearnerFacts(),
    )
