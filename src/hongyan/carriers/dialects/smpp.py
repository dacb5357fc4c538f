"""SMPP 3.4 as a link sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from hongyan.carriers.dialects.port import Report, Text, Verdict, report_code, word
from hongyan.carriers.dialects.verdicts import verdict
from hongyan.kernel.clock import Millis
from hongyan.messaging.outgoing import Job
from hongyan.protocols.session.states import Mode
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.smpp.client import ClientSession, Credentials
from hongyan.protocols.smpp.codec import Pdu
from hongyan.protocols.smpp.content import read_content, text_of
from hongyan.protocols.smpp.encoders import UDHI, submit_encoder
from hongyan.protocols.smpp.receipt import is_receipt, parse_receipt
from hongyan.protocols.smpp.status import (
    RINVPASWD,
    RINVSYSID,
    RMSGQFUL,
    RTHROTTLED,
    RX_T_APPN,
    status_of,
)
from hongyan.protocols.smpp.times import relative

_THROTTLED = frozenset({RTHROTTLED, RMSGQFUL})

_validity = lru_cache(maxsize=4096)(relative)


@dataclass(frozen=True, slots=True)
class SmppAccount:
    """What the carrier's account sheet says."""

    system_id: str
    password: str = field(repr=False)
    mode: Mode = "transceiver"
    system_type: str = ""
    source_ton: int = 3
    source_npi: int = 0


class SmppDialect:
    """One account, in one bind mode."""

    title = "SMPP 3.4"
    again = RX_T_APPN
    hopeless = frozenset({RINVPASWD, RINVSYSID})

    def __init__(self, account: SmppAccount, timing: Timing) -> None:
        self._account = account
        self._timing = timing
        self._encode = submit_encoder(
            source_addr_ton=account.source_ton, source_addr_npi=account.source_npi, registered_delivery=1
        )

    def session(self, now: float) -> ClientSession:
        session = ClientSession(self._timing, now)
        account = self._account
        who = Credentials(account.system_id, account.password, account.mode, account.system_type)
        session.bind(who, now)
        return session

    def body(self, job: Job, part: int, now_ms: Millis) -> bytes:
        return self._encode(
            job.access_number,
            job.number,
            UDHI if len(job.payloads) > 1 else 0,
            _validity((job.expires_ms - now_ms) // 1000),
            job.alphabet,
            job.payloads[part - 1],
        )

    def verdict(self, status: int) -> Verdict:
        row = status_of(status)
        kind = "throttled" if status in _THROTTLED else row.kind
        return verdict("smpp", status, kind, row.name)

    def read(self, pdu: Pdu) -> Report | Text:
        if is_receipt(pdu):
            fields = parse_receipt(pdu)
            code = report_code(fields.stat, fields.err, delivered=fields.delivered)
            return Report(word(fields.id), fields.final, fields.delivered, code)
        content = read_content(pdu)
        return Text(
            word(pdu.fields["source_addr"]),
            word(pdu.fields["destination_addr"]),
            content.payload,
            lambda payload: text_of(payload, content.data_coding) or payload.hex(),
            content.concat,
        )
