"""Reading papers: licences, letters of authorization, trademark pages, by a model that needs no network (extra "ocr")."""

from hongyan.compliance.ocr.comparing import Difference, Outcome
from hongyan.compliance.ocr.desk import Look, LookState, Readings
from hongyan.compliance.ocr.kinds import kind_of, read_paper
from hongyan.compliance.ocr.reader import READABLE, Bounds, Read, ReadApart, is_installed, not_installed
from hongyan.compliance.ocr.reading import FIELDS, Field, PaperKind, Reading
from hongyan.compliance.ocr.recognised import PaperText
from hongyan.compliance.ocr.rules import LEFT_TO_PEOPLE, PAPER_RULES, SCOPE_WIDENED, WAITING

__all__ = [
    "FIELDS",
    "LEFT_TO_PEOPLE",
    "PAPER_RULES",
    "READABLE",
    "SCOPE_WIDENED",
    "WAITING",
    "Bounds",
    "Difference",
    "Field",
    "Look",
    "LookState",
    "Outcome",
    "PaperKind",
    "PaperText",
    "Read",
    "ReadApart",
    "Reading",
    "Readings",
    "is_installed",
    "kind_of",
    "not_installed",
    "read_paper",
]
