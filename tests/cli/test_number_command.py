"""`hongyan number`: who serves a number, which channel takes it, and numbers that were ported."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import apsw
import command_line
import pytest
from command_line import hongyan

from hongyan.storage.sqlite.database import FILE

NUMBER = "13800138000"
LINES = b"number,carrier\n13800138000,unicom\n12,mobile\n13900139000,\xe7\xa7\xbb\xe5\x8a\xa8,2024-01-01\nx\n"
done, refused = partial(command_line.done, "number"), partial(command_line.refused, "number")


@pytest.fixture(autouse=True)
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("HONGYAN_LANG", "en")
    monkeypatch.setenv("HONGYAN_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def chosen(*words: str) -> dict[str, str | None]:
    """The channel that is chosen for each category."""
    found = done("show", *words, "--json").json
    return {each["category"]: each["channel"] and each["channel"]["name"] for each in found["choices"]}


def add_channel(folder: Path, name: str, *fields: str) -> None:
    password = folder / "password"
    password.write_text("secret")
    usual = ("host=10.0.0.1", "login=901234", "access_number=1069000001", "--password-file", str(password))
    assert hongyan("channel", "add", name, "--protocol", "cmpp", *usual, *fields).code == 0


# -- looking ----------------------------------------------------------------------------------------------


def test_a_number_is_shown_with_its_prefix_and_the_channels_of_the_sandbox() -> None:
    found = done("show", "+86 138-0013-8000", "--json").json
    assert (found["number"], found["country"], found["carrier"]) == ("8613800138000", "CN", "mobile")
    assert (found["prefix"]["prefix"], found["prefix"]["carrier"]) == ("138", "mobile")
    assert found["ported"] is None
    assert [each["category"] for each in found["choices"]] == ["code", "notice", "marketing"]
    first = found["choices"][0]
    assert (first["channel"]["name"], first["sender"], first["refused"]) == ("mobile", "1069000012", None)
    reasons = {each["name"]: each["code"] for each in first["others"]}
    assert reasons == dict.fromkeys(("unicom", "telecom", "broadnet"), "carrier") | {"international": "later"}
    assert all(each["reason"] for each in first["others"])


def test_a_number_abroad_takes_the_international_channel() -> None:
    found = done("show", "004915112345678", "--json").json
    assert (found["country"], found["carrier"], found["prefix"]) == ("DE", None, None)
    assert chosen("004915112345678") == {"international": "international"}


def test_an_extension_code_that_no_channel_has_room_for_is_told_with_each_reason() -> None:
    found = done("show", "19200000000", "--extension-code", "12345678901", "--json").json
    first = found["choices"][0]
    assert first["channel"] is first["sender"] is None
    assert first["refused"]["code"] == "extension.malformed"
    assert {each["name"]: each["code"] for each in first["others"]}["broadnet"] == "extension"
    shown = done("show", "19200000000", "--extension-code", "12345678901").out
    assert shown.count("at most 20 digits") == 1


def test_channels_that_share_the_turns_are_said_to(tmp_path: Path) -> None:
    for name in ("north", "south"):
        add_channel(tmp_path, name, "carriers=mobile")
    found = done("show", NUMBER, "--json").json["choices"]
    assert {each["channel"]["name"] for each in found} == {"north"}, "each kind of message begins with it"
    others = {(other["name"], other["code"]) for each in found for other in each["others"]}
    assert others == {("south", "turns")}
    assert chosen("18900189000") == dict.fromkeys(("code", "notice", "marketing"))


def test_a_channel_that_is_reserved_for_a_tenant_is_chosen_for_it_alone(tmp_path: Path) -> None:
    assert hongyan("sandbox", "seed", "--json").code == 0
    tenant = max(each["account_id"] for each in hongyan("key", "list", "--json").json)
    add_channel(tmp_path, "ours", f"accounts={tenant}")
    assert chosen(NUMBER)["code"] is None
    assert chosen(NUMBER, "--account", str(tenant))["code"] == "ours"
    assert refused("show", NUMBER, "--account", "5").endswith("[identity.no_account]")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("show", "12345"), "number.malformed"),
        (("show", NUMBER, "--extension-code", "1a"), "extension.malformed"),
        (("port", "00447911123456", "unicom"), "number.not_mainland"),
        (("port", NUMBER, "vodafone"), "number.carrier_unknown"),
        (("port", NUMBER, "unicom", "--since", "yesterday"), "number.since_malformed"),
        (("port", NUMBER, "unicom", "--since", "2999-01-01"), "number.since_future"),
        (("unport", NUMBER), "number.not_ported"),
        (("import", "/no/such/file"), "input.unreadable"),
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
    assert NUMBER not in english


# -- one number -------------------------------------------------------------------------------------------


def test_a_ported_number_takes_the_channel_of_its_carrier_until_it_is_taken_out() -> None:
    assert chosen(NUMBER)["code"] == "mobile"
    assert done("port", NUMBER, "联通", "--since", "2024-03-01", "--json").json == {
        "number": "8613800138000",
        "carrier": "unicom",
        "since": "2024-03-01T00:00:00+08:00",
        "source": done("show", NUMBER, "--json").json["ported"]["source"],
    }
    found = done("show", NUMBER, "--json").json
    assert (found["carrier"], found["prefix"]["carrier"]) == ("unicom", "mobile")
    assert chosen(NUMBER)["code"] == "unicom"
    assert done("unport", NUMBER, "--json").json["was"]["carrier"] == "unicom"
    assert chosen(NUMBER)["code"] == "mobile"


def test_people_read_it_in_their_language(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "is served by China Unicom" in done("port", NUMBER, "unicom", "--since", "2024-03-01").out
    english = done("show", NUMBER).out
    assert "138 China Mobile" in english
    assert "China Unicom · 2024-03-01 · cli:" in english
    assert "1 \x20China Unicom" in done("ported").out
    monkeypatch.setenv("HONGYAN_LANG", "zh")
    chinese = done("show", NUMBER).out
    assert "138 中国移动" in chinese
    assert "中国联通 · 2024-03-01" in chinese
    assert "该通道不支持该号码所属运营商" in chinese
    assert done("unport", NUMBER).out.startswith(NUMBER)


# -- files ------------------------------------------------------------------------------------------------


def test_a_file_is_entered_and_the_lines_that_do_not_fit_are_told_on_standard_error(data: Path) -> None:
    said = hongyan("number", "import", "-", given=LINES)
    assert said.code == 1
    assert said.out == "4 lines: 2 stored, 0 known already, 2 do not fit.\n"
    assert [line for line in said.err.splitlines() if line.startswith("line ")] == [
        "line 3: this is not a phone number that can be sent to [number.malformed]",
        "line 5: a line has a number, a carrier, and perhaps since when [number.line_malformed]",
    ]
    assert done("ported", "--json").json == {"mobile": 1, "unicom": 1, "telecom": 0, "broadnet": 0}


def test_for_programs_everything_is_one_json_value(tmp_path: Path) -> None:
    path = tmp_path / "ported.csv"
    path.write_bytes(LINES)
    said = hongyan("number", "import", str(path), "--json")
    assert (said.code, "line 3" in said.err) == (1, False)
    assert [each["line"] for each in said.json.pop("problems")] == [3, 5]
    assert {name: said.json[name] for name in ("lines", "stored", "known", "unfit")} == {
        "lines": 4, "stored": 2, "known": 0, "unfit": 2,
    }  # fmt: skip
    assert done("show", NUMBER, "--json").json["ported"]["source"] == "ported.csv"


def test_a_file_that_fits_leaves_with_0_and_the_same_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ported.csv"
    path.write_text("".join(f"138{n:08},unicom\n" for n in range(2_500)))
    assert done("import", str(path), "--json").json["stored"] == 2_500
    assert done("import", str(path), "--json").json["known"] == 2_500


def test_a_line_without_an_end_takes_no_memory_and_does_not_fit() -> None:
    said = hongyan("number", "import", "-", "--json", given=b"1" * 5_000_000 + b"\n13800138000,unicom")
    assert [(each["line"], each["code"]) for each in said.json["problems"]] == [(1, "number.line_malformed")]
    assert said.json["stored"] == 1


def test_no_number_stands_in_the_database_in_clear(data: Path) -> None:
    done("port", NUMBER, "unicom")
    hongyan("number", "import", "-", given=LINES)
    connection = apsw.Connection(str(data / FILE))
    for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        for row in connection.execute(f'SELECT * FROM "{table}"'):
            assert NUMBER not in str(row), table
    connection.close()
