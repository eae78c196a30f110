"""The words of public posts: what they make of a post, and that neither time nor forgetting nor more text helps it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.people import Person, Role
from consent.published.standing import Publishing, Standing
from consent.texts import Found, Kind, Sought, in_posts
from pipeline.language import translator
from pipeline.published.auditing import PublishedAudit
from pipeline.published.judging import JudgedPost, judge_post
from pipeline.published.kept import KeptPicture, KeptPost, post_of, post_text
from pipeline.published.post import Attachment, AttachmentKind, Post, PostKind
from pipeline.published.rechecking import Recheck
from pipeline.published.words import as_before, tell_of, with_another_id, without_words
from pipeline.reporting.published.words import to_do_rows, words_shown
from pipeline.workspace import Workspace
from tests.erasing.search import parts_of
from tests.keys import KEY
from tests.published.test_kept import NOON, kept
from tests.test_laws import law
from tests.test_standing import TODAY, TWO, line, publishing

DAAN = Person("p1", Role.PUPIL, "Daan", "", "Bakker", birth_date=date(2017, 3, 14))
NOOR = Person("p2", Role.PUPIL, "Noor", "de", "Vries")
ROOS = Person("p3", Role.PUPIL, "Roos", "", "Bakker")
RIGHT = KeptPicture(TWO)


def known(*people: Person, platform: str = "facebook") -> Publishing:
    sound = publishing(line(), platform=platform)
    everybody = {**sound.register.people, **{person.person_id: person for person in people}}
    return replace(sound, register=replace(sound.register, people=everybody))


def judged(platform: str = "facebook", **words: object) -> JudgedPost:
    return judge_post(replace(kept(RIGHT), platform=platform, **words), known(DAAN, NOOR, platform=platform))


@pytest.mark.parametrize(
    ("words", "standing", "rules"),
    [
        ({"text": "Wat een mooie sportdag!"}, Standing.RIGHT, []),
        ({"text": "Daan Bakker won de sportdag!"}, Standing.NEVER_RIGHT, ["R13", "R14"]),
        ({"captions": ("In het midden", "Noor de Vries")}, Standing.NEVER_RIGHT, ["R13", "R14"]),
        ({"text": "Daan won", "captions": ("Bakker bakt brood",)}, Standing.UNSURE, ["R13"]),
        ({"text": "Bel 06-12345678"}, Standing.UNSURE, ["R13"]),
        ({"text": "Wilt u het strookje inleveren?"}, Standing.WORDS, ["R15"]),
        ({"text": "Helaas is er ruzie geweest."}, Standing.WORDS, ["R15"]),
        ({"comments": ("Leuk!", "Wat een schande")}, Standing.WORDS, ["R17"]),
        ({"comments": ("Is dat Daan Bakker?",)}, Standing.WORDS, ["R17"]),
        ({"text": "Wilt u inleveren?", "comments": ("Wat een schande",)}, Standing.WORDS, ["R17", "R15"]),
        ({"comments": ("Wilt u dat inleveren?",)}, Standing.RIGHT, []),
        ({"text": "Daan Bakker", "kind": PostKind.DRAFT}, Standing.RIGHT, []),
        ({"text": "RT @x: helaas", "kind": PostKind.RETWEET}, Standing.RIGHT, []),
        ({"text": "RT @x: Daan Bakker", "kind": PostKind.RETWEET}, Standing.NEVER_RIGHT, ["R13", "R14"]),
        ({"text": "Daan won. Helaas!", "kind": PostKind.APPROVED}, Standing.RIGHT, []),
        ({"text": "Daan Bakker won", "kind": PostKind.APPROVED}, Standing.NEVER_RIGHT, ["R13", "R14"]),
    ],
)
def test_what_words_make_of_a_post(words: dict[str, object], standing: Standing, rules: list[str]):
    found = judged(**words)
    assert found.standing is standing
    assert [duty.rule for duty in found.duties] == rules
    assert all(duty.owner for duty in found.duties)


APPROVED = {"kind": PostKind.APPROVED, "file": "approved/facebook/sportdag"}


IN_THE_TABLE = "row 3 of takedown.csv"


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ({"link": "https://example.org/1", "text": "Helaas"}, "https://example.org/1"),
        ({"file": "posts.csv", "text": "Helaas regent het"}, "Helaas regent het"),
        ({"link": "https://example.org/nieuws/noor-wint", "text": "Helaas"}, "Helaas"),
        ({"link": "https://example.org/nieuws/n%6For/wint", "text": "Helaas"}, "Helaas"),
        ({"link": "https://example.org/NoorDeVries", "text": "Noor de Vries"}, IN_THE_TABLE),
        ({"file": "pupil Noor.jpg", "text": "Noor de Vries"}, IN_THE_TABLE),
        ({"file": "nobody knows.jpg", "text": "", "comments": ("Helaas",)}, IN_THE_TABLE),
        ({**APPROVED, "text": "Noor de Vries"}, "approved/facebook/sportdag"),
        ({**APPROVED, "file": "approved/facebook/noor", "text": "Noor de Vries"}, IN_THE_TABLE),
    ],
)
def test_a_terminal_tells_where_a_post_is_and_nobodys_name(where: dict[str, object], told: str):
    posts = [judged(text="Helaas"), judged(text="Niets"), judged(**where)]
    rows = to_do_rows(posts, translator("en"))
    assert len(rows) == 2, "a post that asks for nothing has no row"
    assert rows[1][1].removeprefix("October 14, 2026: ") == told


def test_the_row_that_a_terminal_tells_is_the_row_of_the_table(workspace: Path):
    with Workspace.open(workspace).open_store() as store:
        store.add([DAAN], [], datetime(2026, 9, 3))
        again = KeptPost("facebook", "2", PostKind.POST, NOON, "Helaas", file="Daan.jpg")
        store.published.keep([again, replace(again, post_id="3", text="Daan Bakker")], NOON)
    result = Recheck.from_parameters(workspace=str(workspace), on=TODAY.isoformat()).run()
    told = [post.rpartition(": ")[2] for _, post, *_ in to_do_rows(result.changed, translator("en"))]
    table = (result.folder / "takedown.csv").read_text("utf-8-sig").splitlines()
    rows = {int(words.split()[1]) for words in told if words.startswith("row")}
    assert {table[row - 1].split(";")[2] for row in rows} == {"1", "3"}


def test_informing_is_what_social_schools_is_for():
    words = {"text": "Wilt u het strookje inleveren?"}
    assert not judged("social_schools", **words).judged.in_text
    assert judged("facebook", **words).judged.in_text


def test_a_full_name_is_a_reason_to_take_down_without_any_picture():
    post = KeptPost("facebook", "1", PostKind.POST, NOON, "Daan Bakker won")
    found = judge_post(post, known(DAAN))
    assert found.standing is Standing.NEVER_RIGHT and found.wrong_since == post.posted_on
    assert found.named_in_words == ("p1",)


def test_captions_titles_and_comments_are_kept_with_the_post():
    photo = Attachment("a.jpg", AttachmentKind.PHOTO, "a.jpg", 1, caption="Op het plein", title="Album van juni")
    post = Post("facebook", PostKind.POST, NOON, "Tekst", (photo,), comments=("Mooi!",))
    whole = KeptPost.of(post, "1", ())
    assert (whole.captions, whole.comments) == (("Op het plein", "Album van juni"), ("Mooi!",))
    hint = Found(Kind.INFORMS, words=("inleveren",))
    whole = replace(whole, was_in_text=(Found(Kind.FULL_NAME, ("p1",)), hint), was_in_comments=(Found(Kind.BSN),))
    assert post_of("facebook", "1", post_text(whole), ()) == whole


# Laws.

some = settings(law, max_examples=law.max_examples // 3)  # each example judges several posts
LINES = (
    "Daan Bakker won!",
    "Daan won.",
    "Roos bloeit.",
    "de bakker",
    "Helaas.",
    "Niet leuk.",
    "Morgen graag inleveren.",
)
LINES = (*LINES, "Bel 06-12345678.", "Geen ruzie.", "Wat een feest!", "Noor", "de Vries", "14-03-2017", "")
some_lines = st.lists(st.sampled_from(LINES), max_size=4).map("\n".join)
posts = st.builds(
    kept,
    text=some_lines,
    captions=st.lists(some_lines, max_size=2).map(tuple),
    comments=st.lists(some_lines, max_size=2).map(tuple),
)
people = st.lists(st.sampled_from([DAAN, NOOR, ROOS]), unique=True).map(tuple)


@some
@given(posts, people, some_lines)
def test_more_text_never_makes_a_post_stand_better(post: KeptPost, who: tuple[Person, ...], more: str):
    before = judge_post(post, known(*who)).standing.urgency
    assert judge_post(replace(post, text=f"{post.text}\n{more}"), known(*who)).standing.urgency >= before
    assert judge_post(replace(post, text=f"{more}\n{post.text}"), known(*who)).standing.urgency >= before
    assert judge_post(replace(post, captions=(*post.captions, more)), known(*who)).standing.urgency >= before
    assert judge_post(replace(post, comments=(*post.comments, more)), known(*who)).standing.urgency >= before


@some
@given(posts, people, st.sampled_from([DAAN, NOOR, ROOS]))
def test_one_more_in_the_register_never_makes_a_post_stand_better(post: KeptPost, who: tuple[Person, ...], new: Person):
    before = judge_post(post, known(*who)).standing.urgency
    assert judge_post(post, known(*who, new)).standing.urgency >= before


@some
@given(posts, people, st.sampled_from([DAAN, NOOR, ROOS]))
def test_whose_words_are_forgotten_is_nowhere_and_the_post_stands_no_better(
    post: KeptPost, who: tuple[Person, ...], gone: Person
):
    before = judge_post(post, known(*who)).standing.urgency
    if gone not in who or not tell_of(post, Sought([gone])):
        return
    left = with_another_id(without_words(post, Sought(who)), gone.person_id, "forgotten-1")
    without = known(*(one for one in who if one != gone))
    assert judge_post(left, without).standing.urgency >= before
    assert not in_posts((left.text, *left.captions, *left.comments), Sought([gone]), ())
    assert f'"{gone.person_id}"' not in post_text(left)


@some
@given(posts, posts, people, st.sampled_from([DAAN, NOOR, ROOS]))
def test_a_post_read_again_stands_no_better_than_it_did_or_than_its_new_words_do(
    post: KeptPost, now: KeptPost, who: tuple[Person, ...], gone: Person
):
    left = with_another_id(without_words(post, Sought(who)), gone.person_id, "forgotten-1")
    without = known(*(one for one in who if one != gone))
    read = as_before(now, [left], without.register.sought)
    least = max(judge_post(one, without).standing.urgency for one in (left, now))
    assert judge_post(read, without).standing.urgency >= least
    assert read == now or not (read.text or read.captions or read.comments)


# The memory, an audit and a recheck.


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PHOTO_CONSENT_KEY", KEY)
    Workspace.create(tmp_path / "school", "De Proefschool", "en")
    with Workspace.open(tmp_path / "school").open_store() as store:
        store.add([NOOR], [line(who="p2")], datetime(2026, 9, 2))
        post = KeptPost("facebook", "1", PostKind.POST, NOON, "Daan Bakker won!", comments=("Hup Daan",))
        store.published.keep([post], NOON)
    return tmp_path / "school"


def test_who_came_into_the_register_since_is_found_in_the_words_and_forgotten_with_them(workspace: Path):
    with Workspace.open(workspace).open_store() as store:
        (post,) = store.published.posts()
        assert judge_post(post, known(NOOR)).standing is Standing.NO_PICTURE
        store.add([DAAN], [], datetime(2026, 9, 3))
    (found,) = Recheck.from_parameters(workspace=str(workspace), on=TODAY.isoformat()).run().changed
    assert found.standing is Standing.NEVER_RIGHT and found.named_in_words == ("p1",)
    (folder,) = (workspace / "reports").glob("*-recheck")
    findings = (folder / "findings.csv").read_text("utf-8-sig")
    assert ";R12;block;p1;" in findings and "Daan" not in findings
    assert "p1" in (folder / "takedown.csv").read_text("utf-8-sig")
    (row,) = json.loads((folder / "run.json").read_text("utf-8"))["posts"]
    assert [one["kind"] for one in row["in_text"]] == ["full_name"] and row["in_comments"]
    assert not [path.name for path in folder.iterdir() for part in parts_of(path) if b"Daan" in part], "ids alone"
    assert (words_shown(found, {}), words_shown(found, {"p1": "Daan Bakker"})) == ("", "Daan Bakker won!")
    with Workspace.open(workspace).open_store() as store:
        store.forget("p1", NOON)
        for _ in range(2):
            (left,) = store.published.posts()
            assert "Daan" not in post_text(left) and "p1" not in post_text(left)
            assert judge_post(left, known(NOOR)).standing is Standing.NEVER_RIGHT, "it must come down as before"
            store.published.keep([post], NOON)  # a later download does not bring the words back


def test_an_audit_after_somebody_was_forgotten_clears_nothing_and_a_recheck_says_the_same(
    workspace: Path, tmp_path: Path
):
    def audited(run_id: str, *texts: str) -> tuple[Standing, ...]:
        tweets = [
            {"tweet": {"id_str": str(n), "full_text": text, "created_at": "Wed Oct 14 12:00:00 +0000 2026"}}
            for n, text in enumerate(texts, start=1)
        ]
        (tmp_path / "x/data").mkdir(parents=True, exist_ok=True)
        (tmp_path / "x/data/tweets.js").write_text(f"window.YTD.tweets.part0 = {json.dumps(tweets)}", "utf-8")
        given = {"workspace": str(workspace), "export": str(tmp_path / "x"), "platform": "twitter"}
        job = PublishedAudit.from_parameters(**given, on=TODAY.isoformat(), run_id=run_id)
        run = job.look_and_judge(job.read())
        job.write(run)
        again = Recheck.from_parameters(workspace=str(workspace), on=TODAY.isoformat()).run().posts
        now = {post.post.post_id: post.standing for post in run.posts}
        assert now == {post.post.post_id: post.standing for post in again if post.post.platform == "twitter"}
        return tuple(now[str(n)] for n in range(1, len(texts) + 1))

    with Workspace.open(workspace).open_store() as store:
        store.add([DAAN], [], datetime(2026, 9, 3))
    whole, part = Standing.NEVER_RIGHT, Standing.UNSURE
    assert audited("before", "Daan Bakker won!", "Hup Daan") == (whole, part)
    with Workspace.open(workspace).open_store() as store:
        store.forget("p1", NOON)
    assert audited("after", "Daan Bakker won!", "Hup Daan") == (whole, part)
    assert audited("more", "Daan Bakker won!", "Hup Daan, en hup Noor de Vries") == (whole, whole)
    with Workspace.open(workspace).open_store() as store:
        assert not [post for post in store.published.posts("twitter") if post.text]
