"""Makes the spreadsheets of ``samples/``: what a registrar would really hand in, for trying the product and for tests.

    .venv/bin/python tools/make_samples.py                     # the small ones, into samples/
    .venv/bin/python tools/make_samples.py large OUT.xlsx      # 100,000 rows (--rows N for another number)

The same as ``guantong samples``, without starting Django; what is in the sheets is in
guantong/domains/credit/sheets/samples/ and guantong/domains/admission/sheets/samples/.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from guantong.domains.admission.sheets.samples.writing import all_sheets
from guantong.domains.credit.sheets.samples.own import MISTAKES, SMALL, large_sheet, person

__all__ = ["MISTAKES", "SMALL", "large_sheet", "main", "person"]

SAMPLES = Path(__file__).resolve().parent.parent / "samples"


def main(argv: Sequence[str] | None = None) -> int:
    """Make the small samples, or the large one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command")
    large = commands.add_parser("large", help="one sheet with very many rows")
    large.add_argument("out", type=Path)
    large.add_argument("--rows", type=int, default=100_000)
    options = parser.parse_args(argv)
    if options.command == "large":
        options.out.write_bytes(large_sheet(options.rows))
        sys.stdout.write(f"{options.out}: {options.rows} 行\n")
        return 0
    SAMPLES.mkdir(exist_ok=True)
    made = {name: make() for name, make in SMALL.items()}
    for name, content in (made | all_sheets()).items():
        (SAMPLES / name).write_bytes(content)
        sys.stdout.write(f"samples/{name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
