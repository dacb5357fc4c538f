"""`hongyan registration list|show|start|lapsing`: where signatures stand with the carriers, why, and what helps."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from cyclopts import Parameter

from hongyan.bootstrap import Platform
from hongyan.cli.accounts import account_with
from hongyan.cli.actor import cli_actor
from hongyan.cli.context import Data, Json, opened
from hongyan.cli.language import language, say
from hongyan.cli.output import print_json
from hongyan.cli.registration.evidence import evidence_lines
from hongyan.cli.registration.history import step_lines
from hongyan.cli.registration.printing import print_places
from hongyan.cli.registration.reading import chosen, read_network
from hongyan.compliance.registration import (
    BEFORE_ALL,
    NETWORKS,
    NOT_FILED,
    REASONS,
    Cure,
    Inference,
    Network,
    ReasonCode,
    Registration,
    RegistrationEvent,
    RegistrationFilter,
    RegistrationState,
    RegistrationStep,
    RegistrationView,
    Scope,
    SignatureStanding,
    registration_facts,
    standing_facts,
    step_facts,
)
from hongyan.compliance.registration.evidence.verification import EvidenceView
from hongyan.identity import Actor
from hongyan.kernel.clock import Millis, beijing
from hongyan.kernel.errors import Refused

_PAGE: Final = 1_000
STATES: Final = {
    RegistrationState.NOT_REGISTERED: ("未报备", "not registered"),
    RegistrationState.REGISTERING: ("报备中", "registering"),
    RegistrationState.AWAITING: ("已报备待验证", "awaiting verification"),
    RegistrationState.SUCCESS: ("报备成功", "success"),
    RegistrationState.FAILED: ("报备失败", "failed"),
    RegistrationState.LAPSED: ("报备失效", "lapsed"),
}
_EVENTS: Final = {
    RegistrationEvent.START: ("发起报备", "started"),
    RegistrationEvent.RESTART: ("资料变更，重新报备", "started again after an edit"),
    RegistrationEvent.FILED: ("已提交", "filed"),
    RegistrationEvent.NOT_TAKEN: ("未能提交", "could not be filed"),
    RegistrationEvent.ACCEPTED: ("运营商通过", "the carrier accepted"),
    RegistrationEvent.REFUSED: ("运营商驳回", "refused"),
    RegistrationEvent.OUTDATED: (
        "对以前报备的答复，未生效",
        "an answer to an earlier filing: it changes nothing",
    ),
    RegistrationEvent.TIMED_OUT: ("超时未反馈", "no answer in time"),
    RegistrationEvent.IMPORTED: ("导入已有报备", "brought along"),
    RegistrationEvent.VERIFIED: ("验证通过", "verified"),
    RegistrationEvent.INFERRED: ("推断", "inferred"),
    RegistrationEvent.DOUBTED: ("存疑", "doubted"),
    RegistrationEvent.REASSURED: ("疑虑解除", "doubted no more"),
    RegistrationEvent.IDLE: ("超过 6 个月无发送", "silent for six months"),
    RegistrationEvent.CODE_TAKEN_BACK: ("扩展码收回", "extension code taken back"),
    RegistrationEvent.CAMPAIGN: ("运营商治理", "closed by the carrier"),
    RegistrationEvent.END: ("签名已删除", "the signature was deleted"),
}
_LIKELY: Final = {
    Inference.REFUSED: ("疑似被拒（推断）", "likely refused (inferred)"),
    Inference.ACCEPTED: ("疑似通过（推断）", "likely accepted (inferred)"),
}

_PLAIN: Final = frozenset(
    {ReasonCode.NON_REGISTER, ReasonCode.REGISTERING, ReasonCode.DETECTING, ReasonCode.DETECT_SUCCESS}
)
"""Reasons that say no more than their state."""

_NEXT: Final = {
    Cure.NONE: ("-", "-"),
    Cure.BIND_QUALIFICATION: ("绑定资质", "bind a qualification"),
    Cure.COMPLETE_QUALIFICATION: ("完善或更换资质", "complete its qualification"),
    Cure.START: ("发起报备", "start it"),
    Cure.FILE: ("生成报备包", "make its pack"),
    Cure.WAIT: ("等待", "wait"),
    Cure.TEST_SEND: ("测试发送", "send tests"),
    Cure.EDIT_QUALIFICATION: ("修改资质", "correct its qualification"),
    Cure.EDIT_SIGNATURE: ("修改签名或资质", "edit it or its qualification"),
    Cure.CHANGE_QUALIFICATION: ("换绑资质", "bind another qualification"),
    Cure.CHANGE_CODE: ("更换扩展码", "give it another code"),
}
Past = Annotated[bool, Parameter(name="--all", negative=())]


@dataclass(frozen=True, slots=True)
class _Shown:
    """`standing`: None of deleted signatures."""

    standing: SignatureStanding | None
    views: list[RegistrationView]
    histories: dict[int, list[RegistrationStep]]
    evidence: dict[int, EvidenceView]


def list_(
    *,
    account: int = 0,
    signature: str = "",
    carrier: str = "",
    state: str = "",
    reason: str = "",
    unfiled: Annotated[bool, Parameter(negative=())] = False,
    past: Past = False,
    deleted: Annotated[bool, Parameter(negative=())] = False,
    json: Json = False,
    data: Data = None,
) -> None:
    """The matrix: every approved signature at every carrier under every number, also where nothing began.

    Parameters
    ----------
    account
        Number of a tenant; all tenants when left out.
    signature
        Only those of a signature.
    carrier
        mobile, unicom, telecom or broadnet.
    state
        not_registered, registering, awaiting_verification, success, failed or lapsed.
    reason
        The vendor's code, as QUALIFICATION_ERROR.
    unfiled
        Only those that wait to be filed. 仅待提交的。
    past
        Also numbers that a signature has no more, or whose channel is gone. 含已不使用的号码。
    deleted
        What there was of deleted signatures, and nothing else. 仅已删除的签名。
    """
    wanted = RegistrationFilter(
        account_id=account,
        sign_name=signature,
        network=read_network(carrier) if carrier else "",
        state=chosen(RegistrationState, state),
        reason=chosen(ReasonCode, reason.upper()),
        unfiled=unfiled,
        scope=_scope(past=past, deleted=deleted),
    )
    views = asyncio.run(_list(data, wanted))
    if json:
        print_json([registration_facts(each) for each in views])
    elif views:
        _print_rows(views)
    else:
        print(say("没有符合条件的报备记录。", "There are no registrations like that."))


def show(
    signature: str,
    *,
    account: int = 0,
    past: Past = False,
    deleted: Annotated[bool, Parameter(negative=())] = False,
    json: Json = False,
    data: Data = None,
) -> None:
    """One signature at every carrier under every number: its state, the next step, the history.

    Parameters
    ----------
    signature
        The signature's name.
    account
        Number of the tenant; needed when several have a signature of this name.
    past
        Also numbers that it has no more, or whose channel is gone. 含已不使用的号码。
    deleted
        What there was of deleted signatures of this name, with its history. 已删除的同名签名及其报备记录。
    """
    shown = asyncio.run(_show(data, signature, account, _scope(past=past, deleted=deleted)))
    if json:
        registrations = [
            registration_facts(view)
            | {"history": [step_facts(step) for step in shown.histories.get(view.registration.id, [])]}
            | _evidence_facts(shown, view.registration.id)
            for view in shown.views
        ]
        standing = {} if shown.standing is None else standing_facts(shown.standing)
        print_json(standing | {"signature": signature, "registrations": registrations})
        return
    _print_standing(signature, shown)


def start(
    signature: str,
    *,
    carrier: Annotated[list[str] | None, Parameter(negative=(), show_default=False)] = None,
    number: Annotated[list[str] | None, Parameter(negative=(), show_default=False)] = None,
    account: int = 0,
    json: Json = False,
    data: Data = None,
) -> None:
    """Start a registration where nothing began yet, or where it has lapsed. 发起报备。

    Parameters
    ----------
    signature
        The signature's name.
    carrier
        Only with this carrier; again for each. All of them when left out.
    number
        Only under this number (access number and extension code together); again for each.
    account
        Number of the tenant; needed when several have a signature of this name.
    """
    networks = [read_network(each) for each in carrier or ()]
    views = asyncio.run(_start(data, signature, account, networks, number or ()))
    if json:
        print_json([registration_facts(each) for each in views])
        return
    _print_rows(views)


def lapsing(*, account: int = 0, json: Json = False, data: Data = None) -> None:
    """What was not sent for 120, 150 or 170 days, and lapses after six months: one code or notice keeps it alive.

    Parameters
    ----------
    account
        Number of a tenant; all tenants when left out.
    """
    views = asyncio.run(_lapsing(data, account))
    if json:
        print_json([registration_facts(each) for each in views])
        return
    if not views:
        print(say("没有临近失效的报备。", "Nothing lapses soon."))
        return
    columns = (
        *(say("签名", "signature"), say("账号", "account"), say("运营商", "carrier"), say("号码", "number")),
        *(say("未发送天数", "silent days"), say("失效日期", "lapses on")),
    )
    rows = (
        (
            *(row.sign_name, str(row.account_id), _carrier(row.network), row.sender),
            *(str(silence.here_days), silence.lapses_on.isoformat()),
        )
        for row, silence in ((view.registration, view.silence) for view in views)
        if silence is not None
    )
    _print(columns, rows)
    print(
        say(
            "请用该签名向以上运营商的本人或团队号码发送一条验证码或通知（hongyan registration keep-alive）。",
            "Send one code or notice of the signature to a phone of your own with each carrier above"
            " (hongyan registration keep-alive).",
        )
    )


def _scope(*, past: bool, deleted: bool) -> Scope:
    if deleted:
        return Scope.DELETED
    return Scope.WITH_PAST if past else Scope.CURRENT


# -- what they do --------------------------------------------------------------------------------------------


async def _list(data: Data, wanted: RegistrationFilter) -> list[RegistrationView]:
    async with opened(data) as platform:
        if wanted.account_id:
            await platform.identity.account(
                wanted.account_id
            )  # an unknown account is told, not an empty list
        return await _all(platform, wanted)


async def _all(platform: Platform, wanted: RegistrationFilter) -> list[RegistrationView]:
    found: list[RegistrationView] = []
    total: int | None = None
    while True:
        after = found[-1].position if found else BEFORE_ALL
        total, page = await platform.compliance.registration_views.page(
            wanted, after=after, limit=_PAGE, total=total
        )
        found += page
        if len(page) < _PAGE:
            return found


async def _show(data: Data, signature: str, account: int, scope: Scope) -> _Shown:
    async with opened(data) as platform:
        desk = platform.compliance.registrations
        standing = None
        if scope is Scope.DELETED:
            views = await _all(
                platform, RegistrationFilter(account_id=account, sign_name=signature, scope=scope)
            )
        else:
            account_id = await _account(platform, signature, account)
            views = await platform.compliance.registration_views.matrix(account_id, signature, scope)
            standing = await desk.standing(account_id, signature)
        rows = [view.registration for view in views]
        histories = {row.id: await desk.history(row.id, limit=_PAGE) for row in rows if row.id}
        return _Shown(standing, views, histories, await platform.verification.views(rows))


async def _account(platform: Platform, signature: str, account: int) -> int:
    """As `account_with`; of a signature that is deleted it is said where its history is."""
    try:
        return await account_with(platform, signature, account)
    except Refused as refused:
        gone = RegistrationFilter(account_id=account, sign_name=signature, scope=Scope.DELETED)
        if refused.code != "signature.unknown" or not await platform.compliance.registrations.count_cells(
            gone
        ):
            raise
        raise Refused(
            "signature.unknown",
            en=f"no account has a signature named {signature} any more; --deleted shows what was filed of it",
            zh=f"签名 {signature} 已删除，其报备记录请用 --deleted 查看",
        ) from None


async def _start(
    data: Data, signature: str, account: int, networks: Sequence[Network], numbers: Sequence[str]
) -> list[RegistrationView]:
    async with opened(data) as platform:
        account_id = await account_with(platform, signature, account)
        compliance = platform.compliance
        rows = await compliance.registrations.start(
            account_id, signature, networks=networks, senders=numbers, actor=Actor(cli_actor())
        )
        return await compliance.registration_views.of(rows)


async def _lapsing(data: Data, account: int) -> list[RegistrationView]:
    async with opened(data) as platform:
        if account:
            await platform.identity.account(account)
        return await platform.compliance.registration_views.lapsing(account)


# -- how they show it ----------------------------------------------------------------------------------------


def _print_standing(signature: str, shown: _Shown) -> None:
    if shown.standing is None:
        if not shown.views:
            print(
                say(
                    f"没有名为 {signature} 的已删除签名的报备记录。",
                    f"Nothing began of a deleted signature named {signature}.",
                )
            )
            return
    else:
        print(f"{signature}   RegisterResult {shown.standing.register_result}")
        for each in shown.standing.networks:
            words = [NOT_FILED] if each.unfiled else [REASONS[code].words for code in each.reasons]
            reasons = "; ".join(said.words(language()) for said in words)
            print(f"  {_carrier(each.network)}  {say(*STATES[each.state])}  {reasons}")
        if not shown.views:
            print(
                say(
                    "没有可报备的通道号码。",
                    "There is no channel with a number that it could be registered for.",
                )
            )
            return
    _print_rows(shown.views, named=shown.standing is None)
    for view in shown.views:
        row = view.registration
        of = "" if shown.standing else say(f"签名 {row.signature_id} ", f"signature {row.signature_id} ")
        print(f"{of}{row.sender} {_carrier(row.network)}: {view.next_step.advice.words(language())}")
        for line in _silence_lines(row):
            print(f"  {line}")
        if (evidence := shown.evidence.get(row.id)) is not None:
            for line in evidence_lines(row, evidence):
                print(f"  {line}")
        for step in shown.histories.get(row.id, ()):
            print(f"  {_moment(step.at_ms)}  {say(*_EVENTS[step.event])}  {step.actor}  {step.reason.value}")
            for line in step_lines(step):
                print(f"    {line}")


def _evidence_facts(shown: _Shown, registration_id: int) -> dict[str, object]:
    found = shown.evidence.get(registration_id)
    return {} if found is None else {"evidence": found.facts()}


def _silence_lines(row: Registration) -> Iterable[str]:
    if row.inferred in _LIKELY:
        facts = ", ".join(f"{name}={value}" for name, value in row.because.items())
        yield f"{say(*_LIKELY[row.inferred])}: {facts}"
    if row.doubt:
        facts = ", ".join(f"{name}={value}" for name, value in row.because.items())
        yield f"{say('送达存疑', 'deliveries are doubtful')}: {facts}"


def _print_rows(views: Sequence[RegistrationView], *, named: bool = True) -> None:
    """`named`: of several signatures."""
    names = [say("签名", "signature")] if named else []
    columns = (
        *names,
        *(say("运营商", "carrier"), say("号码", "number"), say("状态", "state")),
        *(say("说明", "remarks"), say("下一步", "next step")),
    )
    _print(columns, (_row(view)[not named :] for view in views))


def _row(view: RegistrationView) -> Sequence[str]:
    row = view.registration
    reason = "" if row.reason in _PLAIN else REASONS[row.reason].words.words(language())
    remarks = say("；", "; ").join(filter(None, (_gone(view), reason, _waited(view), _silent(view))))
    return (
        *(row.sign_name, _carrier(row.network), row.sender, say(*STATES[row.state])),
        *(remarks, say(*_NEXT[view.next_step.cure])),
    )


def _gone(view: RegistrationView) -> str:
    if view.deleted:
        return say("签名已删除", "the signature is deleted")
    return say("号码已不使用", "the number is past") if view.past else ""


def _waited(view: RegistrationView) -> str:
    """How much of what is usual has passed, and by what that is known."""
    wait, row = view.wait, view.registration
    if wait is None:
        return say(f"待提交（{row.registrar}）", f"to be filed by {row.registrar}") if row.unfiled else ""
    expected = wait.expected
    usual = f"{expected.least}-{expected.most}"
    by = (
        say(f"，依据 {expected.samples} 次答复", f", by {expected.samples} answers")
        if expected.samples
        else ""
    )
    said = say(
        f"已 {wait.elapsed} 个工作日（通常 {usual}{by}）",
        f"{wait.elapsed} working days (usually {usual}{by})",
    )
    if wait.overdue:
        said += say("，已超期", ", overdue")
    if not wait.calendar_final:
        said += say("，日历尚未确定", ", calendar not final")
    if row.inferred in _LIKELY:
        said += f"; {say(*_LIKELY[row.inferred])}"
    return said


def _silent(view: RegistrationView) -> str:
    """What deserves a warning, as `lapsing` lists it."""
    silence = view.silence
    if silence is None or not silence.warning:
        return ""
    return say(
        f"{silence.days} 天未发送，{silence.lapses_on} 失效",
        f"not sent for {silence.days} days, lapses on {silence.lapses_on}",
    )


def _print(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    whole = {say("运营商", "carrier"), say("号码", "number"), say("状态", "state")}
    print_places(columns, [*rows], whole=whole)


def _carrier(network: Network) -> str:
    return NETWORKS[network].words.words(language())


def _moment(at_ms: Millis) -> str:
    return f"{beijing(at_ms):%Y-%m-%d %H:%M}"
