"""The table of actions, the typed parameters of a call, and the error tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hongyan.apis.aliyun.action_table import ACTIONS
from hongyan.apis.aliyun.call import Call
from hongyan.apis.aliyun.errors import (
    BUSINESS,
    GATEWAY,
    LIMITS,
    OUR_CODES,
    VendorError,
    gateway_error,
    translate,
)
from hongyan.apis.aliyun.registry import BUILT, action
from hongyan.kernel.errors import Misconfigured, Refused


def call(**parameters: str) -> Call:
    return Call(
        "SendSms",
        account_id=7,
        access_key_id="k",
        request_id="r",
        nonce=(1, 2),
        parameters={name.replace("_", "."): value for name, value in parameters.items()},
        invalid=lambda name, reason: gateway_error("InvalidParameter", name=name, reason=reason),
    )


def refused(get: Callable[[], Any]) -> tuple[str, int]:
    with pytest.raises(VendorError) as caught:
        get()
    return caught.value.code, caught.value.status


def test_the_table_has_all_eighty_actions() -> None:
    assert len(ACTIONS) == 80
    assert sum(facts.core for facts in ACTIONS.values()) == 50
    assert ACTIONS["SendSms"].required == ("PhoneNumbers", "SignName", "TemplateCode")
    assert ACTIONS["QuerySmsSignList"].methods == {"POST"}
    assert ACTIONS["GetSmsSign"].errors["SignatureNotFound"] == (404, "The signature does not exist.")


def test_only_actions_of_the_table_are_registered_and_only_once() -> None:
    assert set(BUILT) <= set(ACTIONS)
    with pytest.raises(ValueError, match="not an action"):
        action("SendSmss", changes_state=True)
    with pytest.raises(ValueError, match="twice"):
        action("SendSms", changes_state=True)(BUILT["SendSms"].handler)


def test_what_sends_changes_state_and_what_queries_does_not() -> None:
    assert {name: built.changes_state for name, built in BUILT.items() if "Send" in name} == {
        "SendSms": True,
        "SendBatchSms": True,
        "QuerySendDetails": False,
    }


def test_text_is_required_unless_it_has_a_default() -> None:
    assert call(A="x").text("A") == "x"
    assert call(A="").text("A", "d") == "d"
    assert call().optional("A") is call(A="").optional("A") is None
    assert refused(lambda: call(A="").text("A")) == ("MissingA", 400)


def test_integers_are_decimal_and_inside_their_bounds() -> None:
    assert call(A="-12").integer("A") == -12
    assert call().integer("A", 5) == 5
    assert refused(lambda: call().integer("A")) == ("MissingA", 400)
    for text in ("1.5", "x", "--1", "0x1", "1_0", " 1", "9" * 20, "²"):
        assert refused(lambda text=text: call(A=text).integer("A")) == ("InvalidParameter", 400)
    assert refused(lambda: call(A="3").integer("A", least=4)) == ("InvalidParameter", 400)
    assert refused(lambda: call(A="3").integer("A", most=2)) == ("InvalidParameter", 400)


@pytest.mark.parametrize(
    ("text", "value"), [("True", True), ("true", True), ("False", False), ("FALSE", False)]
)
def test_booleans_come_in_any_case(text: str, value: bool) -> None:
    assert call(A=text).boolean("A") is value


def test_other_booleans_are_refused() -> None:
    assert call().boolean("A", default=False) is False
    assert refused(lambda: call().boolean("A")) == ("MissingA", 400)
    assert refused(lambda: call(A="1").boolean("A")) == ("InvalidParameter", 400)


def test_json_values_have_their_types() -> None:
    assert call(A='["x","y"]').json_list("A", str) == ["x", "y"]
    assert call(A="[1]").json_list("A", int) == [1]
    assert call(A='[{"LicensePic":"p","Type":"t"}]').json_list("A", dict[str, str]) == [
        {"LicensePic": "p", "Type": "t"}
    ]
    assert call().json_list("A", str) == []
    for text in ("[1]", "{}", "x", "[" * 100_000):
        assert refused(lambda text=text: call(A=text).json_list("A", str)) == ("InvalidParameter", 400)


def test_anything_nested_too_deep_is_refused() -> None:
    assert refused(lambda: call(A="[" * 100_000).json_list("A", object)) == ("InvalidParameter", 400)


def test_flattened_lists_are_read_in_the_order_of_their_numbers() -> None:
    assert call(R_10="b", R_2="a").flat_list("R") == ["a", "b"]
    tags = {"Tag_1_Key": "k1", "Tag_1_Value": "v1", "Tag_2_Key": "k2"}
    assert call(**tags).flat_objects("Tag") == [{"Key": "k1", "Value": "v1"}, {"Key": "k2"}]
    assert call(**tags).has("Tag")
    assert not call(**tags).has("Ta")
    for name in ("R_0", "R_x", "R_101", "R_-1", "R_99999", "R_"):
        assert refused(lambda name=name: call(**{name: "v"}).flat_list("R")) == ("InvalidParameter", 400)


def test_every_error_row_has_its_source_and_a_status() -> None:
    for row in (*GATEWAY.values(), *BUSINESS.values(), *LIMITS.values()):
        assert row.source
        assert row.message
    assert all(row.status >= 400 for row in GATEWAY.values())
    assert all(row.status == 200 for row in (*BUSINESS.values(), *LIMITS.values()))


def test_every_vendor_code_we_translate_to_is_in_a_table() -> None:
    assert set(OUR_CODES.values()) <= set(GATEWAY) | set(BUSINESS)


def test_an_actions_own_mapping_comes_first_and_takes_the_documented_words() -> None:
    documented = ACTIONS["GetSmsSign"].errors
    error = translate(
        Refused("signature.unknown", en="e", zh="z"), {"signature.unknown": "SignatureNotFound"}, documented
    )
    assert (error.code, error.status, error.message) == (
        "SignatureNotFound",
        404,
        "The signature does not exist.",
    )


def test_undocumented_vendor_codes_of_an_action_keep_our_words() -> None:
    own = {"a": "isv.SIGN_NAME_ILLEGAL", "b": "InvalidSignName"}
    error = translate(Refused("a", en="e", zh="z"), own, {})
    assert (error.code, error.status, error.message) == ("isv.SIGN_NAME_ILLEGAL", 200, "z")
    error = translate(Refused("b", en="e", zh="z"), own, {})
    assert (error.code, error.status, error.message) == ("InvalidSignName", 400, "e")


def test_an_unlisted_refusal_is_an_invalid_parameter_with_our_words() -> None:
    error = translate(Refused("new.code", en="too blue", zh="太蓝"), {}, {})
    assert (error.code, error.status, error.message) == ("InvalidParameter", 400, "too blue")


def test_what_the_operator_must_mend_is_not_told_to_callers() -> None:
    error = translate(Misconfigured("vault.wrong_key", en="secret", zh="密"), {}, {})
    assert (error.code, error.status) == ("InternalError", 500)
    assert "secret" not in error.message
