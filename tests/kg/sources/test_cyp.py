from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from kg.levels import CypSubstrateEvidence
from kg.model import AgentType, Association, Evidence, KnowledgeLevel
from kg.normalize import Resolver
from kg.reading import Reading
from kg.sources import clinpgx, hgnc
from kg.sources.cyp import SOURCE
from kg.sources.cyp.bullets import read_bullets
from kg.sources.cyp.dikb import read_claims
from kg.sources.cyp.disagreements import find_disagreements
from kg.sources.cyp.measured import read_inhibition, read_substrates
from kg.sources.cyp.statements import Role, enzyme_symbol
from kg.sources.cyp.tabulated import read_evidence_strengths, read_inhibitors
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kg.context import Context
    from kg.model import Value
    from kg.source import Item, Source, SourceFile

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]
    Reader = Callable[[SourceFile, Context], Iterator[Item]]

CLOPIDOGREL, ASPIRIN = Reference("RXNORM", "32968"), Reference("RXNORM", "1191")
CYP3A4, CYP2C9, CYP2C19 = Reference("HGNC", "2637"), Reference("HGNC", "2623"), Reference("HGNC", "2621")
CYP2D6, ABCB1 = Reference("HGNC", "2625"), Reference("HGNC", "40")
FILES = {
    "dikb-2017-all-inhibition-evidence.tsv": read_claims,
    "dikb-2017-all-substrate-of-evidence.tsv": read_claims,
    "drugcentral-drug-enzyme-inhibition-2017.tsv": read_inhibition,
    "drugcentral-drug-enzyme-substrate-2017.tsv": read_substrates,
    "flockhart_cyp_substrates.csv": read_evidence_strengths,
    "clotop_3a4_inhibitors.md": read_bullets,
    "clotop_3a4_substrates.md": read_bullets,
    "jhylin_mod_3a4_inh.tsv": read_inhibitors,
}


@pytest.fixture
def taught(context: Context) -> Context:
    """Five genes and two drugs, one of them with its ChEMBL id."""
    symbols = {"CYP3A4": CYP3A4, "CYP2C9": CYP2C9, "CYP2C19": CYP2C19, "CYP2D6": CYP2D6, "ABCB1": ABCB1}
    for symbol, gene in symbols.items():
        context.resolver.genes.add(gene, symbol)
    context.resolver.drugs.add(CLOPIDOGREL, "clopidogrel", aliases=["clopidogrel acid"])
    context.resolver.drugs.add(ASPIRIN, "aspirin", identifiers=[Reference("CHEMBL", "CHEMBL25")])
    return context


@pytest.fixture
def read(fixture_file: Opener, taught: Context) -> Callable[[str], list[Association]]:
    """Reads a fixture by name."""

    def associations(name: str) -> list[Association]:
        items = FILES[name](fixture_file(SOURCE, name), taught)
        return [item for item in items if isinstance(item, Association)]

    return associations


def line(association: Association) -> int:
    return int(association.evidence[0].record.rpartition("#L")[2])


def values(association: Association, name: Qualifier) -> list[Value]:
    return [value for qualifier, value in association.qualifiers if qualifier is name]


def test_evidence_for_and_against_stands_side_by_side(read: Callable[[str], list[Association]]) -> None:
    stated = read("dikb-2017-all-inhibition-evidence.tsv")
    assert [(line(one), one.subject, one.predicate, one.object, one.negated) for one in stated] == [
        (1, ASPIRIN, Predicate.AFFECTS, CYP3A4, False),
        (2, ASPIRIN, Predicate.AFFECTS, CYP3A4, True),
        (3, ASPIRIN, Predicate.AFFECTS, ABCB1, False),
    ]
    assert {one.qualifier(Qualifier.ACTION_TYPE) for one in stated} == {"INHIBITOR"}


def test_evidence_names_its_kind_and_its_paper(read: Callable[[str], list[Association]], taught: Context) -> None:
    in_vivo, label, in_vitro = read("dikb-2017-all-inhibition-evidence.tsv")
    assert values(in_vivo, Qualifier.EVIDENCE_KIND) == ["EV_PK_DDI_RCT", "in vivo"]
    assert values(label, Qualifier.EVIDENCE_KIND) == ["Non_traceable_Drug_Label_Statement", "statement"]
    assert "in vitro" in values(in_vitro, Qualifier.EVIDENCE_KIND)
    assert [one.curie for one in in_vivo.evidence[0].publications] == ["PMID:30000001"]
    assert label.evidence[0].publications == ()
    assert taught.unresolved.examples == {"drug name unknown": ["beta blocker"]}


def test_a_substrate_is_the_subject_and_its_hyphen_may_stand_for_a_space(
    read: Callable[[str], list[Association]],
) -> None:
    stated = read("dikb-2017-all-substrate-of-evidence.tsv")
    assert [(one.subject, one.predicate, one.object, one.negated) for one in stated] == [
        (CLOPIDOGREL, Predicate.IS_SUBSTRATE_OF, CYP2D6, False),
        (ASPIRIN, Predicate.IS_SUBSTRATE_OF, CYP3A4, True),
    ]


def test_a_measured_constant_is_an_observation_with_its_value(
    read: Callable[[str], list[Association]], taught: Context
) -> None:
    (one,) = read("drugcentral-drug-enzyme-inhibition-2017.tsv")
    assert one.qualifiers == (
        (Qualifier.ACTION_TYPE, "INHIBITOR"),
        (Qualifier.ACTIVITY_TYPE, "IC50"),
        (Qualifier.ACTIVITY_VALUE, "5.699"),
        (Qualifier.EVIDENCE_KIND, "in vitro"),
    )
    assert one.evidence[0].knowledge_level is KnowledgeLevel.OBSERVATION
    assert one.evidence[0].record == "drugcentral-drug-enzyme-inhibition-2017.tsv#74/Cytochrome P450 3A4"
    assert taught.left_out.examples == {
        "mixture in place of the substance that was measured": ["aspirin, combinations"],
        "enzyme name that means no single human gene": ["Cytochrome P450 3A"],
        "measurement that is no constant of inhibition": ["74/UDP-glucuronosyltransferase 1-1"],
    }


def test_an_inhibition_constant_makes_no_substrate(read: Callable[[str], list[Association]], taught: Context) -> None:
    (one,) = read("drugcentral-drug-enzyme-substrate-2017.tsv")
    assert (one.predicate, one.qualifier(Qualifier.ACTIVITY_TYPE)) == (Predicate.IS_SUBSTRATE_OF, "Km")
    assert taught.left_out.counts == {"substrate claim that rests on a constant of inhibition": 1}


def test_each_enzyme_of_a_row_has_its_own_grade(read: Callable[[str], list[Association]], taught: Context) -> None:
    stated = read("flockhart_cyp_substrates.csv")
    assert [(one.object, one.evidence[0].level) for one in stated] == [
        (CYP2C19, CypSubstrateEvidence.STRONG),
        (CYP3A4, CypSubstrateEvidence.MODERATE),
    ]
    assert taught.unresolved.examples == {"drug name unknown": ["s-warfarin"]}


def test_a_bullet_has_the_strength_of_its_heading(read: Callable[[str], list[Association]], taught: Context) -> None:
    stated = read("clotop_3a4_inhibitors.md")
    assert [(line(one), one.subject, one.qualifier(Qualifier.STRENGTH)) for one in stated] == [
        (8, CLOPIDOGREL, "strong"),
        (9, ASPIRIN, "strong"),
        (13, ASPIRIN, "weak"),
    ]
    assert taught.left_out.examples == {"class whose members are listed": ["platelet inhibitors"]}
    assert taught.unresolved.examples == {"drug name unknown": ["star fruit"]}


def test_a_list_of_substrates_has_no_strengths(read: Callable[[str], list[Association]]) -> None:
    stated = read("clotop_3a4_substrates.md")
    assert [(one.subject, one.predicate, one.qualifiers) for one in stated] == [
        (CLOPIDOGREL, Predicate.IS_SUBSTRATE_OF, ()),
        (ASPIRIN, Predicate.IS_SUBSTRATE_OF, ()),
    ]


def test_an_inhibitor_is_found_by_chembl_id_and_then_by_name(read: Callable[[str], list[Association]]) -> None:
    stated = read("jhylin_mod_3a4_inh.tsv")
    assert [(one.subject, one.object, one.qualifier(Qualifier.STRENGTH)) for one in stated] == [
        (ASPIRIN, CYP3A4, "moderate"),
        (CLOPIDOGREL, CYP3A4, "moderate"),
    ]


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("cyp2e1", "CYP2E1"),
        ("UDP-glucuronosyltransferase 1-10", "UGT1A10"),
        ("oatp1b3", "SLCO1B3"),
        ("Cytochrome P450 51", None),
        ("Cytochrome P450 21", None),
    ],
)
def test_an_enzyme_name_means_one_gene_or_none(name: str, symbol: str | None) -> None:
    assert enzyme_symbol(name) == symbol


class TestDisagreements:
    @staticmethod
    def stated(
        record: str,
        *,
        strength: str = "",
        negated: bool = False,
        drug: Reference = ASPIRIN,
        role: Role = Role.INHIBITOR,
    ) -> Association:
        evidence = Evidence(
            "cyp", record, "test", "unchecked", KnowledgeLevel.KNOWLEDGE_ASSERTION, AgentType.MANUAL_AGENT
        )
        qualifiers: list[tuple[Qualifier, Value]] = [(Qualifier.ACTION_TYPE, role)]
        qualifiers += [(Qualifier.STRENGTH, strength)] if strength else []
        return Association(drug, Predicate.AFFECTS, CYP3A4, (evidence,), tuple(qualifiers), negated)

    def test_different_strengths_disagree_and_name_their_records(self) -> None:
        (one,) = find_disagreements([self.stated("b", strength="weak"), self.stated("a", strength="strong")])
        assert (one.drug, one.enzyme, one.role, one.is_disputed) == (ASPIRIN, CYP3A4, Role.INHIBITOR, False)
        assert [(stance.evidence.record, stance.strength) for stance in one.stances] == [
            ("a", "strong"),
            ("b", "weak"),
        ]
        assert one.strengths == {"strong", "weak"}

    def test_a_denial_disputes_what_another_record_states(self) -> None:
        (one,) = find_disagreements([self.stated("a"), self.stated("b", negated=True)])
        assert one.is_disputed

    @pytest.mark.parametrize(
        "other",
        [
            {"strength": "strong"},
            {"strength": ""},
            {"strength": "weak", "drug": CLOPIDOGREL},
            {"strength": "weak", "role": Role.INDUCER},
        ],
    )
    def test_the_same_strength_none_another_drug_or_another_role_is_no_disagreement(
        self, other: dict[str, str | Reference]
    ) -> None:
        pair = [self.stated("a", strength="strong"), self.stated("b", **other)]  # type: ignore[arg-type]  # as listed
        assert not find_disagreements(pair)

    def test_associations_of_other_kinds_are_passed_over(self) -> None:
        evidence = self.stated("a").evidence
        other = Association(CYP3A4, Predicate.AFFECTS, ASPIRIN, evidence)
        assert not find_disagreements([other, self.stated("b", strength="weak")])


MALFORMED = [
    ("dikb-2017-all-inhibition-evidence.tsv", "\tcyp3a4\t", "\t", "1: has 6 fields where DIKB's tables have 7"),
    ("dikb-2017-all-inhibition-evidence.tsv", "EVIDENCE FOR", "MAYBE", "1: states 'inhibits', 'MAYBE'; known are"),
    ("dikb-2017-all-inhibition-evidence.tsv", "EV_PK_", "XX_", "1: has an unknown type of evidence 'XX_DDI_RCT'"),
    ("dikb-2017-all-inhibition-evidence.tsv", "/30000001", "/abc", "1: names 'http.*abc', which is no address"),
    ("drugcentral-drug-enzyme-inhibition-2017.tsv", "5.698970004", "high", "2: column act_value holds 'high'"),
    ("drugcentral-drug-enzyme-inhibition-2017.tsv", '"act_value"', '"v"', "1: lacks the column act_value"),
    ("drugcentral-drug-enzyme-substrate-2017.tsv", "substrate_of", "near", "2: has the relation 'near'"),
    ("flockhart_cyp_substrates.csv", "s_2C19_m_3A4", "x_2C19", "2: column cyp_type.* holds 'x_2C19'"),
    ("flockhart_cyp_substrates.csv", "generic_drug_name", "drug", "1: lacks the column generic_drug_name"),
    ("clotop_3a4_inhibitors.md", "## Weak inhibitors", "## Curious inhibitors", "11: has the heading"),
    ("jhylin_mod_3a4_inh.tsv", "CHEMBL25", "25", "2: column chembl_id holds '25'"),
    ("jhylin_mod_3a4_inh.tsv", "pref_name", "name", "1: lacks the column pref_name"),
]


@pytest.mark.parametrize(("name", "old", "new", "message"), MALFORMED)
def test_a_malformed_list_is_refused_with_its_line(
    fixture_file: Opener, written_file: Writer, taught: Context, name: str, old: str, new: str, message: str
) -> None:
    text = fixture_file(SOURCE, name).path.read_text("utf-8")
    assert old in text
    with pytest.raises(SourceError, match=f"{name}:{message}"):
        list(FILES[name](written_file(SOURCE, name, text.replace(old, new, 1)), taught))


@pytest.mark.parametrize("name", FILES)
def test_a_list_that_is_not_utf_8_is_refused(
    fixture_file: Opener, written_file: Writer, taught: Context, name: str
) -> None:
    content = fixture_file(SOURCE, name).path.read_bytes()
    with pytest.raises(SourceError, match="cannot be read further"):
        list(FILES[name](written_file(SOURCE, name, content + b"\n\xff\xfe"), taught))


@pytest.mark.parametrize(
    ("reader", "name"), [(read_bullets, "clotop_3a4_friends.md"), (read_inhibitors, "jhylin_odd_3a4_inh.tsv")]
)
def test_a_list_whose_name_does_not_tell_what_it_lists_is_refused(
    written_file: Writer, taught: Context, reader: Reader, name: str
) -> None:
    with pytest.raises(SourceError, match="is not named"):
        list(reader(written_file(SOURCE, name, ""), taught))


@pytest.fixture(scope="module")
def real(test_data: Path) -> tuple[list[Association], Reading]:
    """Everything of the lists, with HGNC's genes and ClinPGx's drugs taught."""
    resolver = Resolver()
    for source in (hgnc.SOURCE, clinpgx.SOURCE):
        for _, items in Reading.of(source, [test_data], resolver).files():
            list(items)
    reading = Reading.of(SOURCE, [test_data], resolver)
    return [one for _, items in reading.files() for one in items if isinstance(one, Association)], reading


def count_records(path: Path) -> int:
    text = path.read_bytes().decode().replace("\r", "")  # one file's lines end with LF CR
    if path.suffix == ".md":
        return sum(row.lstrip().startswith("- ") for row in text.splitlines())
    if path.name.startswith("dikb"):
        return len(text.splitlines())
    return len(list(csv.reader(text.splitlines()))) - 1


@pytest.mark.real_data
def test_every_record_of_the_real_lists_is_accounted_for(
    real: tuple[list[Association], Reading], test_data: Path
) -> None:
    accounts = real[1].accounts
    assert len(accounts) == 15
    for name, account in accounts.items():
        assert account.unexplained == 0, name
        assert account.read == count_records(test_data / "cyp" / name.rpartition("/")[2]), name


@pytest.mark.real_data
def test_what_stays_unresolved_are_names_of_drugs_that_clinpgx_does_not_have(
    real: tuple[list[Association], Reading],
) -> None:
    context = real[1].context
    assert context.unresolved.counts.keys() == {"drug name unknown"}  # foods, metabolites, enantiomers, misspellings
    assert context.unresolved.counts.total() / 1_560 < 0.08


@pytest.mark.real_data
def test_no_substrate_of_drugcentral_is_believed(real: tuple[list[Association], Reading]) -> None:
    """Each row of that table is a row of the table of inhibition, its IC50 or Ki included."""
    account = real[1].accounts["2017/drugcentral-drug-enzyme-substrate-2017.tsv"]
    assert (account.read, account.used) == (413, 0)


@pytest.mark.real_data
def test_real_lists_disagree_on_erythromycin_and_mexiletine(real: tuple[list[Association], Reading]) -> None:
    """CloToP: erythromycin strong, mexiletine moderate and weak; the ChEMBL table: erythromycin moderate."""
    found = {(one.drug.curie, one.enzyme.curie): one for one in find_disagreements(real[0])}
    assert found["RXNORM:4053", "HGNC:2637"].strengths == {"strong", "moderate"}
    assert found["RXNORM:6926", "HGNC:2596"].strengths == {"moderate", "weak"}
    records = {stance.evidence.record for stance in found["RXNORM:6926", "HGNC:2596"].stances if stance.strength}
    assert records == {"clotop_1a2_inhibitors.md#L22", "clotop_1a2_inhibitors.md#L29"}
