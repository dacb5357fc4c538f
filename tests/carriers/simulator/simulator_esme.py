"""A customer of the simulated SMPP carrier for tests: one link over a real socket."""

from __future__ import annotations

import time
from typing import Self

from simulator_customers import SENDER, Customer

from hongyan.kernel.text import split
from hongyan.protocols.session.states import Mode
from hongyan.protocols.smpp import (
    ClientSession,
    Credentials,
    Pdu,
    ReceiptFields,
    Timing,
    is_receipt,
    parse_receipt,
    submit_encoder,
)
from hongyan.protocols.smpp.encoders import UDHI

_ENCODE = submit_encoder()


class Esme(Customer):
    """Never hangs up: whoever ends the session, the carrier closes the connection."""

    hangs_up = False

    @classmethod
    async def connect(
        cls,
        port: int,
        *,
        system_id: str = "esme",
        password: str = "secret",
        mode: Mode = "transceiver",
        window: int = 1000,
        acknowledge: int | None = 0,
    ) -> Self:
        """Connect and bind; `refusal` tells when that failed."""
        now = time.monotonic()
        session = ClientSession(Timing(window=window), now)
        session.bind(Credentials(system_id, password, mode), now)
        return await cls._connect(port, session, acknowledge)

    def submit(self, number: str, text: str, token: object = None, source: str = SENDER) -> None:
        """Send one text, in as many parts as it needs; the token of each is (token, index)."""
        for index, segment in enumerate(split(text, 7), 1):
            body = _ENCODE(
                source_addr=source,
                destination_addr=number,
                esm_class=UDHI if segment.header else 0,
                data_coding=int(segment.alphabet),
                short_message=segment.user_data,
            )
            self.session.submit((token, index), body, time.monotonic())
        self.flush()

    @property
    def receipts(self) -> list[ReceiptFields]:
        return [parse_receipt(pdu) for pdu in self.pdus if is_receipt(pdu)]

    @property
    def replies(self) -> list[Pdu]:
        return [pdu for pdu in self.pdus if not is_receipt(pdu)]
