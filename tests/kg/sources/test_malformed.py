"""Whatever is wrong with a file of a source, its reader either reads it or says where and why: nothing else escapes.

For every table of every source the table's fixture is damaged in each way that its format allows, and read with what
the fixtures before it teach. A damage may be harmless to one table (an optional column); that is decided by rules, never
by lists: no exception but :class:`SourceError`, every record with a fate, and at least one of a kind noticed.
"""

from __future__ import annotations

import gzip
import pickle
import shutil
import traceback
import zipfile
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import zstandard

from genopath.cli import main
from kg.context import Account, Context
from kg.folders import find_files
from kg.model import Entity
from kg.normalize import Resolver
from kg.rdf import association_to_nquads, entity_to_nquads
from kg.reading import Reading
from kg.sources.registry import SOURCES
from ontology.errors import SourceError
from ontology.reference import Reference
from tests.kg.sources.damage import Damage, format_of

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Sequence

    from kg.source import Source, SourceFile, Table

FIXTURES: Final = Path(__file__).parents[2] / "data"
RELEASE: Final = "2025-01"
MOST: Final = 31
"""Damages of one kind that are tried on one file; of more, that many are taken at even distances."""
PAGE: Final = b"<!DOCTYPE html>\n<html>\n<head><title>503 Service Unavailable</title></head>\n<body></body>\n</html>\n"
GENES: Final = {
    **{"A2ML1": "23336", "ACTC1": "143", "CFTR": "1884", "CYP2C19": "2621", "CYP2C9": "2623", "CYP2D6": "2625"},
    **{"CYP3A4": "2637", "DPYD": "3012", "EGFR": "3236", "F5": "3542", "FBN1": "3603", "G6PD": "4057"},
    **{"HLA-B": "4932", "MKS1": "7121", "MT-RNR1": "7470", "NUDT15": "23063", "P2RY12": "18124", "SLCO1B1": "10959"},
    **{"TPMT": "12014", "UGT1A1": "12530"},
}
DRUGS: Final = {
    "clozapine": "2626",
    "donepezil": "135447",
    "fluconazole": "4450",
    "metformin": "6809",
    "warfarin": "11289",
}
CODES: Final = {"UMLS:C0001824": "MONDO:0001609", "UMLS:C0027051": "MONDO:0005068", "DOID:10652": "DOID:10652"}

TABLES: Final = [
    pytest.param(source, table, id=f"{source.id}-{table.pattern}") for source in SOURCES for table in source.tables
]
every_table = pytest.mark.parametrize(("source", "table"), TABLES)


@dataclass(frozen=True, slots=True)
class Prepared:
    """The fixture of a table, with what its reader may know: all that the fixtures before it taught."""

    file: SourceFile
    lesson: bytes
    """The pickled context, which each reading takes a copy of: six times as fast as a deep copy."""

    @property
    def context(self) -> Context:
        context: Context = pickle.loads(self.lesson)  # noqa: S301  # pickled by this very process
        return context


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of reading one file."""

    account: Account
    noted: Counter[str]
    quads: frozenset[str]
    known: int
    """Entities that the resolver knows afterwards."""
    refusal: SourceError | None = None

    def differs(self, other: Outcome) -> bool:
        return self.refusal is not None or (self.quads, self.noted) != (other.quads, other.noted)


@pytest.fixture(scope="session")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that holds every source's fixtures as one release."""
    root = tmp_path_factory.mktemp("mirror")
    for source in SOURCES:
        if (FIXTURES / source.id).is_dir():
            shutil.copytree(FIXTURES / source.id, root / source.folder / RELEASE, dirs_exist_ok=True)
    return root


@pytest.fixture(scope="session")
def prepared(mirror: Path) -> dict[str, Prepared]:
    """Of each table that has a fixture, by source and pattern.

    A table that only repeats an earlier one of its source in another format is read as if that one were missing.
    """
    found: dict[str, Prepared] = {}
    resolver = taught()
    for source in SOURCES:
        alone, context = pickle.dumps(Context(resolver)), Context(resolver)
        for table in source.tables:
            for file in find_files(source, table, [mirror]) or find_files(source, table, []):
                before = pickle.dumps(context)
                ships = not file.path.is_relative_to(mirror)  # and is large: nothing is taught from it
                used = read(table, file, pickle.loads(before) if ships else context).account.used > 0  # noqa: S301
                known = found.get(key(source, table))
                if known is None or (used and known.lesson == alone):
                    found[key(source, table)] = Prepared(file, before if used else alone)
    return found


def taught() -> Resolver:
    """What the fixtures refer to beyond what they define."""
    resolver = Resolver()
    for symbol, gene in GENES.items():
        resolver.genes.add(Reference("HGNC", gene), symbol)
    for name, drug in DRUGS.items():
        resolver.drugs.add(Reference("RXNORM", drug), name)
    resolver.drugs.map(Reference("RXNORM", DRUGS["warfarin"]), [Reference("ClinPGx", "PA451906")])
    resolver.drugs.add_code("PUBCHEM:90000011", Reference("RXNORM", DRUGS["clozapine"]))
    resolver.phenotypes.add(Reference("HP", "0002018"), "Nausea")
    resolver.phenotypes.add(Reference("HP", "0001742"), "Nasal congestion")
    for code, disease in CODES.items():
        resolver.diseases.add(Reference.parse(disease), disease)
        resolver.diseases.add_code(code, Reference.parse(disease))
    return resolver


def key(source: Source, table: Table) -> str:
    return f"{source.id} {table.pattern}"


def fixture_of(source: Source, table: Table, prepared: dict[str, Prepared]) -> Prepared:
    assert key(source, table) in prepared, (
        f"no file below tests/data/{source.id} (as a release folder) matches {table.pattern!r} of source {source.id}"
    )
    return prepared[key(source, table)]


def read(table: Table, file: SourceFile, context: Context) -> Outcome:
    """Read as a build does, to the last item and its quads."""
    reading = Reading(file.source, context, [(table, file)])
    quads: set[str] = set()
    refusal = None
    try:
        for _, items in reading.files():
            for item in items:
                made = (
                    entity_to_nquads(item, "x", named=True)
                    if isinstance(item, Entity)
                    else association_to_nquads(item, "x")
                )
                quads.update(made)
        "".join(quads).encode()
    except SourceError as error:
        refusal = error
    noted = context.left_out.counts + context.unresolved.counts + context.ambiguous.counts
    return Outcome(context.account, noted, frozenset(quads), known_entities(context), refusal)


def known_entities(context: Context) -> int:
    resolver = context.resolver
    kinds = (resolver.genes, resolver.drugs, resolver.diseases, resolver.phenotypes, resolver.variants)
    return sum(len(names.known) for names in kinds)


class Bench:
    """Reads damaged copies of one table's fixture, and gathers what is wrong with the answers."""

    def __init__(self, source: Source, table: Table, prepared: Prepared, tmp_path: Path) -> None:
        self.table = table
        self.prepared = prepared
        self.content = prepared.file.path.read_bytes()
        self.root = tmp_path / "data"
        self.folder = self.root / source.folder / RELEASE
        shutil.copytree(prepared.file.folder, self.folder, ignore=shutil.ignore_patterns("README.md"))
        self.file = replace(prepared.file, path=self.folder / prepared.file.relative, folder=self.folder)
        self.format = format_of(self.file, self.content)
        self.problems: list[str] = []
        self.base = read(table, self.file, self.prepared.context)

    def try_one(self, damage: Damage, file: SourceFile | None = None) -> Outcome | None:
        """How the damaged file is read; no answer where that is a problem in itself."""
        file = file or self.file
        file.path.write_bytes(damage.make())
        try:
            outcome = read(self.table, file, self.prepared.context)
        except Exception as error:  # that none but SourceError escapes is what is tested
            frame = traceback.extract_tb(error.__traceback__)[-1]
            self.problems.append(f"{damage.name}: {error!r} escapes from {frame.filename}:{frame.lineno}")
            return None
        if outcome.refusal and not str(outcome.refusal).startswith(str(file.path)):
            self.problems.append(f"{damage.name}: the message does not name the file: {outcome.refusal}")
        if outcome.refusal is None and outcome.account.unexplained:
            self.problems.append(f"{damage.name}: {outcome.account.unexplained} records without a fate")
        return outcome

    def try_all(self, damages: Iterable[Damage]) -> list[Outcome]:
        outcomes = [self.try_one(damage) for damage in spread(list(damages))]
        return [outcome for outcome in outcomes if outcome is not None]

    def refuses(self, damage: Damage, file: SourceFile | None = None) -> None:
        """Note a problem unless the damaged file is refused, in the line of the damage where it has one."""
        outcome = self.try_one(damage, file)
        if outcome is None:
            return
        if outcome.refusal is None:
            self.problems.append(f"{damage.name}: is read as if nothing were wrong")
        elif damage.line is not None and outcome.refusal.line != damage.line:
            self.problems.append(f"{damage.name}: line {damage.line} is wrong, but the message is {outcome.refusal}")

    def report(self) -> None:
        assert not self.problems, "\n".join([f"{self.prepared.file.path.name}:", *self.problems])


@pytest.fixture
def bench(source: Source, table: Table, prepared: dict[str, Prepared], tmp_path: Path) -> Bench:
    return Bench(source, table, fixture_of(source, table, prepared), tmp_path)


@every_table
def test_the_fixture_is_read_and_every_record_has_a_fate(bench: Bench) -> None:
    assert bench.base.refusal is None
    assert bench.base.account.used > 0
    assert bench.base.account.unexplained == 0


@every_table
def test_a_missing_column_or_key_is_refused_or_not_needed(bench: Bench) -> None:
    outcomes = bench.try_all(bench.format.lacking(bench.content))
    bench.report()
    noticed = [outcome.refusal or (bench.format.is_list and outcome.differs(bench.base)) for outcome in outcomes]
    assert any(noticed), "nothing in this file is required"


@every_table
def test_a_value_of_the_wrong_type_is_refused_or_noted(bench: Bench) -> None:
    outcomes = bench.try_all(bench.format.garbled(bench.content))
    bench.report()
    assert any(outcome.differs(bench.base) for outcome in outcomes), "nothing in this file is looked at"


@every_table
def test_a_second_record_of_one_key_with_other_content_is_refused_by_a_vocabulary(bench: Bench) -> None:
    taught = bench.base.known - known_entities(bench.prepared.context)
    is_vocabulary = taught >= bench.base.account.used > 0
    for damage in spread(list(bench.format.repeated(bench.content))):
        outcome = bench.try_one(damage)
        if outcome is not None and is_vocabulary and not outcome.refusal and outcome.quads != bench.base.quads:
            bench.problems.append(f"{damage.name}: changes the graph in silence")
    bench.report()


@every_table
def test_a_row_of_another_width_is_refused_in_its_line(bench: Bench) -> None:
    for damage in spread(list(bench.format.ragged(bench.content))):
        bench.refuses(damage)
    bench.report()


@every_table
def test_what_is_no_such_file_is_refused(bench: Bench) -> None:
    whole = {"an empty file": b"", "a web page": PAGE, "blank lines": b"\n\n\n", "zeros": bytes(512)}
    for name, content in whole.items():
        bench.refuses(Damage(name, partial(bytes, content)))
    for damage in bench.format.hostile(bench.content):
        bench.refuses(damage)
    bench.report()


@every_table
def test_bytes_that_are_no_utf8_are_refused(bench: Bench) -> None:
    for place in spread(range(1, len(bench.content)), most=12):
        damage = Damage(f"byte 255 at {place}", partial(inserted, bench.content, place))
        if bench.format.is_text:
            bench.refuses(damage)
            continue
        outcome = bench.try_one(damage)
        if outcome and not outcome.refusal and not bench.format.is_latin and outcome.quads != bench.base.quads:
            bench.problems.append(f"{damage.name}: changes the graph in silence")
    bench.report()


def inserted(content: bytes, place: int) -> bytes:
    return content[:place] + b"\xff" + content[place:]


@every_table
def test_a_truncated_compressed_file_is_refused(bench: Bench) -> None:
    bench.file.path.unlink()
    for ending, packed in ((".gz", gzip.compress(bench.content)), (".zst", zstandard.compress(bench.content))):
        file = replace(bench.file, path=bench.file.path.with_name(bench.file.path.name + ending))
        for cut in (1, 10, len(packed) // 2, len(packed) - 1):
            bench.refuses(Damage(f"{cut} of {len(packed)} bytes of {ending}", partial(bytes, packed[:cut])), file)
        bench.refuses(Damage(f"page as {ending}", partial(bytes, PAGE)), file)
        file.path.unlink()
    bench.report()


@every_table
def test_a_damaged_archive_is_refused(bench: Bench) -> None:
    archive = archived(bench)
    whole = archive.read_bytes()
    (member,) = find_files(bench.file.source, replace(bench.table, many=False), [bench.root])
    untouched = read(bench.table, member, bench.prepared.context)
    if untouched.refusal:
        assert "unpack it" in str(untouched.refusal)
        return
    with zipfile.ZipFile(archive) as opened:
        start = opened.getinfo(str(member.member)).header_offset
    for place in (start, start + 30 + len(str(member.member)) + 5):
        flipped = whole[:place] + bytes([whole[place] ^ 255]) + whole[place + 1 :]
        bench.refuses(Damage(f"flipped bits at {place}", partial(bytes, flipped)), member)
    bench.report()
    for cut in (0, 1, len(whole) // 2, len(whole) - 1):
        archive.write_bytes(whole[:cut])
        with pytest.raises(SourceError, match="damaged archive"):
            find_files(bench.file.source, bench.table, [bench.root])


@every_table
def test_an_archive_that_climbs_out_of_its_folder_writes_nothing(bench: Bench, tmp_path: Path) -> None:
    outside = tmp_path / "outside" / bench.file.path.name
    for name in (f"../../x/{bench.file.path.name}", str(outside)):
        archived(bench, name)
        before = sorted(tmp_path.rglob("*"))
        for file in find_files(bench.file.source, replace(bench.table, many=False), [bench.root]):
            outcome = read(bench.table, file, bench.prepared.context)
            assert outcome.refusal or outcome.account == bench.base.account
        assert sorted(tmp_path.rglob("*")) == before


def archived(bench: Bench, name: str = "") -> Path:
    """Everything of the release in one archive, the table's file under ``name``; nothing is left beside it."""
    archive = bench.root.parent / "archive.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writing:
        for path in sorted(bench.folder.rglob("*")):
            if path.is_file() and path != bench.file.path and path.suffix != ".zip":
                writing.write(path, path.relative_to(bench.folder).as_posix())
        writing.writestr(name or bench.file.relative, bench.content)
    shutil.rmtree(bench.folder)
    bench.folder.mkdir()
    return archive.rename(bench.folder / "archive.zip")


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.id)
def test_a_build_with_one_malformed_file_publishes_nothing(
    source: Source, mirror: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(mirror / source.folder, tmp_path / "data" / source.folder)
    damaged = [file for table in source.tables for file in find_files(source, table, [tmp_path / "data"])][-1]
    damaged.path.write_bytes(PAGE)
    out = tmp_path / "releases"
    arguments = ["build", "--data", str(tmp_path / "data"), "--out", str(out), "--profile", "academic"]
    monkeypatch.setenv("GENOPATH_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("sys.argv", ["genopath", *arguments, "--sources", source.id])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == SourceError.exit_code
    assert str(damaged.path) in capsys.readouterr().err
    assert list(out.iterdir()) == []


def spread(items: Sequence[Any], most: int = MOST) -> list[Any]:
    """All of them, or ``most`` at even distances."""
    return list(items) if len(items) <= most else [items[number * len(items) // most] for number in range(most)]
