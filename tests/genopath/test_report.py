"""The report: one self-contained page that escapes what it is given, and files that appear together or not at all."""

from __future__ import annotations

import json
import re
import stat
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from genopath.report import render_html, write_report
from genopath.schema import load_schema
from kg.model import Entity
from kg.model import Path as EvidencePath
from ontology.errors import UsageError
from ontology.reference import Reference
from queries.candidate import Action, Diagnoses, DrugAdvice
from queries.case import Medication, PatientCase

if TYPE_CHECKING:
    from pathlib import Path

    from kg.release import Manifest

LOADING = {"script", "link", "img", "iframe", "object", "embed", "video", "audio", "source", "base", "form"}
VOID = {"meta", "br", "use", "path", "circle", "line", "polyline"}
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


class Page(HTMLParser):
    """What a page is made of: tags with attributes, and the text of each element's inside by tag and class."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[tuple[str, str, list[str]]] = []
        self.texts: list[tuple[str, str, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append((tag, dict(attrs).get("class") or "", []))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        for _, _, parts in self._open:
            parts.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            opened, kind, parts = self._open.pop()
            assert opened == tag, f"{opened} is closed by {tag}"
            self.texts.append((tag, kind, " ".join("".join(parts).split())))

    def all(self, tag: str, kind: str = "") -> list[str]:
        return [text for name, classes, text in self.texts if name == tag and (not kind or kind in classes.split())]


@pytest.fixture
def html(manifest: Manifest, case: PatientCase, advice: DrugAdvice, diagnoses: Diagnoses) -> str:
    return render_html(manifest, case, advice, diagnoses)


@pytest.fixture
def page(html: str) -> Page:
    return Page(html)


def test_the_page_loads_nothing_and_runs_nothing(html: str, page: Page) -> None:
    assert not LOADING.intersection(tag for tag, _ in page.tags)
    attributes = {(tag, name) for tag, attributes in page.tags for name in attributes}
    assert not {name for _, name in attributes if name == "src" or name.startswith("on")}
    assert {tag for tag, name in attributes if name == "href"} == {"a", "use"}
    assert "url(" not in html
    assert "@import" not in html


def test_the_page_forbids_every_resource_but_its_own_styles(page: Page) -> None:
    policy = next(a["content"] for tag, a in page.tags if tag == "meta" and "http-equiv" in a)
    assert str(policy).startswith("default-src 'none'; style-src 'unsafe-inline'")


def test_links_lead_to_public_records_and_open_without_a_handle_on_the_page(page: Page) -> None:
    links = [a for tag, a in page.tags if tag == "a" and not str(a["href"]).startswith("#")]
    assert all(str(a["href"]).startswith(("https://", "http://")) for a in links)
    assert all("noopener" in str(a["rel"]) for a in links)
    assert {"https://pubmed.ncbi.nlm.nih.gov/35034351", "https://omim.org/entry/154700"} <= {a["href"] for a in links}


def test_a_hostile_medication_name_stays_text(
    manifest: Manifest, case: PatientCase, advice: DrugAdvice, diagnoses: Diagnoses
) -> None:
    name = '<script>alert("x")</script><img src=x onerror=alert(1)>'
    hostile = replace(case, id=name, medications=(Medication(name, None, name),))
    made = render_html(manifest, hostile, advice, diagnoses)
    assert not LOADING.intersection(tag for tag, _ in Page(made).tags)
    assert name in Page(made).all("h3")


def test_a_guideline_address_that_is_no_web_address_is_no_link(
    manifest: Manifest, case: PatientCase, advice: DrugAdvice
) -> None:
    first = advice.recommendations[0]
    item = replace(first, guideline=replace(first.guideline, url="javascript:alert(1)"))
    made = render_html(manifest, case, replace(advice, recommendations=(item,)), None)
    assert "javascript:" not in made


def test_current_medications_come_first_and_the_gravest_consequence_on_top(page: Page) -> None:
    assert page.all("h2")[0] == "Current medications"
    assert page.all("p", "consequence") == [
        "Avoid clopidogrel. Another drug is advised.",
        "Avoid codeine. Another drug is advised.",
        "No pharmacogenomic advice on azathioprine.",
        "No pharmacogenomic advice on warfarin.",
        "No pharmacogenomic advice on fluconazole.",
        "No pharmacogenomic advice on metoprolool XR.",
        "Use simvastatin as usual; these gene results ask for no change.",
    ]


def test_every_sign_has_an_icon_and_a_word(html: str, page: Page) -> None:
    signs = re.findall(r'<span class="sign [^"]*">(.*?)</span>', html)
    assert len(signs) > 10
    assert all(re.fullmatch(r"<svg .*</svg>\S.*", sign) for sign in signs)
    symbols = {str(a["id"]) for tag, a in page.tags if tag == "symbol"}
    assert {str(a["href"]).lstrip("#") for tag, a in page.tags if tag == "use"} <= symbols
    assert {f"i-{action}" for action in Action} <= symbols


def test_the_source_text_stands_verbatim(page: Page, advice: DrugAdvice) -> None:
    assert page.all("blockquote")[0] == advice.recommendations[0].text


def test_a_listed_drug_without_advice_says_why(page: Page) -> None:
    cards = page.all("article")
    azathioprine = next(text for text in cards if "advice on azathioprine" in text)
    assert azathioprine.startswith("Gene unknown")
    assert "TPMT has no result in this case" in azathioprine
    assert next(text for text in cards if "metoprolool" in text).startswith("Not recognised")


def test_advice_on_other_drugs_is_grouped_with_the_gravest_first(page: Page) -> None:
    summaries = [text for text in page.all("summary") if " drug" in text]
    assert [re.match(r"([A-Za-z ]+?) (\d+) drugs? ", text).groups() for text in summaries] == [  # type: ignore[union-attr]  # each has a count
        ("Avoid", "2"),
        ("Use alternative", "1"),
        ("Change dose", "2"),
        ("Monitor", "1"),
        ("Standard use", "2"),
        ("No advice", "1"),
    ]


def test_a_gene_that_was_not_called_says_what_is_missing(page: Page) -> None:
    row = next(text for text in page.all("tr") if text.startswith("TPMT"))
    assert "not called" in row
    assert "rs1142345" in row
    assert "unknown" in row


def test_each_of_the_first_ten_diagnoses_opens_paths_that_end_in_record_release_and_licence(page: Page) -> None:
    bodies = [text for text in page.all("tbody") if "Weights and evidence" in text]
    assert len(bodies) == 10
    last_hops = [text.rsplit("gene associated with condition", 1)[1] for text in bodies]
    for rank, text in enumerate(last_hops, start=1):
        assert re.search(r"hpo, release 2025-01-16, record genes_to_phenotype\.txt#L\d+, licence HPO licence", text), (
            rank
        )


def test_only_the_first_ten_diagnoses_are_on_the_page(
    manifest: Manifest, case: PatientCase, diagnoses: Diagnoses
) -> None:
    many = Diagnoses((*diagnoses.candidates, replace(diagnoses.candidates[-1], rank=11)))
    made = Page(render_html(manifest, case, None, many))
    assert len(made.all("tr", "candidate")) == 10
    assert any("The first 10 of 11" in text for text in made.all("p", "lead"))


def test_features_show_their_weight_and_whether_they_speak_for_or_against(page: Page) -> None:
    homocystinuria = next(text for text in page.all("tbody") if "Homocystinuria" in text)
    assert "1 against: Intellectual disability" in homocystinuria
    assert "in 40 % -1.90" in homocystinuria


def test_sources_stand_with_release_and_licence(page: Page, manifest: Manifest) -> None:
    rows = page.all("tr")
    for source in manifest.sources:
        assert any(source.title in row and source.release in row and source.license in row for row in rows)


def test_an_empty_answer_still_makes_a_page(manifest: Manifest) -> None:
    made = Page(render_html(manifest, PatientCase("empty"), DrugAdvice((), ()), Diagnoses(())))
    assert "The case lists no medication." in " ".join(made.all("p", "panel"))


def test_text_on_coloured_grounds_has_the_contrast_that_wcag_asks_for() -> None:
    """WCAG 2.2, success criterion 1.4.3: at least 4.5 to 1."""
    css = files("genopath.report").joinpath("style.css").read_text("utf-8")
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", css))
    pairs = [(tone, f"{tone}-ground") for tone in ("stop", "change", "look", "usual", "none")]
    pairs += [(ink, ground) for ink in ("ink", "soft", "link") for ground in ("ground", "paper")]
    assert {
        pair: _contrast(colours[pair[0]], colours[pair[1]])
        for pair in pairs
        if _contrast(*map(colours.__getitem__, pair)) < 4.5
    } == {}


def test_the_folder_holds_page_document_and_one_file_for_each_answer(
    tmp_path: Path, manifest: Manifest, case: PatientCase, advice: DrugAdvice, diagnoses: Diagnoses
) -> None:
    folder = tmp_path / "new" / "report"
    write_report(folder, manifest, case, advice, diagnoses)
    assert sorted(path.name for path in folder.iterdir()) == ["paths", "report.html", "report.json"]
    names = sorted(path.name for path in (folder / "paths").iterdir())
    with_paths: tuple[Any, ...] = (  # items of several kinds
        *advice.medications, *advice.interactions, *advice.alternatives, *advice.complaints, *advice.dosing,
        *advice.coverage, *advice.disagreements,
    )  # fmt: skip
    others = sum(bool(item.paths) for item in with_paths) + len(advice.phenoconversions)
    assert len(names) == len(advice.recommendations) + len(diagnoses.candidates) + others
    assert "drug-001-clopidogrel-cpic.json" in names
    assert "diagnosis-001-omim-154700.json" in names
    jsonschema.validate(json.loads((folder / "report.json").read_text("utf-8")), load_schema("report"))
    for name in names:
        jsonschema.validate(json.loads((folder / "paths" / name).read_text("utf-8")), load_schema("explain"))


@pytest.mark.parametrize(
    ("phenotypes", "reason"),
    [
        ({"CYP2C19": "Poor Metabolizer"}, "another diplotype that fits the data may lead to other advice."),
        (
            {"CYP2C19": "Poor Metabolizer", "CYP2D6": "No Result"},
            "CYP2D6 was not determined; its result, or another diplotype that fits the data may lead to other advice.",
        ),
    ],
)
def test_advice_that_is_not_certain_says_why(
    manifest: Manifest, case: PatientCase, advice: DrugAdvice, phenotypes: dict[str, str], reason: str
) -> None:
    item = replace(advice.recommendations[0], robust=False, phenotypes=phenotypes)
    page = Page(render_html(manifest, case, DrugAdvice(advice.genes, (item,)), None))
    assert page.all("div", "caution") == [f"Not certain: {reason}"]


def test_what_would_settle_uncertain_advice_is_told(manifest: Manifest, case: PatientCase, advice: DrugAdvice) -> None:
    item = replace(advice.recommendations[0], robust=False, settled_by=("a test of CYP2C19",))
    page = Page(render_html(manifest, case, DrugAdvice(advice.genes, (item,)), None))
    assert page.all("p", "settle") == ["What would settle it: a test of CYP2C19"]


def test_sections_stand_in_the_order_that_clinicians_know(page: Page) -> None:
    assert page.all("h2") == [
        "Current medications",
        "Interactions between current medications",
        "Complaints and their possible causes",
        "Other actionable genes",
        "Prescribing recommendations for other drugs",
        "Ranked diagnoses",
        "Gene results and allele matching",
        "Coverage and ancestry",
        "The case as it was understood",
        "Evidence",
        "Data sources and licences",
    ]


def test_every_section_can_be_reached_from_the_contents(html: str, page: Page) -> None:
    ids = [str(a["id"]) for tag, a in page.tags if tag == "section"]
    contents = html[html.index("<nav") : html.index("</nav>")]
    assert re.findall('href="#([a-z]+)"', contents) == ids


def test_headings_never_leave_out_a_level(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_header_cell_says_what_it_heads(page: Page) -> None:
    assert {a.get("scope") for tag, a in page.tags if tag == "th"} == {"col", "row", "rowgroup"}


def test_the_head_names_the_facts_on_the_patient_and_the_releases_used(page: Page) -> None:
    head = page.all("header", "masthead")[0]
    for fact in ("178 cm", "64.5 kg", "European", "atrial fibrillation", "34 years", "cpic0.27.0", "hpo2025-01-16"):
        assert fact in head


def test_a_card_shows_dose_curve_interaction_alternative_and_derived_result(html: str, page: Page) -> None:
    warfarin = next(text for text in page.all("article") if "Coumadin" in text)
    for words in (
        "38.5 mg/week",
        "25.5 to 55 mg/week",
        "this patient",
        "No dose given",
        "Affected",
        "with fluconazole",
    ):
        assert words in warfarin
    assert 'role="img" aria-label="warfarin: dose by age' in html
    clopidogrel = next(text for text in page.all("article") if "Plavix" in text)
    assert "Alternatives (2) nothing found against 1" in clopidogrel


def test_bodies_that_disagree_are_shown_side_by_side_and_as_such(page: Page) -> None:
    codeine = next(text for text in page.all("article") if "Avoid codeine" in text)
    assert "Bodies disagree: CPIC asks for: avoid and alternative" in codeine
    assert len([text for text in page.all("div", "advised") if "codeine" in text]) == 2


def test_texts_in_another_language_say_so(html: str) -> None:
    assert '<p lang="fr">Augmentation' in html


def test_coverage_shows_what_is_open_what_is_unseen_and_the_risk(page: Page) -> None:
    tpmt = next(text for text in page.all("details", "group") if text.startswith("TPMT"))
    for words in ("1 of 5 positions seen", "no call", "filtered", "conflicting", "depth 3", "*3A", "3.4 %", "6.7 %"):
        assert words in tpmt


def test_publications_stand_with_what_they_are_cited_for(page: Page) -> None:
    rows = [text for text in page.all("li") if text.startswith("PMID:19228618")]
    assert rows == ["PMID:19228618 warfarin, dose"]


def test_hostile_text_in_any_field_of_the_answers_stays_text(
    manifest: Manifest, case: PatientCase, advice: DrugAdvice
) -> None:
    hostile = spoil(advice)
    odd = replace(case, indication=HOSTILE, medications=(Medication(HOSTILE, None, HOSTILE), *case.medications))
    made = render_html(manifest, odd, hostile, None)
    assert not LOADING.intersection(tag for tag, _ in Page(made).tags)
    assert "<script" not in made
    assert not [name for _, attributes in Page(made).tags for name in attributes if name.startswith("on")]
    assert made.count("&lt;script&gt;") > 40


def spoil(value: Any) -> Any:
    """The same answers with every free text replaced; identifiers, enumerations and genes stay."""
    if isinstance(value, tuple):
        return tuple(map(spoil, value))
    if isinstance(value, dict):
        return {f"{HOSTILE}{key}": spoil(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, Reference | EvidencePath | type):
        kept = {"language", "basis"} | ({"attributes", "category", "reference"} if isinstance(value, Entity) else set())
        inside = {f.name: getattr(value, f.name) for f in fields(value) if f.init and f.name not in kept}
        return replace(value, **{name: spoil(item) for name, item in inside.items()})
    return HOSTILE if type(value) is str else value


def test_nobody_but_the_owner_can_read_a_new_report(
    tmp_path: Path, manifest: Manifest, case: PatientCase, advice: DrugAdvice, diagnoses: Diagnoses
) -> None:
    folder = tmp_path / "report"
    write_report(folder, manifest, case, advice, diagnoses)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}


def test_a_hostile_drug_name_cannot_leave_the_folder(
    tmp_path: Path, manifest: Manifest, case: PatientCase, advice: DrugAdvice
) -> None:
    first = advice.recommendations[0]
    item = replace(first, drug=replace(first.drug, name="../../../etc/passwd"), source="/")
    write_report(tmp_path / "report", manifest, case, DrugAdvice((), (item,)), None)
    names = [path.name for path in (tmp_path / "report" / "paths").iterdir()]
    assert names == ["drug-001-etc-passwd-unnamed.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_a_score_that_json_cannot_hold_leaves_the_older_report_whole(
    tmp_path: Path, manifest: Manifest, case: PatientCase, diagnoses: Diagnoses
) -> None:
    folder = tmp_path / "report"
    write_report(folder, manifest, case, None, diagnoses)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    bad_path = EvidencePath(diagnoses.candidates[0].paths[0].hops, score=float("nan"))
    bad = Diagnoses((replace(diagnoses.candidates[0], paths=(bad_path,)),))
    with pytest.raises(ValueError, match="JSON"):
        write_report(folder, manifest, case, None, bad)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_text_that_utf_8_cannot_hold_is_written_with_a_replacement(
    tmp_path: Path, manifest: Manifest, case: PatientCase
) -> None:
    odd = replace(case, medications=(Medication("\udce9", None, "\udce9"),))
    write_report(tmp_path / "report", manifest, odd, DrugAdvice((), ()), None)
    assert (tmp_path / "report" / "report.html").is_file()


def test_a_path_that_is_a_file_is_a_usage_error(tmp_path: Path, manifest: Manifest, case: PatientCase) -> None:
    place = tmp_path / "report"
    place.write_text("mine")
    with pytest.raises(UsageError, match="cannot write into"):
        write_report(place, manifest, case, None, None)
    assert place.read_text() == "mine"


def _contrast(first: str, second: str) -> float:
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    full = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    channels = [int(full[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
