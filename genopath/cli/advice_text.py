"""Drug advice as plain text for a terminal: the medication list first, then genes, advice and coverage, each in brief."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from queries.medication import PositionStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from queries.candidate import DrugAdvice, GeneCall
    from queries.medication import (
        Alternative,
        ComplaintCause,
        Coverage,
        Disagreement,
        Dose,
        Interaction,
        MedicationLine,
        Phenoconversion,
    )

MOST_ALTERNATIVES: Final = 5
"""Alternatives named for each drug; the other formats hold all."""


def medication_line(line: MedicationLine) -> str:
    """A listed drug and what the release says of it."""
    name = line.drug.name if line.drug else line.given
    message = f": {line.message}" if line.message else ""
    address = f" <{line.url}>" if line.url and line.url not in line.message else ""
    return f"* {name}: {line.outcome.replace('_', ' ')}{message}{address}"


def gene_lines(call: GeneCall) -> Iterator[str]:
    """A gene with its preferred diplotypes and messages."""
    preferred = [item.name for item in call.diplotypes if item.preferred]
    others = len(call.diplotypes) - len(preferred)
    diplotypes = ", ".join(preferred) or "-"
    more = f" and {others} more that fit the data" if others else ""
    research = " (research only)" if call.research else ""
    phenotypes = ", ".join(call.phenotypes) or "-"
    yield f"  {call.gene.name}: {call.status.replace('_', ' ')}{research}; {diplotypes}{more}; {phenotypes}"
    for message in call.messages:
        yield f"    {message}"


def disagreement_line(item: Disagreement) -> str:
    """A drug on which two bodies advise otherwise."""
    return f"  {item.drug.name}: {item.difference}"


def conversion_line(item: Phenoconversion) -> str:
    """What the listed drugs make of a gene result, marked as derived."""
    drugs = ", ".join(f"{m.drug.name} ({m.strength} {m.kind})" for m in item.modulators)
    disputed = "; lists disagree" if any(modulator.disputed for modulator in item.modulators) else ""
    end = item.converted or "no cited method"
    return f"  {item.gene.name}: {item.phenotype or 'unknown'} -> {end} [derived], by {drugs}{disputed}; {item.method}"


def interaction_lines(interactions: tuple[Interaction, ...]) -> Iterator[str]:
    """Two listed drugs, the concern, why and what to do, and the classes that the statement is on."""
    for item in interactions:
        ends = {end.reference for end in item.drugs}
        steps = dict.fromkeys(e.name for path in item.paths for e in path.entities if e.reference not in ends)
        classes = f" (as {', '.join(steps)})" if steps else ""
        said = " -> ".join(text for text in (item.mechanism, item.management) if text) or "no text"
        yield f"  {item.drugs[0].name} + {item.drugs[1].name} [{item.concern}] {item.source}{classes}: {said}"
    yield "  of pairs without a line no source of the release says anything: that clears none"


def cause_line(item: ComplaintCause) -> str:
    """How a listed drug may cause a complaint."""
    support = "supported by this case" if item.supported else "possible"
    return f"  {item.complaint.name} <- {item.drug.name} [{item.mechanism.replace('_', ' ')}, {support}] {item.explanation}"


def dose_line(item: Dose) -> str:
    """The dose of a model, or why it gives none."""
    dose = "no single dose" if item.value is None else f"{item.value:.3g} {item.unit}"
    interval = f" ({item.interval[0]:.3g} to {item.interval[1]:.3g} {item.unit})" if item.interval else ""
    note = f"; {item.note}" if item.note else ""
    return f"  {item.drug.name}: {dose}{interval}, {item.model}{note}"


def alternative_lines(alternatives: tuple[Alternative, ...]) -> Iterator[str]:
    """One line for each drug that may be replaced, in the order of the advice."""
    for drug in dict.fromkeys(item.instead_of for item in alternatives):
        found = [item for item in alternatives if item.instead_of == drug]
        named = [item.drug.name + (f" ({'; '.join(item.reasons)})" if item.reasons else "") for item in found]
        more = f" and {len(named) - MOST_ALTERNATIVES} more" if len(named) > MOST_ALTERNATIVES else ""
        yield f"  instead of {drug.name}: {', '.join(named[:MOST_ALTERNATIVES])}{more}"


def coverage_line(item: Coverage) -> str:
    """How much of a gene was seen, and the risk that remains."""
    seen = sum(position.status is PositionStatus.SEEN for position in item.positions)
    unseen = f"; cannot be seen: {', '.join(allele.name for allele in item.unseen)}" if item.unseen else ""
    risk = "" if item.residual_risk is None else f"; residual risk {item.residual_risk:.2%} ({item.ancestry})"
    return f"  {item.gene.name}: {seen} of {len(item.positions)} positions seen{unseen}{risk}"


def beside_lines(advice: DrugAdvice) -> Iterator[str]:
    """Sections that stand beside the recommendations; an empty one is left out."""
    sections = {
        "disagreements (nobody is preferred)": map(disagreement_line, advice.disagreements),
        "changed by listed drugs (derived, no genotype result)": map(conversion_line, advice.phenoconversions),
        "interactions": interaction_lines(advice.interactions) if len(advice.medications) > 1 else iter(()),
        "complaints and possible causes": map(cause_line, advice.complaints),
        "doses of published models": map(dose_line, advice.dosing),
        "alternatives (unknown genes are no clearance)": alternative_lines(advice.alternatives),
        "coverage": map(coverage_line, advice.coverage),
    }
    for title, lines in sections.items():
        found = list(lines)
        if found:
            yield from ("", title, *found)
