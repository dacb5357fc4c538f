from __future__ import annotations

from importlib import resources
from itertools import product

import pytest

from hongyan.compliance.model import Kind
from hongyan.compliance.states import MACHINES, UNDER_REVIEW, Event, State
from hongyan.kernel.states import IllegalTransition, diagram

S, E = State, Event
COMMON = {
    (S.PENDING, E.TAKE): S.IN_REVIEW,
    (S.PENDING, E.WITHDRAW): S.WITHDRAWN,
    (S.IN_REVIEW, E.APPROVE): S.APPROVED,
    (S.IN_REVIEW, E.REJECT): S.REJECTED,
    (S.IN_REVIEW, E.ASK): S.INCOMPLETE,
    (S.IN_REVIEW, E.WITHDRAW): S.WITHDRAWN,
    (S.REJECTED, E.RESUBMIT): S.PENDING,
    (S.INCOMPLETE, E.RESUBMIT): S.PENDING,
    (S.WITHDRAWN, E.RESUBMIT): S.PENDING,
    (S.APPROVED, E.DELETE): S.DELETED,
    (S.REJECTED, E.DELETE): S.DELETED,
    (S.INCOMPLETE, E.DELETE): S.DELETED,
    (S.WITHDRAWN, E.DELETE): S.DELETED,
}
CHANGEABLE = {
    (S.APPROVED, E.CHANGE): S.CHANGING,
    (S.CHANGING, E.TAKE): S.IN_REVIEW,
    (S.CHANGING, E.WITHDRAW): S.WITHDRAWN,
}
EXPECTED = {
    Kind.QUALIFICATION: COMMON | CHANGEABLE,
    Kind.SIGNATURE: COMMON | CHANGEABLE,
    Kind.TEMPLATE: COMMON,
}


@pytest.mark.parametrize(("kind", "state", "event"), list(product(Kind, State, Event)))
def test_every_pair_of_state_and_event_does_what_is_written_here_or_is_refused(
    kind: Kind, state: State, event: Event
) -> None:
    machine, after = MACHINES[kind], EXPECTED[kind].get((state, event))
    if after is not None:
        assert machine.after(state, event) is after
        return
    with pytest.raises(IllegalTransition) as refused:
        machine.after(state, event)
    assert state.value in refused.value.en
    assert event.value in refused.value.zh


@pytest.mark.parametrize("kind", Kind)
def test_every_row_names_who_acts_and_why(kind: Kind) -> None:
    for row in MACHINES[kind].rows:
        assert row.actor in {"tenant", "reviewer"}
        assert row.source


@pytest.mark.parametrize("kind", Kind)
def test_what_is_under_review_cannot_be_edited_or_deleted(kind: Kind) -> None:
    for state, event in product(UNDER_REVIEW, (E.RESUBMIT, E.CHANGE, E.DELETE)):
        assert not MACHINES[kind].allows(state, event)


@pytest.mark.parametrize("kind", [Kind.QUALIFICATION, Kind.SIGNATURE])
def test_the_diagram_in_the_rooms_readme_is_drawn_from_the_table(kind: Kind) -> None:
    readme = (resources.files("hongyan.compliance") / "README.md").read_text("utf-8")
    assert diagram(MACHINES[kind]) in readme
