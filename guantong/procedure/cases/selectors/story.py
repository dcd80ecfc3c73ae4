"""The story of a case, in words, from its log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from guantong.kernel import clock
from guantong.kernel.money import show_yuan

from .. import library, periods
from ..definition import Action, Definition, Field
from ..definition.parts import PRINCIPLE_REASON
from ..mandate import organisation_name, role_label
from ..models import Case, CaseAction
from ..parts_api import find_part
from ..principles import KEPT, TITLE
from ..wording import action_title


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One event of a case, in words, oldest first."""

    sequence: int
    at: datetime
    who: str
    role: str
    organisation: str
    title: str
    step: str
    to: str
    """Where it led: title of the step or outcome; empty when the case stayed."""
    kind: str
    opinion: str
    reasons: tuple[tuple[str, str], ...]
    """(reason, clause)."""
    items: tuple[tuple[str, str], ...]
    """(what, how to correct)."""
    values: tuple[tuple[str, str], ...]
    """(field title, answer)."""
    details: tuple[tuple[str, str], ...]
    digest: str
    law_version: str
    is_outcome: bool = False
    notice: str = ""
    due_on: date | None = None
    is_provisional: bool = False


def story(case: Case) -> list[StoryLine]:
    """The whole story of a case in words, from its log, on the version it began with."""
    definition = library.definition_of(case)
    names: dict[int, str] = {}
    told: list[StoryLine] = []
    lines = list(CaseAction.objects.filter(case_id=case.pk).order_by("sequence"))
    if case.migrations and lines:
        definition = library.definition_by_digest(str(lines[0].details.get("version", "")), case.region)
    for line in lines:
        if line.action == "migrate":
            definition = library.definition_by_digest(str(line.details.get("to_digest", "")), case.region)
        told.append(_told(definition, line, names))
    return told


def _told(definition: Definition, line: CaseAction, names: dict[int, str]) -> StoryLine:
    organisation_id = line.on_behalf_of_id
    if organisation_id is not None and organisation_id not in names:
        names[organisation_id] = organisation_name(organisation_id, clock.china_day(line.at))
    step = definition.steps.get(line.step)
    by_part = _told_by_part(definition, line)
    action = step.action(line.action) if step is not None else None
    after, before = line.after, line.before
    moved = (after.get("state"), after.get("step")) != (before.get("state"), before.get("step"))
    to = ""
    outcome = None
    if moved:
        target = definition.steps.get(str(after.get("step", "")))
        outcome = definition.outcomes.get(str(after.get("outcome", ""))) if target is None else None
        to = target.title if target is not None else outcome.title if outcome is not None else ""
    opinion: Mapping[str, Any] = line.opinion
    due = line.details.get("due_on")
    return StoryLine(
        sequence=line.sequence,
        at=line.at,
        who=line.actor_label,
        role=role_label(line.actor_role) if line.actor_role else "",
        organisation=names.get(organisation_id, "") if organisation_id is not None else "",
        title=by_part[0] or action_title(definition, line.action, line.step),
        step=step.title if step is not None else "",
        to=to,
        kind=action.kind if action is not None else line.action,
        opinion=str(opinion.get("text", "")),
        reasons=tuple(_reason_told(definition, str(r)) for r in opinion.get("reasons", ())),
        items=tuple((_place_told(definition, str(i["on"])), str(i["text"])) for i in opinion.get("items", ())),
        values=_answers_told(definition, action, line),
        details=(*_details_told(definition, line), *by_part[1]),
        digest=line.digest,
        law_version=line.law_version,
        is_outcome=outcome is not None and line.action != "close",
        notice=outcome.notice if outcome is not None and line.action != "close" else "",
        due_on=date.fromisoformat(str(due)) if due else None,
        is_provisional=bool(line.details.get("is_provisional", False)),
    )


def _told_by_part(definition: Definition, line: CaseAction) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What the part of a ``part_move`` or ``part_note`` says of it."""
    part = find_part(str(line.details.get("part", ""))) if line.action in ("part_move", "part_note") else None
    return part.told(line, definition) if part is not None else ("", ())


def _reason_told(definition: Definition, reason_id: str) -> tuple[str, str]:
    reason = definition.reason(reason_id)
    return (reason.title, library.basis_sentence(reason.basis)) if reason is not None else (reason_id, "")


def _place_told(definition: Definition, on: str) -> str:
    requirement = definition.requirement(on)
    if requirement is not None:
        return requirement.title
    return next((field.title for field in definition.form if field.id == on), on)


def _answers_told(definition: Definition, action: Action | None, line: CaseAction) -> tuple[tuple[str, str], ...]:
    if action is not None:
        told = fields_told(definition.fields_of(action), line.values)
        why = line.values.get(PRINCIPLE_REASON)
        return (*told, (TITLE, str(why))) if why else told
    return fields_told(definition.form, line.values) if line.action == "open" else ()


def values_told(action: Action, values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """(field title, answer in words) for the answers given."""
    return fields_told(action.fields, values)


def fields_told(fields: Iterable[Field], values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """(field title, answer in words) for the answers these fields have."""
    found: list[tuple[str, str]] = []
    for entry in fields:
        if entry.id not in values:
            continue
        value = values[entry.id]
        titles = {c.id: c.title for c in entry.choices}
        if isinstance(value, bool):
            text = "是" if value else "否"
        elif entry.kind == "money":
            text = show_yuan(int(value))
        elif entry.kind == "date" and value:
            text = periods.chinese_day(date.fromisoformat(str(value)))
        elif isinstance(value, list):
            text = "、".join(titles.get(str(v), str(v)) for v in value)
        else:
            text = titles.get(str(value), str(value)) + (entry.unit if entry.kind not in ("choice", "text") else "")
        found.append((entry.title, text))
    return tuple(found)


def _details_told(definition: Definition, line: CaseAction) -> tuple[tuple[str, str], ...]:
    details: Mapping[str, Any] = line.details
    found: list[tuple[str, str]] = []
    if "requirement" in details:
        found.append((_place_told(definition, str(details["requirement"])), str(details.get("name", ""))))
    if "from" in details:
        found.append(("原期限", periods.chinese_day(date.fromisoformat(str(details["from"])))))
    if "verdict" in details:
        words = {"approve": "同意", "refuse": "不同意", "return": "退回"}
        counts = details["votes"]  # in the order of words: a database may keep keys in its own
        votes = "，".join(f"{word}{counts[kind]}方" for kind, word in words.items() if counts.get(kind))
        found.append(("评议结果", f"{votes}；须{details['needed']}方同意"))
    if "party" in details:
        step = definition.steps.get(line.step)
        party = step.parallel.party(str(details["party"])) if step is not None and step.parallel is not None else None
        found.append(("评议方", party.title if party is not None else str(details["party"])))
    if KEPT in details:
        found.append(("原则上没有达到的要求", "；".join(str(entry["label"]) for entry in details[KEPT])))
    if line.action == "migrate":
        found.append(("原版本", str(details["from_digest"])[:12]))
        found.append(("新版本", str(details["to_digest"])[:12]))
    if "left" in details:
        found.append(("剩余期限", f"{details['left']}天，恢复后接着计算"))
    if details.get("by_time"):
        found.append(("原因", "暂停已到最长时间"))
    if "was_due_on" in details:
        found.append(("期限", periods.chinese_day(date.fromisoformat(str(details["was_due_on"])))))
    return tuple(found)
