"""From case files and options to patient cases: the one door of this package."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final

from ontology.errors import EmptyCaseError, GenopathError, UsageError
from queries.case import Assembly, PatientCase, Problem, Severity
from queries.intake.casefile import read_case
from queries.intake.diplotypes import read_diplotypes, read_outside_calls
from queries.intake.documents import is_batch, parse_json, read_document, read_lines
from queries.intake.genotype_table import read_genotypes
from queries.intake.given import CaseInput, Resolved
from queries.intake.medications import read_medications
from queries.intake.names import Names
from queries.intake.terms import read_features
from queries.intake.variants import read_variants
from queries.intake.vcf import Interest, read_samples, read_vcf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from kg.store import Graph
    from queries.case import DiplotypeCall
    from queries.intake.genotype_table import GenotypeTable
    from queries.intake.options import CaseOptions
    from queries.intake.vcf import VcfSample

NOTHING_OF_A_VCF: Final = Interest(variants=False)


@dataclass(frozen=True, slots=True)
class FailedCase:
    """A case of a batch that could not be read; the others go on."""

    id: str
    error: GenopathError

    @property
    def problem(self) -> Problem:
        """The reason, as a problem of severity ``error``."""
        return Problem(Severity.ERROR, self.id, str(self.error))


CaseResult = PatientCase | FailedCase


def is_single(files: Sequence[Path], options: CaseOptions) -> bool:
    """Whether the request is for one case, so that one document answers it and an error ends it."""
    return not (options.all_samples or len(files) > 1 or any(is_batch(path) for path in files))


def read_cases(
    graph: Graph,
    files: Sequence[Path],
    options: CaseOptions,
    interest: Callable[[Assembly], Interest] = lambda _: NOTHING_OF_A_VCF,
) -> Iterator[CaseResult]:
    """The cases of a request in the order of the input, read one at a time.

    ``interest`` says what is needed of a VCF on an assembly. Of several cases (see :func:`is_single`) one that cannot
    be read is a :class:`FailedCase`.

    Raises:
        UsageError: nothing is named, a named file does not exist, or options stand beside several cases. At once, before
            the first case is read.
        InputError: the single case of the request cannot be read, or is empty. When it is read.
    """
    _check(files, options)
    names = Names(graph)
    given = options.to_input()
    if is_single(files, options):
        return _single(names, files, given, interest)
    if options.all_samples:
        return _all_samples(names, given, interest)
    return _several(names, _inputs(files), interest)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One case of a batch: what it states, or why that cannot be read. ``where`` names file and line."""

    where: str
    given: CaseInput | GenopathError


def _check(files: Sequence[Path], options: CaseOptions) -> None:
    if not files and options.is_empty:
        raise UsageError("name a case file, or describe the case with options such as --phenotype or --diplotype")
    for path in (*files, *options.vcf, *filter(None, (options.genotypes, options.calls))):
        if not path.is_file():
            raise UsageError(f"{path}: there is no such file")
    if options.all_samples and (files or not options.vcf or options.sample):
        raise UsageError("--all-samples needs --vcf, and stands with neither case files nor --sample")
    if files and not options.is_empty and not is_single(files, options):
        given = [f"--{field.name.replace('_', '-')}" for field in fields(options) if getattr(options, field.name)]
        raise UsageError(f"options override a single case file; with several cases {', '.join(given)} cannot stand")


def _single(
    names: Names, files: Sequence[Path], options: CaseInput, interest: Callable[[Assembly], Interest]
) -> Iterator[CaseResult]:
    given = options
    if files:
        given = read_case(read_document(files[0]), str(files[0]), files[0].parent).overridden_by(options)
    yield _case(names, given, str(files[0]) if files else "options", 1, interest)


def _several(names: Names, entries: Iterator[_Entry], interest: Callable[[Assembly], Interest]) -> Iterator[CaseResult]:
    for number, entry in enumerate(entries, start=1):
        if isinstance(entry.given, GenopathError):
            yield FailedCase(f"case-{number}", entry.given)
            continue
        try:
            yield _case(names, entry.given, entry.where, number, interest)
        except GenopathError as error:
            yield FailedCase(entry.given.id or entry.given.sample or f"case-{number}", error)


def _all_samples(names: Names, options: CaseInput, interest: Callable[[Assembly], Interest]) -> Iterator[CaseResult]:
    """A case for each sample of the VCFs; what else the options state holds for all."""
    _check_stated(options, "options")
    shared = _stated(names, options, "", interest)
    for sample in read_samples(options.vcf, interest, assembly=options.assembly):
        yield _of_sample(shared, sample, sample.sample)


def _inputs(files: Sequence[Path]) -> Iterator[_Entry]:
    for path in files:
        yield from _lines(path) if is_batch(path) else [_entry(path)]


def _entry(path: Path) -> _Entry:
    try:
        return _Entry(str(path), read_case(read_document(path), str(path), path.parent))
    except GenopathError as error:
        return _Entry(str(path), error)


def _lines(path: Path) -> Iterator[_Entry]:
    number = 0
    try:
        for number, line in read_lines(path):
            where = f"{path}:{number}"
            try:
                yield _Entry(where, read_case(parse_json(line, where), where, path.parent))
            except GenopathError as error:
                yield _Entry(where, error)
    except GenopathError as error:  # the rest of the file is lost, the next file is not
        yield _Entry(str(path), error)
        return
    if not number:
        yield _Entry(str(path), EmptyCaseError(f"{path}: holds no case"))


def _case(
    names: Names, given: CaseInput, where: str, number: int, interest: Callable[[Assembly], Interest]
) -> PatientCase:
    """The case that is stated, in terms of the release.

    Raises:
        EmptyCaseError: nothing is stated. Statements that the release does not know do not make a case empty.
        GenopathError: a file that the case names cannot be read.
    """
    _check_stated(given, where)
    if not given.vcf:
        return _stated(names, given, given.id or given.sample or f"case-{number}", interest)
    sample = read_vcf(given.vcf, interest, sample=given.sample, assembly=given.assembly)
    return _of_sample(_stated(names, given, "", interest), sample, given.id or sample.sample)


def _check_stated(given: CaseInput, where: str) -> None:
    if given.is_empty:
        raise EmptyCaseError(
            f"{where}: the case is empty: no phenotype, complaint, medication, diplotype, variant, VCF or genotype table "
            "to answer from"
        )
    if given.vcf and given.genotypes:
        raise UsageError(f"{where}: has a VCF and a genotype table; give one of them")


def _of_sample(case: PatientCase, sample: VcfSample, name: str) -> PatientCase:
    """The case with what a VCF shows of its sample."""
    return replace(
        case,
        id=name,
        variants=case.variants + sample.variants,
        genotypes=sample.genotypes,
        problems=case.problems + sample.problems,
    )


def _stated(names: Names, given: CaseInput, name: str, interest: Callable[[Assembly], Interest]) -> PatientCase:
    """The case without its VCF."""
    features = read_features(names, given.phenotype, given.exclude)
    complaints = read_features(names, given.complaint, ())
    medications = read_medications(names, given.medication)
    typed = read_diplotypes(names, given.diplotype)
    called: Resolved[DiplotypeCall] = read_outside_calls(names, given.calls) if given.calls else Resolved()
    variants = read_variants(given.variant)
    table = _table(names, given, interest)
    ancestry = given.ancestry
    parts: tuple[Resolved[Any] | GenotypeTable | None, ...] = (
        *(features, medications, typed, called, variants, complaints),
        table,
    )
    noted = (Problem(Severity.INFO, "ancestry", ancestry.note),) if ancestry and ancestry.note else ()
    return PatientCase(
        id=name,
        features=features.values,
        medications=medications.values,
        diplotypes=typed.values + called.values,
        variants=variants.values,
        genotypes=table.genotypes if table else None,
        sex=given.sex,
        age=given.age,
        height=given.height,
        weight=given.weight,
        ancestry=ancestry.group if ancestry else None,
        indication=given.indication,
        complaints=complaints.values,
        consent=given.consent,
        assume_missing_is_reference=given.assume_missing_is_reference,
        problems=(*given.problems, *(problem for part in parts if part for problem in part.problems), *noted),
    )


def _table(names: Names, given: CaseInput, interest: Callable[[Assembly], Interest]) -> GenotypeTable | None:
    if given.genotypes is None:
        return None
    return read_genotypes(names.graph, given.genotypes, interest, assembly=given.assembly, sex=given.sex)
