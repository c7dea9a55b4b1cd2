"""Answers as plain text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.model import Entity, Path
    from queries.candidate import Diagnoses, DrugAdvice, Recommendation, WeightedFeature
    from queries.case import PatientCase, Problem

_OTHER_DIPLOTYPE: Final = "another diplotype that is still possible"


def advice_to_text(case: PatientCase, advice: DrugAdvice) -> str:
    """Genes first, then a block for each recommendation."""
    lines = [f"case {case.id}", "", "genes"]
    for call in advice.genes:
        diplotypes = ", ".join(diplotype.name for diplotype in call.diplotypes) or "-"
        phenotypes = ", ".join(call.phenotypes) or "-"
        lines.append(f"  {call.gene.name}: {call.status.replace('_', ' ')}; {diplotypes}; {phenotypes}")
        lines += [f"    {message}" for message in call.messages]
    lines += ["", "recommendations (* on the medication list)"]
    for item in advice.recommendations:
        star = "*" if item.on_medication_list else " "
        because = ", ".join(f"{gene} {phenotype}" for gene, phenotype in item.phenotypes.items())
        lines.append(f"{star} {item.drug.name} [{', '.join(item.actions)}] {item.source}, for {because}")
        lines += _graded(item)
        if not item.robust:
            reason = f"the result of {' and '.join(item.undetermined)}, which was not determined,"
            lines.append(f"    NOT ROBUST: {reason if item.undetermined else _OTHER_DIPLOTYPE} may need other advice")
        lines.append(f"    {item.text}")
        lines.append(f"    evidence: {_records(item.paths)}")
    lines += [f"* {item.drug.name}: no advice ({item.reason.replace('_', ' ')})" for item in advice.unanswered]
    return "\n".join([*lines, *_problems((*case.problems, *advice.problems))])


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
