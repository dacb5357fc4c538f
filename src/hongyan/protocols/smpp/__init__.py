"""SMPP 3.4 without I/O: codec, receipts, and sessions for both sides.

Front doors: `ClientSession`, `ServerSession`, `submit_encoder`, `decode`/`encode`, `parse_receipt`, `status_of`.
"""

from hongyan.protocols.session.states import Role, State
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.smpp.client import ClientSession, Credentials
from hongyan.protocols.smpp.codec import Pdu, Unreadable, decode, encode, encode_pdu
from hongyan.protocols.smpp.content import Content, read_content, text_of
from hongyan.protocols.smpp.encoders import RECEIPT, UDHI, MessageEncoder, deliver_encoder, submit_encoder
from hongyan.protocols.smpp.json_form import from_json, to_json
from hongyan.protocols.smpp.receipt import content_of, is_receipt, parse_receipt, receipt_text
from hongyan.protocols.smpp.server import ServerSession
from hongyan.protocols.smpp.status import status_of
from hongyan.protocols.wire.reports import ReceiptFields
from hongyan.protocols.wire.statuses import Status

__all__ = [
    "RECEIPT",
    "UDHI",
    "ClientSession",
    "Content",
    "Credentials",
    "MessageEncoder",
    "Pdu",
    "ReceiptFields",
    "Role",
    "ServerSession",
    "State",
    "Status",
    "Timing",
    "Unreadable",
    "content_of",
    "decode",
    "deliver_encoder",
    "encode",
    "encode_pdu",
    "from_json",
    "is_receipt",
    "parse_receipt",
    "read_content",
    "receipt_text",
    "status_of",
    "submit_encoder",
    "text_of",
    "to_json",
]
