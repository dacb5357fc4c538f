"""Settings: from the environment and flags, every wrong one refused by its variable's name in both languages."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from hongyan.config import PREFIX, Settings, carrier_address, read_settings
from hongyan.kernel.errors import Misconfigured

WRONG: dict[str, list[str]] = {
    "PORT": ["http", "-1", "65536", "1.5", "0x50", "８０８０x"],
    "REVIEW": ["maybe", "AUTO", "auto "],
    "OLD_ACTIONS": ["yes", "Alive"],
    "ROLE": ["api", "All"],
    "QUEUE": ["0", "-5", "many"],
    "LANE": ["0", "five"],
    "BACKLOG": ["0", "-1"],
    "LARGEST_BODY": ["0", "1M"],
    "SMPP_WINDOW": ["0", "-1", "257"],
    "SMPP_RATE": ["-1", "fast"],
    "HANDSETS": ["-1", ""],
    "KEEP_DAYS": ["-1", "forever"],
    "LOG_LEVEL": ["loud", "WARN!"],
    "LOG_FORMAT": ["xml", "JSON"],
    "ACCESS_NUMBER": ["10690x", "+1069", "1" * 21, "１０６９"],
    "SMPP": [
        "carrier.example:2775",
        "http://hongyan:secret@carrier.example",
        "smpp://carrier.example:2775",
        "smpp://hongyan:secret@",
        "smpp://hongyan:secret@carrier.example:99999",
        "smpp://hongyan:secret@carrier.example:port",
        "smpp://a-system-id-of-16:secret@carrier.example",
        "smpp://hongyan:ninechars@carrier.example",
        "smpp://鸿雁:secret@carrier.example",
        "smpp://[::1:secret",
    ],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values if value]
)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(name: str, value: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        read_settings({PREFIX + name: value})
    assert caught.value.code == "settings.invalid"
    assert PREFIX + name in caught.value.en
    assert PREFIX + name in caught.value.zh
    assert any("\u4e00" <= character <= "\u9fff" for character in caught.value.zh)


@pytest.mark.parametrize("value", WRONG["SMPP"])
def test_a_wrong_carrier_address_is_not_repeated_because_it_holds_a_password(value: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        read_settings({"HONGYAN_SMPP": value})
    for secret in ("secret", "ninechars"):
        assert secret not in caught.value.en + caught.value.zh + str(caught.value)


def test_what_is_not_set_has_its_default() -> None:
    assert read_settings({}) == Settings()
    assert read_settings({"HONGYAN_PORT": "", "HONGYAN_DATA": ""}) == Settings()
    assert read_settings({"PORT": "1", "hongyan_port": "2", "HONGYAN_NO_SUCH_THING": "x"}) == Settings()


def test_values_have_the_types_of_their_defaults() -> None:
    for item in fields(Settings):
        text = {Path: "/srv/hongyan", int: item.default, str: item.default}[_kind(item.default)]
        settings = read_settings({PREFIX + item.name.upper(): str(text)})
        assert type(getattr(settings, item.name)) in (type(item.default), type(Path()))


def _kind(default: object) -> type:
    return Path if isinstance(default, Path) else type(default)


def test_a_flag_wins_over_the_environment_unless_it_was_not_given() -> None:
    environment = {"HONGYAN_PORT": "9000", "HONGYAN_HOST": "0.0.0.0"}
    settings = read_settings(environment, port=0, host=None)
    assert (settings.port, settings.host) == (0, "0.0.0.0")
    with pytest.raises(Misconfigured, match="HONGYAN_PORT"):
        read_settings(environment, port=70_000)


def test_secrets_are_not_shown_by_who_prints_settings() -> None:
    secrets = {
        "HONGYAN_SMPP": "smpp://hongyan:topsecre@carrier.example",
        "HONGYAN_DATABASE": "postgresql://hongyan:topsecret0@db.example/hongyan",
        "HONGYAN_ROOT_ACCESS_KEY_SECRET": "topsecret1",
        "HONGYAN_ROOT_PASSWORD": "topsecret2",
        "HONGYAN_MASTER_KEY": "topsecret3",
        "HONGYAN_REGISTRAR_SECRET": "topsecret4",
    }
    settings = read_settings(secrets)
    assert "topsecre" not in repr(settings) + str(settings)
    assert "topsecre" not in repr(carrier_address(settings))
    hidden = {PREFIX + item.name.upper() for item in fields(Settings) if not item.repr}
    assert set(secrets) == hidden


def test_every_setting_says_what_it_is() -> None:
    assert all(item.metadata["words"] for item in fields(Settings))


# -- the carrier's address --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "host", "port", "system_id", "password"),
    [
        ("smpp://hongyan:secret@carrier.example:2776", "carrier.example", 2776, "hongyan", "secret"),
        ("smpp://hongyan:secret@carrier.example", "carrier.example", 2775, "hongyan", "secret"),
        ("smpp://hongyan@carrier.example", "carrier.example", 2775, "hongyan", ""),
        ("smpp://a%40b:p%3Aw%2F%23@[::1]:1", "::1", 1, "a@b", "p:w/#"),
        ("smpp://fifteen-letters:8letters@10.0.0.1", "10.0.0.1", 2775, "fifteen-letters", "8letters"),
    ],
)
def test_a_carrier_address_is_taken_apart(
    url: str, host: str, port: int, system_id: str, password: str
) -> None:
    address = carrier_address(read_settings({"HONGYAN_SMPP": url}))
    assert (address.host, address.port, address.system_id, address.password) == (
        host,
        port,
        system_id,
        password,
    )


def test_people_review_unless_it_is_the_sandbox_or_somebody_says_so() -> None:
    settings = read_settings({})
    assert (settings.review_mode(sandbox=True), settings.review_mode(sandbox=False)) == ("auto", "manual")
    assert read_settings({"HONGYAN_REVIEW": "rules"}).review_mode(sandbox=False) == "rules"
    assert read_settings({"HONGYAN_REVIEW": "manual"}).review_mode(sandbox=True) == "manual"
    assert read_settings({"HONGYAN_REVIEW": "rules"}).review_mode(sandbox=True) == "rules"


def test_nothing_is_approved_unseen_where_real_phones_are() -> None:
    with pytest.raises(Misconfigured) as refused:
        read_settings({"HONGYAN_REVIEW": "auto"}).review_mode(sandbox=False)
    assert refused.value.code == "settings.review"
