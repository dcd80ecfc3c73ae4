"""The official examples of the French platform: A1–A6 (order of calling under minimum shares) and B7 (offers of three
days).

``DATA/parcoursup_golden``: pairs ``…_entree.json`` and ``…_sortie.json``. The order of calling is computed by
``engines.matching.call_order`` and, where there is one share, once more by the engine itself: the first k called must
be those a plan of k seats with that floor admits, for every k. For B7 the engine makes the offers of each day: order
of calling as the key, the day's boarding position as a line, vacant seats as seats; compared are who gets an offer
and the last rank called.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from guantong.engines.matching import (
    Instance,
    Outcome,
    Place,
    allocate,
    allocate_plainly,
    build_instance,
    compare,
    read_rules,
)
from guantong.engines.matching.call_order import MinimumShare, Ranked, call_order
from tests.conformance.reporting import Report

FOLDER = "parcoursup_golden"
SCHOLARS, RESIDENTS = "scholars", "residents"
KINDS = {
    "BoursierResident": frozenset((SCHOLARS, RESIDENTS)),
    "BoursierNonResident": frozenset((SCHOLARS,)),
    "NonBoursierResident": frozenset((RESIDENTS,)),
    "NonBoursierNonResident": frozenset[str](),
}


def run(data: Path, report: Report) -> None:
    """Every example in the folder."""
    folder = data / FOLDER
    for path in sorted(folder.glob("exemple_A*_entree.json")):
        _call_order(path, report)
    for path in sorted(folder.glob("ExempleB7Jour*_entree.json*")):
        _offers(path, report)


def _read(path: Path) -> Any:
    return json.loads(gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes())


def _answer(path: Path) -> Any:
    return _read(path.with_name(path.name.replace("_entree", "_sortie")))


def _call_order(path: Path, report: Report) -> None:
    groups = _read(path)["algoOrdreAppelEntree"]["groupesClassements"]
    expected = {
        group["key"]: [wish["G_CN_COD"] for wish in group["voeux"]]
        for group in _answer(path)["algoOrdreAppelSortie"]["ordresAppel"]
    }
    name = path.name.split("_entree")[0]
    for group in groups:
        wishes = sorted(group["voeuxClasses"], key=lambda wish: wish["rang"])
        ranked = [Ranked(wish["G_CN_COD"], KINDS[wish["typeCandidat"]]) for wish in wishes]
        shares = [
            MinimumShare(SCHOLARS, Fraction(group["tauxMinBoursiersPourcents"], 100)),
            MinimumShare(RESIDENTS, Fraction(group["tauxMinResidentsPourcents"], 100)),
        ]
        found = call_order(ranked, shares)
        report.add(name, f"order of {len(ranked)} calls", found == expected[group["C_GP_COD"]])
        asked = [share for share in shares if share.share]
        if len(asked) == 1:
            wrong = [k for k, chosen in _admitted_by_engine(ranked, asked[0]) if chosen != set(found[:k])]
            report.add(name, f"the engine's floor admits the same first k, k = 1 … {len(ranked)}", not wrong)


def _admitted_by_engine(ranked: list[Ranked[int]], share: MinimumShare) -> Iterator[tuple[int, set[int]]]:
    for k in range(1, len(ranked) + 1):
        kept = -(-k * share.share.numerator // share.share.denominator)
        rules = read_rules(
            {
                "mechanism": "parallel",
                "unit": "place",
                "order": [{"key": "rank", "direction": "ascending"}],
                "ties": "admit_all",
                "quotas": [
                    {"id": share.name, "kind": "floor", "seats": kept, "who": {"key": "member", "equals": "yes"}}
                ],
            }
        )
        instance = build_instance(
            places=[Place("P", seats=k)],
            candidates=[str(row.person) for row in ranked],
            columns={
                "rank": list(range(1, len(ranked) + 1)),
                "member": ["yes" if share.name in row.groups else "no" for row in ranked],
            },
            choices={str(row.person): ["P"] for row in ranked},
            rules=rules,
        )
        outcome = _both(instance) if k % 50 == 1 else allocate(instance)
        yield k, {row.person for c, row in enumerate(ranked) if outcome.place[c] == 0}


def _both(instance: Instance) -> Outcome:
    outcome = allocate(instance)
    differences = compare(outcome, allocate_plainly(instance))
    if differences:
        raise AssertionError(f"the two implementations differ: {differences[0]}")
    return outcome


def _offers(path: Path, report: Report) -> None:
    given, answer = _read(path)["algoPropositionsEntree"], _answer(path)["algoPropositionsSortie"]
    name = path.name.split("_entree")[0]
    for group in given["groupesAffectations"]:
        boarding = {(one["id"]["C_GI_COD"], one["id"]["G_TA_COD"]): one for one in given["internats"]}
        position = boarding[(group["id"]["G_TI_COD"], group["id"]["G_TA_COD"])]["positionAdmission"]
        wishes = {str(wish["id"]["G_CN_COD"]): wish for wish in group["voeux"]}
        rules = read_rules(
            {
                "mechanism": "parallel",
                "unit": "place",
                "order": [{"key": "call", "direction": "ascending"}],
                "ties": "admit_all",
                "conditions": [{"id": "boarding", "require": {"key": "boarding", "at_most": position}}],
            }
        )
        outcome = _both(
            build_instance(
                places=[Place("P", seats=group["nbPlacesVacantes"])],
                candidates=list(wishes),
                columns={
                    "call": [wish["ordreAppel"] for wish in wishes.values()],
                    "boarding": [wish["rangInternat"] for wish in wishes.values()],
                },
                choices={person: ["P"] for person in wishes},
                rules=rules,
            )
        )
        offered = {int(person) for c, person in enumerate(wishes) if outcome.place[c] == 0}
        expected = {wish["id"]["G_CN_COD"] for wish in answer["propositions"]}
        report.add(name, f"{len(expected)} offers among {len(wishes)} wishes", offered == expected)
        (cutoff,) = outcome.cutoffs
        last = cutoff.values[0]
        report.add(name, "last rank called", last == group["rangDernierAppele"] * 1000)
