"""Whose number is whose, by its block and by what a scenario says was ported since.

A gateway of the mainland refuses numbers that were ported away, and with `strict` all that are not its own. Nobody is
refused abroad: an international route reaches every number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fnmatch import translate
from types import MappingProxyType

from hongyan.carriers.simulator.magic import MAGIC_PORTED
from hongyan.carriers.simulator.networks import ABROAD, NetworkName, network_of
from hongyan.carriers.simulator.scenario import Scenario

_NOBODY: Mapping[str, NetworkName] = MappingProxyType({})


class Numbering:
    """Made for one scenario."""

    def __init__(self, scenario: Scenario) -> None:
        self._strict = scenario.numbers.strict
        self._magic = MAGIC_PORTED if scenario.magic_numbers else _NOBODY
        self._ported = tuple(
            (re.compile(translate(pattern)).match, name) for pattern, name in scenario.numbers.ported.items()
        )

    def ported_to(self, number: str) -> NetworkName | None:
        """Where a number went, None when it stayed."""
        for matches, name in self._ported:
            if matches(number):
                return name
        return self._magic.get(number)

    def network_of(self, number: str) -> NetworkName:
        """Who serves a number today."""
        return self.ported_to(number) or network_of(number)

    def stranger_to(self, name: NetworkName) -> Callable[[str], bool] | None:
        """Says of a number whether the gateway of a network refuses it as not its own; None when it refuses none."""
        if name == ABROAD or not (self._strict or self._magic or self._ported):
            return None
        if self._strict:
            return lambda number: self.network_of(number) != name
        return lambda number: self.ported_to(number) not in (None, name)
