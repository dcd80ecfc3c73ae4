"""Keys and sessions at the JSON door."""

import pytest
from django.test import Client, override_settings
from django.urls import path
from ninja import NinjaAPI

from guantong.base.webkit.machine import KeyOrSession
from guantong.base.webkit.refusals import refusal_response
from guantong.kernel.refusal import Refusal

probe = NinjaAPI(urls_namespace="machine-probe", docs_url=None, auth=KeyOrSession())


@probe.exception_handler(Refusal)
def _refused(request, error):
    return refusal_response(request, error)


@probe.get("/who")
def who(request):
    return {"label": request.auth.label}


@probe.post("/do")
def do(request):
    return {"label": request.auth.label}


urlpatterns = [path("api/", probe.urls)]


@pytest.fixture
def door(cast):
    with override_settings(ROOT_URLCONF=__name__):
        yield cast


def test_nobody_is_asked_to_sign_in(door):
    answer = Client().get("/api/who")
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["code"] == "API-002"


def test_a_session_may_read_and_change_only_with_its_token(door):
    client = Client(enforce_csrf_checks=True)
    client.force_login(door.user("lin"))
    assert "林老师" in client.get("/api/who").json()["label"]
    answer = client.post("/api/do")
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["code"] == "WEB-004"


def test_a_key_acts_for_its_organisation_and_needs_no_form_token(door):
    from guantong.base.accounts.actions import issue_token

    issued = issue_token(
        actor=door.operator, organisation_id=door.donghu, label="教务系统", permissions=["credit.deposit"], days=30
    )
    client = Client(enforce_csrf_checks=True)
    headers = {"Authorization": f"Bearer {issued.secret}"}
    assert "教务系统" in client.get("/api/who", headers=headers).json()["label"]
    assert client.post("/api/do", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("header", "code"), [("Bearer nothing", "ACC-050"), ("Basic eA==", "API-002"), ("Bearer ", "API-002")]
)
def test_wrong_keys_are_refused_even_with_a_session(door, header, code):
    client = Client()
    client.force_login(door.user("lin"))
    answer = client.get("/api/who", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["code"] == code
