"""Runs every measurement: each module of this folder with ``run() -> list[Figure]``.

``python -m bench [module …]`` prints a table and exits with 1 when a figure fails. Those of ``LONG`` take minutes and
run only when they are named.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys

import bench
from bench.figures import Figure

LONG = frozenset({"closing_day"})
"""Measurements that take minutes."""


def modules(wanted: list[str]) -> list[str]:
    """Names of the modules to run, in alphabetical order."""
    found = sorted(info.name for info in pkgutil.iter_modules(bench.__path__) if not info.name.startswith("_"))
    if wanted:
        missing = [name for name in wanted if name not in found]
        if missing:
            raise SystemExit(f"no such measurement: {', '.join(missing)}; known: {', '.join(found)}")
        return [name for name in found if name in wanted]
    return [name for name in found if name not in LONG]


def line(figure: Figure) -> str:
    """One row of the table."""
    ratio = "" if figure.ratio is None else f"{figure.ratio:8.1%}"
    verdict = "PASS" if figure.passed else "FAIL"
    row = (
        f"{figure.name:<58}{figure.value:>14,.2f} {figure.unit:<22}{ratio:>9}  limit {figure.limit:>12,.2f}  {verdict}"
    )
    return row + (f"  ({figure.note})" if figure.note else "")


def main(wanted: list[str]) -> int:
    """Run, print, judge."""
    failed = measured = 0
    for name in modules(wanted):
        module = importlib.import_module(f"bench.{name}")
        run = getattr(module, "run", None)
        if run is None:
            continue
        for figure in run():
            print(line(figure), flush=True)
            measured += 1
            failed += not figure.passed
    print(f"{measured - failed} of {measured} figures within their limits")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
