"""How long a sender may be: refused where it is configured and where a message is routed, never cut."""

from __future__ import annotations

import pytest

from hongyan.carriers.channels import ChannelRecord, ChannelState, routing_view
from hongyan.carriers.channels.reading import make_settings
from hongyan.carriers.channels.settings import SETTINGS, ProtocolName
from hongyan.config import read_settings
from hongyan.kernel.errors import Misconfigured, Refused
from hongyan.messaging.route import LONGEST_SENDER, Channel

LEAST: dict[ProtocolName, dict[str, object]] = {
    "cmpp": {"login": "901234"},
    "sgip": {"login": "sp", "node": 3_010_012_345, "corp_id": "12345"},
    "smgp": {"login": "10001234"},
    "smpp": {"login": "hongyan"},
}


def channel(protocol: ProtocolName, access_number: str, **others: object) -> Channel:
    """The channel as routing sees it. Raises Refused for settings that cannot be."""
    values = {"host": "10.0.0.1", "access_number": access_number, **LEAST[protocol], **others}
    settings = make_settings(protocol, values)
    return routing_view(ChannelRecord(100, "c", protocol, settings, ChannelState.ACTIVE, 1, 0, b""))


@pytest.mark.parametrize("protocol", SETTINGS)
def test_an_access_number_that_is_too_long_is_refused_with_its_field(protocol: ProtocolName) -> None:
    assert channel(protocol, "1" * LONGEST_SENDER).sender("") == "1" * LONGEST_SENDER
    with pytest.raises(Refused) as caught:
        channel(protocol, "1" * (LONGEST_SENDER + 1))
    assert (caught.value.code, caught.value.facts["field"]) == ("channel.invalid", "access_number")
    assert "20" in str(caught.value.facts["reason"])


@pytest.mark.parametrize("protocol", SETTINGS)
def test_an_extension_code_has_what_the_access_number_leaves(protocol: ProtocolName) -> None:
    found = channel(protocol, "10690000")
    assert found.sender("9" * 12) == "10690000" + "9" * 12
    assert found.sender("9" * 13) is None


def test_a_sender_of_the_kind_of_names_has_eleven_characters() -> None:
    digits = channel("smpp", "10690000", source_ton=5)
    assert digits.sender("123") == "10690000123"
    assert digits.sender("1234") is None
    name = channel("smpp", "HONGYAN", source_ton=5)
    assert name.sender("") == "HONGYAN"
    assert name.sender("1") is None
    with pytest.raises(Refused) as caught:
        channel("smpp", "1" * 12, source_ton=5)
    assert caught.value.facts["field"] == "access_number"


def test_the_access_number_of_the_environment_is_checked_at_the_start() -> None:
    assert read_settings({"HONGYAN_ACCESS_NUMBER": "1" * LONGEST_SENDER}).access_number
    with pytest.raises(Misconfigured, match="20"):
        read_settings({"HONGYAN_ACCESS_NUMBER": "1" * (LONGEST_SENDER + 1)})
