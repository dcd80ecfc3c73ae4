"""The invented province's prefectures, counties, authorities, sixty schools, enterprises and bodies."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from guantong.base.accounts.public import SYSTEM
from guantong.base.orgs.actions import register_organisation, register_region
from guantong.site.demo.people import invented_credit_code
from guantong.site.demo.reorganisations import (
    county_at_first,
    name_at_first,
    register_former_county,
    reorganise_counties,
    reorganise_schools,
)

SINCE = date(2005, 1, 1)
PREFECTURES = ("东湖市", "西岭市", "南渡市", "北原市", "云溪市", "澜江市", "松岗市", "青禾市")
COUNTY_NAMES = ("城区", "山县", "河县", "新区")

RULE_SCHOOLS = (
    ("donghu", "东湖职业技术学院", "higher_school", 2),
    ("nanling", "云澜南岭职业技术学院", "higher_school", 1),
    ("open", "云澜开放职业学院", "higher_school", 3),
    ("xiling", "西岭职业技术学校", "secondary_school", 4),
    ("technician", "云澜技师学院", "technician_school", 5),
    ("beiyuan", "北原高级技工学校", "technician_school", 6),
)
"""Key, name, kind, number of the rule set in regions/990000-demo/rulesets/."""


@dataclass
class Places:
    """Database ids by key or in lists."""

    keyed: dict[str, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    kinds: dict[int, str] = field(default_factory=dict)
    schools: list[int] = field(default_factory=list)
    bodies: list[int] = field(default_factory=list)


def build_places() -> Places:
    """Register everything through actions."""
    places = Places()
    counties: dict[str, str] = {}
    register_region(
        actor=SYSTEM, code="100000", name="中华人民共和国", level="nation", parent=None, in_force_from=SINCE
    )
    register_region(
        actor=SYSTEM, code="990000", name="云澜省（虚构）", level="province", parent="100000", in_force_from=SINCE
    )
    for p, name in enumerate(PREFECTURES, 1):
        code = f"99{p:02d}00"
        register_region(actor=SYSTEM, code=code, name=name, level="prefecture", parent="990000", in_force_from=SINCE)
        for c, tail in enumerate(COUNTY_NAMES, 1):
            county = f"{code[:4]}{c:02d}"
            counties[county] = name[:2] + tail
            register_region(
                actor=SYSTEM,
                code=county,
                name=county_at_first(county, counties[county]),
                level="county",
                parent=code,
                in_force_from=SINCE,
            )
    register_former_county(SINCE)
    reorganise_counties(counties)
    serial = iter(range(1, 10_000))
    regions: dict[str, str] = {}

    def add(
        kind: str, name: str, region: str, authority: int | None = None, school: bool = False, branch: str = ""
    ) -> int:
        number = next(serial)
        regions[name] = region
        first_name, first_kind, first_region = name_at_first(name, kind, region)
        made = register_organisation(
            actor=SYSTEM,
            kind=first_kind,
            name=first_name,
            region=first_region,
            in_force_from=SINCE,
            authority_id=authority,
            credit_code=invented_credit_code(number),
            school_code=f"99{number:08d}" if school else None,
            branch=branch,
        )
        places.names[made.pk], places.kinds[made.pk] = name, kind
        return int(made.pk)

    province = places.keyed["bureau"] = add("authority", "云澜省教育厅", "990000", branch="education")
    places.keyed["labour"] = add(
        "authority", "云澜省人力资源和社会保障厅", "990000", province, branch="human_resources"
    )
    bureaus = [add("authority", f"{name}教育局", f"99{p:02d}00", province) for p, name in enumerate(PREFECTURES, 1)]
    for number, (key, name, kind, _) in enumerate(RULE_SCHOOLS):
        places.keyed[key] = add(kind, name, f"99{number + 1:02d}01", province, school=True)
        places.schools.append(places.keyed[key])
    for p, name in enumerate(PREFECTURES, 1):
        short = name[:2]
        for c, (kind, label, over) in enumerate(
            (
                ("secondary_school", f"{short}中等职业学校", bureaus[p - 1]),
                ("secondary_school", f"{short}职业教育中心", bureaus[p - 1]),
                ("technician_school", f"{short}技工学校", places.keyed["labour"]),
                ("higher_school", f"{short}工程职业学院", province),
                ("higher_school", f"{short}健康职业学院", province),
                ("secondary_school", f"{short}农业学校", bureaus[p - 1]),
            )
        ):
            places.schools.append(add(kind, label, f"99{p:02d}{c % 4 + 1:02d}", over, school=True))
    for number, label in enumerate(
        ("云澜职业技术大学", "澜江应用技术大学", "云澜工业职业大学", "云溪健康职业大学", "青禾农业职业大学")
    ):
        places.schools.append(add("bachelor_school", label, f"99{number + 1:02d}01", province, school=True))
    places.schools.append(add("secondary_school", "云澜特殊教育职业学校", "990104", province, school=True))
    places.keyed["assessor"] = add("assessment_body", "云澜技能评价中心", "990101", places.keyed["labour"])
    places.bodies.append(places.keyed["assessor"])
    for name in ("云澜智造评价中心", "云澜康养评价中心", "云澜数字技能评价中心", "云澜农业技能评价中心"):
        places.bodies.append(add("assessment_body", name, "990201", places.keyed["labour"]))
    for name in ("东湖职业培训学校", "西岭农民培训中心", "南渡创业培训学院", "北原退役军人培训基地"):
        places.bodies.append(add("training_body", name, "990301", places.keyed["labour"]))
    for name in (
        "云澜精密制造有限公司",
        "东湖新能源汽车有限公司",
        "澜江医养集团",
        "青禾种业股份公司",
        "云溪文旅集团",
        "松岗软件园运营公司",
    ):
        places.bodies.append(add("enterprise", name, "990401"))
    reorganise_schools(
        {name: pk for pk, name in places.names.items()},
        regions,
        lambda kind, name, region, authority: add(kind, name, region, authority, school=True),
        province,
    )
    return places
