"""CURIEs: the only identifier type inside genopath.

The prefixes and their IRIs are the extended prefix map ``prefixes.json``, taken from Bioregistry where it has them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Self
from urllib.parse import quote, unquote

from ontology.errors import IdentifierError

if TYPE_CHECKING:
    from curies import Converter

OWN_PREFIX = "GENOPATH"
"""Prefix of things that no registry names: star alleles, diplotypes and gene phenotypes."""

_IRI_SAFE = "/*+.():,;=@'!$&-_~"
"""Characters that stay readable in a minted identifier; every other one is percent-encoded (RFC 3987)."""

_FREE_TEXT_PREFIX = "DOI"
"""The one prefix whose identifiers may hold any character."""


@dataclass(frozen=True, slots=True, order=True)
class Reference:
    """One identifier: a prefix of ``prefixes.json`` and the identifier below it.

    >>> Reference.parse("Orphanet:558")
    Reference(prefix='ORPHA', identifier='558')
    >>> Reference.parse("HP:0001166").iri
    'http://purl.obolibrary.org/obo/HP_0001166'
    """

    prefix: str
    identifier: str

    def __str__(self) -> str:
        return f"{self.prefix}:{self.identifier}"

    @property
    def curie(self) -> str:
        """The CURIE, for example ``HGNC:2621``."""
        return f"{self.prefix}:{self.identifier}"

    @property
    def iri(self) -> str:
        """The full IRI; what an IRI cannot hold (old DOIs have ``<`` and ``>``) is percent-encoded."""
        if self.prefix == _FREE_TEXT_PREFIX:
            return _uri_prefixes()[self.prefix] + quote(self.identifier, safe=_IRI_SAFE)
        return _uri_prefixes()[self.prefix] + self.identifier

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a CURIE in any registered spelling of its prefix.

        Raises:
            IdentifierError: unknown prefix, or an identifier that does not fit the prefix's pattern.
        """
        return _parse(text)  # type: ignore[return-value]  # the cache is shared; the class is final in practice

    @classmethod
    def find(cls, text: str) -> Self | None:
        """Read a CURIE, or ``None`` where :meth:`parse` would raise."""
        try:
            return cls.parse(text)
        except IdentifierError:
            return None

    @classmethod
    def from_iri(cls, iri: str) -> Self:
        """Read a full IRI.

        Raises:
            IdentifierError: no known prefix starts this IRI, or its identifier does not fit the prefix's pattern.
        """
        return _from_iri(iri)  # type: ignore[return-value]  # as in parse

    @classmethod
    def mint(cls, kind: str, *parts: str) -> Self:
        """Name a thing that no registry names, by its kind and the field's own names.

        >>> Reference.mint("allele", "CYP2C19", "*2").curie
        'GENOPATH:allele/CYP2C19/*2'
        >>> Reference.mint("allele", "DPYD", "c.1905+1G>A (*2A)").identifier
        'allele/DPYD/c.1905+1G%3EA%20(*2A)'
        """
        return cls(OWN_PREFIX, "/".join([kind, *(quote(part, safe=_IRI_SAFE) for part in parts)]))

    @property
    def minted_name(self) -> str:
        """The readable name within a minted identifier (the kind and the percent-encoding removed)."""
        return unquote(self.identifier.split("/", 1)[1])


@cache
def converter() -> Converter:
    """The one ``curies`` converter between CURIEs and IRIs."""
    from curies import Converter, Record

    records = json.loads(files("ontology").joinpath("prefixes.json").read_text("utf-8"))
    return Converter([Record(**record) for record in records])


@cache
def _uri_prefixes() -> dict[str, str]:
    return dict(converter().bimap)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {record.prefix: re.compile(record.pattern or "", re.ASCII) for record in converter().records}


@lru_cache(maxsize=1 << 18)
def _parse(text: str) -> Reference:
    given, colon, identifier = text.strip().partition(":")
    prefix = converter().standardize_prefix(given) if colon else None
    if prefix is None:
        raise IdentifierError(text, f"write PREFIX:ID with one of {', '.join(_uri_prefixes())}")
    repeated, colon, rest = identifier.partition(":")
    if colon and converter().standardize_prefix(repeated) == prefix:  # MONDO:MONDO:0000001, as some exports write it
        identifier = rest
    if not _patterns()[prefix].fullmatch(identifier):
        raise IdentifierError(text, f"{prefix} identifiers match {_patterns()[prefix].pattern}")
    return Reference(prefix, identifier)


@lru_cache(maxsize=1 << 18)
def _from_iri(iri: str) -> Reference:
    curie = converter().compress(iri)
    if curie is None:
        raise IdentifierError(iri, "no registered IRI prefix starts it")
    return _parse(unquote(curie) if curie.startswith(f"{_FREE_TEXT_PREFIX}:") else curie)
