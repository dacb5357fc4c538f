"""SMGP PDUs as JSON objects, for people and for files of examples.

`{"pdu": "SMGP_SUBMIT", "fields": {"Total_Length": …, "Command_Id": "0x00000002", "Sequence_Id": …, …, "TLVs": […]}}`
with the document's names. Ids and digests are hex, the content is `content_hex`; a report is shown as `report` too, a
user data header as `udh_hex`. Reserve is shown when it holds something. Numbers may be given as 0x text. An unreadable
frame shows its header, `raw_hex` and `reason`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hongyan.protocols.smgp.codec import Pdu, encode_pdu, spec_of
from hongyan.protocols.smgp.content import user_data_header
from hongyan.protocols.smgp.pdus import DELIVER, SUBMIT
from hongyan.protocols.smgp.report import is_report, read_report, report_content
from hongyan.protocols.wire.errors import FieldError
from hongyan.protocols.wire.explain import NOT_A_FIELD, explain, too_many, wrong_type
from hongyan.protocols.wire.fields import Blob, Field, Octets, PduSpec, UInt
from hongyan.protocols.wire.json_form import (
    CONTENT,
    MAINLAND_HEADER,
    check_computed,
    counts_of,
    in_mainland_names,
    in_our_spelling,
    integer_from_json,
    mainland_header,
    octets_from_hex,
    record_from_json,
    unreadable_to_json,
    unsigned_from_json,
)
from hongyan.protocols.wire.table import Unreadable
from hongyan.protocols.wire.tlv import RawTlv

_COUNT = "DestTermIDCount"
_REPORT = "report"
_RESERVE = "Reserve"
_TLVS = "TLVs"
_UDH = "udh_hex"
_WITH_TLVS = frozenset({SUBMIT, DELIVER})
_MOST_OCTETS = 0xFFFF
_REPORT_VALUES = dict.fromkeys(("id", "stat", "submit_date", "done_date", "text"), "") | {
    "sub": "001",
    "dlvrd": "000",
    "err": "000",
}
"""Of a report from which something was left out."""


def to_json(pdu: Pdu | Unreadable, length: int | None = None) -> dict[str, Any]:
    """A decoded frame as JSON values. `length`: of the frame it was; otherwise as long as we would write it."""
    if isinstance(pdu, Unreadable):
        header = mainland_header(len(pdu.raw), pdu.command_id, pdu.sequence)
        return unreadable_to_json(header, pdu.raw, pdu.reason)
    whole = len(encode_pdu(pdu)) if length is None else length
    shown = mainland_header(whole, pdu.command_id, pdu.sequence)
    shown |= in_mainland_names(spec_of(pdu.name), pdu.fields)
    if not shown.get(_RESERVE):
        shown.pop(_RESERVE, None)
    if pdu.command_id == DELIVER:
        # The one number has no count on the wire; the files of examples show its digits here.
        shown[_COUNT] = len(pdu.fields["DestTermID"])
    if pdu.command_id in _WITH_TLVS or pdu.tlvs:
        shown[_TLVS] = [
            {"tag": f"0x{tag:04x}", "length": len(octets), "value_hex": octets.hex()}
            for tag, octets in pdu.tlvs
        ]
    if is_report(pdu):
        shown[_REPORT] = read_report(pdu.fields["MsgContent"])
    elif udh := user_data_header(pdu):
        shown[_UDH] = udh.hex()
    return {"pdu": pdu.name, "fields": shown}


def from_json(shown: Mapping[str, Any]) -> Pdu:
    """A PDU to encode. Left out, the sequence is 0, other fields are 0 or empty, and lengths and counts, `report` and
    `udh_hex` follow from the rest; `report` alone makes the content. What is said twice must agree.

    Raises:  FieldError, naming the field.
    """
    spec = spec_of(str(shown.get("pdu")))
    name = spec.name
    shown_fields = (_shown_name(each) for each in spec.fields)
    given = in_our_spelling(
        record_from_json(shown.get("fields", {}), name, "fields"),
        (*MAINLAND_HEADER, *shown_fields, _TLVS, _REPORT, _UDH, _COUNT),
        name,
    )
    header = {key: unsigned_from_json(given[key], 4, name, key) for key in MAINLAND_HEADER if key in given}
    _agree(name, "Command_Id", header.get("Command_Id", spec.command_id), spec.command_id)
    beside = {*MAINLAND_HEADER, _TLVS, _REPORT, _UDH} | ({_COUNT} if spec.command_id == DELIVER else set())
    fields = _values(spec, {key: value for key, value in given.items() if key not in beside})
    if "MsgContent" in spec.names:
        _fill_content(spec, fields, given)
    explain(spec.fields, name, fields)
    tlvs = _tlvs(given.get(_TLVS, []), name)
    pdu = Pdu(name, spec.command_id, header.get("Sequence_Id", 0), fields, tlvs)
    if "Total_Length" in header:
        _agree(name, "Total_Length", header["Total_Length"], len(encode_pdu(pdu)))
    return pdu


def _shown_name(each: Field) -> str:
    return CONTENT if isinstance(each, Blob) else each.name


def _values(spec: PduSpec, given: Mapping[str, Any]) -> dict[str, Any]:
    """Values to encode; the encoder's own check comes after this one."""
    by_name = {_shown_name(each): each for each in spec.fields}
    fields: dict[str, Any] = {}
    for shown_name, value in given.items():
        match by_name.get(shown_name):
            case None:
                raise FieldError(spec.name, shown_name, *NOT_A_FIELD)
            case Blob(name=name) | Octets(name=name):
                fields[name] = octets_from_hex(value, spec.name, shown_name)
            case UInt(name=name):
                if name not in spec.computed:
                    fields[name] = integer_from_json(value, spec.name, name)
            case each:
                fields[each.name] = value
    for name, of in counts_of(spec).items():
        items = fields.get(of)
        if name in given and isinstance(items, bytes | list):
            check_computed(given[name], len(items), spec.name, name, of)
    return fields


def _fill_content(spec: PduSpec, fields: dict[str, Any], given: Mapping[str, Any]) -> None:
    """The content from a report, when only that is there; and whether both say the same."""
    if _REPORT in given:
        report = record_from_json(given[_REPORT], spec.name, _REPORT)
        for key in report.keys() - _REPORT_VALUES.keys():
            raise FieldError(_REPORT, key, *NOT_A_FIELD)
        if CONTENT not in given:
            fields["MsgContent"] = _report_octets(report)
        says = read_report(fields["MsgContent"])
        for key in report.keys() & says.keys():
            _agree(spec.name, f"{_REPORT}.{key}", report[key], says[key])
    if _UDH in given and not fields.get("MsgContent", b"").startswith(
        octets_from_hex(given[_UDH], spec.name, _UDH)
    ):
        raise FieldError(spec.name, _UDH, f"is not how {CONTENT} begins", f"与 {CONTENT} 的开头不一致")


def _report_octets(report: dict[str, Any]) -> bytes:
    for key, value in report.items():
        if not isinstance(value, str):
            raise FieldError(_REPORT, key, *wrong_type(str, value))
    values = _REPORT_VALUES | report
    return report_content(octets_from_hex(values.pop("id"), _REPORT, "id"), **values)


def _tlvs(given: object, pdu: str) -> tuple[RawTlv, ...]:
    if not isinstance(given, list):
        raise FieldError(pdu, _TLVS, *wrong_type(list, given))
    return tuple(_tlv(each, pdu, f"{_TLVS}[{at}]") for at, each in enumerate(given))


def _tlv(given: object, pdu: str, name: str) -> RawTlv:
    record = record_from_json(given, pdu, name)
    for key in record.keys() - {"tag", "length", "value_hex"}:
        raise FieldError(pdu, f"{name}.{key}", *NOT_A_FIELD)
    octets = octets_from_hex(record.get("value_hex", ""), pdu, f"{name}.value_hex")
    if len(octets) > _MOST_OCTETS:
        raise FieldError(pdu, f"{name}.value_hex", *too_many(len(octets), _MOST_OCTETS, "octets"))
    if "length" in record:
        check_computed(record["length"], len(octets), pdu, f"{name}.length", "value_hex")
    return unsigned_from_json(record.get("tag"), 2, pdu, f"{name}.tag"), octets


def _agree(pdu: str, name: str, given: object, right: object) -> None:
    if given != right:
        raise FieldError(pdu, name, f"is {given!r}, but must be {right!r}", f"为 {given!r}，应为 {right!r}")
