"""The generator against a server that we control. In-process runs are bounded by their count, not by time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from bench.numbers import RANGES
from bench_stub_server import OK, StubServer, answer, stub_in_a_thread

from bench import load

ROOT = Path(__file__).parents[2]
number_of = RANGES["mainland"].numbers()


async def generate(server: StubServer, **changes: object) -> dict[str, Any]:
    options = {
        "access-key-id": "LTAIfake",
        "access-key-secret": "fake",
        "sign-name": "阿里云",
        "template-code": "SMS_1",
        "template-param": '{"code":"{n:6}"}',
        "connections": 4,
        "count": 40,
        "seconds": 20,
        "drain": 5,
    } | {name.replace("_", "-"): value for name, value in changes.items()}
    endpoint = await server.start()
    words = [f"--{name}={value}" for name, value in (options | {"endpoint": endpoint}).items()]
    try:
        return await load.run(load.parser().parse_args(words))
    finally:
        await server.stop()


def numbers(requests: list[bytes]) -> set[str]:
    return {request.partition(b"PhoneNumbers=")[2][:11].decode() for request in requests}


@pytest.mark.parametrize("mode", ["acs3", "rpc"])
@pytest.mark.parametrize("connections", [1, 7])
async def test_every_request_has_a_number_of_its_own_and_is_counted(mode: str, connections: int) -> None:
    server = StubServer()

    summary = await generate(server, mode=mode, connections=connections, first=100)

    assert (summary["requests"], summary["ok"], summary["errors"]) == (40, 40, {})
    assert summary["dials"] == connections
    assert numbers(server.requests) == {number_of(n) for n in range(100, 140)}
    assert summary["first_ms"] <= summary["last_ms"]
    assert 0 < summary["p50_ms"] <= summary["p99_ms"] <= summary["max_ms"]


async def test_answers_may_come_in_pieces() -> None:
    server = StubServer()
    server.pieces = True

    summary = await generate(server)

    assert summary["ok"] == 40


async def test_refusals_are_counted_by_their_code() -> None:
    replies = (
        answer(b'{"Code":"isv.BUSINESS_LIMIT_CONTROL","Message":"x"}'),
        answer(b'{"Code": "Throttling.User"}', "429 Too Many Requests"),
        answer(b"<html>", "502 Bad Gateway"),
        answer(b'{"Code" : "OK","BizId":"1^0"}'),
        answer(b'{"Code":"OK"}', "500 Internal Server Error"),
    )

    summary = await generate(StubServer(lambda n: replies[n % 5]))

    assert summary["ok"] == 8
    assert summary["errors"] == {
        "isv.BUSINESS_LIMIT_CONTROL": 8,
        "Throttling.User": 8,
        "http_502": 8,
        "http_500": 8,
    }


async def test_a_lost_connection_is_dialled_again_and_its_request_counted() -> None:
    summary = await generate(StubServer(lambda n: b"" if n % 10 == 9 else answer()))

    assert summary["ok"] == 36
    assert summary["errors"] == {"connection_lost": 4}
    assert summary["dials"] > 4


async def test_a_server_that_closes_after_each_answer_loses_nothing() -> None:
    summary = await generate(StubServer(lambda _n: answer(OK, "200 OK", "Connection: close")), count=8)

    assert (summary["ok"], summary["errors"]) == (8, {})


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "unreadable_answer"),
        (answer() + b"HTTP/1.1 200 OK\r\n", "unexpected_data"),
        (b"x" * (2 << 20), "unreadable_answer"),
    ],
)
async def test_an_answer_that_cannot_be_read_ends_its_connection(reply: bytes, why: str) -> None:
    summary = await generate(StubServer(lambda n: reply if n == 0 else answer()), connections=1)

    assert summary["ok"] == 39
    assert summary["errors"] == {why: 1}


async def test_a_server_that_never_answers_does_not_hold_the_run() -> None:
    silence = b"HTTP/1.1 200 OK\r\n"

    summary = await generate(StubServer(lambda _n: silence), connections=3, seconds=0.05, drain=0.05)

    assert (summary["requests"], summary["errors"]) == (3, {"unanswered": 3})


async def test_accepted_requests_are_written_down(tmp_path: Path) -> None:
    server = StubServer(lambda n: answer(b'{"Code":"isv.X"}') if n % 2 else answer())

    await generate(server, answers=tmp_path / "answers", connections=1, count=4)

    lines = (tmp_path / "answers").read_text().splitlines()
    assert lines == [f"{number_of(n)}\t628323749491270669^0" for n in (0, 2)]


@pytest.mark.slow
@pytest.mark.parametrize("ends", ["seconds", "count"])
def test_the_generator_runs_as_a_process_and_stops_by_itself(ends: str) -> None:
    server = StubServer()
    words = ["--seconds=1"] if ends == "seconds" else ["--seconds=60", "--count=500"]
    with stub_in_a_thread(server) as endpoint:
        words += ["--sign-name=阿里云", "--template-code=SMS_1", f"--endpoint={endpoint}", "--connections=8"]
        keys = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAIfake", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "fake"}
        done = subprocess.run(
            [sys.executable, "-m", "bench.load", *words], cwd=ROOT, env=keys, capture_output=True, check=True
        )

    summary = json.loads(done.stdout)
    assert summary["ok"] == summary["requests"] == len(numbers(server.requests))
    assert b"Credential=LTAIfake," in server.requests[0]
    if ends == "count":
        assert summary["ok"] == 500
    else:
        assert 900 <= summary["last_ms"] - summary["first_ms"] <= 3000
    assert summary["cpu_s"] > 0
