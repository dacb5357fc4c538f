"""What `/readyz` tells: ready or not, and the sentences beside it in the reader's language."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import link_samples
import pytest

from hongyan.carriers.faults import Fault
from hongyan.carriers.samples import ChannelSample, FaultSample
from hongyan.kernel.clock import beijing
from hongyan.server.http import Front
from hongyan.server.readiness import Readiness, Sentence, channel_warnings, too_many_messages

SINCE = beijing(link_samples.SINCE_MS).isoformat(timespec="seconds")


def warned(*channels: ChannelSample) -> Sentence:
    (sentence,) = channel_warnings(channels)
    return sentence


def test_what_is_in_order_is_not_spoken_of() -> None:
    assert channel_warnings([link_samples.channel(link_samples.link(), link_samples.link(name="2"))]) == []
    assert channel_warnings([]) == []


def test_a_channel_without_a_bound_link_is_named_with_the_reason() -> None:
    en, zh = warned(link_samples.channel(), link_samples.channel(link_samples.down(), id=2, name="unicom"))
    assert en == (
        f"channel unicom cannot send, no link is bound since {SINCE}: nobody listens there (10.0.0.1:7890)"
    )
    assert zh == f"通道 unicom 无法发送，自 {SINCE} 起没有已连接的链路：该地址没有服务在监听（10.0.0.1:7890）"


def test_a_channel_that_has_lost_some_of_its_links_is_named_too() -> None:
    links = (link_samples.link(), link_samples.down("connection_lost", "", name="2"))
    en, zh = warned(link_samples.channel(*links))
    assert en == f"channel mobile: 1 of 2 links bound; link 2 is not since {SINCE}: the connection broke"
    assert zh == f"通道 mobile：2 条链路中 1 条已连接；链路 2 自 {SINCE} 起未连接：连接中断"


def test_a_login_that_is_not_tried_any_more_says_what_ends_that() -> None:
    refused = link_samples.down("login_refused", "ESME_RINVPASWD", state="refused")
    en, zh = warned(link_samples.channel(refused))
    assert en.endswith("(ESME_RINVPASWD); it is not tried any more until the channel is changed")
    assert zh.endswith("（ESME_RINVPASWD）；修改通道之前不再尝试")


def test_a_channel_that_is_connecting_for_the_first_time_says_so() -> None:
    en, zh = warned(link_samples.channel(link_samples.down("", "", state="connecting")))
    assert (en[-16:], zh[-4:]) == ("it is connecting", "正在连接")


def test_a_carrier_that_answers_nothing_is_named_although_its_link_is_bound() -> None:
    said = warned(link_samples.channel(link_samples.link(reason="silent")))
    assert said.en == "channel mobile: link 1 is bound, but the carrier answers no submit"
    assert said.zh == "通道 mobile：链路 1 已连接，但运营商不应答提交"


def test_a_paused_channel_is_no_trouble() -> None:
    assert channel_warnings([link_samples.channel(link_samples.down(), submits=False)]) == []


def faulty(*, links: bool, code: str = "channel.cannot_listen") -> ChannelSample:
    fault = FaultSample(Fault(code, "0.0.0.0:8801: Address already in use"), link_samples.SINCE_MS)
    return replace(link_samples.channel(fault=fault), **({} if links else {"links": ()}))  # type: ignore[arg-type]


def test_a_channel_that_cannot_run_is_named_with_the_reason() -> None:
    en, zh = warned(faulty(links=False))
    assert en == (
        f"channel mobile does not run, since {SINCE}:"
        " it cannot listen for the carrier (0.0.0.0:8801: Address already in use)"
    )
    assert (
        zh == f"通道 mobile 自 {SINCE} 起未运行：无法监听运营商的连接（0.0.0.0:8801: Address already in use）"
    )


def test_one_that_runs_on_as_it_was_is_named_too() -> None:
    en, zh = warned(faulty(links=True))
    assert en.startswith(f"channel mobile goes on as it was configured before, since {SINCE}: it cannot")
    assert zh.startswith(f"通道 mobile 自 {SINCE} 起按原有设置继续运行：")


# -- over HTTP --------------------------------------------------------------------------------------------


async def readyz(readiness: Readiness, *headers: tuple[bytes, bytes]) -> tuple[int, Any]:
    async def nobody(*_: object) -> None:
        raise AssertionError

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    front = Front(nobody, nobody, nobody, nobody, bytes, lambda: readiness)
    await front({"type": "http", "path": "/readyz", "headers": list(headers)}, nobody, send)  # type: ignore[arg-type]
    return sent[0]["status"], json.loads(sent[1]["body"])


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ((), "31,000,000 messages are retained; SQLite is supported up to 30,000,000"),
        (
            ((b"accept-language", b"zh-CN,zh;q=0.9"),),
            "已保留 31,000,000 条短信；SQLite 最多支持 30,000,000 条",
        ),
        (((b"accept-language", b"fr, en;q=0.5, zh;q=0.1"),), "31,000,000 messages are retained"),
        (((b"accept-language", b"\xff\x00;q=x"),), "31,000,000 messages are retained"),
    ],
)
async def test_warnings_come_in_the_readers_language(headers: Any, words: str) -> None:
    warning = too_many_messages(31_000_000, 30_000_000)
    status, body = await readyz(Readiness({"store": True}, [warning]), *headers)
    assert status == 200, "a warning stops nothing"
    assert body["parts"] == {"store": True}
    (said,) = body["warnings"]
    assert said.startswith(words)


async def test_one_part_out_of_order_is_not_ready() -> None:
    status, body = await readyz(Readiness({"store": True, "carrier": False}, []))
    assert (status, body) == (503, {"parts": {"store": True, "carrier": False}, "warnings": []})
