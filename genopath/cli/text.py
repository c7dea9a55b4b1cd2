"""Answers as plain text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from genopath.cli.advice_text import beside_lines, gene_lines, medication_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.model import Entity, Path
    from queries.candidate import Diagnoses, DrugAdvice, Recommendation, WeightedFeature
    from queries.case import PatientCase, Problem
    from queries.medication import Phenoconversion

_OTHER_DIPLOTYPE: Final = "another diplotype that is still possible"


def advice_to_text(case: PatientCase, advice: DrugAdvice) -> str:
    """Listed drugs and genes first, then a block for each recommendation, then what stands beside them."""
    lines = [f"case {case.id}"]
    if advice.medications:
        lines += ["", "medications", *map(medication_line, advice.medications)]
    lines += ["", "genes", *(line for call in advice.genes for line in gene_lines(call))]
    lines += ["", "recommendations (* on the medication list)"]
    for item in advice.recommendations:
        lines += _recommendation(item, advice.overruling(item))
    lines += beside_lines(advice)
    return "\n".join([*lines, *_problems((*case.problems, *advice.problems))])


def _recommendation(item: Recommendation, overruling: tuple[Phenoconversion, ...]) -> Iterator[str]:
    star = "*" if item.on_medication_list else " "
    because = ", ".join(f"{gene} {phenotype}" for gene, phenotype in item.phenotypes.items())
    derived = " (derived: changed by other drugs)" if item.derived else ""
    yield f"{star} {item.drug.name} [{', '.join(item.actions)}] {item.source}, for {because}{derived}"
    yield from _graded(item)
    for cause in overruling:
        drugs = " or ".join(modulator.drug.name for modulator in cause.modulators)
        yield f"    NOT WHILE {drugs} is taken, which changes {cause.gene.name}: see the derived advice of {item.source}"
    if not item.preferred:
        yield "    ONLY IF another diplotype than the preferred one is there"
    if not item.robust:
        undetermined = f"the result of {' and '.join(item.undetermined)}, which was not determined, or "
        yield f"    NOT ROBUST: {undetermined if item.undetermined else ''}{_OTHER_DIPLOTYPE} may need other advice"
        yield from (f"      would be settled by {what}" for what in item.settled_by)
    yield f"    {item.text}"
    yield f"    evidence: {_records(item.paths)}"


def _graded(item: Recommendation) -> list[str]:
    """How strongly it is recommended and for whom, where the guideline says so."""
    strength = [f"strength: {item.strength}"] if item.strength else []
    population = [f"for: {item.population}"] if item.population else []
    return [f"    {'; '.join(strength + population)}"] if strength or population else []


def diagnoses_to_text(case: PatientCase, diagnoses: Diagnoses) -> str:
    """One block for each candidate."""
    lines = [f"case {case.id}"]
    for candidate in diagnoses.candidates:
        lines.append(
            f"{candidate.rank:3} {candidate.disease.reference} {candidate.disease.name}: {candidate.score:.3f}"
        )
        if candidate.genes:
            lines.append(f"      genes: {', '.join(gene.name for gene in candidate.genes)}")
        for label, features in (
            ("matched", candidate.features.matched),
            ("unmatched", candidate.features.unmatched),
            ("contradicted", candidate.features.contradicted),
        ):
            if features:
                lines.append(f"      {label}: {_features(features)}")
        lines.append(f"      evidence: {_records(candidate.paths)}")
    return "\n".join([*lines, *_problems((*case.problems, *diagnoses.problems))])


def entity_to_text(entity: Entity) -> str:
    """Name, identifier and category."""
    return f"{entity.name} ({entity.reference}, {entity.category.removeprefix('biolink:')})"


def path_to_text(path: Path) -> str:
    """One line a hop, with its records."""
    lines = [f"score {path.score:.3g}" if path.score is not None else "path"]
    for hop in path.hops:
        arrow = "<-" if hop.inverted else "->"
        records = "; ".join(f"{e.source} {e.release} {e.record}" for e in hop.association.evidence[:3])
        stated = ("not " if hop.association.negated else "") + hop.association.predicate.local_name
        lines.append(f"  {hop.start.name} {arrow} {stated} {arrow} {hop.end.name} [{records}]")
    return "\n".join(lines)


def _features(features: Iterable[WeightedFeature]) -> str:
    return ", ".join(f"{feature.term.name} ({feature.weight:+.2f})" for feature in features)


def _records(paths: Iterable[Path]) -> str:
    records = {
        f"{evidence.source} {evidence.release} {evidence.record}": None
        for path in paths
        for evidence in path.hops[-1].association.evidence
    }
    return "; ".join(list(records)[:3]) or "-"


def _problems(problems: Iterable[Problem]) -> list[str]:
    return [f"{problem.severity}: {problem.where}: {problem.message}" for problem in problems]
