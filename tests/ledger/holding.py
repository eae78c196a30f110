"""What every workspace's ledger must keep to, for tests of whole jobs."""

from __future__ import annotations

import json
import re

from pipeline.ledger.chain import Kind
from pipeline.ledger.verifying import verify
from pipeline.workspace import Workspace


def kinds_of_a_sound_ledger(workspace: Workspace) -> list[Kind]:
    """What the entries are about, after a look that the ledger holds and tells nothing personal."""
    with workspace.open_store() as store:
        found, entries = verify(store, workspace), store.ledger.entries()
        people = list(store.people().values())
    assert (found.problems, found.notes) == ((), ())
    personal = {text for p in people for text in (p.person_id, p.given_name, p.family_name, p.full_name) if text}
    assert len(personal) > len(people) > 10, "the search knows whom to look for"
    words = re.compile("|".join(rf"\b{re.escape(text)}\b" for text in personal), re.IGNORECASE)
    assert not [entry.number for entry in entries if words.search(json.dumps(dict(entry.body)))]
    return [entry.kind for entry in entries]
