"""OncoTree: tumour types by tissue, and what they are called elsewhere (https://oncotree.info, doi:10.1200/CCI.20.00108).

Read is the tree that https://oncotree.mskcc.org/api/tumorTypes/tree returns for one version.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from kg.model import AgentType, Association, Entity
from kg.source import Download, Source, Table
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.context import Context
    from kg.model import Value
    from kg.source import Item, SourceFile

JUSTIFICATION: Final = "semapv:UnspecifiedMatching"
"""OncoTree gives codes of NCIt and UMLS without saying how they were matched."""
CHAINED: Final = "semapv:MappingChaining"
"""OncoTree's UMLS code, and Mondo's exact match of the same code."""

_TISSUE_LEVEL: Final = 1
_FIELDS: Final[dict[str, tuple[type, ...]]] = {
    "code": (str,),
    "name": (str,),
    "mainType": (str, type(None)),
    "tissue": (str, type(None)),
    "parent": (str, type(None)),
    "level": (int,),
    "children": (dict,),
    "externalReferences": (dict,),
    "history": (list,),
    "precursors": (list,),
    "revocations": (list,),
}


@dataclass(frozen=True, slots=True)
class Node:
    """One tumour type of the tree, or a tissue."""

    reference: Reference
    name: str
    main_type: str
    tissue: str
    level: int
    parent: Reference | None
    ncit: tuple[str, ...]
    umls: tuple[str, ...]
    former: tuple[str, ...]
    precursors: tuple[str, ...]
    revoked: tuple[str, ...]

    @property
    def is_tissue(self) -> bool:
        """Whether it stands for all tumours of a tissue; its codes elsewhere name the tissue then."""
        return self.level <= _TISSUE_LEVEL


def read_tree(file: SourceFile, context: Context) -> Iterator[Item]:
    """Tumour types, their hierarchy, and their matches in NCIt and (through UMLS) Mondo."""
    nodes = list(_nodes(file))
    _refuse_repeated(file, nodes)
    claims = Counter(code for node in nodes for code in node.ncit)
    current = {node.reference.identifier for node in nodes}
    for node in context.records(nodes):
        if node.parent is None:
            context.left_out.add("root of the tree, which is no tumour type", node.reference.curie)
            continue
        context.resolver.diseases.known.add(node.reference)
        former = [one for code in node.former if code not in current and (one := Reference.find(f"ONCOTREE:{code}"))]
        context.resolver.diseases.map(node.reference, former)
        yield Entity(
            node.reference,
            Category.DISEASE,
            node.main_type if node.is_tissue and node.main_type else node.name,
            attributes=tuple(_attributes(node)),
        )
        evidence = file.evidence(node.reference.curie)
        if node.level > _TISSUE_LEVEL:
            yield Association(node.reference, Predicate.SUBCLASS_OF, node.parent, evidence)
        yield from _matches(file, context, node, claims)


def _attributes(node: Node) -> Iterator[tuple[Attribute, Value]]:
    if node.main_type:
        yield Attribute.MAIN_TYPE, node.main_type
    if node.tissue:
        yield Attribute.TISSUE, node.tissue
    for attribute, codes in (
        (Attribute.ALTERNATIVE_ID, node.former),
        (Attribute.PRECURSOR, node.precursors),
        (Attribute.REVOKED, node.revoked),
    ):
        for code in codes:
            yield attribute, f"ONCOTREE:{code}"


def _matches(file: SourceFile, context: Context, node: Node, claims: Mapping[str, int]) -> Iterator[Item]:
    """Exact where OncoTree and NCIt match one to one, else close; to Mondo close, since two mappings are chained."""
    if node.is_tissue:
        if node.ncit or node.umls:
            context.left_out.add("codes of a tissue, which name the organ and no tumour", node.reference.curie)
        return
    alone = len(node.ncit) == 1
    for code in node.ncit:
        ncit = Reference.find(f"NCIT:{code}")
        if ncit is None:
            raise file.error(None, f"{node.reference} names {code!r}, which is no NCIt code")
        if ncit not in context.resolver.diseases.identifiers:  # else Mondo names it
            yield Entity(ncit, Category.DISEASE, node.name)
        exact = alone and claims[code] == 1
        predicate = Predicate.EXACT_MATCH if exact else Predicate.CLOSE_MATCH
        evidence = file.evidence(node.reference.curie, agent_type=AgentType.NOT_PROVIDED)
        yield Association(
            node.reference, predicate, ncit, evidence, ((Qualifier.MAPPING_JUSTIFICATION, JUSTIFICATION),)
        )
    for code in node.umls:
        yield from _mondo_match(file, context, node, code)


def _mondo_match(file: SourceFile, context: Context, node: Node, code: str) -> Iterator[Item]:
    found = context.resolver.diseases.by_code(f"UMLS:{code}")
    if code.startswith("CL"):
        context.left_out.add("code of the NCI Metathesaurus that is none of UMLS", f"{node.reference} {code}")
    elif found.reference is None:
        context.unresolved.add(
            "UMLS code that no Mondo disease claims alone (no match made)", f"{node.reference} {code}"
        )
    else:
        evidence = file.evidence(node.reference.curie, agent_type=AgentType.AUTOMATED_AGENT)
        qualifiers = ((Qualifier.MAPPING_JUSTIFICATION, CHAINED), (Qualifier.ORIGINAL_OBJECT, f"UMLS:{code}"))
        yield Association(node.reference, Predicate.CLOSE_MATCH, found.reference, evidence, qualifiers)


def _nodes(file: SourceFile) -> Iterator[Node]:
    """Every node of the tree, parents first."""
    document = file.json()
    if not isinstance(document, dict):
        raise file.error(None, "is no OncoTree: a JSON object of tumour types by code is expected")
    waiting: list[tuple[str, object, str | None]] = [(code, one, None) for code, one in document.items()]
    while waiting:
        code, found, parent = waiting.pop()
        fields = _checked(file, code, found, parent)
        yield _node(file, fields)
        waiting.extend((below, one, code) for below, one in fields["children"].items())


def _checked(file: SourceFile, code: str, found: object, parent: str | None) -> dict[str, Any]:
    """A node's fields, each of the type that it must have; ``Any``, since JSON types are checked here alone."""
    if not isinstance(found, dict):
        raise file.error(None, f"tumour type {code} is no JSON object")
    for name, kinds in _FIELDS.items():
        if name not in found:
            raise file.error(None, f"tumour type {code} lacks {name!r}")
        if not isinstance(found[name], kinds):
            raise file.error(None, f"tumour type {code} holds {found[name]!r} as {name!r}")
    if found["code"] != code or found["parent"] != parent:
        raise file.error(None, f"tumour type {found['code']} of {found['parent']} stands as {code} below {parent}")
    return cast("dict[str, Any]", found)


def _node(file: SourceFile, fields: Mapping[str, Any]) -> Node:
    reference = Reference.find(f"ONCOTREE:{fields['code']}")
    if reference is None:
        raise file.error(None, f"{fields['code']!r} is no OncoTree code")
    codes = fields["externalReferences"]
    return Node(
        reference=reference,
        name=fields["name"],
        main_type=fields["mainType"] or "",
        tissue=fields["tissue"] or "",
        level=fields["level"],
        parent=Reference("ONCOTREE", fields["parent"]) if fields["parent"] else None,
        ncit=_texts(file, fields, codes.get("NCI", [])),
        umls=_texts(file, fields, codes.get("UMLS", [])),
        former=_texts(file, fields, fields["history"]),
        precursors=_texts(file, fields, fields["precursors"]),
        revoked=_texts(file, fields, fields["revocations"]),
    )


def _texts(file: SourceFile, fields: Mapping[str, Any], found: object) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise file.error(None, f"tumour type {fields['code']} holds {found!r} where a list of codes is expected")
    return tuple(found)


def _refuse_repeated(file: SourceFile, nodes: list[Node]) -> None:
    counted = Counter(node.reference for node in nodes)
    if repeated := [reference for reference, count in counted.items() if count > 1]:
        raise file.error(None, f"{repeated[0]} stands in the tree more than once")


SOURCE: Final = Source(
    id="oncotree",
    title="OncoTree",
    license="CC BY 4.0",
    license_url="https://creativecommons.org/licenses/by/4.0/",
    homepage="https://oncotree.info",
    downloads=(
        Download("https://oncotree.mskcc.org/api/tumorTypes/tree?version=oncotree_latest_stable", name="oncotree.json"),
    ),
    tables=(Table("oncotree*.json", read_tree),),
)
