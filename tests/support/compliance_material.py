"""Applications that pass, to be varied by tests. Every name and number is invented."""

from __future__ import annotations

from hongyan.compliance import (
    AppRecordMaterial,
    LetterMaterial,
    Paper,
    PersonPapers,
    QualificationMaterial,
    SignatureMaterial,
    SignSource,
    SignType,
    TemplateMaterial,
    TemplateType,
    TrademarkMaterial,
)
from hongyan.compliance.uscc import check_character
from hongyan.identity import Actor

_ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
KEY = Actor("key:test", "aliyun", "203.0.113.9")
LI = Actor("person:li")
WANG = Actor("person:wang")
COMPANY = "杭州测算科技有限公司"
PHONE = "13900000001"
LONG = "2020-01-01~2099-12-31"


def uscc_of(organization: str, division: str = "330106", registry: str = "91") -> str:
    """A whole code from 8 characters of an organization code: adds the characters of GB 11714 and GB 32100."""
    total = sum(int(c, 36) * w for c, w in zip(organization, _ORGANIZATION_WEIGHTS, strict=True))
    first_17 = f"{registry}{division}{organization}{'0123456789X'[-total % 11]}"
    return first_17 + check_character(first_17)


USCC = uscc_of("MA2HT001".replace("T", "A"))
PAPERS = (
    *("1/licence.jpg", "1/a.png", "1/b.png", "1/c.png", "1/d.png", "1/extra.pdf", "1/consent.png"),
    *("1/letter.png", "1/mark.png", "1/app.png"),
)
"""Keys that applications here name; every tenant of these tests has uploaded them."""
QUALIFICATION = QualificationMaterial(
    use_by_self=True,
    shared=False,
    company_type="COMPANY",
    company_name=COMPANY,
    organization_code=USCC,
    license_validity=LONG,
    licenses=(Paper("1/licence.jpg", "businessLicense"),),
    legal_person=PersonPapers("王法人", "identityCard", "330106198001011235", LONG, "1/a.png", "1/b.png"),
    admin=PersonPapers("李管理", "identityCard", "330106199002021237", LONG, "1/c.png", "1/d.png"),
    admin_phone=PHONE,
    other_papers=("1/extra.pdf",),
    remark="备注",
)
OTHER_COMPANY = "杭州云雁科技有限公司"
OTHER_USCC = uscc_of("MA2HA002")
LETTER = LetterMaterial(
    authorizer=OTHER_COMPANY,
    organization_code=OTHER_USCC,
    authorized_party=COMPANY,
    validity="2026-01-01~2028-12-31",
    picture="1/letter.png",
    scope=("杭州云雁",),
)
TRADEMARK = TrademarkMaterial(
    name="云雁",
    applicant=OTHER_COMPANY,
    registration_number="12345678",
    validity="2020-12-14~2030-12-13",
    picture="1/mark.png",
)
APP_RECORD = AppRecordMaterial(
    service_name="云雁",
    principal=COMPANY,
    license_number="浙B2-20080101-4",
    approved_on="2020-01-01",
    link="https://store.example/yunyan",
    picture="1/app.png",
)
SIGNATURE = SignatureMaterial(
    SignType.GENERAL, SignSource.ENTERPRISE, third_party=False, qualification_id=None
)
TEMPLATE = TemplateMaterial(
    name="登录",
    category=TemplateType.CODE,
    content="您的验证码为${code}，请勿告知他人。",
    rules={"code": "numberCaptcha"},
    related_sign_name="杭州测算",
)
