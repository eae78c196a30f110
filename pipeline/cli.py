"""The command line: which commands there are. What each asks and shows is in `commands.py` of its room.

Modules that load models or system libraries are imported inside the commands that need them, so that
`doctor` can say what is missing.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from consent.messages import Message, UserError, say
from pipeline import __version__, misuse
from pipeline.commands import audit, demo, init
from pipeline.desk.commands import desk
from pipeline.doctor import doctor
from pipeline.dpia.commands import export
from pipeline.erasing.commands import forget_person, purge_workspace
from pipeline.helping import helped
from pipeline.language import DEFAULT, translator
from pipeline.language import help_text as _
from pipeline.ledger.commands import ledger
from pipeline.matching.commands import gallery
from pipeline.models.commands import models
from pipeline.overseeing.commands import review
from pipeline.published.commands import published, recheck, taken_down
from pipeline.register.commands import register
from pipeline.remedies.commands import cover
from pipeline.signing.commands import approve, signers
from pipeline.terminal import INTERRUPTED, WRONG

errors = Console(stderr=True, highlight=False)

COMMANDS = (
    init,
    doctor,
    models,
    demo,
    register,
    gallery,
    audit,
    cover,
    desk,
    approve,
    signers,
    recheck,
    taken_down,
    review,
    export,
    ledger,
    forget_person,
    purge_workspace,
)


def main() -> None:
    """Run the command line; every error becomes a sentence, and an exit status other than 0."""
    try:
        translator()
        cli.main(standalone_mode=False)
    except UserError as error:
        _complain(error.message)
        sys.exit(WRONG)
    except click.ClickException as error:
        sentence = misuse.told(error)
        if sentence is None:
            error.show()
        else:
            _complain(sentence)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _complain(say("Interrupted. Nothing is half done; give the same command again to go on."))
        sys.exit(INTERRUPTED)
    except ImportError as error:
        _complain(say("A library cannot be loaded ({library}). Run: photo-consent doctor", library=str(error)))
        sys.exit(WRONG)
    except Exception as error:  # noqa: BLE001 - a traceback may hold rows of the register; its kind and place do not
        kind, place = type(error).__name__, _place(error)
        _complain(say("Something unexpected went wrong: {kind}, {place}.", kind=kind, place=place))
        sys.exit(WRONG)


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"


def _complain(message: Message) -> None:
    try:
        tr = translator()
    except UserError:  # the very setting that is complained about
        tr = translator(DEFAULT)
    errors.print(Text(tr.render(message), style="bold red"))


@click.group(
    help=_("May these photos of our pupils be published here? An audit that runs on this computer alone."),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__)
def cli() -> None:  # noqa: D103 - its help is the text above
    pass


audit.add_command(published)
for command in COMMANDS:
    cli.add_command(command)
helped(cli)
