"""One login to a carrier: what works, and each way in which it does not, over real sockets."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from scripted_carrier import ScriptedCarrier

from hongyan.carriers.dialects.cmpp import CmppAccount, CmppDialect
from hongyan.carriers.dialects.port import Dialect
from hongyan.carriers.dialects.sgip import SgipAccount, SgipDialect
from hongyan.carriers.dialects.smgp import SmgpAccount, SmgpDialect
from hongyan.carriers.dialects.smpp import SmppAccount, SmppDialect
from hongyan.carriers.link import LinkSettings
from hongyan.carriers.probe import LoggedIn, probe
from hongyan.kernel.clock import SystemClock
from hongyan.kernel.errors import RemoteFault
from hongyan.protocols.cmpp import server as cmpp
from hongyan.protocols.cmpp.login import V20, V30
from hongyan.protocols.session.events import BindRequested
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.sgip import server as sgip
from hongyan.protocols.sgip.sequence import SequenceMaker
from hongyan.protocols.smgp import server as smgp
from hongyan.protocols.smpp import server as smpp

CLOCK = SystemClock()
TIMING = Timing()
SMPP = SmppDialect(SmppAccount("hongyan", "secret"), TIMING)
SOON = 0.3
"""Seconds that a probe waits where nothing will come."""


async def try_login(port: int, dialect: Dialect = SMPP, protocol: str = "smpp", **others: Any) -> LoggedIn:
    where = LinkSettings("127.0.0.1", port, tls=others.pop("tls", None))
    return await probe(where, dialect, protocol, CLOCK, **others)


async def fault(port: int, dialect: Dialect = SMPP, protocol: str = "smpp", **others: Any) -> RemoteFault:
    with pytest.raises(RemoteFault) as found:
        await try_login(port, dialect, protocol, **others)
    assert found.value.en
    assert any("\u4e00" <= character <= "\u9fff" for character in found.value.zh)
    assert "secret" not in found.value.en.replace("wrong secret", "") + found.value.zh
    return found.value


@pytest.fixture
async def carrier() -> AsyncIterator[ScriptedCarrier]:
    async with ScriptedCarrier() as opened:
        yield opened


@asynccontextmanager
async def serving(
    make: Callable[[], Any],
    decide: Callable[[Any], None],
    tls: ssl.SSLContext | None = None,
    afterwards: bytes = b"",
) -> AsyncIterator[int]:
    """A carrier that answers logins as it decides, and sends something `afterwards`; the port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = make()
        while data := await reader.read(65_536):
            for event in session.receive(data, time.monotonic()):
                if isinstance(event, BindRequested):
                    decide(session)
            writer.write(b"".join(session.bytes_to_send()) + afterwards)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


# -- it works ---------------------------------------------------------------------------------------------


async def test_a_login_tells_who_answered_which_version_and_how_fast(carrier: ScriptedCarrier) -> None:
    found = await try_login(carrier.port)
    assert (found.peer, found.version, found.digest_differs) == ("SCRIPTED", 0x34, False)
    assert 0 < found.connect_seconds < 5
    assert 0 < found.answer_seconds < 5
    link = await carrier.link()
    assert link.bind is not None
    assert link.bind.system_id == "hongyan"


async def test_it_takes_leave_and_submits_nothing(carrier: ScriptedCarrier) -> None:
    await try_login(carrier.port)
    link = await carrier.link()
    await link.until(lambda: link.closed)
    assert link.unbound
    assert link.submits == []
    assert len(carrier.connections) == 1


async def test_it_leaves_also_where_the_carrier_does_not_close(carrier: ScriptedCarrier) -> None:
    carrier.closes_after_unbind = False
    await try_login(carrier.port)
    await (await carrier.link()).ended()


async def test_what_the_carrier_delivers_meanwhile_is_left_for_the_channels_own_links(
    carrier: ScriptedCarrier,
) -> None:
    async def deliver() -> int:
        return (await carrier.link()).receipt("m-1")

    delivering = asyncio.ensure_future(deliver())
    await try_login(carrier.port)
    token = await delivering
    (link,) = carrier.connections
    await link.until(lambda: link.closed)
    assert not link.has_answered(token)


CMPP3 = CmppDialect(CmppAccount("901234", "password", V30), TIMING, CLOCK)
CMPP2 = CmppDialect(CmppAccount("901234", "password", V20), TIMING, CLOCK)
SGIP = SgipDialect(SgipAccount("sp", "password", 3_010_012_345), TIMING, CLOCK)
SMGP = SmgpDialect(SmgpAccount("10001234", "password"), TIMING, CLOCK)


def _cmpp() -> Any:
    return cmpp.ServerSession(TIMING, time.monotonic())


def _smgp() -> Any:
    return smgp.ServerSession(TIMING, time.monotonic())


def _sgip() -> Any:
    return sgip.ServerSession(TIMING, time.monotonic(), SequenceMaker(1, 0), CLOCK.now_ms())


@pytest.mark.parametrize(
    ("protocol", "dialect", "make", "arguments", "version"),
    [
        ("cmpp", CMPP3, _cmpp, ("password",), 0x30),
        ("cmpp", CMPP2, _cmpp, ("password",), 0x20),
        ("smgp", SMGP, _smgp, ("password",), 0x30),
        ("sgip", SGIP, _sgip, (), None),
    ],
)
async def test_every_protocol_can_be_tried(
    protocol: str, dialect: Dialect, make: Callable[[], Any], arguments: tuple[str, ...], version: int | None
) -> None:
    async with serving(make, lambda session: session.accept_bind(*arguments)) as port:
        found = await try_login(port, dialect, protocol)
    assert (found.version, found.digest_differs) == (version, False)


@pytest.mark.parametrize(("protocol", "dialect", "make"), [("cmpp", CMPP3, _cmpp), ("smgp", SMGP, _smgp)])
async def test_a_carrier_that_proves_itself_in_another_way_is_told_and_no_reason_to_fail(
    protocol: str, dialect: Dialect, make: Callable[[], Any]
) -> None:
    async with serving(make, lambda session: session.accept_bind("another secret")) as port:
        assert (await try_login(port, dialect, protocol)).digest_differs


# -- refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "name", "en", "zh"),
    [
        (0x0E, "ESME_RINVPASWD", "password wrong", "密码错误"),
        (0x0D, "ESME_RBINDFAIL", "bind failed", "绑定失败"),
        (0x401, "VENDOR_401", "defined by this carrier", "运营商自定义"),
    ],
)
async def test_a_refused_login_says_why_in_words(
    carrier: ScriptedCarrier, status: int, name: str, en: str, zh: str
) -> None:
    carrier.refuse_binds = status
    found = await fault(carrier.port)
    assert found.code == "channel.login_refused"
    assert (found.facts["status"], found.facts["name"]) == (status, name)
    assert en in found.en
    assert zh in found.zh
    assert name in found.en


@pytest.mark.parametrize(
    ("protocol", "dialect", "make", "status", "en"),
    [
        ("cmpp", CMPP3, _cmpp, 3, "authentication failed"),
        ("cmpp", CMPP3, _cmpp, 77, "another reason"),
        ("smgp", SMGP, _smgp, 21, "authentication failed"),
        ("sgip", SGIP, _sgip, 1, "illegal login"),
        ("sgip", SGIP, _sgip, 3, "too many connections"),
    ],
)
async def test_every_protocol_has_words_for_its_refusals(
    protocol: str, dialect: Dialect, make: Callable[[], Any], status: int, en: str
) -> None:
    async with serving(make, lambda session: session.refuse_bind(status)) as port:
        found = await fault(port, dialect, protocol)
    assert found.code == "channel.login_refused"
    assert en in found.en


async def test_a_carrier_of_an_older_version_says_which_to_set() -> None:
    async with serving(_cmpp, lambda session: session.accept_bind("password", V20)) as port:
        found = await fault(port, CMPP3, "cmpp")
    assert found.code == "channel.login_refused"
    assert found.en.endswith(
        "took the login and answered as another version (CMPP_CONNECT:0, status 0). It offers version 2.0: set version=2.0."
    )
    assert found.zh.endswith("（CMPP_CONNECT:0，状态码 0）。对端支持版本 2.0：请设置 version=2.0。")
    assert found.facts["status"] == 0, "what the carrier said"


# -- no login at all --------------------------------------------------------------------------------------


async def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    found = await fault(port)
    assert found.code == "channel.unreachable"
    assert found.en == f"cannot connect to 127.0.0.1:{port}: nobody listens there"


async def test_a_host_that_is_not_known() -> None:
    with pytest.raises(RemoteFault, match="the host name is not known") as found:
        await probe(LinkSettings("no-such-host.invalid", 1), SMPP, "smpp", CLOCK)
    assert found.value.code == "channel.unreachable"


async def test_a_carrier_that_does_not_answer_the_login(carrier: ScriptedCarrier) -> None:
    carrier.ignore_binds = True
    found = await fault(carrier.port, within=SOON)
    assert found.code == "channel.no_answer"
    assert "within 0.3 s" in found.en


async def test_a_carrier_that_hangs_up(carrier: ScriptedCarrier) -> None:
    carrier.greetings = [b""]
    assert (await fault(carrier.port)).code == "channel.hung_up"


async def test_a_carrier_that_sends_half_an_answer_and_hangs_up(carrier: ScriptedCarrier) -> None:
    carrier.greetings = [bytes.fromhex("00000019800000090000")]
    assert (await fault(carrier.port)).code == "channel.hung_up"


@pytest.mark.parametrize(
    "greeting",
    [b"220 mail.example.com ESMTP\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\0" * 16, b"\xff" * 16],
)
async def test_a_peer_that_speaks_something_else(carrier: ScriptedCarrier, greeting: bytes) -> None:
    carrier.greetings = [greeting]
    found = await fault(carrier.port)
    assert found.code == "channel.broken"
    assert "is not SMPP" in found.en


async def test_a_peer_that_floods_is_left_in_time() -> None:
    """Frames of a known command without end are no answer to the login."""
    enquire = bytes.fromhex("00000010000000150000000000000001")

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                writer.write(enquire * 100)
                await writer.drain()
                await reader.read(65_536)
        except OSError:
            return

    server = await asyncio.start_server(flood, "127.0.0.1", 0)
    async with asyncio.timeout(10):
        found = await fault(server.sockets[0].getsockname()[1], within=SOON)
    server.close()
    assert found.code == "channel.no_answer"


@pytest.mark.parametrize(("octets", "protocol"), [(b"\0" * 16, "smpp"), (b"\xff" * 16, "cmpp")])
async def test_a_carrier_that_takes_the_login_and_sends_no_frames_then(octets: bytes, protocol: str) -> None:
    """In one read with the answer, or right after it: the links would find no rest there."""
    make, dialect, arguments = {
        "smpp": (lambda: smpp.ServerSession(TIMING, time.monotonic()), SMPP, ("SPOILT",)),
        "cmpp": (_cmpp, CMPP3, ("password",)),
    }[protocol]
    async with serving(make, lambda session: session.accept_bind(*arguments), afterwards=octets) as port:
        found = await fault(port, dialect, protocol)
    assert found.code == "channel.broken"
    assert "took the login" in found.en
    assert f"what follows is not {protocol.upper()}" in found.en
    assert "登录成功" in found.zh


async def test_a_carrier_that_takes_the_login_and_leaves_at_once_took_it() -> None:
    unbind = bytes.fromhex("00000010000000060000000000000001")
    make = lambda: smpp.ServerSession(TIMING, time.monotonic())  # noqa: E731
    async with serving(make, lambda session: session.accept_bind("SHORT"), afterwards=unbind) as port:
        assert (await try_login(port)).peer == "SHORT"


# -- TLS --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of 127.0.0.1, signed by nobody."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a carrier")])
    now = datetime.now(UTC)
    address = x509.IPAddress(ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "carrier.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


async def test_a_login_over_tls(certificate: Path) -> None:
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(certificate)
    make = lambda: smpp.ServerSession(TIMING, time.monotonic())  # noqa: E731
    async with serving(make, lambda session: session.accept_bind("SECURE"), theirs) as port:
        trusting = ssl.create_default_context(cafile=str(certificate))
        assert (await try_login(port, tls=trusting)).peer == "SECURE"

        found = await fault(port, tls=ssl.create_default_context())
        assert found.code == "channel.unreachable"
        assert "its certificate is not trusted" in found.en

        assert (await fault(port, within=SOON)).code in (
            "channel.hung_up",
            "channel.broken",
            "channel.no_answer",
        )


async def test_tls_where_the_carrier_speaks_none(carrier: ScriptedCarrier) -> None:
    carrier.greetings = [b"hello\r\n"]
    found = await fault(carrier.port, tls=ssl.create_default_context())
    assert found.code == "channel.unreachable"
    assert "TLS" in found.en
