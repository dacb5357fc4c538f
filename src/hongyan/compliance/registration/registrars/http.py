"""The registrar behind HTTP: a program of the operator's, or of a reseller's, that speaks the JSON of docs/filing.md.

Three requests, all POST and all signed: papers by their SHA-256, filings, and the question for answers. A request that may be
made twice is the same twice: filings by their references, papers by their hash. What comes back is somebody else's word: it is
bounded, its types are checked, and what it says of references that were not asked for does not count.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal, TypeVar

import msgspec

from hongyan.compliance.registration.model import Registration
from hongyan.compliance.registration.registrars.pack import ROLE_NAMES, chain_facts
from hongyan.compliance.registration.registrars.port import (
    Filed,
    FiledPaper,
    Filing,
    FilingAnswer,
)
from hongyan.compliance.registration.sheets.words import read_reason
from hongyan.kernel.clock import BEIJING, Clock, Millis
from hongyan.kernel.errors import RemoteFault

LONGEST_WORDS: Final = 500
_TAKEN: Final = (200, 201, 202, 204)
A = TypeVar("A", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class Reply:
    """`status`: HTTP's."""

    status: int
    body: bytes


Send = Callable[[str, Sequence[tuple[str, str]], bytes], Awaitable[Reply]]
"""(URL, headers, body) -> what came back; bounded in time and size, and only to where the operator's networks allow. Raises
RemoteFault."""
OpenPaper = Callable[[FiledPaper], Awaitable[bytes]]


class _Result(msgspec.Struct):
    reference: Annotated[str, msgspec.Meta(max_length=64)]
    taken: bool
    number: Annotated[str, msgspec.Meta(max_length=100)] = ""
    code: Annotated[str, msgspec.Meta(max_length=64)] = ""
    message: str = ""
    final: bool = False


class _Results(msgspec.Struct):
    results: Annotated[list[_Result], msgspec.Meta(max_length=1_000)]


class _Answer(msgspec.Struct):
    reference: Annotated[str, msgspec.Meta(max_length=64)]
    result: Literal["accepted", "refused", "pending"]
    reason: Annotated[str, msgspec.Meta(max_length=64)] = ""
    message: str = ""
    at: datetime | None = None


class _Answers(msgspec.Struct):
    answers: Annotated[list[_Answer], msgspec.Meta(max_length=1_000)]


class HttpRegistrar:
    """`url`: without a slash at its end. `clock`: the real one."""

    name = "http"
    simulated = False
    by_hand = False

    def __init__(self, url: str, secret: str, clock: Clock, send: Send, open_paper: OpenPaper) -> None:
        self._url = url.rstrip("/")
        self._secret = secret
        self._clock = clock
        self._send = send
        self._open_paper = open_paper
        self._brought: set[str] = set()
        """Hashes of papers that the other side has taken since our start; once too often does no harm."""

    async def file(self, filings: Sequence[Filing]) -> Sequence[Filed]:
        """Papers first, then the filings that name them."""
        for filing in filings:
            for filed in filing.papers:
                await self._bring(filed)
        told = await self._post("/filings", {"filings": [filing_facts(each) for each in filings]}, _Results)
        results = {each.reference: each for each in told.results}
        return [_filed(each, results.get(each.reference)) for each in filings]

    async def answers(self, waiting: Sequence[Registration]) -> Sequence[FilingAnswer]:
        """By the references under which they were filed."""
        asked = {each.reference: each for each in waiting if each.reference}
        if not asked:
            return ()
        told = await self._post("/answers", {"references": sorted(asked)}, _Answers)
        now_ms = self._clock.now_ms()
        return [
            _answer(asked[each.reference].id, each, now_ms)
            for each in told.answers
            if each.reference in asked and each.result != "pending"
        ]

    async def _bring(self, filed: FiledPaper) -> None:
        digest = filed.paper.content_hash.hex()
        if digest in self._brought:
            return
        content = await self._open_paper(filed)
        facts = {
            "sha256": digest,
            "name": filed.paper.file_name,
            "content": base64.b64encode(content).decode(),
        }
        await self._post(f"/papers/{digest}", facts, msgspec.Struct)
        self._brought.add(digest)

    async def _post(self, path: str, facts: dict[str, Any], kind: type[A]) -> A:
        body = msgspec.json.encode(facts, order="deterministic")
        headers = signed(body, self._secret, self._clock.now_ms() // 1000)
        reply = await self._send(self._url + path, headers, body)
        if reply.status == 429 or reply.status >= 500:
            raise away(f"HTTP {reply.status}")
        if reply.status not in _TAKEN:
            raise _fault(path, f"HTTP {reply.status}")
        if kind is msgspec.Struct:
            return kind()
        try:
            return msgspec.json.decode(reply.body, type=kind)
        except msgspec.DecodeError as error:
            raise _fault(path, str(error)[:LONGEST_WORDS]) from None


def signed(body: bytes, secret: str, now: int) -> list[tuple[str, str]]:
    """`v1=` HMAC-SHA256 of `<timestamp>.<key>.<body>` in hexadecimal, as callbacks are signed. The key is the body's SHA-256:
    the same request again has the same one."""
    key, moment = hashlib.sha256(body).hexdigest(), str(now)
    message = b".".join((moment.encode(), key.encode(), body))
    return [
        ("Content-Type", "application/json;charset=utf-8"),
        ("Accept", "application/json"),
        ("User-Agent", "Hongyan-Registrar/1"),
        ("Idempotency-Key", key),
        ("X-Hongyan-Timestamp", moment),
        ("X-Hongyan-Signature", f"v1={hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()}"),
    ]


def filing_facts(filing: Filing) -> dict[str, Any]:
    """A filing as the other side reads it."""
    signature, qualification, letter, trademark = (
        *(filing.signature, filing.qualification),
        *(filing.letter, filing.trademark),
    )
    return {
        "reference": filing.reference,
        "network": filing.network,
        "sender": filing.sender,
        "access_number": filing.access_number,
        "extension_code": filing.extension_code,
        "signature": {
            "name": filing.sign_name,
            "source": signature.source.name.lower(),
            "third_party": signature.third_party,
            "scene": signature.apply_scene,
        },
        "qualification": msgspec.to_builtins(
            {
                "company_name": qualification.company_name,
                "organization_code": qualification.organization_code,
                "license_validity": qualification.license_validity,
                **{
                    role: {
                        "name": person.name,
                        "id_type": person.id_type,
                        "id_number": person.id_number,
                        "validity": person.validity,
                    }
                    for role, person in (
                        ("legal_person", qualification.legal_person),
                        ("admin", qualification.admin),
                    )
                },
                "admin_phone": qualification.admin_phone,
            }
        ),
        "letter": None
        if letter is None
        else {"validity": letter.validity, "scope": list(letter.scope), "authorizer": letter.authorizer},
        "trademark": None
        if trademark is None
        else {
            "name": trademark.name,
            "number": trademark.registration_number,
            "applicant": trademark.applicant,
        },
        "chain": chain_facts(filing),
        "samples": list(filing.samples),
        "scenes": list(filing.scenes),
        "papers": [
            {
                "role": each.role.value,
                "words": ROLE_NAMES[each.role],
                "name": each.paper.file_name,
                "sha256": each.paper.content_hash.hex(),
                "bytes": each.paper.size,
            }
            for each in filing.papers
        ],
    }


def _filed(filing: Filing, result: _Result | None) -> Filed:
    if result is None:
        return Filed(filing.registration_id, filing.reference, "no_result")
    sent = {"chain": chain_facts(filing), "papers": len(filing.papers), "number": result.number}
    problem = "" if result.taken else result.code or "not_taken"
    words = result.message[:LONGEST_WORDS]
    return Filed(filing.registration_id, filing.reference, problem, words, result.final, sent)


def _answer(registration_id: int, told: _Answer, now_ms: Millis) -> FilingAnswer:
    accepted, words = told.result == "accepted", told.message[:LONGEST_WORDS]
    at_ms = None
    if told.at is not None:
        when = told.at if told.at.tzinfo else told.at.replace(tzinfo=BEIJING)
        at_ms = min(int(when.timestamp() * 1000), now_ms)
    reason = None if accepted else read_reason(told.reason, words)
    came_back = {"code": told.reason} if told.reason else {}
    return FilingAnswer(registration_id, accepted, reason, words, at_ms, came_back=came_back)


def away(why: str) -> RemoteFault:
    """The fault of a program that cannot be reached, or asks for patience."""
    return RemoteFault(
        "registration.registrar_away",
        en=f"the registrar's program cannot be reached: {why}",
        zh=f"无法访问报备接口：{why}",
    )


def _fault(path: str, why: str) -> RemoteFault:
    return RemoteFault(
        "registration.registrar",
        en=f"the registrar's program did not take {path}: {why}",
        zh=f"报备接口未接受 {path}：{why}",
        path=path,
    )
