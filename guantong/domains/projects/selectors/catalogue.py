"""The procedures in force in a region, as the hall lists them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from guantong.base import lawbook
from guantong.base.orgs.public import region_on, region_tree
from guantong.domains.projects import errors
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases import library
from guantong.procedure.cases.definition import Definition
from guantong.procedure.cases.mandate import role_label
from guantong.procedure.rounds.public import home_of, place_among, plan_of, show_cycle

SUBJECT = "projects.declaration"
"""``subject`` of every definition this domain serves."""
OTHERS = "其他"


@dataclass(frozen=True, slots=True)
class Entry:
    """One procedure of the hall."""

    code: str
    title: str
    help: str
    systems: tuple[str, ...]
    who: str
    basis: str
    round: str
    """In words: open until when, opening when; empty when it may be declared at any time."""
    tone: str
    definition: Definition

    @property
    def is_ours(self) -> bool:
        """Whether it is declared at this desk."""
        return self.definition.subject == SUBJECT


def who_text(definition: Definition) -> str:
    """Who may declare, in words."""
    declarers = definition.declarers
    if declarers.of == "visitor":
        return "任何人"
    if declarers.of == "learner":
        return "本人"
    return "、".join(role_label(role) for role in declarers.roles)


def region_of(organisation_id: int | None, day: date) -> str:
    """The region whose folder rules for an organisation: its own or the nearest above that has one."""
    if organisation_id is not None:
        known = lawbook.current_policy().regions
        tree = region_tree(day)
        own = region_on(organisation_id, day)
        for code in tree.chain(own):
            if code in known:
                if tree.levels.get(code) == "nation" and settings.REGION in known:
                    break  # the nation's folder rules through that of the installation
                return code
    return settings.REGION


def require_region(region: str) -> str:
    """The region named, or that of the installation; refuses PRJ-023 one that has no folder."""
    code = region or settings.REGION
    if code not in lawbook.current_policy().regions:
        raise errors.REGION_UNKNOWN.refuse(region=code[:12])
    return code


def find_definition(code: str, region: str, on: date | None = None) -> Definition:
    """The definition in force; refuses PRJ-001 where the hall has none, PRC-144 where it is broken."""
    day = on or clock.today()
    if library.find_document(code, region, day) is None:
        raise errors.PROCEDURE_UNKNOWN.refuse(code=code[:60])
    return library.definition_in_force(code, region, day)


def list_entries(region: str, on: date | None = None) -> list[Entry]:
    """Every procedure in force in the region that can be read, by title. Broken ones are left out (they are logged)."""
    day = on or clock.today()
    found = []
    for code in lawbook.current_policy().procedures(region, day):
        try:
            definition = library.definition_in_force(code, region, day)
        except Refusal:
            continue
        found.append(show_entry(definition, region, day))
    return sorted(found, key=lambda e: (e.systems or ("~",), e.title))


def show_entry(definition: Definition, region: str, day: date) -> Entry:
    """One procedure as the hall shows it."""
    words, tone = round_words(definition, region, day)
    return Entry(
        definition.id,
        definition.title,
        definition.help,
        definition.systems,
        who_text(definition),
        library.basis_sentence(definition.basis),
        words,
        tone,
        definition,
    )


def round_words(definition: Definition, region: str, day: date) -> tuple[str, str]:
    """(words, tone) of the round: open until, opening on, or waiting for a notice."""
    plan = plan_of(definition)
    if plan is None:
        return about_words(definition), "neutral"
    around = place_among(plan, definition.id, home_of(definition.id, region, day), clock.now())
    if around.present is not None:
        return f"正在申报，到{_day(around.present.closes_on)}二十四时截止", "good"
    if around.coming is not None:
        return f"{_day(around.coming.opens_on)}开始申报", "info"
    cycle = show_cycle(definition, plan, home_of(definition.id, region, day), clock.now())
    if cycle is not None:
        return cycle.words, "neutral"
    if around.last is not None:
        return f"{_day(around.last.closes_on)}已经截止，等主管部门通知", "neutral"
    return "还没有开放，等主管部门通知", "neutral"


def about_words(definition: Definition) -> str:
    """When a procedure about titles is begun: by the system once a year, or only about a title that stands."""
    said = definition.document.get("opens")
    if isinstance(said, Mapping):
        month, _, day = str(said.get("each_year", "")).partition("-")
        return f"每年{int(month)}月{int(day)}日由系统为在册的称号开办" if day else ""
    return "有称号的可以提出" if definition.document.get("about") else ""


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def search_entries(entries: Iterable[Entry], *, words: str = "", who: str = "", system: str = "") -> list[Entry]:
    """Entries whose title, help, id or systems hold every word; by who declares; by system."""
    asked = words.lower().split()[:8]
    found = []
    for entry in entries:
        text = " ".join((entry.title, entry.help, entry.code, *entry.systems, entry.who)).lower()
        is_asked = all(word in text for word in asked) and (not system or system in entry.systems)
        if is_asked and (not who or entry.definition.declarers.of == who):
            found.append(entry)
    return found


def by_system(entries: Iterable[Entry], names: dict[str, str]) -> list[tuple[str, str, list[Entry]]]:
    """(system, its name, entries) in the order of the register; each entry under its first system."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        known = next((s for s in entry.systems if s in names), OTHERS)
        groups.setdefault(known, []).append(entry)
    order = {code: n for n, code in enumerate(names)}
    return [
        (code, names.get(code, OTHERS), found)
        for code, found in sorted(groups.items(), key=lambda pair: order.get(pair[0], len(order)))
    ]
