"""The desk for papers: tenants bring them, applications require them, those who may see them."""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Final

from hongyan.compliance.model import Recorded
from hongyan.compliance.papers.formats import FORMATS, Use, format_named, is_key
from hongyan.compliance.papers.inspecting import Inspect, InspectApart
from hongyan.compliance.papers.inspector import MOST_BYTES
from hongyan.compliance.papers.limits import MOST_INLINE, MOST_OF_APPLICATION, quota
from hongyan.compliance.papers.model import StoredPaper
from hongyan.compliance.papers.shelf import Shelf
from hongyan.compliance.papers.tickets import Admission, Bearer, Ticket, Tickets
from hongyan.compliance.refusals import refusal
from hongyan.identity import Actor, Conflict, Identity, Statement, Vault, commit_change
from hongyan.kernel.clock import DAY_MS, Clock, beijing
from hongyan.kernel.ids import IdMaker
from hongyan.storage.port import Store

HOUSEKEEPER: Final = "system:papers"
"""Who erases, in the audit trail."""


class Papers:
    """A key names the newest paper that was uploaded under it; an application binds the paper that its keys name when it
    is submitted, and that one never changes. `clock` is the real one."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: IdMaker,
        vault: Vault,
        identity: Identity,
        *,
        inspect: Inspect | None = None,
        stand_ins: bool = False,
        keep_days: int = 0,
    ) -> None:
        """`stand_ins`: a key outside of the account's folder may stand for a paper that nobody uploads, for sandboxes.
        `keep_days`: how long papers of what was deleted are kept; 0: for ever."""
        self._store = store
        self._keep_ms = keep_days * DAY_MS
        self._stand_ins = stand_ins
        self._clock = clock
        self._identity = identity
        self._tickets = Tickets(clock, vault)
        self._shelf = Shelf(store, clock, ids, vault)
        self._inspect = inspect or InspectApart()

    # Bringing

    def ticket(self, bearer: Bearer) -> Ticket:
        """What a client needs to upload with a browser's form."""
        return self._tickets.ticket(bearer)

    async def admit(self, fields: Mapping[str, str], file_name: str) -> Admission:
        """Whether an upload may be sent, by the fields of its form (names in lower case), before anything of the file is
        read. Raises Refused("upload.…", "paper.key_malformed", "paper.unknown_suffix", "paper.quota")."""
        admission = self._tickets.admit(fields, file_name)
        if format_named(admission.key) is None:
            raise refusal("paper.unknown_suffix")
        await self._check_bearer(admission.bearer)
        await self._check_quota(admission.bearer.account_id, 0)
        return admission

    async def keep(self, account_id: int, key: str, content: bytes, *, actor: Actor) -> StoredPaper:
        """Look into a file and keep it under this key, in front of an older one.

        Raises Refused("paper.…") when it is not what its name promises, breaks a bound, or is one too many.
        """
        promised = format_named(key)
        if not is_key(key):
            raise refusal("paper.key_malformed")
        if promised is None:
            raise refusal("paper.unknown_suffix")
        if len(content) > MOST_BYTES:
            raise refusal("paper.too_large")
        await self._check_quota(account_id, len(content))
        found = await self._inspect(content, promised)
        return await self._shelf.put(account_id, key, content, found, actor)

    async def keep_inline(self, account_id: int, text: str, suffix: str, *, actor: Actor) -> StoredPaper:
        """Keep a picture that came as base64 inside of a request, as AddSmsSign sends them. Its key is made of its content,
        so that the same one again, as in a call that is made twice, takes no more room.

        Raises as `keep` does, and Refused("paper.not_base64"); "paper.too_large" is more than 2 MB here.
        """
        if len(text) > MOST_INLINE * 4 // 3 + 4:
            raise refusal("paper.too_large")
        try:
            content = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise refusal("paper.not_base64") from None
        if len(content) > MOST_INLINE:
            raise refusal("paper.too_large")
        key = f"{account_id}/inline-{hashlib.sha256(content).hexdigest()[:32]}.{suffix.lower()}"
        return await self.find(account_id, key) or await self.keep(account_id, key, content, actor=actor)

    # Using

    async def find(self, account_id: int, key: str) -> StoredPaper | None:
        """The paper that an account's key names now. Another account's is not found."""
        return await self._shelf.find(account_id, key)

    async def require(self, account_id: int, key: str, use: Use) -> StoredPaper:
        """The paper that an application names. Raises Refused("paper.not_uploaded", "paper.wrong_format")."""
        paper = await self._shelf.find(account_id, key)
        if paper is None:
            raise refusal("paper.not_uploaded", key=key)
        if use not in FORMATS[paper.format].uses:
            raise refusal("paper.wrong_format", key=key, format=paper.format.value)
        return paper

    async def find_all(self, account_id: int, keys: Iterable[str]) -> dict[str, StoredPaper]:
        """Key -> paper, of those that are there. Raises Refused("paper.too_many")."""
        found = [(key, await self._shelf.find(account_id, key)) for key in _bounded(keys)]
        return {key: paper for key, paper in found if paper is not None}

    async def require_all(self, account_id: int, keys: Iterable[str], use: Use) -> list[StoredPaper]:
        """Each paper once, without those that others stand in for. Raises as `require` does, and
        Refused("paper.too_many")."""
        found = await self.find_all(account_id, keys)
        wanted = [key for key in _bounded(keys) if key in found or not self.may_stand_in(account_id, key)]
        return [await self.require(account_id, key, use) for key in wanted]

    def may_stand_in(self, account_id: int, key: str) -> bool:
        """Whether this key need not name an uploaded paper. Whoever got the account's folder told by us knows how to
        upload, and is told when a paper is missing, in the sandbox as well."""
        return self._stand_ins and not key.startswith(f"{account_id}/")

    def bind(
        self, papers: Iterable[StoredPaper], kind: Recorded, object_id: int, revision: int
    ) -> list[Statement]:
        """Statements for the Change that stores the revision: its papers are evidence from then on."""
        return self._shelf.bind(papers, kind, object_id, revision)

    # Showing

    async def of_revision(self, kind: Recorded, object_id: int, revision: int) -> list[StoredPaper]:
        """The papers that a revision was applied for with."""
        return await self._shelf.of_revision(kind, object_id, revision)

    async def links(self, kind: Recorded, object_id: int, revision: int, bearer: Bearer) -> dict[str, str]:
        """Key -> path and query under which the bearer, its owner, sees the paper for a quarter of an hour."""
        papers = await self._shelf.of_revision(kind, object_id, revision)
        return {
            paper.key: self._tickets.link(paper.id, bearer)
            for paper in papers
            if paper.account_id == bearer.account_id
        }

    async def follow(self, paper_id: int, query: Mapping[str, str]) -> StoredPaper:
        """The paper behind a link. Raises Refused("upload.signature_wrong", "paper.link_expired",
        "paper.unknown")."""
        bearer = self._tickets.follow(paper_id, query)
        await self._check_bearer(bearer)
        paper = await self._shelf.get(paper_id)
        if paper is None or paper.account_id != bearer.account_id:
            raise refusal("paper.unknown")
        return paper

    async def show_reviewer(
        self, kind: Recorded, object_id: int, revision: int, named: str | int, *, reviewer: Actor
    ) -> StoredPaper:
        """A paper of what somebody reviews, by its key or its number; that he looked is written into the audit trail first.
        Raises Refused("paper.unknown")."""
        papers = await self._shelf.of_revision(kind, object_id, revision)
        paper = next((each for each in papers if named in (each.key, each.id)), None)
        if paper is None:
            raise refusal("paper.unknown")
        await self._identity.record_event(
            paper.account_id,
            reviewer.name,
            "compliance.view_paper",
            f"{kind.value}:{object_id}/paper:{paper.id}",
        )
        return paper

    def content(self, paper: StoredPaper) -> AsyncIterator[bytes]:
        """The file, piece by piece."""
        return self._shelf.content(paper)

    # Housekeeping

    async def drop_unused(self) -> int:
        """Papers that no application has used for a day go, some at a time; how many went."""
        return await self._shelf.drop_unused()

    def let_go(self, kind: Recorded, object_id: int) -> Statement:
        """For the Change that deletes an object: its papers are kept for some time only."""
        return self._shelf.let_go(kind, object_id)

    async def erase_deleted(self) -> int:
        """Papers of objects that were deleted long enough ago are erased, of some objects at a time, unless something else
        has them as evidence; each is written into the audit trail. How many objects."""
        if not self._keep_ms:
            return 0
        due = await self._shelf.let_go_before(self._clock.now_ms() - self._keep_ms)
        for kind, object_id in due:
            with contextlib.suppress(Conflict):  # an application has just bound one: the next round sees it
                await self._erase(kind, object_id)
        return len(due)

    async def _erase(self, kind: Recorded, object_id: int) -> None:
        for paper in await self._shelf.of_object(kind, object_id):
            statements = [self._shelf.unbind(paper, kind, object_id)]
            if not await self._shelf.is_used_elsewhere(paper, kind, object_id):
                statements += [*self._shelf.erase(paper), self._erasure(paper, kind, object_id)]
            await commit_change(self._store, statements)
        await commit_change(self._store, [self._shelf.erased(kind, object_id)])

    def _erasure(self, paper: StoredPaper, kind: Recorded, object_id: int) -> Statement:
        return self._identity.event(
            paper.account_id,
            HOUSEKEEPER,
            "compliance.erase_paper",
            f"{kind.value}:{object_id}/paper:{paper.id}",
            sha256=paper.content_hash.hex(),
            size=paper.size,
        )

    async def _check_bearer(self, bearer: Bearer) -> None:
        """The access key that asked may have been disabled since."""
        key = await self._identity.key(bearer.access_key_id)
        if key is None or not key.enabled or key.account_id != bearer.account_id:
            raise refusal("upload.signature_wrong")

    async def _check_quota(self, account_id: int, size: int) -> None:
        account = await self._identity.account(account_id)
        bound = quota(account.kind, beijing(self._clock.now_ms()).date())
        count, kept = await self._shelf.kept(account_id)
        if count >= bound.most_papers or kept + size > bound.most_bytes:
            raise refusal("paper.quota", papers=count, most=bound.most_papers)


def _bounded(keys: Iterable[str]) -> list[str]:
    distinct = list(dict.fromkeys(keys))
    if len(distinct) > MOST_OF_APPLICATION:
        raise refusal("paper.too_many", most=MOST_OF_APPLICATION)
    return distinct
