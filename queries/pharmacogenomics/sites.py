"""Where to look in a VCF for the defining variants of the pharmacogenes, and how they are written there."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from queries.intake.indels import Change
from queries.intake.repeats import repeat_reach
from queries.intake.vcf import Interest
from queries.pharmacogenomics.definitions import load_definitions
from queries.pharmacogenomics.genes import OUTSIDE_ONLY

if TYPE_CHECKING:
    from kg.store import Graph
    from queries.case import Assembly
    from queries.pharmacogenomics.gene_definition import DefiningVariant


@lru_cache(maxsize=8)  # both assemblies of the opened release, with and without variants
def defining_interest(graph: Graph, assembly: Assembly, *, variants: bool = False) -> Interest:
    """The defining sites of the callable genes with the assembly's bases there; ``variants`` asks for all others too."""
    references: dict[tuple[str, int], str] = {}
    changes = set()
    for definition in load_definitions(graph, assembly):
        if definition.symbol in OUTSIDE_ONLY:
            continue
        for variant in definition.variants:
            site = variant.site.chromosome, variant.site.position
            references[site] = max(references.get(site, ""), variant.ref, key=len)
            if len(variant.ref) > 1 or len(variant.alt) > 1:
                changes.add(_change(variant))
    ordered = sorted(changes, key=lambda c: (c.chromosome, c.position, c.reference, c.alternate))
    return Interest(frozenset(references), variants, references=references, changes=tuple(ordered))


def _change(variant: DefiningVariant) -> Change:
    """A variant with the reach of its repeat, which its name on GRCh38 tells on either assembly."""
    *_, shared, locus = variant.reference.identifier.split("/")
    reach = repeat_reach(locus if shared == "GRCh38" else "", variant.ref)
    return Change(*variant.site, variant.ref, variant.alt, reach)
