"""The same post twice is one; the same picture on three platforms is one picture in three files."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from consent.messages import say
from pipeline.photos import FORMATS
from pipeline.places import DEMO
from pipeline.published.duplicates import MOST_DISTANCE, Fingerprint, fingerprint, join_pictures, join_posts
from pipeline.published.post import Attachment, AttachmentKind, Post, PostKind
from pipeline.published.reading import read_export
from tests.published.making import golden_export

NOON = datetime(2024, 6, 19, 12, tzinfo=UTC)
PHOTO = Attachment("a/1.jpg", AttachmentKind.PHOTO, "a/1.jpg", 1)
OTHER = Attachment("a/2.jpg", AttachmentKind.PHOTO, "a/2.jpg", 1)
POST = Post("facebook", PostKind.POST, NOON, "Sportdag", (PHOTO,), "posts.json", 1)
GIVEN = replace(POST, platform="twitter", given_id="12345")


@pytest.mark.parametrize(
    ("first", "second", "posts"),
    [
        (POST, replace(POST, file="posts_2.json", position=4), 1),
        (POST, replace(POST, kind=PostKind.ALBUM), 1),
        (POST, replace(POST, attachments=(OTHER,)), 1),
        (POST, replace(POST, text="Zomerfeest"), 2),
        (POST, replace(POST, posted_at=NOON.replace(hour=13)), 2),
        (POST, replace(POST, platform="instagram"), 2),
        (POST, replace(POST, kind=PostKind.DRAFT), 2),
        (POST, replace(POST, kind=PostKind.SHARE), 2),
        (POST, replace(POST, kind=PostKind.STORY), 2),
        (replace(POST, posted_at=None), replace(POST, posted_at=None), 2),
        (GIVEN, GIVEN, 1),
        (GIVEN, replace(GIVEN, text="Anders"), 1),
        (GIVEN, replace(GIVEN, given_id="12346"), 2),
    ],
)
def test_what_is_the_same_post(first, second, posts):
    joined = join_posts([first, second])
    assert len(joined) == posts
    shown = {attachment for post in joined for attachment in post.attachments}
    assert shown == {*first.attachments, *second.attachments}


def test_a_post_that_is_given_twice_and_differs_is_held():
    (joined,) = join_posts([GIVEN, replace(GIVEN, text="Anders", problems=(say("Fine."),))])
    assert joined.text == "Sportdag\nAnders"
    assert len(joined.open_questions) == 2
    (joined,) = join_posts([GIVEN, replace(GIVEN, posted_at=NOON.replace(hour=13))])
    assert joined.posted_at is None
    assert GIVEN.open_questions == ()


KINDS = st.sampled_from(PostKind)
POSTS = st.lists(
    st.builds(
        Post,
        platform=st.sampled_from(["facebook", "instagram"]),
        kind=KINDS,
        posted_at=st.sampled_from([NOON, None]),
        text=st.sampled_from(["", "a", "b"]),
        attachments=st.lists(st.sampled_from([PHOTO, OTHER]), max_size=2, unique=True).map(tuple),
        given_id=st.sampled_from([None, "1", "2"]),
        problems=st.sampled_from([(), (say("Something."),)]),
    )
)


@given(POSTS)
def test_joining_loses_no_picture_and_no_open_question_and_is_done_once(posts):
    joined = join_posts(posts)
    assert join_posts(joined) == joined
    for post in posts:
        mine = [j for j in joined if j.platform == post.platform and set(post.attachments) <= set(j.attachments)]
        assert any(set(post.problems) <= set(j.problems) and j.is_published == post.is_published for j in mine)


def test_the_post_that_facebook_gives_twice(tmp_path):
    posts = read_export(golden_export("facebook-page", tmp_path), "facebook").posts
    joined = join_posts(posts)
    assert len(posts) - len(joined) == 2  # once in two files of posts, once as a post and as a video
    assert sum(post.text.startswith("Sportdag groep 5") for post in joined) == 1


@pytest.fixture(scope="module")
def demo_photos() -> dict[str, bytes]:
    photos = sorted(path for path in (DEMO / "event").iterdir() if path.suffix in FORMATS)
    return {path.name: path.read_bytes() for path in photos}


@pytest.fixture(scope="module")
def demo_prints(demo_photos) -> dict[str, Fingerprint]:
    return {name: fingerprint(content, name) for name, content in demo_photos.items()}


def smaller(content: bytes, side: int, quality: int) -> bytes:
    """As a platform hands a photo back."""
    written = BytesIO()
    with Image.open(BytesIO(content)) as image:
        image.thumbnail((side, side))
        image.convert("RGB").save(written, "JPEG", quality=quality, exif=image.getexif())
    return written.getvalue()


def test_a_photo_on_three_platforms_is_one_picture(demo_photos, demo_prints):
    names = ["IMG_2003.jpg", "IMG_2010.jpg", "IMG_2017.jpg"]
    files = [demo_prints[name] for name in names]
    files += [fingerprint(smaller(demo_photos[name], 1080, 80), "1080.jpg") for name in names]
    files += [fingerprint(smaller(demo_photos[name], 720, 70), "720.jpg") for name in names]
    files.append(files[0])
    pictures = join_pictures(files)
    assert [picture.places for picture in pictures] == [(0, 3, 6, 9), (1, 4, 7), (2, 5, 8)]
    assert pictures[0].copies == ((0, 9), (3,), (6,))


def test_different_photos_are_different_pictures(demo_prints):
    """But for the two that were saved again in another format, with other bytes."""
    names = list(demo_prints)
    joined = [{names[place] for place in picture.places} for picture in join_pictures(list(demo_prints.values()))]
    assert [group for group in joined if len(group) > 1] == [
        {"IMG_2020.jpg", "IMG_2101.heic"},
        {"IMG_2022.jpg", "IMG_2102.png"},
    ]


@pytest.mark.parametrize(
    ("content", "file"), [(b"", "1.jpg"), (b"no picture", "1.jpg"), (b"a film", "1.mp4"), (b"text", "1.txt")]
)
def test_what_is_no_picture_is_known_by_its_bytes_alone(content, file):
    print_ = fingerprint(content, file)
    assert print_.look is None
    assert [p.copies for p in join_pictures([print_, Fingerprint("other", None), print_])] == [((0, 2),), ((1,),)]


LOOKS = st.none() | st.integers(0, 40) | st.integers(0, 2**64 - 1)


@given(st.lists(st.builds(Fingerprint, sha256=st.text("ab", min_size=1, max_size=4), look=LOOKS)))
def test_every_file_is_in_one_picture_and_one_copy_has_one_content(prints):
    # One content has one look.
    looks = {print_.sha256: print_.look for print_ in prints}
    prints = [Fingerprint(print_.sha256, looks[print_.sha256]) for print_ in prints]
    pictures = join_pictures(prints)
    assert sorted(place for picture in pictures for place in picture.places) == list(range(len(prints)))
    for picture in pictures:
        first = prints[picture.copies[0][0]]
        for copy in picture.copies:
            assert len({prints[place].sha256 for place in copy}) == 1
            if copy != picture.copies[0]:
                assert (prints[copy[0]].look ^ first.look).bit_count() <= MOST_DISTANCE
