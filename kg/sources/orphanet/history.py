"""Age of onset, inheritance and prevalence of disorders: ``en_product9_ages.xml`` and ``en_product9_prev.xml``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.model import Association, Entity
from kg.sources.orphanet.document import declare, enclosing_disorder, publications, read_records
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, SourceFile
    from kg.sources.orphanet.document import Record

ONSETS: Final = {
    "Antenatal": Reference("HP", "0030674"),
    "Neonatal": Reference("HP", "0003623"),
    "Infancy": Reference("HP", "0410280"),
    "Childhood": Reference("HP", "0410280"),
    "Adult": Reference("HP", "0003581"),
    "Elderly": Reference("HP", "0003584"),
}
"""The narrowest HPO term that holds the whole of Orphanet's interval (infancy to 23 months, childhood 2-11 years, adult
19-65, elderly above 65): antenatal, neonatal, pediatric (before 16 years), adult, late onset (after 60)."""
INHERITANCES: Final = {
    "Autosomal dominant": Reference("HP", "0000006"),
    "Autosomal recessive": Reference("HP", "0000007"),
    "Mitochondrial inheritance": Reference("HP", "0001427"),
    "Multigenic/multifactorial": Reference("HP", "0001426"),
    "Oligogenic": Reference("HP", "0010983"),
    "Semi-dominant": Reference("HP", "0032113"),
    "X-linked dominant": Reference("HP", "0001423"),
    "X-linked recessive": Reference("HP", "0001419"),
    "Y-linked": Reference("HP", "0001450"),
}
_NOTHING_STATED: Final = frozenset({"All ages", "No data available", "Not applicable", "Not yet documented", "Unknown"})
_CLINICAL_COURSE: Final = "C"


def read_history(file: SourceFile, context: Context) -> Iterator[Item]:
    """Inheritance and age of onset as HPO terms; Orphanet's own word is kept as qualifier."""
    paths = (
        "AverageAgeOfOnsetList/AverageAgeOfOnset",
        "AverageAgeOfDeathList/AverageAgeOfDeath",
        "TypeOfInheritanceList/TypeOfInheritance",
    )
    for record in context.records(read_records(file, *paths)):
        name, disorder = record.text("Name"), enclosing_disorder(record)
        if record.element.tag == "AverageAgeOfDeath":
            context.left_out.add("age of death (not read)", name)
        elif name in _NOTHING_STATED:
            context.left_out.add("no age of onset or inheritance is stated", name)
        else:
            yield from _described(record, context, disorder, name)


def _described(record: Record, context: Context, disorder: Record, name: str) -> Iterator[Item]:
    is_onset = record.element.tag == "AverageAgeOfOnset"
    term = (ONSETS if is_onset else INHERITANCES).get(name)
    if term is None:
        context.left_out.add("age of onset or inheritance that no HPO term holds as a whole", name)
        return
    found = context.resolver.phenotypes.by_identifier(term).reference
    if found is None:
        context.unresolved.add("HPO term that no HPO release of the build has", str(term))
        return
    yield from declare(disorder, context)
    yield Association(
        disorder.disorder(),
        Predicate.ASSOCIATED_WITH if is_onset else Predicate.HAS_MODE_OF_INHERITANCE,
        found,
        record.file.evidence(record.line),
        (*(((Qualifier.ASPECT, _CLINICAL_COURSE),) if is_onset else ()), (Qualifier.ORIGINAL_OBJECT, name)),
    )


def read_prevalence(file: SourceFile, context: Context) -> Iterator[Item]:
    """Estimates of how frequent a disorder is, as attributes of it: no other entity takes part."""
    for record in context.records(read_records(file, "Disorder/PrevalenceList/Prevalence")):
        disorder, amount = enclosing_disorder(record), _amount(record)
        reference = disorder.disorder()
        if amount in _NOTHING_STATED:
            context.left_out.add("prevalence that is unknown", str(reference))
            continue
        fields = (
            record.text("PrevalenceType/Name"),
            amount,
            record.find("PrevalenceGeographic/Name"),
            record.find("PrevalenceValidationStatus/Name"),
            " ".join(str(one) for one in publications(record.find("Source"))),
        )
        attributes = ((Attribute.PREVALENCE, " | ".join(filter(None, fields))),)
        yield from declare(disorder, context)
        yield Entity(reference, Category.DISEASE, disorder.text("Name"), attributes=attributes)


def _amount(record: Record) -> str:
    """The class of prevalence, or else the mean value with what it counts."""
    if stated := record.find("PrevalenceClass/Name"):
        return stated
    value = record.text("ValMoy")
    try:
        float(value)
    except ValueError as error:
        raise record.file.error(record.line, f"ValMoy holds {value!r}, which is no number") from error
    return f"{value} {record.find('PrevalenceQualification/Name')}".strip()
