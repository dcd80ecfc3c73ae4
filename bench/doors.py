"""Doors: one achievement as JSON beside a bare django-ninja endpoint, the account page beside a bare Jinja2 page.

Both sides run in one process behind the same middleware, called as a WSGI application; CPU time of this process, taken
in turns, the best of several rounds. The bare sides know nobody and check nothing: the endpoint reads the same columns
of one row and returns a dict, the page reads the columns it
prints of sixty rows and prints them into a fixed frame of the
same length.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable
from typing import Any

from bench._procedure_world import own_database
from bench.figures import Figure, share_of

ROWS = 60
ROUNDS = 25
CALLS = 20
COLUMNS = (
    "public_id",
    "kind",
    "title",
    "subject_code",
    "level",
    "place",
    "grade",
    "hours",
    "declared",
    "issuer_name",
    "certificate_number",
    "issued_on",
    "valid_until",
    "way",
    "state",
    "recognised_total",
    "available",
    "reserved",
    "converted",
    "recognition",
)


def run() -> list[Figure]:
    """Figures for ``make bench``."""
    with own_database():
        from django.conf import settings
        from django.core.handlers.wsgi import WSGIHandler
        from django.urls import clear_url_caches, set_urlconf

        from guantong.kernel import clock
        from tests.cast import BASELINE

        before = settings.ROOT_URLCONF
        settings.ROOT_URLCONF = "bench._bare_doors"
        clear_url_caches()
        try:
            with clock.frozen_at(BASELINE):
                scene = _world()
                from bench import _bare_doors

                application = WSGIHandler()
                learner, key = _session(scene), _key(scene)
                path = f"/api/v1/credit/achievements/{scene.public_ids[0]}"
                ours = _get(application, "/learner/account/", cookie=learner)
                _bare_doors.use_frame(ours.decode(), scene.account_id, COLUMNS)
                short = len(ours) - len(_get(application, "/bare/page/"))
                _bare_doors.use_frame(ours.decode(), scene.account_id, COLUMNS, pad=max(0, short // ROWS))
                bare = _get(application, "/bare/page/")
                note = f"{len(ours)} octets against {len(bare)}, {ROWS} rows"
                assert ours.count(b"<tr>") == bare.count(b"<tr>") == ROWS + 1
                assert abs(len(ours) - len(bare)) * 20 < len(ours)
                return [
                    _compare(
                        "JSON read of one achievement, key : bare ninja endpoint",
                        lambda: _get(application, path, bearer=key),
                        lambda: _get(application, f"/bare/api/row/{scene.public_ids[0]}"),
                        0.6,
                    ),
                    _compare(
                        "JSON read of one achievement, session : bare ninja endpoint",
                        lambda: _get(application, path, cookie=learner),
                        lambda: _get(application, f"/bare/api/row/{scene.public_ids[0]}"),
                        0.6,
                    ),
                    _compare(
                        f"account page with {ROWS} achievements : bare Jinja2 page",
                        lambda: _get(application, "/learner/account/", cookie=learner),
                        lambda: _get(application, "/bare/page/"),
                        0.5,
                        note,
                    ),
                ]
        finally:
            settings.ROOT_URLCONF = before
            clear_url_caches()
            set_urlconf(None)


def _compare(name: str, ours: Callable[[], object], bare: Callable[[], object], least: float, note: str = "") -> Figure:
    """Answers a core-second of both, the rounds taken in turns so that both see the same machine."""
    best = {"ours": 0.0, "bare": 0.0}
    for _ in range(ROUNDS):
        for side, work in (("bare", bare), ("ours", ours)):
            begun = time.process_time()
            for _ in range(CALLS):
                work()
            best[side] = max(best[side], CALLS / (time.process_time() - begun))
    return share_of(name, best["ours"], best["bare"], "answers/core-second", least, note)


def _get(application: Any, path: str, *, bearer: str = "", cookie: str = "") -> bytes:
    """One GET through the whole stack."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SCRIPT_NAME": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if bearer:
        environ["HTTP_AUTHORIZATION"] = f"Bearer {bearer}"
    if cookie:
        environ["HTTP_COOKIE"] = cookie
    seen: list[str] = []
    body: Iterable[bytes] = application(environ, lambda status, headers, failed=None: seen.append(status))
    content = b"".join(body)
    close = getattr(body, "close", None)
    if close is not None:
        close()
    assert seen[0].startswith("200"), (path, seen, content[:300])
    return content


class _Scene:
    """The learner, sixty achievements of several kinds, and the enterprise that brought them in."""

    def __init__(self) -> None:
        from datetime import date, timedelta

        from guantong.domains.credit.actions.deposits import Deposit, deposit_achievements, open_accounts
        from guantong.domains.credit.models import Achievement
        from tests.cast import build_cast

        self.cast = build_cast()
        person = self.cast.zhao_person
        self.account_id = open_accounts([person])[person]
        kinds: tuple[dict[str, Any], ...] = (
            {"kind": "x_certificate", "level": 2, "subject_code": "X-WEB"},
            {"kind": "skill_grade", "level": 4, "subject_code": "6-31-01-03"},
            {"kind": "training", "hours": 64},
            {"kind": "competition", "level": 3, "place": "二等奖"},
        )
        deposit_achievements(
            actor=self.cast.zhang,
            organisation_id=self.cast.enterprise,
            rows=[
                Deposit(
                    account_id=self.account_id,
                    title=f"新能源汽车维修培训 {number}",
                    issued_on=date(2025, 1, 1) + timedelta(number),
                    issuer_name="云澜精密制造有限公司",
                    issuer_id=self.cast.enterprise,
                    certificate_number=f"X2025{number:06d}",
                    **kinds[number % len(kinds)],
                )
                for number in range(ROWS)
            ],
            ref="bench",
        )
        self.public_ids = list(Achievement.objects.order_by("id").values_list("public_id", flat=True))


def _world() -> _Scene:
    return _Scene()


def _session(scene: _Scene) -> str:
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(scene.cast.user("zhao"))
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def _key(scene: _Scene) -> str:
    from guantong.base.accounts.actions import issue_token
    from guantong.base.accounts.public import SYSTEM

    issued = issue_token(
        actor=SYSTEM, organisation_id=scene.cast.enterprise, label="测量", permissions=["credit.deposit"]
    )
    return str(issued.secret)
