"""Whatever a director points at: read, or told in one clear sentence. And nothing is lost beside something bad."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.messages import UserError
from pipeline.published.folder import NO_DATES
from pipeline.published.post import Export, PostKind
from pipeline.published.reading import read_export
from tests.published.making import golden_export, picture, zipped

TIME = 1718784000
GOOD_TEXT = "Een goed bericht"

GOOD = {
    "facebook": {
        "timestamp": TIME,
        "data": [{"post": GOOD_TEXT}],
        "attachments": [{"data": [{"media": {"uri": "posts/media/Klas_1/1.jpg"}}]}],
    },
    "instagram": {"media": [{"uri": "posts/media/Klas_1/1.jpg", "creation_timestamp": TIME, "title": GOOD_TEXT}]},
    "twitter": {
        "tweet": {
            "id_str": "1803337000000000001",
            "created_at": "Wed Jun 19 08:00:00 +0000 2024",
            "full_text": GOOD_TEXT,
            "extended_entities": {"media": [{"media_url_https": "https://pbs.example.org/media/AAA.jpg"}]},
        }
    },
}
FILES = {"facebook": "profile_posts_1.json", "instagram": "posts_1.json", "twitter": "tweets.js"}
PICTURES = ("posts/media/Klas_1/1.jpg", "data/tweets_media/1803337000000000001-AAA.jpg")


def export_of(platform: str, entries: object, folder: Path) -> Path:
    start = "window.YTD.tweets.part0 = " if platform == "twitter" else ""
    (folder / FILES[platform]).write_text(start + json.dumps(entries), encoding="utf-8")
    for name in PICTURES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")
    return folder


WORDS = """timestamp data post attachments media uri title description external_context url creation_timestamp
media_metadata label_values label value dict photos comments tweet id_str created_at full_text text entities
extended_entities media_url_https video_info variants ig_stories timestamp_value"""
KEYS = st.text(max_size=3) | st.sampled_from(WORDS.split())
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([TIME, "posts/media/Klas_1/1.jpg", "../x.jpg", "RT @x", "Draft", "Caption"])
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(KEYS, inside, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize("platform", GOOD)
@settings(deadline=None)
@given(before=st.lists(ANYTHING, max_size=3), after=st.lists(ANYTHING, max_size=3))
def test_a_good_post_is_read_whatever_stands_beside_it(platform, before, after):
    with tempfile.TemporaryDirectory() as folder:
        export = read_export(export_of(platform, [*before, GOOD[platform], *after], Path(folder)), platform)
    (good,) = [post for post in export.posts if post.position == len(before) + 1]
    assert good.text == GOOD_TEXT
    assert good.kind is PostKind.POST
    assert good.posted_at is not None and good.posted_at.timestamp() == TIME
    assert [attachment.name for attachment in good.attachments] == [PICTURES[platform == "twitter"]]
    assert good.open_questions == ()
    # Nothing else disappears either: every entry is a post or a line in the list of faults.
    told = {post.position for post in export.posts} | {fault.position for fault in export.faults}
    assert told >= set(range(1, len(before) + len(after) + 2))


@pytest.mark.parametrize("platform", GOOD)
@settings(deadline=None)
@given(content=ANYTHING)
def test_any_json_at_all_is_read_without_falling_over(platform, content):
    with tempfile.TemporaryDirectory() as folder:
        export = read_export(export_of(platform, content, Path(folder)), platform)
    assert_told(export)


@settings(deadline=None)
@given(content=ANYTHING, name=st.sampled_from(["album/0.json", "videos.json", "your_uncategorized_photos.json"]))
def test_any_json_in_the_other_files_of_facebook_is_read_as_well(content, name):
    with tempfile.TemporaryDirectory() as folder:
        path = export_of("facebook", [GOOD["facebook"]], Path(folder))
        (path / name).parent.mkdir(exist_ok=True)
        (path / name).write_text(json.dumps(content), encoding="utf-8")
        export = read_export(path, "facebook")
    assert_told(export)
    assert GOOD_TEXT in {post.text for post in export.posts}


def assert_told(export: Export) -> None:
    """Whatever makes a post open stands in the list of faults, by file and position."""
    lines = {(fault.file, fault.position, fault.reason) for fault in export.faults}
    for post in export.posts:
        assert post.posted_at or post.problems
        assert {(post.file, post.position, problem) for problem in post.problems} <= lines


@pytest.mark.parametrize(
    ("files", "platform", "words"),
    [
        ({"posts/profile_posts_1.html": ""}, "facebook", "choose the format JSON"),
        ({"tweets.js": "window.YTD.tweets.part0 = []"}, "facebook", "an export of X, not of Facebook"),
        ({"profile_posts_1.json": "[]"}, "twitter", "an export of Facebook, not of X"),
        ({"profile_posts_1.json": "[]"}, "social_schools", "an export of Facebook, not of social_schools"),
        ({"something.json": "[]"}, "instagram", "nothing that is known of Instagram"),
        ({"photo.jpg": ""}, "youtube", "nothing that is known of YouTube"),
        ({"notes.docx": ""}, "social_schools", "no photos"),
        ({}, "facebook", "nothing that is known"),
    ],
)
def test_what_is_no_export_of_the_platform_is_an_error_with_a_way_out(files, platform, words, tmp_path):
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=words):
        read_export(tmp_path, platform)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"value": "True"}, "draft"),
        ({"value": "False", "position": 1}, "post"),
        ({"value": "Nee", "ja": "ja"}, "post"),
        ({"boolean_value": True}, "draft"),
        ({}, "post"),
    ],
)
def test_only_a_value_that_says_yes_makes_a_draft(said, kind, tmp_path):
    picture = {"label": "Media", "media": [{"uri": "posts/media/Klas_1/1.jpg"}]}
    entry = {"timestamp": TIME, "label_values": [{"label": "Concept", **said}, picture]}
    (post,) = read_export(export_of("instagram", [entry], tmp_path), "instagram").posts
    assert post.kind == kind


def test_a_broken_file_is_told_and_the_others_are_read(tmp_path):
    export_of("facebook", [GOOD["facebook"]], tmp_path)
    (tmp_path / "profile_posts_2.json").write_text('[{"timestamp": 1718784000,', encoding="utf-8")
    export = read_export(tmp_path, "facebook")
    assert [post.text for post in export.posts] == [GOOD_TEXT]
    assert [fault.file for fault in export.faults] == ["profile_posts_2.json"]


def test_a_photo_that_does_not_come_along_holds_its_post_and_another_part_brings_it(tmp_path):
    folder = golden_export("facebook-profile", tmp_path)
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    photo = "your_facebook_activity/posts/media/Klas_1/11.jpg"
    parts = tmp_path / "parts"
    parts.mkdir()
    zipped(folder, parts / "part1.zip", [name for name in names if name != photo])

    (alone,) = [post for post in read_export(parts, "facebook").posts if post.text == "Eén foto"]
    assert [attachment.name for attachment in alone.attachments] == [None]
    assert len(alone.open_questions) == 1

    zipped(folder, parts / "part2.zip", [photo])
    (whole,) = [post for post in read_export(parts, "facebook").posts if post.text == "Eén foto"]
    assert [attachment.name for attachment in whole.attachments] == [f"part2.zip/{photo}"]
    assert whole.open_questions == ()


def test_a_table_by_hand_stands_in_for_an_export(tmp_path):
    (tmp_path / "1.jpg").write_bytes(picture(1))
    (tmp_path / "posts.csv").write_text("file,date,text\n1.jpg,2024-06-19,Sportdag\n", encoding="utf-8")
    (post,) = read_export(tmp_path, "facebook").posts
    assert (post.platform, post.text, post.open_questions) == ("facebook", "Sportdag", ())


def test_a_table_that_gives_no_days_is_told_once(tmp_path):
    for name in ("1.jpg", "2.jpg"):
        (tmp_path / name).write_bytes(picture(int(name[0])))
    (tmp_path / "posts.csv").write_text("file;day\n1.jpg;19-06-2024\n2.jpg;19-06-2024\n", encoding="utf-8")
    export = read_export(tmp_path, "facebook")
    assert len(export.posts) == 2 and all(post.open_questions for post in export.posts)
    assert [str(fault.reason) for fault in export.faults] == [str(NO_DATES)]


@pytest.mark.parametrize("content", ["", "file;date\n", "naam;datum\nx;y\n", "file;file\n1.jpg;2.jpg\n", '"open\n'])
def test_a_table_that_cannot_be_read_is_told_and_the_photos_stay(content, tmp_path):
    (tmp_path / "1.jpg").write_bytes(picture(1))
    (tmp_path / "posts.csv").write_text(content, encoding="utf-8")
    export = read_export(tmp_path, "social_schools")
    assert [fault.file for fault in export.faults] == ["posts.csv"]
    assert [post.file for post in export.posts] == ["1.jpg"]
    assert all(post.open_questions for post in export.posts)


def test_columns_of_videos_in_another_language_are_told(tmp_path):
    place = tmp_path / "YouTube"
    place.mkdir()
    (place / "videos.csv").write_text("Videokennung,Titolo\nabcDEF-_123,Ciao\n", encoding="utf-8")
    (place / "Ciao.mp4").write_bytes(b"x")
    export = read_export(tmp_path, "youtube")
    assert "columns" in str(export.faults[0].reason)
    assert [post.file for post in export.posts] == ["YouTube/Ciao.mp4"]
    assert all(post.open_questions for post in export.posts)


def test_five_thousand_posts_are_read_in_order_and_all_held_without_their_photos(tmp_path):
    posts = [
        {
            "timestamp": TIME + number,
            "data": [{"post": f"Bericht {number}"}],
            "attachments": [{"data": [{"media": {"uri": f"posts/media/Album_{number}/{number}.jpg"}}]}],
        }
        for number in range(5000)
    ]
    export = read_export(export_of("facebook", posts, tmp_path), "facebook")
    assert [post.text for post in export.posts] == [f"Bericht {number}" for number in range(5000)]
    assert all(len(post.open_questions) == 1 for post in export.posts)
    assert [fault.position for fault in export.faults[:5000]] == list(range(1, 5001))


@pytest.mark.parametrize(
    ("platform", "file"),
    [
        ("twitter", "data/note-tweet.js"),
        ("twitter", "data/community-tweet.js"),
        ("twitter", "data/deleted-tweets.js"),
        ("facebook", "your_facebook_activity/stories/archived_stories.json"),
        ("facebook", "your_facebook_activity/reels/reels.json"),
        ("facebook", "your_facebook_activity/groups/group_posts_and_comments.json"),
        ("instagram", "your_instagram_activity/content/archived_posts.json"),
    ],
)
def test_a_file_that_may_hold_posts_and_is_not_read_is_told(platform, file, tmp_path):
    path = export_of(platform, [GOOD[platform]], tmp_path)
    (path / file).parent.mkdir(parents=True, exist_ok=True)
    (path / file).write_text("[]", encoding="utf-8")
    (fault,) = [fault for fault in read_export(path, platform).faults if fault.file == file]
    assert fault.position is None and "If it holds posts, look at them yourself" in str(fault.reason)


MINE = {"media_url_https": "https://pbs.example.org/media/AAA.jpg"}
ELSEWHERE = {**MINE, "source_status_id_str": "1803337000000000099"}


@pytest.mark.parametrize(
    ("text", "media", "kind"),
    [
        ("RT @een_ander: mooi!", [], PostKind.RETWEET),
        ("RT @een_ander: mooi!", [ELSEWHERE], PostKind.RETWEET),
        ("RT @een_ander: onze klas", [MINE], PostKind.POST),
        ("RT @een_ander: onze klas", [{**MINE, "source_status_id_str": "1803337000000000001"}], PostKind.POST),
        ("RT @een_ander: onze klas", [ELSEWHERE, MINE], PostKind.POST),
        ("RT @een_ander: onze klas", "damaged", PostKind.POST),
        ("Onze klas", [ELSEWHERE], PostKind.POST),
    ],
)
def test_words_of_a_retweet_above_a_picture_of_its_own_make_no_retweet(text, media, kind, tmp_path):
    tweet = {**GOOD["twitter"]["tweet"], "full_text": text, "extended_entities": {"media": media}}
    (post,) = read_export(export_of("twitter", [{"tweet": tweet}], tmp_path), "twitter").posts
    assert (post.kind, post.is_own) == (kind, kind is PostKind.POST)
    assert bool(post.open_questions) == (media == "damaged")


def test_a_picture_of_its_own_that_is_not_in_the_archive_is_an_open_question(tmp_path):
    other = {"media_url_https": "https://pbs.example.org/media/BBB.jpg"}
    tweet = {**GOOD["twitter"]["tweet"], "full_text": "RT @x: klas", "extended_entities": {"media": [other]}}
    (post,) = read_export(export_of("twitter", [{"tweet": tweet}], tmp_path), "twitter").posts
    assert post.is_own
    assert any("BBB.jpg" in str(question) for question in post.open_questions)


@pytest.mark.parametrize(
    ("title", "is_own"),
    [
        ("De Proefschool heeft een foto gedeeld.", True),
        ("De Proefschool heeft 3 nieuwe foto's toegevoegd.", True),
        ("De Proefschool heeft een video gedeeld.", True),
        ("De Proefschool shared a photo.", True),
        ("De Proefschool added 2 new photos to the album: Sportdag.", True),
        ("De Proefschool heeft een link gedeeld.", False),
        ("De Proefschool shared a post.", False),
    ],
)
@pytest.mark.parametrize("url", [None, "https://example.org/artikel"])
def test_a_title_that_speaks_of_a_picture_that_is_not_there_is_an_open_question(title, is_own, url, tmp_path):
    linked = [{"data": [{"external_context": {"url": url}}]}] if url else []
    entry = {"timestamp": TIME, "title": title, "data": [{"post": GOOD_TEXT}], "attachments": linked}
    (post,) = read_export(export_of("facebook", [entry], tmp_path), "facebook").posts
    assert post.is_own == is_own
    assert ["photo or film" in str(question) for question in post.open_questions] == [True] * is_own


def test_a_title_that_speaks_of_a_picture_that_is_there_opens_nothing(tmp_path):
    entry = {**GOOD["facebook"], "title": "De Proefschool heeft een foto gedeeld."}
    (post,) = read_export(export_of("facebook", [entry], tmp_path), "facebook").posts
    assert post.is_own
    assert post.open_questions == ()
