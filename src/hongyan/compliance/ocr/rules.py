"""What a reviewer is told about papers that were read: rows of the same kind as those about names and texts. Pure.

Nothing here rejects: a model may read wrongly, so a person looks. A reviewer may give a row as his reason, so `fix` is what
the applicant does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from hongyan.compliance.ocr.comparing import Difference, Outcome
from hongyan.compliance.ocr.reading import FIELDS, NO, PaperKind, Reading
from hongyan.compliance.ocr.trademark import REGISTERED, is_office
from hongyan.compliance.rules.core import Offence, Rule, Severity, Words, listed

SCOPE_WIDENED: Final = "paper.scope_widened"
PERIOD_WIDENED: Final = "paper.period_widened"
WAITING: Final = "paper.waiting"
LEFT_TO_PEOPLE: Final = frozenset({SCOPE_WIDENED, PERIOD_WIDENED, WAITING})
"""What keeps machines from approving a signature, in the sandbox too: its letter says less than its form, or may do."""
_FORM: Final = "seed 000, power of attorney: verify that the OCR result matches the file, correct errors"
_MARK: Final = "seed 000, trademark details screenshot requirements"


@dataclass(frozen=True, slots=True)
class PaperCase:
    """A paper beside its form. `reading` is None while it is `waiting` to be read, and when it could not be."""

    kind: PaperKind
    reading: Reading | None = None
    differences: tuple[Difference, ...] = ()
    waiting: bool = False


def scope_widened(case: PaperCase) -> Iterator[Offence]:
    for each in case.differences:
        if each.name == "scope" and each.outcome is Outcome.WIDENED:
            yield Offence(facts={"names": listed(each.beyond), "read": each.read.text if each.read else ""})


def period_widened(case: PaperCase) -> Iterator[Offence]:
    for each in case.differences:
        if each.name == "validity" and each.outcome is Outcome.WIDENED and each.read:
            yield Offence(facts={"form": each.form, "read": each.read.text})


def differs(case: PaperCase) -> Iterator[Offence]:
    for each in case.differences:
        if each.outcome is Outcome.DIFFERS and each.read:
            sure = round(each.read.confidence * 100)
            field = FIELDS[case.kind][each.name]
            yield Offence(facts={"field": field, "form": each.form, "read": each.read.text, "sure": sure})


def not_read(case: PaperCase) -> Iterator[Offence]:
    missing = [FIELDS[case.kind][each.name] for each in case.differences if each.outcome is Outcome.NOT_READ]
    if missing and case.reading is not None:
        fields = Words(", ".join(each.en for each in missing), "、".join(each.zh for each in missing))
        yield Offence(facts={"fields": fields})


def waiting(case: PaperCase) -> Iterator[Offence]:
    if case.waiting:
        yield Offence()


def unreadable(case: PaperCase) -> Iterator[Offence]:
    if case.reading is None and not case.waiting:
        yield Offence()


def says(kind: PaperKind, name: str, wrong: str, case: PaperCase) -> Iterator[Offence]:
    """A field of a kind has this very text."""
    if case.kind is kind and case.reading is not None and case.reading.text(name) == wrong:
        yield Offence()


def not_registered(case: PaperCase) -> Iterator[Offence]:
    if case.kind is PaperKind.TRADEMARK and case.reading is not None:
        status = case.reading.text("status")
        if status is not None and status != REGISTERED:
            yield Offence(facts={"status": status})


def no_address(case: PaperCase) -> Iterator[Offence]:
    if (
        case.kind is PaperKind.TRADEMARK
        and case.reading is not None
        and case.reading.get("page_address") is None
    ):
        yield Offence()


def foreign_address(case: PaperCase) -> Iterator[Offence]:
    if case.kind is PaperKind.TRADEMARK and case.reading is not None:
        address = case.reading.text("page_address")
        if address is not None and not is_office(address):
            yield Offence(facts={"address": address})


_AS_THE_PAPER: Final = Words(
    "write in the form what the paper says, or upload a picture that shows it better",
    "请按证照填写表单，或上传更清晰的图片",
)
_ANOTHER_PICTURE: Final = Words(
    "take the picture again from the trademark office's page, with the browser's address bar",
    "请重新截取商标局网页，并包含浏览器地址栏",
)

PAPER_RULES: Final[tuple[Rule[PaperCase], ...]] = (
    Rule(
        id=SCOPE_WIDENED,
        severity=Severity.ASK,
        check=scope_widened,
        words=Words(
            "the form lists {names}, which were not found in the letter; read there: {read}",
            "表单中的{names}未在授权委托书中识别到；识别结果：{read}",
        ),
        fix=Words(
            "upload a letter that lists these names, or leave them out of the form; whether the picture has them after all is"
            " for a reviewer to see",
            "请上传列明这些签名的授权委托书，或从表单中删去；图片中是否确有，由审核员核对",
        ),
        source=_FORM,
    ),
    Rule(
        id=PERIOD_WIDENED,
        severity=Severity.ASK,
        check=period_widened,
        words=Words(
            "the form says {form}, the paper that was read {read}: the form goes beyond the paper",
            "表单有效期为{form}，证照识别结果为{read}：表单超出了证照",
        ),
        fix=_AS_THE_PAPER,
        source=_FORM,
    ),
    Rule(
        id="paper.differs",
        severity=Severity.ASK,
        check=differs,
        words=Words(
            "{field}: the form says “{form}”, the paper reads “{read}” ({sure} % sure)",
            "{field}：表单为“{form}”，识别结果为“{read}”（置信度 {sure}%）",
        ),
        fix=_AS_THE_PAPER,
        source=_FORM,
    ),
    Rule(
        id="paper.no_seal",
        severity=Severity.ASK,
        check=partial(says, PaperKind.LETTER, "seal", NO),
        words=Words("no seal was seen on the letter", "未在授权委托书上识别到印章"),
        fix=Words(
            "have the authorizer seal the letter and upload it in colour",
            "请授权方加盖公章后上传彩色图片",
        ),
        source="vendor: CreateSmsAuthorizationLetter, fill in the form, seal it, upload it",
    ),
    Rule(
        id="paper.trademark_not_registered",
        severity=Severity.ASK,
        check=not_registered,
        words=Words("the trademark's status reads “{status}”", "商标状态识别为“{status}”"),
        fix=Words(
            "only a registered trademark can be a signature's source", "仅“已注册”的商标可作为签名来源"
        ),
        source=_MARK,
    ),
    Rule(
        id="paper.page_address_missing",
        severity=Severity.ASK,
        check=no_address,
        words=Words("the picture shows no page address", "截图中未识别到网址"),
        fix=_ANOTHER_PICTURE,
        source=_MARK,
    ),
    Rule(
        id="paper.page_address_foreign",
        severity=Severity.ASK,
        check=foreign_address,
        words=Words("“{address}” is no page of the trademark office", "“{address}”不是商标局网站的地址"),
        fix=_ANOTHER_PICTURE,
        source=_MARK,
    ),
    Rule(
        id="paper.not_read",
        severity=Severity.ADVISE,
        check=not_read,
        words=Words("not found in the picture: {fields}", "图片中未识别到：{fields}"),
        fix=_AS_THE_PAPER,
        source=_FORM,
    ),
    Rule(
        id=WAITING,
        severity=Severity.ADVISE,
        check=waiting,
        words=Words("the paper is still being read by machine", "证照正在自动识别中"),
        fix=Words("look again in a few seconds", "请稍后刷新"),
        source="ours: reading takes seconds, and an application is answered before",
    ),
    Rule(
        id="paper.unreadable",
        severity=Severity.ADVISE,
        check=unreadable,
        words=Words("the paper could not be read by machine", "证照无法自动识别"),
        fix=_AS_THE_PAPER,
        source=_FORM,
    ),
)
