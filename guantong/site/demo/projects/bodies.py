"""Authorities of other lines than education at the levels the definitions name: somebody is responsible everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from guantong.base.accounts.public import SYSTEM
from guantong.base.orgs.actions import register_organisation
from guantong.base.orgs.public import region_names_on
from guantong.kernel import clock
from guantong.site.demo.people import invented_credit_code
from guantong.site.demo.places import PREFECTURES, RULE_SCHOOLS, Places

LABOUR = "人力资源和社会保障局"


def build_bodies(places: Places, since: date) -> None:
    """The nation's ministries, the province's commissions, the labour bureaus of all cities, and education and labour
    bureaus of the counties in which the schools and enterprises of the sign-in cards are."""
    for number, (key, region, branch, name, above) in enumerate(_bodies(places), 1):
        made = register_organisation(
            actor=SYSTEM,
            kind="authority",
            name=name,
            region=region,
            branch=branch,
            in_force_from=since,
            authority_id=places.keyed[above] if above else None,
            credit_code=invented_credit_code(90_000 + number),
        )
        places.names[made.pk] = name
        if key:
            places.keyed[key] = made.pk


def _bodies(places: Places) -> Iterator[tuple[str, str, str, str, str]]:
    """(key, region, branch, name, key of the authority above)."""
    yield "nation", "100000", "education", "国家教育行政部门（虚构）", ""
    yield "nation.labour", "100000", "human_resources", "国家人力资源和社会保障行政部门（虚构）", ""
    yield "", "100000", "development_reform", "国家发展和改革部门（虚构）", ""
    yield "", "100000", "industry", "国家工业和信息化部门（虚构）", ""
    yield "reform", "990000", "development_reform", "云澜省发展和改革委员会", ""
    yield "industry", "990000", "industry", "云澜省工业和信息化厅", ""
    for number, name in enumerate(PREFECTURES, 1):
        yield f"labour.99{number:02d}00", f"99{number:02d}00", "human_resources", f"{name}{LABOUR}", "labour"
    counties = [f"99{number:02d}01" for number in range(1, len(RULE_SCHOOLS) + 1)]
    names = region_names_on(counties, clock.today())
    for code in counties:
        yield "", code, "education", f"{names[code]}教育局", ""
        yield "", code, "human_resources", f"{names[code]}{LABOUR}", f"labour.{code[:4]}00"
