"""A school that has audited four photos of the demo with a text, and that has signers with codes."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from consent.register import Answer, ConsentRecord, Medium
from pipeline.candidates import CandidateAudit
from pipeline.demo import DAY, PHOTOS
from pipeline.keys import VARIABLE
from pipeline.signing import codes
from pipeline.signing.proposing import Proposal, proposal
from pipeline.signing.signers import set_code, signer_called
from pipeline.signing.signing import sign
from pipeline.store import Store
from pipeline.workspace import Workspace
from tests.keys import KEY

RUN = "sportdag"
AT = datetime(DAY.year, DAY.month, DAY.day, 12, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
MESSAGE = "Wat een sportdag! 🏃"
THREE, TWO, HELD, BACKS = "IMG_2001.jpg", "IMG_2002.jpg", "IMG_2003.jpg", "IMG_2008.jpg"
"""Three pupils with a yes; two others; one who is alone, which is not published; six from behind."""

SIGNERS = """
[[signers]]
id = "headteacher"
roles = ["director"]

[[signers]]
id = "deputy"
roles = ["mt_member"]

[[signers]]
id = "both"
roles = ["director", "mt_member"]

[[signers]]
id = "officer"
roles = ["privacy_officer"]

[[signers]]
id = "teacher"
roles = ["teacher"]
"""
CODES = {who: f"the code of {who}" for who in ("headteacher", "deputy", "both", "officer", "teacher")}


def give_signers(workspace: Path, at: datetime) -> None:
    """Name the signers in the settings of a workspace, and set their codes."""
    with (workspace / "school.toml").open("a", encoding="utf-8") as file:
        file.write(SIGNERS)
    space = Workspace.open(workspace)
    with Store(space.database, KEY) as store, pytest.MonkeyPatch.context() as quick:
        quick.setattr(codes, "LOG2_N", 10)  # what it takes to guess one is tried elsewhere
        signers, first = space.school.signers, signer_called("headteacher", space.school.signers)
        for who, code in CODES.items():
            own = {} if who == first.id else {"by": first, "own": CODES[first.id]}
            set_code(store, signer_called(who, signers), code, at, signers=signers, **own)


@pytest.fixture(scope="session")
def audited_school(demo_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The workspace, made once. Copy it to change it: `school` is a copy."""
    folder = tmp_path_factory.mktemp("signing")
    workspace = Path(shutil.copytree(demo_workspace, folder / "workspace"))
    shutil.rmtree(workspace / "reports")
    (workspace / "reports").mkdir()
    give_signers(workspace, AT)
    photos = folder / "photos"
    photos.mkdir()
    for name in (THREE, TWO, HELD, BACKS):
        shutil.copy(PHOTOS / name, photos)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, KEY)
        audit = CandidateAudit.from_parameters(
            workspace=str(workspace),
            photos=str(photos),
            platform="facebook",
            on=DAY.isoformat(),
            run_id=RUN,
            message=MESSAGE,
        )
        audit.write(audit.look_and_judge(audit.find()))
        numbered = workspace / "reports" / RUN / "numbered"
        numbered.mkdir(exist_ok=True)
        (numbered / f"{THREE}.jpg").write_bytes(b"as if somebody had to name a face")
        yield workspace


@dataclass
class SchoolOffice:
    """A copy of the workspace with its database open, and the clock on the wall."""

    space: Workspace
    store: Store
    at: datetime = AT

    def proposal(self, *only: str) -> Proposal:
        return proposal(self.space, self.store, RUN, self.at, only)

    def sign(self, who: str, proposed: Proposal | None = None, *, no: tuple[str, ...] = (), code: str = "") -> Proposal:
        """Sign with yes to all but `no`, a minute later than what went before; the proposal after it."""
        proposed = proposed or self.proposal()
        self.at += timedelta(minutes=1)
        answers = dict.fromkeys(proposed.case.questions, True) | dict.fromkeys(no, False)
        sign(self.store, proposed, who, code or CODES[who], answers, at=self.at)
        return self.proposal()

    def withdraw(self, *person_ids: str) -> None:
        """A letter comes in: no longer on Facebook."""
        day = self.at.date()
        lines = [
            ConsentRecord(who, "facebook", Medium.BOTH, Answer.WITHDRAWN, "both parents", day, None, day, "1", "letter")
            for who in person_ids
        ]
        self.store.add([], lines, self.at)

    def reword(self, text: str) -> None:
        """Let the run have been audited with this text."""
        record = json.loads((self.run_folder / "run.json").read_text("utf-8"))
        record["message_sha256"] = hashlib.sha256(text.encode()).hexdigest()
        (self.run_folder / "run.json").write_text(json.dumps(record), "utf-8")
        source = self.store.source(RUN)
        assert source is not None
        self.store.keep_source(RUN, replace(source, message=text))

    def move_photos(self, folder: Path) -> Path:
        """Give this copy photos of its own, which a test may change."""
        source = self.store.source(RUN)
        assert source is not None
        shutil.copytree(source.photos, folder)
        self.store.keep_source(RUN, replace(source, photos=folder))
        return folder

    @property
    def run_folder(self) -> Path:
        return self.space.reports / RUN

    @property
    def approved(self) -> Path:
        return self.space.folder / "approved" / "facebook" / RUN


@pytest.fixture
def office(audited_school: Path, tmp_path: Path) -> Iterator[SchoolOffice]:
    """The school's office, in which anything may be changed."""
    space = Workspace.open(Path(shutil.copytree(audited_school, tmp_path / "workspace")))
    with space.open_store() as store:
        yield SchoolOffice(space, store)
