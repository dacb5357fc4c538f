"""SGIP 1.2 without I/O: codec, reports, and sessions for all four ends of its two kinds of connections.

Front doors: `ClientSession` (we submit), `ReverseServerSession` (a gateway dials us), `ServerSession` and
`ReverseClientSession` (the gateway's ends), `SequenceMaker`, `submit_encoder`, `decode`/`encode`, `parse_report`,
`status_of`.
"""

from hongyan.protocols.sgip.client import ClientSession, Credentials, ReverseClientSession
from hongyan.protocols.sgip.codec import Pdu, decode, encode, encode_pdu, frame_reader
from hongyan.protocols.sgip.content import read_content
from hongyan.protocols.sgip.encoders import (
    DeliverEncoder,
    ReportEncoder,
    SubmitEncoder,
    deliver_encoder,
    report_encoder,
    submit_encoder,
)
from hongyan.protocols.sgip.json_form import from_json, to_json
from hongyan.protocols.sgip.report import is_report, parse_report
from hongyan.protocols.sgip.sequence import SequenceMaker, message_id
from hongyan.protocols.sgip.server import ReverseServerSession, ServerSession
from hongyan.protocols.sgip.session import TIMING
from hongyan.protocols.sgip.status import status_of
from hongyan.protocols.wire.mainland import UDHI, Content, text_of
from hongyan.protocols.wire.reports import ReceiptFields
from hongyan.protocols.wire.statuses import Status
from hongyan.protocols.wire.table import Unreadable

__all__ = [
    "TIMING",
    "UDHI",
    "ClientSession",
    "Content",
    "Credentials",
    "DeliverEncoder",
    "Pdu",
    "ReceiptFields",
    "ReportEncoder",
    "ReverseClientSession",
    "ReverseServerSession",
    "SequenceMaker",
    "ServerSession",
    "Status",
    "SubmitEncoder",
    "Unreadable",
    "decode",
    "deliver_encoder",
    "encode",
    "encode_pdu",
    "frame_reader",
    "from_json",
    "is_report",
    "message_id",
    "parse_report",
    "read_content",
    "report_encoder",
    "status_of",
    "submit_encoder",
    "text_of",
    "to_json",
]
