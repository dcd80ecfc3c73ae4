"""The JSON API: one NinjaAPI under /api/v1/, synchronous, with the error shape of the house for every refusal.

Domains bring routers; nothing here decides anything. A machine signs in with the same session as a person, or
sends the key of its post where a domain offers one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, AuthorizationError, HttpError, ValidationError
from ninja.openapi.schema import get_schema
from ninja.parser import Parser
from ninja.throttling import BaseThrottle

from guantong.base.webkit import errors
from guantong.base.webkit.metering import Busy
from guantong.base.webkit.middleware import refusal_for
from guantong.base.webkit.pages import render
from guantong.base.webkit.refusals import unexpected_response
from guantong.domains.admission.api import router as admission
from guantong.domains.credit.api import router as credit
from guantong.domains.programmes.api import router as programmes
from guantong.domains.projects.api import router as projects
from guantong.kernel.reading import DEEPEST, deepest, read_json
from guantong.kernel.refusal import Refusal, Where
from guantong.site.law.api import router as law
from guantong.site.registry.api import router as registry

BODY_LIMIT = 1024 * 1024
"""Longest body a JSON request may have, in octets. Larger work goes through spreadsheets."""

NO_THROTTLES: list[BaseThrottle] = []


class StrictParser(Parser):
    """Bodies are read so that nobody else reads them differently: no NaN, no key twice, no half characters."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body's value; the framework answers a ``ValueError`` with 400."""
        return read_json(request.body)


api = NinjaAPI(
    title="贯通数据接口",
    version="1.0.0",
    description=(
        "与网页、命令行同一套办理规则：同样的材料得到同样的结论，用同样的话说明。"
        "学分一律为十进制文本，日期为 YYYY-MM-DD。"
    ),
    docs_url=None,
    urls_namespace="api",
    throttle=NO_THROTTLES,
    parser=StrictParser(),
)

REASONS = {
    "missing": "没有填写",
    "extra_forbidden": "接口没有这一项",
    "string_type": "应为文本",
    "string_too_long": "文字太长",
    "string_too_short": "文字太短",
    "string_pattern_mismatch": "写法不符合格式",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "decimal_parsing": "应为十进制数",
    "decimal_type": "应为十进制数",
    "decimal_max_digits": "位数太多",
    "decimal_max_places": "小数位数太多",
    "float_parsing": "应为数字",
    "float_type": "应为数字",
    "finite_number": "应为有限的数字",
    "bool_parsing": "应为 true 或 false",
    "bool_type": "应为 true 或 false",
    "date_parsing": "应为 YYYY-MM-DD 形式的日期",
    "date_from_datetime_parsing": "应为 YYYY-MM-DD 形式的日期",
    "date_type": "应为 YYYY-MM-DD 形式的日期",
    "datetime_parsing": "应为带时区的时间",
    "list_type": "应为列表",
    "too_long": "项目太多",
    "too_short": "项目太少",
    "dict_type": "应为对象",
    "model_type": "应为对象",
    "model_attributes_type": "应为对象",
    "literal_error": "不在可用的取值之内",
    "enum": "不在可用的取值之内",
    "greater_than": "数值太小",
    "greater_than_equal": "数值太小",
    "less_than": "数值太大",
    "less_than_equal": "数值太大",
}
"""What is wrong with a field, by the validator's own word for it."""


def refused(request: HttpRequest, refusal: Refusal) -> JsonResponse:
    """The house JSON of a refusal."""
    response = JsonResponse(refusal.as_json(), status=refusal.status, json_dumps_params={"ensure_ascii": False})
    if isinstance(refusal, Busy):
        response["Retry-After"] = str(refusal.retry_after)
    return response


def _shape(error: ValidationError) -> Refusal:
    problems = []
    for item in error.errors[:100]:
        places = [str(part) for part in item.get("loc", ())]
        source, places = places[:1], places[1:]
        if source in (["body"], ["form"]) and len(places) > 1:
            places = places[1:]  # the name of the handler's own parameter
        name = ".".join(places) or "请求内容"
        reason = REASONS.get(str(item.get("type", "")), "写法不符合要求")
        problems.append(errors.API_SHAPE.problem(where=Where(column=name), field=name, reason=reason))
    return Refusal(problems, status=422)


@api.exception_handler(Refusal)
def _refusal(request: HttpRequest, error: Refusal) -> JsonResponse:
    return refused(request, error)


@api.exception_handler(ValidationError)
def _validation(request: HttpRequest, error: ValidationError) -> JsonResponse:
    return refused(request, _shape(error))


@api.exception_handler(AuthenticationError)
def _authentication(request: HttpRequest, error: AuthenticationError) -> JsonResponse:
    response = refused(request, errors.API_SIGN_IN.refuse())
    response["WWW-Authenticate"] = "Session"
    return response


@api.exception_handler(AuthorizationError)
def _authorization(request: HttpRequest, error: AuthorizationError) -> JsonResponse:
    return refused(request, errors.API_NOT_ALLOWED.refuse())


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> JsonResponse:
    return refused(request, errors.API_NOT_FOUND.refuse())


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> JsonResponse:
    if error.status_code == 400:
        return refused(request, errors.API_NOT_JSON.refuse())
    if error.status_code == 404:
        return refused(request, errors.API_NOT_FOUND.refuse())
    if error.status_code in (401, 403):
        kind = errors.API_SIGN_IN if error.status_code == 401 else errors.API_NOT_ALLOWED
        return refused(request, kind.refuse())
    return refused(request, Refusal(errors.BAD_REQUEST.refuse().problems, status=error.status_code))


@api.exception_handler(Exception)
def _unexpected(request: HttpRequest, error: Exception) -> HttpResponseBase:
    refusal = refusal_for(error)
    return refused(request, refusal) if refusal is not None else unexpected_response(request, error)


api.add_router("/", credit)
api.add_router("/", programmes)
api.add_router("/", admission)
api.add_router("/", projects)
api.add_router("/", law)
api.add_router("/", registry)


@require_safe
def interface(request: HttpRequest) -> HttpResponseBase:
    """The data interface as a page, made from its OpenAPI description."""
    schema: dict[str, Any] = get_schema(api, "/api/v1/")
    groups: dict[str, list[dict[str, Any]]] = {}
    for address, methods in schema.get("paths", {}).items():
        for method, operation in methods.items():
            group = (operation.get("tags") or ["其他"])[0]
            groups.setdefault(group, []).append(
                {
                    "method": method.upper(),
                    "address": address,
                    "summary": operation.get("summary", ""),
                    "description": operation.get("description", ""),
                    "parameters": operation.get("parameters", []),
                }
            )
    return render(request, "home/interface.html", groups=groups, info=schema["info"])


class ApiLimits:
    """Middleware: refuses bodies that are too long or too deeply nested before anything reads them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith("/api/"):
            try:
                length = int(request.META.get("CONTENT_LENGTH") or 0)
            except ValueError:
                return refused(request, errors.BAD_REQUEST.refuse())
            if length > BODY_LIMIT:
                return refused(request, errors.API_TOO_LARGE.refuse(limit="1 MB"))
            if length and "json" in request.headers.get("Content-Type", ""):
                depth = deepest(request.body)
                if depth > DEEPEST:
                    return refused(request, errors.API_NOT_JSON.refuse())
        response = self.get_response(request)
        if request.path.startswith("/api/") and response.status_code == 405:
            allowed = response.headers.get("Allow", "")
            response = refused(request, errors.API_WRONG_METHOD.refuse(method=str(request.method)))
            response.headers["Allow"] = allowed
        return response
