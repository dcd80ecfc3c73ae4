"""What became of schools and counties of the invented province: renamed, merged, moved, raised, on dated orders.

Every order is invented and says so. Nothing here draws from the random numbers of the build.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from guantong.base.accounts.public import SYSTEM
from guantong.base.orgs.actions import (
    Basis,
    merge_organisations,
    merge_regions,
    move_organisation,
    register_region,
    rename_organisation,
    rename_region,
    upgrade_organisation,
)

AddSchool = Callable[[str, str, str, int], int]
"""(kind, name, region, authority) → database id of a school registered as of the first day of the register."""

FORMER_NAMES = {
    "云溪职业教育中心": ("云溪第一职业高级中学", date(2016, 3, 1)),
    "西岭职业技术学校": ("西岭农业机械化学校", date(2012, 9, 1)),
}
"""Present name → the name it bore from the beginning, and the day of the change."""
RAISED = {"云澜职业技术大学": ("云澜交通职业技术学院", "higher_school", date(2021, 5, 20))}
"""Present name → former name, former kind, day."""
MERGERS: tuple[tuple[str, date, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "西岭职业教育中心",
        date(2017, 8, 15),
        (("secondary_school", "西岭商贸学校", "990201"), ("secondary_school", "西岭第二职业中学", "990203")),
    ),
    (
        "东湖工程职业学院",
        date(2019, 7, 1),
        (("higher_school", "松岗建筑职业学院", "990701"),),
    ),
)
"""The school that goes on, the day, and the schools that became part of it (kind, name, region)."""
MOVED = {"青禾职业教育中心": ("990801", date(2020, 1, 1))}
"""Name → the region it lay in before that day."""
FORMER_COUNTY = ("990405", "北原矿区", "990402", date(2015, 12, 31))
"""Code, name, the county it became part of, day."""
RENAMED_COUNTY = ("990604", "澜江开发区", date(2018, 6, 1))
"""Code, former name, day."""


def order(year: int, number: int, clause: str, issuer: str = "云澜教函") -> Basis:
    """An invented order of the province."""
    return Basis(f"{issuer}〔{year}〕{number}号（虚构，仅供演示）", clause)


def name_at_first(name: str, kind: str, region: str) -> tuple[str, str, str]:
    """Name, kind and region with which an organisation of today is to be registered at first."""
    if name in RAISED:
        return RAISED[name][0], RAISED[name][1], region
    former = FORMER_NAMES[name][0] if name in FORMER_NAMES else name
    return former, kind, MOVED[name][0] if name in MOVED else region


def reorganise_schools(ids: dict[str, int], regions: dict[str, str], add: AddSchool, province: int) -> None:
    """Carry out what is listed above. ``ids`` and ``regions`` (where it lies today) by present name."""
    for name, (_, day) in FORMER_NAMES.items():
        rename_organisation(
            actor=SYSTEM, organisation_id=ids[name], name=name, happened_on=day, basis=order(day.year, 12, "第二条")
        )
    for name, (_, _, day) in RAISED.items():
        upgrade_organisation(
            actor=SYSTEM,
            organisation_id=ids[name],
            kind="bachelor_school",
            name=name,
            happened_on=day,
            basis=order(day.year, 31, "第一条"),
        )
    for name, (_, day) in MOVED.items():
        move_organisation(
            actor=SYSTEM,
            organisation_id=ids[name],
            region=regions[name],
            happened_on=day,
            basis=order(day.year, 3, "第四条"),
        )
    for name, day, parts in MERGERS:
        former = [add(kind, part, region, province) for kind, part, region in parts]
        merge_organisations(
            actor=SYSTEM,
            source_ids=former,
            target_id=ids[name],
            happened_on=day,
            basis=order(day.year, 18, "第三条"),
            reason="优化学校布局",
        )


def register_former_county(since: date) -> None:
    """A county of the beginning that is no more."""
    code, name, _, _ = FORMER_COUNTY
    register_region(actor=SYSTEM, code=code, name=name, level="county", parent=f"{code[:4]}00", in_force_from=since)


def county_at_first(code: str, name: str) -> str:
    """The name with which a county is to be registered at first."""
    return RENAMED_COUNTY[1] if code == RENAMED_COUNTY[0] else name


def reorganise_counties(names: dict[str, str]) -> None:
    """One county renamed, one become part of its neighbour. ``names`` of today by code."""
    code, _, target, day = FORMER_COUNTY
    merge_regions(
        actor=SYSTEM, sources=[code], target=target, happened_on=day, basis=order(day.year, 40, "第一条", "云澜政函")
    )
    renamed, _, day = RENAMED_COUNTY
    rename_region(
        actor=SYSTEM, code=renamed, name=names[renamed], happened_on=day, basis=order(day.year, 7, "第一条", "云澜政函")
    )
