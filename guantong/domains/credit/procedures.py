"""What the credit bank does when one of its cases moves; registered in apps.py."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from guantong.base.webkit.shows import show_day
from guantong.domains.credit.actions.adoption import on_rules_outcome
from guantong.domains.credit.actions.applications import (
    on_conversion_action,
    on_conversion_appeal,
    on_conversion_outcome,
    why_not_act,
)
from guantong.domains.credit.actions.claims import on_claim_outcome
from guantong.domains.credit.kinds import ACHIEVEMENT_KINDS
from guantong.domains.credit.models import Achievement, ConversionApplication, ConversionRules
from guantong.domains.credit.selectors.access import may_read_application
from guantong.domains.credit.selectors.stories import level_label
from guantong.kernel.credits import show_credits
from guantong.procedure.cases.public import Fact, Handler, register_handler

if TYPE_CHECKING:
    from guantong.base.accounts.actor import Actor
    from guantong.procedure.cases.models import Case


def _claim_facts(case: Case) -> Iterable[Fact]:
    row = Achievement.objects.select_related("account__person").get(public_id=case.subject_id)
    yield Fact("申报人", f"{row.account.person.name}（{row.account.person.id_masked}）")
    yield Fact("成果", f"{ACHIEVEMENT_KINDS[row.kind].label} {row.title} {level_label(row.kind, row.level)}".strip())
    yield Fact("颁发单位", row.issuer_name)
    yield Fact("取得日期", show_day(row.issued_on))
    if row.certificate_number:
        yield Fact("证书编号", row.certificate_number)
    if row.hours is not None:
        yield Fact("学时", str(row.hours))
    if row.declared is not None:
        yield Fact("申报学分", show_credits(row.declared))


def _conversion_facts(case: Case) -> Iterable[Fact]:
    application = ConversionApplication.objects.select_related("account__person", "rules").get(
        public_id=case.subject_id
    )
    person = application.account.person
    yield Fact("申请人", f"{person.name}（{person.id_masked}）")
    items = list(application.items.all())
    yield Fact("申请转换", f"{len(items)} 项，{show_credits(sum(i.hundredths for i in items))} 学分", "学分银行计算")
    yield Fact("学校规则", f"{application.rules.title}（第 {application.rules.version} 版）", "施行中的规则")
    yield Fact("适用日期", show_day(application.law_on))


def _rules_facts(case: Case) -> Iterable[Fact]:
    rules = ConversionRules.objects.select_related("school").get(public_id=case.subject_id)
    yield Fact("规则", f"{rules.title}（第 {rules.version} 版）")
    yield Fact("起草人", rules.drafted_by)
    if rules.in_force_from:
        yield Fact("拟施行日期", show_day(rules.in_force_from))
    trial = case.facts.get("trial", {})
    if trial:
        yield Fact(
            "试算",
            f"共 {trial.get('applications', 0)} 份，增加的 {trial.get('gain', 0)} 份，减少的 {trial.get('lose', 0)} 份",
            "以往申请",
        )


def _may_read_conversion(actor: Actor, case: Case) -> bool:
    application = ConversionApplication.objects.select_related("account", "student_record").filter(
        public_id=case.subject_id
    )
    found = application.first()
    return found is not None and may_read_application(actor, found)


def register_procedures() -> None:
    """Called once from ``CreditConfig.ready``."""
    register_handler(
        "credit.claim",
        Handler(
            on_outcome=on_claim_outcome,
            facts_for=_claim_facts,
            link_for=lambda case: f"/cases/{case.public_id}/",
        ),
    )
    register_handler(
        "credit.conversion",
        Handler(
            why_not=why_not_act,
            on_action=on_conversion_action,
            on_outcome=on_conversion_outcome,
            on_appeal=on_conversion_appeal,
            facts_for=_conversion_facts,
            may_read=_may_read_conversion,
            link_for=lambda case: f"/cases/{case.public_id}/",
        ),
    )
    register_handler(
        "credit.rules",
        Handler(
            on_outcome=on_rules_outcome,
            facts_for=_rules_facts,
            link_for=lambda case: f"/cases/{case.public_id}/",
        ),
    )
