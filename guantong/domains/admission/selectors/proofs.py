"""A candidate's own certificate of a published result: made from what was kept with the run, checked by anybody."""

from __future__ import annotations

from typing import Any

from guantong.base.accounts.actor import Actor
from guantong.base.people.crypto import keyring
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Candidate, Round, RunResult
from guantong.domains.admission.selectors.access import find_published_run, may_read_candidate
from guantong.engines.matching.sealing.certificate import FORMAT, certificate_bytes, sides_of
from guantong.engines.matching.sealing.identity import salt_of
from guantong.engines.proof.merkle import MerkleTree

KEY_PURPOSE = "admission-run"
"""What the key service is told a run's sealed pseudonym key is for."""


def certificate_for(actor: Actor, candidate: Candidate, round_: Round) -> dict[str, Any]:
    """The certificate of the candidate's result in a round: own line, salt, way to the published root.

    Only for who may read the candidate's file (ADM-004); ADM-143 before publication. It names nobody else.
    """
    if not may_read_candidate(actor, candidate):
        raise errors.CANDIDATE_UNKNOWN.refuse()
    run = find_published_run(round_)
    result = RunResult.objects.filter(run=run, candidate=candidate).first() if run is not None else None
    if run is None or result is None or result.position is None or run.key_cipher is None:
        raise errors.NO_RESULT_YET.refuse()
    leaves = RunResult.objects.filter(run=run).order_by("position").values_list("leaf", flat=True)
    tree = MerkleTree.of_leaf_hashes(bytes(leaf) for leaf in leaves)
    key = bytes.fromhex(keyring().open(bytes(run.key_cipher), KEY_PURPOSE))
    return {
        "format": FORMAT,
        "candidate": candidate.lot,
        "salt": salt_of(key, candidate.lot).hex(),
        "row": result.row,
        "against": result.against,
        "number": result.position,
        "proof": sides_of(tree, result.position),
        "manifest": run.manifest["digest"],
        "cutoffs": run.manifest["published"]["cutoffs.csv"],
        "signature": None,
    }


def certificate_file(actor: Actor, candidate: Candidate, round_: Round) -> bytes:
    """The certificate as the file a candidate downloads; checked with the published ``verify_result.py``."""
    return certificate_bytes(certificate_for(actor, candidate, round_))
