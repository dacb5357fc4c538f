"""Looking up what a carrier's code means."""

from __future__ import annotations

import pytest
from console_world import World


async def looked_up(query: str, language: str = "zh-CN") -> str:
    visitor = await World().operator()
    await visitor.submit("/console/", "/console/language", {"language": language, "next": "/console/"})
    answer = await visitor.get(f"/console/codes?{query}")
    assert answer.status == 200
    return answer.text


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("zh-CN", ("空号：号码未分配", "租户：核对号码", "状态报告", "不重试", "来源")),
        ("en", ("unknown subscriber: number not assigned", "tenant: Check the number", "delivery report")),
    ],
)
async def test_a_code_is_told_with_everything_that_its_list_says(
    language: str, shown: tuple[str, ...]
) -> None:
    page = await looked_up("code=MK:0001", language)
    assert "<code>MK:0001</code>" in page
    assert 'class="flash' not in page.split("data-offline")[1]
    for words in shown:
        assert words in page


async def test_a_number_means_what_its_protocol_says() -> None:
    every, one = await looked_up("code=5", "en"), await looked_up("code=5&protocol=cmpp", "en")
    assert "several meanings" in every
    assert every.count('aria-labelledby="sheet-') > 3
    assert "several meanings" not in one
    assert one.count('aria-labelledby="sheet-') == 1
    assert "fee code wrong" in one
    assert '<option value="cmpp" selected>' in one


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("code=MK:9999", "没有单独收录"),
        ("code=nothing", "代码 nothing 没有收录在任何列表中"),
        ("code=%3Cimg+src%3Dx%3E", "代码 &lt;img src=x&gt; 没有收录"),
        ("code=" + "9" * 5_000, "没有收录"),
        ("", "查询运营商返回的代码"),
        ("code=++&protocol=gopher", "查询运营商返回的代码"),
        ("code=5&protocol=gopher", "多种含义"),
    ],
)
async def test_what_is_in_no_list_is_said_to_be(query: str, said: str) -> None:
    page = await looked_up(query)
    assert said in page
    assert "<img" not in page
