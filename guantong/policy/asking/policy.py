"""The loaded region folders: who is where, what is cited, and the law of a region on a day."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from guantong.kernel.refusal import Citation, Problem
from guantong.policy import errors
from guantong.policy.asking.calendar import WorkingCalendar
from guantong.policy.asking.law import Law, long_day
from guantong.policy.reading.crosscheck import effective_end
from guantong.policy.reading.folder import Reading, region_folders
from guantong.policy.reading.loading import read_or_refuse
from guantong.policy.reading.slices import Blocks
from guantong.policy.schema.shapes import (
    Case,
    DatedValue,
    Document,
    FixedDays,
    Parameter,
    RawEntry,
    Region,
    RegionFolder,
    Setting,
    Strand,
)

ENDING_WITHIN = timedelta(days=180)
"""How far ahead the end of a clause is reported (house rules, section 1)."""
_KEPT_LAWS = 512


@dataclass(frozen=True, slots=True)
class Ending:
    """A value or document that ends soon."""

    region: str
    parameter: str | None
    document: str | None
    scope: str | None
    ends_on: date
    sentence: str


class Policy:
    """All region folders, checked. Immutable; get it from :func:`load_policy`."""

    def __init__(self, reading: Reading, warnings: tuple[Problem, ...]) -> None:
        self.root: Path = reading.root
        self.warnings = warnings
        """Findings that wait for confirmation (a principle of the parent not followed, a value before its document)."""
        self.folders: Mapping[str, RegionFolder] = reading.folders
        self.regions: Mapping[str, Region] = {code: held.region for code, held in reading.folders.items()}
        """By code, parents before children."""
        self.documents: Mapping[str, Document] = {
            document.id: document for held in reading.folders.values() for document in held.documents.values()
        }
        self.parameters: Mapping[str, Parameter] = _parameters(reading)
        self.cases: tuple[Case, ...] = tuple(case for held in reading.folders.values() for case in held.cases)
        self._chains = {code: tuple(reading.chain(code)) for code in reading.folders}
        self._versions = {code: self._digest(code) for code in reading.folders}
        self._laws: dict[tuple[str, date, bool], Law] = {}
        self._calendars: dict[str, WorkingCalendar] = {}

    def chain(self, region: str) -> tuple[str, ...]:
        """Codes from the region up to the nation; refuses an unknown region (POL-001)."""
        found = self._chains.get(region)
        if found is None:
            known = "、".join(f"{code}（{r.name_zh}）" for code, r in self.regions.items())
            raise errors.UNKNOWN_REGION.refuse(region=region, known=known)
        return found

    def version(self, region: str) -> str:
        """Digest of the files of a region and its parents; worked examples and change logs do not count."""
        self.chain(region)
        return self._versions[region]

    def _digest(self, region: str) -> str:
        digest = hashlib.sha256()
        for code in self._chains[region]:
            for file, content in sorted(self.folders[code].digests.items()):
                digest.update(f"{file}\0{content}\n".encode())
        return digest.hexdigest()

    def law(self, region: str, on: date, drafts: bool = False) -> Law:
        """The law of ``region`` on ``on``; ``drafts`` lets simulations see draft values.

        Refuses an unknown region (POL-001) and a day before the first document of its chain (POL-002).
        """
        law = self._laws.get((region, on, drafts))
        if law is None:
            first = self.first_day(region)
            if first is None or on < first:
                since = long_day(first) if first is not None else "（尚未录入文件）"
                name = self.regions[region].name_zh
                raise errors.BEFORE_FIRST_DOCUMENT.refuse(on=long_day(on), region=name, first=since)
            if len(self._laws) >= _KEPT_LAWS:
                self._laws.clear()
            law = self._laws[region, on, drafts] = Law(self, region, on, drafts)
        return law

    def first_day(self, region: str) -> date | None:
        """First day on which any document of the region's chain holds."""
        days = [
            day
            for code in self.chain(region)
            for document in self.folders[code].documents.values()
            if (day := document.in_force_from or document.issued_on) is not None
        ]
        return min(days, default=None)

    def calendar(self, region: str) -> WorkingCalendar:
        """Working days of a region: its own years on top of its parents'."""
        if region not in self._calendars:
            held = [self.folders[code] for code in self.chain(region)]
            years = {year for folder in held for year in folder.calendar}
            fixed: list[FixedDays] = [rule for folder in reversed(held) for rule in folder.fixed_days]
            self._calendars[region] = WorkingCalendar(
                {year: tuple(f.calendar[year] for f in held if year in f.calendar) for year in sorted(years)},
                tuple(sorted(fixed, key=lambda rule: rule.in_force_from)),
            )
        return self._calendars[region]

    def raw(self, region: str, kind: str) -> tuple[RawEntry, ...]:
        """Entries of one kind (procedures, codes, equivalences, rulesets, …) of the chain, nearest region first."""
        return tuple(entry for code in self.chain(region) for entry in self.folders[code].raw.get(kind, ()))

    def entries(self, region: str, kind: str, on: date) -> Mapping[str, RawEntry]:
        """The entry of each id in force on a day: nearest region first, then the latest first day."""
        found: dict[str, RawEntry] = {}
        for code in self.chain(region):
            latest: dict[str, RawEntry] = {}
            for entry in self.folders[code].raw.get(kind, ()):
                best = latest.get(entry.id)
                if entry.holds_on(on) and (best is None or _since(entry) >= _since(best)):
                    latest[entry.id] = entry
            for key, entry in latest.items():
                found.setdefault(key, entry)
        return found

    def procedures(self, region: str, on: date) -> Mapping[str, RawEntry]:
        """Procedure definitions in force in a region on a day, by id."""
        return self.entries(region, "procedures", on)

    def blocks(self, region: str) -> Blocks:
        """The shared blocks a procedure of this region's folder may use, the region's own first."""
        return Blocks([self.folders[code] for code in self.chain(region)])

    def citations(self, value: DatedValue) -> tuple[Citation, ...]:
        """The clauses a value rests on, in the order of the file, each with the first day of its document."""
        return tuple(
            Citation(
                document=document.id,
                title=document.title_zh,
                number=document.number,
                clause=reference.clause,
                in_force_from=document.in_force_from,
                source=value.source,
            )
            for reference in value.references
            if (document := self.documents.get(reference.document)) is not None
        )

    def first_issue(self, value: DatedValue) -> date | None:
        """Day on which the first document of a value was issued."""
        first = self.documents.get(value.references[0].document) if value.references else None
        return first.issued_on if first is not None else None

    def dated_values(
        self, region: str | None = None
    ) -> Iterator[tuple[Parameter, Setting, Strand, DatedValue, date | None]]:
        """Every dated value with the day it stops answering; of one region's chain, or of all regions."""
        codes = self.chain(region) if region is not None else tuple(self.regions)
        for parameter in self.parameters.values():
            for code in codes:
                setting = parameter.settings.get(code)
                if setting is None:
                    continue
                for strand in setting.strands.values():
                    for value in strand.values:
                        yield parameter, setting, strand, value, effective_end(strand, value)

    def ending(self, on: date, within: timedelta = ENDING_WITHIN) -> tuple[Ending, ...]:
        """Values and documents in force on ``on`` that end, without a successor, within the period."""
        found: list[Ending] = []
        for parameter, setting, strand, value, until in self.dated_values():
            ends = value.repealed_on
            followed = until is not None and any(
                v.in_force_from == until and v.value is not None for v in strand.values
            )
            if ends is None or followed or not value.in_force_from <= on < ends <= on + within:
                continue
            scope = f"（{strand.scope}）" if strand.scope else ""
            name = self.regions[setting.region].name_zh
            sentence = f"{name}的“{parameter.short_label}”{scope}将于{long_day(ends)}终止，还没有后续的值。"
            found.append(Ending(setting.region, parameter.name, None, strand.scope, ends, sentence))
        for document in self.documents.values():
            ends = document.repealed_on
            if ends is not None and document.holds_on(on) and ends <= on + within:
                sentence = f"《{document.title_zh}》将于{long_day(ends)}终止。"
                found.append(Ending(document.region, None, document.id, None, ends, sentence))
        return tuple(sorted(found, key=lambda ending: (ending.ends_on, ending.sentence)))


def _since(entry: RawEntry) -> date:
    return entry.in_force_from or date.min


def _parameters(reading: Reading) -> dict[str, Parameter]:
    settings: dict[str, dict[str, Setting]] = {}
    for code, held in reading.folders.items():
        for name, setting in held.settings.items():
            settings.setdefault(name, {})[code] = setting
    return {
        name: Parameter(
            name=name,
            description=_first(by_region, "description"),
            short_label=_first(by_region, "short_label"),
            unit=next(iter(by_region.values())).unit,
            system=_first(by_region, "system"),
            settings=by_region,
        )
        for name, by_region in sorted(settings.items())
    }


def _first(by_region: Mapping[str, Setting], key: str) -> str:
    return next((str(text) for s in by_region.values() if (text := getattr(s, key)) is not None), "")


_LOADED: dict[Path, tuple[tuple[tuple[str, int, int], ...], Policy]] = {}


def _signature(root: Path) -> tuple[tuple[str, int, int], ...]:
    found: list[tuple[str, int, int]] = []
    for folder in region_folders(root):
        for path in folder.rglob("*"):
            stat = path.stat()
            found.append((path.relative_to(root).as_posix(), stat.st_mtime_ns, stat.st_size))
    return tuple(sorted(found))


def load_policy(path: Path | str) -> Policy:
    """The policy in a folder of region folders; read again only when a file has changed.

    Raises a Refusal listing every fault of every file (REG-…), or POL-010 when there is nothing to read.
    """
    root = Path(path).resolve()
    signature = _signature(root) if root.is_dir() else ()
    kept = _LOADED.get(root)
    if kept is not None and kept[0] == signature:
        return kept[1]
    reading, warnings = read_or_refuse(root)
    policy = Policy(reading, warnings)
    _LOADED[root] = signature, policy
    return policy
