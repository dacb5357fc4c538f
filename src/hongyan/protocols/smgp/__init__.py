"""SMGP 3.0.3 without I/O: codec, reports, logins, and sessions for both sides.

Front doors: `ClientSession`, `ServerSession`, `submit_encoder`, `decode`/`encode`, `parse_report`, `MsgId`, `status_of`.
"""

from hongyan.protocols.smgp.client import ClientSession, Credentials
from hongyan.protocols.smgp.codec import Pdu, decode, encode, encode_pdu
from hongyan.protocols.smgp.content import read_content
from hongyan.protocols.smgp.encoders import (
    DeliverEncoder,
    SubmitEncoder,
    deliver_encoder,
    recv_time,
    submit_encoder,
)
from hongyan.protocols.smgp.json_form import from_json, to_json
from hongyan.protocols.smgp.login import LOGIN_MODES, VERSION
from hongyan.protocols.smgp.msg_id import MsgId
from hongyan.protocols.smgp.report import (
    REPORT,
    is_report,
    parse_report,
    report_content,
    report_text,
)
from hongyan.protocols.smgp.server import ServerSession
from hongyan.protocols.smgp.session import TIMING
from hongyan.protocols.smgp.status import status_of
from hongyan.protocols.wire.digests import timestamp
from hongyan.protocols.wire.mainland import UDHI, Content, text_of
from hongyan.protocols.wire.reports import ReceiptFields, report_time
from hongyan.protocols.wire.statuses import Status
from hongyan.protocols.wire.table import Unreadable

__all__ = [
    "LOGIN_MODES",
    "REPORT",
    "TIMING",
    "UDHI",
    "VERSION",
    "ClientSession",
    "Content",
    "Credentials",
    "DeliverEncoder",
    "MsgId",
    "Pdu",
    "ReceiptFields",
    "ServerSession",
    "Status",
    "SubmitEncoder",
    "Unreadable",
    "decode",
    "deliver_encoder",
    "encode",
    "encode_pdu",
    "from_json",
    "is_report",
    "parse_report",
    "read_content",
    "recv_time",
    "report_content",
    "report_text",
    "report_time",
    "status_of",
    "submit_encoder",
    "text_of",
    "timestamp",
    "to_json",
]
