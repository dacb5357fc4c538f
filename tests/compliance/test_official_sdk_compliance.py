"""An enterprise applies for everything a send needs, through the official SDK over a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import uvicorn
from alibabacloud_dysmsapi20170525 import models
from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.utils_models import Config
from compliance_material import COMPANY, LONG, PHONE, USCC

from hongyan.apis.aliyun.door import AliyunDoor
from hongyan.apis.aliyun.registry import Services
from hongyan.compliance import Compliance, ReviewMode
from hongyan.identity import AccountKind, Identity, RootSettings, Vault
from hongyan.kernel.clock import SystemClock
from hongyan.kernel.ids import IdMaker
from hongyan.storage.sqlite.command_line import CommandLineStore

pytestmark = pytest.mark.slow


@pytest.fixture(params=["acs3", "v2"])
async def sdk(
    request: pytest.FixtureRequest, store: CommandLineStore, vault: Vault, phone: list[tuple[str, str]]
) -> AsyncIterator[Client]:
    """The SDK of a new tenant, on the machine's clock."""
    clock = SystemClock()
    ids = IdMaker(clock)
    identity = Identity(store, clock, ids, vault)
    await identity.first_start(RootSettings())

    async def send(number: str, code: str) -> None:
        phone.append((number, code))

    compliance = Compliance(
        store, clock, ids, vault, ReviewMode.AUTO, identity=identity, send_phone_code=send
    )
    account = await identity.create_account(
        AccountKind.ENTERPRISE, "tenant", company_name=COMPANY, uscc=USCC, actor="test"
    )
    key = await identity.create_key(account.id, "app", actor="test")
    services = Services(None, compliance, clock)  # type: ignore[arg-type]
    door = AliyunDoor(identity, services, vault, clock=clock)
    config = uvicorn.Config(door, host="127.0.0.1", port=0, log_level="warning", lifespan="off")
    server, socket = uvicorn.Server(config), config.bind_socket()
    serving = asyncio.create_task(server.serve([socket]))
    options = {"signature_algorithm": "v2"} if request.param == "v2" else {}
    yield Client(
        Config(
            access_key_id=key.id,
            access_key_secret=key.secret,
            endpoint=f"127.0.0.1:{socket.getsockname()[1]}",
            protocol="HTTP",
            **options,
        )
    )
    server.should_exit = True
    await serving


async def test_an_enterprise_applies_for_everything_a_send_needs(
    sdk: Client, phone: list[tuple[str, str]]
) -> None:
    await sdk.required_phone_code_async(models.RequiredPhoneCodeRequest(phone_no=PHONE))
    ((_, code),) = phone
    valid = await sdk.valid_phone_code_async(models.ValidPhoneCodeRequest(phone_no=PHONE, certify_code=code))
    assert valid.body.data is True
    submitted = await sdk.submit_sms_qualification_async(
        models.SubmitSmsQualificationRequest(
            qualification_name="自用资质",
            use_by_self=True,
            whether_share=False,
            company_type="COMPANY",
            company_name=COMPANY,
            organization_code=USCC,
            bussiness_license_exp_date=LONG,
            business_license_pics=[
                models.SubmitSmsQualificationRequestBusinessLicensePics(
                    license_pic="1/licence.jpg", type="businessLicense"
                )
            ],
            legal_person_name="王法人",
            legal_person_idcard_type="identityCard",
            legal_person_idcard_no="330106198001011238",
            legal_person_id_card_eff_time=LONG,
            admin_name="李管理",
            admin_idcard_type="identityCard",
            admin_idcard_no="330106199002021236",
            admin_idcard_exp_date=LONG,
            admin_idcard_front_face="1/c.png",
            admin_idcard_pic="1/d.png",
            admin_phone_no=PHONE,
            certify_code=code,
        )
    )
    number = int(submitted.body.data)
    single = await sdk.query_single_sms_qualification_async(
        models.QuerySingleSmsQualificationRequest(qualification_group_id=number)
    )
    assert (single.body.data.state, single.body.data.company_name) == ("PASSED", COMPANY)
    records = await sdk.query_sms_qualification_record_async(
        models.QuerySmsQualificationRecordRequest(use_by_self=True)
    )
    assert [row.group_id for row in records.body.data.list] == [number]

    await sdk.create_sms_sign_async(
        models.CreateSmsSignRequest(
            sign_name="杭州测算",
            sign_source=0,
            qualification_id=number,
            third_party=False,
            more_data=["1/a.png"],
        )
    )
    sign = await sdk.get_sms_sign_async(models.GetSmsSignRequest(sign_name="杭州测算"))
    assert (sign.body.sign_status, sign.body.file_url_list) == (1, ["1/a.png"])
    assert {row.register_status for row in sign.body.sign_isp_register_detail_list} == {-2}
    created = await sdk.create_sms_template_async(
        models.CreateSmsTemplateRequest(
            template_name="登录",
            template_type=0,
            template_content="您的验证码为${code}",
            template_rule='{"code":"numberCaptcha"}',
            related_sign_name="杭州测算",
        )
    )
    template = await sdk.get_sms_template_async(
        models.GetSmsTemplateRequest(template_code=created.body.template_code)
    )
    assert (template.body.template_status, template.body.sign_list.sign_list) == ("1", ["杭州测算"])
    with pytest.raises(ClientException) as refused:
        await sdk.create_sms_template_async(
            models.CreateSmsTemplateRequest(
                template_name="登录",
                template_type=0,
                template_content="您的验证码为${code}，${minutes}分钟内有效",
                template_rule='{"code":"numberCaptcha","minutes":"verifyTime"}',
                related_sign_name="杭州测算",
            )
        )
    assert refused.value.code == "TemplateVarLimitExceeded"
    await sdk.delete_sms_template_async(
        models.DeleteSmsTemplateRequest(template_code=created.body.template_code)
    )
    await sdk.delete_sms_sign_async(models.DeleteSmsSignRequest(sign_name="杭州测算"))
    signs = await sdk.query_sms_sign_list_async(models.QuerySmsSignListRequest(page_index=1, page_size=10))
    assert [row.sign_name for row in signs.body.sms_sign_list] == [COMPANY], "the complimentary one"
