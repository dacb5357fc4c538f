"""Digests, timestamps, message ids and status values of SMGP."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smgp_vectors import VECTORS, vector_named

from hongyan.protocols.smgp.encoders import recv_time
from hongyan.protocols.smgp.login import LOGIN_MODES, authenticator_client, authenticator_server, proves
from hongyan.protocols.smgp.msg_id import NO_ID, MsgId
from hongyan.protocols.smgp.status import STATUSES, status_of
from hongyan.protocols.wire.digests import NO_DIGEST, server_proves, timestamp

MS = 1_710_469_230_000  # 2024-03-15 10:20:30 in Beijing
SECRET = "smgpsecret"
LOGINS = [vector for vector in VECTORS if vector["pdu"] == "SMGP_LOGIN"]


@pytest.mark.parametrize("vector", LOGINS, ids=lambda vector: vector["name"])
def test_the_digests_of_the_vectors_are_made_and_recognised(vector: dict[str, Any]) -> None:
    fields = vector["fields"]
    expected = bytes.fromhex(fields["AuthenticatorClient"])
    who = (fields["ClientID"], vector["shared_secret"], fields["TimeStamp"])
    assert authenticator_client(*who) == expected
    assert proves(expected, *who)
    assert not proves(expected, who[0], "other", who[2])
    assert not proves(expected, who[0], who[1], who[2] + 1)
    assert not proves(b"", *who)


def test_the_login_modes_are_those_of_the_vectors() -> None:
    modes = {vector["name"].split("_")[-1]: LOGIN_MODES[vector["fields"]["LoginMode"]] for vector in LOGINS}
    assert modes == {"send": "transmitter", "receive": "receiver", "transmit": "transceiver"}


def test_the_digest_of_a_server_is_made_and_both_its_forms_are_recognised() -> None:
    vector = vector_named("login_resp_ok")
    digest = bytes.fromhex(vector["of_login"]["AuthenticatorClient"])
    expected = bytes.fromhex(vector["fields"]["AuthenticatorServer"])
    variant = bytes.fromhex(vector["known_variant"]["hex"])[16:32]
    assert authenticator_server(0, digest, SECRET) == expected
    assert variant.hex() == "0f4716e55322c8169656614dcd6485ae"
    assert server_proves(expected, 0, digest, SECRET)
    assert server_proves(variant, 0, digest, SECRET)
    assert not server_proves(NO_DIGEST, 0, digest, SECRET)
    assert not server_proves(expected, 0, digest, "other")
    assert server_proves(authenticator_server(300, digest, SECRET), 300, digest, SECRET)


def test_the_zero_of_the_first_nine_months_is_in_the_digest_and_not_in_the_number() -> None:
    assert timestamp(MS) == 315102030
    assert timestamp(1_709_222_400_000) == 301000000 == 0x11F0E540  # the document's example, 1 March 00:00:00
    assert authenticator_client("10001234", SECRET, 315102030).hex() == "6ea8df0bd8d2416ddc55711fc650a98b"


@given(st.text(), st.text(), st.integers(0, 0xFFFFFFFF))
def test_whatever_a_peer_claims_can_be_checked(client_id: str, secret: str, stamp: int) -> None:
    if any(0xD800 <= ord(character) < 0xE000 for character in secret):
        return  # half a character is no secret that a file or a person could hold
    assert proves(authenticator_client(client_id, secret, stamp), client_id, secret, stamp)


def test_a_message_id_is_twenty_digits_in_ten_octets() -> None:
    made = MsgId.at(MS, "010061", 1_012_345)
    assert made == MsgId("010061", "03151020", 12345)
    assert made.hex == "01006103151020012345"
    assert made.octets.hex() == made.hex
    assert MsgId.of(made.octets) == made


@given(st.binary(min_size=10, max_size=10))
def test_any_ten_octets_have_parts_or_none(octets: bytes) -> None:
    parts = MsgId.of(octets)
    if parts is None:
        assert not octets.hex().isdecimal()
    else:
        assert parts.octets == octets
    assert MsgId.of(NO_ID) == MsgId("000000", "00000000", 0)


def test_the_time_of_a_message_is_beijing_time() -> None:
    assert recv_time(MS) == "20240315102030"


def test_the_table_of_statuses_has_each_once_with_words_and_source() -> None:
    assert len({row.code for row in STATUSES}) == len(STATUSES)
    for row in STATUSES:
        assert status_of(row.code) is row
        assert row.en
        assert row.zh
        assert row.source
        assert row.name == f"SMGP:{row.code}"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (0, "ok"),
        (1, "throttled"),
        (12, "retry"),
        (21, "login"),
        (47, "refused"),
        (75, "refused"),
        (130, "refused"),
        (5000, "refused"),
    ],
)
def test_what_a_link_does_follows_from_the_kind(code: int, kind: str) -> None:
    assert status_of(code).kind == kind
