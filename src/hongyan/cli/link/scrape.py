"""What a running server shows at `/metrics` of its channels, as one look."""

from __future__ import annotations

import http.client
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from hongyan.carriers.faults import Fault
from hongyan.kernel.clock import Clock, Millis
from hongyan.kernel.errors import Misconfigured, RemoteFault
from hongyan.server.address import Address, read_address

ANSWER_WITHIN = 10.0
"""Seconds."""
_FAMILIES = ("hongyan_channel_", "hongyan_link_", "hongyan_listener_")

Values = Mapping[tuple[str, str, str], Mapping[tuple[str, ...], float]]
"""(metric, channel, link or "") -> other label values in the order of their names -> value."""


@dataclass(frozen=True, slots=True)
class Scrape:
    """`seconds`: when it was made, on a clock that only grows. `pid`: of the server."""

    url: str
    pid: int
    at_ms: Millis
    seconds: float
    values: Values

    def channels(self) -> list[tuple[int, str, str]]:
        """Number, name and protocol of each, by number."""
        found = [
            (int(number), name, protocol)
            for (metric, name, _), labelled in self.values.items()
            if metric == "hongyan_channel_info"
            for number, protocol in labelled
        ]
        return sorted(found)

    def links(self, channel: str) -> list[str]:
        """Names of a channel's links, in order."""
        found = (
            link for metric, name, link in self.values if (metric, name) == ("hongyan_link_window", channel)
        )
        return sorted(found, key=int)

    def fault(self, channel: str) -> Fault | None:
        """Why a channel cannot run as it is configured."""
        known = self.labelled("hongyan_channel_fault", channel)
        return next((Fault(code, detail) for detail, code in known), None)

    def labelled(self, metric: str, channel: str, link: str = "") -> Mapping[tuple[str, ...], float]:
        """Values by their other labels."""
        return self.values.get((metric, channel, link), {})

    def by(self, metric: str, channel: str, link: str = "") -> dict[str, float]:
        """Values by their only other label."""
        return {label: value for (label,), value in self.labelled(metric, channel, link).items()}

    def value(self, metric: str, channel: str, link: str = "") -> float:
        """All of it together; 0 when there is nothing."""
        return sum(self.labelled(metric, channel, link).values())


def scrape(data: Path, clock: Clock) -> Scrape:
    """Ask the server of a data folder. Raises Misconfigured("server.not_running"), RemoteFault("server.no_answer")."""
    address = read_address(data)
    if address is None:
        raise Misconfigured(
            "server.not_running",
            en=f"no server runs with the data folder {data}; start one: hongyan serve --data {data}",
            zh=f"数据目录 {data} 没有正在运行的服务；启动命令：hongyan serve --data {data}",
            data=str(data),
        )
    text = _get(address, "/metrics")
    values = values_in(text_string_to_metric_families(text))
    return Scrape(address.url, address.pid, clock.now_ms(), clock.monotonic(), values)


def values_in(families: Iterable[Metric]) -> Values:
    """What of it is about channels, links and listeners."""
    values: dict[tuple[str, str, str], dict[tuple[str, ...], float]] = {}
    for family in families:
        if not family.name.startswith(_FAMILIES):
            continue
        for sample in family.samples:
            labels = dict(sample.labels)
            place = sample.name, labels.pop("channel", ""), labels.pop("link", "")
            rest = tuple(value for _, value in sorted(labels.items()))
            values.setdefault(place, {})[rest] = sample.value
    return values


def _get(address: Address, path: str) -> str:
    where = urlsplit(address.url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=ANSWER_WITHIN)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read().decode("utf-8", "replace")
        if answer.status != http.client.OK:
            raise _no_answer(address, f"HTTP {answer.status}")
    except (OSError, http.client.HTTPException) as fault:
        raise _no_answer(address, str(fault) or type(fault).__name__) from fault
    finally:
        connection.close()
    return body


def _no_answer(address: Address, why: str) -> RemoteFault:
    return RemoteFault(
        "server.no_answer",
        en=f"the server at {address.url} does not say how it is: {why}",
        zh=f"位于 {address.url} 的服务没有返回指标：{why}",
        url=address.url,
    )
