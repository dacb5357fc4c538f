"""PDUs as JSON on standard input: one object or a list, each with "pdu" and "fields"."""

from __future__ import annotations

import json
from typing import Any

from hongyan.cli.reading import as_text
from hongyan.kernel.errors import Refused


def objects_in(data: bytes) -> list[dict[str, Any]]:
    """The objects, in order. Other keys beside "pdu" and "fields" are left alone, so that what `decode --json` prints
    and files of examples can be given as they are. Raises Refused: `input.not_utf8`, `pdu.not_json`, `pdu.not_a_pdu`."""
    text = as_text(data).removeprefix("\ufeff")
    try:
        given = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except RecursionError:
        raise _not_json("it is nested too deeply", "嵌套层次过深") from None
    except json.JSONDecodeError as fault:
        raise _not_json(
            f"{fault.msg} at line {fault.lineno}, column {fault.colno}",
            f"第 {fault.lineno} 行第 {fault.colno} 列：{fault.msg}",
        ) from None
    except ValueError as fault:  # of the two hooks, and of integers with thousands of digits
        raise _not_json(str(fault), str(fault)) from None
    objects = given if isinstance(given, list) else [given]
    for number, each in enumerate(objects, 1):
        _check(each, number)
    return objects


def _check(given: Any, number: int) -> None:
    if not isinstance(given, dict) or "pdu" not in given or not isinstance(given.get("fields"), dict):
        raise Refused(
            "pdu.not_a_pdu",
            en=f'object {number} must look like {{"pdu": "…", "fields": {{…}}}}',
            zh=f'第 {number} 个对象的格式应为 {{"pdu": "…", "fields": {{…}}}}',
            number=number,
        )
    if not isinstance(given["pdu"], str):
        raise Refused(
            "pdu.not_a_pdu",
            en=f'object {number}: "pdu" must be the name of a PDU; a frame that could not be read cannot be written',
            zh=f'第 {number} 个对象："pdu" 应为 PDU 名称；无法解析的报文不能编码',
            number=number,
        )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f'"{twice}" is given twice')
    return found


def _no_number(constant: str) -> None:
    raise ValueError(f"{constant} is not a number of JSON")


def _not_json(en: str, zh: str) -> Refused:
    return Refused("pdu.not_json", en=f"the input is not JSON: {en}", zh=f"输入不是有效的 JSON：{zh}")
