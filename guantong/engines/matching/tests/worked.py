"""Small instances written out by hand, and what each choice was told in a few words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest

from guantong.engines.matching import allocate, allocate_plainly, build_instance, check, read_rules
from guantong.engines.matching.model import NONE, Choice, Cutoff, Instance, Outcome, Place
from guantong.engines.matching.tests.strategies import SEED

both = pytest.mark.parametrize("carry_out", [allocate_plainly, allocate], ids=["plain", "fast"])
"""Every worked example holds both implementations to the answer found by hand."""


@dataclass(frozen=True)
class Result:
    """An outcome asked by names."""

    instance: Instance
    outcome: Outcome

    @property
    def places(self) -> dict[str, str | None]:
        """Where everybody is."""
        return {
            name: None if place == NONE else self.instance.places[place].id
            for name, place in zip(self.instance.candidates, self.outcome.place, strict=True)
        }

    def told(self, name: str) -> list[str]:
        """``below_cutoff total 4000`` for each choice."""
        candidate = self.instance.candidate_index[name]
        found = []
        for verdict in self.outcome.verdicts(self.instance.choices_of(candidate)):
            parts = [verdict.code.label, verdict.key, None if verdict.distance is None else str(verdict.distance)]
            found.append(" ".join(part for part in parts if part is not None))
        return found

    def reason(self, name: str) -> str:
        """The reason of a candidate."""
        from guantong.engines.matching.model import Code

        return Code(self.outcome.reason[self.instance.candidate_index[name]]).label

    def slice_of(self, name: str) -> str | None:
        """The quota whose seat a candidate holds, or ordinary."""
        kind = self.outcome.slice[self.instance.candidate_index[name]]
        if kind == NONE:
            return None
        return "ordinary" if kind == 0 else self.instance.rules.quotas[kind - 1].id

    def rows(self, place: str | None, slice_: str = "ordinary", unit: str | None = None) -> list[Cutoff]:
        """The cut-off rows of a place, or (None) of a unit."""
        return [
            row
            for row in self.outcome.cutoffs
            if row.place == place and row.slice == slice_ and (unit is None or row.unit == unit)
        ]

    def row(self, place: str | None, slice_: str = "ordinary", unit: str | None = None) -> Cutoff:
        """The one cut-off row of a place, or (None) of a unit."""
        rows = self.rows(place, slice_, unit)
        assert len(rows) == 1
        return rows[0]

    def by_ordinal(self, place: str | None, slice_: str = "ordinary", unit: str | None = None) -> list[str]:
        """The rows in a few words: ``2: 1 of 3 seats, 2 left, 490, full``; filed too where it is not admitted."""
        found = []
        for row in self.rows(place, slice_, unit):
            filed = f" ({row.filed} filed)" if row.filed != row.admitted else ""
            parts = [f"{row.admitted}{filed} of {row.seats} seats", f"{row.left} left", *row.shown()]
            found.append(f"{row.ordinal}: " + ", ".join([*parts, *(["full"] if row.full else [])]))
        return found


def rules_of(**given: object) -> dict[str, object]:
    """Rules with the usual things filled in: parallel choice of places by total, ties admitted together."""
    usual: dict[str, object] = {
        "mechanism": "parallel",
        "unit": "place",
        "order": [{"key": "total"}],
        "ties": "admit_all",
    }
    if given.get("ties") == "lottery":
        usual["lottery_seed"] = SEED
    return {**usual, **given}


def group(unit: str, *programmes: str, accept: bool = False, ordinal: int | None = None) -> Choice:
    """A choice of a group with programmes wished."""
    return Choice(unit, ordinal, programmes, accept)


def instance_of(
    rules: Mapping[str, object],
    places: Sequence[Place],
    candidates: Mapping[str, Mapping[str, object] | int],
    choices: Mapping[str, Sequence[str | Choice]],
    **more: object,
) -> Instance:
    """An instance; a candidate given as a number has that total."""
    rows = {name: {"total": given} if isinstance(given, int) else given for name, given in candidates.items()}
    names = list(dict.fromkeys(column for row in rows.values() for column in row))
    columns = {column: [row.get(column) for row in rows.values()] for column in names}
    return build_instance(
        places=places,
        candidates=list(rows),
        columns=columns,  # type: ignore[arg-type]
        choices=choices,
        rules=read_rules(rules),
        **more,  # type: ignore[arg-type]
    )


def result_of(carry_out: object, instance: Instance) -> Result:
    """The result by an implementation; whatever it is, the independent check must find nothing."""
    outcome = carry_out(instance)  # type: ignore[operator]
    assert check(instance, outcome) == ()
    return Result(instance, outcome)
