"""What is sent: templates with two variables whose texts are all equally long and fit one part."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Template:
    """A signature and a template to apply for, in a sandbox where the review is automatic."""

    sign_name: str
    name: str
    content: str
    rules: dict[str, str]
    template_type: int
    """The vendor's numbers: 0 verification code, 1 notification, 2 marketing, 3 international."""


@dataclass(frozen=True, slots=True)
class Wording:
    """`param`: TemplateParam with `{n}` slots. `numbers`: a range of `bench.numbers` that the template may be
    sent to. `template`: None for the notification that the sandbox's seed brings."""

    param: str
    numbers: str
    template: Template | None = None


WORDINGS = {
    # "[Hongyan]Your order A00000001 was shipped today and will arrive on 2026-03-01.": 80 units of the GSM
    # alphabet, brackets counted twice. A mainland text cannot have 80 units in one part: 【】 makes it UCS-2.
    "latin": Wording(
        param='{"order":"A{n:8}","day":"2026-03-01"}',
        numbers="hongkong",
        template=Template(
            sign_name="Hongyan",
            name="order shipped",
            content="Your order ${order} was shipped today and will arrive on ${day}.",
            rules={"order": "others", "day": "others"},
            template_type=3,
        ),
    ),
    # "【杭州云雁科技】您的订单A00000001已发货，预计2026-03-01 18:00送达，请留意查收。": 52 units UCS-2.
    "chinese": Wording(param='{"order":"A{n:8}","time":"2026-03-01 18:00"}', numbers="mainland"),
}
DEFAULT = "latin"
