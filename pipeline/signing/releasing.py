"""From signatures to the folder of what was approved: `approved/<platform>/<run>/`, whole or not there.

It grows under a name that begins with a dot. In one transaction the ledger, the approval and the memory of what is
public are written; after it the folder gets its name. Killed before, there is no approval; killed after, the next
`approve` of the run gives the folder its name, if everything in it is still as it was signed and may still go.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from consent.judging import Decision
from consent.messages import UserError, say
from pipeline.erasing.own_files import TO_PUBLISH, remove_working_pictures
from pipeline.ledger.approved import MESSAGE, RECORD, UNFINISHED, record_digest
from pipeline.ledger.chain import Kind
from pipeline.photos import file_digest
from pipeline.private import private_folder
from pipeline.published.approved import APPROVED, approved_picture, keep_approved
from pipeline.signing.memory import Approval
from pipeline.signing.proposing import Proposal, proposal
from pipeline.store import Store, register_digest
from pipeline.workspace import Workspace


def approved_folder(space: Workspace, platform_id: str, run_id: str) -> Path:
    """Where the approved files of a run go."""
    return space.folder / APPROVED / platform_id / run_id


def release(space: Workspace, store: Store, proposed: Proposal, at: datetime) -> Path:
    """Fill the folder of what was approved, once everybody has signed for this very set; gives the folder.

    Everything is judged and compared again at this moment. Raises `UserError` where a signature is missing, the set is
    another one by now, or a file was changed, and then nothing was approved.
    """
    case = proposed.case
    fresh = proposal(space, store, case.about, at, proposed.photos)
    if fresh.case.seen != case.seen:
        raise UserError(
            say("What would be published has changed in the meantime. Look at it again, and sign for it as it is now.")
        )
    _must_be_signed(fresh)
    folder = approved_folder(space, case.platform_id, case.about)
    unfinished = _unfinished(folder)
    with store.transaction():
        # Nobody else can write now: what was looked at above still holds, or nothing is approved.
        current = register_digest(store.register(case.protocol.parameters.validity))
        now = replace(fresh, case=replace(fresh.case, sign_offs=store.signing.sign_offs(case.about)))
        before = (fresh.register, fresh.decisions)
        if (current, store.decisions.state()) != before or store.signing.approval(case.about) is not None:
            raise UserError(
                say("Somebody else changed the register, decided on a photo or approved this run just now. Try again.")
            )
        _must_be_signed(now)
        if folder.exists():
            raise UserError(say("There is a folder {folder} already. Put it elsewhere first.", folder=str(folder)))
        shutil.rmtree(unfinished, ignore_errors=True)
        private_folder(unfinished)
        digests = _copied(now, unfinished)
        record = _record(now, at)
        entry = store.ledger.append(Kind.RELEASE, {**_body(now), "record": record_digest(record)}, at)
        text = json.dumps({**record, "ledger_head": entry.digest}, ensure_ascii=False, indent=2) + "\n"
        (unfinished / RECORD).write_text(text, "utf-8")
        digests[RECORD] = file_digest(unfinished / RECORD)
        store.signing.add_approval(Approval(case.about, case.platform_id, at, case.seen, digests))
        pictures = [approved_picture(file.judged, file.sha256, now.basis) for file in now.files]
        message = now.run.message or ""
        keep_approved(store.published, pictures, platform=case.platform_id, run_id=case.about, at=at, text=message)
    unfinished.rename(folder)
    tidy(now.run.folder, digests)
    return folder


def finished(space: Workspace, store: Store, run: str, at: datetime) -> Path | None:
    """The folder of a run that was approved before, its files as they were signed; None where it was not approved.

    Goes on where a release was cut off. Raises `UserError` where a file was changed since, or where what was cut off
    may not go any more.
    """
    approval = store.signing.approval(run)
    if approval is None:
        return None
    folder = approved_folder(space, approval.platform, run)
    unfinished = _unfinished(folder)
    if not folder.exists() and unfinished.is_dir():
        again = proposal(space, store, run, at)
        if again.case.seen != approval.digest or any(map(_changed, _files(approval, unfinished))):
            shutil.rmtree(unfinished)
            raise UserError(
                say(
                    "The release of {run} was cut off, and by now not everything in it may be published. Nothing was "
                    "placed in {folder}. Audit the photos again.",
                    run=run,
                    folder=APPROVED,
                )
            )
        unfinished.rename(folder)
    if not folder.exists():
        raise UserError(
            say(
                "{run} was approved, and {folder} is no longer there: its time was over, or somebody removed it. To "
                "publish these photos again, audit them again and sign for them.",
                run=run,
                folder=f"{APPROVED}/{approval.platform}/{run}",
            )
        )
    tidy(space.reports / run, approval.files)
    changed = [path.name for path, digest in _files(approval, folder) if _changed((path, digest))]
    if changed:
        raise UserError(
            say(
                "Changed or removed after it was signed for: {files}, in {folder}. Do not publish it. Audit the photos "
                "again, and sign for them.",
                files=", ".join(changed),
                folder=str(folder),
            )
        )
    return folder


def tidy(run_folder: Path, names: Iterable[str]) -> None:
    """Remove what was for the work on a run alone: pictures with faces as they are, and the copies to sign for."""
    folder = run_folder / TO_PUBLISH
    for name in names:
        (folder / name).unlink(missing_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
    remove_working_pictures(run_folder)


def _must_be_signed(proposed: Proposal) -> None:
    if proposed.verdict.decision is not Decision.PUBLISH:
        reasons = list(dict.fromkeys(finding.reason for finding in proposed.verdict.reasons))
        told = reasons[0]
        for reason in reasons[1:]:
            told = say("{one} {other}", one=told, other=reason)
        raise UserError(say("Not approved yet. {reasons}", reasons=told))


def _unfinished(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}{UNFINISHED}")


def _copied(proposed: Proposal, folder: Path) -> dict[str, str]:
    """Copy what is published, and give the SHA-256 of each file as it was written there."""
    for file in proposed.files:
        shutil.copyfile(proposed.folder / file.name, folder / file.name)
        if file_digest(folder / file.name) != file.sha256:
            raise UserError(say("{file} was changed while it was copied. Try again.", file=file.name))
    digests = {file.name: file.sha256 for file in proposed.files}
    if proposed.run.message is not None:
        (folder / MESSAGE).write_bytes(proposed.run.message.encode())
        digests[MESSAGE] = proposed.run.message_sha256
    return digests


def _files(approval: Approval, folder: Path) -> list[tuple[Path, str]]:
    return [(folder / name, digest) for name, digest in approval.files.items()]


def _changed(file: tuple[Path, str]) -> bool:
    path, digest = file
    return not path.is_file() or file_digest(path) != digest


def _body(proposed: Proposal) -> dict[str, str | int | list[str]]:
    case = proposed.case
    return {
        "run": case.about,
        "platform": case.platform_id,
        "set": case.digest,
        "files": [file.sha256 for file in case.files],
        "message": case.message_sha256,
        "signers": list(case.agreed),
    }


def _record(proposed: Proposal, at: datetime) -> dict[str, Any]:
    """What lies beside the files, to prove what was approved: no person and no name of a photo.

    Its entry in the ledger gives its digest, and it gives that of its entry (`ledger_head`).
    """
    case = proposed.case
    return {
        "run_id": case.about,
        "platform": case.platform_id,
        "approved_at": at.isoformat(timespec="seconds"),
        "protocol": {"id": case.protocol.id, "sha256": case.protocol.digest},
        "signed_for": case.digest,
        "message_sha256": case.message_sha256 or None,
        "files": [{"name": file.name, "sha256": file.sha256} for file in case.files],
        "signers": [
            {"id": said.signer, "roles": list(said.roles), "at": said.at.isoformat(timespec="seconds")}
            for said in case.words
            if said.signer in case.agreed
        ],
    }
