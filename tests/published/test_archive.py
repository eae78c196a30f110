"""An export is read in place, and nothing in it leads anywhere else."""

from __future__ import annotations

import contextlib
import os
import random
import stat
import tempfile
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.messages import Message, UserError
from pipeline.published.archive import open_archive
from pipeline.published.listing import MOST_RATIO, safe_parts
from pipeline.published.reading import read_export
from tests.published.making import golden_export, picture, zipped


def make_zip(path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes], packed: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", packed) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of two entries of one name
        for name, content in entries:
            file.writestr(name, content)
    return path


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("posts/media/1.jpg", ("posts", "media", "1.jpg")),
        ("./posts//1.jpg", ("posts", "1.jpg")),
        ("posts\\media\\1.jpg", ("posts", "media", "1.jpg")),
        ("this_profile's/Groep 5: één…/1.jpg", ("this_profile's", "Groep 5: één…", "1.jpg")),
        ("/etc/passwd", ()),
        ("\\\\server\\share\\1.jpg", ()),
        ("C:/1.jpg", ()),
        ("c:1.jpg", ()),
        ("posts/../../1.jpg", ()),
        ("posts\\..\\..\\1.jpg", ()),
        ("1\n.jpg", ()),
        ("", ()),
        (".", ()),
    ],
)
def test_a_name_stays_inside(name, parts):
    assert safe_parts(name) == parts


@pytest.mark.parametrize(
    ("entries", "kept", "words"),
    [
        ([("../out.jpg", b"x")], [], "leads out"),
        ([("/out.jpg", b"x")], [], "leads out"),
        ([("C:\\out.jpg", b"x")], [], "leads out"),
        ([(link("posts/1.jpg"), b"/etc/passwd")], [], "link"),
        ([("a/1.jpg", b"x"), ("a/1.jpg", b"y")], [], "two files"),
        ([("a/1.jpg", b"x"), ("A/1.JPG", b"y")], [], "two files"),
        ([("a/1.jpg", b"x"), ("a\\1.jpg", b"y")], [], "two files"),
        ([("inner.zip", b"PK")], ["inner.zip"], "not looked into"),
        ([("zeros.json", b"0" * 2_000_000)], [], f"more than {MOST_RATIO} times"),
    ],
)
def test_what_cannot_be_trusted_is_told_and_left_out(entries, kept, words, tmp_path):
    path = make_zip(tmp_path / "export.zip", ("fine.json", random.Random(1).randbytes(100_000)), *entries)
    with open_archive(path) as archive:
        assert sorted(archive.names) == sorted(["fine.json", *kept])
        assert archive.faults
        assert all(words in str(fault.reason) for fault in archive.faults)


def test_a_zip_file_that_is_a_bomb_as_a_whole_is_not_read(tmp_path):
    """As where the entries lie over each other, and each of them looks harmless."""
    path = make_zip(tmp_path / "bomb.zip", *((f"{n}.json", b"0" * 900_000) for n in range(200)))
    with open_archive(path) as archive:
        assert archive.names == ()
        assert [fault.file for fault in archive.faults] == ["bomb.zip"]


def test_an_entry_with_a_password_or_packed_unusually_is_told(tmp_path):
    path = make_zip(tmp_path / "export.zip", ("secret.json", b"[]" * 50), packed=zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    path.write_bytes(content)
    with open_archive(path) as archive:
        assert archive.names == ()
        assert "password" in str(archive.faults[0].reason)
    with open_archive(make_zip(tmp_path / "b.zip", ("a.json", b"[]"), packed=zipfile.ZIP_BZIP2)) as archive:
        assert archive.names == ()
        assert "unusual" in str(archive.faults[0].reason)


@pytest.mark.parametrize("place", [60, -60])
def test_damaged_bytes_are_an_error_that_names_the_file(place, tmp_path):
    path = make_zip(tmp_path / "export.zip", ("photo.jpg", random.Random(2).randbytes(5000)))
    content = bytearray(path.read_bytes())
    content[2500] ^= 0xFF
    path.write_bytes(content)
    with open_archive(path) as archive, pytest.raises(UserError, match=r"photo\.jpg is damaged"):
        archive.read("photo.jpg")


@pytest.fixture(scope="module")
def whole_zip(tmp_path_factory) -> bytes:
    folder = tmp_path_factory.mktemp("export")
    return zipped(golden_export("facebook-profile", folder), folder / "export.zip").read_bytes()


def read_all(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "export.zip")
        path.write_bytes(content)
        with open_archive(path) as archive:
            for name in archive.names:
                with contextlib.suppress(UserError):
                    archive.read(name)
        read_export(path, "facebook")


@settings(deadline=None)
@given(data=st.data())
def test_damage_anywhere_is_nothing_worse_than_an_error_for_the_user(data, whole_zip):
    content = bytearray(whole_zip)
    # Half of the changes in the listing at the end, where the names and sizes are.
    listing = whole_zip.index(b"PK\x01\x02")
    places = st.integers(0, len(content) - 1) | st.integers(listing, len(content) - 1)
    for place, value in data.draw(st.dictionaries(places, st.integers(0, 255), min_size=1, max_size=8)).items():
        content[place] = value
    with contextlib.suppress(UserError):
        read_all(bytes(content[: data.draw(st.none() | st.integers(0, len(content)))]))


def test_a_name_that_is_no_text_is_damage(whole_zip):
    at = whole_zip.index(b"PK\x01\x02")
    content = bytearray(whole_zip)
    content[at + 9] |= 0x08  # the name is in UTF-8, says the listing
    content[at + 46] = 0xFF
    with pytest.raises(UserError, match="not a whole zip file"):
        read_all(bytes(content))


def test_a_name_of_no_letters_is_told_and_left_out(whole_zip):
    at = whole_zip.index(b"PK\x01\x02")
    content = bytearray(whole_zip)
    content[at + 46] = 0  # names end at a zero
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "export.zip")
        path.write_bytes(content)
        with open_archive(path) as archive:
            assert "" not in archive.names
            assert [fault for fault in archive.faults if "leads out" in str(fault.reason)]


def test_an_entry_that_is_larger_than_it_says_is_damaged(tmp_path):
    path = make_zip(tmp_path / "export.zip", ("photo.jpg", b"x" * 5000), packed=zipfile.ZIP_DEFLATED)
    content = path.read_bytes().replace((5000).to_bytes(4, "little"), (50).to_bytes(4, "little"))
    path.write_bytes(content)
    with open_archive(path) as archive, pytest.raises(UserError, match="damaged"):
        archive.read("photo.jpg")


def test_no_more_is_read_than_was_asked_for(tmp_path):
    (tmp_path / "large.json").write_bytes(b" " * 2_000_001)
    with open_archive(tmp_path) as archive, pytest.raises(UserError, match="over 2 MB"):
        archive.read("large.json", 2_000_000)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 cut off"])
def test_what_is_no_zip_file_is_an_error(content, tmp_path):
    (tmp_path / "export.zip").write_bytes(content)
    with pytest.raises(UserError, match=r"export\.zip is not a whole zip file"), open_archive(tmp_path / "export.zip"):
        pass
    with open_archive(tmp_path) as archive:
        assert archive.names == ()
        assert [fault.file for fault in archive.faults] == ["export.zip"]


def test_a_path_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(UserError, match="no file or folder"), open_archive(tmp_path / "nothing"):
        pass


@pytest.mark.skipif(os.name == "nt", reason="making links takes rights on Windows")
def test_links_out_of_a_folder_are_told_and_not_followed(tmp_path):
    outside, inside = tmp_path / "outside", tmp_path / "export"
    outside.mkdir()
    inside.mkdir()
    (outside / "secret.jpg").write_bytes(b"x")
    (inside / "fine.jpg").write_bytes(b"y")
    (inside / "again.jpg").symlink_to(inside / "fine.jpg")
    (inside / "file.jpg").symlink_to(outside / "secret.jpg")
    (inside / "folder").symlink_to(outside, target_is_directory=True)
    (inside / "gone.jpg").symlink_to(inside / "nothing.jpg")
    (inside / "loop.jpg").symlink_to(inside / "loop.jpg")
    os.mkfifo(inside / "pipe.jpg")
    with open_archive(inside) as archive:
        assert sorted(archive.names) == ["again.jpg", "fine.jpg"]
        assert sorted(fault.file for fault in archive.faults) == [
            "file.jpg",
            "folder",
            "gone.jpg",
            "loop.jpg",
            "pipe.jpg",
        ]


def test_what_systems_leave_behind_is_no_part_of_an_export(tmp_path):
    names = ["__MACOSX/._1.jpg", "a/._1.jpg", "a/.DS_Store", "a/Thumbs.db", "a/1.jpg"]
    with open_archive(make_zip(tmp_path / "e.zip", *((name, b"x") for name in names))) as archive:
        assert archive.names == ("a/1.jpg",)
        assert archive.faults == ()


@pytest.mark.parametrize(
    ("uri", "found"),
    [
        ("posts/media/Klas_1/1.jpg", "new/posts/media/Klas_1/1.jpg"),
        ("older_folder/posts/media/Klas_1/1.jpg", "new/posts/media/Klas_1/1.jpg"),
        ("Klas_2/1.jpg", "new/posts/media/Klas_2/1.jpg"),
        ("KLAS_2/1.JPG", "new/posts/media/Klas_2/1.jpg"),
        ("zoë.jpg", "new/zoe\N{COMBINING DIAERESIS}.jpg"),
        ("somewhere/else/top.jpg", "top.jpg is not in the export. If the export has more parts, put them together."),
        ("batch/new/posts/media/Klas_1/1.jpg", "new/posts/media/Klas_1/1.jpg"),
        ("other/posts/media/Klas_1/1.jpg", "new/posts/media/Klas_1/1.jpg"),
        (
            "messages/inbox/Klas_1/1.jpg",
            "1.jpg is not in the export. If the export has more parts, put them together.",
        ),
        ("top.jpg", "top.jpg"),
        ("Klas_3/1.jpg", "1.jpg is not in the export. If the export has more parts, put them together."),
        ("1.jpg", "There are several different files 1.jpg; which one is meant is not clear."),
        ("same.jpg", "a/same.jpg"),
        ("../1.jpg", "The place of a picture in the export is not written as it should be."),
        ("", "The place of a picture in the export is not written as it should be."),
        ("https://example.org/1.jpg", "The picture is not in the export; there is only a web address."),
    ],
)
def test_a_picture_is_found_by_the_longest_tail_or_not_at_all(uri, found, tmp_path):
    files = {
        "new/posts/media/Klas_1/1.jpg": picture(1),
        "new/posts/media/Klas_2/1.jpg": picture(2),
        "new/zoe\N{COMBINING DIAERESIS}.jpg": picture(3),
        "top.jpg": picture(4),
        "a/same.jpg": picture(5),
        "b/same.jpg": picture(5),
    }
    with open_archive(make_zip(tmp_path / "export.zip", *files.items())) as archive:
        result = archive.find(uri)
        assert str(result) == found
        assert isinstance(result, Message) == (found not in files)


def test_a_folder_of_zip_files_is_one_export(tmp_path):
    make_zip(tmp_path / "part1.zip", ("posts/media/Klas_1/1.jpg", picture(1)), ("index.html", b"1"))
    make_zip(tmp_path / "part2.zip", ("posts/media/Klas_2/1.jpg", picture(2)), ("index.html", b"2"))
    with open_archive(tmp_path) as archive:
        assert archive.faults == ()
        assert archive.find("posts/media/Klas_2/1.jpg") == "part2.zip/posts/media/Klas_2/1.jpg"
        assert archive.read("part1.zip/index.html") == b"1"
        assert archive.read("part2.zip/posts/media/Klas_2/1.jpg") == picture(2)
