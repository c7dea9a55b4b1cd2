"""Hypothesis strategies of the core types (``st.from_type`` finds them), and readers over handmade files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import strategies as st

from kg.context import Context
from kg.levels import LEVELS
from kg.model import AgentType, Association, Entity, Evidence, KnowledgeLevel
from kg.normalize import Resolver
from kg.source import SourceFile
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.source import Source

DATA = Path(__file__).parent.parent / "data"


def references() -> st.SearchStrategy[Reference]:
    """References of every shape: numbers, padded numbers, and the two prefixes whose identifiers hold free text."""
    return st.one_of(
        st.builds(Reference, st.sampled_from(["HGNC", "NCBIGene", "PMID"]), st.integers(1, 99_999).map(str)),
        st.builds(Reference, st.sampled_from(["HP", "MONDO"]), st.integers(0, 9_999_999).map("{:07d}".format)),
        st.builds(
            Reference, st.just("DOI"), st.text(max_size=8).map(lambda text: f"10.1000/{text}x".replace("\n", ""))
        ),
        st.builds(Reference.mint, st.sampled_from(["allele", "phenotype"]), nonempty(), nonempty()),
    )


def nonempty() -> st.SearchStrategy[str]:
    return st.text(min_size=1, max_size=12)


def values() -> st.SearchStrategy[str | Reference]:
    return st.text(max_size=12) | references()


st.register_type_strategy(Reference, references())
st.register_type_strategy(
    Evidence,
    st.builds(
        Evidence,
        source=st.sampled_from(["hpo", "clinvar", "cpic"]),
        record=nonempty(),
        release=st.sampled_from(["2024-07", "2025-01-16", "0.27.0"]),
        license=nonempty(),
        knowledge_level=st.sampled_from(KnowledgeLevel),
        agent_type=st.sampled_from(AgentType),
        publications=st.lists(references(), max_size=3).map(tuple),
        level=st.none() | st.sampled_from([level for kind in LEVELS.values() for level in kind]),
    ),
)
st.register_type_strategy(
    Entity,
    st.builds(
        Entity,
        references(),
        st.sampled_from(Category),
        st.text(max_size=20),
        st.lists(st.text(max_size=12), max_size=3).map(tuple),
        st.lists(st.tuples(st.sampled_from(Attribute), values()), max_size=3).map(tuple),
    ),
)
st.register_type_strategy(
    Association,
    st.builds(
        Association,
        references(),
        st.sampled_from(Predicate),
        references(),
        st.lists(st.from_type(Evidence), min_size=1, max_size=3).map(tuple),
        st.lists(st.tuples(st.sampled_from(Qualifier), values()), max_size=3).map(tuple),
        st.booleans(),
    ),
)


@pytest.fixture
def context() -> Context:
    """What a reader shares with the build, with nothing taught yet."""
    return Context(Resolver())


@pytest.fixture
def fixture_file() -> Callable[[Source, str], SourceFile]:
    """Opens a file of ``tests/data/<source>`` as release ``test``."""
    return lambda source, name: SourceFile(source, "test", DATA / source.id / name)


@pytest.fixture
def written_file(tmp_path: Path) -> Callable[[Source, str, str | bytes], SourceFile]:
    """Writes a file of a source's release ``test`` and opens it."""

    def write(source: Source, name: str, content: str | bytes) -> SourceFile:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return SourceFile(source, "test", path)

    return write
