"""The pieces of set-up: stamps, ports, child processes, system packages, and the checks of the repository."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy import check, install, system
from deploy.processes import Child, free_port
from deploy.say import ROOT, Stamp, Stop, fingerprint, run


def sentence(stop: pytest.ExceptionInfo[Stop]) -> str:
    """Return what the person reads."""
    return str(stop.value.code).strip()


def test_a_stamp_is_current_for_the_same_input_only(tmp_path: Path) -> None:
    path = tmp_path / "made" / "stamp"
    before = Stamp(path, "one").is_current
    Stamp(path, "one").write()
    assert (before, Stamp(path, "one").is_current, Stamp(path, "two").is_current) == (False, True, False)


def test_a_fingerprint_changes_with_names_and_contents() -> None:
    both = [ROOT / "manage.py", ROOT / "Makefile"]
    assert fingerprint(both) == fingerprint(reversed(both))
    assert fingerprint(both) != fingerprint(both[:1])


def test_a_failed_command_is_a_sentence_with_its_last_lines() -> None:
    with pytest.raises(Stop) as stop:
        run([sys.executable, "-c", "print('the reason'); raise SystemExit(3)"], "It could not be done.")
    assert sentence(stop) == "It could not be done. It said:\nthe reason"


def test_a_missing_program_is_a_sentence() -> None:
    with pytest.raises(Stop) as stop:
        run(["/no/such/program"], "It could not be done.")
    assert sentence(stop) == "It could not be done. (/no/such/program: No such file or directory)"


def test_a_taken_port_is_passed_over() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        assert taken < free_port(taken) < taken + 50


def test_when_all_ports_are_taken_a_sentence_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.processes.PORTS_TRIED", 1)
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        with pytest.raises(Stop) as stop:
            free_port(taken)
    assert sentence(stop) == f"The ports {taken} to {taken} are all taken; set PORT to a free one."


def test_a_child_that_ends_early_shows_its_last_lines(tmp_path: Path) -> None:
    child = Child("helper", [sys.executable, "-c", "print('why it ended')"], tmp_path / "log")
    with pytest.raises(Stop) as stop:
        child.wait_until(lambda: False, 30)
    child.stop()
    assert sentence(stop) == "The helper ended while starting. Its last lines:\nwhy it ended"


def test_a_child_that_takes_too_long_is_told(tmp_path: Path) -> None:
    child = Child("helper", ["sleep", "60"], tmp_path / "log")
    with pytest.raises(Stop) as stop:
        child.wait_until(lambda: False, 0.1)
    child.stop()
    assert sentence(stop).startswith("The helper did not start within 0 s.")
    assert child.process.returncode == -signal.SIGTERM


def test_a_child_that_will_not_stop_is_ended_with_all_it_started(tmp_path: Path) -> None:
    stubborn = "trap '' TERM; sleep 60 & echo $!; wait; wait"
    child = Child("helper", ["bash", "-c", stubborn], tmp_path / "log")
    child.wait_until(lambda: child.log.read_text().strip().isdigit(), 30)
    grandchild = int(child.log.read_text())
    child.stop(seconds=0.2)
    deadline = time.monotonic() + 10
    while is_running(grandchild) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert (child.is_alive, is_running(grandchild)) == (False, False)


def is_running(pid: int) -> bool:
    """Whether a process runs; one that ended and was not yet collected does not."""
    listed = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return listed.stdout.strip()[:1] not in {"", "Z"}


def test_missing_system_packages_without_rights_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr("deploy.system.shutil.which", lambda name: "/bin/apt-get" if name == "apt-get" else None)
    monkeypatch.setattr(system, "has_pango", lambda: False)
    with pytest.raises(Stop) as stop:
        system.ensure_pango()
    assert sentence(stop) == (
        "Making packets (PDF) needs system packages; run as an administrator: "
        "apt-get install -y -qq --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig"
    )


def test_without_a_package_manager_the_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.system.shutil.which", lambda name: None)
    with pytest.raises(Stop) as stop:
        system.install_packages(["chromium"], "The tests")
    assert sentence(stop) == "The tests needs the system packages chromium; install them and start again."


def test_this_machine_can_draw_packets() -> None:
    assert system.has_pango()


def test_an_old_python_is_told_what_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "OLDEST_PYTHON", (99, 0))
    with pytest.raises(Stop) as stop:
        install.make_environment()
    assert re.fullmatch(r"ICM Portal needs Python 3\.11 or newer; this is [\d.]+\.", sentence(stop))


def test_an_incomplete_python_is_told_which_package_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "find_spec", lambda name: None)
    with pytest.raises(Stop) as stop:
        install.make_environment()
    assert sentence(stop) == "Python's venv module is incomplete: install the package python3-venv."


def test_the_repository_names_no_registry_and_locks_every_package() -> None:
    assert check.registry_hosts().problem == ""
    assert check.lock_hashes().problem == ""


@pytest.mark.parametrize("name", ["pypi", "files.pythonhosted", "registry.npmjs", "repo1.maven"])
def test_a_registry_would_be_found(name: str) -> None:
    assert check.HOSTS.search(f"https://{name}.org/simple")


def test_make_help_names_every_target() -> None:
    printed = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    names = [line.split()[1] for line in printed.splitlines()]
    assert names == ["help", "run", "test", "check", "format", "lock", "bench", "shots", "clean"]
