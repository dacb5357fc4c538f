"""A tenant at the vendor's door: his client, his phone, and applications that pass."""

from __future__ import annotations

from typing import Any, Protocol

from compliance_material import COMPANY, LONG, PAPERS, PHONE, USCC
from papers_in_process import upload
from vendor_client import VendorClient

from hongyan.apis.aliyun.door import AliyunDoor
from hongyan.apis.aliyun.intake import DoorSettings
from hongyan.apis.aliyun.registry import Services
from hongyan.compliance import Compliance
from hongyan.identity import AccountKind, Identity, Vault
from hongyan.kernel.clock import ManualClock

QUALIFICATION: dict[str, Any] = {
    "QualificationName": "自用资质",
    "UseBySelf": True,
    "WhetherShare": False,
    "CompanyType": "COMPANY",
    "CompanyName": COMPANY,
    "OrganizationCode": USCC,
    "BussinessLicenseExpDate": LONG,
    "BusinessLicensePics": [{"LicensePic": "1/licence.jpg", "Type": "businessLicense"}],
    "LegalPersonName": "王法人",
    "LegalPersonIDCardType": "identityCard",
    "LegalPersonIDCardNo": "330106198001011235",
    "LegalPersonIdCardEffTime": LONG,
    "AdminName": "李管理",
    "AdminIDCardType": "identityCard",
    "AdminIDCardNo": "330106199002021237",
    "AdminIDCardExpDate": LONG,
    "AdminIDCardFrontFace": "1/c.png",
    "AdminIDCardPic": "1/d.png",
    "AdminPhoneNo": PHONE,
    "OtherFiles": [{"LicensePic": "1/extra.pdf"}],
    "Remark": "备注",
}


class Room:
    """A tenant's client, and his phone."""

    def __init__(self, client: VendorClient, phone: list[tuple[str, str]], clock: ManualClock) -> None:
        self.client = client
        self.phone = phone
        self.clock = clock

    async def code(self) -> str:
        self.clock.advance(61)
        await self.client.ok("RequiredPhoneCode", PhoneNo=PHONE)
        return self.phone[-1][1]

    async def qualification(self, **changes: Any) -> int:
        body = await self.client.ok(
            "SubmitSmsQualification", **QUALIFICATION | changes, CertifyCode=await self.code()
        )
        return int(body["Data"])

    async def signature(self, name: str = "杭州测算") -> dict[str, Any]:
        number = await self.qualification(QualificationName=f"为{name}")
        return await self.client.ok("CreateSmsSign", SignName=name, SignSource=0, QualificationId=number)


class NewRoom(Protocol):
    """Makes a verified tenant with a key, who has uploaded the papers that applications here name."""

    async def __call__(
        self,
        compliance: Compliance,
        *,
        name: str = "tenant",
        kind: AccountKind = AccountKind.ENTERPRISE,
        old_actions: bool = False,
    ) -> Room: ...


def rooms(identity: Identity, vault: Vault, phone: list[tuple[str, str]], clock: ManualClock) -> NewRoom:
    """What makes them on one store."""

    async def new_room(
        compliance: Compliance,
        *,
        name: str = "tenant",
        kind: AccountKind = AccountKind.ENTERPRISE,
        old_actions: bool = False,
    ) -> Room:
        account = await identity.create_account(kind, name, company_name=COMPANY, uscc=USCC, actor="test")
        await upload(compliance.papers, account.id, *PAPERS)
        key = await identity.create_key(account.id, "app", actor="test")
        services = Services(None, compliance, clock)  # type: ignore[arg-type]
        settings = DoorSettings(old_actions=old_actions, max_body=1024 * 1024)
        door = AliyunDoor(identity, services, vault, clock=clock, settings=settings)
        return Room(VendorClient(door, key, lambda: clock.now_ms() / 1000), phone, clock)

    return new_room
