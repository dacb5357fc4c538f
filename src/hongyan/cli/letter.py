"""`hongyan letter`: letters of authorization that the operator keeps for a tenant."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

from hongyan.cli.actor import cli_actor
from hongyan.cli.context import Data, Json, opened
from hongyan.cli.language import say
from hongyan.cli.output import print_json
from hongyan.cli.reading import read_file
from hongyan.compliance import LetterMaterial, letter_facts
from hongyan.compliance.papers import MOST_BYTES
from hongyan.identity import Actor

app = App(name="letter", help="Letters of authorization: add, free names. 授权委托书：添加、查询可用名称。")

Account = Annotated[int, Parameter(help="Number of the tenant. 租户账号。")]
Authorizer = Annotated[str, Parameter(help="Whose the names are, as on the licence. 授权方。")]


@app.command
def add(
    picture: Path,
    *,
    account: Account,
    authorizer: Authorizer,
    uscc: Annotated[str, Parameter(help="The authorizer's credit code. 授权方统一社会信用代码。")],
    authorized: Annotated[str, Parameter(help="Who may apply for signatures. 被授权方。")],
    validity: Annotated[str, Parameter(help="As 2026-01-31~2028-01-30. 有效期。")],
    scope: Annotated[list[str], Parameter(help="A name that may be used; again for each. 授权签名。")],
    name: Annotated[
        str | None, Parameter(help="The account's own; without it <authorizer>V<n>. 名称，缺省时自动命名。")
    ] = None,
    json: Json = False,
    data: Data = None,
) -> None:
    """Keep a letter of authorization for a tenant: a picture, and what it says.

    Parameters
    ----------
    picture
        JPEG, PNG or GIF, at most 5 MB. 图片文件。
    """
    content = read_file(picture, MOST_BYTES)
    key = f"{account}/letter-{hashlib.sha256(content).hexdigest()[:32]}{picture.suffix.lower()}"
    said = LetterMaterial(authorizer, uscc, authorized, validity, key, tuple(scope))
    found = asyncio.run(_add(data, account, name, said, content))
    if json:
        print_json(found)
    else:
        number, called = found["id"], found["name"]
        print(say(f"已添加授权委托书 {called}（编号 {number}）。", f"{called} is kept as letter {number}."))


@app.command(name="free-name")
def free_name(*, account: Account, authorizer: Authorizer, json: Json = False, data: Data = None) -> None:
    """Say the next name that no letter of the tenant has."""
    found = asyncio.run(_free_name(data, account, authorizer))
    if json:
        print_json({"name": found})
    else:
        print(found)


async def _add(
    data: Data, account: int, name: str | None, said: LetterMaterial, content: bytes
) -> dict[str, Any]:
    actor = Actor(cli_actor())
    async with opened(data) as platform:
        await platform.identity.account(account)
        letters = platform.compliance.letters
        await platform.compliance.papers.keep(account, said.picture, content, actor=actor)
        number = await letters.create(account, name, said, actor=actor)
        return letter_facts(await letters.get(account, number), letters.today)


async def _free_name(data: Data, account: int, authorizer: str) -> str:
    async with opened(data) as platform:
        await platform.identity.account(account)
        return await platform.compliance.letters.next_name(account, authorizer)
