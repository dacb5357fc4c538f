"""What many sender numbers come to."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.compliance.registration.model import Registration
from hongyan.compliance.registration.networks import COUNTED, Network
from hongyan.compliance.registration.reasons import ReasonCode, reasons_of
from hongyan.compliance.registration.roll_up import BEST_FIRST, register_result, rolled_up
from hongyan.compliance.registration.states import RegistrationState

S, R = RegistrationState, ReasonCode


def registration(
    state: RegistrationState,
    network: Network = "mobile",
    code: str = "",
    reason: ReasonCode | None = None,
    answered_ms: int | None = None,
) -> Registration:
    return Registration(
        *(1, 2, 3, "鸿雁", network, 4, "10690001", code, state, reason or reasons_of(state)[0]),
        *(1, 5, 1, "pack", False, 0, 0, "", answered_ms, 0),
    )


def test_one_number_that_succeeds_is_enough_for_its_network() -> None:
    rows = [
        registration(S.FAILED, code="01"),
        registration(S.SUCCESS, code="02"),
        registration(S.REGISTERING),
    ]
    mobile = rolled_up(rows, COUNTED, R.NON_REGISTER).networks[0]
    assert (mobile.state, mobile.reasons, mobile.senders) == (S.SUCCESS, (R.DETECT_SUCCESS,), 3)


@pytest.mark.parametrize("pair", list(product(S, S)))
def test_of_two_numbers_the_better_one_speaks_for_the_network(
    pair: tuple[RegistrationState, RegistrationState],
) -> None:
    standing = rolled_up([registration(state) for state in pair], ("mobile",), R.NON_REGISTER).networks[0]
    assert standing.state is min(pair, key=BEST_FIRST.index)


def test_reasons_of_the_numbers_in_that_state_stand_beside_each_other_once() -> None:
    rows = [
        registration(S.FAILED, reason=R.SIGNATURE_ERROR, answered_ms=5),
        registration(S.FAILED, reason=R.QUALIFICATION_ERROR, code="1", answered_ms=9),
        registration(S.FAILED, reason=R.SIGNATURE_ERROR, code="2"),
        registration(S.LAPSED, code="3"),
    ]
    mobile = rolled_up(rows, COUNTED, R.NON_REGISTER).networks[0]
    assert mobile.reasons == (R.SIGNATURE_ERROR, R.QUALIFICATION_ERROR)
    assert mobile.answered_ms == 9


def test_a_network_without_numbers_is_not_registered_for_the_reason_that_the_signature_has() -> None:
    whole = rolled_up([], COUNTED, R.UNBINDING_QUA)
    assert [(each.network, each.state, each.reasons) for each in whole.networks] == [
        (network, S.NOT_REGISTERED, (R.UNBINDING_QUA,)) for network in COUNTED
    ]
    assert whole.register_result == -1


def test_networks_that_are_not_asked_for_do_not_count() -> None:
    rows = [registration(S.SUCCESS, "broadnet"), registration(S.FAILED)]
    assert rolled_up(rows, COUNTED, R.NON_REGISTER).register_result == 0
    assert rolled_up(rows, (*COUNTED, "broadnet"), R.NON_REGISTER).register_result == 1


@pytest.mark.parametrize(
    ("states", "result"),
    [
        ((S.SUCCESS, S.FAILED, S.LAPSED), 1),
        ((S.SUCCESS, S.REGISTERING, S.REGISTERING), 1),
        ((S.LAPSED, S.LAPSED, S.LAPSED), 2),
        ((S.LAPSED, S.LAPSED, S.NOT_REGISTERED), -1),
        ((S.FAILED, S.NOT_REGISTERED, S.LAPSED), 0),
        ((S.FAILED, S.REGISTERING, S.FAILED), -1),
        ((S.FAILED, S.AWAITING, S.FAILED), -1),
        ((S.AWAITING, S.AWAITING, S.AWAITING), -1),
        ((S.NOT_REGISTERED,) * 3, -1),
        ((), -1),
    ],
)
def test_the_vendors_single_result(states: tuple[RegistrationState, ...], result: int) -> None:
    assert register_result(states) == result


@given(st.lists(st.sampled_from(S), max_size=6))
def test_the_order_of_networks_does_not_change_the_single_result(states: list[RegistrationState]) -> None:
    assert register_result(states) == register_result(sorted(states, key=BEST_FIRST.index))
