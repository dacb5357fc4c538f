"""Filing packs over REST, for the operator: look at a draft, take exactly that, have the file.

What was taken is filed, whether its file is fetched or not; the file is made anew each time, and holds IDs of people.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Final

from msgspec import Meta

from hongyan.apis.paper_files import SAFE
from hongyan.apis.rest.call import Call, File, Services
from hongyan.apis.rest.reading import read_cursor
from hongyan.apis.rest.registrations import Name
from hongyan.apis.rest.route import Input, Output, Route, Who
from hongyan.apis.rest.shapes import Moment, Page, paged, shown
from hongyan.compliance.registration.filing import MOST_IN_A_PACK, PackWish, TakenPack, pack_facts
from hongyan.kernel.clock import moment
from hongyan.kernel.cn_prefixes import Carrier

MOST_BYTES: Final = 32 * 1024 * 1024
"""Of the papers of a pack: it is made in the memory of the serving process. `hongyan registration pack` takes larger ones."""
_PIECE: Final = 64 * 1024
_NEWEST: Final[tuple[int | str, ...]] = (2**63 - 1, "")


class PackWanted(Input, frozen=True):
    """What waits to be filed with one carrier by hand."""

    network: Carrier
    channel: Annotated[str, Meta(max_length=100, description="Only for the number of this channel.")] = ""
    signature: Name = ""
    most: Annotated[int, Meta(ge=1, le=MOST_IN_A_PACK, description="At most so many registrations.")] = 100
    csv: Annotated[bool, Meta(description="The sheet as CSV instead of .xlsx.")] = False


class PartyShown(Output, frozen=True):
    """A company of the chain."""

    name: str
    organization_code: str


class ChainShown(Output, frozen=True):
    """Who stands between the number and the signature."""

    code_holder: PartyShown
    operator: PartyShown
    authorized: PartyShown
    authorizer: PartyShown


class FilingShown(Output, frozen=True):
    """A registration in the pack. `papers`: how many."""

    registration: int
    reference: str
    sender: str
    signature: str
    chain: ChainShown
    papers: int


class LeftOutShown(Output, frozen=True):
    """A registration that is not in it. `missing`, `too_long`: columns that nothing fills, or that have no room."""

    registration: int
    sender: str
    signature: str
    missing: list[str]
    too_long: list[str]
    error: Annotated[str | None, Meta(description="The code of why it could not be collected.")]


class PackDraft(Output, frozen=True):
    """What a pack would hold. Nothing is filed."""

    pack: Annotated[str | None, Meta(description="Its reference, to take it by; null when it holds nothing.")]
    network: Carrier
    filings: list[FilingShown]
    left_out: list[LeftOutShown]
    more: Annotated[bool, Meta(description="Others would have fitted too.")]


class TakenFiling(Output, frozen=True):
    """A registration in a pack."""

    registration: int
    reference: str


class PackShown(Output, frozen=True):
    """A pack that was taken: what it holds is filed."""

    pack: str
    network: Carrier
    made: Moment
    by: str
    csv: bool
    filings: list[TakenFiling]


class PacksShown(Output, frozen=True):
    """The newest first."""

    items: list[PackShown]
    next: str | None


async def draft(services: Services, call: Call) -> PackDraft:
    """That the qualifications were opened for it is in the audit trail."""
    drafted = await services.filing.packs.draft(_wish(call.body), call.actor, dry_run=True)
    return shown(pack_facts(drafted.pack) | {"more": drafted.more}, PackDraft)


async def take(services: Services, call: Call) -> PackShown:
    """The same again changes nothing."""
    return _shown(
        await services.filing.packs.file_as_drafted(call.place["pack"], _wish(call.body), call.actor)
    )


async def listed(services: Services, call: Call) -> PacksShown:
    """A page of them."""
    page: Page = call.query
    before_ms, before = read_cursor(page.cursor, *_NEWEST)
    found = await services.filing.packs.page(
        before_ms=int(before_ms), before=str(before), limit=page.limit + 1
    )
    packs, following = paged(found, page.limit)
    return PacksShown(items=[_shown(each) for each in packs], next=following)


async def one(services: Services, call: Call) -> PackShown:
    """What it holds."""
    return _shown(await services.filing.packs.get(call.place["pack"]))


async def file(services: Services, call: Call) -> File:
    """That its papers were opened is in the audit trail."""
    reference = call.place["pack"]
    pack = await services.filing.packs.again(reference, call.actor, most_bytes=MOST_BYTES)
    archive = pack.content or b""
    headers = (
        (b"content-type", b"application/zip"),
        (b"content-length", b"%d" % len(archive)),
        (b"content-disposition", f'attachment; filename="{pack.reference}.zip"'.encode()),
        *SAFE,
    )

    async def content() -> AsyncIterator[bytes]:
        for start in range(0, len(archive), _PIECE):
            yield archive[start : start + _PIECE]

    return File(headers, content())


def _wish(wanted: PackWanted) -> PackWish:
    return PackWish(
        network=wanted.network,
        channel=wanted.channel,
        sign_name=wanted.signature,
        most=wanted.most,
        as_csv=wanted.csv,
        most_bytes=MOST_BYTES,
    )


def _shown(pack: TakenPack) -> PackShown:
    facts = {
        "pack": pack.reference,
        "network": pack.network,
        "made": moment(pack.made_ms),
        "by": pack.actor,
        "csv": pack.as_csv,
        "filings": [{"registration": number, "reference": text} for number, text in pack.filings],
    }
    return shown(facts, PackShown)


_DRAFT_ERRORS: Final = (
    *("registration.channel_unknown", "registration.nothing_waits", "registration.nothing_began"),
    "registration.pack_too_large",
)
_UNKNOWN: Final = ("registration.pack_unknown",)
_REFERENCE: Final = {"pack": ()}

FILING_PACKS: Final = (
    Route(
        method="POST",
        path="/filing-packs/draft",
        en="What a carrier's filing pack would hold, and what is left out and why; nothing is filed",
        zh="预览运营商报备包的内容与被跳过的原因，不提交",
        answer=draft,
        body=PackWanted,
        shows=PackDraft,
        who=Who.OPERATOR,
        errors=_DRAFT_ERRORS,
    ),
    Route(
        method="PUT",
        path="/filing-packs/{pack}",
        en="Take the pack that a draft has shown: what it holds is filed, the carrier's time runs",
        zh="确认草稿所示的报备包：其中的报备标记为已提交，开始计时",
        answer=take,
        body=PackWanted,
        shows=PackShown,
        who=Who.OPERATOR,
        words=_REFERENCE,
        errors=("registration.pack_changed", "storage.conflict", *_DRAFT_ERRORS),
    ),
    Route(
        method="GET",
        path="/filing-packs",
        en="Packs that were taken",
        zh="报备包列表",
        answer=listed,
        query=Page,
        shows=PacksShown,
        who=Who.OPERATOR,
    ),
    Route(
        method="GET",
        path="/filing-packs/{pack}",
        en="A pack that was taken",
        zh="单个报备包",
        answer=one,
        shows=PackShown,
        who=Who.OPERATOR,
        words=_REFERENCE,
        errors=_UNKNOWN,
    ),
    Route(
        method="GET",
        path="/filing-packs/{pack}/file",
        en="The pack as a ZIP archive: sheet, papers, manifest; that you opened them is written down",
        zh="下载报备包（ZIP：表格、材料、清单），查看行为会被记录",
        answer=file,
        shows=None,
        who=Who.OPERATOR,
        words=_REFERENCE,
        errors=("registration.pack_gone", "registration.pack_too_large", *_UNKNOWN),
    ),
)
