"""What a carrier's answer to a submit means for the part.

A kind for each answer comes from the protocol's own table of statuses. Whether what is refused for good may go to
another channel is asked of the table of codes: its rows say so (`retry = "elsewhere"`) for what is wrong with our account
or our fields here, and for what this carrier does not serve or allow; never for a content, a blacklist, or a number that
nobody has.
"""

from __future__ import annotations

from functools import lru_cache

from hongyan.carriers.codes import CodeClass, Phase, explain
from hongyan.carriers.dialects.port import Verdict
from hongyan.kernel.errors import Retry
from hongyan.messaging.dispatch import AnswerKind
from hongyan.protocols.wire.statuses import Status

_KINDS = {
    "throttled": AnswerKind.THROTTLED,
    "retry": AnswerKind.RETRY,
    "refused": AnswerKind.REFUSED,
    "login": AnswerKind.RETRY,
}
"""What the kinds of the protocols' status tables mean for a part."""
_MOVE = frozenset(
    {CodeClass.ROUTE, CodeClass.SERVICE, CodeClass.SIGNATURE, CodeClass.REQUEST, CodeClass.FREQUENCY}
)
"""Classes of refusals that leave no doubt. Of others (a timeout inside the network, no cause at all) nobody knows whether
the message is under way, and a handset must not get it twice."""
_REMEMBERED = 1_024


def verdict(protocol: str, status: Status) -> Verdict:
    """`status`: the row of the protocol's own table."""
    meant = _KINDS[status.kind]
    return Verdict(_refusal(protocol, status.code) if meant is AnswerKind.REFUSED else meant, status.name)


@lru_cache(_REMEMBERED)
def _refusal(protocol: str, status: int) -> AnswerKind:
    row = explain(str(status), protocol, Phase.ANSWER).row
    if row.retry is not Retry.ELSEWHERE or row.code_class not in _MOVE:
        return AnswerKind.REFUSED
    return AnswerKind.WRONG_CARRIER if row.code_class is CodeClass.ROUTE else AnswerKind.ELSEWHERE
