"""CPU time and memory of process trees, as the system counts them.

CPU is user + system time of every process of a tree, living or ended: what an ended child used is in its
parent's account once the parent has waited for it. Memory is the sum of resident sets; pages that
processes share count once for each of them (with PostgreSQL that is most of its shared buffers).
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from itertools import pairwise

import psutil

MIB = 1 << 20
_REFRESH_EVERY = 10  # looking for new children costs more than reading the known ones


@dataclass(frozen=True, slots=True)
class Trees:
    """What is counted: the processes `roots` and all below them, without `left_out` and all below those.

    `left_out`: processes that belong to the measurement and not to what is measured, such as a simulated
    carrier that the platform started itself; asked each time, because such a process may come later.
    """

    roots: tuple[int, ...]
    left_out: Callable[[psutil.Process], bool] = lambda _process: False

    def living(self) -> list[psutil.Process]:
        """The counted processes that live now."""
        found: dict[int, psutil.Process] = {}
        children = _children_by_parent()
        for pid in self.roots:
            with contextlib.suppress(psutil.NoSuchProcess):
                self._collect(psutil.Process(pid), children, found)
        return list(found.values())

    def _collect(
        self,
        process: psutil.Process,
        children: dict[int, list[psutil.Process]],
        found: dict[int, psutil.Process],
    ) -> None:
        with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            if process.pid not in found and not self.left_out(process):
                found[process.pid] = process
                for child in children.get(process.pid, ()):
                    self._collect(child, children, found)

    def cpu_seconds(self) -> float:
        """User + system seconds since the processes started, ended children included."""
        return sum(map(_cpu_seconds, self.living()))

    def rss_mib(self) -> float:
        """Sum of the resident sets."""
        return _rss(self.living()) / MIB


def _children_by_parent() -> dict[int, list[psutil.Process]]:
    children: dict[int, list[psutil.Process]] = {}
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.NoSuchProcess):
            children.setdefault(process.ppid(), []).append(process)
    return children


def _cpu_seconds(process: psutil.Process) -> float:
    with contextlib.suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        return float(times.user + times.system + times.children_user + times.children_system)
    return 0.0


def _rss(processes: Iterable[psutil.Process]) -> int:
    total = 0
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            total += process.memory_info().rss
    return total


def is_python_module(process: psutil.Process, modules: Collection[str]) -> bool:
    """Whether a process was started as `python -m <one of modules>`."""
    try:
        words = process.cmdline()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False
    return any(flag == "-m" and name in modules for flag, name in pairwise(words))


class PeakMemory:
    """Watches the summed resident sets in a thread while its block runs: `peak_mib`."""

    def __init__(self, trees: Trees, every_seconds: float = 0.2) -> None:
        self._trees = trees
        self._every = every_seconds
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="peak-memory", daemon=True)
        self.peak_mib = 0.0

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        known: list[psutil.Process] = []
        turn = 0
        while True:
            if turn % _REFRESH_EVERY == 0:
                known = self._trees.living()
            turn += 1
            self.peak_mib = max(self.peak_mib, _rss(known) / MIB)
            if self._over.wait(self._every):
                return
