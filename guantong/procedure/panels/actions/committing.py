"""Seeds: made, sealed and published before anybody knows who declares; cases joining the panel they are drawn in."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import SYSTEM
from guantong.base.orgs.public import authority_at
from guantong.base.people.crypto import keyring
from guantong.kernel import clock
from guantong.kernel.tokens import public_id
from guantong.procedure.cases.definition import Definition, Step
from guantong.procedure.cases.definition.parts import LEVELS
from guantong.procedure.cases.mandate import body_of
from guantong.procedure.cases.models import Case
from guantong.procedure.rounds import homes
from guantong.procedure.rounds.actions import ensure_round
from guantong.procedure.rounds.cycles import place_among
from guantong.procedure.rounds.homes import home_of_case, plan_of
from guantong.procedure.rounds.models import HandedIn, Round

from .. import errors
from ..drawing import commitment_of, new_seed
from ..models import Panel, PanelCase, PanelSeat
from ..sealing import SEED_PURPOSE
from ..spec import PanelSpec
from ..specs import panel_steps, spec_of
from .events import find_panel, lock_cases, lock_panels, require_organiser, write_event


def commit_for(
    *,
    procedure: str,
    step: str,
    spec: PanelSpec,
    region: str,
    now: datetime,
    round: Round | None = None,
    case: Case | None = None,
    body_id: int | None = None,
) -> Panel:
    """The panel whose seed is committed and not yet drawn; made, and its commitment published, when there is none.

    Inside the caller's transaction. Two at once make one.
    """
    key = {
        "procedure": procedure,
        "step": step,
        "round": round,
        "case": case,
        "body_id": body_id,
        "rules_digest": spec.digest,
    }
    last = Panel.objects.filter(**key).order_by("-number").first()
    if last is not None and last.state == "committed":
        return last
    seed = new_seed()
    panel, is_new = Panel.objects.get_or_create(
        **key,
        number=last.number + 1 if last is not None else 1,
        defaults={
            "public_id": public_id(12),
            "region": region,
            "commitment": commitment_of(seed),
            "seed_cipher": keyring().seal(seed, SEED_PURPOSE),
            "committed_at": now,
        },
    )
    if is_new:
        write_event(panel, SYSTEM, now, "commit", {"commitment": panel.commitment, "number": panel.number})
    return panel


def commit_for_case(
    case: Case, definition: Definition, step: Step, spec: PanelSpec, now: datetime, row: Round | None
) -> Panel | None:
    """The panel a case will be drawn in; None while it has no round although its procedure has rounds."""
    if row is None and plan_of(definition) is not None:
        return None
    return commit_for(
        procedure=case.procedure,
        step=step.id,
        spec=spec,
        region=home_of_case(case),
        now=now,
        round=row,
        case=case if row is None else None,
        body_id=body_of(case, step),
    )


def attach(case: Case, definition: Definition, step: Step, spec: PanelSpec, now: datetime) -> PanelCase:
    """Put a locked case that came to a panel's step into the panel still to be drawn."""
    handed_in = HandedIn.objects.select_related("round").filter(case_id=case.pk).first()
    row = handed_in.round if handed_in is not None else None
    while True:
        panel = commit_for_case(case, definition, step, spec, now, row)
        if panel is None:
            raise errors.PANEL_UNKNOWN.refuse()
        (locked,) = lock_panels([panel.pk])
        if locked.state == "committed":
            break
    entry, is_new = PanelCase.objects.get_or_create(
        panel=locked,
        case=case,
        defaults={"arrived_at": now, "handed_in_at": handed_in.at if handed_in is not None else case.opened_at},
    )
    if not is_new:
        entry.state, entry.arrived_at = "waiting", now
        entry.save(update_fields=["state", "arrived_at"])
    return entry


def detach(case: Case, step: str, now: datetime) -> None:
    """A locked case left a panel's step some other way than by its result: it is no longer drawn, scored or ranked."""
    entries = PanelCase.objects.filter(case=case, panel__step=step, state__in=("waiting", "drawn"))
    for entry in entries:
        entry.state = "left"
        entry.save(update_fields=["state"])
        PanelSeat.objects.filter(entry=entry).exclude(state="withdrawn").update(
            state="withdrawn", withdrawn_at=now, ground="case_left"
        )


def draw_anew(*, actor: Actor, panel: str, case_id: int, reason: str) -> Panel:
    """Draw other reviewers for one case, all of them, from today's pool: the order is exhausted, or the draw was upset.

    What was scored stays in the record and no longer counts. A new seed is committed at once; the draw is a further
    act. Refuses PAN-207 not drawn, PAN-111 no reason, and as the machine for whoever may not act.
    """
    with transaction.atomic():
        found = find_panel(panel)
        case = lock_cases([case_id]).get(case_id)
        entry = PanelCase.objects.filter(panel=found, case_id=case_id).first()
        if case is None or entry is None:
            raise errors.PANEL_UNKNOWN.refuse()
        definition, step, _, _ = require_organiser(actor, case, found)
        if entry.state != "drawn":
            raise errors.NOT_DRAWN.refuse()
        if not reason.strip():
            raise errors.REASON_NEEDED.refuse(what="重新抽取")
        (locked,) = lock_panels([found.pk])
        now = clock.now()
        detach(case, step.id, now)
        write_event(locked, actor, now, "draw_anew", {"case": case.public_id}, reason.strip()[:500])
        spec = spec_of(step)
        if spec is None:
            raise errors.PANEL_UNKNOWN.refuse()
        return attach(case, definition, step, spec, now).panel


def publish_seeds(now: datetime) -> int:
    """Commit the seeds of rounds that are open, at steps where one body draws for the whole region; returns how many.

    Of other steps the seed is committed when the first case of the body is opened, or handed in: nobody can have handed
    in before it either way.
    """
    today, count = clock.china_day(now), 0
    for home, definition in homes.definitions_with_rounds(today):
        plan = homes.plan_of(definition)
        window = place_among(plan, definition.id, home, now).present if plan is not None else None
        if plan is None or window is None:
            continue
        for step, spec in panel_steps(definition):
            if step.of not in LEVELS:
                continue
            body = authority_at(step.of, today, organisation_id=None, region=home, branch=step.branch)
            known = Panel.objects.filter(procedure=definition.id, step=step.id, rules_digest=spec.digest)
            if body is None or known.filter(round__key=window.key, round__region=home, body_id=body).exists():
                continue
            with transaction.atomic():
                commit_for(
                    procedure=definition.id,
                    step=step.id,
                    spec=spec,
                    region=home,
                    now=now,
                    round=ensure_round(plan, definition, home, window, now),
                    body_id=body,
                )
            count += 1
    return count
