"""Answers of object storage: errors as XML, one row each, and what a stored file is answered with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from hongyan.kernel.errors import HongyanError, Throttled

_OSS = "vendor: OSS, error responses of PostObject and GetObject"
_OURS = "ours: the vendor does not look into files"
RETRY_AFTER_SECONDS: Final = 1


@dataclass(frozen=True, slots=True)
class Row:
    """What is said may hold {facts}; empty: the sentence of our own error is said."""

    status: int
    en: str
    zh: str
    source: str


class OssError(Exception):
    """An answer that is no success, ready for the wire. `en`, `zh`: what is said instead of the row's words."""

    def __init__(self, code: str, en: str = "", zh: str = "", **facts: object) -> None:
        super().__init__(code)
        row = ERRORS[code]
        self.code = code
        self.status = row.status
        self.en = en or row.en.format_map(facts)
        self.zh = zh or row.zh.format_map(facts)


ERRORS: Final[Mapping[str, Row]] = {
    "AccessDenied": Row(403, "You have no right to access this object.", "无权访问该文件", _OSS),
    "EntityTooLarge": Row(
        400,
        "Your proposed upload exceeds the maximum allowed size, which is 5 MB for a file.",
        "文件超过允许的大小：最大 5 MB",
        _OSS,
    ),
    "EntityTooSmall": Row(
        400,
        "Your proposed upload is smaller than the minimum allowed size: the file is empty.",
        "文件为空",
        _OSS,
    ),
    "FieldItemTooLong": Row(
        400,
        "The fields in front of the file are too long: at most {most}.",
        "表单字段过长：最多 {most}",
        _OSS,
    ),
    "FilePartNotExist": Row(
        400,
        "The form has no file; it must be the last part, with the name file.",
        "表单中没有文件；文件须为最后一个表单域，名称为 file",
        _OSS,
    ),
    "IncorrectNumberOfFilesInPOSTRequest": Row(
        400, "POST requires exactly one file upload per request.", "每次请求只能上传一个文件", _OSS
    ),
    "InternalError": Row(
        500, "We encountered an internal error. Please try again.", "系统内部错误，请重试", _OSS
    ),
    "InvalidArgument": Row(400, "The field {name} is given twice.", "表单域 {name} 重复", _OSS),
    "InvalidFile": Row(400, "", "", _OURS),
    "InvalidObjectName": Row(400, "", "", _OSS),
    "InvalidPolicyDocument": Row(400, "", "", _OSS),
    "MalformedPOSTRequest": Row(
        400,
        "The body of your POST request is not well-formed multipart/form-data.",
        "请求体不是完整的 multipart/form-data 表单",
        _OSS,
    ),
    "MethodNotAllowed": Row(
        405, "The specified method is not allowed against this resource.", "不支持该请求方法", _OSS
    ),
    "NoSuchKey": Row(404, "The specified key does not exist.", "没有此文件", _OSS),
    "QuotaExceeded": Row(403, "", "", _OURS),
    "RequestIsNotMultiPartContent": Row(
        400,
        "Bucket POST must be of the enclosure-type multipart/form-data.",
        "POST 请求须为 multipart/form-data 格式",
        _OSS,
    ),
    "RequestTimeout": Row(
        400,
        "Your socket connection to the server was not read from or written to within the timeout.",
        "请求体未在限定时间内到达",
        _OSS,
    ),
    "ServiceUnavailable": Row(
        503,
        "Too many uploads at once. Please reduce your request rate.",
        "同时上传的文件过多，请稍后重试",
        _OSS,
    ),
    "SignatureDoesNotMatch": Row(
        403,
        "The request signature does not match the OSSAccessKeyId and the policy, or that key may do nothing any more.",
        "签名与 OSSAccessKeyId、policy 不匹配，或该密钥已被禁用",
        _OSS,
    ),
}

CODES: Final[Mapping[str, str]] = {
    "upload.policy_malformed": "InvalidPolicyDocument",
    "upload.signature_wrong": "SignatureDoesNotMatch",
    "upload.expired": "AccessDenied",
    "upload.not_allowed": "AccessDenied",
    "paper.link_expired": "AccessDenied",
    "paper.unknown": "NoSuchKey",
    "paper.key_malformed": "InvalidObjectName",
    "paper.unknown_suffix": "InvalidObjectName",
    "paper.too_large": "EntityTooLarge",
    "paper.empty": "EntityTooSmall",
    "paper.quota": "QuotaExceeded",
    "paper.unknown_type": "InvalidFile",
    "paper.misnamed": "InvalidFile",
    "paper.damaged": "InvalidFile",
    "paper.too_many_pixels": "InvalidFile",
    "paper.too_many_frames": "InvalidFile",
    "paper.too_many_pages": "InvalidFile",
    "paper.encrypted": "InvalidFile",
    "paper.active_content": "InvalidFile",
    "paper.inflates": "InvalidFile",
    "paper.too_heavy": "InvalidFile",
}
"""Code of one of our `Refused` -> vendor code."""
_SAID: Final[Mapping[str, str]] = {
    "upload.expired": "Invalid according to Policy: Policy expired.",
    "upload.not_allowed": "Invalid according to Policy: Policy Condition failed: {condition}",
    "paper.link_expired": "Request has expired.",
}
"""What clients may compare, where the vendor says it in these words."""


def translate(error: HongyanError) -> OssError:
    """The vendor's words for one of our errors; faults that are not the caller's say nothing of their inside."""
    if isinstance(error, Throttled):
        return OssError("ServiceUnavailable")
    code = CODES.get(error.code)
    if code is None:
        return OssError("InternalError")
    said = _SAID.get(error.code, "").format_map(error.facts)
    return OssError(code, said or ERRORS[code].en or f"{error.en}.", error.zh)


def error_body(error: OssError, request_id: str, host: str) -> bytes:
    """`MessageZh` is ours."""
    fields = {"Code": error.code, "Message": error.en, "RequestId": request_id, "HostId": host}
    return _document("Error", fields | {"MessageZh": error.zh})


def posted_body(bucket: str, location: str, key: str, etag: str) -> bytes:
    """For clients that ask for status 201."""
    return _document("PostResponse", {"Bucket": bucket, "Location": location, "Key": key, "ETag": etag})


def _document(name: str, fields: Mapping[str, str]) -> bytes:
    inner = "".join(f"  <{field}>{escape(value)}</{field}>\n" for field, value in fields.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{name}>\n{inner}</{name}>\n'.encode()
