"""The therapies of one CIViC record: single drugs, combinations, and therapies that can stand for each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kg.model import AgentType, Association, Entity
from kg.sources.civic.links import Links
from kg.sources.drugs import known_drug
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.context import Context
    from kg.source import Item, SourceFile

COMBINATION: Final = "Combination"
SEQUENTIAL: Final = "Sequential"
SUBSTITUTES: Final = "Substitutes"
INTERACTIONS: Final = {one: one for one in ("", COMBINATION, SEQUENTIAL, SUBSTITUTES)}

_LEXICAL: Final = "semapv:LexicalMatching"


def combination(components: Sequence[Reference]) -> Reference:
    """Reference of therapies given together, whatever their order.

    >>> combination([Reference("RXNORM", "1147220"), Reference("NCIT", "C82386")]).curie
    'GENOPATH:therapy/NCIT:C82386+RXNORM:1147220'
    """
    return Reference.mint("therapy", "+".join(sorted(one.curie for one in components)))


def therapy_names(text: str, interaction: str) -> list[str]:
    """The names that a field lists.

    Without an interaction it is one therapy, whose name may hold a comma. Within a list a comma followed by a space is
    part of a name, since CIViC writes none after its separator.
    """
    if not interaction:
        return [text] if text else []
    names: list[str] = []
    for part in text.split(","):
        if names and part.startswith(" "):
            names[-1] += f",{part}"
        elif part:
            names.append(part)
    return names


@dataclass(slots=True)
class Therapies:
    """Makes entities of therapies and keeps those it has met, by name or components."""

    file: SourceFile
    context: Context
    single: dict[str, Reference] = field(default_factory=dict)
    combined: set[Reference] = field(default_factory=set)

    def declare(self, names: Sequence[str]) -> Iterator[Item]:
        """Entities of single therapies first met with these names; afterwards they are in ``single``."""
        for name in names:
            if name not in self.single:
                yield from self._single(name)

    def together(self, names: Sequence[str]) -> Iterator[Item]:
        """The combination of declared therapies with its parts, where it is first met."""
        components = [self.single[name] for name in names]
        reference = combination(components)
        if reference in self.combined:
            return
        self.combined.add(reference)
        yield Entity(reference, Category.TREATMENT, " + ".join(sorted(names)))
        for component in sorted(set(components)):
            yield Association(reference, Predicate.HAS_PART, component, self.file.evidence(f"therapies {reference}"))

    def _single(self, name: str) -> Iterator[Item]:
        """The drug under which the build holds it, else its NCIt concept, else a minted therapy."""
        ncit = self.context.shared(Links).ncit.get(name)
        found = known_drug(self.context.resolver, name, [ncit] if ncit else []).reference
        self.single[name] = found or ncit or Reference.mint("therapy", name)
        if found is None:
            reason = "therapy that no drug vocabulary of the build knows (kept under its NCIt id, else under its name)"
            self.context.unresolved.add(reason, name)
            category = Category.DRUG if ncit else Category.TREATMENT
            yield Entity(self.single[name], category, name)
        elif ncit is not None and found != ncit:
            yield Entity(ncit, Category.DRUG, name)
            evidence = self.file.evidence(f"therapy {name}", agent_type=AgentType.AUTOMATED_AGENT)
            yield Association(
                found, Predicate.CLOSE_MATCH, ncit, evidence, ((Qualifier.MAPPING_JUSTIFICATION, _LEXICAL),)
            )
