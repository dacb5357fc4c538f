"""What may be set for a channel: every field of the table with values that fit and values that do not, as text and as
JSON; what fields demand of each other; and that settings which are taken can be spoken."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hongyan.carriers.channels import (
    FIELDS,
    PROTOCOLS,
    default_of,
    fields_of,
    parse_json,
    parse_texts,
    to_json,
    to_texts,
)
from hongyan.carriers.channels.fields import REQUIRED, SECRETS, Field
from hongyan.carriers.channels.passwords import Passwords
from hongyan.carriers.channels.reading import (
    change_settings,
    check_name,
    check_protocol,
    check_secret,
    make_settings,
)
from hongyan.carriers.channels.rules import RULES
from hongyan.carriers.channels.settings import SETTINGS, ProtocolName
from hongyan.carriers.dialects.choose import dialects_of
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Refused
from hongyan.kernel.text import Alphabet
from hongyan.messaging.outgoing import Job

LEAST: dict[str, dict[str, object]] = {
    "cmpp": {"host": "10.0.0.1", "login": "901234", "access_number": "1069000001"},
    "sgip": {
        "host": "10.0.0.1",
        "login": "sp",
        "access_number": "1069000001",
        "node": 3_010_012_345,
        "corp_id": "12345",
    },
    "smgp": {"host": "10.0.0.1", "login": "10001234", "access_number": "1069000001"},
    "smpp": {"host": "10.0.0.1", "login": "hongyan", "access_number": "1069000001"},
}
"""The shortest settings that are taken."""

_ONE_OF = ("", "x", "1.5", "-1", "٣")
_FLAGS = ("yes", "no", "true", "false", "on", "off", "1", "0", "YES")
_WORDS = ("", "x" * 10, "A_b-9", "!~")
_DIGITS = ("0", "000000", "123")
_NO_DIGITS = ("", "-1", "1.5", "x", "1234567", "１２")
_COUNTS = ("", "x", "1.5", "1e3", " 1", "+1", "٣")

EXAMPLES: dict[tuple[str, str], tuple[tuple[str, ...], tuple[str, ...]]] = {
    ("*", "host"): (
        ("10.0.0.1", "gateway.example.com", "localhost", "::1", "2001:db8::1", "ismg_1.carrier", "a"),
        *(("", "10.0.0.256", "10.0.0.1:7890", "a b", "-a", "a-", "a..b", "cmpp://a", "a/b", "fe80::1%eth0", "网关", "x" * 64),),
    ),
    ("*", "port"): (("1", "65535", "0x1ed2"), ("0", "65536", *_COUNTS)),
    ("cmpp", "login"): (("901234", "ABC123"), ("", "12345", "1234567", "90123 ", "90123\n", "企业代码六位")),
    ("sgip", "login"): (("a", "x" * 16), ("", "x" * 17, "a b", "a\0")),
    ("smgp", "login"): (("1", "12345678"), ("", "123456789", "é")),
    ("smpp", "login"): (("a", "x" * 15), ("", "x" * 16, "\x7f")),
    ("cmpp", "access_number"): (("106", "1" * 20), ("", "10", "1" * 21, "+10690", "HONGYAN", "１０６９０")),
    ("smpp", "access_number"): (("106", "1" * 20, "HONGYAN", "A & B", "H.Y"), ("", "10", "1" * 21, "x" * 12, " A", "A ", "鸿雁")),
    ("*", "connections"): (("1", "16"), ("0", "17", *_COUNTS)),
    ("*", "window"): (("1", "256"), ("0", "257", *_COUNTS)),
    ("*", "rate"): (("0", "100000"), ("-1", "100001", *_COUNTS)),
    ("*", "link_rate"): (("0", "100000"), ("-1", "100001", *_COUNTS)),
    ("*", "answer_timeout_seconds"): (("1", "600"), ("0", "601", *_COUNTS)),
    ("cmpp", "heartbeat_seconds"): (("0", "3600"), ("-1", "3601", *_COUNTS)),
    ("*", "countries"): (("", "CN", "CN,HK", "cn, hk", "US,GB,XK"), ("XX", "CHN", "CN;HK", "CN,")),
    ("*", "carriers"): (("", "mobile", "mobile,unicom", "telecom , broadnet"), ("Mobile", "cmcc", ",")),
    ("*", "categories"): (("", "code", "notice,marketing,international"), ("1", "sms")),
    ("*", "accounts"): (("", "7", "7,8", "9223372036854775807"), ("0", "x", "9223372036854775808", "-1")),
    ("*", "priority"): (("0", "99"), ("-1", "100", *_COUNTS)),
    ("*", "weight"): (("1", "100"), ("0", "101", *_COUNTS)),
    ("*", "cost"): (("0", "350", "10000000"), ("-1", "10000001", *_COUNTS)),
    ("cmpp", "version"): (("2.0", "2.1", "3.0"), ("2", "3", "0x30", "1.2")),
    ("smgp", "version"): (("0x30", "48", "0x3F"), ("3.0", "0x13", "0x40", "")),
    ("cmpp", "service_id"): (_WORDS, ("x" * 11, "a b", "业务")),
    ("smgp", "service_id"): (_WORDS, ("x" * 11, "a b", "业务")),
    ("cmpp", "msg_src"): (("", "901234"), ("9012345", "a b")),
    ("smgp", "msg_src"): (("", "12345678"), ("123456789", "a b")),
    ("cmpp", "fee_user_type"): (("0", "1", "2"), ("3", *_ONE_OF)),
    ("cmpp", "fee_type"): (("01", "02", "05"), ("1", "00", "06", *_ONE_OF)),
    ("sgip", "fee_type"): (("0", "4"), ("5", "01", *_ONE_OF)),
    ("smgp", "fee_type"): (("00", "03"), ("0", "04", *_ONE_OF)),
    ("cmpp", "fee_code"): (_DIGITS, _NO_DIGITS),
    ("smgp", "fee_code"): (_DIGITS, _NO_DIGITS),
    ("smgp", "fixed_fee"): (_DIGITS, _NO_DIGITS),
    ("smgp", "login_mode"): (("0", "1", "2", "pair"), ("3", "both", "PAIR", *_ONE_OF)),
    ("sgip", "node"): (("1", "3010012345", "4294967295"), ("0", "4294967296", *_COUNTS)),
    ("sgip", "corp_id"): (("1", "12345"), ("", "123456", "1 2")),
    ("sgip", "service_type"): (_WORDS, ("x" * 11, "a b")),
    ("sgip", "fee_value"): (("0", "99999"), ("", "100000", "-1")),
    ("sgip", "given_value"): (("0", "99999"), ("", "100000", "-1")),
    ("sgip", "agent_flag"): (("0", "1"), ("2", *_ONE_OF)),
    ("sgip", "more_late_to_mt"): (("0", "1", "2"), ("3", *_ONE_OF)),
    ("sgip", "listen_host"): (("0.0.0.0", "::", "10.0.0.2"), ("", "0.0.0.0:8801")),
    ("sgip", "listen_port"): (("0", "8801", "65535"), ("65536", *_COUNTS)),
    ("sgip", "listen_login"): (("", "x" * 16), ("x" * 17, "a b")),
    ("smpp", "mode"): (("transceiver", "pair"), ("", "transmitter", "receiver", "PAIR")),
    ("smpp", "system_type"): (("", "x" * 12), ("x" * 13, "a b")),
    ("smpp", "source_ton"): (("0", "5", "6"), ("7", *_ONE_OF)),
    ("smpp", "source_npi"): (("0", "1", "18"), ("2", "19", *_ONE_OF)),
    ("smpp", "receipt_ids"): (("as_is", "number", "hex_to_decimal", "decimal_to_hex"), ("", "hex", "1")),
    ("smpp", "default_alphabet"): (("gsm", "latin-1", "ascii"), ("", "GSM", "latin1", "ucs2", "0")),
    ("smpp", "ia5_alphabet"): (("gsm", "latin-1", "ascii"), ("", "ia5")),
    ("smpp", "tls"): (_FLAGS, ("", "maybe", "2")),
    ("smpp", "tls_verify"): (_FLAGS, ("", "maybe", "2")),
    ("smpp", "tls_ca"): (("", "/etc/ssl/carrier.pem"), ("carrier.pem", "~/ca.pem", "/a\nb", "/" + "x" * 4096)),
}  # fmt: skip
"""(protocol, field) -> texts that fit, texts that do not; `*` or the first protocol stands for all that share the row."""


def examples(row: Field) -> tuple[tuple[str, ...], tuple[str, ...]]:
    for protocol in ("*", *row.protocols):
        if (protocol, row.name) in EXAMPLES:
            return EXAMPLES[protocol, row.name]
    raise AssertionError(f"no examples for {row.name} of {row.protocols}")


EVERY = [(protocol, row) for protocol in PROTOCOLS for row in fields_of(protocol).values()]
EVERY_IDS = [f"{protocol}-{row.name}" for protocol, row in EVERY]
every_field = pytest.mark.parametrize(("protocol", "row"), EVERY, ids=EVERY_IDS)


def refusal(protocol: ProtocolName, values: dict[str, Any]) -> Refused:
    with pytest.raises(Refused) as found:
        make_settings(protocol, LEAST[protocol] | values)
    assert found.value.code == "channel.invalid"
    return found.value


# -- the table --------------------------------------------------------------------------------------------


def test_the_table_and_the_records_name_the_same_fields_in_the_same_protocols() -> None:
    for protocol, record in SETTINGS.items():
        assert set(fields_of(protocol)) == set(record.__struct_fields__)
    keys = [(protocol, row.name) for row in FIELDS for protocol in row.protocols]
    assert len(keys) == len(set(keys))
    assert sorted(keys) == sorted((protocol, row.name) for protocol, row in EVERY)


def test_every_example_belongs_to_a_field() -> None:
    names = {(protocol, row.name) for protocol, row in EVERY}
    assert {key for key in EXAMPLES if key[0] != "*"} <= names
    assert {name for protocol, name in EXAMPLES if protocol == "*"} <= {name for _, name in names}


@every_field
def test_every_field_is_explained_in_both_languages(protocol: ProtocolName, row: Field) -> None:
    for zh in (row.zh, row.kind.zh):
        assert re.search("[\u4e00-\u9fff]", zh) or zh == row.kind.en or " 或 " in zh
    for en in (row.en, row.kind.en, row.source):
        assert en
        assert en.isascii()


@every_field
def test_every_default_is_a_value_that_may_be_given(protocol: ProtocolName, row: Field) -> None:
    default = default_of(protocol, row.name)
    if default is not REQUIRED:
        assert row.kind.fits(default)
        assert row.kind.from_text(row.kind.to_text(default)) == (
            list(default) if isinstance(default, tuple) else default
        )


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_shortest_settings_are_exactly_the_required_fields(protocol: ProtocolName) -> None:
    required = {name for name in fields_of(protocol) if default_of(protocol, name) is REQUIRED}
    assert set(LEAST[protocol]) == required
    for name in required:
        with pytest.raises(Refused) as found:
            make_settings(protocol, {k: v for k, v in LEAST[protocol].items() if k != name})
        assert (found.value.facts["field"], "missing" in found.value.en) == (name, True)


# -- one field --------------------------------------------------------------------------------------------


@every_field
def test_a_value_that_fits_is_taken_and_written_as_it_was_read(protocol: ProtocolName, row: Field) -> None:
    for text in examples(row)[0]:
        (value,) = parse_texts(protocol, [f"{row.name}={text}"]).values()
        assert row.kind.fits(value), text
        assert row.kind.from_text(row.kind.to_text(value)) == value


@every_field
def test_a_value_that_does_not_fit_is_refused_with_field_value_and_what_it_must_be(
    protocol: ProtocolName, row: Field
) -> None:
    for text in examples(row)[1]:
        found = refusal(protocol, parse_texts(protocol, [f"{row.name}={text}"]))
        assert found.facts["field"] == row.name, text
        assert found.en.startswith(f"{row.name}: it is ")
        assert found.en.endswith(f" and must be {row.kind.en}")
        assert found.zh.startswith(f"{row.name}：当前为 ")
        assert found.zh.endswith(row.kind.zh)
        assert found.facts["reason"] in found.en


@every_field
def test_a_value_of_another_kind_is_refused_in_json_too(protocol: ProtocolName, row: Field) -> None:
    for value in (None, 1.5, {}, [None], [[]], {"a": 1}, float("nan"), b"1", "\0", "\ud800"):
        assert refusal(protocol, {row.name: value}).facts["field"] == row.name
    for flag in (True, False):  # in Python they are numbers, too
        assert row.kind.fits(flag) is (row.name in ("tls", "tls_verify"))


def test_a_long_value_is_shown_short_and_control_characters_as_escapes() -> None:
    found = refusal("smpp", {"login": "\x1b[31m" + "x" * 500})
    assert "\x1b" not in found.en
    assert "…" in found.en
    assert len(found.en) < 200


# -- any text, any JSON -----------------------------------------------------------------------------------

_TEXTS = st.text(max_size=30) | st.sampled_from(
    sorted({text for good, bad in EXAMPLES.values() for text in (*good, *bad)})
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(EVERY), _TEXTS)
@settings(max_examples=500, deadline=None)
def test_any_text_is_taken_or_refused_by_its_name(where: tuple[ProtocolName, Field], text: str) -> None:
    protocol, row = where
    values = parse_texts(protocol, [f"{row.name}={text}"])
    _taken_or_refused(protocol, row, values)


@given(st.sampled_from(EVERY), _JSON)
@settings(max_examples=500, deadline=None)
def test_any_json_is_taken_or_refused_by_its_name(where: tuple[ProtocolName, Field], value: Any) -> None:
    protocol, row = where
    _taken_or_refused(protocol, row, {row.name: value})


def attempt(read: Callable[[], Any]) -> Any:
    """What comes of it, or the refusal."""
    try:
        return read()
    except Refused as refused:
        return refused


def _taken_or_refused(protocol: ProtocolName, row: Field, values: dict[str, object]) -> None:
    made = attempt(lambda: make_settings(protocol, LEAST[protocol] | values))
    if isinstance(made, Refused):
        partners = {rule.field for rule in RULES} if row.kind.fits(values[row.name]) else set()
        assert made.code == "channel.invalid"
        assert made.facts["field"] in {row.name, *partners}
        return
    assert make_settings(protocol, to_json(made)) == made
    texts = [f"{name}={text}" for name, text in to_texts(protocol, made).items()]
    assert make_settings(protocol, parse_texts(protocol, texts)) == made
    assert msgspec.json.decode(msgspec.json.encode(made), type=SETTINGS[protocol]) == made


@given(st.lists(st.text(max_size=20), max_size=3), st.sampled_from(PROTOCOLS))
def test_any_words_are_read_or_refused(texts: list[str], protocol: ProtocolName) -> None:
    found = attempt(lambda: parse_texts(protocol, texts))
    assert isinstance(found, dict) or found.code == "channel.invalid"


@given(st.binary(max_size=40))
def test_any_octets_are_an_object_or_refused(data: bytes) -> None:
    found = attempt(lambda: parse_json(data))
    assert isinstance(found, dict) or found.facts["field"] == "JSON"


@pytest.mark.parametrize("data", [b"", b"[]", b"1", b"null", b'"host"', b"{", b"[" * 100_000, b"\xff"])
def test_json_that_is_no_object_is_refused(data: bytes) -> None:
    with pytest.raises(Refused, match="one object"):
        parse_json(data)


# -- names ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("protocol", "name", "says"),
    [
        ("cmpp", "wndow", "did you mean window?"),
        ("sgip", "heartbeat_seconds", "SGIP channels have no such field"),
        ("cmpp", "node", "no such field"),
        ("smpp", "service_id", "did you mean source_npi?|no such field"),
        ("cmpp", "", "no such field"),
        ("cmpp", "Host", "no such field"),
    ],
)
def test_an_unknown_field_is_refused_with_the_one_that_was_meant(
    protocol: ProtocolName, name: str, says: str
) -> None:
    for read in (
        lambda: parse_texts(protocol, [f"{name}=secret-value"]),
        lambda: make_settings(protocol, {name: "secret-value"}),
    ):
        with pytest.raises(Refused, match=says) as found:
            read()
        assert found.value.facts["field"] == name
        assert "secret-value" not in found.value.en + found.value.zh


@pytest.mark.parametrize("name", ["password", "secret", "listen_password", "shared_secret"])
def test_a_password_among_the_fields_is_refused_and_not_repeated(name: str) -> None:
    with pytest.raises(Refused, match="a secret is no field") as found:
        parse_texts("cmpp", [f"{name}=hunter2"])
    assert "hunter2" not in found.value.en + found.value.zh + str(found.value.facts)


def test_a_field_without_a_value_or_given_twice_is_refused() -> None:
    with pytest.raises(Refused, match="name=value"):
        parse_texts("cmpp", ["host"])
    with pytest.raises(Refused, match="twice"):
        parse_texts("cmpp", ["port=1", "port=2"])


def test_a_value_may_hold_further_equals_signs() -> None:
    assert parse_texts("cmpp", ["service_id=a=b"]) == {"service_id": "a=b"}


@pytest.mark.parametrize("name", ["a", "mobile", "mobile-2", "a" * 32])
def test_names_of_channels(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize("name", ["", "2a", "-a", "A", "a_b", "a b", "a" * 33, "通道", "a\n"])
def test_names_that_no_channel_has(name: str) -> None:
    with pytest.raises(Refused, match="name: "):
        check_name(name)


def test_protocols_are_a_closed_set() -> None:
    assert [check_protocol(name) for name in PROTOCOLS] == list(PROTOCOLS)
    with pytest.raises(Refused, match="protocol: it must be one of cmpp, sgip, smgp, smpp"):
        check_protocol("CMPP")


# -- passwords --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("protocol", "most"), [("cmpp", 64), ("sgip", 16), ("smgp", 15), ("smpp", 64)])
def test_passwords_are_as_long_as_the_protocol_has_room_for(protocol: ProtocolName, most: int) -> None:
    assert check_secret(protocol, "p" * most) == "p" * most
    assert check_secret(protocol, b"a b!") == "a b!"
    for wrong in ("", "p" * (most + 1), "pass\n", "密码", b"\xff", "p\0"):
        with pytest.raises(Refused, match="password: it must be") as found:
            check_secret(protocol, wrong)
        assert "pp" not in found.value.en
    assert SECRETS.keys() == SETTINGS.keys()


# -- what fields demand of each other ---------------------------------------------------------------------

BROKEN: list[tuple[ProtocolName, int, dict[str, object], dict[str, object]]] = [
    ("cmpp", 0, {"carriers": ["mobile"], "countries": ["HK"]}, {"countries": []}),
    ("sgip", 0, {"carriers": ["mobile"], "countries": ["HK"]}, {"countries": ["HK", "CN"]}),
    ("smpp", 1, {"categories": ["international"], "countries": ["CN"]}, {"countries": []}),
    ("cmpp", 1, {"categories": ["international"]}, {"categories": ["international", "code"]}),
    ("smpp", 2, {"categories": ["code"], "countries": ["US"]}, {"categories": ["code", "international"]}),
    ("cmpp", 3, {"version": "3.0", "fee_type": "04"}, {"version": "2.0"}),
    ("smpp", 4, {"access_number": "HONGYAN"}, {"source_ton": 5}),
    ("smpp", 5, {"access_number": "1" * 12, "source_ton": 5}, {"source_ton": 3}),
    ("smpp", 6, {"access_number": "HONGYAN", "source_ton": 5, "source_npi": 1}, {"source_npi": 0}),
    ("smpp", 7, {"tls_ca": "/ca.pem"}, {"tls": True}),
    ("smpp", 7, {"tls_ca": "/ca.pem", "tls": True, "tls_verify": False}, {"tls_verify": True}),
]
"""(protocol, place in RULES, settings that break the rule, what mends them)."""


@pytest.mark.parametrize(("protocol", "place", "broken", "mended"), BROKEN)
def test_fields_that_contradict_each_other_are_refused_with_the_one_to_correct(
    protocol: ProtocolName, place: int, broken: dict[str, object], mended: dict[str, object]
) -> None:
    rule = RULES[place]
    found = refusal(protocol, broken)
    assert found.facts["field"] == rule.field
    assert found.en.endswith(rule.en)
    assert found.zh.endswith(rule.zh)
    make_settings(protocol, LEAST[protocol] | broken | mended)


def test_every_rule_is_broken_by_an_example() -> None:
    assert {place for _, place, *_ in BROKEN} == set(range(len(RULES)))
    for rule in RULES:
        assert rule.source
        assert all(rule.field in fields_of(protocol) for protocol in rule.protocols)


def test_a_change_is_checked_with_what_it_does_not_name() -> None:
    made = make_settings("smpp", LEAST["smpp"] | {"access_number": "HONGYAN", "source_ton": 5})
    with pytest.raises(Refused, match="source_ton"):
        change_settings("smpp", made, {"source_ton": 1})
    assert change_settings("smpp", made, {"window": 7}).window == 7
    assert change_settings("smpp", made, {}) == made


# -- settings that are taken can be spoken ----------------------------------------------------------------


@st.composite
def _settings(draw: st.DrawFn) -> tuple[ProtocolName, Any]:
    protocol = draw(st.sampled_from(PROTOCOLS))
    values = dict(LEAST[protocol])
    for name, row in fields_of(protocol).items():
        if draw(st.booleans()):
            values[name] = row.kind.from_text(draw(st.sampled_from(examples(row)[0])))
    try:
        return protocol, make_settings(protocol, values)
    except Refused:
        return protocol, make_settings(protocol, LEAST[protocol])


@given(_settings())
@settings(max_examples=300, deadline=None)
def test_whatever_is_taken_can_log_in_and_submit(made: tuple[ProtocolName, Any]) -> None:
    _, chosen = made
    clock = ManualClock()
    text = ["你好".encode("utf-16-be")]
    until = clock.now_ms() + 60_000
    job = Job(1, 1, 1, 1, 0, "8613800138000", chosen.access_number, Alphabet.UCS2, text, until, 1)
    for dialect in dialects_of(chosen, Passwords("password", "other"), clock):
        assert dialect.session(0.0).bytes_to_send()
        assert dialect.body(job, 1, clock.now_ms())


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"carriers": ["mobile", "unicom", "mobile"]}, "carriers: 'mobile' is given twice"),
        ({"accounts": [7, 7]}, "accounts: 7 is given twice"),
        ({"countries": ["CN", "CN"]}, "countries: 'CN' is given twice"),
        ({"categories": ["code", "code"]}, "categories: 'code' is given twice"),
        ({"carriers": ["mobile", "mobil", "mobile"]}, "must be any of mobile"),
        ({"carriers": [["mobile"], ["mobile"]]}, "must be any of mobile"),
    ],
)
def test_what_stands_in_a_list_twice_is_named(values: dict[str, object], says: str) -> None:
    with pytest.raises(Refused, match=says):
        make_settings("cmpp", values)
