"""What an operator looks at: health, readiness, metrics, logs, and how it starts and stops."""

from __future__ import annotations

import json
import os
import re
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families
from running_platform import HOST, ROOT, RunningPlatform, Tenant, environment, hongyan, until
from sdk_calls import apply_for_template, details, ended, refusal, send, sms, text

from hongyan.server.admin_socket import frame
from hongyan.storage.port import Change

pytestmark = pytest.mark.slow

JSON = "application/json;charset=utf-8"


# -- health and readiness ---------------------------------------------------------------------------------


def test_it_is_alive_and_ready(platform: RunningPlatform) -> None:
    status, headers, body = platform.get("/healthz")
    assert (status, headers["content-type"], json.loads(body)) == (200, JSON, {"alive": True})
    status, headers, body = platform.get("/readyz")
    assert (status, headers["content-type"]) == (200, JSON)
    assert json.loads(body) == {"parts": {"store": True, "carrier": True, "queue": True}, "warnings": []}


@pytest.mark.parametrize(
    "path", ["/nothing", "/healthz/", "/metrics/x", "/api/v9", "//", "/console2", "/%2e%2e/x"]
)
def test_an_unknown_path_is_answered_in_json(platform: RunningPlatform, path: str) -> None:
    status, headers, body = platform.get(path)
    assert (status, headers["content-type"]) == (404, JSON)
    answer = json.loads(body)
    assert answer["code"] == "path.unknown"
    assert "/console" in answer["message"]


def test_what_is_no_http_is_told_so(platform: RunningPlatform) -> None:
    host, port = platform.endpoint.split(":")
    with socket.create_connection((host, int(port)), timeout=10) as peer:
        peer.sendall(b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03 this is TLS\r\n\r\n")
        answer = b"".join(iter(lambda: peer.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "request.unreadable"
    assert platform.get("/healthz")[0] == 200


def test_it_is_not_ready_while_the_carrier_is_down_and_accepts_all_the_same(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    platform = RunningPlatform(
        tmp_path / "platform", smpp=f"smpp://tester:secret@{HOST}:{port}", review="rules"
    )
    platform.start(wait_for_carrier=False)
    carrier = None
    try:
        status, _, body = platform.get("/readyz")
        assert (status, json.loads(body)["parts"]) == (503, {"store": True, "carrier": False, "queue": True})
        assert platform.get("/healthz")[0] == 200
        tenant = platform.seed()
        biz_id = send(tenant, "13800138000")
        command = [sys.executable, "-m", "hongyan", "simulate", "--json", "--port", str(port)]
        command += ["--networks", "international"]
        carrier = subprocess.Popen(
            [*command, "--data", str(tmp_path / "carrier"), "--system-id", "tester", "--password", "secret"],
            env=environment(),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert carrier.stdout is not None
        assert json.loads(carrier.stdout.readline())["ready"] == "smpp"
        until(lambda: platform.get("/readyz")[0] == 200, "the carrier is back")
        assert ended(tenant.sdk(), "13800138000", biz_id).send_status == 3
        carrier.terminate()
        assert carrier.wait(20) == 0
        until(lambda: platform.get("/readyz")[0] == 503, "the carrier is gone")
    finally:
        if carrier is not None:
            carrier.kill()
            carrier.wait()
        assert platform.stop() == 0


# -- metrics ----------------------------------------------------------------------------------------------


def metrics(platform: RunningPlatform) -> dict[tuple[str, ...], float]:
    """(name, label values) -> value, through Prometheus' own parser."""
    status, headers, body = platform.get("/metrics")
    assert (status, headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(body.decode())
        for sample in family.samples
    }


def test_the_road_is_counted(platform: RunningPlatform, tenant: Tenant) -> None:
    before = metrics(platform)
    ended(tenant.sdk(), "13400000001", send(tenant, "13400000001"))
    refusal(lambda: tenant.sdk().send_sms(sms(tenant, "1")))
    ended(tenant.sdk(), "19900000012", send(tenant, "19900000012"))
    after = metrics(platform)

    def more(*name: str) -> float:
        return after[name] - before.get(name, 0)

    assert more("hongyan_api_answers_total", "SendSms", "OK", "200") == 2
    assert more("hongyan_api_answers_total", "SendSms", "isv.MOBILE_NUMBER_ILLEGAL", "200") == 1
    assert more("hongyan_parts_answered_total", "accepted") == 1
    assert more("hongyan_parts_answered_total", "refused") == 1
    assert more("hongyan_receipts_total", "matched") == 1
    assert more("hongyan_api_seconds_count") >= 3
    assert more("hongyan_store_commands_total") >= 5
    assert more("hongyan_store_groups_total") >= 1
    assert after["hongyan_link_bound",] == 5, "a link to each simulated carrier"
    for gauge in ("store_waiting_rows", "lane_parts", "submits_in_flight"):
        assert after[f"hongyan_{gauge}",] >= 0


# -- logs -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def noisy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningPlatform, list[str]]]:
    """A platform that has been through everything, stopped, and what its log must not hold."""
    platform = RunningPlatform(tmp_path_factory.mktemp("logs"))
    platform.start()
    tenant = platform.seed()
    client, number, otp = tenant.sdk(), "13855556666", "739518"
    ended(client, number, send(tenant, number))
    ended(
        client,
        number,
        send(
            tenant,
            number,
            template_code=tenant.verification_template_code,
            template_param=text({"code": otp}),
        ),
    )
    ended(client, "19900000004", send(tenant, "19900000004"))
    details(client, number)
    words = "我的回复内容是秘密"
    platform.command("inbox", "reply", number, words)
    until(lambda: platform.rows("SELECT 1 FROM reply"), "the reply")
    apply_for_template(tenant, "日志", "您好，日志。")
    for changed in ({"phone_numbers": "1385555666a"}, {"template_param": "{"}, {"sign_name": "没有"}):
        refusal(lambda changed=changed: client.send_sms(sms(tenant, number, **changed)))
    refusal(lambda: tenant.sdk(access_key_secret="wrongsecretwrong").send_sms(sms(tenant, number)))
    made = platform.command("key", "create", "--json").json
    platform.command("key", "disable", made["access_key_id"])
    for path in ("/nothing", "/console", "/metrics"):
        platform.get(path)
    host, port = platform.endpoint.split(":")
    with socket.create_connection((host, int(port)), timeout=10) as peer:
        peer.sendall(b"\x00" * 100)
        peer.recv(4096)
    with socket.socket(socket.AF_UNIX) as peer:
        peer.connect(str(platform.data / "server.sock"))
        peer.sendall(frame(msgspec.msgpack.encode([Change((("no.such_statement", (), None),))])))
        peer.recv(4096)
        assert platform.stop() == 0
    master_key = (platform.data / "master.key").read_text().strip()
    secrets = [
        *(number, "19900000004", otp, words, master_key),
        *(tenant.access_key_secret, made["access_key_secret"], "wrongsecretwrong"),
        *(ROOT["root_access_key_secret"], ROOT["root_password"]),
    ]
    return platform, secrets


def test_every_line_of_the_log_is_one_json_object(noisy: tuple[RunningPlatform, list[str]]) -> None:
    lines = [json.loads(line) for line in noisy[0].log().splitlines()]
    assert all({"event", "level", "timestamp"} <= set(line) for line in lines)
    errors = [line["event"] for line in lines if line["level"] == "error"]
    assert errors == ["a command could not be stored"], "the one that nobody should have asked for"
    events = [line["event"] for line in lines]
    for event in ("serving", "carrier link is bound", "stopping", "carrier links are closed"):
        assert event in events


def test_the_log_holds_no_number_no_text_no_secret(noisy: tuple[RunningPlatform, list[str]]) -> None:
    log = noisy[0].log()
    for secret in noisy[1]:
        assert secret not in log
    assert not re.search(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])", log), "a whole mobile number"


def test_what_is_printed_holds_no_secret_that_was_given(noisy: tuple[RunningPlatform, list[str]]) -> None:
    out = noisy[0].out()
    assert len(out.splitlines()) == 3, "and no log"
    for secret in noisy[1]:
        assert secret not in out


def test_the_data_folder_is_for_its_owner_only(noisy: tuple[RunningPlatform, list[str]]) -> None:
    data = noisy[0].data
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    open_to_others = [
        path.name
        for path in data.iterdir()
        if stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    assert open_to_others == []
    left = {path.name for path in data.iterdir()}
    assert not left & {"server.sock", "server.json"}, "a stopped server leaves no address behind"


# -- starting ---------------------------------------------------------------------------------------------


def test_the_first_start_prints_credentials_once_and_they_work(tmp_path: Path) -> None:
    nothing_given = dict.fromkeys(ROOT, "")
    platform = RunningPlatform(tmp_path, **nothing_given)
    platform.start()
    out = platform.out()
    key, secret = (
        found[1]
        for name in ("AccessKeyId", "AccessKeySecret")
        if (found := re.search(rf"{name} +(\S+)", out))
    )
    assert re.search(r"console +root / \S+", out)
    tenant = Tenant(platform.endpoint, key, secret)
    assert details(tenant.sdk(), "13800138000") == (0, [])
    assert platform.stop() == 0
    assert key not in platform.log()
    platform.start()
    assert details(Tenant(platform.endpoint, key, secret).sdk(), "13800138000") == (0, [])
    assert platform.stop() == 0
    assert platform.out().count("AccessKeySecret") == 1


@pytest.mark.parametrize(
    ("words", "settings", "said"),
    [
        (("--port", "{taken}"), {}, "choose another with --port"),
        (("--port", "70000"), {}, "HONGYAN_PORT is '70000'; it must be 0 to 65535"),
        (("--role", "api"), {}, "HONGYAN_ROLE is 'api'"),
        (("--host", "256.256.256.256"), {}, "cannot listen on 256.256.256.256"),
        (("--scenario", "/nowhere.toml"), {}, "/nowhere.toml"),
        ((), {"log_level": "loud"}, "HONGYAN_LOG_LEVEL is 'loud'"),
        ((), {"smpp": "smpp://nobody"}, "HONGYAN_SMPP must look like"),
        ((), {"master_key": "short"}, "HONGYAN_MASTER_KEY"),
        ((), {"root_access_key_id": "onlyhalf"}, "HONGYAN_ROOT_ACCESS_KEY_SECRET"),
    ],
)
def test_what_cannot_start_says_why_and_leaves_with_78(
    tmp_path: Path, words: tuple[str, ...], settings: dict[str, str], said: str
) -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        words = tuple(word.replace("{taken}", port) for word in words)
        usual = () if "--port" in words else ("--port", "0")
        done = hongyan("serve", "--data", str(tmp_path), *usual, *words, **settings)
    assert done.code == 78, done
    assert said in done.err
    assert "Traceback" not in done.err


def test_ctrl_c_stops_it_in_order(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "hongyan", "serve", "--data", str(tmp_path), "--port", "0"],
        env=environment({"lang": "zh", "log_format": "json"}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if "按 Ctrl-C 停止" in line:
                break
        os.killpg(process.pid, 2)  # a terminal tells the whole group
        _, log = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0
    assert '"clean": true' in log
    assert "Traceback" not in log
