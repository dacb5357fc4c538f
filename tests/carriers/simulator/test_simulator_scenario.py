"""What a scenario file may say, and how mistakes in it are told."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from hongyan.carriers.simulator.scenario import (
    Delay,
    Scenario,
    convert_scenario,
    load_scenario,
    parse_scenario,
)
from hongyan.kernel.errors import Misconfigured


def test_the_default_carrier_is_well_behaved() -> None:
    scenario = Scenario()
    assert scenario.answers.error_rate == 0
    assert (
        scenario.receipts.failure_rate == scenario.receipts.loss_rate == scenario.receipts.duplicate_rate == 0
    )
    assert (scenario.receipts.delay.min, scenario.receipts.delay.max) == (0.3, 1.0)


def test_an_empty_file_is_the_default() -> None:
    assert parse_scenario("") == Scenario()


def test_every_section_is_read() -> None:
    scenario = parse_scenario(
        """
        seed = 7
        magic_numbers = false
        [answers]
        delay = { min = 0.01, max = 0.05 }
        error_rate = 0.1
        error_codes = ["system_error", 0x45]
        throttle_per_second = 50
        queue_limit = 1000
        [receipts]
        delay = { min = 0.1, p50 = 0.2, p90 = 1, p99 = 5, max = 60 }
        window = 10
        [links]
        drop_after_submits = 100
        [[rules]]
        number = "*0000"
        receipt_code = "UNDELIV"
        """
    )
    assert scenario.answers.error_codes == ("system_error", 0x45)
    assert scenario.receipts.delay.points() == [(0.0, 0.1), (0.5, 0.2), (0.9, 1), (0.99, 5), (1.0, 60)]
    assert scenario.rules[0].number == "*0000"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("sead = 1", "sead"),
        ("[receipts]\nlos_rate = 0.1", "los_rate"),
        ("[answers]\nerror_rate = 1.5", "error_rate"),
        ("[answers]\nerror_codes = ['never_heard_of']", "error_codes"),
        ("[answers]\nerror_codes = []", "error_codes"),
        ("[receipts]\ndelay = { min = 2, max = 1 }", "delay must grow"),
        ("[receipts]\nfailure_codes = ['much too long']", "failure_codes"),
        ("[[rules]]\nreceipt_code = 'UNDELIV'", "rule needs"),
        ("[[rules]]\ncontent = '('\nlose_receipt = true", "regular expression"),
        ("seed = 'one'", "seed"),
        (f"seed = {1 << 70}", "seed"),
        ("this is no toml", "line 1"),
    ],
)
def test_mistakes_are_named(text: str, names: str) -> None:
    with pytest.raises(Misconfigured, match=names) as caught:
        parse_scenario(text, name="my.toml")
    assert caught.value.code == "simulator.bad_scenario"
    assert "my.toml" in caught.value.zh


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"none\.toml"):
        load_scenario(tmp_path / "none.toml")


def test_json_takes_the_same_keys() -> None:
    assert convert_scenario({"receipts": {"loss_rate": 0.5}}).receipts.loss_rate == 0.5
    with pytest.raises(Misconfigured):
        convert_scenario({"receipts": {"loss": 0.5}})


# -- networks --------------------------------------------------------------------------------------------


def test_a_network_goes_before_the_general_part_key_by_key() -> None:
    scenario = parse_scenario(
        """
        seed = 7
        [receipts]
        loss_rate = 0.1
        delay = { min = 1, p99 = 30, max = 60 }
        [[rules]]
        number = "1*"
        [networks.mobile]
        magic_numbers = false
        [networks.mobile.receipts]
        delay = { max = 2 }
        [[networks.mobile.rules]]
        number = "2*"
        """
    )
    mobile, unicom = scenario.of("mobile"), scenario.of("unicom")
    assert (mobile.seed, mobile.magic_numbers, mobile.receipts.loss_rate) == (7, False, 0.1)
    assert mobile.receipts.delay == Delay(max=2)
    assert [rule.number for rule in mobile.rules] == ["2*", "1*"]
    assert (unicom.magic_numbers, unicom.receipts.delay.max) == (True, 60)
    assert [rule.number for rule in unicom.rules] == ["1*"]
    assert mobile.networks == unicom.networks == {}


def test_a_network_without_a_table_of_its_own_is_the_general_one() -> None:
    assert Scenario().of("telecom") == Scenario()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[networks.mobil]", "mobil"),
        ("[networks.mobile]\nsead = 1", r"networks.mobile.*sead"),
        ("[networks.mobile.receipts]\nlos_rate = 1", r"networks.mobile.*los_rate"),
        ("[networks.mobile.answers]\nerror_rate = 2", r"networks.mobile.*error_rate"),
        ("[networks.mobile]\nrules = 3", r"networks.mobile.*rules"),
        ("[networks]\nmobile = 3", "networks"),
        ("[networks.mobile.networks.unicom]", "have no networks"),
        ("[networks.mobile.receipts]\ndelay = { min = 2, max = 1 }", "delay must grow"),
        ("[[networks.mobile.listeners]]\naccount = 'a'\nhost = 'h'\nport = 1", "does not dial"),
        ("[[networks.unicom.listeners]]\naccount = 'a'\nhost = 'h'\nport = 0", "port"),
        ("[[listeners]]\naccount = 'a'\nhost = 'h'\nport = 1\nlogin = 'much too long a login'", "login"),
        ("[numbers.ported]\n'138*' = 'nobody'", "ported"),
        ("[replies]\ntexts = ['']", "texts"),
        ("[login]\nhighest_version = '4.0'", "highest_version"),
        ("[[rules]]\nsignature = 'x'\nreceipt_code = 'UNDELIV:12345'", "receipt_code"),
    ],
)
def test_mistakes_in_networks_are_named_with_their_network(text: str, names: str) -> None:
    with pytest.raises(Misconfigured, match=names):
        parse_scenario(text)


def test_what_is_shown_can_be_played_again() -> None:
    scenario = convert_scenario(
        {
            "networks": {
                "unicom": {"listeners": [{"account": "a", "host": "h", "port": 1}]},
                "mobile": {"rules": [{"number": "1", "receipt_code": "UNDELIV:601"}]},
            }
        }
    )
    assert convert_scenario(msgspec.json.decode(msgspec.json.encode(scenario))) == scenario


@pytest.mark.parametrize(
    ("text", "en", "zh"),
    [
        (
            "sead = 1",
            "there is no key sead; there are seed, magic_numbers, ",
            "没有键 sead；可用的键：seed、magic_numbers、",
        ),
        (
            "[answers]\nerror_codes = ['rejected', 'foo']",
            "answers.error_codes[1]: 'foo' is none of bad_destination, ",
            "answers.error_codes[1]：'foo' 不在可选值之列：bad_destination、",
        ),
        ("[networks.foo]\nseed = 1", "'foo' is none of broadnet, ", "'foo' 不在可选值之列：broadnet、"),
        (
            "[[networks.mobile.rules]]\nsignature = '*'\nfoo = 1",
            "networks.mobile.rules[0]: there is no key foo; there are number, sender, signature, ",
            "networks.mobile.rules[0]：没有键 foo；可用的键：number、sender、signature、",
        ),
        (
            "[links]\nmerge_seconds = 61",
            "links.merge_seconds: it must be a number <= 60",
            "links.merge_seconds：须为 <= 60",
        ),
        ("[answers]\nerror_codes = []", "must be a list of length >= 1", "须为长度 >= 1 的列表"),
        ("seed = 1.5", "seed: it must be a whole number, not a fraction", "seed：须为整数，而不是小数"),
        (
            "[[rules]]\nnumber = '1'\nreceipt_code = 'x'",
            "rules[0].receipt_code: it must be a receipt's code, as UNDELIV",
            "rules[0].receipt_code：须为状态报告的状态码，例如 UNDELIV",
        ),
        ("[[listeners]]\nhost = 'h'", "listeners[0]: account is missing", "listeners[0]：缺少 account"),
        ("[[rules]]\nvanish = true", "rules[0]: a rule needs", "rules[0]：规则至少要有"),
        ("[[rules]]\nnumber = '1'\ncontent = '('", "no regular expression", "不是正则表达式"),
        ("[answers.delay]\nmin = 2\nmax = 1", "a delay must grow", "延迟须按"),
        ("[networks.mobile.networks.unicom]", "networks have no networks", "不能再有 networks"),
        (
            "[[networks.mobile.listeners]]\naccount = 'a'\nhost = 'h'\nport = 1",
            "does not dial",
            "不会主动连接客户",
        ),
        (
            "[[rules]]\nnumber = '1'\nsubmit_error = 'rejected'\nerror_codes = ['rejected']",
            "submit_error and error_codes are two ways",
            "submit_error 与 error_codes 含义重复",
        ),
        (
            "[[rules]]\nnumber = '1'\nreceipt_delay = 'x'",
            "must be a number, not a text",
            "须为数字，而不是文本",
        ),
        ("a = [", "it is not TOML: ", "不是有效的 TOML："),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_may_stand_there_in_both_languages(
    text: str, en: str, zh: str
) -> None:
    with pytest.raises(Misconfigured) as caught:
        parse_scenario(text)
    assert en in caught.value.words("en")
    assert zh in caught.value.words("zh")
    assert "`" not in caught.value.words("zh"), "none of the reader's own words"
