"""What damaged, empty, contradictory and hostile input leads to: exit code, message, and nothing half-written."""

from __future__ import annotations

import gzip
import io
import json
import signal
import stat
import subprocess
import sys
import time
import zipfile
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

from genopath.cli import main
from queries.intake.diplotypes import match_allele

if TYPE_CHECKING:
    from pathlib import Path

META: Final = "##fileformat=VCFv4.2\n##contig=<ID=chr10,length=133797422>\n"
FIXED: Final = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
FIRST: Final = "chr10\t94761900\t.\tC\tT\t.\tPASS\t.\tGT\t0/0"
SECOND: Final = "chr10\t94781859\t.\tG\tA\t.\tPASS\t.\tGT\t1/1"
BGZF_START: Final = bytes.fromhex("1f8b08040000000000ff0600424302001b00")
TABLE: Final = "# build 37\n# rsid\tchromosome\tposition\tgenotype\n"
ROW: Final = "rs4244285\t10\t96541616\tAG\n"
HOSTILE: Final = (
    "<script>alert(1)</script>",
    "'\"><img src=x onerror=alert(2)>",
    "</script><svg onload=alert(3)>",
    '" . ?s ?p ?o } #',
    'x" } ; DROP ALL ; #',
    "Robert'); DROP TABLE drugs;--",
)


class Outcome(NamedTuple):
    """How the program ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(tiny_release: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Run the program as a shell does, in this process."""
    return Runner(tiny_release, capsys, monkeypatch)


class Runner:
    """Calls the program's entry point."""

    def __init__(self, release: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._release, self._capsys, self._monkeypatch = release, capsys, monkeypatch

    def __call__(self, *arguments: str) -> Outcome:
        self._monkeypatch.setattr(sys, "argv", ["genopath", *arguments, "--release", str(self._release)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = self._capsys.readouterr()
        assert "Traceback" not in err
        assert isinstance(ended.value.code, int)
        return Outcome(ended.value.code, out, err)


def vcf(*records: str, meta: str = META, samples: str = "P1") -> bytes:
    return (meta + "\t".join((FIXED, "FORMAT", samples)) + "\n" + "\n".join(records) + "\n").encode()


def changed(column: int, value: str) -> bytes:
    fields = SECOND.split("\t")
    fields[column] = value
    return vcf(FIRST, "\t".join(fields))


def zipped(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, TABLE + ROW)
    return stream.getvalue()


VCFS: Final = [
    ("empty.vcf", b"", "is no VCF"),
    ("empty.vcf.gz", gzip.compress(b""), "is no VCF"),
    ("binary.vcf", bytes(range(256)) * 9, "is no VCF"),
    ("zeros.vcf", b"\0" * 999, "is no VCF"),
    ("without-columns.vcf", META.encode(), "is no VCF"),
    ("without-fileformat.vcf", vcf(FIRST).split(b"\n", 1)[1], "is no VCF"),
    ("utf-16.vcf", vcf(FIRST).decode().encode("utf-16"), "is no VCF"),
    ("mac.vcf", vcf(FIRST).replace(b"\n", b"\r"), "is no VCF"),
    ("spaces.vcf", vcf(FIRST).replace(b"\t", b" "), "is no VCF"),
    ("cut.vcf.gz", gzip.compress(vcf(FIRST, SECOND))[:60], "truncated or damaged"),
    ("no-end.vcf.gz", BGZF_START + b"\0" * 40, "is truncated (it has no BGZF end)"),
    ("no-samples.vcf", (META + FIXED + "\n").encode(), "has no sample column"),
    ("same-names.vcf", vcf(FIRST + "\t0/0", samples="P1\tP1"), "its samples have no names, or the same"),
    ("several.vcf", vcf(FIRST + "\t0/0", samples="P1\tP2"), "choose one with --sample"),
    ("few-columns.vcf", vcf(FIRST, SECOND.rpartition("\t")[0]), "after record 1"),
    ("many-columns.vcf", vcf(FIRST, SECOND + "\t0/0"), "after record 1"),
    ("words.vcf", changed(9, "A/G"), "after record 1"),
    ("no-such-allele.vcf", changed(9, "0/2"), "after record 1"),
    ("no-genotype.vcf", changed(9, ""), "after record 1"),
    ("before-start.vcf", changed(1, "-5"), "has no possible position after record 1"),
    ("beyond.vcf", changed(1, "99999999999999"), "has no possible position after record 1"),
    ("fraction.vcf", changed(1, "1.5"), "after record 1"),
    ("no-reference.vcf", changed(3, ""), "after record 1"),
    ("iupac.vcf", changed(3, "R"), "after record 1"),
    ("comment-inside.vcf", vcf(FIRST, "# a remark", SECOND), "after record 1"),
    (
        "two-builds.vcf",
        vcf(FIRST, meta=META + "##reference=GRCh37\n"),
        "contradicts itself about the assembly",
    ),
]


@pytest.mark.parametrize(("name", "content", "said"), VCFS, ids=[name for name, _, _ in VCFS])
def test_a_bad_vcf_ends_with_3_and_is_named(run: Runner, tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path, out = tmp_path / name, tmp_path / "out.json"
    path.write_bytes(content)
    done = run("pgx", "--vcf", str(path), "--out", str(out))
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith(f"genopath: {path}: ")
    assert said in done.err
    assert list(tmp_path.iterdir()) == [path]


READABLE: Final = [
    ("blank-line.vcf", vcf(FIRST, "", "", SECOND)),
    ("windows.vcf", vcf(FIRST, SECOND).replace(b"\n", b"\r\n")),
    ("windows-blank.vcf", vcf(FIRST, "", SECOND).replace(b"\n", b"\r\n")),
    ("gzip.vcf.gz", gzip.compress(vcf(FIRST, SECOND))),
    ("gzip-blank.vcf.gz", gzip.compress(vcf(FIRST, "", SECOND))),
    ("unsorted.vcf", vcf(SECOND, FIRST)),
    ("name.vcf", vcf(FIRST, SECOND, samples="M\u00fcller \u65e5\u672c")),
    ("telomere.vcf", vcf(FIRST, SECOND, "chr10\t0\t.\tN\tA\t.\tPASS\t.\tGT\t0/0")),
]


@pytest.mark.parametrize(("name", "content"), READABLE, ids=[name for name, _ in READABLE])
def test_what_only_looks_odd_is_read_to_its_end(run: Runner, tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    done = run("pgx", "--vcf", str(path))
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out)["genes"][0]["diplotypes"][0]["name"] == "*2/*2"


@pytest.mark.parametrize("records", [(), ("chr1\t5\t.\tA\tC\t.\tPASS\t.\tGT\t0/0",)])
def test_a_vcf_that_tells_of_no_site_is_a_warning(run: Runner, tmp_path: Path, records: tuple[str, ...]) -> None:
    path = tmp_path / "p.vcf"
    path.write_bytes(vcf(*records))
    done = run("pgx", "--vcf", str(path), "--strict")
    assert done.code == 5
    assert "tells of none of" in done.err


@pytest.mark.parametrize("content", [b"", b"no index"])
def test_a_damaged_index_is_named_in_place_of_its_file(run: Runner, tmp_path: Path, content: bytes) -> None:
    import pysam

    (tmp_path / "p.vcf").write_bytes(vcf(FIRST, SECOND))
    path = tmp_path / "p.vcf.gz"
    pysam.tabix_compress(str(tmp_path / "p.vcf"), str(path))
    index = tmp_path / "p.vcf.gz.tbi"
    index.write_bytes(content)
    done = run("pgx", "--vcf", str(path))
    assert done.code == 3
    assert done.err.startswith(f"genopath: {index}: ")


TABLES: Final = [
    ("empty.txt", b"", "holds no rows"),
    ("header.txt", TABLE.encode(), "holds no rows"),
    ("html.txt", b"<!DOCTYPE html>\n<html>Log in</html>\n", ":1: no header line with rsid"),
    ("binary.txt", b"\xff\xfe\x80" * 99, "not UTF-8 text"),
    ("wrong-column.txt", (TABLE.replace("genotype", "x") + ROW).encode(), "has neither genotype nor allele1"),
    ("few-columns.txt", (TABLE + ROW + "rs12248560\t10\n").encode(), ":4: has fewer columns"),
    ("no-genotype.txt", (TABLE + ROW.replace("AG", "XYZ")).encode(), ":3: its genotype"),
    ("position.txt", (TABLE + ROW.replace("96541616", "-1")).encode(), ":3: its position is no whole number"),
    ("build-36.txt", (TABLE.replace("37", "36") + ROW).encode(), "build 36"),
    ("two.zip", zipped("a.txt", "b.txt"), "holds 2 files"),
    ("none.zip", zipped(), "holds 0 files"),
    ("cut.zip", zipped("a.txt")[:60], "truncated or damaged"),
    ("vcf.txt", vcf(FIRST), "is a VCF; give it with --vcf"),
    ("json.txt", b'{"a": 1}\n', "no header line with rsid"),
]


@pytest.mark.parametrize(("name", "content", "said"), TABLES, ids=[name for name, _, _ in TABLES])
def test_a_bad_genotype_table_ends_with_3_and_is_named(
    run: Runner, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    done = run("pgx", "--genotypes", str(path))
    assert (done.code, done.out) == (3, "")
    assert str(path) in done.err
    assert said in done.err
    assert "XYZ" not in done.err


@pytest.mark.parametrize("content", ["CYP2C19  *1/*2\n", "CYP2C19\n", "<html></html>\n", "CYP2C19\t*1/*2\ta\t1\tx\n"])
def test_a_bad_outside_call_ends_with_3_and_its_line(run: Runner, tmp_path: Path, content: str) -> None:
    path = tmp_path / "calls.tsv"
    path.write_text("# remark\n" + content)
    done = run("pgx", "--calls", str(path))
    assert (done.code, done.out) == (3, "")
    assert f"{path}:2: is no outside call" in done.err


CASES: Final = [
    ('{"medication": 5.5}', "medication[0]: has a value of a wrong type"),
    ('{"medication": {"a": 1}}', "medication[0]: has a value of a wrong type"),
    ('{"diplotype": [["a"]]}', "diplotype[0]: has a value of a wrong type"),
    ('{"medication": [null]}', "medication[0]: has a value of a wrong type"),
    ('{"medication": null}', "the case is empty"),
    ('{"medication": []}', "the case is empty"),
    ('{"medication": "codeine", "consent": "yes"}', "consent: write true or false"),
    ('{"medication": "codeine", "height": true}', "height: has a value of a wrong type"),
    ('{"medication": "codeine", "height": 1.75}', "height: write a number of cm"),
    ('{"medication": "codeine", "weight": NaN}', "weight: write a number of kg"),
    ('{"medication": "codeine", "age": "P-3Y"}', "age: write years"),
    ('{"medication": "codeine", "age": 999}', "age: no one is older"),
    ('{"medication": "codeine", "ancestry": "Martian"}', "is no biogeographic group"),
    ('{"medication": "codeine", "assembly": "hg19"}', "assembly: write one of GRCh37, GRCh38"),
    ('{"medcation": "codeine"}', "did you mean medication"),
    ('{"medication": "\\ud800"}', "is no character"),
    ('{"medication": ' + "[" * 99_999 + "]" * 99_999 + "}", "is nested too deeply"),
    ("[1, 2]", "holds no mapping"),
    ('{"medication": [', "is no valid JSON"),
]


@pytest.mark.parametrize(("content", "said"), CASES, ids=[content[:45] for content, _ in CASES])
def test_a_bad_case_file_ends_with_3_and_is_named(run: Runner, tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "case.json"
    path.write_text(content)
    done = run("pgx", str(path))
    assert (done.code, done.out) == (3, "")
    assert str(path) in done.err
    assert said in done.err
    assert len(done.err) < 500


@pytest.mark.parametrize(
    "arguments",
    [
        ("pgx",),
        ("pgx", "--vcf", "none.vcf"),
        ("pgx", "none.json"),
        ("pgx", "--all-samples"),
        ("pgx", "--medication", "codeine", "--age", "-3"),
        ("pgx", "--medication", "codeine", "--age", "131"),
        ("pgx", "--medication", "codeine", "--weight", "nan"),
        ("pgx", "--medication", "codeine", "--height", "1.75"),
        ("pgx", "--medication", "codeine", "--ancestry", "Martian"),
        ("pgx", "--medication", "codeine", "--table", "calls"),
        ("pgx", "--medication", "codeine", "--format", "parquet"),
        ("pgx", "--medication", "codeine", "--format", "xml"),
        ("pgx", "--medication", "codeine", "--out", "/no/such/folder/out.json"),
        ("pgx", "--medication", "codeine", "--consent", "--registry", "/no/such/folder/registry.jsonl"),
        ("report", "--medication", "codeine"),
    ],
)
def test_a_wrong_request_ends_with_2(run: Runner, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err


@pytest.mark.parametrize("text", ["", "  ", "x" * 3_000, "\u85ac\U0001f48a", "RXNORM:", "MONDO:0005148", *HOSTILE])
def test_a_medication_that_is_no_drug_is_a_problem(run: Runner, text: str) -> None:
    done = run("pgx", "--medication", text)
    assert (done.code, done.err) == (0, "")
    assert [problem["severity"] for problem in json.loads(done.out)["problems"]] == ["warning"]


def test_texts_are_shown_in_a_report_as_texts(run: Runner, tmp_path: Path) -> None:
    texts = [part for text in HOSTILE for part in ("--medication", text)]
    stated = ["--indication", HOSTILE[0], "--complaint", HOSTILE[1], "--phenotype", HOSTILE[2]]
    out = tmp_path / "report"
    assert run("report", *texts, *stated, "--out", str(out)).code == 0
    html = (out / "report.html").read_text("utf-8")
    assert not [tag for tag in ("<script>alert", "<img src=x", "<svg onload") if tag in html]
    assert "&lt;script&gt;alert" in html


def test_one_allele_of_a_gene_with_two_copies_is_no_call(run: Runner) -> None:
    done = run("pgx", "--diplotype", "CYP2C19=*2", "--strict")
    assert done.code == 5
    assert "*2 is one allele alone" in done.err
    assert json.loads(done.out)["genes"] == []


def test_a_bad_line_of_a_batch_does_not_cost_the_others(run: Runner, tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    good, bad = b'{"medication": "clopidogrel"}', (b"no JSON", b'{"medication": "M\xfcller"}', b"[]", b"{}")
    path.write_bytes(b"\n".join((good, *bad, good)) + b"\n")
    done = run("pgx", str(path))
    problems = [json.loads(line)["problems"] for line in done.out.splitlines()]
    assert done.code == 3
    assert [len(found) for found in problems] == [0, 1, 1, 1, 1, 0]
    assert [f"{path}:{number}: " in problems[number - 1][0]["message"] for number in (2, 3, 4, 5)] == [True] * 4
    assert "4 of the cases could not be read" in done.err


@pytest.mark.parametrize("content", [b"", b"\n\n"])
def test_a_batch_without_cases_ends_with_3(run: Runner, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_bytes(content)
    done = run("pgx", str(path))
    assert done.code == 3
    assert f"{path}: holds no case" in done.out


def test_a_case_of_a_batch_without_consent_is_not_registered_and_the_others_are(run: Runner, tmp_path: Path) -> None:
    path, registry = tmp_path / "cases.jsonl", tmp_path / "registry.jsonl"
    with_consent, without = '{"medication": "clopidogrel", "consent": true}', '{"medication": "clopidogrel"}'
    path.write_text("\n".join((with_consent, without, with_consent)))
    done = run("pgx", str(path), "--registry", str(registry))
    documents = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 3
    assert [bool(document["recommendations"]) or bool(document["problems"]) for document in documents][1]
    assert "consent" in documents[1]["problems"][0]["message"]
    assert len(registry.read_text().splitlines()) == 2


def test_a_report_is_not_written_when_the_registry_cannot_be(run: Runner, tmp_path: Path) -> None:
    registry = tmp_path / "none" / "registry.jsonl"
    out = tmp_path / "report"
    assert (
        run("report", "--medication", "codeine", "--consent", "--registry", str(registry), "--out", str(out)).code == 2
    )
    assert list(tmp_path.iterdir()) == []


def test_what_is_written_is_its_owners_alone(run: Runner, tmp_path: Path) -> None:
    given = ("--diplotype", "CYP2C19=*2/*2", "--medication", "clopidogrel", "--consent")
    folder = tmp_path / "report"
    registry = ("--registry", str(tmp_path / "registry.jsonl"))
    assert run("report", *given, *registry, "--out", str(folder)).code == 0
    assert run("pgx", *given, "--out", str(tmp_path / "out.json")).code == 0
    written = [path for path in tmp_path.rglob("*") if not path.name.startswith("test_")]
    modes = {stat.S_IMODE(path.stat().st_mode) for path in written}
    assert modes == {0o600, 0o700}


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_batch_leaves_no_output(tiny_release: Path, tmp_path: Path, sent: signal.Signals) -> None:
    path, out = tmp_path / "cases.jsonl", tmp_path / "out.jsonl"
    path.write_text('{"medication": "clopidogrel"}\n' * 200_000)
    heeds = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"  # which a background shell turns off
    )
    command = [sys.executable, "-c", f"{heeds}; from genopath.cli import main; main()", "pgx", str(path)]
    with subprocess.Popen(
        [*command, "--release", str(tiny_release), "--out", str(out)], stderr=subprocess.PIPE
    ) as process:
        deadline = time.monotonic() + 60
        while not list(tmp_path.glob(".out.jsonl.*")) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(sent)
        _, message = process.communicate(timeout=60)
    assert (process.returncode, message.strip()) == (130, b"genopath: interrupted")
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("*58:01", "*58:01"),
        ("58:01", "*58:01"),
        ("B*58:01", "*58:01"),
        ("HLA-B*58:01:01:01", "*58:01"),
        ("HLA-B*58:01P", "*58:01"),
        ("B*58:01:01G", "*58:01"),
        ("A*58:01", None),
        ("*58:01N", None),
        ("B58", None),
        ("*58", None),
    ],
)
def test_an_hla_allele_is_known_by_its_protein_and_no_less(name: str, expected: str | None) -> None:
    assert match_allele(name, "HLA-B", ["*57:01", "*58:01"]) == expected
