"""The people of a closing day: their browsers, the forms before them, and what they were told."""

from __future__ import annotations

import http.client
import re
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

CODE = re.compile(r"\b[A-Z]{3}-\d{3}\b")


@dataclass
class Answer:
    """What one client was told about one handing in; moments are real, in seconds of the epoch."""

    case: str
    opened: float
    sent: float
    got: float
    accepted: bool
    codes: tuple[str, ...]


@dataclass
class Replay:
    """What the clients have seen so far."""

    port: int
    sessions: list[str]
    answers: list[Answer] = field(default_factory=list)
    doubles: int = 0
    steps: dict[str, list[float]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, part: str, name: str, seconds: float) -> None:
        """One request's time."""
        with self.lock:
            self.steps.setdefault(f"{part}: {name}", []).append(seconds)

    def tell(self, part: str, answer: Answer) -> None:
        """One person's end."""
        self.note(part, "hand in", answer.got - answer.sent)
        with self.lock:
            self.answers.append(answer)

    def fault(self, number: int, fault: Exception) -> None:
        """Something that is no answer at all."""
        with self.lock:
            self.faults.append(f"{number}: {fault!r}")


class Browser:
    """One person's connection: cookies, forms and redirects as a browser would, kept alive."""

    def __init__(self, port: int, session: str) -> None:
        self._link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._port, self._session = port, session
        self._token = "a" * 32

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """(status, where it leads, page)."""
        headers = {
            "Cookie": f"sessionid={self._session}; csrftoken={self._token}",
            "Origin": f"http://127.0.0.1:{self._port}",
        }
        body = None
        if form is not None:
            body = urlencode({**form, "csrfmiddlewaretoken": self._token})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = self._answer(method, path, body, headers)
        return answer.status, answer.headers.get("Location") or "", answer.read().decode()

    def _answer(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> http.client.HTTPResponse:
        """As a browser does: a kept connection that the server has let go meanwhile is opened again, once."""
        is_kept = self._link.sock is not None
        try:
            self._link.request(method, path, body, headers)
            return self._link.getresponse()
        except (BrokenPipeError, ConnectionResetError, http.client.RemoteDisconnected):
            self._link.close()
            if not is_kept:
                raise
        self._link.request(method, path, body, headers)
        return self._link.getresponse()

    def close(self) -> None:
        """Hang up."""
        self._link.close()


FORM = {
    "action": "submit",
    "submit.course": "数控加工基础",
    "submit.hours": "48",
    "submit.learners": "180",
    "submit.spent": "60000",
    "submit.shared": "yes",
    "submit.summary": "按岗位任务组织内容，已在三个学期使用，附有题库和实训指导。",
}


@dataclass
class Form:
    """A form somebody has before them."""

    browser: Browser
    case: str
    where: str
    fields: dict[str, str]
    opened: float

    def press(self, browser: Browser | None = None) -> Answer:
        """Hand it in."""
        sent = time.time()
        status, _, page = (browser or self.browser).ask("POST", self.where, self.fields)
        codes = tuple(dict.fromkeys(CODE.findall(page))) if status != 303 else ()
        return Answer(self.case, self.opened, sent, time.time(), status == 303, codes)
