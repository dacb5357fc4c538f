from __future__ import annotations

import asyncio
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from compliance_tenant import make_reviewed_tenant

from hongyan.identity import open_vault
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.ids import IdMaker
from hongyan.storage.sqlite.command_line import CommandLineStore

pytestmark = pytest.mark.slow

COMMAND = Path(sys.executable).with_name("hongyan")


async def _apply(data: Path) -> None:
    """Two qualifications that wait for a person."""
    store = CommandLineStore(data, data / "no-server.sock")
    store.open()
    clock = ManualClock()
    tenant = await make_reviewed_tenant(store, clock, IdMaker(clock), vault=open_vault(data))
    await tenant.qualification("甲资质")
    await tenant.qualification("乙资质")
    store.close()


def _review(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, "review", *words, "--data", str(data)],
        env={**os.environ, "HONGYAN_LANG": "zh", "HONGYAN_REVIEW": "manual"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _json(data: Path, *words: str) -> Any:
    done = _review(data, *words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_reviewer_works_through_the_queue(tmp_path: Path) -> None:
    asyncio.run(_apply(tmp_path))
    first, second = _json(tmp_path, "list")
    assert [first["name"], second["name"]] == ["甲资质", "乙资质"]
    assert "甲资质" in _review(tmp_path, "list").stdout

    shown = _json(tmp_path, "show", str(first["order"]))
    assert (shown["state"], shown["history"][0]["event"]) == ("pending", "submit")
    assert shown["material"]["admin_phone"] == "****0001"
    assert shown["material"]["legal_person"]["id_number"].startswith("****")
    assert shown["material"]["legal_person"]["name"] == "王法人"
    revealed = _json(tmp_path, "show", str(first["order"]), "--reveal")
    assert revealed["material"]["admin_phone"] == "13900000001"

    told = _review(tmp_path, "show", str(first["order"])).stdout
    assert told.startswith("资质 甲资质 · pending · 第 1 版\n")
    for words in (
        "管理员手机",
        "****0001",
        "资质  1/licence.jpg  jpeg  40×30",
        "papers.unreadable  证件图片不清晰",
    ):
        assert words in told
    assert "13900000001" not in told
    assert "1/a.png" in told, "whoever reviews people's papers sees which there are"

    paper = next(each for each in shown["papers"] if each["key"] == "1/licence.jpg")
    assert (paper["format"], paper["width"], paper["uploader"]) == ("jpeg", 40, "key:test")
    copy = tmp_path / "copy.jpg"
    save = ("paper", str(first["order"]), "1/licence.jpg", "--to", str(copy))
    assert (
        _json(tmp_path, *save)["sha256"] == hashlib.sha256(copy.read_bytes()).hexdigest() == paper["sha256"]
    )
    assert copy.stat().st_mode & 0o777 == 0o600
    there = _review(tmp_path, *save)
    assert (there.returncode, "[review.paper_file]" in there.stderr) == (1, True)
    none = _review(tmp_path, "paper", str(first["order"]), "1/none.jpg", "--to", str(tmp_path / "none"))
    assert (none.returncode, "[paper.unknown]" in none.stderr) == (1, True)

    only = _review(tmp_path, "industry", str(first["order"]), "游戏")
    assert (only.returncode, "[review.no_industry]" in only.stderr) == (1, True)
    wrong = _review(tmp_path, "industry", str(first["order"]), "farming")
    assert (wrong.returncode, "live-streaming" in wrong.stderr) == (2, True)

    _json(tmp_path, "claim", str(first["order"]))
    assert _json(tmp_path, "approve", str(first["order"]))["verdict"] == "approve"
    silent = _review(tmp_path, "reject", str(second["order"]), "--reason", " ")
    assert (silent.returncode, "[review.reason_missing]" in silent.stderr) == (1, True)
    assert _json(tmp_path, "reject", str(second["order"]), "--reason", "执照不清晰")["reason"] == "执照不清晰"
    assert _json(tmp_path, "list") == []
    assert _json(tmp_path, "second-looks") == []
    none = _review(tmp_path, "second-look", str(first["order"]))
    assert (none.returncode, "[second_look.unknown]" in none.stderr) == (1, True)
    again = _review(tmp_path, "approve", str(second["order"]))
    assert (again.returncode, "[review.decided]" in again.stderr) == (1, True)
    shown = _json(tmp_path, "show", str(first["order"]))
    assert [(step["event"], step["after"]) for step in shown["history"]] == [
        ("submit", "pending"),
        ("take", "in_review"),
        ("approve", "approved"),
        ("complimentary_signature", "approved"),
    ]
