"""`hongyan registration test`: test messages that verify a registration, and what is still missing at each carrier."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

import msgspec
from cyclopts import Parameter
from rich.console import Console
from rich.table import Column

from hongyan.bootstrap import Platform
from hongyan.cli.actor import cli_actor
from hongyan.cli.context import Data, Json, opened
from hongyan.cli.language import say
from hongyan.cli.output import print_json
from hongyan.cli.tables import plain_table
from hongyan.compliance.registration import NETWORKS, Registration
from hongyan.compliance.registration.evidence.statistics import Why
from hongyan.compliance.registration.evidence.trials import Trial, TrialWish
from hongyan.compliance.registration.evidence.verification import EvidenceView
from hongyan.identity import Actor
from hongyan.kernel.clock import beijing
from hongyan.kernel.errors import Refused

_WHYS: Final[Mapping[Why, tuple[str, str]]] = {
    Why.DELIVERED_AS_EXPECTED: ("送达率符合预期", "delivered as expected"),
    Why.DELIVERED_TOO_SELDOM: (
        "送达率低于预期：可能实际未报备",
        "delivered too seldom: it may not be registered there",
    ),
    Why.NOTHING_SENT: ("还没有发送记录", "nothing was sent"),
    Why.TOO_EARLY: ("首条发送满 24 小时后判定", "judged 24 hours after the first message"),
    Why.CARRIER_TROUBLE: (
        "该运营商当前整体送达率偏低，暂不判定",
        "the carrier delivers badly now: nothing is concluded",
    ),
    Why.TOO_FEW: ("样本不足", "too few messages"),
}
_MINUTE_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class _Asked:
    trials: list[Trial]
    shown: list[tuple[Registration, EvidenceView]]


def send_tests(
    signature: str,
    *,
    phone: Annotated[list[str] | None, Parameter(show_default=False)] = None,
    template: str = "",
    params: Annotated[str, Parameter(show_default=False)] = "{}",
    times: int = 1,
    every: int = 60,
    canary: bool = False,
    account: int = 0,
    extension_code: str = "",
    json: Json = False,
    data: Data = None,
) -> None:
    """Schedule test messages that verify where a signature is registered, and show what each carrier still needs. Without
    phones it only shows.

    They are messages of the tenant, charged as such; the running server sends them. 测试短信会消耗租户额度，由运行中的服务发送。

    Parameters
    ----------
    signature
        The signature's name.
    phone
        Your own phone or one of your team; as often as needed, one for each carrier. 本人或团队成员的手机号，每家运营商至少一个。
    template
        Code of an approved template for codes or notices.
    params
        Its variables as JSON: {"code": "1234"}. Those of a code's template may be left out.
    times
        Messages to each phone, at most 5 within 24 hours.
    every
        Minutes between two messages to a phone.
    canary
        Also to the operator's phones (HONGYAN_CANARY_PHONES).
    account
        Number of the tenant; needed when several have a signature of this name.
    extension_code
        Digits behind the access number, as in a request; the signature's own when left out.
    """
    wish = TrialWish(
        account_id=account,
        sign_name=signature,
        template_code=template,
        phones=phone or [],
        params=_values(params),
        times=times,
        every_ms=every * _MINUTE_MS,
        extension_code=extension_code,
    )
    asked = asyncio.run(_ask(data, wish, canary=canary))
    if json:
        print_json(
            {
                "scheduled": [trial.facts() for trial in asked.trials],
                "registrations": [_facts(row, view) for row, view in asked.shown],
            }
        )
        return
    if asked.trials:
        print(
            say(
                f"已安排 {len(asked.trials)} 条测试短信，由运行中的服务按时发送。",
                f"{len(asked.trials)} test messages are scheduled; the running server sends them.",
            )
        )
    print_evidence(asked.shown)


def print_evidence(shown: Sequence[tuple[Registration, EvidenceView]]) -> None:
    """A line for each registration: what arrives, what is concluded, what is missing; then the alerts."""
    columns = (
        say("运营商", "carrier"),
        Column(say("发送号码", "sender"), no_wrap=True),
        Column(say("送达/发送", "delivered/sent"), no_wrap=True),
        Column(say("门槛", "threshold"), no_wrap=True),
        say("判定", "verdict"),
        say("还需送达", "still to deliver"),
    )
    console = Console()
    console.print(plain_table(columns, (_line(row, view) for row, view in shown)))
    for row, view in shown:
        for alert in view.alerts:
            zh, en = _network(row)
            since = f"{beijing(alert.raised_ms):%Y-%m-%d %H:%M}"
            times, sent = alert.facts.get("times"), alert.facts.get("sent")
            console.print(
                say(
                    f"告警：自 {since} 起，{zh}对该签名集中返回 {alert.code}（{times}/{sent} 条），疑似未报备。",
                    f"Alert: since {since} {en} answers {alert.code} for this signature ({times} of {sent} messages); it may"
                    " not be registered there.",
                ),
                highlight=False,
                markup=False,
            )


def _line(row: Registration, view: EvidenceView) -> tuple[str, ...]:
    found = view.judgement
    match found.needed:
        case 0:
            needed = say("无", "none")
        case None:
            needed = say("较多", "many")
        case some:
            needed = str(some)
    return (
        say(*_network(row)),
        row.sender,
        f"{view.so_far.delivered}/{view.so_far.total}",
        f"{found.threshold:.0%}",
        say(*_WHYS[found.why]),
        needed,
    )


def _network(row: Registration) -> tuple[str, str]:
    words = NETWORKS[row.network].words
    return words.zh, words.en


def _facts(row: Registration, view: EvidenceView) -> dict[str, Any]:
    return {
        "registration_id": row.id,
        "network": row.network,
        "sender": row.sender,
        "state": row.state.value,
        "doubt": row.doubt,
        **view.facts(),
    }


def _values(text: str) -> dict[str, str]:
    try:
        return msgspec.json.decode(text, type=dict[str, str])
    except msgspec.DecodeError as error:
        raise Refused(
            "registration.trial_json",
            en=f'--params is a JSON object of texts, as {{"code": "1234"}}: {error}',
            zh=f'--params 应为取值均为字符串的 JSON 对象，例如 {{"code": "1234"}}：{error}',
        ) from None


async def _ask(data: Data, wish: TrialWish, *, canary: bool) -> _Asked:
    async with opened(data) as platform:
        account_id = wish.account_id or await _account_with(platform, wish.sign_name)
        await platform.identity.account(account_id)
        trials: list[Trial] = []
        if wish.phones or canary:
            wish = replace(wish, account_id=account_id)
            trials = await platform.trials.ask(wish, canary=canary, actor=Actor(cli_actor()))
        rows = await platform.compliance.registrations.matrix(account_id, wish.sign_name)
        views = [(row, await platform.verification.view(row)) for row in rows if row.id]
        return _Asked(trials, views)


async def _account_with(platform: Platform, signature: str) -> int:
    found = await platform.compliance.extension_codes.accounts_with(signature)
    if len(found) == 1:
        return found[0]
    accounts = ", ".join(map(str, found))
    raise Refused(
        "registration.which_account",
        en=f"say with --account whose signature {signature} it is: {accounts or 'nobody has one of this name'}",
        zh=f"请用 --account 指定签名 {signature} 所属账号：{accounts or '没有账号拥有该签名'}",
    )
