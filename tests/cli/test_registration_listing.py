"""`hongyan registration list|show|start|lapsing`."""

from __future__ import annotations

import json
import sqlite3
from functools import partial
from pathlib import Path

import command_line
import pytest
from command_line import hongyan

SIGNATURE = "杭州云雁科技"
done, refused = partial(command_line.done, "registration"), partial(command_line.refused, "registration")


@pytest.fixture(autouse=True)
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("HONGYAN_LANG", "en")
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setenv("HONGYAN_DATA", str(tmp_path / "data"))
    assert hongyan("sandbox", "seed", "--json").code == 0
    return tmp_path / "data"


def test_the_sandboxs_signature_is_registered_at_once_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = done("list", "--signature", SIGNATURE, "--json").json
    assert {row["network"]: (row["state"], row["simulated"]) for row in rows} == {
        "mobile": ("success", True),
        "unicom": ("success", True),
        "telecom": ("success", True),
    }
    assert done("list", "--carrier", "联通", "--signature", SIGNATURE).out.count("China Unicom") == 1
    assert "no registrations" in done("list", "--state", "failed").out
    shown = done("show", SIGNATURE, "--json").json
    assert shown["register_result"] == 1
    steps = [step["event"] for step in shown["registrations"][0]["history"]]
    assert steps == ["start", "filed", "accepted", "verified"]
    said = done("show", SIGNATURE).out
    assert "RegisterResult 1" in said
    assert "an edit of the signature or of its qualification registers it again" in said
    monkeypatch.setenv("HONGYAN_LANG", "zh")
    assert "报备成功" in done("show", SIGNATURE).out


def test_a_new_number_is_started_by_hand() -> None:
    """With an extension code of its own the signature is sent from another number."""
    assert "it is registered already" in refused("start", SIGNATURE)
    assert hongyan("extension", "assign", "8801", "--signature", SIGNATURE).code == 0
    shown = done("show", SIGNATURE, "--json").json["registrations"]
    assert {row["state"] for row in shown if row["sender"].endswith("8801")} == {"not_registered"}
    started = done("start", SIGNATURE, "--carrier", "mobile", "--json").json
    assert [(row["network"], row["extension_code"], row["state"]) for row in started] == [
        ("mobile", "8801", "success")
    ]
    assert "China Unicom" in done("start", SIGNATURE, "--carrier", "unicom").out


def test_a_mistake_is_told_with_what_there_is() -> None:
    assert "a carrier is one of mobile" in refused("list", "--carrier", "vodafone")
    assert "lost is none of not_registered, registering" in refused("list", "--state", "lost")
    assert "no account has a signature named" in refused("show", "没有的签名")
    assert "no configured channel" in refused("start", SIGNATURE, "--number", "1069")
    assert "not registered with" in refused("start", SIGNATURE, "--carrier", "broadnet")
    assert refused("list", "--account", "7").startswith("there is no")


def test_nothing_lapses_soon_in_a_new_sandbox() -> None:
    assert json.loads(done("lapsing", "--json").out) == []
    assert "Nothing lapses soon" in done("lapsing").out


def test_a_silence_that_deserves_a_warning_is_a_remark(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever a registration is listed, with the day on which it lapses."""
    assert "lapses on" not in done("show", SIGNATURE).out
    with sqlite3.connect(data / "hongyan.sqlite") as store:
        store.execute("UPDATE registration SET since_ms = since_ms - ?", (155 * 86_400_000,))
    lapses_on = done("lapsing", "--json").json[0]["silence"]["lapses_on"]
    for command in (("show", SIGNATURE), ("list", "--signature", SIGNATURE)):
        assert f"not sent for 155 days, lapses on {lapses_on}" in done(*command).out
    monkeypatch.setenv("HONGYAN_LANG", "zh")
    assert f"155 天未发送，{lapses_on} 失效" in done("list", "--signature", SIGNATURE).out


def test_what_a_carrier_says_on_the_phone_is_written_down() -> None:
    row = done("list", "--signature", SIGNATURE, "--carrier", "mobile", "--json").json[0]
    said = done("answer", str(row["id"]), "campaign", "--words", "子端口已关停", "--json").json
    assert (said["state"], said["reason"], said["cure"]) == ("lapsed", "SUBPORT_RECYCLE", "start")
    shown = done("show", SIGNATURE).out
    assert "子端口已关停" in shown
    assert "lapsed" in done("list", "--signature", SIGNATURE).out
    assert "success" in done("start", SIGNATURE, "--carrier", "mobile").out
    assert "no such registration" in refused("answer", "1", "accepted")
    assert "REGISTER is none of" in refused("answer", str(row["id"]), "refused", "--reason", "register")
