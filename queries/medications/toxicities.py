"""Which words of a source mean a complaint: names of HPO terms, ClinPGx's phenotypes, and a few clinical terms of guidelines.

A term fits a complaint if it is the complaint, lies below it, or is directly above it. Of free texts only clauses count
that state a raised risk; "typical myopathy risk" and "no association with higher bleeding risk" do not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from kg.paths import describe, make_path
from kg.profiles import DiseaseProfiles
from ontology.vocabulary import Category

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.model import Association, Path
    from kg.store import Graph
    from ontology.reference import Reference

_LEAST_NAME: Final = 4
"""Characters of a name that is looked for in texts; shorter ones (``MI``) are parts of other words and codes."""
_CLAUSES: Final = re.compile(r"[;\n]|\.(?:\s|$)")
_DENIES: Final = re.compile(
    r"\bno association\b|\bnot associated\b|\btypical\b|\b(?:low|lower|reduced|decreased|normal)(?: or \w+)? "
    r"(?:\w+ ){0,2}risk\b",
    re.IGNORECASE,
)
_RAISES: Final = re.compile(
    r"\b(?:increas\w+|higher|highly|strongly|elevated|risks?|develop\w*|occur\w*|cause\w*|can result"
    r"|major\w*|risque\w*|augment\w*)\b|\bsévère",
    re.IGNORECASE,
)
"""English of CPIC, DPWG and the FDA, French of the ANSM."""
_LOWERS: Final = r"\b(?:reduc\w+|decreas\w+|lower\w*|prevent\w*|fewer)"
"""What a drug does to a complaint that it prevents; in the clause it stands shortly before the complaint."""
RAISED_EXPOSURE: Final = re.compile(
    r"\b(?:increase[ds]?|higher|raised)(?: [\w-]+){0,3} (?:exposure|concentrations?|side effects|toxicity)\b"
    r"|\baugmentation(?: [\w']+){0,3} concentrations\b",
    re.IGNORECASE,
)
"""More of the drug, or of its side effects without naming them."""
LOST_EFFECT: Final = re.compile(
    r"\b(?:reduced|diminished|decreased|lower|insufficient|lack of|less)\b[^.;]*"
    r"\b(?:analgesia|efficacy|effectiveness|effective|response|morphine formation)\b"
    r"|\b(?:therapeutic|treatment) failure\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sign:
    """HPO terms that a clinical word of the sources stands for, and who says so."""

    words: re.Pattern[str]
    terms: frozenset[str]
    publication: str


def _sign(words: str, publication: str, *terms: str) -> Sign:
    return Sign(re.compile(words, re.IGNORECASE), frozenset(terms), publication)


SIGNS: Final = (
    _sign(
        r"\bmyopath|\bmuscular diseases\b|\bmusculoskeletal symptoms\b|\brhabdomyoly",
        "DOI:10.1002/cpt.2557",  # CPIC on statins: myalgia, myopathy and rhabdomyolysis are grades of one toxicity
        "HP:0003326", "HP:0003198", "HP:0003201", "HP:0001324", "HP:0003236",
    ),
    _sign(
        r"\brespiratory depression\b|\bdépression respiratoire\b",
        "DOI:10.1002/cpt.2149",  # CPIC on opioids, FDA label of codeine: extreme sleepiness, confusion, shallow breathing
        "HP:0002791", "HP:0002329", "HP:0001289",
    ),
    _sign(
        r"\bhypersensitivity\b",
        "DOI:10.1038/clpt.2011.355",  # CPIC on abacavir: fever, rash, gastrointestinal and respiratory symptoms
        "HP:0000988", "HP:0001945", "HP:0002013", "HP:0002018", "HP:0002014", "HP:0012378", "HP:0002094", "HP:0012735",
    ),
    _sign(
        r"\bSJS\b|\bstevens-johnson\b|\btoxic epidermal necrolysis\b|\bcutaneous adverse\b",
        "DOI:10.1002/cpt.1004",  # CPIC on carbamazepine: severe cutaneous adverse reactions
        "HP:0000988", "HP:0008066", "HP:0001945",
    ),
    _sign(
        r"\bhemorrhage\b|\bbleeding\b|\bhémorragi",
        "DOI:10.1002/cpt.668",  # CPIC on warfarin: bleeding as the toxicity
        "HP:0001892",
    ),
    _sign(
        r"\bmyelosuppression\b|\bmyelotoxicity\b|\bleu[ck]openia\b",
        "DOI:10.1002/cpt.1304",  # CPIC on thiopurines
        "HP:0001882", "HP:0001875", "HP:0001873", "HP:0001876",
    ),
    _sign(
        r"\bfluoropyrimidine drugs?\b|\bfluoropyrimidine toxicity\b|\bfluoropyrimidine-related toxicity\b",
        "DOI:10.1002/cpt.911",  # CPIC on fluoropyrimidines: neutropenia, diarrhea, nausea, mucositis
        "HP:0001875", "HP:0002014", "HP:0000155", "HP:0010280", "HP:0002018",
    ),
    _sign(
        r"\bcerebrovascular events\b|\bcardiovascular risk\b",
        "DOI:10.1002/cpt.2526",  # CPIC on clopidogrel: cardiac and cerebrovascular events where it does not act
        "HP:0001658", "HP:0001297", "HP:0002326",
    ),
    _sign(
        r"\bqt(?:c|-?interval)?[- ]prolongation\b|\btorsades? de pointes\b",
        "DOI:10.1002/cpt.2903",  # CPIC on SSRIs: QT prolongation with citalopram
        "HP:0001657", "HP:0001664", "HP:0001279",
    ),
    _sign(
        r"\baminoglycoside-induced hearing loss\b|\bhearing loss\b|\bototoxicity\b",
        "DOI:10.1002/cpt.2309",  # CPIC on aminoglycosides and MT-RNR1
        "HP:0000365", "HP:0000360",
    ),
)  # fmt: skip
"""Words for toxicities that are no HPO name, or that guidelines count more signs to than the ontology does."""


@dataclass(slots=True)
class Fit:
    """What counts as one complaint."""

    graph: Graph
    complaint: Reference
    terms: dict[Reference, list[Association]] = field(default_factory=dict)
    """Fitting terms, each with the ``is_a`` statements between it and the complaint, in walking order from the term."""
    words: re.Pattern[str] | None = None
    """Their names and synonyms."""

    @classmethod
    def of(cls, graph: Graph, complaint: Reference) -> Fit:
        """The fit of one complaint; one that is no phenotypic abnormality of the release fits itself alone."""
        fit = cls(graph, complaint, {complaint: []})
        profiles = DiseaseProfiles.load(graph.release.tables_path)
        position = profiles.find_term(complaint)
        if position is not None:
            hierarchy = profiles.hierarchy
            for below in hierarchy.below(position).nonzero()[0]:
                walk = [profiles.term(place) for place in hierarchy.walk_up(int(below), position)]
                fit.terms[walk[0]] = list(_is_a(graph, walk))
            for parent in hierarchy.parents[position]:
                above = profiles.term(int(parent))
                fit.terms.setdefault(above, list(_is_a(graph, [complaint, above])))
        names = {name for term in fit.terms for name in _names(graph, term) if len(name) >= _LEAST_NAME}
        if names:
            longest = sorted(names, key=lambda name: (-len(name), name))
            fit.words = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest))})\b", re.IGNORECASE)
        return fit

    def to_complaint(self, term: Reference) -> tuple[Path, ...]:
        """The ``is_a`` path between a fitting term and the complaint, none where it is the complaint."""
        hops = self.terms.get(term)
        if not hops:
            return ()
        return (make_path(self.graph, hops[0].subject if hops[0].subject == term else self.complaint, hops),)

    def names(self, text: str) -> str | None:
        """The words by which a text means the complaint, or ``None``."""
        if self.words is not None and (found := self.words.search(text)):
            return found[0]
        for sign in SIGNS:
            if (found := sign.words.search(text)) and self._signed(sign):
                return f"{found[0]} ({sign.publication})"
        return None

    def is_threatened_by(self, text: str) -> str | None:
        """The words of a clause that states a raised risk of the complaint, or ``None``."""
        for clause in _CLAUSES.split(text):
            if _RAISES.search(clause) and not _DENIES.search(clause) and (found := self.names(clause)):
                word = re.escape(found.partition(" (")[0])
                if not re.search(rf"{_LOWERS}(?:\W+\w+){{0,8}}?\W+{word}", clause, re.IGNORECASE):
                    return found
        return None

    def meaning_of(self, name: str) -> tuple[Path, ...] | None:
        """Paths from a vocabulary's condition of this name to the complaint; ``None`` where it does not mean it.

        A condition that only a sign leads to has no path.
        """
        for entity in self.graph.find_by_name(name):
            if entity.reference in self.terms:
                return self.to_complaint(entity.reference)
            for mapping in self.graph.associations(entity.reference, "close_match"):
                if mapping.object in self.terms:
                    return (make_path(self.graph, entity.reference, [mapping]), *self.to_complaint(mapping.object))
        return () if any(s.words.search(name) and self._signed(s) for s in SIGNS) else None

    def _signed(self, sign: Sign) -> bool:
        return any(term.curie in sign.terms for term in self._narrow())

    def _narrow(self) -> Iterator[Reference]:
        """The complaint and what lies below it: a sign for a term above it says less than the complaint."""
        for term, hops in self.terms.items():
            if not hops or hops[0].subject == term:
                yield term


def _is_a(graph: Graph, walk: list[Reference]) -> Iterator[Association]:
    for child, parent in pairwise(walk):
        yield from graph.associations(child, "subclass_of", parent)[:1]


def _names(graph: Graph, term: Reference) -> tuple[str, ...]:
    entity = describe(graph, term)
    return (entity.name, *entity.synonyms) if entity.category is Category.PHENOTYPIC_FEATURE else ()
