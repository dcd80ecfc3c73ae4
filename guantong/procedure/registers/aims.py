"""Targets of registers: which printed number a register is counted against, as region folders and definitions say.

A region's ``targets/*.yaml`` lists them, a definition may name one with ``grants.target``. The numbers themselves are
parameters, with document, clause and the day they are due by: here stands only what they are about. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from guantong.kernel.refusal import Problem, Where
from guantong.policy.asking import Answer, Policy

from . import errors

KIND = "targets"
"""Folder of a region, and kind of its entries."""
TEACHERS = "teachers"
BASES = (TEACHERS,)
"""What a share can be taken of."""
_KEYS = ("id", "register", "name", "level", "parameter", "scope", "of", "in_force_from", "repealed_on", "note")
PREFIX = "declared."


@dataclass(frozen=True, slots=True)
class Aim:
    """One target of a register: of all titles, of those of one name or level; a number, or a share ``of`` a base."""

    id: str
    register: str
    parameter: str
    scope: str | None = None
    name: str = ""
    level: str = ""
    of: str = ""

    @property
    def key(self) -> tuple[str, str, str, str, str | None]:
        """What makes two aims the same."""
        return self.register, self.name, self.level, self.parameter, self.scope


def aims_of(policy: Policy, region: str, on: date) -> list[Aim]:
    """Every target of the registers of a region: entries of its chain first, then what definitions name, each once.

    An entry goes before a definition that names the same number for the register, or the number without a scope.
    """
    found = [_entry(entry.id, entry.data) for entry in policy.entries(region, KIND, on).values()]
    known = {(aim.register, aim.parameter, scope) for aim in found for scope in (aim.scope, None)}
    for entry in policy.procedures(region, on).values():
        aim = _named(entry.id, entry.data)
        if aim is not None and (aim.register, aim.parameter, aim.scope) not in known:
            found.append(aim)
    return list({aim.key: aim for aim in found}.values())


def _entry(entry_id: str, data: Mapping[str, Any]) -> Aim:
    def text(key: str) -> str:
        return str(data.get(key) or "")

    return Aim(
        entry_id, text("register"), text("parameter"), text("scope") or None, text("name"), text("level"), text("of")
    )


def _named(procedure: str, data: Mapping[str, Any]) -> Aim | None:
    """What ``grants.target`` names; of the level alone where the procedure always grants the same."""
    grants = data.get("grants")
    target = grants.get("target") if isinstance(grants, Mapping) else None
    if not isinstance(grants, Mapping) or not target:
        return None
    given = target if isinstance(target, Mapping) else {"parameter": target}
    level = str(grants.get("level") or "")
    level = "" if level.startswith(PREFIX) else level
    scope = str(given.get("scope") or "") or None
    return Aim(procedure, str(grants.get("register")), str(given.get("parameter")), scope, "", level)


def answers_for(policy: Policy, aim: Aim, region: str, on: date) -> list[Answer]:
    """What the law of the day says of a target: of the region itself, then of every region above that has its own."""
    found: dict[str, Answer] = {}
    for code in policy.chain(region):
        first = policy.first_day(code)
        if first is None or on < first:
            continue
        answer = policy.law(code, on).find(aim.parameter, aim.scope)
        if answer is not None and answer.unit in ("count", "percent", "range"):
            found.setdefault(answer.region, answer)
    return list(found.values())


# ---- checking --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Held:
    """What titles of a register can be: names and levels. A level somebody types is any level."""

    names: frozenset[str]
    levels: frozenset[str]
    is_open: bool

    def __or__(self, other: Held) -> Held:
        return Held(self.names | other.names, self.levels | other.levels, self.is_open or other.is_open)


def check_aims(policy: Policy) -> list[Problem]:
    """Every target that names no register, no level or no number there is (TTL-010 … TTL-013)."""
    problems: list[Problem] = []
    registers = _registers(policy)
    for code, folder in policy.folders.items():
        reached = {c for c in policy.regions if code in policy.chain(c)} | set(policy.chain(code))
        known: dict[str, Held] = {}
        for (region, name), held in registers.items():
            if region in reached:
                known[name] = known[name] | held if name in known else held
        for entry in folder.raw.get(KIND, ()):
            where = Where(file=entry.place.file, line=entry.place.line)
            problems += _check(policy, code, _entry(entry.id, entry.data), entry.data, known, where)
        for entry in folder.raw.get("procedures", ()):
            aim = _named(entry.id, entry.data)
            if aim is not None:
                where = Where(file=entry.place.file, line=entry.lines.get("grants.target", entry.place.line))
                problems += _check_number(policy, code, aim, where)
    return problems


def _check(
    policy: Policy, code: str, aim: Aim, data: Mapping[str, Any], known: Mapping[str, Held], where: Where
) -> Iterable[Problem]:
    strange = [key for key in data if key not in _KEYS]
    why = ""
    if strange:
        why = f"不认识“{strange[0]}”"
    elif not aim.register or not aim.parameter:
        why = "没有写 register 或 parameter"
    elif aim.of and aim.of not in BASES:
        why = f"of 可以写的有：{'、'.join(BASES)}"
    if why:
        return [errors.AIM_SHAPE.problem(where=where, id=aim.id, why=why)]
    held = known.get(aim.register)
    if held is None:
        listed = "、".join(sorted(known))
        return [errors.AIM_REGISTER.problem(where=where, id=aim.id, register=aim.register, known=listed)]
    problems = list(_check_number(policy, code, aim, where))
    for what, given, there in (("名称", aim.name, held.names), ("等级", aim.level, held.levels)):
        if given and given not in there and not (what == "等级" and held.is_open):
            known_words = "、".join(sorted(there)) or "（没有）"
            problems.append(
                errors.AIM_LEVEL.problem(
                    where=where, id=aim.id, what=what, given=given, register=aim.register, known=known_words
                )
            )
    return problems


def _check_number(policy: Policy, code: str, aim: Aim, where: Where) -> Iterable[Problem]:
    """The parameter is a target of a number of titles, or of a share where a base is named, and has such a scope."""
    parameter = policy.parameters.get(aim.parameter)
    settings = [parameter.settings[c] for c in policy.chain(code) if c in parameter.settings] if parameter else []
    why = ""
    if parameter is None or not settings:
        why = "没有这个政策参数"
    elif parameter.unit not in ("count", "range") and not (parameter.unit == "percent" and aim.of):
        why = f"单位是 {parameter.unit}"
    else:
        strands = [strand for setting in settings for strand in setting.strands.values() if strand.scope == aim.scope]
        scopes = "、".join(s.scope or "不分" for setting in settings for s in setting.strands.values())
        if not strands:
            why = f"没有“{aim.scope or '不分范围'}”这一范围的数，现有的有：{scopes}"
        elif not any(strand.bound == "target" for strand in strands):
            why = "它不是目标"
    return [errors.AIM_PARAMETER.problem(where=where, given=aim.parameter, why=why)] if why else []


def _registers(policy: Policy) -> dict[tuple[str, str], Held]:
    """(region, register) → what its titles can be, from every definition of the region's folder."""
    names: dict[tuple[str, str], set[str]] = {}
    levels: dict[tuple[str, str], set[str]] = {}
    free: set[tuple[str, str]] = set()
    for code, folder in policy.folders.items():
        for entry in folder.raw.get("procedures", ()):
            grants = entry.data.get("grants")
            if not isinstance(grants, Mapping):
                continue
            key = code, str(grants.get("register"))
            names.setdefault(key, set()).add(str(grants.get("name")))
            own = levels.setdefault(key, set())
            level = str(grants.get("level") or "")
            if not level.startswith(PREFIX):
                own |= {level} - {""}
                continue
            form: Any = entry.data.get("form") or ()
            fields = [f for f in form if isinstance(f, Mapping)]
            field = next((f for f in fields if f.get("id") == level.removeprefix(PREFIX)), {})
            choices = [c for c in field.get("choices") or () if isinstance(c, Mapping)]
            own |= {str(c.get("title")) for c in choices}
            if not choices:
                free.add(key)
    return {key: Held(frozenset(names[key]), frozenset(levels[key]), key in free) for key in names}
