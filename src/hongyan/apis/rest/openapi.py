"""The OpenAPI 3.1 document, made of the rows that the door answers by: what it says is what is done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from hongyan import __version__
from hongyan.apis.rest.errors import EVERYWHERE, WITH_BODY, WITH_CHANGE, WITH_FILE, Problem, status_of
from hongyan.apis.rest.route import Input, Output, Route, Who, may_be_left_out
from hongyan.kernel.errors import Refused, Throttled

_REFERENCE: Final = "#/components/schemas/{name}"
_JSON: Final = "application/json"
_THROTTLED: Final = frozenset({"identity.too_many_attempts", "storage.conflict"})
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "title": "Hongyan REST API",
        "about": "Resources of a Hongyan platform. The vendors' own APIs are at / of the same port. Every answer has an"
        " X-Request-Id, which the log has too. Errors have one shape, and whatever was refused was not stored.",
        "basic": "An access key's id and secret, as HTTP Basic authentication.",
        "operator": "For keys of the root account.",
        "key": "Sent again with the same key within a day, a request changes nothing and is answered all the same, with the"
        " header Idempotency-Replayed.",
        "language": "zh-CN or en: the language of sentences.",
        "file": "The file.",
    },
    "zh-CN": {
        "title": "鸿雁 REST API",
        "about": "鸿雁平台的资源。各厂商自己的 API 位于同一端口的 /。每个应答都带 X-Request-Id，日志中也有。"
        "错误只有一种格式，被拒绝的请求不会保存任何内容。",
        "basic": "以 HTTP Basic 方式发送访问密钥的 ID 与 Secret。",
        "operator": "仅供 root 账号的访问密钥使用。",
        "key": "一天之内以同一幂等键重复发送的请求不会再次执行，应答照常返回，并带 Idempotency-Replayed 头。",
        "language": "zh-CN 或 en：文字所用的语言。",
        "file": "文件内容。",
    },
}


def document(base: str, routes: Sequence[Route], language: str) -> dict[str, Any]:
    """For readers of `language`. Descriptions of fields are English."""
    words = _WORDS[language]
    paths: dict[str, dict[str, Any]] = defaultdict(dict)
    for route in routes:
        paths[route.path][route.method.lower()] = _operation(route, words, language)
    return {
        "openapi": "3.1.0",
        "info": {"title": words["title"], "version": __version__, "description": words["about"]},
        "servers": [{"url": base}],
        "security": [{"access_key": []}],
        "paths": dict(paths),
        "components": {
            "securitySchemes": {
                "access_key": {"type": "http", "scheme": "basic", "description": words["basic"]}
            },
            "schemas": _schemas(routes),
        },
    }


def _schemas(routes: Iterable[Route]) -> dict[str, Any]:
    types = {each for route in routes for each in (route.body, route.shows) if each is not None}
    return msgspec.json.schema_components(
        [Problem, *sorted(types, key=lambda each: each.__name__)], ref_template=_REFERENCE
    )[1]


def _operation(route: Route, words: Mapping[str, str], language: str) -> dict[str, Any]:
    summary = route.zh if language == "zh-CN" else route.en
    found: dict[str, Any] = {
        "operationId": _operation_id(route),
        "summary": summary,
        "tags": [route.path.split("/")[1]],
        "parameters": [*_places(route), *_query(route.query), *_headers(route, words)],
        "responses": {"200": _answer(route, words), **_problems(route)},
    }
    if route.who is Who.OPERATOR:
        found["description"] = words["operator"]
    if route.body is not None:
        found["requestBody"] = {
            "required": not may_be_left_out(route.body),
            "content": {_JSON: {"schema": _schema(route.body)}},
        }
    if route.file:
        found["requestBody"] = {"required": True, "content": {each: {} for each in route.file}}
    return found


def _operation_id(route: Route) -> str:
    """`POST /reviews/{order}/claim` is `post_reviews_order_claim`."""
    parts = route.path.replace("{", "").replace("}", "").strip("/").split("/")
    return "_".join([route.method.lower(), *parts])


def _schema(of: type[Input | Output]) -> dict[str, str]:
    return {"$ref": _REFERENCE.format(name=of.__name__)}


def _places(route: Route) -> list[dict[str, Any]]:
    found = []
    for name in route.places:
        schema: dict[str, Any] = {"type": "integer", "minimum": 0}
        if name in route.words:
            schema = {"type": "string"}
            if route.words[name]:
                schema["enum"] = list(route.words[name])
        found.append({"name": name, "in": "path", "required": True, "schema": schema})
    return found


def _query(of: type[Input]) -> list[dict[str, Any]]:
    described = msgspec.json.schema(of)["$defs"][of.__name__]
    required = described.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": schema}
        for name, schema in described["properties"].items()
    ]


def _headers(route: Route, words: Mapping[str, str]) -> list[dict[str, Any]]:
    found = [("Accept-Language", words["language"], {"type": "string"})]
    if route.change is not None and route.method == "POST":
        found.append(("Idempotency-Key", words["key"], {"type": "string", "pattern": "^[!-~]{1,128}$"}))
    return [
        {"name": name, "in": "header", "required": False, "description": text, "schema": schema}
        for name, text, schema in found
    ]


def _answer(route: Route, words: Mapping[str, str]) -> dict[str, Any]:
    content = (
        {"application/octet-stream": {}} if route.shows is None else {_JSON: {"schema": _schema(route.shows)}}
    )
    text = words["file"] if route.shows is None else "OK"
    return {"description": text, "content": content}


def _problems(route: Route) -> dict[str, Any]:
    codes = [
        *EVERYWHERE,
        *(WITH_BODY if route.body is not None else ()),
        *(WITH_FILE if route.file else ()),
        *(WITH_CHANGE if route.change is not None else ()),
        *(["caller.not_allowed"] if route.who is Who.OPERATOR else ()),
        *(["caller.other_account"] if hasattr(route.body, "account_id") else ()),
        *route.errors,
    ]
    by_status: dict[int, list[str]] = defaultdict(list)
    for code in dict.fromkeys(codes):
        by_status[int(status_of(code, Throttled if code in _THROTTLED else Refused))].append(code)
    return {
        str(status): {
            "description": ", ".join(by_status[status]),
            "content": {_JSON: {"schema": _schema(Problem)}},
        }
        for status in sorted(by_status)
    }
