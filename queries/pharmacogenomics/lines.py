"""What there is to say of each listed drug, with and without a recommendation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.paths import describe, make_path
from kg.sources.fda import FDA
from ontology.vocabulary import Qualifier
from queries.candidate import Action
from queries.medication import MedicationLine, Outcome
from queries.pharmacogenomics.converted import strongest
from queries.pharmacogenomics.gene_drug import find_pairs
from queries.pharmacogenomics.needs import needs_of
from queries.pharmacogenomics.robustness import name_test
from queries.pharmacogenomics.rules import BODIES, CPIC
from queries.pharmacogenomics.symbols import find_gene, symbol_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from kg.model import Association, Entity, Path
    from kg.store import Graph
    from ontology.reference import Reference
    from queries.candidate import Recommendation
    from queries.case import Medication
    from queries.pharmacogenomics.calls import Interpreted
from queries.pharmacogenomics.gene_drug import Pair

_ALGORITHMS: Final = {"RXNORM:11289": "is a dosing algorithm"}
"""Drugs of which CPIC's guideline has no table of texts (warfarin, doi:10.1002/cpt.668)."""
_NOT_HELD: Final = "is not held as text in this release"


def describe_medication(
    graph: Graph,
    medication: Medication,
    advice: Sequence[Recommendation],
    known: Mapping[str, Interpreted],
    research: Container[str] = (),
) -> MedicationLine:
    """The line of a listed drug.

    ``advice`` are the recommendations for it, ``known`` the genes that may have advice, ``research`` the symbols of those
    that were called for research alone.
    """
    drug = medication.drug
    if drug is None:
        message = f"the release knows no drug named {medication.given!r}, so nothing is said of it"
        return MedicationLine(medication.given, None, Outcome.NOT_RECOGNISED, message=message)
    return _Line(graph, medication, drug, research).build(advice, known)


class _Line:
    """Gathers what the graph holds of one drug."""

    def __init__(self, graph: Graph, medication: Medication, drug: Reference, research: Container[str]) -> None:
        self.graph, self.given, self.drug = graph, medication.given, describe(graph, drug)
        self.research = research
        stated = graph.associations(predicate="affects", object=drug)
        self.texts = [one for one in stated if one.qualifier(Qualifier.RECOMMENDATION) is not None]
        self.pairs = find_pairs(graph, drug)
        self.symbols = sorted({symbol_of(text.subject) for text in self.texts})

    def build(self, advice: Sequence[Recommendation], known: Mapping[str, Interpreted]) -> MedicationLine:
        if advice:
            return self._advised(advice, known)
        symbols = self.symbols
        guided = [pair for pair in self.pairs if pair.url is not None and pair.body != FDA]
        if uncalled := [symbol for symbol in symbols if symbol not in known]:
            message = self._say(self._tests(uncalled), self._missing_texts())
            return self._line(Outcome.GENE_NOT_CALLED, _genes(self.graph, uncalled), message)
        if symbols:
            genes = [known[symbol].call.gene for symbol in symbols]
            if other := [text for text in self.texts if self._is_for_other_scores(text, known)]:
                message = self._say(self._other_scores(other), self._missing_texts())
                return self._line(Outcome.TEXT_NOT_HELD, genes, message)
            message = f"no recommendation on {self.drug.name} covers these results of {_join(symbols)}"
            return self._line(Outcome.NO_MATCH, genes, self._say(message, self._missing_texts()))
        if guided:
            genes = [describe(self.graph, pair.association.subject) for pair in guided]
            return self._line(Outcome.TEXT_NOT_HELD, genes, self._missing_texts())
        message = f"the release knows of no pharmacogenomic guideline on {self.drug.name}; that is no sign of safety"
        return self._line(Outcome.NO_GUIDELINE, [], message)

    def _advised(self, advice: Sequence[Recommendation], known: Mapping[str, Interpreted]) -> MedicationLine:
        silent = all(one.actions == (Action.NO_RECOMMENDATION,) for one in advice)
        symbols = sorted({symbol for one in advice for symbol in one.phenotypes if symbol in known})
        uncalled = [symbol for symbol in self.symbols if symbol not in known]
        said = f"the guidelines make no recommendation on {self.drug.name} for these results" if silent else ""
        causes = {cause.gene.name: cause for one in advice for cause in one.derived}
        derived = (
            f"some advice is derived: {symbol} as changed by {_join([m.drug.name for m in strongest(cause)])}"
            for symbol, cause in sorted(causes.items())
        )
        message = self._say(said, *derived, self._tests(uncalled), self._missing_texts())
        genes = [known[symbol].call.gene for symbol in symbols]
        genes += _genes(self.graph, uncalled)
        return self._line(Outcome.NO_RECOMMENDATION if silent else Outcome.ADVICE, genes, message)

    def _line(self, outcome: Outcome, genes: Sequence[Entity], message: str) -> MedicationLine:
        distinct = tuple({gene.reference: gene for gene in genes}.values())
        own = [pair for pair in self.pairs if any(pair.association.subject == gene.reference for gene in distinct)]
        pages = [(_rank(pair.body), pair.url) for pair in own if pair.url is not None]
        pages += [
            (_rank(_body(text)), str(url))
            for text in self.texts
            if (url := text.qualifier(Qualifier.GUIDELINE)) is not None
        ]
        _, url = min(pages, default=(0, None))
        return MedicationLine(self.given, self.drug, outcome, distinct, message, url, tuple(self._paths(own)))

    def _tests(self, symbols: Sequence[str]) -> str:
        if not symbols:
            return ""
        tests = _join([name_test(symbol) for symbol in symbols])
        for_research = [symbol for symbol in symbols if symbol in self.research]
        uncalled = [symbol for symbol in symbols if symbol not in self.research]
        said = [
            f"{_join(group)} {'was' if len(group) == 1 else 'were'} {how}"
            for group, how in ((uncalled, "not called"), (for_research, "called for research alone"))
            if group
        ]
        return f"{', '.join(said)}: {tests} would matter for {self.drug.name}"

    def _missing_texts(self) -> str:
        """The guidelines on the drug that the release holds no text of, with their pages."""
        held = {FDA, *map(_body, self.texts)}
        pages = sorted({(pair.body, pair.url) for pair in self.pairs if pair.url is not None and pair.body not in held})
        algorithm = _ALGORITHMS.get(self.drug.reference.curie)
        said = (
            f"the {body} guideline on {self.drug.name} {algorithm if algorithm and body == CPIC else _NOT_HELD}: {page}"
            for body, page in pages
        )
        return self._say(*said)

    def _is_for_other_scores(self, text: Association, known: Mapping[str, Interpreted]) -> bool:
        """Whether a text is for the patient's phenotypes and only its activity score keeps it away."""
        needs = needs_of(self.graph, text, known)
        return any(need.excluded for need in needs) and all(
            need.symbol in known and need.reference in known[need.symbol].phenotypes for need in needs
        )

    def _other_scores(self, texts: Iterable[Association]) -> str:
        keys = sorted({str(value) for text in texts for name, value in text.qualifiers if name is Qualifier.LOOKUP_KEY})
        return f"the release holds CPIC's text on {self.drug.name} only for the activity score of {_join(keys)}"

    def _paths(self, pairs: Iterable[Pair]) -> Iterable[Path]:
        return (make_path(self.graph, one.association.subject, [one.association]) for one in pairs)

    @staticmethod
    def _say(*parts: str) -> str:
        return "; ".join(part for part in parts if part)


def _genes(graph: Graph, symbols: Iterable[str]) -> list[Entity]:
    found = (find_gene(graph, symbol) for symbol in symbols)
    return [gene for gene in found if gene is not None]


def _body(text: Association) -> str:
    return str(text.qualifier(Qualifier.GUIDELINE_BODY) or CPIC)


def _rank(body: str) -> int:
    """Whose page is named first."""
    return BODIES.index(body) if body in BODIES else len(BODIES)


def _join(names: Sequence[str]) -> str:
    return " and ".join(names)
