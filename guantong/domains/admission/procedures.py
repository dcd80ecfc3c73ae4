"""What admission does when one of its cases moves; registered in apps.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Min, Sum

from guantong.domains.admission.actions.advertisements import on_advertisement_outcome
from guantong.domains.admission.actions.appeals import ABOUT, SUBJECT, on_appeal_outcome
from guantong.domains.admission.actions.prospectuses import (
    on_prospectus_action,
    on_prospectus_outcome,
    subject_of,
    why_not_prospectus_act,
)
from guantong.domains.admission.actions.registrations import (
    filing_of,
    on_registration_outcome,
    placements_of,
    why_not_registration_act,
)
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Advertisement, Appeal, Cycle, IntakePlan, Prospectus
from guantong.domains.admission.selectors.access import may_read_appeal
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.filings import ADVERTISEMENT, PROSPECTUS, REGISTRATION
from guantong.domains.admission.selectors.gates import may_manage, school_name
from guantong.domains.admission.selectors.qualification import why_not_qualified
from guantong.domains.admission.selectors.registering import why_not_places, why_not_school
from guantong.kernel.refusal import Problem
from guantong.procedure.cases.public import Fact, Handler, register_handler

if TYPE_CHECKING:
    from guantong.base.accounts.actor import Actor
    from guantong.procedure.cases.models import Case
    from guantong.procedure.cases.public import Action


def _appeal(case: Case) -> Appeal:
    return Appeal.objects.select_related("candidate__person", "round__cycle", "run").get(public_id=case.subject_id)


def _facts(case: Case) -> Iterable[Fact]:
    appeal = _appeal(case)
    person = appeal.candidate.person
    yield Fact("申请人", f"{person.name}（{person.id_masked}），考生号 {appeal.candidate.number}")
    yield Fact("招生年度", appeal.round.cycle.title)
    yield Fact("复核事项", ABOUT.get(appeal.about, appeal.about))
    yield Fact("理由", appeal.grounds)
    yield Fact("投档运算", f"{appeal.run.public_id}，封存根 {appeal.run.root[:16]}…", "封存的运行说明")
    for rerun in appeal.reruns.order_by("number"):
        yield Fact(f"第 {rerun.number} 次重算", f"{len(rerun.affected)} 人的结果会不同", "按更正的内容重新投档")


def _why_not(case: Case, action: Action, actor: Actor, values: Mapping[str, Any]) -> Iterable[Problem]:
    """Nobody says it was computed again when it was not."""
    if values.get("rerun_done") == "done" and not _appeal(case).reruns.exists():
        yield errors.RERUN_NEEDED.problem()


def _prospectus(case: Case) -> tuple[Cycle, int, Prospectus]:
    cycle, school_id = subject_of(case)
    return cycle, school_id, Prospectus.objects.get(cycle=cycle, school_id=school_id)


def _prospectus_facts(case: Case) -> Iterable[Fact]:
    """The school, its standing, and what the approved plans say beside what the prospectus says."""
    cycle, school_id, row = _prospectus(case)
    yield Fact("学校", school_name(school_id))
    yield Fact("招生年度", cycle.title)
    asked = channel_of(cycle).prospectus
    if asked is not None:
        written = sum(1 for item in asked.items if row.items.get(item, "").strip())
        yield Fact("规定的内容", f"{len(asked.items)} 项，写了 {written} 项", asked.ground.sentence())
        yield Fact("招生章程", f"{len(row.charter)} 字" if row.charter else "没有")
    missing = why_not_qualified(cycle, school_id)
    yield Fact("招生资格", missing[0].message if missing else "在本年度具备招生资格的学校名单里", "核定招生规模")
    plans = IntakePlan.objects.filter(cycle=cycle, school_id=school_id).exclude(state="returned")
    total = plans.aggregate(seats=Sum("seats"), least=Min("fee_fen"), most=Max("fee_fen"), places=Count("id"))
    if total["places"]:
        low, high = (f"{Decimal(total[key]) / 100:.2f}".removesuffix(".00") for key in ("least", "most"))
        fee = f"{low} 元" if low == high else f"{low} 到 {high} 元"
        yield Fact("上报的计划", f"{total['places']} 个专业，{total['seats']} 人，每学年学费 {fee}", "招生计划")
    yield Fact("修订", f"第 {row.revision} 次")


def _may_read_filing(actor: Actor, case: Case) -> bool:
    """The school's people who write plans, and who organises the year."""
    cycle, school_id = subject_of(case)
    return school_id in actor.organisations("admission.plan") or may_manage(actor, cycle)


def _registration_facts(case: Case) -> Iterable[Fact]:
    """The roster against what was admitted, and what the law bars."""
    filing = filing_of(case)
    yield Fact("学校", school_name(filing.school_id))
    yield Fact("招生年度", filing.cycle.title)
    yield Fact("学习形式", filing.get_mode_display(), "全日制和非全日制分别报送")
    yield Fact("名册人数", f"{len(filing.entries)} 人")
    rows = placements_of(filing)
    places = Counter((row.plan.get_site_display(), row.plan.place) for row in rows)
    for (site, place), count in sorted(places.items()):
        yield Fact("办学地点", f"{place}（{site}）{count} 人")
    bars = [
        *why_not_school(filing.cycle, filing.school_id),
        *why_not_places(filing.cycle, filing.school_id, {row.plan for row in rows}),
    ]
    for problem in bars:
        yield Fact("不予注册的情形", problem.message, problem.basis.sentence() if problem.basis is not None else "")
    if not bars and filing.state == "opened":
        yield Fact("不予注册的情形", "没有：学校具备资格，简章已备案，办学地点都已批准或备案")


def _may_read_registration(actor: Actor, case: Case) -> bool:
    filing = filing_of(case)
    return filing.school_id in actor.organisations("admission.review") or may_manage(actor, filing.cycle)


def _advertisement_facts(case: Case) -> Iterable[Fact]:
    row = Advertisement.objects.get(public_id=case.subject_id)
    yield Fact("学校", school_name(row.school_id))
    yield Fact("广告名称", row.title)
    yield Fact("发布在哪里", row.media)


def _may_read_advertisement(actor: Actor, case: Case) -> bool:
    row = Advertisement.objects.get(public_id=case.subject_id)
    return row.state == "granted" or row.school_id in actor.organisations("admission.plan")


def _may_read(actor: Actor, case: Case) -> bool:
    return may_read_appeal(actor, _appeal(case))


def _link(case: Case) -> str:
    return f"/admission/cases/{case.public_id}/"


def register_procedures() -> None:
    """Called once from ``AdmissionConfig.ready``."""
    register_handler(
        SUBJECT,
        Handler(
            why_not=_why_not,
            on_outcome=on_appeal_outcome,
            facts_for=_facts,
            may_read=_may_read,
            link_for=_link,
        ),
    )
    register_handler(
        PROSPECTUS,
        Handler(
            why_not=why_not_prospectus_act,
            on_action=on_prospectus_action,
            on_outcome=on_prospectus_outcome,
            facts_for=_prospectus_facts,
            may_read=_may_read_filing,
            link_for=_link,
        ),
    )
    register_handler(
        REGISTRATION,
        Handler(
            why_not=why_not_registration_act,
            on_outcome=on_registration_outcome,
            facts_for=_registration_facts,
            may_read=_may_read_registration,
            link_for=_link,
        ),
    )
    register_handler(
        ADVERTISEMENT,
        Handler(
            on_outcome=on_advertisement_outcome,
            facts_for=_advertisement_facts,
            may_read=_may_read_advertisement,
            link_for=_link,
        ),
    )
