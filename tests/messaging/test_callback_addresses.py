"""Where callbacks may go: not into the operator's own network, however the address is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.kernel.errors import Misconfigured, Refused
from hongyan.messaging.callbacks.addresses import Guard, Target, read_url


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("http://example.com", Target(False, "example.com", 80, "/")),
        ("https://example.com/a/b?c=1", Target(True, "example.com", 443, "/a/b?c=1")),
        ("https://example.com:8443/", Target(True, "example.com", 8443, "/")),
        ("http://[2001:db8::1]:81/x", Target(False, "[2001:db8::1]", 81, "/x")),
    ],
)
def test_an_address_is_taken_apart(url: str, target: Target) -> None:
    assert read_url(url) == target


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "example.com",
            "ftp://example.com/",
            "file:///etc/passwd",
            "http:///x",
            "http://",
            "//example.com",
        ),
        *(
            "http://user:pass@example.com/",
            "http://example.com/#x",
            "http://example.com:0/",
            "http://a:99999/",
        ),
        *(" http://example.com", "http://exa mple.com", "http://example.com/\r\nX: y", "http://例子.com/"),
        *(
            "http://-a.com/",
            "http://a_.com-/",
            "http://[::1",
            "http://a:b/",
            "http://example.com/" + "x" * 500,
        ),
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(Refused) as refused:
        read_url(url)
    assert refused.value.code == "callback.url"


@given(st.text())
def test_any_text_is_an_address_or_refused(url: str) -> None:
    try:
        target = read_url(url)
    except Refused:
        return
    assert target.path.startswith(("/", "?"))
    assert "\r" not in target.path + target.authority
    assert "\n" not in target.path + target.authority


PUBLIC = ["8.8.8.8", "1.1.1.1", "2001:4860:4860::8888", "203.0.114.1"]
PRIVATE = [
    *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.5.5", "192.168.1.1", "169.254.169.254"),
    *("100.64.0.1", "198.18.0.1", "192.0.2.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::"),
    *("localhost", "", "1.2.3"),
]


@pytest.mark.parametrize("address", PUBLIC)
def test_the_public_internet_is_open(address: str) -> None:
    assert Guard().allows(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_other_networks_are_closed(address: str) -> None:
    assert not Guard().allows(address)


def test_an_operator_may_open_networks_of_his_own() -> None:
    guard = Guard(["10.1.0.0/16", "fd00::/8"])
    assert guard.allows("10.1.2.3")
    assert guard.allows("fd12::1")
    assert not guard.allows("10.2.0.1")
    assert Guard(everywhere=True).allows("127.0.0.1")
    for wrong in ("10.0.0.0/33", "10.0.0.1/8", "intranet"):
        with pytest.raises(Misconfigured) as refused:
            Guard([wrong])
        assert refused.value.code == "settings.callback_networks"
