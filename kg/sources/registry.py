"""Every source that genopath reads, in the order of the build: vocabularies before what refers to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.sources import clinpgx, clinvar, cpic, hgnc, hpo, mondo

if TYPE_CHECKING:
    from kg.source import Source

SOURCES: Final[tuple[Source, ...]] = (
    hgnc.SOURCE,
    hpo.SOURCE,
    mondo.SOURCE,
    cpic.SOURCE,
    clinpgx.SOURCE,
    clinvar.SOURCE,
)
