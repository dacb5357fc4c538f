"""The REST door itself: who may call, what a request must be like, errors in both languages, idempotency keys."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
import pytest
import room_fixtures
from hypothesis import given
from hypothesis import strategies as st
from in_process_store import InProcessStore
from msgspec import Meta
from rest_client import NOT_ASKED, RestClient, basic

from hongyan.apis.rest import RestDoor, RestSettings, Services
from hongyan.apis.rest.call import Call, File
from hongyan.apis.rest.reading import read_basic, read_body, read_cursor, read_query, write_cursor
from hongyan.apis.rest.route import Input, Output, Route, Who
from hongyan.identity import AccessKey, AccountKind, Identity, RootSettings, Vault, commit_change
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Broken, Refused, RemoteFault, Throttled
from hongyan.kernel.ids import IdMaker

clock, ids = room_fixtures.clock, room_fixtures.ids
store, vault = room_fixtures.store, room_fixtures.vault


class Step(Input, frozen=True):
    by: Annotated[int, Meta(ge=1)]
    account_id: int = 0


class Wish(Input, frozen=True):
    loud: bool = False


class Total(Output, frozen=True):
    total: int
    asked: str = ""


@dataclass
class World:
    """A door with routes that count, in the audit trail of the caller's account."""

    store: InProcessStore
    identity: Identity
    door: RestDoor
    operator: AccessKey
    tenant: AccessKey
    observed: list[tuple[str, str, int]]
    clock: ManualClock

    def client(self, key: AccessKey | None = None, **options: Any) -> RestClient:
        return RestClient(self.door, key or self.tenant, **options)


@pytest.fixture
async def world(store: InProcessStore, clock: ManualClock, ids: IdMaker, vault: Vault) -> World:
    identity = Identity(store, clock, ids, vault)
    await identity.first_start(RootSettings("rootkey", "rootsecret", "rootpassword"))
    account = await identity.create_account(AccountKind.ENTERPRISE, "tenant", actor="test")
    tenant = await identity.create_key(account.id, "app", actor="test")
    operator = await identity.key("rootkey")
    assert operator is not None

    async def add(_: Services, call: Call) -> None:
        if call.body.by == 13:
            raise Refused("count.unlucky", en="13 is unlucky", zh="13 不吉利", by=13)
        event = (ids.next(), 0, call.account.id, call.actor.name, "count", str(call.body.by), "{}")
        await commit_change(store, (*call.once, ("identity.add_audit_event", event, 1)))

    async def total(_: Services, call: Call) -> Total:
        rows = store.rows("SELECT object FROM audit_event WHERE action = 'count'")
        return Total(total=sum(int(row[0]) for row in rows))

    async def one(_: Services, call: Call) -> Total:
        return Total(total=call.place["number"], asked=f"{call.place['word']} {call.query.loud}")

    async def broken(_: Services, call: Call) -> Total:
        raise FAULTS[call.place["fault"]]

    async def file(_: Services, call: Call) -> File:
        async def pieces() -> AsyncIterator[bytes]:
            yield b"first "
            yield b"second"

        return File([(b"content-type", b"text/plain"), (b"cache-control", b"no-store")], pieces())

    def row(method: str, path: str, answer: Any, **more: Any) -> Route:
        return Route(method=method, path=path, en="", zh="", answer=answer, **({"shows": Total} | more))

    routes = (
        row("GET", "/count", total),
        row("POST", "/count", total, change=add, body=Step),
        row("GET", "/count/{number}/{word}", one, query=Wish, words={"word": ("up", "down")}),
        row("GET", "/fault/{fault}", broken, words={"fault": ()}),
        row("GET", "/file", file, shows=None),
        row("GET", "/secret", total, who=Who.OPERATOR),
    )
    observed: list[tuple[str, str, int]] = []
    door = RestDoor(
        Services(identity, None, None, clock, *NOT_ASKED),  # type: ignore[arg-type]
        settings=RestSettings(max_body=1000),
        observe=lambda *seen: observed.append(seen),
        routes=routes,
    )
    return World(store, identity, door, operator, tenant, observed, clock)


FAULTS: dict[str, Exception] = {
    "broken": Broken("x.y", en="inner words", zh="内部"),
    "crash": RuntimeError("inner words"),
    "remote": RemoteFault("x.away", en="away", zh="无响应"),
    "later": Throttled("x.full", en="full", zh="已满", retry_after_s=7),
    "unknown": Refused("thing.unknown", en="no such thing", zh="不存在"),
    "conflict": Throttled("storage.conflict", en="changed", zh="已修改"),
}


# -- who calls -----------------------------------------------------------------------------------------------


async def test_an_access_key_opens_the_door(world: World) -> None:
    assert await world.client().ok("GET", "/count") == {"total": 0, "asked": ""}
    assert world.observed == [("GET /count", "OK", 200)]


@pytest.mark.parametrize(
    "proof",
    [
        "",
        "Bearer abc",
        "Basic",
        "Basic ####",
        "Basic " + "YWJj",
        basic("rootkey", ""),
        basic("rootkey", "wrong"),
        basic("nobody", "rootsecret"),
        basic("", "rootsecret"),
        "Basic /////w==",
    ],
)
async def test_whoever_shows_no_key_stays_outside(world: World, proof: str) -> None:
    reply = await RestClient(world.door, None).get("/count", proof=proof or None)
    assert (reply.status, reply.code) == (401, "caller.unknown")
    assert reply.headers["www-authenticate"] == 'Basic realm="hongyan", charset="UTF-8"'
    assert "curl -u" in reply.body["fix"]


async def test_a_disabled_key_stays_outside_at_once(world: World) -> None:
    client = world.client()
    await client.ok("GET", "/count")
    await world.identity.disable_key(world.tenant.id, actor="test")
    assert (await client.get("/count")).status == 401


async def test_the_consoles_cookie_opens_nothing(world: World) -> None:
    person = await world.identity.check_password("root", "rootpassword")
    assert person is not None
    token = await world.identity.open_login_session(person)
    reply = await RestClient(world.door, None).get("/count", cookie=f"hongyan_session={token}")
    assert reply.status == 401


async def test_guessing_is_stopped_by_its_address_and_locks_nobody_else_out(world: World) -> None:
    for _ in range(20):
        assert (await world.client().get("/count", proof=basic("rootkey", "x"))).status == 401
    stopped = await world.client().get("/count")
    assert (stopped.status, stopped.code) == (429, "identity.too_many_attempts")
    assert int(stopped.headers["retry-after"]) == 301
    await world.client(world.operator, address="198.51.100.1").ok("GET", "/count")
    world.clock.advance(301)
    await world.client().ok("GET", "/count")


async def test_many_good_calls_at_once_are_no_attempts(world: World) -> None:
    replies = await asyncio.gather(*(world.client().get("/count") for _ in range(100)))
    assert {reply.status for reply in replies} == {200}


async def test_what_is_for_the_operator_is_for_the_root_account(world: World) -> None:
    refused = await world.client().get("/secret", language="zh-CN")
    assert (refused.status, refused.code) == (403, "caller.not_allowed")
    assert refused.body["message"] == "该接口仅供运营方使用"
    await world.client(world.operator).ok("GET", "/secret")


# -- what a request is like ----------------------------------------------------------------------------------


async def test_places_of_a_path_are_numbers_or_words_of_a_list(world: World) -> None:
    client = world.client()
    assert await client.ok("GET", "/count/7/up?loud=true") == {"total": 7, "asked": "up True"}
    for path in (
        "/count/7/left",
        "/count/x/up",
        "/count/9999999999999999999/up",
        "/count/7",
        "/count/7/up/",
        "/",
        "",
        "/count/%37/up",
        "//count",
    ):
        reply = await client.get(path)
        assert (reply.status, reply.code) == (404, "path.unknown"), path
    assert world.observed[-1][0] == "-", "a stranger's path is no label of metrics"


async def test_another_method_is_told_which_there_are(world: World) -> None:
    reply = await world.client().call("DELETE", "/count")
    assert (reply.status, reply.code, reply.headers["allow"]) == (405, "path.method", "GET, POST")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("loud=maybe", "request.invalid"),
        ("lout=true", "request.invalid"),
        ("loud=true&loud=false", "request.malformed"),
        ("loud", "request.malformed"),
        ("x=" + "y" * 5000, "request.too_large"),
        ("&".join(f"a{n}=1" for n in range(60)), "request.malformed"),
    ],
)
async def test_a_query_is_read_strictly(world: World, query: str, code: str) -> None:
    assert (await world.client().get(f"/count/7/up?{query}")).code == code


@pytest.mark.parametrize(
    ("raw", "content_type", "status", "code"),
    [
        (b'{"by": 1}', "text/plain", 415, "request.content_type"),
        (b'{"by": 1}', "application/json; charset=gbk", 415, "request.content_type"),
        (b"", "", 400, "request.invalid"),
        (b"{", "application/json", 400, "request.malformed"),
        (b'{"by": 1, "by": 2}', "application/json", 400, "request.malformed"),
        (b'{"by": "\xff"}', "application/json", 400, "request.malformed"),
        (b"[" * 900, "application/json", 400, "request.malformed"),
        (b'{"by": "1"}', "application/json", 400, "request.invalid"),
        (b'{"by": 0}', "application/json", 400, "request.invalid"),
        (b'{"by": 1, "buy": 1}', "application/json", 400, "request.invalid"),
        (b'{"by": 9223372036854775808}', "application/json", 400, "request.invalid"),
        (b"{}", "application/json", 400, "request.invalid"),
        (b"[]", "application/json", 400, "request.invalid"),
        (b" " * 1001, "application/json", 413, "request.too_large"),
    ],
)
async def test_a_body_is_read_strictly(
    world: World, raw: bytes, content_type: str, status: int, code: str
) -> None:
    reply = await world.client().call("POST", "/count", raw=raw, content_type=content_type)
    assert (reply.status, reply.code) == (status, code)
    assert await world.client().ok("GET", "/count") == {"total": 0, "asked": ""}


async def test_a_change_that_names_somebody_elses_account_does_not_happen_to_ones_own(world: World) -> None:
    own, stranger = world.tenant.account_id, world.operator.account_id
    reply = await world.client().call("POST", "/count", {"by": 1, "account_id": stranger})
    assert (reply.status, reply.code) == (403, "caller.other_account")
    assert await world.client().ok("GET", "/count") == {"total": 0, "asked": ""}
    await world.client().ok("POST", "/count", {"by": 1, "account_id": own})
    await world.client(world.operator).ok("POST", "/count", {"by": 1, "account_id": own})
    assert await world.client().ok("GET", "/count") == {"total": 2, "asked": ""}


class Asked(Input, frozen=True):
    """What a route could ask for."""

    account_id: int = 0
    names: tuple[str, ...] = ()
    of: dict[str, str] = msgspec.field(default_factory=dict)


@pytest.mark.parametrize(
    "asked",
    [
        {"account_id": 2**63},
        {"account_id": -(2**63) - 1},
        {"names": ["a", "b\0"]},
        {"of": {"\0": "a"}},
        {"of": {"a": "b\0c"}},
    ],
)
def test_what_no_database_can_hold_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(Refused) as caught:
        read_body(json.dumps(asked).encode(), b"application/json", Asked)
    assert caught.value.code == "request.invalid"


@pytest.mark.parametrize("query", [b"account_id=9223372036854775808", b"name=a%00b"])
def test_what_no_database_can_hold_is_refused_in_a_query(query: bytes) -> None:
    class Wanted(Input, frozen=True):
        account_id: int = 0
        name: str = ""

    with pytest.raises(Refused) as caught:
        read_query(query, Wanted)
    assert caught.value.code == "request.invalid"
    assert read_query(b"account_id=9223372036854775807&name=a", Wanted).account_id == 2**63 - 1


async def test_a_body_where_none_belongs_is_refused(world: World) -> None:
    assert (await world.client().call("GET", "/count", {"by": 1})).code == "request.invalid"


async def test_other_spellings_of_json_are_taken(world: World) -> None:
    for content_type in ("application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"'):
        await world.client().ok("POST", "/count", {"by": 1}, content_type=content_type)


# -- errors --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("broken", 500, "x.y"),
        ("crash", 500, "server.failed"),
        ("remote", 502, "x.away"),
        ("later", 429, "x.full"),
        ("unknown", 404, "thing.unknown"),
        ("conflict", 409, "storage.conflict"),
    ],
)
async def test_an_error_says_who_must_act(world: World, fault: str, status: int, code: str) -> None:
    reply = await world.client().get(f"/fault/{fault}")
    assert (reply.status, reply.code) == (status, code)
    assert "inner words" not in reply.content.decode()
    assert world.observed[-1] == ("GET /fault/{fault}", code, status)
    if fault == "later":
        assert (reply.headers["retry-after"], reply.body["facts"]) == ("7", {"retry_after_s": 7})


@pytest.mark.parametrize(("language", "said"), [("zh-CN,en;q=0.5", "13 不吉利"), ("fr", "13 is unlucky")])
async def test_an_error_is_in_the_callers_language(world: World, language: str, said: str) -> None:
    reply = await world.client().post("/count", {"by": 13}, language=language)
    assert reply.body == {"code": "count.unlucky", "message": said, "facts": {"by": 13}}
    assert reply.status == 422
    assert reply.headers["content-language"] == ("zh-CN" if "zh" in language else "en")


async def test_a_file_comes_piece_by_piece(world: World) -> None:
    reply = await world.client().get("/file")
    assert (reply.content, reply.headers["content-type"]) == (b"first second", "text/plain")


# -- idempotency keys ----------------------------------------------------------------------------------------


async def test_a_repeated_request_changes_nothing_and_is_answered(world: World) -> None:
    client = world.client()
    first = await client.post("/count", {"by": 2}, idempotency_key="k1")
    again = await client.post("/count", {"by": 2}, idempotency_key="k1")
    assert first.body == again.body == {"total": 2, "asked": ""}
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert (await client.ok("POST", "/count", {"by": 2}, idempotency_key="k2"))["total"] == 4
    assert (await client.ok("POST", "/count", {"by": 2}))["total"] == 6


async def test_a_key_stands_for_one_request(world: World) -> None:
    client = world.client()
    await client.ok("POST", "/count", {"by": 2}, idempotency_key="k1")
    other = await client.post("/count", {"by": 3}, idempotency_key="k1")
    assert (other.status, other.code) == (422, "idempotency.mismatch")
    operators = await world.client(world.operator).post("/count", {"by": 3}, idempotency_key="k1")
    assert operators.body["total"] == 5, "another account's keys are its own"


async def test_of_copies_at_the_same_moment_one_counts(world: World) -> None:
    client = world.client()
    replies = await asyncio.gather(
        *(client.post("/count", {"by": 5}, idempotency_key="same") for _ in range(5))
    )
    assert {reply.body["total"] for reply in replies} == {5}


async def test_a_key_that_came_with_a_refusal_is_not_used_up(world: World) -> None:
    client = world.client()
    assert (await client.post("/count", {"by": 13}, idempotency_key="k1")).code == "count.unlucky"
    await client.ok("POST", "/count", {"by": 1}, idempotency_key="k1")


async def test_a_key_is_kept_for_a_day(world: World) -> None:
    client = world.client()
    await client.ok("POST", "/count", {"by": 1}, idempotency_key="k1")
    world.clock.advance(86_401)
    assert (await client.ok("POST", "/count", {"by": 1}, idempotency_key="k1"))["total"] == 2
    assert world.store.rows("SELECT count(*) FROM once_key") == [(1,)]


@pytest.mark.parametrize("key", ["a b", "x" * 129, "键"])
async def test_a_key_is_made_of_marks_that_travel(world: World, key: str) -> None:
    reply = await world.client().post("/count", {"by": 1}, idempotency_key=key)
    assert (reply.status, reply.code) == (400, "idempotency.key_malformed")


# -- parts ---------------------------------------------------------------------------------------------------


@given(st.text(min_size=1).filter(lambda name: ":" not in name), st.text(min_size=1))
def test_basic_authentication_comes_back(name: str, secret: str) -> None:
    try:
        proof = basic(name, secret)
    except UnicodeEncodeError:
        return
    assert read_basic(proof.encode()) == (name, secret)


@given(st.binary())
def test_any_authorization_is_read_or_none(value: bytes) -> None:
    read_basic(b"Basic " + value)


@given(st.integers(-(2**63), 2**63 - 1), st.integers(0, 2**63 - 1))
def test_a_cursor_comes_back(one: int, other: int) -> None:
    assert read_cursor(write_cursor(one, other), 0, 0) == (one, other)


@given(st.text(max_size=60))
def test_any_other_cursor_is_refused_or_a_position(text: str) -> None:
    with contextlib.suppress(Refused):
        assert all(isinstance(each, int) for each in read_cursor(text, 0, 0))
