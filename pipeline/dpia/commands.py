"""`photo-consent export`: texts for papers of the school."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from consent.messages import say
from pipeline.language import help_text as _
from pipeline.language import translator
from pipeline.options import workspace_option
from pipeline.terminal import tell


@click.group(help=_("Texts for papers of the school, from the settings as they are now."))
def export() -> None:  # noqa: D103
    pass


@export.command(help=_("The annex to the DPIA: what is processed, why, where, how long, and with which error."))
@click.option("--format", "kind", type=click.Choice(["md", "html", "both"]), default="both", help=_("Which files."))
@click.option("--out", type=click.Path(path_type=Path), help=_("The folder; else “exports” in the workspace."))
@click.option("--language", type=click.Choice(["nl", "en"]), help=_("The annex's language; else the school's own."))
@workspace_option
def dpia(kind: str, out: Path | None, language: str | None, workspace: Path) -> None:
    """Write the annex."""
    from pipeline.dpia.annex import annex
    from pipeline.dpia.live import live
    from pipeline.dpia.rendering import FORMATS, write_annex
    from pipeline.workspace import Workspace

    space, now = Workspace.open(workspace), datetime.now().astimezone()
    formats = tuple(FORMATS) if kind == "both" else (kind,)
    tr = translator(language or space.school.language)
    folder = out or space.folder / "exports"
    for file in write_annex(annex(live(space, now)), folder, now.date().isoformat(), formats, tr):
        tell(say("Written: {file}", file=str(file.resolve())))
