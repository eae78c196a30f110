"""`photo-consent desk`: serve the page until somebody stops it."""

from __future__ import annotations

from pathlib import Path

import click

from consent.messages import say
from pipeline.language import help_text as _
from pipeline.options import workspace_option
from pipeline.terminal import tell


@click.command(help=_("Open the desk in the browser: look at photos, say who is on them, see what the rules say then."))
@workspace_option
@click.option("--port", type=click.IntRange(1024, 65535), default=8866, help=_("The port of this computer to use."))
@click.option("--no-browser", is_flag=True, help=_("Only tell the address; open no browser."))
@click.option("--language", type=click.Choice(["nl", "en"]), help=_("The language of the page; else the school's own."))
def desk(workspace: Path, port: int, no_browser: bool, language: str | None) -> None:
    """Serve the desk until Ctrl-C."""
    import webbrowser

    from pipeline.schemas import load_jsonschema

    load_jsonschema()  # before Voila is imported
    from pipeline.desk.server import serve
    from pipeline.workspace import Workspace

    opened = Workspace.open(workspace)
    with opened.open_store():
        pass  # a wrong key is told here, and not on the page

    def ready(page: Path) -> None:
        # Everybody on this computer can read what a program is started with, and logs keep what a terminal shows.
        tell(say("The desk is open, for you alone: {address}", address=page.as_uri()))
        tell(say("Keep this window open, and stop with Ctrl-C."))
        if not no_browser:
            webbrowser.open(page.as_uri())

    serve(opened.folder, port, ready, language)
    tell(say("The desk is closed. What was decided is kept."))
