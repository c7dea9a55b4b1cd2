"""Every source that genopath reads, in the order of the build: vocabularies before what refers to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.sources import (
    ansm,
    atc,
    civic,
    clinpgx,
    clinvar,
    cpic,
    cyp,
    drugbank_vocabulary,
    drugcentral,
    fda,
    hgnc,
    hotspots,
    hpo,
    mondo,
    oncotree,
)

if TYPE_CHECKING:
    from kg.source import Source

SOURCES: Final[tuple[Source, ...]] = (
    hgnc.SOURCE,
    hpo.SOURCE,
    mondo.SOURCE,
    cpic.SOURCE,
    clinpgx.SOURCE,
    drugbank_vocabulary.SOURCE,
    drugcentral.SOURCE,
    ansm.SOURCE,
    atc.SOURCE,
    fda.SOURCE,
    cyp.SOURCE,
    clinvar.SOURCE,
    oncotree.SOURCE,
    civic.SOURCE,
    hotspots.SOURCE,
)
