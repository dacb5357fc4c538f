"""Answers of object storage: errors as XML, one row each, and what a stored file is answered with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from hongyan.kernel.errors import HongyanError, Refused, Throttled

_OSS = "vendor: OSS, error responses of PostObject and GetObject"
_OURS = "ours: the vendor does not look into files"
RETRY_AFTER_SECONDS: Final = 1


@dataclass(frozen=True, slots=True)
class Row:
    """`message` may hold {facts} of our error; without one, the error's own sentence is said."""

    status: int
    message: str
    source: str


class OssError(Exception):
    """An answer that is no success, ready for the wire. `zh`: the same for Chinese readers, where there is one."""

    def __init__(self, code: str, message: str = "", zh: str = "", **facts: object) -> None:
        super().__init__(code)
        row = ERRORS[code]
        self.code = code
        self.status = row.status
        self.message = message or row.message.format_map(facts)
        self.zh = zh


ERRORS: Final[Mapping[str, Row]] = {
    "AccessDenied": Row(403, "You have no right to access this object.", _OSS),
    "EntityTooLarge": Row(400, "Your proposed upload exceeds the maximum allowed size.", _OSS),
    "EntityTooSmall": Row(400, "Your proposed upload is smaller than the minimum allowed size.", _OSS),
    "FieldItemTooLong": Row(400, "The fields in front of the file are too long or too many: {reason}.", _OSS),
    "FilePartNotExist": Row(400, "The form has no file; it must be the last part, with the name file.", _OSS),
    "IncorrectNumberOfFilesInPOSTRequest": Row(
        400, "POST requires exactly one file upload per request.", _OSS
    ),
    "InternalError": Row(500, "We encountered an internal error. Please try again.", _OSS),
    "InvalidArgument": Row(400, "{reason}.", _OSS),
    "InvalidFile": Row(400, "", _OURS),
    "InvalidObjectName": Row(400, "", _OSS),
    "InvalidPolicyDocument": Row(400, "", _OSS),
    "MalformedPOSTRequest": Row(
        400, "The body of your POST request is not well-formed multipart/form-data.", _OSS
    ),
    "MethodNotAllowed": Row(405, "The specified method is not allowed against this resource.", _OSS),
    "NoSuchKey": Row(404, "The specified key does not exist.", _OSS),
    "QuotaExceeded": Row(403, "", _OURS),
    "RequestIsNotMultiPartContent": Row(
        400, "Bucket POST must be of the enclosure-type multipart/form-data.", _OSS
    ),
    "RequestTimeout": Row(
        400, "Your socket connection to the server was not read from or written to within the timeout.", _OSS
    ),
    "ServiceUnavailable": Row(503, "Too many uploads at once. Please reduce your request rate.", _OSS),
    "SignatureDoesNotMatch": Row(
        403,
        "The request signature does not match the OSSAccessKeyId and the policy, or that key may do nothing any more.",
        _OSS,
    ),
}

_SAID: Final[Mapping[str, tuple[str, str]]] = {
    "upload.policy_malformed": ("InvalidPolicyDocument", ""),
    "upload.signature_wrong": ("SignatureDoesNotMatch", ERRORS["SignatureDoesNotMatch"].message),
    "upload.expired": ("AccessDenied", "Invalid according to Policy: Policy expired."),
    "upload.not_allowed": (
        "AccessDenied",
        "Invalid according to Policy: Policy Condition failed: {condition}",
    ),
    "paper.link_expired": ("AccessDenied", "Request has expired."),
    "paper.unknown": ("NoSuchKey", ERRORS["NoSuchKey"].message),
    "paper.key_malformed": ("InvalidObjectName", ""),
    "paper.unknown_suffix": ("InvalidObjectName", ""),
    "paper.too_large": ("EntityTooLarge", ""),
    "paper.empty": ("EntityTooSmall", ""),
    "paper.quota": ("QuotaExceeded", ""),
}
"""Code of one of our `Refused` -> (vendor code, what is said); "" says the error's own sentence. Any other is about what
is in the file: InvalidFile."""


def translate(error: HongyanError) -> OssError:
    """The vendor's words for one of our errors; faults that are not the caller's say nothing of their inside."""
    if isinstance(error, Throttled):
        return OssError("ServiceUnavailable")
    if not isinstance(error, Refused):
        return OssError("InternalError")
    code, said = _SAID.get(error.code, ("InvalidFile", ""))
    return OssError(code, said.format_map(error.facts) if said else f"{error.en}.", error.zh)


def error_body(error: OssError, request_id: str, host: str) -> bytes:
    """`MessageZh` is ours."""
    fields = {"Code": error.code, "Message": error.message, "RequestId": request_id, "HostId": host}
    return _document("Error", fields | ({"MessageZh": error.zh} if error.zh else {}))


def posted_body(bucket: str, location: str, key: str, etag: str) -> bytes:
    """For clients that ask for status 201."""
    return _document("PostResponse", {"Bucket": bucket, "Location": location, "Key": key, "ETag": etag})


def _document(name: str, fields: Mapping[str, str]) -> bytes:
    inner = "".join(f"  <{field}>{escape(value)}</{field}>\n" for field, value in fields.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{name}>\n{inner}</{name}>\n'.encode()
