"""The draw: the seed is revealed, every waiting case gets its reviewers, each passed over with the ground."""

from __future__ import annotations

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.notices.public import send
from guantong.base.orgs.public import region_on
from guantong.base.people.crypto import keyring
from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Refusal
from guantong.kernel.tokens import public_id
from guantong.procedure.cases.actions import note_part
from guantong.procedure.cases.models import Case

from .. import errors
from ..drawing import TooFew, commitment_of, draw, lot
from ..models import Panel, PanelCase, PanelSeat, PoolMember
from ..recusals import Kin, grounds
from ..sealing import SEED_PURPOSE
from ..selectors.pools import find_pool, standing_members
from ..spec import NAME
from ..specs import law_of, rules_as_json, spec_of
from .events import find_panel, group_of, lock_cases, lock_panels, require_organiser, write_event


def draw_panel(*, actor: Actor, panel: str) -> Panel:
    """Reveal the seed of a panel and draw the reviewers of every case waiting in it. Repeating it changes nothing.

    Order: HMAC(seed, case, reviewer), smallest first; whoever is recused is passed over with the ground. Refuses:
    PAN-201, PAN-203 a case came meanwhile, PAN-204 none waits, PAN-205 seed and commitment differ, PAN-101 no pool,
    PAN-202 too few, and as the machine for whoever may not act at the step.
    """
    with transaction.atomic():
        found = find_panel(panel)
        waiting = list(PanelCase.objects.filter(panel=found).exclude(state="left").values_list("case_id", flat=True))
        cases = lock_cases(waiting)
        (locked,) = lock_panels([found.pk])
        if locked.state != "committed":
            _require_any(actor, cases, locked)
            return locked
        entries = list(PanelCase.objects.filter(panel=locked, state="waiting").order_by("case__public_id"))
        if not entries:
            raise errors.NOTHING_TO_DRAW.refuse()
        late = [entry for entry in entries if entry.case_id not in cases]
        if late:
            raise errors.CAME_MEANWHILE.refuse(count=len(late))
        _draw(actor, locked, entries, cases)
    return locked


def _require_any(actor: Actor, cases: dict[int, Case], panel: Panel) -> None:
    for case in cases.values():
        if case.step == panel.step:
            require_organiser(actor, case, panel)


def _draw(actor: Actor, panel: Panel, entries: list[PanelCase], cases: dict[int, Case]) -> None:
    now = clock.now()
    seed = keyring().open(bytes(panel.seed_cipher), SEED_PURPOSE)
    if commitment_of(seed) != panel.commitment:
        raise errors.SEED_BROKEN.refuse()
    first = cases[entries[0].case_id]
    _, step, _, _ = require_organiser(actor, first, panel)
    spec = spec_of(step)
    if spec is None:
        raise errors.PANEL_UNKNOWN.refuse()
    # a nation's procedure is reviewed by whom the drawing body knows: its own region's pool, or one above
    at = region_on(panel.body_id, clock.today()) if panel.body_id is not None else panel.region
    pool = find_pool(spec.pool, at)
    members = standing_members(pool, clock.today())
    by_id = {member.public_id: member for member in members}
    rules = rules_as_json(spec, law_of(panel, first))
    kin = Kin()
    problems: list[Problem] = []
    offset = PanelCase.objects.filter(panel_id__in=group_of(panel)).exclude(panel=panel).exclude(label=0).count()
    seats: list[tuple[PanelCase, PoolMember]] = []
    roles: dict[int, tuple[str, int | None]] = {}
    by_lot = sorted(entries, key=lambda e: lot(seed, cases[e.case_id].public_id))
    for label, entry in enumerate(by_lot, start=offset + 1):
        case = cases[entry.case_id]
        own, own_step, role, organisation = require_organiser(actor, case, panel)
        roles[case.pk] = (role, organisation)
        own_spec = spec_of(own_step)
        recused = grounds(case, own, own_spec or spec, members, kin)
        try:
            drawn = draw(seed, case.public_id, by_id, rules["experts"], recused)
        except TooFew as few:
            problems.append(errors.TOO_FEW.problem(label=case.title, wanted=few.wanted, found=few.found))
            continue
        entry.label, entry.state = label, "drawn"
        entry.order, entry.recused, entry.skipped = list(drawn.order), recused, list(drawn.skipped)
        seats += [(entry, by_id[member]) for member in drawn.seats]
    if problems:
        raise Refusal(problems, status=409)
    panel.state, panel.seed, panel.drawn_at = "drawn", seed, now
    panel.roster, panel.rules = sorted(by_id), rules
    panel.save(update_fields=["state", "seed", "drawn_at", "roster", "rules"])
    for entry in entries:
        entry.save(update_fields=["label", "state", "order", "recused", "skipped"])
    positions: dict[int, int] = {}
    for entry, member in seats:
        positions[entry.pk] = positions.get(entry.pk, 0) + 1
        invite(entry, member, positions[entry.pk], panel, step.title)
    write_event(panel, actor, now, "draw", {"seed": seed, "cases": len(entries), "roster": len(by_id)})
    for entry in entries:
        case = cases[entry.case_id]
        role, organisation = roles[case.pk]
        details = {
            "panel": panel.public_id,
            "experts": rules["experts"],
            "commitment": panel.commitment,
            "seed": seed,
            "skipped": len(entry.skipped),
        }
        note_part(case, part=NAME, what="drawn", actor=actor, role=role, on_behalf_of_id=organisation, details=details)


def invite(entry: PanelCase, member: PoolMember, position: int, panel: Panel, step: str) -> PanelSeat:
    """Give a reviewer a seat on a case, and tell them after the commit, without saying whose case it is."""
    seat = PanelSeat.objects.create(
        public_id=public_id(12), entry=entry, member=member, position=position, invited_at=clock.now()
    )
    text = f"您被抽为“{step}”第{entry.label}号申报的评审专家，请按时评分；需要回避的，请尽早提出。"
    send(text=text, link=f"/reviews/{seat.public_id}/", to_user=member.user_id)
    del panel
    return seat
