"""What proves who logs in to CMPP, and which version both sides agree on."""

from __future__ import annotations

import hashlib

import pytest
from cmpp_vectors import readable, vector
from cmpp_wire import SECRET, STAMP, WHO, Wire
from hypothesis import given
from hypothesis import strategies as st

from hongyan.protocols.cmpp import pdus
from hongyan.protocols.cmpp.client import ClientSession, Credentials
from hongyan.protocols.cmpp.codec import CODECS, frame_of
from hongyan.protocols.cmpp.events import BindRequested
from hongyan.protocols.cmpp.login import (
    V20,
    V21,
    V30,
    authenticator_ismg,
    authenticator_source,
    other_version,
    proves,
    speaks,
)
from hongyan.protocols.cmpp.pdus import Layout
from hongyan.protocols.cmpp.session import TIMING
from hongyan.protocols.cmpp.status import VERSION_TOO_HIGH
from hongyan.protocols.session.events import (
    BindRefused,
    Bound,
    DigestMismatch,
    Event,
    Ignored,
    VersionRefused,
)
from hongyan.protocols.session.states import State
from hongyan.protocols.wire.digests import NO_DIGEST, server_proves, timestamp
from hongyan.protocols.wire.errors import FieldError

LAYOUTS = pytest.mark.parametrize("layout", Layout, ids=lambda layout: layout.value)


# --- digests ---------------------------------------------------------------------------------------------


@LAYOUTS
def test_the_digests_of_the_vectors_are_made(layout: Layout) -> None:
    login = vector(layout, "connect").facts
    fields, secret = login["fields"], login["shared_secret"]
    ours = authenticator_source(fields["Source_Addr"], secret, fields["Timestamp"])
    assert ours.hex() == fields["AuthenticatorSource"]
    answer = vector(layout, "connect_resp_ok").facts
    theirs = authenticator_ismg(0, ours, secret, layout)
    assert theirs.hex() == answer["fields"]["AuthenticatorISMG"]
    assert server_proves(theirs, 0, ours, secret)


def test_the_timestamp_enters_the_digest_with_its_leading_zero() -> None:
    plain = hashlib.md5(
        b"901234" + bytes(9) + SECRET.encode() + b"0315102030", usedforsecurity=False
    ).digest()
    assert authenticator_source("901234", SECRET, STAMP) == plain
    assert proves(plain, "901234", SECRET, STAMP)


def test_a_timestamp_is_beijing_time_as_a_number() -> None:
    assert timestamp(1_710_469_230_500) == STAMP
    assert timestamp(1_735_660_799_999) == 1231235959


def test_a_short_source_may_be_hashed_with_and_without_its_padding() -> None:
    for source in (b"9012", b"9012\0\0"):
        digest = hashlib.md5(source + bytes(9) + b"s" + b"0000000001", usedforsecurity=False).digest()
        assert proves(digest, "9012", "s", 1)


@pytest.mark.parametrize(
    ("source", "secret", "stamp"),
    [("901235", SECRET, STAMP), ("901234", "wrong", STAMP), ("901234", SECRET, STAMP + 1)],
)
def test_anything_else_proves_nothing(source: str, secret: str, stamp: int) -> None:
    assert not proves(authenticator_source("901234", SECRET, STAMP), source, secret, stamp)


@pytest.mark.parametrize("layout", Layout)
def test_a_server_is_believed_in_either_width(layout: Layout) -> None:
    ours = authenticator_source("901234", SECRET, STAMP)
    assert server_proves(authenticator_ismg(0, ours, SECRET, layout), 0, ours, SECRET)
    assert not server_proves(authenticator_ismg(0, ours, "wrong", layout), 0, ours, SECRET)
    assert not server_proves(NO_DIGEST, 0xFFFFFFFF, ours, SECRET)


@given(st.binary(max_size=16), st.text(max_size=6), st.text(max_size=15), st.integers(0, 0xFFFFFFFF))
def test_no_digest_makes_the_check_fail_to_answer(
    digest: bytes, source: str, secret: str, stamp: int
) -> None:
    source = "".join(each for each in source if ord(each) < 256)
    assert proves(digest, source, secret, stamp) in (True, False)


# --- versions --------------------------------------------------------------------------------------------

V2, V3 = Layout.V20, Layout.V30


@pytest.mark.parametrize(
    ("asked", "layout", "said", "agreed", "other"),
    [
        (V20, V2, 0x20, True, 0),
        (V20, V2, 0x30, True, 0x30),
        (V20, V2, 0, True, 0),
        (V20, V3, 0x30, False, 0x30),
        (V21, V2, 0x20, True, 0x20),
        (V30, V3, 0x30, True, 0),
        (V30, V3, 0, True, 0),
        (V30, V3, 0x20, False, 0x20),
        (V30, V2, 0x20, False, 0x20),
        (V30, V2, 0x30, False, 0x20),
        (V30, V2, 0, False, 0x20),
    ],
)
def test_the_answer_says_which_version_is_spoken(
    asked: int, layout: Layout, said: int, agreed: bool, other: int
) -> None:
    assert speaks(asked, layout, said) is agreed
    assert other_version(asked, layout, said) == other


@pytest.mark.parametrize("version", [V20, V21, V30])
def test_a_login_is_bound_in_the_version_it_asked_for(version: int) -> None:
    wire = Wire().bound(version)
    assert wire.client.layout is wire.server.layout is pdus.layout_of(version)
    assert wire.client.state is wire.server.state is State.BOUND


def test_the_server_sees_what_the_login_says() -> None:
    wire = Wire()
    wire.client.bind(WHO, wire.now)
    (asked,) = wire.to_server()
    assert isinstance(asked, BindRequested)
    assert (asked.system_id, asked.version, asked.timestamp, asked.mode) == (
        "901234",
        V20,
        STAMP,
        "transceiver",
    )
    assert asked.proves(SECRET)
    assert not asked.proves("wrong")
    assert SECRET not in repr(WHO)
    assert "authenticator" not in repr(asked)


@pytest.mark.parametrize("version", [V20, V30])
def test_the_frames_of_a_login_are_those_of_the_vectors(version: int) -> None:
    layout = pdus.layout_of(version)
    client = ClientSession(TIMING, 0.0)
    client.bind(Credentials("901234", SECRET, STAMP, version), 0.0)
    assert client.bytes_to_send() == [vector(layout, "connect").frame]
    assert client.receive(vector(layout, "connect_resp_ok").frame, 0.0) == [Bound("", version)]


@pytest.mark.parametrize("version", [V20, V30])
def test_a_wrong_secret_is_refused_and_closes_both_ends(version: int) -> None:
    wire = Wire()
    wire.client.bind(Credentials("901234", "wrong", STAMP, version), wire.now)
    (asked,) = wire.to_server()
    assert isinstance(asked, BindRequested)
    assert not asked.proves(SECRET)
    wire.server.refuse_bind()
    assert wire.server.closed
    (frame,) = wire.server.bytes_to_send()
    assert frame == vector(pdus.layout_of(version), "connect_resp_auth_error").frame[:-1] + b"\x30"
    assert wire.client.receive(frame, wire.now) == [BindRefused(3, "CMPP_CONNECT:3")]
    assert wire.client.closed


def test_a_server_of_two_point_zero_refuses_three_point_zero_with_status_four() -> None:
    wire = Wire()
    wire.client.bind(Credentials("901234", SECRET, STAMP, V30), wire.now)
    wire.to_server()
    wire.server.refuse_bind(VERSION_TOO_HIGH, V20)
    assert wire.to_client() == [VersionRefused(4, "CMPP_CONNECT:4", V20)]
    assert wire.client.closed


def test_an_accepted_login_in_a_lower_version_is_refused_by_the_client() -> None:
    wire = Wire()
    wire.client.bind(Credentials("901234", SECRET, STAMP, V30), wire.now)
    wire.to_server()
    wire.server.accept_bind(SECRET, V20)
    assert wire.server.layout is Layout.V20
    assert wire.to_client() == [VersionRefused(0, "CMPP_CONNECT:0", V20)]
    assert wire.client.closed


def answer(layout: Layout, status: int, digest: bytes, version: int) -> bytes:
    fields = {"Status": status, "AuthenticatorISMG": digest, "Version": version}
    return CODECS[layout].encode("CMPP_CONNECT_RESP", fields, 1)


def logging_in(version: int = V20) -> ClientSession:
    client = ClientSession(TIMING, 0.0)
    client.bind(Credentials("901234", SECRET, STAMP, version), 0.0)
    return client


@pytest.mark.parametrize(
    ("asked", "layout", "status", "version", "event"),
    [
        (V20, Layout.V20, 4, 0, VersionRefused(4, "CMPP_CONNECT:4", 0)),
        (V20, Layout.V30, 0, 0x30, VersionRefused(0, "CMPP_CONNECT:0", 0x30)),
        (V30, Layout.V30, 4, 0x20, VersionRefused(4, "CMPP_CONNECT:4", 0x20)),
        (V21, Layout.V20, 4, 0x20, VersionRefused(4, "CMPP_CONNECT:4", 0x20)),
        (V20, Layout.V30, 0, 0x20, VersionRefused(0, "CMPP_CONNECT:0", 0x30)),
        (V30, Layout.V20, 0, 0x30, VersionRefused(0, "CMPP_CONNECT:0", 0x20)),
        (V30, Layout.V30, 4, 0x12, VersionRefused(4, "CMPP_CONNECT:4", 0)),  # nothing that we could speak
        (V30, Layout.V20, 3, 0x20, BindRefused(3, "CMPP_CONNECT:3")),
        (V30, Layout.V30, 77, 0x30, BindRefused(77, "CMPP_CONNECT:77")),
    ],
)
def test_other_refusals_are_told_apart(
    asked: int, layout: Layout, status: int, version: int, event: Event
) -> None:
    client = logging_in(asked)
    assert client.receive(answer(layout, status, NO_DIGEST, version), 0.0) == [event]
    assert client.closed


@pytest.mark.parametrize("asked", [V20, V30])
def test_a_digest_that_does_not_match_is_told_and_the_session_goes_on(asked: int) -> None:
    client = logging_in(asked)
    layout = pdus.layout_of(asked)
    assert client.receive(answer(layout, 0, b"\xaa" * 16, asked), 0.0) == [Bound("", asked), DigestMismatch()]
    assert client.state is State.BOUND


@pytest.mark.parametrize("asked", [V20, V30])
@pytest.mark.parametrize("hashed", Layout)
def test_a_server_that_hashes_the_other_width_is_no_mismatch(asked: int, hashed: Layout) -> None:
    ours = authenticator_source("901234", SECRET, STAMP)
    frame = answer(pdus.layout_of(asked), 0, authenticator_ismg(0, ours, SECRET, hashed), asked)
    assert logging_in(asked).receive(frame, 0.0) == [Bound("", asked)]


def test_an_answer_that_nobody_asked_for_changes_nothing() -> None:
    client = Wire().bound().client
    (event,) = client.receive(answer(Layout.V20, 3, NO_DIGEST, V20), 0.0)
    assert isinstance(event, Ignored)
    assert client.state is State.BOUND


def test_a_second_login_is_refused_and_changes_nothing() -> None:
    wire = Wire().bound(V30)
    connect = CODECS[Layout.V30].encode("CMPP_CONNECT", {"Source_Addr": "901234", "Version": V20}, 77)
    (event,) = wire.server.receive(connect, wire.now)
    assert isinstance(event, Ignored)
    (frame,) = wire.server.bytes_to_send()
    assert readable(frame, Layout.V30).fields["Status"] == 5
    assert (wire.server.state, wire.server.layout) == (State.BOUND, Layout.V30)


def test_a_login_that_cannot_be_read_is_refused_as_such() -> None:
    wire = Wire()
    (event,) = wire.server.receive(frame_of(pdus.CONNECT, b"901234", 9), wire.now)
    assert isinstance(event, Ignored)
    (frame,) = wire.server.bytes_to_send()
    assert readable(frame).fields == {"Status": 1, "AuthenticatorISMG": NO_DIGEST, "Version": V30}


@pytest.mark.parametrize(
    ("who", "field"),
    [
        (Credentials("9012345", SECRET, STAMP), "Source_Addr"),
        (Credentials("企业", SECRET, STAMP), "Source_Addr"),
        (Credentials("901234", SECRET, 1 << 32), "Timestamp"),
        (Credentials("901234", SECRET, STAMP, 256), "Version"),
    ],
)
def test_a_login_that_does_not_fit_is_named_before_anything_is_sent(who: Credentials, field: str) -> None:
    client = ClientSession(TIMING, 0.0)
    with pytest.raises(FieldError) as caught:
        client.bind(who, 0.0)
    assert caught.value.facts["field"] == field
    assert client.state is State.OPEN
    assert client.bytes_to_send() == []
