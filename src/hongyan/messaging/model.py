"""What a room hands to messaging, and what it gets back. Numbers and texts are left out where a record is printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hongyan.compliance import TemplateType
from hongyan.kernel.masking import mask_codes
from hongyan.messaging.route import PassedOver

Category = TemplateType
"""A message has the category of its template."""


@dataclass(frozen=True, slots=True)
class SendItem:
    """One recipient. `number` as the caller wrote it; `params` are the template's values, still unchecked."""

    number: str = field(repr=False)
    sign_name: str
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    extension_code: str = ""


@dataclass(frozen=True, slots=True)
class SendRequest:
    """The only way into sending: every door builds one of these for `Messaging.accept`.

    `nonce`: (signed minute since 1970, 64-bit keyed hash) of a signed call, used up with the send.
    `idempotency`: (64-bit hash of the key, 64-bit hash of the body), REST door only.
    """

    account_id: int
    template_code: str
    items: tuple[SendItem, ...]
    request_id: str
    out_id: str | None = None
    nonce: tuple[int, int] | None = None
    idempotency: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class SendAccepted:
    """Durable: `biz_id` names the request, `message_ids` are in the order of the items."""

    biz_id: int
    message_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message as people and queries see it. Times in ms UTC, `price` in 1/10,000 yuan.

    `state`: a `messaging.states.MessageState` value. `receipt_code`: the carrier's code, "" while none came.
    `channel_id`: the way it takes, or took last, with `access_number` as its sender; `passed_over`: the others.
    """

    id: int
    biz_id: int
    account_id: int
    number: str = field(repr=False)
    sign_name: str
    template_code: str
    category: int
    content: str = field(repr=False)
    segments: int
    price: int
    state: str
    receipt_code: str
    out_id: str | None
    accepted_ms: int
    done_ms: int | None
    uncertain: int
    request_id: str
    access_number: str
    channel_id: int
    passed_over: tuple[PassedOver, ...]

    @property
    def shown_content(self) -> str:
        """The text for whoever has no need of the code in it: of a verification message its digits are masked."""
        return mask_codes(self.content) if self.category == Category.CODE else self.content


@dataclass(frozen=True, slots=True)
class PartView:
    """One submitted part of a message, with what the carrier answered: a `status`, and for one that took nothing the
    protocol's word for it in `error`. `outcome`: of a `storage.port.PartResult`."""

    part: int
    parts: int
    attempt: int
    channel_id: int
    carrier_id: str
    status: int
    outcome: int
    submitted_ms: int
    receipt_code: str
    receipt_ms: int | None
    error: str


@dataclass(frozen=True, slots=True)
class ReplyView:
    """A text that came from a handset (MO) to `access_number`, of which `extension_code` are digits of the tenant's own.
    `account_id`, `signature_id`: whose it is, None when nobody knows."""

    id: int
    account_id: int | None
    number: str = field(repr=False)
    access_number: str
    content: str = field(repr=False)
    received_ms: int
    signature_id: int | None = None
    extension_code: str = ""
