"""From template and parameters to the text on the handset."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.compliance import TemplateType, attribute_problem
from hongyan.kernel.errors import Refused
from hongyan.messaging.render import MOST_PARAMETER_CHARACTERS, render, with_signature


@dataclass
class Template:
    pieces: tuple[str, ...] = ("Order ", "order", " arrives at ", "time", ".")
    variables: tuple[str, ...] = ("order", "time")
    rules: dict[str, str] = field(default_factory=dict)


def refusal(params: object, **template: object) -> str:
    with pytest.raises(Refused) as refused:
        render(Template(**template), params, attribute_problem)  # type: ignore[arg-type]
    assert refused.value.en
    assert refused.value.zh
    return refused.value.code


def test_variables_are_replaced_where_they_stand() -> None:
    assert (
        render(Template(), {"order": "A1", "time": "noon"}, attribute_problem) == "Order A1 arrives at noon."
    )


def test_a_value_that_looks_like_a_variable_stays_as_it_is() -> None:
    text = render(Template(), {"order": "${time}", "time": "noon"}, attribute_problem)
    assert text == "Order ${time} arrives at noon."


def test_a_variable_may_stand_twice() -> None:
    template = Template(pieces=("", "a", " and ", "a", ""), variables=("a",))
    assert render(template, {"a": "x"}, attribute_problem) == "x and x"


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"order": "A1"}, "template.param_missing"),
        ({}, "template.param_missing"),
        ({"order": "A1", "time": "noon", "more": "x"}, "template.param_superfluous"),
        ({"order": "A1", "when": "noon"}, "template.param_missing"),
        ({"order": 1, "time": "noon"}, "template.param_not_text"),
        ({"order": None, "time": "noon"}, "template.param_not_text"),
        ({"order": "x" * (MOST_PARAMETER_CHARACTERS + 1), "time": "noon"}, "template.param_too_long"),
        ({"order": "https://example.com", "time": "noon"}, "template.param_has_link"),
        ({"order": "www.example.org/x", "time": "noon"}, "template.param_has_link"),
        ({"order": "pay.example.cn", "time": "noon"}, "template.param_has_link"),
    ],
)
def test_values_that_do_not_fit_are_refused_by_name(params: dict[str, object], code: str) -> None:
    assert refusal(params) == code


@pytest.mark.parametrize("value", ["3.50", "v1.2.3", "18:30", "a.b", "No. 7"])
def test_dots_that_are_no_links_pass(value: str) -> None:
    assert value in render(Template(), {"order": value, "time": "noon"}, attribute_problem)


def test_a_value_must_fit_its_attribute() -> None:
    assert refusal({"order": "12", "time": "x"}, rules={"order": "numberCaptcha"}) == "template.param_invalid"


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_rendered_whole_or_refused(order: str, time: str) -> None:
    try:
        text = render(Template(), {"order": order, "time": time}, attribute_problem)
    except Refused:
        return
    assert text == f"Order {order} arrives at {time}."


@pytest.mark.parametrize(
    ("name", "text", "category", "whole"),
    [
        ("鸿雁", "你好", TemplateType.NOTICE, "【鸿雁】你好"),
        ("Hongyan", "hello", TemplateType.NOTICE, "【Hongyan】hello"),
        ("Hongyan", "hello", TemplateType.INTERNATIONAL, "[Hongyan]hello"),
        ("鸿雁", "hello", TemplateType.INTERNATIONAL, "【鸿雁】hello"),
        ("Hongyan", "你好", TemplateType.INTERNATIONAL, "【Hongyan】你好"),
    ],
)
def test_the_signature_comes_first(name: str, text: str, category: TemplateType, whole: str) -> None:
    assert with_signature(name, text, category) == whole
