"""A sealed run as it was computed, for appeals and trials: what it read and what became of everybody.

Two forms are kept beside each other: the JSON of ``selectors.instances`` (what the run read, for people and for ever)
and the packed arrays (``engines.matching.packing``), which are read some hundred times faster. What was sealed decides
between them, never what lies nearer: the manifest's digest stands in the append-only record of the sealing, the
manifest binds the digest of the arrays and the digests of the input, and neither form is used unless it has them.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from guantong.base.audit.record import list_lines
from guantong.base.files.public import read_bytes
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Run
from guantong.domains.admission.selectors.instances import digests_of_input, from_bytes
from guantong.engines import matching
from guantong.engines.matching import Instance, Outcome
from guantong.engines.matching.packing import NotThisRun, unpack
from guantong.engines.matching.sealing.manifest import digest_of_manifest
from guantong.engines.matching.sealing.version import code_version
from guantong.kernel.collecting import seldom_collecting
from guantong.kernel.refusal import Refusal

log = logging.getLogger("guantong.admission")


@dataclass(frozen=True, slots=True)
class KeptRun:
    """What a sealed run read (``instance``) and what the program of today makes of it (``outcome``), perhaps without
    reasons and cut-offs. ``is_packed`` False: it had to be read from the JSON and computed again."""

    instance: Instance
    outcome: Outcome
    is_packed: bool


def packed_name(run: Run) -> str:
    """The file name of a run's packed form."""
    return f"packed-{run.public_id}.zip"


def kept_run(run: Run, seed: str | None) -> KeptRun:
    """A sealed run. ``seed`` opened where its ties are drawn by lot.

    The result as sealed is taken for the outcome where this very program made it; another version computes it again, so
    that what differs after a correction is never the difference of two programs. Refuses ADM-005 (nothing kept),
    ADM-115 (what is kept is not what was sealed), FIL-008 (the file is gone).
    """
    if run.inputs is None and run.packed is None:
        raise errors.RUN_UNKNOWN.refuse()
    manifest = _sealed_manifest(run)
    with seldom_collecting():
        found = _packed(run, manifest, seed)
        if found is not None:
            instance, outcome = found
            if run.engine.get("code") != code_version():
                outcome = matching.allocate(instance)
            return KeptRun(instance, outcome, is_packed=True)
        if run.inputs is None:
            raise errors.RUN_UNKNOWN.refuse()
        given = from_bytes(read_bytes(run.inputs), run.round)
        _check_input(manifest, digests_of_input(given, run.round.public_id))
        instance = given.instance(seed)
        return KeptRun(instance, matching.allocate(instance), is_packed=False)


def _sealed_manifest(run: Run) -> Mapping[str, Any]:
    """The run's manifest, held against the record of its sealing, which nobody can change afterwards."""
    sealed = list_lines(("admission.run", run.public_id)).filter(action="seal_run").order_by("-pk").first()
    if sealed is None or sealed.facts.get("manifest") != digest_of_manifest(run.manifest):
        raise errors.KEPT_RUN_ALTERED.refuse(what="运行说明")
    manifest: Mapping[str, Any] = run.manifest
    return manifest


def _packed(run: Run, manifest: Mapping[str, Any], seed: str | None) -> tuple[Instance, Outcome] | None:
    """The packed form when it is there, readable and the sealed run; a damaged one is told to the log and left."""
    if run.packed is None:
        return None
    try:
        return unpack(read_bytes(run.packed), str(manifest.get("arrays")), seed)
    except NotThisRun as problem:
        log.warning("packed form of run %s is left unused: %s", run.public_id, problem)
    except Refusal as refusal:
        log.error("packed form of run %s cannot be read: %s", run.public_id, refusal)
    return None


def _check_input(manifest: Mapping[str, Any], found: Mapping[str, str]) -> None:
    sealed = {name: facts.get("sha256") for name, facts in manifest.get("inputs", {}).items()}
    if sealed != dict(found):
        raise errors.KEPT_RUN_ALTERED.refuse(what="投档输入")


__all__ = ["KeptRun", "kept_run", "packed_name"]
