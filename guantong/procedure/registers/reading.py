"""What a definition says about titles: ``grants``, ``about``, ``opens``, ``effect``, read and checked. No Django."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass

from guantong.kernel.refusal import Problem
from guantong.procedure.cases.definition import Definition, Placed
from guantong.procedure.cases.definition.duties import BASIS_KEYS, read_basis
from guantong.procedure.cases.definition.places import Faults, Node

from . import errors
from .rules import EFFECTS, EXCHANGE, EXPIRED, GRANT, NONE, STANDING, SUSPENDED, WITHDRAWN, day_of_year

NAME = "titles"
"""Name of the part."""
SUBJECT = "registers.title"
"""``subject`` of every procedure about a title."""
PREFIX = "declared."
HOLDERS = {"person": "个人", "organisation": "单位"}
PUBLIC = ("holder", "organisation", "region", "level", "item", "from", "until", "number", "authority")
"""What a register may show of a title."""
PUBLIC_UNLESS_SAID = ("holder", "organisation", "item", "level", "from", "until", "number", "authority")
OPEN_AT = (STANDING, SUSPENDED, EXPIRED, WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Years:
    """A term: a number of years, or the parameter that holds it."""

    count: int | None
    parameter: str = ""


@dataclass(frozen=True, slots=True)
class Grants:
    """The title a procedure gives."""

    register: str
    register_name: str
    name: str
    holder: str
    level: str
    """``declared.<field>``, or the level itself; empty: there are no levels."""
    item: str
    years: Years | None
    public: tuple[str, ...]
    target: str
    """Parameter the count is shown against; empty: none."""
    target_scope: str | None = None
    replaces: tuple[str, ...] = ()
    """Registers in one of which the holder has the title that an exchange ends; empty where the case is about it."""


@dataclass(frozen=True, slots=True)
class About:
    """The register a follow-up procedure is about. ``years`` of a renewal; None: as long as the last term."""

    register: str
    states: tuple[str, ...]
    years: Years | None
    opens: str
    """``"11-01"`` when one case is opened for each standing title every year; empty otherwise."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the part keeps of a definition."""

    grants: Grants | None
    about: About | None


def read_top(top: Node) -> Kept:
    """``grants``, ``about`` and ``opens`` of a definition; every fault is noted."""
    return Kept(_grants(top), _about(top))


def read_outcome(outcome: Node) -> str | None:
    """``effect`` of an outcome; ``none`` is kept as None."""
    effect = outcome.one_of("effect", EFFECTS)
    return effect if effect and effect != NONE else None


def _grants(top: Node) -> Grants | None:
    if not top.has("grants"):
        return None
    known = ("register", "register_name", "name", "holder", "level", "item", "years", "public", "target", "replaces")
    node = Node(top.faults, top.at("grants"), top.values["grants"], known)
    name = node.text("name", "称号的名称", longest=60)
    public = node.texts("public")
    for word in public:
        if word not in PUBLIC:
            top.faults.add(errors.PUBLIC_UNKNOWN, node.at("public"), word, given=word, known="、".join(PUBLIC))
    target, scope = _target(node)
    return Grants(
        register=_register(node),
        register_name=node.text("register_name", longest=40) or f"{name}名册",
        name=name,
        holder=node.one_of("holder", tuple(HOLDERS), "授予个人（person）还是单位（organisation）"),
        level=node.text("level", longest=60),
        item=node.text("item", longest=60),
        years=_years(node),
        public=public or PUBLIC_UNLESS_SAID,
        target=target,
        target_scope=scope,
        replaces=node.texts("replaces") if isinstance(node.values.get("replaces"), list) else _one(node, "replaces"),
    )


def _one(node: Node, key: str) -> tuple[str, ...]:
    return (node.text(key, longest=60),) if node.has(key) else ()


def _target(node: Node) -> tuple[str, str | None]:
    """(parameter, its scope) under ``target``: the parameter's name, or ``{parameter, scope}``."""
    given = node.values.get("target")
    if isinstance(given, Mapping):
        part = Node(node.faults, node.at("target"), given, ("parameter", "scope"))
        name, scope = part.text("parameter", "政策参数的名称", longest=120), part.text("scope", longest=60) or None
    else:
        name, scope = node.text("target", longest=120), None
    parameters = node.faults.parameters
    if name and parameters is not None and name not in parameters:
        node.faults.add(errors.TARGET_UNKNOWN, node.at("target"), name, given=name)
    return name, scope


def _about(top: Node) -> About | None:
    opens = ""
    if top.has("opens"):
        part = Node(top.faults, top.at("opens"), top.values["opens"], ("each_year", *BASIS_KEYS))
        if any(part.has(key) for key in BASIS_KEYS):  # older definitions may lack it
            read_basis(part, "opens")
        opens = part.text("each_year", "每年哪一天开办", longest=5)
        try:
            day_of_year(opens, 2025)
        except ValueError:
            if opens:
                top.faults.add(errors.BAD_DAY_OF_YEAR, part.at("each_year"), opens, given=opens)
            opens = ""
        if not top.has("about"):
            top.faults.add(errors.OPENS_WITHOUT_ABOUT, top.at("opens"))
    if not top.has("about"):
        return None
    node = Node(top.faults, top.at("about"), top.values["about"], ("register", "states", "years"))
    states = node.texts("states") or (STANDING, SUSPENDED)
    for state in states:
        if state not in OPEN_AT:
            node.wrong("states", "下列之一或几项：" + "、".join(OPEN_AT))
    return About(_register(node), states, _years(node), opens)


def _register(node: Node) -> str:
    return node.id("register", of_procedure=True)


def _years(node: Node) -> Years | None:
    """``years``: a number, or ``{parameter}``."""
    if not node.has("years"):
        return None
    value = node.values["years"]
    if isinstance(value, Mapping):
        part = Node(node.faults, node.at("years"), value, ("parameter",))
        name = part.text("parameter", "政策参数的名称", longest=120)
        parameters = node.faults.parameters
        if isinstance(parameters, Mapping):
            if str(parameters.get(name)) != "years":
                part.wrong("parameter", "单位是 years 的政策参数")
        elif parameters is not None and name not in parameters:
            part.wrong("parameter", "单位是 years 的政策参数")
        return Years(None, name)
    return Years(node.integer("years", "年数", least=1, most=99, default=1))


def check(faults: Faults, definition: Definition, kept: Kept | None, effects: Mapping[str, str]) -> None:
    """Faults that need the whole definition. ``effects`` is outcome id → effect."""
    grants, about = (kept.grants, kept.about) if kept is not None else (None, None)
    for index, outcome in enumerate(definition.outcomes.values()):
        effect = effects.get(outcome.id, "")
        needed = "grants" if effect in (GRANT, EXCHANGE) else "about" if effect else ""
        if effect == EXCHANGE and grants is not None and about is None and not grants.replaces:
            key = "about，也没有写 grants.replaces"
            faults.add(errors.EFFECT_WITHOUT, f"outcomes.{index}.effect", outcome=outcome.title, effect=effect, key=key)
        if (needed == "grants" and grants is None) or (needed == "about" and about is None):
            place = f"outcomes.{index}.effect"
            faults.add(errors.EFFECT_WITHOUT, place, outcome=outcome.title, effect=effect, key=needed)
    if grants is not None:
        _check_grants(faults, definition, grants)
        if not {GRANT, EXCHANGE} & set(effects.values()):
            faults.add(errors.NEVER_GRANTS, "grants", key="grants")
        if grants.replaces and (EXCHANGE not in effects.values() or about is not None):
            faults.add(errors.REPLACES_UNUSED, "grants.replaces")
        if grants.register in grants.replaces:
            faults.add(errors.REPLACES_ITSELF, "grants.replaces", grants.register, register=grants.register)
    if about is not None and definition.subject != SUBJECT:
        faults.add(errors.WRONG_SUBJECT, "subject", definition.subject, given=definition.subject, wanted=SUBJECT)


def _check_grants(faults: Faults, definition: Definition, grants: Grants) -> None:
    fields = tuple(f.id for f in definition.form)
    known = "、".join(PREFIX + f for f in fields) or "（尚无）"
    for key, given in (("level", grants.level), ("item", grants.item)):
        is_field = given.startswith(PREFIX)
        if (is_field and given[len(PREFIX) :] not in fields) or (key == "item" and given and not is_field):
            faults.add(errors.FIELD_UNKNOWN, f"grants.{key}", given, key=key, given=given, known=known)
    of = definition.declarers.of
    if (grants.holder == "person" and of == "visitor") or (grants.holder == "organisation" and of == "learner"):
        faults.add(
            errors.HOLDER_MISMATCH,
            "grants.holder",
            holder=HOLDERS[grants.holder],
            declarer="本人" if of == "learner" else "公众",
        )


def check_replaced(holding: Mapping[str, Placed], beside: Container[str]) -> Iterator[Problem]:
    """TTL-016 for every register a title is replaced from that no procedure of the region enters."""
    grants = {code: _grants_of(placed.definition) for code, placed in holding.items()}
    registers = {one.register for one in grants.values() if one is not None}
    for code, one in grants.items():
        for register in one.replaces if one is not None else ():
            if register not in registers and register not in beside:
                yield errors.REPLACES_UNKNOWN.problem(
                    where=holding[code].where("grants.replaces"),
                    register=register,
                    known="、".join(sorted(registers)) or "（尚无）",
                )


def _grants_of(definition: Definition) -> Grants | None:
    kept = definition.parts.get(NAME)
    return kept.grants if isinstance(kept, Kept) else None
