"""A candidate's certificate, made from what a published run keeps: the own line, the way to the root, the salt."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from guantong.base.people.crypto import keyring
from guantong.domains.admission.errors import proofs as errors
from guantong.domains.admission.models import Candidate, Round, RunResult
from guantong.domains.admission.selectors.access import find_published_run
from guantong.engines.matching.sealing.certificate import FORMAT, certificate_bytes, sides_of
from guantong.engines.matching.sealing.identity import salt_of
from guantong.engines.proof.merkle import MerkleTree

KEY_PURPOSE = "admission-run"
"""Under which purpose the key of a run's pseudonyms is sealed."""


def certificate_for(candidate: Candidate, round_: Round) -> bytes:
    """The certificate of the own result of a published round (the caller is the candidate); ADM-183 before that.

    It is for the person alone: it holds the own marks and the salt that ties the pseudonym to the own number.
    """
    run = find_published_run(round_)
    result = RunResult.objects.filter(run=run, candidate=candidate).first() if run is not None else None
    if run is None or result is None or result.position is None or run.key_cipher is None:
        raise errors.CERTIFICATE_NOT_YET.refuse()
    key = bytes.fromhex(keyring().open(bytes(run.key_cipher), KEY_PURPOSE))
    card: dict[str, Any] = {
        "format": FORMAT,
        "candidate": candidate.lot,
        "salt": salt_of(key, candidate.lot).hex(),
        "row": result.row,
        "against": result.against,
        "number": result.position,
        "proof": sides_of(_tree(run.pk, run.root), result.position),
        "manifest": run.manifest["digest"],
        "cutoffs": run.manifest["published"]["cutoffs.csv"],
        "signature": None,
    }
    return certificate_bytes(card)


@lru_cache(maxsize=4)
def _tree(run_id: int, root: str) -> MerkleTree:
    """The tree over the lines of a run, from the kept leaf hashes. ``root`` parts runs of different databases."""
    del root
    leaves = RunResult.objects.filter(run_id=run_id).order_by("position").values_list("leaf", flat=True)
    return MerkleTree.of_leaf_hashes(bytes(leaf) for leaf in leaves.iterator())
