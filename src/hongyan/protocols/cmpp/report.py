"""Delivery reports: the content of a DELIVER whose Registered_Delivery is 1. Source: CMPP 2.0, 7.4.5.1.

60 octets in 2.0 and 71 in 3.0, because of the number; gateways of 3.0 also send 60, so the length decides and not
the version. Of any other length the part before the number is read, which both have in common.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hongyan.protocols.cmpp.codec import Pdu
from hongyan.protocols.cmpp.pdus import DELIVER, Layout, report_fields
from hongyan.protocols.wire.errors import FieldError
from hongyan.protocols.wire.explain import NOT_A_FIELD
from hongyan.protocols.wire.fields import PduSpec
from hongyan.protocols.wire.readers import compile_reader
from hongyan.protocols.wire.reports import ReceiptFields, mainland_report, mainland_stats
from hongyan.protocols.wire.writers import compile_writer

REPORT = 1
"""Registered_Delivery of a DELIVER that reports; 0 is a message from a handset."""

LAYOUTS: Mapping[int, Layout] = {60: Layout.V20, 71: Layout.V30}
"""Octets of a report -> how they lie."""

SPECS: Mapping[Layout, PduSpec] = {layout: PduSpec("report", 0, report_fields(layout)) for layout in Layout}
"""A report is no PDU, but described like one."""

_NUMBER_AND_AFTER = 2
_HEAD_SIZE = 35

_READERS = {size: compile_reader(SPECS[layout].fields, "report") for size, layout in LAYOUTS.items()}
_WRITERS = {layout: compile_writer(spec.fields, spec.name) for layout, spec in SPECS.items()}
_read_head = compile_reader(SPECS[Layout.V20].fields[:-_NUMBER_AND_AFTER], "head of a report")


STATS = mainland_stats("CMPP 2.0, 7.4.5.1")
_NOTHING = mainland_report("", "", "", "", "", "")


def is_report(pdu: Pdu) -> bool:
    """Whether a DELIVER reports on a message of ours."""
    return pdu.command_id == DELIVER and pdu.fields["Registered_Delivery"] == REPORT


def parse_report(pdu: Pdu) -> ReceiptFields:
    """Read a report; never fails. `err` is "": CMPP puts codes into Stat."""
    content: bytes = pdu.fields.get("content", b"")
    if len(content) < _HEAD_SIZE:
        return _NOTHING
    fields, _ = _READERS.get(len(content), _read_head)(content, 0)
    return mainland_report(
        fields["Msg_Id"].hex(),
        fields["Stat"],
        "",
        fields["Submit_time"],
        fields["Done_time"],
        fields.get("Dest_terminal_Id", ""),
    )


def read_report(content: bytes) -> dict[str, Any]:
    """All fields by the document's names; empty when the content has neither of the two lengths."""
    read = _READERS.get(len(content))
    return {} if read is None else read(content, 0)[0]


def report_content(layout: Layout, **fields: object) -> bytes:
    """The content of a report, for a DELIVER: Msg_Id, Stat, Submit_time, Done_time (`report_time`),
    Dest_terminal_Id, SMSC_sequence; what is left out is 0 or empty. Raises FieldError."""
    spec = SPECS[layout]
    for name in fields.keys() - set(spec.names):
        raise FieldError(spec.name, name, *NOT_A_FIELD)
    return _WRITERS[layout](**fields)
