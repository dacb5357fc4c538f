"""Which channel a message takes, and what is said of the others."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.compliance.registration.routing import Permission, Turn
from hongyan.kernel.errors import Refused
from hongyan.messaging.route import REASONS, Channel, Route, Router, Wanted

MOBILE = Channel(1, "mobile", "106900", frozenset({"CN"}), frozenset({"mobile"}))
UNICOM = Channel(2, "unicom", "106901", frozenset({"CN"}), frozenset({"unicom"}))
WORLD = Channel(3, "world", "HONGYAN", priority=9)
NOTICE, MARKETING = 1, 2


def choose(
    *channels: Channel,
    country: str = "CN",
    carrier: str | None = "mobile",
    category: int = NOTICE,
    account_id: int = 7,
    extension_code: str = "",
) -> Route:
    return Router(channels).choose(Wanted(country, carrier, category, account_id), 5, extension_code)


def refusal(*channels: Channel, **wanted: object) -> Refused:
    with pytest.raises(Refused) as caught:
        choose(*channels, **wanted)  # type: ignore[arg-type]
    return caught.value


@pytest.mark.parametrize(
    ("country", "carrier", "name", "passed_over"),
    [
        ("CN", "mobile", "mobile", "2:carrier"),
        ("CN", "unicom", "unicom", "1:carrier"),
        ("CN", "telecom", "world", "1:carrier 2:carrier"),
        ("CN", None, "mobile", ""),
        ("HK", None, "world", "1:country 2:country"),
    ],
)
def test_the_country_and_the_carrier_decide(
    country: str, carrier: str | None, name: str, passed_over: str
) -> None:
    route = choose(MOBILE, UNICOM, WORLD, country=country, carrier=carrier)
    assert (route.channel.name, route.passed_over) == (name, passed_over)


def test_a_channel_may_be_kept_for_categories_and_tenants() -> None:
    ads = Channel(4, "ads", "106902", categories=frozenset({MARKETING}))
    ours = Channel(5, "ours", "106903", accounts=frozenset({7}))
    assert choose(ads, WORLD).passed_over == "4:category"
    assert choose(ads, WORLD, category=MARKETING).channel is ads
    assert choose(ours, WORLD).channel is ours
    assert choose(ours, WORLD, account_id=8).passed_over == "5:account"
    router = Router((ours, WORLD))
    for account_id, expected in ((7, ours), (8, WORLD), (7, ours)):
        assert router.choose(Wanted("CN", None, NOTICE, account_id), 5, "").channel is expected


def test_a_closed_channel_takes_nothing_new() -> None:
    closed = Channel(6, "closed", "106904", open=False)
    assert choose(closed, WORLD).passed_over == "6:closed"


def test_one_whose_login_only_receives_says_so_also_while_it_is_paused() -> None:
    for opened in (True, False):
        receiver = Channel(6, "receiver", "106904", open=opened, submits=False)
        assert choose(receiver, WORLD).passed_over == "6:receives"


def test_the_lowest_priority_number_goes_first_then_the_cheapest() -> None:
    dear, cheap = Channel(1, "dear", "1", cost=500), Channel(2, "cheap", "2", cost=300)
    late = Channel(3, "late", "3", priority=1, cost=1)
    assert choose(dear, late, cheap).channel is cheap


def test_equals_share_the_turns_by_weight_and_evenly() -> None:
    heavy, light = Channel(1, "heavy", "1", weight=3), Channel(2, "light", "2", weight=1)
    router = Router((heavy, light))
    names = [router.choose(Wanted("CN", None, NOTICE, 7), 5, "").channel.name for _ in range(40)]
    assert Counter(names) == {"heavy": 30, "light": 10}
    assert "light" not in names[0:1] * 2
    assert all("light" in names[at : at + 4] for at in range(0, 36, 4))


def test_each_kind_of_message_has_turns_of_its_own_whatever_the_rhythm_of_the_traffic() -> None:
    mobile = [Channel(n, f"mobile {n}", "1", carriers=frozenset({"mobile"})) for n in (1, 2)]
    telecom = [Channel(n, f"telecom {n}", "1", carriers=frozenset({"telecom"})) for n in (3, 4)]
    router = Router((*mobile, *telecom))
    rhythm = [Wanted("CN", carrier, NOTICE, 7) for carrier in ("mobile", "telecom")] * 20
    assert Counter(router.choose(each, 5, "").channel.id for each in rhythm) == dict.fromkeys(range(1, 5), 10)
    elsewhere = [router.other(each, 5, "", left={9}) for each in rhythm]
    assert Counter(route.channel.id for route in elsewhere if route) == dict.fromkeys(range(1, 5), 10)


def test_the_policy_sees_the_full_number_and_decides() -> None:
    class OnlyRegistered:
        def permission(
            self, signature_id: int, channel_id: int, sender: str, network: str | None, category: int
        ) -> Permission | None:
            assert (network, category) == ("mobile", NOTICE)
            return None if (signature_id, sender) == (5, "10690188") else Permission("lapsed", Turn.NEVER)

        def took(self, signature_id: int, network: str) -> None: ...

        def gave_back(self, signature_id: int, network: str) -> None: ...

    router = Router((MOBILE, Channel(2, "second", "106901", frozenset({"CN"}))), OnlyRegistered())
    route = router.choose(Wanted("CN", "mobile", NOTICE, 7), 5, "88")
    assert (route.channel.id, route.sender, route.passed_over) == (2, "10690188", "1:lapsed")
    with pytest.raises(Refused) as caught:
        router.choose(Wanted("CN", "mobile", NOTICE, 7), 6, "88")
    assert caught.value.code == "signature.lapsed"
    assert sorted(str(caught.value.facts["passed_over"]).split()) == ["1:lapsed", "2:lapsed"]


def test_a_channel_without_room_for_the_extension_code_is_passed_over() -> None:
    long, short = Channel(1, "long", "1" * 18), Channel(2, "short", "1" * 10)
    route = choose(long, short, extension_code="123")
    assert (route.sender, route.passed_over) == ("1" * 10 + "123", "1:extension")
    assert refusal(long, extension_code="123").code == "extension.malformed"


@pytest.mark.parametrize("length", range(1, 12))
def test_a_sender_has_twenty_digits_at_most_and_is_never_cut(length: int) -> None:
    channel = Channel(1, "ten", "1" * 10)
    if length <= 10:
        assert choose(channel, extension_code="9" * length).sender == "1" * 10 + "9" * length
    else:
        assert refusal(channel, extension_code="9" * length).code == "extension.malformed"


def test_a_channel_whose_senders_are_shorter_has_room_for_less() -> None:
    short, long = Channel(1, "short", "10690", longest_sender=11), Channel(2, "long", "10690", priority=1)
    assert choose(short, long, extension_code="123456").channel is short
    route = choose(short, long, extension_code="1234567")
    assert (route.sender, route.passed_over) == ("106901234567", "1:extension")


def test_digits_behind_a_name_would_be_another_name() -> None:
    assert choose(WORLD).sender == "HONGYAN"
    assert refusal(WORLD, extension_code="1").code == "extension.malformed"
    assert choose(WORLD, MOBILE, extension_code="1").channel is MOBILE


@pytest.mark.parametrize("extension_code", ["1a", "１", " 1", "-1"])
def test_an_extension_code_is_digits(extension_code: str) -> None:
    assert refusal(WORLD, extension_code=extension_code).code == "extension.malformed"


def test_no_channel_at_all_is_a_refusal() -> None:
    assert refusal().code == "route.none"
    assert refusal(MOBILE, country="HK", carrier=None).facts["country"] == "HK"


def test_new_channels_are_used_from_the_next_message_on() -> None:
    router = Router((MOBILE,))
    wanted = Wanted("CN", "mobile", NOTICE, 7)
    assert router.choose(wanted, 5, "").channel is MOBILE
    router.use((WORLD,))
    assert router.choose(wanted, 5, "").channel is WORLD


# -- channels that cannot send ----------------------------------------------------------------------------

NEXT = Channel(4, "next", "106904", priority=1)
LAST = Channel(5, "last", "106905", priority=2)
TO_MOBILE = Wanted("CN", "mobile", NOTICE, 7)


def marked(*channels: Channel, down: tuple[Channel, ...]) -> Router:
    router = Router(channels)
    for channel in down:
        router.mark(channel.id, up=False)
    return router


def test_a_channel_that_is_down_is_passed_over_and_comes_back() -> None:
    router = marked(MOBILE, UNICOM, NEXT, down=(MOBILE,))
    route = router.choose(TO_MOBILE, 5, "")
    assert (route.channel, route.passed_over) == (NEXT, "2:carrier 1:down")
    router.mark(MOBILE.id, up=True)
    route = router.choose(TO_MOBILE, 5, "")
    assert (route.channel, route.passed_over) == (MOBILE, "2:carrier")


def test_when_all_that_fit_are_down_the_best_of_them_is_chosen() -> None:
    router = marked(MOBILE, UNICOM, NEXT, down=(MOBILE, NEXT))
    route = router.choose(TO_MOBILE, 5, "")
    assert (route.channel, route.passed_over) == (MOBILE, "2:carrier")


def test_one_that_is_down_takes_what_those_that_are_up_may_not() -> None:
    short = Channel(6, "short", "1" * 18)
    router = marked(MOBILE, short, NEXT, down=(MOBILE, NEXT))
    route = router.choose(TO_MOBILE, 5, "888")
    assert (route.channel, route.passed_over) == (MOBILE, "6:extension")


def test_equals_that_are_up_share_the_turns_of_one_that_is_down() -> None:
    channels = [
        Channel(number, str(number), "1", weight=weight) for number, weight in ((1, 2), (2, 1), (3, 1))
    ]
    router = marked(*channels, down=(channels[0],))
    chosen = Counter(router.choose(Wanted("CN", None, NOTICE, 7), 5, "").channel.id for _ in range(40))
    assert chosen == {2: 20, 3: 20}


def test_new_channels_are_as_they_were_marked_and_those_that_are_gone_are_forgotten() -> None:
    router = marked(MOBILE, NEXT, down=(MOBILE,))
    router.use((MOBILE, NEXT, LAST))
    assert router.choose(TO_MOBILE, 5, "").channel is NEXT
    router.use((NEXT,))
    router.use((MOBILE, NEXT))
    assert router.choose(TO_MOBILE, 5, "").channel is MOBILE


def test_only_what_changes_something_makes_plans_anew() -> None:
    router = marked(MOBILE, NEXT, down=(MOBILE,))
    before = router.version
    router.mark(MOBILE.id, up=False)
    router.mark(NEXT.id, up=True)
    assert router.version == before
    router.mark(NEXT.id, up=False)
    router.use((MOBILE,))
    assert router.version == before + 2


def test_a_message_that_goes_on_prefers_a_channel_that_is_up() -> None:
    router = marked(MOBILE, NEXT, LAST, down=(NEXT,))

    def goes_to(*left: Channel, up_only: bool = False) -> Channel | None:
        route = router.other(TO_MOBILE, 5, "", left={each.id for each in left}, up_only=up_only)
        return route and route.channel

    assert goes_to(MOBILE) is LAST
    assert goes_to(MOBILE, LAST) is NEXT
    assert goes_to(MOBILE, LAST, up_only=True) is None


CHANNELS = st.lists(
    st.builds(
        Channel,
        st.integers(1, 9),
        st.just("c"),
        st.just("1069"),
        st.sets(st.sampled_from(["CN", "HK"])).map(frozenset),
        st.sets(st.sampled_from(["mobile", "unicom"])).map(frozenset),
        st.sets(st.integers(0, 3)).map(frozenset),
        st.sets(st.integers(7, 8)).map(frozenset),
        st.integers(0, 2),
        st.integers(0, 2),
        st.integers(1, 5),
        st.booleans(),
    ),
    max_size=5,
    unique_by=lambda channel: channel.id,
)


@given(
    CHANNELS,
    st.builds(
        Wanted,
        st.sampled_from(["CN", "HK"]),
        st.sampled_from([None, "mobile", "unicom"]),
        st.integers(0, 3),
        st.integers(7, 8),
    ),
)
def test_the_chosen_channel_fits_and_every_other_one_has_its_reason_or_comes_later(
    channels: list[Channel], wanted: Wanted
) -> None:
    router = Router(channels)
    try:
        route = router.choose(wanted, 5, "")
    except Refused as refused:
        said = str(refused.facts["passed_over"]).split()
        assert len(said) == len(channels)
        assert all(word.split(":")[1] in REASONS for word in said)
        return
    chosen = route.channel
    assert chosen.open
    assert not chosen.countries or wanted.country in chosen.countries
    assert not chosen.categories or wanted.category in chosen.categories
    passed_over = dict(word.split(":") for word in route.passed_over.split())
    for channel in channels:
        if channel is not chosen and str(channel.id) not in passed_over:
            assert (channel.priority, channel.cost) >= (chosen.priority, chosen.cost)


class Registered:
    """Only some channels may send the signature."""

    def __init__(self, channel_ids: set[int]) -> None:
        self._channel_ids = channel_ids

    def permission(
        self, signature_id: int, channel_id: int, sender: str, network: str | None, category: int
    ) -> Permission | None:
        return None if channel_id in self._channel_ids else Permission("unregistered", Turn.NEVER)

    def took(self, signature_id: int, network: str) -> None: ...

    def gave_back(self, signature_id: int, network: str) -> None: ...


def fits(channel: Channel, wanted: Wanted) -> bool:
    """By another way than routing's own."""
    try:
        return Router((channel,)).choose(wanted, 5, "").channel is channel
    except Refused:
        return False


@given(
    CHANNELS,
    st.sets(st.integers(1, 9)),
    st.sets(st.integers(1, 9)),
    st.sampled_from(["", "1", "1" * 17]),
    st.sampled_from([None, "mobile"]),
)
def test_none_that_is_down_is_chosen_while_one_that_is_up_may_and_none_is_passed_over_without_a_reason(
    channels: list[Channel], down: set[int], registered: set[int], extension_code: str, carrier: str | None
) -> None:
    wanted = Wanted("CN", carrier, NOTICE, 7)
    router = Router(channels, Registered(registered))
    for channel_id in down:
        router.mark(channel_id, up=False)
    may = [
        each
        for each in channels
        if fits(each, wanted) and each.id in registered and each.sender(extension_code) is not None
    ]
    try:
        route = router.choose(wanted, 5, extension_code)
    except Refused as refused:
        assert may == []
        said = [word.split(":") for word in str(refused.facts["passed_over"]).split()]
        assert sorted(int(channel_id) for channel_id, _ in said) == sorted(each.id for each in channels)
        assert "down" not in {reason for _, reason in said}
        return
    chosen = route.channel
    able = [each for each in may if each.id not in down] or may
    assert chosen in able
    assert (chosen.priority, chosen.cost) == min((each.priority, each.cost) for each in able)
    said = [word.split(":") for word in route.passed_over.split()]
    reasons = {int(channel_id): reason for channel_id, reason in said}
    assert len(reasons) == len(said), "each has one reason"
    assert chosen.id not in reasons
    for each in channels:
        if each is chosen:
            continue
        if each in may and each in able:
            assert each.id not in reasons, "it comes later, or shares the turns"
        elif each in may:
            assert reasons[each.id] == "down"
        elif (each.priority, each.cost) < (chosen.priority, chosen.cost):
            assert each.id in reasons
