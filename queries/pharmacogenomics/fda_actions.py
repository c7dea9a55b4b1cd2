"""What a row of the FDA's table of pharmacogenetic associations asks for, as action codes.

One row speaks of several subgroups, so a sentence that names metabolizers counts only for those that it names
(https://www.fda.gov/medical-devices/precision-medicine/table-pharmacogenetic-associations). What every patient is told,
whatever the gene (an age below which codeine is contraindicated), is no action that the gene result asks for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kg.levels import FdaAssociationSection
from queries.candidate import Action
from queries.pharmacogenomics.actions import Phrase, actions_of, asked_by, phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

_SENTENCES: Final = re.compile(r"(?<=[a-z0-9)])[.;]\s+|,? and (?=insufficient data\b)", re.IGNORECASE)
_SUBGROUP: Final = re.compile(
    r"\b(ultrarapid|rapid|normal|intermediate|poor)(?=[\s,]+(?:(?:and|or)\s+)?(?:\w+[\s,]+){0,6}metaboli[sz]ers?\b)",
    re.IGNORECASE,
)
_NO_FUNCTION: Final = "Poor Metabolizer"
_GENOTYPE: Final = re.compile(r"\*\d+/\*\d+ genotype", re.IGNORECASE)

_PHRASES: Final[tuple[Phrase, ...]] = (
    phrase(
        r"\bno dosage adjustment is needed\b[^.]*|\badjustments based on cyp\w+ genotype are not necessary\b",
        Action.STANDARD,
        note="A denied change is the usual treatment.",
    ),
    phrase(
        r"\bcoadministration with [^.]*\bcontraindicated\b[^.]*",
        Action.OTHER,
        note="Co-medication is to be left, not the drug.",
    ),
    phrase(
        r"\bcontraindicated in (?:children|adolescents)\b[^.]*|\bbreastfeeding is not recommended\b[^.]*",
        Action.OTHER,
        note="For everybody of this age or condition, whatever the gene result.",
    ),
    phrase(r"\bno dosage has proven safe\b", Action.AVOID, note="There is no dose that could be given."),
    phrase(
        r"\b(?:consider|use) (?:alternative (?:therapy|agent)|use of another)\b|\buse alternative agent\b",
        Action.ALTERNATIVE,
        note="Another drug.",
    ),
    phrase(
        r"\bmeasure drug concentrations\b|\bbased on (?:inr|trough)\b",
        Action.MONITOR,
        note="A measurement guides the dose.",
    ),
    phrase(
        r"\b(?:dosage|dose) (?:reductions?|adjustments?) (?:is|are|may be) (?:recommended|necessary)\b"
        r"|\bconsider (?:dosage|dose) reductions?\b|\bmay require (?:more substantial )?(?:dosage|dose) reductions?\b"
        r"|\b(?:reduce|reducing|reduced|adjust) (?:the )?(?:starting |titration )?(?:dosages?|doses?|interval)\b"
        r"|\blower starting dosage\b"
        r"|\blowest recommended starting (?:dosage|dose)\b|\bmaximum recommended (?:single )?(?:dosage|dose)\b"
        r"|\b(?:should )?not exceed\b|\brecommended dosage is lower\b|\bdosages should be reduced\b"
        r"|\brecommended dosages are based on\b|\bselect initial dosage\b|\bless frequent dosing\b",
        Action.ADJUST_DOSE,
        note="Another dose, a ceiling on it, or another interval.",
    ),
    phrase(r"\bincrease monitoring\b", Action.MONITOR, note="More than usual."),
)


def actions_of_fda(text: str, section: FdaAssociationSection | None, results: Sequence[str]) -> tuple[Action, ...]:
    """Actions for patients with these gene results, in the order of ``Action``; ``other`` where none is certain.

    Section 3 shows an effect on pharmacokinetics alone, and asks for nothing.

    >>> text = "Avoid use in poor metabolizers. Dosage reduction is recommended in intermediate metabolizers."
    >>> actions_of_fda(text, None, ["Intermediate Metabolizer"])
    (<Action.ADJUST_DOSE: 'adjust_dose'>,)
    """
    if section is FdaAssociationSection.PHARMACOKINETICS_ONLY:
        return (Action.OTHER,)
    own = ". ".join(part for part in _SENTENCES.split(text) if _concerns(part, results))
    asked, rest = asked_by(_PHRASES, own)
    read = actions_of(rest)
    asked |= set(read) if read != (Action.OTHER,) else set()
    return tuple(action for action in Action if action in asked) or (Action.OTHER,)


def _concerns(sentence: str, results: Sequence[str]) -> bool:
    """Whether a sentence is about patients with these results: it names no subgroup, or theirs.

    A genotype that is named (siponimod: CYP2C9 *3/*3) has no function, so poor metabolizers are told.
    """
    if _GENOTYPE.search(sentence):
        return _NO_FUNCTION in results
    named = {word.casefold() for word in _SUBGROUP.findall(sentence)}
    return not named or any(result.partition(" ")[0].casefold() in named for result in results)
