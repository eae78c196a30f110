"""An approved post is judged again like an imported one, and is told once it is not right any more."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from consent.facts import BodyFact, Case, FaceFact, Orientation, PhotoFacts
from consent.judging import Decision, Verdict
from consent.people import Person, Role
from consent.protocol import load_protocol
from consent.published.standing import Publishing, Standing
from consent.register import Answer, ConsentRecord, ConsentRegister, Medium
from pipeline.naming import HandNames
from pipeline.naming_table import COLUMNS
from pipeline.naming_words import Word
from pipeline.photos import file_digest
from pipeline.published.approved import approved_picture, keep_approved
from pipeline.published.judging import JudgedPost, judge_post
from pipeline.published.kept import NAME_ERASED, KeptPicture, KeptPost, picture_of, picture_text
from pipeline.published.post import PostKind
from pipeline.published.rechecking import Recheck, Rechecked
from pipeline.remedies.memory import Made
from pipeline.remedies.remedy import Kind as RemedyKind
from pipeline.reporting.tables import write_csv
from pipeline.run import AuditedPhoto
from pipeline.signing.memory import Approval
from pipeline.store import RunSource, Store
from pipeline.store.decisions import ADULT_WITH_PERMISSION, FACE, PERSON, TEXT, HandDecision
from pipeline.store.decisions import PHOTO as DECIDED_PHOTO
from pipeline.vision.observation import Body, Box, Face, Observation
from pipeline.vision.persons import LARGEST_FACE
from pipeline.workspace import Workspace
from tests.keys import KEY

AT = datetime(2026, 10, 14, 0, 30, tzinfo=timezone(timedelta(hours=2)))
"""Half past midnight in the school; in UTC it is still the day before."""

PHOTO = AuditedPhoto(
    "photo.jpg",
    "a" * 64,
    None,
    Case(
        PhotoFacts("photo.jpg", (FaceFact(1, 100.0, "P1"), FaceFact(2, 100.0, "P2"))),
        "facebook",
        AT.date(),
        ConsentRegister({}),
        load_protocol("ooh-2019"),
    ),
    Verdict("photo.jpg", Decision.PUBLISH, ()),
    said=HandNames({1: "P1", 2: "P2"}),
)


def known(facts: PhotoFacts) -> AuditedPhoto:
    """The same photo, of which something else is known."""
    return replace(PHOTO, case=replace(PHOTO.case, photo=facts))


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PHOTO_CONSENT_KEY", KEY)
    Workspace.create(tmp_path / "school", "De Proefschool", "en")
    with Workspace.open(tmp_path / "school").open_store() as store:
        store.add([Person("P1", Role.PUPIL), Person("P2", Role.PUPIL)], [said("P1"), said("P2")], AT)
    return tmp_path / "school"


def said(who: str, **other: object) -> ConsentRecord:
    form = {"given_by": "both parents", "given_on": date(2026, 9, 1), "form_version": "1", "evidence": "form"}
    return ConsentRecord(who, "facebook", Medium.PHOTO, **{"answer": Answer.YES, **form, **other})


def approve(store: Store, text: str = "Sportdag") -> KeptPost:
    picture = approved_picture(PHOTO, "b" * 64, "basis")
    return keep_approved(store.published, [picture], platform="facebook", run_id="run-1", at=AT, text=text)


def recheck(workspace: Path) -> Rechecked:
    return Recheck.from_parameters(workspace=str(workspace), on="2026-11-22").run()


def test_an_approved_post_is_kept_and_told_when_a_consent_is_withdrawn(workspace: Path):
    with Workspace.open(workspace).open_store() as store:
        post = approve(store)
        assert list(store.published.posts()) == [post]
    assert (post.posted_on, post.kind, post.is_own) == (date(2026, 10, 14), PostKind.APPROVED, True)
    assert post.pictures[0].sha256 == "b" * 64, "the file that was approved, not the one that it was made of"
    quiet = recheck(workspace)
    assert [found.standing for found in quiet.posts] == [Standing.RIGHT]
    assert quiet.changed == () and quiet.folder is None
    with Workspace.open(workspace).open_store() as store:
        store.add([], [said("P2", answer=Answer.WITHDRAWN, withdrawn_on=date(2026, 11, 20))], AT)
    (found,) = recheck(workspace).changed
    assert (found.standing, found.taken_back, found.wrong_since) == (
        Standing.WITHDRAWN,
        ("P2",),
        date(2026, 11, 20),
    )


BOX = Box(10.0, 10.0, 100.0, 120.0)
SAID = {
    "a permission": HandDecision(AT, "a" * 64, "photo.jpg", FACE, 3, BOX, ADULT_WITH_PERMISSION, "facebook", "a mail"),
    "not recognisable": HandDecision(AT, "a" * 64, "photo.jpg", FACE, 3, BOX, Word.NOT_RECOGNISABLE, reason="far"),
    "no face": HandDecision(AT, "a" * 64, "photo.jpg", FACE, 3, BOX, Word.NO_FACE, reason="a doll"),
    "nobody to be recognised": HandDecision(
        AT, "a" * 64, "photo.jpg", PERSON, 1, BOX, Word.NOT_RECOGNISABLE, reason="far"
    ),
}
FACES = {
    "a permission": FaceFact(3, 100.0, permitted_for=frozenset({"facebook"})),
    "not recognisable": FaceFact(3, 100.0, None, None, True),
}
BODIES = {"nobody to be recognised": BodyFact(1, Orientation.FACING, LARGEST_FACE * BOX.side, ruled_out=True)}


def released(store: Store, said: str, remedy: bool = False) -> HandDecision:
    """A post whose photo is fine because of what somebody said at the desk; gives that decision."""
    decision = store.decisions.make(SAID[said])
    source = PHOTO.sha256
    if remedy:
        source = "c" * 64
        store.remedies.add(Made("run-1", "photo.jpg", PHOTO.sha256, source, RemedyKind.COVER, "grey", (), (), None, AT))
    store.signing.keep_clean_file("run-1", "photo-001.jpg", source, "b" * 64)
    faces = (*PHOTO.facts.faces, *([FACES[said]] if said in FACES else []))
    facts = replace(PHOTO.facts, faces=faces, bodies=(BODIES[said],) if said in BODIES else ())
    picture = approved_picture(known(facts), "b" * 64, "basis")
    keep_approved(store.published, [picture], platform="facebook", run_id="run-1", at=AT, text="")
    return decision


def judged_again(store: Store) -> JudgedPost:
    """The one post as a recheck judges it."""
    protocol = load_protocol("ooh-2019")
    publishing = Publishing("facebook", date(2026, 11, 22), protocol, store.register(protocol.parameters.validity))
    (post,) = store.published.posts()
    return judge_post(post, publishing)


@pytest.mark.parametrize("remedy", [False, True])
def test_a_permission_that_is_taken_back_after_the_approval_takes_the_post_down(remedy: bool, workspace: Path):
    with Workspace.open(workspace).open_store() as store:
        decision = released(store, "a permission", remedy)
        assert judged_again(store).standing is Standing.RIGHT
        store.decisions.end([decision.id], datetime(2026, 11, 20, 9, 0).astimezone())
    found = recheck(workspace)
    (post,) = found.changed
    assert (post.standing, post.wrong_since) == (Standing.WITHDRAWN, date(2026, 11, 20))
    assert found.folder is not None
    page = (found.folder / "report.html").read_text("utf-8")
    assert "was taken back at the desk on November 20, 2026." in page
    with Workspace.open(workspace).open_store() as store:
        store.decisions.drop_old(date(2030, 1, 1))
        assert store.decisions.all() == ()
        assert judged_again(store).standing is Standing.WITHDRAWN, "never forgotten"


@pytest.mark.parametrize("what", [FACE, PERSON])
def test_a_permission_whose_evidence_was_erased_holds_the_post_at_the_next_recheck(what: str, workspace: Path):
    """Of a face, and of a person without a found face, who became a face by that permission."""
    space = Workspace.open(workspace)
    side = BOX.side * (LARGEST_FACE if what == PERSON else 1)
    given = replace(SAID["a permission"], what=what, number=3 if what == FACE else 1)
    with space.open_store() as store:
        store.add([Person("P3", Role.PUPIL, "Noor", "", "Proef")], [], AT)
        decision = store.decisions.make(replace(given, reason="mail from Noor Proef's father"))
        face = FaceFact(3, side, permitted_for=frozenset({"facebook"}))
        picture = approved_picture(known(replace(PHOTO.facts, faces=(*PHOTO.facts.faces, face))), "b" * 64, "basis")
        store.signing.keep_clean_file("run-1", "photo-001.jpg", PHOTO.sha256, "b" * 64)
        keep_approved(store.published, [picture], platform="facebook", run_id="run-1", at=AT, text="")
        assert judged_again(store).standing is Standing.RIGHT
        store.forget("P3", AT)
        assert store.decisions.standing()[0].id == decision.id and not store.decisions.standing()[0].reason
    assert [found.standing for found in recheck(workspace).changed] == [Standing.UNSURE]
    assert recheck(workspace).changed == (), "once is enough"
    with space.open_store() as store:
        store.decisions.make(replace(given, reason="the same mail, without the name"), [decision.id])
        assert judged_again(store).standing is Standing.RIGHT


@pytest.mark.parametrize("said", SAID)
def test_what_was_said_at_the_desk_and_taken_back_counts_for_an_approved_post_too(said: str, workspace: Path):
    with Workspace.open(workspace).open_store() as store:
        decision = released(store, said)
        assert judged_again(store).standing is Standing.RIGHT
        store.decisions.end([decision.id], AT)
        expected = Standing.WITHDRAWN if said == "a permission" else Standing.UNSURE
        assert judged_again(store).standing is expected
        store.decisions.revive((), (decision.id,), AT)  # undo at the desk
        assert judged_again(store).standing is Standing.RIGHT
        store.decisions.end([one.id for one in store.decisions.standing()], AT)
        store.decisions.make(replace(decision, reason=""))  # made by an older version, or its reason was erased
        assert judged_again(store).standing is not Standing.RIGHT


def test_a_text_that_may_not_stay_any_more_holds_the_post_and_none_is_let_pass_later(workspace: Path):
    text = replace(SAID["no face"], what=TEXT, number=1, who=Word.MAY_STAY, reason="")
    with Workspace.open(workspace).open_store() as store:
        released(store, "no face")
        said = store.decisions.make(text)
        assert judged_again(store).standing is Standing.RIGHT
        store.decisions.end([said.id], AT)
        assert judged_again(store).standing is Standing.UNSURE
        store.decisions.make(text)
        assert judged_again(store).standing is Standing.UNSURE, "what it says was not kept"


def test_a_permission_for_something_else_brings_nothing_back_and_a_name_goes_by_the_register(workspace: Path):
    with Workspace.open(workspace).open_store() as store:
        decision = released(store, "a permission")
        other = store.decisions.make(replace(SAID["a permission"], reason="another mail"))
        store.decisions.end([decision.id], AT)
        assert judged_again(store).standing is Standing.RIGHT, "as long as somebody says so"
        store.decisions.end([other.id], AT)
        for again in ({"box": Box(0, 0, 50, 60)}, {"number": 2}, {"platform": "twitter"}, {"photo_sha256": "d" * 64}):
            made = store.decisions.make(replace(SAID["a permission"], **again))
            assert judged_again(store).standing is Standing.WITHDRAWN, again
            store.decisions.end([made.id], AT)
        store.add(
            [Person("P3", Role.STAFF)], [said("P3", answer=Answer.WITHDRAWN, withdrawn_on=date(2026, 11, 20))], AT
        )
        store.decisions.make(replace(SAID["a permission"], who="P3", platform=""))
        assert judged_again(store).taken_back == ("P3",)


def test_of_two_permissions_the_one_for_the_platform_of_the_post_counts_and_no_other(workspace: Path):
    elsewhere = replace(SAID["a permission"], platform="twitter", reason="a form")
    with Workspace.open(workspace).open_store() as store:
        decision = released(store, "a permission")
        other = store.decisions.make(elsewhere)
        assert judged_again(store).standing is Standing.RIGHT
        store.decisions.end([other.id], AT)
        assert judged_again(store).standing is Standing.RIGHT, "it was never for this platform"
        other = store.decisions.make(elsewhere)
        store.decisions.end([decision.id], AT)
        assert judged_again(store).standing is Standing.WITHDRAWN
        store.decisions.revive((), (decision.id,), AT)
        assert judged_again(store).standing is Standing.RIGHT
        store.decisions.make(replace(elsewhere, who="P1", platform=""))  # somebody of the register, says another desk
        assert judged_again(store).standing is Standing.UNSURE


PERMITTED, BODY = SAID["a permission"], SAID["nobody to be recognised"]
ELSEWHERE = Box(400.0, 400.0, 60.0, 60.0)
PLACES: dict[str, tuple[Box | None, Box, Standing]] = {
    "the face": (BOX, BOX, Standing.UNSURE),
    "the face as another version saw it": (BOX, Box(20.0, 20.0, 50.0, 60.0), Standing.UNSURE),
    "the face, which has its number at another place by now": (ELSEWHERE, ELSEWHERE, Standing.UNSURE),
    "another face": (BOX, ELSEWHERE, Standing.RIGHT),
    "a face of a photo of which nothing else is remembered": (None, ELSEWHERE, Standing.UNSURE),
}


@pytest.mark.parametrize("what", [FACE, PERSON])
@pytest.mark.parametrize("where", PLACES)
def test_no_permission_counts_for_a_post_where_somebody_of_the_register_was_found_once(
    where: str, what: str, workspace: Path
):
    """The template of whom it was is gone, and with it the name; at the desk the same permission holds the photo."""
    now, then, expected = PLACES[where]
    with Workspace.open(workspace).open_store() as store:
        kept = released(store, "no face" if what == FACE else "nobody to be recognised")
        store.decisions.end([kept.id], AT)
        with store.transaction():
            store._mark_taken_for(PHOTO.sha256, [then.scaled(1 / 800, 1 / 600)])
        if now is not None:
            face, body = Face(3, now, 0.9, ()), Body(1, now, 0.9, Orientation.FACING)
            store.add_observation(Observation(PHOTO.sha256, 800, 600, (face,), (body,)), "models")
        if what == FACE:
            store.published.change(["b" * 64], lambda picture, _: lost(picture))
        assert judged_again(store).standing is Standing.UNSURE
        given = store.decisions.make(replace(PERMITTED, what=what, number=kept.number))
        assert judged_again(store).standing is expected
        store.decisions.make(replace(given, platform="twitter"))
        assert judged_again(store).standing is expected
        store.decisions.end([given.id], AT)
        assert judged_again(store).standing is not Standing.RIGHT


@pytest.mark.parametrize("where", PLACES)
def test_no_person_of_a_post_is_a_statue_where_somebody_of_the_register_was_found_once(where: str, workspace: Path):
    now, then, expected = PLACES[where]
    with Workspace.open(workspace).open_store() as store:
        kept = released(store, "nobody to be recognised")
        store.decisions.end([kept.id], AT)
        with store.transaction():
            store._mark_taken_for(PHOTO.sha256, [then.scaled(1 / 800, 1 / 600)])
        if now is not None:
            there = Observation(PHOTO.sha256, 800, 600, (), (Body(1, now, 0.9, Orientation.FACING),))
            store.add_observation(there, "models")
        assert judged_again(store).standing is Standing.UNSURE
        statue = replace(PERMITTED, what=PERSON, number=kept.number, who=Word.NO_FACE, platform="", reason="a statue")
        store.decisions.make(statue)
        assert judged_again(store).standing is expected


def lost(picture: KeptPicture) -> KeptPicture:
    """With face 3 as one whose name had to be erased."""
    face = FaceFact(3, BOX.side, None, NAME_ERASED)
    others = tuple(f for f in picture.facts.faces if f.number != face.number)
    return replace(picture, facts=replace(picture.facts, faces=(*others, face)))


@pytest.mark.parametrize("about", [{}, {"what": PERSON, "number": 1}], ids=[FACE, PERSON])
def test_two_desks_that_give_one_permission_in_other_words_hold_the_post_as_they_hold_the_photo(
    about: dict[str, object], workspace: Path
):
    mine, theirs = (replace(PERMITTED, reason=reason, **about) for reason in ("a mail", "a form"))
    with Workspace.open(workspace).open_store() as store:
        kept = released(store, "nobody to be recognised" if about else "no face")
        store.decisions.end([kept.id], AT)
        store.decisions.make(mine)
        assert judged_again(store).standing is Standing.RIGHT
        second = store.decisions.make(theirs)
        assert judged_again(store).standing is Standing.UNSURE
        store.decisions.end([second.id], AT)
        assert judged_again(store).standing is Standing.RIGHT
        store.decisions.make(replace(mine, at=AT))  # the same once more is no contradiction
        assert judged_again(store).standing is Standing.RIGHT


def body_of_twitter(store: Store, number: int = 3, of: str = "twitter") -> None:
    """The post shows a face that became of a body, permitted for another platform."""
    face = FaceFact(number, LARGEST_FACE * BOX.side, permitted_for=frozenset({of}))
    facts = replace(PHOTO.facts, faces=(*PHOTO.facts.faces, face))
    store.signing.keep_clean_file("run-1", "photo-001.jpg", PHOTO.sha256, "b" * 64)
    picture = approved_picture(known(facts), "b" * 64, "basis")
    keep_approved(store.published, [picture], platform="facebook", run_id="run-1", at=AT, text="")


def test_a_second_permission_of_a_body_counts_for_its_post(workspace: Path):
    twitter = replace(BODY, who=ADULT_WITH_PERMISSION, platform="twitter", reason="a form")
    facebook = replace(twitter, platform="facebook", reason="a mail")
    with Workspace.open(workspace).open_store() as store:
        store.decisions.make(twitter)
        body_of_twitter(store)
        assert judged_again(store).standing is Standing.UNSURE
        second = store.decisions.make(facebook)
        assert judged_again(store).standing is Standing.RIGHT
        store.decisions.end([second.id], AT)
        assert judged_again(store).standing is Standing.WITHDRAWN


@pytest.mark.parametrize("said_of", ["another body", "the face", "nobody"])
def test_a_permission_of_a_body_never_counts_for_a_face_that_is_as_large_and_has_one(said_of: str, workspace: Path):
    twitter = replace(BODY, who=ADULT_WITH_PERMISSION, platform="twitter", reason="a form")
    with Workspace.open(workspace).open_store() as store:
        if said_of == "another body":
            store.decisions.make(replace(twitter, number=2))
        if said_of == "the face":
            store.decisions.make(twitter)
            side = LARGEST_FACE * BOX.side
            store.decisions.make(replace(twitter, what=FACE, number=3, box=Box(300, 10, side, side)))
        body_of_twitter(store)
        store.decisions.make(replace(twitter, platform="facebook", reason="a mail"))
        assert judged_again(store).standing is Standing.UNSURE


def test_what_became_of_a_body_has_not_the_number_of_a_face_that_is_said_to_be_none(workspace: Path):
    """Else that one would not be there again when it is taken back."""
    with Workspace.open(workspace).open_store() as store:
        released(store, "nobody to be recognised")
        none = store.decisions.make(SAID["no face"])
        store.decisions.end([one.id for one in store.decisions.standing() if one.what == PERSON], AT)
        store.decisions.make(replace(BODY, who=ADULT_WITH_PERMISSION, platform="facebook", reason="a mail"))
        assert judged_again(store).standing is Standing.RIGHT
        store.decisions.end([none.id], AT)
        assert judged_again(store).standing is Standing.UNSURE


@pytest.mark.parametrize("kept", ["facebook", ["facebook", "twitter"], ""])
def test_permissions_are_kept_with_a_post_and_those_of_older_databases_are_read(kept: str | list[str]):
    platforms = frozenset(kept.split() if isinstance(kept, str) else kept)
    picture = KeptPicture(PhotoFacts("photo.jpg", (FaceFact(1, 100.0, permitted_for=platforms),)), "b" * 64)
    content = json.loads(picture_text(picture))
    assert content["faces"][0].pop() == sorted(platforms)
    content["faces"][0].append(kept)
    assert picture_of(json.dumps(content), picture.sha256, picture.basis) == picture


NAMED = replace(SAID["no face"], number=2, who="P2", reason="")
"""Face 2, as somebody named it at the desk before the approval."""
BARE = replace(SAID["no face"], reason="")
"""Of face 3, by an older version of the program."""
OTHER = replace(NAMED, who="P3")


@pytest.mark.parametrize(
    ("before", "ended", "made", "expected"),
    [
        ([NAMED], [0], [], Standing.UNSURE),  # taken back: nobody knows who it is
        ([NAMED], [0], [OTHER], Standing.NEVER_RIGHT),  # changed into somebody who said no
        ([], [], [OTHER], Standing.NEVER_RIGHT),  # the program's name put right
        ([NAMED], [], [OTHER], Standing.UNSURE),  # two desks contradict each other
        ([NAMED, OTHER], [1], [], Standing.RIGHT),  # and one of them takes it back
        ([NAMED], [0], [NAMED], Standing.RIGHT),  # undo
        ([NAMED, NAMED], [0], [], Standing.RIGHT),  # another desk says so still
        ([], [], [replace(OTHER, box=Box(0, 0, 50, 60))], Standing.UNSURE),  # whom was meant?
        ([], [], [replace(OTHER, number=9)], Standing.RIGHT),  # a face that was cut away
        ([], [], [replace(NAMED, who=Word.NO_FACE, reason="a doll")], Standing.NEVER_RIGHT),  # one pupil is left (R1)
        ([], [], [replace(NAMED, who=Word.NO_FACE)], Standing.UNSURE),  # without a reason nobody knows who it is
        ([], [], [replace(NAMED, who=Word.NOT_RECOGNISABLE)], Standing.UNSURE),
        ([BARE], [], [], Standing.UNSURE),  # of a face that was none
        ([BARE], [0], [replace(BARE, reason="a doll")], Standing.RIGHT),
        ([BARE, replace(BARE, reason="a doll")], [1], [], Standing.UNSURE),
        ([BARE, replace(BARE, reason="a doll")], [], [], Standing.RIGHT),
        ([], [], [replace(SAID["a permission"], number=2)], Standing.RIGHT),  # who has a name goes by the register
        ([BODY], [0], [replace(BODY, who="P3")], Standing.NEVER_RIGHT),
        ([BODY], [0], [replace(BODY, who="P3"), replace(BODY, who="P3")], Standing.NEVER_RIGHT),
        ([BODY, replace(BODY, who="P3")], [0, 1], [], Standing.UNSURE),
        ([BODY, replace(BODY, who="P3")], [0, 1], [BODY], Standing.RIGHT),
        ([BODY], [0], [replace(BODY, who=ADULT_WITH_PERMISSION, platform="facebook")], Standing.RIGHT),
        ([BODY], [0], [replace(BODY, who=ADULT_WITH_PERMISSION, platform="facebook", reason="")], Standing.UNSURE),
        ([BODY], [], [replace(BODY, who="P3")], Standing.UNSURE),
    ],
)
def test_a_name_changed_at_the_desk_after_the_approval_reaches_what_a_recheck_judges(
    before: list[HandDecision],
    ended: list[int],
    made: list[HandDecision],
    expected: Standing,
    workspace: Path,
):
    with Workspace.open(workspace).open_store() as store:
        store.add([Person("P3", Role.PUPIL)], [said("P3", answer=Answer.NO)], AT)
        released(store, "nobody to be recognised" if BODY in before else "no face")
        store.decisions.end([decision.id for decision in store.decisions.standing()], AT)
        if BARE not in before:
            store.decisions.make(SAID["no face"])  # of face 3, which is none
        ids = [store.decisions.make(decision).id for decision in before]
        store.decisions.end([ids[place] for place in ended], AT)
        for decision in made:
            store.decisions.make(decision)
        assert judged_again(store).standing is expected


@pytest.mark.parametrize("number", [1, 2], ids=["another size", "cut away"])
@pytest.mark.parametrize("who", ["P1", Word.NOT_RECOGNISABLE, Word.NO_FACE])
def test_what_is_said_of_a_body_never_counts_for_a_face_that_is_as_large(number: int, who: str, workspace: Path):
    """P2 took the yes back. A person on the photo whose face could be as large as P2's is given a name, or a word."""
    body = replace(BODY, number=number, who=who, box=Box(300, 10, 100 / LARGEST_FACE, 400))
    with Workspace.open(workspace).open_store() as store:
        released(store, "nobody to be recognised")
        store.add([], [said("P2", answer=Answer.WITHDRAWN, withdrawn_on=date(2026, 11, 20))], AT)
        assert judged_again(store).taken_back == ("P2",)
        store.decisions.make(body)
        assert judged_again(store).taken_back == ("P2",)


def test_that_it_may_harm_holds_the_post_until_that_is_taken_back(workspace: Path):
    with Workspace.open(workspace).open_store() as store:
        released(store, "a permission")
        harm = HandDecision(AT, "a" * 64, "photo.jpg", DECIDED_PHOTO, 0, BOX, Word.MAY_HARM)
        kept = store.decisions.make(harm)
        assert judged_again(store).standing is Standing.UNSURE
        store.decisions.end([kept.id], AT)
        assert judged_again(store).standing is Standing.RIGHT


def test_approving_the_same_run_again_leaves_one_post(workspace: Path):
    with Workspace.open(workspace).open_store() as store:
        approve(store)
        again = approve(store, "Sportdag!")
        assert list(store.published.posts()) == [again]
        assert again == replace(again, text="Sportdag!")


def test_it_is_written_with_what_else_the_transaction_writes_or_not_at_all(workspace: Path):
    with Workspace.open(workspace).open_store() as store:
        with pytest.raises(ZeroDivisionError), store.transaction():
            approve(store)
            1 / 0  # noqa: B018
        assert list(store.published.posts()) == [] and store.published.standings() == {}


def test_the_card_says_that_it_was_approved_here(workspace: Path):
    with Workspace.open(workspace).open_store() as store:
        approve(store)
        store.add([], [said("P2", answer=Answer.WITHDRAWN, withdrawn_on=date(2026, 11, 20))], AT)
    folder = recheck(workspace).folder
    assert folder is not None
    page = (folder / "report.html").read_text("utf-8")
    assert "Approved here on this day: approved/facebook/run-1." in page and "In the export" not in page


@pytest.mark.parametrize("said_in", ["names.csv", "decisions"])
@pytest.mark.parametrize("later", [None, "a doll"])
def test_a_recheck_finds_what_an_older_program_let_pass_by_a_bare_word(
    said_in: str, later: str | None, workspace: Path
):
    space, bare = Workspace.open(workspace), replace(SAID["no face"], reason="")
    with space.open_store() as store:
        released(store, "no face")
        store._db.execute("DELETE FROM decision")
        store._db.commit()
        if said_in == "decisions":
            store.decisions._record = lambda decision, at: None  # as it was when this counted
            store.decisions.make(bare)
        else:
            table = space.reports / "run-1" / "names.csv"
            table.parent.mkdir(parents=True)
            row = ("photo.jpg", FACE, 3, "", "geen gezicht", "", 10, 10, 100, 120, "a" * 64)
            write_csv(table, COLUMNS, [row])
            store.keep_source("run-1", RunSource(Path("photos"), None, file_digest(table)))
        store.signing.add_approval(Approval("run-1", "facebook", AT, "d" * 64, {}))
        assert judged_again(store).standing is Standing.RIGHT
    assert [found.standing for found in recheck(workspace).changed] == [Standing.UNSURE]
    with space.open_store() as store:
        (post,) = store.published.posts()
        assert "does not count" in str(post.pictures[0].facts.faces[-1].why_unnamed)
        if later is not None:
            store.decisions.make(replace(bare, reason=later), [one.id for one in store.decisions.standing()])
            assert judged_again(store).standing is Standing.RIGHT
    assert [found.standing for found in recheck(workspace).changed] == ([Standing.RIGHT] if later else [])
