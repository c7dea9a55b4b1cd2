from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ontology.errors import EmptyCaseError, InputError, UsageError
from queries.case import Assembly, BiogeographicGroup, CallSource, PatientCase, Severity, Sex
from queries.intake.options import CaseOptions
from queries.intake.request import FailedCase, is_single, read_cases
from queries.intake.vcf import Interest

if TYPE_CHECKING:
    from pathlib import Path

    from kg.store import Graph

GOOD = {"phenotype": ["HP:0001166", "HP:0001083"]}
PACKET = {"id": "p1", "phenotypicFeatures": [{"type": {"id": "HP:0001166", "label": "Arachnodactyly"}}]}
VCF = (
    "##fileformat=VCFv4.2\n##contig=<ID=chr10,assembly=GRCh38>\n"
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS1\tS2\n"
    "chr10\t94781859\t.\tG\tA\t.\tPASS\t.\tGT\t0/0\t1/1\n"
)
SITES = Interest(frozenset({("10", 94781859)}))


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def lines(*documents: object) -> str:
    return "".join(json.dumps(document) + "\n" for document in documents)


def single(graph: Graph, options: CaseOptions, *files: Path) -> PatientCase:
    (case,) = read_cases(graph, files, options, lambda _: SITES)
    assert isinstance(case, PatientCase)
    return case


def test_options_alone_make_one_case(graph: Graph, tmp_path: Path) -> None:
    calls = write(tmp_path / "calls.tsv", "MT-RNR1\t1555A>G\n")
    case = single(
        graph,
        CaseOptions(
            calls=calls,
            diplotype=("CYP2C19=*2/*2",),
            variant=("rs4244285",),
            phenotype=("HP:0001166",),
            exclude=("Seizure",),
            medication=("Plavix",),
            sex="male",
            age="34",
            assume_missing_is_reference=True,
        ),
    )
    assert case.id == "case-1"
    assert [f.name for f in case.present] == ["Arachnodactyly"]
    assert [f.name for f in case.excluded] == ["Seizure"]
    assert [m.name for m in case.medications] == ["clopidogrel"]
    assert [d.source for d in case.diplotypes] == [CallSource.DIPLOTYPE, CallSource.OUTSIDE_CALL]
    assert (case.sex, case.age, case.assume_missing_is_reference) == (Sex.MALE, "P34Y", True)
    assert (len(case.variants), case.genotypes, case.problems) == (1, None, ())


def test_a_vcf_names_the_case_after_its_sample(graph: Graph, tmp_path: Path) -> None:
    case = single(graph, CaseOptions(vcf=(write(tmp_path / "a.vcf", VCF),), sample="S2"))
    assert case.id == "S2"
    assert case.genotypes is not None
    assert case.genotypes.assembly is Assembly.GRCH38
    assert [g.alleles for g in case.genotypes.sites] == [("A", "A")]
    assert [v.locus for v in case.variants] == ["10-94781859-G-A"]


def test_options_override_a_single_case_file_field_by_field(graph: Graph, tmp_path: Path) -> None:
    path = write(tmp_path / "c.yaml", "phenotype: [HP:0001166]\nmedication: [codeine]\nsex: male\n")
    case = single(graph, CaseOptions(phenotype=("HP:0001250",), sex="female"), path)
    assert [f.name for f in case.features] == ["Seizure"]
    assert [m.name for m in case.medications] == ["codeine"]
    assert case.sex is Sex.FEMALE


def test_a_path_in_a_case_file_is_relative_to_it(graph: Graph, tmp_path: Path) -> None:
    write(tmp_path / "a.vcf", VCF)
    case = single(graph, CaseOptions(), write(tmp_path / "c.yaml", "vcf: a.vcf\nsample: S1\n"))
    assert (case.id, case.variants) == ("S1", ())


def test_a_batch_gives_every_line_its_case_in_order_and_bad_ones_do_not_stop_it(graph: Graph, tmp_path: Path) -> None:
    content = (
        lines(GOOD, {"file": "x", "phenopacket": PACKET}) + '{"phenotype": [\n' + lines({}, {"vcf": "none.vcf"}, GOOD)
    )
    path = write(tmp_path / "b.jsonl.gz", gzip.compress(content.encode()))
    results = list(read_cases(graph, [path], CaseOptions()))
    assert [r.id for r in results] == ["case-1", "p1", "case-3", "case-4", "case-5", "case-6"]
    failed = [r for r in results if isinstance(r, FailedCase)]
    assert [(type(r.error), r.problem.severity) for r in failed] == [
        (InputError, Severity.ERROR),
        (EmptyCaseError, Severity.ERROR),
        (UsageError, Severity.ERROR),
    ]
    assert [f":{line}: " in str(r.error) for r, line in zip(failed, (3, 4), strict=False)] == [True, True]


def test_a_truncated_batch_gives_what_was_readable_and_then_the_error(graph: Graph, tmp_path: Path) -> None:
    packed = gzip.compress(lines(*[GOOD] * 3).encode())
    other = write(tmp_path / "after.json", json.dumps(GOOD))
    path = write(tmp_path / "b.jsonl.gz", packed[:-6])
    results = list(read_cases(graph, [path, other], CaseOptions()))
    assert isinstance(results[-2], FailedCase)
    assert "b.jsonl.gz:" in str(results[-2].error)
    assert isinstance(results[-1], PatientCase)


def test_several_files_are_a_batch_numbered_through(graph: Graph, tmp_path: Path) -> None:
    files = [
        write(tmp_path / "a.json", json.dumps(GOOD)),
        write(tmp_path / "b.jsonl", lines(PACKET, GOOD)),
        write(tmp_path / "c.json", "{}"),
    ]
    assert not is_single(files, CaseOptions())
    results = list(read_cases(graph, files, CaseOptions()))
    assert [(r.id, isinstance(r, FailedCase)) for r in results] == [
        ("case-1", False),
        ("p1", False),
        ("case-3", False),
        ("case-4", True),
    ]


def test_all_samples_of_a_vcf_are_cases(graph: Graph, tmp_path: Path) -> None:
    options = CaseOptions(vcf=(write(tmp_path / "a.vcf", VCF),), all_samples=True)
    assert [case.id for case in read_cases(graph, [], options, lambda _: SITES)] == ["S1", "S2"]


def test_files_that_cover_different_regions_make_one_case(graph: Graph, tmp_path: Path) -> None:
    paths = (write(tmp_path / "a.vcf", VCF), write(tmp_path / "b.vcf", VCF.replace("94781859", "94781900")))
    case = single(graph, CaseOptions(vcf=paths, sample="S2"))
    assert [v.locus for v in case.variants] == ["10-94781859-G-A", "10-94781900-G-A"]
    listed = single(graph, CaseOptions(), write(tmp_path / "c.yaml", "vcf: [a.vcf, b.vcf]\nsample: S2\n"))
    assert (listed.variants, listed.genotypes) == (case.variants, case.genotypes)


def test_all_samples_share_what_the_options_state(graph: Graph, tmp_path: Path) -> None:
    paths = (write(tmp_path / "a.vcf", VCF), write(tmp_path / "b.vcf", VCF.replace("94781859", "94781900")))
    options = CaseOptions(vcf=paths, all_samples=True, medication=("Plavix", "unheard-of"), phenotype=("HP:0001166",))
    cases = list(read_cases(graph, [], options, lambda _: SITES))
    assert [case.id for case in cases] == ["S1", "S2"]
    for case in cases:
        assert isinstance(case, PatientCase)
        alone = single(graph, replace(options, all_samples=False, sample=case.id))
        assert case == alone


def test_a_damaged_vcf_of_all_samples_is_an_error(graph: Graph, tmp_path: Path) -> None:
    options = CaseOptions(vcf=(write(tmp_path / "a.vcf", VCF[:-9]),), all_samples=True)
    with pytest.raises(InputError, match=r"a\.vcf: is truncated or damaged after record 0"):
        list(read_cases(graph, [], options, lambda _: SITES))


@pytest.mark.parametrize("content", ["{}", '{"sex": "male", "age": 3}', '{"id": "x"}', '{"phenotype": []}'])
def test_a_case_that_states_nothing_is_empty(graph: Graph, tmp_path: Path, content: str) -> None:
    with pytest.raises(EmptyCaseError, match=r"e\.json: the case is empty"):
        single(graph, CaseOptions(), write(tmp_path / "e.json", content))


def test_a_case_of_unknown_statements_is_not_empty_but_full_of_problems(graph: Graph) -> None:
    case = single(graph, CaseOptions(phenotype=("HP:9999999",)))
    assert case.features == ()
    assert [p.severity for p in case.problems] == [Severity.WARNING]


def test_options_beside_several_cases_are_a_usage_error_that_names_them(graph: Graph, tmp_path: Path) -> None:
    path = write(tmp_path / "b.jsonl", lines(GOOD))
    with pytest.raises(UsageError, match=r"--phenotype, --assume-missing-is-reference"):
        read_cases(graph, [path], CaseOptions(phenotype=("x",), assume_missing_is_reference=True))


@pytest.mark.parametrize("name", ["vcf", "genotypes", "calls", "file"])
def test_a_named_file_that_does_not_exist_is_a_usage_error_at_once(graph: Graph, tmp_path: Path, name: str) -> None:
    missing = tmp_path / "none"
    named = {
        "vcf": CaseOptions(vcf=(missing,)),
        "genotypes": CaseOptions(genotypes=missing),
        "calls": CaseOptions(calls=missing),
    }
    options = named.get(name, CaseOptions())
    with pytest.raises(UsageError, match="none: there is no such file"):
        read_cases(graph, [missing] if name == "file" else [], options)


@pytest.mark.parametrize(
    "options", [CaseOptions(), CaseOptions(all_samples=True), CaseOptions(sex="x"), CaseOptions(age="x")]
)
def test_a_request_that_cannot_be_meant_is_a_usage_error(graph: Graph, options: CaseOptions) -> None:
    with pytest.raises(UsageError):
        read_cases(graph, [], options)


CHIP = "rsid\tchromosome\tposition\tgenotype\nrs4244285\t10\t96541616\tAG\n"


def test_a_genotype_table_gives_genotypes_and_no_variants(graph: Graph, tmp_path: Path) -> None:
    sites = Interest(frozenset({("10", 96541616)}))
    options = CaseOptions(genotypes=write(tmp_path / "chip.txt", CHIP))
    (case,) = read_cases(graph, [], options, lambda _: sites)
    assert isinstance(case, PatientCase)
    assert case.genotypes is not None
    assert (case.genotypes.assembly, case.genotypes.source) == (Assembly.GRCH37, CallSource.GENOTYPES)
    assert [site.alleles for site in case.genotypes.sites] == [("A", "G")]
    assert (case.id, case.variants) == ("case-1", ())
    assert [problem.severity for problem in case.problems] == [Severity.INFO]


def test_a_genotype_table_of_a_case_file_is_relative_to_it(graph: Graph, tmp_path: Path) -> None:
    write(tmp_path / "chip.txt", CHIP)
    case = single(graph, CaseOptions(), write(tmp_path / "c.yaml", "genotypes: chip.txt\n"))
    assert case.genotypes is not None


def test_a_vcf_and_a_genotype_table_are_a_usage_error(graph: Graph, tmp_path: Path) -> None:
    vcf, chip = write(tmp_path / "a.vcf", VCF), write(tmp_path / "chip.txt", CHIP)
    path = write(tmp_path / "c.yaml", f"genotypes: {chip}\nvcf: {vcf}\n")
    with pytest.raises(UsageError, match=r"c\.yaml: has a VCF and a genotype table; give one of them"):
        single(graph, CaseOptions(), path)


def test_measures_ancestry_indication_and_consent_are_of_the_case(graph: Graph) -> None:
    case = single(
        graph,
        CaseOptions(
            medication=("codeine",),
            complaint=("Seizure", "seizures"),
            indication="pain",
            height="172",
            weight="64.5",
            ancestry="EAS",
            consent=True,
        ),
    )
    assert (case.height, case.weight, case.ancestry) == (172.0, 64.5, BiogeographicGroup.EAST_ASIAN)
    assert (case.indication, case.consent) == ("pain", True)
    assert [feature.name for feature in case.complaints] == ["Seizure"]
    assert case.features == ()
    assert [(problem.severity, problem.where) for problem in case.problems] == [(Severity.INFO, "ancestry")]


def test_a_case_of_complaints_is_not_empty_and_unknown_ones_are_problems(graph: Graph) -> None:
    case = single(graph, CaseOptions(complaint=("Arachnodactily",)))
    assert case.complaints == ()
    assert "did you mean Arachnodactyly" in case.problems[0].message


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (CaseOptions(height="1.72"), "--height: write a number of cm between 20 and 280"),
        (CaseOptions(weight="-3"), "--weight: write a number of kg between 0.2 and 650"),
        (CaseOptions(weight="inf"), "--weight: write a number"),
        (CaseOptions(ancestry="black"), "--ancestry: 'black' is no biogeographic group; did you mean"),
    ],
)
def test_a_measure_that_cannot_be_is_a_usage_error(graph: Graph, options: CaseOptions, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_cases(graph, [], options)


@pytest.mark.real_data
def test_every_development_phenopacket_is_read(graph: Graph, test_data: Path) -> None:
    path = test_data / "phenopackets" / "development.jsonl.gz"
    results = list(read_cases(graph, [path], CaseOptions()))
    assert len(results) == 7815
    assert [r.id for r in results if isinstance(r, FailedCase)] == []
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        assert [r.id for r in results] == [json.loads(line)["phenopacket"]["id"] for line in stream]
