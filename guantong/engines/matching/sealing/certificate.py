"""The certificate of one candidate: the own line, the way from it to the root, and what to compare it with.

It holds nothing of anybody else. ``against`` names, for each choice the cut-off decided and for the one that holds,
the rows of ``cutoffs.csv`` to compare with; the verifier does not believe the certificate but compares. The published
verifier is ``verify_result.py``; a signature (``signing.py``: Ed25519, outside the standard library) is checked by
``guantong admission verify`` and the site's own page besides.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from guantong.engines.matching.files import errors
from guantong.engines.matching.files.table import cut
from guantong.engines.matching.files.writing import key_vector
from guantong.engines.matching.model import ADMITTING, Code, Cutoff
from guantong.engines.matching.sealing.conditions import ORDINARY
from guantong.engines.matching.sealing.identity import salt_of
from guantong.engines.matching.sealing.manifest import Sealed, sha256
from guantong.engines.matching.sealing.signing import document_bytes, signed
from guantong.engines.matching.sealing.verify_result import compare
from guantong.engines.proof.merkle import MerkleTree
from guantong.engines.proof.signing import SigningKey

FORMAT = "guantong-admission-certificate-1"
_COMPARED = frozenset((Code.BELOW_CUTOFF, Code.LOST_TIE))


def certificate_of(sealed: Sealed, candidate: str, key: bytes, signing_key: SigningKey | None = None) -> dict[str, Any]:
    """The certificate of the candidate with this id; Refusal MTC-352 when the run has no such candidate."""
    instance = sealed.instance
    position = instance.candidate_index.get(candidate)
    if position is None:
        raise errors.NO_SUCH_CANDIDATE.refuse(candidate=cut(candidate))
    number = sealed.numbers[sealed.lines.pseudonyms[position]]
    card: dict[str, Any] = {
        "format": FORMAT,
        "candidate": candidate,
        "salt": salt_of(key, candidate).hex(),
        "row": json.loads(sealed.lines.line(position)),
        "against": against(sealed, position),
        "number": number,
        "proof": sided_proof(sealed, number),
        "manifest": sealed.digest,
        "cutoffs": sha256(sealed.cutoffs),
        "signature": None,
    }
    if signing_key is not None:
        card = signed(card, signing_key)
    return card


def sided_proof(sealed: Sealed, number: int) -> list[str]:
    """The inclusion proof of RFC 9162, each hash with the side it stands on: ``L`` or ``R`` and 64 hexadecimal
    digits.
    """
    return sides_of(sealed.tree, number)


def sides_of(tree: MerkleTree, number: int) -> list[str]:
    """:func:`sided_proof` for leaf ``number`` of a tree, which may be made again from kept leaf hashes."""
    at, last = number, len(tree) - 1
    found = []
    for part in tree.inclusion_proof(number):
        stands_left = bool(at & 1) or at == last
        found.append(("L" if stands_left else "R") + part.hex())
        while stands_left and at and not at & 1:
            at, last = at >> 1, last >> 1
        at, last = at >> 1, last >> 1
    return found


def certificate_bytes(card: Mapping[str, Any]) -> bytes:
    """The file a candidate downloads."""
    return document_bytes(card)


def against(sealed: Sealed, candidate: int) -> dict[str, list[list[str]]]:
    """``{ordinal: [[place or empty, slice], …]}``: rows of the cut-offs that say why, for the choices a cut-off
    decided and those whose seats had gone to earlier ordinals.

    For a choice turned away: the slices (in two stages: the pools of the unit) that were live for the candidate and
    whose last admitted, in a sequential run the last of this ordinal, came before. So rows nobody was admitted under
    are left out, ordinary seats which only a ceiling of the own group closed, and pools that took files of others after
    the wished places were full. For a choice whose seats had gone: the rows of the ordinal named, after which nothing
    was left.
    """
    instance, outcome = sealed.instance, sealed.outcome
    found: dict[str, list[list[str]]] = {}
    for choice in instance.choices_of(candidate):
        code = outcome.codes[choice]
        if code in ADMITTING:
            seats = outcome.slice[candidate]
            name = ORDINARY if seats == 0 else instance.rules.quotas[seats - 1].id
            where = [[instance.places[outcome.place[candidate]].id, name]]
            where += [["", name]] if sealed.has_pools else []
        elif code in _COMPARED:
            where = _below(sealed, candidate, choice)
        elif code == Code.SERVED_EARLIER:
            where = _served(sealed, candidate, choice)
        else:
            continue
        if where:
            found[str(instance.ordinal(candidate, choice))] = where
    return found


def _below(sealed: Sealed, candidate: int, choice: int) -> list[list[str]]:
    """Rows whose vector the candidate is behind."""
    instance = sealed.instance
    unit = instance.units[instance.choice_units[choice]]
    in_steps = instance.rules.mechanism == "sequential"
    ordinal = instance.ordinal(candidate, choice)
    line: dict[str, Any] | None = None
    found: list[list[str]] = []
    for at, may_be_a_ceiling in _turned_away(sealed, candidate, choice):
        row = sealed.rows[(unit, at[0], at[1])].get(ordinal if in_steps else None)
        if row is None or not row.values:
            continue
        if may_be_a_ceiling or row.is_of_closing or (in_steps and sealed.has_pools):
            line = line or json.loads(sealed.lines.line(candidate))
            if _compared(line, row, sealed, ordinal) >= row.is_of_closing:
                continue
        found.append(at)
    return found


def _served(sealed: Sealed, candidate: int, choice: int) -> list[list[str]]:
    """Rows of the ordinal named by the verdict after which nothing was left: of slices, else of the pool it closed."""
    instance = sealed.instance
    unit, step = instance.units[instance.choice_units[choice]], sealed.outcome.distances[choice]

    def is_taken(place: str, name: str) -> bool:
        row = sealed.rows.get((unit, place, name), {}).get(step)
        return row is not None and row.left == 0

    wanted = _live_slices(sealed, candidate, choice)
    found = [[place, name] for place, name in wanted if is_taken(place, name)]
    return found or [["", name] for name in dict.fromkeys(name for _, name in wanted) if is_taken("", name)]


def _live_slices(sealed: Sealed, candidate: int, choice: int) -> list[tuple[str, str]]:
    """Place and slice of every seat in the list of the choice that was live for the candidate."""
    instance = sealed.instance
    unit = instance.choice_units[choice]
    places = instance.places_of_unit(unit) if instance.accepts_reassignment(choice) else instance.wishes(choice)
    return [
        (instance.places[place].id, name) for place in places for name in sealed.standing.live_slices(candidate, place)
    ]


def _turned_away(sealed: Sealed, candidate: int, choice: int) -> list[tuple[list[str], bool]]:
    instance = sealed.instance
    unit = instance.choice_units[choice]
    places = instance.places_of_unit(unit) if instance.accepts_reassignment(choice) else instance.wishes(choice)
    found: dict[tuple[str, str], bool] = {}
    for place in places:
        for name in sealed.standing.live_slices(candidate, place):
            place_id = instance.places[place].id
            if sealed.has_pools and not sealed.seats[(instance.units[unit], place_id, name)]:
                continue
            at = ("" if sealed.has_pools else place_id, name)
            is_under = name == ORDINARY and sealed.standing.is_under_ceiling(candidate, place)
            found[at] = found.get(at, False) or is_under
    return [(list(at), is_under) for at, is_under in found.items()]


def _compared(line: Mapping[str, Any], row: Cutoff, sealed: Sealed, ordinal: int) -> int:
    own = {
        **line["facts"],
        "lottery": line["lottery"],
        "priority": line.get("priorities"),
        "ordinal": str(ordinal),
    }
    cells = {"place_id": row.place or "", "keys": key_vector(row, sealed.instance.rules)}
    return compare(own, cells, sealed.manifest)[0]
