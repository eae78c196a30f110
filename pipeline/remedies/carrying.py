"""New pictures are carried into the next report of the same photos: the very files, for the very photos.

Each is judged anew there, by what its report says of the photo. That somebody confirmed it is about its bytes, and
stands.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from pipeline.ledger.chain import Kind
from pipeline.photos import file_digest
from pipeline.private import private_folder
from pipeline.remedies.apply import place_of, write_table
from pipeline.remedies.memory import Made, ledger_body
from pipeline.signing.runs import CandidateRun, read_run
from pipeline.store import Store
from pipeline.workspace import Workspace


def carry_over(space: Workspace, before: str, run: str, at: datetime) -> int:
    """Take the new pictures of a run into another one for the same platform; says how many.

    Only those whose photo is in both, byte for byte, and whose file is as it was made.
    """
    with space.open_store() as store:
        old, new = read_run(space, store, before), read_run(space, store, run)
        made = list(_fitting(store, old, new))
        for one in made:
            place = place_of(new.folder, one.photo, one.ending)
            private_folder(place.parent)
            shutil.copyfile(place_of(old.folder, one.photo, one.ending), place)
            with store.transaction():  # the file is there before anything speaks of it
                store.remedies.add(one)
                store.ledger.append(Kind.REMEDY, ledger_body(one), at)
        if made:
            write_table(new.folder, store.remedies.of_run(run))
    return len(made)


def _fitting(store: Store, old: CandidateRun, new: CandidateRun) -> Iterator[Made]:
    there = {photo.name: photo.sha256 for photo in new.photos} if old.platform_id == new.platform_id else {}
    for made in store.remedies.of_run(old.run_id):
        file = place_of(old.folder, made.photo, made.ending)
        whole = file.is_file() and not file.is_symlink() and file_digest(file) == made.sha256
        if whole and there.get(made.photo) == made.source_sha256:
            yield replace(made, run_id=new.run_id)
