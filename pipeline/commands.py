"""The commands that a school begins with: `photo-consent init`, `audit candidates` and `demo`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from consent.messages import say
from pipeline.copyable import typed
from pipeline.doctor import doctor
from pipeline.language import help_text as _
from pipeline.language import translator
from pipeline.matching.commands import show_enrolled
from pipeline.models.commands import fetch_models
from pipeline.options import folder_argument, on_option, workspace_option
from pipeline.terminal import FAILED, console, show_report, show_rows, tell, with_bar


@click.command(help=_("Make a workspace for a school: settings and an encrypted, empty register."))
@folder_argument
@click.option("--name", default="", help=_("The name of the school, for reports."))
@click.option("--language", type=click.Choice(["nl", "en"]), default="nl", help=_("The language of reports."))
def init(folder: Path, name: str, language: str) -> None:
    """Make a workspace."""
    from pipeline.workspace import Workspace

    workspace, key = Workspace.create(folder, name or folder.resolve().name, language)
    tell(say("The workspace is ready: {folder}", folder=str(workspace.folder)))
    if key is None:
        tell(say("The key of the register is kept in this computer's keyring, or is the one in PHOTO_CONSENT_KEY."))
    else:
        tell(
            say(
                "This computer has no keyring. Write this key down and keep it safe; it is shown only now, "
                "and without it nobody can read the register:"
            )
        )
        console.print(Text(key, style="bold"))
        tell(say("Give it to the program before the next command, once for each terminal window:"))
        tell(say("Linux, macOS: {command}", command=f"export PHOTO_CONSENT_KEY='{key}'"))
        tell(say("Windows PowerShell: {command}", command=f"$env:PHOTO_CONSENT_KEY = '{key}'"))
    command = typed(workspace.folder, "register", "import", "people.csv", "consents.csv")
    tell(say("Next: {command}", command=command))


@click.group(help=_("Audits: may these photos be published?"))
def audit() -> None:  # noqa: D103
    pass


@audit.command(help=_("Audit a folder of photos before they are published."))
@folder_argument
@click.option("--platform", required=True, help=_("Where they would be published, as the protocol calls it: facebook."))
@on_option
@click.option("--message", type=click.Path(path_type=Path), help=_("A file with the text of the post."))
@click.option("--names", type=click.Path(path_type=Path), help=_("The filled-in names.csv of an earlier run."))
@click.option("--language", type=click.Choice(["nl", "en"]), help=_("The report's language; else the school's own."))
@click.option("--run-id", help=_("The name of the run and of its folder."))
@click.option("--scheduler", metavar="ADDRESS", help=_("The Dask cluster that looks at the photos: tls://HOST:PORT."))
@click.option("--names-in-report", is_flag=True, help=_("Show names too, for a report that stays in school."))
@click.option(
    "--fail-on",
    type=click.Choice(["hold", "block"]),
    help=_("Exit status 1 where a photo is held or worse, or not to be published."),
)
@workspace_option
def candidates(folder: Path, on: date | None, fail_on: str | None, workspace: Path, **options: Any) -> None:
    """Audit a folder, by the notebook, and show where the report lies."""
    from pipeline.jobs import audit_candidates

    outcome = with_bar(_("Looking"), lambda step: audit_candidates(workspace, folder, on, step, **options))
    _show_outcome(outcome)
    if fail_on is not None and outcome.fails(fail_on):
        sys.exit(FAILED)


@click.command(help=_("Audit the photos of a made-up school, to see what a report looks like."))
@click.option(
    "--workspace", type=click.Path(path_type=Path), default=Path("demo-workspace"), help=_("Where to build it.")
)
@click.pass_context
def demo(context: click.Context, workspace: Path) -> None:
    """Build the demo workspace and audit the demo event for Facebook."""
    context.invoke(doctor)
    context.invoke(fetch_models)
    from pipeline.demo import DAY, PHOTOS, PLATFORM, REFERENCES, RUN_ID, build_demo, make_film
    from pipeline.jobs import audit_candidates, enrol_gallery

    space = build_demo(workspace)
    show_enrolled(*with_bar(_("Enrolling"), lambda step: enrol_gallery(workspace, REFERENCES, DAY, step)))
    outcome = with_bar(
        _("Looking"), lambda step: audit_candidates(workspace, PHOTOS, DAY, step, platform=PLATFORM, run_id=RUN_ID)
    )
    _show_outcome(outcome)
    tell(
        say(
            "The demo's register is locked with the key “demo”. To go on with it, set PHOTO_CONSENT_KEY=demo "
            "and give --workspace {folder}",
            folder=str(workspace),
        )
    )
    films = str(make_film(workspace))
    command = typed(space.folder, "audit", "candidates", films, "--platform", PLATFORM, "--on", DAY.isoformat())
    tell(say("A short film to try is in {folder}. Audit it with: {command}", folder=films, command=command))


def _show_outcome(outcome: Any) -> None:
    from consent.texts.told import told_of_message

    looked_at = _("Photos and films") if outcome.has_films else _("Photos")
    show_rows((_("Verdict"), _("Number"), looked_at), outcome.rows(translator()))
    for found in outcome.in_message:
        tell(told_of_message(found))
    show_report(outcome)
    if outcome.other_files:
        tell(
            say(
                "These files are no photos or films and were not looked at: {files}",
                files=", ".join(outcome.other_files),
            )
        )
