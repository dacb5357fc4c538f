"""The PDUs and optional parameters of SMPP 3.4 (issue 1.2), as data.

Section numbers are those of that document. Field names are its own, in snake case.
"""

from __future__ import annotations

from hongyan.protocols.wire.fields import Blob, Choice, CString, Field, PduSpec, Repeated, UInt
from hongyan.protocols.wire.tlv import Kind, Tlv, TlvTable

RESPONSE = 0x80000000
"""Set in the command id of every response."""

BIND_RECEIVER = 0x00000001
BIND_TRANSMITTER = 0x00000002
QUERY_SM = 0x00000003
SUBMIT_SM = 0x00000004
DELIVER_SM = 0x00000005
UNBIND = 0x00000006
REPLACE_SM = 0x00000007
CANCEL_SM = 0x00000008
BIND_TRANSCEIVER = 0x00000009
OUTBIND = 0x0000000B
ENQUIRE_LINK = 0x00000015
SUBMIT_MULTI = 0x00000021
ALERT_NOTIFICATION = 0x00000102
DATA_SM = 0x00000103
GENERIC_NACK = 0x80000000

SUBMIT_SM_RESP = SUBMIT_SM | RESPONSE
DELIVER_SM_RESP = DELIVER_SM | RESPONSE
ENQUIRE_LINK_RESP = ENQUIRE_LINK | RESPONSE
UNBIND_RESP = UNBIND | RESPONSE

_MESSAGE_ID = CString("message_id", 65)
_SHORT_MESSAGE_LIMIT = 254  # 5.2.21; longer text goes into message_payload


def _address(prefix: str, name: str, limit: int) -> tuple[Field, ...]:
    return UInt(f"{prefix}_ton"), UInt(f"{prefix}_npi"), CString(name, limit)


_SOURCE = _address("source_addr", "source_addr", 21)
_DESTINATION = _address("dest_addr", "destination_addr", 21)

# The standard gives the password 9 octets (5.2.2); providers hand out longer ones, so what a channel's
# configuration allows is checked there.
_PASSWORD = CString("password", 65)

_BIND = (
    CString("system_id", 16),
    _PASSWORD,
    CString("system_type", 13),
    UInt("interface_version"),
    UInt("addr_ton"),
    UInt("addr_npi"),
    CString("address_range", 41),
)

_MESSAGE_TAIL = (
    UInt("esm_class"),
    UInt("protocol_id"),
    UInt("priority_flag"),
    CString("schedule_delivery_time", 17),
    CString("validity_period", 17),
    UInt("registered_delivery"),
    UInt("replace_if_present_flag"),
    UInt("data_coding"),
    UInt("sm_default_msg_id"),
    UInt("sm_length"),
    Blob("short_message", "sm_length", _SHORT_MESSAGE_LIMIT),
)

_MESSAGE = (CString("service_type", 6), *_SOURCE, *_DESTINATION, *_MESSAGE_TAIL)

_MULTI_DESTINATION = Choice("dest_flag", {1: _DESTINATION, 2: (CString("dl_name", 21),)})
_UNSUCCESS = (*_DESTINATION, UInt("error_status_code", 4))


def _answer(name: str, request: int, *fields: Field) -> PduSpec:
    """A response. One that reports an error may leave its body out (4.4.2; some peers send an empty text
    instead), and so do some servers on success."""
    return PduSpec(name, request | RESPONSE, fields, empty_body_allowed=True)


SPECS: tuple[PduSpec, ...] = (
    PduSpec("bind_receiver", BIND_RECEIVER, _BIND),  # 4.1.3
    _answer("bind_receiver_resp", BIND_RECEIVER, CString("system_id", 16)),  # 4.1.4
    PduSpec("bind_transmitter", BIND_TRANSMITTER, _BIND),  # 4.1.1
    _answer("bind_transmitter_resp", BIND_TRANSMITTER, CString("system_id", 16)),  # 4.1.2
    PduSpec("bind_transceiver", BIND_TRANSCEIVER, _BIND),  # 4.1.5
    _answer("bind_transceiver_resp", BIND_TRANSCEIVER, CString("system_id", 16)),  # 4.1.6
    PduSpec("outbind", OUTBIND, (CString("system_id", 16), _PASSWORD)),  # 4.1.7
    PduSpec("unbind", UNBIND),  # 4.2.1
    PduSpec("unbind_resp", UNBIND_RESP),  # 4.2.2
    PduSpec("generic_nack", GENERIC_NACK),  # 4.3.1
    PduSpec("submit_sm", SUBMIT_SM, _MESSAGE),  # 4.4.1
    _answer("submit_sm_resp", SUBMIT_SM, _MESSAGE_ID),  # 4.4.2
    PduSpec(
        "submit_multi",
        SUBMIT_MULTI,
        (
            CString("service_type", 6),
            *_SOURCE,
            UInt("number_of_dests"),
            Repeated("dest_address", "number_of_dests", _MULTI_DESTINATION),
            *_MESSAGE_TAIL,
        ),
    ),  # 4.5.1
    _answer(
        "submit_multi_resp",
        SUBMIT_MULTI,
        _MESSAGE_ID,
        UInt("no_unsuccess"),
        Repeated("unsuccess_sme", "no_unsuccess", _UNSUCCESS),
    ),  # 4.5.2
    PduSpec("deliver_sm", DELIVER_SM, _MESSAGE),  # 4.6.1
    _answer("deliver_sm_resp", DELIVER_SM, _MESSAGE_ID),  # 4.6.2
    PduSpec(
        "data_sm",
        DATA_SM,
        (
            CString("service_type", 6),
            *_address("source_addr", "source_addr", 65),
            *_address("dest_addr", "destination_addr", 65),
            UInt("esm_class"),
            UInt("registered_delivery"),
            UInt("data_coding"),
        ),
    ),  # 4.7.1
    _answer("data_sm_resp", DATA_SM, _MESSAGE_ID),  # 4.7.2
    PduSpec("query_sm", QUERY_SM, (_MESSAGE_ID, *_SOURCE)),  # 4.8.1
    _answer(
        "query_sm_resp",
        QUERY_SM,
        _MESSAGE_ID,
        CString("final_date", 17),
        UInt("message_state"),
        UInt("error_code"),
    ),  # 4.8.2
    PduSpec(
        "cancel_sm", CANCEL_SM, (CString("service_type", 6), _MESSAGE_ID, *_SOURCE, *_DESTINATION)
    ),  # 4.9.1
    _answer("cancel_sm_resp", CANCEL_SM),  # 4.9.2
    PduSpec(
        "replace_sm",
        REPLACE_SM,
        (
            _MESSAGE_ID,
            *_SOURCE,
            CString("schedule_delivery_time", 17),
            CString("validity_period", 17),
            UInt("registered_delivery"),
            UInt("sm_default_msg_id"),
            UInt("sm_length"),
            Blob("short_message", "sm_length", _SHORT_MESSAGE_LIMIT),
        ),
    ),  # 4.10.1
    _answer("replace_sm_resp", REPLACE_SM),  # 4.10.2
    PduSpec("enquire_link", ENQUIRE_LINK),  # 4.11.1
    PduSpec("enquire_link_resp", ENQUIRE_LINK_RESP),  # 4.11.2
    PduSpec(
        "alert_notification",
        ALERT_NOTIFICATION,
        (*_address("source_addr", "source_addr", 65), *_address("esme_addr", "esme_addr", 65)),
    ),  # 4.12.1
)


def _number(tag: int, name: str, size: int) -> Tlv:
    return Tlv(tag, name, Kind.NUMBER, size)


def _octets(tag: int, name: str) -> Tlv:
    return Tlv(tag, name, Kind.OCTETS)


def _text(tag: int, name: str) -> Tlv:
    return Tlv(tag, name, Kind.TEXT)


TLVS = TlvTable(
    (
        _number(0x0005, "dest_addr_subunit", 1),  # 5.3.2.1
        _number(0x0006, "dest_network_type", 1),  # 5.3.2.3
        _number(0x0007, "dest_bearer_type", 1),  # 5.3.2.5
        _number(0x0008, "dest_telematics_id", 2),  # 5.3.2.7
        _number(0x000D, "source_addr_subunit", 1),  # 5.3.2.2
        _number(0x000E, "source_network_type", 1),  # 5.3.2.4
        _number(0x000F, "source_bearer_type", 1),  # 5.3.2.6
        _number(0x0010, "source_telematics_id", 1),  # 5.3.2.8
        _number(0x0017, "qos_time_to_live", 4),  # 5.3.2.9
        _number(0x0019, "payload_type", 1),  # 5.3.2.10
        _text(0x001D, "additional_status_info_text"),  # 5.3.2.11
        _text(0x001E, "receipted_message_id"),  # 5.3.2.12
        _number(0x0030, "ms_msg_wait_facilities", 1),  # 5.3.2.13
        _number(0x0201, "privacy_indicator", 1),  # 5.3.2.14
        _octets(0x0202, "source_subaddress"),  # 5.3.2.15
        _octets(0x0203, "dest_subaddress"),  # 5.3.2.16
        _number(0x0204, "user_message_reference", 2),  # 5.3.2.17
        _number(0x0205, "user_response_code", 1),  # 5.3.2.18
        _number(0x020A, "source_port", 2),  # 5.3.2.20
        _number(0x020B, "destination_port", 2),  # 5.3.2.21
        _number(0x020C, "sar_msg_ref_num", 2),  # 5.3.2.22
        _number(0x020D, "language_indicator", 1),  # 5.3.2.19
        _number(0x020E, "sar_total_segments", 1),  # 5.3.2.23
        _number(0x020F, "sar_segment_seqnum", 1),  # 5.3.2.24
        _number(0x0210, "sc_interface_version", 1),  # 5.3.2.25
        _number(0x0302, "callback_num_pres_ind", 1),  # 5.3.2.37
        _octets(0x0303, "callback_num_atag"),  # 5.3.2.38
        _number(0x0304, "number_of_messages", 1),  # 5.3.2.39
        _octets(0x0381, "callback_num"),  # 5.3.2.36
        _number(0x0420, "dpf_result", 1),  # 5.3.2.28
        _number(0x0421, "set_dpf", 1),  # 5.3.2.29
        _number(0x0422, "ms_availability_status", 1),  # 5.3.2.30
        _octets(0x0423, "network_error_code"),  # 5.3.2.31
        _octets(0x0424, "message_payload"),  # 5.3.2.32
        _number(0x0425, "delivery_failure_reason", 1),  # 5.3.2.33
        _number(0x0426, "more_messages_to_send", 1),  # 5.3.2.34
        _number(0x0427, "message_state", 1),  # 5.3.2.35
        _number(0x0428, "congestion_state", 1),  # SMPP 5.0, 4.8.4.18
        _octets(0x0501, "ussd_service_op"),  # 5.3.2.44
        _number(0x1201, "display_time", 1),  # 5.3.2.26
        _number(0x1203, "sms_signal", 2),  # 5.3.2.40
        _number(0x1204, "ms_validity", 1),  # 5.3.2.27
        _octets(0x130C, "alert_on_message_delivery"),  # 5.3.2.41, no value
        _number(0x1380, "its_reply_type", 1),  # 5.3.2.42
        _octets(0x1383, "its_session_info"),  # 5.3.2.43
    )
)
