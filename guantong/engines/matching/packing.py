"""A sealed run in few bytes that are quickly read again: the arrays of its instance and what became of everybody.

A zip with ``run.json`` (format, rules without their seed, places, ids, and how each array lies) and ``candidates.txt``
(ids, one a line). An array of ``n`` numbers of ``k`` bytes is cut into ``k`` planes: the lowest byte of every number,
then the next one. A plane that is the same byte throughout is only named; every other is a member of its own,
``<array>.<plane>``, deflated where that quarters it. Numbers that need two bytes of eight so take two, and putting
planes together again is a copy, not a calculation: millions of choices are read in hundredths of a second.

The form is a convenience, never an authority: ``unpack`` gives a run back only when it has the digest that was sealed
(``arrays`` in the manifest), whatever else may stand in the bytes. Verdicts' keys and distances and the cut-offs are
left out; they follow from the rest.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
import zlib
from array import array
from collections.abc import Iterator
from typing import Any

from guantong.engines.matching.building import places_by_unit
from guantong.engines.matching.lottery import DrawnCandidates
from guantong.engines.matching.model import Column, Instance, Outcome, Place
from guantong.engines.matching.reading import read_rules, rules_as_mapping
from guantong.kernel.refusal import Refusal

__all__ = ["FORMAT", "NotThisRun", "pack", "unpack"]

FORMAT = "guantong-run-packed-1"
"""Changes whenever what is packed, how, or the digest it is held against (``sealing.arrays``) changes."""
_HEADER, _CANDIDATES, _COLUMN = "run.json", "candidates.txt", "column-"
_WHEN = (1980, 1, 1, 0, 0, 0)
_WORTH = 0.25
"""A member is deflated where samples of it become smaller than this share of themselves: codes and counts do; marks and
choices hardly, and reading them back would cost more than the bytes.
"""
_SAMPLE = 32_768
_OF_INSTANCE = {
    "unit_of_place": "i", "choice_offsets": "q", "choice_units": "i", "ordinals": "i", "wish_offsets": "q",
    "wish_places": "i", "accepts": "b", "score_offsets": "q", "score_places": "i", "score_values": "q",
    "send_back_candidates": "i", "send_back_places": "i", "send_back_reasons": "i", "fixed_candidates": "i",
    "fixed_places": "i",
}  # fmt: skip
"""Arrays and their types; the places of each unit follow from the units of places."""
_OF_OUTCOME = {"place": "i", "slice": "h", "ordinal": "i", "reason": "B", "codes": "B"}


class NotThisRun(ValueError):
    """The bytes are no packed run of this format, or not the run with the digest asked for."""


def pack(instance: Instance, outcome: Outcome) -> bytes:
    """The run as bytes; equal runs give equal bytes. The seed of a draw is left out.

    Raises ValueError for candidates whose numbers were drawn elsewhere (a bundle's), and for ids with line breaks.
    """
    if isinstance(instance.candidates, DrawnCandidates):
        raise ValueError("numbers drawn elsewhere are not packed")
    ids = "\n".join(instance.candidates)
    if ids.count("\n") != max(len(instance.candidates) - 1, 0):
        raise ValueError("ids of candidates have line breaks")
    arrays: dict[str, dict[str, Any]] = {}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, values in _arrays(instance, outcome):
            planes: list[int | None] = []
            for number, plane in enumerate(_planes(values)):
                same = not plane or plane.count(plane[:1]) == len(plane)
                planes.append((plane[0] if plane else 0) if same else None)
                if not same:
                    _write(archive, f"{name}.{number}", plane)
            arrays[name] = {"count": len(values), "planes": planes}
        _write(archive, _CANDIDATES, ids.encode())
        rules = {key: value for key, value in rules_as_mapping(instance.rules).items() if key != "lottery_seed"}
        header = {
            "format": FORMAT,
            "rules": rules,
            "places": [[p.id, p.school, p.group, p.programme, p.kind, p.seats] for p in instance.places],
            "units": list(instance.units),
            "reasons": list(instance.reasons),
            "candidates": len(instance.candidates),
            "columns": [[name, column.texts] for name, column in instance.columns.items()],
            "arrays": arrays,
        }
        _write(archive, _HEADER, json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode())
    return made.getvalue()


def unpack(content: bytes, digest: str, seed: str | None = None) -> tuple[Instance, Outcome]:
    """The run with this digest (``sealing.arrays.digest_of_run``); ``seed`` where its ties are drawn by lot.

    The outcome is without keys, distances and cut-offs. Raises :class:`NotThisRun` for bytes of another format, damaged
    ones, and any run but this one: nothing is given back unverified.
    """
    from guantong.engines.matching.sealing.arrays import digest_of_run  # numpy is loaded when a run is read

    try:
        instance, outcome = _read(content, seed)
        found = digest_of_run(instance, outcome)
    except (
        zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, Refusal,
        ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError,
    ) as error:  # fmt: skip
        raise NotThisRun(f"not a packed run of format {FORMAT}: {error!r:.200}") from error
    if found != digest:
        raise NotThisRun(f"the packed run has the digest {found}, not {digest}")
    return instance, outcome


def _arrays(instance: Instance, outcome: Outcome) -> Iterator[tuple[str, array[int]]]:
    for number, column in enumerate(instance.columns.values()):
        yield f"{_COLUMN}{number}", column.values
    for name in _OF_INSTANCE:
        yield name, getattr(instance, name)
    for name in _OF_OUTCOME:
        yield name, getattr(outcome, name)


def _places_of_bytes(size: int) -> list[int]:
    """Where the bytes of a number lie on this machine, lowest first."""
    return list(range(size)) if sys.byteorder == "little" else list(range(size - 1, -1, -1))


def _planes(values: array[int]) -> Iterator[bytes]:
    """The bytes of every number, plane by plane, the lowest first."""
    raw = values.tobytes()
    for at in _places_of_bytes(values.itemsize):
        yield raw[at :: values.itemsize]


def _write(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _WHEN)
    middle = max(0, len(content) // 2 - _SAMPLE // 2)
    sample = content[:_SAMPLE] + content[middle : middle + _SAMPLE] + content[-_SAMPLE:]
    small = len(zlib.compress(sample, 1)) < _WORTH * len(sample)
    entry.compress_type = zipfile.ZIP_DEFLATED if small else zipfile.ZIP_STORED
    archive.writestr(entry, content)


def _read(content: bytes, seed: str | None) -> tuple[Instance, Outcome]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        header = json.loads(archive.read(_HEADER))
        if header["format"] != FORMAT:
            raise ValueError(f"the format is {header['format']!r}")
        lies = header["arrays"]
        columns: dict[str, Column] = {}
        for number, (name, texts) in enumerate(header["columns"]):
            own = f"{_COLUMN}{number}"
            values = _array(archive, own, lies[own], "q" if texts is None else "i")
            columns[name] = Column(values, None if texts is None else tuple(texts))
        of_instance = {name: _array(archive, name, lies[name], kind) for name, kind in _OF_INSTANCE.items()}
        of_outcome = {name: _array(archive, name, lies[name], kind) for name, kind in _OF_OUTCOME.items()}
        ids = archive.read(_CANDIDATES).decode()
    candidates = tuple(ids.split("\n")) if header["candidates"] else ()
    rules = dict(header["rules"])
    if seed is not None:
        rules["lottery_seed"] = seed
    units, reasons = tuple(header["units"]), tuple(header["reasons"])
    unit_offsets, unit_places = places_by_unit(of_instance["unit_of_place"], len(units))
    instance = Instance(
        rules=read_rules(rules),
        places=tuple(Place(*place) for place in header["places"]),
        units=units,
        unit_offsets=unit_offsets,
        unit_places=unit_places,
        candidates=candidates,
        columns=columns,
        reasons=reasons,
        **of_instance,
    )
    place, slice_, ordinal, reason, codes = (of_outcome[name] for name in _OF_OUTCOME)
    none = (array("h"), array("i"), instance.key_names, ())
    return instance, Outcome(place, slice_, ordinal, reason, codes, *none)


def _array(archive: zipfile.ZipFile, name: str, lies: Any, kind: str) -> array[int]:
    """An array from its planes."""
    made, count, planes = array(kind), int(lies["count"]), lies["planes"]
    if len(planes) != made.itemsize or count < 0:
        raise ValueError(f"the array {name} does not lie as numbers do here")
    raw = bytearray(count * made.itemsize)
    for number, at in enumerate(_places_of_bytes(made.itemsize)):
        same = planes[number]
        if same is None:
            raw[at :: made.itemsize] = archive.read(f"{name}.{number}")
        elif same:
            raw[at :: made.itemsize] = bytes([same]) * count
    made.frombytes(raw)
    return made
