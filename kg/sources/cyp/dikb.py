"""Drug Interaction Knowledge Base: evidence for and against inhibition and metabolism (doi:10.1016/j.jbi.2009.10.001).

Tables without a header: drug, relation, enzyme, for or against, address of the evidence, kind of evidence, page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.sources.cyp.statements import Claim, Role, associate
from kg.sources.drugs import known_drug
from ontology.reference import Reference
from ontology.vocabulary import Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, SourceFile

_WIDTH: Final = 7
_ROLES: Final = {"inhibits": Role.INHIBITOR, "substrate_of": Role.SUBSTRATE}
_DENIAL: Final = {"EVIDENCE FOR": False, "EVIDENCE AGAINST": True}
_KINDS: Final = {"EV_PK_": "in vivo", "EV_CT_": "in vivo", "EV_EX_": "in vitro", "Non_": "statement"}
"""Beginnings of DIKB's evidence types: pharmacokinetic and clinical studies, experiments, and what others state."""
_PUBMED: Final = "ncbi.nlm.nih.gov/pubmed/"


def read_claims(file: SourceFile, context: Context) -> Iterator[Item]:
    """Each piece of evidence on its own; evidence against is a denial."""
    for line, text in context.records(_lines(file)):
        fields = text.split("\t")
        if len(fields) != _WIDTH:
            raise file.error(line, f"has {len(fields)} fields where DIKB's tables have {_WIDTH}")
        drug, relation, enzyme, stance, address, kind, _ = fields
        if relation not in _ROLES or stance not in _DENIAL:
            raise file.error(line, f"states {relation!r}, {stance!r}; known are {[*_ROLES]} and {[*_DENIAL]}")
        setting = next((setting for beginning, setting in _KINDS.items() if kind.startswith(beginning)), None)
        if setting is None:
            raise file.error(line, f"has an unknown type of evidence {kind!r}")
        kinds = ((Qualifier.EVIDENCE_KIND, setting), (Qualifier.EVIDENCE_KIND, kind))
        claim = Claim(_name(drug, context), _ROLES[relation], enzyme, kinds, _DENIAL[stance])
        evidence = file.evidence(line, publications=_publications(file, line, address))
        if stated := associate(claim, evidence, context):
            yield stated


def _lines(file: SourceFile) -> Iterator[tuple[int, str]]:
    found = False
    for line, text in file.lines():
        if text:
            found = True
            yield line, text
    if not found:
        raise file.error(None, "is empty: no row of DIKB; fetch the file again")


def _name(drug: str, context: Context) -> str:
    """The drug's name; DIKB writes some spaces as hyphens."""
    known = known_drug(context.resolver, drug).reference
    return drug if known else drug.replace("-", " ")


def _publications(file: SourceFile, line: int, address: str) -> list[Reference]:
    """The paper, where the evidence is one; the others are labels and guidance documents."""
    _, is_paper, number = address.partition(_PUBMED)
    if not is_paper:
        return []
    publication = Reference.find(f"PMID:{number}")
    if publication is None:
        raise file.error(line, f"names {address!r}, which is no address of a PubMed record")
    return [publication]
