"""Who wants to know about which cold change."""

from __future__ import annotations

from collections.abc import Callable, Iterable


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
