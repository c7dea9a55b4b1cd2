from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from ontology.errors import InputError, UsageError
from queries.case import Assembly, Severity, Sex
from queries.intake.casefile import read_case
from queries.intake.documents import read_document, read_lines

CASE = """\
phenotype: [HP:0001166, Seizure]
exclude: HP:0000252
medication: [clopidogrel]
diplotype:
  - CYP2C19=*2/*2
variant: rs4244285:het
vcf: data/p.vcf.gz
sample: 17
assembly: GRCh38
calls: calls.tsv
sex: female
age: 34
genotypes: chip.txt
height: 172.5
weight: 64
ancestry: EUR
indication: secondary prevention
complaint: [Myalgia, HP:0001250]
consent: true
assume_missing_is_reference: true
"""


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_case_file_holds_options_by_name_with_paths_relative_to_it(tmp_path: Path) -> None:
    path = write(tmp_path / "c.yaml", CASE)
    case = read_case(read_document(path), "c.yaml", path.parent)
    assert [(g.text, g.where) for g in case.phenotype] == [
        ("HP:0001166", "c.yaml: phenotype[0]"),
        ("Seizure", "c.yaml: phenotype[1]"),
    ]
    assert [g.text for g in (*case.exclude, *case.medication, *case.diplotype)] == [
        "HP:0000252",
        "clopidogrel",
        "CYP2C19=*2/*2",
    ]
    assert (case.vcf, case.calls) == ((tmp_path / "data/p.vcf.gz",), tmp_path / "calls.tsv")
    assert (case.sample, case.assembly, case.sex, case.age) == ("17", Assembly.GRCH38, Sex.FEMALE, "P34Y")
    assert case.assume_missing_is_reference
    assert case.problems == ()
    assert (case.genotypes, case.height, case.weight) == (tmp_path / "chip.txt", 172.5, 64.0)
    assert case.ancestry is not None
    assert (case.ancestry.group, case.indication, case.consent) == ("European", "secondary prevention", True)
    assert [given.text for given in case.complaint] == ["Myalgia", "HP:0001250"]


def test_a_vcf_may_be_split_into_several_files() -> None:
    case = read_case({"vcf": ["a.vcf", "b.vcf"]}, "c", Path("folder"))
    assert case.vcf == (Path("folder/a.vcf"), Path("folder/b.vcf"))


def test_options_that_this_version_cannot_use_are_named_and_not_dropped_in_silence() -> None:
    case = read_case({"phenotype": "HP:0001166", "tumor_variant": ["BRAF V600E"], "ped": "x.ped"}, "c", Path())
    assert [(p.severity, p.where) for p in case.problems] == [
        (Severity.WARNING, "c: tumor_variant"),
        (Severity.WARNING, "c: ped"),
    ]


@pytest.mark.parametrize(
    ("key", "near"), [("phenotypes", "phenotype"), ("medications", "medication"), ("id_", "known: ")]
)
def test_an_unknown_key_is_an_error_with_near_ones(key: str, near: str) -> None:
    with pytest.raises(InputError, match=rf"c\.yaml: unknown key '{key}'.*{near}"):
        read_case({key: "x"}, "c.yaml", Path())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("phenotype", 1.5), ("phenotype", [["a"]]), ("phenotype", {"a": 1}), ("vcf", [1.5]), ("sex", "sometimes")),
        *(
            ("age", "old"),
            ("age", True),
            ("assembly", "hg18"),
            ("assume_missing_is_reference", "yes"),
            ("medication", [""]),
            ("height", 1.72),
            ("height", "tall"),
            ("height", float("nan")),
            ("weight", 1000),
            ("weight", [70]),
            ("ancestry", "black"),
            ("indication", ["a"]),
            ("consent", "yes"),
            ("genotypes", 1.5),
        ),
    ],
)
def test_a_value_of_a_wrong_type_is_an_error_that_names_its_key(key: str, value: object) -> None:
    with pytest.raises(InputError, match=rf"^c\.yaml: {key}"):
        read_case({key: value}, "c.yaml", Path())


def test_a_phenopacket_is_told_from_a_case_file_by_its_keys() -> None:
    packet = {"id": "p1", "phenotypicFeatures": [{"type": {"id": "HP:0001166"}}]}
    assert read_case(packet, "p", Path()).id == "p1"
    assert read_case({"file": "x", "phenopacket": packet, "leak_free": True}, "p", Path()).id == "p1"


def test_a_mixture_of_both_formats_is_an_error() -> None:
    with pytest.raises(InputError, match=r"mixes keys of two formats: id \(phenopacket\) and phenotype \(case file\)"):
        read_case({"id": "p1", "phenotype": ["HP:0001166"]}, "p", Path())


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("b.json", '{"phenotype": [', r"b\.json:1: is no valid JSON"),
        ("b.json", '{"phenotype":\n ["HP:0001166"],\n,}', r"b\.json:3: is no valid JSON"),
        ("b.json", '{"phenotype": "a", "phenotype": "b"}', r"b\.json: the key phenotype stands twice"),
        ("b.json", "[" * 100_000, r"b\.json: "),
        ("b.yaml", "phenotype: [HP:0001166\nage: 3\n", r"b\.yaml:2: is no valid YAML"),
        ("b.yaml", "age: 3\nage: 4\n", r"b\.yaml:1: .*age stands twice"),
        ("b.yaml", "age: 3\nsample: *s1\n", r"b\.yaml:2: .*quotes"),
        ("b.yaml", "- a\n- b\n", r"b\.yaml: is neither a phenopacket nor a case file"),
        ("b.yaml", "just text", r"b\.yaml: is neither"),
        ("b.yaml", b"\x80\xff\x00\x01", r"b\.yaml: cannot be read as text \(not UTF-8"),
        ("b.yaml", b"a: \x01\x02", r"b\.yaml: is no valid YAML"),
        ("b.json.gz", gzip.compress(b"{}" * 999, mtime=0)[:20], r"b\.json\.gz: cannot be read as text \(truncated"),
        ("b.json.gz", b"{}", r"b\.json\.gz: cannot be read"),
    ],
)
def test_a_broken_document_is_an_error_with_file_and_line(
    tmp_path: Path, name: str, content: str | bytes, message: str
) -> None:
    with pytest.raises(InputError, match=message) as raised:
        read_document(write(tmp_path / name, content))
    assert raised.value.__cause__ is None


def test_dates_in_yaml_stay_text(tmp_path: Path) -> None:
    path = write(tmp_path / "p.yaml", "metaData:\n  created: 2020-01-01T00:00:00Z\n")
    assert read_document(path) == {"metaData": {"created": "2020-01-01T00:00:00Z"}}


def test_json_without_an_ending_is_told_by_its_first_character(tmp_path: Path) -> None:
    assert read_document(write(tmp_path / "case", ' {"age":\t"3"}')) == {"age": "3"}


def test_lines_are_numbered_and_blank_ones_passed_over(tmp_path: Path) -> None:
    path = write(tmp_path / "b.jsonl.gz", gzip.compress(b"{}\n\n{}\n", mtime=0))
    assert [number for number, _ in read_lines(path)] == [1, 3]


def test_a_document_that_does_not_exist_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        read_document(tmp_path / "none.json")
