from __future__ import annotations

import json
import re

import pytest
from bench.numbers import RANGES
from bench.request_signing import slot_filler
from bench.texts import DEFAULT, WORDINGS

from hongyan.compliance.sandbox import _NOTICE, SIGN_NAME
from hongyan.kernel.numbers import parse_number
from hongyan.kernel.text import split
from hongyan.messaging.model import Category
from hongyan.messaging.render import with_signature


def texts(wording_name: str) -> list[str]:
    wording = WORDINGS[wording_name]
    template = wording.template
    sign_name, content, category = (
        (template.sign_name, template.content, template.template_type)
        if template
        else (SIGN_NAME, _NOTICE.content, Category.NOTICE)
    )
    found = []
    for n in (0, 123, 99_999_999):
        values = json.loads(slot_filler(wording.param)(n))
        assert set(re.findall(r"\$\{(\w+)\}", content)) == set(values)
        assert len(values) == 2
        text = content
        for name, value in values.items():
            text = text.replace(f"${{{name}}}", value)
        found.append(with_signature(sign_name, text, category))
    return found


@pytest.mark.parametrize(("name", "units"), [("latin", 80), ("chinese", 52)])
def test_every_text_of_a_wording_is_one_part_of_the_same_length(name: str, units: int) -> None:
    assert len(set(texts(name))) == 3
    for text in texts(name):
        (segment,) = split(text, 0)
        assert segment.units == units


def test_the_default_has_eighty_units() -> None:
    assert {segment.units for text in texts(DEFAULT) for segment in split(text, 0)} == {80}


@pytest.mark.parametrize("name", sorted(WORDINGS))
def test_templates_go_where_they_may(name: str) -> None:
    wording = WORDINGS[name]
    country = parse_number(RANGES[wording.numbers].numbers()(0)).country

    international = wording.template is not None and wording.template.template_type == Category.INTERNATIONAL
    assert (country != "CN") is international
