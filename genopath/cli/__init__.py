"""The command line: verbs that each call one public function. Data go to stdout, messages to stderr.

Exit codes are those of :mod:`ontology.errors`; a command's module is imported when the command runs.
"""

from __future__ import annotations

import logging
import signal
import sys
from importlib import import_module
from typing import Final

import click

from ontology.errors import GenopathError, UsageError

COMMANDS: Final = {
    "build": "genopath.cli.build",
    "data": "genopath.cli.data",
    "diagnose": "genopath.cli.answers",
    "diff": "genopath.cli.diff",
    "explain": "genopath.cli.graph",
    "info": "genopath.cli.info",
    "lookup": "genopath.cli.graph",
    "pgx": "genopath.cli.answers",
    "query": "genopath.cli.graph",
    "report": "genopath.cli.answers",
    "therapies": "genopath.cli.answers",
}
"""Each verb and the module that holds it under its own name."""

_INTERRUPTED: Final = 130
"""128 + SIGINT, as a shell reports it."""


class _Verbs(click.Group):
    """Imports the module of a verb on demand, so that no command pays for another's libraries."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(COMMANDS[cmd_name]), cmd_name)
        return command


@click.command(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="genopath", prog_name="genopath")
@click.option("-q", "--quiet", is_flag=True, help="Only errors on stderr.")
@click.option("-v", "--verbose", count=True, help="More on stderr; twice for everything.")
def cli(quiet: bool, verbose: int) -> None:
    """Knowledge-graph reasoning for personalised medicine: one patient in, evidenced answers out.

    For research; not a medical device.
    """
    level = logging.ERROR if quiet else {0: logging.WARNING, 1: logging.INFO}.get(verbose, logging.DEBUG)
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)


def main() -> None:
    """Run the command line; every expected error is one line on stderr and its documented exit code."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what is half-written goes away as with Ctrl-C
    try:
        _check_text(sys.argv[1:])
        outcome = cli.main(standalone_mode=False)
        code = outcome if isinstance(outcome, int) else 0
    except GenopathError as error:
        click.echo(f"genopath: {error}", err=True)
        code = error.exit_code
    except click.exceptions.Exit as request:
        code = request.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("genopath: interrupted", err=True)
        code = _INTERRUPTED
    except SystemExit:  # click's answer to a closed pipe: who read our output has seen enough
        code = 0
    sys.exit(code)


def _check_text(arguments: list[str]) -> None:
    """Refuse bytes that are no text: no name of a release has them, and no document could show them.

    Raises:
        UsageError: an argument is not UTF-8.
    """
    try:
        "".join(arguments).encode()
    except UnicodeEncodeError:
        raise UsageError("an argument is no text (not UTF-8)") from None
