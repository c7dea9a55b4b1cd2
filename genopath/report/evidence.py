"""The evidence paths of a report as files, one for each answer."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from genopath.document import Json, document, paths_to_json
from queries.pharmacogenomics.symbols import gene_symbol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.model import Path
    from kg.release import Manifest
    from queries.candidate import Diagnoses, DrugAdvice
    from queries.case import PatientCase

Answer = tuple[str, tuple[str, ...], Json, "tuple[Path, ...]"]
"""Kind of an answer, the words of its file's name, what it is about, its paths."""

_LONGEST_SLUG: Final = 40


def path_documents(
    manifest: Manifest, case: PatientCase, advice: DrugAdvice | None, diagnoses: Diagnoses | None
) -> Iterator[tuple[str, Json]]:
    """File name below the report's folder and explain document of each answer; ``about`` says whose paths these are.

    Recommendations and diagnoses always have a file, other answers only with paths.
    """
    numbers: dict[str, int] = {}
    for kind, words, about, paths in (*_of_advice(advice), *_of_diagnoses(diagnoses)):
        numbers[kind] = numbers.get(kind, 0) + 1
        name = "-".join((kind, f"{numbers[kind]:03}", *map(_slug, words)))
        yield (
            str(PurePosixPath("paths", f"{name}.json")),
            document(manifest, case, about=about, paths=paths_to_json(paths)),
        )


def _of_advice(advice: DrugAdvice | None) -> Iterator[Answer]:
    if advice is None:
        return
    for item in advice.recommendations:
        about: Json = {"drug": item.drug.reference.curie, "source": item.source, "phenotypes": dict(item.phenotypes)}
        yield "drug", (item.drug.name, item.source), about, item.paths
    yield from (answer for answer in _beside_advice(advice) if answer[3])


def _beside_advice(advice: DrugAdvice) -> Iterator[Answer]:
    for line in advice.medications:
        yield "medication", (line.given,), {"given": line.given, "outcome": str(line.outcome)}, line.paths
    for change in advice.phenoconversions:
        yield "phenoconversion", (gene_symbol(change.gene),), {"gene": change.gene.reference.curie}, change.paths
    for pair in advice.interactions:
        drugs = [drug.reference.curie for drug in pair.drugs]
        about: Json = {"drugs": drugs, "source": pair.source}
        yield "interaction", (*(drug.name for drug in pair.drugs), pair.source), about, pair.paths
    for other in advice.alternatives:
        about = {"drug": other.drug.reference.curie, "instead_of": other.instead_of.reference.curie}
        yield "alternative", (other.instead_of.name, other.drug.name), about, other.paths
    for cause in advice.complaints:
        about = {"complaint": cause.complaint.term.curie, "drug": cause.drug.reference.curie}
        yield "complaint", (cause.complaint.name, cause.drug.name), about, cause.paths
    for dose in advice.dosing:
        yield "dose", (dose.drug.name,), {"drug": dose.drug.reference.curie, "model": dose.model}, dose.paths
    for gene in advice.coverage:
        yield "coverage", (gene_symbol(gene.gene),), {"gene": gene.gene.reference.curie}, gene.paths
    for apart in advice.disagreements:
        about = {"drug": apart.drug.reference.curie, "bodies": list(apart.bodies)}
        yield "disagreement", (apart.drug.name, *apart.bodies), about, apart.paths


def _of_diagnoses(diagnoses: Diagnoses | None) -> Iterator[Answer]:
    for candidate in diagnoses.candidates if diagnoses else ():
        disease = candidate.disease.reference.curie
        yield "diagnosis", (disease,), {"disease": disease, "rank": candidate.rank}, candidate.paths


def _slug(text: str) -> str:
    """Letters, digits and hyphens only, so that no name of a case or source can leave the folder."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:_LONGEST_SLUG] or "unnamed"
