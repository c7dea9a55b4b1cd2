"""The public functions behind :mod:`genopath`: a release, a case, and what one says about the other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.store import Graph
    from queries.candidate import Diagnoses, DrugAdvice, Explanation
    from queries.case import Assembly, PatientCase
    from queries.intake.vcf import Interest
    from queries.lookup import Lookup
    from queries.registry import RegistryCheck


def open_graph(path: str | Path | None = None) -> Graph:
    """Open a graph release (default: the newest that was built).

    Raises:
        ReleaseError: there is none, or it has another format.
    """
    from kg.store import Graph

    return Graph.open(None if path is None else Path(path))


def read_case(graph: Graph, file: str | Path | None = None, **options: Any) -> PatientCase:
    """One patient from a case file or phenopacket, from keyword options, or from both.

    The options are those of the command line with ``_``: ``phenotype=["HP:0001166"]``, ``medication="clopidogrel"``,
    ``diplotype=["CYP2C19=*2/*2"]``, ``vcf="patient.vcf"``, ``height=172`` ... What cannot be understood is listed in the
    case's ``problems``.

    Raises:
        UsageError: an option is unknown or has a value that it cannot have, a named file does not exist, or it holds
            several cases.
        InputError: a file cannot be read, or the case is empty.
    """
    from ontology.errors import UsageError
    from queries.intake.keywords import options_of
    from queries.intake.request import FailedCase, is_single, read_cases

    given, files = options_of(options), [Path(file)] if file else []
    if not is_single(files, given):
        raise UsageError("read_case reads one case, not a batch and not all samples of a VCF")
    case = next(read_cases(graph, files, given, lambda assembly: interest(graph, assembly)))
    if isinstance(case, FailedCase):
        raise case.error
    return case


def recommend_drugs(graph: Graph, case: PatientCase) -> DrugAdvice:
    """Drug advice from the patient's diplotypes or genotypes, listed medications first."""
    from queries.advice import recommend_drugs

    return recommend_drugs(graph, case)


def verify_registry(path: str | Path) -> RegistryCheck:
    """Whether every row of a registry file (or of ``registry.jsonl`` in a folder) stands as it was written.

    Raises:
        UsageError: there is no such file.
    """
    from queries.registry import verify_registry

    return verify_registry(Path(path))


def diagnose(graph: Graph, case: PatientCase, *, top: int = 20) -> Diagnoses:
    """Ranked diagnoses from the patient's features and variants."""
    from queries.diagnosis import diagnose

    return diagnose(graph, case, top=top)


def explain(graph: Graph, subject: str, object: str, *, max_hops: int = 3) -> Explanation:
    """Evidence paths between two entities, each named by CURIE or name.

    Raises:
        InputError: one of them is not in the release.
    """
    from queries.candidate import Explanation
    from queries.explain import explain

    return Explanation(tuple(explain(graph, subject, object, max_hops=max_hops)))


def lookup(graph: Graph, entity: str) -> Lookup:
    """Everything that the release states of one entity, named by CURIE or name.

    Raises:
        InputError: nothing, or several entities, have this name.
    """
    from queries.lookup import lookup

    return lookup(graph, entity)


def interest(graph: Graph, assembly: Assembly, *, sites: bool = True, variants: bool = True) -> Interest:
    """What the answers need of a patient's VCF: ``sites`` of the pharmacogenes, and the ``variants`` that it calls."""
    from queries.intake.vcf import Interest
    from queries.pharmacogenomics.sites import defining_interest

    return defining_interest(graph, assembly, variants=variants) if sites else Interest(variants=variants)
