"""Interactions between substances and classes, as the thesaurus states them; its texts are French."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kg.levels import AnsmSeverity
from kg.model import Association, Entity
from kg.sources.ansm.terms import Terms, minted, objects, term_key
from ontology.vocabulary import Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, SourceFile
    from ontology.reference import Reference

_LEVELS: Final[dict[str, AnsmSeverity]] = {
    **{level.value: level for level in AnsmSeverity},
    "Il convient de prendre en compte": AnsmSeverity.TO_CONSIDER,
}


def read_interactions(file: SourceFile, context: Context) -> Iterator[Item]:
    """Each pair once for each of its levels, though the thesaurus prints it under either name."""
    terms = context.shared(Terms)
    texts = ("main_drug", "plus_drug", "interaction_mechanism", "description")
    for record in context.records(objects(file, texts=texts, lists=("severity_levels",))):
        pair = f"{record['main_drug']} + {record['plus_drug']}"
        ends = [_entry(file, str(record[side]), terms) for side in ("main_drug", "plus_drug")]
        yield from (entity for _, found in ends for entity in found)
        subject, other = sorted(reference for reference, _ in ends)
        if subject == other:
            context.left_out.add("pair whose sides are one drug of the graph", pair)
            continue
        for level, advice in _levels(file, pair, record["severity_levels"]):
            texts_kept = {
                Qualifier.MECHANISM: _text(str(record["interaction_mechanism"])),
                Qualifier.MANAGEMENT: _text(_spaced(advice, str(record["description"]))).lstrip(": "),
            }
            yield Association(
                subject,
                Predicate.INTERACTS_WITH,
                other,
                file.evidence(pair, level=level),
                tuple((name, text) for name, text in texts_kept.items() if text),
            )


def _entry(file: SourceFile, name: str, terms: Terms) -> tuple[Reference, list[Entity]]:
    """What an entry means, and its description where it is neither a substance nor a class of the index."""
    key = term_key(name)
    if not key:
        raise file.error(None, "states an interaction of something without a name")
    reference = terms.meaning(key)
    own = reference == minted(key) and key not in terms.substances
    return reference, [Entity(reference, Category.CHEMICAL_ENTITY, name)] if own else []


def _levels(file: SourceFile, pair: str, levels: Any) -> Iterator[tuple[AnsmSeverity, str]]:  # levels: a JSON list
    if not levels:
        raise file.error(None, f"{pair} has no severity level")
    for stated in levels:
        if not isinstance(stated, dict) or not isinstance(stated.get("info"), str):
            raise file.error(None, f"{pair} has a severity level without its text: {stated!r}")
        level = _LEVELS.get(str(stated.get("level")))
        if level is None:
            raise file.error(None, f"{pair} has the level {stated.get('level')!r}; known are {', '.join(_LEVELS)}")
        yield level, stated["info"]


def _spaced(text: str, whole: str) -> str:
    """``text`` as it stands in ``whole``: the JSON edition lost the space where a line of the print ended."""
    places = [place for place, letter in enumerate(whole) if not letter.isspace()]
    letters = "".join(text.split())
    start = "".join(whole.split()).find(letters)
    return whole[places[start] : places[start + len(letters) - 1] + 1] if letters and start >= 0 else text


def _text(text: str) -> str:
    """The text without the line breaks of the printed page."""
    return " ".join(text.split())
