"""SIDER: side effects of drugs, text-mined from their labels (doi:10.1093/nar/gkv1075).

Read are ``meddra_all_se.tsv.gz`` and ``meddra_freq.tsv.gz`` (http://sideeffects.embl.de/download/). They have no header; the
columns are those of SIDER's README. Drugs are STITCH compound ids, which are PubChem's with a letter code, so a vocabulary
that teaches PubChem numbers, or SIDER's own ``drug_names.tsv`` and ``drug_atc.tsv``, must say which drug each is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kg.model import AgentType, Association, Entity, KnowledgeLevel
from kg.normalize import Match, Resolution
from kg.source import Download, Row, Source, Table
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.normalize import Resolver
    from kg.source import Item, SourceFile

_EFFECT: Final = ("flat", "stereo", "label_concept")
_TERM: Final = ("term_type", "concept", "name")
SIDE_EFFECTS: Final = (*_EFFECT, *_TERM)
FREQUENCIES: Final = (*_EFFECT, "placebo", "frequency", "lower", "upper", *_TERM)

_TERM_TYPES: Final = {
    "LLT": "lowest level term (the preferred term of its concept is a row of its own)",
    "": "effect without a MedDRA term",
}
"""Term types that are not read, with the reason; the type that is read is PT, the preferred term."""
_STITCH_ID: Final = re.compile(r"CID([01])(\d{8})", re.ASCII)
_CONCEPT: Final = re.compile(r"C\d{7}", re.ASCII)


@dataclass(slots=True)
class _Drugs:
    """What SIDER itself says of its drugs, by PubChem number of the flat compound."""

    names: dict[str, str] = field(default_factory=dict)
    atc: defaultdict[str, list[Reference]] = field(default_factory=lambda: defaultdict(list))


@dataclass(slots=True)
class _Effects:
    """Entities of side effects that were declared here."""

    declared: set[Reference] = field(default_factory=set)


def read_drug_names(file: SourceFile, context: Context) -> Iterator[Item]:
    """Names of drugs; gives no items."""
    names = context.shared(_Drugs).names
    for row in context.records(_rows(file, ("flat", "name"))):
        number = _number(file, row, "flat")
        if names.setdefault(number, row["name"]) != row["name"]:
            raise file.error(row.line, f"{row['flat']} is called {names[number]!r} and {row['name']!r}")
        context.teach()
    yield from ()


def read_drug_codes(file: SourceFile, context: Context) -> Iterator[Item]:
    """ATC codes of drugs; gives no items."""
    for row in context.records(_rows(file, ("flat", "atc"))):
        code = Reference.find(f"ATC:{row['atc']}")
        if code is None:
            raise file.error(row.line, f"column atc holds {row['atc']!r}, which is no ATC code")
        context.shared(_Drugs).atc[_number(file, row, "flat")].append(code)
        context.teach()
    yield from ()


def read_side_effects(file: SourceFile, context: Context) -> Iterator[Item]:
    """Drugs with the preferred terms of their side effects."""
    for row in context.records(_rows(file, SIDE_EFFECTS)):
        yield from _statement(file, row, context)


def read_frequencies(file: SourceFile, context: Context) -> Iterator[Item]:
    """The same with how often each effect was seen, once for every figure on the labels."""
    for row in context.records(_rows(file, FREQUENCIES)):
        if row["placebo"] not in ("", "placebo"):
            raise file.error(row.line, f"column placebo holds {row['placebo']!r}; known are 'placebo' and nothing")
        if row["placebo"]:
            context.left_out.add("effect seen under placebo", row["name"])
            continue
        if not row["frequency"]:
            raise file.error(row.line, "column frequency is empty")
        _check_bounds(file, row)
        yield from _statement(file, row, context, ((Qualifier.FREQUENCY, row["frequency"]),))


def _statement(
    file: SourceFile, row: Row, context: Context, qualifiers: tuple[tuple[Qualifier, str], ...] = ()
) -> Iterator[Item]:
    stereo, flat = _number(file, row, "stereo"), _number(file, row, "flat")
    if row["term_type"] != "PT":
        _leave_out(file, row, context)
        return
    if not _CONCEPT.fullmatch(row["concept"]) or not row["name"]:
        raise file.error(row.line, f"a preferred term needs a UMLS concept and a name; found {row['concept']!r}")
    drug = _drug(context, stereo, flat)
    if drug.reference is None:
        problem = (drug.problem or "unknown").partition(":")[0]
        context.unresolved.add(f"PubChem compound {problem} to the build's drugs", f"{row['stereo']} {row['flat']}")
        return
    code = f"UMLS:{row['concept']}"
    effect = _effect(context.resolver, code, row["name"])
    if effect is None:
        effect = Reference.mint("term", code)
        yield from _declaration(context, effect, code, row["name"])
    evidence = file.evidence(
        row.line, knowledge_level=KnowledgeLevel.NOT_PROVIDED, agent_type=AgentType.TEXT_MINING_AGENT
    )
    given = (Qualifier.ORIGINAL_OBJECT, code)
    yield Association(drug.reference, Predicate.HAS_SIDE_EFFECT, effect, evidence, (given, *qualifiers))


def _leave_out(file: SourceFile, row: Row, context: Context) -> None:
    if row["term_type"] not in _TERM_TYPES:
        raise file.error(row.line, f"term type {row['term_type']!r} is none of PT, LLT and nothing")
    context.left_out.add(_TERM_TYPES[row["term_type"]], row["name"])


def _drug(context: Context, stereo: str, flat: str) -> Resolution:
    """The drug of a compound: by its PubChem number, that without stereochemistry, SIDER's ATC codes, SIDER's name."""
    drugs, own = context.resolver.drugs, context.shared(_Drugs)
    found = [drugs.by_code(f"PUBCHEM:{number}") for number in (stereo, flat)]
    codes = {drugs.by_identifier(code).reference for code in own.atc.get(flat, ())} - {None}
    if len(codes) == 1:
        found.append(Resolution(codes.pop(), Match.MAPPING))
    if flat in own.names:
        found.append(drugs.by_name(own.names[flat]))
    return next((one for one in found if one.reference is not None), found[0])


def _effect(resolver: Resolver, code: str, name: str) -> Reference | None:
    """The feature or disease that a UMLS concept means, else the HPO term that bears its name."""
    for names in (resolver.phenotypes, resolver.diseases):
        if (found := names.by_code(code).reference) is not None:
            return found
    named = resolver.phenotypes.by_name(name)
    return named.reference if named.match is Match.NAME else None


def _declaration(context: Context, effect: Reference, code: str, name: str) -> Iterator[Item]:
    """The entity of a concept that has no other; where Mondo maps the concept to several diseases, it declared it."""
    declared = context.shared(_Effects).declared
    if effect not in declared and code not in context.resolver.diseases.codes:
        declared.add(effect)
        yield Entity(effect, Category.PHENOTYPIC_FEATURE, name)


def _rows(file: SourceFile, columns: tuple[str, ...]) -> Iterator[Row]:
    """Rows of a table without a header."""
    line = 0
    for line, text in file.lines():
        fields = text.split("\t")
        if len(fields) != len(columns):
            raise file.error(line, f"has {len(fields)} fields where this table has {len(columns)}")
        yield Row(line, dict(zip(columns, fields, strict=True)))
    if not line:
        raise file.error(None, "is empty: no row")


def _number(file: SourceFile, row: Row, column: str) -> str:
    """PubChem's number of a STITCH id, which is padded and begins with 1 (flat) or 0 (with stereochemistry)."""
    match = _STITCH_ID.fullmatch(row[column])
    if match is None or match.group(1) != ("0" if column == "stereo" else "1"):
        raise file.error(row.line, f"column {column} holds {row[column]!r}, which is no {column} STITCH id")
    return str(int(match.group(2)))


def _check_bounds(file: SourceFile, row: Row) -> None:
    try:
        float(row["lower"]), float(row["upper"])
    except ValueError as error:
        raise file.error(row.line, f"the bounds of the frequency are no numbers: {error}") from error


SOURCE: Final = Source(
    id="sider",
    title="SIDER",
    license="CC BY-NC-SA 4.0",
    license_url="https://creativecommons.org/licenses/by-nc-sa/4.0/",
    homepage="http://sideeffects.embl.de",
    downloads=(
        *(
            Download(f"http://sideeffects.embl.de/media/download/{name}")
            for name in ("meddra_all_se.tsv.gz", "meddra_freq.tsv.gz", "drug_names.tsv", "drug_atc.tsv")
        ),
    ),
    tables=(
        Table("drug_names.tsv", read_drug_names, required=False),
        Table("drug_atc.tsv", read_drug_codes, required=False),
        Table("meddra_all_se.tsv", read_side_effects),
        Table("meddra_freq.tsv", read_frequencies, required=False),
    ),
    profile="academic",
)
