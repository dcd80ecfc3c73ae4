"""Building the list of a round: search and add, order, wishes inside a group, warnings and risk, locking."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.views.decorators.http import require_http_methods, require_safe

from guantong.base.webkit.pages import actor_of, for_desk, go, render
from guantong.domains.admission.actions.lists import lock_list, save_list
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Candidate, Round
from guantong.domains.admission.rules import editing
from guantong.domains.admission.rules.choosing import ChoiceEntry
from guantong.domains.admission.rules.risk import LEVELS
from guantong.domains.admission.selectors.access import get_round, own_candidate
from guantong.domains.admission.selectors.choosing import warnings_of
from guantong.domains.admission.selectors.learner_desk import (
    ListShown,
    entries_of,
    find_list,
    places_for,
    show_list,
)
from guantong.domains.admission.selectors.learner_search import offered_places, unit_of
from guantong.domains.admission.selectors.places import find_units
from guantong.domains.admission.selectors.risk import risk_of
from guantong.domains.admission.selectors.search import describe, filter_choices
from guantong.domains.admission.web.forms import fee_words, filters_of, page_of, typed_filters
from guantong.kernel.reading import read_json
from guantong.kernel.refusal import Refusal

PAGE = 15
TONES = {"low": "good", "middle": "warn", "high": "bad", "unknown": "neutral"}


def _mine(request: HttpRequest, public_id: str) -> tuple[Round, Candidate]:
    """The round and the own living candidacy in its cycle: ADM-002, ADM-011."""
    round_ = get_round(public_id)
    return round_, own_candidate(round_.cycle, actor_of(request))


def _window(post: QueryDict, candidate: Candidate, round_: Round) -> list[ChoiceEntry]:
    """The choices the window showed when the button was pressed; the kept ones where it does not say."""
    try:
        given = read_json(post.get("shown", "")[:40_000])
        return [ChoiceEntry.from_json(one) for one in given]
    except (ValueError, TypeError, KeyError, AttributeError):
        return entries_of(find_list(candidate, round_))


def _revision(post: QueryDict) -> int:
    text = post.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else -1


def _edited(entries: Sequence[ChoiceEntry], post: QueryDict) -> list[ChoiceEntry]:
    """The list after the pressed button: ``do`` is the change, with the ordinal or the unit after a colon."""
    what, _, key = post.get("do", "").partition(":")
    ordinal = int(key) if key.isascii() and key.isdigit() and len(key) <= 4 else 0
    if what == "up":
        return editing.moved(entries, ordinal, -1)
    if what == "down":
        return editing.moved(entries, ordinal, 1)
    if what == "remove":
        return editing.removed(entries, ordinal)
    if what == "order":
        return editing.reordered(entries, {n: post.get(f"to-{n}", "") for n in range(1, len(entries) + 1)})
    if what == "add":
        unit, _, programme = key.partition(" ")
        return editing.added(entries, unit, programme)
    if what == "wishes":
        numbers = {name.removeprefix("wish-"): post.get(name, "") for name in post if name.startswith("wish-")}
        return editing.with_wishes(entries, key, editing.by_number(numbers), post.get("reassign") == "1")
    return editing.numbered(entries)


DONE = {"add": "已加入志愿表，还没有提交。", "remove": "已从志愿表里去掉。", "wishes": "已保存。"}


def _save(request: HttpRequest, round_: Round, candidate: Candidate) -> list[ChoiceEntry]:
    """Carry out the pressed button; gives the choices as they should be shown. Raises what ``save_list`` refuses.

    A window left behind is held against the kept list as it showed it: told is only what others changed.
    """
    actor, shown, revision = actor_of(request), _window(request.POST, candidate, round_), _revision(request.POST)
    there = find_list(candidate, round_)
    if there is not None and there.revision != revision:
        revision = save_list(actor=actor, round_=round_, entries=shown, revision=revision).revision
    entries = _edited(shown, request.POST)
    save_list(actor=actor, round_=round_, entries=entries, revision=revision)
    done = DONE.get(request.POST.get("do", "").partition(":")[0])
    if done:
        messages.success(request, done)
    return entries


def _list_context(round_: Round, candidate: Candidate, shown: ListShown) -> dict[str, Any]:
    """What every page with the list needs. The hidden copy tells a later change from another window."""
    return {
        "round": round_,
        "cycle": round_.cycle,
        "candidate": candidate,
        "list": shown,
        "copy": json.dumps([e.as_json(n) for n, e in enumerate(shown.entries, start=1)], ensure_ascii=False),
        "fee": fee_words,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("learner")
def my_list(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The list: order, remove, see at once what is not met and what the risk is."""
    round_, candidate = _mine(request, public_id)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            _save(request, round_, candidate)
        except Refusal as caught:
            refusal = caught
        else:
            back = "my_search" if request.POST.get("back") == "search" else "my_list"
            return go(request, f"admission:{back}", public_id)
    shown = show_list(candidate, round_)
    context = _list_context(round_, candidate, shown) | {
        "refusal": refusal,
        "has_changed": refusal is not None and refusal.code == errors.LIST_CHANGED.code,
        "risk": risk_of(candidate, round_, shown.entries) if shown.choices else None,
        "levels": LEVELS,
        "tones": TONES,
    }
    return render(request, "admission/my_list.html", context, status=refusal.status if refusal else 200)


@require_safe
@for_desk("learner")
def search(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Places the round offers, with what is not met by the candidate, each to be added to the list."""
    round_, candidate = _mine(request, public_id)
    typed = typed_filters(request)
    only_open = bool(request.GET.get("open"))
    rows = offered_places(round_, filters_of(typed, batch=round_.batch), candidate if only_open else None)
    page = page_of(request, rows, PAGE)
    shown = show_list(candidate, round_)
    context = _list_context(round_, candidate, shown) | {
        "typed": typed,
        "only_open": only_open,
        "choices": filter_choices(round_.cycle),
        "page": page,
        "found": describe(page.object_list, candidate=candidate, round_=round_),
        "unit_of": lambda place: unit_of(shown.batch, place),
        "in_list": {entry.unit: entry.programmes for entry in shown.entries},
    }
    return render(request, "admission/my_search.html", context, fragment="results")


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("learner")
def choice(request: HttpRequest, public_id: str, unit: str) -> HttpResponseBase:
    """The wishes inside a group or school: which programmes in which order, and whether another one would do."""
    round_, candidate = _mine(request, public_id)
    found = find_units(round_, [unit]).get(unit)
    if found is None:
        raise errors.UNIT_UNKNOWN.refuse(ordinal=0, unit=unit[:40])
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            _save(request, round_, candidate)
        except Refusal as caught:
            refusal = caught
        else:
            return go(request, "admission:my_list", public_id)
    shown = show_list(candidate, round_)
    chosen = next((one for one in shown.choices if one.entry.unit == unit), None)
    wishes = {code: n for n, code in enumerate(chosen.entry.programmes, start=1)} if chosen is not None else {}
    context = _list_context(round_, candidate, shown) | {
        "unit": found,
        "choice": chosen,
        "wishes": wishes,
        "places": places_for(found, candidate, round_),
        "refusal": refusal,
    }
    return render(request, "admission/my_choice.html", context, status=refusal.status if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("learner")
def lock(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The whole list once more with every warning and the risk; then it is locked for good."""
    round_, candidate = _mine(request, public_id)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            lock_list(
                actor=actor_of(request),
                round_=round_,
                revision=_revision(request.POST),
                is_confirmed=request.POST.get("confirmed") == "1",
            )
        except Refusal as caught:
            refusal = caught
        else:
            messages.success(request, "志愿已提交锁定。请记下核对码，结果公布以后会通知您。")
            return go(request, "admission:my_list", public_id)
    shown = show_list(candidate, round_)
    context = _list_context(round_, candidate, shown) | {
        "warnings": warnings_of(candidate, round_, shown.entries),
        "risk": risk_of(candidate, round_, shown.entries) if shown.choices else None,
        "levels": LEVELS,
        "tones": TONES,
        "refusal": refusal,
    }
    return render(request, "admission/my_lock.html", context, status=refusal.status if refusal else 200)
