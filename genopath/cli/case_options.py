"""The case options of the command line, one place for every command that takes a patient."""

from __future__ import annotations

from dataclasses import fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ontology.errors import InputError
from queries.case import Assembly, BiogeographicGroup, Sex
from queries.intake.ancestry import parse_ancestry
from queries.intake.given import parse_age, parse_height, parse_weight
from queries.intake.options import CaseOptions

if TYPE_CHECKING:
    from collections.abc import Callable

_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


def _checked(parse: Callable[[str], object]) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    """A callback that passes a text on as it is once ``parse`` accepts it."""

    def check(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
        try:
            if value is not None:
                parse(value)
        except ValueError as error:
            raise click.BadParameter(str(error)) from None
        return value

    return check


def _assembly(_context: click.Context, _parameter: click.Parameter, value: str | None) -> Assembly | None:
    """An unknown assembly is unreadable input (exit code 3), as in a case file, not a wrong option."""
    try:
        return Assembly(value) if value is not None else None
    except ValueError:
        raise InputError(f"--assembly: {value!r} is unknown; write one of {', '.join(Assembly)}") from None


_PARAMETERS: Final[tuple[Callable[[Callable[..., Any]], Callable[..., Any]], ...]] = (
    click.argument("files", metavar="[CASE]...", nargs=-1, type=_FILE),
    click.option(
        "--vcf",
        multiple=True,
        type=_FILE,
        help="VCF of the patient (plain, bgzip, gzip or BCF). Repeatable for files that cover different regions.",
    ),
    click.option("--sample", metavar="ID", help="Sample of the VCF; needed where it has several."),
    click.option("--all-samples", is_flag=True, help="Answer each sample of the VCF as a case of its own."),
    click.option(
        "--assembly",
        metavar="|".join(Assembly),
        callback=_assembly,
        help="Genome build of the VCF, where its header does not tell it.",
    ),
    click.option(
        "--genotypes",
        type=_FILE,
        help="Genotype table: 23andMe or AncestryDNA raw data, or a TSV or CSV with rsid and genotype.",
    ),
    click.option("--calls", type=_FILE, help="PharmCAT outside-call file: gene, diplotype, phenotype, activity score."),
    click.option(
        "--diplotype", multiple=True, metavar="GENE=A/B", help="Diplotype, as in CYP2C19='*1/*2'. Repeatable."
    ),
    click.option(
        "--variant",
        multiple=True,
        metavar="VARIANT[:ZYGOSITY]",
        help="Variant as HGVS, SPDI or rsID, with :heterozygous, :homozygous or :hemizygous where known. Repeatable.",
    ),
    click.option("--phenotype", multiple=True, metavar="TERM", help="Phenotypic feature: HPO id or name. Repeatable."),
    click.option("--exclude", multiple=True, metavar="TERM", help="Feature looked for and absent. Repeatable."),
    click.option("--medication", multiple=True, metavar="DRUG", help="Drug taken: name, brand or CURIE. Repeatable."),
    click.option(
        "--complaint",
        multiple=True,
        metavar="TERM",
        help="Complaint that a drug may cause: HPO id or name. Repeatable.",
    ),
    click.option("--indication", metavar="TEXT", help="What the treatment is for."),
    click.option(
        "--sex", type=click.Choice([sex.value for sex in Sex], case_sensitive=False), help="Sex of the patient."
    ),
    click.option(
        "--age",
        metavar="YEARS|DURATION",
        callback=_checked(parse_age),
        help="Age: years, or an ISO 8601 duration (P5Y8M).",
    ),
    click.option("--height", metavar="CM", callback=_checked(parse_height), help="Body height in cm."),
    click.option("--weight", metavar="KG", callback=_checked(parse_weight), help="Body weight in kg."),
    click.option(
        "--ancestry",
        metavar="GROUP",
        callback=_checked(parse_ancestry),
        help=f"Biogeographic group: {', '.join(BiogeographicGroup)}.",
    ),
    click.option("--consent", is_flag=True, help="The patient agrees to be entered in a registry."),
    click.option(
        "--assume-missing-is-reference",
        is_flag=True,
        help="DANGEROUS: take sites that are missing from the VCF for the assembly's own base.",
    ),
    click.option("--top", type=click.IntRange(min=1), metavar="N", help="Show at most N candidates."),
    click.option("--strict", is_flag=True, help="Exit with 5 where something could not be resolved or called."),
)


def case_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the argument ``CASE...`` and the case options to a command.

    The command is called with ``files: tuple[Path, ...]``, ``options: CaseOptions``, ``top: int | None`` and
    ``strict: bool`` as keywords in place of the single options.
    """

    @wraps(command)
    def with_options(*args: Any, **given: Any) -> Any:
        options = CaseOptions(**{field.name: given.pop(field.name) for field in fields(CaseOptions)})
        return command(*args, options=options, **given)

    for add in reversed(_PARAMETERS):
        with_options = add(with_options)
    return with_options
