"""Which channel a message leaves by, and why not by the others.

A channel is asked whether it serves the number's country and carrier, the message's category and the tenant, and whether
it can send; what is left is ordered by priority, then cost, and shares its turns by weight. Whether a signature may be
sent by a channel, with the full number that the handset shows, is the policy's to say: it knows what is registered where.
The answer for a kind of message is worked out once for each set of channels that can send, so that a message costs a look
into a table.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from hongyan.compliance.registration.routing import Permission, Turn
from hongyan.kernel.cn_prefixes import Carrier
from hongyan.kernel.errors import Refused
from hongyan.kernel.languages import CodeWords
from hongyan.kernel.money import Amount
from hongyan.kernel.numbers import HOME
from hongyan.kernel.text import Repertoire

LONGEST_SENDER = 20
"""Digits of access number and extension code together, on every network (carrier-protocols.md 6.5). The protocols have
room for as many: 21 octets each, of which SMPP 3.4 needs one for the end."""
MOST_WEIGHT = 100


@dataclass(frozen=True, slots=True)
class Channel:
    """A way out as routing sees it. Empty sets exclude nobody.

    `countries`: ISO codes. `carriers`: of mainland numbers; one whose carrier is unknown fits all of them.
    `categories`, `accounts`: whose messages it takes. `priority`: the lowest goes first. `cost`: of one segment, in
    1/10,000 yuan; of equal priority the cheapest goes first. `weight`: share of the turns among equals.
    `open`: takes new messages. `submits`: its logins are not only for what the carrier brings. `repertoire`: what
    its carrier takes otherwise than in UCS-2. `longest_sender`:
    characters that a sender may have here.
    """

    id: int
    name: str
    access_number: str
    countries: frozenset[str] = frozenset()
    carriers: frozenset[str] = frozenset()
    categories: frozenset[int] = frozenset()
    accounts: frozenset[int] = frozenset()
    priority: int = 0
    cost: Amount = 0
    weight: int = 1
    open: bool = True
    submits: bool = True
    repertoire: Repertoire = Repertoire.GSM
    longest_sender: int = LONGEST_SENDER

    def sender(self, extension_code: str, *, asked: bool = True) -> str | None:
        """The number the handset shows; None when there is no room for the extension code. A name has none behind it, it
        would be another name: it goes without a code that nobody `asked` for, which is the signature's own."""
        if extension_code and not self.access_number.isdigit():
            return None if asked else self.access_number
        sender = self.access_number + extension_code
        return sender if len(sender) <= self.longest_sender else None


Reason = CodeWords
"""Why a channel was passed over: what `Route.passed_over` says, in words."""

REASONS = {
    row.code: row
    for row in (
        Reason("closed", "it takes no new messages now", "该通道当前不接收新短信"),
        Reason(
            "receives", "its login only receives: reports and replies", "该通道的登录只接收状态报告和上行短信"
        ),
        Reason("country", "it does not serve the number's country", "该通道不支持该号码所属国家/地区"),
        Reason("carrier", "it does not serve the number's carrier", "该通道不支持该号码所属运营商"),
        Reason("category", "it does not take this category of messages", "该通道不支持该类短信"),
        Reason("account", "it is reserved for other tenants", "该通道仅供其他租户使用"),
        Reason("extension", "it has no room for the extension code", "该通道的号码位数不足以容纳扩展码"),
        Reason(
            "unregistered",
            "the signature is not registered there with the number's carrier",
            "该签名在该通道上未向号码所属运营商报备",
        ),
        Reason(
            "registering",
            "the signature is being registered there with the number's carrier: few messages only",
            "该签名在该通道上向号码所属运营商的报备尚在进行：仅可少量发送",
        ),
        Reason(
            "awaiting",
            "the registration of the signature there waits for its verification: few messages only",
            "该签名在该通道上已报备待验证：仅可少量发送",
        ),
        Reason(
            "timed_out",
            "the number's carrier has not answered about the signature there: few messages only",
            "该签名在该通道上的报备运营商逾期未回复：仅可少量发送",
        ),
        Reason(
            "failed",
            "the number's carrier has refused to register the signature there",
            "该签名在该通道上向号码所属运营商报备失败",
        ),
        Reason(
            "lapsed",
            "the registration of the signature there has lapsed",
            "该签名在该通道上的报备已失效",
        ),
        Reason(
            "capped",
            "the signature, which is not registered there yet, has had today's few messages to the number's carrier",
            "该签名在该通道上尚未完成报备，今日向号码所属运营商的少量发送额度已用完",
        ),
        Reason(
            "down",
            "it cannot send now: none of its links is logged in",
            "该通道当前无法发送：没有已登录的链路",
        ),
        Reason(
            "waited",
            "it could not send the message, which then went elsewhere",
            "该通道未能发送，已改由其他通道发送",
        ),
        Reason(
            "stopped",
            "the registration of the signature there ended while the message waited, which then went elsewhere",
            "等待提交期间该签名在该通道上的报备失去效力，已改由其他通道发送",
        ),
        Reason(
            "refused",
            "its carrier refused the message, which then went elsewhere",
            "该通道的运营商拒收，已改由其他通道发送",
        ),
    )
}


class PassedOver(NamedTuple):
    """A channel that a message did not leave by, and why."""

    channel_id: int
    reason: Reason


def passed_over_in(text: str) -> tuple[PassedOver, ...]:
    """What `Route.passed_over` says, in its order: in time. A channel may be there twice: kept out at first because of the
    number's carrier, then tried after all, and refused. A code that no reason has says itself."""
    words = (word.split(":") for word in text.split())
    return tuple(
        PassedOver(int(channel_id), REASONS.get(code) or Reason(code, code, code))
        for channel_id, code in words
    )


class SignaturePolicy(Protocol):
    """Says whether a signature may be sent by a channel to a network."""

    def permission(
        self, signature_id: int, channel_id: int, sender: str, network: str | None, category: int
    ) -> Permission | None:
        """None: freely. `sender`: the full number that the handset shows."""
        ...

    def stops(self, signature_id: int, sender: str, network: str, category: int) -> str | None:
        """The reason for which a message that was let in must not go with this sender now."""
        ...

    def took(self, signature_id: int, network: str) -> None:
        """A message was given a channel that it does not have freely."""
        ...

    def gave_back(self, signature_id: int, network: str) -> None:
        """Such a message was not accepted after all."""
        ...


class EverySignature:
    """For routing without registrations."""

    def permission(
        self, signature_id: int, channel_id: int, sender: str, network: str | None, category: int
    ) -> Permission | None:
        return None

    def stops(self, signature_id: int, sender: str, network: str, category: int) -> str | None:
        return None

    def took(self, signature_id: int, network: str) -> None: ...

    def gave_back(self, signature_id: int, network: str) -> None: ...


_STOPPED = {
    "unregistered": (
        "signature.unregistered",
        "the signature is not registered with the number's carrier; register it, or ask the operator",
        "该签名未向号码所属运营商报备；请先报备，或联系平台",
    ),
    "failed": (
        "signature.unregistered",
        "the number's carrier has refused to register the signature; its registration says what to correct",
        "该签名向号码所属运营商报备失败；请按报备结果的操作建议处理",
    ),
    "registering": (
        "signature.registering",
        "the signature is being registered with the number's carrier: no marketing before that",
        "该签名正在向号码所属运营商报备，完成前不能发送推广短信",
    ),
    "awaiting": (
        "signature.registering",
        "the registration of the signature with the number's carrier waits for its verification: no marketing before that",
        "该签名已报备待验证，验证完成前不能发送推广短信",
    ),
    "timed_out": (
        "signature.registering",
        "the number's carrier has not answered about the signature: no marketing before it has",
        "号码所属运营商尚未回复该签名的报备结果，此前不能发送推广短信",
    ),
    "lapsed": (
        "signature.lapsed",
        "the registration of the signature with the number's carrier has lapsed; register it again",
        "该签名在号码所属运营商的报备已失效；请重新报备",
    ),
    "capped": (
        "signature.capped",
        "the signature is not registered with the number's carrier yet, and has had today's few messages to it; try again"
        " tomorrow, or once it is registered",
        "该签名尚未在号码所属运营商完成报备，今日少量发送额度已用完；请明日再试，或等待报备完成",
    ),
}
"""Where registration leaves no channel: by the reason of the first of them the code of the refusal, in words."""


PortedTo = Callable[[int], Carrier | None]
"""Who serves a mainland number now, by its hash; None while it is whose its prefix says. Asked for every message."""


class Wanted(NamedTuple):
    """What routing looks at. `carrier`: of the number, None when unknown."""

    country: str
    carrier: str | None
    category: int
    account_id: int


class Route(NamedTuple):
    """The channel, the number that the handset shows, and `passed_over`: `channel id:reason` of the channels that come
    before it or were excluded, separated by blanks. `few`: it is one of the day's few messages of its signature."""

    channel: Channel
    sender: str
    passed_over: str
    few: bool = False


class _Stage(NamedTuple):
    """`orders` in which to try channels, one for each turn; `passed_over`: what is said of those that are not among them."""

    orders: tuple[tuple[Channel, ...], ...]
    passed_over: str


class _Plan:
    """For one kind of message. `stages`: those that fit and can send, then those that fit; one when these are the same.
    `turn`: of this kind alone, because traffic has a rhythm: of a turn that all kinds share, one kind may get every second
    only, and then one of two equals has all of it."""

    __slots__ = ("stages", "turn")

    def __init__(self, *stages: _Stage) -> None:
        self.stages = stages
        self.turn = 0


class Router:
    """Chooses among the channels; `use` exchanges all of them at once, `mark` says which of them can send.

    What the choice depends on is looked at when a plan is made, not for each message: a plan is made anew after `use` and
    after a `mark` that changes something.
    """

    def __init__(self, channels: Sequence[Channel], policy: SignaturePolicy | None = None) -> None:
        self._policy = policy or EverySignature()
        self.down: frozenset[int] = frozenset()
        """Channels that cannot send."""
        self.version = 0
        """Grows with every change of what may be chosen."""
        self.use(channels)

    def use(self, channels: Sequence[Channel]) -> None:
        """From now on choose among these."""
        self._channels = tuple(channels)
        self._reserved = any(channel.accounts for channel in channels)
        self.down &= {channel.id for channel in channels}
        self._plan_anew()

    def mark(self, channel_id: int, *, up: bool) -> bool:
        """Whether a channel can send. One that cannot is passed over while another one that fits can; a message that fits
        no other waits there. True when it is news."""
        if (channel_id not in self.down) is up:
            return False
        self.down ^= {channel_id}
        self._plan_anew()
        return True

    def _plan_anew(self) -> None:
        self._plans: dict[tuple[str, str | None, int, int], _Plan] = {}
        self.version += 1

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Those that are chosen among."""
        return self._channels

    def choose(self, wanted: Wanted, signature_id: int, extension_code: str, *, asked: bool = True) -> Route:
        """`extension_code`, `asked`: see `Channel.sender`. Raises Refused("route.none"), Refused("extension.malformed"),
        and where registration leaves no channel Refused("signature.unregistered", ".registering", ".lapsed", ".capped")."""
        stages, turn = self._take_turn(wanted)
        if extension_code and not (extension_code.isascii() and extension_code.isdigit()):
            raise Refused("extension.malformed", en="an extension code is digits", zh="扩展码只能是数字")
        permission_of, network, category = self._policy.permission, wanted.carrier, wanted.category
        refusals, stopped, last = "", "", None
        for orders, passed_over in stages:
            for channel in orders[turn % len(orders)]:
                sender = channel.sender(extension_code, asked=asked)
                if sender is None:
                    refusals += f" {channel.id}:extension"
                    continue
                permission = permission_of(signature_id, channel.id, sender, network, category)
                if permission is None:
                    return Route(channel, sender, (passed_over + refusals).lstrip())
                refusals += f" {channel.id}:{permission.code}"
                if permission.turn is Turn.IN_TURN:
                    return self._few(
                        Route(channel, sender, (passed_over + refusals).lstrip()), signature_id, network
                    )
                if permission.turn is Turn.LAST:
                    last = last or Route(channel, sender, passed_over)
                else:
                    stopped = stopped or permission.code
        if last is not None:
            said = (last.passed_over + refusals).lstrip()
            return self._few(last._replace(passed_over=said), signature_id, network)
        said = (stages[-1].passed_over + refusals).lstrip()
        if stopped:
            raise stopped_by_registration(stopped, said)
        if ":extension" in refusals:
            raise Refused(
                "extension.malformed",
                en=f"no channel has room for this extension code: with the access number it has at most {LONGEST_SENDER}"
                " digits, and a name takes none",
                zh=f"没有通道可以容纳该扩展码：接入号与扩展码合计最多 {LONGEST_SENDER} 位，名称类发送方不能带扩展码",
                passed_over=said,
            )
        country = wanted.country
        raise Refused(
            "route.none",
            en=f"no channel takes this message to {country or 'this kind of number'}",
            zh=f"没有通道可以把该短信发送到 {country or '该类号码'}",
            country=country,
            passed_over=said,
        )

    def _few(self, route: Route, signature_id: int, network: str | None) -> Route:
        self._policy.took(signature_id, network or "")
        return route._replace(few=True)

    def give_back(self, few: Iterable[tuple[int, str]]) -> None:
        """Messages that were counted among the day's few, by signature and network, and were not accepted."""
        for signature_id, network in few:
            self._policy.gave_back(signature_id, network)

    def other(
        self,
        wanted: Wanted,
        signature_id: int,
        extension_code: str,
        *,
        asked: bool = True,
        left: Collection[int],
        not_of: frozenset[str] = frozenset(),
        up_only: bool = False,
    ) -> Route | None:
        """For a message that has left the channels `left`: the first of all others that may have it, those that can send
        before those that cannot; `up_only`: none of the latter. `not_of`: carriers that the number is not with; channels of
        only these are left out."""
        stages, turn = self._take_turn(wanted)
        last = None
        for channel in (each for orders, _ in stages for each in orders[turn % len(orders)]):
            sender = channel.sender(extension_code, asked=asked)
            elsewhere = not channel.carriers or not channel.carriers <= not_of
            if channel.id in left or not elsewhere or (up_only and channel.id in self.down) or sender is None:
                continue
            permission = self._policy.permission(
                signature_id, channel.id, sender, wanted.carrier, wanted.category
            )
            if permission is None:
                return Route(channel, sender, "")
            if permission.turn is not Turn.NEVER:
                last = last or Route(channel, sender, "")
        return None if last is None else self._few(last, signature_id, wanted.carrier)

    def carriers_of(self, channel_ids: Collection[int]) -> frozenset[str]:
        """Carriers that these channels are for; none for those that serve everybody."""
        found = (channel.carriers for channel in self._channels if channel.id in channel_ids)
        return frozenset().union(*found)

    def channel(self, channel_id: int) -> Channel | None:
        """One of the channels, or None when it is none any more."""
        return next((channel for channel in self._channels if channel.id == channel_id), None)

    def _take_turn(self, wanted: Wanted) -> tuple[tuple[_Stage, ...], int]:
        """What is planned for such a message, and which turn it has."""
        country, carrier, category, account_id = wanted
        key = (country, carrier, category, account_id if self._reserved else 0)
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plans[key] = self._plan(wanted)
        turn = plan.turn
        plan.turn = turn + 1
        return plan.stages, turn

    def _plan(self, wanted: Wanted) -> _Plan:
        up: list[Channel] = []
        down: list[Channel] = []
        unfit = ""
        for channel in self._channels:
            reason = _exclusion(channel, wanted)
            if reason is not None:
                unfit += f" {channel.id}:{reason}"
            else:
                (down if channel.id in self.down else up).append(channel)
        if not up or not down:
            return _Plan(_Stage(_orders(up or down), unfit))
        passed_over = unfit + "".join(f" {channel.id}:down" for channel in down)
        return _Plan(_Stage(_orders(up), passed_over), _Stage(_orders(down), unfit))


def stopped_by_registration(reason: str, passed_over: str) -> Refused:
    """No channel may have the message, because of where its signature stands."""
    code, en, zh = _STOPPED[reason]
    return Refused(code, en=en, zh=zh, passed_over=passed_over)


def _orders(channels: list[Channel]) -> tuple[tuple[Channel, ...], ...]:
    """By priority, then cost; equals share the turns."""
    if not channels:
        return ((),)
    fitting = sorted(channels, key=lambda channel: (channel.priority, channel.cost, channel.id))
    first = [c for c in fitting if (c.priority, c.cost) == (fitting[0].priority, fitting[0].cost)]
    rest = tuple(fitting[len(first) :])
    return tuple((head, *(c for c in first if c is not head), *rest) for head in _turns(first))


def _exclusion(channel: Channel, wanted: Wanted) -> str | None:
    if not channel.submits:
        return "receives"
    if not channel.open:
        return "closed"
    if channel.countries and wanted.country not in channel.countries:
        return "country"
    if channel.carriers and (
        wanted.country != HOME or (wanted.carrier is not None and wanted.carrier not in channel.carriers)
    ):
        return "carrier"
    if channel.categories and wanted.category not in channel.categories:
        return "category"
    if channel.accounts and wanted.account_id not in channel.accounts:
        return "account"
    return None


def _turns(channels: list[Channel]) -> list[Channel]:
    """Each as often as its weight says, spread evenly (the largest debt goes next)."""
    total = sum(channel.weight for channel in channels)
    owed = {channel.id: 0 for channel in channels}
    turns = []
    for _ in range(total):
        for channel in channels:
            owed[channel.id] += channel.weight
        chosen = max(channels, key=lambda channel: owed[channel.id])
        owed[chosen.id] -= total
        turns.append(chosen)
    return turns
