"""The pictures of an export: each looked at once, and what was seen put with every post that shows it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePath

from consent.facts import PhotoFacts, TextPlace
from consent.messages import UserError
from pipeline.facts import texts_of
from pipeline.photos import FILM, FILMS, PhotoFile, photo_file, read_file
from pipeline.private import private_folder
from pipeline.published.archive import Archive
from pipeline.published.kept import KeptPicture, KeptPost
from pipeline.published.post import Attachment, AttachmentKind, Post
from pipeline.run import AuditedPhoto


def file_in(archive: Archive, inside: str, name: str, films: Path) -> PhotoFile:
    """A picture or film of the export; one that cannot be read is held, and the others go on.

    A film is looked at where it lies as a file, so it is copied to the folder `films`; `forget_film` takes it away.
    """
    ending = PurePath(inside).suffix.lower()
    try:
        if ending in FILMS:
            copy = _copy_of(films, name)
            archive.copy(inside, private_folder(films) / copy.name)
            return read_file(copy, name)
        return photo_file(archive.read(inside), ending, name)
    except UserError as error:
        return PhotoFile(name, ending, "", problem=error.message)


def forget_film(films: Path, name: str) -> None:
    """Take away the copy of a film that was looked at."""
    _copy_of(films, name).unlink(missing_ok=True)


def _copy_of(films: Path, name: str) -> Path:
    """A name that no archive can choose."""
    return films / (hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest() + PurePath(name).suffix.lower())


def alike(archive: Archive, posts: Iterable[Post]) -> dict[str, str]:
    """For every photo and film to look at the first one of equal bytes and equal ending, by name in the archive."""
    names = {
        attachment.name: None
        for post in posts
        if post.is_own and post.is_published
        for attachment in post.attachments
        if attachment.name is not None and attachment.kind is not AttachmentKind.OTHER
    }
    sizes = Counter(map(archive.size, names))
    first: dict[object, str] = {}
    same: dict[str, str] = {}
    for name in names:
        key: object = name
        if sizes[archive.size(name)] > 1:  # only these can be equal, and only these are read twice
            try:
                key = (archive.digest(name), PurePath(name).suffix.lower())
            except UserError:  # told when it is looked at
                key = name
        same[name] = first.setdefault(key, name)
    return same


def kept_posts(posts: Iterable[Post], seen: Mapping[str, AuditedPhoto], basis: str) -> Iterator[KeptPost]:
    """Every post with what was seen of it, under an id that no other post of the export has."""
    times: Counter[str] = Counter()
    for post in posts:
        times[post.post_id] += 1
        again = times[post.post_id]
        post_id = post.post_id if again == 1 else f"{post.post_id}-{again}"
        yield KeptPost.of(post, post_id, tuple(_picture(attachment, seen, basis) for attachment in post.attachments))


def _picture(attachment: Attachment, seen: Mapping[str, AuditedPhoto], basis: str) -> KeptPicture:
    photo = seen.get(attachment.name or "")
    if photo is None:
        name = attachment.name or attachment.uri.rpartition("/")[2]
        return KeptPicture(PhotoFacts(name, problem=attachment.open_question or FILM))
    name = attachment.name or photo.name
    # Of equal bytes one file was looked at; what this one is called is its own.
    inside = (text for text in photo.facts.texts if text.where is not TextPlace.FILE_NAME)
    facts = replace(photo.facts, name=name, texts=(*texts_of(name), *inside))
    return KeptPicture(facts, photo.sha256, photo.by_hand, basis)
