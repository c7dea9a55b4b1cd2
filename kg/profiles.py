"""Phenotype profiles of diseases as arrays: made while a release is built, memory-mapped when it is asked.

Covered are the diseases of OMIM and Orphanet that have annotated features, and the terms below phenotypic abnormality. A
row that denies a feature (``NOT``, frequency ``0/n`` or ``Excluded``) never counts as an annotation.

HPO's annotations include those of Orphanet, so one annotation may come from two sources, and in two versions of it. Of
each disease and term, HPO's rows alone count where there are any; those of other sources count where HPO has none.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from kg.frequency import PooledRows, pool_rows
from kg.model import Association
from ontology.errors import ReleaseError
from ontology.hierarchy import Rows, TermHierarchy, information_content, row_starts
from ontology.reference import Reference
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from kg.model import Entity

    Ints = NDArray[np.int32]
    Floats = NDArray[np.float32]

DISEASE_PREFIXES: Final = ("OMIM", "ORPHA")
PHENOTYPIC_ABNORMALITY: Final = 118
"""HP:0000118, the root of the terms that describe a patient."""
FOLDER: Final = "profiles"
"""Folder of these arrays within a release's tables."""
LEADING_SOURCE: Final = "hpo"
"""The source whose annotations include those of others."""

_SUBCLASS_OF: Final = Predicate.SUBCLASS_OF
_HAS_PHENOTYPE: Final = Predicate.HAS_PHENOTYPE
_HAS_INHERITANCE: Final = Predicate.HAS_MODE_OF_INHERITANCE
_UNKNOWN: Final = np.float32(-1)
"""Stands for an unknown frequency while maxima are taken: any known frequency is above it."""


@dataclass(frozen=True, slots=True, eq=False)
class Annotated:
    """Term-disease pairs with a frequency (0 to 1, NaN unknown), by term or by disease."""

    rows: Rows
    frequency: Floats

    def __getitem__(self, row: int) -> tuple[Ints, Floats]:
        """Partners of one row, ascending, and their frequencies."""
        span = slice(self.rows.start[row], self.rows.start[row + 1])
        return self.rows.items[span], self.frequency[span]


@dataclass(frozen=True, slots=True, eq=False)
class DiseaseProfiles:
    """What each disease shows; diseases and terms are positions in ``diseases`` and ``hierarchy.terms``."""

    diseases: NDArray[np.str_]
    """CURIEs, sorted. shape: (diseases,)"""
    hierarchy: TermHierarchy
    information: NDArray[np.float64]
    """Information content of each term in nats; infinite where no disease has the term. shape: (terms,)"""
    direct: Annotated
    """By disease: the annotated terms, with pooled frequencies."""
    propagated: Annotated
    """By term: the diseases annotated to it or below it, each with the highest frequency there."""
    denied: Rows
    """By term: the diseases that are said not to have it."""
    inheritance: Rows
    """By disease: its modes of inheritance."""

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Memory-map the profiles of a release's tables folder (milliseconds).

        Raises:
            ReleaseError: the folder holds none, or not all of their arrays.
        """
        paths = sorted((folder / FOLDER).glob("*.npy"))
        # plain views of the maps: numpy's memmap class makes every slice many times slower
        kept = {path.stem: np.load(path, mmap_mode="r").view(np.ndarray) for path in paths}
        try:
            return cls.from_arrays(kept)
        except KeyError as error:
            raise ReleaseError(f"{folder / FOLDER} lacks the array {error}; build the release again") from error

    @classmethod
    def from_arrays(cls, kept: dict[str, NDArray[np.generic]]) -> Self:
        """From the arrays that :meth:`ProfileWriter.to_arrays` makes."""
        arrays: dict[str, NDArray] = kept  # type: ignore[type-arg]  # each array has the dtype that its writer gave it

        def rows(name: str) -> Rows:
            return Rows(arrays[f"{name}_start"], arrays[name])

        return cls(
            diseases=arrays["diseases"],
            hierarchy=TermHierarchy.from_arrays(arrays),
            information=arrays["information"],
            direct=Annotated(rows("direct"), arrays["direct_frequency"]),
            propagated=Annotated(rows("propagated"), arrays["propagated_frequency"]),
            denied=rows("denied"),
            inheritance=rows("inheritance"),
        )

    def find_disease(self, disease: Reference) -> int | None:
        """Position of a disease, or ``None`` where it has no profile."""
        position = int(np.searchsorted(self.diseases, disease.curie))
        return position if position < len(self.diseases) and self.diseases[position] == disease.curie else None

    def disease(self, position: int) -> Reference:
        """The disease at a position."""
        return Reference.parse(str(self.diseases[position]))

    def find_term(self, term: Reference) -> int | None:
        """Position of an HPO term that describes a patient, or ``None`` for any other term."""
        position = self.hierarchy.find(int(term.identifier)) if term.prefix == "HP" else None
        root = self.hierarchy.find(PHENOTYPIC_ABNORMALITY)
        return position if position is not None and root in self.hierarchy.ancestors[position] else None

    def term(self, position: int) -> Reference:
        """The HPO term at a position."""
        return hpo_reference(int(self.hierarchy.terms[position]))


@dataclass(slots=True)
class ProfileWriter:
    """Gathers what profiles need from the build's stream of items; :meth:`add` only notes, the work is done at the end."""

    _diseases: dict[Reference, int] = field(default_factory=dict)
    _frequencies: dict[str | None, int] = field(default_factory=dict)
    _is_a: array[int] = field(default_factory=lambda: array("i"))
    _phenotypes: array[int] = field(default_factory=lambda: array("i"))
    _inheritance: array[int] = field(default_factory=lambda: array("i"))
    _further_inheritance: list[tuple[Reference, int]] = field(default_factory=list)
    """What other sources than HPO say; it makes no profile of a disease without annotations."""

    def add(self, item: Entity | Association) -> None:
        """Note one item of the build; what profiles do not need is passed over."""
        if not isinstance(item, Association):
            return
        predicate = item.predicate
        if predicate is _HAS_PHENOTYPE:
            self._add_phenotype(item)
        elif predicate is _SUBCLASS_OF:
            if item.subject.prefix == "HP" == item.object.prefix and not item.negated:
                self._is_a.extend((int(item.subject.identifier), int(item.object.identifier)))
        elif predicate is _HAS_INHERITANCE and not item.negated and _is_row(item):
            self._add_inheritance(item)

    def write(self, folder: Path) -> None:
        """Write the arrays below ``folder``; equal items in any order give equal bytes."""
        target = folder / FOLDER
        target.mkdir(parents=True, exist_ok=True)
        for name, values in self.to_arrays().items():
            np.save(target / f"{name}.npy", values, allow_pickle=False)

    def profiles(self) -> DiseaseProfiles:
        """The profiles in memory, without a release."""
        return DiseaseProfiles.from_arrays(self.to_arrays())

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """Every array of the profiles, by file name."""
        hierarchy = TermHierarchy.from_pairs(_table(self._is_a, 2).tolist())
        order = sorted(self._diseases)
        rank = np.empty(len(order), np.int32)
        rank[[self._diseases[disease] for disease in order]] = np.arange(len(order))
        curies = np.array([disease.curie for disease in order], dtype=np.str_)
        arrays: dict[str, NDArray[np.generic]] = {"diseases": curies, **hierarchy.to_arrays()}
        arrays |= _phenotype_arrays(self._pooled(hierarchy, rank), hierarchy, len(order))
        disease, mode = np.unique(self._modes(), axis=0).T
        return arrays | _inheritance_arrays(rank[disease], hierarchy.positions(mode), len(order))

    def _pooled(self, hierarchy: TermHierarchy, rank: Ints) -> PooledRows:
        disease, number, code, negated, is_further = _table(self._phenotypes, 5).T
        term = hierarchy.positions(number)
        counts = ~is_further.astype(bool) | ~_paired(disease, number, ~is_further.astype(bool))
        describes = _describing(hierarchy)[term] & (term >= 0) & counts
        return pool_rows(
            rank[disease[describes]],
            term[describes],
            code[describes],
            negated[describes].astype(bool),
            list(self._frequencies),
        )

    def _add_phenotype(self, item: Association) -> None:
        if not _is_row(item):
            return
        value = item.qualifier(Qualifier.FREQUENCY)
        text = None if value is None else str(value)
        code = self._frequencies.setdefault(text, len(self._frequencies))
        disease, term = self._code(item.subject), int(item.object.identifier)
        self._phenotypes.extend((disease, term, code, item.negated, not _leads(item)))

    def _add_inheritance(self, item: Association) -> None:
        mode = int(item.object.identifier)
        if _leads(item):
            self._inheritance.extend((self._code(item.subject), mode))
        else:
            self._further_inheritance.append((item.subject, mode))

    def _modes(self) -> Ints:
        """Diseases by their codes, with their modes of inheritance.

        shape: (rows, 2)
        """
        codes = self._diseases
        further = [(codes[disease], mode) for disease, mode in self._further_inheritance if disease in codes]
        return np.concatenate([_table(self._inheritance, 2), np.array(further, np.int32).reshape(-1, 2)])

    def _code(self, disease: Reference) -> int:
        return self._diseases.setdefault(disease, len(self._diseases))


def hpo_reference(number: int) -> Reference:
    """The HPO term of a number.

    >>> hpo_reference(1166).curie
    'HP:0001166'
    """
    return Reference("HP", f"{number:07d}")


def _is_row(item: Association) -> bool:
    return item.subject.prefix in DISEASE_PREFIXES and item.object.prefix == "HP"


def _leads(item: Association) -> bool:
    return any(evidence.source == LEADING_SOURCE for evidence in item.evidence)


def _paired(disease: Ints, term: Ints, among: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether the pair of each row also stands in one of the rows ``among``."""
    pair = disease.astype(np.int64) << 32 | term
    return np.isin(pair, pair[among])


def _table(flat: array[int], width: int) -> Ints:
    return np.array(flat, dtype=np.int32).reshape(-1, width)


def _describing(hierarchy: TermHierarchy) -> NDArray[np.bool_]:
    """Which terms describe a patient: phenotypic abnormality and what is below it.

    shape: (terms + 1,), the last False, which is where a position of -1 leads
    """
    root = hierarchy.find(PHENOTYPIC_ABNORMALITY)
    inside = np.zeros(len(hierarchy), bool) if root is None else hierarchy.below(root)
    return np.append(inside, False)


def _phenotype_arrays(pooled: PooledRows, hierarchy: TermHierarchy, diseases: int) -> dict[str, NDArray[np.generic]]:
    shown = ~pooled.denied
    disease, term, frequency = pooled.disease[shown], pooled.term[shown], pooled.frequency[shown]
    above, affected, highest = _propagate(disease, term, frequency, hierarchy)
    by_term = np.lexsort((pooled.disease[pooled.denied], pooled.term[pooled.denied]))
    denied_term = pooled.term[pooled.denied][by_term]
    starts = row_starts(above, len(hierarchy))
    return {
        "information": information_content(np.diff(starts), len(np.unique(disease))),
        "direct": term,
        "direct_start": row_starts(disease, diseases),
        "direct_frequency": frequency,
        "propagated": affected,
        "propagated_start": starts,
        "propagated_frequency": highest,
        "denied": pooled.disease[pooled.denied][by_term],
        "denied_start": row_starts(denied_term, len(hierarchy)),
    }


def _propagate(disease: Ints, term: Ints, frequency: Floats, hierarchy: TermHierarchy) -> tuple[Ints, Ints, Floats]:
    """Annotations of every ancestor that describes a patient: terms (ascending), diseases, highest frequencies."""
    counts = np.diff(hierarchy.ancestors.start)[term]
    source = np.repeat(np.arange(len(term)), counts)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    above = hierarchy.ancestors.items[hierarchy.ancestors.start[term][source] + np.arange(len(source)) - first]
    inside = _describing(hierarchy)[above]
    source, above = source[inside], above[inside]
    size = max(int(disease.max(initial=0)) + 1, 1)
    key = above.astype(np.int64) * size + disease[source]
    order = np.argsort(key, kind="stable")
    pairs, starts = np.unique(key[order], return_index=True)
    known = np.where(np.isnan(frequency), _UNKNOWN, frequency)[source][order]
    highest = np.maximum.reduceat(known, starts) if len(starts) else known
    highest = np.where(highest == _UNKNOWN, np.float32(np.nan), highest)
    return (pairs // size).astype(np.int32), (pairs % size).astype(np.int32), highest


def _inheritance_arrays(disease: Ints, mode: Ints, diseases: int) -> dict[str, NDArray[np.generic]]:
    known = mode >= 0
    order = np.lexsort((mode[known], disease[known]))
    return {"inheritance": mode[known][order], "inheritance_start": row_starts(disease[known][order], diseases)}
