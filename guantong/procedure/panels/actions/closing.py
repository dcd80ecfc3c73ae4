"""Making the results: tallies, ranking, and every case moved on, the best first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.orgs.models import Organisation
from guantong.kernel import clock
from guantong.policy.asking import Law
from guantong.procedure.cases import library
from guantong.procedure.cases.actions import take_way
from guantong.procedure.cases.machine import RUNNING
from guantong.procedure.cases.mandate import body_of as body_of_step
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.periods import chinese_day
from guantong.procedure.rounds.bodies import body_of
from guantong.procedure.rounds.homes import quotas_of
from guantong.procedure.rounds.models import HandedIn
from guantong.procedure.rounds.seats import QuotaPlan, period_of
from guantong.procedure.rounds.selectors import held_by, most_of, seats_left
from guantong.procedure.rounds.windows import Window

from .. import errors
from ..models import Closing, Panel, PanelCase, PanelSeat
from ..published import rank_cases, rule_as_json
from ..ranking import Ranked, Rule
from ..selectors.sheets import latest_sheets
from ..spec import NAME, PanelSpec
from ..specs import count_under, criteria_of, drop_of, law_of, score_under, spec_of
from .events import find_panel, group_of, lock_cases, lock_panels, require_organiser, write_event


def close_panel(*, actor: Actor, panel: str, leave_out: str = "") -> Closing:
    """Make the results of a panel and of those that belong with it, and move every case to ``passed`` or ``failed``.

    By a threshold alone, every case whose sheets are all in is decided, and the others wait. By rank, all are decided
    together, after the round has closed; with a reason (``leave_out``) without those still on the way, which later have
    the places left. Repeating it when nothing is left gives the last closing.

    Refuses: PAN-201, PAN-207 not drawn, PAN-230 sheets missing, PAN-231 declarations still open, PAN-232 others on the
    way, PAN-233 no number of places; ROU-201 and whatever a part has against the place; as the machine.
    """
    with transaction.atomic():
        found = find_panel(panel)
        group = group_of(found)
        drawn = PanelCase.objects.filter(panel_id__in=group, state="drawn")
        cases = lock_cases(list(drawn.values_list("case_id", flat=True)))
        panels = {p.pk: p for p in lock_panels(group)}
        entries = list(drawn.select_related("panel").order_by("case__public_id"))
        entries = [e for e in entries if e.case_id in cases]
        if not entries:
            last = Closing.objects.filter(first_id=group[0]).order_by("-number").first()
            if last is None or PanelCase.objects.filter(panel_id__in=group, state="waiting").exists():
                raise errors.NOT_DRAWN.refuse()
            return last
        for entry in entries:
            require_organiser(actor, cases[entry.case_id], panels[entry.panel_id])
        return _close(actor, panels, entries, cases, leave_out.strip(), clock.now())


def _close(
    actor: Actor,
    panels: dict[int, Panel],
    entries: list[PanelCase],
    cases: dict[int, Case],
    leave_out: str,
    now: datetime,
) -> Closing:
    first = panels[min(panels)]
    case = cases[entries[0].case_id]
    definition = library.definition_of(case)
    spec = spec_of(definition.steps[first.step])
    if spec is None:
        raise errors.PANEL_UNKNOWN.refuse()
    law = law_of(first, case)
    list(PanelSeat.objects.select_for_update().filter(entry__in=entries).order_by("pk"))  # nobody hands in meanwhile
    missing = _missing(entries, panels)
    if spec.is_ranked:
        _refuse_early(first, panels, entries, leave_out, now)
    else:
        complete = [e for e in entries if e.pk not in missing]
        if complete:
            entries, missing = complete, {}
    if missing:
        labels = "、".join(f"第{e.label}号" for e in entries if e.pk in missing)
        raise errors.NOT_COMPLETE.refuse(count=sum(missing.values()), labels=labels)
    bodies = _bodies(spec, cases, entries)
    rule = _rule(spec, law, first, panels, cases, entries, bodies)
    rules = panels[entries[0].panel_id].rules
    by_case = {cases[e.case_id].public_id: e for e in entries}
    sheets = {name: latest_sheets(e) for name, e in by_case.items()}
    seeds = {name: panels[e.panel_id].seed for name, e in by_case.items()}
    times = {name: e.handed_in_at for name, e in by_case.items() if e.handed_in_at is not None}
    ranked: list[Ranked] = []
    means: dict[str, Any] = {}
    for names in [list(by_case)] if rule.is_ranked else [[name] for name in by_case]:
        tallies, some = rank_cases(
            {n: sheets[n] for n in names},
            criteria=criteria_of(rules),
            drop=drop_of(rules),
            rule=rule,
            ties=rules["ties"],
            seeds=seeds,
            bodies={n: bodies.get(n, "") for n in names},
            handed_in=times,
        )
        ranked += some
        means |= {n: t.mean for n, t in tallies.items()}
    closing = Closing.objects.create(
        first=first,
        number=Closing.objects.filter(first=first).count() + 1,
        at=now,
        actor_user_id=actor.user_id,
        actor_label=actor.label[:120],
        rule=rule_as_json(rule),
        reason=leave_out[:500],
    )
    for one in ranked:
        entry = by_case[one.case]
        entry.state, entry.closing, entry.decided_at = "decided", closing, now
        entry.mean, entry.rank, entry.place, entry.of = str(means[one.case]), one.rank, one.place, one.of
        entry.line = str(one.line) if one.line is not None else ""
        entry.is_passed, entry.why, entry.body = one.is_passed, one.why, bodies.get(one.case, "")
        entry.save()
    for one in ranked:
        _move(actor, cases[by_case[one.case].case_id], first, spec, by_case[one.case], closing, rule)
    for panel in panels.values():
        is_over = not PanelCase.objects.filter(panel=panel, state__in=("waiting", "drawn")).exists()
        if panel.state == "drawn" and is_over:
            panel.state, panel.closed_at = "closed", now
            panel.save(update_fields=["state", "closed_at"])
    details = {"closing": closing.number, "cases": len(ranked), "passed": sum(r.is_passed for r in ranked)}
    write_event(first, actor, now, "close", details, leave_out[:500])
    return closing


def _move(
    actor: Actor, case: Case, panel: Panel, spec: PanelSpec, entry: PanelCase, closing: Closing, rule: Rule
) -> None:
    _, _, role, organisation = require_organiser(actor, case, panel)
    details = {
        "panel": entry.panel.public_id,
        "closing": closing.number,
        "mean": entry.mean,
        "passed": entry.is_passed,
        "why": entry.why,
        "line": entry.line,
    }
    if rule.is_ranked:
        details |= {"rank": entry.rank, "place": entry.place, "of": entry.of}
    take_way(
        case,
        part=NAME,
        what="decided",
        to=spec.passed if entry.is_passed else spec.failed,
        actor=actor,
        role=role,
        on_behalf_of_id=organisation,
        details=details,
    )


def _missing(entries: Iterable[PanelCase], panels: dict[int, Panel]) -> dict[int, int]:
    """Entry → how many sheets it lacks; only those that lack some."""
    found: dict[int, int] = {}
    for entry in entries:
        scored = PanelSeat.objects.filter(entry=entry, state="scored").count()
        waiting = PanelSeat.objects.filter(entry=entry, state="invited").count()
        lacks = max(waiting, int(panels[entry.panel_id].rules["experts"]) - scored)
        if lacks > 0:
            found[entry.pk] = lacks
    return found


def _refuse_early(
    first: Panel, panels: dict[int, Panel], entries: list[PanelCase], leave_out: str, now: datetime
) -> None:
    """A ranking needs everybody: the round closed, and nobody of it on the way unless left out with a reason."""
    row = first.round
    if row is None:
        return
    if now < Window(row.opens_on, row.closes_on, row.key).closes_at:
        raise errors.STILL_DECLARING.refuse(closes=chinese_day(row.closes_on))
    known = {e.case_id for e in entries}
    known |= set(PanelCase.objects.filter(panel_id__in=panels, state="decided").values_list("case_id", flat=True))
    rows = HandedIn.objects.select_related("case").filter(round=row, case__state__in=RUNNING).exclude(case_id__in=known)
    others = 0
    for handed_in in rows:
        case = handed_in.case
        definition = library.definition_of(case)
        step = definition.steps.get(first.step)
        others += step is not None and body_of_step(case, step) == first.body_id
    if others and not leave_out:
        raise errors.OTHERS_COMING.refuse(count=others)


def _quota(case: Case, spec: PanelSpec) -> QuotaPlan:
    return next(q for q in quotas_of(library.definition_of(case)) if q.id == spec.top_quota)


def _bodies(spec: PanelSpec, cases: dict[int, Case], entries: list[PanelCase]) -> dict[str, str]:
    """Case → whose places it takes, as published files call it: ``organisation:<public id>`` or ``region:<code>``."""
    if not spec.top_quota:
        return {}
    found: dict[str, str] = {}
    for entry in entries:
        case = cases[entry.case_id]
        found[case.public_id] = _published_body(body_of(case, _quota(case, spec).of))
    return found


def _published_body(body: str | None) -> str:
    if body is None or not body.startswith("organisation:"):
        return body or ""
    public = Organisation.objects.values_list("public_id", flat=True).get(pk=int(body.partition(":")[2]))
    return f"organisation:{public}"


def _rule(
    spec: PanelSpec,
    law: Law,
    first: Panel,
    panels: dict[int, Panel],
    cases: dict[int, Case],
    entries: list[PanelCase],
    bodies: dict[str, str],
) -> Rule:
    at_least = score_under(spec.at_least, law) if spec.at_least is not None else None
    earlier = PanelCase.objects.filter(panel_id__in=panels, state="decided", is_passed=True)
    if spec.top is not None:
        return Rule(at_least, max(0, count_under(spec.top, law) - earlier.count()))
    if not spec.top_quota:
        return Rule(at_least)
    places: dict[str, int] = {}
    for entry in entries:
        case = cases[entry.case_id]
        name = bodies[case.public_id]
        if name not in places:
            places[name] = _places(case, _quota(case, spec), first, earlier, name)
    return Rule(at_least, None, places)


def _places(case: Case, quota: QuotaPlan, first: Panel, earlier: Any, body: str) -> int:
    """Seats of a quota still free for a body, less those promised to cases that passed and have not come to it."""
    law = library.law_on(case.law_on, case.region)
    if most_of(quota, law).count is None:
        raise errors.QUOTA_SILENT.refuse(quota=quota.title, why="规定里没有这一天可用的数目")
    own = body_of(case, quota.of)
    if own is None:
        raise errors.QUOTA_SILENT.refuse(quota=quota.title, why="没有登记归属单位")
    key = f"{first.round.region}:{first.round.key}" if first.round is not None else ""
    free = seats_left(case.procedure, quota, own, period_of(quota, key, clock.now()), law)
    promised = 0
    for entry in earlier.filter(body=body, case__state__in=RUNNING).select_related("case"):
        promised += quota.key not in held_by(entry.case)
    return max(0, free - promised)
