"""Uploads and links over ASGI: what object storage would answer, and who may do what."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import re
import tracemalloc
from collections.abc import AsyncIterator
from dataclasses import replace
from inspect import getsource as inspect_source
from pathlib import Path
from typing import Any

import pytest
from in_process_store import InProcessStore
from paper_files import huge_png, pdf, picture
from papers_in_process import inspect
from upload_forms import Caller, Reply, end, form, part

from hongyan.apis.aliyun.oss import OssDoor, OssSettings
from hongyan.apis.aliyun.oss.answers import translate
from hongyan.compliance import Kind
from hongyan.compliance.papers import BUCKET, Bearer, Format, Inspection, Papers, StoredPaper, inspector
from hongyan.compliance.papers.limits import QUOTAS
from hongyan.compliance.refusals import refusal
from hongyan.identity import AccountKind, Actor, Identity, RootSettings, Vault, commit_change
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.ids import IdMaker

PHOTO = picture("jpeg", (300, 200))


class World:
    """A door, two tenants, and what they see."""

    def __init__(self, store: InProcessStore, clock: ManualClock) -> None:
        self.store = store
        self.clock = clock
        ids, vault = IdMaker(clock), Vault(bytes(range(32)))
        self.identity = Identity(store, clock, ids, vault)
        self.papers = Papers(store, clock, ids, vault, self.identity, inspect=self.inspect)
        self.answers: list[tuple[str, str, int]] = []
        self.caller = Caller(self.door())
        self.inspecting = asyncio.Event()
        self.go_on = asyncio.Event()
        self.go_on.set()

    def door(self, **settings: Any) -> OssDoor:
        return OssDoor(
            self.papers,
            settings=replace(OssSettings(), **settings),
            observe=lambda *answer: self.answers.append(answer),
        )

    async def inspect(self, content: bytes, promised: Format) -> Inspection:
        self.inspecting.set()
        await self.go_on.wait()
        return await inspect(content, promised)

    async def tenant(self, name: str) -> Bearer:
        account = await self.identity.create_account(AccountKind.ENTERPRISE, name, actor="test")
        key = await self.identity.create_key(account.id, "app", actor="test")
        return Bearer(account.id, key.id)

    def fields(self, bearer: Bearer, name: str = "photo.jpg", **changes: str) -> dict[str, str]:
        ticket = self.papers.ticket(bearer)
        return {
            "key": f"{ticket.start_path}/{name}",
            "policy": ticket.policy,
            "OSSAccessKeyId": ticket.handle,
            "Signature": ticket.signature,
        } | changes

    async def post(self, bearer: Bearer, content: bytes = PHOTO, **changes: str) -> Reply:
        return await self.caller.post(form(self.fields(bearer, **changes), content))

    async def paper(self, bearer: Bearer, name: str = "photo.jpg") -> StoredPaper | None:
        return await self.papers.find(bearer.account_id, f"{bearer.account_id}/{name}")

    async def link(self, bearer: Bearer) -> str:
        """To the tenant's photo, as an answer of the vendor door would show it."""
        paper = await self.paper(bearer)
        assert paper is not None
        await commit_change(self.store, self.papers.bind([paper], Kind.QUALIFICATION, 1, 1))
        (link,) = (await self.papers.links(Kind.QUALIFICATION, 1, 1, bearer)).values()
        return link


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    store = InProcessStore(tmp_path)
    made = World(store, ManualClock())
    await made.identity.first_start(RootSettings("rootkey", "rootsecret", "rootpassword"))
    yield made
    store.close()


@pytest.fixture
async def tenant(world: World) -> Bearer:
    return await world.tenant("tenant")


# -- uploading -----------------------------------------------------------------------------------------------


async def test_a_file_is_stored_sealed_with_what_is_known_of_it(world: World, tenant: Bearer) -> None:
    reply = await world.post(tenant)
    assert (reply.status, reply.body) == (204, b"")
    assert reply.headers["etag"] == f'"{hashlib.md5(PHOTO).hexdigest().upper()}"'
    assert reply.headers["x-oss-request-id"]
    paper = await world.paper(tenant)
    assert paper is not None
    assert (paper.format, paper.width, paper.height, paper.size) == (Format.JPEG, 300, 200, len(PHOTO))
    assert paper.content_hash == hashlib.sha256(PHOTO).digest()
    assert (paper.uploader, paper.address) == (f"key:{tenant.access_key_id}", "203.0.113.9")
    assert b"".join([piece async for piece in world.papers.content(paper)]) == PHOTO
    ((sealed,),) = world.store.rows("SELECT sealed FROM paper_piece")
    assert PHOTO[:16] not in sealed
    assert world.answers == [("PostObject", "OK", 204)]


@pytest.mark.parametrize(("asked", "status"), [("200", 200), ("201", 201), ("204", 204), ("302", 204)])
async def test_the_client_chooses_how_success_looks(
    world: World, tenant: Bearer, asked: str, status: int
) -> None:
    reply = await world.post(tenant, success_action_status=asked)
    assert reply.status == status
    if status == 201:
        key = f"{tenant.account_id}/photo.jpg"
        assert reply.xml == {
            "Bucket": BUCKET,
            "Location": f"http://sms.test/papers/{key}",
            "Key": key,
            "ETag": reply.headers["etag"],
        }


@pytest.mark.parametrize("size", [1, 7, 1_000, 1_000_000])
async def test_pieces_of_any_size_and_no_announced_length_are_taken(
    world: World, tenant: Bearer, size: int
) -> None:
    world.caller.size = size
    reply = await world.caller.post(form(world.fields(tenant), PHOTO), content_length="", path="/papers/")
    assert reply.status == 204


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"Signature": "c2lnbmF0dXJl"}, 403, "SignatureDoesNotMatch"),
        ({"OSSAccessKeyId": "UPLOAD.1.x"}, 403, "SignatureDoesNotMatch"),
        ({"policy": "e30="}, 400, "InvalidPolicyDocument"),
        ({"policy": "?"}, 400, "InvalidPolicyDocument"),
        ({"key": "1/photo.jpg"}, 403, "AccessDenied"),
        ({"name": "photo.exe"}, 400, "InvalidObjectName"),
        ({"name": "photo"}, 400, "InvalidObjectName"),
        ({"name": "照片.jpg"}, 400, "InvalidObjectName"),
    ],
)
async def test_a_form_that_may_not_be_sent_is_refused_in_the_vendors_words(
    world: World, tenant: Bearer, changes: dict[str, str], status: int, code: str
) -> None:
    reply = await world.post(tenant, **changes)
    assert (reply.status, reply.code) == (status, code)
    assert {"Message", "RequestId", "HostId"} <= reply.xml.keys()
    assert world.store.rows("SELECT count(*) FROM paper") == [(0,)]
    assert world.answers == [("PostObject", code, status)]


async def test_an_expired_policy_says_so(world: World, tenant: Bearer) -> None:
    fields = world.fields(tenant)
    world.clock.advance(3_601)
    reply = await world.caller.post(form(fields, PHOTO))
    assert (reply.status, reply.code) == (403, "AccessDenied")
    assert reply.xml["Message"] == "Invalid according to Policy: Policy expired."


async def test_a_broken_condition_is_named(world: World, tenant: Bearer) -> None:
    reply = await world.post(tenant, key="1/photo.jpg")
    assert reply.xml["Message"] == (
        f'Invalid according to Policy: Policy Condition failed: ["starts-with","$key","{tenant.account_id}/"]'
    )


async def test_a_ticket_dies_with_its_access_key(world: World, tenant: Bearer) -> None:
    fields = world.fields(tenant)
    await world.identity.disable_key(tenant.access_key_id, actor="test")
    assert (await world.caller.post(form(fields, PHOTO))).code == "SignatureDoesNotMatch"


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.jpg", "EntityTooSmall"),
        (b"x" * (5 * 1024 * 1024 + 1), "a.jpg", "EntityTooLarge"),
        (pdf(), "a.jpg", "InvalidFile"),
        (b"<html>", "a.jpg", "InvalidFile"),
        (huge_png(10_001, 10), "a.png", "InvalidFile"),
        (pdf(encrypt="locked"), "a.pdf", "InvalidFile"),
        (PHOTO[:2_000], "a.jpg", "InvalidFile"),
    ],
)
async def test_a_file_that_is_not_taken_is_told_why_in_both_languages(
    world: World, tenant: Bearer, content: bytes, name: str, code: str
) -> None:
    reply = await world.post(tenant, content, name=name)
    assert (reply.status, reply.code) == (400, code)
    if code == "InvalidFile":
        assert re.search("[\u4e00-\u9fff]", reply.xml["MessageZh"])
    assert world.store.rows("SELECT count(*) FROM paper") == [(0,)]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (part("key", "1/a.jpg") + end(), "FilePartNotExist"),
        (part("key", "1/a.jpg"), "MalformedPOSTRequest"),
        (part("file", b"x", "a.jpg") + end(), "InvalidPolicyDocument"),  # before its fields
        (b"", "MalformedPOSTRequest"),
    ],
)
async def test_a_body_that_is_no_whole_form_is_refused(world: World, body: bytes, code: str) -> None:
    assert (await world.caller.post(body)).code == code


async def test_a_file_that_breaks_off_is_refused(world: World, tenant: Bearer) -> None:
    body = form(world.fields(tenant), PHOTO)
    assert (await world.caller.post(body[:-60])).code == "MalformedPOSTRequest"
    assert world.store.rows("SELECT count(*) FROM paper") == [(0,)]


async def test_a_body_that_announces_too_much_is_refused_unread(world: World) -> None:
    reply = await world.caller.post(b"never read", content_length=str(2**40))
    assert (reply.code, reply.headers["connection"]) == ("EntityTooLarge", "close")


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "/papers"), ("POST", "/papers/x"), ("DELETE", "/papers/1")]
)
async def test_other_methods_and_places_are_refused(world: World, method: str, path: str) -> None:
    reply = await world.caller.call(method, path, "", {}, [b""])
    assert (reply.status, reply.code) == (405, "MethodNotAllowed")


async def test_a_client_that_goes_is_not_answered(world: World, tenant: Bearer) -> None:
    body = form(world.fields(tenant), PHOTO)
    for came in (0, 300, len(body) - 50):
        reply = await world.caller.post(body[:came], content_length=str(len(body)))
        assert reply.status == 0
    assert world.answers == []


async def test_a_slow_body_is_given_up(world: World, tenant: Bearer) -> None:
    world.caller.door = world.door(fields_within_s=0.001, file_within_s=0.001)
    world.caller.stops = "is silent"
    body = form(world.fields(tenant), PHOTO)
    for came in (0, 300, len(body) - 50):
        reply = await world.caller.post(body[:came], content_length=str(len(body)))
        assert (reply.code, reply.headers["connection"]) == ("RequestTimeout", "close")


async def test_one_account_cannot_take_all_places(world: World, tenant: Bearer) -> None:
    other = await world.tenant("other")
    world.caller.door = world.door(at_once=3, at_once_of_account=2)
    world.go_on.clear()
    waiting = [asyncio.create_task(world.post(tenant)) for _ in range(2)]
    await world.inspecting.wait()
    await asyncio.sleep(0)
    refused = await world.post(tenant)
    assert (refused.status, refused.code, refused.headers["retry-after"]) == (503, "ServiceUnavailable", "1")
    waiting.append(asyncio.create_task(world.post(other)))
    while len(world.answers) < 1:
        await asyncio.sleep(0)
    world.go_on.set()
    assert [reply.status for reply in await asyncio.gather(*waiting)] == [204, 204, 204]
    assert (await world.post(tenant)).status == 204


async def test_forms_that_never_come_to_their_file_are_bounded(world: World, tenant: Bearer) -> None:
    world.caller.door = world.door(unfinished=0)
    assert (await world.post(tenant)).status == 503


async def test_an_account_keeps_no_more_than_its_quota(
    world: World, tenant: Bearer, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = tuple(replace(row, most_papers=2) for row in QUOTAS)
    monkeypatch.setattr("hongyan.compliance.papers.limits.QUOTAS", rows)
    replies = [await world.post(tenant, name=f"{n}.jpg") for n in range(3)]
    assert [(reply.status, reply.code) for reply in replies] == [(204, ""), (204, ""), (403, "QuotaExceeded")]


async def test_a_full_store_is_told_as_busy(world: World, tenant: Bearer) -> None:
    world.store.fill()
    assert (await world.post(tenant)).status == 503
    world.store.release()


@pytest.mark.parametrize("good", [True, False])
async def test_nothing_of_a_file_is_kept_in_memory_when_it_was_answered(
    world: World, tenant: Bearer, *, good: bool
) -> None:
    """Also not until somebody collects garbage, which is seldom (server/serve.py)."""
    content = PHOTO + bytes(4_000_000) if good else b"no picture" * 400_000
    body = form(world.fields(tenant), content)
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        reply = await world.caller.post(body)
        for _ in range(100):  # threads that hashed the file let go of it when they are next asked
            await asyncio.to_thread(int)
            kept, _ = tracemalloc.get_traced_memory()
            if kept < 1_000_000:
                break
    finally:
        tracemalloc.stop()
        gc.enable()
    assert reply.status == (204 if good else 400)
    assert kept < 1_000_000


def test_whatever_the_inspector_may_find_has_a_code_and_both_languages() -> None:
    found = set(re.findall(r'Problem\("([a-z_]+)"', inspect_source(inspector))) | {"too_heavy"}
    assert len(found) > 8
    for code in found:
        error = translate(refusal(f"paper.{code}"))
        assert error.status == 400, code
        assert error.en
        assert error.zh


# -- looking -------------------------------------------------------------------------------------------------


async def test_a_link_shows_the_picture_and_nothing_else_of_it_can_run(world: World, tenant: Bearer) -> None:
    await world.post(tenant)
    link = await world.link(tenant)
    reply = await world.caller.get(link)
    assert (reply.status, reply.body) == (200, PHOTO)
    assert reply.headers["content-type"] == "image/jpeg"
    assert reply.headers["content-disposition"] == 'inline; filename="photo.jpg"'
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert reply.headers["cache-control"] == "private, no-store"
    head = await world.caller.get(link, "HEAD")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(PHOTO)))
    assert world.answers[-2:] == [("GetObject", "OK", 200)] * 2


async def test_documents_are_offered_as_downloads(world: World, tenant: Bearer) -> None:
    await world.caller.post(
        form(world.fields(tenant, "photo.jpg") | {"key": f"{tenant.account_id}/a.pdf"}, pdf())
    )
    paper = await world.paper(tenant, "a.pdf")
    assert paper is not None
    link = world.papers._tickets.link(paper.id, tenant)
    reply = await world.caller.get(link)
    assert reply.headers["content-disposition"] == 'attachment; filename="a.pdf"'


async def test_a_link_is_its_bearers_and_lives_a_quarter_of_an_hour(world: World, tenant: Bearer) -> None:
    await world.post(tenant)
    link = await world.link(tenant)
    assert (await world.papers.links(Kind.QUALIFICATION, 1, 1, await world.tenant("other"))) == {}
    for changed in (link.replace("/papers/", "/papers/1"), link + "x", link.partition("?")[0]):
        assert (await world.caller.get(changed)).code == "SignatureDoesNotMatch"
    world.clock.advance(901)
    late = await world.caller.get(link)
    assert (late.status, late.code, late.xml["Message"]) == (403, "AccessDenied", "Request has expired.")


async def test_a_link_dies_with_its_access_key(world: World, tenant: Bearer) -> None:
    await world.post(tenant)
    link = await world.link(tenant)
    await world.identity.disable_key(tenant.access_key_id, actor="test")
    assert (await world.caller.get(link)).code == "SignatureDoesNotMatch"


async def test_a_signed_link_to_anothers_paper_leads_nowhere(world: World, tenant: Bearer) -> None:
    await world.post(tenant)
    paper = await world.paper(tenant)
    assert paper is not None
    other = await world.tenant("other")
    reply = await world.caller.get(world.papers._tickets.link(paper.id, other))
    assert (reply.status, reply.code) == (404, "NoSuchKey")


async def test_nothing_can_be_listed_or_fetched_by_its_key(world: World, tenant: Bearer) -> None:
    await world.post(tenant)
    for path in ("/papers", "/papers/", f"/papers/{tenant.account_id}/photo.jpg", "/papers/../x"):
        assert (await world.caller.get(path)).code == "AccessDenied"


async def test_a_reviewer_sees_what_he_reviews_and_the_trail_says_so(world: World, tenant: Bearer) -> None:
    await world.post(tenant)
    await world.link(tenant)
    key = f"{tenant.account_id}/photo.jpg"
    shown = await world.papers.show_reviewer(Kind.QUALIFICATION, 1, 1, key, reviewer=Actor("person:li"))
    assert b"".join([piece async for piece in world.papers.content(shown)]) == PHOTO
    (event, *_) = await world.identity.audit_events(tenant.account_id)
    assert (event.actor, event.action) == ("person:li", "compliance.view_paper")
    assert str(shown.id) in event.object
