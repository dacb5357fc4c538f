"""What is signed so that strangers may come back with it: upload tickets and links to papers.

A *handle* stands where OSS has an access key id. It names the account and the access key that asked, and is no key
itself: each handle's secret comes from the vault, so a signature vouches for the handle, too. Nothing is stored.
Signature: base64 of HMAC-SHA1, as OSS signs forms and links.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from hongyan.compliance.papers.formats import is_key
from hongyan.compliance.papers.inspector import MOST_BYTES
from hongyan.compliance.papers.policy import Policy, read_policy
from hongyan.compliance.refusals import refusal
from hongyan.identity import Vault
from hongyan.kernel.clock import Clock, Millis

PATH: Final = "/papers"
"""Of the one HTTP port: uploads are posted there, links begin with it."""
BUCKET: Final = "hongyan-papers"
"""What answers call the place, as OSS clients expect one."""
TICKET_LIVES_MS: Final = 3_600_000
LINK_LIVES_MS: Final = 900_000
_MARK: Final = "UPLOAD"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a client needs to upload. `start_path`: the folder that its keys begin with."""

    handle: str
    policy: str
    signature: str
    start_path: str
    expires_ms: Millis


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who a handle was given to."""

    account_id: int
    access_key_id: str


@dataclass(frozen=True, slots=True)
class Admission:
    """An upload that may be sent: `least` to `most` bytes for `key`."""

    bearer: Bearer
    key: str
    least: int
    most: int


class Tickets:
    """Gives and checks. `clock` is the real one: tickets and links are signed requests."""

    def __init__(self, clock: Clock, vault: Vault) -> None:
        self._clock = clock
        self._key = vault.signing_key("papers")

    def ticket(self, bearer: Bearer) -> Ticket:
        """To upload into the account's folder for an hour."""
        folder = str(bearer.account_id)
        expires_ms = self._clock.now_ms() + TICKET_LIVES_MS
        policy = Policy(
            expires_ms,
            (
                ["content-length-range", 1, MOST_BYTES],
                {"bucket": BUCKET},
                ["starts-with", "$key", f"{folder}/"],
            ),
        ).text()
        handle = _handle(bearer)
        return Ticket(handle, policy, self._sign(handle, policy), folder, expires_ms)

    def admit(self, fields: Mapping[str, str], file_name: str) -> Admission:
        """Check the fields that stand before the file in the form; names in lower case.

        Raises Refused("upload.policy_malformed", "upload.signature_wrong", "upload.expired", "upload.not_allowed",
        "paper.key_malformed").
        """
        handle, text = fields.get("ossaccesskeyid", ""), fields.get("policy", "")
        policy = read_policy(text)
        if not self._signed(handle, text, fields.get("signature", "")):
            raise refusal("upload.signature_wrong")
        if policy.expires_ms <= self._clock.now_ms():
            raise refusal("upload.expired")
        key = fields.get("key", "").replace("${filename}", file_name)
        if condition := policy.broken_by({**fields, "key": key, "bucket": BUCKET}):
            raise refusal("upload.not_allowed", condition=condition)
        if not is_key(key):
            raise refusal("paper.key_malformed")
        return Admission(_bearer(handle), key, *policy.sizes())

    def link(self, paper_id: int, bearer: Bearer) -> str:
        """Path and query under which the bearer sees a paper for a quarter of an hour."""
        handle = _handle(bearer)
        expires = str((self._clock.now_ms() + LINK_LIVES_MS) // 1000)
        signature = self._sign(handle, _link_text(paper_id, expires))
        query = urlencode({"OSSAccessKeyId": handle, "Expires": expires, "Signature": signature})
        return f"{PATH}/{paper_id}?{query}"

    def follow(self, paper_id: int, query: Mapping[str, str]) -> Bearer:
        """Who a link was given to. Raises Refused("upload.signature_wrong", "paper.link_expired")."""
        handle, expires = query.get("OSSAccessKeyId", ""), query.get("Expires", "")
        if not self._signed(handle, _link_text(paper_id, expires), query.get("Signature", "")):
            raise refusal("upload.signature_wrong")
        if int(expires) * 1000 <= self._clock.now_ms():
            raise refusal("paper.link_expired")
        return _bearer(handle)

    def _sign(self, handle: str, text: str) -> str:
        secret = hmac.digest(self._key, handle.encode(), hashlib.sha256)
        return base64.b64encode(hmac.digest(secret, text.encode(), "sha1")).decode()

    def _signed(self, handle: str, text: str, signature: str) -> bool:
        return hmac.compare_digest(self._sign(handle, text).encode(), signature.encode())


def _handle(bearer: Bearer) -> str:
    return f"{_MARK}.{bearer.account_id}.{bearer.access_key_id}"


def _bearer(handle: str) -> Bearer:
    """Of a handle whose signature was right: we have made it."""
    _, account_id, access_key_id = handle.split(".", 2)
    return Bearer(int(account_id), access_key_id)


def _link_text(paper_id: int, expires: str) -> str:
    return f"GET\n{paper_id}\n{expires}"
