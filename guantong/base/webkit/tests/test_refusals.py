"""Refusals and faults as pages, fragments and JSON; security headers."""

import json
import logging

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from django.views.decorators.http import require_POST

from guantong.base.webkit import errors
from guantong.base.webkit.pages import render
from guantong.kernel.refusal import Citation, Refusal, Where

BASIS = Citation("x", "云澜省学分银行管理办法", "云教〔2024〕7号", "第十二条", None)
PLACE = Where(column="hours", title="学时", value="12")
SECRET = "990101200503070018"


def refuses(request: HttpRequest) -> HttpResponse:
    raise Refusal(
        [
            errors.API_SHAPE.problem(
                where=Where(column="hours", title="学时", value="12"), field="学时", reason="数值太大"
            ),
            errors.TOO_LARGE.problem(basis=BASIS),
        ]
    )


def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError(f"secret detail {SECRET}")


def missing(request: HttpRequest) -> HttpResponse:
    raise Http404("internal words")


def denied(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


@require_POST
def only_post(request: HttpRequest) -> HttpResponse:
    return HttpResponse("done")


def framed(request: HttpRequest) -> HttpResponse:
    return render(request, "home/landing.html", figures=[], kinds=[])


urlpatterns = [
    path("refuses/", refuses),
    path("breaks/", breaks),
    path("missing/", missing),
    path("denied/", denied),
    path("only-post/", only_post),
    path("framed/", framed),
    path("api/refuses/", refuses),
    path("api/breaks/", breaks),
]
handler404 = "guantong.base.webkit.views.not_found"
handler500 = "guantong.base.webkit.views.server_fault"


@pytest.fixture
def client():
    with override_settings(ROOT_URLCONF=__name__):
        yield Client()


def test_a_refusal_becomes_a_page_with_every_problem_clause_and_code(client):
    answer = client.get("/refuses/")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "“学时”一项不符合接口要求：数值太大。" in text
    assert "填的是：12" in text
    assert "依据：" in text
    assert "《云澜省学分银行管理办法》（云教〔2024〕7号）第十二条" in text
    assert "编号 API-003" in text
    assert "编号 WEB-006" in text


def test_the_same_refusal_is_json_for_machines(client):
    answer = client.get("/api/refuses/")
    assert answer.status_code == 422
    body = json.loads(answer.content)
    assert body["ok"] is False
    assert [e["code"] for e in body["errors"]] == ["API-003", "WEB-006"]
    assert body["errors"][1]["clause"].startswith("《云澜省")
    assert client.get("/refuses/", headers={"Accept": "application/json"}).json() == body


def test_a_refused_htmx_request_is_shown_in_the_message_area(client):
    answer = client.get("/refuses/", headers={"HX-Request": "true"})
    assert answer["HX-Retarget"] == "#messages"
    assert "<html" not in answer.content.decode()
    assert "编号 API-003" in answer.content.decode()


def test_a_fault_shows_a_lookup_number_and_never_its_text(client, caplog):
    caplog.set_level(logging.ERROR, "guantong.doors")
    answer = client.get("/breaks/")
    text = answer.content.decode()
    assert answer.status_code == 500
    assert "secret detail" not in text
    assert "RuntimeError" not in text
    lookup = caplog.records[0].getMessage().split()[0]
    assert len(lookup) == 4
    assert f"编号 {lookup}" in text
    machine = client.get("/api/breaks/")
    assert machine.status_code == 500
    assert machine.json()["errors"][0]["code"] == "WEB-003"
    assert "secret" not in machine.content.decode()


def test_identity_numbers_are_masked_in_logs():
    from guantong.base.webkit.logs import MaskingFormatter

    record = logging.LogRecord("x", logging.ERROR, "f", 1, "row %s", (SECRET,), None)
    line = MaskingFormatter("{message}", style="{").format(record)
    assert SECRET not in line
    assert "990101********0018" in line
    try:
        raise ValueError(f"bad {SECRET}")
    except ValueError as error:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "m", (), (type(error), error, error.__traceback__))
    assert SECRET not in MaskingFormatter("{message}", style="{").format(record)


def test_missing_denied_and_wrong_methods_speak_plainly(client):
    assert client.get("/missing/").status_code == 404
    assert "internal words" not in client.get("/missing/").content.decode()
    assert "没有找到" in client.get("/nowhere/").content.decode()
    assert client.get("/denied/").status_code == 403
    wrong = client.get("/only-post/")
    assert wrong.status_code == 405
    assert wrong["Allow"] == "POST"
    assert "编号 WEB-007" in wrong.content.decode()


def test_every_answer_carries_the_security_headers(client):
    for address in ("/framed/", "/refuses/", "/nowhere/", "/breaks/"):
        answer = client.get(address)
        policy = answer["Content-Security-Policy"]
        for part in ("default-src 'self'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"):
            assert part in policy
        assert "unsafe" not in policy
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "geolocation=()" in answer["Permissions-Policy"]


def test_htmx_gets_the_block_and_browsers_the_page(client):
    whole = client.get("/framed/")
    piece = client.get("/framed/", headers={"HX-Request": "true"})
    boosted = client.get("/framed/", headers={"HX-Request": "true", "HX-Boosted": "true"})
    assert "<html" in whole.content.decode()
    assert "<html" in boosted.content.decode()
    assert "<html" not in piece.content.decode()
    assert "学习者" in piece.content.decode()
    assert "HX-Request" in piece["Vary"]


def test_an_expired_form_is_explained():
    with override_settings(ROOT_URLCONF=__name__):
        strict = Client(enforce_csrf_checks=True)
        answer = strict.post("/only-post/")
    assert answer.status_code == 403
    assert "编号 WEB-004" in answer.content.decode()
