"""What is known of each pharmacogene of a patient: its compatible diplotypes and their phenotypes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.sources.cpic import gene_phenotype, least_score
from ontology.vocabulary import Attribute, Category, Qualifier
from queries.candidate import CallStatus, Diplotype, GeneCall, Positions
from queries.case import CallSource
from queries.pharmacogenomics.authority import NAMING, phenotype_of
from queries.pharmacogenomics.definitions import GeneDefinition, Site, load_definitions
from queries.pharmacogenomics.matching import Match, match_alleles

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.model import Association, Entity
    from kg.store import Graph
    from ontology.reference import Reference
    from queries.case import Assembly, DiplotypeCall, Genotype, PatientCase

OUTSIDE_ONLY: Final = {
    "CYP2D6": "structural variants decide its alleles",
    "MT-RNR1": "mitochondrial variants need a caller of their own",
}
"""Genes that short variants of a nuclear VCF cannot call (PharmCAT, Using:Calling CYP2D6; doi:10.1002/cpt.2790)."""

TYPED_BY_ALLELE: Final = "HLA-"
"""How the symbols of genes begin whose recommendations ask for one allele (``*57:01 positive``), not for a phenotype."""


@dataclass(frozen=True, slots=True)
class Interpreted:
    """A gene call together with the associations that lead from its diplotypes to their phenotypes."""

    call: GeneCall
    symbol: str
    phenotypes: Mapping[Reference, Association | None]
    """Gene phenotype to the association of one diplotype that has it; ``None`` where the phenotype itself was given."""

    @property
    def may_have_advice(self) -> bool:
        """Whether a recommendation can apply: a phenotype is known, or alleles that recommendations ask for one by one."""
        return bool(self.phenotypes) or (self.symbol.startswith(TYPED_BY_ALLELE) and bool(self.call.diplotypes))


def sites_of_interest(graph: Graph, assembly: Assembly) -> frozenset[Site]:
    """Every site on one assembly that an allele of a callable gene is defined by."""
    return frozenset(site for definition in _callable(graph, assembly) for site in definition.sites)


def call_genes(graph: Graph, case: PatientCase) -> list[Interpreted]:
    """Every gene that the case says something of, in order of symbols.

    A diplotype that was given wins over what the genotypes show, which is then not looked at.
    """
    given: dict[str, list[DiplotypeCall]] = defaultdict(list)
    for call in case.diplotypes:
        given[call.gene_symbol].append(call)
    calls = [_from_given(graph, symbol, alternatives) for symbol, alternatives in given.items()]
    if case.genotypes is not None:
        sites: dict[Site, list[Genotype]] = defaultdict(list)
        for record in case.genotypes.sites:
            sites[Site(record.chromosome, record.position)].append(record)
        for definition in load_definitions(graph, case.genotypes.assembly):
            if definition.symbol not in given:
                calls.append(_from_genotypes(graph, case, definition, sites))
    return sorted(calls, key=lambda interpreted: interpreted.symbol)


def _callable(graph: Graph, assembly: Assembly) -> Iterable[GeneDefinition]:
    return (d for d in load_definitions(graph, assembly) if d.symbol not in OUTSIDE_ONLY)


def _from_given(graph: Graph, symbol: str, alternatives: Sequence[DiplotypeCall]) -> Interpreted:
    """The call of a gene whose diplotype (or phenotype alone) was given; several different ones are alternatives."""
    diplotypes: list[Diplotype] = []
    phenotypes: dict[Reference, Association | None] = {}
    messages = []
    for given in alternatives:
        name = "/".join(given.alleles)
        stated = phenotype_of(graph, symbol, given.alleles) if given.alleles else None
        if stated is not None:
            diplotypes.append(_diplotype(stated))
            phenotypes.setdefault(stated.object, stated)
            if given.phenotype is not None and given.phenotype != diplotypes[-1].phenotype:
                messages.append(f"the call gives {given.phenotype}, CPIC assigns {diplotypes[-1].phenotype} to {name}")
        elif given.phenotype is not None and graph.entity(gene_phenotype(symbol, given.phenotype)):
            diplotypes.append(Diplotype(name, given.phenotype, given.activity_score))
            phenotypes.setdefault(gene_phenotype(symbol, given.phenotype), None)
        else:
            diplotypes.append(Diplotype(name, given.phenotype, given.activity_score))
            messages.append(f"the release knows no phenotype for {symbol} {name or given.phenotype or ''}".rstrip())
    status = CallStatus.CALLED if len(diplotypes) == 1 else CallStatus.AMBIGUOUS
    call = GeneCall(find_gene(graph, symbol), status, alternatives[0].source, tuple(diplotypes), None, tuple(messages))
    return Interpreted(call, symbol, phenotypes)


def find_gene(graph: Graph, symbol: str) -> Entity:
    """The gene with this approved symbol, which is known to be in the graph."""
    named = graph.find_by_name(symbol, Category.GENE)
    return next((gene for gene in named if gene.attribute(Attribute.SYMBOL) == symbol), named[0])


def _from_genotypes(
    graph: Graph, case: PatientCase, definition: GeneDefinition, sites: Mapping[Site, list[Genotype]]
) -> Interpreted:
    gene = graph.entity(definition.gene)
    assert gene is not None  # noqa: S101 - the definition was read from this graph
    if reason := OUTSIDE_ONLY.get(definition.symbol):
        message = f"not called from short variants: {reason}; give its diplotype or an outside call"
        call = GeneCall(gene, CallStatus.NOT_CALLED, CallSource.VCF, messages=(message,))
        return Interpreted(call, definition.symbol, {})
    match = match_alleles(definition, sites, assume_missing_is_reference=case.assume_missing_is_reference)
    diplotypes, phenotypes = _interpret(graph, definition, match.pairs)
    positions = Positions(match.assayed, tuple(f"{site.chromosome}-{site.position}" for site in match.missing))
    status = {0: CallStatus.NOT_CALLED, 1: CallStatus.CALLED}.get(len(match.pairs), CallStatus.AMBIGUOUS)
    messages = tuple(_messages(case, definition, match))
    call = GeneCall(gene, status, CallSource.VCF, diplotypes, positions, messages)
    return Interpreted(call, definition.symbol, phenotypes)


def _messages(case: PatientCase, definition: GeneDefinition, match: Match) -> Iterable[str]:
    if match.reason:
        yield match.reason
    if match.missing and match.pairs:
        sites = len(definition.sites)
        yield f"{len(match.missing)} of {sites} defining positions were not seen; alleles that differ there stay possible"
    if definition.structural:
        yield f"structural alleles cannot be seen in short variants: {', '.join(definition.structural)}"
    if case.assume_missing_is_reference:
        yield "positions absent from the VCF were assumed to carry the assembly's base, as asked"


def _interpret(
    graph: Graph, definition: GeneDefinition, pairs: Iterable[tuple[str, str]]
) -> tuple[tuple[Diplotype, ...], dict[Reference, Association | None]]:
    """Diplotypes with phenotype and score, and for each phenotype the association that states it."""
    diplotypes: list[Diplotype] = []
    phenotypes: dict[Reference, Association | None] = {}
    for pair in pairs:
        stated = phenotype_of(graph, definition.symbol, pair, NAMING.get(definition.source))
        diplotypes.append(Diplotype("/".join(pair), None) if stated is None else _diplotype(stated))
        if stated is not None:
            phenotypes.setdefault(stated.object, stated)
    return tuple(diplotypes), phenotypes


def _diplotype(stated: Association) -> Diplotype:
    score = stated.qualifier(Qualifier.ACTIVITY_SCORE)
    return Diplotype(
        stated.subject.minted_name.partition("/")[2],
        stated.object.minted_name.partition("/")[2],
        None if score is None else least_score(str(score)),
    )
