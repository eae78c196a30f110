"""What is kept of a post comes back as it was, and taking a name out of it never makes the post right."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.facts import FaceFact, FilmFact, PhotoFacts, Sound
from consent.messages import UserError, say
from consent.published.duties import PublishedPost
from consent.published.standing import Publishing, Standing
from consent.register import EVERY_PURPOSE, Answer, ConsentRecord, Medium
from pipeline.published.judging import JudgedPost, judge_post
from pipeline.published.kept import NAME_ERASED, KeptPicture, KeptPost, picture_of, picture_text, post_of, post_text
from pipeline.published.memory import Stood
from pipeline.published.post import Attachment, AttachmentKind, Post, PostKind
from pipeline.published.run import PublishedRun
from pipeline.reporting.published import page
from pipeline.reporting.published.board import is_calamity, write_board
from pipeline.reporting.published.words import FIRST_WORDS, first_words
from pipeline.store import Store
from tests.keys import KEY
from tests.test_laws import PEOPLE, law, photos
from tests.test_standing import POSTED, PROTOCOL, TODAY, TWO, UNKNOWN, judges, line, publishing

NOON = datetime(2026, 10, 14, 12, tzinfo=UTC)


@st.composite
def pictures(draw: st.DrawFn) -> KeptPicture:
    facts = draw(photos())
    numbers = [face.number for face in facts.faces]
    by_hand = frozenset(draw(st.sets(st.sampled_from(numbers)))) if numbers else frozenset()
    reason = st.sampled_from([None, NAME_ERASED, say("It looks like {first}.", first="p1")])
    faces = tuple(replace(face, why_unnamed=None if face.person_id else draw(reason)) for face in facts.faces)
    return KeptPicture(replace(facts, faces=faces), "a" * 64, by_hand, "basis")


def kept(*found: KeptPicture, **other: object) -> KeptPost:
    return KeptPost("facebook", "1", PostKind.POST, NOON, pictures=found, **other)


@law
@given(pictures())
def test_a_picture_comes_back_as_it_was(picture: KeptPicture):
    # As text, since a size that is not a number equals nothing.
    assert repr(picture_of(picture_text(picture), picture.sha256, picture.basis)) == repr(picture)


def test_a_post_comes_back_as_it_was():
    post = kept(text="Sportdag", link="https://example.org", questions=(say("Why {x}?", x=1),), position=3)
    assert post_of("facebook", "1", post_text(post), ()) == post
    undated = replace(post, posted_at=None, is_own=False, kind=PostKind.SHARE)
    assert post_of("facebook", "1", post_text(undated), ()) == undated


@law
@given(judges(), pictures(), st.sets(st.sampled_from(sorted(PEOPLE))))
def test_erasing_a_name_never_makes_a_post_right(publishing: Publishing, picture: KeptPicture, gone: set[str]):
    less = picture.without_names_of(gone)
    clear = (Standing.RIGHT, Standing.RIGHT_SINCE)
    if judge_post(kept(less), publishing).standing in clear:
        assert judge_post(kept(picture), publishing).standing in clear
    by_hand = {f.number for f in picture.facts.faces if f.number in picture.by_hand}
    left = {f.person_id for f in less.facts.faces if f.number not in by_hand}
    assert not left & gone
    assert [f for f in less.facts.faces if f.number in by_hand and f.person_id] == [
        f for f in picture.facts.faces if f.number in by_hand and f.person_id
    ]
    assert less.without_names_of(gone) == less or "nan" in repr(less)


@law
@given(judges(), pictures())
def test_an_open_question_is_never_right(publishing: Publishing, picture: KeptPicture):
    asked = judge_post(kept(picture, questions=(say("It could not be read."),)), publishing)
    assert asked.standing.urgency >= max(
        Standing.UNSURE.urgency, judge_post(kept(picture), publishing).standing.urgency
    )
    assert asked.duties


def test_a_question_about_a_text_is_one_too():
    asked = PublishedPost("facebook", POSTED, TODAY, (), (say("It could not be read."),))
    assert asked.standing is Standing.UNSURE


@pytest.mark.parametrize(
    ("hour", "day"), [(21, date(2026, 10, 14)), (22, date(2026, 10, 15))], ids=["evening", "midnight"]
)
def test_a_post_belongs_to_the_day_in_the_school(hour: int, day: date):
    assert kept().posted_on == date(2026, 10, 14)
    assert replace(kept(), posted_at=NOON.replace(hour=hour)).posted_on == day
    winter = NOON.replace(month=12, hour=hour)
    assert replace(kept(), posted_at=winter).posted_on == date(2026, 12, 14), "in winter an hour later"


@pytest.mark.parametrize(
    ("kind", "own", "asked"), [(PostKind.POST, True, 1), (PostKind.SHARE, False, 0), (PostKind.DRAFT, True, 0)]
)
def test_what_is_not_the_schools_own_or_not_public_is_not_judged(kind: PostKind, own: bool, asked: int):
    picture = Attachment("a.jpg", AttachmentKind.PHOTO, "a.jpg", 1)
    post = KeptPost.of(Post("facebook", kind, None, attachments=(picture,)), "1", (KeptPicture(TWO),))
    assert (len(post.pictures), len(post.questions), post.is_own) == (asked, asked, own)


def test_a_name_that_the_register_did_not_know_then_is_told():
    late = publishing(line(given_on=date(2026, 11, 3)))
    assert judge_post(kept(KeptPicture(TWO)), late).newcomers == ("p1",)
    assert judge_post(kept(KeptPicture(TWO)), publishing(line())).newcomers == ()


def test_the_yes_of_who_came_later_clears_nobody_whom_the_program_took_for_them():
    late = publishing(line(given_on=date(2026, 11, 3)))
    assert judge_post(kept(KeptPicture(TWO)), late).standing is Standing.UNSURE, "it may be an elder brother"
    by_hand = KeptPicture(TWO, by_hand=frozenset({1}))
    assert judge_post(kept(by_hand), late).standing is Standing.RIGHT_SINCE, "a person said who it is"
    refused = publishing(line(Answer.NO, given_on=date(2026, 11, 3)))
    assert judge_post(kept(by_hand), refused).standing is Standing.NEVER_RIGHT


OBJECTS = line(Answer.OBJECTION, purpose="facebook", given_on=TODAY)
LATE = line(given_on=date(2026, 11, 3))


@pytest.mark.parametrize(
    ("lines", "standing", "taken_back", "since"),
    [
        ([LATE, OBJECTS], Standing.WITHDRAWN, ("p1",), TODAY),
        ([line(given_on=date(2026, 11, 3), withdrawn_on=TODAY)], Standing.WITHDRAWN, ("p1",), TODAY),
        ([line(Answer.NO, given_on=date(2026, 11, 3))], Standing.WITHDRAWN, ("p1",), date(2026, 11, 3)),
        # Nobody came later: what the program says it saw was without a yes, then and now.
        ([], Standing.NEVER_RIGHT, (), POSTED),
        # Nothing was taken back, and nobody knows about the day: no yes came, or it ran out meanwhile.
        ([line(purpose="twitter", given_on=date(2026, 11, 3))], Standing.NAMES_UNSURE, (), None),
        ([line(Answer.NONE, given_on=date(2026, 11, 3))], Standing.NAMES_UNSURE, (), date(2026, 11, 3)),
        ([replace(LATE, valid_until=date(2026, 11, 5))], Standing.NAMES_UNSURE, (), date(2026, 11, 6)),
        ([replace(LATE, evidence="")], Standing.NAMES_UNSURE, (), date(2026, 11, 3)),
        ([line(Answer.ASK_FIRST, given_on=date(2026, 11, 3))], Standing.NAMES_UNSURE, (), date(2026, 11, 3)),
        # The register knew the child then, or a refusal of no known day: no doubt about the day.
        ([line(purpose="twitter"), OBJECTS], Standing.NEVER_RIGHT, (), POSTED),
        ([LATE, line(Answer.NO, given_on=None)], Standing.NEVER_RIGHT, (), POSTED),
    ],
)
def test_a_refusal_of_later_does_not_say_that_an_unsure_name_was_wrong_then(
    lines: list[ConsentRecord], standing: Standing, taken_back: tuple[str, ...], since: date
):
    found = judge_post(kept(KeptPicture(TWO)), publishing(*lines))
    assert (found.standing, found.taken_back, found.wrong_since) == (standing, taken_back, since)
    assert found.standing.comes_down
    by_hand = judge_post(kept(KeptPicture(TWO, by_hand=frozenset({1}))), publishing(*lines))
    assert by_hand.standing is Standing.NEVER_RIGHT, "a person said who it is, and there was no yes"


def test_of_who_never_gave_an_answer_nobody_knows_since_when_and_the_board_is_told():
    three = replace(TWO, faces=(*TWO.faces, FaceFact(3, 100.0, "p3")))
    asked_today = line(Answer.ASK_FIRST, who="p3", given_on=TODAY)
    found = judge_post(
        kept(KeptPicture(three)), publishing(line(purpose="twitter", given_on=date(2026, 11, 3)), asked_today)
    )
    assert (found.standing, found.wrong_since) == (Standing.NAMES_UNSURE, None) and is_calamity(found)


def test_who_came_later_and_left_is_without_a_yes_since_then(tmp_path: Path):
    left = judge_post(kept(KeptPicture(TWO)), publishing(LATE, left_on=date(2026, 11, 10)))
    assert (left.standing, left.wrong_since) == (Standing.NAMES_UNSURE, date(2026, 11, 10))
    assert [duty.rule for duty in left.duties] == ["R13", "R14"] and "check the names" in str(left.duties[0].what)
    text = board(tmp_path, left)
    assert "10 november 2026" in text and "14 oktober 2026" not in text and "nog gecontroleerd moeten worden" in text
    by_hand = KeptPicture(TWO, by_hand=frozenset({1}))
    assert judge_post(kept(by_hand), publishing(LATE, left_on=date(2026, 11, 10))).standing is Standing.NEVER_RIGHT


@law
@given(judges(), pictures(), st.sets(st.integers(1, 4)))
def test_a_doubt_about_names_lets_nothing_stay(publishing: Publishing, picture: KeptPicture, unsure: set[int]):
    """Nor does it take anything down that could stay."""
    sure = publishing.judge(picture.facts, POSTED)
    found = publishing.judge(picture.facts, POSTED, unsure_then=unsure)
    assert found.standing.comes_down is sure.standing.comes_down
    assert found.standing is sure.standing or sure.standing is Standing.NEVER_RIGHT
    assert found.now == sure.now


def test_a_yes_for_film_that_was_taken_back_counts_from_its_own_day():
    film = replace(TWO, faces=tuple(replace(f, span=(0.0, 1.0)) for f in TWO.faces), film=FilmFact(1.0, Sound.NONE))
    photos, films = line(medium=Medium.PHOTO), line(medium=Medium.FILM, withdrawn_on=TODAY)
    found = judge_post(kept(KeptPicture(film, by_hand=frozenset({1, 2}))), publishing(photos, films))
    assert (found.standing, found.taken_back, found.wrong_since) == (Standing.WITHDRAWN, ("p1",), TODAY)


def test_the_doubt_about_one_name_excuses_nobody_else():
    facts = replace(TWO, faces=(*TWO.faces, FaceFact(3, 100.0, "p3")))
    found = judge_post(kept(KeptPicture(facts)), publishing(LATE, OBJECTS, line(Answer.NO, who="p3")))
    assert (found.standing, found.wrong_since) == (Standing.NEVER_RIGHT, POSTED)


def approved(*lines: ConsentRecord) -> JudgedPost:
    picture = KeptPicture(TWO, by_hand=frozenset({1, 2}))
    return judge_post(replace(kept(picture), kind=PostKind.APPROVED), publishing(*lines))


@pytest.mark.parametrize(
    ("lines", "standing"),
    [
        ([line(withdrawn_on=POSTED)], Standing.WITHDRAWN),
        ([line(), line(Answer.WITHDRAWN, given_on=POSTED, withdrawn_on=POSTED, evidence="")], Standing.WITHDRAWN),
        ([line(given_on=POSTED, withdrawn_on=POSTED)], Standing.WITHDRAWN),
        ([line(), line(Answer.NO, given_on=POSTED)], Standing.WITHDRAWN),
        ([line(), line(Answer.OBJECTION, purpose=EVERY_PURPOSE, given_on=POSTED)], Standing.WITHDRAWN),
        ([line(withdrawn_on=POSTED - timedelta(1))], Standing.NEVER_RIGHT),
        ([line(), line(Answer.NO, given_on=POSTED - timedelta(1)), OBJECTS], Standing.NEVER_RIGHT),
        ([], Standing.NEVER_RIGHT),
    ],
)
def test_a_refusal_of_the_day_of_approval_came_after_it(lines: list[ConsentRecord], standing: Standing):
    found = approved(*lines)
    assert (found.standing, found.wrong_since) == (standing, POSTED)
    assert found.standing.comes_down
    other = judge_post(kept(KeptPicture(TWO, by_hand=frozenset({1, 2}))), publishing(*lines))
    assert other.standing is Standing.NEVER_RIGHT, "of a post that was not approved here nobody knows what came first"


def board(tmp_path: Path, *posts: JudgedPost) -> str:
    run = PublishedRun("r", "De Proefschool", TODAY, NOON, NOON, PROTOCOL, posts, "", 2)
    return (tmp_path / "bestuur.txt").read_text("utf-8") if write_board(run, tmp_path / "bestuur.txt") else ""


def test_the_board_is_not_told_that_an_approved_post_is_public(tmp_path: Path):
    text = board(tmp_path, approved(line(withdrawn_on=POSTED)))
    assert "als ze zijn geplaatst" in text.casefold() and "14 oktober 2026" in text
    assert "waren tot nu toe" not in text and "staat zonder toestemming openbaar" not in text
    both = board(tmp_path, approved(line(withdrawn_on=POSTED)), judge_post(kept(KeptPicture(TWO)), publishing()))
    assert "waren tot nu toe" in both and "als ze zijn geplaatst" in both.casefold()


def test_the_board_hears_that_a_name_is_not_sure(tmp_path: Path):
    doubtful = judge_post(kept(KeptPicture(TWO)), publishing(line(Answer.NO, given_on=date(2026, 11, 3))))
    text = board(tmp_path, doubtful)
    assert "3 november 2026" in text and "14 oktober 2026" not in text and "nog gecontroleerd moeten worden" in text


@pytest.mark.parametrize(("who", "calamity"), [(None, False), ("p1", True)])
def test_the_board_hears_of_who_gave_no_yes_on_a_platform_that_is_not_used(who: str | None, calamity: bool):
    face = replace(TWO.faces[0], person_id=who)
    found = judge_post(
        replace(kept(KeptPicture(replace(TWO, faces=(face,)))), platform="instagram"), publishing(platform="instagram")
    )
    assert found.standing is Standing.NOT_IN_USE
    assert is_calamity(found) is calamity
    assert found.without_a_yes == ((who,) if who else ())


@pytest.mark.parametrize(
    ("withdrawn_on", "days", "calamity"),
    [(TODAY, 0, False), (TODAY - timedelta(1), 1, True), (date(2026, 10, 1), 39, True)],
)
def test_how_long_a_post_has_been_wrong(withdrawn_on: date, days: int, calamity: bool):
    found = judge_post(kept(KeptPicture(TWO)), publishing(line(withdrawn_on=withdrawn_on)))
    assert (found.days_wrong, is_calamity(found)) == (days, calamity)


def test_the_first_words_end_at_a_word():
    assert first_words("Wat een\n mooie  dag") == "Wat een mooie dag"
    long = first_words("woord " * 40)
    assert len(long) <= FIRST_WORDS + 2 and long.endswith("woord …")
    assert len(first_words("w" * 500)) == FIRST_WORDS + 2


def test_the_database_keeps_posts_and_only_what_changed_of_their_standing(tmp_path: Path):
    Store.create(tmp_path / "workspace.db", KEY)
    stood = {("facebook", "1"): Stood(Standing.WITHDRAWN, ("p1", "p2"), NOON)}
    facts = PhotoFacts("a.jpg", (FaceFact(1, 50.0, "p1"), FaceFact(2, 50.0, "p1"), FaceFact(3, 50.0, "p2")))
    post = kept(KeptPicture(facts, "a" * 64, frozenset({2}), "basis"), text="one")
    with Store(tmp_path / "workspace.db", KEY) as store:
        for text in ("zero", "one"):  # the second is in place of the first
            store.published.keep([replace(post, text=text)], NOON)
        assert list(store.published.posts()) == [post]
        for _ in range(2):
            store.published.add_standings(stood)
        assert store._db.execute("SELECT count(*) FROM standing").fetchone() == (1,)
        assert store.published.standings() == stood
        store.drop_templates(["p1"])
        (after,) = store.published.posts()
        assert [face.person_id for face in after.pictures[0].facts.faces] == [None, "p1", "p2"]
        assert after.pictures[0].facts.faces[0].why_unnamed == NAME_ERASED
        assert store.published.standings()["facebook", "1"].people == ("p2",)
        store._db.execute("UPDATE standing SET standing = 'of a newer version'")
        with pytest.raises(UserError, match="newer version"):
            store.published.standings()


def test_a_page_holds_so_many_pictures_that_a_browser_opens_it(monkeypatch: pytest.MonkeyPatch):
    found = judge_post(kept(*(KeptPicture(UNKNOWN, sha256) for sha256 in ("a", "b", "c"))), publishing(line()))
    run = SimpleNamespace(posts=(found,), pictures=dict.fromkeys("abc", Path("a.jpg")))
    assert page._drawn(run) == {"a", "b", "c"}
    monkeypatch.setattr(page, "MOST_PICTURES", 2)
    assert page._drawn(run) == {"a", "b"}


def with_part(text: str, **parts: object) -> str:
    return json.dumps({**json.loads(text), **parts})


PICTURE = KeptPicture(PhotoFacts("a.jpg", (FaceFact(1, 90.0, "S01"),)), "a" * 64)
OF_ANOTHER_VERSION = {
    "a part more": {"masks": []},
    "a face with more": {"faces": [[1, 90.0, "S01", None, False, False, True, [], "more"]]},
    "a face with less": {"faces": [[1]]},
    "a body of an unknown kind": {"bodies": [[1, "floating", 90.0, False]]},
    "a text at an unknown place": {"texts": [[1, "aura", "Noor", None, False]]},
    "something else altogether": {"faces": 7},
}


@pytest.mark.parametrize("parts", OF_ANOTHER_VERSION.values(), ids=OF_ANOTHER_VERSION)
def test_a_picture_kept_by_a_newer_version_is_refused_in_words(parts: dict[str, object]):
    """What this version does not know may be what holds somebody."""
    with pytest.raises(UserError, match="newer version"):
        picture_of(with_part(picture_text(PICTURE), **parts), "a" * 64, "")


@pytest.mark.parametrize(
    "parts", [{"a part more": 1}, {"kind": "hologram"}, {"posted_at": "soon"}, {"was_in_text": [["smell", [], []]]}]
)
def test_a_post_kept_by_a_newer_version_is_refused_in_words(parts: dict[str, object]):
    text = post_text(KeptPost("facebook", "1", PostKind.POST, None))
    assert post_of("facebook", "1", text, ()).kind is PostKind.POST
    with pytest.raises(UserError, match="newer version"):
        post_of("facebook", "1", with_part(text, **parts), ())
