"""消息 and 附件: what was sent to the person, and files they may open."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from guantong.base.files.public import access_file_for, read_bytes, safe_headers
from guantong.base.notices.public import count_unread_for, list_for, mark_read
from guantong.base.webkit.pages import actor_of, go, render, signed_in


@never_cache
@require_safe
@signed_in
def notices(request: HttpRequest) -> HttpResponseBase:
    """消息, newest first."""
    actor = actor_of(request)
    return render(request, "registry/notices.html", notices=list_for(actor, limit=100), unread=count_unread_for(actor))


@require_POST
@signed_in
def read_notices(request: HttpRequest) -> HttpResponseBase:
    """全部标为已读."""
    count = mark_read(actor=actor_of(request))
    if count:
        messages.success(request, f"已把 {count} 条消息标为已读。")
    return go(request, "registry:notices")


@never_cache
@require_safe
@signed_in
def file(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """附件, always as a download."""
    stored = access_file_for(actor_of(request), public_id)
    content = read_bytes(stored)
    return HttpResponse(content, headers=safe_headers(stored.name, stored.media_type, len(content)))
