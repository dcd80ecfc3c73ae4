"""The frame of the JSON API: one shape of error for whatever goes wrong."""

import json

import pytest
from django.test import Client, override_settings
from django.urls import path
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError

from guantong.config import api as door

probe = NinjaAPI(urls_namespace="probe", docs_url=None)
for _error, _handler in list(door.api._exception_handlers.items()):
    probe.add_exception_handler(_error, _handler)


class Body(Schema):
    """What the probe takes."""

    hours: int
    title: str


@probe.post("/echo")
def echo(request, body: Body):
    return {"hours": body.hours}


@probe.get("/breaks")
def breaks(request):
    raise RuntimeError("secret detail")


@probe.get("/teapot")
def teapot(request):
    raise HttpError(409, "english words")


urlpatterns = [path("api/v1/", probe.urls)]
handler404 = "guantong.base.webkit.views.not_found"


@pytest.fixture
def client(db):
    with override_settings(ROOT_URLCONF=__name__):
        yield Client(raise_request_exception=False)


def _post(client, content, kind="application/json"):
    return client.post("/api/v1/echo", content, content_type=kind)


def test_a_right_request_is_answered(client):
    assert _post(client, '{"hours": 16, "title": "x"}').json() == {"hours": 16}


def test_every_wrong_field_is_named_at_once(client):
    answer = _post(client, '{"hours": "many"}')
    assert answer.status_code == 422
    body = answer.json()
    assert body["ok"] is False
    assert body["status"] == 422
    assert [(e["code"], e["column"]) for e in body["errors"]] == [("API-003", "hours"), ("API-003", "title")]
    assert body["errors"][0]["message"] == "“hours”一项不符合接口要求：应为整数。"


@pytest.mark.parametrize("content", ["{", "", "\x00", '{"hours": 1,}', "[" * 5000])
def test_what_is_not_json_is_refused_plainly(client, content):
    answer = _post(client, content)
    assert answer.status_code in (400, 422)
    assert answer.json()["errors"][0]["code"] in ("API-003", "API-004")


def test_deep_nesting_is_refused_before_it_is_read(client):
    deep = "[" * 50 + "]" * 50
    answer = _post(client, '{"hours": 1, "title": ' + deep + "}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "API-004"


def test_long_bodies_are_refused_before_they_are_read(client):
    answer = _post(client, json.dumps({"hours": 1, "title": "x" * door.BODY_LIMIT}))
    assert answer.status_code == 413
    assert answer.json()["errors"][0]["code"] == "API-005"


def test_wrong_methods_unknown_addresses_and_faults_share_the_shape(client):
    wrong = client.get("/api/v1/echo")
    assert wrong.status_code == 405
    assert wrong.json()["errors"][0]["code"] == "API-006"
    assert client.get("/api/v1/nowhere").json()["errors"][0]["code"] == "API-001"
    fault = client.get("/api/v1/breaks")
    assert fault.status_code == 500
    assert fault.json()["errors"][0]["code"] == "WEB-003"
    assert "secret" not in fault.content.decode()
    other = client.get("/api/v1/teapot")
    assert other.status_code == 409
    assert "english" not in other.content.decode()


def test_an_identity_number_sent_to_a_wrong_field_does_not_come_back(client):
    answer = _post(client, json.dumps({"hours": "990101200503070018", "title": 5}))
    assert "990101200503070018" not in answer.content.decode()


def test_brackets_inside_strings_are_not_nesting():
    assert door.deepest(rb'{"a": "[[[[\"[[", "b": [1]}') == 2
    assert door.deepest(b"") == 0


def test_the_description_is_served_and_the_page_lists_it(db):
    client = Client()
    schema = client.get("/api/v1/openapi.json").json()
    assert schema["info"]["title"] == "贯通数据接口"
    page = client.get("/api/").content.decode()
    for address in schema["paths"]:
        assert address in page
