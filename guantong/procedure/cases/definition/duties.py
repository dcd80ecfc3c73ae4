"""What every duty of a definition carries: its authority, its period, its role."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from guantong.base.accounts import mandates

from .. import errors
from ..parts_api import keys
from .hints import labelled, meant
from .parts import UNITS, Basis, Duration, Reference
from .places import Node

ROLES = ("learner", *mandates.ROLES)
"""Roles a definition may name: the person of the case, and every post of ``base.accounts.mandates``."""

ROLE_LABELS: Mapping[str, str] = {
    "learner": "本人",
    **{code: role.label for code, role in mandates.ROLES.items()},
    "declarer": "提出的一方",
}

DUTIES: Mapping[str, str] = {
    "in_force_from": "这个事项",
    "materials": "材料",
    "reasons": "理由",
    "conditions": "条件",
    "appeal": "申诉",
    "within": "申诉期限",
    "deadline": "期限",
    "extension": "延长期限",
    "suspension": "暂停办理",
    "rounds": "批次",
    "quotas": "名额",
    "panel": "专家评审",
    "objections": "异议的办理",
    "opens": "每年开办的日子",
}
"""What each kind of duty is called where its authority is missing."""

BASIS_KEYS = ("references", "source", "note")
DAYS_KEYS = (*UNITS, "parameter", *BASIS_KEYS)
DURATION_KEYS = (*UNITS, "parameter", "by", *BASIS_KEYS)
UNIT_WORDS = {"working_days": "工作日", "days": "日", "months": "个月", "years": "年"}
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


def read_basis(node: Node, key: str) -> Basis:
    """The authority written in ``node``; a duty without one is a fault (``key`` names the duty)."""
    references: list[Reference] = []
    for path, entry in node.items("references"):
        part = Node(node.faults, path, entry, ("document", "clause"))
        document = part.text("document", "文件编号")
        clause = part.text("clause", "条款")
        documents = node.faults.documents
        if document and documents is not None and document not in documents:
            node.faults.add(errors.UNKNOWN_DOCUMENT, f"{path}.document", document=document)
        references.append(Reference(document, clause))
    source = node.one_of("source", ("document", "local"), default="document" if references else "")
    note = node.text("note")
    if source == "local":
        if not note:
            node.faults.add(
                errors.MISSING_REFERENCE, node.at("note"), what=_duty(node, key), lacking="为什么由本地自定（note）"
            )
    elif not references and node.is_mapping:
        node.faults.add(errors.MISSING_REFERENCE, node.at("references"), what=_duty(node, key), lacking="依据")
    return Basis(tuple(references), source or "document", note)


def _duty(node: Node, key: str) -> str:
    """The duty in words: its kind and its own name, where it has one."""
    name = node.values.get("label") or node.values.get("title")
    kind = DUTIES.get(key.partition(".")[0], "这一项")
    return f"{kind}“{name}”" if isinstance(name, str) else kind


def read_duration(node: Node, key: str, *, allow: Sequence[str] = DURATION_KEYS) -> Duration | None:
    """The period written under ``key``, or None when there is none."""
    if not node.has(key):
        return None
    part = Node(node.faults, node.at(key), node.values[key], allow)
    if not part.is_mapping:
        return None
    written = [name for name in (*UNITS, "parameter", "by") if name in allow and part.has(name)]
    if len(written) != 1:
        why = "几种写法一种也没有" if not written else "同时写了" + "和".join(written)
        node.faults.add(errors.NO_DURATION, part.path, why=why)
        return None
    if written[0] == "by":
        return _by(part, key)
    if written[0] == "parameter":
        parameter = part.text("parameter")
        parameters = node.faults.parameters
        if parameters is not None and parameter and parameter not in parameters:
            node.faults.add(errors.NO_DURATION, part.at("parameter"), why=f"没有名为“{parameter}”的政策参数")
        elif isinstance(parameters, Mapping) and parameter:
            unit = str(parameters[parameter])
            if unit not in UNITS:
                node.faults.add(errors.BAD_PARAMETER_UNIT, part.at("parameter"), parameter=parameter, unit=unit)
        basis = read_basis(part, key) if any(part.has(k) for k in BASIS_KEYS) else None
        return Duration(None, "", parameter, basis)
    return Duration(read_count(part, written[0]), written[0], None, read_basis(part, key))


def read_count(part: Node, unit: str, *, most_days: int = 3650) -> int:
    """How many of a unit."""
    most = {"months": 120, "years": 30}.get(unit, most_days)
    return part.integer(unit, f"{UNIT_WORDS[unit]}数", least=1, most=most, default=1)


def period_words(count: int, unit: str) -> str:
    """A period in words: ``5个工作日``, ``10日``, ``6个月``, ``1年``."""
    return f"{count}{'个' if unit == 'working_days' else ''}{UNIT_WORDS[unit]}"


def _by(part: Node, key: str) -> Duration:
    """A day of the year, or a word some part answers for (which needs no basis of its own)."""
    by = part.text("by")
    if by in keys("day_names"):
        basis = read_basis(part, key) if any(part.has(k) for k in BASIS_KEYS) else None
        return Duration(None, "", None, basis, by)
    if _MONTH_DAY.fullmatch(by) is None or not _is_every_year(by):
        known = "、".join(keys("day_names")) or "（尚无）"
        why = f'“{by}”不是每年都有的月日（例如 "12-15"），也不是可以写的词：{known}'
        part.faults.add(errors.NO_DURATION, part.at("by"), by, why=why)
    return Duration(None, "", None, read_basis(part, key), by)


def _is_every_year(month_day: str) -> bool:
    try:
        date.fromisoformat(f"2023-{month_day}")
    except ValueError:
        return False
    return True


def check_role(node: Node, key: str, role: str) -> None:
    if role not in ROLES:
        known = (*ROLES, "declarer")
        node.faults.add(
            errors.MISSING_ROLE,
            node.at(key),
            why=f"不认识岗位“{role}”",
            known=labelled(known, ROLE_LABELS),
            hint=meant(role, known),
        )
