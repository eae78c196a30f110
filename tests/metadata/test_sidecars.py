"""Files beside a photo are found by their many names, and read without ever ending the program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.findings import Outcome
from consent.hidden import Hides
from pipeline.candidates import with_files_beside
from pipeline.metadata.hidden import Hidden, read_part
from pipeline.metadata.sidecars import _read_google, read_sidecar, sidecars
from tests.metadata import made
from tests.remedies.test_propose import audited

LONG = "IMG_20261014_091241123_PORTRAIT_COVER_0001.jpg"  # 46 letters
LONGER = "een_heel_lange_naam_van_de_sportdag_met_groep_zeven_en_acht.jpg"


@pytest.mark.parametrize(
    ("photo", "beside", "tells"),
    [
        ("IMG_1.jpg", "IMG_1.jpg.json", True),
        ("IMG_1.jpg", "IMG_1.jpg.supplemental-metadata.json", True),
        ("IMG_1.jpg", "IMG_1.jpg.suppl.json", True),
        ("IMG_1.HEIC", "IMG_1.HEIC.supplemental-metada.json", True),
        ("IMG_1(2).jpg", "IMG_1.jpg(2).json", True),
        ("IMG_1(2).jpg", "IMG_1.jpg.supplemental-metadata(2).json", True),
        ("IMG_1(2).jpg", "IMG_1.jpg.json", False),
        ("IMG_1.jpg", "IMG_1.jpg(2).json", False),
        ("IMG_1-edited.jpg", "IMG_1.jpg.json", True),
        ("IMG_1-bewerkt(1).jpg", "IMG_1.jpg(1).json", True),
        (LONG, f"{LONG}.json", True),
        (LONGER, f"{LONGER[:46]}.json", True),
        (LONGER, f"{LONGER[:30]}.json", False),
        ("IMG_12.jpg", "IMG_1.jpg.json", False),
        ("IMG_1.jpg", "IMG_12.jpg.json", False),
        ("IMG_1.jpg", "IMG_1.json", False),
        ("IMG_1.jpg", "metadata.json", False),
        ("IMG_1.jpg", "IMG_1.jpg.xmp", True),
        ("IMG_1.jpg", "IMG_1.xmp", True),
        ("IMG_1.jpg", "IMG_12.xmp", False),
        ("IMG_1.jpg", "IMG_1.jpg.txt", False),
    ],
)
def test_which_file_tells_of_which_photo(photo: str, beside: str, tells: bool) -> None:
    found = sidecars([Path("a", photo)], [Path("a", beside), Path("b", beside)])
    assert found == ({Path("a", photo): (Path("a", beside),)} if tells else {})


def test_what_google_tells(tmp_path: Path) -> None:
    file = tmp_path / "a.jpg.json"
    told = {
        "title": "a.jpg",
        "description": "Sportdag",
        "people": [{"name": made.NAME}, {"name": ""}, {}, 7],
        "geoData": {"latitude": 52.1, "longitude": 4.9},
        "geoDataExif": {"latitude": 0.0, "longitude": 0.0},
        "photoTakenTime": {"timestamp": "1"},
        "sharedAlbumComments": [{"text": "Leuk!", "contentOwnerName": "Jan Proef"}],
    }
    file.write_text(json.dumps(told), "utf-8")
    assert [(one.kind, one.name, one.text) for one in read_sidecar(file)] == [
        (Hides.PERSON, "people", made.NAME),
        (Hides.TEXT, "description", "Sportdag"),
        (Hides.PLACE, "geoData", ""),
        (Hides.TEXT, "sharedAlbumComments", "Leuk!"),
        (Hides.PERSON, "sharedAlbumComments", "Jan Proef"),
        (Hides.MOMENT, "photoTakenTime", ""),
    ]


def test_xmp_beside_a_photo_is_read_as_within_it(tmp_path: Path) -> None:
    (tmp_path / "a.xmp").write_bytes(made.XMP)
    assert Hidden(Hides.PERSON, "XMP", "Iptc4xmpExt:PersonInImage", made.NAME) in read_sidecar(tmp_path / "a.xmp")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_what_cannot_be_read_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.jpg.json").write_bytes(content)
    assert read_sidecar(tmp_path / "a.jpg.json") == (Hidden(Hides.UNREADABLE, "Google Photos", ""),)
    assert [one.kind for one in read_sidecar(tmp_path / "gone.json")] == [Hides.UNREADABLE]


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["people", "name", "geoData", "latitude", "description"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(VALUES)
def test_any_values_are_read_or_told(value: object) -> None:
    assert isinstance(tuple(read_part("Google Photos", _read_google, json.dumps(value).encode())), tuple)


def test_what_stands_beside_a_photo_is_a_finding_and_no_verdict(tmp_path: Path) -> None:
    told = {"people": [{"name": made.NAME}], "geoData": {"latitude": 52.1, "longitude": 5.1}}
    (tmp_path / "a.jpg.json").write_text(json.dumps(told), "utf-8")
    (tmp_path / "a.jpg.xmp").write_bytes(b"<x")
    photo = audited(["S01", "S02"])
    found = with_files_beside(photo, sorted(tmp_path.iterdir()))
    said = found.verdict.findings[len(photo.verdict.findings) :]
    assert [(one.rule, one.outcome) for one in said] == [("R12", Outcome.ADVICE)] * 3
    assert made.NAME not in " ".join(str(one.reason) for one in said)
    assert (found.verdict.decision, found.verdict.reasons) == (photo.verdict.decision, photo.verdict.reasons)
    assert with_files_beside(photo, ()) == photo
