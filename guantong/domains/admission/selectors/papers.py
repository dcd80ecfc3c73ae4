"""The printed result: what stands on the paper, its number, and what anybody is told who checks that number.

The number says which run and which line; its last part follows from the run's secret key and the candidate, so that
nobody who holds the public bundle can make one. It is not kept: it is made again and compared.
"""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from guantong.base.accounts.actor import Actor
from guantong.base.lawbook import current_policy
from guantong.domains.admission.errors import acting
from guantong.domains.admission.errors import proofs as errors
from guantong.domains.admission.models import Candidate, Round, Run, RunResult
from guantong.domains.admission.printing import render_result
from guantong.domains.admission.rules.states import ADMITTED, CONFIRMED, DISPATCHED, PUBLISHED, REGISTERED
from guantong.domains.admission.rules.verdicts import LABELS
from guantong.domains.admission.selectors.access import may_read_candidate
from guantong.domains.admission.selectors.appealing import name_of
from guantong.domains.admission.selectors.proofs import result_of, run_key, tree_of
from guantong.domains.admission.selectors.results import ResultShown, find_result
from guantong.domains.admission.selectors.visitor_cycles import show_round
from guantong.domains.admission.selectors.visitor_proofs import seal_check
from guantong.engines.matching.sealing.leaves import canonical
from guantong.engines.proof.credential import Check
from guantong.engines.proof.merkle import leaf_hash, verify_inclusion
from guantong.kernel import clock

ACCEPTED = (ADMITTED, CONFIRMED, REGISTERED)
_PURPOSE = b"guantong-admission-paper-v1\x00"


def paper_number(run: Run, candidate: Candidate, position: int) -> str:
    """``run-line-code``: the code has 80 bits of HMAC-SHA-256 under the run's secret key, as 16 letters and digits."""
    code = hmac.digest(run_key(run), _PURPOSE + candidate.lot.encode(), "sha256")[:10]
    return f"{run.public_id}-{position}-{base64.b32encode(code).decode()}"


def verify_url(number: str) -> str:
    """The address printed and coded on the paper."""
    return f"{settings.SITE_URL.rstrip('/')}/admission/verify/{number}/"


def title_of(found: ResultShown) -> str:
    """What the paper is called: 录取 only once the school has admitted."""
    is_admitted = found.placement is not None and found.placement.state in ACCEPTED
    return "录取结果证明" if is_admitted else "投档结果证明"


def outcome_of(found: ResultShown) -> tuple[str, str]:
    """(the result in a line, a remark): the place with its choice, or that there was none."""
    if found.reason == "placed_before":
        return "此前已有录取，没有参加这一轮投档", ""
    placement = found.placement
    if placement is None:
        return "这一轮没有投出档案", found.reason_label + "。"
    what = f"第 {found.ordinal or placement.ordinal} 志愿"
    what += f"，{found.slice_title}" if found.slice_title else ""
    if placement.state in ACCEPTED:
        return f"录取到：{found.place_title}", f"按{what}录取。"
    remark = "等待学校审核。" if placement.state == DISPATCHED else ""
    return f"投档到：{found.place_title}", f"按{what}投档。{remark}"


def paper_pdf(actor: Actor, candidate: Candidate, round_: Round) -> bytes:
    """The PDF of the candidate's own result. ADM-004 for who may not read it, ADM-183 before publication."""
    if not may_read_candidate(actor, candidate):
        raise acting.CANDIDATE_UNKNOWN.refuse()
    run, result = result_of(candidate, round_)
    found = find_result(candidate, round_)
    if found is None:
        raise errors.CERTIFICATE_NOT_YET.refuse()
    number = paper_number(run, candidate, result.position or 0)
    return render_result(_content(candidate, run, found, number), verify_url=verify_url(number))


def _content(candidate: Candidate, run: Run, found: ResultShown, number: str) -> dict[str, Any]:
    cycle = candidate.cycle
    region = current_policy().regions[cycle.region]
    outcome, more = outcome_of(found)
    signature = run.signature.get("signature", {})
    published = run.published_at.astimezone(clock.CHINA_TIME) if run.published_at is not None else None
    today = clock.today()
    return {
        "title": title_of(found),
        "number": number,
        "issuer": name_of(cycle.organiser_id),
        "invented": region.invented,
        "cycle": cycle.title,
        "round": show_round(found.round).title,
        "name": candidate.person.name,
        "id_masked": candidate.person.id_masked,
        "candidate_number": candidate.number,
        "published_at": published.strftime("%Y年%-m月%-d日 %H:%M") if published is not None else "",
        "printed_on": f"{today.year}年{today.month}月{today.day}日",
        "outcome": outcome,
        "outcome_more": more,
        "state": found.state_label,
        "choices": [
            {
                "ordinal": str(one.ordinal),
                "title": one.title,
                "label": LABELS.get(one.code, one.code),
                "sentence": one.sentence,
                "basis": one.basis,
            }
            for one in found.choices
        ],
        "root": run.root,
        "manifest": str(run.manifest.get("digest", "")),
        "pseudonym": found.pseudonym,
        "key_id": str(signature.get("key_id", "")),
        "signed_by": str(signature.get("issuer", "")),
    }


@dataclass(frozen=True, slots=True)
class PaperShown:
    """What anybody is told of a paper by its number: enough to compare, and no marks. ``is_under_root``: the line on
    record still stands under the published root."""

    number: str
    run: Run
    title: str
    cycle_title: str
    round_title: str
    holder: str
    outcome: str
    remark: str
    state: str
    is_under_root: bool
    seal: Check | None


def find_paper(number: str) -> PaperShown:
    """The result a printed number stands for, checked against the published root; ADM-184 for any other number."""
    run_id, _, rest = number.strip()[:80].partition("-")
    position, _, code = rest.partition("-")
    run = (
        Run.objects.select_related("round__cycle", "bundle")
        .filter(public_id__iexact=run_id, state=PUBLISHED, purpose="real")
        .first()
    )
    row = None
    if run is not None and run.key_cipher is not None and position.isdecimal() and len(position) < 9:
        rows = RunResult.objects.select_related("candidate__person", "candidate__cycle")
        row = rows.filter(run=run, position=int(position)).first()
    if run is None or row is None or not code.isascii():
        raise errors.PAPER_UNKNOWN.refuse()
    right = paper_number(run, row.candidate, row.position or 0)
    if not hmac.compare_digest(right.rpartition("-")[2], code.upper()):
        raise errors.PAPER_UNKNOWN.refuse()
    found = find_result(row.candidate, run.round)
    if found is None:
        raise errors.PAPER_UNKNOWN.refuse()
    outcome, remark = outcome_of(found)
    return PaperShown(
        number=right,
        run=run,
        title=title_of(found),
        cycle_title=run.round.cycle.title,
        round_title=show_round(run.round).title,
        holder=masked_name(row.candidate.person.name),
        outcome=outcome,
        remark=remark,
        state=found.state_label,
        is_under_root=_is_under_root(run, row),
        seal=seal_check(run),
    )


def _is_under_root(run: Run, row: RunResult) -> bool:
    """Whether the line as it is on record gives its leaf, and the leaf leads to the published root."""
    leaf, tree, position = leaf_hash(canonical(row.row)), tree_of(run), row.position or 0
    if leaf != bytes(row.leaf):
        return False
    root = bytes.fromhex(run.root)
    return verify_inclusion(leaf, position, len(tree), tree.inclusion_proof(position), root)


def masked_name(name: str) -> str:
    """A name with all but the first and, from three characters on, the last hidden."""
    if len(name) <= 1:
        return "*" * len(name)
    return name[0] + "*" * max(1, len(name) - 2) + (name[-1] if len(name) > 2 else "")
