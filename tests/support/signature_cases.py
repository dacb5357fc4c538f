"""The labelled cases of `tests/compliance/rules/signature_cases.toml`, as the rules and as the command line take them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from hongyan.compliance.rules import Industry, Report, SignatureCase, Source, Trademark, check_signature

TODAY = date(2026, 11, 21)
_FILE = Path(__file__).parents[1] / "compliance" / "rules" / "signature_cases.toml"


@dataclass(frozen=True)
class Labelled:
    """`told`: the options beside the name, as on the command line."""

    name: str
    told: dict[str, Any]
    expect: str
    why: str

    def __str__(self) -> str:
        return f"{self.name!a} {self.told}"

    @property
    def case(self) -> SignatureCase:
        told = self.told
        mark = told.get("trademark_name"), told.get("trademark_owner")
        scope = [name for text in told.get("letter_scope", ()) for name in re.split("、", text)]
        return SignatureCase(
            name=self.name,
            company=told.get("company"),
            uscc=told.get("uscc"),
            source=Source(told.get("source", "enterprise")),
            trademark=Trademark(*mark) if any(mark) else None,
            third_party=told.get("purpose") == "other",
            individual=told.get("account") == "individual",
            industry=Industry(told.get("industry", "general")),
            letter_scope=tuple(scope) if "letter_scope" in told else None,
        )

    @property
    def report(self) -> Report:
        return check_signature(self.case, self.day, self.told.get("door", "aliyun"))

    @property
    def day(self) -> date:
        return date.fromisoformat(self.told["on"]) if "on" in self.told else TODAY

    @property
    def words(self) -> list[str]:
        """After `hongyan check signature`."""
        options = {"on": TODAY.isoformat(), **self.told}
        listed = [
            (f"--{key.replace('_', '-')}", each)
            for key, value in options.items()
            for each in (value if isinstance(value, list) else [value])
        ]
        return [self.name, *(word for pair in listed for word in pair)]


def _labelled() -> list[Labelled]:
    return [
        Labelled(told.pop("name"), told, group["expect"], group["why"])
        for group in tomllib.loads(_FILE.read_text("utf-8"))["group"]
        for told in group["cases"]
    ]


CASES = _labelled()
