"""Genotype tables: what a chip or a laboratory's list shows at the defining sites of the pharmacogenes.

Rows are matched by rsID, and by position where they bear another name. The build is decided by where known rsIDs stand
in the table, never assumed; a table without positions is read on GRCh38 unless another build is stated. A site that is not listed was not assayed.
Separators in genotypes carry no phase.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ontology.errors import InputError
from queries.case import Assembly, CallSource, Genotype, GenotypeData, Problem, Severity, Sex
from queries.intake.assembly import trimmed_locus
from queries.intake.genotype_alleles import (
    Alleles,
    DefiningSite,
    Strand,
    by_copies,
    interpret,
    parse_alleles,
    strand_of,
    unreadable,
)
from queries.intake.genotype_rows import read_rows
from queries.pharmacogenomics.definitions import load_definitions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from kg.store import Graph
    from queries.intake.genotype_rows import GenotypeRows, Row
    from queries.intake.vcf import Interest

_NUMBERS: Final = {"37": Assembly.GRCH37, "38": Assembly.GRCH38}
_WITHOUT_POSITIONS: Final = Assembly.GRCH38
"""Build of the definitions that a table of rsIDs alone is read on; PharmCAT's are on this one only."""
_EXAMPLES: Final = 3
"""How many unreadable positions a problem names."""

_Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class GenotypeTable:
    """The genotypes of a table, and what there is to say about them."""

    genotypes: GenotypeData
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Definitions:
    """Defining sites on one assembly, by place and by rsID."""

    sites: Mapping[_Place, DefiningSite]
    by_rsid: Mapping[str, tuple[DefiningSite, ...]]


@dataclass(frozen=True, slots=True)
class _Read:
    """What one row says of a site; ``conflict`` where that cannot be."""

    line: int
    site: DefiningSite
    alleles: Alleles
    conflict: str | None = None


def read_genotypes(
    graph: Graph,
    path: Path,
    interest: Callable[[Assembly], Interest],
    *,
    assembly: Assembly | None = None,
    sex: Sex | None = None,
) -> GenotypeTable:
    """The table's genotypes at the sites of interest, in order of position.

    ``assembly`` is the stated one. Where a man (``sex``) has two equal letters on X, they are his one copy.

    Raises:
        InputError: the file is no genotype table; a line is malformed (file and line are named); its build is unknown,
            or positions, comments and the stated assembly do not agree about it.
    """
    known = {build: _definitions(graph, build) for build in Assembly}
    rsids = {rsid for definitions in known.values() for rsid in definitions.by_rsid}
    table = read_rows(path, rsids, {place for definitions in known.values() for place in definitions.sites})
    build = _choose_build(path, table, known, assembly)
    wanted = interest(build).sites
    matched = [(row, site) for row, site in _matched(table.rows, known[build]) if site.place in wanted]
    reads = _read(path, matched, sex)
    strand = strand_of((read.site, read.alleles) for read in reads if read.conflict is None)
    data = GenotypeData(build, tuple(_genotypes(reads, strand)), CallSource.GENOTYPES)
    about = _About(str(path), f"{table.maker} on {build}", len(wanted), strand)
    return GenotypeTable(data, tuple(_problems(about, data.sites, sex)))


def _definitions(graph: Graph, assembly: Assembly) -> _Definitions:
    changes: dict[_Place, set[tuple[str, str]]] = defaultdict(set)
    rsids: dict[str, set[_Place]] = defaultdict(set)
    for definition in load_definitions(graph, assembly):
        for variant in definition.variants:
            place = (variant.site.chromosome, variant.site.position)
            changes[place].add(_shortest(place, variant.ref, variant.alt))
            if rsid := definition.rsids.get(variant.reference):
                rsids[rsid.lower()].add(place)
    sites = {place: DefiningSite(*place, frozenset(found)) for place, found in changes.items()}
    by_rsid = {rsid: tuple(sites[place] for place in sorted(places)) for rsid, places in rsids.items()}
    return _Definitions(sites, by_rsid)


def _shortest(place: _Place, reference: str, alternate: str) -> tuple[str, str]:
    """A change as one source writes it, so that two spellings of it are one; as given where it would move."""
    _, position, *alleles = trimmed_locus(*place, reference, alternate).split("-")
    return (alleles[0], alleles[1]) if int(position) == place[1] else (reference, alternate)


def _choose_build(
    path: Path, table: GenotypeRows, known: Mapping[Assembly, _Definitions], stated: Assembly | None
) -> Assembly:
    """The build on which known rsIDs stand where the table has them; else the one of its comments or the stated one."""
    if all(row.position is None for row in table.rows):
        return stated or _WITHOUT_POSITIONS
    if unknown := [number for number in table.builds if number not in _NUMBERS]:
        raise InputError(
            f"{path}: is on build {unknown[0]} by its comments, whose positions are not known; "
            "give rsid and genotype alone, which are matched by rsID"
        )
    votes = Counter(_votes(table.rows, known))
    if votes and votes[None] >= votes.total() - votes[None]:
        raise InputError(f"{path}: {votes[None]} known rsIDs stand where neither GRCh37 nor GRCh38 has them")
    claims = [(build, f"the positions of {votes[build]} known rsIDs") for build in Assembly if votes[build]]
    claims += [(_NUMBERS[number], "its comments") for number in table.builds]
    claims += [(stated, "--assembly")] if stated else []
    builds = {build for build, _ in claims}
    if not builds:
        raise InputError(f"{path}: no known rsID and no comment tells its build; give --assembly GRCh37 or GRCh38")
    if len(builds) > 1:
        told = "; ".join(f"{build} by {place}" for build, place in claims)
        raise InputError(f"{path}: does not agree about its build: {told}")
    return builds.pop()


def _votes(rows: Iterable[Row], known: Mapping[Assembly, _Definitions]) -> Iterator[Assembly | None]:
    """The build of each row with an rsID of both builds at single bases, ``None`` where it stands in neither's place.

    Places of insertions are written in several ways, and those that both builds share decide nothing.
    """
    for row in rows:
        sites = {build: definitions.by_rsid.get(row.rsid, ()) for build, definitions in known.items()}
        if row.position is None or not all(found and all(s.bases for s in found) for found in sites.values()):
            continue
        fitting = [build for build, found in sites.items() if any(_stands_at(row, site) for site in found)]
        if len(fitting) < len(sites):
            yield fitting[0] if fitting else None


def _stands_at(row: Row, site: DefiningSite) -> bool:
    """Whether a row's place is that of the site; of insertions and deletions only the chromosome is compared."""
    return row.chromosome == site.chromosome and (row.position == site.position or not site.bases)


def _matched(rows: Iterable[Row], definitions: _Definitions) -> Iterator[tuple[Row, DefiningSite]]:
    """Rows with the site that their rsID means; those with another name with the site at their place."""
    for row in rows:
        sites = definitions.by_rsid.get(row.rsid)
        if sites is not None:
            yield row, next((site for site in sites if _stands_at(row, site)), sites[0])
        elif row.chromosome is not None and row.position is not None:
            site = definitions.sites.get((row.chromosome, row.position))
            # another rsID's codes or sequences at this place may be those of another insertion
            if site is not None and site.bases and not set("".join(row.alleles)) & {"I", "D"}:
                yield row, site


def _read(path: Path, matched: Sequence[tuple[Row, DefiningSite]], sex: Sex | None) -> list[_Read]:
    """What the rows say of their sites.

    Raises:
        InputError: a row has no genotype of one or two alleles.
    """
    parsed = []
    for row, site in matched:
        try:
            parsed.append((row, site, parse_alleles(row.alleles)))
        except ValueError as error:
            raise InputError(f"{path}:{row.line}: its genotype {error}") from None
    single_x = sex is Sex.MALE or any(
        site.chromosome == "X" and len(alleles) == 1 and alleles[0] for _, site, alleles in parsed
    )
    return [_of_row(row, site, alleles, single_x=single_x) for row, site, alleles in parsed]


def _of_row(row: Row, site: DefiningSite, alleles: Alleles, *, single_x: bool) -> _Read:
    if row.position is not None and not _stands_at(row, site):
        reason = f"{row.rsid} stands at {row.chromosome}:{row.position} in the table"
        return _Read(row.line, site, alleles, reason)
    try:
        return _Read(row.line, site, by_copies(site.chromosome, alleles, single_x=single_x))
    except ValueError as error:
        return _Read(row.line, site, alleles, str(error))


def _genotypes(reads: Iterable[_Read], strand: Strand) -> Iterator[Genotype]:
    """One genotype a site, from all rows of it; rows that differ show nothing."""
    by_place: dict[_Place, list[_Read]] = defaultdict(list)
    for read in reads:
        by_place[read.site.place].append(read)
    for place in sorted(by_place):
        group = by_place[place]
        found: dict[tuple[object, ...], Genotype] = {}
        for read in group:
            genotype = (
                unreadable(read.site, read.alleles, read.conflict)
                if read.conflict
                else interpret(read.site, read.alleles, strand)
            )
            key = (genotype.reference, genotype.conflict, *sorted(map(str, genotype.alleles)))
            found.setdefault(key, genotype)
        telling = [genotype for genotype in found.values() if genotype.conflict or any(genotype.alleles)]
        if len(telling) > 1:
            lines = " and ".join(str(read.line) for read in group)
            yield unreadable(group[0].site, group[0].alleles, f"lines {lines} of the table differ")
        else:
            yield (telling or list(found.values()))[0]


@dataclass(frozen=True, slots=True)
class _About:
    """What problems tell of a table: where, its kind and build, how many sites were asked for, its strand."""

    where: str
    kind: str
    wanted: int
    strand: Strand


def _problems(about: _About, sites: Sequence[Genotype], sex: Sex | None) -> Iterator[Problem]:
    conflicts = [site for site in sites if site.conflict]
    called = sum(None not in site.alleles for site in sites)
    yield Problem(
        Severity.INFO if called or not about.wanted else Severity.WARNING,
        about.where,
        f"{about.kind}: {called} of {about.wanted} defining positions are used; {len(conflicts)} contradict their "
        f"definition, {len(sites) - called - len(conflicts)} have no call, {about.wanted - len(sites)} are not listed "
        "and stay unknown",
    )
    if conflicts:
        examples = "; ".join(f"{site.chromosome}:{site.position}: {site.conflict}" for site in conflicts[:_EXAMPLES])
        more = f"; and {len(conflicts) - _EXAMPLES} more" if conflicts[_EXAMPLES:] else ""
        yield Problem(Severity.WARNING, about.where, f"positions that are not used: {examples}{more}")
    if about.strand is Strand.REVERSE:
        message = "its bases are those of the reverse strand at every position that tells; they were complemented"
        yield Problem(Severity.INFO, about.where, message)
    if sex is None and any(site.chromosome == "X" and len(site.alleles) > 1 for site in sites):
        message = "genotypes of two letters on X are read as two copies; with --sex male as one where they are equal"
        yield Problem(Severity.INFO, about.where, message)
