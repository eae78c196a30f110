"""From a download to its posts: what kind of export this is, and the reader for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from consent.messages import UserError, say
from pipeline.published import facebook, folder, instagram, x, youtube
from pipeline.published.archive import Archive, kind_of, open_archive
from pipeline.published.post import AttachmentKind, Export


@dataclass(frozen=True, slots=True)
class Reader:
    """One kind of export. `platform`: the protocol's id; `holds`: the file that it is known by, for error lines."""

    platform: str
    name: str
    holds: str
    knows: Callable[[Archive], bool]
    read: Callable[[Archive], Export]


READERS = (
    Reader(facebook.PLATFORM, "Facebook", "profile_posts_1.json", facebook.knows, facebook.read),
    Reader(instagram.PLATFORM, "Instagram", "posts_1.json", instagram.knows, instagram.read),
    Reader(x.PLATFORM, "X", "tweets.js", x.knows, x.read),
    Reader(youtube.PLATFORM, "YouTube", "videos.csv", youtube.knows, youtube.read),
)


def read_export(path: Path, platform: str) -> Export:
    """Read an export of a platform (the protocol's id) from a folder, a zip file or a folder of zip files.

    A platform without a reader, and one whose table was made by hand, is read as a folder of photos.
    Raises `UserError` where nothing can be read: another platform's export, web pages, nothing known.
    Everything else that is wrong is a fault in the result, and the rest is read.
    """
    with open_archive(path) as archive:
        own = next((reader for reader in READERS if reader.platform == platform), None)
        if own is not None and own.knows(archive):
            return own.read(archive)
        for reader in READERS:
            if reader.knows(archive):
                raise UserError(
                    say(
                        "“{path}” is an export of {found}, not of {asked}. Give the platform or the export that "
                        "belongs to the other.",
                        path=path.name,
                        found=reader.name,
                        asked=own.name if own else platform,
                    )
                )
        if own is None:
            return _read_folder(archive, platform)
        if folder.knows(archive):
            return folder.read(archive, platform)
        if any(name.lower().endswith((".html", ".htm")) for name in archive.names):
            raise UserError(
                say(
                    "“{path}” is a download as web pages (HTML), which cannot be read. Ask {platform} for it again "
                    "and choose the format JSON.",
                    path=path.name,
                    platform=own.name,
                )
            )
        raise UserError(
            say(
                "“{path}” holds nothing that is known of {platform}: there is no {file} in it. Give the whole "
                "download, or a folder of photos with a table that has a column “file”.",
                path=path.name,
                platform=own.name,
                file=own.holds,
            )
        )


def _read_folder(archive: Archive, platform: str) -> Export:
    if all(kind_of(name) is AttachmentKind.OTHER for name in archive.names) and not folder.knows(archive):
        raise UserError(say("There are no photos in “{folder}”.", folder=archive.path.name))
    return folder.read(archive, platform)
