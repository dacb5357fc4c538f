"""Codes in texts are masked, and nothing else that can be told from one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.kernel.masking import mask_codes


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("【云上】验证码 482913，10 分钟内有效", "【云上】验证码 ******，** 分钟内有效"),
        ("【云上】验证码为A7f3K9，请勿告知他人", "【云上】验证码为******，请勿告知他人"),
        ("【云上】验证码KXQP。", "【云上】验证码****。"),
        ("【Cloudtop】Your code is 482913.", "【Cloudtop】Your code is ******."),
        ("【58同城】验证码 4829", "【58同城】验证码 ****"),
        ("验证码４８２９１３", "验证码******"),
        ("【云上】您好，HONGYAN 提醒您", "【云上】您好，HONGYAN 提醒您"),
        ("【未闭合 482913", "【未闭合 ******"),
        ("", ""),
    ],
)
def test_a_code_is_masked_and_the_words_around_it_stay(text: str, masked: str) -> None:
    assert mask_codes(text) == masked


@given(
    st.from_regex(r"[A-Za-z0-9]{4,6}", fullmatch=True).filter(lambda code: re.search(r"\d|^[A-Z]+$", code)),
    st.text("您的验证码是，。请勿告知他人 ", max_size=20),
    st.text("，。分钟内有效 ", max_size=20),
)
def test_no_code_shines_through(code: str, before: str, after: str) -> None:
    masked = mask_codes(f"【云雁】{before}{code}{after}")
    assert masked == f"【云雁】{before}{'*' * len(code)}{after}"


@given(st.text())
def test_a_masked_text_has_no_digit_left_and_is_as_long(text: str) -> None:
    masked = mask_codes(f"【云雁】{text}")
    assert not re.search(r"\d", masked)
    assert len(masked) == len(text) + 4
    assert mask_codes(masked) == masked
