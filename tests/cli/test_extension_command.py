"""`hongyan extension`: codes of signatures, as the operator gives and takes them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import command_line
import pytest
from command_line import Said, hongyan

SIGNATURE = "杭州云雁科技"
done, refused = partial(command_line.done, "extension"), partial(command_line.refused, "extension")


@pytest.fixture(autouse=True)
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("HONGYAN_LANG", "en")
    monkeypatch.setenv("HONGYAN_DATA", str(tmp_path / "data"))
    assert hongyan("sandbox", "seed", "--json").code == 0
    return tmp_path / "data"


def assign(code: str, *words: str) -> Said:
    return done("assign", code, "--signature", SIGNATURE, *words)


def test_a_code_is_given_shown_and_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    assert done("list", "--json").json == []
    assert "no extension codes" in done("list").out
    made = assign("88", "--json").json
    assert (made["code"], made["signature"], made["primary"], made["source"], made["state"]) == (
        *("88", SIGNATURE, True, "platform", "assigned"),
    )
    assert (made["released"], made["held_until"], made["no_room"], made["overlaps"]) == (None, None, [], [])
    assert "99 is a code of " + SIGNATURE in assign("99").out
    assert "99 is the primary code of " + SIGNATURE in assign("99", "--primary").out
    assert [each["code"] for each in done("list", "--json").json if each["primary"]] == ["99"]
    assert [each["code"] for each in done("list", "--code", "88", "--json").json] == ["88"]
    assert done("list", "--signature", "别的", "--json").json == []
    assert done("list", "--account", str(made["account_id"])).out.count(SIGNATURE) == 2

    assert "still go to " + SIGNATURE in done("release", "99").out
    assert [each["code"] for each in done("list", "--json").json if each["primary"]] == ["88"]
    states = {each["code"]: each["state"] for each in done("list", "--all", "--json").json}
    assert states == {"88": "assigned", "99": "quarantine"}
    assert "held until 2" in done("list", "--all").out
    monkeypatch.setenv("HONGYAN_LANG", "zh")
    assert "隔离至 2" in done("list", "--all").out
    assert done("release", "88", "--json").json["state"] == "quarantine"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("assign", "88", "--signature", "谁"), "signature.unknown"),
        (("assign", "8x", "--signature", SIGNATURE), "extension.malformed"),
        (("assign", "88", "--signature", SIGNATURE, "--account", "5"), "identity.no_account"),
        (("assign", "12345678901", "--signature", SIGNATURE), "extension.no_room"),
        (("release", "88"), "extension.unknown"),
        (("list", "--account", "5"), "identity.no_account"),
    ],
)
def test_what_cannot_be_is_one_sentence_in_each_language(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: str
) -> None:
    english = refused(*words)
    monkeypatch.setenv("HONGYAN_LANG", "zh")
    chinese = refused(*words)
    assert english.endswith(f"[{code}]")
    assert chinese.endswith(f"[{code}]")
    assert english != chinese


def test_a_code_must_fit_a_channel_and_a_channel_the_codes(tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("secret")
    usual = ("--protocol", "cmpp", "host=10.0.0.1", "login=901234", "--password-file", str(password))
    assert hongyan("channel", "add", "short", *usual, "access_number=" + "1" * 16).code == 0
    assert refused("assign", "12345", "--signature", SIGNATURE).endswith("[extension.no_room]")
    assert hongyan("channel", "add", "long", *usual, "access_number=10690000").code == 0
    made = assign("12345").out
    assert "pass them over: short" in made
    said = hongyan("channel", "add", "shorter", *usual, "access_number=" + "1" * 17)
    assert (said.code, "extension code 12345 has 5" in said.err) == (1, True)
    edited = hongyan("channel", "edit", "long", "access_number=" + "1" * 16)
    assert (edited.code, "[channel.invalid]" in edited.err) == (1, True)
