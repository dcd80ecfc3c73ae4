"""``python -m tests.conformance FOLDER``: reads public golden data where it lies; exit status 1 when anything
differs.
"""

from __future__ import annotations

import sys
from pathlib import Path

from guantong.engines.matching.sealing.version import code_version
from tests.conformance import new_haven, parcoursup
from tests.conformance.reporting import Report

PARTS = {parcoursup.FOLDER: parcoursup.run, new_haven.FOLDER: new_haven.run}


def main(arguments: list[str]) -> int:
    """Run every part whose data is there; a folder without any is a mistake."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        sys.stderr.write("usage: make conformance DATA=FOLDER\n")
        return 2
    data, report = Path(arguments[0]), Report()
    found = [part for part in PARTS if (data / part).is_dir()]
    if not found:
        sys.stderr.write(f"none of {', '.join(PARTS)} is in {data}\n")
        return 2
    for part in found:
        PARTS[part](data, report)
    code = code_version()
    skipped = [part for part in PARTS if part not in found]
    sys.stdout.write(
        f"{len(report.rows)} comparisons, {report.failed} failed"
        + (f", not there: {', '.join(skipped)}" if skipped else "")
        + f"; guantong {code['version']}, engine source {code['source'][:16]}\n"
    )
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
