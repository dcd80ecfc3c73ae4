"""Reads of the programme catalogue: search in either script, one programme, how complete it is."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from guantong.base.sheets.titles import simplified

from .. import errors
from ..models import Programme
from ..rules.catalogue import OFFSETS, split_code
from ..rules.vocabulary import LEVELS
from .shipped import shipped_catalogue


def fold(text: str) -> str:
    """Text for search: half width, simplified script, lower case, single spaces."""
    return " ".join(simplified(unicodedata.normalize("NFKC", text)).casefold().split())


def search_text(code: str, is_controlled: bool, name: str, class_name: str, category_name: str) -> str:
    """What a programme is found by."""
    return fold(f"{code}{'K' if is_controlled else ''} {name} {class_name} {category_name}")


def list_programmes(
    *, search: str = "", level: str = "", category: str = "", class_code: str = "", school_id: int | None = None
) -> QuerySet[Programme]:
    """Programmes in order of code; every word of ``search`` (either script, names or codes) must be found.

    ``category`` is the number 01–19, the same at all levels; ``class_code`` four digits of one level.
    """
    programmes = Programme.objects.order_by("category_number", "class_code", "code")
    for word in fold(search).split():
        programmes = programmes.filter(search_text__contains=word)
    if level in OFFSETS:
        programmes = programmes.filter(level=level)
    if category.isdecimal():
        programmes = programmes.filter(category_number=int(category))
    if class_code:
        programmes = programmes.filter(class_code=class_code)
    if school_id is not None:
        programmes = programmes.filter(offerings__school_id=school_id).distinct()
    return programmes


def get_programme(code: str) -> Programme:
    """By printed or bare code; PRG-008 when the catalogue does not hold it."""
    split = split_code(code)
    found = Programme.objects.filter(code=split[0]).first() if split else None
    if found is None:
        raise errors.PROGRAMME_UNKNOWN.refuse(code=code)
    return found


def find_programmes(codes: Iterable[str]) -> dict[str, Programme]:
    """Programmes by bare code, for many."""
    return {p.code: p for p in Programme.objects.filter(code__in=set(codes))}


def counterparts(programme: Programme) -> QuerySet[Programme]:
    """Programmes of the same class at the other levels: where studies may lead, or come from."""
    number, rest = programme.category_number, programme.class_code[2:]
    classes = [f"{OFFSETS[level] + number}{rest}" for level in OFFSETS if level != programme.level]
    return Programme.objects.filter(class_code__in=classes).order_by("class_code", "code")


def categories() -> list[tuple[str, str]]:
    """(number, name) of the 19 categories."""
    return [(f"{number:02d}", name) for number, name in sorted(shipped_catalogue().categories.items())]


@dataclass(frozen=True, slots=True)
class CategoryCoverage:
    """One row of the completeness table: entered and known by level, in the order of ``LEVELS``."""

    number: str
    name: str
    entered: tuple[int, ...]
    known: tuple[int, ...]
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """How complete the catalogue in the database is against the catalogue of 2021."""

    rows: tuple[CategoryCoverage, ...]
    entered: tuple[int, ...]
    known: tuple[int, ...]
    """Official numbers by level."""
    added: tuple[int, ...]
    """Programmes of later editions, imported."""
    by_copies: tuple[tuple[int, int], ...]
    """(number of public copies an entry was found in, number of entries), most copies first."""


def catalogue_coverage() -> Coverage:
    """Counts of the shipped edition entered in the database, and of later editions imported."""
    shipped = shipped_catalogue()
    levels = [level for level, _ in LEVELS]
    known = Counter((int(e.code[:2]) - OFFSETS[e.level], e.level) for e in shipped.entries)
    counted = Programme.objects.values_list("category_number", "level").annotate(
        base=Count("id", filter=Q(edition=shipped.edition)), later=Count("id", filter=~Q(edition=shipped.edition))
    )
    entered: Counter[tuple[int, str]] = Counter()
    added: Counter[str] = Counter()
    for number, level, base, later in counted:
        entered[number, level] += base
        added[level] += later
    rows = []
    for number, name in sorted(shipped.categories.items()):
        row_entered = tuple(entered[number, level] for level in levels)
        row_known = tuple(known[number, level] for level in levels)
        rows.append(CategoryCoverage(f"{number:02d}", name, row_entered, row_known, row_entered == row_known))
    copies = Counter(len(e.copies) for e in shipped.entries)
    return Coverage(
        rows=tuple(rows),
        entered=tuple(sum(entered[n, level] for n in shipped.categories) for level in levels),
        known=tuple(shipped.known[level] for level in levels),
        added=tuple(added[level] for level in levels),
        by_copies=tuple(sorted(copies.items(), reverse=True)),
    )
