"""``guantong serve`` and ``guantong run-demo``: web server and worker, started, watched and stopped together."""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from types import FrameType
from typing import Any

from guantong.config.errors import NO_TABLES, PORT_TAKEN, PORT_WRONG

STOP_WITHIN = 20
"""Seconds children get to finish before they are killed."""

SETTLED_AFTER = 60
"""Seconds a worker must have run for its next end to count as a first one."""

LONGEST_PAUSE = 30
"""Longest pause, in seconds, before a worker that keeps ending is started again."""


def say(text: str) -> None:
    """One line for whoever started the command."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def port_from(text: str) -> int:
    """A port number; refuses WEB-021."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise PORT_WRONG.refuse(given=text)
    return int(text)


def check_port_free(host: str, port: int) -> None:
    """Refuses WEB-020 when something else listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise PORT_TAKEN.refuse(port=port, other=port + 1 if port < 65535 else 8000) from None


def server_command(host: str, port: int, workers: int) -> list[str]:
    """granian with the WSGI application."""
    return [
        sys.executable,
        "-m",
        "granian",
        "guantong.config.wsgi:application",
        "--interface",
        "wsgi",
        "--host",
        host,
        "--port",
        str(port),
        "--workers",
        str(workers),
        "--blocking-threads",
        "4",
        "--respawn-failed-workers",
        "--workers-kill-timeout",
        "10",
        "--log-level",
        "warning",
    ]


def worker_command() -> list[str]:
    """The process that runs imports and timed work."""
    return [sys.executable, "-m", "guantong.config.command", "work"]


def _end_with_parent() -> None:
    """In a child on Linux: be told to stop when the parent is gone, however it went."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


@dataclass
class Watched:
    """A child process and how it is treated when it ends."""

    name: str
    command: list[str]
    essential: bool
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    quick_ends: int = 0

    def start(self, events: SimpleQueue[tuple[str, Any]]) -> None:
        """Start it and report its end to ``events``."""
        self.started_at = monotonic()
        self.process = subprocess.Popen(self.command, preexec_fn=_end_with_parent)
        process = self.process
        threading.Thread(target=lambda: events.put(("ended", (self, process.wait()))), daemon=True).start()

    def pause_before_restart(self) -> float:
        """Seconds to wait: 1, 2, 4 … for a process that ends again and again, 1 after it had settled."""
        self.quick_ends = 0 if monotonic() - self.started_at > SETTLED_AFTER else self.quick_ends + 1
        return float(min(2 ** max(self.quick_ends - 1, 0), LONGEST_PAUSE))


@dataclass
class Supervisor:
    """Runs children until one that is essential ends or a signal asks to stop."""

    children: list[Watched]
    events: SimpleQueue[tuple[str, Any]] = field(default_factory=SimpleQueue)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.events.put(("stop", number))

    def run(self) -> int:
        """Exit status: 0 after a signal, the server's own status when it ended by itself."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        for child in self.children:
            child.start(self.events)
        status = 0
        while True:
            kind, what = self.events.get()
            if kind == "stop":
                break
            if kind == "start":
                what.start(self.events)
                continue
            child, code = what
            if child.essential:
                say(f"{child.name}已经停止（退出状态 {code}）。")
                status = code or 1
                break
            pause = child.pause_before_restart()
            say(f"{child.name}已经停止（退出状态 {code}），{pause:.0f} 秒后重新启动。")
            timer = threading.Timer(pause, self.events.put, [("start", child)])
            timer.daemon = True
            timer.start()
        self._stop()
        return status

    def _stop(self) -> None:
        running = [c for c in self.children if c.process is not None and c.process.poll() is None]
        for child in running:
            if child.process is not None:
                child.process.terminate()
        deadline = monotonic() + STOP_WITHIN
        for child in running:
            if child.process is None:
                continue
            try:
                child.process.wait(timeout=max(0.1, deadline - monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
        while True:
            try:
                self.events.get_nowait()
            except Empty:
                break


def unapplied_migrations() -> int:
    """How many migrations the database still needs."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def static_is_current() -> bool:
    """Whether the collected static parts are newer than every source of them."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders

    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.is_file():
        return False
    made = manifest.stat().st_mtime
    for finder in get_finders():
        for name, storage in finder.list([]):
            if Path(storage.path(name)).stat().st_mtime > made:
                return False
    return True


def prepare(say: Callable[[str], None]) -> None:
    """Folders, tables and static parts; each only when something is to be done."""
    from django.conf import settings
    from django.core.management import call_command

    Path(settings.VAR).mkdir(parents=True, exist_ok=True)
    waiting = unapplied_migrations()
    if waiting:
        say(f"正在建立或更新数据库的表（{waiting} 步）……")
        call_command("migrate", interactive=False, verbosity=0)
    if not static_is_current():
        say("正在整理样式、脚本和字体……")
        call_command("collectstatic", interactive=False, verbosity=0)


def serve(host: str, port: int, workers: int) -> int:
    """Run the web server and the worker until told to stop."""
    from django.db import connections

    connections.close_all()
    server = Watched("网页服务", server_command(host, port, workers), essential=True)
    worker = Watched("后台任务", worker_command(), essential=False)
    return Supervisor([server, worker]).run()


def run_serve(options: argparse.Namespace) -> int:
    """``guantong serve``."""
    port = port_from(options.port)
    check_port_free(options.host, port)
    if unapplied_migrations():
        raise NO_TABLES.refuse()
    if not static_is_current():
        from django.core.management import call_command

        call_command("collectstatic", interactive=False, verbosity=0)
    return serve(options.host, port, options.workers)


def run_demo(options: argparse.Namespace) -> int:
    """``guantong run-demo``: everything a visitor of the invented region needs, then serve."""
    port = port_from(options.port)
    check_port_free(options.host, port)
    os.environ.setdefault("GUANTONG_SITE_URL", f"http://{options.host}:{port}")
    prepare(say)
    from guantong.site.demo.build import ensure_demo

    ensure_demo(say)
    say("")
    say(f"贯通已经启动：http://{'127.0.0.1' if options.host == '0.0.0.0' else options.host}:{port}/")  # noqa: S104
    from guantong.site.desks.cards import sign_in_cards

    cards = sign_in_cards()
    if cards:
        say("登录页上可以直接选择的演示账号：")
        for card in cards:
            say(f"  {card.username:<20} {card.title}")
    say("按 Ctrl+C 停止。")
    return serve(options.host, port, options.workers)


def register(groups: Any) -> None:
    """Add both commands."""
    for name, help_text, run in (
        ("serve", "启动网页服务和后台任务", run_serve),
        ("run-demo", "准备虚构地区的演示数据并启动", run_demo),
    ):
        parser = groups.add_parser(name, help=help_text, description=help_text + "。")
        parser.add_argument("--host", default=os.environ.get("GUANTONG_HOST", "127.0.0.1"), help="监听地址")
        parser.add_argument("--port", default=os.environ.get("PORT", "8000"), help="监听端口")
        parser.add_argument(
            "--workers",
            type=int,
            default=int(os.environ.get("GUANTONG_WORKERS", str(min(os.cpu_count() or 1, 4)))),
            help="网页进程数",
        )
        parser.set_defaults(run=run)
