"""Definitions: found in the law of a region and day, kept with the cases that began with them.

The only module of this room that asks ``policy``.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from guantong.kernel import clock
from guantong.kernel.refusal import Citation, Refusal

from . import errors
from .definition import Basis, Definition, parse_definition
from .models import Case, ProcedureVersion

if TYPE_CHECKING:
    from guantong.policy.asking import Law
    from guantong.policy.reading.blocks import Expanded
    from guantong.policy.schema.shapes import Place

    from .definition.reading import PutIn

_log = logging.getLogger(__name__)
_MOST_READ = 1000
_PARSED: dict[str, Definition] = {}
"""By digest."""
_READ: dict[int, tuple[Mapping[str, object], Definition]] = {}
"""By identity of the entry the loaded policy holds; the entry is kept so that its identity stays its own."""


def law_on(day: date, region: str) -> Law:
    """The law of ``region`` on ``day``."""
    from guantong.base import lawbook

    return lawbook.law_on(day, region)


def find_document(code: str, region: str, on: date) -> tuple[Mapping[str, object], str] | None:
    """(entry as plain data, file) of the procedure in force for ``region`` on that day, or None."""
    from guantong.base import lawbook

    entry = lawbook.current_policy().procedures(region, on).get(code)
    return (entry.data, entry.place.file) if entry is not None else None


def definition_in_force(code: str, region: str, on: date) -> Definition:
    """The definition of ``code`` for ``region`` on that day.

    Refuses with PRC-101 when there is none, and with PRC-144 when it is wrong (every fault goes to the log, not to the
    person who wanted to declare; ``guantong deadlines check`` lists them).
    """
    found = find_document(code, region, on)
    if found is None:
        raise errors.NO_SUCH_PROCEDURE.refuse(region=region, day=on.isoformat(), definition=code)
    document, file = found
    try:
        return parsed(document, file)
    except Refusal as refusal:
        _log.error("procedure %s of region %s is wrong, no case can be opened:\n%s", code, region, refusal)
        raise errors.DEFINITION_BROKEN.refuse(definition=str(document.get("title") or code)) from None


def parsed(document: Mapping[str, object], file: str) -> Definition:
    """The definition of an entry of the loaded policy, read once. Refuses with every fault of it (PRC-001 …)."""
    kept = _READ.get(id(document))
    if kept is None or kept[0] is not document:
        kept = document, _parse(document, file)
        if len(_READ) >= _MOST_READ:
            _READ.clear()
        _READ[id(document)] = kept
        _PARSED[kept[1].digest] = kept[1]
    return kept[1]


def _parse(document: Mapping[str, object], file: str) -> Definition:
    from guantong.procedure.conditions import registered_checks

    from .declaring import kind_of_fact

    return parse_definition(document, file=file, facts=kind_of_fact, checks=registered_checks())


def put_in_of(region: str) -> PutIn:
    """Puts the shared blocks a procedure of this region's folder may use into a definition read from a text.

    Those in force today, or on the first day of a definition that begins later.
    """
    from guantong.base import lawbook

    blocks, today = lawbook.current_policy().blocks(region), clock.today()

    def put_in(data: Mapping[str, object], lines: Mapping[str, int], top: Place) -> Expanded:
        first = data.get("in_force_from")
        return blocks.put_in(data, lines, top, max(today, first) if isinstance(first, date) else today)

    return put_in


def citation_of(basis: Basis | None) -> Citation | None:
    """The first clause of ``basis`` as refusals print it; None for the region's own duties and unknown documents."""
    from guantong.base import lawbook

    if basis is None or not basis.references:
        return None
    reference = basis.references[0]
    document = lawbook.current_policy().documents.get(reference.document)
    if document is None:
        return None
    return Citation(document.id, document.title_zh, document.number, reference.clause, document.in_force_from)


def basis_sentence(basis: Basis | None) -> str:
    """The authority in one line: clauses, or why the region itself sets it."""
    citation = citation_of(basis)
    if citation is not None:
        return citation.sentence()
    if basis is None:
        return ""
    if basis.references:
        return "、".join(f"{r.document}{r.clause}" for r in basis.references)
    return f"本地区自行确定：{basis.note}"


def keep_version(definition: Definition, region: str) -> ProcedureVersion:
    """The stored version of ``definition``, written down at its first use."""
    version, _ = ProcedureVersion.objects.get_or_create(
        digest=definition.digest,
        region=region,
        defaults={
            "code": definition.id,
            "version": definition.version,
            "title": definition.title,
            "in_force_from": definition.in_force_from,
            "document": definition.document,
            "recorded_at": clock.now(),
        },
    )
    return version


def definition_of(case: Case) -> Definition:
    """The definition the case began with, from the stored version; parsed once a process.

    Refuses with PRC-206 when the stored document does not match its digest.
    """
    definition = _PARSED.get(case.version_digest)
    if definition is None:
        definition = definition_from(case.version)
        if definition.digest != case.version_digest:
            raise errors.VERSION_ALTERED.refuse(title=definition.title)
        _PARSED[case.version_digest] = definition
    return definition


def definition_by_digest(digest: str, region: str) -> Definition:
    """A stored version by its digest, parsed once a process (cases that changed their version name earlier ones).

    Refuses with PRC-206 when it is not there or was altered.
    """
    definition = _PARSED.get(digest)
    if definition is None:
        version = ProcedureVersion.objects.filter(digest=digest, region=region).first()
        if version is None:
            raise errors.VERSION_ALTERED.refuse(title=digest[:12])
        definition = _PARSED[digest] = definition_from(version)
    return definition


def definition_from(version: ProcedureVersion) -> Definition:
    """Parse a stored version afresh. Refuses with PRC-206 when it was altered."""
    try:
        definition = parse_definition(version.document, file=f"{version.code}@{version.version}")
    except Refusal:
        raise errors.VERSION_ALTERED.refuse(title=version.title) from None
    if definition.digest != version.digest:
        raise errors.VERSION_ALTERED.refuse(title=version.title)
    return definition
