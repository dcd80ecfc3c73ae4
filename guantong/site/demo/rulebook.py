"""Conversion rules of the invented province: six sets in force, and a revision that lies before the authority."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import SYSTEM
from guantong.base.lawbook import current_policy, law_on
from guantong.domains.credit.actions.adoption import adopt, draft_rules, propose_rules
from guantong.domains.credit.models import ConversionRules
from guantong.domains.credit.selectors.trials import trial_on_past
from guantong.kernel import clock
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import act, scan_deadlines
from guantong.site.demo.places import RULE_SCHOOLS, Places

REVISED = {
    "x-certificate": {"by_level": {"初级": "2", "中级": "4", "高级": "5"}},
    "practice": {"recognised": True, "at_most": "3"},
}
"""Rule of the school → the credits its second version gives: some learners gain, some lose."""


def plain(value: Any) -> Any:
    """A document of the region folder as JSON."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def adopt_rules(places: Places, today: date) -> None:
    """The six rule sets, in force for a year."""
    documents = sorted(current_policy().raw("990000", "rulesets"), key=lambda entry: entry.place.file)
    day = today - timedelta(days=365)
    for key, name, _, number in RULE_SCHOOLS:
        with clock.frozen_at(day), transaction.atomic():
            document = plain(documents[number - 1].data)
            document |= {"title": f"{name}学习成果转换办法", "in_force_from": day.isoformat()}
            rules = draft_rules(
                actor=SYSTEM,
                school_id=places.keyed[key],
                code="main",
                title=document["title"],
                document=document,
            )
            rules.in_force_from = day
            adopt(actor=SYSTEM, rules=rules, law_version=law_on(day).version)


def propose_revision(school: int, actor: Actor, today: date, moment: Callable[[date], datetime]) -> None:
    """东湖职院 proposes a second version; it was tried on past applications and publicised, the authority is next.

    ``moment`` gives a time of the working day.
    """
    current = ConversionRules.objects.get(school_id=school, state="adopted")
    start, since = today - timedelta(days=20), today + timedelta(days=60)
    document = dict(current.document) | {
        "title": "东湖职业技术学院学习成果转换办法（修订）",
        "version": 2,
        "in_force_from": since.isoformat(),
        "use": dict(current.document["use"]) | {"surplus": "kept"},
        "rules": [
            {**rule, "credits": REVISED[rule["id"]]} if rule["id"] in REVISED else rule
            for rule in current.document["rules"]
        ],
    }
    with clock.frozen_at(moment(start)):
        rules = draft_rules(actor=actor, school_id=school, code="main", title=document["title"], document=document)
        rules = propose_rules(actor=actor, rules=rules, in_force_from=since, trial=trial_on_past(rules))
        case = Case.objects.get(pk=rules.case_id or 0)
        act(
            actor=actor,
            case_id=case.pk,
            action="submit",
            revision=case.revision,
            values={"trial_summary": "1+X 中级、高级证书多计 1 学分，社会实践的上限降为 3 学分；余额保留。"},
        )
    with clock.frozen_at(moment(today - timedelta(days=1))):
        scan_deadlines(clock.now())
