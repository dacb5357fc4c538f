"""CMPP 2.0 and 3.0 as a link sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hongyan.carriers.dialects.mainland import UCS2, content_of, e164, national, valid_time
from hongyan.carriers.dialects.port import (
    Report,
    Text,
    Verdict,
    named_by,
    report_of,
    text_of,
    word,
)
from hongyan.carriers.dialects.verdicts import verdict
from hongyan.kernel.clock import Clock, Millis
from hongyan.messaging.outgoing import Job
from hongyan.protocols.cmpp.client import ClientSession, Credentials
from hongyan.protocols.cmpp.codec import Pdu
from hongyan.protocols.cmpp.content import read_content
from hongyan.protocols.cmpp.encoders import submit_encoder
from hongyan.protocols.cmpp.login import V30
from hongyan.protocols.cmpp.pdus import layout_of
from hongyan.protocols.cmpp.report import is_report, parse_report
from hongyan.protocols.cmpp.status import (
    AUTHENTICATION,
    OTHER,
    SOURCE_ADDRESS,
    VERSION_TOO_HIGH,
    status_of,
)
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.wire import mainland
from hongyan.protocols.wire.digests import timestamp
from hongyan.protocols.wire.meanings import version_text


@dataclass(frozen=True, slots=True)
class CmppAccount:
    """What the carrier's account sheet says. `version`: 0x20, 0x21 or 0x30. `fields`: of SUBMIT that are the same for
    the whole channel, such as Service_Id and fees."""

    source_addr: str
    secret: str = field(repr=False)
    version: int = V30
    fields: Mapping[str, int | str] = field(default_factory=dict)


class CmppDialect:
    """One SP account. `clock`: the real one, whose time stands in the login."""

    again = OTHER
    hopeless = frozenset({SOURCE_ADDRESS, AUTHENTICATION, VERSION_TOO_HIGH})
    carrier_id = staticmethod(word)

    def __init__(self, account: CmppAccount, timing: Timing, clock: Clock) -> None:
        self.title = f"CMPP {version_text(account.version)}"
        self._account = account
        self._timing = timing
        self._clock = clock
        constants = {"Msg_src": account.source_addr, **account.fields}
        self._encode = submit_encoder(layout_of(account.version), **constants)

    def session(self, now: float) -> ClientSession:
        account = self._account
        session = ClientSession(self._timing, now)
        stamp = timestamp(self._clock.now_ms())
        session.bind(Credentials(account.source_addr, account.secret, stamp, account.version), now)
        return session

    def body(self, job: Job, part: int, now_ms: Millis) -> bytes:
        total = len(job.payloads)
        return self._encode(
            total,
            part,
            mainland.UDHI if total > 1 else 0,
            UCS2,
            valid_time(job.expires_ms),
            job.access_number,
            national(job.number),
            content_of(job, part, "CMPP_SUBMIT"),
        )

    def verdict(self, status: int) -> Verdict:
        return verdict("cmpp", status_of(status))

    def read(self, pdu: Pdu) -> Report | Text:
        if is_report(pdu):
            return report_of(parse_report(pdu))
        fields = pdu.fields
        return text_of(
            e164(fields["Src_terminal_Id"]),
            fields["Dest_Id"],
            read_content(pdu),
            mainland.text_of,
            named_by(fields["Msg_Id"], pdu.sequence),
        )
