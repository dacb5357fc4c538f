"""HTML pages and fragments from the files in `html/`, one environment per language.

Everything a language needs (words, formatters) is global in its environment, so that components need no wiring.
Output is escaped unless a component says otherwise, and a name that nobody gave is an error, not an empty place.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hongyan.console.assets import Assets
from hongyan.console.carrier_codes import code_meaning
from hongyan.console.formatters import Formatters
from hongyan.console.security import BASE
from hongyan.console.words import Words, load_words
from hongyan.kernel.languages import LANGUAGES

HTML: Final = Path(__file__).parent / "html"


class Pages:
    """Renders pages in every language."""

    def __init__(self, assets: Assets) -> None:
        self._words = {language: load_words(language) for language in LANGUAGES}
        self._environments = {
            language: _environment(words, assets) for language, words in self._words.items()
        }

    def render(self, language: str, page: str, **facts: Any) -> str:
        """The HTML of `page`, a path below `html/`."""
        return self._environments[language].get_template(page).render(facts)

    def words(self, language: str, key: str, **facts: object) -> str:
        """A sentence outside a page."""
        return self._words[language](key, **facts)


def _environment(words: Words, assets: Assets) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HTML),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(
        t=words,
        fmt=Formatters(words),
        meaning=partial(code_meaning, language=words.language),
        url=lambda path: BASE + path,
        asset=lambda file: f"{BASE}/static/{assets.public_name(file)}",
        language=words.language,
        languages=LANGUAGES,
    )
    return environment
