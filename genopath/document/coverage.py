"""What the input can show of each gene, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genopath.document.paths import gene_to_json, paths_to_json
from queries.medication import PositionStatus

if TYPE_CHECKING:
    from genopath.document.envelope import Json
    from queries.medication import Coverage, DefiningPosition, UnseenAllele


def coverage_to_json(coverage: Coverage) -> Json:
    """One gene; ``assayed`` counts the positions that were seen, ``missing`` names all others."""
    seen = [item for item in coverage.positions if item.status is PositionStatus.SEEN]
    return {
        "gene": gene_to_json(coverage.gene),
        "assembly": str(coverage.assembly),
        "assayed": len(seen),
        "missing": [position_name(item) for item in coverage.positions if item.status is not PositionStatus.SEEN],
        "positions": [_position(item) for item in coverage.positions],
        "unseen": [_unseen(item) for item in coverage.unseen],
        "ancestry": None if coverage.ancestry is None else str(coverage.ancestry),
        "residual_risk": coverage.residual_risk,
        "note": coverage.note,
        "paths": paths_to_json(coverage.paths),
    }


def position_name(position: DefiningPosition) -> str:
    """The rsID of a position, else ``chrom-pos``."""
    return position.rsid or f"{position.chromosome}-{position.position}"


def _position(position: DefiningPosition) -> Json:
    return {
        "chromosome": position.chromosome,
        "position": position.position,
        "rsid": position.rsid,
        "status": str(position.status),
        "reason": position.reason,
        "alleles": list(position.alleles),
    }


def _unseen(allele: UnseenAllele) -> Json:
    return {
        "name": allele.name,
        "function": allele.function,
        "reason": allele.reason,
        "frequency": allele.frequency,
    }
