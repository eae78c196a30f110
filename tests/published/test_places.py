"""Where a post says that it was: told of it, kept with it, and never a reason for or against it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from consent.published.standing import Standing
from pipeline.published.judging import judge_post
from pipeline.published.kept import KeptPicture, KeptPost, post_of, post_text
from pipeline.published.places import TAGGED, TAKEN_AT, places_of
from pipeline.published.post import Post, PostKind
from pipeline.reporting.published.words import reasons
from tests.published.test_kept import NOON, kept
from tests.published.test_reading import ANYTHING
from tests.test_standing import TWO, line, publishing

PLACE = {"latitude": 52.1, "longitude": 5.1}


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"attachments": [{"data": [{"place": {"name": "Het bos", "coordinate": PLACE}}]}]}, (TAGGED,)),
        ({"attachments": [{"data": [{"place": {"coordinate": PLACE}}]}]}, (TAGGED,)),
        ({"media": {"media_metadata": {"photo_metadata": {"exif_data": [PLACE]}}}}, (TAKEN_AT,)),
        ({"media": {"media_metadata": {"video_metadata": {"exif_data": [{"latitude": "52.1", "longitude": 5}]}}}},
         (TAKEN_AT,)),
        ({"data": [{"place": {"name": "Het bos"}}, {"exif_data": [PLACE]}]}, (TAGGED, TAKEN_AT)),
        ({"label_values": [{"label": "Locatie", "value": "Het bos"}, {"label": "Caption", "value": "Bos"}]}, (TAGGED,)),
        ({"coordinates": {"type": "Point", "coordinates": ["5.1", "52.1"]}}, (TAGGED,)),
        ({"place": {"full_name": "Het bos"}, "geo": None}, (TAGGED,)),
        ({"place": {"name": " "}, "geo": {}, "coordinates": None}, ()),
        ({"exif_data": [{"latitude": 0, "longitude": 0.0}, {"latitude": 5.1}, {"latitude": True, "longitude": 1}]}, ()),
        ({"label_values": [{"label": "Locatie", "value": ""}], "location": "x"}, ()),
    ],
)  # fmt: skip
def test_which_place_is_told(entry: dict[str, Any], told: tuple[object, ...]):
    assert places_of(entry) == told
    assert "bos" not in " ".join(map(str, told)), "the place itself is not repeated"


@given(ANYTHING)
def test_any_entry_at_all_is_looked_through(entry: Any):
    assert set(places_of(entry)) <= {TAGGED, TAKEN_AT}


def test_a_place_is_told_of_a_post_that_is_right_and_stays_right():
    right = kept(KeptPicture(TWO))
    told = replace(right, remarks=(TAGGED, TAKEN_AT))
    before, found = (judge_post(post, publishing(line())) for post in (right, told))
    assert found.standing is before.standing is Standing.RIGHT and found.duties == before.duties
    assert reasons(found, {}) == (TAGGED, TAKEN_AT) and reasons(before, {}) == ()


def test_what_was_remarked_is_kept_and_older_posts_have_no_remark():
    read = Post("facebook", PostKind.POST, NOON, remarks=(TAGGED,))
    post = KeptPost.of(read, "1", ())
    assert post_of("facebook", "1", post_text(post), ()) == post and post.remarks == (TAGGED,)
    without = post_text(replace(post, remarks=())).replace(', "remarks": []', "")
    assert post_of("facebook", "1", without, ()).remarks == ()
    assert KeptPost.of(replace(read, kind=PostKind.DRAFT), "1", ()).remarks == (), "nobody sees a draft"
