"""One sample's genotypes at one site, from all records that tell of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from queries.case import Genotype
from queries.intake.vcf_record import DELETED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from queries.intake.indels import Change


def merge(genotypes: Sequence[Genotype]) -> tuple[Genotype, ...]:
    """The genotypes that stand: equal ones once, contradicting ones as a conflict, no-calls where nothing else tells.

    Records of one site may name different alternates (a site split over records); each then stands.
    """
    distinct = list(dict.fromkeys(genotypes))
    if len(distinct) == 1:
        return tuple(distinct)
    by_record: dict[tuple[str, frozenset[str]], list[Genotype]] = defaultdict(list)
    for genotype in distinct:
        by_record[genotype.reference, frozenset(genotype.alternates)].append(genotype)
    settled = [_settle(group) for group in by_record.values()]
    telling = [genotype for genotype in settled if _tells(genotype)]
    bare = [genotype for genotype in telling if not genotype.alternates and not genotype.conflict]
    varying = next((genotype for genotype in telling if _varies(genotype)), None)
    if bare and varying and not varying.conflict:
        return (replace(varying, conflict="one record states the reference alone, another a variant"),)
    return tuple(telling or settled)


def _settle(group: Sequence[Genotype]) -> Genotype:
    """The one genotype of records with the same alleles."""
    telling = [genotype for genotype in group if _tells(genotype)] or list(group)
    phased = [genotype for genotype in telling if genotype.phased]
    if len({_called(genotype) for genotype in telling}) == 1 and len({genotype.alleles for genotype in phased}) <= 1:
        return (phased or telling)[0]
    return replace(group[0], conflict="records of the site differ")


def _called(genotype: Genotype) -> tuple[object, ...]:
    return (genotype.conflict, genotype.filtered, *sorted(map(str, genotype.alleles)))


def _tells(genotype: Genotype) -> bool:
    return genotype.conflict is not None or any(allele is not None for allele in genotype.alleles)


def _varies(genotype: Genotype) -> bool:
    return any(allele not in (None, genotype.reference) for allele in genotype.alleles)


def explain_deleted(genotype: Genotype, deletions: Sequence[Genotype]) -> Genotype:
    """The genotype with its ``*`` alleles read, where genotypes of defining deletions over the site explain as many.

    The strand of such a deletion has none of the site's variants, as the definitions count it. Other ``*`` are conflicts.
    """
    missing = genotype.alleles.count(DELETED)
    if not missing or genotype.conflict:
        return genotype
    explained = any(missing == sum(len(a or "") < len(d.reference) for a in d.alleles if a) for d in deletions)
    alleles = tuple(genotype.reference if allele == DELETED else allele for allele in genotype.alleles)
    reason = None if explained else "a deletion that no record explains removes it from a strand"
    return replace(genotype, alleles=alleles, conflict=reason)


def join_exchanges(change: Change, parts: Sequence[Sequence[Genotype]]) -> Genotype | None:
    """The genotype of a defining exchange of several bases that stands in one record a base; ``None`` if none is there.

    ``parts`` are the genotypes of each of its bases.
    """
    shown = [_naming(genotypes, base) for genotypes, base in zip(parts, change.alternate, strict=True)]
    known = [genotype for genotype in shown if genotype is not None]
    if not any(base in genotype.alleles for genotype, base in zip(shown, change.alternate, strict=True) if genotype):
        return None
    joined = Genotype(change.chromosome, change.position, change.reference, (), alternates=(change.alternate,))
    if len(known) < len(shown) or any(genotype.conflict for genotype in known):
        return replace(
            joined, conflict=f"shows a part of {change.reference}>{change.alternate}, the rest is not readable"
        )
    strands = ["".join(allele or "?" for allele in bases) for bases in zip(*(g.alleles for g in known), strict=False)]
    varying = [genotype for genotype in known if len(set(genotype.alleles)) > 1]
    if len(varying) > 1 and not (all(g.phased for g in varying) and len({g.phase_set for g in varying}) == 1):
        return replace(joined, conflict=f"the bases of {change.reference}>{change.alternate} are not phased")
    if not {change.reference, change.alternate}.issuperset(strands):
        return replace(joined, conflict=f"shows a part of {change.reference}>{change.alternate} on a strand")
    leading = (varying or known)[0]
    filtered = any(genotype.filtered for genotype in known)
    return replace(
        joined, alleles=tuple(strands), phased=leading.phased, phase_set=leading.phase_set, filtered=filtered
    )


def _naming(genotypes: Sequence[Genotype], base: str) -> Genotype | None:
    """The genotype of a record that looked for the exchange of one base."""
    named = (g for g in genotypes if len(g.reference) == 1 and base in g.alternates)
    return next(named, None)
