"""Lists of bullets below headings of strength, one file an enzyme and role (CloToP, https://github.com/JuliaHealth).

The files are named ``clotop_<enzyme>_<role>.md``. A bullet with bullets below it is a class whose members are listed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from kg.sources.cyp.statements import Claim, Role, associate
from ontology.vocabulary import Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.context import Context
    from kg.source import Item, SourceFile

_NAME: Final = re.compile(r"clotop_(?P<enzyme>\w+)_(?P<role>inhibitors|inducers|substrates)\.md$")
_ROLES: Final = {"inhibitors": Role.INHIBITOR, "inducers": Role.INDUCER, "substrates": Role.SUBSTRATE}
_STRENGTH: Final = re.compile(
    r"## (?:(?P<strength>Strong|Moderate|Weak) )?in(?:hibi|du)[a-z]+(?: of unspecified potency)?$", re.I
)
_BULLET: Final = re.compile(r"(?P<indent> *)- (?P<text>\S.*)$")
_REMARK: Final = re.compile(r"\s*\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Bullet:
    """One line of a list; ``strength`` is empty where the heading gives none."""

    line: int
    text: str
    strength: str
    depth: int
    is_class: bool = False


def read_bullets(file: SourceFile, context: Context) -> Iterator[Item]:
    """Each bullet that is no class, with the strength of its heading."""
    match = _NAME.match(file.name)
    if match is None:
        raise file.error(None, "is not named clotop_<enzyme>_<inhibitors, inducers or substrates>.md")
    for bullet in context.records(bullets(file, file.lines())):
        if bullet.is_class:
            context.left_out.add("class whose members are listed", bullet.text)
            continue
        qualifiers = ((Qualifier.STRENGTH, bullet.strength),) if bullet.strength else ()
        claim = Claim(_REMARK.sub("", bullet.text), _ROLES[match["role"]], match["enzyme"], qualifiers)
        if stated := associate(claim, file.evidence(bullet.line), context):
            yield stated


def bullets(file: SourceFile, lines: Iterable[tuple[int, str]]) -> Iterator[Bullet]:
    """The bullets of a list, classes told by the deeper bullet that follows.

    Raises:
        SourceError: a heading of unknown meaning, or no bullet at all.
    """
    strength, last = "", None
    for line, text in lines:
        if text.startswith("## "):
            heading = _STRENGTH.match(text)
            if heading is None:
                raise file.error(line, f"has the heading {text!r}, which states no known strength")
            strength = (heading["strength"] or "").casefold()
        elif found := _BULLET.match(text):
            if last is not None:
                yield replace(last, is_class=len(found["indent"]) > last.depth)
            last = Bullet(line, found["text"].strip(), strength, len(found["indent"]))
    if last is None:
        raise file.error(None, "has no list of bullets; fetch the file again")
    yield last
