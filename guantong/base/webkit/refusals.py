"""A refusal as a response: a page, an htmx fragment, or the JSON of the house, always with the same sentences."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from guantong.base.webkit import errors
from guantong.base.webkit.pages import render, wants_fragment, wants_json
from guantong.kernel.refusal import Refusal
from guantong.kernel.tokens import public_id

log = logging.getLogger("guantong.doors")

TITLES = {
    400: "没有处理",
    401: "需要先登录",
    403: "不能查看或办理",
    404: "没有找到",
    405: "不能这样使用",
    409: "刚刚有了变化",
    413: "内容太大",
    422: "需要修改",
    429: "请稍后再试",
    500: "没有处理成功",
    503: "暂时不能办理",
}


def refusal_response(request: HttpRequest, refusal: Refusal) -> HttpResponseBase:
    """The response for a refusal nobody handled closer to the form."""
    if wants_json(request):
        return JsonResponse(refusal.as_json(), status=refusal.status, json_dumps_params={"ensure_ascii": False})
    title = TITLES.get(refusal.status, "没有办成")
    if wants_fragment(request):
        response = render(
            request, "webkit/refused.html", refusal=refusal, heading=title, status=refusal.status, fragment="problems"
        )
        response["HX-Retarget"] = "#messages"
        response["HX-Reswap"] = "innerHTML show:top"
        response["HX-Push-Url"] = "false"
        return response
    return render(request, "webkit/refused.html", refusal=refusal, heading=title, status=refusal.status)


def unexpected_response(request: HttpRequest, error: BaseException | None) -> HttpResponseBase:
    """The answer when a fault of ours stops a step: a lookup number for the person, the trace for the log."""
    lookup = public_id(4)
    log.error("%s %s %s", lookup, request.method, request.path, exc_info=error)
    refusal = errors.UNEXPECTED.refuse(lookup=lookup)
    try:
        return refusal_response(request, refusal)
    except Exception:
        log.exception("%s the page of the refusal could not be made", lookup)
        return HttpResponse(refusal.problems[0].sentence(), status=500, content_type="text/plain; charset=utf-8")
