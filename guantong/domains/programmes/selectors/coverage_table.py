"""docs/dev/programme-catalogue.md: how complete the shipped catalogue is, made from its files."""

from __future__ import annotations

from collections import Counter

from ..rules.catalogue import OFFSETS
from .shipped import shipped_catalogue

LEVELS = ("secondary", "higher", "bachelor")


def coverage_markdown() -> str:
    """The whole document: counts by category and level, official totals, copies checked, what is left out."""
    shipped = shipped_catalogue()
    counts = Counter((int(e.code[:2]) - OFFSETS[e.level], e.level) for e in shipped.entries)
    totals = Counter(e.level for e in shipped.entries)
    lines = [
        "# The programme catalogue as entered",
        "",
        "Made by `guantong manage programme_coverage --write`; a test keeps it current.",
        "",
        f"《{shipped.title}》{shipped.number}, as entered in `guantong/domains/programmes/catalogue/`.",
        "",
        "| category | secondary | higher | bachelor | all |",
        "|---|---|---|---|---|",
    ]
    for number, name in sorted(shipped.categories.items()):
        row = [counts[number, level] for level in LEVELS]
        lines.append(f"| {number:02d} {name} | {row[0]} | {row[1]} | {row[2]} | {sum(row)} |")
    entered = [totals[level] for level in LEVELS]
    known = [shipped.known[level] for level in LEVELS]
    lines += [
        f"| **entered** | {entered[0]} | {entered[1]} | {entered[2]} | {sum(entered)} |",
        f"| **official total** | {known[0]} | {known[1]} | {known[2]} | {sum(known)} |",
        "",
        "## Checked against",
        "",
        "Code and name of every entry were compared with public copies; where two copies held it, they agreed.",
        "",
        "| copy | covers | secondary | higher | bachelor |",
        "|---|---|---|---|---|",
    ]
    for letter, copy in shipped.copies.items():
        found = [sum(1 for e in shipped.entries if e.level == level and letter in e.copies) for level in LEVELS]
        lines.append(f"| {letter} {copy['name']} | {copy['covers']} | {found[0]} | {found[1]} | {found[2]} |")
    lines += ["", "| found in | entries |", "|---|---|"]
    for copies, count in sorted(Counter(len(e.copies) for e in shipped.entries).items(), reverse=True):
        lines.append(f"| {copies} {'copies' if copies > 1 else 'copy'} | {count} |")
    lines += ["", "## Left out", ""]
    for item in shipped.later:
        more = [int(item[level]) - shipped.known[level] for level in LEVELS]
        lines.append(
            f"- Supplements to {item['until']}: {more[0]} secondary, {more[1]} higher, {more[2]} bachelor programmes."
            " They could not be checked and are not entered; an authority enters them by sheet (/bureau/programmes/)."
        )
    return "\n".join(lines) + "\n"
