"""Upload tickets and links: what was given out comes back as it was, or is refused."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.compliance.papers.policy import MOST_TEXT, Policy, read_policy
from hongyan.compliance.papers.tickets import BUCKET, LINK_LIVES_MS, TICKET_LIVES_MS, Bearer, Ticket, Tickets
from hongyan.identity import Vault
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Refused

BEARER = Bearer(4711, "LTAItest")
OTHER = Bearer(4712, "LTAIother")

_names = st.text("abcdefgh-", min_size=1, max_size=8)
_values = st.text(max_size=12)
_conditions = st.one_of(
    st.dictionaries(_names, _values, min_size=1, max_size=2),
    st.tuples(st.sampled_from(["eq", "starts-with"]), _names.map("$".__add__), _values).map(list),
    st.tuples(st.integers(0, 10), st.integers(10, 2**40)).map(lambda pair: ["content-length-range", *pair]),
)


class Giver:
    """Tickets on a clock that moves when told."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.tickets = Tickets(self.clock, Vault(bytes(range(32))))

    def form(self, ticket: Ticket, name: str = "licence.jpg", **changes: str) -> dict[str, str]:
        """The fields that a client sends, in lower case as the form reads them."""
        return {
            "key": f"{ticket.start_path}/{name}",
            "policy": ticket.policy,
            "ossaccesskeyid": ticket.handle,
            "signature": ticket.signature,
        } | changes

    def refused(self, fields: Mapping[str, str]) -> str:
        with pytest.raises(Refused) as refused:
            self.tickets.admit(fields, "")
        return refused.value.code


@pytest.fixture
def giver() -> Giver:
    return Giver()


# -- policies ------------------------------------------------------------------------------------------------


@given(expires_ms=st.integers(0, 4_000_000_000_000), conditions=st.lists(_conditions, max_size=4).map(tuple))
def test_a_policy_travels_and_comes_back(expires_ms: int, conditions: tuple[Any, ...]) -> None:
    policy = Policy(expires_ms, conditions)
    assert len(policy.text()) > MOST_TEXT or read_policy(policy.text()) == policy


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not base64",
        "%%%%",
        base64.b64encode(b"not json").decode(),
        base64.b64encode(b"[]").decode(),
        base64.b64encode(b"{}").decode(),
        base64.b64encode(b'{"expiration": "2030-01-01T00:00:00Z"}').decode(),
        base64.b64encode(b'{"expiration": "soon", "conditions": []}').decode(),
        base64.b64encode(b'{"expiration": "2030-01-01T00:00:00Z", "conditions": [[]]}').decode(),
        base64.b64encode(
            b'{"expiration": "2030-01-01T00:00:00Z", "conditions": [["ends-with", "$key", ""]]}'
        ).decode(),
        base64.b64encode(
            b'{"expiration": "2030-01-01T00:00:00Z", "conditions": [["content-length-range", 9, 1]]}'
        ).decode(),
        base64.b64encode(b'{"expiration": "2030-01-01T00:00:00Z", "conditions": [], "more": 1}').decode(),
        base64.b64encode(b"[" * 2000).decode(),
        "A" * (MOST_TEXT + 1),
    ],
)
def test_what_is_no_policy_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        read_policy(text)
    assert refused.value.code == "upload.policy_malformed"


@given(st.text(max_size=60))
def test_any_text_is_a_policy_or_refused(text: str) -> None:
    with pytest.raises(Refused):
        read_policy(text)


def test_conditions_are_met_or_named() -> None:
    policy = Policy(0, ({"bucket": "b"}, ["eq", "$key", "a/b.png"], ["starts-with", "$x", "12"]))
    assert policy.broken_by({"bucket": "b", "key": "a/b.png", "x": "123"}) is None
    assert policy.broken_by({"bucket": "c", "key": "a/b.png", "x": "123"}) == '{"bucket":"b"}'
    assert policy.broken_by({"bucket": "b", "key": "a/c.png", "x": "123"}) == '["eq","$key","a/b.png"]'
    assert policy.broken_by({"bucket": "b", "key": "a/b.png"}) == '["starts-with","$x","12"]'


# -- tickets -------------------------------------------------------------------------------------------------


def test_a_ticket_says_what_the_vendors_says(giver: Giver) -> None:
    ticket = giver.tickets.ticket(BEARER)
    policy = json.loads(base64.b64decode(ticket.policy))
    assert policy["conditions"] == [
        ["content-length-range", 1, 5 * 1024 * 1024],
        {"bucket": BUCKET},
        ["starts-with", "$key", "4711/"],
    ]
    expires = datetime.fromisoformat(policy["expiration"])
    assert expires == datetime.fromtimestamp(ticket.expires_ms / 1000, UTC)
    assert policy["expiration"].endswith("Z")
    assert ticket.start_path == "4711"
    assert len(base64.b64decode(ticket.signature)) == 20
    assert BEARER.access_key_id != ticket.handle


def test_an_upload_with_a_ticket_is_admitted_for_its_bearer(giver: Giver) -> None:
    admission = giver.tickets.admit(giver.form(giver.tickets.ticket(BEARER)), "")
    assert (admission.bearer, admission.key, admission.most) == (BEARER, "4711/licence.jpg", 5 * 1024 * 1024)


def test_the_name_of_the_file_can_be_put_into_the_key(giver: Giver) -> None:
    fields = giver.form(giver.tickets.ticket(BEARER), "${filename}")
    assert giver.tickets.admit(fields, "front.png").key == "4711/front.png"
    with pytest.raises(Refused) as refused:
        giver.tickets.admit(fields, "../../4712/front.png")
    assert refused.value.code == "paper.key_malformed"


@pytest.mark.parametrize("field", ["policy", "signature", "ossaccesskeyid"])
def test_a_ticket_that_was_changed_is_refused(giver: Giver, field: str) -> None:
    ticket, other = giver.tickets.ticket(BEARER), giver.tickets.ticket(OTHER)
    mixed = giver.form(ticket) | {field: giver.form(other)[field]}
    assert giver.refused(mixed) == "upload.signature_wrong"
    assert giver.refused(giver.form(ticket) | {field: ""}) in (
        "upload.signature_wrong",
        "upload.policy_malformed",
    )


def test_a_ticket_of_another_platform_is_refused(giver: Giver) -> None:
    ticket = Tickets(giver.clock, Vault(bytes(32))).ticket(BEARER)
    assert giver.refused(giver.form(ticket)) == "upload.signature_wrong"


def test_a_ticket_ends_with_its_hour(giver: Giver) -> None:
    fields = giver.form(giver.tickets.ticket(BEARER))
    giver.clock.advance(TICKET_LIVES_MS / 1000 - 1)
    giver.tickets.admit(fields, "")
    giver.clock.advance(1)
    assert giver.refused(fields) == "upload.expired"


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("4712/licence.jpg", "upload.not_allowed"),
        ("licence.jpg", "upload.not_allowed"),
        ("", "upload.not_allowed"),
        ("/4711/licence.jpg", "upload.not_allowed"),
        ("4711/", "paper.key_malformed"),
        ("4711/../4712/licence.jpg", "paper.key_malformed"),
        ("4711/.hidden.jpg", "paper.key_malformed"),
        ("4711/执照.jpg", "paper.key_malformed"),
        ("4711/a b.jpg", "paper.key_malformed"),
        ("4711/a\0.jpg", "paper.key_malformed"),
        ("4711/a\u200b.jpg", "paper.key_malformed"),
        ("4711/" + "a" * 300 + ".jpg", "paper.key_malformed"),
    ],
)
def test_a_key_stays_in_its_folder_and_has_plain_characters(giver: Giver, key: str, code: str) -> None:
    assert giver.refused(giver.form(giver.tickets.ticket(BEARER), key=key)) == code


# -- links ---------------------------------------------------------------------------------------------------


def _parts(link: str) -> tuple[int, dict[str, str]]:
    from urllib.parse import parse_qsl, urlsplit

    url = urlsplit(link)
    return int(url.path.rpartition("/")[2]), dict(parse_qsl(url.query))


def test_a_link_leads_to_one_paper_for_a_quarter_of_an_hour(giver: Giver) -> None:
    paper_id, query = _parts(giver.tickets.link(99, BEARER))
    assert (paper_id, giver.tickets.follow(99, query)) == (99, BEARER)
    giver.clock.advance(LINK_LIVES_MS / 1000)
    with pytest.raises(Refused) as refused:
        giver.tickets.follow(99, query)
    assert refused.value.code == "paper.link_expired"


@pytest.mark.parametrize(
    "change",
    [
        {"Expires": "99999999999"},
        {"Expires": "x"},
        {"OSSAccessKeyId": "UPLOAD.4712.LTAIother"},
        {"Signature": ""},
        {"Signature": "é"},
    ],
)
def test_a_link_that_was_changed_leads_nowhere(giver: Giver, change: dict[str, str]) -> None:
    paper_id, query = _parts(giver.tickets.link(99, BEARER))
    for number, fields in ((paper_id, query | change), (98, query), (paper_id, {})):
        with pytest.raises(Refused) as refused:
            giver.tickets.follow(number, fields)
        assert refused.value.code == "upload.signature_wrong"
