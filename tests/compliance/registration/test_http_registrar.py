"""A registrar behind HTTP, against a real server: signed, the same request twice is the same, nothing is believed blindly."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from filing_room import LIAISON, FilingRoom, make_filing_room
from filing_samples import FILING
from in_process_store import InProcessStore

from hongyan.compliance.registration import ReasonCode, RegistrarChoice, RegistrationState
from hongyan.compliance.registration.registrars.http import HttpRegistrar
from hongyan.compliance.registration.registrars.job import FilingJob
from hongyan.compliance.registration.registrars.port import NOT_TAKEN, reference_of
from hongyan.kernel.clock import ManualClock, SystemClock
from hongyan.kernel.errors import RemoteFault
from hongyan.kernel.ids import IdMaker
from hongyan.messaging.callbacks import Guard
from hongyan.server.filing import registrar_send

SECRET = "a secret of both"


@dataclass
class Program:
    """What an operator might write: takes filings once for each reference, answers when told to."""

    taken: dict[str, Any] = field(default_factory=dict)
    papers: dict[str, bytes] = field(default_factory=dict)
    says: dict[str, Any] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    raw: bytes | None = None
    """Answered instead, whatever it is."""
    status: int = 200

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
        key, moment = headers["idempotency-key"], headers["x-hongyan-timestamp"]
        signed = b".".join((moment.encode(), key.encode(), body))
        expected = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
        assert headers["x-hongyan-signature"] == f"v1={expected}"
        facts = json.loads(body)
        self.requests.append(path)
        if path.startswith("/v1/papers/"):
            content = base64.b64decode(facts["content"])
            assert hashlib.sha256(content).hexdigest() == facts["sha256"] == path.rpartition("/")[2]
            self.papers[facts["sha256"]] = content
            return {}
        if path == "/v1/filings":
            for each in facts["filings"]:
                assert all(paper["sha256"] in self.papers for paper in each["papers"])
                self.taken.setdefault(each["reference"], each)
            return {"results": [{"reference": each["reference"], "taken": True} for each in facts["filings"]]}
        return {"answers": [self.says[each] for each in facts["references"] if each in self.says]}


@asynccontextmanager
async def served(program: Program) -> AsyncIterator[str]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {
            name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)
        }
        body = await reader.readexactly(int(headers["content-length"]))
        content = json.dumps(program.answer(head[0].split()[1], headers, body)).encode()
        content = content if program.raw is None else program.raw
        writer.write(
            f"HTTP/1.1 {program.status} X\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content
        )
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"


async def no_paper(_filed: object) -> bytes:
    return b""


def registrar(url: str, *, networks: Sequence[str] = ("127.0.0.0/8",)) -> HttpRegistrar:
    return HttpRegistrar(url, SECRET, SystemClock(), registrar_send(Guard(networks)), no_paper)


def job_of(filing: FilingRoom, store: InProcessStore, url: str) -> FilingJob:
    """It opens the papers that it brings."""
    collector = filing.new_collector()
    http = HttpRegistrar(
        *(url, SECRET, SystemClock(), registrar_send(Guard(("127.0.0.0/8",)))),
        lambda filed: collector.content(filed, LIAISON),
    )
    return FilingJob(store, filing.room.clock, filing.desk, [http], collector.filing)


@pytest.fixture
async def filing(store: InProcessStore, clock: ManualClock, ids: IdMaker, tmp_path: Path) -> FilingRoom:
    made = await make_filing_room(
        store, clock, ids, tmp_path, registrar=RegistrarChoice("http"), networks=("mobile",)
    )
    await made.room.approved()
    return made


async def test_filings_and_their_papers_arrive_and_answers_come_back(
    filing: FilingRoom, store: InProcessStore
) -> None:
    program = Program()
    async with served(program) as url:
        job = job_of(filing, store, url)
        assert (await job.round()).filed == 2
        row = (await filing.room.of())["mobile"]
        told = program.taken[row.reference]
        assert told["sender"] == "10690001"
        assert told["chain"]["code_holder"]["name"] == "某通信公司"
        assert {paper["role"] for paper in told["papers"]} >= {"license"}
        program.says[row.reference] = {
            "reference": row.reference,
            "result": "refused",
            "message": "法人身份证过期",
            "at": "2026-05-29T10:00:00",
        }
        assert (await job.round(ask=True)).answered == 1
        after = (await filing.room.of())["mobile"]
        assert (after.state, after.reason) == (RegistrationState.FAILED, ReasonCode.QUALIFICATION_ERROR)
        assert (await filing.desk.history(after.id))[-1].came_back == {"words": "法人身份证过期"}


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ({"code": "QUALIFICATION_ERROR", "message": "see there"}, "QUALIFICATION_ERROR"),
        ({"code": "E1204", "message": "签名与营业执照名称不一致"}, "SIGNATURE_QUALIFICATION_ERROR"),
        ({"code": "E1204", "message": "the business licence has expired"}, "QUALIFICATION_ERROR"),
        ({"code": "E7", "message": "generic signature"}, "SIGNATURE_ERROR"),
        ({"message": "该子端口已被占用"}, "ONE_CODE_MULTIPLE_SIGN"),
        ({"code": "E9", "message": "请联系客户经理"}, "OTHERS_ERROR"),
    ],
)
async def test_why_a_program_does_not_take_a_filing_is_read_as_answers_are(
    filing: FilingRoom, store: InProcessStore, result: dict[str, str], reason: str
) -> None:
    """Whatever code of its own comes with the words; both stand in the history."""
    row = (await filing.room.of())["mobile"]
    refusal = {"reference": reference_of(row), "taken": False, "final": True, **result}
    async with served(Program(raw=json.dumps({"results": [refusal]}).encode())) as url:
        job = job_of(filing, store, url)
        await job.round()
    after = (await filing.room.of())["mobile"]
    assert (after.state, after.reason.value) == (RegistrationState.FAILED, reason)
    told = (await filing.desk.history(row.id))[-1].came_back
    assert told == {"code": result.get("code", "not_taken"), "words": result["message"]}


async def test_an_answer_with_a_code_of_its_own_is_read_by_its_words(
    filing: FilingRoom, store: InProcessStore
) -> None:
    program = Program()
    async with served(program) as url:
        job = job_of(filing, store, url)
        await job.round()
        row = (await filing.room.of())["mobile"]
        said = {"reference": row.reference, "result": "refused", "reason": "E44", "message": "签名为中性词"}
        program.says[row.reference] = said
        await job.round(ask=True)
    assert (await filing.room.of())["mobile"].reason is ReasonCode.SIGNATURE_ERROR
    told = (await filing.desk.history(row.id))[-1].came_back
    assert told == {"code": "E44", "words": "签名为中性词"}


async def test_the_same_filing_again_is_the_same_request() -> None:
    program = Program()
    async with served(program) as url:
        for _ in range(2):
            (done,) = await registrar(url).file([FILING])
            assert (done.reference, done.problem) == ("HY1-A", "")
    assert list(program.taken) == ["HY1-A"]
    assert program.requests == ["/v1/filings", "/v1/filings"]


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 200),
        (b"<html>", 200),
        (b'{"results": 7}', 200),
        (b'{"results": [{"reference": 1, "taken": true}]}', 200),
        (b'{"results": []}', 500),
        (b'{"results": []}', 302),
        (b'{"results": [' + b" " * 100_000 + b"]}", 200),
    ],
)
async def test_what_is_no_answer_leaves_everything_unfiled(raw: bytes, status: int) -> None:
    async with served(Program(raw=raw, status=status)) as url:
        with pytest.raises(RemoteFault) as caught:
            await registrar(url).file([FILING])
    assert caught.value.code in (NOT_TAKEN, "registration.registrar_away")


async def test_results_for_others_do_not_count() -> None:
    async with served(Program(raw=b'{"results": [{"reference": "HY9-Z", "taken": true}]}')) as url:
        (done,) = await registrar(url).file([FILING])
    assert done.problem == "no_result"


async def test_a_refusal_brings_its_words() -> None:
    raw = json.dumps(
        {
            "results": [
                {"reference": "HY1-A", "taken": False, "code": "FORM", "message": "缺授权书", "final": True}
            ]
        }
    ).encode()
    async with served(Program(raw=raw)) as url:
        (done,) = await registrar(url).file([FILING])
    assert (done.problem, done.words, done.final) == ("FORM", "缺授权书", True)


async def test_nothing_goes_into_networks_that_the_operator_has_not_named() -> None:
    program = Program()
    async with served(program) as url:
        with pytest.raises(RemoteFault, match="forbidden"):
            await registrar(url, networks=()).file([FILING])
    assert program.requests == []


async def test_a_server_that_is_away_is_told() -> None:
    with pytest.raises(RemoteFault):
        await registrar("http://127.0.0.1:9/v1").file([replace(FILING)])
