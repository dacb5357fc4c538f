"""What may be sent, and by whom: qualifications, signatures, templates, and their review."""

from hongyan.compliance.attributes import attribute_problem
from hongyan.compliance.model import (
    ChangeRecord,
    Kind,
    Paper,
    PersonPapers,
    Qualification,
    QualificationMaterial,
    ReviewMode,
    ReviewOrder,
    Signature,
    SignatureMaterial,
    SignatureView,
    SignSource,
    SignType,
    Standing,
    Tag,
    Template,
    TemplateMaterial,
    TemplateType,
    TemplateView,
    Verdict,
)
from hongyan.compliance.platform_sender import PlatformSender, platform_sender
from hongyan.compliance.qualifications import QualificationFilter
from hongyan.compliance.service import Compliance
from hongyan.compliance.signatures import Proofs
from hongyan.compliance.states import State

__all__ = [
    "ChangeRecord",
    "Compliance",
    "Kind",
    "Paper",
    "PersonPapers",
    "PlatformSender",
    "Proofs",
    "Qualification",
    "QualificationFilter",
    "QualificationMaterial",
    "ReviewMode",
    "ReviewOrder",
    "SignSource",
    "SignType",
    "Signature",
    "SignatureMaterial",
    "SignatureView",
    "Standing",
    "State",
    "Tag",
    "Template",
    "TemplateMaterial",
    "TemplateType",
    "TemplateView",
    "Verdict",
    "attribute_problem",
    "platform_sender",
]
