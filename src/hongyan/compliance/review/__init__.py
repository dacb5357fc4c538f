"""The review desk: what waits and until when, who has it, what the rules and earlier decisions say, verdicts with reasons."""

from hongyan.compliance.review.announcing import Announce, Announcer, nobody
from hongyan.compliance.review.automatic import AutomaticReviewer
from hongyan.compliance.review.desk import Checklist, ReviewDesk, SecondLook
from hongyan.compliance.review.facts import (
    change_facts,
    checklist_facts,
    order_facts,
    paper_facts,
    second_look_facts,
)
from hongyan.compliance.review.judging import OrderJudge, Subject
from hongyan.compliance.review.policies import POLICIES, Policy, policies_named
from hongyan.compliance.review.precedents import Precedent
from hongyan.compliance.review.reasons import REASONS, Reason
from hongyan.compliance.review.risks import RISKS, Risk
from hongyan.compliance.reviews import QUEUE_START

__all__ = [
    "POLICIES",
    "QUEUE_START",
    "REASONS",
    "RISKS",
    "Announce",
    "Announcer",
    "AutomaticReviewer",
    "Checklist",
    "OrderJudge",
    "Policy",
    "Precedent",
    "Reason",
    "ReviewDesk",
    "Risk",
    "SecondLook",
    "Subject",
    "change_facts",
    "checklist_facts",
    "nobody",
    "order_facts",
    "paper_facts",
    "policies_named",
    "second_look_facts",
]
