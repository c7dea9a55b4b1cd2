"""Names of the thesaurus and the entities that they mean, shared by the readers of its files."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ontology.reference import Reference

if TYPE_CHECKING:
    from kg.source import SourceFile

_LETTERS: Final = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "’": "'"})
_BROKEN_HYPHEN: Final = re.compile(r"(?<=\w)- (?=\w)")
"""Left where a line of the printed thesaurus broke within a word."""


def term_key(name: str) -> str:
    """The form under which names of the thesaurus are compared: capitals without accents, as its entries print them.

    >>> term_key("médicaments, bradykinine et angio-œdème")
    'MEDICAMENTS, BRADYKININE ET ANGIO-OEDEME'
    """
    letters = unicodedata.normalize("NFKD", name.translate(_LETTERS))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _BROKEN_HYPHEN.sub("-", " ".join(bare.upper().split()))


@dataclass(slots=True)
class Terms:
    """What the files read so far say of each name, by its key."""

    rxnorm: dict[str, set[Reference]] = field(default_factory=lambda: defaultdict(set))
    substances: dict[str, Reference] = field(default_factory=dict)
    classes: set[str] = field(default_factory=set)

    def meaning(self, key: str) -> Reference:
        """The entity of an entry; a name of both a class and a substance heads the entry of the class."""
        if key in self.classes:
            return drug_class(key)
        return self.substances.get(key) or minted(key)


def drug_class(key: str) -> Reference:
    """A class of substances of the thesaurus."""
    return Reference.mint("drug_class", f"ansm:{key}")


def minted(key: str) -> Reference:
    """A substance, food or other thing that no registered vocabulary of the build has."""
    return Reference.mint("term", f"ansm:{key}")


def objects(file: SourceFile, *, texts: tuple[str, ...], lists: tuple[str, ...]) -> list[dict[str, object]]:
    """The records of a JSON file, each with these members of text and of lists.

    Raises:
        SourceError: the file is no list of such records.
    """
    document = file.json()
    if not isinstance(document, list):
        raise file.error(None, "is no JSON list of records")
    for number, record in enumerate(document, start=1):
        if not isinstance(record, dict):
            raise file.error(None, f"record {number} is no JSON object")
        for names, kind in ((texts, str), (lists, list)):
            for name in names:
                if not isinstance(record.get(name), kind):
                    raise file.error(None, f"record {number} has no {kind.__name__} {name!r}: {record.get(name)!r}")
    return document
