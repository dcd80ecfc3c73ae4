"""A run sealed, published into a folder and asked by the published verifier, as an outsider would."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from guantong.engines.matching.model import Code, Instance, Outcome
from guantong.engines.matching.sealing import verify_result
from guantong.engines.matching.sealing.certificate import certificate_bytes, certificate_of
from guantong.engines.matching.sealing.manifest import Checked, Sealed, manifest_bytes, seal_under

KEY = bytes(range(32))
COMPARED = frozenset((Code.BELOW_CUTOFF, Code.LOST_TIE, Code.SERVED_EARLIER))


def publish(sealed: Sealed, folder: Path) -> Path:
    """The published files of a run."""
    folder.mkdir(exist_ok=True)
    (folder / "manifest.json").write_bytes(manifest_bytes(sealed.manifest))
    (folder / "cutoffs.csv").write_bytes(sealed.cutoffs)
    (folder / "places.csv").write_bytes(sealed.places)
    return folder


def certified(instance: Instance, outcome: Outcome) -> dict[str, Any]:
    """Every certificate by candidate; each must hold, and name a row for every choice a cut-off decided."""
    sealed = seal_under(KEY, instance, outcome, inputs={}, checked=Checked())
    cards: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = publish(sealed, Path(place) / "published")
        for position, candidate in enumerate(instance.candidates):
            card = cards[candidate] = json.loads(certificate_bytes(certificate_of(sealed, candidate, KEY)))
            wrong = [said for is_right, said in verify_result.check(card, folder) if not is_right]
            assert wrong == [], candidate
            decided = {
                str(instance.ordinal(position, choice))
                for choice in instance.choices_of(position)
                if outcome.codes[choice] in COMPARED
            }
            assert decided <= set(card["against"]), candidate
    return cards
