"""A school's folder: settings, the encrypted database and the reports."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from consent.messages import UserError, say
from pipeline.keys import find_key, make_key
from pipeline.language import translator
from pipeline.ledger.folders import finish_cut_off, is_cut_off
from pipeline.private import close_to_others, private_folder
from pipeline.school import School, load_school, new_school_file
from pipeline.store import Store

_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_IGNORE = "# Personal data: nothing in this folder belongs in version control.\n*\n"


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where a school's things lie. Open one with `Workspace.open`, make one with `Workspace.create`."""

    folder: Path
    school: School

    @classmethod
    def open(cls, folder: Path) -> Workspace:
        """The workspace in a folder; `UserError` where there is none."""
        folder = folder.resolve()
        return cls(folder, load_school(folder / "school.toml"))

    @classmethod
    def create(cls, folder: Path, name: str, language: str, dpia_reference: str = "") -> tuple[Workspace, str | None]:
        """Make a workspace, for its owner alone. The second value is the key where nothing else keeps it: show it once.

        Raises `UserError` where the folder holds something already.
        """
        folder = folder.resolve()
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UserError(say("“{folder}” is not empty. Give a new folder.", folder=str(folder)))
        close_to_others(private_folder(folder))
        (folder / ".gitignore").write_text(_IGNORE, "utf-8")
        (folder / "school.toml").write_text(new_school_file(name, translator(language), dpia_reference), "utf-8")
        workspace = cls.open(folder)
        key, kept = make_key(workspace.school.workspace_id)
        Store.create(workspace.database, key)
        private_folder(folder / "reports")
        return workspace, None if kept else key

    @property
    def database(self) -> Path:
        """The encrypted database."""
        return self.folder / "workspace.db"

    @property
    def reports(self) -> Path:
        """The folder of all run folders."""
        return self.folder / "reports"

    def open_store(self) -> Store:
        """The database, opened with the key from the environment or the keyring.

        Where a program was killed while a run folder got its name, that is done now.
        """
        store = Store(self.database, find_key(self.school.workspace_id))
        finish_cut_off(store, self.reports)
        return store

    def run_folder(self, run_id: str) -> Path:
        """Where the files of a run go; `UserError` for an id that is no plain name or was used before."""
        if not _RUN_ID.fullmatch(run_id):
            raise UserError(
                say("“{run}” cannot name a run: use letters, digits, dots, hyphens and underscores.", run=run_id)
            )
        folder = self.reports / run_id
        if folder.exists() or is_cut_off(self.reports, run_id):
            raise UserError(say("There is a run called “{run}” already. Give another --run-id.", run=run_id))
        return folder
