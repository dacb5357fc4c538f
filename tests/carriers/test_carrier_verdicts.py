"""What refused for good means: for every carrier, for this one, or that the number is another one's."""

from __future__ import annotations

from pathlib import Path

import pytest
from link_world import LinkWorld
from road_world import ACCESS_NUMBER, CHANNEL

from hongyan.carriers.codes import CodeClass, Phase, explain
from hongyan.carriers.dialects.smpp import SmppDialect
from hongyan.carriers.dialects.verdicts import verdict
from hongyan.kernel.errors import Retry
from hongyan.messaging.dispatch import AnswerKind
from hongyan.messaging.route import Channel
from hongyan.protocols.cmpp.status import RESULTS as CMPP
from hongyan.protocols.sgip.status import STATUSES as SGIP
from hongyan.protocols.smgp.status import STATUSES as SMGP
from hongyan.protocols.smpp.status import STATUSES as SMPP
from hongyan.protocols.wire.errors import FieldError
from hongyan.protocols.wire.statuses import Status

TABLES = {"cmpp": CMPP, "sgip": SGIP, "smgp": SMGP, "smpp": SMPP}
ABOUT_THE_MESSAGE = {
    CodeClass.CONTENT,
    CodeClass.BLACKLIST,
    CodeClass.EMPTY_NUMBER,
    CodeClass.SUSPENDED,
    CodeClass.OFF_OR_UNREACHABLE,
    CodeClass.MEMORY_FULL,
    CodeClass.HANDSET,
    CodeClass.EXPIRED,
}
"""Every carrier would say the same."""
IN_DOUBT = {CodeClass.INTERNAL, CodeClass.UNKNOWN}
RINVSRCADR, RINVDSTADR = 0x0A, 0x0B


@pytest.mark.parametrize(
    ("protocol", "status", "kind"),
    [
        ("cmpp", 5, AnswerKind.ELSEWHERE),  # fee code
        ("cmpp", 7, AnswerKind.ELSEWHERE),  # service id
        ("cmpp", 9, AnswerKind.WRONG_CARRIER),
        ("cmpp", 10, AnswerKind.ELSEWHERE),  # sender number
        ("cmpp", 11, AnswerKind.ELSEWHERE),  # Msg_src
        ("cmpp", 13, AnswerKind.REFUSED),  # destination number
        ("cmpp", 14, AnswerKind.REFUSED),  # reserved
        ("cmpp", 150, AnswerKind.REFUSED),  # vendor's
        ("sgip", 6, AnswerKind.REFUSED),  # phone number
        ("sgip", 23, AnswerKind.WRONG_CARRIER),
        ("sgip", 50, AnswerKind.REFUSED),  # content
        ("sgip", 54, AnswerKind.REFUSED),  # no answer in time: it may be under way
        ("sgip", 69, AnswerKind.REFUSED),  # blacklist
        ("sgip", 76, AnswerKind.REFUSED),  # information security
        ("sgip", 102, AnswerKind.ELSEWHERE),  # SPNumber not allocated
        ("sgip", 182, AnswerKind.ELSEWHERE),  # daily volume
        ("smgp", 33, AnswerKind.ELSEWHERE),  # fee code
        ("smgp", 39, AnswerKind.WRONG_CARRIER),
        ("smgp", 43, AnswerKind.ELSEWHERE),  # service id
        ("smgp", 46, AnswerKind.ELSEWHERE),  # sender number
        ("smgp", 47, AnswerKind.REFUSED),  # destination number
        ("smgp", 75, AnswerKind.ELSEWHERE),  # daily volume
        ("smgp", 130, AnswerKind.REFUSED),  # vendor's
        ("smpp", 0x0A, AnswerKind.ELSEWHERE),  # source address
        ("smpp", 0x0B, AnswerKind.REFUSED),  # destination address
        ("smpp", 0x15, AnswerKind.ELSEWHERE),  # service type
        ("smpp", 0x45, AnswerKind.REFUSED),  # no cause given
        ("smpp", 0x411, AnswerKind.REFUSED),  # vendor's
    ],
)
def test_a_refusal_says_whether_another_channel_may_take_it(
    protocol: str, status: int, kind: AnswerKind
) -> None:
    assert verdict(protocol, Status(status, "NAME", "refused", "", "", "")) == (kind, "NAME")


@pytest.mark.parametrize("protocol", TABLES)
def test_nothing_goes_elsewhere_for_what_is_wrong_with_the_message_or_may_have_been_taken(
    protocol: str,
) -> None:
    for row in TABLES[protocol]:
        kind = verdict(protocol, row._replace(kind="refused") if row.kind == "ok" else row).kind
        known = explain(str(row.code), protocol, Phase.ANSWER).row
        if row.kind == "refused":
            goes = known.retry is Retry.ELSEWHERE and known.code_class not in ABOUT_THE_MESSAGE | IN_DOUBT
            assert (kind is not AnswerKind.REFUSED) is goes, row
        assert kind is not AnswerKind.WRONG_CARRIER or known.code_class is CodeClass.ROUTE


async def test_over_a_link_a_refused_sender_goes_by_the_next_channel(tmp_path: Path) -> None:
    channels = (Channel(CHANNEL, "main", ACCESS_NUMBER), Channel(2, "second", "106999", priority=1))
    async with LinkWorld(tmp_path, channels=channels) as world:
        carrier = await world.start()
        for status, state, channel_id in ((RINVSRCADR, "accepted", 2), (RINVDSTADR, "failed", CHANNEL)):
            message_id = await world.road.send_one()
            carrier.refuse(await carrier.next_submit(), status)
            await world.until(lambda: world.road.answers(message_id), "the refusal is stored")  # noqa: B023
            assert (world.road.state(message_id), world.road.stored(message_id, "channel_id")) == (
                state,
                channel_id,
            )
        assert await world.stopped(), "everything is stored, also what had to be looked up"


async def test_what_a_protocol_cannot_say_may_go_by_another_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(*_: object) -> bytes:
        raise FieldError("submit_sm", "source_addr", "is too long")

    monkeypatch.setattr(SmppDialect, "body", cannot)
    channels = (Channel(CHANNEL, "main", ACCESS_NUMBER), Channel(2, "second", "106999", priority=1))
    async with LinkWorld(tmp_path, channels=channels) as world:
        await world.start()
        message_id = await world.road.send_one()
        await world.until(lambda: world.road.answers(message_id), "the refusal is stored")
        assert (world.road.state(message_id), world.road.stored(message_id, "channel_id")) == ("accepted", 2)
        ((*_, error),) = world.road.answers(message_id)
        assert error.startswith("encode: ")
