"""Filings to test with. Every name and number is invented."""

from __future__ import annotations

from dataclasses import replace

from hongyan.compliance import (
    LetterMaterial,
    Paper,
    PersonPapers,
    QualificationMaterial,
    SignatureMaterial,
    SignSource,
    SignType,
)
from hongyan.compliance.registration.registrars.port import Chain, Filing, Party

COMPANY = "杭州云雁科技有限公司"

FILING = Filing(
    registration_id=1,
    account_id=7,
    reference="HY1-A",
    network="mobile",
    channel="main",
    access_number="1069000012",
    extension_code="0012",
    sign_name="云雁科技",
    signature=SignatureMaterial(SignType.GENERAL, SignSource.ENTERPRISE, False, 1, "登录验证"),
    qualification=QualificationMaterial(
        use_by_self=True,
        shared=False,
        company_type="COMPANY",
        company_name=COMPANY,
        organization_code="91330106MA2HY0001N",
        license_validity="2020-01-01~2099-12-31",
        licenses=(Paper("7/licence.png"),),
        legal_person=PersonPapers("王云", "identityCard", "110101199003071233", "2020-01-01~2040-01-01"),
        admin=PersonPapers("李雁", "identityCard", "110101199003072332", "2020-01-01~2040-01-01"),
        admin_phone="13800000001",
    ),
    letter=None,
    trademark=None,
    chain=Chain(Party("某通信公司"), Party("鸿雁平台", "91330106MA2HY0002X"), Party(COMPANY), Party(COMPANY)),
    samples=("【云雁科技】验证码${code}，5分钟内有效。",),
    scenes=("验证码",),
    papers=(),
)

LETTER = LetterMaterial(
    "飞鸿商贸有限公司", "91330106MA2HY0003Q", COMPANY, "2026-01-01~2027-01-01", "7/l.png", ("飞鸿",)
)


def third_party(filing: Filing = FILING) -> Filing:
    """The same for somebody else's name."""
    chain = replace(filing.chain, authorizer=Party(LETTER.authorizer, LETTER.organization_code))
    signature = replace(filing.signature, third_party=True)
    return replace(filing, signature=signature, letter=LETTER, chain=chain)
