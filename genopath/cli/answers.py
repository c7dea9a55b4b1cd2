"""``genopath report``, ``pgx``, ``diagnose`` and ``therapies``: answers for patients."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from genopath.api import diagnose as rank_diagnoses
from genopath.api import interest, recommend_drugs
from genopath.cli.case_options import case_options
from genopath.cli.common import format_option, open_graph, out_option, release_option
from genopath.cli.output import FORMATS, TABLES, TABULAR, Answered, write_answers
from genopath.cli.registry import check_consent, check_registry, register, registry_option
from genopath.document import diagnose_document, pgx_document
from ontology.errors import DataError, UnresolvedError, UsageError
from queries.candidate import CallStatus, Diagnoses, DrugAdvice
from queries.case import PatientCase, Severity
from queries.intake.request import FailedCase, is_single, read_cases
from queries.medication import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from genopath.document import Json
    from kg.release import Manifest
    from kg.store import Graph
    from queries.candidate import GeneCall
    from queries.case import Assembly
    from queries.intake.options import CaseOptions
    from queries.intake.vcf import Interest

TOP: Final = 20
"""Candidates shown unless ``--top`` says otherwise."""
ADVICE: Final = "advice"
CALLS: Final = "calls"
DIAGNOSES: Final = "diagnoses"
"""Names of the tables that tabular formats hold."""
FAILED_BATCH: Final = 3
"""Exit code when a case of a batch could not be read."""


@dataclass(frozen=True, slots=True)
class _Request:
    """What was asked on the command line."""

    files: tuple[Path, ...]
    options: CaseOptions
    strict: bool
    format: str
    out: Path | None
    sites: bool = True
    variants: bool = True
    """Which part of a VCF the answer needs."""
    table: str = ADVICE
    registry: Path | None = None


@click.command()
@case_options
@format_option(*FORMATS)
@click.option(
    "--table",
    type=click.Choice([ADVICE, CALLS]),
    default=ADVICE,
    show_default=True,
    help="Rows of tsv and parquet: one a recommendation, or one a gene.",
)
@registry_option
@release_option
@out_option
def pgx(
    files: tuple[Path, ...],
    options: CaseOptions,
    top: int | None,
    strict: bool,
    format_: str,
    table: str,
    registry: Path | None,
    release: Path | None,
    out: Path | None,
) -> int:
    """Drug advice from diplotypes or genotypes, the patient's medications first."""
    if table == CALLS and (format_ not in TABULAR or registry is not None):
        raise UsageError("--table calls holds gene results alone: it needs --format tsv or parquet, and no --registry")
    check_registry(registry)
    graph = open_graph(release)

    def answer(case: PatientCase) -> DrugAdvice:
        if table == CALLS:
            return _call_alone(graph, case)
        advice = recommend_drugs(graph, case)
        register(registry, graph, case, advice)
        return replace(advice, recommendations=advice.recommendations[:top])

    request = _Request(files, options, strict, format_, out, variants=False, table=table, registry=registry)
    return _answer_all(graph, request, answer, pgx_document)


def _call_alone(graph: Graph, case: PatientCase) -> DrugAdvice:
    """The gene results without advice on drugs."""
    from queries.pharmacogenomics.calls import call_genes

    return DrugAdvice(tuple(gene.call for gene in call_genes(graph, case)), ())


@click.command()
@case_options
@format_option(*FORMATS)
@release_option
@out_option
def diagnose(
    files: tuple[Path, ...],
    options: CaseOptions,
    top: int | None,
    strict: bool,
    format_: str,
    release: Path | None,
    out: Path | None,
) -> int:
    """Ranked diagnoses from phenotypic features and variants."""
    graph = open_graph(release)

    def answer(case: PatientCase) -> Diagnoses:
        return rank_diagnoses(graph, case, top=top or TOP)

    return _answer_all(
        graph, _Request(files, options, strict, format_, out, sites=False, table=DIAGNOSES), answer, diagnose_document
    )


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@release_option
def therapies(release: Path | None) -> None:
    """Cancer therapies from tumour findings (needs a release with an oncology source)."""
    graph = open_graph(release)
    held = ", ".join(sorted(graph.release.manifest.source_ids()))
    if "civic" in graph.release.manifest.source_ids():
        raise DataError("this version does not match a case's tumour findings to the evidence of CIViC yet")
    raise DataError(f"release {graph.release.manifest.id} has no oncology source such as CIViC; it holds {held}")


@click.command()
@case_options
@registry_option
@release_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="DIR",
    help="Folder of the report.",
)
def report(
    files: tuple[Path, ...],
    options: CaseOptions,
    top: int | None,
    strict: bool,
    registry: Path | None,
    release: Path | None,
    out: Path,
) -> None:
    """All answers for one patient: report.html, report.json and the evidence paths."""
    from genopath.report import write_report

    check_registry(registry)
    graph = open_graph(release)
    if not is_single(files, options):
        raise UsageError("report takes one case; give one case file or the options of one patient")
    case = next(read_cases(graph, files, options, lambda assembly: interest(graph, assembly)))
    if isinstance(case, FailedCase):
        raise case.error
    check_consent(registry, case)
    pharmacogenomic = bool(case.diplotypes or case.genotypes or case.medications)
    advice = recommend_drugs(graph, case) if pharmacogenomic else None
    diagnoses = rank_diagnoses(graph, case, top=top or TOP) if case.features or case.variants else None
    write_report(out, graph.release.manifest, case, advice, diagnoses)
    if advice is not None:
        register(registry, graph, case, advice)
    click.echo(f"{out / 'report.html'}", err=True)
    if strict:
        outcome = _Outcome()
        if advice is not None:
            outcome.note(case, advice)
        if diagnoses is not None:
            outcome.note(case, diagnoses)
        outcome.check()


@dataclass(slots=True)
class _Outcome:
    """What the exit code depends on, gathered while the cases are answered."""

    failed: int = 0
    unresolved: list[str] = field(default_factory=list)

    def note(self, case: PatientCase, result: DrugAdvice | Diagnoses) -> None:
        """Take one answered case.

        A gene that short variants never call counts where a listed drug needs it, and one that is for research never.
        """
        problems = (*case.problems, *result.problems)
        self.unresolved += [problem.message for problem in problems if problem.severity is not Severity.INFO]
        if isinstance(result, DrugAdvice):
            self.unresolved += [
                f"{gene.gene.name} is {gene.status.replace('_', ' ')}"
                for gene in result.genes
                if gene.status is not CallStatus.CALLED and not gene.research and not _is_for_other_callers(gene)
            ]
            self.unresolved += [line.message for line in result.medications if line.outcome is Outcome.GENE_NOT_CALLED]

    def check(self) -> None:
        """Raise with ``--strict``, where anything stayed unresolved."""
        if self.unresolved:
            more = f" (and {len(self.unresolved) - 1} more)" if len(self.unresolved) > 1 else ""
            raise UnresolvedError(f"unresolved: {self.unresolved[0]}{more}")


def _is_for_other_callers(gene: GeneCall) -> bool:
    return gene.status is CallStatus.NOT_CALLED and gene.positions is None


def _consenting(case: PatientCase, registry: Path | None, *, single: bool) -> PatientCase | FailedCase:
    """The case, if it may be answered: of several, one without consent does not keep the others from the registry.

    Raises:
        UsageError: the ``single`` case is to be registered without consent.
    """
    try:
        check_consent(registry, case)
    except UsageError as error:
        if single:
            raise
        return FailedCase(case.id, error)
    return case


def _answer_all(
    graph: Graph,
    request: _Request,
    answer: Callable[[PatientCase], DrugAdvice | Diagnoses],
    to_document: Callable[[Manifest, PatientCase, Any], Json],
) -> int:
    """Answer every case in input order; a single case is one document, a batch one a line."""
    single = is_single(request.files, request.options)
    outcome = _Outcome()

    def answered() -> Iterator[Answered]:
        def needed(assembly: Assembly) -> Interest:
            return interest(graph, assembly, sites=request.sites, variants=request.variants)

        cases = read_cases(graph, request.files, request.options, needed)
        for case in cases:
            if isinstance(case, PatientCase):
                case = _consenting(case, request.registry, single=single)
            if isinstance(case, FailedCase):
                outcome.failed += 1
                case = PatientCase(case.id, problems=(case.problem,))
            result = answer(case)
            outcome.note(case, result)
            yield Answered(case, result)

    write_answers(
        answered(),
        request.format,
        request.out,
        single=single,
        to_document=partial(to_document, graph.release.manifest),
        table=TABLES[request.table],
    )
    if outcome.failed:
        click.echo(f"genopath: {outcome.failed} of the cases could not be read; see their problems", err=True)
        return FAILED_BATCH
    if request.strict:
        outcome.check()
    return 0
