"""What the docs list is what the code has: settings, states, errors, metrics, decisions."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import write_tables
from docs_pages import ROOT, page
from error_codes import CodeUnknown, error_codes
from languages import CHINESE, ENGLISH, TWINS, WORDS, language_of, words

from hongyan.apis.aliyun import errors as vendor


@pytest.mark.parametrize("path", write_tables.pages(), ids=lambda path: path.name)
def test_tables_from_code_say_what_the_code_says(path: Path) -> None:
    text = path.read_text("utf-8")
    assert write_tables.renewed(text, language_of(path)) == text, "run: .venv/bin/python docs/write_tables.py"


def test_every_table_from_code_stands_on_one_page() -> None:
    found = Counter(
        name
        for path in write_tables.pages()
        if not path.is_relative_to(TWINS)
        for name in write_tables.names_in(path.read_text("utf-8"))
    )
    assert found == Counter(dict.fromkeys(write_tables.BLOCKS, 1))


def test_every_sentence_of_the_chinese_tables_is_chinese_and_none_is_left_over() -> None:
    for block in write_tables.BLOCKS.values():
        block(CHINESE)
    name = WORDS.relative_to(ROOT)
    assert not CHINESE.missing, f"{name} has no Chinese for these sentences of the code"
    assert words().keys() == CHINESE.said, f"{name} has sentences that the code does not say any more"


def test_a_page_that_has_grown_old_is_found() -> None:
    old = "<!-- from code: settings -->\n\n| variable |\n\n<!-- end -->"
    assert "HONGYAN_PORT" in write_tables.renewed(old, ENGLISH)


def test_every_code_that_an_operator_meets_comes_with_advice() -> None:
    advice = write_tables.what_to_do("operator")
    codes = {
        code.code
        for code in error_codes().values()
        if {"Misconfigured", "Broken", "RemoteFault"} & {*code.kinds}
    }
    codes.add("store.unavailable")  # an outcome of the store that becomes Broken on the way
    assert codes == advice.keys()


def test_every_vendor_code_comes_with_advice() -> None:
    computed = {"SignatureDoesNotMatch", "Missing<Name>", "isv.BUSINESS_LIMIT_CONTROL"}
    assert (
        write_tables.what_to_do("vendor").keys() == vendor.GATEWAY.keys() | vendor.BUSINESS.keys() | computed
    )


def test_our_codes_of_the_vendor_table_exist_or_wait_for_their_issue() -> None:
    waiting = {
        "account.disabled": "accounts can be disabled",
        "content.unsupported": "the content screen",
    }
    unknown = vendor.OUR_CODES.keys() - error_codes().keys()
    assert unknown <= waiting.keys(), f"nobody raises {unknown - waiting.keys()}"


def test_every_environment_variable_in_the_code_is_on_the_settings_page() -> None:
    text = page("docs/settings.md").text
    for path in (ROOT / "src").rglob("*.py"):
        for name in re.findall(r"\bHONGYAN_[A-Z_]*[A-Z]\b", path.read_text("utf-8")):
            assert f"`{name}`" in text or name == "HONGYAN_X_Y", f"{path.relative_to(ROOT)} reads {name}"


def test_codes_of_the_http_port_are_on_the_errors_page() -> None:
    source = (ROOT / "src/hongyan/server/http.py").read_text("utf-8")
    for code in re.findall(r'"((?:path|request|server)\.[a-z_]+)"', source):
        assert f"| `{code}` |" in page("docs/errors.md").text


def test_error_codes_are_found_however_they_are_raised(tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text(
        """
class Special(Refused):
    pass

class Fixed(RemoteFault):
    def __init__(self, size):
        super().__init__("x.fixed", en=f"{size} octets", zh="")

def plain(name):
    raise Refused("x.plain", en=f"no {name}", zh="没有")

def either(early):
    raise Special("x.early" if early else "x.late", en="", zh="")

def wrapper(code, name, en):
    return Misconfigured(code, en=f"{name} {en}", zh="")

def uses_it():
    raise wrapper("x.wrapped", "it", "is wrong")
""",
        "utf-8",
    )
    found = error_codes(tmp_path)
    assert {code: found[code].kinds for code in found} == {
        "x.early": ("Refused",),
        "x.fixed": ("RemoteFault",),
        "x.late": ("Refused",),
        "x.plain": ("Refused",),
        "x.wrapped": ("Misconfigured",),
    }
    assert found["x.plain"].words == (("no {name}", "没有"),)
    assert found["x.fixed"].words == (("{size} octets", ""),)
    assert found["x.wrapped"].words == (("it is wrong", ""),)


def test_a_code_that_is_computed_somewhere_new_is_found(tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text("def f(x):\n    raise Refused(x.code, en='', zh='')\n", "utf-8")
    with pytest.raises(CodeUnknown, match=r"planted\.f"):
        error_codes(tmp_path)
