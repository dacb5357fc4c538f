"""The platform sends messages of its own: administrators' phone codes.

Its signature and template are given by the system (tag 3) to the root account, without a qualification, because the
first qualification needs a phone code. They pass the same states and leave the same records as everybody's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hongyan.compliance.model import SignType, TemplateMaterial, TemplateType, Verdict
from hongyan.identity import Actor, Identity, again_on_conflict

if TYPE_CHECKING:
    from hongyan.compliance.service import Compliance

PLATFORM: Final = Actor("platform")
"""Actor and reviewer of what the platform gives itself."""
SIGN_NAME: Final = "鸿雁"
_TEMPLATE: Final = TemplateMaterial(
    name="管理员手机验证码",
    category=TemplateType.CODE,
    content="您的验证码为${code}，10分钟内有效，请勿告知他人。",
    rules={"code": "numberCaptcha"},
    related_sign_name=SIGN_NAME,
)


@dataclass(frozen=True, slots=True)
class PlatformSender:
    """What the platform sends with; the template has one variable, `code`."""

    account_id: int
    sign_name: str
    template_code: str


async def platform_sender(identity: Identity, compliance: Compliance) -> PlatformSender:
    """The platform's signature and template, made when they are missing. Needs the root account."""
    root = await identity.root_account()

    async def attempt() -> PlatformSender:
        return PlatformSender(root.id, SIGN_NAME, await _ensure(compliance, root.id))

    return await again_on_conflict(attempt)


async def _ensure(compliance: Compliance, root_id: int) -> str:
    """The template's code. Each part is stored, then decided: a crash in between is mended by the next call."""
    signature = await compliance.signature(root_id, SIGN_NAME)
    if signature is None:
        await compliance.signatures.submit_system(root_id, SIGN_NAME, SignType.GENERAL, actor=PLATFORM)
    if signature is None or not signature.usable:
        stored = await compliance.signatures.get(root_id, SIGN_NAME)
        await compliance.decide(stored.standing.order_id, Verdict.APPROVE, "", PLATFORM)
    code = await compliance.templates.system_code(root_id)
    if code is None:
        code = (await compliance.templates.submit_system(root_id, _TEMPLATE, actor=PLATFORM)).label
    template = await compliance.template(root_id, code)
    if template is None or not template.usable:
        view = await compliance.templates.get(root_id, code)
        await compliance.decide(view.standing.order_id, Verdict.APPROVE, "", PLATFORM)
    return code
