"""What an operator may decide about the console."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """`sandbox`: virtual handsets exist. `https`: None believes each request's own scheme.

    `page_size`: rows of a list. `poll_s`: seconds between two looks of a page that updates itself.
    """

    sandbox: bool = True
    https: bool | None = None
    default_language: str = "zh-CN"
    page_size: int = 50
    poll_s: int = 2
