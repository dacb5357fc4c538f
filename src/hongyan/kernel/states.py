"""State machines as tables of transitions.

From the same rows come the check, the SQL from-states, the diagram in the docs, the console's buttons
and one exhaustive test over every (state, event) pair. Nobody assigns a state by hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Generic, TypeVar

from hongyan.kernel.errors import Refused

S = TypeVar("S", bound=Enum)
E = TypeVar("E", bound=Enum)


@dataclass(frozen=True, slots=True)
class Transition(Generic[S, E]):
    """One row: in state `before`, `event` by `actor` leads to `after`. `source` says who asks for it."""

    before: S
    event: E
    after: S
    actor: str
    source: str


class IllegalTransition(Refused):
    """The event is not in the table for this state."""


@dataclass(frozen=True)
class StateTable(Generic[S, E]):
    """A named machine. `first` is the state of a new object."""

    name: str
    first: S
    rows: tuple[Transition[S, E], ...]
    _next: dict[tuple[S, E], S] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        table: dict[tuple[S, E], S] = {}
        for row in self.rows:
            if (row.before, row.event) in table:
                raise ValueError(f"{self.name}: two rows for {row.before.name} + {row.event.name}")
            table[row.before, row.event] = row.after
        object.__setattr__(self, "_next", table)

    def after(self, state: S, event: E) -> S:
        """The state that follows. Raises IllegalTransition with both names."""
        try:
            return self._next[state, event]
        except KeyError:
            raise IllegalTransition(
                "state.illegal_transition",
                en=f"a {self.name} that is {state.value} cannot take '{event.value}'",
                zh=f"{self.name} 处于 {state.value} 状态，不能执行 {event.value}",
                machine=self.name,
                state=state.value,
                event=event.value,
            ) from None

    def allows(self, state: S, event: E) -> bool:
        return (state, event) in self._next

    def events(self, state: S) -> list[E]:
        """What may happen in `state`: the console's buttons."""
        return [row.event for row in self.rows if row.before is state]

    def before(self, after: S, event: E | None = None) -> tuple[S, ...]:
        """States that lead to `after` (by `event`): the from-states of a set-wise update."""
        found = dict.fromkeys(r.before for r in self.rows if r.after is after and event in (None, r.event))
        return tuple(found)


def diagram(table: StateTable[S, E]) -> str:
    """The table as a Mermaid state diagram, for the docs."""
    lines: Iterable[str] = (f"    {r.before.value} --> {r.after.value}: {r.event.value}" for r in table.rows)
    return "\n".join(["stateDiagram-v2", f"    [*] --> {table.first.value}", *lines])
