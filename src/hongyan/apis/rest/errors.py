"""Refusals of the door itself, and how every error of ours is answered: status, code, sentence, what to do.

A code's status stands in STATUSES; one that has no row there takes the status of its kind, which says who must act.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from hongyan.apis.rest.route import Output
from hongyan.kernel.errors import Broken, HongyanError, Misconfigured, Refused, RemoteFault, Throttled
from hongyan.kernel.languages import in_language

S: Final = HTTPStatus


@dataclass(frozen=True, slots=True)
class Row:
    """A refusal of the door: its words, and what to do about it. Facts fill {places}."""

    status: HTTPStatus
    en: str
    zh: str
    fix_en: str
    fix_zh: str


DOOR: Final[Mapping[str, Row]] = {
    "path.unknown": Row(
        S.NOT_FOUND,
        "there is nothing at {path}",
        "路径 {path} 不存在",
        "GET /api/v1/openapi.json lists every path",
        "GET /api/v1/openapi.json 列出了所有路径",
    ),
    "path.method": Row(
        S.METHOD_NOT_ALLOWED,
        "{method} is not possible there",
        "该路径不支持 {method}",
        "use {allowed}",
        "请使用 {allowed}",
    ),
    "caller.unknown": Row(
        S.UNAUTHORIZED,
        "no access key that is in force came with this request",
        "请求未携带有效的访问密钥",
        "send the access key's id and secret as HTTP Basic authentication: curl -u ID:SECRET",
        "请以 HTTP Basic 方式发送访问密钥的 ID 与 Secret：curl -u ID:SECRET",
    ),
    "caller.not_allowed": Row(
        S.FORBIDDEN,
        "this is for the operator",
        "该接口仅供运营方使用",
        "use an access key of the root account",
        "请使用 root 账号的访问密钥",
    ),
    "caller.other_account": Row(
        S.FORBIDDEN,
        "this names another account than the access key's",
        "请求指定的账号不是访问密钥所属账号",
        "leave account_id out; only the operator names accounts",
        "请去掉 account_id；仅运营方可指定账号",
    ),
    "request.too_large": Row(
        S.REQUEST_ENTITY_TOO_LARGE,
        "the request is too large: {reason}",
        "请求过大：{reason}",
        "send less",
        "请减小请求",
    ),
    "request.too_slow": Row(
        S.REQUEST_TIMEOUT,
        "the request's body did not arrive in time",
        "请求内容未能及时到达",
        "send it again",
        "请重新发送",
    ),
    "request.too_many": Row(
        S.SERVICE_UNAVAILABLE,
        "too many requests are being sent at once",
        "同时发送的请求过多",
        "send it again later",
        "请稍后重新发送",
    ),
    "request.content_type": Row(
        S.UNSUPPORTED_MEDIA_TYPE,
        "the body must be JSON in UTF-8",
        "请求内容须为 UTF-8 编码的 JSON",
        "say Content-Type: application/json",
        "请指定 Content-Type: application/json",
    ),
    "request.file_type": Row(
        S.UNSUPPORTED_MEDIA_TYPE,
        "the file is the body as it is, neither a form nor JSON, and its Content-Type is one of {types}",
        "文件应直接作为请求体发送（不是表单，也不是 JSON），Content-Type 应为以下之一：{types}",
        "curl --data-binary @FILE -H 'Content-Type: application/octet-stream'",
        "请使用 curl --data-binary @文件 -H 'Content-Type: application/octet-stream'",
    ),
    "request.malformed": Row(
        S.BAD_REQUEST,
        "the request cannot be read: {reason}",
        "无法读取请求：{reason}",
        "send one JSON object in which each name stands once",
        "请发送一个 JSON 对象，且每个字段名只出现一次",
    ),
    "request.invalid": Row(
        S.BAD_REQUEST,
        "the request is not as it must be: {reason}",
        "请求不符合要求：{reason}",
        "GET /api/v1/openapi.json describes every field",
        "GET /api/v1/openapi.json 说明了所有字段",
    ),
    "idempotency.key_malformed": Row(
        S.BAD_REQUEST,
        "an idempotency key has 1 to 128 letters, digits and marks of ASCII, without spaces",
        "幂等键须为 1 到 128 个 ASCII 字母、数字或符号，不含空格",
        "take a random UUID for each thing that you want done",
        "请为每个操作使用一个随机 UUID",
    ),
    "idempotency.mismatch": Row(
        S.UNPROCESSABLE_ENTITY,
        "the idempotency key was used with another request",
        "幂等键已用于不同的请求",
        "take a new key for a new request",
        "新的请求请使用新的幂等键",
    ),
}
EVERYWHERE: Final = (
    *("caller.unknown", "request.invalid", "request.too_large", "request.too_slow"),
    "identity.too_many_attempts",
)
"""What any route may refuse with."""
WITH_BODY: Final = ("request.content_type", "request.malformed", "request.too_many")
WITH_FILE: Final = ("request.file_type", "request.too_many")
WITH_CHANGE: Final = (
    "idempotency.key_malformed",
    "idempotency.mismatch",
    "storage.conflict",
    "state.illegal_transition",
)

STATUSES: Final[Mapping[str, HTTPStatus]] = {
    **{code: row.status for code, row in DOOR.items()},
    "storage.conflict": S.CONFLICT,
    "state.illegal_transition": S.CONFLICT,
    "freeze.not_yours": S.FORBIDDEN,
    "health.nothing_waits": S.CONFLICT,
    "health.other_edition": S.CONFLICT,
    "registration.done": S.CONFLICT,
    "registration.edit_first": S.CONFLICT,
    "registration.pack_changed": S.CONFLICT,
    "registration.pack_gone": S.CONFLICT,
    "registration.pack_unknown": S.NOT_FOUND,
    "registration.plan_unknown": S.NOT_FOUND,
    "registration.keep_plan_unknown": S.NOT_FOUND,
    "registration.keep_unarranged": S.NOT_FOUND,
    "registration.trial_canary": S.FORBIDDEN,
    "registration.trial_unknown": S.NOT_FOUND,
    "registration.running": S.CONFLICT,
    "review.claimed": S.CONFLICT,
    "review.decided": S.CONFLICT,
    "review.not_claimed": S.CONFLICT,
    "review.second_reviewer": S.CONFLICT,
    "second_look.done": S.CONFLICT,
}
"""Code -> status; see also `NOT_FOUND`."""
NOT_FOUND: Final = ".unknown"
"""What the codes of things that are not there, or are somebody else's, end with."""
KINDS: Final = (
    (Throttled, S.TOO_MANY_REQUESTS),
    (Refused, S.UNPROCESSABLE_ENTITY),
    (RemoteFault, S.BAD_GATEWAY),
    (Misconfigured, S.SERVICE_UNAVAILABLE),
    (Broken, S.INTERNAL_SERVER_ERROR),
)
"""The first row that fits."""
_OUR_FAULT: Final = (
    "the request could not be answered; the log has the reason under this answer's X-Request-Id",
    "请求处理失败；原因见日志，可用本应答的 X-Request-Id 查找",
)


class Problem(Output, frozen=True, omit_defaults=True):
    """Why something was not done. Whatever it was, nothing of it was stored."""

    code: Annotated[str, Meta(description="Stable; docs/errors.md lists them all.")]
    message: Annotated[str, Meta(description="A sentence in the language of Accept-Language (zh-CN or en).")]
    fix: Annotated[str, Meta(description="What to do about it.")] = ""
    facts: Annotated[dict[str, Any], Meta(description="The same for machines.")] = msgspec.field(
        default_factory=dict
    )


def door_refusal(code: str, **facts: object) -> Refused:
    """One of DOOR, ready to raise."""
    row = DOOR[code]
    return Refused(code, en=row.en.format_map(facts), zh=row.zh.format_map(facts), **facts)


def status_of(code: str, kind: type[HongyanError]) -> HTTPStatus:
    """Of an error of ours."""
    if code in STATUSES:
        return STATUSES[code]
    if code.endswith(NOT_FOUND):
        return S.NOT_FOUND
    return next(status for each, status in KINDS if issubclass(kind, each))


def problem_of(error: HongyanError, language: str) -> Problem:
    """What the caller reads. Of our own mistakes he learns nothing but where to find them."""
    if isinstance(error, Broken):
        return unexpected(language, error.code)
    row = DOOR.get(error.code)
    fix = "" if row is None else in_language(language, en=row.fix_en, zh=row.fix_zh)
    return Problem(
        code=error.code,
        message=error.words(language),
        fix=fix.format_map(error.facts),
        facts=dict(error.facts),
    )


def unexpected(language: str, code: str = "server.failed") -> Problem:
    """For what nobody foresaw."""
    en, zh = _OUR_FAULT
    return Problem(code=code, message=in_language(language, en=en, zh=zh))
