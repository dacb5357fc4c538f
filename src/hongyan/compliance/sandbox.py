"""A ready-made tenant for the sandbox, made through the doors that every tenant uses.

The seed plays all parts: the operator who verifies the company, the administrator who reads the code off his phone,
and, when review is manual, the reviewer. Every name and number in it is invented.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from typing import Final

from hongyan.compliance.model import (
    PersonPapers,
    Qualification,
    QualificationMaterial,
    SignatureMaterial,
    SignSource,
    SignType,
    TemplateMaterial,
    TemplateType,
    TemplateView,
    Verdict,
)
from hongyan.compliance.qualifications import QualificationFilter
from hongyan.compliance.service import Compliance
from hongyan.compliance.states import State
from hongyan.identity import AccessKey, Account, AccountKind, Actor, Identity

SEEDER: Final = "sandbox"
"""Actor, name of the access key, and reviewer in manual mode."""
_SEEDER: Final = Actor(SEEDER)
ACCOUNT_NAME: Final = "sandbox-tenant"
COMPANY_NAME: Final = "杭州云雁科技有限公司"
USCC: Final = "91330106MA2HY0001N"
QUALIFICATION_NAME: Final = "云雁科技自用资质"
SIGN_NAME: Final = "杭州云雁科技"
_PHONE: Final = "13800000001"
_LONG_TERM: Final = "2020-01-01~2099-12-31"
_SIDES: Final = ("admin-emblem.png", "admin-portrait.png")
_PICTURE: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg=="
)
"""One white pixel, which stands for both sides of the administrator's ID."""
_QUALIFICATION: Final = QualificationMaterial(
    use_by_self=True,
    shared=True,
    company_type="COMPANY",
    company_name=COMPANY_NAME,
    organization_code=USCC,
    license_validity=_LONG_TERM,
    licenses=(),
    legal_person=PersonPapers("云雁", "identityCard", "330100198001011237", _LONG_TERM),
    admin=PersonPapers("雁南", "identityCard", "330100198503154561", _LONG_TERM),
    admin_phone=_PHONE,
    remark="sandbox",
)
_SIGNATURE_REMARK: Final = "sandbox"
_NOTICE: Final = TemplateMaterial(
    name="订单通知",
    category=TemplateType.NOTICE,
    content="您的订单${order}已发货，预计${time}送达，请留意查收。",
    rules={"order": "other_number2", "time": "time"},
    related_sign_name=SIGN_NAME,
)
_NOTICE_EXAMPLE: Final = {"order": "A20260301", "time": "2026-03-01 18:00"}
_CODE: Final = TemplateMaterial(
    name="登录验证码",
    category=TemplateType.CODE,
    content="您的验证码为${code}，5分钟内有效，请勿告知他人。",
    rules={"code": "numberCaptcha"},
    related_sign_name=SIGN_NAME,
)


@dataclass(frozen=True, slots=True)
class SandboxTenant:
    """What `hongyan sandbox seed` prints beside the endpoint."""

    access_key_id: str
    access_key_secret: str
    company_name: str
    sign_name: str
    template_code: str
    template_param_example: dict[str, str]
    verification_template_code: str


async def seed_sandbox(identity: Identity, compliance: Compliance) -> SandboxTenant:
    """Make the tenant, or what is missing of it; the same tenant every time."""
    account = await _account(identity)
    key = await _access_key(identity, account.id)
    seed = _Seed(compliance, account.id)
    qualification = await seed.qualification()
    await seed.signature(qualification.id)
    notice, code = await seed.templates()
    return SandboxTenant(
        access_key_id=key.id,
        access_key_secret=key.secret,
        company_name=COMPANY_NAME,
        sign_name=SIGN_NAME,
        template_code=notice,
        template_param_example=dict(_NOTICE_EXAMPLE),
        verification_template_code=code,
    )


async def _account(identity: Identity) -> Account:
    found = await identity.account_named(ACCOUNT_NAME)
    if found is not None:
        return found
    return await identity.create_account(
        AccountKind.ENTERPRISE, ACCOUNT_NAME, company_name=COMPANY_NAME, uscc=USCC, actor=SEEDER
    )


async def _access_key(identity: Identity, account_id: int) -> AccessKey:
    for view in await identity.list_keys(account_id):
        if view.enabled and view.name == SEEDER:
            key = await identity.key(view.id)
            if key is not None:
                return key
    return await identity.create_key(account_id, SEEDER, actor=SEEDER)


class _Seed:
    """Applies for each thing that is missing, and sees to its approval."""

    def __init__(self, compliance: Compliance, account_id: int) -> None:
        self._compliance = compliance
        self._account_id = account_id

    async def qualification(self) -> Qualification:
        filters = QualificationFilter(name=QUALIFICATION_NAME)
        qualifications = self._compliance.qualifications
        _, found = await qualifications.page(self._account_id, filters, limit=1, offset=0)
        if not found:
            admin = replace(_QUALIFICATION.admin, **await self._upload())
            material = replace(_QUALIFICATION, admin=admin)
            await qualifications.submit(
                self._account_id, QUALIFICATION_NAME, material, await self._phone_code(), actor=_SEEDER
            )
            _, found = await qualifications.page(self._account_id, filters, limit=1, offset=0)
        await self._approve(found[0].standing.state, found[0].standing.order_id)
        return found[0]

    async def signature(self, qualification_id: int) -> None:
        signatures = self._compliance.signatures
        if await self._compliance.signature(self._account_id, SIGN_NAME) is None:
            material = SignatureMaterial(
                SignType.GENERAL,
                SignSource.ENTERPRISE,
                third_party=False,
                qualification_id=qualification_id,
                remark=_SIGNATURE_REMARK,
            )
            await signatures.submit(self._account_id, SIGN_NAME, material, actor=_SEEDER)
        standing = (await signatures.get(self._account_id, SIGN_NAME)).standing
        await self._approve(standing.state, standing.order_id)

    async def templates(self) -> tuple[str, str]:
        """Codes of the notice and of the verification code."""
        return await self._template(_NOTICE), await self._template(_CODE)

    async def _template(self, material: TemplateMaterial) -> str:
        templates = self._compliance.templates
        view = await self._find_template(material)
        if view is None:
            submitted = await templates.submit(self._account_id, material, actor=_SEEDER)
            view = await templates.get(self._account_id, submitted.label)
        await self._approve(view.standing.state, view.standing.order_id)
        return view.code

    async def _find_template(self, material: TemplateMaterial) -> TemplateView | None:
        """The oldest one that is worded like this: testers add others to the tenant."""
        found, offset = None, 0
        while True:
            _, page = await self._compliance.templates.page(self._account_id, limit=50, offset=offset)
            if not page:
                return found
            found = next((view for view in reversed(page) if view.material == material), found)
            offset += len(page)

    async def _upload(self) -> dict[str, str]:
        """The sides of the administrator's ID, by field."""
        emblem_side, portrait_side = keys = [f"{self._account_id}/{name}" for name in _SIDES]
        for key in keys:
            await self._compliance.papers.keep(self._account_id, key, _PICTURE, actor=_SEEDER)
        return {"emblem_side": emblem_side, "portrait_side": portrait_side}

    async def _phone_code(self) -> str:
        """What the administrator reads on his phone."""
        received: list[str] = []

        async def handset(_number: str, code: str) -> None:
            received.append(code)

        await self._compliance.phone_codes.sent_by(handset).request(self._account_id, _PHONE)
        return received[-1]

    async def _approve(self, state: State, order_id: int) -> None:
        """Decide an order that waits for a person. Raises Refused when somebody had rejected it."""
        if state is State.APPROVED:
            return
        await self._compliance.decide(order_id, Verdict.APPROVE, "", _SEEDER)
