"""What tenants apply for and what reviewers decide. Frozen records, no rules.

`Signature` and `Template` are what sending looks at; the `…View` records are what people and APIs see; the
`…Material` records are what somebody applies with. Times in ms UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, IntEnum
from itertools import zip_longest
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from hongyan.kernel.clock import Millis

if TYPE_CHECKING:
    from hongyan.compliance.rules import Industry
    from hongyan.compliance.states import State


M = TypeVar("M")


class Kind(Enum):
    """What is reviewed."""

    QUALIFICATION = "qualification"
    SIGNATURE = "signature"
    TEMPLATE = "template"


class ProofKind(Enum):
    """Records that signatures lean on. Nobody reviews them by themselves."""

    LETTER = "letter"
    TRADEMARK = "trademark"
    APP_RECORD = "app_record"


Recorded: TypeAlias = Kind | ProofKind
"""What has versions and change records."""


class Verdict(Enum):
    APPROVE = "approve"
    REJECT = "reject"
    ASK = "ask"
    """Neither yet: something is missing, and the applicant submits again with it."""


class ReviewMode(Enum):
    """HONGYAN_REVIEW: who decides."""

    AUTO = "auto"
    RULES = "rules"
    MANUAL = "manual"


class SignType(IntEnum):
    CODE = 0
    GENERAL = 1


class SignSource(IntEnum):
    """Where a name comes from. Source: CreateSmsSign, SignSource."""

    ENTERPRISE = 0
    WEBSITE = 1
    APP = 2
    ACCOUNT_OR_MINI_PROGRAM = 3
    SHOP = 4
    TRADEMARK = 5


class TemplateType(IntEnum):
    """The numbers of `messaging.model.Category`."""

    CODE = 0
    NOTICE = 1
    MARKETING = 2
    INTERNATIONAL = 3


class DrivingType(Enum):
    """Where a text leads its reader. Source: CreateSmsTemplate, TrafficDriving."""

    DOMAIN = "domain"
    FIXED_PHONE = "fixed_phone"
    PHONE_400 = "phone_400"
    PHONE_800 = "phone_800"
    PHONE_95 = "phone_95"
    PHONE_96 = "phone_96"
    PHONE_1 = "phone_1"
    OTHER_PHONE = "other_phone"


class Tag(IntEnum):
    """Who made it. Source: GetSmsSign.SignTag, GetSmsTemplate.TemplateTag."""

    TENANT = 2
    SYSTEM = 3


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature as sending sees it. `usable`: a revision of it was approved."""

    id: int
    account_id: int
    name: str
    usable: bool
    sign_type: SignType


@dataclass(frozen=True, slots=True)
class Template:
    """A template as sending sees it.

    `pieces`: literal text and variable names in turn, text first and last (text may be empty).
    `variables`: each name once, in the order of the text. `rules`: variable -> attribute (compliance.attributes).
    """

    id: int
    account_id: int
    code: str
    category: TemplateType
    usable: bool
    pieces: tuple[str, ...]
    variables: tuple[str, ...]
    rules: dict[str, str]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an object stands in its review. `label`: the name or code people know it by.

    `order_id`, `decided_ms`, `reason`: of the newest submission.
    """

    kind: Kind
    id: int
    account_id: int
    label: str
    state: State
    version: int
    revision: int
    approved_revision: int
    order_id: int
    created_ms: Millis
    decided_ms: Millis | None
    reason: str

    @property
    def usable(self) -> bool:
        """Some revision was approved, and nothing took that back."""
        return self.approved_revision > 0 and self.state.value != "deleted"


@dataclass(frozen=True, slots=True)
class Paper:
    """An uploaded paper, by its storage key. `type`: the vendor's licence type, "" where there is none."""

    key: str = field(repr=False)
    type: str = ""


@dataclass(frozen=True, slots=True)
class PersonPapers:
    """A legal representative or an administrator. `validity`: `YYYY-MM-DD~YYYY-MM-DD`."""

    name: str = field(repr=False)
    id_type: str
    id_number: str = field(repr=False)
    validity: str
    emblem_side: str = field(repr=False, default="")
    portrait_side: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True)
class QualificationMaterial:
    """Six elements and papers of an enterprise. Source: SubmitSmsQualification."""

    use_by_self: bool
    shared: bool
    company_type: str
    company_name: str
    organization_code: str
    license_validity: str
    licenses: tuple[Paper, ...]
    legal_person: PersonPapers
    admin: PersonPapers
    admin_phone: str = field(repr=False)
    other_papers: tuple[str, ...] = field(repr=False, default=())
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Qualification:
    """A qualification with the material of `revision`, the newest unless an order is asked for."""

    standing: Standing
    revision: int
    name: str
    material: QualificationMaterial

    @property
    def id(self) -> int:
        return self.standing.id


@dataclass(frozen=True, slots=True)
class SignatureMaterial:
    """What a signature is applied for with. `qualification_id` is None for the platform's own; proofs are told by the
    numbers of the account's records. `industry`: of the sender; None when nobody has said it, as no vendor's API does.
    `paper_kinds`: of each of `papers` its kind (`rules.PAPERS`), None where nobody has said it; empty: of none."""

    sign_type: SignType
    source: SignSource
    third_party: bool
    qualification_id: int | None
    apply_scene: str = ""
    remark: str = ""
    papers: tuple[str, ...] = field(repr=False, default=())
    letter_id: int | None = None
    trademark_id: int | None = None
    app_record_id: int | None = None
    industry: Industry | None = None
    paper_kinds: tuple[str | None, ...] = ()

    @property
    def kind_of_papers(self) -> dict[str, str | None]:
        """Key -> kind, of every paper."""
        return dict(zip_longest(self.papers, self.paper_kinds[: len(self.papers)]))


@dataclass(frozen=True, slots=True)
class ProofRevisions:
    """Which revisions of its proofs a signature was applied for with; None where it names none."""

    letter: int | None = None
    trademark: int | None = None
    app_record: int | None = None


@dataclass(frozen=True, slots=True)
class SignatureView:
    """A signature with the material that others see. `letter_passed`: its letter's revision, or a later one, has passed
    a review."""

    standing: Standing
    revision: int
    name: str
    tag: Tag
    material: SignatureMaterial
    proofs: ProofRevisions
    letter_passed: bool


@dataclass(frozen=True, slots=True)
class TrafficDriving:
    """A declaration (引流信息): a link or a phone number of a template, and whose it is.

    `content`: as the text has it. `variable`: the one that brings it, "" when it stands in the text. `icp_number` and
    `icp_paper`: the filing of a domain. `other_company_because`: why its owner is not the signature's company.
    """

    type: DrivingType
    content: str
    company_name: str
    organization_code: str
    variable: str = ""
    icp_number: str = ""
    icp_paper: str = field(repr=False, default="")
    other_company_because: str = ""


@dataclass(frozen=True, slots=True)
class TemplateMaterial:
    """What a template is applied for with. `rules`: variable -> attribute."""

    name: str
    category: TemplateType
    content: str
    rules: dict[str, str] = field(default_factory=dict)
    international_type: int | None = None
    related_sign_name: str = ""
    apply_scene: str = ""
    remark: str = ""
    traffic_driving: tuple[TrafficDriving, ...] = ()
    papers: tuple[str, ...] = field(repr=False, default=())

    @property
    def declared(self) -> frozenset[str] | None:
        """The links and numbers that were declared, None when there is no declaration: what the rules are told."""
        return frozenset(each.content for each in self.traffic_driving) or None


@dataclass(frozen=True, slots=True)
class TemplateView:
    """A template with the material that others see, that of `revision`."""

    standing: Standing
    revision: int
    code: str
    tag: Tag
    material: TemplateMaterial


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateFilter:
    """Which templates to list; "", None and no states leave a filter out. `name`: a part of it. `states`: at most three, as
    others see them. `tag`: a key, or `key:value`."""

    code: str = ""
    name: str = ""
    category: TemplateType | None = None
    states: tuple[State, ...] = ()
    related_sign_name: str = ""
    tag: str = ""
    usable: bool | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """Who works on an order. After `until_ms` anybody else may claim it."""

    by: str
    until_ms: Millis


@dataclass(frozen=True, slots=True)
class ReviewOrder:
    """One submission on its way through review. `label`: the name or code people know the object by.

    `promised_ms`: when it is promised to be decided. `turn`: how often it was claimed, the optimistic lock of those who
    work on it. `first_approver`: who approved it where two people must.
    """

    id: int
    account_id: int
    kind: Kind
    object_id: int
    revision: int
    label: str
    submitted_ms: Millis
    verdict: str | None
    reviewer: str | None
    reason: str | None
    decided_ms: Millis | None
    promised_ms: Millis
    turn: int
    claimed: Claim | None
    first_approver: str | None

    @property
    def position(self) -> tuple[int, int, int]:
        """Where it stands in the queue, for the page after it."""
        return self.promised_ms, self.submitted_ms, self.id

    def claimed_by_other(self, reviewer: str, now: Millis) -> Claim | None:
        """Somebody else's claim that is in force."""
        claim = self.claimed
        return claim if claim and claim.by != reviewer and claim.until_ms > now else None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of the material that a step changed, as people may read it: secrets are masked."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """One step of one object: who, when, from where, what, why.

    `door` and `address`: see `Actor`. `before`, `after`: states, "" where there is none. `changed`: what is new in
    this revision.
    """

    id: int
    at_ms: Millis
    order_id: int
    revision: int
    actor: str
    door: str
    address: str
    event: str
    before: str
    after: str
    reason: str
    changed: tuple[FieldChange, ...]

    @property
    def position(self) -> tuple[int]:
        """Where it stands among those of its object, for the page after it."""
        return (self.id,)


@dataclass(frozen=True, slots=True)
class Version(Generic[M]):
    """One revision of an object. `order`: the submission it came with, None for what is not reviewed."""

    revision: int
    material: M
    order: ReviewOrder | None
