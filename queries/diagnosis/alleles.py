"""The graph's variants that one call of the patient is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from kg.rdf import ATTRIBUTE
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Predicate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.store import Graph
    from queries.case import VariantCall

_LOCI: Final = (Attribute.LOCUS_GRCH37, Attribute.LOCUS_GRCH38)
_HAS_HGVS: Final = NamedNode(ATTRIBUTE + Attribute.HGVS)
_GENE_IN_HGVS: Final = re.compile(r"\([^()]*\)(?=:)")
_CLASSIFIED: Final = "ClinVar"
"""Prefix of the variants whose alleles at a site are compared."""


@dataclass(frozen=True, slots=True)
class Alleles:
    """Variants of the graph, sorted; with ``by_site`` they merely share an rsID with the call, which is one of them."""

    alleles: tuple[Reference, ...]
    by_site: bool = False


def find_alleles(graph: Graph, call: VariantCall) -> Alleles:
    """The variants with the call's locus or HGVS expression, else those at its rsID.

    An rsID names a site and not a change. Where the call's change is known, too, only variants with the same bases count.
    """
    exact = set(_at_locus(graph, call)) | set(_by_hgvs(graph, call))
    if exact or call.rsid is None:
        return Alleles(tuple(sorted(exact)))
    matches = graph.associations(object=call.rsid, predicate=Predicate.CLOSE_MATCH.local_name)
    at_site = sorted({match.subject for match in matches if match.subject.prefix == _CLASSIFIED})
    if call.locus is None:
        return Alleles(tuple(at_site), by_site=True)
    return Alleles(tuple(allele for allele in at_site if _has_bases(graph, allele, call.locus)))


def _at_locus(graph: Graph, call: VariantCall) -> Iterator[Reference]:
    if call.assembly is not None and call.locus is not None:
        yield from graph.positions(call.assembly).find([call.locus])[0]


def _by_hgvs(graph: Graph, call: VariantCall) -> Iterator[Reference]:
    for text in call.hgvs:
        for spelling in {text, _GENE_IN_HGVS.sub("", text)}:
            for quad in graph.store.quads_for_pattern(None, _HAS_HGVS, Literal(spelling), None):
                if isinstance(quad.subject, NamedNode):
                    yield Reference.from_iri(quad.subject.value)


def _has_bases(graph: Graph, allele: Reference, locus: str) -> bool:
    """Whether a variant changes the same bases as ``locus`` does, wherever they lie (on the other assembly)."""
    entity = graph.entity(allele)
    bases = locus.split("-")[2:]
    loci = [value for key, value in entity.attributes if key in _LOCI] if entity else []
    return any(str(value).split("-")[2:] == bases for value in loci)
