"""Callbacks over HTTPS: to whom the system's authorities or the operator's own vouch for, and to nobody else."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from certificates import Authority, make_authority

from hongyan.config import read_settings
from hongyan.kernel.errors import Misconfigured
from hongyan.messaging.callbacks import Guard, HttpPost, trusted
from hongyan.messaging.callbacks.addresses import Target
from hongyan.messaging.callbacks.posting import NotPosted, Posted, PostFault

ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"code":0}'


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return make_authority(tmp_path)


@asynccontextmanager
async def program(certificate: Path, host: str = "localhost") -> AsyncIterator[Target]:
    """A tenant's program behind TLS, on loopback."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(4)
        writer.write(ANSWER)
        await writer.drain()
        writer.close()

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    running = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
    async with running:
        yield Target(True, host, running.sockets[0].getsockname()[1], "/")


async def post(target: Target, **environment: str) -> Posted:
    """As a server with these settings does it."""
    settings = read_settings(environment)
    return await HttpPost(Guard(everywhere=True), trusted(settings.callback_ca))(target, [], b"[{}]")


async def fault(target: Target, **environment: str) -> PostFault:
    with pytest.raises(NotPosted) as refused:
        await post(target, **environment)
    return refused.value.fault


async def test_a_program_is_reached_whose_authority_the_operator_trusts(authority: Authority) -> None:
    async with program(authority.certificate("localhost")) as target:
        assert await post(target, HONGYAN_CALLBACK_CA=str(authority.file)) == Posted(200, b'{"code":0}')


async def test_nobody_is_trusted_because_he_says_so(authority: Authority, tmp_path: Path) -> None:
    async with program(authority.certificate("localhost")) as target:
        assert await fault(target) is PostFault.TLS, "the system does not know this authority"
        other = make_authority(tmp_path, "others").file
        assert await fault(target, HONGYAN_CALLBACK_CA=str(other)) is PostFault.TLS


async def test_a_certificate_is_its_hosts_and_not_over(authority: Authority) -> None:
    ours = {"HONGYAN_CALLBACK_CA": str(authority.file)}
    async with program(authority.certificate("sms.example.com")) as target:
        assert await fault(target, **ours) is PostFault.TLS
    async with program(authority.certificate("localhost", days=-1)) as target:
        assert await fault(target, **ours) is PostFault.TLS


def test_the_systems_authorities_are_trusted_beside(authority: Authority) -> None:
    system = {each["serialNumber"] for each in ssl.create_default_context().get_ca_certs()}
    context = trusted(str(authority.file))
    assert context is not None
    assert {each["serialNumber"] for each in context.get_ca_certs()} > system


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_a_file_without_certificates_is_told_at_the_start(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Misconfigured) as refused:
        trusted(str(path))
    assert refused.value.code == "settings.callback_ca"
    assert str(path) in refused.value.zh
