"""`hongyan registration test`: test messages that verify a registration, and what is still missing at each carrier."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

from cyclopts import Parameter

from hongyan.cli.accounts import account_with
from hongyan.cli.actor import cli_actor
from hongyan.cli.context import Data, Json, opened
from hongyan.cli.language import language, say
from hongyan.cli.output import print_json
from hongyan.cli.registration.evidence import evidence_lines
from hongyan.cli.registration.listing import STATES
from hongyan.cli.registration.reading import read_values
from hongyan.compliance.registration import NETWORKS, Registration
from hongyan.compliance.registration.evidence.states import TrialState
from hongyan.compliance.registration.evidence.trials import MOST_OF_A_SIGNATURE, Trial, TrialWish
from hongyan.compliance.registration.evidence.verification import EvidenceView
from hongyan.identity import Actor
from hongyan.kernel.clock import beijing
from hongyan.kernel.errors import Refused

_MINUTE_MS: Final = 60_000
_REFUSED_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class _Asked:
    """`trials`: scheduled or cancelled now; `waiting`: what waits now; `refused`: the newest that sending refused."""

    trials: list[Trial]
    waiting: list[Trial]
    refused: list[Trial]
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
    cancel: bool = False,
    account: int = 0,
    extension_code: str = "",
    json: Json = False,
    data: Data = None,
) -> None:
    """Schedule test messages that verify where a signature is registered, and show what each carrier still needs. Without
    phones it only shows, what waits to be sent, and what sending refused.

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
        Minutes between two messages to a phone; from the first to the last 7 days at most.
    canary
        Also to the operator's phones (HONGYAN_CANARY_PHONES).
    cancel
        Send nothing more of what waits; nothing new is scheduled. 取消待发送的测试短信。
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
        params=read_values(params),
        times=times,
        every_ms=every * _MINUTE_MS,
        extension_code=extension_code,
    )
    if cancel and (wish.phones or canary):
        raise Refused(
            "registration.trial_cancel",
            en="--cancel schedules nothing; leave --phone and --canary out",
            zh="--cancel 不会安排新的测试短信，请勿与 --phone、--canary 同用",
        )
    asked = asyncio.run(_ask(data, wish, canary=canary, cancel=cancel))
    if json:
        print_json(
            {
                "cancelled" if cancel else "scheduled": [trial.facts() for trial in asked.trials],
                "waiting": [trial.facts() for trial in asked.waiting],
                "refused": [trial.facts() for trial in asked.refused],
                "registrations": [_facts(row, view) for row, view in asked.shown],
            }
        )
        return
    count = len(asked.trials)
    if cancel:
        print(say(f"已取消 {count} 条测试短信。", f"{count} test messages are cancelled."))
        return
    if count:
        print(
            say(
                f"已安排 {count} 条测试短信，由运行中的服务按时发送。",
                f"{count} test messages are scheduled; the running server sends them.",
            )
        )
    elif asked.waiting:
        due = f"{beijing(min(trial.due_ms for trial in asked.waiting)):%Y-%m-%d %H:%M}"
        print(
            say(
                f"{len(asked.waiting)} 条测试短信待发送，下一条 {due}；用 --cancel 取消。",
                f"{len(asked.waiting)} test messages wait to be sent, the next one at {due}; --cancel cancels them.",
            )
        )
    for trial in asked.refused:
        due = f"{beijing(trial.due_ms):%Y-%m-%d %H:%M}"
        print(
            say(
                f"{due} 发往 {trial.number} 的测试短信被拒绝 [{trial.refusal}]",
                f"the test message to {trial.number} of {due} was refused [{trial.refusal}]",
            )
        )
    _print(asked.shown)


def _print(shown: Sequence[tuple[Registration, EvidenceView]]) -> None:
    if not shown:
        print(
            say(
                "该签名尚未发起报备，没有可验证的。",
                "Nothing of this signature is registered yet to be verified.",
            )
        )
    for row, view in shown:
        print(f"{NETWORKS[row.network].words.words(language())}  {row.sender}  {say(*STATES[row.state])}")
        for line in evidence_lines(row, view):
            print(f"  {line}")


def _facts(row: Registration, view: EvidenceView) -> dict[str, Any]:
    return {
        "registration_id": row.id,
        "network": row.network,
        "sender": row.sender,
        "state": row.state.value,
        "doubt": row.doubt,
        **view.facts(),
    }


async def _ask(data: Data, wish: TrialWish, *, canary: bool, cancel: bool) -> _Asked:
    async with opened(data) as platform:
        account_id = await account_with(platform, wish.sign_name, wish.account_id)
        actor, desk = Actor(cli_actor()), platform.trials
        trials: list[Trial] = []
        if cancel:
            trials = await desk.cancel_waiting(account_id, wish.sign_name, actor=actor)
        elif wish.phones or canary:
            trials = await desk.ask(replace(wish, account_id=account_id), canary=canary, actor=actor)
        waiting = await desk.page(
            account_id, sign_name=wish.sign_name, state=TrialState.WAITING, limit=MOST_OF_A_SIGNATURE
        )
        refused = await desk.page(
            account_id, sign_name=wish.sign_name, state=TrialState.REFUSED, limit=_REFUSED_SHOWN
        )
        rows = await platform.compliance.registrations.matrix(account_id, wish.sign_name)
        views = await platform.verification.views(rows)
        shown = [(row, views[row.id]) for row in rows if row.id in views]
        return _Asked(trials, waiting, refused, shown)
