"""What a definition says of publicity and protection: ``publicity`` of a step, ``protected`` of it all. No Django."""

from __future__ import annotations

from dataclasses import dataclass

from guantong.procedure.cases.definition import Definition, Duration
from guantong.procedure.cases.definition.duties import BASIS_KEYS, DAYS_KEYS, read_basis, read_duration
from guantong.procedure.cases.definition.parts import Basis
from guantong.procedure.cases.definition.places import Faults, Node

from . import errors

NAME = "publicity"
"""Name of the part."""
SUBJECT = "publicity.complaint"
"""``subject`` of every procedure the public opens."""
PREFIX = "declared."
SHOW = {
    "title": "事由",
    "person": "姓名",
    "organisation": "单位",
    "department": "部门",
    "authority": "主管部门",
    "region": "所在地区",
    "number": "编号",
    "score": "评审得分",
    "rank": "评审名次",
}
"""What a notice may show besides declared fields. Identity numbers and contacts are not among it."""


@dataclass(frozen=True, slots=True)
class Objections:
    """How objections to a notice go: where an upheld one sends the case, and by when each is answered."""

    to: str
    deadline: Duration
    basis: Basis


@dataclass(frozen=True, slots=True)
class Publicity:
    """The notice of a step."""

    show: tuple[str, ...]
    text: str
    objections: Objections


def read_step(step: Node) -> Publicity | None:
    """``publicity`` of a step; every fault is noted."""
    node = Node(step.faults, step.at("publicity"), step.values["publicity"], ("show", "text", "objections"))
    if not node.is_mapping:
        return None
    show = node.texts("show", "公示哪些内容")
    for word in show:
        if word not in SHOW and not word.startswith(PREFIX):
            known = "、".join((*SHOW, PREFIX + "栏目编号"))
            step.faults.add(errors.SHOW_UNKNOWN, node.at("show"), word, given=word, known=known)
    known_keys = ("to", "deadline", *BASIS_KEYS)
    given = node.values.get("objections")
    if given is None:
        node.text("objections", "怎样提异议、由谁何时答复")
        return None
    part = Node(step.faults, node.at("objections"), given, known_keys)
    if not part.has("deadline"):
        part.text("deadline", "异议多少天内答复")
    deadline = read_duration(part, "deadline", allow=DAYS_KEYS)
    to = part.text("to", "异议成立后转到哪一环节或结果", longest=40)
    basis = read_basis(part, "objections")
    text = node.text("text", longest=500)
    return Publicity(show, text, Objections(to, deadline, basis)) if deadline is not None and to else None


def read_top(top: Node) -> bool | None:
    """``protected`` of a definition."""
    return top.flag("protected", default=False) or None


def check(faults: Faults, definition: Definition) -> None:
    """Faults that need the whole definition."""
    for index, step in enumerate(definition.steps.values()):
        kept = step.parts.get(NAME)
        if isinstance(kept, Publicity):
            _check_step(faults, definition, f"steps.{index}", step.id, kept)
    is_protected = bool(definition.parts.get(NAME))
    of = definition.declarers.of
    if is_protected and of != "visitor":
        faults.add(errors.PROTECTED_PARTY, "protected")
    if of == "visitor" and not is_protected:
        faults.add(errors.PROTECTED_NEEDED, "who_may_declare")
    if is_protected and definition.subject != SUBJECT:
        faults.add(errors.PROTECTED_SUBJECT, "subject", definition.subject, given=definition.subject, wanted=SUBJECT)
    if is_protected and definition.appeal.against:
        faults.add(errors.PROTECTED_APPEAL, "appeal")


def _check_step(faults: Faults, definition: Definition, path: str, step_id: str, kept: Publicity) -> None:
    step = definition.steps[step_id]
    if step.deadline is None or step.on_timeout is None or step.on_timeout.do != "lapse":
        faults.add(errors.NO_PERIOD, path, step=step.title)
    if step.of in ("declarer", "learner") or step.parallel is not None:
        faults.add(errors.NO_HANDLER, path, step=step.title, of="申请人" if step.parallel is None else "几方共同办理")
    fields = tuple(f.id for f in definition.form)
    for word in kept.show:
        if word.startswith(PREFIX) and word[len(PREFIX) :] not in fields:
            known = "、".join((*SHOW, *(PREFIX + f for f in fields)))
            faults.add(errors.SHOW_UNKNOWN, f"{path}.publicity.show", word, given=word, known=known)
