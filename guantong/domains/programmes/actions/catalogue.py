"""The catalogue enters the database: the shipped edition, and later supplements by import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import require
from guantong.base.audit.record import record
from guantong.kernel.refusal import NOWHERE, Problem, Refusal, Weight, Where

from .. import errors
from ..models import Programme
from ..rules.catalogue import OFFSETS, CatalogueEntry, code_faults, split_code
from ..selectors.catalogue import find_programmes, search_text
from ..selectors.shipped import Shipped, shipped_catalogue

IMPORT = "orgs.manage"
"""Permission to import supplements of the catalogue: the region's approving authority."""
_FIELDS = (
    "name",
    "search_text",
    "level",
    "category_number",
    "category_code",
    "category_name",
    "class_code",
    "class_name",
    "is_controlled",
    "edition",
    "origin",
)


@dataclass(frozen=True, slots=True)
class ProgrammeEntry:
    """One programme to import. Category and class may be left empty: they follow from the code."""

    code: str
    name: str
    level: str
    edition: str
    category_name: str = ""
    class_name: str = ""
    is_renamed: bool = False
    """Whether the name given is a known change of the name kept."""
    where: Where = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """What an import did, or in a dry run would do."""

    added: int
    renamed: int
    unchanged: int


def _row(
    shipped: Shipped, code: str, level: str, name: str, is_controlled: bool, edition: str, origin: str
) -> Programme:
    number = int(code[:2]) - OFFSETS[level]
    category, class_name = shipped.categories[number], shipped.classes[number, code[2:4]]
    return Programme(
        code=code,
        name=name,
        search_text=search_text(code, is_controlled, name, class_name, category),
        level=level,
        category_number=number,
        category_code=code[:2],
        category_name=category,
        class_code=code[:4],
        class_name=class_name,
        is_controlled=is_controlled,
        edition=edition,
        origin=origin,
    )


def load_catalogue(*, actor: Actor) -> int:
    """Enter the shipped edition; gives how many programmes were new or corrected. Running it again changes nothing.

    For the installation itself (the system's actor) or the approving authority. Programmes of later editions are kept.
    """
    require(actor, IMPORT)
    shipped = shipped_catalogue()
    with transaction.atomic():
        kept = {p.code: p for p in Programme.objects.select_for_update().filter(edition=shipped.edition).order_by("pk")}
        taken = set(Programme.objects.exclude(edition=shipped.edition).values_list("code", flat=True))
        new: list[Programme] = []
        changed: list[Programme] = []
        for entry in shipped.entries:
            row = _row(
                shipped,
                entry.code,
                entry.level,
                entry.name,
                entry.is_controlled,
                shipped.edition,
                shipped.origin(entry),
            )
            old = kept.get(entry.code)
            if old is None:
                if entry.code not in taken:
                    new.append(row)
            elif any(getattr(old, name) != getattr(row, name) for name in _FIELDS):
                row.pk = old.pk
                changed.append(row)
        Programme.objects.bulk_create(new, batch_size=200)
        Programme.objects.bulk_update(changed, _FIELDS, batch_size=50)
        if new or changed:
            record(
                actor=actor,
                action="load_catalogue",
                subject=("programmes.catalogue", shipped.edition),
                reason=f"《{shipped.title}》{shipped.number}",
                facts={"new": len(new), "changed": len(changed), "entries": len(shipped.entries)},
            )
    return len(new) + len(changed)


def import_programmes(
    *, actor: Actor, entries: Sequence[ProgrammeEntry], origin: str, dry_run: bool = False
) -> ImportCounts:
    """Enter programmes of a supplement, all or none; ``dry_run`` checks and counts, and writes nothing.

    Refuses with every fault found: PRG-001…006 (code, level, category, class, name against the one kept), PRG-009
    (edition), PRG-010 (nothing to import), PRG-011 (a code given twice). ``origin`` says in words where
    the entries were checked.
    """
    require(actor, IMPORT)
    if not entries:
        raise errors.NOTHING_TO_IMPORT.refuse()
    shipped = shipped_catalogue()
    with transaction.atomic():
        problems, rows, renamed, unchanged = _judge(shipped, entries, origin)
        if any(p.weight is Weight.MUST_CHANGE for p in problems):
            raise Refusal(problems)
        counts = ImportCounts(added=len(rows), renamed=len(renamed), unchanged=unchanged)
        if dry_run:
            return counts
        Programme.objects.bulk_create(rows, batch_size=200)
        Programme.objects.bulk_update(renamed, ["name", "search_text", "origin"], batch_size=50)
        if rows or renamed:
            record(
                actor=actor,
                action="import_programmes",
                subject=("programmes.catalogue", entries[0].edition),
                reason=origin,
                facts={
                    "added": [row.code for row in rows],
                    "renamed": [row.code for row in renamed],
                    "unchanged": unchanged,
                },
            )
    return counts


def _judge(
    shipped: Shipped, entries: Sequence[ProgrammeEntry], origin: str
) -> tuple[list[Problem], list[Programme], list[Programme], int]:
    split = [split_code(entry.code) for entry in entries]
    kept = find_programmes(code for found in split if found for code in found[:1])
    problems: list[Problem] = []
    rows: list[Programme] = []
    renamed: list[Programme] = []
    unchanged = 0
    seen: dict[str, int] = {}
    for number, (entry, found) in enumerate(zip(entries, split, strict=True), 1):
        faults = code_faults(
            CatalogueEntry(entry.code, entry.name, entry.level, False, entry.category_name, entry.class_name),
            shipped.categories,
            shipped.classes,
            entry.where,
        )
        if not (len(entry.edition) == 4 and entry.edition.isdecimal()):
            faults.append(errors.EDITION_FORM.problem(where=entry.where, edition=entry.edition))
        if faults or found is None:
            problems += faults
            continue
        code, is_controlled = found
        if code in seen:
            problems.append(errors.CODE_TWICE.problem(where=entry.where, code=code, other=seen[code]))
            continue
        seen[code] = entry.where.row or number
        old = kept.get(code)
        if old is None:
            rows.append(_row(shipped, code, entry.level, entry.name, is_controlled, entry.edition, origin))
        elif old.name == entry.name:
            unchanged += 1
        elif entry.is_renamed:
            old.name = entry.name
            old.search_text = search_text(code, old.is_controlled, entry.name, old.class_name, old.category_name)
            old.origin = origin
            renamed.append(old)
        else:
            problems.append(errors.NAME_DIFFERS.problem(where=entry.where, code=code, kept=old.name, given=entry.name))
    return problems, rows, renamed, unchanged
