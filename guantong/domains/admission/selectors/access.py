"""From an outside id to a row, only for who may see it; everybody else is answered as if it did not exist.

Cycles, approved plans and published results of cycles are open to all. A candidate sees own rows alone.
"""

from __future__ import annotations

from guantong.base.accounts.actor import Actor
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import (
    Appeal,
    Candidate,
    Cycle,
    IntakePlan,
    Placement,
    PreferenceList,
    Round,
    Run,
)
from guantong.domains.admission.rules.states import APPROVED, PUBLISHED
from guantong.domains.admission.selectors.gates import may_manage, require_bureau


def get_cycle(public_id: str) -> Cycle:
    """A cycle by public id: open to all. ADM-001."""
    found = Cycle.objects.filter(public_id=public_id).first()
    if found is None:
        raise errors.CYCLE_UNKNOWN.refuse()
    return found


def access_cycle_for(actor: Actor, public_id: str, permission: str = "admission.manage") -> Cycle:
    """A cycle for who organises it: ADM-001, ACC-…, ADM-010."""
    found = get_cycle(public_id)
    require_bureau(actor, permission, found.region)
    return found


def get_round(public_id: str) -> Round:
    """A round with its cycle: that it exists, when it opens and its stage are open to all. ADM-002."""
    found = Round.objects.select_related("cycle").filter(public_id=public_id).first()
    if found is None:
        raise errors.ROUND_UNKNOWN.refuse()
    return found


def access_round_for(actor: Actor, public_id: str, permission: str = "admission.manage") -> Round:
    """A round for who organises its cycle."""
    found = get_round(public_id)
    require_bureau(actor, permission, found.cycle.region)
    return found


def access_plan_for(actor: Actor, public_id: str) -> IntakePlan:
    """A plan: open to all once approved; before that to its school and to the bureau. ADM-003."""
    found = IntakePlan.objects.select_related("cycle", "school", "programme").filter(public_id=public_id).first()
    if found is None:
        raise errors.PLAN_UNKNOWN.refuse()
    if found.state == APPROVED or found.school_id in actor.organisations("admission.plan"):
        return found
    if may_manage(actor, found.cycle):
        return found
    raise errors.PLAN_UNKNOWN.refuse()


def find_candidate_of(cycle: Cycle, actor: Actor) -> Candidate | None:
    """The actor's own candidacy in a cycle, if any."""
    if actor.person_id is None:
        return None
    return Candidate.objects.select_related("cycle", "person").filter(cycle=cycle, person_id=actor.person_id).first()


def own_candidate(cycle: Cycle, actor: Actor) -> Candidate:
    """The actor's own living candidacy; ADM-011 without one."""
    found = find_candidate_of(cycle, actor)
    if found is None or found.state != "registered":
        raise errors.NOT_A_CANDIDATE.refuse(title=cycle.title)
    return found


def access_candidate_for(actor: Actor, public_id: str) -> Candidate:
    """A candidate: the person, the bureau, a school to which the candidate's file was sent. ADM-004."""
    found = Candidate.objects.select_related("cycle", "person").filter(public_id=public_id).first()
    if found is None or not may_read_candidate(actor, found):
        raise errors.CANDIDATE_UNKNOWN.refuse()
    return found


def may_read_candidate(actor: Actor, candidate: Candidate) -> bool:
    """Whether the actor may see the candidate's file."""
    if actor.is_system or (actor.person_id is not None and actor.person_id == candidate.person_id):
        return True
    if may_manage(actor, candidate.cycle) or may_manage(actor, candidate.cycle, "admission.appeal"):
        return True
    schools = actor.organisations("admission.review")
    return bool(schools) and Placement.objects.filter(candidate=candidate, plan__school_id__in=schools).exists()


def access_list_for(actor: Actor, candidate: Candidate, round_: Round) -> PreferenceList:
    """The list of a round: only the candidate's own (before and after it is locked), and the bureau's once the round is
    closed. ADM-008."""
    found = PreferenceList.objects.filter(candidate=candidate, round=round_).first()
    own = actor.person_id is not None and actor.person_id == candidate.person_id
    if found is None or not (own or actor.is_system or (round_.closed_at and may_manage(actor, round_.cycle))):
        raise errors.LIST_UNKNOWN.refuse()
    return found


def access_run_for(actor: Actor, public_id: str) -> Run:
    """A run: for the bureau alone. What is published of it: :func:`get_published_run`. ADM-005."""
    found = Run.objects.select_related("round__cycle", "bundle").filter(public_id=public_id).first()
    if found is None or not (
        may_manage(actor, found.round.cycle) or may_manage(actor, found.round.cycle, "admission.appeal")
    ):
        raise errors.RUN_UNKNOWN.refuse()
    return found


def get_published_run(public_id: str) -> Run:
    """A published run: its manifest, root, cut-offs and bundle are open to all. ADM-005."""
    found = (
        Run.objects.select_related("round__cycle", "bundle")
        .filter(public_id=public_id, state=PUBLISHED, purpose="real")
        .first()
    )
    if found is None:
        raise errors.RUN_UNKNOWN.refuse()
    return found


def find_published_run(round_: Round) -> Run | None:
    """The published run of a round, if there is one."""
    return Run.objects.select_related("bundle").filter(round=round_, state=PUBLISHED, purpose="real").first()


def access_placement_for(actor: Actor, public_id: str) -> Placement:
    """A placement: the person, its school, the bureau. ADM-006."""
    found = (
        Placement.objects.select_related(
            "cycle", "candidate__person", "plan__programme", "plan__school", "round", "run"
        )
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise errors.PLACEMENT_UNKNOWN.refuse()
    own = actor.person_id is not None and actor.person_id == found.person_id
    if own or found.plan.school_id in actor.organisations("admission.review") or may_manage(actor, found.cycle):
        return found
    raise errors.PLACEMENT_UNKNOWN.refuse()


def access_appeal_for(actor: Actor, public_id: str) -> Appeal:
    """An appeal: the candidate and who decides. ADM-007."""
    found = (
        Appeal.objects.select_related("candidate__person", "candidate__cycle", "round__cycle", "run")
        .filter(public_id=public_id)
        .first()
    )
    if found is None or not may_read_appeal(actor, found):
        raise errors.APPEAL_UNKNOWN.refuse()
    return found


def may_read_appeal(actor: Actor, appeal: Appeal) -> bool:
    """Whether the actor may see an appeal with all it rests on."""
    if actor.is_system or (actor.person_id is not None and actor.person_id == appeal.candidate.person_id):
        return True
    return may_manage(actor, appeal.round.cycle, "admission.appeal")
