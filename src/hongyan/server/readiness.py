"""What `/readyz` says: which parts are in order, and what an operator should know although nothing stops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hongyan.carriers.endings import SILENT, because
from hongyan.carriers.link import LinkState
from hongyan.carriers.samples import ChannelSample, FaultSample, LinkSample
from hongyan.kernel.clock import beijing
from hongyan.kernel.languages import in_language


class Sentence(NamedTuple):
    """For people."""

    en: str
    zh: str

    def words(self, language: str) -> str:
        """The sentence in `language`; anything that is not Chinese reads English."""
        return in_language(language, en=self.en, zh=self.zh)


@dataclass(frozen=True, slots=True)
class Readiness:
    """`parts`: what must work to serve. `warnings`: what stops nothing."""

    parts: dict[str, bool]
    warnings: list[Sentence]

    @property
    def ready(self) -> bool:
        """Whether requests should come here."""
        return all(self.parts.values())


def too_many_messages(retained: int, supported: int) -> Sentence:
    """More messages are kept than SQLite is meant for."""
    return Sentence(
        f"{retained:,} messages are retained; SQLite is supported up to {supported:,}",
        f"已保留 {retained:,} 条短信；SQLite 最多支持 {supported:,} 条",
    )


def channel_warnings(channels: Sequence[ChannelSample]) -> list[Sentence]:
    """Channels that cannot run as they are configured; those that should send and have links that are not bound, with the
    reason of the first of them; those whose carrier answers nothing."""
    return [
        *(_faulty(channel, channel.fault) for channel in channels if channel.fault is not None),
        *(
            _unbound(channel)
            for channel in channels
            if channel.submits and channel.bound < len(channel.links)
        ),
        *(
            Sentence(
                f"channel {channel.name}: link {link.name} is bound, but the carrier answers no submit",
                f"通道 {channel.name}：链路 {link.name} 已连接，但运营商不应答提交",
            )
            for channel in channels
            for link in channel.links
            if link.reason == SILENT
        ),
    ]


def _faulty(channel: ChannelSample, known: FaultSample) -> Sentence:
    since = beijing(known.since_ms).isoformat(timespec="seconds")
    en, zh = (known.fault.words(language) for language in ("en", "zh"))
    if channel.links:
        return Sentence(
            f"channel {channel.name} goes on as it was configured before, since {since}: {en}",
            f"通道 {channel.name} 自 {since} 起按原有设置继续运行：{zh}",
        )
    return Sentence(
        f"channel {channel.name} does not run, since {since}: {en}",
        f"通道 {channel.name} 自 {since} 起未运行：{zh}",
    )


def _unbound(channel: ChannelSample) -> Sentence:
    bound, total = channel.bound, len(channel.links)
    link = next(link for link in channel.links if link.state != LinkState.BOUND.value)
    en, zh = _why(link)
    since = beijing(link.since_ms).isoformat(timespec="seconds")
    if bound:
        return Sentence(
            f"channel {channel.name}: {bound} of {total} links bound; link {link.name} is not since {since}: {en}",
            f"通道 {channel.name}：{total} 条链路中 {bound} 条已连接；链路 {link.name} 自 {since} 起未连接：{zh}",
        )
    return Sentence(
        f"channel {channel.name} cannot send, no link is bound since {since}: {en}",
        f"通道 {channel.name} 无法发送，自 {since} 起没有已连接的链路：{zh}",
    )


def _why(link: LinkSample) -> Sentence:
    if not link.reason:
        return Sentence("it is connecting", "正在连接")
    en, zh = (because(link.reason, link.detail, language) for language in ("en", "zh"))
    if link.state == LinkState.REFUSED.value:
        return Sentence(
            f"{en}; it is not tried any more until the channel is changed", f"{zh}；修改通道之前不再尝试"
        )
    return Sentence(en, zh)
