"""The README says what the code does: every key, every magic number, every command and counter's place."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

import hongyan.carriers.simulator
from hongyan.carriers.simulator import cmpp_translate, sgip_translate, smgp_translate, smpp_translate
from hongyan.carriers.simulator.control import Command
from hongyan.carriers.simulator.magic import MAGIC, MAGIC_PORTED
from hongyan.carriers.simulator.networks import NETWORKS
from hongyan.carriers.simulator.process import Ready
from hongyan.carriers.simulator.scenario import (
    ERROR_NAMES,
    Answers,
    Delay,
    Links,
    Listener,
    Login,
    Numbers,
    Receipts,
    Replies,
    Rule,
    Scenario,
    parse_scenario,
)

ROOM = Path(hongyan.carriers.simulator.__file__).parent
README = (ROOM / "README.md").read_text(encoding="utf-8")
SECTIONS = {"answers", "receipts", "links", "login", "numbers", "replies", "rules", "listeners", "networks"}
TABLES = [Scenario, Answers, Receipts, Links, Login, Numbers, Replies, Listener, Rule]


@pytest.mark.parametrize("table", TABLES)
def test_every_key_of_a_scenario_is_explained(table: type[msgspec.Struct]) -> None:
    missing = [
        field.name
        for field in msgspec.structs.fields(table)
        if f"`{field.name}`" not in README and field.name not in SECTIONS
    ]
    assert missing == []


def test_every_percentile_and_section_is_named() -> None:
    assert "{ " + ", ".join(["min", "p50", "p90", "p99", "max"]) + " }" in README
    assert {field.name for field in msgspec.structs.fields(Delay)} == {"min", "p50", "p90", "p99", "max"}
    assert all(
        f"`[{name}]`" in README or f"`[[{name}]]`" in README or f"`[{name}." in README for name in SECTIONS
    )


def test_every_network_is_listed_with_its_port() -> None:
    rows = [line for line in README.splitlines() if line.startswith("| `")]
    for network in NETWORKS.values():
        (row,) = [row for row in rows if row.startswith(f"| `{network.name}` |")]
        assert network.protocol.upper() in row
        assert f"| {network.port} |" in row


def test_every_magic_number_is_listed_with_its_fate() -> None:
    rows = {line[2:13]: line for line in README.splitlines() if line.startswith("| 1990000")}
    assert set(rows) == {*MAGIC, *MAGIC_PORTED}
    for number, rule in MAGIC.items():
        told = rule.receipt_code or rule.submit_error or rule.reply
        assert told is None or f"`{told}`" in rows[number]
    for number, network in MAGIC_PORTED.items():
        assert f"`{network}`" in rows[number]


def test_every_error_name_is_listed_with_its_statuses() -> None:
    for name in ERROR_NAMES:
        statuses = (
            f"0x{smpp_translate._ERRORS[name]:02X}",
            *(str(room._ERRORS[name]) for room in (cmpp_translate, sgip_translate, smgp_translate)),
        )
        assert f"| `{name}` | {' | '.join(statuses)} |" in README


def test_every_command_is_listed() -> None:
    tags = [command.__struct_config__.tag for command in Command.__args__]
    assert [tag for tag in tags if f'"command": "{tag}"' not in README] == []


def test_the_announcement_is_shown_whole() -> None:
    assert [name for name in Ready.__struct_fields__ if f'"{name}": ' not in README] == []


def test_the_example_is_a_scenario() -> None:
    example = README.partition("```toml")[2].partition("```")[0]
    scenario = parse_scenario(example)
    assert scenario.seed == 42
    assert scenario.of("unicom").listeners[0].port == 8802
    mobile = scenario.of("mobile").rules
    assert [rule.vanish for rule in mobile] == [False, True, False, False, False, False]
    assert [len(rule.error_codes or rule.failure_codes) for rule in mobile] == [0, 0, 0, 0, 3, 3]


def test_every_file_has_a_place() -> None:
    files = {path.name for path in ROOM.glob("*.py")} - {"__init__.py", "__main__.py"}
    assert [name for name in sorted(files) if f"`{name}`" not in README] == []
