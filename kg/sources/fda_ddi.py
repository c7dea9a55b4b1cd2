"""The FDA's inhibitors and inducers of CYP enzymes, by the change of a sensitive substrate's exposure.

The table ships here; its README says how it was made. Strong, moderate and weak are classes of the AUC ratio
(https://www.fda.gov/drugs/drug-interactions-labeling/drug-development-and-drug-interactions-table-substrates-inhibitors-and-inducers).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.model import Entity
from kg.source import Source, Table
from kg.sources.cyp.statements import Claim, Role, associate
from kg.sources.drugs import known_drug, teach_drug
from ontology.reference import Reference
from ontology.vocabulary import Category, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, Row, SourceFile

_COLUMNS: Final = ("drug", "rxnorm", "enzyme", "role", "strength")
_ROLES: Final = {"inhibitor": Role.INHIBITOR, "inducer": Role.INDUCER}
_STRENGTHS: Final = frozenset({"strong", "moderate", "weak"})


def read_modulators(file: SourceFile, context: Context) -> Iterator[Item]:
    """Each drug's effect on an enzyme; a drug that no vocabulary of the build has stands under its RxNorm id.

    Raises:
        SourceError: an unknown role or strength, or what is no RxNorm id.
    """
    for row in context.records(file.rows(_COLUMNS)):
        concept = _concept(file, row)
        claim = Claim(row["drug"], _ROLES[row["role"]], row["enzyme"], ((Qualifier.STRENGTH, row["strength"]),))
        if known_drug(context.resolver, claim.name, [concept]).reference is None:
            teach_drug(context.resolver, concept, claim.name)
            yield Entity(concept, Category.DRUG, claim.name)
        if stated := associate(claim, file.evidence(row.line), context, [concept]):
            yield stated


def _concept(file: SourceFile, row: Row) -> Reference:
    concept = Reference.find(f"RXNORM:{row['rxnorm']}")
    if concept is None:
        raise file.error(row.line, f"column rxnorm holds {row['rxnorm']!r}, which is no RxNorm id")
    if row["role"] not in _ROLES or row["strength"] not in _STRENGTHS:
        known = f"{', '.join(_ROLES)} and {', '.join(sorted(_STRENGTHS))}"
        raise file.error(row.line, f"states {row['role']!r}, {row['strength']!r}; known are {known}")
    return concept


SOURCE: Final = Source(
    id="fda-ddi",
    title="FDA's examples of inhibitors and inducers of CYP enzymes",
    license="public domain (US government work)",
    license_url="https://www.fda.gov/about-fda/about-website/website-policies",
    homepage="https://www.fda.gov/drugs/drug-interactions-labeling/healthcare-professionals-fdas-examples-drugs-interact-cyp-enzymes-and-transporter-systems",
    tables=(Table("cyp_modulators.tsv", read_modulators),),
    packaged=(Path(__file__).parent / "cyp_modulators" / "2026-05-29",),
)
