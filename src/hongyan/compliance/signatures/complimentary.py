"""The complimentary signature: the platform's present when an own-use qualification is approved for the first time.

Source: seed 001, "after your qualification is approved, the system automatically provides a signature corresponding to
the enterprise name or abbreviation". Our reading: the full name if it fits, else the best compliant abbreviation, else
none; one for an account, outside all limits (SignTag 3). It goes when its qualification is deleted. Which it was, or why
there is none, stands in the qualification's change records.
"""

from __future__ import annotations

import asyncio
import re
from datetime import date
from typing import Final

from hongyan.compliance.change_log import ChangeLog
from hongyan.compliance.model import (
    Kind,
    Qualification,
    SignatureMaterial,
    SignSource,
    SignType,
    Standing,
)
from hongyan.compliance.qualifications import Qualifications
from hongyan.compliance.registration.desk import Registrations
from hongyan.compliance.reviews import Following, Reviews, read_standing
from hongyan.compliance.road import TOPIC_SIGNATURE, road_key
from hongyan.compliance.rules import SignatureCase, check_signature
from hongyan.compliance.signatures.desk import Signatures
from hongyan.compliance.states import Event, State
from hongyan.identity import Actor, Statement
from hongyan.kernel.clock import Clock, beijing
from hongyan.storage.port import Store

EVENT: Final = "complimentary_signature"
GIVER: Final = Actor("platform")
_NO_SIGN_CHARACTER: Final = re.compile(r"[^\u3400-\u4dbf\u4e00-\u9fffA-Za-z0-9]")
_GIVEN: Final = "赠送签名：{name} / complimentary signature: {name}"
_NO_NAME: Final = (
    "未赠送签名：企业全称不适合作为签名，且没有合规的简称，请自行申请 / no complimentary signature: neither the full "
    "name nor an abbreviation of it makes a compliant signature; apply for one"
)
_TAKEN: Final = "未赠送签名：账号下已有签名 {name} / no complimentary signature: the account has the signature {name} already"


class Complimentary:
    """Follows the approval and the deletion of qualifications, each in the same transaction."""

    def __init__(
        self,
        store: Store,
        log: ChangeLog,
        reviews: Reviews,
        qualifications: Qualifications,
        signatures: Signatures,
        registrations: Registrations,
        clock: Clock,
    ) -> None:
        self._store = store
        self._log = log
        self._reviews = reviews
        self._qualifications = qualifications
        self._signatures = signatures
        self._registrations = registrations
        self._clock = clock
        reviews.follow(Kind.QUALIFICATION, Event.APPROVE, self.give)
        reviews.follow(Kind.QUALIFICATION, Event.DELETE, self.take_back)

    async def give(self, before: Standing, reviewer: Actor) -> Following:
        """What the approval of a qualification brings."""
        qualification = await self._qualifications.of_order(before.order_id)
        if before.approved_revision or not qualification.material.use_by_self:
            return Following()
        account_id = before.account_id
        today = beijing(self._clock.now_ms()).date()
        company = qualification.material.company_name
        name = await asyncio.to_thread(complimentary_name, company, today)
        given = await self._store.read("compliance.signature_of_system", account_id)
        taken = given or (name and await self._store.read("compliance.signature_named", account_id, name))
        if taken:
            return Following([self._told(qualification, _TAKEN.format(name=taken[0][0]))])
        if name is None:
            return Following([self._told(qualification, _NO_NAME)])
        material = SignatureMaterial(
            SignType.GENERAL, SignSource.ENTERPRISE, third_party=False, qualification_id=qualification.id
        )
        standing, steps = self._signatures.given_steps(account_id, name, material, GIVER)
        told = self._told(qualification, _GIVEN.format(name=name))
        present = Following([*steps, told], [(TOPIC_SIGNATURE, road_key(account_id, name))])
        begun = await self._registrations.given(standing, material, before.revision, GIVER)
        return Following.all([present, begun])

    async def take_back(self, before: Standing, actor: Actor) -> Following:
        """What the deletion of a qualification brings: its complimentary signature goes with it."""
        rows = await self._store.read("compliance.complimentary_of_qualification", before.id)
        gone = [read_standing(Kind.SIGNATURE, row) for row in rows]
        return Following.all([await self._reviews.delete_steps(each, actor) for each in gone])

    def _told(self, qualification: Qualification, reason: str) -> Statement:
        standing = qualification.standing
        return self._log.record(
            Kind.QUALIFICATION,
            standing.id,
            standing.account_id,
            GIVER,
            EVENT,
            revision=standing.revision,
            order_id=standing.order_id,
            before=State.APPROVED.value,
            after=State.APPROVED.value,
            reason=reason,
        )


def complimentary_name(company_name: str, on: date) -> str | None:
    """The full name when the rules of that day let it pass, else the best of the names that they do; or None."""
    full = _NO_SIGN_CHARACTER.sub("", company_name)
    names = [
        each.name for each in check_signature(SignatureCase(name="", company=company_name), on).suggestions
    ]
    return full if full in names else next(iter(names), None)
