"""Which disorders stand below which: ``en_product3_*.xml`` and ``en_product7.xml``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.model import Association
from kg.sources.orphanet.document import declare, enclosing_disorder, read_records
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, SourceFile

_PREFERENTIAL_PARENT = "Preferential parent"


def read_classification(file: SourceFile, context: Context) -> Iterator[Item]:
    """The edges of one classification; a disorder may stand in several, and at several places of one."""
    for record in context.records(read_records(file, "ClassificationNode")):
        reference, parent = record.disorder("Disorder/"), record.nearest("ClassificationNode")
        yield from declare(record, context, "Disorder/")
        if parent is None:
            context.left_out.add("root of a classification", str(reference))
            continue
        yield from declare(parent, context, "Disorder/")
        tree = record.nearest("Classification")
        number = tree.element.get("id", "") if tree else ""
        above = parent.disorder("Disorder/")
        evidence = file.evidence(f"Classification/{number} {reference} below {above}")
        yield Association(reference, Predicate.SUBCLASS_OF, above, evidence)


def read_linearisation(file: SourceFile, context: Context) -> Iterator[Item]:
    """The one group of disorders under which Orphanet counts a disorder that stands in several classifications."""
    path = "Disorder/DisorderDisorderAssociationList/DisorderDisorderAssociation"
    for record in context.records(read_records(file, path)):
        disorder, kind = enclosing_disorder(record), record.text("DisorderDisorderAssociationType/Name")
        if kind != _PREFERENTIAL_PARENT:
            context.left_out.add("relation of two disorders other than preferential parent", kind)
            continue
        yield from declare(disorder, context)
        yield from declare(record, context, "TargetDisorder/")
        yield Association(
            disorder.disorder(),
            Predicate.SUBCLASS_OF,
            record.disorder("TargetDisorder/"),
            file.evidence(record.line),
            ((Qualifier.ASSOCIATION_TYPE, kind),),
        )
