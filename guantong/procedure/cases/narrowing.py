"""What may be changed at a step that takes back only what was named item by item (``only_items``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guantong.kernel.refusal import Problem, Where

from . import errors
from .declaring import declared_values
from .definition import Action, Definition, Step
from .definition.parts import DECLARATION
from .machine import step_of
from .models import Case, CaseAction


def places_of(definition: Definition) -> dict[str, str]:
    """Everything an item to correct may name: materials and fields of the form, by id."""
    return {r.id: r.title for r in definition.requirements} | {f.id: f.title for f in definition.form}


def named_items(case: Case, definition: Definition) -> frozenset[str] | None:
    """Ids of the materials and fields that may be changed where the case waits; None where everything may.

    They are the items of the return that led here: of its own line, or of the votes that were counted.
    """
    from .checks import state_of

    step = step_of(definition, state_of(case))
    if step is None or not step.only_items:
        return None
    told = _told_at_arrival(case)
    named = {str(item["on"]) for line in told for item in line.opinion.get("items", ())}
    return frozenset(named & places_of(definition).keys()) if named else None


def asked_for(case: Case, definition: Definition) -> tuple[tuple[str, str], ...]:
    """(what, how) of everything the return asked to be put right that led the case to the declaring side; the opinion
    comes first, under 意见. Empty anywhere else."""
    from .checks import state_of

    step = step_of(definition, state_of(case))
    if step is None or step.of not in ("declarer", "learner"):
        return ()
    places = places_of(definition)
    found: list[tuple[str, str]] = []
    for line in _told_at_arrival(case):
        items = [(str(item["on"]), str(item["text"])) for item in line.opinion.get("items", ())]
        if items and line.opinion.get("text"):
            found.append(("意见", str(line.opinion["text"])))
        found += [(places.get(on, on), text) for on, text in items]
    return tuple(dict.fromkeys(found))


def _told_at_arrival(case: Case) -> list[CaseAction]:
    """The line that led the case to where it stands, with the votes that were counted."""
    log = CaseAction.objects.filter(case_id=case.pk).order_by("-sequence")
    lines = list(log.only("action", "opinion", "before", "after"))
    arrival = next(
        (n for n, line in enumerate(lines) if line.before and _place(line.after) != _place(line.before)), None
    )
    if arrival is None:
        return []
    told = [lines[arrival]]
    if told[0].action == "decide":
        place = _place(told[0].before)
        for line in lines[arrival + 1 :]:
            if _place(line.after) != place:
                break
            told.append(line)
            if line.before and _place(line.before) != place:
                break
    return told


def _place(state: Mapping[str, Any]) -> tuple[Any, Any]:
    return state.get("state"), state.get("step")


def why_not_narrow(
    case: Case, definition: Definition, step: Step, action: Action, values: Mapping[str, Any]
) -> list[Problem]:
    """Fields changed though nobody named them."""
    if not step.only_items or not action.asks(DECLARATION):
        return []
    named = named_items(case, definition)
    if named is None:
        return []
    before = declared_values(case, definition)
    return [
        errors.ONLY_ITEMS.problem(
            where=Where(column=f.id, title=f.title), what=f.title, known=known_words(definition, named)
        )
        for f in definition.form
        if f.id not in named and values.get(f.id) != before.get(f.id)
    ]


def known_words(definition: Definition, named: frozenset[str]) -> str:
    """The named places in words."""
    return "、".join(title for place, title in places_of(definition).items() if place in named) or "（没有）"


def takes_only_named(definition: Definition, action: Action) -> bool:
    """Whether a return leads to a step that takes back only what it names."""
    leads = {action.to, *action.choices}
    for step in definition.steps.values():
        if step.parallel is not None and action in step.actions:
            leads.add(step.parallel.returned)
    return action.kind == "return" and any(s.only_items and s.id in leads for s in definition.steps.values())


def why_unplaced(definition: Definition, action: Action, items: list[str]) -> list[Problem]:
    """Items of a return to an ``only_items`` step that name neither a field nor a material."""
    if not takes_only_named(definition, action):
        return []
    places = places_of(definition)
    known = "、".join(places.values())
    where = Where(column="items", title="需要更正的内容")
    return [errors.ITEM_NOT_PLACED.problem(where=where, item=on[:40], known=known) for on in items if on not in places]
