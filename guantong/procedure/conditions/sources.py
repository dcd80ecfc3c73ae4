"""Facts the system knows by itself: each room registers its sources in ``apps.py``; a tree names them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from .facts import DECLARED, KINDS, ORIGINS, Fact, FactTitle, Found, Value


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose facts are asked: the subject of a case and its party."""

    kind: str
    id: str
    region: str
    person_id: int | None = None
    organisation_id: int | None = None
    item: str = ""
    """What the case is about where one party may have several: a programme, a base; empty while nobody has said."""


Read = Callable[[Subject, date, str], Value | Found | None]
"""(subject, day, name of the fact) → value, alone or with its records; None: known to be absent. ``LookupError``: it
cannot be known. A source answers of the subject's own person and organisation alone."""


@dataclass(frozen=True, slots=True)
class FactSource:
    """One registered source: a fact by its name, or every fact whose name begins with ``name`` (ending in a dot)."""

    name: str
    read: Read
    info: FactTitle


_SOURCES: dict[str, FactSource] = {}


def register_fact_source(
    name: str, read: Read, *, title: str, kind: str, origin: str, source: str, unit: str = ""
) -> None:
    """Name the source of the fact ``name`` (or, ending in a dot, of all facts below it).

    ``origin`` is one of ``facts.ORIGINS`` besides ``declared``; ``source`` is the sentence pages show beside the value.
    Raises ``ValueError`` for a second, different source of the same name.
    """
    if kind not in KINDS or origin not in ORIGINS or origin == DECLARED or name.startswith(f"{DECLARED}."):
        raise ValueError(f"source {name!r}: kind {kind!r}, origin {origin!r} or name cannot be used")
    if name in _SOURCES and _SOURCES[name].read is not read:
        raise ValueError(f"a source for {name!r} is already registered")
    _SOURCES[name] = FactSource(name, read, FactTitle(title, kind, unit, {}, origin, source))


def find_source(name: str) -> FactSource | None:
    """The source of a fact: its own, or the nearest prefix."""
    own = _SOURCES.get(name)
    if own is not None and not name.endswith("."):
        return own
    parts = name.split(".")
    for length in range(len(parts) - 1, 0, -1):
        found = _SOURCES.get(".".join(parts[:length]) + ".")
        if found is not None:
            return found
    return None


def list_sources() -> tuple[FactSource, ...]:
    """Every registered source, by name, for documentation."""
    return tuple(_SOURCES[name] for name in sorted(_SOURCES))


def source_names() -> tuple[str, ...]:
    """Names registered, for refusals and documentation."""
    return tuple(sorted(_SOURCES))


def read_facts(names: Iterable[str], subject: Subject, day: date) -> dict[str, Fact]:
    """The facts among ``names`` that have a source and can be known, each marked with it."""
    found: dict[str, Fact] = {}
    for name in names:
        source = find_source(name)
        if source is None:
            continue
        try:
            value = source.read(subject, day, name)
        except LookupError:
            continue
        records = value.records if isinstance(value, Found) else ()
        plain = value.value if isinstance(value, Found) else value
        found[name] = Fact(plain, source.info.origin, source.info.source, records)
    return found
