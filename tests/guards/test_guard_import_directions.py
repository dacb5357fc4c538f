"""Who may import whom: the rooms of ARCHITECTURE.md as a table, checked against every import statement."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

import pytest
from guard_sources import Module, imports, modules, ours


@dataclass(frozen=True)
class Room:
    """`name`: module prefix below the package, the longest match counts. `may`: modules it imports besides its own;
    `x.*` is a whole room, anything else exactly that module (its public names)."""

    name: str
    may: tuple[str, ...]
    why: str


_APPLICATIONS = (
    "the rooms' public names: doors authenticate, parse, call a service and answer; they hold no rules"
)
_WIRING = "wiring: starts processes and puts rooms together, so it sees everybody and nobody imports it"

ROOMS = (
    Room("kernel", (), "the words everybody shares; it knows nobody"),
    Room(
        "protocols", ("kernel.*", "protocols.*"), "carrier protocols are pure: bytes and times in, events out"
    ),
    Room("protocols.wire", ("kernel.*",), "frames and fields of any protocol: it knows none of them"),
    Room(
        "protocols.session",
        ("kernel.*", "protocols.wire.*"),
        "a session of any protocol: it knows none of them",
    ),
    *(
        Room(
            f"protocols.{name}",
            ("kernel.*", "protocols.dialects", "protocols.session.*", "protocols.wire.*"),
            "one protocol knows nothing of another; what they share goes to wire or session",
        )
        for name in ("cmpp", "sgip", "smgp", "smpp")
    ),
    Room(
        "identity", ("kernel.*", "storage.port"), "a domain room at the bottom: others know it, it knows none"
    ),
    Room("compliance", ("kernel.*", "identity", "storage.port"), "messaging asks compliance, never back"),
    Room("billing", ("kernel.*", "storage.port"), "messaging asks billing, never back"),
    Room("insight", ("kernel.*", "storage.port"), "counts what is stored; nobody on the road waits for it"),
    Room(
        "messaging",
        (
            *("kernel.*", "identity", "compliance", "compliance.registration.routing", "compliance.freezes"),
            *("billing", "storage.port"),
        ),
        "the road asks the other domain rooms by their public names, and the store by its port only",
    ),
    Room(
        "storage",
        ("kernel.*", "messaging.states"),
        "engines know the port; the from-states of their SQL come from the message's state table (ADR 0001)",
    ),
    Room(
        "carriers.simulator",
        ("kernel.*", "protocols.*"),
        "a carrier of its own: it knows nothing of the platform",
    ),
    Room(
        "carriers.codes",
        ("kernel.*", "messaging.states"),
        "what carriers' codes mean: data and a pure lookup, for links, pages and commands alike",
    ),
    Room(
        "carriers",
        (
            *(
                "kernel.*",
                "protocols.*",
                "carriers.codes",
                "identity",
                "storage.port",
                "messaging.dispatch",
                "messaging.outgoing",
            ),
            *(
                "messaging.receipts",
                "messaging.replies",
                "messaging.route",
                "messaging.states",
                "messaging.model",
            ),
        ),
        "sockets over protocols; they hand what carriers say to messaging",
    ),
    Room(
        "apis",
        (
            *("kernel.*", "identity", "compliance", "compliance.papers", "billing"),
            *("compliance.freezes", "compliance.health"),
            *("compliance.registration", "compliance.registration.filing", "compliance.registration.keeping"),
            *("compliance.review", "compliance.rules"),
            *("compliance.rules.templates", "messaging.callbacks", "messaging.model", "messaging.states"),
        ),
        _APPLICATIONS,
    ),
    Room(
        "console",
        (
            "kernel.*",
            "identity",
            "identity.model",
            "compliance",
            "billing",
            "carriers.codes",
            "messaging.considered",
            "messaging.model",
            "messaging.states",
            "messaging.timeline",
        ),
        _APPLICATIONS,
    ),
    Room("config", ("kernel.*",), "settings are read before any room exists"),
    Room(
        "demo.tenant",
        ("kernel.errors",),
        "the example to copy: what a customer's program needs, the official SDK",
    ),
    Room("bootstrap", ("*",), _WIRING),
    Room("server", ("*",), _WIRING),
    Room("demo", ("*",), _WIRING),
    Room("cli", ("*",), _WIRING),
    Room("__main__", ("*",), _WIRING),
    Room("", (), "the package itself holds its version"),
)

NOT_IN = {
    "protocols": (
        {
            *(
                "asyncio",
                "socket",
                "selectors",
                "ssl",
                "time",
                "threading",
                "subprocess",
                "signal",
                "os",
                "random",
            ),
            *("secrets", "uvloop", "structlog", "logging", "apsw", "asyncpg"),
        },
        "protocols decide from bytes and times they are given: no sockets, no clock, no chance, no logs",
    ),
    "kernel": (
        {
            *(
                "socket",
                "selectors",
                "ssl",
                "subprocess",
                "threading",
                "os",
                "apsw",
                "asyncpg",
                "structlog",
                "logging",
            )
        },
        "the kernel does no I/O",
    ),
    **{
        room: (
            {"time", "socket", "apsw", "asyncpg", "uvicorn", "starlette", "sqlite3"},
            "domain rooms ask their Clock for the time and their Store for rows",
        )
        for room in ("identity", "compliance", "billing", "insight", "messaging")
    },
    "console": ({"apsw", "asyncpg", "time"}, "pages ask services"),
    "apis": ({"apsw", "asyncpg", "starlette"}, "doors ask services, in raw ASGI (ADR 0014)"),
}
"""Room -> (top-level modules of other people that it does without, why)."""


def room_of(name: str) -> Room:
    found = [room for room in ROOMS if _inside(name, room.name)]
    assert found, f"{name} is in no room: give it a row in ROOMS, with a reason"
    return max(found, key=lambda room: len(room.name))


def _inside(name: str, prefix: str) -> bool:
    return name == prefix or (bool(prefix) and name.startswith(prefix + "."))


def _allows(may: str, target: str) -> bool:
    return may == "*" or (may.endswith(".*") and _inside(target, may[:-2])) or may == target


def violations(found: list[Module], known: frozenset[str]) -> list[str]:
    """One sentence for each import that goes where it must not."""
    sentences = []
    for module in found:
        room = room_of(module.name)
        top = module.name.partition(".")[0]
        for each in imports(module.tree):
            place = f"{module.where}:{each.line}"
            if each.level:
                sentences.append(f"{place} imports relatively; write the whole name")
            forbidden, why = NOT_IN.get(top, (set(), ""))
            if each.target.partition(".")[0] in forbidden:
                sentences.append(f"{place} imports {each.target}: {why}")
            for target in ours(each, known):
                own = _inside(target, room.name) and room_of(target) is room
                if target and not own and not any(_allows(may, target) for may in room.may):
                    sentences.append(
                        f"{place} ({room.name}) imports hongyan.{target}, but {room.name} may import"
                        f" {', '.join(room.may) or 'nothing of ours'}: {room.why}"
                    )
    return sentences


def _known() -> frozenset[str]:
    return frozenset(module.name for module in modules())


def test_every_import_goes_in_an_allowed_direction() -> None:
    assert not (found := violations(modules(), _known())), "\n".join(found)


def test_every_rule_is_about_something_that_exists() -> None:
    names = _known()
    for room in ROOMS:
        assert any(_inside(name, room.name) for name in names), f"the room {room.name} is gone: drop its row"
        for may in room.may:
            target = may.removesuffix(".*")
            assert may == "*" or any(_inside(name, target) for name in names), f"{room.name}: {may} is gone"


@pytest.mark.parametrize(
    ("name", "line", "says"),
    [
        ("kernel.planted", "from hongyan.identity import Identity", "it knows nobody"),
        ("protocols.planted", "import asyncio", "no sockets, no clock"),
        ("protocols.planted", "from hongyan.messaging.model import SendItem", "protocols are pure"),
        ("protocols.cmpp.planted", "from hongyan.protocols.smpp.codec import Pdu", "nothing of another"),
        ("protocols.session.planted", "from hongyan.protocols.smpp import pdus", "knows none of them"),
        ("compliance.planted", "from hongyan.messaging.service import Messaging", "never back"),
        ("messaging.planted", "from hongyan.storage.sqlite.engine import SqliteEngine", "by its port only"),
        ("messaging.planted", "from hongyan.compliance.road import Road", "by their public names"),
        ("messaging.planted", "def now():\n    import time\n    return time.time()", "ask their Clock"),
        ("storage.planted", "from hongyan.messaging.accept import Accepting", "state table"),
        (
            "carriers.simulator.planted",
            "from hongyan.messaging.model import SendItem",
            "nothing of the platform",
        ),
        ("apis.planted", "from hongyan.storage import port", "they hold no rules"),
        ("console.planted", "from hongyan.bootstrap import Platform", "they hold no rules"),
        (
            "console.planted",
            "if TYPE_CHECKING:\n    from hongyan.server.serve import Server",
            "hold no rules",
        ),
        ("demo.tenant", "from hongyan.bootstrap import build", "the example to copy"),
        ("console.planted", "from hongyan.carriers.link import Link", "they hold no rules"),
        ("carriers.codes.planted", "from hongyan.messaging.dispatch import Dispatcher", "a pure lookup"),
        ("identity.planted", "from . import model", "relatively"),
    ],
)
def test_a_planted_violation_is_found_and_explained(name: str, line: str, says: str) -> None:
    planted = Module(name, Path(name.replace(".", "/") + ".py"), line)
    (sentence,) = violations([planted], _known())
    assert says in sentence


def test_modules_do_not_import_each_other_in_a_circle() -> None:
    known = _known()
    graph = {
        module.name: {
            target
            for node in ast.iter_child_nodes(module.tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for each in imports(node)
            for target in ours(each, known)
            if target != module.name
        }
        for module in modules()
    }
    assert not (circle := _circle(graph)), " -> ".join(circle)


def test_a_planted_circle_is_found() -> None:
    assert _circle({"a": {"b"}, "b": {"c"}, "c": {"a"}}) == ["a", "b", "c", "a"]


def _circle(graph: dict[str, set[str]]) -> list[str]:
    done: set[str] = set()

    def visit(name: str, way: list[str]) -> list[str]:
        if name in way:
            return [*way[way.index(name) :], name]
        if name in done:
            return []
        for target in sorted(graph.get(name, ())):
            if found := visit(target, [*way, name]):
                return found
        done.add(name)
        return []

    for name in sorted(graph):
        if found := visit(name, []):
            return found
    return []
