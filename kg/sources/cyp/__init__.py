"""Lists of inhibitors, inducers and substrates of CYP enzymes (and a few transporters) that disagree with one another.

Each list's statement is kept with the list and line that make it; :mod:`kg.sources.cyp.disagreements` finds where they
differ. A merge of such lists states nothing of its own and is not read.
"""

from __future__ import annotations

from typing import Final

from kg.source import Source, Table
from kg.sources.cyp.bullets import read_bullets
from kg.sources.cyp.dikb import read_claims
from kg.sources.cyp.measured import read_inhibition, read_substrates
from kg.sources.cyp.tabulated import read_evidence_strengths, read_inhibitors

SOURCE: Final = Source(
    id="cyp",
    title="Lists of CYP inhibitors, inducers and substrates (DIKB, DrugCentral, CloToP, Flockhart and others)",
    license="unchecked (lists of several publishers)",
    license_url="https://dbmi-icode-01.dbmi.pitt.edu/dikb-evidence/",
    homepage="https://dbmi-icode-01.dbmi.pitt.edu/dikb-evidence/",
    profile="academic",
    tables=(
        Table("dikb-*-inhibition-evidence.tsv", read_claims, required=False, unversioned="2017"),
        Table("dikb-*-substrate-of-evidence.tsv", read_claims, required=False, unversioned="2017"),
        Table("drugcentral-drug-enzyme-inhibition-*.tsv", read_inhibition, required=False, unversioned="2017"),
        Table("drugcentral-drug-enzyme-substrate-*.tsv", read_substrates, required=False, unversioned="2017"),
        Table("flockhart_cyp_substrates*.csv", read_evidence_strengths, required=False, unversioned="2025-04"),
        Table("clotop_*.md", read_bullets, required=False, many=True, unversioned="undated"),
        Table("jhylin_*_inh.tsv", read_inhibitors, required=False, many=True, unversioned="undated"),
    ),
)
