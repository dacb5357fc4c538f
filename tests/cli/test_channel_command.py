"""`hongyan channel` as an operator types it, on a real data folder: in this process, but for what a terminal or a fresh
start is needed for; passwords from a file, a pipe, a terminal; what is said when something is wrong."""

from __future__ import annotations

import json
import os
import pty
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import msgspec
import pytest
from command_line import Said, hongyan

from hongyan.carriers.channels import FIELDS, PROTOCOLS, fields_of
from hongyan.kernel.clock import SystemClock
from hongyan.kernel.ids import IdMaker
from hongyan.protocols.session.events import BindRequested
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.smpp.server import ServerSession
from hongyan.storage.port import OutboxItem

pytestmark = pytest.mark.slow

COMMAND = (sys.executable, "-m", "hongyan", "channel")
CMPP = ("host=10.0.0.1", "login=901234", "access_number=1069000001", "carriers=mobile")
SECRET = "hunter-2"


class Desk:
    """A data folder and an operator's hands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.password = folder / "password"
        self.password.write_text(SECRET + "\n", "utf-8")
        self.said = ""

    def environment(self, lang: str = "en") -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("HONGYAN_")}
        return inherited | {"HONGYAN_LANG": lang, "HONGYAN_DATA": str(self.folder / "data"), "COLUMNS": "100"}

    def run(self, *words: str, lang: str = "en", given: str = "") -> Said:
        with patch.dict(os.environ, self.environment(lang), clear=True):
            done = hongyan("channel", *words, given=given.encode())
        self.said += done.out + done.err
        return done

    def json(self, *words: str, **others: str) -> Any:
        done = self.run(*words, "--json", **others)
        assert done.code == 0, done.err
        return done.json

    def refused(self, *words: str, **others: str) -> str:
        """The sentence on standard error, of which there is one."""
        done = self.run(*words, **others)
        assert (done.code, done.out) == (1, "")
        (line,) = [each for each in done.err.splitlines() if each.startswith("hongyan: ")]
        return line

    def write(self, sql: str, *parameters: Any) -> None:
        """Past Hongyan."""
        with sqlite3.connect(self.folder / "data" / "hongyan.sqlite") as database:
            database.execute(sql, parameters)
        database.close()

    def break_settings(self, name: str) -> None:
        self.write("UPDATE channel SET settings = '{}' WHERE name = ?", name)

    def let_wait(self, channel_id: int, *, lane: int, count: int) -> None:
        """Messages, of which only the outbox knows."""
        ids = IdMaker(SystemClock())
        items = msgspec.msgpack.encode([OutboxItem(ids.next(), 1, 0) for _ in range(count)])
        self.write(
            "INSERT INTO outbox (id, channel_id, lane, not_before_ms, suspect, items) VALUES (?, ?, ?, 0, 0, ?)",
            *(channel_id, channel_id, lane, items),
        )

    def add(self, name: str, *fields: str, protocol: str = "cmpp") -> Any:
        words = fields or CMPP
        return self.json("add", name, "--protocol", protocol, *words, "--password-file", str(self.password))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    assert SECRET not in made.said, "a password is never shown"


# -- the life of a channel --------------------------------------------------------------------------------


def test_a_channel_from_its_first_day_to_its_last(desk: Desk) -> None:
    assert "There are no channels." in desk.run("list").out
    first = desk.run("add", "mobile", "--protocol", "cmpp", *CMPP, "--password-file", str(desk.password))
    assert "mobile is added as channel 100: CMPP 901234@10.0.0.1:7890." in first.out
    assert "no sandbox any more" in first.out

    shown = desk.json("show", "mobile")
    assert set(shown) == {"id", "name", "protocol", "state", "version", "changed", "settings", "fault"}
    assert (shown["id"], shown["protocol"], shown["state"], shown["version"]) == (100, "cmpp", "active", 1)
    assert shown["settings"]["carriers"] == ["mobile"]
    assert shown["settings"]["window"] == 16

    assert desk.json("edit", "mobile", "window=32", "carriers=mobile,broadnet")["version"] == 2
    assert "mobile is as it was." in desk.run("edit", "mobile", "window=32").out
    assert "mobile is changed." in desk.run("edit", "mobile", "priority=5", "cost=350").out
    assert "mobile 已修改。" in desk.run("edit", "mobile", "priority=6", lang="zh").out

    for step, state, en, zh in (
        ("pause", "paused", "paused", "暂停"),
        ("resume", "active", "active", "启用"),
        ("drain", "draining", "draining", "排空中"),
    ):
        assert desk.json(step, "mobile")["state"] == state
        assert en in desk.run("list").out
        assert zh in desk.run("list", lang="zh").out
    assert "mobile is removed." in desk.run("remove", "mobile").out
    assert desk.json("list") == []
    assert [each["name"] for each in desk.json("list", "--all")] == ["mobile"]
    assert "[channel.removed]" in desk.run("test", "mobile").err


def test_lists_have_the_address_the_number_and_what_is_served(desk: Desk) -> None:
    desk.add("mobile", *CMPP, "cost=350", "priority=3")
    desk.add("abroad", "host=2001:db8::1", "login=hy", "access_number=106900", protocol="smpp")
    out = desk.run("list").out
    for word in (
        "mobile",
        "CMPP",
        "901234@10.0.0.1:7890",
        "1069000001",
        "CN · mobile",
        "priority 3",
        "0.035 CNY",
    ):
        assert word in out
    for word in ("hy@[2001:db8::1]:2775", "everything"):
        assert word in out
    zh = desk.run("list", lang="zh").out
    for word in ("通道", "启用", "优先级 3，权重 1", "全部"):
        assert word in zh


def test_addresses_stay_in_one_piece_on_a_narrow_terminal(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow = desk.environment("en") | {"COLUMNS": "80"}
    monkeypatch.setattr(desk, "environment", lambda lang: narrow)
    desk.add("a-name-of-some-length", *CMPP[1:], "host=192.168.100.100", "port=17890", "cost=350")
    out = desk.run("list").out
    assert "901234@192.168.100.100:17890" in out
    assert max(map(len, out.splitlines())) <= 80
    routing = " ".join(
        line[-20:].rpartition("  ")[2] for line in (each.rstrip() for each in out.splitlines())
    )
    assert "priority 0, weight 1, 0.035 CNY" in " ".join(routing.split())


def test_showing_a_channel_explains_every_field(desk: Desk) -> None:
    desk.add("mobile")
    for lang in ("en", "zh"):
        out = desk.run("show", "mobile", lang=lang).out
        for name, row in fields_of("cmpp").items():
            assert name in out
            assert (row.en if lang == "en" else row.zh)[:8] in out
        assert "******" in out


def test_settings_of_one_channel_can_be_given_to_another(desk: Desk) -> None:
    shown = desk.add("mobile", *CMPP, "window=32")
    made = desk.json(
        *("add", "second", "--protocol", "cmpp", "--fields", "-", "login=901235"),
        *("--password-file", str(desk.password)),
        given=json.dumps(shown["settings"]),
    )
    assert made["settings"] == shown["settings"] | {"login": "901235"}


def test_one_that_cannot_run_or_be_read_is_shown_with_the_reason_beside_the_others(desk: Desk) -> None:
    desk.add("mobile")
    tls = ("host=a.example", "login=hy", "access_number=1069", "tls=yes", "tls_ca=/nowhere/x.pem")
    assert desk.add("abroad", *tls, protocol="smpp")["fault"] == {
        "reason": "channel.certificate",
        "detail": "/nowhere/x.pem: No such file or directory",
    }
    warned = desk.run("edit", "abroad", "window=9").out
    assert "Warning: abroad: does not run as configured: its file of certificates (tls_ca)" in warned
    assert "must be readable where the server runs" in warned
    assert "警告：abroad：" in desk.run("edit", "abroad", "window=8", lang="zh").out
    desk.break_settings("mobile")
    broken, abroad = desk.json("list")
    assert (broken["settings"], broken["fault"]["reason"]) == (None, "channel.stored")
    assert abroad["fault"]["reason"] == "channel.certificate"
    for words in (("list",), ("show", "mobile")):
        out = " ".join(desk.run(*words).out.split())
        assert "its settings in the" in out
        assert "无法按配置运行" in desk.run(*words, lang="zh").out
    assert "[channel.stored]" in desk.run("edit", "mobile", "window=9").err
    assert desk.json("pause", "mobile")["state"] == "paused"
    assert desk.json("remove", "mobile")["fault"] is None
    assert [each["name"] for each in desk.json("list")] == ["abroad"]


def test_what_waits_keeps_a_channel_from_being_removed_but_by_force(desk: Desk) -> None:
    desk.add("mobile")
    desk.json("pause", "mobile")
    desk.let_wait(100, lane=0, count=3)
    said = desk.refused("remove", "mobile")
    assert "messages wait to leave by channel mobile (codes 3, the oldest since" in said
    assert "--force" in said
    assert "验证码 3 条" in desk.refused("remove", "mobile", lang="zh")
    done = " ".join(desk.run("remove", "mobile", "--force").out.split())
    assert "mobile is removed. Left behind: codes 3, the oldest since" in done
    assert "When a server runs, they go by other channels" in done
    desk.add("second")
    desk.json("pause", "second")
    desk.let_wait(101, lane=1, count=2)
    removed = desk.json("remove", "second", "--force")
    assert removed["state"] == "removed"
    assert (removed["left_behind"]["codes"], removed["left_behind"]["notices"]) == (0, 2)


# -- passwords --------------------------------------------------------------------------------------------


def test_a_password_may_come_from_standard_input(desk: Desk) -> None:
    done = desk.run(
        "add", "mobile", "--protocol", "cmpp", *CMPP, "--password-file", "-", given=SECRET + "\r\nmore\n"
    )
    assert done.code == 0, done.err
    assert "mobile is as it was." in desk.run("edit", "mobile", "--password-file", str(desk.password)).out
    assert "mobile is changed." in desk.run("edit", "mobile", "--password-file", "-", given="other").out


def test_a_password_is_asked_for_on_a_terminal_and_not_shown(desk: Desk) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "add", "mobile", "--protocol", "cmpp", *CMPP],
        env=desk.environment(),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    seen = _read_until(ours, b"Password of channel mobile: ")
    os.write(ours, SECRET.encode() + b"\n")
    seen += _read_to_the_end(ours)
    assert process.wait(60) == 0, seen
    assert "mobile is added as channel 100" in seen.decode()
    desk.said += seen.decode()
    assert "as it was" in desk.run("edit", "mobile", "--password-file", str(desk.password)).out


def _read_until(terminal: int, end: bytes) -> bytes:
    seen = b""
    while end not in seen:
        seen += os.read(terminal, 1_024)
    return seen


def _read_to_the_end(terminal: int) -> bytes:
    seen = b""
    try:
        while more := os.read(terminal, 1_024):
            seen += more
    except OSError:  # nobody is on the other side any more
        pass
    os.close(terminal)
    return seen


def test_without_a_terminal_and_without_a_file_the_password_is_missing(desk: Desk) -> None:
    sentence = desk.refused("add", "mobile", "--protocol", "cmpp", *CMPP)
    assert "--password-file FILE" in sentence
    assert sentence.endswith("[channel.password_missing]")
    assert desk.json("list") == []


def test_wrong_passwords_and_files_are_refused_without_being_shown(desk: Desk) -> None:
    add = ("add", "mobile", "--protocol", "cmpp", *CMPP, "--password-file")
    assert "[input.unreadable]" in desk.refused(*add, str(desk.folder / "nothing"))
    assert "[channel.invalid]" in desk.refused(*add, "-", given="\n")
    assert "[channel.invalid]" in desk.refused(*add, "-", given="密码\n")
    assert "[input.too_large]" in desk.refused(*add, "-", given="x" * 5_000)
    long = SECRET * 3
    assert "password: it must be 1 to 15" in desk.refused(
        *("add", "telecom", "--protocol", "smgp", "host=a", "login=1", "access_number=1069"),
        *("--password-file", "-"),
        given=long,
    )
    listen = ("--listen-password-file", str(desk.password))
    assert "listen_password: only an SGIP channel" in desk.refused(*add, str(desk.password), *listen)


# -- what is said when something is wrong -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "en", "zh"),
    [
        (("edit", "mobile", "window=0"), "window: it is 0 and must be a whole number from 1 to 256", "当前为 0，应为 1 到 256 的整数"),
        (("edit", "mobile", "wndow=1"), "did you mean window?", "是否指 window？"),
        (("edit", "mobile", "window"), "name=value: each field is written so", "每个字段都应这样书写"),
        (("edit", "mobile", "host=10.0.0.1:7890"), "must be a host name or an IP address, without the port", "不含端口"),
        (("edit", "mobile", "password=x"), "a secret is no field", "密码不是字段"),
        (("edit", "mobile", "accounts=5"), "there is no account 5", "账号 5 不存在"),
        (("edit", "mobile", "version=3.0", "fee_type=04"), "01, 02 or 03 with version 3.0", "协议版本为 3.0"),
        (("edit", "mobile"), "say what to change", "请给出要修改的内容"),
        (("edit", "nobody", "window=1"), "there is no channel named 'nobody'", "没有名为 'nobody' 的通道"),
        (("remove", "mobile"), "remove is not possible now, pause, drain is", "可执行：pause、drain"),
        (("test", "nobody"), "there is no channel named 'nobody'", "没有名为 'nobody' 的通道"),
        (("add", "Mobile", "--protocol", "cmpp", *CMPP), "name: it must be 1 to 32 lower-case", "小写字母"),
        (("add", "b", "--protocol", "cmpp", "host=a"), "login: it is missing: SP_Id", "缺少该字段：企业代码"),
        (("edit", "mobile", "--fields", "-"), "JSON: it must be one object", "应为一个由字段和值组成的对象"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_one_sentence_with_field_and_reason(
    desk: Desk, words: tuple[str, ...], en: str, zh: str
) -> None:
    desk.add("mobile")
    assert en in desk.refused(*words)
    assert zh in desk.refused(*words, lang="zh")
    assert desk.json("show", "mobile")["version"] == 1


def test_a_name_is_never_used_again(desk: Desk) -> None:
    desk.add("mobile")
    sentence = desk.refused(
        "add", "mobile", "--protocol", "cmpp", *CMPP, "--password-file", str(desk.password)
    )
    assert sentence.endswith("[channel.name_taken]")


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "others log in as the same account: first, second. "), ("zh", "first、second 以同一账号登录")],
)
def test_two_channels_of_one_account_are_warned_of(desk: Desk, lang: str, words: str) -> None:
    desk.add("first")
    desk.add("second")
    third = ("add", "third", "--protocol", "cmpp", *CMPP, "--password-file", str(desk.password))
    assert words in desk.run(*third, lang=lang).out
    assert words not in desk.run("edit", "third", "login=901299", lang=lang).out
    assert words in desk.run("edit", "third", "login=901234", lang=lang).out
    desk.run("pause", "first")
    desk.run("remove", "first")
    assert words not in desk.run("edit", "third", "window=8", lang=lang).out


def test_a_protocol_that_nobody_speaks_is_wrong_usage(desk: Desk) -> None:
    done = desk.run("add", "mobile", "--protocol", "http", *CMPP)
    assert done.code == 2
    assert "cmpp" in done.out + done.err


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_help_explains_every_field_of_every_protocol(desk: Desk, lang: str) -> None:
    help_ = subprocess.run(
        [*COMMAND, "add", "--help"], env=desk.environment(lang), capture_output=True, text=True, check=True
    )
    out = help_.stdout
    for row in FIELDS:
        assert f"  {row.name}" in out
        assert (row.en if lang == "en" else row.zh)[:20] in out
    for protocol in PROTOCOLS:
        assert f"{protocol}{'：' if lang == 'zh' else ':'}" in out
    assert "window=32" in out


# -- trying the login -------------------------------------------------------------------------------------


@pytest.fixture
def carrier() -> Iterator[tuple[int, list[int]]]:
    """A port where an SMPP carrier answers binds, and the status with which it does (0: with yes)."""
    listening = socket.create_server(("127.0.0.1", 0))
    status = [0]

    def serve() -> None:
        while True:
            try:
                peer, _ = listening.accept()
            except OSError:
                return
            with peer:
                session = ServerSession(Timing(), time.monotonic())
                while data := peer.recv(65_536):
                    for event in session.receive(data, time.monotonic()):
                        if isinstance(event, BindRequested):
                            _ = (
                                session.refuse_bind(status[0])
                                if status[0]
                                else session.accept_bind("CARRIER")
                            )
                    peer.sendall(b"".join(session.bytes_to_send()))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listening.getsockname()[1], status
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join()


def test_a_login_is_tried_without_sending_anything(desk: Desk, carrier: tuple[int, list[int]]) -> None:
    port, status = carrier
    desk.add("abroad", "host=127.0.0.1", f"port={port}", "login=hy", "access_number=106900", protocol="smpp")
    done = desk.run("test", "abroad")
    assert done.code == 0, done.err
    assert (
        f"abroad: logged in, SMPP hy@127.0.0.1:{port}, peer CARRIER, version 3.4; connected in " in done.out
    )
    assert "登录成功" in desk.run("test", "abroad", lang="zh").out
    found = desk.json("test", "abroad")
    assert (found["channel"], found["bound"]) == ("abroad", True)
    (login,) = found["logins"]
    assert (login["peer"], login["version"]) == ("CARRIER", "3.4")

    desk.json("edit", "abroad", "mode=pair")
    assert len(desk.json("test", "abroad")["logins"]) == 2, "a transmitter and a receiver"

    status[0] = 0x0E
    assert "password wrong (ESME_RINVPASWD, status 14)" in desk.refused("test", "abroad")
    assert "密码错误（ESME_RINVPASWD，状态码 14）" in desk.refused("test", "abroad", lang="zh")
    failed = desk.run("test", "abroad", "--json")
    assert failed.code == 1
    assert failed.err == ""
    told = json.loads(failed.out)
    assert (told["bound"], told["code"]) == (False, "channel.login_refused")
    assert "password wrong" in told["reason"]


def test_a_carrier_that_is_not_there_or_says_nothing(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        desk.add("silent", "host=127.0.0.1", f"port={port}", "login=901234", "access_number=1069")
        assert "did not answer the login within 0.2 s" in desk.refused("test", "silent", "--timeout", "0.2")
    assert "nobody listens there" in desk.refused("test", "silent")


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "601", "soon"])
def test_a_time_that_nobody_can_wait_is_wrong_usage(desk: Desk, seconds: str) -> None:
    done = desk.run("test", "mobile", "--timeout", seconds)
    assert (done.code, done.out) == (2, "")
    assert "--timeout" in done.err


def test_certificates_that_cannot_be_read_are_told(desk: Desk) -> None:
    path = desk.folder / "ca.pem"
    desk.add(
        *("abroad", "host=127.0.0.1", "login=hy", "access_number=106900", "tls=yes", f"tls_ca={path}"),
        protocol="smpp",
    )
    done = desk.run("test", "abroad")
    assert done.code == 78
    assert str(path) in done.err
