"""A channel that cannot run as it is configured says why, and keeps no other one down."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from switchboard_world import SwitchboardWorld, opened_world

from hongyan.carriers.dialects.sgip import SgipAccount, SgipDialect
from hongyan.carriers.faults import FAULTS, Fault, fault_of
from hongyan.carriers.listener import ListenerSettings
from hongyan.carriers.samples import ChannelSample
from hongyan.carriers.switchboard import ChannelSetup, Unusable
from hongyan.kernel.errors import Misconfigured
from hongyan.messaging.route import Channel
from hongyan.protocols.session.timing import Timing

MOBILE, UNICOM = 1, 2
FAULT = Fault("channel.certificate", "/x.pem: No such file or directory")


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SwitchboardWorld]:
    async with opened_world(tmp_path, monkeypatch) as opened:
        yield opened


@contextmanager
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken.getsockname()[1]


def dialled(world: SwitchboardWorld, port: int) -> ChannelSetup:
    """A channel whose carrier dials us at this port; we dial the carrier in vain."""
    dialect = SgipDialect(SgipAccount("us", "ours", 3010012345, "smg", "theirs"), Timing(), world.road.clock)
    listener = ListenerSettings("127.0.0.1", port)
    return replace(world.setup(UNICOM, "unicom"), dialects=(dialect,), listener=listener)


def unusable(world: SwitchboardWorld, version: int | None, *, readable: bool = True) -> Unusable:
    route = world.setup(MOBILE, "mobile").route if readable else None
    return Unusable(MOBILE, "mobile", "SMPP", FAULT, route, version)


def sample(world: SwitchboardWorld, channel_id: int) -> ChannelSample:
    (found,) = [each for each in world.switchboard.samples() if each.id == channel_id]
    return found


async def test_a_port_that_is_taken_keeps_no_other_channel_down(world: SwitchboardWorld) -> None:
    with taken_port() as port:
        await world.use(dialled(world, port), world.setup(MOBILE, "mobile"))
        await world.until(lambda: world.switchboard.bound == 1, "the other one runs")
        seen = sample(world, UNICOM)
        assert seen.fault is not None
        assert seen.fault.fault == Fault("channel.cannot_listen", f"127.0.0.1:{port}: Address already in use")
        assert (seen.name, seen.protocol, seen.up, seen.sends, seen.links) == (
            *("unicom", "SGIP 1.2"),
            *(False, False, ()),
        )
        assert sample(world, MOBILE).fault is None
    assert world.switchboard.faulty
    await world.use(dialled(world, port), world.setup(MOBILE, "mobile"))
    assert not world.switchboard.faulty
    assert sample(world, UNICOM).listener is not None
    assert len(world.carriers["mobile"].connections) == 1, "the other one was not touched"


async def test_messages_go_by_another_channel_and_wait_when_there_is_none(world: SwitchboardWorld) -> None:
    second = replace(world.setup(UNICOM, "unicom"), route=Channel(UNICOM, "second", "1069000012", priority=5))
    await world.use(unusable(world, 1), second)
    elsewhere = await world.road.send_one()
    assert (world.road.stored(elsewhere, "channel_id"), world.road.stored(elsewhere, "passed_over")) == (
        UNICOM,
        "1:down",
    )
    await world.use(unusable(world, 1))
    waits = await world.road.send_one()
    assert world.road.stored(waits, "channel_id") == MOBILE
    await world.use(world.setup(MOBILE, "mobile"))
    carrier = await world.carriers["mobile"].link()
    carrier.accept(await carrier.next_submit(), "c-1")
    await world.until(lambda: world.road.answers(waits), "it has left")


async def test_one_that_runs_goes_on_while_nothing_it_logs_in_with_has_changed(
    world: SwitchboardWorld,
) -> None:
    await world.use(world.setup(MOBILE, "mobile"))
    await world.until(lambda: world.switchboard.bound == 1, "it runs")
    for broken in (unusable(world, 1), unusable(world, None, readable=False)):
        await world.use(broken)
        seen = sample(world, MOBILE)
        assert seen.fault is not None
        assert (seen.up, seen.bound) == (True, 1)
        assert world.road.stored(await world.road.send_one(), "channel_id") == MOBILE
    assert len(world.carriers["mobile"].connections) == 1


async def test_one_whose_new_settings_cannot_run_stops(world: SwitchboardWorld) -> None:
    await world.use(world.setup(MOBILE, "mobile"))
    await world.until(lambda: world.switchboard.bound == 1, "it runs")
    await world.use(unusable(world, 2))
    assert (world.switchboard.bound, sample(world, MOBILE).up) == (0, False)


async def test_a_fault_is_logged_once_and_known_since_then(world: SwitchboardWorld) -> None:
    with capture_logs() as log:
        for _ in range(3):
            await world.use(unusable(world, 1))
            world.road.clock.advance(5)
    (said,) = [line for line in log if line["event"] == "a channel cannot run as it is configured"]
    assert said["why"] == FAULT.words("en")
    seen = sample(world, MOBILE)
    assert seen.fault is not None
    assert seen.fault.since_ms == world.road.clock.now_ms() - 15_000
    await world.use()
    assert (world.switchboard.samples(), world.switchboard.faulty) == ([], False)


# -- words ------------------------------------------------------------------------------------------------


def test_a_fault_is_told_in_both_languages_with_what_the_system_says() -> None:
    assert (
        FAULT.words("en")
        == "its file of certificates (tls_ca) cannot be read on this machine (/x.pem: No such file or directory)"
    )
    assert FAULT.words("zh-CN") == "本机无法读取其证书文件（tls_ca）（/x.pem: No such file or directory）"


def test_an_error_without_a_row_says_itself() -> None:
    stranger = Misconfigured("identity.no_root", en="there is no root", zh="没有根账号")
    assert fault_of(stranger).words("en") == "identity.no_root (there is no root)"
    known = Misconfigured("vault.damaged", en="long words", zh="长句")
    assert fault_of(known).words("en") == FAULTS["vault.damaged"].en
