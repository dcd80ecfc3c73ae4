"""The vocational examination: intake plans of all its batches."""

from __future__ import annotations

from decimal import Decimal

from guantong.domains.admission.actions.plans import PlanEntry
from guantong.site.demo.admission.ground import Ground
from guantong.site.demo.admission.offers import Offers, Taught

CHANNEL = "vocational-exam"
SHARES = {
    ("bachelor", "ordinary"): 0.09,
    ("higher", "ordinary"): 0.5,
    ("higher", "veterans"): 0.015,
    ("higher", "joint_foreign"): 0.008,
    ("advance", "targeted"): 0.008,
    ("advance", "sponsored"): 0.005,
    ("advance", "paired"): 0.012,
}
"""(batch, kind) → seats as a part of the candidates."""


def entries(ground: Ground, offers: Offers, candidates: int) -> dict[int, list[PlanEntry]]:
    """Plans of every school, school by school; seats add up to the parts of :data:`SHARES`."""
    random = ground.random
    drawn: dict[tuple[str, str], list[tuple[float, int, PlanEntry]]] = {}

    def add(one: Taught, code: str, batch: str, kind: str, group: str, fee: int, note: str = "") -> None:
        weight = random.uniform(0.6, 1.4) * (1.5 if len(one.programmes) > 3 else 1.0)
        name = ground.places.names[one.school]
        is_grouped = batch == "higher"
        entry = PlanEntry(
            programme_code=code,
            batch=batch,
            seats=1,
            fee_fen=fee * 100,
            years=Decimal(4 if one.level == "bachelor" else 3),
            place=f"{name[:2]}校区",
            kind=kind,
            group_code=group if is_grouped else "",
            group_name=f"{group} 组（{one.class_name}）" if is_grouped else "",
            conditions=(
                [{"id": "english-mark", "title": "外语单科要求", "require": {"key": "english", "at_least": "40"}}]
                if one.field.key == "tourism" and code == one.programmes[0][0] and kind == "ordinary"
                else []
            ),
            note=note,
        )
        drawn.setdefault((batch, kind), []).append((weight, one.school, entry))

    number: dict[int, int] = {}
    for one in offers.higher:
        number[one.school] = number.get(one.school, 0) + 1
        group = f"{number[one.school]:02d}"
        fee = random.choice((5000, 5200, 5500, 6000))
        for code, _ in one.programmes:
            add(one, code, "higher", "ordinary", group, fee)
        first = one.programmes[0][0]
        if number[one.school] == 1:
            add(one, first, "higher", "veterans", group, fee, "只招退役军人。")
            add(one, first, "advance", "paired", "", fee)
        if number[one.school] == 2 and "职业学院" in ground.places.names[one.school]:
            add(one, first, "advance", "targeted", "", fee, "毕业后回定向县工作，入学前签订协议。")
        if one.field.key == "vehicle" and number[one.school] <= 4:
            add(one, one.field.codes["higher"], "advance", "sponsored", "", fee, "与委托单位签订三方协议。")
        if one.field.key == "software" and len(one.programmes) > 2:
            add(one, one.programmes[-1][0], "higher", "joint_foreign", group, 15000, "部分课程用英语讲授。")
    for one in offers.bachelor:
        for code, _ in one.programmes:
            add(one, code, "bachelor", "ordinary", "", random.choice((6500, 7000, 7500)))
    found: dict[int, list[PlanEntry]] = {}
    for key, rows in drawn.items():
        whole = sum(weight for weight, _, _ in rows)
        for weight, school, entry in rows:
            seats = max(2, round(candidates * SHARES[key] * weight / whole))
            values = {name: getattr(entry, name) for name in entry.__dataclass_fields__}
            found.setdefault(school, []).append(PlanEntry(**values | {"seats": seats}))
    return dict(sorted(found.items()))
