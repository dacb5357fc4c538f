"""Counting CPU and memory of real processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from bench.processes import PeakMemory, Trees, is_python_module

pytestmark = pytest.mark.slow

PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
child.stdout.readline()
print("ready", flush=True)
sys.stdin.readline()
child.stdin.close()
child.wait()
print("child ended", flush=True)
sys.stdin.read()
"""
BUSY = "import time\nwhile time.process_time() < 0.4: pass\nprint(flush=True)\nimport sys; sys.stdin.read()"
BIG = "x = bytearray(64 << 20); print(flush=True); import sys; sys.stdin.read()"


@contextmanager
def family(child: str) -> Iterator[subprocess.Popen[str]]:
    """A parent with one child that has reached its rest; a line to the parent ends the child."""
    words = [sys.executable, "-c", PARENT, child]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdin
        assert parent.stdout
        assert parent.stdout.readline() == "ready\n"
        try:
            yield parent
        finally:
            parent.stdin.close()


TICK = 0.011
"""The system counts in hundredths of a second."""


def end_child(parent: subprocess.Popen[str]) -> None:
    assert parent.stdin
    assert parent.stdout
    parent.stdin.write("\n")
    parent.stdin.flush()
    assert parent.stdout.readline() == "child ended\n"


def test_the_time_of_children_counts_also_after_they_have_ended() -> None:
    with family(BUSY) as parent:
        trees = Trees((parent.pid,))
        living = trees.cpu_seconds()
        end_child(parent)
        ended = trees.cpu_seconds()
        left = [process.pid for process in trees.living()]

    assert living >= 0.35
    assert ended >= living - TICK
    assert left == [parent.pid]
    assert trees.living() == []


def test_processes_that_are_left_out_do_not_count() -> None:
    with family(BUSY) as parent:
        trees = Trees((parent.pid,), lambda process: process.pid != parent.pid)

        assert [process.pid for process in trees.living()] == [parent.pid]
        assert trees.cpu_seconds() < 0.35


def test_peak_memory_sums_the_whole_tree() -> None:
    with family(BIG) as parent, PeakMemory(Trees((parent.pid,)), every_seconds=0.01) as memory:
        pass

    assert memory.peak_mib > 64


def test_a_python_module_is_known_by_its_command_line() -> None:
    import psutil

    words = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "0"]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            found = psutil.Process(process.pid)
            while "http.server" not in found.cmdline():  # it is still what started it for a moment
                assert process.poll() is None
            assert is_python_module(found, ("http.server",))
            assert not is_python_module(found, ("http",))
        finally:
            process.kill()
