"""What a VCF header tells: its samples and its assembly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ontology.errors import InputError
from queries.intake.assembly import assembly_of_length, assembly_of_name, chromosome_name, locate_accession

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from queries.case import Assembly

_NAMES_SHOWN: Final = 10


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


def choose_assembly(path: Path, header: Any, stated: Assembly | None) -> Assembly:
    """The assembly that the header tells, or the stated one where it tells none.

    Raises:
        InputError: neither is known, the two differ, or the header contradicts itself.
    """
    detected = {assembly: place for place, assembly in _assembly_hints(header)}
    if len(detected) > 1:
        told = "; ".join(f"{place} means {assembly}" for assembly, place in sorted(detected.items()))
        raise InputError(f"{path}: its header contradicts itself about the assembly: {told}")
    found = next(iter(detected), None)
    if stated is not None and found is not None and stated is not found:
        raise InputError(f"{path}: is on {found} ({detected[found]}), but {stated} was stated")
    build = stated or found
    if build is None:
        raise InputError(f"{path}: its header does not tell the assembly; give --assembly GRCh37 or GRCh38")
    return build


def _assembly_hints(header: Any) -> Iterator[tuple[str, Assembly]]:
    """Places of the header that tell the assembly, each with what it tells."""
    for record in header.records:
        if record.key in ("reference", "assembly") and (named := assembly_of_name(record.value or "")):
            yield f"##{record.key}", named
        if record.key != "contig":
            continue
        attributes = dict(record.items())
        name, length = attributes.get("ID", ""), attributes.get("length", "")
        if named := assembly_of_name(attributes.get("assembly", "")):
            yield f"##contig {name} assembly=", named
        if located := locate_accession(name):
            if located[0] != "MT":
                yield f"##contig {name}", located[1]
        elif length.isdigit() and (sized := assembly_of_length(chromosome_name(name) or "", int(length))):
            yield f"##contig {name} length=", sized
