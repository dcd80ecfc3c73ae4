"""The proof of a published run: what its manifest says, its files as one archive, and the check of a certificate."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from guantong.domains.admission.errors import proofs as errors
from guantong.domains.admission.models import Run
from guantong.domains.admission.rules.states import PUBLISHED
from guantong.domains.admission.selectors.openings import OpeningShown
from guantong.domains.admission.selectors.proofs import keys_for
from guantong.domains.admission.selectors.published import published_files
from guantong.engines.matching.sealing.certificate import FORMAT
from guantong.engines.matching.sealing.formats import verifier_of
from guantong.engines.matching.sealing.signing import check_seal, judge_signature
from guantong.engines.proof.credential import Check, IssuerKey, Outcome
from guantong.kernel.reading import read_json

MOVED = (1980, 1, 1, 0, 0, 0)
"""The moment written into archives, so that the same files give the same archive."""


@dataclass(frozen=True, slots=True)
class CheckedCertificate:
    """What the verifier said of a certificate, statement by statement; then who signed it and the run's seal.
    ``broken``: the certificate is incomplete."""

    run: Run
    pseudonym: str
    statements: tuple[tuple[bool, str], ...]
    broken: bool
    signatures: tuple[Check, ...] = ()

    @property
    def is_content_right(self) -> bool:
        """Whether every statement of the verifier is true."""
        return not self.broken and bool(self.statements) and all(right for right, _ in self.statements)

    @property
    def holds(self) -> bool:
        """Whether every statement is true and no signature is false."""
        return self.is_content_right and all(one.outcome is not Outcome.FAILED for one in self.signatures)

    @property
    def is_unsigned(self) -> bool:
        """Whether it cannot be said who issued the certificate."""
        return any(one.name == "signature" and one.outcome is Outcome.UNKNOWN for one in self.signatures)


class _Memory:
    """Published files in memory, asked as the verifier asks a folder."""

    def __init__(self, files: Mapping[str, bytes], name: str = "") -> None:
        self._files, self._name = files, name

    def __truediv__(self, name: str) -> _Memory:
        return _Memory(self._files, name)

    def read_bytes(self) -> bytes:
        return self._files[self._name]

    def read_text(self, encoding: str = "utf-8") -> str:
        return self._files[self._name].decode(encoding)


def check_certificate(content: bytes, name: str) -> CheckedCertificate:
    """Check a certificate against the published run it names, with the verifier published with it.

    ADM-181 for what is no certificate, ADM-182 when its run was not published here. Nothing is kept.
    """
    try:
        card: Any = read_json(content.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        raise errors.CERTIFICATE_UNREADABLE.refuse(name=name[:80]) from None
    if not isinstance(card, dict) or card.get("format") != FORMAT or not isinstance(card.get("manifest"), str):
        raise errors.CERTIFICATE_UNREADABLE.refuse(name=name[:80])
    run = (
        Run.objects.select_related("round__cycle", "bundle")
        .filter(state=PUBLISHED, purpose="real", manifest__digest=card["manifest"])
        .first()
    )
    if run is None:
        raise errors.CERTIFICATE_OF_NO_RUN.refuse()
    said: list[tuple[bool, str]] = []
    broken = False
    try:
        for is_right, statement in verifier_of(run.manifest)(card, _Memory(published_files(run))):
            said.append((bool(is_right), statement))
    except (IndexError, KeyError, TypeError, ValueError, AttributeError, ArithmeticError):
        broken = True
    row = card.get("row")
    pseudonym = str(row.get("candidate", "")) if isinstance(row, dict) else ""
    keys = keys_for(run.round.cycle)
    signatures = [judge_signature(card, keys)]
    if run.signature:
        signatures.append(check_seal(run.signature, run.manifest, keys))
    return CheckedCertificate(run, pseudonym[:40], tuple(said), broken, tuple(signatures))


@dataclass(frozen=True, slots=True)
class KeyShown:
    """A public key as the pages list it; ``is_of_run``: the seal of the run at hand was signed with it."""

    key_id: str
    issuer: str
    since: date
    until: date | None
    is_of_run: bool = False


def show_keys(keys: Mapping[str, IssuerKey], run: Run | None = None) -> list[KeyShown]:
    """The organiser's keys, the newest first."""
    of_run = run.signature.get("signature", {}).get("key_id") if run is not None else None
    found = [KeyShown(key_id, one.issuer, one.since, one.until, key_id == of_run) for key_id, one in keys.items()]
    return found[::-1]


def seal_check(run: Run) -> Check | None:
    """Who signed the seal of a published run; None for one nobody signed."""
    return check_seal(run.signature, run.manifest, keys_for(run.round.cycle)) if run.signature else None


def published_zip(files: Mapping[str, bytes]) -> bytes:
    """The files a certificate is checked against, as one archive; the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, MOVED), files[name])
    return out.getvalue()


DIGESTS = {
    "places": "招生计划",
    "candidates": "考生和成绩",
    "lists": "志愿表",
    "fixed": "已有录取的考生",
    "facts": "考生信息的佐证",
    "rules": "规则",
    "input": "以上全部",
}
RESULT_PARTS = {"digest": "录取结果的摘要", "leaves": "逐人结果的行数"}
COUNTS = {
    "candidates": "考生",
    "choices": "志愿",
    "places": "计划",
    "seats": "名额",
    "placed": "投出档案",
    "fixed": "此前已有录取",
}


PROGRAM_PARTS = {"version": "贯通的版本", "source": "投档程序的摘要"}
ENGINE_PARTS = {"python": "Python 的版本", "numpy": "NumPy 的版本", "numba": "Numba 的版本"}


def engine_facts(code: Mapping[str, Any], engines: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Which program computed a run, as (what, value)."""
    return [
        *((PROGRAM_PARTS.get(key, key), str(value)) for key, value in sorted(code.items(), reverse=True)),
        *((ENGINE_PARTS.get(key, f"{key} 的版本"), str(value)) for key, value in engines.items()),
    ]


def run_facts(run: Run) -> dict[str, list[tuple[str, str]]]:
    """What the manifest of a published run says, group by group, as (what, value)."""
    said: Mapping[str, Any] = run.manifest
    result: Mapping[str, Any] = said.get("result", {})
    cycle = run.round.cycle
    figures: Mapping[str, Any] = run.figures
    return {
        "inputs": [(label, str(run.digests[key])) for key, label in DIGESTS.items() if key in run.digests],
        "result": [
            ("封存根（默克尔根）", run.root),
            *((label, str(result[key])) for key, label in RESULT_PARTS.items() if key in result),
            *((f"{name} 的摘要", str(value)) for name, value in said.get("published", {}).items()),
            ("运行说明的摘要", str(said.get("digest", ""))),
        ],
        "program": [
            *engine_facts(said.get("code", {}), said.get("engines", {})),
            ("两套实现的差异", f"{said.get('checks', {}).get('mismatches', 0)} 处"),
            ("独立检查发现的问题", f"{said.get('checks', {}).get('violations', 0)} 处"),
        ],
        "pack": [
            (f"{c.get('title', '')}：{c.get('words', '')}", str(c.get("basis", ""))) for c in said.get("pack", ())
        ],
        "seed": [
            ("种子的摘要（填报以前公布）", cycle.seed_commitment),
            ("种子（公布结果时公布）", cycle.seed_revealed or "还没有公布"),
        ],
        "counts": [(label, f"{figures[key]:,}") for key, label in COUNTS.items() if isinstance(figures.get(key), int)],
    }


OPENING_TITLES = ("序号", "公开事项", "状态", "内容", "说明", "发布时间", "依据")


def opening_rows(openings: Iterable[OpeningShown]) -> list[tuple[object, ...]]:
    """The matters to be open as rows, none left out: :data:`OPENING_TITLES`."""
    rows: list[tuple[object, ...]] = []
    for number, one in enumerate(openings, start=1):
        state = "已公开" if one.is_open else ("还没有公开" if one.is_due else f"{one.stage}阶段公开")
        told = [*one.lines, *((("主管部门发布", one.content),) if one.content else ())]
        told += [("附件", one.file.name)] if one.file is not None else []
        for what, value in told or [("", "")]:
            rows.append((number, one.title, state, what, value, one.published_at, one.basis))
    return rows
