"""What is looked for in a VCF is what the definitions say, and they do not contradict each other about the assembly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from queries.case import Assembly
from queries.pharmacogenomics.definitions import load_definitions
from queries.pharmacogenomics.genes import OUTSIDE_ONLY
from queries.pharmacogenomics.sites import defining_interest

if TYPE_CHECKING:
    from kg.store import Graph


@pytest.mark.parametrize("assembly", Assembly)
def test_every_defining_site_is_looked_for_with_its_base(graph: Graph, assembly: Assembly) -> None:
    interest = defining_interest(graph, assembly)
    callable_ = [one for one in load_definitions(graph, assembly) if one.symbol not in OUTSIDE_ONLY]
    assert interest.sites == {(site.chromosome, site.position) for one in callable_ for site in one.sites}
    assert interest.references.keys() == interest.sites
    assert not interest.variants
    assert defining_interest(graph, assembly) is interest


@pytest.mark.parametrize("assembly", Assembly)
def test_no_two_definitions_tell_different_bases_of_the_assembly(starter_graph: Graph, assembly: Assembly) -> None:
    interest = defining_interest(starter_graph, assembly)
    told: dict[tuple[str, int], set[str]] = {}
    for (chromosome, position), bases in interest.references.items():
        for place, base in enumerate(bases, start=position):
            told.setdefault((chromosome, place), set()).add(base)
    for change in interest.changes:
        for place, base in change.bases():
            told.setdefault((change.chromosome, place), set()).add(base)
    assert len(interest.changes) > 50
    assert [place for place, bases in told.items() if len(bases) > 1] == []


@pytest.mark.parametrize(("assembly", "position"), [(Assembly.GRCH37, 234668879), (Assembly.GRCH38, 233760233)])
def test_the_promoter_repeat_of_ugt1a1_reaches_as_far_on_both_assemblies(
    starter_graph: Graph, assembly: Assembly, position: int
) -> None:
    changes = defining_interest(starter_graph, assembly).changes_at["2", position]
    assert {change.reach for change in changes} == {15}
