"""An enterprise applies for everything a send needs, through the official SDK over a real socket."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import requests
import uvicorn
from alibabacloud_dysmsapi20170525 import models
from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.utils_models import Config
from compliance_material import (
    COMPANY,
    LONG,
    OTHER_COMPANY,
    OTHER_USCC,
    PHONE,
    USCC,
)
from in_process_store import InProcessStore
from paper_files import pdf, picture

from hongyan.apis.aliyun.door import AliyunDoor
from hongyan.apis.aliyun.intake import DoorSettings
from hongyan.apis.aliyun.oss import OssDoor
from hongyan.apis.aliyun.registry import Services
from hongyan.apis.asgi import Receive, Scope, Send
from hongyan.compliance import Compliance, ReviewMode
from hongyan.compliance.papers import PATH, Papers
from hongyan.identity import AccountKind, Identity, RootSettings, Vault
from hongyan.kernel.clock import SystemClock, beijing
from hongyan.kernel.ids import IdMaker

pytestmark = pytest.mark.slow


@pytest.fixture(params=["acs3", "v2"])
async def sdk(
    request: pytest.FixtureRequest, store: InProcessStore, vault: Vault, phone: list[tuple[str, str]]
) -> AsyncIterator[Client]:
    """The SDK of a new tenant, on the machine's clock."""
    clock = SystemClock()
    ids = IdMaker(clock)
    identity = Identity(store, clock, ids, vault)
    await identity.first_start(RootSettings())

    async def send(number: str, code: str) -> None:
        phone.append((number, code))

    papers = Papers(store, clock, ids, vault, identity)
    compliance = Compliance(
        store, clock, ids, vault, ReviewMode.AUTO, identity=identity, send_phone_code=send, papers=papers
    )
    account = await identity.create_account(
        AccountKind.ENTERPRISE, "tenant", company_name=COMPANY, uscc=USCC, actor="test"
    )
    key = await identity.create_key(account.id, "app", actor="test")
    services = Services(None, compliance, clock)  # type: ignore[arg-type]
    settings = DoorSettings(old_actions=True)
    door = AliyunDoor(identity, services, vault, clock=clock, settings=settings)
    uploads = OssDoor(papers)

    async def port(scope: Scope, receive: Receive, send: Send) -> None:
        await (uploads if scope["path"].startswith(PATH) else door)(scope, receive, send)

    config = uvicorn.Config(port, host="127.0.0.1", port=0, log_level="warning", lifespan="off")
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


async def upload(host: str, info: Any, name: str, content: bytes) -> str:
    """A browser's form, posted by a plain HTTP client; the key for the application."""
    key = f"{info.start_path}/{name}"
    fields = {
        "key": key,
        "policy": info.policy,
        "OSSAccessKeyId": info.access_key_id,
        "Signature": info.signature,
        "success_action_status": "200",
    }
    answer = await asyncio.to_thread(
        requests.post, host, data=fields, files={"file": (name, content)}, timeout=10
    )
    assert answer.status_code == 200, answer.text
    return key


async def test_an_enterprise_applies_for_everything_a_send_needs(
    sdk: Client, phone: list[tuple[str, str]]
) -> None:
    qualification_info = (
        await sdk.get_qualification_oss_info_async(models.GetQualificationOssInfoRequest(biz_type="dysms"))
    ).body.data
    assert abs(qualification_info.expire - time.time() - 3_600) < 60
    licence, emblem, portrait = [
        await upload(qualification_info.host, qualification_info, name, picture("jpeg"))
        for name in ("licence.jpg", "emblem.jpg", "portrait.jpg")
    ]
    more_info = (
        await sdk.get_ossinfo_for_upload_file_async(models.GetOSSInfoForUploadFileRequest())
    ).body.model
    more = await upload(more_info.host, more_info, "more.pdf", pdf())
    reading = (
        await sdk.get_sms_ocr_oss_info_async(models.GetSmsOcrOssInfoRequest(task_type="ICP_DOMAIN"))
    ).body
    assert (reading.model.host, reading.model.bucket) == (more_info.host, "hongyan-papers")
    await sdk.required_phone_code_async(models.RequiredPhoneCodeRequest(phone_no=PHONE))
    ((_, code),) = phone
    valid = await sdk.valid_phone_code_async(models.ValidPhoneCodeRequest(phone_no=PHONE, certify_code=code))
    assert valid.body.data is True
    submitted = await sdk.submit_sms_qualification_async(
        _qualification("自用资质", True, (COMPANY, USCC), (licence, emblem, portrait), code)
    )
    number = int(submitted.body.data)
    single = await sdk.query_single_sms_qualification_async(
        models.QuerySingleSmsQualificationRequest(qualification_group_id=number)
    )
    assert (single.body.data.state, single.body.data.company_name) == ("PASSED", COMPANY)
    (shown,) = single.body.data.business_license_pics
    assert shown.license_pic == licence
    for url in (shown.pic_url, single.body.data.admin_idcard_front_face, single.body.data.admin_idcard_pic):
        answer = await asyncio.to_thread(requests.get, url, timeout=10)
        assert (answer.status_code, answer.content) == (200, picture("jpeg"))
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
            more_data=[more],
        )
    )
    sign = await sdk.get_sms_sign_async(models.GetSmsSignRequest(sign_name="杭州测算"))
    assert sign.body.sign_status == 1
    (url,) = sign.body.file_url_list
    assert (await asyncio.to_thread(requests.get, url, timeout=10)).content == pdf()
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
    await _templates_in_every_other_way(sdk, created.body.template_code)
    await _older_actions(sdk)
    await sdk.delete_sms_template_async(
        models.DeleteSmsTemplateRequest(template_code=created.body.template_code)
    )
    await sdk.delete_sms_sign_async(models.DeleteSmsSignRequest(sign_name="杭州测算"))
    signs = await sdk.query_sms_sign_list_async(models.QuerySmsSignListRequest(page_index=1, page_size=10))
    assert [row.sign_name for row in signs.body.sms_sign_list] == [COMPANY], "the complimentary one"


async def _templates_in_every_other_way(sdk: Client, code: str) -> None:
    """A change, a declaration, both lists, tags."""
    said = {"trafficDrivingType": "95_PHONE", "trafficDrivingContent": "95588", "companyName": COMPANY}
    told = {
        "template_name": "提现",
        "template_type": 0,
        "template_rule": '{"code":"numberCaptcha"}',
        "related_sign_name": "杭州测算",
        "traffic_driving": json.dumps([said | {"organizationCode": USCC}], ensure_ascii=False),
    }
    wrong = models.CreateSmsTemplateRequest(template_content="您的号码是${code}，详询95588", **told)
    rejected = (await sdk.create_sms_template_async(wrong)).body.template_code
    right = models.UpdateSmsTemplateRequest(
        template_code=rejected, template_content="您的验证码是${code}，详询95588", **told
    )
    assert (await sdk.update_sms_template_async(right)).body.template_code == rejected
    older = await sdk.query_sms_template_list_async(models.QuerySmsTemplateListRequest())
    row = next(row for row in older.body.sms_template_list if row.template_code == rejected)
    assert (row.template_type, row.outer_template_type, row.audit_status) == (2, 0, "AUDIT_STATE_PASS")
    assert json.loads(row.traffic_driving) == [said | {"organizationCode": USCC}]
    place = {"region_id": "cn-hangzhou", "resource_type": "TEMPLATE", "prod_code": "dysms"}
    tags = [models.TagResourcesRequestTag(key="team", value="支付")]
    await sdk.tag_resources_async(models.TagResourcesRequest(resource_id=[code, rejected], tag=tags, **place))
    await sdk.untag_resources_async(
        models.UntagResourcesRequest(resource_id=[code], tag_key=["team"], **place)
    )
    asked = [models.ListTagResourcesRequestTag(key="team")]
    found = await sdk.list_tag_resources_async(models.ListTagResourcesRequest(tag=asked, **place))
    assert [tag.resource_id for tag in found.body.tag_resources.tag_resource] == [rejected]
    newer = await sdk.get_sms_template_list_async(
        models.GetSmsTemplateListRequest(template_tag="team:支付", usable_state_list=["AVAILABLE"])
    )
    (row,) = newer.body.data.list
    assert (row.template_code, row.audit_status, row.template_tag[0].tag_value) == (rejected, 1, "支付")


async def _older_actions(sdk: Client) -> None:
    """Those that the vendor has taken offline; pictures travel in the body."""
    file = base64.b64encode(picture("jpeg")).decode()
    told = {"sign_name": "杭州测算科技", "sign_source": 0, "remark": "登录"}
    files = [models.AddSmsSignRequestSignFileList(file_contents=file, file_suffix="jpg")]
    added = await sdk.add_sms_sign_async(models.AddSmsSignRequest(sign_file_list=files, **told))
    assert (added.body.code, added.body.sign_name) == ("OK", "杭州测算科技")
    more = [models.ModifySmsSignRequestSignFileList(file_contents=file, file_suffix="jpeg")]
    changed = await sdk.modify_sms_sign_async(models.ModifySmsSignRequest(sign_file_list=more, **told))
    assert changed.body.code == "OK"
    sign = await sdk.query_sms_sign_async(models.QuerySmsSignRequest(sign_name="杭州测算科技"))
    assert (sign.body.sign_status, sign.body.reason) == (1, "无审核备注")
    await sdk.delete_sms_sign_async(models.DeleteSmsSignRequest(sign_name="杭州测算科技"))
    template = models.AddSmsTemplateRequest(
        template_name="订单", template_type=1, template_content="订单${order}已发货", remark="订单"
    )
    code = (await sdk.add_sms_template_async(template)).body.template_code
    found = (await sdk.query_sms_template_async(models.QuerySmsTemplateRequest(template_code=code))).body
    assert (found.template_type, found.template_status, found.reason) == (1, 1, "无审批备注")


@pytest.mark.parametrize("sdk", ["acs3"], indirect=True)
async def test_a_third_party_signature_from_nothing(sdk: Client, phone: list[tuple[str, str]]) -> None:
    info = (
        await sdk.get_qualification_oss_info_async(models.GetQualificationOssInfoRequest(biz_type="dysms"))
    ).body.data
    licence, emblem, portrait, written, screenshot = [
        await upload(info.host, info, name, picture("jpeg"))
        for name in ("licence.jpg", "emblem.jpg", "portrait.jpg", "letter.jpg", "screenshot.jpg")
    ]
    await sdk.required_phone_code_async(models.RequiredPhoneCodeRequest(phone_no=PHONE))
    submitted = await sdk.submit_sms_qualification_async(
        _qualification(
            "他用资质", False, (OTHER_COMPANY, OTHER_USCC), (licence, emblem, portrait), phone[-1][1]
        )
    )
    number = int(submitted.body.data)
    today = beijing(SystemClock().now_ms()).date()
    created = await sdk.create_sms_authorization_letter_async(
        models.CreateSmsAuthorizationLetterRequest(
            authorization_letter_name="云雁委托书",
            authorization=OTHER_COMPANY,
            organization_code=OTHER_USCC,
            proxy_authorization=COMPANY,
            authorization_letter_exp_date=f"{today}~{today + timedelta(days=365)}",
            authorization_letter_pic=written,
            sign_list=["杭州云雁", "杭州云雁科技"],
        )
    )
    letter = int(created.body.data)
    with pytest.raises(ClientException) as refused:
        await sdk.create_sms_sign_async(_third_party("云雁", number, letter))
    assert refused.value.code == "SmsSignNotAuthorized"
    await sdk.create_sms_sign_async(_third_party("杭州云雁", number, letter))
    sign = (await sdk.get_sms_sign_async(models.GetSmsSignRequest(sign_name="杭州云雁"))).body
    assert (sign.sign_status, sign.third_party, sign.authorization_letter_id) == (1, True, letter)
    assert sign.authorization_letter_audit_pass is True
    letters = await sdk.query_sms_authorization_letter_async(
        models.QuerySmsAuthorizationLetterRequest(
            authorization_letter_id_list=[letter], sign_name="杭州云雁", state="PASSED", status="VALID"
        )
    )
    assert [row.sign_scope for row in letters.body.data] == ["杭州云雁、杭州云雁科技"]
    mark = await sdk.create_sms_trademark_async(
        models.CreateSmsTrademarkRequest(
            trademark_name="杭州云雁",
            trademark_applicant_name=OTHER_COMPANY,
            trademark_registration_number="12345678",
            trademark_eff_exp_date="2010-12-14~2099-12-13",
            trademark_pic=screenshot,
        )
    )
    record = await sdk.create_sms_app_icp_record_async(
        models.CreateSmsAppIcpRecordRequest(
            app_service_name="杭州云雁",
            app_principal_unit_name=OTHER_COMPANY,
            app_icp_license_number="浙B2-20080101-4",
            app_approval_date="2020-01-01",
            domain="https://store.example/yunyan",
            app_icp_record_pic=screenshot,
        )
    )
    marks = await sdk.query_sms_trademark_async(
        models.QuerySmsTrademarkRequest(trademark_id_list=[int(mark.body.data)])
    )
    records = await sdk.query_sms_app_icp_record_async(
        models.QuerySmsAppIcpRecordRequest(app_icp_record_id_list=[int(record.body.data)])
    )
    for url in (marks.body.data[0].trademark_pic_url, records.body.data[0].app_icp_record_pic_url):
        shown = await asyncio.to_thread(requests.get, url, timeout=10)
        assert (shown.status_code, shown.content) == (200, picture("jpeg"))
    updated = _third_party("杭州云雁", number, letter)
    await sdk.update_sms_sign_async(
        models.UpdateSmsSignRequest().from_map(
            updated.to_map() | {"TrademarkId": int(mark.body.data), "Remark": "订单通知"}
        )
    )
    sign = (await sdk.get_sms_sign_async(models.GetSmsSignRequest(sign_name="杭州云雁"))).body
    assert (sign.sign_status, sign.trademark_id, sign.remark) == (1, int(mark.body.data), "订单通知")
    changed = await sdk.change_signature_qualification_async(
        models.ChangeSignatureQualificationRequest(
            signature_name="杭州云雁", qualification_id=number, authorization_letter_id=letter
        )
    )
    assert changed.body.data.success is True
    order = (await sdk.query_sms_qualification_record_async(models.QuerySmsQualificationRecordRequest())).body
    with pytest.raises(ClientException) as refused:
        await sdk.delete_sms_qualification_async(
            models.DeleteSmsQualificationRequest(
                qualification_group_id=number, order_id=order.data.list[0].work_order_id
            )
        )
    assert refused.value.code == "BindSignDeleteFailed"


def _third_party(name: str, qualification_id: int, letter_id: int) -> models.CreateSmsSignRequest:
    return models.CreateSmsSignRequest(
        sign_name=name,
        sign_source=0,
        third_party=True,
        qualification_id=qualification_id,
        authorization_letter_id=letter_id,
    )


def _qualification(
    name: str, own: bool, company: tuple[str, str], papers: tuple[str, str, str], code: str
) -> models.SubmitSmsQualificationRequest:
    """`company`: name and credit code; `papers`: licence, both sides of the administrator's ID."""
    licence, emblem, portrait = papers
    return models.SubmitSmsQualificationRequest(
        qualification_name=name,
        use_by_self=own,
        whether_share=False,
        company_type="COMPANY",
        company_name=company[0],
        organization_code=company[1],
        bussiness_license_exp_date=LONG,
        business_license_pics=[
            models.SubmitSmsQualificationRequestBusinessLicensePics(
                license_pic=licence, type="businessLicense"
            )
        ],
        legal_person_name="王法人",
        legal_person_idcard_type="identityCard",
        legal_person_idcard_no="330106198001011235",
        legal_person_id_card_eff_time=LONG,
        admin_name="李管理",
        admin_idcard_type="identityCard",
        admin_idcard_no="330106199002021237",
        admin_idcard_exp_date=LONG,
        admin_idcard_front_face=emblem,
        admin_idcard_pic=portrait,
        admin_phone_no=PHONE,
        certify_code=code,
    )
