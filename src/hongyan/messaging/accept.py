"""The only door into sending: everything that can refuse a message, then one commit.

    usable? ▸ number ▸ render ▸ carrier ▸ route ▸ segment ▸ price ▸ ONE commit ▸ hand over to dispatch

Answered only after the commit, so accepted means durable. The hand-over happens with the commit's outcome, not
with the caller's continuation: a caller that went away does not keep its message from going out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from hongyan.billing import PriceBook
from hongyan.compliance import Compliance, Sent, Signature, Template, attribute_problem
from hongyan.compliance.freezes import FreezeIndex, row_of
from hongyan.kernel.clock import Clock, Millis
from hongyan.kernel.errors import Broken, HongyanError, Refused, RemoteFault, Throttled
from hongyan.kernel.ids import IdMaker
from hongyan.kernel.numbers import parse_number
from hongyan.kernel.text import split
from hongyan.messaging.dispatch import Dispatcher
from hongyan.messaging.model import Category, SendAccepted, SendRequest
from hongyan.messaging.outgoing import Job
from hongyan.messaging.render import MOST_CHARACTERS, render, with_signature
from hongyan.messaging.route import PortedTo, Router, Wanted
from hongyan.messaging.witness import NoWitness, Witness
from hongyan.storage.port import (
    LANE_CODES,
    LANE_MARKETING,
    LANE_NOTICES,
    Accept,
    Accepted,
    Message,
    Outcome,
    Refusal,
    Store,
)

MOST_ITEMS = 1_000
"""Numbers of one request (alibaba.md 2.1, SendSms)."""
MOST_OUT_ID_CHARACTERS = 255
"""OutId is shorter than 256 (alibaba.md 2.1)."""

LANE_OF = {
    Category.CODE: LANE_CODES,
    Category.NOTICE: LANE_NOTICES,
    Category.MARKETING: LANE_MARKETING,
    Category.INTERNATIONAL: LANE_NOTICES,
}
VALID_MS: dict[int, Millis] = {
    Category.CODE: 30 * 60_000,
    Category.NOTICE: 48 * 3_600_000,
    Category.MARKETING: 48 * 3_600_000,
    Category.INTERNATIONAL: 48 * 3_600_000,
}
"""How long a message is worth delivering. A code is useless after it expired; the others follow the carriers'
usual 48 hours."""


class NumberHash(Protocol):
    """A keyed hash of a number, 64 bits signed."""

    def __call__(self, value: str, purpose: str) -> int: ...


class Accepting:
    """Checks, builds and commits send requests."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: IdMaker,
        compliance: Compliance,
        router: Router,
        prices: PriceBook,
        dispatcher: Dispatcher,
        number_hash: NumberHash,
        ported_to: PortedTo,
        *,
        most_backlog: int,
        witness: Witness | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._compliance = compliance
        self._router = router
        self._prices = prices
        self._dispatcher = dispatcher
        self._hash = number_hash
        self._ported_to = ported_to
        self._most_backlog = most_backlog
        self._witness = witness or NoWitness()
        self._reference = clock.now_ms() & 0xFF  # not where an earlier run began: handsets join parts by it
        self._loop = asyncio.get_running_loop()

    async def accept(self, request: SendRequest) -> SendAccepted:
        """Store the request's messages, all or none. Raises Refused with one of the codes of docs/errors.md."""
        account_id = request.account_id
        if self._dispatcher.backlog >= self._most_backlog:
            raise Throttled(
                "throttled",
                en="too many messages wait for the carriers; try again later",
                zh="等待发送的短信过多，请稍后重试",
                backlog=self._dispatcher.backlog,
            )
        if not request.items or len(request.items) > MOST_ITEMS:
            raise Refused(
                "number.too_many",
                en=f"a request has 1 to {MOST_ITEMS} numbers",
                zh=f"每次请求的号码数量为 1 到 {MOST_ITEMS} 个",
                most=MOST_ITEMS,
            )
        if request.out_id is not None and len(request.out_id) > MOST_OUT_ID_CHARACTERS:
            raise Refused(
                "outid.too_long",
                en=f"OutId has at most {MOST_OUT_ID_CHARACTERS} characters",
                zh=f"OutId 最多 {MOST_OUT_ID_CHARACTERS} 个字符",
            )
        compliance = self._compliance
        template = compliance.peek_template(account_id, request.template_code) or usable_template(
            await compliance.template(account_id, request.template_code), request.template_code
        )
        if not template.usable:
            usable_template(template, request.template_code)
        signatures: dict[str, Signature] = {}
        for item in request.items:
            if item.sign_name not in signatures:
                signature = compliance.peek_signature(
                    account_id, item.sign_name
                ) or await compliance.signature(account_id, item.sign_name)
                signatures[item.sign_name] = usable_signature(signature, item.sign_name, template)
        if freezes := compliance.freeze_memory.index:
            for each in signatures.values():
                check_not_frozen(freezes, account_id, each.name, template.code)
        few: list[tuple[int, str]] = []
        try:
            messages, jobs = self._build(request, template, signatures, few)
            accepted = self._commit(request, messages, jobs, few)
        except HongyanError:
            self._router.give_back(few)
            raise
        return await accepted

    def _build(
        self,
        request: SendRequest,
        template: Template,
        signatures: dict[str, Signature],
        few: list[tuple[int, str]],
    ) -> tuple[tuple[Message, ...], list[Job]]:
        """`few`: gets signature and network of those that are among a day's few, also when a later one is refused."""
        now_ms = self._clock.now_ms()
        category = template.category
        lane = LANE_OF[category]
        expires_ms = now_ms + VALID_MS[category]
        international = category == Category.INTERNATIONAL
        digits_behind = self._compliance.code_memory.index.digits_behind
        messages: list[Message] = []
        jobs: list[Job] = []
        sent: dict[tuple[str, str | None], Sent] = {}
        biz_id = 0
        for item in request.items:
            number = parse_number(item.number)
            if international is (number.country == "CN"):
                raise Refused(
                    "template.international_only" if international else "template.domestic_only",
                    en="an international template sends abroad only, a domestic one only within the mainland",
                    zh="国际/港澳台模板不支持发送境内号码，境内模板不支持发送境外号码",
                )
            signature = signatures[item.sign_name]
            text = render(template, item.params, attribute_problem)
            content = with_signature(signature.name, text, category)
            if len(content) > MOST_CHARACTERS:
                raise Refused(
                    "content.too_long",
                    en=f"the text has {len(content)} characters with its signature; {MOST_CHARACTERS} is the most",
                    zh=f"短信内容含签名共 {len(content)} 个字符，最多 {MOST_CHARACTERS} 个",
                )
            number_hash = self._hash(number.e164, "number")
            ported_to = None if international else self._ported_to(number_hash)
            carrier = ported_to or number.carrier
            route = self._router.choose(
                Wanted(number.country, carrier, category, request.account_id),
                signature.id,
                digits_behind(request.account_id, signature.id, item.extension_code, now_ms),
                asked=bool(item.extension_code),
            )
            sent_with = sent.get((item.sign_name, carrier))
            if sent_with is None:
                sent_with = sent[item.sign_name, carrier] = Sent(
                    request.account_id, signature.id, signature.name, template.code, category, carrier or ""
                )
            if route.few:
                few.append((signature.id, carrier or ""))
            sender = route.sender
            pieces = split(content, self._reference, route.channel.repertoire)
            segments = len(pieces)
            reference = 0
            if segments > 1:
                reference = self._reference
                self._reference = (reference + 1) & 0xFF
            message_id = self._ids.next()
            biz_id = biz_id or message_id
            messages.append(
                Message(
                    message_id,
                    biz_id,
                    request.account_id,
                    number.e164,
                    number_hash,
                    signature.id,
                    signature.name,
                    template.code,
                    category,
                    content,
                    segments,
                    self._prices.per_segment(number.country, category) * segments,
                    route.channel.id,
                    lane,
                    sender,
                    reference,
                    request.out_id,
                    now_ms,
                    expires_ms,
                    request.request_id,
                    route.passed_over,
                    carrier or "",
                )
            )
            jobs.append(
                Job(
                    message_id,
                    0,
                    lane,
                    1,
                    reference,
                    number.e164,
                    sender,
                    pieces[0].alphabet,
                    [piece.user_data for piece in pieces],
                    expires_ms,
                    segments,
                    sent=sent_with,
                )
            )
        return tuple(messages), jobs

    def _commit(
        self,
        request: SendRequest,
        messages: tuple[Message, ...],
        jobs: list[Job],
        few: list[tuple[int, str]],
    ) -> asyncio.Future[SendAccepted]:
        future: asyncio.Future[SendAccepted] = self._loop.create_future()
        self._store.post(
            Accept(
                request.account_id,
                jobs[0].lane,
                messages,
                request.nonce,
                request.idempotency,
                (),
                sum(message.price for message in messages),
                messages[0].accepted_ms,
            ),
            self._sink(future, messages, jobs, few),
        )
        return future

    def _sink(
        self,
        future: asyncio.Future[SendAccepted],
        messages: tuple[Message, ...],
        jobs: list[Job],
        few: list[tuple[int, str]],
    ) -> Callable[[Outcome], None]:
        def committed(outcome: Outcome) -> None:
            if isinstance(outcome, Accepted):
                hand_over, sent = self._dispatcher.hand_over, self._witness.sent
                only = outcome.outbox_ids[0] if len(outcome.outbox_ids) == 1 else 0
                for place, (message, job) in enumerate(zip(messages, jobs, strict=True)):
                    job.outbox_id = only or outcome.outbox_ids[place]
                    hand_over(message.channel_id, job)
                    sent(
                        message.signature_id,
                        message.network,
                        message.access_number,
                        message.category,
                        message.accepted_ms,
                    )
                if not future.done():
                    ids = tuple(message.id for message in messages)
                    future.set_result(SendAccepted(messages[0].biz_id, ids))
                return
            self._router.give_back(few)
            if not future.done():
                if isinstance(outcome, Refusal) and outcome.code == "idempotency.repeated":
                    future.set_result(SendAccepted(int(outcome.detail), ()))
                else:
                    future.set_exception(_error(outcome))

        return committed


def usable_template(template: Template | None, code: str) -> Template:
    """The template when it may send. Raises Refused("template.unknown" | "template.unusable")."""
    if template is None:
        raise Refused(
            "template.unknown", en=f"this account has no template {code}", zh="该账号下找不到对应模板"
        )
    if not template.usable:
        raise Refused(
            "template.unusable", en=f"the template {code} is not approved", zh=f"模板 {code} 尚未审核通过"
        )
    return template


def usable_signature(signature: Signature | None, name: str, template: Template) -> Signature:
    """The signature when it may send with this template. Raises Refused("signature.unknown" | ".unusable" | ".scene")."""
    if signature is None:
        raise Refused(
            "signature.unknown", en=f"this account has no signature {name}", zh="该账号下找不到对应签名"
        )
    if not signature.usable:
        raise Refused(
            "signature.unusable", en=f"the signature {name} is not approved", zh=f"签名 {name} 尚未审核通过"
        )
    if signature.sign_type == 0 and template.category != Category.CODE:
        raise Refused(
            "signature.scene",
            en="a signature for verification codes sends verification codes only",
            zh="签名和模板类型不一致",
        )
    return signature


def check_not_frozen(freezes: FreezeIndex, account_id: int, sign_name: str, template_code: str) -> None:
    """Raises Refused("signature.frozen" | "signature.disabled" | "template.frozen" | "account.frozen")."""
    freeze = freezes.bites(account_id, sign_name, template_code)
    if freeze is not None:
        row = row_of(freeze)
        raise Refused(
            row.code,
            en=f"{row.en}: {freeze.because}",
            zh=f"{row.zh}：{freeze.because}",
            by=freeze.by.value,
            because=freeze.because,
        )


def _error(outcome: Outcome) -> HongyanError:
    if isinstance(outcome, Refusal):
        if outcome.code == "store.unavailable":
            return RemoteFault(outcome.code, en="the store went away meanwhile", zh="存储在处理期间不可用")
        if outcome.code == "store.failed":
            return Broken(outcome.code, en="the message could not be stored", zh="短信未能入库")
        if outcome.code == "throttled":
            return Throttled("throttled", en="too many requests at once", zh="请求过于频繁")
        en, zh = _REFUSALS.get(outcome.code, (outcome.code, outcome.code))
        facts = outcome.detail if isinstance(outcome.detail, dict) else {}
        return Refused(outcome.code, en=en, zh=zh, **facts)
    return Broken("store.failed", en="the store gave an outcome that does not fit", zh="存储返回了意外结果")


_REFUSALS = {
    "nonce.used": ("this signed request was used already", "该签名请求已被使用"),
    "idempotency.mismatch": ("the idempotency key was used with another body", "幂等键已用于不同的请求内容"),
    "balance.insufficient": ("the account's balance does not cover this", "账户余额不足"),
}
