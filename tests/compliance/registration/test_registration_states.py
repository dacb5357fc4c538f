"""The table of a registration's life: every pair of state and event, every reason, every network."""

from __future__ import annotations

from itertools import product

import pytest

from hongyan.compliance.registration.networks import COUNTED, NETWORKS, networks_named
from hongyan.compliance.registration.reasons import REASON_AFTER, REASONS, Cure, ReasonCode, Whose, reasons_of
from hongyan.compliance.registration.states import (
    REGISTRATION,
    VENDOR_STATUS,
    RegistrationEvent,
    RegistrationState,
)
from hongyan.kernel.states import IllegalTransition, diagram

S, E = RegistrationState, RegistrationEvent
EXPECTED = {
    (S.NOT_REGISTERED, E.START): S.REGISTERING,
    (S.NOT_REGISTERED, E.RESTART): S.REGISTERING,
    (S.NOT_REGISTERED, E.IMPORTED): S.AWAITING,
    (S.NOT_REGISTERED, E.END): S.NOT_REGISTERED,
    (S.REGISTERING, E.RESTART): S.REGISTERING,
    (S.REGISTERING, E.FILED): S.REGISTERING,
    (S.REGISTERING, E.NOT_TAKEN): S.FAILED,
    (S.REGISTERING, E.ACCEPTED): S.AWAITING,
    (S.REGISTERING, E.REFUSED): S.FAILED,
    (S.REGISTERING, E.TIMED_OUT): S.FAILED,
    (S.REGISTERING, E.IMPORTED): S.AWAITING,
    (S.REGISTERING, E.INFERRED): S.REGISTERING,
    (S.REGISTERING, E.CODE_TAKEN_BACK): S.LAPSED,
    (S.REGISTERING, E.OUTDATED): S.REGISTERING,
    (S.REGISTERING, E.END): S.NOT_REGISTERED,
    (S.AWAITING, E.RESTART): S.REGISTERING,
    (S.AWAITING, E.REFUSED): S.FAILED,
    (S.AWAITING, E.VERIFIED): S.SUCCESS,
    (S.AWAITING, E.DOUBTED): S.AWAITING,
    (S.AWAITING, E.REASSURED): S.AWAITING,
    (S.AWAITING, E.IDLE): S.LAPSED,
    (S.AWAITING, E.CODE_TAKEN_BACK): S.LAPSED,
    (S.AWAITING, E.CAMPAIGN): S.LAPSED,
    (S.AWAITING, E.OUTDATED): S.AWAITING,
    (S.AWAITING, E.END): S.NOT_REGISTERED,
    (S.SUCCESS, E.RESTART): S.REGISTERING,
    (S.SUCCESS, E.DOUBTED): S.SUCCESS,
    (S.SUCCESS, E.REASSURED): S.SUCCESS,
    (S.SUCCESS, E.IDLE): S.LAPSED,
    (S.SUCCESS, E.CODE_TAKEN_BACK): S.LAPSED,
    (S.SUCCESS, E.CAMPAIGN): S.LAPSED,
    (S.SUCCESS, E.OUTDATED): S.SUCCESS,
    (S.SUCCESS, E.END): S.NOT_REGISTERED,
    (S.FAILED, E.RESTART): S.REGISTERING,
    (S.FAILED, E.ACCEPTED): S.AWAITING,
    (S.FAILED, E.REFUSED): S.FAILED,
    (S.FAILED, E.OUTDATED): S.FAILED,
    (S.FAILED, E.END): S.NOT_REGISTERED,
    (S.LAPSED, E.START): S.REGISTERING,
    (S.LAPSED, E.RESTART): S.REGISTERING,
    (S.LAPSED, E.OUTDATED): S.LAPSED,
    (S.LAPSED, E.END): S.NOT_REGISTERED,
}


@pytest.mark.parametrize(("state", "event"), list(product(S, E)))
def test_each_pair_of_state_and_event_moves_a_registration_as_written_here_or_is_refused(
    state: RegistrationState, event: RegistrationEvent
) -> None:
    after = EXPECTED.get((state, event))
    if after is not None:
        assert REGISTRATION.after(state, event) is after
        return
    with pytest.raises(IllegalTransition) as refused:
        REGISTRATION.after(state, event)
    assert state.value in refused.value.en
    assert event.value in refused.value.zh


def test_every_row_says_who_acts_and_which_source_asks_for_it() -> None:
    for row in REGISTRATION.rows:
        assert row.source.startswith(("seed 003", "issue 5"))
        assert set(row.actor.split(", ")) <= {"tenant", "operator", "carrier", "platform", "time"}
    assert "registering --> failed: refused" in diagram(REGISTRATION)


def test_what_failed_is_not_started_again_as_it_is() -> None:
    assert [state for state in S if REGISTRATION.allows(state, E.START)] == [S.NOT_REGISTERED, S.LAPSED]
    assert all(REGISTRATION.allows(state, E.RESTART) for state in S)


def test_the_vendors_numbers_of_the_six_states() -> None:
    assert {state.value: number for state, number in VENDOR_STATUS.items()} == {
        "not_registered": -2,
        "registering": -1,
        "awaiting_verification": 1,
        "success": 3,
        "failed": 0,
        "lapsed": 2,
    }
    assert set(VENDOR_STATUS) == set(S)


def test_the_vendors_fifteen_reasons_each_with_advice_in_both_languages() -> None:
    assert len(ReasonCode) == 15
    assert set(REASONS) == set(ReasonCode)
    for code, row in REASONS.items():
        assert row.code is code
        assert row.code.name == row.code.value
        assert row.source
        for words in (row.words, row.advice):
            assert words.en.isascii()
            assert any("一" <= character <= "鿿" for character in words.zh)
        assert (row.cure is Cure.NONE) == (row.whose is Whose.NOBODY)


def test_every_state_has_reasons_and_every_move_ends_with_one_of_its_own() -> None:
    assert {state for state in S if reasons_of(state)} == set(S)
    for (before, event), after in EXPECTED.items():
        if event in REASON_AFTER:
            assert REASONS[REASON_AFTER[event]].state is after
        else:
            assert after is before, "only an event that stays where it is may keep its reason"


def test_the_three_networks_count_and_broadnet_is_data() -> None:
    assert COUNTED == ("mobile", "unicom", "telecom")
    assert set(NETWORKS) == {*COUNTED, "broadnet"}
    assert [row.operator_code for row in NETWORKS.values() if row.counted] == ["mobile", "unicom", "telecom"]


def test_networks_of_a_setting_are_read_whatever_their_order() -> None:
    assert networks_named([" Telecom", "mobile", "", "mobile"]) == ("mobile", "telecom")
    assert networks_named(["broadnet", *COUNTED]) == (*COUNTED, "broadnet")


@pytest.mark.parametrize("names", [["movistar"], [], [" "], ["mobile", "cmcc"]])
def test_networks_that_are_none_are_named(names: list[str]) -> None:
    with pytest.raises(ValueError, match="networks are mobile, unicom, telecom, broadnet; not"):
        networks_named(names)
