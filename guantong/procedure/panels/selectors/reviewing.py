"""What a reviewer sees: their tasks, the declaration without names where the panel is blind, their own sheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.models import User
from guantong.base.files.public import read_bytes
from guantong.base.orgs.models import Organisation, OrganisationSpan
from guantong.base.people.models import FormerName, Person
from guantong.kernel.refusal import Problem, Refusal
from guantong.procedure.cases import library
from guantong.procedure.cases.declaring import declared_values
from guantong.procedure.cases.definition import Definition, Field
from guantong.procedure.cases.models import Case, Material

from .. import errors
from ..blinding import hide
from ..models import PanelSeat
from ..parties import parties_of
from ..recusals import refuse_recused
from ..scoring import Criterion
from ..spec import PanelSpec
from ..specs import criteria_of, spec_of

STATES = {"invited": ("待评", "warn"), "scored": ("已评", "good"), "withdrawn": ("已退出", "neutral")}


@dataclass(frozen=True, slots=True)
class ReviewHead:
    """One task of a reviewer. Says nothing of who declares."""

    seat: str
    procedure: str
    step: str
    label: int
    due_on: date | None
    state: str
    word: str
    tone: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class ReviewShown:
    """One task whole."""

    head: ReviewHead
    is_blind: bool
    declarer: str
    """Empty where the panel is blind."""
    declared: tuple[tuple[str, str], ...]
    materials: tuple[tuple[int, str, str], ...]
    """(number to ask for, title, kind of file); file names are not shown."""
    help: str
    criteria: tuple[Criterion, ...]
    places: int
    typed: dict[str, str]
    """By control: ``score.<criterion>``, ``comment.<criterion>``, ``comment``."""
    revision: int
    saved_at: datetime | None
    is_handed_in: bool
    why_not: Problem | None
    """Why nothing can be scored now; None when it can."""


def list_reviews(actor: Actor) -> list[ReviewHead]:
    """The tasks of a reviewer: those to do first, by due day."""
    if actor.user_id is None:
        return []
    rows = (
        PanelSeat.objects.select_related("entry__panel", "entry__case__version")
        .filter(member__user_id=actor.user_id)
        .order_by("-id")[:500]
    )
    found = [_head(row) for row in rows]
    return sorted(found, key=lambda h: (h.is_over, h.state != "invited", h.due_on or date.max, h.label))


def review_of(actor: Actor, seat: str) -> ReviewShown:
    """One task of the reviewer; PAN-210 when it is not theirs."""
    row = _own(actor, seat)
    case = row.entry.case
    definition = library.definition_of(case)
    spec = spec_of(definition.steps[row.entry.panel.step])
    if spec is None:
        raise errors.NOT_YOUR_SEAT.refuse()
    names = _names(case) if spec.is_blind else ()
    draft: dict[str, Any] = row.draft or {"points": {}, "comments": {}, "comment": ""}
    criteria = criteria_of(row.entry.panel.rules)
    typed = {"comment": str(draft["comment"])}
    for criterion in criteria:
        typed[f"score.{criterion.id}"] = str(draft["points"].get(criterion.id, ""))
        typed[f"comment.{criterion.id}"] = str(draft["comments"].get(criterion.id, ""))
    return ReviewShown(
        head=_head(row),
        is_blind=spec.is_blind,
        declarer="" if spec.is_blind else _declarer(case),
        declared=tuple((hide(label, names), hide(text, names)) for label, text in _declared(case, definition, spec)),
        materials=tuple(
            (number, title, material.file.name.rpartition(".")[2].lower()[:5])
            for number, (title, material) in enumerate(_materials(case, definition, spec), start=1)
        ),
        help=spec.help,
        criteria=tuple(_with_help(criteria, spec)),
        places=int(row.entry.panel.rules["places"]),
        typed=typed,
        revision=row.revision,
        saved_at=row.saved_at,
        is_handed_in=row.state == "scored",
        why_not=_why_not(row),
    )


def read_material(actor: Actor, seat: str, number: int) -> tuple[bytes, str, str]:
    """(bytes, neutral name, media type) of a material of a task; PAN-210 when it is not theirs or there is none.

    The name says which material it is and not what the declarer called the file. Only while the task can be scored.
    """
    row = _own(actor, seat)
    case = row.entry.case
    definition = library.definition_of(case)
    spec = spec_of(definition.steps[row.entry.panel.step])
    problem = _why_not(row)
    if spec is None or problem is not None:
        raise Refusal([problem] if problem is not None else [errors.NOT_YOUR_SEAT.problem()], status=403)
    held = _materials(case, definition, spec)
    if not 1 <= number <= len(held):
        raise errors.NOT_YOUR_SEAT.refuse()
    title, material = held[number - 1]
    suffix = material.file.name.rpartition(".")[2].lower()[:5]
    name = f"第{row.entry.label}号-{number}-{title}.{suffix}"
    return read_bytes(material.file), name, material.file.media_type


def _own(actor: Actor, seat: str) -> PanelSeat:
    rows = PanelSeat.objects.select_related("entry__panel", "entry__case__version", "member")
    row = rows.filter(public_id=seat, member__user_id=actor.user_id).first() if actor.user_id is not None else None
    if row is None or actor.only is not None:
        raise errors.NOT_YOUR_SEAT.refuse()
    return row


def _head(row: PanelSeat) -> ReviewHead:
    case = row.entry.case
    definition = library.definition_of(case)
    word, tone = STATES[row.state]
    is_over = row.state == "withdrawn" or row.entry.state != "drawn"
    return ReviewHead(
        seat=row.public_id,
        procedure=definition.title,
        step=definition.steps[row.entry.panel.step].title,
        label=row.entry.label,
        due_on=case.due_on if not is_over else None,
        state=row.state,
        word=word,
        tone=tone,
        is_over=is_over,
    )


def _why_not(row: PanelSeat) -> Problem | None:
    if row.state == "withdrawn":
        return errors.SEAT_LEFT.problem()
    if row.entry.state != "drawn":
        return errors.PANEL_CLOSED.problem()
    try:
        refuse_recused(row.entry.case, row.entry.panel, row)
    except Refusal as refusal:
        return refusal.problems[0]
    return None


def _with_help(criteria: Iterable[Criterion], spec: PanelSpec) -> list[Criterion]:
    helps = {c.id: c.help for c in spec.criteria}
    return [Criterion(c.id, c.title, c.most, helps.get(c.id, "")) for c in criteria]


def _names(case: Case) -> tuple[str, ...]:
    """Everything registered that says who declares: names past and present, codes, the person, whoever handed it in."""
    parties = parties_of(case)
    spans = OrganisationSpan.objects.filter(organisation_id__in=parties.organisations)
    found = {name for pair in spans.values_list("name", "school_code") for name in pair}
    codes = Organisation.objects.filter(pk__in=parties.organisations).values_list(
        "credit_code", "school_code", "public_id"
    )
    found |= {code for row in codes for code in row if code}
    found |= set(Person.objects.filter(pk__in=parties.persons).values_list("name", flat=True))
    found |= set(FormerName.objects.filter(person_id__in=parties.persons).values_list("name", flat=True))
    found |= set(User.objects.filter(pk__in=parties.users).values_list("display_name", flat=True))
    found |= {case.declared_by, case.public_id}
    return tuple(name for name in found if name)


def _declarer(case: Case) -> str:
    if case.person_id is not None:
        return str(Person.objects.values_list("name", flat=True).get(pk=case.person_id))
    span = OrganisationSpan.objects.filter(organisation=case.organisation).order_by("-in_force_from").first()
    return span.name if span is not None else case.declared_by


def _is_shown(name: str, spec: PanelSpec) -> bool:
    return not spec.show or name in {s.removeprefix("declared.") for s in spec.show}


def _declared(case: Case, definition: Definition, spec: PanelSpec) -> list[tuple[str, str]]:
    values = declared_values(case, definition)
    return [
        (f.title + (f"（{f.unit}）" if f.unit else ""), _text(f, values[f.id]))
        for f in definition.form
        if f.id in values and _is_shown(f.id, spec)
    ]


def _text(field: Field, value: Any) -> str:
    titles = {c.id: c.title for c in field.choices}
    if field.kind == "choice":
        return titles.get(str(value), str(value))
    if field.kind == "choices":
        return "、".join(titles.get(str(v), str(v)) for v in value)
    if field.kind == "flag":
        return "是" if value else "否"
    if field.kind == "money":
        return f"{int(value) // 100}.{int(value) % 100:02d}元"
    return str(value)


def _materials(case: Case, definition: Definition, spec: PanelSpec) -> list[tuple[str, Material]]:
    """(title, material) of what stands handed in and may be seen."""
    rows = Material.objects.select_related("file").filter(Q(case_id=case.pk), ~Q(state="replaced")).order_by("id")
    held = list(rows)
    return [
        (requirement.title, material)
        for requirement in definition.requirements
        if _is_shown(requirement.id, spec)
        for material in held
        if material.requirement == requirement.id
    ]
