"""Frames and texts on the command line as people run it: processes, pipes, files, locales, no data folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parents[1] / "vectors"
PROTOCOLS = ("cmpp2", "cmpp3", "sgip", "smgp", "smpp34")
HEADER_DIGITS = 12


def vectors(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return found


def run(
    folder: Path, *words: str, given: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("HONGYAN_", "LC_", "LANG", "PYTHON"))
    }
    return subprocess.run(
        [sys.executable, "-m", "hongyan", *words],
        cwd=folder,
        env={**kept, "LANG": "en_US.UTF-8", **environment},
        input=given,
        capture_output=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_vector_goes_there_and_back_through_pipes_and_files(protocol: str, tmp_path: Path) -> None:
    expected = vectors(protocol)
    lines = [each["hex"] for each in expected]
    file = tmp_path / "frames.hex"
    file.write_text("\n".join(lines) + "\n")
    decoded = run(tmp_path, "pdu", "decode", "--protocol", protocol, "frames.hex", "--json")
    assert (decoded.returncode, decoded.stderr) == (0, b"")
    found = json.loads(decoded.stdout)
    for shown, vector in zip(found, expected, strict=True):
        assert (shown["pdu"], shown["hex"]) == (vector["pdu"], vector["hex"])
        assert {key: shown["fields"].get(key) for key in vector["fields"]} == vector["fields"]
    given_so = json.dumps([{"pdu": each["pdu"], "fields": each["fields"]} for each in expected])
    for given in (decoded.stdout, given_so.encode()):
        encoded = run(tmp_path, "pdu", "encode", "--protocol", protocol, given=given)
        assert (encoded.returncode, encoded.stderr) == (0, b"")
        assert encoded.stdout.decode().split() == lines
    people = run(tmp_path, "pdu", "decode", "--protocol", protocol, "-", given=file.read_bytes())
    assert people.returncode == 0
    assert people.stdout.decode().count("\n#") == len(lines) - 1
    assert [path.name for path in tmp_path.iterdir()] == ["frames.hex"], "nothing else is left behind"


def test_every_text_is_cut_as_its_vector_says(tmp_path: Path) -> None:
    for vector in vectors("text"):
        done = run(tmp_path, "text", "-", "--json", given=vector["text"].encode())
        found = json.loads(done.stdout)
        parts = vector["fields"]["segments_hex"]
        without_header = [part[HEADER_DIGITS:] for part in parts] if len(parts) > 1 else parts
        assert [each["hex"] for each in found["segments"]] == without_header
        assert (found["alphabet"], found["units"]) == (vector["alphabet"].split()[0], vector["units"])
    assert list(tmp_path.iterdir()) == []


FRAME = next(each["hex"] for each in vectors("cmpp2") if each["name"] == "cmpp2_submit_ucs2_fmt8")


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "提交短信"),
        ({"LC_ALL": "zh_CN.UTF-8"}, "提交短信"),
        ({"HONGYAN_LANG": "zh"}, "提交短信"),
        ({"LC_ALL": "zh_CN.UTF-8", "HONGYAN_LANG": "en"}, "send a message"),
        ({}, "send a message"),
    ],
)
def test_people_read_their_own_language(environment: dict[str, str], word: str, tmp_path: Path) -> None:
    done = run(tmp_path, "pdu", "decode", "--protocol", "cmpp2", FRAME, PYTHONUTF8="1", **environment)
    assert word in done.stdout.decode()


def test_a_terminal_without_chinese_shows_escapes_and_json_stays_json(tmp_path: Path) -> None:
    decode = ("pdu", "decode", "--protocol", "cmpp2", FRAME)
    done = run(tmp_path, *decode, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\\u60a8\\u7684" in done.stdout
    text = run(tmp_path, "text", "您好", "--json", PYTHONIOENCODING="ascii")
    assert json.loads(text.stdout)["segments"][0]["text"] == "您好"
    assert json.loads(run(tmp_path, *decode, "--json", PYTHONIOENCODING="ascii").stdout)


def test_colours_are_for_terminals_only(tmp_path: Path) -> None:
    done = run(tmp_path, "pdu", "decode", "--protocol", "cmpp2", FRAME[:-2], TERM="xterm-256color")
    assert done.returncode == 1
    assert b"\x1b" not in done.stdout + done.stderr


def test_the_signature_is_put_in_front(tmp_path: Path) -> None:
    done = run(tmp_path, "text", "验证码 1234", "--signature", "示例科技", "--json")
    assert json.loads(done.stdout)["segments"][0]["text"] == "【示例科技】验证码 1234"
