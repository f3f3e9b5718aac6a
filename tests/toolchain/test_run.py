"""`make run` as a person meets it: what it prints, that it moves to a free port, and that it leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from deploy.say import ROOT
from tests.browser import OpenPage

PATIENCE = 120
NOT_INHERITED = re.compile(r"^(DJANGO|ICM|DATABASE|DATA|REDIS|CELERY|SITE|PORT|COV|PYTEST)")


def processes(data: Path) -> dict[int, str]:
    """Return the command lines of all processes that work on a data folder."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes().split(b"\0")
            if f"DATA_DIR={data}".encode() in environment:
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:  # it ended while we looked, or belongs to somebody else
            continue
    return {pid: line for pid, line in found.items() if line}


def wait_for_silence(data: Path) -> dict[int, str]:
    """Return what still runs after a while; nothing, if all is well."""
    deadline = time.monotonic() + 30
    while (left := processes(data)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left


class Runner:
    """`make run`, without make."""

    def __init__(self, data: Path, port: int) -> None:
        """Start it and wait until it says that it is ready."""
        env = {name: value for name, value in os.environ.items() if not NOT_INHERITED.match(name)}
        self.data = data
        self.printed = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "deploy.embedded"],
            cwd=ROOT,
            env={**env, "DATA_DIR": str(data), "PORT": str(port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        deadline = time.monotonic() + PATIENCE
        assert self.process.stdout
        for line in self.process.stdout:
            self.printed += line
            if "Ctrl-C stops it" in line or time.monotonic() > deadline:
                break

    @property
    def address(self) -> str:
        """Where it says that it serves."""
        found = re.search(r"is ready after [\d.]+ s: (http://localhost:\d+)", self.printed)
        assert found, self.printed
        return found[1]

    @property
    def password(self) -> str:
        """The password of all demo people."""
        found = re.search(r"^Password of all demo people: (\S{15,})$", self.printed, re.MULTILINE)
        assert found, self.printed
        return found[1]

    def end(self, signum: signal.Signals) -> tuple[int, str]:
        """Send a signal; return the code it left with and what it printed last."""
        self.process.send_signal(signum)
        rest, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, rest

    def close(self) -> None:
        """End it whatever the test did."""
        if self.process.poll() is None:
            self.process.terminate()
        self.process.communicate(timeout=PATIENCE)


StartRunner = Callable[..., Runner]


@pytest.fixture
def run(data: Path) -> Iterator[StartRunner]:
    """Start it on a wanted port, and end it after the test."""
    started: list[Runner] = []

    def start(port: int = 0) -> Runner:
        started.append(Runner(data, port))
        return started[-1]

    yield start
    for runner in started:
        runner.close()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run")


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_it_serves_the_demo_and_stops_without_a_trace(data: Path, run: StartRunner, taken_port: int) -> None:
    runner = run(taken_port)
    port = int(runner.address.rsplit(":", 1)[1])
    assert taken_port < port < taken_port + 50
    assert "analyst@northland.example" in runner.printed
    assert runner.password
    with urlopen(f"{runner.address}/accounts/login/") as page:
        assert page.status == 200
        assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert runner.end(signal.SIGTERM) == (0, "\nStopped.\n")
    assert wait_for_silence(data) == {}


def test_again_it_keeps_the_password_and_ctrl_c_stops_it(data: Path, run: StartRunner) -> None:
    before = (data / "people.txt").read_text()
    runner = run()
    assert before in runner.printed
    assert runner.end(signal.SIGINT) == (0, "\nStopped.\n")
    assert wait_for_silence(data) == {}


def test_the_collected_files_work_in_a_browser(run: StartRunner, open_page: OpenPage) -> None:
    """Only here pages use hashed names; `open_page` fails the test for anything a console complains about."""
    runner = run()
    page = open_page()
    page.goto(runner.address)
    page.fill("[name=login]", "analyst@lakemont.example")
    page.fill("[name=password]", runner.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{runner.address}/")
    proposal = re.search(r"/proposals/[0-9a-f-]{36}/", page.content())
    assert proposal
    page.goto(f"{runner.address}{proposal[0]}sections/es.overview/")
    page.locator("summary.prompt__line", has_text="The model in brief").click()
    page.locator(".rte__text").first.wait_for()
    style = page.locator("link[rel=stylesheet]").first.get_attribute("href")
    assert re.fullmatch(r"/static/uswds/css/uswds\.min\.[0-9a-f]{12}\.css", str(style))


def test_a_worker_that_dies_ends_it_with_a_sentence(data: Path, run: StartRunner) -> None:
    runner = run()
    worker = next(pid for pid, line in sorted(processes(data).items()) if "celery" in line)
    os.kill(worker, signal.SIGKILL)
    rest, _ = runner.process.communicate(timeout=PATIENCE)
    assert runner.process.returncode == 1
    assert "The worker ended. Its last lines" in rest
    assert "Traceback" not in rest
    assert wait_for_silence(data) == {}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_killed_by_force_it_leaves_no_orphans(data: Path, run: StartRunner) -> None:
    runner = run()
    runner.end(signal.SIGKILL)
    assert wait_for_silence(data) == {}


def test_a_port_that_is_none_is_one_sentence(data: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "deploy.embedded"],
        cwd=ROOT,
        env={**os.environ, "PORT": "many", "DATA_DIR": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "\nPORT is 'many', but must be a number from 0 to 65535.\n"
