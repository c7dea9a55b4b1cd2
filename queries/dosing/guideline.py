"""Starting doses that a guideline's text states as a share of the usual one.

Few wordings of CPIC are read, each of them whole; a text with none of them, or with several that differ, gives no item and
speaks for itself. What it states under a condition ("if ... is warranted") is quoted with the condition.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from queries.medication import Dose
from queries.pharmacogenomics.rules import CPIC, OTHER_CONSIDERATIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ontology.reference import Reference
    from queries.candidate import Recommendation
    from queries.case import PatientCase

USUAL: Final = "% of the usual starting dose"
LOWEST: Final = "% of the lowest recommended starting dose"

_RANGE: Final = r"(\d+(?:\.\d+)?)%?(?:(?:-| to )(\d+(?:\.\d+)?))?"


@dataclass(frozen=True, slots=True)
class _Wording:
    """A wording and what its numbers mean: the share is ``offset + factor * number`` percent."""

    pattern: re.Pattern[str]
    factor: float = 1.0
    offset: float = 0.0
    unit: str = USUAL


def _worded(pattern: str, factor: float = 1.0, offset: float = 0.0, unit: str = USUAL) -> _Wording:
    return _Wording(re.compile(pattern.replace("RANGE", _RANGE), re.IGNORECASE), factor, offset, unit)


_WORDINGS: Final = (
    _worded(r"\bconsider a RANGE% reduction (?:of|in) (?:the )?recommended starting dose\b", -1, 100),
    _worded(r"\bconsider a RANGE% lower starting dose\b", -1, 100),
    _worded(r"\breduce starting dose by RANGE%", -1, 100),
    _worded(r"\breduce starting doses to RANGE% of normal dose\b"),
    _worded(r"\bstart with reduced (?:starting )?doses \(RANGE% of normal dose\)"),
    _worded(r"\binitiate therapy with RANGE% of the lowest recommended starting dose\b", unit=LOWEST),
    _worded(r"\bincrease starting daily dose by RANGE%", 1, 100),
    _worded(r"\bincrease starting dose RANGE times recommended starting dose\b", 100),
)
_CAP: Final = re.compile(r"\bshould not exceed (\d+(?:\.\d+)?) mg/kg/day\b")
_EXCEPTION: Final = re.compile(
    r"[^.]*\bwith the (?P<diplotype>\S+) genotype may require >(?P<share>\d+)% reduction\b[^.]*"
)
"""A diplotype for which a text goes beyond the share that it states (DPYD, doi:10.1002/cpt.911)."""
_SENTENCE: Final = re.compile(r"(?<=[a-z)%])(?<!e\.g)\. ")


@dataclass(frozen=True, slots=True)
class StatedShare:
    """A share of a dose in percent, as a range whose ends are equal where the text states one number."""

    low: float
    high: float
    unit: str
    sentence: str


def read_share(text: str) -> StatedShare | None:
    """The share of the starting dose that a text states; ``None`` where it states none, or several.

    >>> share = read_share("Consider a 25-50% reduction of recommended starting dose and titrate to response.")
    >>> share.low, share.high, share.unit
    (50.0, 75.0, '% of the usual starting dose')
    """
    found: dict[tuple[float, float, str], str] = {}
    for sentence in _SENTENCE.split(text):
        for wording in _WORDINGS:
            if match := wording.pattern.search(sentence):
                shares = sorted(wording.offset + wording.factor * float(number) for number in match.groups() if number)
                found[shares[0], shares[-1], wording.unit] = sentence.strip().rstrip(".")
    if len(found) != 1:
        return None
    ((low, high, unit), sentence) = found.popitem()
    return StatedShare(low, high, unit, sentence)


def read_doses(case: PatientCase, recommendations: Iterable[Recommendation]) -> Iterator[Dose]:
    """A dose for each of CPIC's recommendations for a listed drug whose text states a share."""
    for recommendation in recommendations:
        text = recommendation.text.partition(OTHER_CONSIDERATIONS)[0]
        share = read_share(text) if recommendation.source == CPIC and recommendation.on_medication_list else None
        if share is not None:
            yield _dose(case, recommendation, text, share)


def _dose(case: PatientCase, recommendation: Recommendation, text: str, share: StatedShare) -> Dose:
    exception = _exception(recommendation, text)
    single = share.low == share.high and exception is None
    population = {} if recommendation.population is None else {"population": recommendation.population}
    cap = _cap(case, text)
    return Dose(
        drug=recommendation.drug,
        model=f"{recommendation.source} guideline, as its text states it",
        publications=_publications(recommendation),
        value=share.low if single else None,
        unit=share.unit,
        interval=None if single else (0.0 if exception else share.low, share.high),
        inputs=dict(recommendation.phenotypes) | population,
        missing=("weight",) if cap is not None and case.weight is None else (),
        note=" ".join(_notes(recommendation, share, cap, exception)),
        paths=recommendation.paths,
    )


def _exception(recommendation: Recommendation, text: str) -> str | None:
    """The sentence by which the text takes this patient's diplotype out of what it says of the others."""
    found = _EXCEPTION.search(text)
    starts = {path.entities[0].name for path in recommendation.paths if path.hops}
    if found is None or not any(name.endswith(f" {found['diplotype']}") for name in starts):
        return None
    return found[0].strip()


def _notes(recommendation: Recommendation, share: StatedShare, cap: str | None, exception: str | None) -> Iterator[str]:
    if exception is not None:
        yield f"{exception}."
    if share.low != share.high:
        yield f"{share.low:g} to {share.high:g} {share.unit}."
    yield f"The guideline's words, with their condition: {share.sentence}."
    if cap is not None:
        yield cap
    if recommendation.derived:
        yield "It rests on a phenotype that listed drugs have changed."
    if not recommendation.robust:
        yield "It does not hold for every result that the patient may have."


def _cap(case: PatientCase, text: str) -> str | None:
    """The most that the text allows, in mg/day where the weight is known."""
    limit = _CAP.search(text)
    if limit is None:
        return None
    if case.weight is None:
        return f"At most {limit[1]} mg/kg/day."
    return f"At most {limit[1]} mg/kg/day: {float(limit[1]) * case.weight:g} mg/day at {case.weight:g} kg."


def _publications(recommendation: Recommendation) -> tuple[Reference, ...]:
    """Papers that the evidence of the recommendation cites."""
    cited = {
        publication
        for path in recommendation.paths
        for hop in path.hops
        for evidence in hop.association.evidence
        for publication in evidence.publications
    }
    return tuple(sorted(cited))
