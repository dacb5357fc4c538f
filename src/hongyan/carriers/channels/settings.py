"""What is set for a channel: one record for each protocol. What a field means, and what it may be, stands in `fields`.

Defaults are stored with the channel, so that a later version's other default changes no channel that runs.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from hongyan.kernel.text import Repertoire
from hongyan.messaging.route import LONGEST_SENDER
from hongyan.protocols.smpp.content import AlphabetName
from hongyan.protocols.smpp.message_ids import Writing

ProtocolName = Literal["cmpp", "sgip", "smgp", "smpp"]

NAME: Final = 5
"""source_ton of a sender that is a name (SMPP 3.4, 5.2.5)."""
LONGEST_NAME: Final = 11
"""Characters of a name (SMPP 3.4, 5.2.5; 3GPP TS 23.040, 9.1.2.5)."""


_REPERTOIRES: Final[dict[AlphabetName, Repertoire]] = {
    "gsm": Repertoire.GSM,
    "latin-1": Repertoire.LATIN_1,
    "ascii": Repertoire.ASCII,
}


class Common(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the carrier is, how much it takes, and which messages go there."""

    host: str
    port: int
    login: str
    access_number: str
    connections: int = 1
    window: int
    rate: int = 0
    link_rate: int = 0
    answer_timeout_seconds: int = 60
    countries: tuple[str, ...] = ("CN",)
    carriers: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    accounts: tuple[int, ...] = ()
    priority: int = 0
    weight: int = 1
    cost: int = 0

    @property
    def longest_sender(self) -> int:
        """Characters of access number and extension code together."""
        return LONGEST_SENDER

    @property
    def repertoire(self) -> Repertoire:
        """What goes otherwise than in UCS-2: nothing, in the Chinese protocols, whose format 0 is ASCII."""
        return Repertoire.UCS2_ONLY


class CmppSettings(Common, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """China Mobile."""

    port: int = 7890
    window: int = 16
    heartbeat_seconds: int = 60
    version: str = "2.0"
    service_id: str = ""
    msg_src: str = ""
    fee_user_type: int = 2
    fee_type: str = "01"
    fee_code: str = "000000"

    @property
    def source(self) -> str:
        """Msg_src of a submit."""
        return self.msg_src or self.login


class SgipSettings(Common, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """China Unicom. We dial to submit; the carrier dials `listen_port` with reports and replies."""

    port: int = 8801
    window: int = 32
    node: int
    corp_id: str
    service_type: str = ""
    fee_type: int = 1
    fee_value: str = "0"
    given_value: str = "0"
    agent_flag: int = 0
    more_late_to_mt: int = 2
    listen_host: str = "0.0.0.0"  # noqa: S104  the carrier comes from outside
    listen_port: int = 8801
    listen_login: str = ""

    @property
    def expected_login(self) -> str:
        """Who the carrier says it is when it dials."""
        return self.listen_login or self.login


class SmgpSettings(Common, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """China Telecom."""

    port: int = 8890
    window: int = 16
    heartbeat_seconds: int = 60
    login_mode: Literal[0, 1, 2, "pair"] = 2
    version: int = 0x30
    service_id: str = ""
    msg_src: str = ""
    fee_type: str = "00"
    fee_code: str = "000000"
    fixed_fee: str = "000000"


class SmppSettings(Common, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everybody else."""

    port: int = 2775
    window: int = 64
    heartbeat_seconds: int = 60
    countries: tuple[str, ...] = ()
    mode: Literal["transceiver", "pair"] = "transceiver"
    system_type: str = ""
    source_ton: int = 3
    source_npi: int = 0
    receipt_ids: Writing = "as_is"
    default_alphabet: AlphabetName = "gsm"
    ia5_alphabet: AlphabetName = "ascii"
    tls: bool = False
    tls_verify: bool = True
    tls_ca: str = ""

    @property
    def longest_sender(self) -> int:
        """Characters of access number and extension code together; a name is shorter."""
        return LONGEST_NAME if self.source_ton == NAME else LONGEST_SENDER

    @property
    def repertoire(self) -> Repertoire:
        """What the carrier's default alphabet has of the GSM one."""
        return _REPERTOIRES[self.default_alphabet]


ChannelSettings = CmppSettings | SgipSettings | SmgpSettings | SmppSettings

SETTINGS: Final[dict[ProtocolName, type[ChannelSettings]]] = {
    "cmpp": CmppSettings,
    "sgip": SgipSettings,
    "smgp": SmgpSettings,
    "smpp": SmppSettings,
}
"""Record by protocol."""
