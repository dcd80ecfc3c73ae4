"""The desk of experts: tasks, one blind score sheet, materials under neutral names."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from guantong.base.webkit.pages import actor_of, download, go, render, signed_in
from guantong.kernel.refusal import Refusal
from guantong.procedure.panels.public import list_reviews, read_material, review_of, take_review


def _address(seat: str) -> str:
    return reverse("projects:review", args=[seat])


@require_safe
def reviews(request: HttpRequest, desk: str) -> HttpResponseBase:
    """The tasks of a reviewer."""
    found = list_reviews(actor_of(request))
    return render(request, "projects/reviews.html", {"desk": desk, "reviews": found, "review_url": _address})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def review(request: HttpRequest, seat: str) -> HttpResponseBase:
    """One task: what was declared, and the sheet to score it."""
    actor = actor_of(request)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            said = take_review(actor=actor, seat=seat, post=request.POST)
        except Refusal as caught:
            refusal = caught
        else:
            messages.success(request, said)
            if request.POST.get("what") == "leave":
                return go(request, "projects:expert_reviews" if "expert" in actor.desks() else "desks:right")
            return go(request, "projects:review", seat)
    shown = review_of(actor, seat)
    typed: dict[str, Any] = dict(shown.typed)
    is_leaving = request.POST.get("what") == "leave"
    if refusal is not None:
        names = ("ground", "leave-reason") if is_leaving else (*typed, "reason")
        typed |= {name: str(request.POST.get(name) or "") for name in names}
    context = {
        "review": shown,
        "typed": typed,
        "refusal": None if is_leaving else refusal,
        "leave_refusal": refusal if is_leaving else None,
        "material_url": lambda number: reverse("projects:review_material", args=[seat, number]),
    }
    return render(request, "projects/review.html", context, status=refusal.status if refusal else 200)


@require_safe
@signed_in
def material(request: HttpRequest, seat: str, number: int) -> HttpResponseBase:
    """A material of a task."""
    content, name, media_type = read_material(actor_of(request), seat, number)
    return download(content, name, media_type)
