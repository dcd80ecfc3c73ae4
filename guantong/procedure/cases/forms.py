"""Forms of actions: what a page shows for each action, and what was posted back. No HTTP here, only mappings.

Every control of an action's form is named ``<action>.<part>``: ``approve.opinion``, ``approve.reasons``,
``return.item-on-1``, ``return.item-text-1``, ``approve.<field>``. ``action`` and ``revision`` are hidden fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as made
from decimal import Decimal
from typing import Any, Protocol

from guantong.base.accounts.actor import Actor
from guantong.base.files.public import store_file
from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Refusal

from . import errors, library
from .actions import act, add_material, extend_deadline, resume_case, suspend_case
from .checks import state_of
from .declaring import declared_values, system_facts
from .definition import Definition, Field, Reason
from .definition.parts import DECLARATION
from .filling import filled_in, held_words
from .gates import choices_of
from .machine import step_of
from .models import Case
from .narrowing import named_items, places_of, takes_only_named
from .opinions import Item, Opinion
from .parts_api import find_part
from .principles import asking_why, open_principles
from .selectors import Available, available_actions

ITEM_ROWS = 5
"""Rows offered for items to correct."""
MOST_ITEM_ROWS = 50
TONES = {
    "refuse": "danger",
    "return": "secondary",
    "extend": "secondary",
    "suspend": "secondary",
    "resume": "secondary",
    "withdraw": "secondary",
}
OTHER_PLACES = ("申请内容", "其他")
"""Places an item to correct may name besides the materials."""


class Posted(Protocol):
    """What is needed of Django's ``QueryDict``."""

    def get(self, key: str, /) -> Any:
        """The last value, or None."""

    def getlist(self, key: str, /) -> list[Any]:
        """Every value."""


class Uploaded(Protocol):
    """What is needed of Django's uploaded files."""

    name: str | None

    def read(self) -> bytes:
        """The bytes."""


@dataclass(frozen=True, slots=True)
class ActionForm:
    """What a person sent: the action, the revision they were shown, their opinion and answers."""

    action: str
    revision: int
    opinion: Opinion
    values: Mapping[str, Any]
    to: str = ""


def parse_action_form(case: Case, post: Posted) -> ActionForm:
    """The form as sent, untyped; the action itself checks everything. Refuses only a form without a revision."""
    action = str(post.get("action") or "")[:40]
    revision = str(post.get("revision") or "")
    if not revision.isascii() or not revision.isdigit() or len(revision) > 9:
        raise errors.FORM_INCOMPLETE.refuse()
    definition = library.definition_of(case)
    step = step_of(definition, state_of(case))
    chosen = step.action(action) if step is not None else None
    if chosen is None and action in {a.id for s in definition.steps.values() for a in s.actions}:
        chosen = next(a for s in definition.steps.values() for a in s.actions if a.id == action)
    if chosen is not None:
        chosen = asking_why(chosen, open_principles(case, definition, step, chosen))
    values: dict[str, Any] = {}
    named = named_items(case, definition) if chosen is not None and chosen.asks(DECLARATION) else None
    own = {field.id for field in chosen.fields} if chosen is not None else set()
    for field in definition.fields_of(chosen) if chosen is not None else ():
        if named is not None and field.id not in named | own:
            continue  # not offered: it stays as it was declared
        name = f"{action}.{field.id}"
        if field.kind == "choices":
            values[field.id] = [str(v) for v in post.getlist(name)]
        elif field.kind == "flag":
            values[field.id] = str(post.get(name) or "") or "off"
        else:
            values[field.id] = str(post.get(name) or "")
    items = []
    for number in range(1, MOST_ITEM_ROWS + 2):
        on = str(post.get(f"{action}.item-on-{number}") or "").strip()
        text = str(post.get(f"{action}.item-text-{number}") or "").strip()
        if text:
            items.append(Item(on or OTHER_PLACES[-1], text))
    opinion = Opinion(
        text=str(post.get(f"{action}.opinion") or "").strip(),
        reasons=tuple(str(r) for r in post.getlist(f"{action}.reasons")),
        items=tuple(items),
    )
    return ActionForm(action, int(revision), opinion, values, str(post.get(f"{action}.to") or "")[:40])


def take_posted(*, actor: Actor, case: Case, post: Posted, files: Mapping[str, Uploaded] | None = None) -> Case:
    """Do what was sent: an action, withdrawal, appeal, extension, or handing in a material. Refuses as they do."""
    name, dot, what = str(post.get("action") or "").partition(".")
    part = find_part(name) if dot else None
    if part is not None:
        return part.take_posted(actor, case, what, post, files or {}) or case
    form = parse_action_form(case, post)
    if form.action == "extend":
        return extend_deadline(actor=actor, case_id=case.pk, reason=form.opinion.text)
    if form.action in ("suspend", "resume"):
        stand_still = suspend_case if form.action == "suspend" else resume_case
        return stand_still(actor=actor, case_id=case.pk, revision=form.revision, reason=form.opinion.text)
    if form.action == "add_material":
        return _take_material(actor, case, post, form.revision, files or {})
    return act(
        actor=actor,
        case_id=case.pk,
        action=form.action,
        revision=form.revision,
        opinion=form.opinion,
        values=form.values,
        to=form.to,
    )


def _take_material(actor: Actor, case: Case, post: Posted, revision: int, files: Mapping[str, Uploaded]) -> Case:
    requirement = str(post.get("requirement") or "")[:40]
    uploaded = files.get(f"material-{requirement}")
    if uploaded is None:
        raise errors.FILE_NOT_YOURS.refuse()
    wanted = library.definition_of(case).requirement(requirement)
    name = uploaded.name or ""
    is_sheet = wanted is not None and "xlsx" in wanted.kinds and name.lower().endswith(".xlsx")
    owner: dict[str, int | None] = {"person_id": case.person_id}
    if case.person_id is None:
        owner = {"organisation_id": case.declared_organisation_id or case.organisation_id}
    file = store_file(actor, name, uploaded.read(), "sheet" if is_sheet else "evidence", **owner)
    return add_material(actor=actor, case_id=case.pk, requirement=requirement, file_id=file.pk, revision=revision)


@dataclass(frozen=True, slots=True)
class FormShown:
    """One action as a page shows it."""

    id: str
    title: str
    kind: str
    tone: str
    help: str
    why_not: Problem | None
    needs_opinion: bool
    takes_opinion: bool
    reasons: tuple[Reason, ...]
    needs_reasons: bool
    places: tuple[tuple[str, str], ...]
    """(id or words, title) of what an item to correct may name; empty when the action returns nothing."""
    item_rows: int
    fields: tuple[tuple[Field, bool], ...]
    """(field, whether it must be filled)."""
    options: Mapping[str, tuple[tuple[str, str], ...]]
    """(id, title) of the choices of each field."""
    typed: Mapping[str, Any]
    """What was typed, by control name; every control of the form has a key."""
    refusal: Refusal | None
    confirm: str
    destinations: tuple[tuple[str, str], ...] = ()
    """(id, title) of the places whoever acts chooses from; empty when the action leads to one place."""
    held: Mapping[str, str] = made(default_factory=dict)
    """What the system holds of a field of the declaration, as a sentence, by field."""

    @property
    def is_open(self) -> bool:
        """Whether the form is shown opened: it was just refused."""
        return self.refusal is not None


def action_forms(
    actor: Actor, case: Case, *, post: Posted | None = None, refusal: Refusal | None = None
) -> list[FormShown]:
    """Every action of the case with its form, in the order written; after a refusal with what was typed and why not."""
    definition = library.definition_of(case)
    found: list[FormShown] = []
    for available in available_actions(actor, case):
        is_sent = post is not None and available.is_allowed and _is_about(case, available.id, post)
        declared, held = _declared(case, definition, available)
        takes = available.action is not None and available.action.asks(DECLARATION)
        named = named_items(case, definition) if takes else None
        sent = (post, refusal) if is_sent else (None, None)
        found.append(replace(_shown(definition, available, *sent, declared, named), held=held))
    return found


def _is_about(case: Case, action: str, post: Posted) -> bool:
    """Whether the form sent was this action of the case as it stands (not of a state it has left meanwhile)."""
    return str(post.get("action") or "") == action and str(post.get("revision") or "") == str(case.revision)


def _declared(case: Case, definition: Definition, available: Available) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """What an action that takes the form shows as filled in already, and what the system holds, in words by field."""
    takes = available.action is not None and available.is_allowed and available.action.asks(DECLARATION)
    if not takes:
        return {}, {}
    declared = declared_values(case, definition)
    if not any(field.from_fact for field in definition.form):
        return declared, {}
    facts = system_facts(case, definition, clock.today())
    return filled_in(definition, facts, declared), held_words(definition, facts)


def _shown(
    definition: Definition,
    available: Available,
    post: Posted | None,
    refusal: Refusal | None,
    declared: Mapping[str, Any],
    named: frozenset[str] | None = None,
) -> FormShown:
    action = available.action
    is_return = available.kind == "return"
    places = tuple(places_of(definition).items())
    if action is None or not takes_only_named(definition, action):
        places += tuple((p, p) for p in OTHER_PLACES)
    states_reasons = "reasons" in available.needs or (available.kind == "refuse" and bool(definition.reasons))
    taken = definition.fields_of(action) if action is not None else ()
    own = {field.id for field in action.fields} if action is not None else set()
    fields = tuple((f, f.is_required or f.id in available.needs) for f in taken if named is None or f.id in named | own)
    shown = FormShown(
        id=available.id,
        title=available.title,
        kind=available.kind,
        tone=TONES.get(available.kind, ""),
        help=available.help,
        why_not=available.why_not,
        needs_opinion="opinion" in available.needs,
        takes_opinion=available.kind != "submit",
        reasons=definition.reasons if states_reasons else (),
        needs_reasons="reasons" in available.needs,
        places=places if is_return or "items" in available.needs else (),
        item_rows=ITEM_ROWS,
        fields=fields,
        options={f.id: tuple((c.id, c.title) for c in f.choices) for f, _ in fields},
        typed={},
        refusal=_prefixed(refusal, available.id),
        destinations=tuple(choices_of(definition, action)) if action is not None else (),
        confirm="撤回之后不能恢复，确定撤回吗？" if available.kind == "withdraw" else "",
    )
    return replace(shown, typed=_typed(shown, post, declared))


def _prefixed(refusal: Refusal | None, action: str) -> Refusal | None:
    """The refusal with its fields named as the controls of this form are."""
    if refusal is None:
        return None
    return Refusal(
        [
            p.at(replace(p.where, column=f"{action}.{p.where.column}")) if p.where.column is not None else p
            for p in refusal
        ],
        status=refusal.status,
    )


def _typed(form: FormShown, post: Posted | None, declared: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, else what was declared before, else blanks, for every control of the form."""

    def one(part: str) -> str:
        value = post.get(f"{form.id}.{part}") if post is not None else None
        return str(value) if value is not None else ""

    typed: dict[str, Any] = {"opinion": one("opinion"), "to": one("to")}
    typed["reasons"] = [str(r) for r in post.getlist(f"{form.id}.reasons")] if post is not None else []
    for number in range(1, form.item_rows + 1):
        typed[f"item-on-{number}"] = one(f"item-on-{number}")
        typed[f"item-text-{number}"] = one(f"item-text-{number}")
    for field, _ in form.fields:
        if post is None and field.id in declared:
            typed[field.id] = _as_typed(field, declared[field.id])
        elif field.kind == "choices":
            name = f"{form.id}.{field.id}"
            typed[field.id] = [str(v) for v in post.getlist(name)] if post is not None else []
        else:
            typed[field.id] = one(field.id)
    return typed


def _as_typed(field: Field, value: Any) -> Any:
    """A stored answer as its control shows it."""
    if field.kind == "choices":
        return [str(v) for v in value]
    if field.kind == "flag":
        return "on" if value else "off"
    if field.kind == "money":
        return format(Decimal(value).scaleb(-2), "f")
    return str(value)
