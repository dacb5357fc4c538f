"""Calls the vendor's door over ASGI, and holds every answer against the official SDK's models."""

from __future__ import annotations

import inspect
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from alibabacloud_dysmsapi20170525 import models

from hongyan.apis.aliyun.door import AliyunDoor
from hongyan.apis.aliyun.request_signing import encode_form, sign_acs3
from hongyan.identity import AccessKey

ADDRESS = "198.51.100.7"
"""Where the client calls from."""
_nonces = itertools.count()
_IN_BODY = "SignFileList."


@dataclass
class VendorClient:
    door: AliyunDoor
    key: AccessKey
    now: Callable[[], float]
    signed: tuple[str, list[tuple[str, str]]] = ("", [])
    body: bytes = b""

    async def ok(self, action: str, /, **parameters: Any) -> dict[str, Any]:
        """The body of an answer that is a success in the SDK's eyes."""
        status, body = await self.call(action, **parameters)
        assert (status, body["Code"]) == (200, "OK"), body
        model = getattr(models, f"{action}ResponseBody")
        told = {"Message": "OK"} | model().from_map(
            body
        ).to_map()  # three actions of tags document no message
        assert told == body, "a field or wrapper that the SDK does not know"
        _check_types(model, body)
        return body

    async def error(self, action: str, /, **parameters: Any) -> tuple[int, str]:
        status, body = await self.call(action, **parameters)
        return status, body["Code"]

    async def call(self, action: str, /, **parameters: Any) -> tuple[int, dict[str, Any]]:
        """Values travel as the SDK sends them: True with a capital, lists and objects as JSON text, files in the body."""
        text = {name: _wire(value) for name, value in parameters.items() if value is not None}
        files = {name: value for name, value in text.items() if name.startswith(_IN_BODY)}
        self.body = encode_form(files).encode()
        self.signed = sign_acs3(
            action,
            {name: value for name, value in text.items() if name not in files},
            access_key_id=self.key.id,
            secret=self.key.secret,
            host="sms.test",
            nonce=f"nonce-{next(_nonces)}",
            at=self.now(),
            body=self.body,
        )
        return await self.again()

    async def again(self) -> tuple[int, dict[str, Any]]:
        """The very same signed request once more."""
        query, headers = self.signed
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/",
            "client": (ADDRESS, 40_000),
            "query_string": query.encode(),
            "headers": [
                *((name.lower().encode(), value.encode()) for name, value in headers),
                (b"content-length", b"%d" % len(self.body)),
            ],
        }
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": self.body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.door(scope, receive, send)
        return sent[0]["status"], json.loads(sent[1]["body"])


def _wire(value: Any) -> str:
    if isinstance(value, bool | int | str):
        return str(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


_SCALARS = {"str": str, "int": int, "bool": bool, "List[str]": list, "Dict[str, Any]": dict}


def _check_types(model: type, body: dict[str, Any]) -> None:
    """Every value has the type that typed clients expect."""
    values = {name.lower(): value for name, value in body.items()}
    for name, parameter in inspect.signature(model.__init__).parameters.items():
        value = values.get(name.replace("_", ""))
        hint = parameter.annotation
        if value is None:
            continue
        if hint in _SCALARS:
            assert type(value) is _SCALARS[hint], f"{model.__name__}.{name} is {value!r}"
            continue
        nested = getattr(models, hint.removeprefix("List[").removesuffix("]").removeprefix("main_models."))
        for item in value if hint.startswith("List[") else [value]:
            _check_types(nested, item)
