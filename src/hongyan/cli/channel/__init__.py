"""`hongyan channel`: the ways out to the carriers. A running server follows every change, unless it is a sandbox."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Protocol

import msgspec
from cyclopts import App, Parameter, validators

from hongyan.carriers.channels import (
    ChannelRecord,
    Channels,
    ProtocolName,
    StoredRecord,
    Waiting,
    parse_json,
    parse_texts,
    same_account,
)
from hongyan.carriers.channels.passwords import Passwords
from hongyan.carriers.channels.reading import change_settings, check_name, make_settings
from hongyan.carriers.faults import Fault
from hongyan.carriers.probe import ANSWER_WITHIN
from hongyan.cli.actor import cli_actor
from hongyan.cli.channel.faults import fault_here, faults_there
from hongyan.cli.channel.login import log_in, login_facts, say_login
from hongyan.cli.channel.passwords import ask_password, password_in
from hongyan.cli.channel.screens import (
    Seen,
    address,
    facts,
    fields_help,
    print_channel,
    print_list,
    say_fault,
    say_same_account,
    state_words,
)
from hongyan.cli.channel.unrecorded import opened_for
from hongyan.cli.context import Data, Json, opened
from hongyan.cli.failures import REFUSED
from hongyan.cli.language import language, say
from hongyan.cli.reading import STANDARD_INPUT, read_file, read_stdin
from hongyan.config import read_settings
from hongyan.kernel.errors import Refused, RemoteFault
from hongyan.server.address import read_address

app = App(
    name="channel",
    help="Channels to the carriers: list, add, edit, test, pause, drain. 运营商通道管理。",
    default_parameter=Parameter(negative=()),
)

_LARGEST_JSON = 65_536

Within = Annotated[float, Parameter(validator=validators.Number(gte=0.1, lte=600))]
"""Seconds."""


class Step(Protocol):
    """A change of state that `Channels` can make."""

    async def __call__(self, channels: Channels, name: str, /, *, actor: str) -> StoredRecord: ...


Name = Annotated[str, Parameter(help="Name of the channel.")]
PasswordFile = Annotated[
    str | None,
    Parameter(
        allow_leading_hyphen=True,
        help="File with the password, - for standard input. 密码文件，- 表示标准输入。",
    ),
]
ListenPasswordFile = Annotated[
    str | None,
    Parameter(
        allow_leading_hyphen=True,
        help="SGIP: file with the password of the carrier's own login, if it is another one. 运营商反向登录的密码文件。",
    ),
]
FieldsFile = Annotated[
    str | None,
    Parameter(
        name="--fields",
        allow_leading_hyphen=True,
        help="File with one JSON object of fields, - for standard input. JSON 字段文件。",
    ),
]


@app.command(name="list")
def list_(
    *,
    all: Annotated[bool, Parameter(help="Also those that were removed. 包括已移除的。")] = False,  # noqa: A002
    json: Json = False,
    data: Data = None,
) -> None:
    """List channels: state, address, what they serve."""
    seen = asyncio.run(_list(data, all))
    if json:
        _write([facts(each) for each in seen])
    elif seen:
        print_list(seen)
    else:
        print(say("没有通道。", "There are no channels."))


@app.command
def show(name: Name, *, json: Json = False, data: Data = None) -> None:
    """Show everything that is set for a channel, but its password; and why it does not run, if it does not."""
    seen = asyncio.run(_show(data, name))
    if json:
        _write(facts(seen))
    else:
        print_channel(seen)


@app.command(help_epilogue=fields_help(), help_format="plaintext")
def add(
    name: str,
    /,
    *fields: str,
    protocol: ProtocolName,
    fields_file: FieldsFile = None,
    password_file: PasswordFile = None,
    listen_password_file: ListenPasswordFile = None,
    json: Json = False,
    data: Data = None,
) -> None:
    """Add a channel, active at once. The password is asked for, or read from a file.

    Parameters
    ----------
    name
        What it shall be called: lower-case letters, digits and hyphens.
    fields
        name=value, for example host=10.0.0.1 login=901234.
    protocol
        What the carrier speaks.
    """
    values = _values(protocol, fields, fields_file)
    check_name(name)
    make_settings(protocol, values)  # before anybody types a password
    secret = password_in(password_file) if password_file else ask_password(name)
    listen_secret = password_in(listen_password_file) if listen_password_file else None
    record, fault, same, first = asyncio.run(_add(data, name, protocol, values, secret, listen_secret))
    if json:
        _write(facts(Seen(record, fault)))
        return
    print(
        say(
            f"已添加通道 {name}（编号 {record.id}）：{protocol.upper()} {address(record)}。",
            f"{name} is added as channel {record.id}: {protocol.upper()} {address(record)}.",
        )
    )
    say_fault(Seen(record, fault))
    say_same_account(same)
    print(say(f"可用 hongyan channel test {name} 试登录。", f"Try the login: hongyan channel test {name}"))
    if first:
        print(
            say(
                "这是首个通道：此数据目录不再是沙箱。运行中的沙箱保持不变，下次启动起使用该通道。",
                "It is the first one, so this data folder is no sandbox any more: a running one goes on as it is,"
                " the next start uses the channel.",
            )
        )


@app.command(help_epilogue=fields_help(), help_format="plaintext")
def edit(
    name: Name,
    /,
    *fields: str,
    fields_file: FieldsFile = None,
    new_password: Annotated[
        bool, Parameter(name="--ask-password", help="Ask for another password. 输入新密码。")
    ] = False,
    password_file: PasswordFile = None,
    listen_password_file: ListenPasswordFile = None,
    json: Json = False,
    data: Data = None,
) -> None:
    """Change fields of a channel, or its password. Links log in anew when what they work by changes.

    Parameters
    ----------
    fields
        name=value, for example window=32 carriers=mobile,broadnet.
    """
    before = asyncio.run(_named(data, name))
    values = _values(before.protocol, fields, fields_file)
    if not (values or new_password or password_file or listen_password_file):
        raise Refused(
            "channel.nothing_given",
            en="say what to change: name=value, --ask-password or --password-file",
            zh="请给出要修改的内容：name=value、--ask-password 或 --password-file",
        )
    change_settings(before.protocol, before.settings, values)  # before anybody types a password
    secret = _new_password(name, password_file, ask=new_password)
    listen_secret = password_in(listen_password_file) if listen_password_file else None
    after, same = asyncio.run(_edit(data, name, values, secret, listen_secret))
    if json:
        _write(facts(after))
        return
    if after.record.version == before.version:
        print(say(f"{name} 没有变化。", f"{name} is as it was."))
    else:
        print(say(f"{name} 已修改。", f"{name} is changed."))
    say_fault(after)
    say_same_account(same)


@app.command
def pause(name: Name, *, json: Json = False, data: Data = None) -> None:
    """Take no messages and submit none. Links stay logged in for reports and replies."""
    _say_state(asyncio.run(_step(data, Channels.pause, name)), json)


@app.command
def resume(name: Name, *, json: Json = False, data: Data = None) -> None:
    """Take messages again, after a pause or a drain."""
    _say_state(asyncio.run(_step(data, Channels.resume, name)), json)


@app.command
def drain(name: Name, *, json: Json = False, data: Data = None) -> None:
    """Take no messages, and submit those that wait."""
    _say_state(asyncio.run(_step(data, Channels.drain, name)), json)


@app.command
def remove(
    name: Name,
    *,
    force: Annotated[
        bool,
        Parameter(
            help="Also while messages wait for it: they go by other channels, or have failed."
            " 仍有待发短信时也移除：改由其他通道发送，或以失败结束。"
        ),
    ] = False,
    json: Json = False,
    data: Data = None,
) -> None:
    """Remove a drained or paused channel for ever. Its name is never used again."""
    seen, waiting = asyncio.run(_remove(data, name, force))
    if json:
        _write({**facts(seen), "left_behind": waiting.facts})
        return
    _say_state(seen, json=False)
    if waiting:
        en, zh = waiting.words()
        running = read_address(read_settings(data=data).data) is not None
        print(
            say(
                f"留下的短信：{zh}。{'' if running else '服务启动后，'}将改由其他合适的通道发送；没有合适通道的以"
                " NO_CHANNEL 失败结束，不计费。",
                f"Left behind: {en}. {'They' if running else 'When a server runs, they'} go by other channels that"
                " fit; where none does they have failed with NO_CHANNEL and cost nothing.",
            )
        )


@app.command(name="test")
def try_login(name: Name, *, timeout: Within = ANSWER_WITHIN, json: Json = False, data: Data = None) -> None:
    """Log in to the carrier once and leave again, on a connection of its own. Nothing is sent.

    Parameters
    ----------
    timeout
        Seconds to wait for the answer to the login.
    """
    record, passwords = asyncio.run(_with_passwords(data, name))
    try:
        found = asyncio.run(log_in(record, passwords, timeout))
    except RemoteFault as fault:
        if not json:
            raise
        _write({"channel": name, "bound": False, "code": fault.code, "reason": fault.words(language())})
        sys.exit(REFUSED)
    if json:
        _write({"channel": name, "bound": True, "logins": [login_facts(login) for login in found]})
        return
    for login in found:
        say_login(record, login)


# -- what they do --------------------------------------------------------------------------------------------


async def _list(data: Data, removed: bool) -> list[Seen]:
    async with opened(data) as platform:
        there = faults_there(data)
        records = await platform.channels.all(removed=removed)
        return [_seen(platform.channels, record, there) for record in records]


async def _show(data: Data, name: str) -> Seen:
    async with opened_for(data, name) as platform:
        record = await platform.channels.stored(name)
        return _seen(platform.channels, record, faults_there(data))


def _seen(channels: Channels, record: StoredRecord, there: Mapping[int, Fault]) -> Seen:
    """A running server knows more than one sees here."""
    return Seen(record, there.get(record.id) or fault_here(channels, record))


async def _named(data: Data, name: str) -> ChannelRecord:
    async with opened_for(data, name) as platform:
        return await platform.channels.named(name)


async def _add(
    data: Data,
    name: str,
    protocol: ProtocolName,
    values: dict[str, object],
    secret: str,
    listen_secret: str | None,
) -> tuple[ChannelRecord, Fault | None, tuple[str, ...], bool]:
    """The channel, why it could not run here, who else logs in so, and whether there was a sandbox until now."""
    async with opened(data) as platform:
        record = await platform.channels.add(
            name, protocol, values, secret, listen_secret=listen_secret, actor=cli_actor()
        )
        same = same_account(record, await platform.channels.all())
        return record, fault_here(platform.channels, record), same, platform.sandbox


async def _edit(
    data: Data, name: str, values: dict[str, object], secret: str | None, listen_secret: str | None
) -> tuple[Seen, tuple[str, ...]]:
    """The channel, and who else logs in so."""
    async with opened_for(data, name) as platform:
        record = await platform.channels.edit(
            name, values, secret, listen_secret=listen_secret, actor=cli_actor()
        )
        same = same_account(record, await platform.channels.all())
        return Seen(record, fault_here(platform.channels, record)), same


async def _step(data: Data, step: Step, name: str) -> Seen:
    async with opened_for(data, name) as platform:
        record = await step(platform.channels, name, actor=cli_actor())
        return Seen(record, fault_here(platform.channels, record))


async def _remove(data: Data, name: str, force: bool) -> tuple[Seen, Waiting]:
    """The channel, and what waited for it."""
    async with opened_for(data, name) as platform:
        channels = platform.channels
        waiting = await channels.waiting(await channels.stored(name))
        return Seen(await channels.remove(name, force=force, actor=cli_actor()), None), waiting


async def _with_passwords(data: Data, name: str) -> tuple[ChannelRecord, Passwords]:
    async with opened_for(data, name) as platform:
        record = await platform.channels.there(name)
        return record, platform.channels.passwords(record)


# -- what they read and say ----------------------------------------------------------------------------------


def _values(protocol: ProtocolName, texts: tuple[str, ...], file: str | None) -> dict[str, object]:
    """Fields of a file, and over them those of the command."""
    values: dict[str, object] = {}
    if file is not None:
        whole = read_stdin(_LARGEST_JSON) if file == STANDARD_INPUT else read_file(Path(file), _LARGEST_JSON)
        values = parse_json(whole)
    return values | parse_texts(protocol, texts)


def _new_password(name: str, file: str | None, *, ask: bool) -> str | None:
    if file is not None:
        return password_in(file)
    return ask_password(name) if ask else None


def _say_state(seen: Seen, json: bool) -> None:
    if json:
        _write(facts(seen))
    else:
        name, words = seen.record.name, state_words(seen.record)
        print(say(f"{name}：{words}。", f"{name} is {words}."))


def _write(value: object) -> None:
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
