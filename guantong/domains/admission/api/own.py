"""A candidate's own list and result at the JSON door: the same refusals as on the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import Field

from guantong.base.webkit.machine import PublicId, Strict, answers, asker
from guantong.domains.admission.actions.lists import lock_list, save_list
from guantong.domains.admission.api.frame import router
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Candidate, PreferenceList, Round
from guantong.domains.admission.rules.choosing import ChoiceEntry
from guantong.domains.admission.selectors.access import access_list_for, get_round, own_candidate
from guantong.domains.admission.selectors.proofs import certificate_file
from guantong.domains.admission.selectors.results import find_result

MOST_CHOICES = 200
"""Most choices one request may send; the round's own limit is judged by the action."""


class ChoiceIn(Strict):
    """One choice: what it names, the wished programmes in order, whether another programme of it would do."""

    unit: str = Field(min_length=1, max_length=60)
    programmes: list[str] = Field(default_factory=list, max_length=50)
    accept_reassignment: bool = False


class ListIn(Strict):
    """A list as it shall be. ``revision``: the one last read, 0 when there was none."""

    revision: int = Field(ge=0, le=10**6)
    entries: list[ChoiceIn] = Field(max_length=MOST_CHOICES)


class LockIn(Strict):
    """``confirmed``: every warning was read."""

    revision: int = Field(ge=0, le=10**6)
    confirmed: bool = False


class ChoiceOut(Schema):
    """One choice of a kept list."""

    ordinal: int
    unit: str
    programmes: list[str]
    accept_reassignment: bool


class NoteOut(Schema):
    """A warning about a choice: not refused, but to be confirmed when locking."""

    code: str
    message: str
    do: str
    column: str | None = None
    clause: str | None = None


class ListOut(Schema):
    """The own list of a round."""

    round: str
    state: str = Field(description="draft 未提交、locked 已提交锁定")
    revision: int
    entries: list[ChoiceOut]
    warnings: list[NoteOut]
    saved_at: datetime
    locked_at: datetime | None
    digest: str


class VerdictOut(Schema):
    """What became of one choice: the code, the key that decided, the distance, the sentence, the clause."""

    ordinal: int
    unit: str
    title: str
    code: str
    key: str
    distance: str
    sentence: str
    basis: str


class ResultOut(Schema):
    """The own published result of a round."""

    round: str
    run: str
    reason: str
    reason_label: str
    place: str | None = Field(description="投到的计划")
    place_title: str
    ordinal: int | None
    state: str = Field(description="录取的状态，没有录取为空")
    state_label: str
    choices: list[VerdictOut]
    pseudonym: str
    root: str


def _mine(request: HttpRequest, public_id: str) -> tuple[Round, Candidate]:
    """The round and the asker's own candidacy in it."""
    round_ = get_round(public_id)
    return round_, own_candidate(round_.cycle, asker(request))


def list_json(row: PreferenceList, round_: Round) -> dict[str, Any]:
    """A kept list as data."""
    return {
        "round": round_.public_id,
        "state": row.state,
        "revision": row.revision,
        "entries": row.entries,
        "warnings": row.notes,
        "saved_at": row.saved_at,
        "locked_at": row.locked_at,
        "digest": row.digest,
    }


@router.get(
    "/admission/rounds/{public_id}/list",
    summary="本人的志愿表",
    url_name="admission_own_list",
    response=answers(ListOut),
    operation_id="admission_own_list",
)
def get_list(request: HttpRequest, public_id: PublicId) -> Any:
    """The own list as kept."""
    round_, candidate = _mine(request, public_id)
    return list_json(access_list_for(asker(request), candidate, round_), round_)


@router.put(
    "/admission/rounds/{public_id}/list",
    summary="保存本人的志愿表（没有提交以前可以反复保存）",
    url_name="admission_save_list",
    response=answers(ListOut),
    operation_id="admission_save_list",
)
def put_list(request: HttpRequest, public_id: PublicId, body: ListIn) -> Any:
    """Keep the list as a draft."""
    round_, _ = _mine(request, public_id)
    entries = [ChoiceEntry(e.unit, tuple(e.programmes), e.accept_reassignment) for e in body.entries]
    row = save_list(actor=asker(request), round_=round_, entries=entries, revision=body.revision)
    return list_json(row, round_)


@router.post(
    "/admission/rounds/{public_id}/list/lock",
    summary="提交锁定本人的志愿表，以后不能再改",
    url_name="admission_lock_list",
    response=answers(ListOut),
    operation_id="admission_lock_list",
)
def post_lock(request: HttpRequest, public_id: PublicId, body: LockIn) -> Any:
    """Lock the list for good."""
    round_, _ = _mine(request, public_id)
    row = lock_list(actor=asker(request), round_=round_, revision=body.revision, is_confirmed=body.confirmed)
    return list_json(row, round_)


@router.get(
    "/admission/rounds/{public_id}/result",
    summary="本人的录取结果：每个志愿的原因和差距",
    url_name="admission_own_result",
    response=answers(ResultOut),
    operation_id="admission_own_result",
)
def get_result(request: HttpRequest, public_id: PublicId) -> Any:
    """The own result once it is published; ADM-143 before."""
    round_, candidate = _mine(request, public_id)
    found = find_result(candidate, round_)
    if found is None:
        raise errors.NO_RESULT_YET.refuse()
    placement = found.placement
    return {
        "round": round_.public_id,
        "run": found.run.public_id,
        "reason": found.reason,
        "reason_label": found.reason_label,
        "place": placement.plan.public_id if placement is not None else None,
        "place_title": found.place_title,
        "ordinal": found.ordinal,
        "state": placement.state if placement is not None else "",
        "state_label": found.state_label,
        "choices": [
            {
                "ordinal": one.ordinal,
                "unit": one.unit,
                "title": one.title,
                "code": one.code,
                "key": one.key,
                "distance": one.distance,
                "sentence": one.sentence,
                "basis": one.basis,
            }
            for one in found.choices
        ],
        "pseudonym": found.pseudonym,
        "root": found.root,
    }


@router.get(
    "/admission/rounds/{public_id}/certificate",
    summary="本人的录取结果凭证，可用公布的核验程序核对",
    url_name="admission_certificate",
    response=answers(dict),
    operation_id="admission_certificate",
)
def get_certificate(request: HttpRequest, public_id: PublicId) -> Any:
    """The certificate, byte for byte as downloaded from the page."""
    round_, candidate = _mine(request, public_id)
    content = certificate_file(asker(request), candidate, round_)
    return HttpResponse(content, content_type="application/json; charset=utf-8")
