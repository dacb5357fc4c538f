"""The OpenAPI document is valid, in both languages, and says what the door does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openapi_spec_validator import validate

from hongyan.apis.rest.door import _json
from hongyan.apis.rest.errors import DOOR, STATUSES
from hongyan.apis.rest.openapi import document
from hongyan.apis.rest.route import Who
from hongyan.apis.rest.table import ROUTES


@pytest.fixture(params=["en", "zh-CN"])
def described(request: pytest.FixtureRequest) -> Any:
    return json.loads(_json(document("/api/v1", ROUTES, request.param)))


def test_the_document_is_valid(described: Any) -> None:
    validate(described)


def test_every_route_is_described_with_what_it_may_refuse(described: Any) -> None:
    for route in ROUTES:
        operation = described["paths"][route.path][route.method.lower()]
        said = " ".join(response["description"] for response in operation["responses"].values())
        for code in route.errors:
            assert code in said, (route.name, code)
        assert ("caller.not_allowed" in said) == (route.who is Who.OPERATOR)
    total = sum(len(operations) for operations in described["paths"].values())
    assert total == len(ROUTES)


def test_operations_have_names_of_their_own(described: Any) -> None:
    names = [each["operationId"] for path in described["paths"].values() for each in path.values()]
    assert len(names) == len(set(names))


def test_summaries_are_in_both_languages() -> None:
    for route in ROUTES:
        assert route.en.isascii(), route.name
        assert not route.zh.isascii(), route.name


def test_every_row_of_the_door_is_a_status_with_words_in_both_languages() -> None:
    for code, row in DOOR.items():
        assert STATUSES[code] == row.status
        assert row.en.isascii(), code
        assert row.fix_en.isascii(), code
        assert not row.zh.isascii(), code
        assert not row.fix_zh.isascii(), code
