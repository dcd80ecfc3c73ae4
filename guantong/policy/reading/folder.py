"""Reads every region folder below a root, parents first, noting each fault."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from guantong.kernel.refusal import Where
from guantong.policy import errors
from guantong.policy.reading import facts, settings
from guantong.policy.reading.fields import Fields, Notes, Skip, plain
from guantong.policy.reading.nodes import Entries, Items, Node, Scalar, read_nodes
from guantong.policy.schema.shapes import (
    RAW_KINDS,
    RAW_LIST_KEYS,
    REGION_LEVELS,
    Place,
    RawEntry,
    Reference,
    Region,
    RegionFolder,
)

_FOLDERS = ("documents", "parameters", "calendar", "cases", *RAW_KINDS)
PROCEDURE_EXAMPLES = "procedures"
"""Folder below ``cases/`` whose worked examples are run by ``procedure/cases`` (docs/dev/procedures.md)."""
_FILES = ("region.yaml", "CHANGELOG.md", "README.md")


@dataclass(slots=True)
class Reading:
    """Everything read below one root: folders by region code, parents before children, and the notes."""

    root: Path
    folders: dict[str, RegionFolder] = field(default_factory=dict)
    notes: Notes = field(default_factory=Notes)

    def chain(self, code: str) -> list[str]:
        """Codes from the region up to the nation; stops at a missing parent or a cycle."""
        codes: list[str] = []
        at: str | None = code
        while at is not None and at in self.folders and at not in codes:
            codes.append(at)
            at = self.folders[at].region.parent
        return codes


def region_folders(root: Path) -> list[Path]:
    """The folders that are read: every folder below ``root`` that does not begin with ``_`` or ``.``."""
    if not root.is_dir():
        return []
    return sorted(p for p in root.iterdir() if p.is_dir() and p.name[0] not in "_.")


def read_root(root: Path) -> Reading:
    """Read all region folders below ``root``; never raises, faults are in ``notes``."""
    reading = Reading(root)
    found: dict[str, tuple[Path, Region, str]] = {}
    for folder in region_folders(root):
        region, digest = _read_region_file(reading, folder)
        if region is None:
            continue
        if region.code in found:
            other = found[region.code][0].name
            reading.notes.add(errors.REGION_TWICE.problem(where=region.place.where(), region=region.code, other=other))
            continue
        found[region.code] = (folder, region, digest)
    _check_parents(reading, {code: region for code, (_, region, _) in found.items()})
    for code in _parents_first({code: region for code, (_, region, _) in found.items()}):
        folder, region, digest = found[code]
        held = RegionFolder(region)
        held.digests[f"{folder.name}/region.yaml"] = digest
        reading.folders[code] = held
        _read_contents(reading, held, folder)
    return reading


def _read_region_file(reading: Reading, folder: Path) -> tuple[Region | None, str]:
    path = folder / "region.yaml"
    file = _name(reading.root, path)
    if not path.is_file():
        reading.notes.add(errors.NO_REGION_FILE.problem(where=Where(file=_name(reading.root, folder))))
        return None, ""
    content = path.read_bytes()
    node, problems = read_nodes(content, file)
    reading.notes.problems.extend(problems)
    digest = hashlib.sha256(content).hexdigest()
    if node is None:
        return _stand_in(folder, file, None), digest
    try:
        return facts.read_region(node, file, folder.name, reading.notes), digest
    except Skip:
        return _stand_in(folder, file, node), digest


def _stand_in(folder: Path, file: str, node: Node | None) -> Region | None:
    """So that children of a folder whose region.yaml is broken are not accused of lacking a parent."""
    parent = node.get("parent") if isinstance(node, Entries) else None
    above = parent.text if isinstance(parent, Scalar) and not parent.is_null else None
    code = folder.name.split("-")[0]
    if len(code) != 6 or not code.isdigit():
        return None
    return Region(code, folder.name, None, "", above, False, None, folder.name, Place(file, 1))


def _check_parents(reading: Reading, regions: dict[str, Region]) -> None:
    order = list(REGION_LEVELS)
    told: set[str] = set()
    for region in regions.values():
        where = region.place.where()
        if region.parent is None:
            continue
        if region.parent not in regions:
            reading.notes.add(errors.NO_PARENT.problem(where=where, parent=region.parent))
            continue
        path = [region.code]
        at = regions.get(region.parent)
        while at is not None and at.code not in path:
            path.append(at.code)
            at = regions.get(at.parent) if at.parent is not None else None
        if at is not None and at.code == region.code:
            if not told & set(path):
                told.update(path)
                reading.notes.add(errors.PARENT_CYCLE.problem(where=where, cycle=" → ".join([*path, region.code])))
            continue
        parent = regions[region.parent]
        known = parent.level in order and region.level in order[1:]
        if known and order.index(parent.level) >= order.index(region.level):
            above, below = REGION_LEVELS[parent.level], REGION_LEVELS[region.level]
            why = f"{region.name_zh}是{below}，上级{parent.name_zh}却是{above}"
            reading.notes.add(errors.LEVELS.problem(where=where, why=why))


def _parents_first(regions: dict[str, Region]) -> list[str]:
    ordered: list[str] = []

    def visit(code: str, path: tuple[str, ...]) -> None:
        if code in ordered or code in path or code not in regions:
            return
        parent = regions[code].parent
        if parent is not None:
            visit(parent, (*path, code))
        ordered.append(code)

    for code in sorted(regions):
        visit(code, ())
    return ordered


def _name(root: Path, path: Path) -> str:
    return f"{root.name}/{path.relative_to(root).as_posix()}"


def _read_contents(reading: Reading, held: RegionFolder, folder: Path) -> None:
    notes = reading.notes
    places = "、".join((*_FILES, *(f"{name}/" for name in _FOLDERS)))
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if (path.is_dir() and path.name not in _FOLDERS) or (path.is_file() and path.name not in _FILES):
            where = Where(file=_name(reading.root, path))
            notes.add(errors.STRANGE_FILE.problem(where=where, name=path.name, places=places))
    for kind in _FOLDERS:
        for path, file in _yaml_files(reading, folder / kind):
            if kind == "cases" and path.relative_to(folder / kind).parts[0] == PROCEDURE_EXAMPLES:
                continue
            content = path.read_bytes()
            if kind != "cases":
                key = path.relative_to(reading.root).as_posix()
                held.digests[key] = hashlib.sha256(content).hexdigest()
            node, problems = read_nodes(content, file)
            notes.problems.extend(problems)
            if node is None or (isinstance(node, Scalar) and node.is_null):
                continue
            try:
                _read_file(reading, held, kind, path, node, file)
            except Skip:
                continue


def _yaml_files(reading: Reading, folder: Path) -> Iterator[tuple[Path, str]]:
    if not folder.is_dir():
        return
    for path in sorted(folder.rglob("*")):
        if path.is_dir() or any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        file = _name(reading.root, path)
        if path.suffix == ".yaml":
            yield path, file
        elif path.suffix != ".md":
            places = "扩展名为 .yaml 的文件"
            reading.notes.add(errors.STRANGE_FILE.problem(where=Where(file=file), name=path.name, places=places))


def _read_file(reading: Reading, held: RegionFolder, kind: str, path: Path, node: Node, file: str) -> None:
    notes = reading.notes
    if kind == "documents":
        fields = Fields(node, file=file, notes=notes, place="文件清单", known=("documents",))
        for inner in fields.items("documents"):
            _read_document(reading, held, inner, file)
    elif kind == "parameters":
        _read_parameters(reading, held, path, node, file)
    elif kind == "calendar":
        years, fixed = facts.read_calendar(node, file, notes)
        for year in years:
            if year.year in held.calendar:
                first = held.calendar[year.year].place.line
                notes.add(errors.DUPLICATE_KEY.problem(where=year.place.where(), key=year.year, first=first))
            held.calendar[year.year] = year
            if year.document is not None:
                held.cited.append(Reference(year.document, year.clause or "", None, year.place))
        for entry in fixed:
            held.fixed_days.append(entry)
            held.cited.append(Reference(entry.document, entry.clause, None, entry.place))
    elif kind == "cases":
        held.cases.extend(facts.read_cases(node, file, notes))
    else:
        _read_raw(reading, held, kind, node, file)


def _read_document(reading: Reading, held: RegionFolder, node: Node, file: str) -> None:
    try:
        document = facts.read_document(node, file, held.region.code, reading.notes)
    except Skip:
        return
    for other in reading.folders.values():
        if document.id in other.documents:
            where, place = document.place.where(), str(other.documents[document.id].place)
            reading.notes.add(errors.DOCUMENT_TWICE.problem(where=where, document=document.id, other=place))
            return
    held.documents[document.id] = document


def _read_parameters(reading: Reading, held: RegionFolder, path: Path, node: Node, file: str) -> None:
    notes = reading.notes
    if not isinstance(node, Entries):
        Fields(node, file=file, notes=notes, place="参数文件", known=())
        return
    folder = path.parent.name
    group = folder if folder != "parameters" else None
    for name, line, inner in node:
        where = Where(file=file, line=line)
        settings.check_name(name, group, where, notes)
        if name in held.settings:
            other = str(held.settings[name].place)
            notes.add(errors.PARAMETER_TWICE.problem(where=where, name=name, other=other))
            continue
        known = next(
            (
                reading.folders[code].settings[name].unit
                for code in reading.chain(held.region.code)[1:]
                if name in reading.folders[code].settings
            ),
            None,
        )
        try:
            held.settings[name] = settings.read_setting(
                name, line, inner, file=file, region=held.region.code, unit=known, notes=notes
            )
        except Skip:
            continue


def _read_raw(reading: Reading, held: RegionFolder, kind: str, node: Node, file: str) -> None:
    notes = reading.notes
    nodes: list[Node] = [node]
    if isinstance(node, Items):
        nodes = node.nodes
    elif isinstance(node, Entries) and "id" not in node.pairs:
        key = RAW_LIST_KEYS.get(kind, kind)
        nodes = Fields(node, file=file, notes=notes, place=f"{kind} 文件", known=(key,)).items(key)
    for inner in nodes:
        try:
            entry = _raw_entry(held.region.code, kind, inner, file, notes)
        except Skip:
            continue
        _collect_references(inner, file, held, notes)
        same = [e for e in held.raw.get(kind, []) if (e.id, e.version) == (entry.id, entry.version)]
        if same:
            where, other = entry.place.where(), str(same[0].place)
            version = entry.version or "未写"
            notes.add(errors.ENTRY_TWICE.problem(where=where, id=entry.id, version=version, kind=kind, other=other))
            continue
        held.raw.setdefault(kind, []).append(entry)


def _raw_entry(region: str, kind: str, node: Node, file: str, notes: Notes) -> RawEntry:
    known = tuple(node.pairs) if isinstance(node, Entries) else ()
    fields = Fields(node, file=file, notes=notes, place=f"{kind} 的条目", known=known)
    starts, ends = fields.day("in_force_from"), fields.day("repealed_on")
    if starts is not None and ends is not None and ends <= starts:
        notes.add(errors.ENDS_BEFORE_START.problem(where=fields.at("repealed_on"), ends=ends, starts=starts))
    version = fields.scalar("version")
    data = plain(fields.node, file=file, notes=notes)
    assert isinstance(data, dict)  # noqa: S101 - fields.node is a mapping
    return RawEntry(
        region=region,
        kind=kind,
        id=fields.needed_text("id"),
        version=version.text if version is not None else None,
        data=data,
        in_force_from=starts,
        repealed_on=ends,
        place=fields.place("id"),
        lines=dict(_lines(fields.node, "")),
    )


def _lines(node: Node, path: str) -> Iterator[tuple[str, int]]:
    """(path, line) of everything below a node."""
    if isinstance(node, Entries):
        for key, line, inner in node:
            at = f"{path}.{key}" if path else key
            yield at, line
            yield from _lines(inner, at)
    elif isinstance(node, Items):
        for position, inner in enumerate(node.nodes):
            at = f"{path}[{position}]"
            yield at, inner.line
            yield from _lines(inner, at)


def _collect_references(node: Node, file: str, held: RegionFolder, notes: Notes) -> None:
    """Every ``reference``/``references`` list at any depth of a raw entry."""
    if isinstance(node, Items):
        for inner in node.nodes:
            _collect_references(inner, file, held, notes)
    elif isinstance(node, Entries):
        for key, _, inner in node:
            if key in {"reference", "references"} and isinstance(inner, Items):
                for item in inner.nodes:
                    _collect_reference(item, file, held, notes)
            else:
                _collect_references(inner, file, held, notes)


def _collect_reference(node: Node, file: str, held: RegionFolder, notes: Notes) -> None:
    known = tuple(node.pairs) if isinstance(node, Entries) else ()
    try:
        fields = Fields(node, file=file, notes=notes, place="依据", known=known)
        document = fields.needed_text("document")
        clause = fields.text("clause")
    except Skip:
        return
    if clause is None:
        notes.add(errors.MISSING_CLAUSE.problem(where=fields.at("document"), document=document))
    held.cited.append(Reference(document, clause or "", None, fields.place("document")))
