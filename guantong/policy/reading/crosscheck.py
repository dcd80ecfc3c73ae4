"""Checks that need more than one file: references, overlaps, ends, parents' floors and ceilings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction

from guantong.kernel.refusal import RefusalKind, Where
from guantong.policy import errors
from guantong.policy.reading.fields import hint_for, nearest
from guantong.policy.reading.folder import Reading
from guantong.policy.schema.shapes import DatedValue, Document, RegionFolder, Setting, Strand
from guantong.policy.schema.units import UNITS, Value, show

FAR = date.max


def check_all(reading: Reading) -> None:
    """Note every fault that shows only when the folders are seen together."""
    for code, held in reading.folders.items():
        documents = {
            document.id: document
            for region in reading.chain(code)
            for document in reading.folders[region].documents.values()
        }
        _check_documents(reading, held, documents)
        for setting in held.settings.values():
            _check_definition(reading, code, setting)
            for strand in setting.strands.values():
                _check_references(reading, strand, documents)
                _check_overlaps(reading, strand)
                _check_ends(reading, strand, documents)
                _check_limits(reading, code, setting, strand)


def _check_documents(reading: Reading, held: RegionFolder, documents: dict[str, Document]) -> None:
    for document in held.documents.values():
        if document.superseded_by is not None and document.superseded_by not in documents:
            _no_document(reading, document.superseded_by, documents, document.place.where())
    for reference in held.cited:
        if reference.document not in documents:
            _no_document(reading, reference.document, documents, reference.place.where())


def _no_document(reading: Reading, name: str, documents: dict[str, Document], where: Where) -> None:
    close = nearest(name, documents)
    elsewhere = [code for code, held in reading.folders.items() if name in held.documents]
    hint = f"最接近的编号：{'、'.join(close)}。" if close else ""
    if elsewhere:
        hint = f"这份文件录在地区 {elsewhere[0]}，那里不是本地区的上级。"
    reading.notes.add(errors.NO_SUCH_DOCUMENT.problem(where=where, document=name, hint=hint))


def _check_definition(reading: Reading, code: str, setting: Setting) -> None:
    above = [
        reading.folders[region].settings[setting.name]
        for region in reading.chain(code)[1:]
        if setting.name in reading.folders[region].settings
    ]
    where = setting.place.where()
    if not above:
        missing = [key for key in ("description", "short_label", "system") if getattr(setting, key) is None]
        if missing:
            names = {name for held in reading.folders.values() for name in held.settings} - {setting.name}
            close = nearest(setting.name, names, 1)
            hint = hint_for(setting.name, close) if close else ""
            for key in missing:
                reading.notes.add(errors.NEEDS_DEFINITION.problem(where=where, name=setting.name, key=key, hint=hint))
    others = above or [
        held.settings[setting.name]
        for region, held in reading.folders.items()
        if setting.name in held.settings and region != code
    ]
    if others and others[0].unit != setting.unit and (above or others[0].region < code):
        parent = reading.folders[others[0].region].region.name_zh
        reading.notes.add(
            errors.OTHER_UNIT.problem(
                where=where, name=setting.name, given=setting.unit, unit=others[0].unit, parent=parent
            )
        )


def _check_references(reading: Reading, strand: Strand, documents: dict[str, Document]) -> None:
    for value in strand.values:
        for reference in value.references:
            if reference.document not in documents:
                _no_document(reading, reference.document, documents, reference.place.where())


def _check_overlaps(reading: Reading, strand: Strand) -> None:
    for index, earlier in enumerate(strand.values):
        ends = earlier.repealed_on
        if ends is None:
            continue
        for later in strand.values[index + 1 :]:
            if later.status == earlier.status and later.in_force_from < ends:
                reading.notes.add(
                    errors.OVERLAP.problem(
                        where=earlier.place.where(),
                        earlier=earlier.in_force_from,
                        ends=ends,
                        later=later.in_force_from,
                        scope=strand.scope or "通用",
                    )
                )
                break


def effective_end(strand: Strand, value: DatedValue, drafts: bool = False) -> date | None:
    """First day on which ``value`` no longer answers: its repeal or the next value of its strand; None when open."""
    ends = [
        later.in_force_from
        for later in strand.values
        if later.in_force_from > value.in_force_from and (drafts or later.status == "live" or value.status == "draft")
    ]
    if value.repealed_on is not None:
        ends.append(value.repealed_on)
    return min(ends) if ends else None


def _check_ends(reading: Reading, strand: Strand, documents: dict[str, Document]) -> None:
    for value in strand.values:
        cited = [documents[r.document] for r in value.references if r.document in documents]
        if value.value is None or not cited:
            continue
        starts = value.in_force_from
        if value.status == "live" and all(d.state == "draft" for d in cited):
            reading.notes.add(
                errors.RESTS_ON_DRAFT.problem(where=value.place.where(), starts=starts, title=cited[0].title_zh)
            )
        first = [d.in_force_from for d in cited if d.in_force_from is not None]
        if len(first) == len(cited) and min(first) > starts:
            reading.notes.add(
                errors.BEFORE_DOCUMENT.problem(
                    where=value.place.where(), starts=starts, title=cited[0].title_zh, document_from=min(first)
                )
            )
        last = [d.repealed_on for d in cited if d.repealed_on is not None]
        if len(last) < len(cited):
            continue
        ends = max(last)
        if ends <= starts:
            reading.notes.add(
                errors.NOT_AFTER_DOCUMENT.problem(
                    where=value.place.where(), starts=starts, title=cited[0].title_zh, ends=ends
                )
            )
        elif (effective_end(strand, value) or FAR) > ends:
            reading.notes.add(
                errors.RESTS_ON_REPEALED.problem(
                    where=value.place.where(), starts=starts, title=cited[0].title_zh, ends=ends
                )
            )


def _check_limits(reading: Reading, code: str, setting: Setting, strand: Strand) -> None:
    if not UNITS[setting.unit].is_number:
        return
    for ancestor in reading.chain(code)[1:]:
        above = reading.folders[ancestor].settings.get(setting.name)
        if above is None or above.unit != setting.unit:
            continue
        if above.scope is not None and setting.scope is not None and above.scope != setting.scope:
            continue
        for limit in _limiting(above, strand.scope):
            for value in strand.values:
                _compare(reading, setting, strand, value, above, limit)


def _limiting(above: Setting, scope: str | None) -> Iterator[Strand]:
    for key in dict.fromkeys((scope, None)):
        strand = above.strands.get(key)
        if strand is not None and strand.bound in {"floor", "ceiling"}:
            yield strand
            return


def _compare(
    reading: Reading, setting: Setting, strand: Strand, value: DatedValue, above: Setting, limits: Strand
) -> None:
    until = effective_end(strand, value) or FAR
    for limit in limits.values:
        apart = limit.in_force_from >= until or (effective_end(limits, limit) or FAR) <= value.in_force_from
        if limit.value is None or value.value is None or apart:
            continue
        if not is_beyond(value.value, limit.value, limits.bound, limit.exclusive, value.exclusive):
            continue
        kind = _kind(limits, live=limit.status == value.status == "live")
        parent = reading.folders[above.region]
        region = reading.folders[setting.region].region
        reading.notes.add(
            kind.problem(
                where=value.place.where(),
                region=region.name_zh,
                given=show(value.value, setting.unit),
                parent=parent.region.name_zh,
                limit=show(limit.value, setting.unit),
                limit_basis=_basis(reading, above.region, limit)
                + "，与本地区的"
                + _basis(reading, setting.region, value),
            )
        )
        return


def _kind(limits: Strand, live: bool) -> RefusalKind:
    binding = limits.practice == "binding" and live
    if limits.bound == "floor":
        return errors.BELOW_FLOOR if binding else errors.BELOW_FLOOR_PRINCIPLE
    return errors.ABOVE_CEILING if binding else errors.ABOVE_CEILING_PRINCIPLE


def _basis(reading: Reading, code: str, value: DatedValue) -> str:
    for reference in value.references:
        for region in reading.chain(code):
            document = reading.folders[region].documents.get(reference.document)
            if document is not None:
                return f"《{document.title_zh}》{reference.clause}"
    return "依据不详"


def is_beyond(given: Value, limit: Value, bound: str, exclusive: bool, given_exclusive: bool = False) -> bool:
    """Whether a number lies on the wrong side of a floor or ceiling (``exclusive``: more than, not at least)."""
    a, b = as_fraction(given), as_fraction(limit)
    if a == b:
        return exclusive and not given_exclusive
    return a < b if bound == "floor" else a > b


def as_fraction(value: Value) -> Fraction:
    """A number exactly; raises ``TypeError`` for anything that is no number."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int | Fraction):
        raise TypeError(f"not a number: {value!r}")
    return Fraction(value)
