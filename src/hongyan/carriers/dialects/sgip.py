"""SGIP 1.2 as a link sees it: submits go out on connections that we open, reports and texts come on those that the
carrier opens to our listener."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hongyan.carriers.dialects.mainland import UCS2, content_of, e164, valid_time
from hongyan.carriers.dialects.port import Report, Text, Verdict, report_of, text_of, word
from hongyan.carriers.dialects.verdicts import verdict
from hongyan.kernel.clock import Clock, Millis
from hongyan.messaging.outgoing import Job
from hongyan.messaging.replies import Named
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.sgip.client import ClientSession, Credentials
from hongyan.protocols.sgip.codec import Pdu
from hongyan.protocols.sgip.content import read_content
from hongyan.protocols.sgip.encoders import submit_encoder
from hongyan.protocols.sgip.pdus import REPORT
from hongyan.protocols.sgip.report import is_report, parse_report
from hongyan.protocols.sgip.sequence import SequenceMaker, message_id
from hongyan.protocols.sgip.server import ReverseServerSession
from hongyan.protocols.sgip.status import ILLEGAL_LOGIN, LOGIN_TYPE, status_of
from hongyan.protocols.wire import mainland

_QUEUE_FULL = 32
_NOTHING = Report("", final=False, delivered=False, code="")


@dataclass(frozen=True, slots=True)
class SgipAccount:
    """What the carrier's account sheet says. `node`: our source node number. `listener_name`, `listener_password`: what
    the carrier says when it dials us. `fields`: of SUBMIT that are the same for the whole channel, such as CorpId."""

    login_name: str
    password: str = field(repr=False)
    node: int
    listener_name: str = ""
    listener_password: str = field(default="", repr=False)
    fields: Mapping[str, int | str] = field(default_factory=dict)


class SgipDialect:
    """One SP account. `clock`: the real one, whose time stands in each message's id. `first`: the first counter of the
    ids; give another one at each start, as two starts in one second would repeat ids."""

    title = "SGIP 1.2"
    again = _QUEUE_FULL
    hopeless = frozenset({ILLEGAL_LOGIN, LOGIN_TYPE})
    carrier_id = staticmethod(word)

    def __init__(self, account: SgipAccount, timing: Timing, clock: Clock, *, first: int = 0) -> None:
        self.account = account
        self._timing = timing
        self._clock = clock
        self._sequences = SequenceMaker(account.node, first)
        self._encode = submit_encoder(**account.fields)

    def session(self, now: float) -> ClientSession:
        session = ClientSession(self._timing, now, self._sequences, self._clock.now_ms())
        session.bind(Credentials(self.account.login_name, self.account.password), now)
        return session

    def reverse_session(self, now: float) -> ReverseServerSession:
        """For a connection that the carrier has opened."""
        return ReverseServerSession(self._timing, now, self._sequences, self._clock.now_ms())

    def body(self, job: Job, part: int, now_ms: Millis) -> bytes:
        return self._encode(
            job.access_number,
            job.number,
            mainland.UDHI if len(job.payloads) > 1 else 0,
            valid_time(job.expires_ms),
            UCS2,
            content_of(job, part, "SGIP_SUBMIT"),
        )

    def verdict(self, status: int) -> Verdict:
        return verdict("sgip", status_of(status))

    def read(self, pdu: Pdu) -> Report | Text:
        if pdu.command_id == REPORT:
            if not is_report(pdu):
                return _NOTHING
            return report_of(parse_report(pdu))
        fields = pdu.fields
        return text_of(
            e164(fields["UserNumber"]),
            fields["SPNumber"],
            read_content(pdu),
            mainland.text_of,
            Named(message_id(pdu.sequence), pdu.sequence),
        )
