"""Who may log in to the mainland networks, in which version, for what."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from running_simulator import AT_ONCE, Start, stats
from simulator_customers import CUSTOMERS, customer

from hongyan.protocols import cmpp, sgip, smgp
from hongyan.protocols.session.events import Ignored, VersionRefused


@pytest.mark.parametrize(
    ("protocol", "how", "status"),
    [
        ("CMPP 2.0", {"secret": "wrong"}, 3),
        ("CMPP 3.0", {"secret": "wrong"}, 3),
        ("CMPP 3.0", {"name": "999999"}, 2),
        ("SMGP", {"secret": "wrong"}, 21),
        ("SMGP", {"name": "other"}, 21),
        ("SGIP", {"secret": "wrong"}, 1),
        ("SGIP", {"name": "other"}, 1),
    ],
)
async def test_wrong_logins_are_refused_with_the_right_status(
    play: Start, tmp_path: Path, protocol: str, how: dict[str, Any], status: int
) -> None:
    names = {"mobile": "901234", "telecom": "10001234", "unicom": "sp", "broadnet": "901234"}
    networks = {name: {"login": {"name": customer, "password": "s3cret"}} for name, customer in names.items()}
    ready = await play({"networks": networks, **AT_ONCE})
    refused, network, _ = await customer(ready, protocol, **{"secret": "s3cret", **how})
    assert refused.refusal == status
    await refused.until(lambda: refused.closed)
    good, _, number = await customer(ready, protocol, secret="s3cret")
    assert (await good.submit_and_wait(number, "hello")).status == 0
    assert "DigestMismatch" not in good.names()
    assert (await stats(tmp_path, network))["binds_refused"] == 1


@pytest.mark.parametrize("protocol", CUSTOMERS)
async def test_without_a_configured_secret_any_will_do(play: Start, protocol: str) -> None:
    ready = await play()
    link, _, _ = await customer(ready, protocol, secret="whatever")
    assert link.bound
    ours, _, _ = await customer(ready, protocol, secret="hongyan")
    assert ours.bound
    assert "DigestMismatch" not in ours.names()


async def test_options_hold_for_every_network(play: Start) -> None:
    ready = await play(system_id="901234", password="s3cret")
    assert (await customer(ready, "CMPP 2.0", secret="s3cret"))[0].bound
    assert (await customer(ready, "SMGP", name="901234", secret="s3cret"))[0].bound
    assert (await customer(ready, "SMGP", secret="s3cret"))[0].refusal == 21
    assert (await customer(ready, "SGIP", name="901234"))[0].refusal == 1


async def test_a_client_that_asks_for_a_higher_version_is_told_the_one_we_speak(play: Start) -> None:
    ready = await play({"login": {"highest_version": "2.0"}, **AT_ONCE})
    link, _, _ = await customer(ready, "CMPP 3.0")
    (refused,) = link.events
    assert isinstance(refused, VersionRefused)
    assert (refused.status, refused.offered) == (4, 0x20)
    assert (await customer(ready, "CMPP 2.0"))[0].bound


async def test_versions_that_nobody_speaks_are_refused_or_taken_for_what_they_resemble(play: Start) -> None:
    ready = await play()
    reader, writer = await asyncio.open_connection("127.0.0.1", ready.networks["mobile"].port)
    connect = {"Source_Addr": "901234", "AuthenticatorSource": bytes(16), "Version": 0x40}
    writer.write(cmpp.CODECS[cmpp.Layout.V30].encode("CMPP_CONNECT", connect, 1))
    answer = cmpp.CODECS[cmpp.Layout.V30].decode(await reader.readexactly(33))
    assert isinstance(answer, cmpp.Pdu)
    assert (answer.fields["Status"], answer.fields["Version"]) == (4, 0x30)
    assert await reader.read() == b""
    writer.close()
    old, _, number = await customer(ready, "CMPP 2.0", version=0x12)
    assert (await old.submit_and_wait(number, "hello")).status == 0


async def test_a_gateway_may_answer_in_a_lower_version_instead(play: Start) -> None:
    ready = await play({"login": {"highest_version": "2.0", "downgrade": True}, **AT_ONCE})
    link, _, _ = await customer(ready, "CMPP 3.0")
    assert isinstance(link.events[0], VersionRefused)
    assert len(link.reads[0]) == 30


@pytest.mark.parametrize(("protocol", "status"), [("CMPP 2.0", 5), ("SMGP", 2), ("SGIP", 3)])
async def test_more_links_than_allowed_are_refused(play: Start, protocol: str, status: int) -> None:
    ready = await play({"links": {"max_links": 2}, **AT_ONCE})
    links = [(await customer(ready, protocol))[0] for _ in range(3)]
    assert [link.refusal for link in links] == [None, None, status]


async def test_smgp_login_modes_send_or_receive(play: Start) -> None:
    ready = await play()
    sender, _, number = await customer(ready, "SMGP", mode="transmitter")
    taker, _, _ = await customer(ready, "SMGP", mode="receiver")
    answer = await sender.submit_and_wait(number, "hello")
    await taker.until(lambda: bool(taker.reports))
    assert taker.reports[0].id == answer.message_id
    assert sender.reports == []
    taker.raw(smgp.encode("SMGP_SUBMIT", {"DestTermID": [number]}, 77))
    await taker.until(lambda: any(isinstance(event, Ignored) for event in taker.events))
    refused = next(event.pdu for event in taker.events if isinstance(event, Ignored))
    assert (refused.sequence, refused.fields["Status"]) == (77, 11)


async def test_an_sgip_login_of_the_wrong_type_is_refused(play: Start) -> None:
    ready = await play()
    login = sgip.encode("SGIP_BIND", {"LoginType": 2, "LoginName": "sp"}, 5)
    reader, writer = await asyncio.open_connection("127.0.0.1", ready.networks["unicom"].port)
    writer.write(login)
    answer = sgip.decode(await reader.readexactly(29))
    assert isinstance(answer, sgip.Pdu)
    assert (answer.sequence, answer.fields["Result"]) == (5, 4)
    writer.close()
