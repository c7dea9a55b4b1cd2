"""What ClinGen's dosage scores state of a gene or region.

The scores (https://clinicalgenome.org/curation-activities/dosage-sensitivity/): 3, 2 and 1 speak for an effect of losing
(haploinsufficiency) or gaining (triplosensitivity) one copy, 40 against it, and 0 says that there is no evidence. 30 says
that the gene has an autosomal recessive phenotype: it neither speaks for nor against an effect of one lost copy.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from kg.levels import ClinGenDosage
from kg.model import Association, Entity
from kg.sources.gene_disease import AUTOSOMAL_RECESSIVE, named_disease
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.model import Evidence, Value
    from kg.source import Item, SourceFile

NOT_EVALUATED: Final = frozenset({"", "-1", "Not yet evaluated"})
"""How the tables write that there is no score yet."""


class Dosage(StrEnum):
    """The two ways in which a number of copies matters; the value is the name of ClinGen's columns."""

    HAPLOINSUFFICIENCY = "Haploinsufficiency"
    TRIPLOSENSITIVITY = "Triplosensitivity"

    @property
    def term(self) -> Reference:
        """The term that a sensitive gene or region is associated with.

        >>> Dosage.HAPLOINSUFFICIENCY.term.curie
        'GENOPATH:term/haploinsufficiency'
        """
        return Reference.mint("term", self.value.lower())

    @property
    def copy_number_change(self) -> str:
        """``DEL`` or ``DUP``: the change that shows it."""
        return "DEL" if self is Dosage.HAPLOINSUFFICIENCY else "DUP"


@dataclass(frozen=True, slots=True)
class Scored:
    """A gene or region with one of its scores, and why."""

    subject: Reference
    dosage: Dosage
    level: ClinGenDosage
    evidence: tuple[Evidence, ...]
    diseases: tuple[Reference, ...] = ()
    """Diseases that the score is about, where the table names any."""

    def items(self, context: Context) -> Iterator[Item]:
        """The statements; none for a score without evidence."""
        if self.level is ClinGenDosage.NO_EVIDENCE:
            context.left_out.add("no evidence for dosage sensitivity (score 0)", f"{self.subject} {self.dosage}")
            return
        if self.level is ClinGenDosage.AUTOSOMAL_RECESSIVE:
            yield Association(self.subject, Predicate.ASSOCIATED_WITH, AUTOSOMAL_RECESSIVE, self.evidence)
        else:
            yield Entity(self.dosage.term, Category.PHENOTYPIC_QUALITY, self.dosage.value)
            yield self._association(Predicate.ASSOCIATED_WITH, self.dosage.term)
        for disease in self.diseases:
            yield from self._of_disease(context, disease)

    def _of_disease(self, context: Context, identifier: Reference) -> Iterator[Item]:
        disease = named_disease(context, identifier, str(identifier))
        yield from disease.declared
        is_region = self.subject.identifier.startswith("region/")
        predicate = Predicate.ASSOCIATED_WITH if is_region else Predicate.GENE_ASSOCIATED_WITH_CONDITION
        qualifiers: tuple[tuple[Qualifier, Value], ...] = (
            (Qualifier.COPY_NUMBER_CHANGE, self.dosage.copy_number_change),
            (Qualifier.MECHANISM, self.dosage.value.lower()),
        )
        if self.level is ClinGenDosage.AUTOSOMAL_RECESSIVE:
            qualifiers = ((Qualifier.INHERITANCE, AUTOSOMAL_RECESSIVE),)
        yield self._association(predicate, disease.reference, qualifiers)

    def _association(
        self, predicate: Predicate, target: Reference, qualifiers: tuple[tuple[Qualifier, Value], ...] = ()
    ) -> Association:
        negated = self.level is ClinGenDosage.UNLIKELY
        return Association(self.subject, predicate, target, self.evidence, qualifiers, negated=negated)


def read_score(file: SourceFile, line: int, text: str) -> ClinGenDosage:
    """A score.

    Raises:
        SourceError: it is none of ClinGen's.
    """
    try:
        return ClinGenDosage(text)
    except ValueError as error:
        raise file.error(line, f"{text!r} is no dosage score; known are {', '.join(ClinGenDosage)}") from error
