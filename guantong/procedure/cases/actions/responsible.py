"""Who would act at each step of a case: the authorities of the levels it names, and whether anybody is missing."""

from __future__ import annotations

from datetime import date

from guantong.base.orgs.public import authority_at
from guantong.kernel.refusal import Problem, Refusal

from .. import errors
from ..definition import Definition, Party, Step
from ..definition.parts import LEVELS
from ..mandate import body_of, organisation_name
from ..models import Case


def find_bodies(definition: Definition, organisation_id: int | None, region: str, day: date) -> dict[str, int]:
    """The authority of every level (and line) the steps name, as of ``day``: what ``Case.bodies`` keeps."""
    asked = {each.body: each for step in definition.steps.values() for each in _reviewers(step) if each.of in LEVELS}
    found = {
        key: authority_at(each.of, day, organisation_id=organisation_id, region=region, branch=each.branch)
        for key, each in asked.items()
    }
    return {key: body for key, body in found.items() if body is not None}


def _reviewers(step: Step) -> tuple[Step | Party, ...]:
    """Whoever acts at a step: its parties, or the step itself."""
    return step.parallel.parties if step.parallel is not None else (step,)


def require_responsible(case: Case, definition: Definition) -> None:
    """Refuse when some step has nobody it could wait for (PRC-129), or only the organisation itself (PRC-158)."""
    problems = []
    for step in definition.steps.values():
        for each in _reviewers(step):
            problem = _missing(case, definition, each, step)
            if problem is not None:
                problems.append(problem)
    if problems:
        raise Refusal(problems)


def why_not_responsible(case: Case, definition: Definition, bodies: dict[str, int]) -> Problem | None:
    """The first step of another definition that would have nobody to wait for, were ``bodies`` those of the case."""
    own, case.bodies = case.bodies, {**bodies, **case.bodies}
    try:
        found = (_missing(case, definition, each, s) for s in definition.steps.values() for each in _reviewers(s))
        return next((problem for problem in found if problem is not None), None)
    finally:
        case.bodies = own


def _missing(case: Case, definition: Definition, each: Step | Party, step: Step) -> Problem | None:
    title = step.title if each is step else f"{step.title}（{each.title}）"
    what = _missing_party(case, definition, each)
    if what:
        return errors.NOBODY_RESPONSIBLE.problem(step=title, why=f"没有登记{what}", missing=what)
    if each.of in LEVELS and body_of(case, each) == case.organisation_id:
        return errors.OWN_LEVEL.problem(step=title, organisation=organisation_name(case.organisation_id, case.law_on))
    return None


def _missing_party(case: Case, definition: Definition, step: Step | Party) -> str:
    of = definition.declarers.of if step.of == "declarer" else step.of
    if of == "visitor":
        return ""
    if of == "learner":
        return "" if case.person_id is not None else "申请人本人"
    if of in LEVELS:
        return "" if body_of(case, step) is not None else _LEVEL_WORDS[of] + _BRANCH_WORDS[step.branch]
    if step.of == "declarer" and of == "authority":
        return "" if case.declared_organisation_id is not None else "提出单位"
    if case.organisation_id is None:
        return "办理单位"
    if of == "authority" and case.authority_id is None:
        return f"{organisation_name(case.organisation_id, case.law_on)}的主管部门"
    return ""


_LEVEL_WORDS = {"county": "县级", "prefecture": "地市级", "province": "省级", "nation": "国家级"}
_BRANCH_WORDS = {
    "": "主管部门",
    "education": "教育行政部门",
    "human_resources": "人力资源社会保障部门",
    "industry": "工业和信息化部门",
    "development_reform": "发展改革部门",
    "market": "市场监督管理部门",
    "finance": "财政部门",
}
