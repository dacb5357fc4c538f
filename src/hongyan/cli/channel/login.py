"""One login to a carrier, and what is said of it."""

from __future__ import annotations

from hongyan.carriers.channels import ChannelRecord
from hongyan.carriers.channels.passwords import Passwords
from hongyan.carriers.probe import LoggedIn, probe
from hongyan.carriers.setups import setup_of
from hongyan.cli.channel.screens import address
from hongyan.cli.language import say
from hongyan.kernel.clock import SystemClock
from hongyan.kernel.visible import visible
from hongyan.protocols.wire.meanings import version_text


async def log_in(record: ChannelRecord, passwords: Passwords, within: float) -> list[LoggedIn]:
    """One login for each kind of connection that the channel has."""
    clock = SystemClock()
    setup = setup_of(record, passwords, clock)
    return [
        await probe(setup.where, dialect, record.protocol, clock, within=within) for dialect in setup.dialects
    ]


def login_facts(login: LoggedIn) -> dict[str, object]:
    return {
        "peer": login.peer,
        "version": _version(login),
        "connect_ms": round(login.connect_seconds * 1000, 3),
        "answer_ms": round(login.answer_seconds * 1000, 3),
        "digest_differs": login.digest_differs,
    }


def _version(login: LoggedIn) -> str | None:
    return None if login.version is None else version_text(login.version)


def say_login(record: ChannelRecord, login: LoggedIn) -> None:
    version = _version(login)
    peer = visible(login.peer)
    connect, answer = f"{login.connect_seconds * 1000:.0f} ms", f"{login.answer_seconds * 1000:.0f} ms"
    told_zh = "".join((f"，对端 {peer}" if peer else "", f"，版本 {version}" if version else ""))
    told = "".join((f", peer {peer}" if peer else "", f", version {version}" if version else ""))
    print(
        say(
            f"{record.name}：登录成功，{record.protocol.upper()} {address(record)}{told_zh}；连接 {connect}，登录应答 {answer}。",
            f"{record.name}: logged in, {record.protocol.upper()} {address(record)}{told};"
            f" connected in {connect}, login answered in {answer}.",
        )
    )
    if login.digest_differs:
        print(
            say(
                "注意：对端的应答摘要与密码不符。部分网关产品如此，不影响收发。",
                "Note: the carrier's own digest does not match the password. Some gateways are like that; it does no harm.",
            )
        )
