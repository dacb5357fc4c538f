"""CMPP 2.0 and 3.0 without I/O: codec, reports, logins, and sessions for both sides.

Front doors: `ClientSession`, `ServerSession`, `submit_encoder`, `CODECS`, `parse_report`, `MsgId`, `status_of`.
"""

from hongyan.protocols.cmpp.client import ClientSession, Credentials
from hongyan.protocols.cmpp.codec import CODECS, Codec, Pdu, codec_of, encode_pdu
from hongyan.protocols.cmpp.content import read_content
from hongyan.protocols.cmpp.encoders import DeliverEncoder, SubmitEncoder, deliver_encoder, submit_encoder
from hongyan.protocols.cmpp.json_form import from_json, to_json
from hongyan.protocols.cmpp.login import V20, V21, V30
from hongyan.protocols.cmpp.msg_id import MsgId, group_ids
from hongyan.protocols.cmpp.pdus import Layout, layout_of
from hongyan.protocols.cmpp.report import is_report, parse_report, report_content
from hongyan.protocols.cmpp.server import ServerSession
from hongyan.protocols.cmpp.session import TIMING
from hongyan.protocols.cmpp.status import connect_status_of, status_of
from hongyan.protocols.wire.digests import timestamp
from hongyan.protocols.wire.mainland import UDHI, Content, text_of
from hongyan.protocols.wire.reports import ReceiptFields, report_time
from hongyan.protocols.wire.statuses import Status
from hongyan.protocols.wire.table import Unreadable

__all__ = [
    "CODECS",
    "TIMING",
    "UDHI",
    "V20",
    "V21",
    "V30",
    "ClientSession",
    "Codec",
    "Content",
    "Credentials",
    "DeliverEncoder",
    "Layout",
    "MsgId",
    "Pdu",
    "ReceiptFields",
    "ServerSession",
    "Status",
    "SubmitEncoder",
    "Unreadable",
    "codec_of",
    "connect_status_of",
    "deliver_encoder",
    "encode_pdu",
    "from_json",
    "group_ids",
    "is_report",
    "layout_of",
    "parse_report",
    "read_content",
    "report_content",
    "report_time",
    "status_of",
    "submit_encoder",
    "text_of",
    "timestamp",
    "to_json",
]
