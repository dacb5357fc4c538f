"""Sheets that somebody sends over REST, for the operator: carriers' answers, and what was registered elsewhere.

The body is the file as it is. Each row is told with what became of it; the same file again changes nothing.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta

from hongyan.apis.rest.call import Call, Services
from hongyan.apis.rest.registrations import Reason
from hongyan.apis.rest.route import Input, Output, Route, Who
from hongyan.apis.rest.shapes import Moment, shown
from hongyan.compliance.registration import NETWORKS
from hongyan.compliance.registration.filing import CLOSED, SHEET_PROBLEMS, answers_facts, migration_facts
from hongyan.kernel.cn_prefixes import Carrier

TYPES: Final = (
    "application/octet-stream",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "text/csv",
)
"""Which of them it is, the file says, not its type."""


class SheetWanted(Input, frozen=True):
    """What to do with the file."""

    file: Annotated[str, Meta(max_length=200, description="Its name, for the history.")] = ""
    dry_run: Annotated[bool, Meta(description="Say what would become of each row; change nothing.")] = False


class AnswersWanted(SheetWanted, frozen=True):
    """And whether it is a list of answers."""

    closed: Annotated[
        Literal["campaign", "recycled", ""],
        Meta(description="It is a list of what the carrier has closed instead, and why."),
    ] = ""


class AnswerRowShown(Output, frozen=True):
    """A row of an answer sheet, and what became of it."""

    sheet: str
    row: int
    signature: str
    number: str
    code: str
    reference: str
    result: Annotated[str | None, Meta(description="As it was understood.")]
    said: Annotated[str, Meta(description="As it was written.")]
    words: str
    answered: Moment | None
    fit: Literal["new", "known", "waiting", "unfit"]
    registration: int | None
    reason: Reason | None
    problem: Annotated[str | None, Meta(description="A code of why it does not fit.")]
    why: Annotated[str | None, Meta(description="The same as a sentence.")]
    remarks: list[str]


class AnswersShown(Output, frozen=True):
    """An answer sheet, row by row. `new`, `known`, `waiting`, `unfit`: how many rows."""

    file: str
    sha256: str
    network: Carrier
    dry_run: bool
    new: int
    known: int
    waiting: int
    unfit: int
    rows: list[AnswerRowShown]


class MigratedShown(Output, frozen=True):
    """A row on one network, and what became of it. `made`: tenant, signature, code, filing."""

    sheet: str
    row: int
    tenant: str
    signature: str
    network: Carrier | None
    number: str
    fit: Literal["new", "known", "unfit"]
    made: list[str]
    problem: Annotated[str | None, Meta(description="A code of why it does not fit.")]
    cells: Annotated[dict[str, str], Meta(description="The columns that it is about, as the row has them.")]
    why: Annotated[str | None, Meta(description="The same as a sentence.")]


class MigrationShown(Output, frozen=True):
    """What was registered elsewhere, row by row."""

    dry_run: bool
    new: int
    known: int
    unfit: int
    rows: list[MigratedShown]


async def answers(services: Services, call: Call) -> AnswersShown:
    """Every row that fits is applied."""
    wanted: AnswersWanted = call.query
    done = await services.filing.answers.take(
        *(call.body, wanted.file, call.place["network"], call.actor),
        dry_run=wanted.dry_run,
        closed=CLOSED.get(wanted.closed),
    )
    return shown(answers_facts(done, call.language), AnswersShown)


async def migration(services: Services, call: Call) -> MigrationShown:
    """Every row that fits is made."""
    wanted: SheetWanted = call.query
    done = await services.filing.migration.take(*(call.body, wanted.file, call.actor), dry_run=wanted.dry_run)
    return shown(migration_facts(done, call.language, dry_run=wanted.dry_run), MigrationShown)


SHEETS: Final = (
    Route(
        method="PUT",
        path="/answer-sheets/{network}",
        en="Take a carrier's answer sheet over, .xlsx or CSV, row by row; the same file again changes nothing",
        zh="导入运营商反馈表（.xlsx 或 CSV），逐行说明处理结果，重复导入不会产生变化",
        answer=answers,
        query=AnswersWanted,
        file=TYPES,
        shows=AnswersShown,
        who=Who.OPERATOR,
        words={"network": tuple(NETWORKS)},
        errors=tuple(SHEET_PROBLEMS),
    ),
    Route(
        method="PUT",
        path="/migration-sheets",
        en="Take over tenants, signatures, codes and filings from elsewhere; the same file again changes nothing",
        zh="从表格导入历史租户、签名、扩展码与报备，重复导入不会产生变化",
        answer=migration,
        query=SheetWanted,
        file=TYPES,
        shows=MigrationShown,
        who=Who.OPERATOR,
        errors=tuple(SHEET_PROBLEMS),
    ),
)
