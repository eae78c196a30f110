"""Forgetting a person: what the database has goes at once, and the files that it does not reach are found and told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from consent.messages import UserError, say
from consent.people import Person
from consent.texts import Sought
from pipeline.erasing.traces import Trace, traces
from pipeline.published.kept import KeptPost
from pipeline.published.refusals import refusals_left_by
from pipeline.published.words import tell_of
from pipeline.run_folders import LEFTOVER
from pipeline.store import Erased
from pipeline.workspace import Workspace


@dataclass(frozen=True)
class Forgotten:
    """What came of it. `erased` is None where the person was forgotten before, on the day `on`.

    `posts`: published posts on which the person was named, on a picture or in words; `traces`: files that still mention
    the person; `folders`: where the photos of runs lie, which may show them; `under_way`: how many runs may still write
    a report with them.
    """

    on: date
    erased: Erased | None
    posts: tuple[KeptPost, ...]
    traces: tuple[Trace, ...]
    folders: tuple[Path, ...]
    under_way: int


def must_be_known(space: Workspace, person_id: str) -> None:
    """Raise `UserError` for an id that the register does not have, and that was not forgotten either."""
    with space.open_store() as store:
        if person_id not in store.people() and not store.forgotten([person_id]):
            raise _unknown(person_id)


def forget(space: Workspace, person_id: str, at: datetime, also: Iterable[Path] = ()) -> Forgotten:
    """Forget a person, and look for files that still tell of them, `also` in these folders. Safe to do again.

    Raises `UserError` for an id that the register does not have, and that was not forgotten either.
    """
    protocol = space.school.load_protocol()
    # In one transaction, so that the posts told are those on which the name was.
    with space.open_store() as store, store.transaction():
        person = store.people().get(person_id)
        posts = tuple(post for post in store.published.posts() if person and _is_about(post, person))
        register = store.register(protocol.parameters.validity)
        store.published.add_refusals(refusals_left_by([person_id], posts, register, protocol, at.date()))
        erased = store.forget(person_id, at)
        on = store.forgotten([person_id]).get(person_id)
        folders = store.photo_folders()
    if on is None:
        raise _unknown(person_id)
    under_way = sum(1 for _ in space.reports.glob(f".*{LEFTOVER}"))
    told = traces(space, person_id, person.full_name if person else "", also)
    return Forgotten(on, erased, posts if erased else (), told, folders, under_way)


def _is_about(post: KeptPost, person: Person) -> bool:
    faces = (face for picture in post.pictures for face in picture.facts.faces)
    return any(face.person_id == person.person_id for face in faces) or tell_of(post, Sought([person]))


def _unknown(person_id: str) -> UserError:
    return UserError(
        say(
            "The register has no person with the id “{person}”, and nobody of that id was forgotten. Look in the "
            "school's own list for the id, as it stands in people.csv.",
            person=person_id,
        )
    )
