"""CMPP sessions and time: answers that do not come, heartbeats, leaving."""

from __future__ import annotations

from cmpp_wire import VERSIONS, Wire, sent

from hongyan.protocols.cmpp import pdus
from hongyan.protocols.cmpp.codec import frame_of
from hongyan.protocols.cmpp.session import TIMING
from hongyan.protocols.session.events import (
    EnquireAnswered,
)


def test_the_document_s_own_figures_are_the_default() -> None:
    assert (TIMING.window, TIMING.answer_timeout, TIMING.enquire_idle, TIMING.enquire_tries) == (
        16,
        60,
        180,
        3,
    )


@VERSIONS
def test_an_idle_link_is_tested_and_the_answer_measured(version: int) -> None:
    wire = Wire().bound(version)
    assert wire.client.next_deadline() == 180.0
    assert wire.client.tick(180.0) == []
    assert wire.to_server() == []
    wire.now = 180.5
    assert wire.to_client() == [EnquireAnswered(0.5)]


def test_a_heartbeat_answer_without_its_octet_counts() -> None:
    wire = Wire().bound()
    wire.client.tick(180.0)
    (asked,) = sent(wire.client)
    assert asked.name == "CMPP_ACTIVE_TEST"
    assert wire.client.receive(frame_of(pdus.ACTIVE_TEST_RESP, b"", asked.sequence), 181.0) == [
        EnquireAnswered(1.0)
    ]
