"""Everything the page parts of a case need, in one call: the domain's view adds it to its own page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from guantong.base.accounts.actor import Actor
from guantong.kernel.refusal import Problem, Refusal

from . import library
from .checks import state_of
from .conditions_shown import checked
from .definition import Requirement
from .forms import FormShown, Posted, action_forms
from .handlers import facts_for
from .machine import step_of
from .mandate import is_declarer
from .models import Case, Deadline, Material
from .narrowing import asked_for, named_items
from .parts_api import parts
from .selectors import list_deadlines, list_materials, standing, story


@dataclass(frozen=True, slots=True)
class DeadlineShown:
    """One deadline in words."""

    title: str
    due_on: date
    is_provisional: bool
    state: str
    tone: str
    basis: str


@dataclass(frozen=True, slots=True)
class MaterialsShown:
    """One requirement with the files handed in for it."""

    requirement: Requirement
    basis: str
    files: tuple[Material, ...]
    is_missing: bool
    may_add: bool


def case_parts(
    actor: Actor, case: Case, *, post: Posted | None = None, refusal: Refusal | None = None
) -> dict[str, Any]:
    """The variables of ``cases/_standing.html``, ``_story``, ``_actions``, ``_deadlines``, ``_materials``,
    ``_conditions``.

    All under one key: ``{"procedure": {...}}``. ``post`` and ``refusal`` are given back after a refused form. One
    query each for log, deadlines, materials.
    """
    if refusal is not None:
        case.refresh_from_db()  # someone else may have decided meanwhile
    definition = library.definition_of(case)
    forms = action_forms(actor, case, post=post, refusal=refusal)
    is_material = post is not None and post.get("action") == "add_material"
    is_at_form = any(form.is_open for form in forms)
    stands = standing(case)
    found = checked(case, definition, post=post, actor=actor)
    return {
        "procedure": {
            "case": case,
            "definition": definition,
            "standing": stands,
            "progress": [{"title": title, "state": _STEP_STATES[mark]} for title, mark in stands.steps],
            "story": story(case),
            "forms": [form for form in forms if form.why_not is None],
            "asked_for": asked_for(case, definition),
            "closed": _closed(forms),
            "refusal": None if is_material or is_at_form else refusal,
            "deadlines": [_deadline(definition.steps, row) for row in list_deadlines(case)],
            "materials": _materials(actor, case),
            "facts": facts_for(case),
            "conditions": found.conditions,
            "filled": found.filled,
            "snippets": [s for part in parts() for s in part.pages(actor, case, definition)],
            "material_refusal": refusal if is_material else None,
        }
    }


def _closed(forms: list[FormShown]) -> list[tuple[str, Problem]]:
    """(titles of actions, the reason they share) of what this actor may not do now."""
    found: dict[str, tuple[list[str], Problem]] = {}
    for form in forms:
        if form.why_not is not None:
            found.setdefault(form.why_not.message, ([], form.why_not))[0].append(form.title)
    return [("、".join(titles), problem) for titles, problem in found.values()]


_STEP_STATES = {"done": "done", "current": "current", "ahead": "todo"}
_WORDS = {
    "open": ("正在计算", "info"),
    "met": ("按期办结", "good"),
    "missed": ("已逾期", "bad"),
    "cancelled": ("不再需要", "neutral"),
    "suspended": ("暂停计算", "neutral"),
}


def _deadline(steps: Any, row: Deadline) -> DeadlineShown:
    step = steps.get(row.step)
    own = step.title if step is not None else row.step
    title = {"appeal": "申诉期限", "suspension": f"{own}（暂停最长到）"}.get(row.kind, own)
    word, tone = _WORDS[row.state]
    if row.kind == "appeal" and row.state in ("met", "missed"):
        word, tone = ("已申诉", "info") if row.state == "met" else ("期满未申诉", "neutral")
    elif row.kind == "suspension" and row.state in ("met", "missed"):
        word, tone = "已恢复", "neutral"
    elif row.state == "missed" and step is not None and step.on_timeout is not None and step.on_timeout.do == "lapse":
        word, tone = "期满转出", "neutral"  # a public notice that ran its time is nobody's delay
    return DeadlineShown(title, row.due_on, row.is_provisional, word, tone, row.basis)


def _materials(actor: Actor, case: Case) -> list[MaterialsShown]:
    definition = library.definition_of(case)
    step = step_of(definition, state_of(case))
    may_hand_in = step is not None and step.of in ("learner", "declarer") and is_declarer(actor, case, definition)
    named = named_items(case, definition) if may_hand_in else None
    held = list_materials(case)
    shown: list[MaterialsShown] = []
    for requirement in definition.requirements:
        files = tuple(m for m in held if m.requirement == requirement.id)
        current = [m for m in files if m.state != "replaced"]
        is_missing = requirement.is_required and not current
        may_add = may_hand_in and (named is None or requirement.id in named)
        if files or may_add or is_missing:
            basis = library.basis_sentence(requirement.basis)
            shown.append(MaterialsShown(requirement, basis, files, is_missing, may_add))
    return shown
