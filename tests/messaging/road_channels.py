"""Four channels on the road, in their order: what their links would submit, and what their carriers answer."""

from __future__ import annotations

import asyncio
from pathlib import Path

from road_world import Road
from until import until

from hongyan.messaging.dispatch import AnswerKind
from hongyan.messaging.outgoing import Part, Said
from hongyan.messaging.route import Channel
from hongyan.storage.port import Change

FIRST, SECOND, THIRD, FOURTH = 1, 2, 3, 4
CHANNELS = tuple(
    Channel(number, f"channel {number}", f"10690000{number}", priority=number)
    for number in (FIRST, SECOND, THIRD, FOURTH)
)
CODE_VALID_SECONDS = 30 * 60
PATIENCE = 10.0
ELSEWHERE, ACCEPTED = AnswerKind.ELSEWHERE, AnswerKind.ACCEPTED
CODE = {"template": "code", "params": {"code": "123456"}}
TWO_PARTS = {"template": "long"}


async def opened_road(folder: Path, channels: tuple[Channel, ...] = CHANNELS, **others: int) -> Road:
    opened = Road(folder, channels=channels, **others)
    await look_into_the_outbox(opened)
    return opened


async def look_into_the_outbox(road: Road) -> None:
    """As links do when they begin."""
    for channel in CHANNELS:
        await road.dispatcher.refill(channel.id)


async def restarted(road: Road, *, clean: bool = False) -> Road:
    """The same data, opened again with the same channels."""
    if clean:
        await road.store.commit(Change((("storage.note_clean_stop", (), None),)))
    road.close()
    again = Road(road.folder, road.clock, channels=road.router._channels)
    for channel in again.router._channels:
        again.dispatcher.queue(channel.id).repertoire = channel.repertoire
    await look_into_the_outbox(again)
    return again


def everywhere(road: Road) -> dict[int, list[Part]]:
    """What all links would submit now."""
    return {channel.id: parts for channel in CHANNELS if (parts := road.take(channel.id))}


async def answer(
    road: Road, channel_id: int, part: Part, kind: AnswerKind = ELSEWHERE, error: str = "CMPP:9"
) -> None:
    """One answer, and wait until it is stored."""
    job, number = part
    stored = asyncio.Event()
    took = kind is ACCEPTED
    road.dispatcher.answered(
        channel_id,
        job,
        number,
        kind,
        Said(
            0 if took else 9, carrier_id=f"{channel_id}-{number}" if took else "", error="" if took else error
        ),
        stored.set,
    )
    async with asyncio.timeout(PATIENCE):
        await stored.wait()


async def refuse_everything(road: Road, channel_id: int, kind: AnswerKind = ELSEWHERE) -> None:
    for part in road.take(channel_id):
        await answer(road, channel_id, part, kind)


def receipt(road: Road, channel_id: int, carrier_id: str) -> None:
    road.receipts.came(
        channel_id, carrier_id, delivered=True, code="DELIVRD", at_ms=None, stored=lambda _stored: None
    )


async def state(road: Road, message_id: int, wanted: str) -> None:
    """Wait until a message has this state."""
    await until(lambda: road.state(message_id) == wanted, f"it is {wanted}", within=PATIENCE, pause=0)


def everywhere_open(road: Road) -> set[int]:
    """Channels in whose outbox rows something stands."""
    return {channel_id for (channel_id,) in road.store.rows("SELECT DISTINCT channel_id FROM outbox")}
