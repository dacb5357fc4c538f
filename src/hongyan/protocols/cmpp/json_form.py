"""CMPP PDUs as JSON objects, for people and for files of examples.

`{"pdu": "CMPP_SUBMIT", "fields": {"Total_Length": …, "Command_Id": "0x00000004", "Sequence_Id": …, …}}` with the
document's names. Ids and digests are hex, the content is `content_hex`; a report is shown as `report` too, a user
data header as `udh_hex`. Numbers may be given as 0x text. An unreadable frame shows its header, `raw_hex`, `reason`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hongyan.protocols.cmpp.codec import CODECS, HEADER_SIZE, Pdu, encode_pdu
from hongyan.protocols.cmpp.content import user_data_header
from hongyan.protocols.cmpp.pdus import DELIVER, QUERY, RESPONSE, SUBMIT, Layout
from hongyan.protocols.cmpp.report import LAYOUTS, SPECS, is_report, read_report, report_content
from hongyan.protocols.wire.errors import FieldError
from hongyan.protocols.wire.explain import Reason, explain
from hongyan.protocols.wire.fields import Octets, PduSpec
from hongyan.protocols.wire.json_form import (
    CONTENT,
    MAINLAND_HEADER,
    fields_from_json,
    in_mainland_names,
    in_our_spelling,
    integer_from_json,
    mainland_header,
    octets_from_hex,
    record_from_json,
    unreadable_to_json,
    unsigned_from_json,
)
from hongyan.protocols.wire.mainland import header_of
from hongyan.protocols.wire.table import Unreadable

_REPORT = "report"
_UDH = "udh_hex"
_BESIDE = {DELIVER: (_REPORT, _UDH), SUBMIT: (_UDH,)}
"""What is shown of a content besides its octets."""
_ALSO = {QUERY: {"Reserve": "LinkID", "LinkID": "Reserve"}}
"""The tail of a QUERY has one name in both documents; what comes from files has the other one in 3.0."""


def to_json(pdu: Pdu | Unreadable, length: int | None = None) -> dict[str, Any]:
    """A decoded frame as JSON values. `length`: of the frame it was; otherwise as long as we would write it."""
    if isinstance(pdu, Unreadable):
        header = mainland_header(len(pdu.raw), pdu.command_id, pdu.sequence)
        return unreadable_to_json(header, pdu.raw, pdu.reason)
    whole = len(encode_pdu(pdu)) if length is None else length
    fields = mainland_header(whole, pdu.command_id, pdu.sequence)
    fields |= in_mainland_names(CODECS[pdu.layout].spec_of(pdu.name), pdu.fields)
    if is_report(pdu):
        content: bytes = pdu.fields["content"]
        if len(content) in LAYOUTS:
            fields[_REPORT] = in_mainland_names(SPECS[LAYOUTS[len(content)]], read_report(content))
    elif udh := user_data_header(pdu):
        fields[_UDH] = udh.hex()
    return {"pdu": pdu.name, "fields": fields}


def from_json(shown: Mapping[str, Any], layout: Layout) -> Pdu:
    """A PDU to encode. Left out, the sequence is 0, other fields are 0 or empty, and lengths and counts, `report`
    and `udh_hex` follow from the rest; `report` alone makes the content. A response is written in the other version's
    layout when its Total_Length says so.

    Raises:  FieldError, naming the field.
    """
    spec = CODECS[layout].spec_of(str(shown.get("pdu")))
    name = spec.name
    given = in_our_spelling(
        record_from_json(shown.get("fields", {}), name, "fields"),
        (*MAINLAND_HEADER, *spec.names, *spec.computed, CONTENT, *_BESIDE.get(spec.command_id, ())),
        name,
        _ALSO.get(spec.command_id),
    )
    header = {key: unsigned_from_json(given[key], 4, name, key) for key in MAINLAND_HEADER if key in given}
    total = header.get("Total_Length")
    if spec.command_id & RESPONSE and total is not None:
        layout = _layout_of_answer(name, total, layout)
        spec = CODECS[layout].spec_of(name)
    if header.get("Command_Id", spec.command_id) != spec.command_id:
        right = f"0x{spec.command_id:08x}"
        raise FieldError(name, "Command_Id", f"must be {right}", f"应为 {right}")
    fields = _values(spec, {key: each for key, each in given.items() if key not in MAINLAND_HEADER}, layout)
    if spec.empty_body_allowed and not fields and total != HEADER_SIZE:
        fields = dict.fromkeys(spec.names, 0)
    pdu = Pdu(name, spec.command_id, header.get("Sequence_Id", 0), fields, layout)
    length = len(encode_pdu(pdu))
    if total not in (None, length):
        en = f"is {total}, but the frame has {length} octets"
        raise FieldError(name, "Total_Length", en, f"为 {total}，但该帧有 {length} 个字节")
    return pdu


def _octets(spec: PduSpec) -> set[str]:
    return {each.name for each in spec.fields if isinstance(each, Octets)}


def _layout_of_answer(name: str, total: int, layout: Layout) -> Layout:
    fitting = (each for each in (layout, *Layout) if len(CODECS[each].encode(name, {}, 0)) == total)
    return next(fitting, layout)


def _values(spec: PduSpec, given: Mapping[str, Any], layout: Layout) -> dict[str, Any]:
    """The fields of a PDU. What is said of the content beside it must agree with it."""
    beside = _BESIDE.get(spec.command_id, ())
    plain = {name: value for name, value in given.items() if name not in beside}
    said = {name: value for name, value in given.items() if name in beside}
    if _REPORT in said and CONTENT not in plain:
        plain[CONTENT] = _report_octets(spec, said[_REPORT], plain, layout).hex()
    fields = _fields(spec, plain)
    content = fields.get("content", b"")
    if _REPORT in said:
        says = read_report(content)
        report = _fields(SPECS[LAYOUTS.get(len(content), layout)], said[_REPORT])
        if any(says.get(name) != value for name, value in report.items()):
            raise FieldError(spec.name, _REPORT, *_OTHER_REPORT)
    if _UDH in said:
        udh = octets_from_hex(said[_UDH], spec.name, _UDH)
        if udh != header_of(content, fields.get("TP_udhi", 0)):
            raise FieldError(spec.name, _UDH, *_OTHER_HEADER)
    return fields


_OTHER_REPORT = Reason("is not what content_hex says", "与 content_hex 的内容不一致")
_OTHER_HEADER = Reason(
    "is not what content_hex begins with, or TP_udhi does not announce a header (1)",
    "与 content_hex 的开头不一致，或 TP_udhi 未声明用户数据头（1）",
)


def _report_octets(spec: PduSpec, report: Any, given: Mapping[str, Any], layout: Layout) -> bytes:
    """The content that says `report`; Msg_Length chooses between the two forms."""
    if "Msg_Length" in given:
        layout = LAYOUTS.get(integer_from_json(given["Msg_Length"], spec.name, "Msg_Length"), layout)
    return report_content(layout, **_fields(SPECS[layout], report))


def _fields(spec: PduSpec, given: Any) -> dict[str, Any]:
    """Values to encode, checked one by one: an encoder would take a text for a list of numbers."""
    given = record_from_json(given, spec.name, "fields")
    octets = _octets(spec)
    fields = {
        name: octets_from_hex(value, spec.name, name) for name, value in given.items() if name in octets
    }
    fields |= fields_from_json(spec, {name: value for name, value in given.items() if name not in octets})
    explain(spec.fields, spec.name, fields)
    return fields
