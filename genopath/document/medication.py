"""What the medication list says beside the genes, as JSON: lines, phenoconversion, interactions, causes, doses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genopath.document.paths import feature_to_json, gene_to_json, named_to_json, node_to_json, paths_to_json

if TYPE_CHECKING:
    from genopath.document.envelope import Json
    from queries.medication import (
        Alternative,
        ComplaintCause,
        Disagreement,
        Dose,
        Interaction,
        MedicationLine,
        Modulator,
        Phenoconversion,
    )


def medication_to_json(line: MedicationLine) -> Json:
    """The line of one listed drug; ``drug`` is null where the release does not know the name."""
    return {
        "given": line.given,
        "drug": None if line.drug is None else named_to_json(line.drug),
        "outcome": str(line.outcome),
        "genes": [gene_to_json(gene) for gene in line.genes],
        "message": line.message,
        "url": line.url,
        "paths": paths_to_json(line.paths),
    }


def disagreement_to_json(item: Disagreement) -> Json:
    """Two bodies that advise otherwise on one drug, each with what it asks for."""
    return {
        "drug": named_to_json(item.drug),
        "bodies": [
            {"source": source, "actions": [str(action) for action in actions]}
            for source, actions in zip(item.bodies, item.actions, strict=True)
        ],
        "difference": item.difference,
        "paths": paths_to_json(item.paths),
    }


def phenoconversion_to_json(item: Phenoconversion) -> Json:
    """``from`` and ``to`` are phenotypes; ``to`` is null where no cited method gives one."""
    return {
        "gene": gene_to_json(item.gene),
        "modulators": [_modulator(modulator) for modulator in item.modulators],
        "from": item.phenotype,
        "from_score": item.activity_score,
        "to": item.converted,
        "to_score": item.converted_score,
        "method": item.method,
        "publications": [publication.curie for publication in item.publications],
        "paths": paths_to_json(item.paths),
    }


def interaction_to_json(item: Interaction) -> Json:
    """Two listed drugs, as one source states it."""
    return {
        "drugs": [named_to_json(drug) for drug in item.drugs],
        "source": item.source,
        "concern": str(item.concern),
        "severity": item.severity,
        "mechanism": item.mechanism,
        "management": item.management,
        "language": item.language,
        "paths": paths_to_json(item.paths),
    }


def alternative_to_json(item: Alternative) -> Json:
    """A drug in place of a listed one."""
    return {
        "instead_of": named_to_json(item.instead_of),
        "drug": named_to_json(item.drug),
        "basis": str(item.basis),
        "shared": node_to_json(item.shared),
        "untouched": item.untouched,
        "reasons": list(item.reasons),
        "paths": paths_to_json(item.paths),
    }


def complaint_to_json(item: ComplaintCause) -> Json:
    """How a listed drug may cause a complaint."""
    return {
        "complaint": feature_to_json(item.complaint),
        "drug": named_to_json(item.drug),
        "mechanism": str(item.mechanism),
        "gene": None if item.gene is None else gene_to_json(item.gene),
        "explanation": item.explanation,
        "supported": item.supported,
        "paths": paths_to_json(item.paths),
    }


def dose_to_json(item: Dose) -> Json:
    """A dose of a published model; ``curve`` gives the dose by age in years."""
    return {
        "drug": named_to_json(item.drug),
        "model": item.model,
        "publications": [publication.curie for publication in item.publications],
        "value": item.value,
        "unit": item.unit,
        "interval": None if item.interval is None else {"low": item.interval[0], "high": item.interval[1]},
        "inputs": dict(item.inputs),
        "missing": list(item.missing),
        "note": item.note,
        "curve": [{"age": age, "dose": dose} for age, dose in item.curve],
        "paths": paths_to_json(item.paths),
    }


def _modulator(item: Modulator) -> Json:
    return {
        "drug": named_to_json(item.drug),
        "kind": str(item.kind),
        "strength": str(item.strength),
        "disputed": list(item.disputed),
        "paths": paths_to_json(item.paths),
    }
