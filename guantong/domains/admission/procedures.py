"""What admission does when one of its cases moves; registered in apps.py."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from guantong.domains.admission.actions.appeals import ABOUT, SUBJECT, on_appeal_outcome
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Appeal
from guantong.domains.admission.selectors.access import may_read_appeal
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


def _may_read(actor: Actor, case: Case) -> bool:
    return may_read_appeal(actor, _appeal(case))


def register_procedures() -> None:
    """Called once from ``AdmissionConfig.ready``."""
    register_handler(
        SUBJECT,
        Handler(
            why_not=_why_not,
            on_outcome=on_appeal_outcome,
            facts_for=_facts,
            may_read=_may_read,
            link_for=lambda case: f"/admission/cases/{case.public_id}/",
        ),
    )
