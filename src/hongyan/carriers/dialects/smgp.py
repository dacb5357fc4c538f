"""SMGP 3.0 as a link sees it."""

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
from hongyan.protocols.session.states import Mode
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.smgp.client import ClientSession, Credentials
from hongyan.protocols.smgp.codec import Pdu
from hongyan.protocols.smgp.content import read_content
from hongyan.protocols.smgp.encoders import submit_encoder
from hongyan.protocols.smgp.login import VERSION
from hongyan.protocols.smgp.report import is_report, parse_report
from hongyan.protocols.smgp.status import AUTHENTICATION, BUSY, VERSION_TOO_HIGH, status_of
from hongyan.protocols.wire import mainland
from hongyan.protocols.wire.digests import timestamp
from hongyan.protocols.wire.meanings import version_text
from hongyan.protocols.wire.tlv import TlvValue


@dataclass(frozen=True, slots=True)
class SmgpAccount:
    """What the carrier's account sheet says. `fields`: of SUBMIT that are the same for the whole channel, such as
    ServiceID and fees; `tlvs`: optional parameters of every SUBMIT."""

    client_id: str
    secret: str = field(repr=False)
    mode: Mode = "transceiver"
    version: int = VERSION
    fields: Mapping[str, int | str] = field(default_factory=dict)
    tlvs: Mapping[str, TlvValue] = field(default_factory=dict)


class SmgpDialect:
    """One SP account. `clock`: the real one, whose time stands in the login."""

    again = BUSY
    hopeless = frozenset({AUTHENTICATION, VERSION_TOO_HIGH})
    carrier_id = staticmethod(word)

    def __init__(self, account: SmgpAccount, timing: Timing, clock: Clock) -> None:
        self.title = f"SMGP {version_text(account.version)}"
        self._account = account
        self._timing = timing
        self._clock = clock
        self._encode = submit_encoder(account.tlvs, **account.fields)

    def session(self, now: float) -> ClientSession:
        account = self._account
        session = ClientSession(self._timing, now)
        stamp = timestamp(self._clock.now_ms())
        who = Credentials(account.client_id, account.secret, stamp, account.mode, account.version)
        session.bind(who, now)
        return session

    def body(self, job: Job, part: int, now_ms: Millis) -> bytes:
        return self._encode(
            UCS2,
            valid_time(job.expires_ms),
            job.access_number,
            national(job.number),
            content_of(job, part, "SMGP_SUBMIT"),
            len(job.payloads),
            part,
        )

    def verdict(self, status: int) -> Verdict:
        return verdict("smgp", status_of(status))

    def read(self, pdu: Pdu) -> Report | Text:
        if is_report(pdu):
            return report_of(parse_report(pdu))
        fields = pdu.fields
        return text_of(
            e164(fields["SrcTermID"]),
            fields["DestTermID"],
            read_content(pdu),
            mainland.text_of,
            named_by(fields["MsgID"], pdu.sequence),
        )
