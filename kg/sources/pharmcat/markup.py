"""The text of a recommendation, without its HTML."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

_BLOCKS: Final = frozenset({"p", "ul", "ol", "table", "tr", "h4", "br", "thead", "tbody"})
_HEADING: Final = re.compile(r"<h4[^>]*>\s*Other Considerations\s*</h4>")


class _Text(HTMLParser):
    """Gathers text; a block begins a line, an element of a list a line with a dash."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS and (not self.parts or self.parts[-1] != "\n- "):  # a paragraph within a list's element
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n- ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.parts.append(" | ")
        elif tag in _BLOCKS or tag == "li":
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        text = re.sub(r"\s+", " ", data)
        if not self.parts or self.parts[-1] in ("\n", "\n- "):
            text = text.lstrip()
        if text:
            self.parts.append(text)


def plain_text(markup: str) -> str:
    r"""The text, one block or element of a list a line.

    >>> plain_text("<p>Avoid <em>it</em>.</p><ul><li><p>Choose another drug</p></li></ul>")
    'Avoid it.\n- Choose another drug'
    """
    parser = _Text()
    parser.feed(markup)
    parser.close()
    lines = (line.strip() for line in "".join(parser.parts).split("\n"))
    return "\n".join(line for line in lines if line and line != "-")


def split_considerations(markup: str) -> tuple[str, str]:
    """The recommendation and what stands below the heading "Other Considerations", both as texts."""
    advice, *rest = _HEADING.split(markup, maxsplit=1)
    return plain_text(advice), plain_text(rest[0]) if rest else ""
