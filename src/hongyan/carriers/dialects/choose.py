"""From what is set for a channel to the dialect, or the two of them, that its links speak."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from hongyan.carriers.channels.passwords import Passwords
from hongyan.carriers.channels.settings import (
    ChannelSettings,
    CmppSettings,
    Common,
    SgipSettings,
    SmgpSettings,
    SmppSettings,
)
from hongyan.carriers.connection import OPEN_REQUESTS
from hongyan.carriers.dialects.cmpp import CmppAccount, CmppDialect
from hongyan.carriers.dialects.port import Dialect
from hongyan.carriers.dialects.sgip import SgipAccount, SgipDialect
from hongyan.carriers.dialects.smgp import SmgpAccount, SmgpDialect
from hongyan.carriers.dialects.smpp import SmppAccount, SmppDialect
from hongyan.kernel.clock import Clock
from hongyan.protocols.cmpp.login import V20, V21, V30
from hongyan.protocols.session.states import Mode
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.smgp.login import LOGIN_MODES

_CMPP_VERSIONS = {"2.0": V20, "2.1": V21, "3.0": V30}
_PAIR: tuple[Mode, ...] = ("transmitter", "receiver")
_SMGP_MODES: dict[int | str, tuple[Mode, ...]] = {
    **{number: (mode,) for number, mode in LOGIN_MODES.items()},
    "pair": _PAIR,
}
_SMPP_MODES: dict[str, tuple[Mode, ...]] = {"transceiver": ("transceiver",), "pair": _PAIR}


def dialects_of(settings: ChannelSettings, passwords: Passwords, clock: Clock) -> tuple[Dialect, ...]:
    """One dialect, or one to submit with and one to receive with. Raises FieldError for what the protocol cannot say."""
    return _BUILDERS[type(settings)](settings, passwords, clock)


def timing_of(settings: Common, heartbeat_seconds: int) -> Timing:
    """Limits of a session; silence in SGIP is the carrier's business, which closes idle connections."""
    return Timing(
        window=settings.window,
        open_requests=OPEN_REQUESTS,
        answer_timeout=settings.answer_timeout_seconds,
        enquire_idle=heartbeat_seconds,
    )


def _cmpp(settings: CmppSettings, passwords: Passwords, clock: Clock) -> tuple[Dialect, ...]:
    fields: dict[str, int | str] = {
        "Service_Id": settings.service_id,
        "Fee_UserType": settings.fee_user_type,
        "FeeType": settings.fee_type,
        "FeeCode": settings.fee_code,
        "Msg_src": settings.source,
    }
    account = CmppAccount(settings.login, passwords.password, _CMPP_VERSIONS[settings.version], fields)
    return (CmppDialect(account, timing_of(settings, settings.heartbeat_seconds), clock),)


def _sgip(settings: SgipSettings, passwords: Passwords, clock: Clock) -> tuple[Dialect, ...]:
    fields: dict[str, int | str] = {
        "CorpId": settings.corp_id,
        "ServiceType": settings.service_type,
        "FeeType": settings.fee_type,
        "FeeValue": settings.fee_value,
        "GivenValue": settings.given_value,
        "AgentFlag": settings.agent_flag,
        "MorelatetoMTFlag": settings.more_late_to_mt,
    }
    account = SgipAccount(
        settings.login,
        passwords.password,
        settings.node,
        settings.expected_login,
        passwords.expected,
        fields,
    )
    first = random.getrandbits(32)  # two starts in one second must not give the same ids
    return (SgipDialect(account, timing_of(settings, 0), clock, first=first),)


def _smgp(settings: SmgpSettings, passwords: Passwords, clock: Clock) -> tuple[Dialect, ...]:
    fields: dict[str, int | str] = {
        "ServiceID": settings.service_id,
        "FeeType": settings.fee_type,
        "FeeCode": settings.fee_code,
        "FixedFee": settings.fixed_fee,
    }
    tlvs = {"MsgSrc": settings.msg_src} if settings.msg_src else {}
    timing = timing_of(settings, settings.heartbeat_seconds)
    return tuple(
        SmgpDialect(
            SmgpAccount(settings.login, passwords.password, mode, settings.version, fields, tlvs),
            timing,
            clock,
        )
        for mode in _SMGP_MODES[settings.login_mode]
    )


def _smpp(settings: SmppSettings, passwords: Passwords, clock: Clock) -> tuple[Dialect, ...]:
    timing = timing_of(settings, settings.heartbeat_seconds)
    return tuple(
        SmppDialect(
            SmppAccount(
                settings.login,
                passwords.password,
                mode,
                settings.system_type,
                settings.source_ton,
                settings.source_npi,
                settings.receipt_ids,
                settings.default_alphabet,
                settings.ia5_alphabet,
            ),
            timing,
        )
        for mode in _SMPP_MODES[settings.mode]
    )


_BUILDERS: dict[type[ChannelSettings], Callable[[Any, Passwords, Clock], tuple[Dialect, ...]]] = {
    CmppSettings: _cmpp,
    SgipSettings: _sgip,
    SmgpSettings: _smgp,
    SmppSettings: _smpp,
}
"""A row for each protocol."""
