"""Octets of ours read by codecs that other people wrote, and theirs by ours: value by value and back to the same octets."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import aiosmpplib
import pytest
import smpp34
import smpplib.client
import smpplib.smpp
from hypothesis import given
from hypothesis import strategies as st
from smpp.pdu.error import PDUCorruptError
from smpp.pdu.pdu_encoding import PDUEncoder

from hongyan.kernel.text import Alphabet, split
from hongyan.protocols.smpp import Pdu, decode, encode, encode_pdu, read_content
from hongyan.protocols.smpp.codec import HEADER_SIZE, spec_of

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "smpp34.json").read_text("utf-8"))

# -- every PDU: smpp.pdu3 ----------------------------------------------------------------------------------

UNREAD = {
    "smpp34_deliver_sm_resp_rejected_temporary": PDUCorruptError,  # it wants the message_id (4.6.2)
    "smpp34_replace_sm": KeyError,
    "smpp34_submit_multi": KeyError,
    "smpp34_submit_multi_resp_partial": KeyError,
}
"""Vectors that smpp.pdu3 cannot read; the last three name fields that it has no encoder for."""
OTHER_FORM = {"smpp34_deliver_sm_receipt_tlv", "smpp34_submit_sm_resp_error_with_empty_message_id"}
"""It sorts optional parameters, and leaves out the body of an error."""


def by_pdu3(frame: bytes) -> Any:
    return PDUEncoder().decode(io.BytesIO(frame))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_smpp_pdu3_reads_every_pdu_as_we_do(vector: dict[str, Any]) -> None:
    frame = bytes.fromhex(vector["hex"])
    if vector["name"] in UNREAD:
        with pytest.raises(UNREAD[vector["name"]]):
            by_pdu3(frame)
        return
    theirs, ours = by_pdu3(frame), decode(frame)
    assert isinstance(ours, Pdu)
    assert theirs.id.name == ours.name
    assert (theirs.seqNum or 0) == ours.sequence
    said = {**ours.fields, **ours.tlvs}
    for name, value in theirs.params.items():
        if isinstance(value, bytes) and name in said:
            expected = said[name]
            assert value == (expected.encode("latin-1") if isinstance(expected, str) else expected), name
        elif isinstance(value, int) and name in said:
            assert value == said[name], name
    if vector["name"] not in OTHER_FORM:
        assert PDUEncoder().encode(theirs) == frame == encode_pdu(ours)


# -- messages with any values: smpp34 and smpplib ----------------------------------------------------------

_WORDS = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E))
_SPEC = spec_of("submit_sm")
_STRINGS = {each.name: each.limit - 1 for each in _SPEC.fields if hasattr(each, "limit")}
_TIMES = {"schedule_delivery_time", "validity_period"}
FIELDS = st.fixed_dictionaries(
    {
        name: st.binary(max_size=254)
        if name == "short_message"
        else st.sampled_from(["", "000002000000000R", "260529042600032+"])
        if name in _TIMES
        else _WORDS.map(lambda words, limit=_STRINGS[name]: words[:limit])  # type: ignore[misc]
        if name in _STRINGS
        else st.integers(0, 255)
        for name in _SPEC.names
    }
)
TAGS = {
    smpp34.TLV_SAR_MSG_REF_NUM: ("sar_msg_ref_num", 2),
    smpp34.TLV_SAR_TOTAL_SEGMENTS: ("sar_total_segments", 1),
    smpp34.TLV_SAR_SEGMENT_SEQNUM: ("sar_segment_seqnum", 1),
    smpp34.TLV_USER_MESSAGE_REFERENCE: ("user_message_reference", 2),
    0x1401: ("0x1401", None),
    smpp34.TLV_MESSAGE_PAYLOAD: ("message_payload", None),
}
TLVS = st.dictionaries(st.sampled_from(sorted(TAGS)), st.binary(max_size=300), max_size=6).map(
    lambda found: {
        tag: (value[:size] if size is None else value[:size].rjust(size, b"\1"))
        for tag, value in found.items()
        for size in [TAGS[tag][1]]
    }
)


def named(tlvs: dict[int, bytes]) -> dict[str, int | bytes]:
    """As our codec shows them."""
    return {
        name: value if size is None else int.from_bytes(value, "big")
        for tag, value in tlvs.items()
        for name, size in [TAGS[tag]]
    }


@given(FIELDS, TLVS, st.integers(1, 0x7FFFFFFF), st.sampled_from(["submit_sm", "deliver_sm"]))
def test_smpp34_reads_and_writes_messages_as_we_do(
    fields: dict[str, Any], tlvs: dict[int, bytes], sequence: int, name: str
) -> None:
    frame = encode(name, fields, sequence, 0, named(tlvs))
    theirs: Any = smpp34.decode(frame)
    assert {each: getattr(theirs, each) for each in fields} == fields
    assert {tlv.tag: tlv.value for tlv in theirs.tlvs} == tlvs
    assert theirs.encode() == frame

    kind = smpp34.SubmitSm if name == "submit_sm" else smpp34.DeliverSm
    made = kind(
        **fields,
        tlvs=[smpp34.Tlv(tag, value) for tag, value in tlvs.items()],
        sequence_number=sequence,
    ).encode()
    ours = decode(made)
    assert isinstance(ours, Pdu)
    assert (ours.name, ours.sequence, ours.fields, ours.tlvs) == (name, sequence, fields, named(tlvs))
    assert encode_pdu(ours) == made


_LIB = smpplib.client.Client("", 0, allow_unknown_opt_params=True)


@given(FIELDS, st.sampled_from(["submit_sm", "deliver_sm"]))
def test_smpplib_reads_messages_as_we_do(fields: dict[str, Any], name: str) -> None:
    theirs = smpplib.smpp.parse_pdu(encode(name, fields, 5), client=_LIB, allow_unknown_opt_params=True)
    for each, value in fields.items():
        wanted = value.encode("latin-1") if isinstance(value, str) else value
        found = getattr(theirs, each)
        assert (b"" if found is None else found) == wanted, each


# -- texts: aiosmpplib -------------------------------------------------------------------------------------


@given(
    st.text(st.sampled_from("abcXYZ 0189@£$¥èéùìòÇØøÅåΔ_ΦΓ{}[]~^|\\€ÆæßÉ你好，👌"), min_size=1, max_size=60)
)
def test_aiosmpplib_and_we_read_each_other_s_texts(text: str) -> None:
    theirs = aiosmpplib.SubmitSm(short_message=text, sequence_num=3)
    theirs.set_encoding_info("gsm0338", None)
    ours = decode(theirs.pdu())
    assert isinstance(ours, Pdu)
    assert read_content(ours).text == text

    (segment,) = split(text, 1)
    coding = 0 if segment.alphabet is Alphabet.GSM7 else 8
    frame = encode("deliver_sm", {"data_coding": coding, "short_message": segment.user_data}, 4)
    header = aiosmpplib.SubmitSm.parse_header(frame[:HEADER_SIZE])
    read = aiosmpplib.DeliverSm.from_pdu(frame, header, "gsm0338", None)
    assert read.short_message == text
