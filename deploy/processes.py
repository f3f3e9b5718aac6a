"""Child processes that never outlive the program that started them."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from deploy.say import ROOT, TAIL_LINES, Stop

SET_PARENT_DEATH_SIGNAL = 1
PORTS_TRIED = 50
POLL_SECONDS = 0.05


def die_with_parent(signum: int = signal.SIGTERM) -> None:
    """Ask Linux to send `signum` to this process when its parent is gone, however that happened."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signum)


def free_port(wanted: int, host: str = "127.0.0.1") -> int:
    """Return `wanted`, or the next free port after it; 0 lets the system choose.

    Raises `Stop` when none of the next 50 is free.
    """
    for port in range(wanted, wanted + PORTS_TRIED):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise Stop(f"The ports {wanted} to {wanted + PORTS_TRIED - 1} are all taken; set PORT to a free one.")


class Child:
    """A program in its own process group, with its output in a file."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        env: dict[str, str] | None = None,
        *,
        user: str | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        """Start `command`, as another user if one is given; `name` is what a person calls the program."""
        self.name = name
        self.log = log
        self.stop_signal = stop_signal
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,
                user=user,
                group=user,
                extra_groups=[] if user else None,
            )

    @property
    def is_alive(self) -> bool:
        """Whether the program still runs."""
        return self.process.poll() is None

    def tail(self) -> str:
        """Return the last lines of its output."""
        return "\n".join(self.log.read_text(errors="replace").strip().splitlines()[-TAIL_LINES:])

    def wait_until(self, is_ready: Callable[[], bool], seconds: float) -> None:
        """Wait until `is_ready`; raises `Stop` when the program ends before that or takes too long."""
        deadline = time.monotonic() + seconds
        while not is_ready():
            if not self.is_alive:
                raise Stop(f"The {self.name} ended while starting. Its last lines:\n{self.tail()}")
            if time.monotonic() > deadline:
                raise Stop(f"The {self.name} did not start within {seconds:.0f} s. Its last lines:\n{self.tail()}")
            time.sleep(POLL_SECONDS)

    def ask_to_stop(self) -> None:
        """Send the signal that means: finish what you do, then end."""
        if self.is_alive:
            self.process.send_signal(self.stop_signal)

    def stop(self, seconds: float = 15) -> None:
        """End the program and everything it started, by force after `seconds`."""
        self.ask_to_stop()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.end_group()
        self.process.wait()

    def end_group(self) -> None:
        """End what is left of the process group, for example a worker whose parent was killed."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return


def answers(url: str) -> bool:
    """Whether the address answers with success."""
    try:
        with urlopen(url, timeout=5) as response:
            return bool(response.status < 400)  # noqa: PLR2004 (HTTP: below 400 is success)
    except (URLError, OSError):
        return False
