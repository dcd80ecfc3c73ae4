"""The closing day: submissions of one procedure against a running server until the round closes, and after.

``python -m bench closing_day`` replays 2,000 submissions, ``python -m bench.closing_day --all`` 20,000 (``--count N``
any number). Each is one person who opens a declaration, reads its form and hands it in: three requests over HTTP from
loopback, through the pages, with sessions made beforehand. The server is granian as ``guantong serve`` starts it, on a
SQLite file of its own and, when ``GUANTONG_BENCH_DATABASE`` names an empty PostgreSQL database, on that too.

Three parts: at the pace of 20,000 in an hour (5.6 a second, what people wait on such a day); as fast as eight clients
get answers (the hour compressed), every fiftieth pressing twice at the same moment; and the last seconds: people who
have their forms before them press within two seconds before and after the closing, and whoever is late is refused
with ROU-102 (ROU-101 who only begins then: the next round is not open). Afterwards the database must hold exactly
what the clients were told, each once, with every case's log intact.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench._closing_people import CODE, FORM, Answer, Browser, Form, Replay
from bench.figures import Figure, at_least, at_most

PACE = 20_000 / 3600
USUAL = 2_000
ALL = 20_000
CLIENTS = 8
WARMING = 40
"""People who come first: each process of the server reads the law once."""
PACED_SECONDS = 30
LAST_SHARE = 0.04
LAST_SECONDS = 2.0
AFTERWARDS = 4
TWICE_EVERY = 50
ROOT = Path(__file__).resolve().parent.parent
PROCEDURE = "bench-closing"
REVISION = re.compile(r'name="revision" value="(\d+)"')


def begin(replay: Replay, number: int, part: str) -> Form:
    """Open a declaration and read its form."""
    browser = Browser(replay.port, replay.sessions[number])
    begun = time.time()
    status, where, page = browser.ask("POST", f"/procedures/{PROCEDURE}/declare/", {"organisation": "东湖职业技术学院"})
    opened = time.time()
    if status != 303:
        raise RuntimeError(f"opening answered {status}: {CODE.findall(page)[:3]}")
    status, _, page = browser.ask("GET", where)
    read = time.time()
    found = REVISION.search(page)
    if status != 200 or found is None:
        raise RuntimeError(f"the form answered {status}")
    replay.note(part, "open", opened - begun)
    replay.note(part, "form", read - opened)
    case = where.rstrip("/").rsplit("/", 1)[-1]
    return Form(browser, case, where, {**FORM, "revision": found.group(1)}, begun)


def one_person(replay: Replay, number: int, part: str) -> None:
    """Open, read the form, hand in; in the rush every ``TWICE_EVERY``-th presses twice at the same moment."""
    try:
        form = begin(replay, number, part)
        if part == "rush" and number % TWICE_EVERY == 0:
            answer = _press_twice(replay, number, form)
        else:
            answer = form.press()
        form.browser.close()
        replay.tell(part, answer)
    except (OSError, RuntimeError, http.client.HTTPException) as fault:
        replay.fault(number, fault)


def _press_twice(replay: Replay, number: int, form: Form) -> Answer:
    """Two requests with the same form at once: one line of the log, whatever both are told."""
    other = Browser(replay.port, replay.sessions[number])
    pair: list[Answer] = []
    thread = threading.Thread(target=lambda: pair.append(form.press(other)))
    thread.start()
    answer = form.press()
    thread.join()
    other.close()
    replay.doubles += 1
    return answer if answer.accepted or not pair else pair[0]


def paced(replay: Replay, numbers: range) -> None:
    """People come at the pace of the day, whether or not earlier ones have their answers."""
    threads = []
    begun = time.time()
    for place, number in enumerate(numbers):
        time.sleep(max(0.0, begun + place / PACE - time.time()))
        thread = threading.Thread(target=one_person, args=(replay, number, "paced"))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()


def by_clients(numbers: range, work: Callable[[int], None]) -> float:
    """``CLIENTS`` clients, one number after another; returns the seconds it took."""
    waiting, lock = iter(numbers), threading.Lock()
    begun = time.time()

    def client() -> None:
        while True:
            with lock:
                number = next(waiting, None)
            if number is None:
                return
            work(number)

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.time() - begun


def last_seconds(replay: Replay, numbers: range, folder: Path) -> float:
    """Those with their forms before them press around the closing; a few begin only then. Returns its real moment."""
    forms: dict[int, Form] = {}

    def opening(number: int) -> None:
        try:
            forms[number] = begin(replay, number, "last")
        except (OSError, RuntimeError, http.client.HTTPException) as fault:
            replay.fault(number, fault)

    early = range(numbers.start, numbers.stop - AFTERWARDS)
    by_clients(early, opening)
    closed = time.time() + LAST_SECONDS + 0.5
    beside = folder / "closing.new"
    beside.write_text(repr(closed))
    beside.replace(folder / "closing")

    def pressing(number: int) -> None:
        share = (number - early.start) / max(1, len(early) - 1)
        time.sleep(max(0.0, closed - LAST_SECONDS + 2 * LAST_SECONDS * share - time.time()))
        try:
            replay.tell("last", forms[number].press())
            forms[number].browser.close()
        except (OSError, http.client.HTTPException) as fault:
            replay.fault(number, fault)

    threads = [threading.Thread(target=pressing, args=(number,)) for number in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(early.stop, numbers.stop):
        one_person(replay, number, "afterwards")
    return closed


@contextmanager
def site(folder: Path, database: str, count: int) -> Iterator[tuple[int, dict[str, str]]]:
    """Prepare and serve; gives the port and the children's environment."""
    from bench._closing_site import DEFINITION
    from guantong.config.serve import server_command

    shutil.copytree(ROOT / "regions", folder / "regions")
    (folder / "regions" / "990000-demo" / "procedures" / f"{PROCEDURE}.yaml").write_text(DEFINITION)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "guantong.config.settings.demo",
        "GUANTONG_VAR": str(folder),
        "GUANTONG_REGIONS": str(folder / "regions"),
        "GUANTONG_REGION": "990000",
        "GUANTONG_DATABASE": database,
        "GUANTONG_SITE_URL": f"http://127.0.0.1:{port}",
    }
    (folder / "closing").write_text(repr(time.time() + 3600))
    _child(["prepare", str(count)], environment)
    command = server_command("127.0.0.1", port, min(os.cpu_count() or 1, 4))
    command[command.index("guantong.config.wsgi:application")] = "bench._closing_site:application"
    server = subprocess.Popen(command, cwd=ROOT, env={**environment, "GUANTONG_BENCH_SITE": "1"})
    try:
        _await(port, server)
        yield port, environment
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _child(words: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bench._closing_site", *words],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def _await(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.time() + 60
    while time.time() < until and server.poll() is None:
        try:
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            link.request("GET", f"/procedures/{PROCEDURE}/")
            if link.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server does not answer")


def _share(spent: list[float], share: float) -> float:
    """That percentile, in milliseconds."""
    ranked = sorted(spent)
    return ranked[min(len(ranked) - 1, int(len(ranked) * share))] * 1000


def _judge(replay: Replay, closed: float, held: dict[str, Any]) -> list[str]:
    """Everything that is not as it has to be."""
    told = sorted(a.case for a in replay.answers if a.accepted)
    wrong = list(replay.faults)
    if told != held["handed_in"]:
        lost = set(told) - set(held["handed_in"])
        extra = set(held["handed_in"]) - set(told)
        wrong.append(f"lost {sorted(lost)[:5]}, more than told {sorted(extra)[:5]}")
    if not held["submits"] == held["at_school"] == len(told) == len(set(told)):
        wrong.append(f"told {len(told)}, lines {held['submits']}, at the school {held['at_school']}")
    for name in ("submitted_twice", "holders_twice", "late"):
        if held[name]:
            wrong.append(f"{name}: {held[name]}")
    if held["problems"] or held["verified"] != len(replay.sessions) - len(replay.faults):
        wrong.append(f"logs of {held['verified']} cases: {held['problems']}")
    for answer in replay.answers:
        if answer.accepted and answer.sent >= closed:
            wrong.append(f"{answer.case} was taken after the closing")
        code = "ROU-102" if answer.opened < closed else "ROU-101"
        if not answer.accepted and (answer.got < closed or answer.codes != (code,)):
            wrong.append(f"{answer.case} was refused with {answer.codes}")
    return wrong


def measure(label: str, database: str, count: int, folder: Path) -> list[Figure]:
    """One closing day on one database."""
    with site(folder, database or f"sqlite://{folder / 'closing.sqlite3'}", count) as (port, environment):
        replay = Replay(port, json.loads((folder / "sessions.json").read_text()))
        warm = min(WARMING, count // 10)
        slow = warm + min(int(PACED_SECONDS * PACE), count // 4)
        last = count - max(CLIENTS + AFTERWARDS, int(count * LAST_SHARE))
        by_clients(range(warm), lambda number: one_person(replay, number, "cold"))
        paced(replay, range(warm, slow))
        seconds = by_clients(range(slow, last), lambda number: one_person(replay, number, "rush"))
        rate = len(replay.steps.get("rush: hand in", [])) / seconds
        closed = last_seconds(replay, range(last, count), folder)
        held = json.loads(_child(["check"], environment).splitlines()[-1])
    wrong = _judge(replay, closed, held)
    for text in wrong[:8]:
        sys.stdout.write(f"  wrong: {text}\n")
    late = [a for a in replay.answers if not a.accepted]
    for name, spent in sorted(replay.steps.items()):
        p50, p95, p99 = (_share(spent, share) for share in (0.5, 0.95, 0.99))
        sys.stdout.write(f"  {label}, {name:<15} p50 {p50:7.1f} ms  p95 {p95:7.1f} ms  p99 {p99:7.1f} ms\n")
    slowest = _share(replay.steps.get("paced: hand in", [float("inf")]), 0.99)
    note = (
        f"{count} people: {len(held['handed_in'])} in, {len(late)} late and refused, "
        f"{replay.doubles} pressed twice, {held['lines']} lines of logs verified"
    )
    return [
        at_most(f"closing day, {label}: lost, double, late or unlike the log", len(wrong), "cases", 0, note),
        at_least(f"closing day, {label}: people opening, reading, handing in", rate, "people/s", PACE),
        at_most(f"closing day, {label}: handing in at 5.6 a second, p99", slowest, "ms", 5000),
    ]


def run(count: int = USUAL) -> list[Figure]:
    """Figures for SQLite, and for PostgreSQL when a database is given."""
    figures = []
    for label, database in (("SQLite", ""), ("PostgreSQL", os.environ.get("GUANTONG_BENCH_DATABASE", ""))):
        if label == "SQLite" or database:
            with tempfile.TemporaryDirectory(prefix="guantong-closing-") as folder:
                figures += measure(label, database, count, Path(folder))
    return figures


if __name__ == "__main__":
    from bench.__main__ import line

    asked = ALL if "--all" in sys.argv else USUAL
    if "--count" in sys.argv:
        asked = int(sys.argv[sys.argv.index("--count") + 1])
    for figure in run(asked):
        sys.stdout.write(line(figure) + "\n")
