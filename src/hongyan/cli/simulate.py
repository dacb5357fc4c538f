"""`hongyan simulate`: the carrier simulator in the foreground, for any client of its protocols."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from hongyan.carriers.simulator.listener_url import LISTENER_VARIABLE, parse_listener
from hongyan.carriers.simulator.networks import ALL, NETWORKS, parse_networks
from hongyan.carriers.simulator.process import Options, Ready, run
from hongyan.cli.inbox import DataDir
from hongyan.cli.language import say
from hongyan.cli.output import print_json

app = App(
    name="simulate",
    help="Simulated carriers in the foreground: CMPP, SGIP, SMGP, SMPP. 前台运行运营商模拟器。",
    default_parameter=Parameter(negative=()),
)


@app.default
def simulate(
    *,
    host: str = "127.0.0.1",
    networks: str = ALL,
    port: int | None = None,
    listener: Annotated[str | None, Parameter(env_var=LISTENER_VARIABLE)] = None,
    scenario: Path | None = None,
    handsets: int = 10_000,
    ledger: Path | None = None,
    system_id: str | None = None,
    password: Annotated[str | None, Parameter(env_var="HONGYAN_SIMULATOR_PASSWORD")] = None,
    json: bool = False,
    data: DataDir = Path("hongyan-data"),
) -> None:
    """Play carriers until Ctrl-C.

    Parameters
    ----------
    host
        Where to listen. The simulator has no encryption: keep it on this machine.
    networks
        Names with commas, or all: mobile (CMPP), unicom (SGIP), telecom (SMGP), broadnet (CMPP), international (SMPP).
    port
        Of the first network; the others follow it in that order. 0 chooses free ones; when left out each listens on
        its usual port.
    listener
        Where an SGIP customer takes the gateway's calls: sgip://login:password@host:port/account.
    scenario
        A TOML file that says how the carrier behaves; well when left out.
    handsets
        How many texts the virtual phones keep; 0 for no phones.
    ledger
        Append one JSON line per accepted part to this file.
    system_id
        The only customer who may log in; anybody when left out.
    password
        The shared secret; any when left out.
    json
        Announce the addresses as one JSON object.
    """

    def announce(ready: Ready) -> None:
        if json:
            print_json(ready)
            return
        for name, where in ready.networks.items():
            network = NETWORKS[name]
            address = f"{where.protocol.upper()} {where.host}:{where.port}"
            print(say(f"{network.zh}（{name}）：{address}", f"{name}: {address}"))
        print(say("模拟运营商已启动，Ctrl-C 结束。", "Carriers ready, Ctrl-C ends."), flush=True)

    run(
        Options(
            data=data,
            host=host,
            port=port,
            networks=parse_networks(networks),
            listener=parse_listener(listener) if listener else None,
            scenario=scenario,
            handsets=handsets,
            ledger=ledger,
            system_id=system_id,
            password=password,
        ),
        announce,
    )
    sys.stdout.flush()
