"""The command line itself: help, usage, exit codes, languages, and a quick start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from hongyan import __version__
from hongyan.cli import GROUPS, demo, main
from hongyan.cli.actor import cli_actor
from hongyan.cli.failures import exit_code, explain
from hongyan.cli.language import language, say
from hongyan.kernel.errors import Broken, Misconfigured, Refused, Throttled


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """The exit code of a command line, in this process."""
    monkeypatch.setattr(sys, "argv", ["hongyan", *words])
    try:
        main()
    except SystemExit as left:
        return int(left.code or 0)
    return 0


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HONGYAN_LANG", "en")
    monkeypatch.chdir(tmp_path)


# -- help and usage ---------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:Cyclopts application invoked without tokens")
@pytest.mark.parametrize("words", [(), ("--help",), ("-h",)])
def test_the_help_lists_every_group(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert run(monkeypatch, *words) == 0
    shown = capsys.readouterr().out
    assert all(group in shown for group in GROUPS)


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_has_a_help_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], group: str
) -> None:
    assert run(monkeypatch, group, "--help") == 0
    shown = capsys.readouterr().out
    assert f"hongyan {group}" in shown
    assert any("\u4e00" <= character <= "\u9fff" for character in shown), "also in Chinese"


def test_the_version(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "--version") == 0
    assert capsys.readouterr().out.strip() == __version__


@pytest.mark.parametrize(
    "words",
    [
        ("fly",),
        ("key", "fly"),
        ("key", "create", "--account", "x"),
        ("key", "create", "--account", "9223372036854775808"),
        ("registration", "list", "--account", "-9223372036854775809"),
        ("registration", "waves", "show", "99999999999999999999"),
        ("key", "disable"),
        ("review", "approve"),
        ("review", "approve", "one"),
        ("serve", "--port", "http"),
        ("serve", "--no-such-flag"),
        ("status", "more"),
        ("inbox", "reply", "13800138000"),
    ],
    ids=" ".join,
)
def test_wrong_usage_leaves_with_2_and_starts_nothing(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    words: tuple[str, ...],
) -> None:
    assert run(monkeypatch, *words) == 2
    said = capsys.readouterr()
    assert "Error" in said.out + said.err
    assert list(tmp_path.iterdir()) == []


def test_a_setting_that_is_wrong_leaves_with_78(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HONGYAN_PORT", "eighty")
    assert run(monkeypatch, "status") == 78
    assert capsys.readouterr().err.startswith("hongyan: HONGYAN_PORT is 'eighty'")


def test_the_demo_needs_the_official_sdk_and_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "find_spec", lambda _name: None)
    assert run(monkeypatch, "demo", "--once") == 78
    assert "make setup" in capsys.readouterr().err


# -- words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"HONGYAN_LANG": "zh"}, "zh"),
        ({"HONGYAN_LANG": "zh-CN"}, "zh"),
        ({"HONGYAN_LANG": "en", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "zh"),
        ({"LC_MESSAGES": "zh_TW"}, "zh"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"HONGYAN_LANG": "", "LANG": "zh_CN"}, "zh"),
        ({}, "en"),
    ],
)
def test_the_language_is_the_settings_then_the_locales(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: str
) -> None:
    for name in ("HONGYAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert language() == expected
    assert say("中文", "English") == {"zh": "中文", "en": "English"}[expected]


@pytest.mark.parametrize(("kind", "code"), [(Refused, 1), (Throttled, 1), (Broken, 1), (Misconfigured, 78)])
def test_a_failure_is_one_sentence_with_its_code(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    kind: type[Refused],
    code: int,
) -> None:
    error = kind("room.reason", en="it cannot be", zh="不行")
    assert exit_code(error) == code
    explain(error)
    monkeypatch.setenv("HONGYAN_LANG", "zh")
    explain(error)
    assert capsys.readouterr() == ("", "hongyan: it cannot be [room.reason]\nhongyan: 不行 [room.reason]\n")


def test_who_acts_is_the_systems_user_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    before = cli_actor()
    monkeypatch.setenv("USER", "somebody-else")
    monkeypatch.setenv("LOGNAME", "somebody-else")
    assert cli_actor() == before
    assert before.startswith("cli:")


# -- start-up ---------------------------------------------------------------------------------------------


def test_the_help_needs_neither_the_server_nor_the_database() -> None:
    """A command imports its own group, so that the shell's prompt comes back soon."""
    code = (
        "import sys; sys.argv = ['hongyan', '--help']\n"
        "from hongyan.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'uvicorn', 'apsw', 'asyncpg', 'starlette', 'cryptography', 'jinja2', 'phonenumbers'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stderr.strip() == "[]"
