"""`hongyan simulate`: the carrier simulator in the foreground, for any SMPP client."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import App, Parameter

from hongyan.carriers.simulator.process import Options, Ready, run
from hongyan.cli.inbox import DataDir
from hongyan.cli.language import say

app = App(
    name="simulate",
    help="A simulated carrier (SMPP 3.4) in the foreground. 前台运行运营商模拟器。",
    default_parameter=Parameter(negative=()),
)


@app.default
def simulate(
    *,
    host: str = "127.0.0.1",
    port: int = 2775,
    scenario: Path | None = None,
    handsets: int = 10_000,
    ledger: Path | None = None,
    system_id: str | None = None,
    password: Annotated[str | None, Parameter(env_var="HONGYAN_SIMULATOR_PASSWORD")] = None,
    json: bool = False,
    data: DataDir = Path("hongyan-data"),
) -> None:
    """Answer SMPP binds until Ctrl-C.

    Parameters
    ----------
    host
        Where to listen. The simulator has no encryption: keep it on this machine.
    port
        0 chooses a free one.
    scenario
        A TOML file that says how the carrier behaves; well when left out.
    handsets
        How many texts the virtual phones keep; 0 for no phones.
    ledger
        Append one JSON line per accepted part to this file.
    system_id
        The only customer who may bind; anybody when left out.
    json
        Announce the address as one JSON object.
    """

    def announce(ready: Ready) -> None:
        if json:
            print(msgspec.json.encode(ready).decode(), flush=True)
            return
        address = f"{ready.host}:{ready.port}"
        print(
            say(
                f"模拟运营商已启动：SMPP {address}，Ctrl-C 结束。",
                f"Carrier ready: SMPP at {address}, Ctrl-C ends.",
            )
        )

    run(
        Options(
            data=data,
            host=host,
            port=port,
            scenario=scenario,
            handsets=handsets,
            ledger=ledger,
            system_id=system_id,
            password=password,
        ),
        announce,
    )
    sys.stdout.flush()
