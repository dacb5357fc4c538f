"""What registration lets routing do: by state, category, network, the day's few messages, and the operator's choice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.compliance.registration.reasons import ReasonCode
from hongyan.compliance.registration.routing import (
    CAPPED,
    Permission,
    RegistrationPolicy,
    StandingIndex,
    Turn,
    Unregistered,
)
from hongyan.compliance.registration.routing.index import Stand
from hongyan.compliance.registration.states import RegistrationState
from hongyan.kernel.clock import DAY_MS, ManualClock
from hongyan.kernel.errors import Refused
from hongyan.messaging.route import REASONS, Channel, Router, Wanted, stopped_by_registration

CODE, NOTICE, MARKETING, ABROAD = range(4)
SIGNATURE, SENDER = 5, "10690088"
S = RegistrationState
MOST = 3


def stand(
    state: S, reason: ReasonCode = ReasonCode.OTHERS_ERROR, *, sender: str = SENDER, network: str = "mobile"
) -> Stand:
    return Stand(1, SIGNATURE, network, sender, state, reason, 0, False)


def policy(
    *stands: Stand, unregistered: Unregistered = Unregistered.SMALL, clock: ManualClock | None = None
) -> RegistrationPolicy:
    index = StandingIndex()
    for each in stands:
        index.put(each)
    return RegistrationPolicy(clock or ManualClock(), index, unregistered=unregistered, most=MOST)


def asked(
    found: RegistrationPolicy, *, network: str | None = "mobile", category: int = NOTICE, sender: str = SENDER
) -> tuple[str, Turn] | None:
    return found.permission(SIGNATURE, 1, sender, network, category)


SMALL = Unregistered.SMALL
TIMED_OUT = ReasonCode.REGISTER_TIMEOUT


@pytest.mark.parametrize(
    ("state", "reason", "choice", "expected"),
    [
        (S.SUCCESS, ReasonCode.DETECT_SUCCESS, SMALL, None),
        (S.AWAITING, ReasonCode.DETECTING, SMALL, Permission("awaiting", Turn.IN_TURN)),
        (S.REGISTERING, ReasonCode.REGISTERING, SMALL, Permission("registering", Turn.LAST)),
        (S.REGISTERING, ReasonCode.REGISTERING, Unregistered.REFUSE, Permission("registering", Turn.LAST)),
        (S.FAILED, TIMED_OUT, Unregistered.REFUSE, Permission("timed_out", Turn.LAST)),
        (S.FAILED, ReasonCode.SIGNATURE_ERROR, SMALL, Permission("failed", Turn.LAST)),
        (S.FAILED, ReasonCode.SIGNATURE_ERROR, Unregistered.REFUSE, Permission("failed", Turn.NEVER)),
        (S.FAILED, ReasonCode.SIGNATURE_ERROR, Unregistered.BULK, None),
        (S.NOT_REGISTERED, ReasonCode.NON_REGISTER, SMALL, Permission("unregistered", Turn.LAST)),
        (
            S.NOT_REGISTERED,
            ReasonCode.NON_REGISTER,
            Unregistered.REFUSE,
            Permission("unregistered", Turn.NEVER),
        ),
        (S.NOT_REGISTERED, ReasonCode.NON_REGISTER, Unregistered.BULK, None),
        (S.LAPSED, ReasonCode.NO_SEND_RECORD, SMALL, Permission("lapsed", Turn.NEVER)),
        (S.LAPSED, ReasonCode.NO_SEND_RECORD, Unregistered.BULK, Permission("lapsed", Turn.NEVER)),
    ],
)
def test_a_state_decides(
    state: S, reason: ReasonCode, choice: Unregistered, expected: Permission | None
) -> None:
    assert asked(policy(stand(state, reason), unregistered=choice)) == expected


def test_what_nothing_is_known_of_is_not_registered() -> None:
    assert asked(policy()) == Permission("unregistered", Turn.LAST)
    assert asked(policy(unregistered=Unregistered.REFUSE)) == Permission("unregistered", Turn.NEVER)


@pytest.mark.parametrize("network", [None, "broadnet"])
def test_networks_that_do_not_count_and_unknown_ones_are_free(network: str | None) -> None:
    assert asked(policy(unregistered=Unregistered.REFUSE), network=network) is None


@pytest.mark.parametrize("state", [s for s in S if s is not S.SUCCESS])
def test_marketing_goes_only_where_it_is_registered(state: S) -> None:
    found = asked(policy(stand(state)), category=MARKETING)
    assert found is not None
    assert found[1] is Turn.NEVER
    assert asked(policy(stand(S.SUCCESS)), category=MARKETING) is None


def test_the_days_few_messages_are_counted_over_senders_and_begin_anew_at_the_beijing_midnight() -> None:
    clock = ManualClock()
    found = policy(stand(S.AWAITING), stand(S.REGISTERING, sender="1069007"), clock=clock)
    assert asked(found) is not None
    for _ in range(MOST):
        found.took(SIGNATURE, "mobile")
    assert asked(found) == CAPPED
    assert asked(found, sender="1069007") == CAPPED
    assert found.small_sends(SIGNATURE, "mobile") == MOST
    found.gave_back(SIGNATURE, "mobile")
    assert asked(found) == Permission("awaiting", Turn.IN_TURN)
    clock.advance(DAY_MS / 1000)
    assert asked(found) == Permission("awaiting", Turn.IN_TURN)
    found.gave_back(SIGNATURE, "mobile")
    assert found.small_sends(SIGNATURE, "mobile") == 0, "it was taken yesterday"


def test_what_was_sent_before_a_restart_counts() -> None:
    found = policy(stand(S.AWAITING))
    found.restore({(SIGNATURE, "mobile"): MOST})
    assert asked(found) == CAPPED
    assert asked(found, network="unicom") == Permission("unregistered", Turn.LAST)


def test_digits_of_the_tenants_own_go_with_the_registered_number() -> None:
    found = policy(stand(S.SUCCESS), unregistered=Unregistered.REFUSE)
    assert asked(found, sender=SENDER + "05") is None
    assert asked(found, sender="10690077") == Permission("unregistered", Turn.NEVER)


def test_digits_behind_a_bare_access_number_make_another_number() -> None:
    bare = stand(S.SUCCESS, sender="106900")._replace(coded=False)
    found = policy(bare, unregistered=Unregistered.REFUSE)
    assert asked(found, sender="106900") is None
    assert asked(found, sender="10690088") == Permission("unregistered", Turn.NEVER)


def test_what_is_dropped_is_known_no_more() -> None:
    index = StandingIndex()
    index.put(stand(S.SUCCESS))
    index.put(stand(S.SUCCESS, network="unicom"))
    index.drop(SIGNATURE)
    assert (index.count, index.at(SIGNATURE, "mobile", SENDER)) == (0, None)
    index.put(stand(S.LAPSED))
    assert index.at(SIGNATURE, "mobile", SENDER + "1") == stand(S.LAPSED)


# -- with channels -----------------------------------------------------------------------------------------

FIRST, SECOND = Channel(1, "first", "10690", priority=0), Channel(2, "second", "10691", priority=1)
WANTED = Wanted("CN", "mobile", NOTICE, 7)


def routed(found: RegistrationPolicy) -> tuple[int, str]:
    route = Router((FIRST, SECOND), found).choose(WANTED, SIGNATURE, "")
    return route.channel.id, route.passed_over


def test_a_channel_where_it_is_registered_goes_before_one_where_it_is_not_yet() -> None:
    found = policy(stand(S.REGISTERING, sender="10690"), stand(S.SUCCESS, sender="10691"))
    assert routed(found) == (2, "1:registering")
    assert found.small_sends(SIGNATURE, "mobile") == 0


def test_what_waits_for_its_verification_has_its_turn_until_the_day_is_full() -> None:
    found = policy(stand(S.AWAITING, sender="10690"), stand(S.SUCCESS, sender="10691"))
    router = Router((FIRST, SECOND), found)
    ways = [router.choose(WANTED, SIGNATURE, "") for _ in range(MOST + 2)]
    assert [way.channel.id for way in ways] == [1] * MOST + [2] * 2
    assert [way.passed_over for way in ways] == ["1:awaiting"] * MOST + ["1:capped"] * 2


def test_where_nothing_else_is_left_few_messages_go_by_what_is_not_registered() -> None:
    found = policy()
    assert routed(found) == (1, "1:unregistered 2:unregistered")
    for _ in range(MOST - 1):
        routed(found)
    with pytest.raises(Refused) as caught:
        routed(found)
    assert caught.value.code == "signature.capped"
    assert caught.value.facts["passed_over"] == "1:capped 2:capped"


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (S.LAPSED, "signature.lapsed"),
        (S.NOT_REGISTERED, "signature.unregistered"),
        (S.FAILED, "signature.unregistered"),
    ],
)
def test_a_signature_without_a_channel_is_refused_with_its_reason(state: S, code: str) -> None:
    found = policy(
        *(stand(state, sender=sender) for sender in ("10690", "10691")), unregistered=Unregistered.REFUSE
    )
    with pytest.raises(Refused) as caught:
        routed(found)
    assert caught.value.code == code


def test_another_way_is_found_by_the_same_rules() -> None:
    found = policy(stand(S.LAPSED, sender="10691"), stand(S.REGISTERING, sender="10690"))
    router = Router((FIRST, SECOND), found)
    assert router.other(WANTED, SIGNATURE, "", left={1}) is None
    way = router.other(WANTED, SIGNATURE, "", left={2})
    assert way is not None
    assert way.channel.id == 1
    assert found.small_sends(SIGNATURE, "mobile") == 1


@given(st.sampled_from(S), st.sampled_from(Unregistered), st.integers(0, 3), st.sampled_from(ReasonCode))
def test_every_reason_has_words_and_every_refusal_a_sentence(
    state: S, choice: Unregistered, category: int, reason: ReasonCode
) -> None:
    found = asked(policy(stand(state, reason), unregistered=choice), category=category)
    if found is not None:
        assert found[0] in REASONS
        if found[1] is Turn.NEVER:
            assert stopped_by_registration(found[0], "").zh


def test_plans_do_not_grow_by_signature() -> None:
    router = Router((FIRST, SECOND), policy())
    for signature_id in range(1, 50):
        router.choose(WANTED, signature_id, "")
    assert len(router._plans) == 1
