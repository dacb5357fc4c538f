from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

COMMAND = Path(sys.executable).with_name("hongyan")


def _hongyan(data: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, *words, "--data", str(data)],
        env={**os.environ, "HONGYAN_LANG": "en", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _json(data: Path, *words: str) -> Any:
    done = _hongyan(data, *words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_key_is_made_listed_and_disabled(tmp_path: Path) -> None:
    first = _hongyan(tmp_path, "key", "list")
    assert "AccessKeySecret" in first.stderr, "the first start says its credentials once"
    made = _json(tmp_path, "key", "create", "--name", "billing app")
    listed = {key["access_key_id"]: key for key in _json(tmp_path, "key", "list")}
    assert listed[made["access_key_id"]]["name"] == "billing app"
    assert "access_key_secret" not in listed[made["access_key_id"]]
    _json(tmp_path, "key", "disable", made["access_key_id"])
    (mine,) = (
        key
        for key in _json(tmp_path, "key", "list", "--account", str(made["account_id"]))
        if key["access_key_id"] == made["access_key_id"]
    )
    assert mine["enabled"] is False


def test_what_cannot_be_done_is_said_on_standard_error_with_a_code(tmp_path: Path) -> None:
    _hongyan(tmp_path, "key", "list")
    for words in (("create", "--account", "5"), ("disable", "LTAI5tNobody"), ("list", "--account", "5")):
        done = _hongyan(tmp_path, "key", *words, "--json")
        assert (done.returncode, done.stdout) == (1, "")
        assert "[identity.no_" in done.stderr


def test_a_key_file_that_others_can_read_stops_every_command_with_the_cure(tmp_path: Path) -> None:
    _hongyan(tmp_path, "key", "list")
    (tmp_path / "master.key").chmod(0o644)
    done = _hongyan(tmp_path, "key", "list")
    assert done.returncode == 78
    assert "chmod 600" in done.stderr
