"""Letters of authorization over REST: kept by tenants, and by reviewers who find one in an application that was approved.

Who says no name gets `<Authorizer>V<n>`; the vendor's own action wants one.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta

from hongyan.apis.rest.call import Call, Services
from hongyan.apis.rest.route import Input, Output, Route, Who
from hongyan.apis.rest.shapes import Moment, shown
from hongyan.compliance import Letter, LetterMaterial, letter_facts

Name = Annotated[str, Meta(max_length=200)]


class LetterRead(Input, frozen=True):
    """What a letter says."""

    authorizer: Annotated[Name, Meta(description="Whose the names are, as on the licence.")]
    uscc: Annotated[Name, Meta(description="The authorizer's unified social credit code.")]
    authorized: Annotated[Name, Meta(description="Who may apply for signatures.")]
    validity: Annotated[str, Meta(description="As 2026-01-31~2028-01-30.", max_length=50)]
    scope: Annotated[tuple[Name, ...], Meta(description="The names that may be used.", max_length=100)]

    def material(self, picture: str) -> LetterMaterial:
        """For the service."""
        return LetterMaterial(
            *(self.authorizer, self.uscc, self.authorized, self.validity), picture, self.scope
        )


class LetterGiven(LetterRead, frozen=True):
    """A letter to keep."""

    picture: Annotated[str, Meta(description="The key that it was uploaded under.", max_length=255)]
    name: Annotated[
        Name | None, Meta(description="The account's own; left out it becomes <authorizer>V<n>.")
    ] = None


class LetterFound(LetterRead, frozen=True):
    """A letter among the papers of an approved application."""

    paper: Annotated[str, Meta(description="The paper's key or number.", max_length=255)]


class WhoseName(Input, frozen=True):
    """Whose letter wants a name."""

    authorizer: Name


class FreeName(Output, frozen=True):
    """A name that no letter of the account has."""

    name: str


class LetterShown(Output, frozen=True):
    """A letter of authorization."""

    id: int
    account_id: int
    name: str
    revision: int
    passed: Annotated[bool, Meta(description="With a signature that was approved.")]
    status: Annotated[Literal["valid", "invalid"], Meta(description="Whether today is within its validity.")]
    kept: Moment
    authorizer: str
    uscc: str
    authorized: str
    validity: str
    picture: str
    scope: list[str]


async def keep(services: Services, call: Call) -> str:
    """Its number."""
    given: LetterGiven = call.body
    number = await services.compliance.letters.create(
        call.account.id,
        given.name,
        given.material(given.picture),
        actor=call.actor,
        also=call.once_making,
    )
    return str(number)


async def keep_found(services: Services, call: Call) -> str:
    """For the account that applied; its number."""
    found: LetterFound = call.body
    named = int(found.paper) if found.paper.isdecimal() else found.paper
    number = await services.compliance.keep_letter(
        call.place["order"], named, found.material(""), call.actor, call.once_making
    )
    return str(number)


async def kept(services: Services, call: Call) -> LetterShown:
    """The one that was kept."""
    return _shown(services, await services.compliance.letters.get(call.account.id, int(call.made)))


async def kept_found(services: Services, call: Call) -> LetterShown:
    """The same, of the account that applied."""
    order = await services.compliance.desk.order(call.place["order"])
    return _shown(services, await services.compliance.letters.get(order.account_id, int(call.made)))


async def letter(services: Services, call: Call) -> LetterShown:
    """One of the account."""
    return _shown(services, await services.compliance.letters.get(call.account.id, call.place["letter"]))


async def free_name(services: Services, call: Call) -> FreeName:
    """For who is about to keep one."""
    whose: WhoseName = call.query
    return FreeName(name=await services.compliance.letters.next_name(call.account.id, whose.authorizer))


def _shown(services: Services, found: Letter) -> LetterShown:
    return shown(letter_facts(found, services.compliance.letters.today), LetterShown)


_WRONG: Final = (
    *("letter.authorizer_malformed", "letter.authorizer_too_long", "letter.code_too_long"),
    *("letter.code_wrong", "letter.party_malformed", "letter.party_too_long", "letter.dates_malformed"),
    *("letter.file_missing", "letter.scope_too_large", "letter.scope_malformed"),
)

LETTERS: Final = (
    Route(
        method="POST",
        path="/letters",
        en="Keep a letter of authorization; without a name it gets the next free one",
        zh="保存授权委托书；不填名称时自动命名为“授权方V版本号”",
        change=keep,
        answer=kept,
        body=LetterGiven,
        shows=LetterShown,
        errors=(
            *("letter.name_taken", "letter.name_malformed", "letter.name_too_long", "letter.not_valid"),
            *_WRONG,
        ),
    ),
    Route(
        method="GET",
        path="/letters/{letter}",
        en="A letter of authorization",
        zh="查看授权委托书",
        answer=letter,
        shows=LetterShown,
        errors=("letter.unknown",),
    ),
    Route(
        method="GET",
        path="/free-letter-name",
        en="The next name for a letter of an authorizer that is free",
        zh="查询授权方下一份授权委托书可用的名称",
        answer=free_name,
        query=WhoseName,
        shows=FreeName,
    ),
    Route(
        method="POST",
        path="/reviews/{order}/letter",
        en="Keep a letter that came as a paper of an approved third-party application, named after its authorizer",
        zh="把已通过的他用签名申请中的授权委托书材料存档，并以授权方自动命名",
        change=keep_found,
        answer=kept_found,
        body=LetterFound,
        shows=LetterShown,
        who=Who.OPERATOR,
        errors=("review.unknown", "review.no_letter", "paper.unknown", *_WRONG),
    ),
)
