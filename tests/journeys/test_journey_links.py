"""Watching the links of a running server: one look, rates, a terminal, a server that goes and comes back."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from running_platform import HOST, RunningPlatform, Tenant, environment, hongyan, until
from sdk_calls import ended, send

pytestmark = pytest.mark.slow

WITHIN = 60.0
PROTOCOLS = {
    "mobile": "CMPP 3.0",
    "unicom": "SGIP 1.2",
    "telecom": "SMGP 3.0",
    "broadnet": "CMPP 2.0",
    "international": "SMPP 3.4",
}
ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"
"""What a terminal is told to show another screen, and to show the first one again."""


@contextmanager
def watching(platform: RunningPlatform, *words: str, **process: Any) -> Iterator[subprocess.Popen[bytes]]:
    """`hongyan link watch …` that goes on until it is ended."""
    command = [sys.executable, "-m", "hongyan", "link", "watch", "--data", str(platform.data), *words]
    running = subprocess.Popen(
        command, env=environment({"lang": "en"}) | process.pop("env", {}), stderr=subprocess.PIPE, **process
    )
    try:
        yield running
    finally:
        running.kill()
        running.wait()


def lines(running: subprocess.Popen[bytes]) -> Iterator[Any]:
    """The objects that it writes."""
    assert running.stdout is not None
    for line in running.stdout:
        yield json.loads(line)


def links_of(seen: Any) -> dict[str, list[Any]]:
    return {channel["channel"]: channel["links"] for channel in seen["channels"]}


# -- one look ---------------------------------------------------------------------------------------------


def test_a_list_has_every_link_and_no_rates(platform: RunningPlatform) -> None:
    seen = platform.command("link", "list", "--json").json
    assert seen["url"] == f"http://{platform.endpoint}"
    assert {channel["channel"]: channel["protocol"] for channel in seen["channels"]} == PROTOCOLS
    for link in (link for links in links_of(seen).values() for link in links):
        assert (link["state"], link["reason"], link["used"]) == ("bound", None, 0)
        assert link["window"] > 0
        assert "submits_per_s" not in link


def test_the_metrics_that_it_reads_are_those_of_every_monitoring_system(platform: RunningPlatform) -> None:
    """Each is there with its labels also before anything has happened."""
    families = text_string_to_metric_families(platform.get("/metrics")[2].decode())
    found = {family.name: {frozenset(sample.labels) for sample in family.samples} for family in families}
    assert found["hongyan_link_state"] == {frozenset({"channel", "link", "state"})}
    assert found["hongyan_link_answers"] == {frozenset({"channel", "link", "answer"})}
    assert found["hongyan_channel_waiting_parts"] == {frozenset({"channel", "lane"})}
    assert found["hongyan_listener_connections"] == {frozenset({"channel", "state"})}


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("channel", "submits/s", "● bound", "listening", "last ")),
        ("zh", ("通道", "提交/秒", "● 已连接", "监听", "最近 ")),
    ],
)
def test_one_table_after_one_interval_in_both_languages(
    platform: RunningPlatform, lang: str, words: tuple[str, ...]
) -> None:
    said = platform.command("link", "watch", "--once", "--interval", "0.2", lang=lang)
    assert (said.code, said.err) == (0, "")
    for word in (*words, *PROTOCOLS, *PROTOCOLS.values()):
        assert word in said.out
    assert "\x1b" not in said.out, "a pipe gets no colours"


@pytest.mark.parametrize(
    "words", [("list",), ("watch",), ("watch", "--once"), ("watch", "--json")], ids=" ".join
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_without_a_server_it_says_what_to_do(tmp_path: Path, words: tuple[str, ...], lang: str) -> None:
    said = hongyan("link", *words, "--data", str(tmp_path), lang=lang)
    assert (said.code, said.out) == (78, "")
    (line,) = said.err.splitlines()
    assert f"hongyan serve --data {tmp_path}" in line
    assert line.endswith("[server.not_running]")
    assert ("没有正在运行" in line) is (lang == "zh")


def test_a_server_that_does_not_answer_is_told(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind((HOST, 0))
        address = {"pid": os.getpid(), "url": f"http://{HOST}:{closed.getsockname()[1]}", "endpoint": ""}
        (tmp_path / "server.json").write_text(json.dumps(address))
        said = hongyan("link", "list", "--data", str(tmp_path))
    assert (said.code, said.out) == (1, "")
    assert said.err.endswith("[server.no_answer]\n")


@pytest.mark.parametrize("interval", ["0", "-1", "1e9", "soon"])
def test_an_interval_that_makes_no_sense_is_wrong_usage(tmp_path: Path, interval: str) -> None:
    assert hongyan("link", "watch", f"--interval={interval}", "--data", str(tmp_path)).code == 2


# -- again and again --------------------------------------------------------------------------------------


def test_every_message_is_in_the_rates_of_its_channel(platform: RunningPlatform, tenant: Tenant) -> None:
    with watching(platform, "--json", "--interval", "0.3", stdout=subprocess.PIPE) as running:
        seen = lines(running)
        assert not links_of(next(seen))["mobile"][0]["errors"]
        for number in ("13800138000", "13400000001", "13900000000"):
            send(tenant, number)
        submits = reports = 0.0
        times = []
        for look in seen:
            (mobile,) = links_of(look)["mobile"]
            (telecom,) = links_of(look)["telecom"]
            assert telecom["submits_per_s"] == 0
            submits += mobile["submits_per_s"] * look["seconds"]
            reports += look["channels"][0]["reports_per_s"] * look["seconds"]
            times += [mobile["answer_ms"]] if mobile["answer_ms"] is not None else []
            if submits > 2.9 and reports > 2.9:
                break
        assert (round(submits, 1), round(reports, 1)) == (3.0, 3.0)
        assert all(0 < time < 10_000 for time in times)
        running.send_signal(signal.SIGINT)
        assert running.wait(WITHIN) == 0
        assert running.stderr is not None
        assert running.stderr.read() == b""


def test_an_error_is_in_the_mix_of_its_interval_only(platform: RunningPlatform, tenant: Tenant) -> None:
    with watching(platform, "--json", "--interval", "0.3", stdout=subprocess.PIPE) as running:
        seen = lines(running)
        next(seen)
        ended(tenant.sdk(), "19900000012", send(tenant, "19900000012"))
        errors: list[Any] = []
        for look in seen:
            mixes = [link["errors"] for links in links_of(look).values() for link in links]
            now = [mix for mix in mixes if mix]
            if errors and not now:
                break
            errors += now
    assert len(errors) == 1
    assert [*errors[0].values()] == [1]


def test_a_file_gets_one_table_after_the_other(platform: RunningPlatform, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with out.open("wb") as file, watching(platform, "--interval", "0.2", stdout=file) as running:
        until(lambda: out.read_text("utf-8").count("CMPP 3.0") >= 3, "three tables")
        running.send_signal(signal.SIGINT)
        assert running.wait(WITHIN) == 0
    assert "\x1b" not in out.read_text("utf-8")


def test_a_terminal_shows_it_on_a_screen_of_its_own_and_gets_the_old_one_back(
    platform: RunningPlatform,
) -> None:
    ours, theirs = pty.openpty()
    terminal = {"TERM": "xterm-256color", "COLUMNS": "160", "LINES": "30"}
    with watching(
        platform, "--interval", "0.2", stdin=theirs, stdout=theirs, env=terminal, start_new_session=True
    ) as running:
        os.close(theirs)
        shown = b""
        while shown.count(b"CMPP 3.0") < 3:
            shown += read_some(ours)
        assert shown.startswith(ENTER)
        assert b"Ctrl-C ends" in shown
        assert LEAVE not in shown
        running.send_signal(signal.SIGINT)
        while piece := read_some(ours):
            shown += piece
        assert running.wait(WITHIN) == 0
        assert shown.count(LEAVE) == 1
        assert b"\x1b[?25h" in shown[shown.index(LEAVE) - 20 :], "and the cursor"
        assert b"Traceback" not in shown
    os.close(ours)


def read_some(terminal: int) -> bytes:
    """What is there next; nothing at the end."""
    ready, _, _ = select.select([terminal], [], [], WITHIN)
    assert ready
    with contextlib.suppress(OSError):  # what Linux says at the end of a terminal
        return os.read(terminal, 65_536)
    return b""


def test_it_waits_for_a_server_that_is_started_anew(tmp_path: Path) -> None:
    platform = RunningPlatform(tmp_path)
    platform.start()
    try:
        with watching(platform, "--json", "--interval", "0.2", stdout=subprocess.PIPE) as running:
            seen = lines(running)
            assert next(seen)["running"] is True
            assert platform.stop() == 0
            away = next(look for look in seen if not look["running"])
            assert away["code"] in ("server.not_running", "server.no_answer")
            assert away["words"]
            platform.start()
            back = next(look for look in seen if look["running"])
            assert links_of(back).keys() <= PROTOCOLS.keys()
            for look in seen:
                if all(link["state"] == "bound" for links in links_of(look).values() for link in links):
                    break
    finally:
        assert platform.stop() == 0


# -- what is away -----------------------------------------------------------------------------------------


def test_a_carrier_that_is_away_is_a_warning_and_named_everywhere(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        away = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "hongyan",
        "simulate",
        "--json",
        "--networks",
        "international",
        "--port",
        "0",
    ]
    carrier = subprocess.Popen(
        [*command, "--data", str(tmp_path / "carrier")],
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert carrier.stdout is not None
        network = json.loads(carrier.stdout.readline())["networks"]["international"]
        platform = RunningPlatform(
            tmp_path / "platform", smpp=f"smpp://tester:secret@{HOST}:{network['port']}"
        )
        platform.start()
        try:
            password = tmp_path / "password"
            password.write_text("secret", "utf-8")
            fields = (
                f"host={HOST}",
                f"port={away}",
                "login=901234",
                "access_number=1069000001",
                "carriers=unicom",
            )
            made = platform.command(
                "channel", "add", "gone", *fields, "--protocol=cmpp", "--password-file", str(password)
            )
            assert made.code == 0, made.err

            def warned() -> Any:
                status, _, body = platform.get("/readyz")
                assert status == 200, "the other carrier is there"
                return [each for each in json.loads(body)["warnings"] if "nobody listens" in each]

            (warning,) = until(warned, "the carrier that is away is named")
            assert warning.startswith("channel gone cannot send, no link is bound since 20")
            assert warning.endswith(f": nobody listens there ({HOST}:{away})")
            (chinese,) = json.loads(platform.request("GET", "/readyz", {"accept-language": "zh"})[2])[
                "warnings"
            ]
            assert chinese.startswith("通道 gone 无法发送")

            said = platform.command("link", "list")
            (line,) = [line for line in said.out.splitlines() if "gone" in line]
            assert f"nobody listens there ({HOST}:{away})" in line
            (link,) = links_of(platform.command("link", "list", "--json").json)["gone"]
            assert (link["reason"], link["detail"]) == ("nobody_listens", f"{HOST}:{away}")

            assert platform.command("channel", "pause", "gone").code == 0
            until(
                lambda: not json.loads(platform.get("/readyz")[2])["warnings"],
                "a paused channel is no trouble",
            )
        finally:
            assert platform.stop() == 0
    finally:
        carrier.kill()
        carrier.wait()
