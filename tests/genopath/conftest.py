"""One realistic patient, made by hand: answers as the pharmacogenomic and diagnostic questions give them.

CYP2C19 *2/*2, CYP2D6 *4/*4, SLCO1B1 *1/*1, CYP2C9 with two diplotypes that fit and TPMT without a result; clopidogrel,
codeine, simvastatin, azathioprine, warfarin, fluconazole and a name that nobody knows; three complaints; five features
of Marfan syndrome, one excluded. Recommendation texts are CPIC's (shortened), frequencies those of HPO 2025-01-16 where
given; scores, weights, doses, risks and what the FDA is said to advise on codeine are invented.
"""

from __future__ import annotations

import pytest

from kg.levels import CpicLevel, HpoEvidence, Level
from kg.model import AgentType, Association, Entity, Evidence, Hop, KnowledgeLevel, Path
from kg.release import Manifest, SourceRelease
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier
from queries.candidate import (
    Action,
    CallStatus,
    Diagnoses,
    Diagnosis,
    Diplotype,
    DrugAdvice,
    FeatureMatch,
    GeneCall,
    Guideline,
    Positions,
    Recommendation,
    VariantEvidence,
    WeightedFeature,
)
from queries.case import (
    Assembly,
    BiogeographicGroup,
    CallSource,
    DiplotypeCall,
    Feature,
    Medication,
    PatientCase,
    Problem,
    Severity,
    Sex,
    VariantCall,
    Zygosity,
)
from queries.medication import (
    Alternative,
    Basis,
    ComplaintCause,
    Concern,
    Coverage,
    DefiningPosition,
    Disagreement,
    Dose,
    Interaction,
    Mechanism,
    MedicationLine,
    Modulation,
    Modulator,
    ModulatorStrength,
    Outcome,
    Phenoconversion,
    PositionStatus,
    UnseenAllele,
)

HGNC = {
    "CYP2C9": "2623", "CYP2C19": "2621", "CYP2D6": "2625", "SLCO1B1": "10959", "TPMT": "12014", "FBN1": "3603", "TGFBR1": "11772",
    "TGFBR2": "11773", "ADAMTS10": "13201", "CBS": "1550", "FBN2": "3604", "SKI": "10896", "COL2A1": "2200",
}  # fmt: skip
RXNORM = {
    "clopidogrel": "32968", "codeine": "2670", "simvastatin": "36567", "azathioprine": "1256", "tramadol": "10689",
    "amitriptyline": "704", "citalopram": "2556", "ondansetron": "26225", "voriconazole": "121243",
    "omeprazole": "7646", "atomoxetine": "38400", "atorvastatin": "83367", "rosuvastatin": "301542",
    "warfarin": "11289", "fluconazole": "4450", "prasugrel": "613391", "ticlopidine": "10594",
}  # fmt: skip
TERMS = {
    "0001166": "Arachnodactyly", "0001083": "Ectopia lentis", "0002616": "Aortic root aneurysm",
    "0000545": "Myopia", "0001519": "Disproportionate tall stature", "0001249": "Intellectual disability",
    "0000767": "Pectus excavatum", "0002650": "Scoliosis", "0001382": "Joint hypermobility",
    "0002108": "Spontaneous pneumothorax", "0012727": "Thoracic aortic aneurysm",
    "0000421": "Epistaxis", "0002019": "Constipation", "0002315": "Headache",
}  # fmt: skip
PRESENT = ("0001166", "0001083", "0002616", "0000545", "0001519")
EXCLUDED = ("0001249",)
COMPLAINTS = ("0000421", "0002019", "0002315")
DISEASES = (  # OMIM, name, gene, matched, contradicted, score
    ("154700", "Marfan syndrome", "FBN1", "0001166 0001083 0002616 0000545 0001519", "", 21.4),
    ("129600", "Ectopia lentis 1, isolated, autosomal dominant", "FBN1", "0001166 0001083 0000545", "", 14.82),
    ("604308", "MASS syndrome", "FBN1", "0001166 0000545 0001519 0002616", "", 13.05),
    ("609192", "Loeys-Dietz syndrome 1", "TGFBR1", "0001166 0002616 0001519", "", 11.9),
    ("610168", "Loeys-Dietz syndrome 2", "TGFBR2", "0001166 0002616 0000545", "", 11.74),
    ("236200", "Homocystinuria due to cystathionine beta-synthase deficiency", "CBS",
     "0001166 0001083 0000545 0001519", "0001249", 9.6),
    ("121050", "Contractural arachnodactyly, congenital", "FBN2", "0001166 0002616 0001519", "", 9.21),
    ("182212", "Shprintzen-Goldberg craniosynostosis syndrome", "SKI", "0001166 0002616", "0001249", 5.3),
    ("277600", "Weill-Marchesani syndrome 1", "ADAMTS10", "0001083 0000545", "", 4.02),
    ("108300", "Stickler syndrome, type I", "COL2A1", "0000545", "", 1.37),
)  # fmt: skip
GUIDELINES = "https://cpicpgx.org/guidelines/"
ADVICE = (  # drug, gene, phenotype, body, actions, strength, listed, text
    ("clopidogrel", "CYP2C19", "Poor Metabolizer", "CPIC", "avoid alternative", "Strong", True,
     "Avoid standard dose (75 mg/day) clopidogrel if possible. Use prasugrel or ticagrelor at standard dose if no "
     "contraindication."),
    ("clopidogrel", "CYP2C19", "Poor Metabolizer", "DPWG", "alternative", None, True,
     "Percutaneous coronary intervention, stroke or TIA: avoid clopidogrel; choose an alternative."),
    ("codeine", "CYP2D6", "Poor Metabolizer", "CPIC", "avoid alternative", "Strong", True,
     "Avoid codeine use because of possibility of diminished analgesia. If opioid use is warranted, consider a "
     "non-tramadol opioid."),
    ("codeine", "CYP2D6", "Poor Metabolizer", "FDA", "standard", None, True,
     "No change of dose is known to be needed."),
    ("simvastatin", "SLCO1B1", "Normal Function", "CPIC", "standard", "Strong", True,
     "Prescribe desired starting dose and adjust doses based on disease-specific guidelines."),
    ("tramadol", "CYP2D6", "Poor Metabolizer", "CPIC", "avoid alternative", "Strong", False,
     "Avoid tramadol use because of possibility of diminished analgesia. If opioid use is warranted, consider a "
     "non-codeine opioid."),
    ("voriconazole", "CYP2C19", "Poor Metabolizer", "CPIC", "alternative", "Moderate", False,
     "Choose an alternative agent that is not dependent on CYP2C19 metabolism as primary therapy."),
    ("amitriptyline", "CYP2D6", "Poor Metabolizer", "CPIC", "avoid alternative monitor", "Strong", False,
     "Avoid tricyclic use due to potential for side effects. Consider alternative drug not metabolized by CYP2D6."),
    ("citalopram", "CYP2C19", "Poor Metabolizer", "CPIC", "adjust_dose", "Moderate", False,
     "Consider a 50% reduction of the recommended starting dose and titrate to response."),
    ("omeprazole", "CYP2C19", "Poor Metabolizer", "CPIC", "adjust_dose monitor", "Moderate", False,
     "Initiate standard starting daily dose. For chronic therapy, consider 50% reduction in daily dose."),
    ("atomoxetine", "CYP2D6", "Poor Metabolizer", "CPIC", "monitor", "Moderate", False,
     "Initiate with a dose of 40 mg/day and watch for a longer half-life."),
    ("ondansetron", "CYP2D6", "Poor Metabolizer", "CPIC", "no_recommendation", "Optional", False,
     "Insufficient evidence demonstrating clinical impact based on CYP2D6 genotype."),
    ("atorvastatin", "SLCO1B1", "Normal Function", "CPIC", "standard", "Strong", False,
     "Prescribe desired starting dose and adjust doses based on disease-specific guidelines."),
    ("rosuvastatin", "SLCO1B1", "Normal Function", "CPIC", "standard", "Strong", False,
     "Prescribe desired starting dose and adjust doses based on disease-specific guidelines."),
)  # fmt: skip
DIPLOTYPES = {"CYP2C19": "*2/*2", "CYP2D6": "*4/*4", "SLCO1B1": "*1/*1"}
PHENOTYPES = {"CYP2C19": "Poor Metabolizer", "CYP2D6": "Poor Metabolizer", "SLCO1B1": "Normal Function"}
HPO_LICENSE = "HPO licence (free use with attribution and version)"
CPIC_LICENSE = "CC0-1.0 (CPIC content); MIT (pypgx tables)"


@pytest.fixture
def manifest() -> Manifest:
    """Manifest of a release with two sources."""
    sources = (
        SourceRelease("cpic", "CPIC tables of pypgx", "0.27.0", CPIC_LICENSE, "https://cpicpgx.org/license/",
                      "2026-01-05", {}, 1500, 90000, 900000, ""),
        SourceRelease("hpo", "Human Phenotype Ontology and annotations", "2025-01-16", HPO_LICENSE,
                      "https://hpo.jax.org/license", None, {}, 31000, 300000, 1850000, ""),
    )  # fmt: skip
    counts: dict[str, dict[str, int]] = {"category": {}, "predicate": {}}
    return Manifest("20260114-open-3f9a", "2026-01-14T09:30:00Z", "genopath 0.1.0", "open", sources, counts, "")


@pytest.fixture
def case() -> PatientCase:
    """The patient."""
    features = tuple(Feature(hp(term), TERMS[term], excluded=term in EXCLUDED) for term in (*PRESENT, *EXCLUDED))
    listed = [("Plavix", "clopidogrel"), ("codeine", "codeine"), ("simvastatin", "simvastatin"),
              ("azathioprine", "azathioprine"), ("Coumadin", "warfarin"), ("fluconazole", "fluconazole")]  # fmt: skip
    medications = [Medication(given, Reference("RXNORM", RXNORM[name]), name) for given, name in listed]
    medications.append(Medication("metoprolool XR", None, "metoprolool XR"))
    return PatientCase(
        id="patient-07",
        features=features,
        medications=tuple(medications),
        diplotypes=tuple(
            DiplotypeCall(symbol, (name.split("/")[0], name.split("/")[1])) for symbol, name in DIPLOTYPES.items()
        ),
        variants=(VariantCall(hgvs=("NM_000138.5:c.1129C>T",), zygosity=Zygosity.HETEROZYGOUS),),
        sex=Sex.FEMALE,
        age="P34Y",
        height=178.0,
        weight=64.5,
        ancestry=BiogeographicGroup.EUROPEAN,
        indication="atrial fibrillation",
        complaints=tuple(Feature(hp(term), TERMS[term]) for term in COMPLAINTS),
        problems=(
            Problem(Severity.WARNING, "--medication metoprolool XR", "no drug of this name; did you mean metoprolol?"),
            Problem(Severity.INFO, "--phenotype HP:0004750", "obsolete term, read as HP:0002616 Aortic root aneurysm"),
        ),
    )


@pytest.fixture
def advice() -> DrugAdvice:
    """Drug advice for the patient; listed medications first."""
    calls = [
        GeneCall(
            gene(symbol),
            CallStatus.CALLED,
            CallSource.DIPLOTYPE,
            (Diplotype(name, PHENOTYPES[symbol], 0.0 if symbol == "CYP2D6" else None),),
        )
        for symbol, name in DIPLOTYPES.items()
    ]
    calls += [_two_that_fit(), _not_called()]
    return DrugAdvice(
        genes=tuple(calls),
        recommendations=tuple(_recommendation(*row) for row in ADVICE),
        medications=_lines(),
        phenoconversions=_conversions(),
        interactions=_interactions(),
        alternatives=_alternatives(),
        complaints=_causes(),
        dosing=_doses(),
        coverage=_coverage(),
        disagreements=_disagreements(),
    )


@pytest.fixture
def diagnoses() -> Diagnoses:
    """Ten candidates, Marfan syndrome first."""
    return Diagnoses(tuple(_diagnosis(rank, *row) for rank, row in enumerate(DISEASES, start=1)))


def hp(identifier: str) -> Reference:
    return Reference("HP", identifier)


def gene(symbol: str) -> Entity:
    return Entity(Reference("HGNC", HGNC[symbol]), Category.GENE, symbol, attributes=((Attribute.SYMBOL, symbol),))


def drug(name: str) -> Entity:
    return Entity(Reference("RXNORM", RXNORM[name]), Category.DRUG, name)


def term(identifier: str) -> Entity:
    return Entity(hp(identifier), Category.PHENOTYPIC_FEATURE, TERMS[identifier])


def evidence(source: str, record: str, level: Level | None = None, pmid: str | None = None) -> tuple[Evidence]:
    release, license = {"hpo": ("2025-01-16", HPO_LICENSE), "cpic": ("0.27.0", CPIC_LICENSE)}[source]
    publications = (Reference("PMID", pmid),) if pmid else ()
    assertion, agent = KnowledgeLevel.KNOWLEDGE_ASSERTION, AgentType.MANUAL_AGENT
    return (Evidence(source, record, release, license, assertion, agent, publications, level),)


def hop(subject: Entity, predicate: Predicate, object: Entity, why: tuple[Evidence, ...], **more: object) -> Hop:
    qualifiers = tuple((Qualifier(name), str(value)) for name, value in more.items() if name != "inverted")
    stated = Association(subject.reference, predicate, object.reference, why, qualifiers)
    return Hop(stated, subject, object, inverted=bool(more.get("inverted")))


def _two_that_fit() -> GeneCall:
    return GeneCall(
        gene("CYP2C9"),
        CallStatus.AMBIGUOUS,
        CallSource.VCF,
        (
            Diplotype("*1/*3", "Intermediate Metabolizer", 1.0, 2),
            Diplotype("*1/*18", "Intermediate Metabolizer", 1.0, 1, preferred=False),
        ),
        Positions(61, ("rs1057910",), filtered=("rs1057910",)),
    )


def _not_called() -> GeneCall:
    return GeneCall(
        gene("TPMT"),
        CallStatus.NOT_CALLED,
        CallSource.VCF,
        positions=Positions(17, ("rs1800462", "rs1800460", "rs1142345"), no_call=("rs1800460",)),
        messages=("3 of 20 defining positions were not assayed, so *2, *3A and *3C cannot be told apart",),
    )


def _lines() -> tuple[MedicationLine, ...]:
    url = f"{GUIDELINES}guideline-for-fluconazole/"
    return (
        MedicationLine("Plavix", drug("clopidogrel"), Outcome.ADVICE, (gene("CYP2C19"),)),
        MedicationLine("codeine", drug("codeine"), Outcome.ADVICE, (gene("CYP2D6"),)),
        MedicationLine("simvastatin", drug("simvastatin"), Outcome.ADVICE, (gene("SLCO1B1"),)),
        MedicationLine("azathioprine", drug("azathioprine"), Outcome.GENE_NOT_CALLED, (gene("TPMT"),)),
        MedicationLine("Coumadin", drug("warfarin"), Outcome.NO_MATCH, (gene("CYP2C9"),)),
        MedicationLine("fluconazole", drug("fluconazole"), Outcome.TEXT_NOT_HELD, (), "The text is not held.", url),
        MedicationLine("metoprolool XR", None, Outcome.NOT_RECOGNISED),
    )


def _conversions() -> tuple[Phenoconversion, ...]:
    inhibits = (hop(drug("fluconazole"), Predicate.AFFECTS, gene("CYP2C9"), evidence("cpic", "modulators#1")),)
    modulator = Modulator(
        drug("fluconazole"),
        Modulation.INHIBITOR,
        ModulatorStrength.MODERATE,
        ("one list says strong",),
        (Path(inhibits),),
    )
    method = "no published method for CYP2C9"
    one = Phenoconversion(
        gene("CYP2C9"), (modulator,), "Intermediate Metabolizer", 1.0, None, None, method, (), (Path(inhibits),)
    )
    two = Phenoconversion(
        gene("CYP2D6"), (modulator,), "Poor Metabolizer", 0.0, "Poor Metabolizer", 0.0, "score times 0.5",
        (Reference("PMID", "33387367"),), (Path(inhibits),),
    )  # fmt: skip
    return one, two


def _interactions() -> tuple[Interaction, ...]:
    drugs = (drug("warfarin"), drug("fluconazole"))
    path = Path((hop(*drugs[:1], Predicate.AFFECTS, drugs[1], evidence("cpic", "interactions#7")),))
    french = "Augmentation de l'effet de l'antivitamine K et du risque hémorragique."
    return (
        Interaction(drugs, "DDInter", Concern.UNGRADED, None, None, None, "en", ()),
        Interaction(
            drugs,
            "ANSM",
            Concern.CAUTION,
            "Précaution d'emploi",
            french,
            "Contrôle plus fréquent de l'INR.",
            "fr",
            (path,),
        ),
    )


def _alternatives() -> tuple[Alternative, ...]:
    shared = Entity(Reference("ATC", "B01AC"), Category.DRUG, "Platelet aggregation inhibitors excl. heparin")
    clopidogrel = drug("clopidogrel")
    why = Path((hop(clopidogrel, Predicate.CLOSE_MATCH, shared, evidence("cpic", "atc#B01AC")),))
    changed = ("CYP2C19 Poor Metabolizer: avoid (invented)",)
    return (
        Alternative(clopidogrel, drug("ticlopidine"), Basis.CLASS, shared, False, changed, (why,)),
        Alternative(clopidogrel, drug("prasugrel"), Basis.CLASS, shared, True, (), (why,)),
    )


def _causes() -> tuple[ComplaintCause, ...]:
    bleeding, constipation = (Feature(hp(term), TERMS[term]) for term in COMPLAINTS[:2])
    known = Path((hop(drug("warfarin"), Predicate.AFFECTS, term("0000421"), evidence("cpic", "effects#3")),))
    return (
        ComplaintCause(
            bleeding, drug("warfarin"), Mechanism.SIDE_EFFECT, None, "Bleeding is a known effect.", False, (known,)
        ),
        ComplaintCause(
            bleeding, drug("warfarin"), Mechanism.INTERACTION, gene("CYP2C9"), "Fluconazole raises its level.", True, ()
        ),
        ComplaintCause(constipation, drug("codeine"), Mechanism.SIDE_EFFECT, None, "Opioids slow the gut.", False, ()),
    )


def _doses() -> tuple[Dose, ...]:
    curve = ((20.0, 41.0), (34.0, 38.5), (60.0, 31.0), (90.0, 22.5))
    path = Path((hop(gene("CYP2C9"), Predicate.AFFECTS, drug("warfarin"), evidence("cpic", "dose#1")),))
    source = (Reference("PMID", "19228618"),)
    inputs = {"age": "34 years", "height": "178 cm", "weight": "64.5 kg"}
    return (
        Dose(
            drug("warfarin"), "IWPC pharmacogenetic model", source, 38.5, "mg/week", (25.5, 55.0), inputs, ("VKORC1",),
            "VKORC1 is unknown, so its own coefficient was taken.", curve, (path,),
        ),
        Dose(drug("warfarin"), "IWPC clinical model", source, None, "mg/week", None, {}, ("race",), "Race is not stated."),
    )  # fmt: skip


def _coverage() -> tuple[Coverage, ...]:
    states = list(PositionStatus)
    places = tuple(
        DefiningPosition(
            "6", 18130725 + n, f"rs18004{60 + n}" if n % 2 else None, state, "depth 3" if n > 2 else None, ("*2",)
        )
        for n, state in enumerate(states)
    )
    unseen = (
        UnseenAllele("*3A", "No function", "one of its positions was not seen", 0.0343),
        UnseenAllele("*24", None, "deletion", None),
    )
    path = Path((hop(gene("TPMT"), Predicate.AFFECTS, drug("azathioprine"), evidence("cpic", "frequency#TPMT")),))
    european = BiogeographicGroup.EUROPEAN
    return (
        Coverage(gene("TPMT"), Assembly.GRCH38, places, unseen, european, 0.0674, "Frequencies are of 2021.", (path,)),
        Coverage(gene("CYP2C9"), Assembly.GRCH38, places[:1], (), european, None, "", ()),
    )


def _disagreements() -> tuple[Disagreement, ...]:
    asked = ((Action.AVOID, Action.ALTERNATIVE), (Action.STANDARD,))
    difference = "CPIC asks for: avoid and alternative; FDA for the standard treatment"
    path = _drug_path("codeine", "CYP2D6", "Poor Metabolizer", "CPIC", "Avoid codeine use.")
    return (Disagreement(drug("codeine"), ("CPIC", "FDA"), asked, difference, (path,)),)


def _recommendation(
    name: str, symbol: str, phenotype: str, body: str, actions: str, strength: str | None, listed: bool, text: str
) -> Recommendation:
    url = f"{GUIDELINES}guideline-for-{name}/"
    return Recommendation(
        drug=drug(name),
        source=body,
        guideline=Guideline(None, url, "2022" if body == "CPIC" else None),
        phenotypes={symbol: phenotype},
        activity_scores={"CYP2D6": 0.0} if symbol == "CYP2D6" else {},
        actions=tuple(map(Action, actions.split())),
        strength=strength,
        population="ACS and PCI patients" if name == "clopidogrel" and body == "CPIC" else None,
        text=text,
        implications={symbol: f"Greatly changed {name} metabolism"} if phenotype == "Poor Metabolizer" else {},
        on_medication_list=listed,
        robust=True,
        derived=(),
        paths=(_drug_path(name, symbol, phenotype, body, text),),
    )


def _drug_path(name: str, symbol: str, phenotype: str, body: str, text: str) -> Path:
    diplotype = DIPLOTYPES[symbol]
    genotype = Entity(Reference.mint("genotype", symbol, diplotype), Category.GENOTYPE, f"{symbol} {diplotype}")
    result = Entity(
        Reference.mint("phenotype", symbol, phenotype), Category.PHENOTYPIC_FEATURE, f"{symbol} {phenotype}"
    )
    advised = evidence("cpic", f"recommendation-table.csv#{body}-{name}", CpicLevel.A, "35034351")
    return Path(
        (
            hop(genotype, Predicate.HAS_PHENOTYPE, result, evidence("cpic", f"diplotype-table.csv#{symbol}")),
            hop(result, Predicate.AFFECTS, drug(name), advised, recommendation=text, guideline=GUIDELINES),
        )
    )


def _diagnosis(
    rank: int, omim: str, name: str, symbol: str, matched: str, contradicted: str, score: float
) -> Diagnosis:
    disease = Entity(Reference("OMIM", omim), Category.DISEASE, name)
    met = matched.split()
    against = contradicted.split()
    missing = [identifier for identifier in TERMS if identifier not in (*PRESENT, *EXCLUDED, *COMPLAINTS, *met)][
        : 5 - rank % 3
    ]
    variant = Entity(Reference("ClinVar", "16450"), Category.SEQUENCE_VARIANT, "NM_000138.5(FBN1):c.1129C>T")
    found = (VariantEvidence(variant, "Likely pathogenic", "criteria provided, single submitter", "heterozygous"),)
    return Diagnosis(
        rank=rank,
        disease=disease,
        mondo=Reference("MONDO", "0007947") if rank == 1 else None,
        score=score,
        score_parts={"phenotype": score},
        genes=(gene(symbol),),
        features=FeatureMatch(
            matched=tuple(
                WeightedFeature(term(i), 5.2 - 0.7 * n, term("0012727") if n == 2 else term(i), 0.63)
                for n, i in enumerate(met)
            ),
            unmatched=tuple(WeightedFeature(term(i), 0.8) for i in PRESENT if i not in met),
            contradicted=tuple(WeightedFeature(term(i), -1.9, frequency=0.4) for i in against),
            missing=tuple(WeightedFeature(term(i), 0.5, frequency=0.45) for i in missing),
        ),
        variants=found if rank == 1 else (),
        paths=tuple(_disease_path(term(i), disease, gene(symbol), n) for n, i in enumerate(met, start=rank * 100)),
    )


def _disease_path(feature: Entity, disease: Entity, cause: Entity, line: int) -> Path:
    shown = evidence("hpo", f"phenotype.hpoa#L{line}", HpoEvidence.PUBLISHED_CLINICAL_STUDY, "33436942")
    paired = evidence("hpo", f"genes_to_phenotype.txt#L{line}")
    return Path(
        (
            hop(disease, Predicate.HAS_PHENOTYPE, feature, shown, inverted=True, frequency="124/197"),
            hop(cause, Predicate.GENE_ASSOCIATED_WITH_CONDITION, disease, paired, inverted=True),
        )
    )
