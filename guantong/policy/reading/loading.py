"""From a folder of region folders to checked contents, or one refusal that lists every fault."""

from __future__ import annotations

from pathlib import Path

from guantong.kernel.refusal import Problem, Refusal, Weight
from guantong.policy import errors
from guantong.policy.reading.crosscheck import check_all
from guantong.policy.reading.folder import Reading, read_root
from guantong.policy.reading.slices import put_blocks_in


def read_checked(root: Path) -> tuple[Reading, tuple[Problem, ...]]:
    """What stands in ``root`` and every finding, ordered by file and line; nothing is raised for faults in files."""
    reading = read_root(root)
    put_blocks_in(reading)
    check_all(reading)
    found = sorted(
        dict.fromkeys(reading.notes.problems), key=lambda p: (p.where.file or "", p.where.line or 0, p.code, p.message)
    )
    return reading, tuple(found)


def read_or_refuse(root: Path) -> tuple[Reading, tuple[Problem, ...]]:
    """The contents and the findings that wait for confirmation; raises a Refusal listing every fault."""
    if not root.is_dir():
        raise errors.NO_FOLDER.refuse(path=root)
    reading, found = read_checked(root)
    faults = [p for p in found if p.weight is Weight.MUST_CHANGE]
    if faults:
        raise Refusal(faults)
    if not reading.folders:
        raise errors.NO_FOLDER.refuse(path=root)
    return reading, tuple(found)
