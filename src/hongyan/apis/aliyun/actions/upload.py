"""Credentials for uploads: files go to `compliance.papers.PATH` with a browser's form, and their keys into applications."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hongyan.apis.aliyun.action_table import ACTIONS
from hongyan.apis.aliyun.actions._shapes import bearer
from hongyan.apis.aliyun.call import Call
from hongyan.apis.aliyun.errors import VendorError
from hongyan.apis.aliyun.registry import Answer, Services, action
from hongyan.compliance.papers import BUCKET, PATH

_DEFAULT_BIZ_TYPE: Final = "fcMediaSms"
_BIZ_TYPES: Final[Mapping[str, frozenset[str]]] = {
    "GetQualificationOssInfo": frozenset({"dysms"}),
    "GetOSSInfoForUploadFile": frozenset({_DEFAULT_BIZ_TYPE}),
}
"""Source: the actions' BizType. A ticket is the same for all: what a file may be used for is asked when it is used."""
_TASK_TYPES: Final = frozenset({"ICP_DOMAIN"})
_NOT_SUPPORTED: Final = "OssBiztypeNotSupportError"


@action("GetQualificationOssInfo", changes_state=False)
async def get_qualification_oss_info(services: Services, call: Call) -> Answer:
    """For the papers of qualifications, letters of authorization, trademarks and app records."""
    _check(call, call.text("BizType"))
    info, expires = _info(services, call)
    return {"Success": True, "Data": {**info, "Expire": expires}}


@action("GetOSSInfoForUploadFile", changes_state=False)
async def get_oss_info_for_upload_file(services: Services, call: Call) -> Answer:
    """For more data of signatures and templates."""
    _check(call, call.text("BizType", _DEFAULT_BIZ_TYPE))
    info, expires = _info(services, call)
    return {"Success": True, "Model": {**info, "ExpireTime": str(expires)}}


@action("GetSmsOcrOssInfo", changes_state=False)
async def get_sms_ocr_oss_info(services: Services, call: Call) -> Answer:
    """For pictures whose text is read, such as the ICP record of a domain in a template."""
    task = call.optional("TaskType")
    if task is not None and task not in _TASK_TYPES:
        raise call.invalid("TaskType", f"must be one of {', '.join(sorted(_TASK_TYPES))}")
    info, expires = _info(services, call)
    return {"Success": True, "Model": {**info, "Bucket": BUCKET, "ExpireTime": str(expires)}}


def _check(call: Call, biz_type: str) -> None:
    if biz_type not in _BIZ_TYPES[call.action]:
        raise VendorError(_NOT_SUPPORTED, *ACTIONS["GetQualificationOssInfo"].errors[_NOT_SUPPORTED])


def _info(services: Services, call: Call) -> tuple[Answer, int]:
    """What all three hand out, and when it expires, in seconds since 1970."""
    ticket = services.compliance.papers.ticket(bearer(call))
    info = {
        "AccessKeyId": ticket.handle,
        "Policy": ticket.policy,
        "Signature": ticket.signature,
        "Host": call.origin() + PATH,
        "StartPath": ticket.start_path,
    }
    return info, ticket.expires_ms // 1000
