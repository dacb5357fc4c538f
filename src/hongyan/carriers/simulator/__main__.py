"""`python -m hongyan.carriers.simulator`: the process that the sandbox, the tests and the bench start."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import msgspec

from hongyan.carriers.simulator.listener_url import LISTENER_VARIABLE, parse_listener
from hongyan.carriers.simulator.networks import ABROAD, parse_networks
from hongyan.carriers.simulator.process import Options, Ready, run
from hongyan.kernel.errors import HongyanError


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="hongyan.carriers.simulator", description="Simulated carriers (SMPP 3.4, CMPP, SGIP, SMGP)."
    )
    parser.add_argument("--data", type=Path, required=True, help="folder for handsets and control socket")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--networks", default=ABROAD, help="names with commas, or all (default: international)"
    )
    parser.add_argument(
        "--port", type=int, default=0, help="of the first network, the others follow; 0 (default): free ones"
    )
    parser.add_argument(
        "--listener",
        default=os.environ.get(LISTENER_VARIABLE),
        help="sgip://login:password@host:port/account: where an SGIP customer takes calls",
    )
    parser.add_argument("--scenario", type=Path, help="TOML file: how the carrier behaves")
    parser.add_argument("--handsets", type=int, default=10_000, help="texts kept; 0 for no handsets")
    parser.add_argument("--ledger", type=Path, help="append one JSON line per accepted part")
    parser.add_argument("--system-id", help="the only customer who may bind (default: anybody)")
    parser.add_argument("--password", default=os.environ.get("HONGYAN_SIMULATOR_PASSWORD"))
    parser.add_argument("--parent-pipe", action="store_true", help="end when standard input closes")
    ready = parser.add_mutually_exclusive_group()
    ready.add_argument("--ready-fd", type=int, help="announce the address on this descriptor")
    ready.add_argument("--ready-file", type=Path, help="announce the address in this file")
    return parser.parse_args()


def _announce(ready: Ready, arguments: argparse.Namespace) -> None:
    line = msgspec.json.encode(ready) + b"\n"
    if arguments.ready_fd is not None:
        with os.fdopen(arguments.ready_fd, "wb") as pipe:
            pipe.write(line)
    elif arguments.ready_file is not None:
        draft = arguments.ready_file.with_name(arguments.ready_file.name + ".new")
        draft.write_bytes(line)
        draft.replace(arguments.ready_file)  # whoever waits for the file finds it whole
    else:
        sys.stdout.buffer.write(line)
        sys.stdout.flush()


def main() -> int:
    """Exit code 0 after an orderly end, 78 (EX_CONFIG of sysexits.h) when it could not start."""
    arguments = _arguments()
    try:
        run(_options(arguments), lambda ready: _announce(ready, arguments))
    except HongyanError as fault:
        print(fault, file=sys.stderr)
        return os.EX_CONFIG
    return 0


def _options(arguments: argparse.Namespace) -> Options:
    return Options(
        data=arguments.data,
        host=arguments.host,
        port=arguments.port,
        networks=parse_networks(arguments.networks),
        listener=parse_listener(arguments.listener) if arguments.listener else None,
        scenario=arguments.scenario,
        handsets=arguments.handsets,
        ledger=arguments.ledger,
        system_id=arguments.system_id,
        password=arguments.password,
        parent_pipe=arguments.parent_pipe,
    )


if __name__ == "__main__":
    sys.exit(main())
