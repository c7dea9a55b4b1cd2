"""DrugCentral: identifiers, classes, indications and targets of active ingredients (doi:10.1093/nar/gkac1085).

Read are four tables of its database as text. ``drug.target.interaction.tsv.gz`` is also a download of its own
(https://drugcentral.org/download); the others stem from the release of 2016 (doi:10.1093/nar/gkw993).
"""

from __future__ import annotations

from typing import Final

from kg.source import Download, Source, Table
from kg.sources.drugcentral.classes import read_classes
from kg.sources.drugcentral.identifiers import read_identifiers
from kg.sources.drugcentral.indications import read_indications
from kg.sources.drugcentral.targets import read_targets

SOURCE: Final = Source(
    id="drugcentral",
    title="DrugCentral",
    license="CC BY-SA 4.0",
    license_url="https://creativecommons.org/licenses/by-sa/4.0/",
    homepage="https://drugcentral.org",
    downloads=(
        Download(
            "https://unmtid-dbs.net/download/DrugCentral/2021_09_01/drug.target.interaction.tsv.gz",
            release=r"/(\d{4})_\d\d_\d\d/",
        ),
    ),
    tables=(
        Table("*identifiers.tsv", read_identifiers, unversioned="2016"),
        Table("*drug_indication.tsv", read_indications, required=False, unversioned="2016"),
        Table("*pharm_class.tsv", read_classes, required=False, unversioned="2016"),
        Table("drug.target.interaction.tsv", read_targets, required=False),
        Table("drug.target.interaction.2020.tsv", read_targets, required=False, unversioned="2020"),
    ),
)
