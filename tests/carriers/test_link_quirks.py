"""Whole channels against carriers with habits of their own: pairs of logins, other versions, ids written in two ways."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from link_world import LinkWorld
from switchboard_world import SwitchboardWorld, opened_world

from hongyan.carriers import link as link_module
from hongyan.carriers.channels.passwords import Passwords
from hongyan.carriers.channels.reading import make_settings
from hongyan.carriers.dialects.choose import dialects_of
from hongyan.carriers.endings import because
from hongyan.carriers.link import LinkSettings
from hongyan.carriers.samples import LinkSample
from hongyan.carriers.simulator import control
from hongyan.carriers.simulator.networks import NetworkName
from hongyan.carriers.simulator.process import Options, running
from hongyan.carriers.switchboard import ChannelSetup
from hongyan.kernel.clock import SystemClock
from hongyan.kernel.text import Repertoire
from hongyan.messaging.route import Channel
from hongyan.storage.port import RECEIPT_MATCHED


@pytest.mark.parametrize(
    ("writing", "answered", "reported", "kept"),
    [
        ("hex_to_decimal", "007C9F2A10", "2090805776", "7c9f2a10"),
        ("decimal_to_hex", "2090805776", "007C9F2A10", "2090805776"),
        ("number", "00BBA622", "bba622", "bba622"),
    ],
)
async def test_a_receipt_with_its_id_in_another_writing_finds_its_message(
    world: LinkWorld, writing: str, answered: str, reported: str, kept: str
) -> None:
    carrier = await world.start(receipt_ids=writing)
    message_id = await world.road.send_one()
    carrier.accept(await carrier.next_submit(), answered)
    await world.until(lambda: world.road.answers(message_id), "the answer is stored")
    assert await carrier.answer_to(carrier.receipt(reported)) == 0
    await world.state(message_id, "delivered")
    assert world.road.counted.receipts == {RECEIPT_MATCHED: 1}
    ((carrier_id,),) = world.road.store.rows(
        "SELECT carrier_id FROM submission WHERE message_id = ?", message_id
    )
    assert carrier_id == kept


@asynccontextmanager
async def simulated(folder: Path, network: NetworkName, **scenario: Any) -> AsyncIterator[int]:
    """The port of one simulated network, whose receipts come at once."""
    data = folder / "carriers"
    async with running(Options(data=data, networks=(network,))) as ready:
        whole = {"receipts": {"delay": {"max": 0.02}}, **scenario}
        await control.call(data, control.ScenarioCommand(replace=whole))
        yield ready.networks[network].port


def setup_of(protocol: str, port: int, **settings: object) -> ChannelSetup:
    made = make_settings(
        protocol,  # type: ignore[arg-type]
        {"host": "127.0.0.1", "port": port, "access_number": "1069000012", **settings},
    )
    return ChannelSetup(
        route=Channel(1, "telecom", "1069000012", repertoire=Repertoire.UCS2_ONLY),
        version=1,
        where=LinkSettings("127.0.0.1", port),
        dialects=dialects_of(made, Passwords("hongyan"), SystemClock()),
    )


def links(world: SwitchboardWorld) -> tuple[LinkSample, ...]:
    (channel,) = world.switchboard.samples()
    return channel.links


async def test_an_smgp_pair_submits_on_one_login_and_hears_of_it_on_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with simulated(tmp_path, "telecom") as port, opened_world(tmp_path, monkeypatch) as world:
        await world.use(setup_of("smgp", port, login="hongyan", login_mode="pair"))
        await world.until(lambda: world.switchboard.bound == 2, "both are logged in")
        message_id = await world.road.send_one()
        await world.until(lambda: world.road.state(message_id) == "delivered", "the report has come")
        sender, receiver = links(world)
        assert (sender.submitted, receiver.submitted, receiver.window) == (1, 0, 0)


async def test_a_gateway_of_another_version_is_left_alone_and_the_link_says_what_to_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_module, "AFTER_REFUSED_LOGIN", 0.001)
    old = {"login": {"highest_version": "2.0"}}
    async with simulated(tmp_path, "mobile", **old) as port, opened_world(tmp_path, monkeypatch) as world:
        await world.use(setup_of("cmpp", port, login="901234", version="3.0"))
        await world.until(lambda: links(world)[0].state == "refused", "the link gives up")
        (link,) = links(world)
    assert (link.reason, link.detail) == ("other_version", "version=2.0")
    assert (link.logins_refused, link.connects) == (link_module.HOPELESS_TRIES, 0)
    assert because(link.reason, link.detail, "en").endswith("with the one it offers (version=2.0)")
    assert (
        because(link.reason, link.detail, "zh")
        == "运营商使用其他协议版本：请将通道改为其提供的版本（version=2.0）"
    )
