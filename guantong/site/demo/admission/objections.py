"""Appeals against published results: one granted after the run was repeated, one refused, one waiting."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal

from guantong.domains.admission.actions.appeals import open_appeal, rerun_appeal
from guantong.domains.admission.actions.repeating import repeat
from guantong.domains.admission.models import Appeal, Placement, Round, Run, RunResult, Score
from guantong.engines.matching.model import NONE
from guantong.kernel import clock
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import act
from guantong.site.demo.admission.ground import Ground
from guantong.site.demo.admission.rounds import renew

MOST = Decimal(300)
"""Full mark of the practical test."""


def _near_misses(run: Run) -> list[tuple[RunResult, Decimal]]:
    """Who got nothing, with how many points were lacking at the nearest choice; the nearest first."""
    found = []
    rows = RunResult.objects.filter(run=run, plan=None, reason="not_placed").select_related("candidate__person")
    for row in rows.order_by("candidate_id").iterator(2000):
        lacking = [
            Decimal(str(distance))
            for _, _, code, key, distance in row.row.get("choices", [])
            if code == "below_cutoff" and key == "total" and distance
        ]
        if lacking:
            found.append((row, min(lacking)))
    return sorted(found, key=lambda pair: (pair[1], pair[0].candidate_id))


def appeal_results(ground: Ground, run: Run, opened: datetime) -> None:
    """A wrongly read mark is put right and gives a place; another's marks were right."""
    near = [pair for pair in _near_misses(run) if Decimal("0.5") <= pair[1] <= 60]
    scores = Score.objects.in_bulk([row.candidate_id for row, _ in near[:40]], field_name="candidate_id")
    usable = [
        (row, lacking)
        for row, lacking in near[:40]
        if "practice" in scores[row.candidate_id].papers
        and scores[row.candidate_id].papers["practice"] != "缺考"
        and Decimal(scores[row.candidate_id].papers["practice"]) + lacking + 2 < MOST
    ]
    tried: set[int] = set()
    for row, lacking in usable[:8]:
        papers = scores[row.candidate_id].papers
        mark = Decimal(papers["practice"]) + lacking.to_integral_value(ROUND_CEILING) + 1
        given = format(mark, "f")
        found = repeat(
            Appeal(candidate=row.candidate, round=run.round, run=run), {"papers": papers | {"practice": given}}
        )
        if found.after.place[found.position] != NONE:
            tried.add(row.pk)
            _granted(ground, run.round, row, given, opened)
            break
    others = RunResult.objects.filter(run=run, plan=None).exclude(pk__in=tried).select_related("candidate__person")
    other = others.order_by("-candidate_id").first()
    if other is not None:
        _refused(ground, run.round, other, opened + timedelta(hours=3))


def object_to(ground: Ground, round_: Round, row: RunResult | Placement, about: str, grounds: str) -> Appeal:
    """The candidate's appeal, opened now."""
    person = ground.person(row.candidate.person_id, row.candidate.person.name)
    return open_appeal(actor=person, round_=renew(round_), about=about, grounds=grounds)


def _granted(ground: Ground, round_: Round, row: RunResult, mark: str, opened: datetime) -> None:
    with clock.frozen_at(opened):
        appeal = object_to(ground, round_, row, "score", "技能操作的成绩与考场评分表上的合计不一致，请核对原始评分表。")
    with clock.frozen_at(opened + timedelta(days=1)):
        rerun_appeal(actor=ground.chen, appeal=appeal, corrected={"papers": {"practice": mark}})
        _accept(ground, appeal, "原始评分表的合计录入时有误，已按更正的成绩重新投档。", "done")
    with clock.frozen_at(opened + timedelta(days=2)):
        opinion = "成绩应予更正；按重算的结果增加一个名额，其他考生不受影响。"
        _decide(ground, appeal, "approve", opinion, {"effect": "extra_seat", "affected_seen": True})


def _refused(ground: Ground, round_: Round, row: RunResult, opened: datetime) -> None:
    with clock.frozen_at(opened):
        appeal = object_to(ground, round_, row, "result", "同分的同学录取了，我没有录取，请说明原因。")
    with clock.frozen_at(opened + timedelta(days=1)):
        _accept(ground, appeal, "成绩与原始记录一致，没有可以更正的内容。", "not_needed")
    with clock.frozen_at(opened + timedelta(days=2)):
        opinion = {"text": "两人总分不同；投档结果与公布的规则一致，证明可以自行核对。", "reasons": ["record_right"]}
        _decide(ground, appeal, "refuse", opinion, {})


def _accept(ground: Ground, appeal: Appeal, opinion: str, rerun: str) -> None:
    case = Case.objects.get(pk=appeal.case_id or 0)
    act(
        actor=ground.chen,
        case_id=case.pk,
        action="approve",
        revision=case.revision,
        opinion=opinion,
        values={"rerun_done": rerun},
    )


def _decide(
    ground: Ground, appeal: Appeal, action: str, opinion: str | Mapping[str, object], values: Mapping[str, object]
) -> None:
    case = Case.objects.get(pk=appeal.case_id or 0)
    act(actor=ground.he, case_id=case.pk, action=action, revision=case.revision, opinion=opinion, values=values)
