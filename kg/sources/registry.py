"""Every source that genopath reads, in the order of the build: vocabularies before what refers to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.sources import (
    ansm,
    atc,
    biomappings,
    civic,
    clingen,
    clinpgx,
    clinvar,
    cnv_syndromes,
    cpic,
    cyp,
    ddinter,
    drug_mappings,
    drugbank_vocabulary,
    drugcentral,
    drugmechdb,
    fda,
    g2p,
    gencc,
    hgnc,
    hotspots,
    hpo,
    mondo,
    omim_genes,
    omim_series,
    oncotree,
    orphanet,
    pharmacotherapydb,
    reactome,
    sider,
    vkgl,
)

if TYPE_CHECKING:
    from kg.source import Source

SOURCES: Final[tuple[Source, ...]] = (
    hgnc.SOURCE,
    hpo.SOURCE,
    mondo.SOURCE,
    orphanet.SOURCE,
    omim_series.SOURCE,
    cpic.SOURCE,
    clinpgx.SOURCE,
    drugbank_vocabulary.SOURCE,
    drugcentral.SOURCE,
    ansm.SOURCE,
    atc.SOURCE,
    drug_mappings.SOURCE,
    biomappings.SOURCE,
    fda.SOURCE,
    cyp.SOURCE,
    clinvar.SOURCE,
    vkgl.SOURCE,
    clingen.SOURCE,
    gencc.SOURCE,
    g2p.SOURCE,
    omim_genes.SOURCE,
    cnv_syndromes.SOURCE,
    oncotree.SOURCE,
    civic.SOURCE,
    hotspots.SOURCE,
    reactome.SOURCE,
    drugmechdb.SOURCE,
    pharmacotherapydb.SOURCE,
    ddinter.SOURCE,
    sider.SOURCE,
)
