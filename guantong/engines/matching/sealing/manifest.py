"""The manifest of a run: what went in, which program and rules, what came out, and the root over every candidate's
line.

Its digest is taken without the revealed seed and the digest itself: the commitment already binds the seed, so the
manifest keeps its digest when the seed is told later. Two runs of the same input by the same program under the same
key give the same manifest, byte for byte.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from guantong.engines.matching.files import errors
from guantong.engines.matching.files.writing import CUTOFFS, CUTOFFS_1, cutoffs_csv, places_csv
from guantong.engines.matching.lottery import lottery_numbers
from guantong.engines.matching.model import NONE, Code, Cutoff, Instance, Outcome
from guantong.engines.matching.reading import rules_as_mapping
from guantong.engines.matching.sealing.conditions import Standing
from guantong.engines.matching.sealing.formats import FORMAT, FORMAT_1, rows_of_format_1
from guantong.engines.matching.sealing.identity import pseudonyms
from guantong.engines.matching.sealing.leaves import Lines, asked_columns, canonical, leaf_order
from guantong.engines.matching.sealing.version import code_version, engine_versions
from guantong.engines.proof.merkle import MerkleTree

WORDS = {
    Code.ADMITTED: "已经录取",
    Code.ADMITTED_REASSIGNED: "经调剂录取",
    Code.ADMITTED_OVER_PLAN: "同分的考生一起录取，超出计划",
    Code.PLACED_HIGHER: "前面的志愿已经录取",
    Code.NOT_ELIGIBLE: "不符合报考条件",
    Code.BELOW_LINE: "没有达到控制线",
    Code.NO_SEATS: "没有名额",
    Code.BELOW_CUTOFF: "低于最后一名",
    Code.LOST_TIE: "与最后一名同分，没有取上",
    Code.QUOTA_FULL: "所属人群的名额已满",
    Code.SENT_BACK_PROGRAMMES: "已经投档，所填专业已满，又不服从调剂，被退档",
    Code.SENT_BACK_FULL: "已经投档，名额已满，被退档",
    Code.SENT_BACK_BY_SCHOOL: "学校审核后退档",
    Code.FILE_USED: "档案已经投给另一个志愿",
    Code.SERVED_EARLIER: "名额已经给了前面志愿序号的考生",
    Code.PLACED_BEFORE: "以前的批次或轮次已经录取",
    Code.NO_CHOICES: "没有填报志愿",
    Code.NOT_PLACED: "没有录取",
}
"""What each code says to people; part of every manifest, so that the published verifier can say it."""
KEY_WORDS = {"priority": "本专业的成绩", "lottery": "摇号", "ties": "同分", "ordinal": "志愿序号"}
"""What the names say that a key of a verdict may carry in every run."""
_SEED = re.compile(r"^[0-9a-f]{64}$")


def commitment_of(seed: str) -> str:
    """What is published before choices are read: SHA-256 over the 64 lower-case hexadecimal digits of the seed as
    text.
    """
    if not _SEED.match(seed):
        raise ValueError("a seed has 64 lower-case hexadecimal digits")
    return hashlib.sha256(seed.encode()).hexdigest()


def sha256(data: bytes) -> str:
    """Hexadecimal SHA-256."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class Checked:
    """What the second implementation and the independent check found; a run with either is not published."""

    mismatches: int = 0
    violations: int = 0


@dataclass(frozen=True)
class Sealed:
    """A sealed run: the manifest and what certificates are made from."""

    instance: Instance
    outcome: Outcome
    manifest: dict[str, Any]
    order: list[int]
    """Candidates (positions) in the order of the leaves."""
    tree: MerkleTree
    lines: Lines
    cutoffs: bytes
    """``cutoffs.csv`` as published."""
    places: bytes
    """``places.csv`` as published."""
    numbers: dict[str, int] = field(default_factory=dict)
    """Pseudonym → number of the leaf."""

    @cached_property
    def standing(self) -> Standing:
        """Which seats were open to whom."""
        return Standing(self.instance)

    @cached_property
    def rows(self) -> dict[tuple[str, str, str], dict[int | None, Cutoff]]:
        """Cut-offs by unit, place (empty: the unit's pool) and slice, as ``cutoffs.csv`` names them, and the ordinal;
        of a run of all choices at once under None."""
        found: dict[tuple[str, str, str], dict[int | None, Cutoff]] = {}
        in_steps = self.instance.rules.mechanism == "sequential"
        for row in self.outcome.cutoffs:
            steps = found.setdefault((row.unit, row.place or "", row.slice), {})
            steps[row.ordinal if in_steps else None] = row
        return found

    @cached_property
    def seats(self) -> dict[tuple[str, str, str], int]:
        """Seats of unit, place and slice that were open when the run began."""
        found: dict[tuple[str, str, str], int] = {}
        for row in self.outcome.cutoffs:
            found.setdefault((row.unit, row.place or "", row.slice), row.seats)
        return found

    @cached_property
    def has_pools(self) -> bool:
        """Whether files were sent to units first (two stages)."""
        return any(row.place is None for row in self.outcome.cutoffs)

    @property
    def digest(self) -> str:
        """The digest of the manifest."""
        return str(self.manifest["digest"])


def digest_of_manifest(manifest: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical manifest without ``digest`` and without the revealed seed."""
    return sha256(canonical({name: value for name, value in manifest.items() if name not in ("digest", "seed")}))


def seal(
    instance: Instance,
    outcome: Outcome,
    *,
    names: Sequence[str],
    inputs: Mapping[str, Mapping[str, Any]],
    checked: Checked,
    pack: Sequence[Mapping[str, Any]] = (),
    titles: Mapping[str, str] | None = None,
    lottery: Sequence[int] = (),
    is_revealed: bool = True,
    made_at: str | None = None,
    layout: object = FORMAT,
) -> Sealed:
    """Seals a run.

    ``names``: the pseudonym of each candidate (``identity.pseudonyms``). ``inputs``: file name → ``{sha256, bytes,
    rows}``. ``pack``: the clauses the rules rest on. ``lottery``: numbers drawn elsewhere (of a bundle); computed
    from the seed by default. ``is_revealed`` False keeps the seed out. ``made_at``: a moment in ISO 8601, or None.
    ``layout``: the format, that of the manifest where a run is sealed again (``formats``).
    """
    from guantong.engines.matching.sealing.arrays import digest_of_run  # numpy is loaded when a run is sealed

    seed = instance.rules.lottery_seed and instance.rules.lottery_seed.lower()
    if instance.rules.ties == "lottery" and seed is not None and not lottery:
        lottery = lottery_numbers(seed, instance.candidates)
    columns: Sequence[str] = CUTOFFS
    if layout == FORMAT_1:
        columns, outcome = CUTOFFS_1, replace(outcome, cutoffs=rows_of_format_1(outcome.cutoffs))
    lines = Lines(instance, outcome, names, lottery)
    order = leaf_order(names)
    result = hashlib.sha256()
    tree = MerkleTree()
    tree.extend(lines.lines(order))
    for c in order:
        place = instance.places[outcome.place[c]].id if outcome.place[c] != NONE else ""
        result.update(f"{names[c]}\t{place}\t{outcome.ordinal[c]}\t{Code(outcome.reason[c]).label}\n".encode())
    cutoffs, places = cutoffs_csv(instance, outcome, columns), places_csv(instance.places)
    manifest: dict[str, Any] = {
        "format": FORMAT_1 if layout == FORMAT_1 else FORMAT,
        "code": code_version(),
        "engines": engine_versions(),
        "inputs": {name: dict(facts) for name, facts in sorted(inputs.items())},
        "rules": without_seed(rules_as_mapping(instance.rules)),
        "pack": [dict(clause) for clause in pack],
        "columns": columns_of(instance),
        "words": {**(titles or {}), **KEY_WORDS, **{code.label: words for code, words in WORDS.items()}},
        "commitment": commitment_of(seed) if seed is not None else None,
        "seed": seed if is_revealed else None,
        "counts": counts_of(instance, outcome),
        "checks": {"mismatches": checked.mismatches, "violations": checked.violations},
        "published": {"cutoffs.csv": sha256(cutoffs), "places.csv": sha256(places)},
        "arrays": digest_of_run(instance, outcome),
        "result": {"digest": result.hexdigest(), "root": tree.root().hex(), "leaves": len(order)},
    }
    if made_at is not None:
        manifest["made_at"] = made_at
    manifest["digest"] = digest_of_manifest(manifest)
    return Sealed(
        instance=instance,
        outcome=outcome,
        manifest=manifest,
        order=order,
        tree=tree,
        lines=lines,
        cutoffs=cutoffs,
        places=places,
        numbers={names[c]: number for number, c in enumerate(order)},
    )


def seal_under(key: bytes, instance: Instance, outcome: Outcome, **facts: Any) -> Sealed:
    """:func:`seal` with the pseudonyms of ``key``."""
    return seal(instance, outcome, names=pseudonyms(key, instance.candidates), **facts)


def columns_of(instance: Instance) -> dict[str, dict[str, str | None]]:
    """``{name: {kind: number|text, better: larger|smaller|null}}`` of every name a key vector or a line may carry."""
    better = {key.key: "larger" if key.descending else "smaller" for key in instance.rules.order}
    found: dict[str, dict[str, str | None]] = {
        name: {
            "kind": "number" if instance.columns[name].of_numbers else "text",
            "better": better.get(name),
        }
        for name in asked_columns(instance.rules)
        if name in instance.columns
    }
    found["priority"] = {"kind": "number", "better": "larger"}
    found["ordinal"] = {"kind": "number", "better": "smaller"}
    found["lottery"] = {"kind": "number", "better": "smaller"}
    return found


def without_seed(rules: Mapping[str, Any]) -> dict[str, Any]:
    """The rules without the seed, which stands beside them once it is revealed."""
    return {name: value for name, value in rules.items() if name != "lottery_seed"}


def counts_of(instance: Instance, outcome: Outcome) -> dict[str, Any]:
    """The figures of a run."""
    reasons = Counter(outcome.reason)
    return {
        "candidates": len(instance.candidates),
        "choices": len(instance.choice_units),
        "places": len(instance.places),
        "seats": sum(place.seats for place in instance.places),
        "placed": sum(1 for place in outcome.place if place != NONE),
        "reasons": {Code(code).label: reasons[code] for code in sorted(reasons)},
    }


def facts_of_file(data: bytes, rows: int | None = None) -> dict[str, Any]:
    """``{sha256, bytes, rows}`` of an input file."""
    facts: dict[str, Any] = {"sha256": sha256(data), "bytes": len(data)}
    if rows is not None:
        facts["rows"] = rows
    return facts


def manifest_bytes(manifest: Mapping[str, Any]) -> bytes:
    """``manifest.json``: indented, sorted, one newline at the end."""
    return (json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode()


def check_commitment(seed: str | None, commitment: str) -> None:
    """Refusal MTC-362 unless the seed is the one committed to."""
    if seed is None or commitment_of(seed) != commitment.strip().lower():
        raise errors.SEED_DIFFERS.refuse()
