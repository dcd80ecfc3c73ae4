"""Who proves a result: a candidate's own certificate, signed by the organiser, and the public keys to check it with."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from guantong.base.accounts.actor import Actor
from guantong.base.people.crypto import keyring
from guantong.base.signing.public import find_signer, list_keys
from guantong.domains.admission.errors import acting
from guantong.domains.admission.errors import proofs as errors
from guantong.domains.admission.models import Candidate, Cycle, Round, Run, RunResult
from guantong.domains.admission.selectors.access import find_published_run, may_read_candidate
from guantong.engines.matching.sealing.certificate import FORMAT, certificate_bytes, sides_of
from guantong.engines.matching.sealing.identity import salt_of
from guantong.engines.matching.sealing.signing import signed
from guantong.engines.proof.credential import IssuerKey
from guantong.engines.proof.merkle import MerkleTree
from guantong.kernel import clock

KEY_PURPOSE = "admission-run"
"""What the key service is told a run's sealed pseudonym key is for."""


def certificate_for(actor: Actor, candidate: Candidate, round_: Round) -> dict[str, Any]:
    """The certificate of the candidate's result in a published round: own line, salt, way to the root, signature.

    Only for who may read the candidate's file (ADM-004); ADM-183 before publication. It holds the own marks and the
    salt that ties the pseudonym to the own number, and names nobody else. Signed today, with the key in use.
    """
    if not may_read_candidate(actor, candidate):
        raise acting.CANDIDATE_UNKNOWN.refuse()
    run, result = result_of(candidate, round_)
    card: dict[str, Any] = {
        "format": FORMAT,
        "candidate": candidate.lot,
        "salt": salt_of(run_key(run), candidate.lot).hex(),
        "row": result.row,
        "against": result.against,
        "number": result.position,
        "proof": sides_of(tree_of(run), result.position or 0),
        "manifest": run.manifest["digest"],
        "cutoffs": run.manifest["published"]["cutoffs.csv"],
        "signature": None,
    }
    signer = find_signer(round_.cycle.organiser_id) if round_.cycle.organiser_id is not None else None
    return card if signer is None else signed(card, signer.key, issuer=signer.issuer, on=clock.today())


def certificate_file(actor: Actor, candidate: Candidate, round_: Round) -> bytes:
    """The certificate as the file a candidate downloads; checked with the published ``verify_result.py``."""
    return certificate_bytes(certificate_for(actor, candidate, round_))


def result_of(candidate: Candidate, round_: Round) -> tuple[Run, RunResult]:
    """The published run of a round and the candidate's line in it; ADM-183 without."""
    run = find_published_run(round_)
    result = RunResult.objects.filter(run=run, candidate=candidate).first() if run is not None else None
    if run is None or result is None or result.position is None or run.key_cipher is None:
        raise errors.CERTIFICATE_NOT_YET.refuse()
    return run, result


def run_key(run: Run) -> bytes:
    """The 32 bytes pseudonyms of a run follow from."""
    return bytes.fromhex(keyring().open(bytes(run.key_cipher or b""), KEY_PURPOSE))


def tree_of(run: Run) -> MerkleTree:
    """The tree over the lines of a run."""
    return _tree(run.pk, run.root)


@lru_cache(maxsize=4)
def _tree(run_id: int, root: str) -> MerkleTree:
    """Made from the kept leaf hashes. ``root`` parts runs of different databases."""
    del root
    leaves = RunResult.objects.filter(run_id=run_id).order_by("position").values_list("leaf", flat=True)
    return MerkleTree.of_leaf_hashes(bytes(leaf) for leaf in leaves.iterator())


def keys_for(cycle: Cycle) -> dict[str, IssuerKey]:
    """The public keys of a cycle's organiser by id, oldest first; those no longer in use too."""
    if cycle.organiser_id is None:
        return {}
    return {
        one.key.key_id: IssuerKey(one.key, one.issuer, one.since, one.until) for one in list_keys([cycle.organiser_id])
    }
