"""Two tables of drugs: inhibitors by strength, with ChEMBL ids, and substrates by strength of evidence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kg.levels import CypSubstrateEvidence
from kg.sources.cyp.statements import Claim, Role, associate
from ontology.reference import Reference
from ontology.vocabulary import Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, SourceFile

_NAME: Final = re.compile(r"jhylin_(?P<strength>strong|mod|weak)_(?P<enzyme>\w+)_inh\.tsv$")
_STRENGTHS: Final = {"strong": "strong", "mod": "moderate", "weak": "weak"}
_ENZYMES: Final = "cyp_type_and_cyp_strength_of_evidence"
_ENZYME: Final = re.compile(r"([sm])_(\d[A-Z]+\d+)(?:_|$)")
_GRADES: Final = {"s": CypSubstrateEvidence.STRONG, "m": CypSubstrateEvidence.MODERATE}


def read_inhibitors(file: SourceFile, context: Context) -> Iterator[Item]:
    """Inhibitors of the enzyme and strength that the file's name states (https://github.com/jhylin/CYP450_and_drug_mols)."""
    match = _NAME.match(file.name)
    if match is None:
        raise file.error(None, "is not named jhylin_<strong, mod or weak>_<enzyme>_inh.tsv")
    qualifiers = ((Qualifier.STRENGTH, _STRENGTHS[match["strength"]]),)
    for row in context.records(file.rows(("chembl_id", "pref_name"))):
        identifier = Reference.find(f"CHEMBL:{row['chembl_id']}")
        if identifier is None:
            raise file.error(row.line, f"column chembl_id holds {row['chembl_id']!r}, which is no ChEMBL id")
        claim = Claim(row["pref_name"], Role.INHIBITOR, match["enzyme"], qualifiers)
        if stated := associate(claim, file.evidence(row.line), context, [identifier]):
            yield stated


def read_evidence_strengths(file: SourceFile, context: Context) -> Iterator[Item]:
    """Substrates after Flockhart's table, one statement for each enzyme of a row, with the strength of the evidence."""
    for row in context.records(file.rows(("generic_drug_name", _ENZYMES), delimiter=",", quoted=True)):
        text = row[_ENZYMES]
        if not re.fullmatch(f"(?:{_ENZYME.pattern})+", text):
            raise file.error(row.line, f"column {_ENZYMES} holds {text!r}; expected is, for example, s_3A4_m_2D6")
        for grade, enzyme in _ENZYME.findall(text):
            claim = Claim(row["generic_drug_name"], Role.SUBSTRATE, enzyme)
            if stated := associate(claim, file.evidence(row.line, level=_GRADES[grade]), context):
                yield stated
