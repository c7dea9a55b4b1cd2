"""What a VCF header tells: its samples and its assembly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ontology.errors import InputError
from queries.intake.assembly import assembly_of_length, assembly_of_name, chromosome_name, locate_accession

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from queries.case import Assembly

FIXED_COLUMNS: Final = 9
"""Columns before those of the samples (VCF 4.5, section 1.4)."""

_NAMES_SHOWN: Final = 10
_START: Final = b"##fileformat=VCF"
_COLUMNS: Final = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
_ATTRIBUTE: Final = re.compile(r'([^=<>,"]+)=("(?:[^"\\]|\\.)*"|[^,>]*)')


@dataclass(frozen=True, slots=True)
class Header:
    """The meta-information lines, without ``##``, and the samples in the order of their columns."""

    lines: tuple[str, ...]
    samples: tuple[str, ...]

    @property
    def tabs(self) -> int:
        """How many tab characters each record has."""
        return FIXED_COLUMNS - 1 + len(self.samples) if self.samples else FIXED_COLUMNS - 2


def read_header(path: Path, lines: Iterator[bytes]) -> Header:
    """The header at the start of ``lines``, which stand at the first record afterwards.

    Raises:
        InputError: there is none, or it is damaged.
    """
    found = []
    for number, line in enumerate(lines):
        if number == 0 and not line.startswith(_START):
            break
        text = line.decode("utf-8", errors="replace").rstrip("\r")
        if text.startswith("##"):
            found.append(text[2:])
        elif text.startswith(_COLUMNS):
            samples = tuple(text.split("\t")[FIXED_COLUMNS:])
            if len(set(samples)) < len(samples) or not all(samples):
                raise InputError(f"{path}: is no VCF that can be read: its samples have no names, or the same")
            return Header(tuple(found), samples)
        else:
            break
    raise InputError(f"{path}: is no VCF, or its header is damaged")


def choose_sample(path: Path, samples: tuple[str, ...], sample: str | None) -> str:
    """The stated sample, else the only one.

    Raises:
        InputError: there is none, the stated one is not there, or there are several and none is stated.
    """
    shown = ", ".join(samples[:_NAMES_SHOWN]) + (
        f" and {len(samples) - _NAMES_SHOWN} more" if samples[_NAMES_SHOWN:] else ""
    )
    if not samples:
        raise InputError(f"{path}: has no sample column, so no genotypes")
    if sample is not None:
        if sample not in samples:
            raise InputError(f"{path}: has no sample {sample!r}; it has {shown}")
        return sample
    if len(samples) > 1:
        raise InputError(f"{path}: has {len(samples)} samples ({shown}); choose one with --sample")
    return samples[0]


def told_assembly(path: Path, header: Header) -> tuple[Assembly, str] | None:
    """The assembly that the header tells and the place where it does; ``None`` where it tells none.

    Raises:
        InputError: the header contradicts itself.
    """
    detected = {assembly: place for place, assembly in _assembly_hints(header)}
    if len(detected) > 1:
        told = "; ".join(f"{place} means {assembly}" for assembly, place in sorted(detected.items()))
        raise InputError(f"{path}: its header contradicts itself about the assembly: {told}")
    return next(iter(detected.items()), None)


def _assembly_hints(header: Header) -> Iterator[tuple[str, Assembly]]:
    """Places of the header that tell the assembly, each with what it tells."""
    for line in header.lines:
        key, _, value = line.partition("=")
        if key in ("reference", "assembly") and (named := assembly_of_name(value)):
            yield f"##{key}", named
        if key != "contig":
            continue
        attributes = {name.strip(): text.strip('"') for name, text in _ATTRIBUTE.findall(value)}
        name, length = attributes.get("ID", ""), attributes.get("length", "")
        if named := assembly_of_name(attributes.get("assembly", "")):
            yield f"##contig {name} assembly=", named
        if located := locate_accession(name):
            if located[0] != "MT":
                yield f"##contig {name}", located[1]
        elif length.isdigit() and (sized := assembly_of_length(chromosome_name(name) or "", int(length))):
            yield f"##contig {name} length=", sized
