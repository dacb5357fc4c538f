"""What carriers' codes mean: one table of answers and delivery reports of every protocol, as dated data.

The lists are the TOML files of this folder; docs/carrier-codes.md shows them. Decides nothing: what is done about a
failure is its caller's business, and `Explanation.row` has what it needs (class, who must act, retry).
"""

from hongyan.carriers.codes.lookup import ANSWERED, REPORTED, explain, explain_all, explain_first
from hongyan.carriers.codes.model import (
    Actor,
    Certainty,
    CodeClass,
    CodeRow,
    Explanation,
    Match,
    Phase,
)
from hongyan.carriers.codes.table import ClassRow, CodeTable, code_table
from hongyan.carriers.codes.wording import words

__all__ = [
    "ANSWERED",
    "REPORTED",
    "Actor",
    "Certainty",
    "ClassRow",
    "CodeClass",
    "CodeRow",
    "CodeTable",
    "Explanation",
    "Match",
    "Phase",
    "code_table",
    "explain",
    "explain_all",
    "explain_first",
    "words",
]
