"""Writes regions/100000-china/calendar/holidays.yaml once from the chinesecalendar package.

The package repeats the yearly notices of the State Council General Office; the notice of each year is cited by the
document ids in regions/100000-china/documents/calendar.yaml. Run it again only when a further year has been published,
and compare the result with the notice: ``.venv/bin/python tools/make_calendar.py``.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from chinese_calendar import constants

CLAUSES = {2024: "一至七", 2025: "一至六", 2026: "一至七"}
"""Years written, with the items of each notice (in 2025 Mid-autumn and National Day share one)."""
TARGET = Path(__file__).resolve().parent.parent / "regions/100000-china/calendar/holidays.yaml"
HEADER = """\
# Holidays and worked weekends as arranged by the yearly notices of the State Council General Office.
# Written by tools/make_calendar.py; a day off that falls on a weekend is listed with its holiday.
years:
"""


def year_lines(year: int) -> list[str]:
    """The YAML lines of one year."""
    by_name: dict[str, list[date]] = {}
    day = date(year, 1, 1)
    while day.year == year:
        holiday = constants.holidays.get(day)
        if holiday is not None:
            by_name.setdefault(constants.Holiday(holiday).chinese, []).append(day)
        day += timedelta(days=1)
    workdays = sorted(d for d in constants.workdays if d.year == year)
    lines = [
        f"  {year}:",
        "    state: published",
        f"    document: cn-holidays-{year}",
        f"    clause: {CLAUSES[year]}",
        "    holidays:",
    ]
    for name, days in sorted(by_name.items(), key=lambda item: item[1][0]):
        lines.append(f"      - {{name: {name}, days: [{', '.join(d.isoformat() for d in days)}]}}")
    lines.append(f"    workdays: [{', '.join(d.isoformat() for d in workdays)}]")
    return lines


if __name__ == "__main__":
    body = "\n".join(line for year in CLAUSES for line in year_lines(year))
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(HEADER + body + "\n", encoding="utf-8")
    print(TARGET)
