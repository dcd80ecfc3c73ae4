"""Versions of a procedure: the one in force, those cases began with, and those of other regions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from guantong.base import lawbook
from guantong.base.orgs.public import region_names_on
from guantong.domains.projects import errors
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases import library
from guantong.procedure.cases.definition import Definition
from guantong.procedure.cases.models import ProcedureVersion


@dataclass(frozen=True, slots=True)
class VersionShown:
    """One version: where it holds, and how many cases began with it."""

    digest: str
    version: str
    title: str
    region: str
    region_name: str
    in_force_from: date
    is_in_force: bool
    cases: int


def list_versions(code: str, region: str) -> list[VersionShown]:
    """Every version known of a procedure: in force here, stored with cases, and in force in other regions."""
    today = clock.today()
    counted = ProcedureVersion.objects.filter(code=code).annotate(n=Count("case"))
    stored = list(counted.order_by("-recorded_at", "-pk"))
    found: dict[tuple[str, str], VersionShown] = {}
    regions = lawbook.current_policy().regions
    names = {code: region.name_zh for code, region in regions.items()}
    names |= region_names_on({*regions, *(v.region for v in stored)}, today)
    counts = {(v.digest, v.region): v.n for v in stored}
    for other in dict.fromkeys([region, *lawbook.current_policy().regions]):
        if library.find_document(code, other, today) is None:
            continue
        try:
            definition = library.definition_in_force(code, other, today)
        except Refusal:
            continue
        entry = lawbook.current_policy().procedures(other, today)[code]
        if other != region and entry.region != other:
            continue  # it holds there as here, from the region above
        if any(digest == definition.digest for digest, _ in found):
            continue  # the same law, here and where it was written
        found[definition.digest, other] = VersionShown(
            definition.digest,
            definition.version,
            definition.title,
            other,
            names.get(entry.region, entry.region),
            definition.in_force_from,
            other == region,
            counts.get((definition.digest, other), 0),
        )
    for row in stored:
        if any(digest == row.digest for digest, _ in found):
            continue
        found.setdefault(
            (row.digest, row.region),
            VersionShown(
                row.digest,
                row.version,
                row.title,
                row.region,
                names.get(row.region, row.region),
                row.in_force_from,
                False,
                row.n,
            ),
        )
    return list(found.values())


def find_version(code: str, digest: str) -> Definition:
    """A version by the beginning of its digest: stored, or in force in some region. Refuses PRJ-022."""
    if len(digest) >= 8:
        row = ProcedureVersion.objects.filter(code=code, digest__startswith=digest).first()
        if row is not None:
            return library.definition_from(row)
        for region in lawbook.current_policy().regions:
            if library.find_document(code, region, clock.today()) is not None:
                definition = library.definition_in_force(code, region, clock.today())
                if definition.digest.startswith(digest):
                    return definition
    raise errors.VERSION_UNKNOWN.refuse(digest=digest[:12])
