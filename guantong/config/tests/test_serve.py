"""Starting, watching and stopping the web server and the worker."""

import os
import signal
import socket
import subprocess
import sys
import textwrap

import pytest

from guantong.config import serve
from guantong.kernel.refusal import Refusal


def test_a_taken_port_is_refused_with_another_one_to_try():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Refusal) as refused:
            serve.check_port_free("127.0.0.1", port)
    sentence = refused.value.problems[0].sentence()
    assert f"端口 {port} 已经被别的程序占用" in sentence
    assert "make run PORT=" in sentence
    serve.check_port_free("127.0.0.1", port)


@pytest.mark.parametrize("text", ["", "0", "65536", "８０００", "abc", "-1", "80.0"])
def test_a_wrong_port_is_refused(text):
    with pytest.raises(Refusal) as refused:
        serve.port_from(text)
    assert refused.value.code == "WEB-021"


def test_right_ports_are_read():
    assert serve.port_from("8000") == 8000
    assert serve.port_from("65535") == 65535


SCRIPT = textwrap.dedent(
    """
    import sys
    from guantong.config.serve import Supervisor, Watched
    server = Watched("网页服务", [sys.executable, "-c", sys.argv[1]], essential=True)
    worker = Watched("后台任务", [sys.executable, "-c", sys.argv[2]], essential=False)
    sys.exit(Supervisor([server, worker]).run())
    """
)
WAITS = r"import os, signal; os.write(1, b'up\n'); signal.pause()"


def _run(server: str, worker: str) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-c", SCRIPT, server, worker], stdout=subprocess.PIPE, text=True)


def test_a_signal_stops_both_and_ends_well():
    started = _run(WAITS, WAITS)
    assert started.stdout.readline() == "up\n"
    assert started.stdout.readline() == "up\n"
    started.send_signal(signal.SIGTERM)
    assert started.wait(timeout=60) == 0
    assert started.stdout.read() == ""


def test_when_the_server_ends_the_worker_is_stopped_and_the_status_kept():
    started = _run("import sys; sys.exit(3)", WAITS)
    out, _ = started.communicate(timeout=60)
    assert started.returncode == 3
    assert "网页服务已经停止（退出状态 3）。" in out


def test_a_worker_that_ends_is_started_again(tmp_path):
    mark = tmp_path / "ran"
    once = f"import os, signal; p={str(mark)!r}; first=not os.path.exists(p); open(p,'a').close(); "
    started = _run(WAITS, once + r"os.write(1, b'first\n' if first else b'again\n'); first or signal.pause()")
    seen = ""
    while "again" not in seen:
        line = started.stdout.readline()
        assert line, seen
        seen += line
    assert seen.index("first") < seen.index("后台任务已经停止") < seen.index("again")
    assert "秒后重新启动" in seen
    started.send_signal(signal.SIGINT)
    assert started.wait(timeout=60) == 0


def test_pauses_grow_and_are_bounded():
    watched = serve.Watched("x", [], essential=False, started_at=serve.monotonic())
    assert [watched.pause_before_restart() for _ in range(8)] == [1, 2, 4, 8, 16, 30, 30, 30]
    watched.started_at = serve.monotonic() - serve.SETTLED_AFTER - 1
    assert watched.pause_before_restart() == 1


@pytest.mark.django_db
def test_nothing_is_left_to_migrate_in_the_test_database():
    assert serve.unapplied_migrations() == 0


@pytest.mark.skipif(sys.platform != "linux", reason="uses a Linux call")
def test_children_do_not_outlive_a_killed_parent():
    code = textwrap.dedent(
        """
        import sys
        from guantong.config.serve import Supervisor, Watched
        from queue import SimpleQueue
        child = Watched("x", [sys.executable, "-c", sys.argv[1]], True)
        child.start(SimpleQueue())
        import signal; signal.pause()
        """
    )
    parent = subprocess.Popen([sys.executable, "-c", code, WAITS], stdout=subprocess.PIPE, text=True)
    assert parent.stdout.readline() == "up\n"
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    assert parent.stdout.read() == ""  # the pipe closes only when the child, its last holder, is gone
