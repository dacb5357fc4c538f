"""Who wants to know about which cold change."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from hongyan.kernel.cache import EVERYTHING
from hongyan.storage.port import Done, Outcome


class Topics:
    """Subscribers by topic; called in the event loop after a commit."""

    def __init__(self) -> None:
        self._callbacks: dict[str, list[Callable[[str], None]]] = {}

    def subscribe(self, topic: str, callback: Callable[[str], None]) -> None:
        self._callbacks.setdefault(topic, []).append(callback)

    def tell(self, topics: Iterable[tuple[str, str]]) -> None:
        for topic, key in topics:
            for callback in self._callbacks.get(topic, ()):
                callback(key)

    def everything(self) -> None:
        """News may have been lost: nothing that is remembered may be trusted."""
        self.tell((topic, EVERYTHING) for topic in list(self._callbacks))

    def telling(
        self, topics: Iterable[tuple[str, str]], sink: Callable[[Outcome], None]
    ) -> Callable[[Outcome], None]:
        """`sink`, preceded by the news when the change was stored."""

        def told(outcome: Outcome) -> None:
            if isinstance(outcome, Done):
                self.tell(topics)
            sink(outcome)

        return told
