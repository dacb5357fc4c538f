"""What SMSCs do each in their own way, and a channel's settings say: message ids, alphabets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.carriers.channels.passwords import Passwords
from hongyan.carriers.channels.reading import make_settings
from hongyan.carriers.channels.settings import ChannelSettings
from hongyan.carriers.dialects.choose import dialects_of
from hongyan.carriers.dialects.port import Dialect, Report, Text
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.gsm import BASIC, EXTENSION
from hongyan.kernel.text import Repertoire, split
from hongyan.messaging.outgoing import Job
from hongyan.protocols.smpp.codec import Pdu, decode, encode, frame_of
from hongyan.protocols.smpp.encoders import RECEIPT
from hongyan.protocols.smpp.pdus import SUBMIT_SM
from hongyan.protocols.smpp.receipt import content_of
from hongyan.protocols.wire.errors import FieldError
from hongyan.protocols.wire.tlv import TlvValue

HANDSET, SENDER = "8613800138000", "10690000128888"
CLOCK = ManualClock()


def settings_of(**settings: object) -> ChannelSettings:
    return make_settings(
        "smpp", {"host": "10.0.0.1", "login": "hongyan", "access_number": "1069000012", **settings}
    )


def dialect_of(**settings: object) -> Dialect:
    return dialects_of(settings_of(**settings), Passwords("secret"), CLOCK)[0]


def delivered(
    octets: bytes, data_coding: int = 0, esm_class: int = 0, tlvs: dict[str, TlvValue] | None = None
) -> Pdu:
    fields = {
        "source_addr": HANDSET,
        "destination_addr": SENDER,
        "esm_class": esm_class,
        "data_coding": data_coding,
        "short_message": octets,
    }
    pdu = decode(encode("deliver_sm", fields, 1, tlvs=tlvs))
    assert isinstance(pdu, Pdu)
    return pdu


# --- message ids ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("writing", "answer", "receipt"),
    [
        ("as_is", "7C9F2A10", "7C9F2A10"),
        ("number", "007C9F2A10", "7c9f2a10"),
        ("hex_to_decimal", "7C9F2A10", "2090805776"),
        ("hex_to_decimal", "007c9f2a10", "0002090805776"),
        ("decimal_to_hex", "2090805776", "7C9F2A10"),
    ],
)
@pytest.mark.parametrize("as_parameter", [False, True])
def test_a_receipt_finds_its_submit_in_text_and_as_parameter(
    writing: str, answer: str, receipt: str, as_parameter: bool
) -> None:
    dialect = dialect_of(receipt_ids=writing)
    text = "stat:DELIVRD err:000" if as_parameter else f"id:{receipt} stat:DELIVRD err:000"
    tlvs: dict[str, TlvValue] = {"receipted_message_id": receipt} if as_parameter else {}
    report = dialect.read(delivered(text.encode(), esm_class=RECEIPT, tlvs=tlvs))
    assert report == Report(dialect.carrier_id(answer), final=True, delivered=True, code="DELIVRD")


def test_ids_stay_as_they_are_unless_something_else_is_set() -> None:
    assert dialect_of().carrier_id("7C9F2A10") == "7C9F2A10"


# --- alphabets, from handsets -----------------------------------------------------------------------------

MIXED = bytes((0x40, 0x24, 0x5B, 0x7B, 0x61))


@pytest.mark.parametrize(
    ("settings", "data_coding", "text"),
    [
        ({}, 0, "¡¤Ääa"),
        ({"default_alphabet": "latin-1"}, 0, "@$[{a"),
        ({"default_alphabet": "ascii"}, 0, "@$[{a"),
        ({"default_alphabet": "latin-1"}, 0x0B, "@$[{a"),  # reserved: the default alphabet
        ({}, 1, "@$[{a"),
        ({"ia5_alphabet": "gsm"}, 1, "¡¤Ääa"),
        ({"default_alphabet": "latin-1"}, 0xF1, "¡¤Ääa"),  # TS 23.038 says GSM
        ({"default_alphabet": "ascii", "ia5_alphabet": "gsm"}, 3, "@$[{a"),
    ],
)
def test_a_text_from_a_handset_is_read_as_the_carrier_means_it(
    settings: dict[str, object], data_coding: int, text: str
) -> None:
    found = dialect_of(**settings).read(delivered(MIXED, data_coding))
    assert isinstance(found, Text)
    assert found.decode(found.payload) == text


def test_octets_above_ascii_are_latin_1_where_that_is_the_default_alphabet() -> None:
    found = dialect_of(default_alphabet="latin-1").read(delivered("déjà".encode("latin-1")))
    assert isinstance(found, Text)
    assert found.decode(found.payload) == "déjà"


# --- alphabets, to handsets -------------------------------------------------------------------------------


def job_of(text: str, repertoire: Repertoire) -> Job:
    pieces = split(text, 7, repertoire)
    payloads = [piece.user_data for piece in pieces]
    expires_ms = CLOCK.now_ms() + 60_000
    return Job(1, 1, 0, 1, 7, HANDSET, SENDER, pieces[0].alphabet, payloads, expires_ms, len(payloads))


def sent(dialect: Dialect, text: str, repertoire: Repertoire = Repertoire.GSM) -> list[Pdu]:
    job = job_of(text, repertoire)
    pdus = []
    for part in range(1, len(job.payloads) + 1):
        pdu = decode(frame_of(SUBMIT_SM, dialect.body(job, part, CLOCK.now_ms()), 1))
        assert isinstance(pdu, Pdu)
        pdus.append(pdu)
    return pdus


@pytest.mark.parametrize(
    ("alphabet", "octets"),
    [("gsm", b"\x00\x02\x1b\x3c\x1b\x28a"), ("latin-1", b"@$[{a"), ("ascii", b"@$[{a")],
)
def test_a_message_is_written_in_the_carriers_default_alphabet(alphabet: str, octets: bytes) -> None:
    (pdu,) = sent(dialect_of(default_alphabet=alphabet), "@$[{a")
    assert (pdu.fields["data_coding"], pdu.fields["short_message"]) == (0, octets)


@pytest.mark.parametrize(("alphabet", "missing"), [("latin-1", "€"), ("latin-1", "Ω"), ("ascii", "é")])
def test_a_character_that_the_carrier_has_not_is_a_field_error_that_names_it(
    alphabet: str, missing: str
) -> None:
    with pytest.raises(FieldError, match=missing):
        sent(dialect_of(default_alphabet=alphabet), f"a{missing}")


GSM = sorted(filter(None, map(str.strip, BASIC.replace("\x1b", "")))) + sorted(EXTENSION.values())


@pytest.mark.parametrize("alphabet", ["gsm", "latin-1", "ascii"])
@given(
    text=st.text(
        st.sampled_from(GSM) | st.characters(max_codepoint=0x17F, exclude_characters="\0"), max_size=400
    )
)
def test_whatever_routing_leaves_in_the_gsm_alphabet_the_carrier_can_be_told(
    alphabet: str, text: str
) -> None:
    settings = settings_of(default_alphabet=alphabet)
    dialect = dialect_of(default_alphabet=alphabet)
    parts = sent(dialect, text, settings.repertoire)
    brought = [
        dialect.read(delivered(content_of(pdu), pdu.fields["data_coding"], pdu.fields["esm_class"]))
        for pdu in parts
    ]
    texts = [each for each in brought if isinstance(each, Text)]
    assert "".join(each.decode(each.payload) for each in texts) == text
    assert all(len(each.payload) <= 160 for each in texts)
    if len(texts) > 1:
        assert [each.concat.index for each in texts if each.concat] == list(range(1, len(texts) + 1))


@pytest.mark.parametrize(
    ("alphabet", "text", "data_coding"),
    [
        ("gsm", "€ Ω é", 0),
        ("latin-1", "é ñ [x]", 0),
        ("latin-1", "€", 8),
        ("latin-1", "Ω", 8),
        ("ascii", "@ [x] ^", 0),
        ("ascii", "é", 8),
        ("ascii", "£", 8),
    ],
)
def test_a_text_that_the_default_alphabet_has_not_goes_in_ucs_2(
    alphabet: str, text: str, data_coding: int
) -> None:
    (pdu,) = sent(
        dialect_of(default_alphabet=alphabet), text, settings_of(default_alphabet=alphabet).repertoire
    )
    assert pdu.fields["data_coding"] == data_coding
