"""Bodies that are larger than usual are read for actions that need them, from senders who say who they are."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import random
from typing import Any

import pytest
from aliyun_client import DISABLED, KEY, SMS, Client

from hongyan.apis.aliyun.action_table import ACTIONS
from hongyan.apis.aliyun.intake import DoorSettings
from hongyan.apis.aliyun.large_bodies import LARGE_BODIES, MOST_LARGE
from hongyan.apis.aliyun.registry import BUILT
from hongyan.apis.aliyun.request_signing import encode_form, sign_acs3, sign_rpc
from hongyan.compliance.papers import MOST_INLINE

QUERY = {"SignName": "云雁", "SignSource": "0", "Remark": "说明"}
FILES = {"SignFileList.1.FileContents": "A" * 3000, "SignFileList.1.FileSuffix": "png"}
BODY = encode_form(FILES).encode()
ALIVE = DoorSettings(old_actions=True, max_body=1000)
READ_WHOLE = (500, "InternalError")
"""What comes of a request that got as far as its action: there are no rooms behind the door of these tests."""


@pytest.fixture
def client() -> Client:
    return Client(ALIVE)


class Sender:
    """One request whose body comes in pieces. `read`: bytes that the door has taken of it; `pause`: it waits for this
    before the last piece."""

    def __init__(self, query: str, headers: list[tuple[str, str]], body: bytes) -> None:
        self._query = query
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers]
        self.body = body
        self.read = 0
        self.waits = asyncio.Event()
        self.pause = asyncio.Event()
        self.pause.set()

    async def to(self, client: Client, length: int | None = None) -> tuple[int, str]:
        sent: list[Any] = []
        size = len(self.body) if length is None else length

        async def receive() -> dict[str, object]:
            last = self.read >= len(self.body) - 100
            if last:
                self.waits.set()
                await self.pause.wait()
            piece = self.body[self.read :] if last else self.body[self.read : len(self.body) - 100]
            self.read += len(piece)
            return {"type": "http.request", "body": piece, "more_body": not last}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": "POST",
            "path": "/",
            "query_string": self._query.encode(),
            "headers": [*self._headers, (b"content-length", b"%d" % size)],
        }
        await client.door(scope, receive, send)
        return sent[0]["status"], json.loads(sent[1]["body"])["Code"]


def acs3(
    client: Client,
    action: str = "AddSmsSign",
    *,
    files: dict[str, str] = FILES,
    body: bytes | None = None,
    **changes: Any,
) -> Sender:
    signed = encode_form(files).encode()
    options = {
        "access_key_id": KEY.id,
        "secret": KEY.secret,
        "host": "sms.test",
        "nonce": "n",
        "at": client.now,
        "body": signed,
        **changes,
    }
    head = sign_acs3(action, SMS if action == "SendSms" else QUERY, **options)
    return Sender(*head, signed if body is None else body)


def rpc(
    client: Client,
    action: str = "AddSmsSign",
    *,
    files: dict[str, str] = FILES,
    drop: str = "",
    **changes: Any,
) -> Sender:
    """As the old SDKs make it: files in the body, everything else in the query."""
    options = {"access_key_id": KEY.id, "secret": KEY.secret, "nonce": "n", "at": client.now, **changes}
    signed = sign_rpc(action, QUERY | files, **options)
    query = {name: value for name, value in signed.items() if name not in (*files, drop)}
    form = ("content-type", "application/x-www-form-urlencoded")
    return Sender(encode_form(query), [("host", "sms.test"), form], encode_form(files).encode())


@pytest.mark.parametrize("family", [acs3, rpc])
async def test_a_large_body_is_read_for_an_action_that_needs_it(client: Client, family: Any) -> None:
    sender = family(client)
    assert await sender.to(client) == READ_WHOLE
    assert sender.read == len(BODY) > ALIVE.max_body


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"access_key_id": "LTAI5tFAKEFAKEFAKEFAKE99"}, 404, "InvalidAccessKeyId.NotFound"),
        ({"access_key_id": DISABLED.id, "secret": DISABLED.secret}, 400, "InvalidAccessKeyId.Inactive"),
        ({"at": 1_000_000_000.0}, 400, "InvalidTimeStamp.Expired"),
        ({"action": "SendSms"}, 413, "RequestTooLarge"),
        ({"action": "NoSuchAction"}, 413, "RequestTooLarge"),
    ],
)
@pytest.mark.parametrize("family", [acs3, rpc])
async def test_nothing_of_it_is_read_from_strangers_or_for_other_actions(
    client: Client, family: Any, changes: dict[str, Any], status: int, code: str
) -> None:
    sender = family(client, **changes)
    assert await sender.to(client) == (status, code)
    assert sender.read == 0


async def test_nothing_of_it_is_read_when_the_head_is_signed_wrongly(client: Client) -> None:
    sender = acs3(client, secret="another")
    assert await sender.to(client) == (400, "SignatureDoesNotMatch")
    assert sender.read == 0


async def test_another_body_than_the_signed_one_is_found_when_it_is_there(client: Client) -> None:
    sender = acs3(client, body=BODY.replace(b"AAAA", b"BBBB"))
    assert await sender.to(client) == (400, "SignatureDoesNotMatch")
    assert sender.read == len(BODY)


@pytest.mark.parametrize("missing", ["Signature", "AccessKeyId", "Action", "Timestamp"])
async def test_a_head_that_does_not_say_who_sends_is_a_strangers(client: Client, missing: str) -> None:
    sender = rpc(client, drop=missing)
    assert await sender.to(client) == (413, "RequestTooLarge")
    assert sender.read == 0


async def test_what_is_offline_is_told_before_anything_is_read() -> None:
    client = Client(DoorSettings(max_body=1000))
    sender = acs3(client)
    assert await sender.to(client) == (404, "InvalidAction.NotFound")
    assert sender.read == 0


async def test_more_than_the_action_needs_is_refused_whoever_sends_it(client: Client) -> None:
    sender = acs3(client)
    assert await sender.to(client, MOST_LARGE + 1) == (413, "RequestTooLarge")
    assert sender.read == 0


@pytest.mark.parametrize(
    ("family", "setting"), [(acs3, {"max_large": 4000}), (rpc, {"max_large_claimed": 4000})]
)
async def test_large_bodies_on_their_way_are_bounded_together(family: Any, setting: dict[str, int]) -> None:
    client = Client(DoorSettings(old_actions=True, max_body=1000, **setting))
    slow, second = family(client), family(client)
    slow.pause.clear()
    first = asyncio.create_task(slow.to(client))
    await slow.waits.wait()
    assert await second.to(client) == (503, "ServiceUnavailable")
    assert (await client.acs3()).code == "OK", "usual requests have a room of their own"
    slow.pause.set()
    assert await first == READ_WHOLE
    assert await family(client).to(client) == READ_WHOLE


def test_larger_bodies_are_bounded_and_belong_to_actions_that_are_built() -> None:
    for action, row in LARGE_BODIES.items():
        assert action in BUILT
        assert ACTIONS[action].discontinued
        assert row.bytes_of_file * 17 // 12 < row.most <= MOST_LARGE
        assert row.source


def pictures(count: int, size: int) -> dict[str, str]:
    """As large as pictures are: base64 with all of its signs."""
    content = base64.b64encode(random.Random(1).randbytes(size)).decode()
    named = {f"SignFileList.{place}.FileContents": content for place in range(1, count + 1)}
    return named | {f"SignFileList.{place}.FileSuffix": "png" for place in range(1, count + 1)}


@pytest.mark.parametrize(
    ("count", "status"), [(3, READ_WHOLE), (10, READ_WHOLE), (11, (413, "RequestTooLarge"))]
)
async def test_all_pictures_that_the_vendor_takes_are_taken_and_no_more(
    count: int, status: tuple[int, str]
) -> None:
    client = Client(DoorSettings(old_actions=True))
    sender = acs3(client, files=pictures(count, MOST_INLINE))
    assert await sender.to(client) == status
    assert (sender.read > 0) == (status == READ_WHOLE)


@pytest.mark.parametrize("family", [acs3, rpc])
async def test_others_are_served_while_the_largest_is_worked_on(family: Any) -> None:
    client = Client(DoorSettings(old_actions=True))
    files = pictures(10, MOST_INLINE)
    sender = family(client, files=files)
    turns = 0
    working = asyncio.create_task(sender.to(client))
    while not working.done():
        await asyncio.sleep(0.001)
        turns += sender.read == len(sender.body)
    assert await working == READ_WHOLE
    assert turns >= 8, "others have their turns between the last byte and the answer"


async def test_whole_bodies_that_wait_are_bounded(client: Client) -> None:
    turns = client.door._large_bodies
    async with contextlib.AsyncExitStack() as working:
        await working.enter_async_context(turns.turn())
        waiting = [asyncio.create_task(acs3(client).to(client)) for _ in range(2)]
        while turns._waiting < 3:
            await asyncio.sleep(0)
        assert await acs3(client).to(client) == (503, "ServiceUnavailable")
    assert await asyncio.gather(*waiting) == [READ_WHOLE] * 2
