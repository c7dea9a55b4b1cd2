"""The publications behind everything on the page, and what each is cited for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from queries.pharmacogenomics.symbols import gene_symbol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.model import Path
    from kg.release import Manifest, SourceRelease
    from ontology.reference import Reference
    from queries.candidate import Diagnoses, Diagnosis, DrugAdvice


@dataclass(frozen=True, slots=True)
class Citation:
    """A publication and the answers that cite it, in their order."""

    publication: Reference
    about: tuple[str, ...]


def citations(advice: DrugAdvice | None, candidates: Iterable[Diagnosis]) -> tuple[Citation, ...]:
    """Every cited publication, in the order of the page."""
    found: dict[Reference, dict[str, None]] = {}
    cited = (*(_of_advice(advice) if advice else ()), *_of_diagnoses(candidates))
    for about, publications in cited:
        for publication in publications:
            found.setdefault(publication, {}).setdefault(about)
    return tuple(Citation(publication, tuple(about)) for publication, about in found.items())


def sources_used(
    manifest: Manifest, advice: DrugAdvice | None, diagnoses: Diagnoses | None
) -> tuple[SourceRelease, ...]:
    """The source releases that the answers rest on, the most cited first."""
    answers = (answer for answer in (advice, diagnoses) if answer is not None)
    cited = Counter(
        (evidence.source, evidence.release)
        for answer in answers
        for path in answer.evidence_paths()
        for hop in path.hops
        for evidence in hop.association.evidence
    )
    used = (source for source in manifest.sources if (source.id, source.release) in cited)
    return tuple(sorted(used, key=lambda source: -cited[source.id, source.release]))


def _of_advice(advice: DrugAdvice) -> Iterator[tuple[str, Iterable[Reference]]]:
    for item in advice.recommendations:
        yield f"{item.drug.name}, {item.source}", _on(item.paths)
    # disagreements cite what their recommendations cite
    for conversion in advice.phenoconversions:
        about = f"{gene_symbol(conversion.gene)} changed by drugs"
        yield about, (*conversion.publications, *_on(conversion.paths))
    for dose in advice.dosing:
        yield f"{dose.drug.name}, dose", (*dose.publications, *_on(dose.paths))
    for interaction in advice.interactions:
        yield " + ".join(drug.name for drug in interaction.drugs), _on(interaction.paths)
    for alternative in advice.alternatives:
        yield f"{alternative.drug.name} instead of {alternative.instead_of.name}", _on(alternative.paths)
    for cause in advice.complaints:
        yield f"{cause.complaint.name} and {cause.drug.name}", _on(cause.paths)
    for coverage in advice.coverage:
        yield f"{gene_symbol(coverage.gene)}, coverage", _on(coverage.paths)


def _of_diagnoses(candidates: Iterable[Diagnosis]) -> Iterator[tuple[str, Iterable[Reference]]]:
    for candidate in candidates:
        yield candidate.disease.name, _on(candidate.paths)


def _on(paths: Iterable[Path]) -> Iterator[Reference]:
    for path in paths:
        for hop in path.hops:
            for evidence in hop.association.evidence:
                yield from evidence.publications
