"""SMPP 3.4 as a link sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from hongyan.carriers.dialects.port import Report, Text, Verdict, report_of, text_of, word
from hongyan.carriers.dialects.verdicts import verdict
from hongyan.kernel.clock import Millis
from hongyan.kernel.text import Alphabet
from hongyan.messaging.outgoing import Job
from hongyan.messaging.replies import Named
from hongyan.protocols.session.states import Mode
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.smpp.client import ClientSession, Credentials
from hongyan.protocols.smpp.codec import Pdu
from hongyan.protocols.smpp.content import AlphabetName, from_gsm, read_content, text_reader
from hongyan.protocols.smpp.encoders import UDHI, submit_encoder
from hongyan.protocols.smpp.message_ids import MessageIds, Writing
from hongyan.protocols.smpp.receipt import is_receipt, parse_receipt
from hongyan.protocols.smpp.status import (
    RINVPASWD,
    RINVSYSID,
    RX_T_APPN,
    status_of,
)
from hongyan.protocols.smpp.times import relative

_validity = lru_cache(maxsize=4096)(relative)


@dataclass(frozen=True, slots=True)
class SmppAccount:
    """What the carrier's account sheet says. `receipt_ids`: how receipts write the ids of answers.
    `default_alphabet`, `ia5_alphabet`: what data_coding 0 and 1 are there."""

    system_id: str
    password: str = field(repr=False)
    mode: Mode = "transceiver"
    system_type: str = ""
    source_ton: int = 3
    source_npi: int = 0
    receipt_ids: Writing = "as_is"
    default_alphabet: AlphabetName = "gsm"
    ia5_alphabet: AlphabetName = "ascii"


class SmppDialect:
    """One account, in one bind mode."""

    title = "SMPP 3.4"
    again = RX_T_APPN
    hopeless = frozenset({RINVPASWD, RINVSYSID})

    def __init__(self, account: SmppAccount, timing: Timing) -> None:
        self._account = account
        self._timing = timing
        self._ids = MessageIds(account.receipt_ids)
        self._recoded = account.default_alphabet != "gsm"
        self._text_of = text_reader(account.default_alphabet, account.ia5_alphabet)
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
        payload = job.payloads[part - 1]
        headed = len(job.payloads) > 1
        if self._recoded and job.alphabet is Alphabet.GSM7:
            payload = from_gsm(payload, self._account.default_alphabet, headed=headed)
        return self._encode(
            job.access_number,
            job.number,
            UDHI if headed else 0,
            _validity((job.expires_ms - now_ms) // 1000),
            job.alphabet,
            payload,
        )

    def verdict(self, status: int) -> Verdict:
        return verdict("smpp", status_of(status))

    def carrier_id(self, said: str) -> str:
        return word(self._ids.answered(said))

    def read(self, pdu: Pdu) -> Report | Text:
        if is_receipt(pdu):
            return report_of(parse_receipt(pdu), lambda said: word(self._ids.reported(said)))
        fields = pdu.fields
        return text_of(
            fields["source_addr"],
            fields["destination_addr"],
            read_content(pdu),
            self._text_of,
            Named("", pdu.sequence),
        )
