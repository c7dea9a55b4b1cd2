"""Listed drugs that inhibit or induce an enzyme, as lists of modulators state it.

The lists are the FDA's table, the academic lists of CYP modulators, and the French thesaurus's class of strong CYP3A4
inhibitors. A constant that was measured in vitro shows no inhibition at usual doses and makes no modulator. No list is
complete: that a drug stands in none says nothing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.paths import describe, make_path
from kg.sources import ansm, cyp, fda_ddi
from kg.sources.ansm.terms import drug_class
from kg.sources.cyp.disagreements import Stance, find_disagreements
from kg.sources.cyp.statements import Role
from ontology.vocabulary import Qualifier
from queries.medication import Modulation, Modulator, ModulatorStrength
from queries.medications.interactions import identities
from queries.pharmacogenomics.symbols import find_gene, gene_symbol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kg.model import Association, Entity, Path
    from kg.store import Graph
    from ontology.reference import Reference

FDA: Final = fda_ddi.SOURCE.id
_LISTS: Final = frozenset({FDA, cyp.SOURCE.id})
_KINDS: Final = {Role.INHIBITOR: Modulation.INHIBITOR, Role.INDUCER: Modulation.INDUCER}
_IN_VITRO: Final = "in vitro"
_STRONG_CYP3A4_INHIBITORS: Final = drug_class("INHIBITEURS PUISSANTS DU CYP3A4")
"""The one class of the thesaurus that names both an enzyme and a strength; its class of inducers names no enzyme."""
_ORDER: Final = {strength: place for place, strength in enumerate(ModulatorStrength)}


@dataclass(frozen=True, slots=True)
class _Account:
    """One statement on a drug and an enzyme, with the stances of its records and the path that shows it."""

    gene: Reference
    role: Role
    stances: tuple[Stance, ...]
    path: Path


def find_modulators(graph: Graph, drugs: Sequence[Entity]) -> Mapping[str, tuple[Modulator, ...]]:
    """Inhibitors and inducers among the listed drugs by gene symbol, the strongest first.

    The strength is the FDA's; where its table lacks the drug, the strongest that any list states, and ``disputed`` says
    so where they differ. A drug that lists only deny to be a modulator is none.
    """
    found: dict[str, list[Modulator]] = defaultdict(list)
    for drug in {drug.reference: drug for drug in drugs}.values():
        accounts: dict[tuple[Reference, Role], list[_Account]] = defaultdict(list)
        stated = [*_stated(graph, drug.reference)]
        disputes = {(one.enzyme, one.role) for one in find_disagreements(association for association, _ in stated)}
        for account in (*_of_lists(graph, drug.reference, stated), *_of_thesaurus(graph, drug.reference)):
            accounts[account.gene, account.role].append(account)
        for (gene, role), own in sorted(accounts.items()):
            if any(not stance.negated for account in own for stance in account.stances):
                modulator = _modulator(drug, role, own, is_disputed=(gene, role) in disputes)
                found[gene_symbol(describe(graph, gene))].append(modulator)
    return {symbol: tuple(sorted(own, key=_by_strength)) for symbol, own in sorted(found.items())}


def _stated(graph: Graph, drug: Reference) -> Iterator[tuple[Association, tuple[Association, ...]]]:
    """What lists state or deny of the drug under any identifier, with the way to that identifier."""
    for reference, way in identities(graph, drug).items():
        for negated in (False, True):
            for one in graph.associations(reference, "affects", negated=negated):
                kinds = {value for name, value in one.qualifiers if name is Qualifier.EVIDENCE_KIND}
                if _LISTS.intersection(evidence.source for evidence in one.evidence) and _IN_VITRO not in kinds:
                    yield one, way


def _of_lists(
    graph: Graph, drug: Reference, stated: Sequence[tuple[Association, tuple[Association, ...]]]
) -> Iterator[_Account]:
    for one, way in stated:
        action = one.qualifier(Qualifier.ACTION_TYPE)
        if action in (Role.INHIBITOR, Role.INDUCER):
            strength = str(one.qualifier(Qualifier.STRENGTH) or "")
            stances = tuple(Stance(evidence, strength, one.negated) for evidence in one.evidence)
            yield _Account(one.object, Role(action), stances, make_path(graph, drug, [*way, one]))


def _of_thesaurus(graph: Graph, drug: Reference) -> Iterator[_Account]:
    gene = find_gene(graph, "CYP3A4")
    for reference, way in identities(graph, drug).items():
        for member in graph.associations(reference, "member_of", _STRONG_CYP3A4_INHIBITORS) if gene else ():
            stances = tuple(
                Stance(evidence, ModulatorStrength.STRONG, negated=False)
                for evidence in member.evidence
                if evidence.source == ansm.SOURCE.id
            )
            if gene and stances:
                yield _Account(gene.reference, Role.INHIBITOR, stances, make_path(graph, drug, [*way, member]))


def _modulator(drug: Entity, role: Role, accounts: Sequence[_Account], *, is_disputed: bool) -> Modulator:
    stances = [stance for account in accounts for stance in account.stances]
    by_fda = {stance.strength for stance in stances if stance.evidence.source == FDA and not stance.negated}
    strengths = {stance.strength for stance in stances if stance.strength and not stance.negated}
    used = _strongest(by_fda or strengths)
    disputed = _texts(stances) if is_disputed or len(strengths) > 1 else []
    if disputed and not by_fda:
        disputed.append(f"used: {used}, the strongest of these, as the FDA's table lacks the drug")
    return Modulator(drug, _KINDS[role], used, tuple(disputed), tuple(dict.fromkeys(one.path for one in accounts)))


def _strongest(strengths: set[str]) -> ModulatorStrength:
    known = [ModulatorStrength(strength) for strength in strengths]
    return min(known, key=_ORDER.__getitem__, default=ModulatorStrength.UNSTATED)


def _texts(stances: Sequence[Stance]) -> list[str]:
    """What each list says, once for each list; a list without a strength says no more than that there is an effect."""
    said = {(stance.evidence.source != FDA, stance.evidence.source, _list(stance), _word(stance)) for stance in stances}
    return [f"{source}{name and f' ({name})'}: {word}" for _, source, name, word in sorted(said)]


def _list(stance: Stance) -> str:
    """The list's file, which a record of a source of several lists begins with."""
    return stance.evidence.record.partition("#")[0] if stance.evidence.source == cyp.SOURCE.id else ""


def _word(stance: Stance) -> str:
    return "denied" if stance.negated else stance.strength or "no strength stated"


def _by_strength(modulator: Modulator) -> tuple[bool, int, str, Reference]:
    is_inducer = modulator.kind is Modulation.INDUCER
    return is_inducer, _ORDER[modulator.strength], modulator.drug.name, modulator.drug.reference
