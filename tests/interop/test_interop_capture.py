"""The script that holds conversations in every protocol and lets tshark read them too, where it is installed."""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "tools" / "capture_and_dissect.py"
PROTOCOLS = ["cmpp2", "cmpp3", "sgip", "smgp", "smpp34"]

pytestmark = pytest.mark.slow


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_every_protocol_is_captured_and_nothing_is_read_otherwise_than_by_tshark(tmp_path: Path) -> None:
    done = run("--output", str(tmp_path))
    assert done.returncode == (0 if shutil.which("tshark") else 2), done.stdout + done.stderr
    assert "FOUND" not in done.stdout
    rows = [line for line in done.stdout.splitlines() if line.startswith("| ") and "protocol" not in line]
    assert [row.split(" | ")[0].removeprefix("| ") for row in rows] == PROTOCOLS
    for name in PROTOCOLS:
        magic, major, minor, *_, link_type = struct.unpack(
            ">IHHiIII", (tmp_path / f"{name}.pcap").read_bytes()[:24]
        )
        assert (magic, major, minor, link_type) == (0xA1B2C3D4, 2, 4, 101)


def test_a_machine_without_tshark_is_told_so() -> None:
    done = run("--only", "smpp34", "--tshark", "no-such-program")
    assert done.returncode == 2
    assert "tshark is not installed" in done.stderr
