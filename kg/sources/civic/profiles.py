"""CIViC molecular profiles: which variants, present or absent, one profile asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.expression import ExpressionError, Operand, literals, parse, references
from kg.model import Association, Entity
from kg.sources.civic.fields import Unique, civic_id, civic_ids, items
from kg.sources.civic.links import Links
from ontology.errors import IdentifierError
from ontology.vocabulary import Attribute, Category, Predicate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kg.context import Context
    from kg.expression import Expression
    from kg.source import Item, SourceFile
    from ontology.reference import Reference

_COLUMNS: Final = ("name", "molecular_profile_id", "variant_ids", "aliases")


def read_profiles(file: SourceFile, context: Context) -> Iterator[Item]:
    """Profiles with their expression over variants, and each variant that they want present or (denied) absent."""
    unique = Unique(file, context)
    links = context.shared(Links)
    for row in context.records(file.rows(_COLUMNS)):
        profile = civic_id(file, row, "molecular_profile_id", "molecular_profile")
        if unique.repeats(profile, row):
            continue
        variants = civic_ids(file, row, "variant_ids", "variant")
        expression = _expression(links.variants, row["name"], variants)
        if expression is None:
            reason = "molecular profile whose name does not tell how its variants belong together (kept without them)"
            context.unresolved.add(reason, f"{profile} {row['name']}")
        links.add_profile(profile, variants)
        attributes = ((Attribute.EXPRESSION, str(expression)),) if expression else ()
        yield Entity(profile, Category.GENOTYPE, row["name"], tuple(items(row["aliases"])), attributes)
        if expression:
            yield from _parts(file, profile, expression)


def _expression(names: Mapping[Reference, str], name: str, variants: Sequence[Reference]) -> Expression | None:
    """The expression that the name spells out over exactly the variants that the row lists, else ``None``.

    The ids decide. The name only tells how they belong together, and only names of these very variants are looked for
    in it; that of a single variant says nothing that the id does not, except for NOT.
    """
    if len(variants) == 1 and not name.startswith("NOT "):
        return Operand(variants[0])

    def variant(text: str) -> Reference:
        called = [one for one in variants if names.get(one) == text]
        if len(called) != 1:
            raise IdentifierError(text, "none of the profile's variants is called so")
        return called[0]

    try:
        found = parse(name, variant)
    except ExpressionError:
        return None
    return found if references(found) == set(variants) else None


def _parts(file: SourceFile, profile: Reference, expression: Expression) -> Iterator[Association]:
    evidence = file.evidence(profile.curie)
    for variant, wanted in sorted(set(literals(expression))):
        yield Association(profile, Predicate.HAS_PART, variant, evidence, negated=not wanted)
