"""What stands behind a drug's name on a medication list: salt, strength, form, route and frequency."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNITS: Final = r"(?:mc?g|µg|μg|ug|g|kg|ml|l|iu|u|units?|meq|mmol|mol|%|puffs?|drops?|sprays?|hr?|d|day|dose)"
_QUANTITY: Final = r"\d+(?:[.,]\d+)?"
_DOSE: Final = re.compile(
    rf"(?:{_QUANTITY}(?:-{_QUANTITY})?{_UNITS}?|{_UNITS})(?:/(?:{_QUANTITY})?{_UNITS}?)*", re.IGNORECASE
)
"""``40``, ``75mg``, ``mg/ml``, ``200mg/5ml``, ``1/2``, ``5-10mg``."""
_INTERVAL: Final = re.compile(r"q\d{1,2}h(?:rs?)?|\d+x|x\d+|\d(?:-\d){2,3}", re.IGNORECASE)
"""``q8h``, ``2x``, ``1-0-1``."""
_FORMS: Final = (
    "tab tabs tablet tablets cap caps capsule capsules caplet caplets pill pills suspension solution syrup elixir "
    "injection infusion inhaler inhalation spray cream ointment gel lotion patch patches drop drops suppository "
    "suppositories ampoule ampoules vial vials powder sachet lozenge er xr sr cr xl la mr dr ec "
    "extended-release modified-release slow-release delayed-release immediate-release"
)
_ROUTES: Final = (
    "po oral orally iv im sc sl pr topical topically inhaled nasal subcutaneous subcutaneously intravenous "
    "intravenously intramuscular sublingual mouth"
)
_FREQUENCIES: Final = (
    "daily od bd bid b.i.d. b.d. tid t.i.d. tds qid q.i.d. qds qd q.d. qod qhs hs nocte mane prn p.r.n. stat once "
    "twice thrice times weekly monthly nightly hourly every each day days week weeks month months night morning "
    "evening bedtime hour hours needed required one two three four"
)
_BETWEEN: Final = "at a an per x the in as for by and of with to"
_WORDS: Final = frozenset(f"{_FORMS} {_ROUTES} {_FREQUENCIES} {_BETWEEN}".split())
_COUNTER_IONS: Final = (
    "hydrochloride hcl dihydrochloride hydrobromide sodium potassium calcium magnesium sulfate sulphate bisulfate "
    "bisulphate phosphate maleate mesylate mesilate besylate besilate tartrate bitartrate succinate fumarate citrate "
    "oxalate nitrate bromide chloride lactate tosylate hydrogen monohydrate dihydrate trihydrate anhydrous"
)
_METALS: Final = "aluminium aluminum ammonium barium bismuth ferric ferrous gold iron lithium silver strontium zinc"
_SALTS: Final = frozenset(_COUNTER_IONS.split())
"""Counter-ions and water. Esters (acetate, propionate, furoate) are left out: they make another substance."""
_NOT_ALONE: Final = _SALTS | frozenset(_METALS.split())
"""What is no drug without its other half: silver nitrate is not silver."""


def shortened_names(text: str) -> Iterator[tuple[str, str]]:
    """Ever shorter beginnings of a text without trailing dose words and salts, each with what was left off.

    The first that is a drug's name is meant: of ``vitamin A 5000 IU`` the beginning ``vitamin A``.

    >>> list(shortened_names("simvastatin 40 mg"))
    [('simvastatin 40', 'mg'), ('simvastatin', '40 mg')]
    """
    words = text.split()
    for kept in range(len(words) - 1, 0, -1):
        if not (_is_dose(words[kept]) or words[kept].casefold() in _SALTS):
            return
        name = " ".join(words[:kept]).rstrip(",;:(-")
        if name and name.casefold() not in _NOT_ALONE:
            yield name, " ".join(words[kept:])


def _is_dose(word: str) -> bool:
    bare = word.strip(",;:()").casefold()
    return not bare or bare in _WORDS or any(pattern.fullmatch(bare) for pattern in (_DOSE, _INTERVAL))
