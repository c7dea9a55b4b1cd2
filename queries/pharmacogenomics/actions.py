"""What the text of a recommendation asks for, as action codes.

The sentences are those of CPIC (https://cpicpgx.org/guidelines/), and a few of DPWG. Three rules decide what counts:

* A condition on whether the drug is used at all, or for what ("if codeine is warranted", "for malignancy"), counts: it
  has to be settled before the drug is handed out.
* A condition on how the treatment goes later ("if no response", "if dose >40mg needed") does not.
* A statement of risk, or that a phenotype is unknown, asks for nothing by itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from queries.candidate import Action

if TYPE_CHECKING:
    from collections.abc import Iterable

_ABBREVIATION: Final = re.compile(r"\b(i|e)\.\s?(e|g)\.")
_REST: Final = r"(?:(?!\.(?:\s|$)|;).)*"
"""Up to the end of the sentence; a decimal point does not end it."""
_HELD: Final = r"(?:(?!\.(?:\s|$)|;|, consider obtaining\b).)*"
"""Up to the end of the sentence, or of its part before blood levels are spoken of."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A wording in casefolded text, the actions that it asks for, and why."""

    pattern: re.Pattern[str]
    actions: tuple[Action, ...]
    note: str


def phrase(pattern: str, *actions: Action, note: str) -> Phrase:
    """A phrase of a pattern that is compiled here."""
    return Phrase(re.compile(pattern), actions, note)


_SCOPED: Final = (
    phrase(
        r"\bno (?:need|indication|reason) to (?:avoid|change|adjust|reduce|increase)\b[^.,;]*|\bno adjustments? needed\b",
        Action.STANDARD,
        note="A denied change is the usual treatment.",
    ),
    phrase(
        r"\bdose (?:reduction|adjustment|change|increase) is not (?:recommended|needed|necessary|required)\b"
        r"(?! for doses lower)",
        Action.STANDARD,
        note="The same; what is not recommended is not the drug.",
    ),
    phrase(
        r"\bavoid (?:[\w-]+ ){0,4}cyp\w+ (?:[\w-]+ ){0,4}(?:inhibitors|inducers)\b",
        Action.OTHER,
        note="Co-medication is to be left, not the drug.",
    ),
    phrase(
        r"\bno action is (?:needed|required) for th\w+ gene-drug interaction\b",
        Action.STANDARD,
        note="DPWG, where the interaction exists and changes nothing.",
    ),
    phrase(
        r"\buse of \w+ is not recommended for patients with additional risk factors\b",
        note="DPWG on simvastatin, of atorvastatin in its place.",
    ),
    phrase(
        r"\bco-?medication with [^:]+: (?:- )?\w+ is (?:contra-?indicated|not recommended)\. choose an alternative if possible",
        Action.OTHER,
        note="DPWG on eliglustat: what holds beside an inhibitor alone.",
    ),
    phrase(
        r"\bin the case of inadequate effectiveness: .{0,60}?\bdose increase\b.{0,60}?\bchoose an alternative\b",
        note="DPWG on opioids: a fallback for a later course of the treatment.",
    ),
    phrase(rf"\bdo not (?:choose|select) {_REST}", note="Speaks of another drug that is no alternative."),
    phrase(r"\bavoid additional risk factors\b", Action.OTHER, note="Advice on the way of life, not on the drug."),
    phrase(r"\binform the patient\b", Action.OTHER, note="Counselling is asked for beside the usual treatment."),
    phrase(
        rf"\bfurther genetic testing\b{_REST}\bshould guide use\b",
        Action.TEST,
        Action.OTHER,
        note="Uncertain malignant hyperthermia susceptibility: neither safe nor to be avoided before tests, clinical "
        "findings and family history are weighed.",
    ),
    phrase(
        rf"\binitiate with a dose of (?:40 mg|0\.5 mg/kg)/day and if no clinical response\b{_HELD}",
        Action.ADJUST_DOSE,
        note="Atomoxetine held at 40 mg (children: 0.5 mg/kg) for two weeks; its label goes to 80 mg (1.2 mg/kg) after "
        "three days.",
    ),
    phrase(
        rf"\binitiate with a dose of (?:40 mg/day and increase to 80 mg"
        rf"|0\.5 mg/kg(?:/day)? and increase to 1\.2 mg/kg)/day after 3 days\b{_REST}",
        Action.STANDARD,
        note="The titration on the label of atomoxetine.",
    ),
    phrase(
        r"\bobtaining a (?:peak )?plasma concentration\b",
        Action.MONITOR,
        note="Counts although it depends on the response: the blood samples have to be planned, and the dose changes "
        "that follow are monitoring at work.",
    ),
    phrase(
        r"\bif (?:no (?:clinical )?response\b|patient does not (?:adequately )?respond\b|patient is tolerating\b"
        rf"|dose ?(?:>|greater than) ?\d+ ?mg (?:is )?needed\b){_REST}",
        note="A fallback for a later course of the treatment.",
    ),
    phrase(
        r"\bif [\w -]+ is contraindicated\b",
        note="The alternative is what may be contraindicated; it is a condition, not an advice.",
    ),
    phrase(
        r"\b(?:use|an alternative) [\w ]+ at standard dose\b[^.;]*\bno contraindication\b",
        Action.ALTERNATIVE,
        note="In place of clopidogrel: the standard dose is that of the other drug.",
    ),
)
"""Wordings whose scope matters; each hides what it matched from the rows that follow."""

_SURVEILLANCE: Final = (
    phrase(
        r"\btherapeutic drug monitoring(?: to guide dose adjustments?)?",
        Action.MONITOR,
        note="Also where levels guide the dose: which way it will go is not known yet, so it is no adjust_dose.",
    ),
    phrase(
        r"\bmonitor\b|\b(?:close|clinical|careful|more frequent|therapeutic dose) monitoring\b",
        Action.MONITOR,
        note="Being aware of a risk is not.",
    ),
    phrase(
        r"\b(?:consider|recommend) evaluating (?:tpmt erythrocyte|erythrocyte tpmt) activity\b"
        r"|\benzyme activity must be measured\b|\bdetermine the residual dpd activity\b",
        Action.TEST,
        note="The enzyme's activity where its genotype says nothing. That a genotype is missing asks for no test.",
    ),
)

_ALTERNATIVES: Final = (
    phrase(
        r"\b(?:consider|recommend|select|choose|use|prescribe) (?:an? )?(?:clinically appropriate )?(?:alternative|alternate)\b",
        Action.ALTERNATIVE,
        note="Also where only some indications or patients are meant.",
    ),
    phrase(
        r"\bconsider (?:an? )?non-\w+ (?:(?:or|and) non-\w+ )?opioid\b",
        Action.ALTERNATIVE,
        note="What to use where codeine or tramadol is to be avoided.",
    ),
    phrase(
        r"\bconsider (?:an? )?(?:clinically appropriate )?antidepressant not predominantly metabolized by\b",
        Action.ALTERNATIVE,
        note="In place of an antidepressant that the enzyme clears.",
    ),
    phrase(
        r"\bconsider hormonal therapy such as an aromatase inhibitor\b",
        Action.ALTERNATIVE,
        note="In place of tamoxifen.",
    ),
    phrase(
        r"\bas an alternative\b|\balternative anesthetics are widely available\b",
        Action.ALTERNATIVE,
        note="Alternatives are named beside what is to be avoided.",
    ),
)

_DOSES: Final = (
    phrase(
        r"\b(?:increase|reduce) (?:the )?starting (?:daily )?doses?\b|\bincreasing dose by \d+|\bdecreased dose of \d+",
        Action.ADJUST_DOSE,
        note="Proton pump inhibitors: also where only some indications need more, beside the standard start.",
    ),
    phrase(
        r"\d% (?:reduction|less|of starting dose)\b|\binitiate therapy with (?:[\d%-]+ of the )?lowest recommended\b"
        r"|\blower (?:starting|maintenance) dose\b|\bslower titration\b",
        Action.ADJUST_DOSE,
        note="Also where the reduction is for patients that get a drug to be avoided, or for maintenance.",
    ),
    phrase(
        r"\bstart with (?:drastically )?reduced (?:normal )?(?:starting |daily )?doses\b|\bstrongly reduced dose\b|\binitiate dose at \d+ mg/m2\b",
        Action.ADJUST_DOSE,
        note="Thiopurines; 10 mg/m2/day is a tenth of the usual dose of mercaptopurine.",
    ),
    phrase(
        r"\bprescribe (?:<=|≤) ?\d+ ?mg\b|\blimit dose to\b|\bavoid \w+ doses exceeding\b",
        Action.ADJUST_DOSE,
        note="Statins: a ceiling on the dose.",
    ),
    phrase(
        r"\btitrating to a higher target dose\b|\blower than standard dosage\b"
        rf"|\buse a higher but fda approved\b|\bhigher dose \w+\b{_REST}\bcan be considered\b",
        Action.ADJUST_DOSE,
        note="For patients that get the drug nevertheless.",
    ),
)

_REFUSALS: Final = (
    phrase(
        r"\bavoid\b|\bcontra-?indicated\b|\bdo not use\b|\bshould not be used\b|\bis not recommended\b",
        Action.AVOID,
        note="Any other avoid: to miss one is worse than to report one too many.",
    ),
    phrase(
        r"\bno (?:recommendation|action recommended)\b|\bdoes not provide a recommendation\b",
        Action.NO_RECOMMENDATION,
        note="The guideline is silent, which is not standard treatment.",
    ),
)

_ROUTINE: Final = (
    phrase(
        r"\binitiate (?:therapy with |\w+ with )?(?:standard|recommended)\b|\bdesired starting dose\b"
        r"|\bstart with normal starting dose\b",
        Action.STANDARD,
        note="What follows (titrate, adjust by disease-specific guidelines, lowest effective dose) is usual practice.",
    ),
    phrase(
        r"\blabel[- ]recommended\b|\baccording to the product label\b|\bat standard doses?\b|\bper standard dosing\b",
        Action.STANDARD,
        note="As labelled.",
    ),
)

_PHRASES: Final = (*_SCOPED, *_SURVEILLANCE, *_ALTERNATIVES, *_DOSES, *_REFUSALS, *_ROUTINE)


def actions_of(text: str) -> tuple[Action, ...]:
    """Actions that a recommendation asks for, in the order of ``Action``; ``other`` where nothing else is certain.

    >>> actions_of("Avoid moderate and strong CYP2D6 inhibitors. Initiate therapy with recommended dosing.")
    (<Action.STANDARD: 'standard'>, <Action.OTHER: 'other'>)
    """
    asked, _ = asked_by(_PHRASES, text)
    return tuple(action for action in Action if action in asked) or (Action.OTHER,)


def asked_by(phrases: Iterable[Phrase], text: str) -> tuple[set[Action], str]:
    """Actions of the phrases that a text holds, each hiding its words from the next, and the text that is left."""
    rest = _ABBREVIATION.sub(r"\1\2", " ".join(text.casefold().split()))
    asked: set[Action] = set()
    for one in phrases:
        rest, count = one.pattern.subn("…", rest)
        if count:
            asked.update(one.actions)
    return asked, rest
