"""The road in one process and on one clock: accept, dispatch, receipts and replies on the real engine.

A tenant with approved and waiting applications is made once and copied for each test.
"""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from in_process_store import InProcessStore
from papers_in_process import inspect, upload

from hongyan.billing import PriceBook
from hongyan.compliance import (
    Compliance,
    QualificationFilter,
    ReviewMode,
    SignatureMaterial,
    SignSource,
    SignType,
    TemplateMaterial,
    TemplateType,
)
from hongyan.compliance.papers import Papers
from hongyan.compliance.registration.evidence.counting import EvidenceCounts
from hongyan.compliance.sandbox import SIGN_NAME, seed_sandbox
from hongyan.identity import Actor, Identity, Vault
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.ids import IdMaker
from hongyan.messaging.accept import Accepting
from hongyan.messaging.code_counts import CodeCounts
from hongyan.messaging.dispatch import AnswerKind, Dispatcher
from hongyan.messaging.failover import Failover
from hongyan.messaging.last_look import LastLook
from hongyan.messaging.model import SendAccepted, SendItem, SendRequest
from hongyan.messaging.outgoing import Part
from hongyan.messaging.overdue import Overdue
from hongyan.messaging.ported import PortedCache, PortedNumbers
from hongyan.messaging.receipts import Receipts
from hongyan.messaging.relief import Relief
from hongyan.messaging.replies import Replies
from hongyan.messaging.route import Channel, EverySignature, Router, SignaturePolicy
from hongyan.messaging.service import Messaging
from hongyan.storage.port import Matched
from hongyan.storage.sqlite.database import FILE

CHANNEL = 1
ACCESS_NUMBER = "1069000012"
NUMBER = "13800138000"
MOVE_AFTER = 60.0, 600.0, 0.0
"""Seconds by lane (messaging.relief)."""
FOREIGN = "0044 7911 123456"
_SEEDED_MS = 1_780_000_000_000
_AN_HOUR_MS = 3_600_000
_VAULT = Vault(bytes(range(32)))

TEMPLATES = {
    "plain": TemplateMaterial("问候", TemplateType.NOTICE, "您好。", related_sign_name=SIGN_NAME),
    "notice": TemplateMaterial(
        "通知", TemplateType.NOTICE, "您有${what}。", {"what": "others"}, related_sign_name=SIGN_NAME
    ),
    "long": TemplateMaterial(
        "长通知", TemplateType.NOTICE, "尊敬的客户，" + "您好" * 40 + "。", related_sign_name=SIGN_NAME
    ),
    "endless": TemplateMaterial(
        "很长", TemplateType.NOTICE, "您" * 470 + "${what}", {"what": "others"}, related_sign_name=SIGN_NAME
    ),
    "code": TemplateMaterial(
        "验证码", TemplateType.CODE, "验证码${code}。", {"code": "numberCaptcha"}, related_sign_name=SIGN_NAME
    ),
    "marketing": TemplateMaterial(
        "活动",
        TemplateType.MARKETING,
        "新品上市，拒收请回复R",
        related_sign_name=SIGN_NAME,
        papers=("1/a.png",),
    ),
    "abroad": TemplateMaterial(
        "Welcome", TemplateType.INTERNATIONAL, "Welcome ${who}", {"who": "others"}, international_type=1
    ),
}
"""Wordings by the short name that tests use; WAITING ones are not approved."""
WAITING = "waiting"
CODES_ONLY, UNDER_REVIEW = "杭州云雁", "杭州云雁待审"
"""Signatures beside SIGN_NAME: approved for codes only, and not approved yet."""


@dataclass(frozen=True)
class _Seeded:
    keeps: TemporaryDirectory[str]
    folder: Path
    account_id: int
    templates: Mapping[str, str]


@cache
def _seeded() -> _Seeded:
    """A data folder to copy, made on a loop of its own, because tests have one already."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, _seed()).result()


async def _seed() -> _Seeded:
    keeps = TemporaryDirectory(prefix="hongyan-road-")
    store = InProcessStore(Path(keeps.name))
    clock = ManualClock(_SEEDED_MS)
    ids = IdMaker(clock)
    identity = Identity(store, clock, ids, _VAULT)
    automatic, by_people = (
        _compliance(store, clock, ids, identity, mode) for mode in (ReviewMode.AUTO, ReviewMode.MANUAL)
    )
    await seed_sandbox(identity, automatic)
    account = await identity.account_named("sandbox-tenant")
    assert account is not None
    await upload(automatic.papers, account.id, "1/a.png")
    for name, mode, kind in (
        (CODES_ONLY, automatic, SignType.CODE),
        (UNDER_REVIEW, by_people, SignType.GENERAL),
    ):
        material = SignatureMaterial(
            kind,
            SignSource.ENTERPRISE,
            third_party=False,
            qualification_id=await _qualification(automatic, account.id),
        )
        await mode.signatures.submit(account.id, name, material, actor=Actor("test"))
    codes = {}
    for name, wording in TEMPLATES.items():
        codes[name] = (await automatic.templates.submit(account.id, wording, actor=Actor("test"))).label
        assert (await automatic.template(account.id, codes[name])).usable, name  # type: ignore[union-attr]
    codes[WAITING] = (
        await by_people.templates.submit(account.id, TEMPLATES["plain"], actor=Actor("test"))
    ).label
    store.close()
    return _Seeded(keeps, Path(keeps.name), account.id, codes)


async def _qualification(compliance: Compliance, account_id: int) -> int:
    _, found = await compliance.qualifications.page(account_id, QualificationFilter(), limit=1, offset=0)
    return found[0].id


def _compliance(
    store: InProcessStore, clock: ManualClock, ids: IdMaker, identity: Identity, mode: ReviewMode
) -> Compliance:
    async def nobody(_number: str, _code: str) -> None:
        raise AssertionError("no phone code is wanted here")

    papers = Papers(store, clock, ids, _VAULT, identity, inspect=inspect)
    return Compliance(
        store, clock, ids, _VAULT, mode, identity=identity, send_phone_code=nobody, papers=papers
    )


class Counted:
    """The hooks of dispatcher and receipts."""

    def __init__(self) -> None:
        self.answers: Counter[AnswerKind] = Counter()
        self.receipts: Counter[int] = Counter()

    def part_answered(self, kind: AnswerKind) -> None:
        self.answers[kind] += 1

    def receipt_stored(self, outcome: Matched) -> None:
        self.receipts[outcome.verdict] += 1


class Road:
    """Needs a running loop. `folder`: where the data folder is copied to, unless it is there already."""

    def __init__(
        self,
        folder: Path,
        clock: ManualClock | None = None,
        *,
        most_waiting: int = 10_000,
        lane: int = 5_000,
        most_backlog: int = 100_000,
        channels: tuple[Channel, ...] = (Channel(CHANNEL, "main", ACCESS_NUMBER),),
        policy: SignaturePolicy | None = None,
    ) -> None:
        seeded = _seeded()
        if not (folder / FILE).exists():
            shutil.copytree(seeded.folder, folder, dirs_exist_ok=True)
        self.folder = folder
        self.account_id = seeded.account_id
        self.templates = seeded.templates
        self.clock = clock or ManualClock(_SEEDED_MS + _AN_HOUR_MS)
        self.store = InProcessStore(folder, most_waiting=most_waiting)
        self.ids = IdMaker(self.clock, after=self.store.last_message_id)
        self.counted = Counted()
        self.identity = Identity(self.store, self.clock, self.ids, _VAULT)
        self.compliance = _compliance(self.store, self.clock, self.ids, self.identity, ReviewMode.AUTO)
        self.codes = self.compliance.code_memory.index
        self.ported_cache = PortedCache(self.store)
        self.router = Router(channels, policy)
        self.evidence = EvidenceCounts()
        failover = Failover(self.store, self.router, self.ported_cache.carrier_of, self.codes)
        self.dispatcher = Dispatcher(
            self.store,
            self.clock,
            capacity=lane,
            hooks=self.counted,
            failover=failover,
            last_look=LastLook(
                self.compliance.freeze_memory.index,
                self.compliance.deletion_memory.index,
                policy or EverySignature(),
            ),
            witness=self.evidence,
        )
        self.dispatcher.backlog = self.store.open_items
        self.relief = Relief(self.clock, self.dispatcher, failover, self.router, MOVE_AFTER)
        self.overdue = Overdue(self.store, self.clock, self.evidence)
        self.ported_numbers = PortedNumbers(
            self.store, self.clock, self.ids, self.identity, _VAULT.blind_index
        )
        accepting = Accepting(
            self.store,
            self.clock,
            self.ids,
            self.compliance,
            self.router,
            PriceBook(),
            self.dispatcher,
            _VAULT.blind_index,
            self.ported_cache.carrier_of,
            most_backlog=most_backlog,
            witness=self.evidence,
        )
        counts = CodeCounts(self.store, self.clock, self.router, self.codes)
        self.messaging = Messaging(self.store, accepting, _VAULT.blind_index, counts)
        self.receipts = Receipts(self.store, self.clock, self.counted, self.evidence)
        self.replies = Replies(self.store, self.clock, self.ids, _VAULT.blind_index, self.router, self.codes)

    def close(self) -> None:
        self.store.close()

    # -- sending -------------------------------------------------------------------------------------------

    def request(
        self,
        *numbers: str,
        template: str = "plain",
        params: Mapping[str, Any] | None = None,
        sign_name: str = SIGN_NAME,
        extension_code: str = "",
        **others: Any,
    ) -> SendRequest:
        """A request of the tenant; `template` is a short name or a code."""
        code = self.templates.get(template, template)
        items = tuple(SendItem(n, sign_name, params or {}, extension_code) for n in numbers or (NUMBER,))
        return SendRequest(self.account_id, code, items, "R-1", **others)

    async def send(self, *numbers: str, **others: Any) -> SendAccepted:
        return await self.messaging.accept(self.request(*numbers, **others))

    async def send_one(self, number: str = NUMBER, **others: Any) -> int:
        """The message's id."""
        return (await self.send(number, **others)).message_ids[0]

    # -- what became of it ---------------------------------------------------------------------------------

    def state(self, message_id: int) -> str:
        ((state,),) = self.store.rows("SELECT state FROM message WHERE id = ?", message_id)
        return str(state)

    def stored(self, message_id: int, column: str) -> Any:
        """One column of a message."""
        ((value,),) = self.store.rows(f"SELECT {column} FROM message WHERE id = ?", message_id)
        return value

    def answers(self, message_id: int) -> list[tuple[int, int, int, str]]:
        """(part, attempt, outcome, error) of every stored answer."""
        sql = (
            "SELECT part, attempt, outcome, error FROM submission WHERE message_id = ? ORDER BY attempt, part"
        )
        return self.store.rows(sql, message_id)  # type: ignore[return-value]

    def take(self, channel_id: int = CHANNEL, *, most: int = 1_000) -> list[Part]:
        """What the links of a channel would submit now, if they had room for so many parts."""
        queue = self.dispatcher.queue(channel_id)
        parts: list[Part] = []
        while len(parts) < most and (part := self.dispatcher.next(queue, self.clock.now_ms())) is not None:
            parts.append(part)
        return parts

    def outbox_rows(self) -> int:
        ((count,),) = self.store.rows("SELECT count(*) FROM outbox")
        return int(count)

    def count(self, table: str) -> int:
        ((count,),) = self.store.rows(f"SELECT count(*) FROM {table}")
        return int(count)

    async def usage(self) -> dict[str, int]:
        return await self.messaging.usage(self.account_id, 0)
