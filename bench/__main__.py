"""`python -m bench`: throughput and cost per message, end to end, on this machine."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Any

from bench.harness import CONNECTIONS, Programme, carry_out, quick
from bench.measure import Plan
from bench.numbers import RANGES
from bench.platform import Setup, StartFailed
from bench.processes import Trees
from bench.report import RESULTS, table, write
from bench.request_signing import MAKERS, SendSms
from bench.target import Target
from bench.texts import DEFAULT, WORDINGS


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(word) for word in text.split(","))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=(__doc__ or "").split(": ")[1])
    parser.add_argument(
        "--quick", action="store_true", help="one run at 16 connections, less than 90 s in all"
    )
    parser.add_argument("--memory", action="store_true", help="only the check that memory stays flat")
    parser.add_argument("--connections", type=_numbers, default=CONNECTIONS, metavar="N,N…")
    parser.add_argument("--seconds", type=float, default=30.0, help="load of one run")
    parser.add_argument("--repeats", type=int, default=3, help="runs for each number of connections")
    parser.add_argument("--mode", choices=sorted(MAKERS), default="acs3", help="how requests are signed")
    parser.add_argument("--text", choices=sorted(WORDINGS), default=DEFAULT, help="see bench/texts.py")
    parser.add_argument("--output", type=Path, default=RESULTS, help="where the JSON goes")
    fresh = parser.add_argument_group("a fresh platform for each run (default)")
    fresh.add_argument(
        "--carrier", metavar="HOST:PORT", help="an SMPP server instead of our simulated carrier"
    )
    fresh.add_argument(
        "--database",
        metavar="URL",
        help="postgresql://…, or `provided` for a PostgreSQL of our own; default: SQLite",
    )
    running = parser.add_argument_group("a platform that runs already")
    running.add_argument("--endpoint", metavar="URL", help="http://host:port")
    running.add_argument("--access-key-id")
    running.add_argument("--access-key-secret")
    running.add_argument("--sign-name")
    running.add_argument("--template-code")
    running.add_argument(
        "--template-param", default="", help="JSON, with {n} or {n:6} for the number of the request"
    )
    running.add_argument("--numbers", choices=sorted(RANGES), default="mainland", help="whose mobile numbers")
    running.add_argument("--pid", type=_numbers, metavar="PID,PID…", help="its processes, for CPU and memory")
    running.add_argument("--data", type=Path, help="its data folder, to count in its store (or --database)")
    return parser


def _running(options: argparse.Namespace, parser: argparse.ArgumentParser) -> Target | None:
    if not options.endpoint:
        return None
    needed = ("access_key_id", "access_key_secret", "sign_name", "template_code")
    missing = [f"--{name.replace('_', '-')}" for name in needed if not getattr(options, name)]
    if missing:
        parser.error(f"--endpoint needs {', '.join(missing)}")
    call = SendSms(
        endpoint=options.endpoint,
        access_key_id=options.access_key_id,
        access_key_secret=options.access_key_secret,
        sign_name=options.sign_name,
        template_code=options.template_code,
        template_param=options.template_param,
    )
    return Target(call, options.database or options.data, Trees(options.pid) if options.pid else None)


def _programme(options: argparse.Namespace, parser: argparse.ArgumentParser) -> Programme:
    target = _running(options, parser)
    if options.memory and target and not target.processes:
        parser.error("--memory with --endpoint needs --pid")
    wording = WORDINGS[options.text]
    programme = Programme(
        connections=() if options.memory else options.connections,
        repeats=options.repeats,
        plan=Plan(
            connections=0,
            seconds=options.seconds,
            mode=options.mode,
            numbers=options.numbers if target else wording.numbers,
        ),
        memory=not target or bool(target.processes),
        setup=Setup(options.carrier, options.database, wording),
        target=target,
    )
    return quick(programme) if options.quick else programme


def _show(results: dict[str, Any]) -> None:
    if results["runs"]:
        print(table(results["runs"]))
    memory = results["memory"]
    if memory:
        print(
            f"memory at rest: {memory['rss_mb']:.0f} MB after {memory['after']:,} messages,"
            f" {memory['later_rss_mb']:.0f} MB after {memory['later']:,}"
            f" ({memory['growth_mb']:+.1f} MB, {memory['limit_mb']:.0f} allowed)"
        )
    host, text = results["machine"], results["text"]
    print(f"machine: {host['processor']}, {host['cores']} cores, {host['memory_gb']} GB, {host['system']}")
    print(f"signed: {results['mode']}; durability: {results['durability']}")
    if text:
        print(
            f"text: {text['units']} {text['alphabet']} units in {text['segments']} part(s): {text['example']}"
        )
    if results["stages"]:
        print(f"stages on: {'; '.join(results['stages'])}")
    for problem in results["problems"]:
        print(f"PROBLEM: {problem}")


def main() -> int:
    """Exit code 0 when every accepted message was reported and memory stayed flat, 1 when not, 2 when nothing
    could be started."""
    parser = _parser()
    options = parser.parse_args()
    programme = _programme(options, parser)
    try:
        results = asyncio.run(carry_out(programme, lambda line: print(line, flush=True)))
    except StartFailed as fault:
        print(fault, file=sys.stderr)
        return 2
    write(results, options.output)
    _show(results)
    print(f"written to {options.output}")
    return 1 if results["problems"] else 0


if __name__ == "__main__":
    sys.exit(main())
