"""A store that has been served with a carrier is no sandbox any more, whatever the next process was told: commands and
servers without the environment, and the way back."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from running_platform import HOST, RunningPlatform, hongyan

from hongyan.cli.failures import MISCONFIGURED, REFUSED

pytestmark = pytest.mark.slow


@pytest.fixture
def carrier() -> Iterator[str]:
    """The address of a carrier that is away for now."""
    with socket.socket() as nobody:
        nobody.bind((HOST, 0))
        yield f"smpp://tester:secret@{HOST}:{nobody.getsockname()[1]}"


def serve(folder: Path, **settings: object) -> tuple[int, str]:
    """Start where that is refused."""
    said = hongyan("serve", "--data", str(folder / "data"), "--port", "0", **settings)
    return said.code, said.err


@pytest.mark.parametrize("review", ["", "rules", "manual"])
def test_what_was_served_with_a_carrier_stays_production_for_those_who_do_not_know_of_it(
    tmp_path: Path, carrier: str, review: str
) -> None:
    platform = RunningPlatform(tmp_path, smpp=carrier, review=review)
    platform.start(wait_for_carrier=False)
    beside = platform.command("status", "--json").json
    assert (beside["running"], beside["sandbox"]) == (True, False)
    assert platform.command("sandbox", "reopen", "--yes").err.endswith("stop it first [production.running]\n")
    assert platform.stop() == 0

    alone = platform.command("status", "--json").json
    assert (alone["running"], alone["sandbox"]) == (False, False)
    said = platform.command("sandbox", "seed")
    assert (said.code, "[sandbox.production]" in said.err) == (REFUSED, True)
    said = platform.command("review", "list", review="auto")
    assert (said.code, "[settings.review]" in said.err) == (MISCONFIGURED, True)
    code, words = serve(tmp_path)
    assert (code, "set HONGYAN_SMPP as before" in words, "sandbox reopen" in words) == (
        MISCONFIGURED,
        True,
        True,
    )
    code, words = serve(tmp_path, lang="zh-CN")
    assert (code, "请像之前一样设置 HONGYAN_SMPP" in words) == (MISCONFIGURED, True)


def test_the_way_back_to_a_sandbox_is_asked_for_and_audited(tmp_path: Path, carrier: str) -> None:
    platform = RunningPlatform(tmp_path, smpp=carrier)
    platform.start(wait_for_carrier=False)
    assert platform.stop() == 0

    assert "[production.configured]" in platform.command("sandbox", "reopen", "--yes", smpp=carrier).err
    assert "say --yes if that is meant" in platform.command("sandbox", "reopen").err
    assert "请加 --yes" in platform.command("sandbox", "reopen", lang="zh-CN").err
    assert platform.command("sandbox", "reopen", "--yes").out == "It is a sandbox again.\n"
    assert "[production.not_marked]" in platform.command("sandbox", "reopen", "--yes").err

    trail = platform.rows(
        "SELECT actor, action, object FROM audit_event WHERE action LIKE '%_production' ORDER BY id"
    )
    (marked, unmarked) = trail
    assert marked == ("system:server", "carriers.mark_production", "platform")
    assert unmarked[0].startswith("cli:")
    assert unmarked[1:] == ("carriers.unmark_production", "platform")
    assert platform.command("status", "--json").json["sandbox"]
    assert json.loads(platform.command("sandbox", "seed", "--json").out)["sign_name"]

    again = RunningPlatform(tmp_path)
    again.start()
    assert again.command("status", "--json").json["sandbox"]
    assert again.stop() == 0
