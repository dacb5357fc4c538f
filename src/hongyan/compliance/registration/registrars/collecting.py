"""Collects what is filed of a registration: the signature, its qualification, its proofs and papers, and the whole chain.

That somebody opened the six elements for a filing is written into the audit trail first.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from hongyan.compliance.fields import same_company
from hongyan.compliance.model import (
    Kind,
    ProofKind,
    QualificationMaterial,
    SignType,
    TemplateFilter,
    TemplateType,
    Version,
)
from hongyan.compliance.proofs import LetterMaterial
from hongyan.compliance.registration.model import Registration
from hongyan.compliance.registration.registrars.parties import Parties
from hongyan.compliance.registration.registrars.port import (
    Chain,
    FiledPaper,
    Filing,
    PaperRole,
    Party,
    reference_of,
)
from hongyan.identity import Account, Actor, Identity
from hongyan.kernel.errors import Refused

if TYPE_CHECKING:
    from hongyan.compliance.service import Compliance

MOST_SAMPLES: Final = 3
_SCENES: Final[Mapping[TemplateType, str]] = {
    TemplateType.CODE: "验证码",
    TemplateType.NOTICE: "通知",
    TemplateType.MARKETING: "会员营销",
}
"""As filing sheets call them; international messages are not filed."""
_CODE: Final = ("您的验证码为123456，5分钟内有效，请勿告知他人。", "验证码")
_NOTICE: Final = ("您的订单已发货，请注意查收。", "通知")
_USUAL: Final[Mapping[SignType, Sequence[tuple[str, str]]]] = {
    SignType.CODE: (_CODE,),
    SignType.GENERAL: (_CODE, _NOTICE),
}
"""(text, kind of message). Ours: carriers ask what will be sent before anything is."""
_Object = tuple[Kind | ProofKind, int | None, int | None]
_TEMPLATES: Final = 50
"""That are looked at for samples, the newest."""


class Collector:
    """`channel_name`: a channel's by its id."""

    def __init__(
        self,
        identity: Identity,
        compliance: Compliance,
        parties: Parties,
        channel_name: Callable[[int], Awaitable[str]],
    ) -> None:
        self._identity = identity
        self._compliance = compliance
        self._parties = parties
        self._channel_name = channel_name

    async def filing(self, registration: Registration, actor: Actor) -> Filing:
        """Everything that a carrier asks of it, as it was approved when it began. Raises Refused("registration.outdated")
        while another revision is taking its place."""
        compliance, account_id = self._compliance, registration.account_id
        view = await compliance.signatures.get(account_id, registration.sign_name)
        signature = view.material
        qualification_id = registration.qualification_id
        if view.revision != registration.signature_revision or qualification_id is None:
            raise _outdated(registration)
        material: QualificationMaterial = _revision(
            await compliance.versions(Kind.QUALIFICATION, qualification_id),
            registration.qualification_revision,
        )
        await self._identity.record_event(
            account_id,
            actor.name,
            "compliance.open_for_filing",
            f"registration:{registration.id}",
            qualification=qualification_id,
            network=registration.network,
        )
        letter = await self._proof(ProofKind.LETTER, signature.letter_id, view.proofs.letter)
        trademark = await self._proof(ProofKind.TRADEMARK, signature.trademark_id, view.proofs.trademark)
        objects: list[_Object] = [
            (Kind.QUALIFICATION, qualification_id, registration.qualification_revision),
            (Kind.SIGNATURE, view.standing.id, view.revision),
            (ProofKind.LETTER, signature.letter_id, view.proofs.letter),
            (ProofKind.TRADEMARK, signature.trademark_id, view.proofs.trademark),
            (ProofKind.APP_RECORD, signature.app_record_id, view.proofs.app_record),
        ]
        papers = [paper for each in objects for paper in await self._papers(*each, material)]
        channel = await self._channel_name(registration.channel_id)
        tenant = await self._identity.account(account_id)
        samples, scenes = await self._samples(account_id, registration.sign_name, signature.sign_type)
        return Filing(
            registration_id=registration.id,
            account_id=account_id,
            reference=reference_of(registration),
            network=registration.network,
            channel=channel,
            access_number=registration.access_number,
            extension_code=registration.extension_code,
            sign_name=registration.sign_name,
            signature=signature,
            qualification=material,
            letter=letter,
            trademark=trademark,
            chain=Chain(
                self._parties.holder_of(channel),
                self._parties.operator,
                *_between(tenant, material, letter, third_party=signature.third_party),
            ),
            samples=samples,
            scenes=scenes,
            papers=tuple(papers),
            stand_ins=self._stand_ins(account_id, material, papers),
        )

    async def content(self, filed: FiledPaper, actor: Actor) -> bytes:
        """A paper's file; that it was opened stands in the audit trail."""
        papers = self._compliance.papers
        key = filed.paper.key
        paper = await papers.show_reviewer(filed.kind, filed.object_id, filed.revision, key, reviewer=actor)
        return b"".join([piece async for piece in papers.content(paper)])

    def _stand_ins(
        self, account_id: int, material: QualificationMaterial, papers: Sequence[FiledPaper]
    ) -> tuple[tuple[PaperRole, str], ...]:
        there = {filed.paper.key for filed in papers}
        return tuple(
            (role, key)
            for key, role in _roles(Kind.QUALIFICATION, material).items()
            if key and key not in there and self._compliance.papers.may_stand_in(account_id, key)
        )

    async def _proof(self, kind: ProofKind, number: int | None, revision: int | None) -> Any:
        if not number or not revision:
            return None
        return _revision(await self._compliance.versions(kind, number), revision)

    async def _papers(
        self,
        kind: Kind | ProofKind,
        number: int | None,
        revision: int | None,
        material: QualificationMaterial,
    ) -> list[FiledPaper]:
        if not number or not revision:
            return []
        papers = await self._compliance.papers.of_revision(kind, number, revision)
        roles = _roles(kind, material)
        return [
            FiledPaper(roles.get(paper.key, _OF_OBJECT[kind]), kind, number, revision, paper)
            for paper in papers
        ]

    async def _samples(
        self, account_id: int, sign_name: str, sign_type: SignType
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Texts of usable templates, those of this signature first, and the kinds of messages that they are. A new signature
        has none, because templates are applied for with a signature: then what is usual for its type."""
        for wanted in (TemplateFilter(related_sign_name=sign_name, usable=True), TemplateFilter(usable=True)):
            _, views = await self._compliance.templates.page(account_id, wanted, limit=_TEMPLATES, offset=0)
            found = [view.material for view in views if view.material.category in _SCENES]
            if found:
                samples = tuple(f"【{sign_name}】{each.content}" for each in found[:MOST_SAMPLES])
                kinds = {each.category for each in found}
                return samples, tuple(words for kind, words in _SCENES.items() if kind in kinds)
        usual = _USUAL[sign_type]
        return tuple(f"【{sign_name}】{text}" for text, _ in usual), tuple(scene for _, scene in usual)


def _revision(versions: Sequence[Version[Any]], revision: int) -> Any:
    return versions[revision - 1].material


def _between(
    tenant: Account, material: QualificationMaterial, letter: LetterMaterial | None, *, third_party: bool
) -> tuple[Party, Party]:
    """The authorized party and the authorizer: as the letter says, else tenant and enterprise. A tenant without a verified
    entity is the enterprise itself when it sends its own name."""
    company = Party(material.company_name, material.organization_code)
    unverified = Party(tenant.name) if third_party else company
    sends = Party(tenant.company_name, tenant.uscc or "") if tenant.company_name else unverified
    if letter is None:
        return sends, company
    same = same_company(sends.name, letter.authorized_party)
    authorized = Party(letter.authorized_party, sends.organization_code if same else "")
    return authorized, Party(letter.authorizer, letter.organization_code)


_OF_OBJECT: Final[Mapping[Kind | ProofKind, PaperRole]] = {
    Kind.QUALIFICATION: PaperRole.QUALIFICATION_OTHER,
    Kind.SIGNATURE: PaperRole.SIGNATURE_OTHER,
    ProofKind.LETTER: PaperRole.LETTER,
    ProofKind.TRADEMARK: PaperRole.TRADEMARK,
    ProofKind.APP_RECORD: PaperRole.APP_RECORD,
}
"""Where its field says nothing else."""


def _roles(kind: Kind | ProofKind, material: QualificationMaterial) -> dict[str, PaperRole]:
    """Of a qualification's papers, by their keys."""
    if kind is not Kind.QUALIFICATION:
        return {}
    legal, admin = material.legal_person, material.admin
    return {
        **dict.fromkeys((paper.key for paper in material.licenses), PaperRole.LICENSE),
        legal.emblem_side: PaperRole.LEGAL_EMBLEM,
        legal.portrait_side: PaperRole.LEGAL_PORTRAIT,
        admin.emblem_side: PaperRole.ADMIN_EMBLEM,
        admin.portrait_side: PaperRole.ADMIN_PORTRAIT,
    }


def _outdated(registration: Registration) -> Refused:
    return Refused(
        "registration.outdated",
        en=f"registration {registration.id} began with another revision of its signature or qualification; it begins anew"
        " when that one is approved",
        zh=f"报备 {registration.id} 基于签名或资质的另一版本，新版本审核通过后将重新报备",
        registration_id=registration.id,
    )
