"""`photo-consent approve` and `photo-consent signers`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pipeline.language import help_text as _
from pipeline.options import workspace_option

SAID_NO = 1
"""Exit status where somebody says no, or nothing of the run may be published."""


@click.command(help=_("Sign for the photos of RUN that may be published; with every signature there, approve them."))
@click.argument("run")
@click.option("--as", "signer_id", metavar="ID", help=_("Who signs, by the id in school.toml."))
@click.option("--only", multiple=True, metavar="NAME", help=_("Only this photo; may be given several times."))
@workspace_option
def approve(run: str, signer_id: str | None, only: tuple[str, ...], workspace: Path) -> None:
    """Sign in the terminal; exit status 1 where somebody says no, or there is nothing to publish."""
    from pipeline.signing.terminal import approve_run
    from pipeline.workspace import Workspace

    if not approve_run(Workspace.open(workspace), run, signer_id, only):
        sys.exit(SAID_NO)


@click.group(help=_("Who may sign before something is published."))
def signers() -> None:
    """Who may sign, and their codes."""


@signers.command(name="list", help=_("Who may sign, in which roles, and whether they have a code."))
@workspace_option
def list_signers(workspace: Path) -> None:
    """Show the signers of school.toml."""
    from pipeline.signing.terminal import show_signers
    from pipeline.workspace import Workspace

    show_signers(Workspace.open(workspace))


@signers.command(help=_("Set the personal code of a signer. It is asked for twice and not shown."))
@click.argument("signer_id", metavar="ID")
@click.option(
    "--by",
    metavar="ID",
    help=_("Whose code allows it: a privacy officer, or for a first code anybody with one."),
)
@workspace_option
def code(signer_id: str, by: str | None, workspace: Path) -> None:
    """Set or change a code."""
    from pipeline.signing.terminal import ask_code
    from pipeline.workspace import Workspace

    ask_code(Workspace.open(workspace), signer_id, by)
