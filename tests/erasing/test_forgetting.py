"""Forgetting in the real, encrypted database: what goes, what stays, and what happens in between."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from consent.facts import FaceFact, PhotoFacts, TextFact, TextPlace
from consent.findings import Outcome
from consent.forgetting import BY_FORGETTING, forgotten_id
from consent.hidden import Hides
from consent.messages import UserError, say
from consent.people import Person, Role
from consent.published.standing import Publishing, Standing
from consent.register import EVERY_PURPOSE, Answer, ConsentRecord, Medium, Validity
from consent.rules.r12_no_personal_data import no_personal_data
from pipeline.cli import cli
from pipeline.erasing.forgetting import forget
from pipeline.erasing.traces import Kind
from pipeline.language import translator
from pipeline.ledger.chain import Kind as LedgerKind
from pipeline.matching.identification import Identification
from pipeline.metadata.hidden import Hidden
from pipeline.naming_words import Permission, Word, is_set_aside
from pipeline.published.kept import KeptPicture, KeptPost
from pipeline.published.memory import Stood
from pipeline.published.post import PostKind
from pipeline.signing.runs import read_run
from pipeline.store import RunSource, Store
from pipeline.store.decisions import ADULT_WITH_PERMISSION, FACE, HandDecision
from pipeline.vision.observation import Box, SeenText
from pipeline.workspace import Workspace
from tests.erasing.decrypted import decrypted
from tests.forked import ended, fork, started
from tests.pipeline.conftest import KEY
from tests.pipeline.seen import face, seen
from tests.pipeline.test_look_alikes import S01, S04, template

AT = datetime(2026, 11, 23, 9, 30).astimezone()
PERSON = Person("S04", Role.PUPIL, "Daantje", "van", "Zoekmij", "6", date(2017, 5, 25))
OTHER = Person("S01", Role.PUPIL, "Noor", "", "Ander", "3")
LINES = (
    ConsentRecord("S04", "facebook", Medium.BOTH, Answer.YES, "both parents", date(2026, 9, 1), None, None, "1", "m7"),
    ConsentRecord("S04", "matching", Medium.PHOTO, Answer.YES, "both parents", date(2026, 9, 1), None, None, "1", "m8"),
    ConsentRecord("S04", "twitter", Medium.BOTH, Answer.NO, "mother", date(2026, 9, 2), None, None, "1", "m9"),
)
ALIKE = say("The face resembles {first} and {other}, who look alike.", first="S01", other="S04")


@pytest.fixture
def space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace in which S04 is enrolled, was found, and was named on a post that is public; S01 looks alike."""
    monkeypatch.setenv("PHOTO_CONSENT_KEY", KEY)
    space, _ = Workspace.create(tmp_path / "school", "De Proefschool", "en", "DPIA-TEST")
    with space.open_store() as store:
        store.add([PERSON, OTHER], [*LINES, replace(LINES[1], person_id="S01")], AT)
        store.replace_templates([template("S04", S04), template("S01", S01)])
        photo = seen(face(1, 100), face(2, 90))
        store.add_observation(photo, "models")
        found = [Identification(1, "S04", None, 0.2, 0.5), Identification(2, None, ALIKE, 0.3, 0.31)]
        store.add_identifications(photo, "basis", found, ["S01", "S04"])
        store.published.keep([post("by the program"), post("by hand", by_hand={1})], AT)
        store.published.add_standings({("facebook", "by hand"): Stood(Standing.WITHDRAWN, ("S01", "S04"), AT)})
        store.decisions.make(decision(1, "S04"))
        store.keep_source("run-1", RunSource(Path("/photos/sportdag")))
    return space


def post(post_id: str, by_hand: frozenset[int] | set[int] = frozenset()) -> KeptPost:
    facts = PhotoFacts("a.jpg", (FaceFact(1, 90.0, "S04"), FaceFact(2, 80.0, None, ALIKE), FaceFact(3, 80.0, "S01")))
    return KeptPost(
        "facebook", post_id, PostKind.POST, AT, pictures=(KeptPicture(facts, "a" * 64, frozenset(by_hand)),)
    )


def decision(number: int, who: str, **other: object) -> HandDecision:
    usual = {"what": FACE, "reason": "Daantje, by the red coat"}
    return HandDecision(AT, "b" * 64, "b.jpg", number=number, box=Box(1, 2, 30, 40), who=who, **{**usual, **other})


def everything(space: Workspace) -> bytes:
    return decrypted(space.database, KEY)


TELLING = (b'"S04"', b"Daantje", b"Zoekmij", b"2017-05-25", S04.tobytes()[:16])


def tells(space: Workspace) -> list[bytes]:
    """What of the person is anywhere in the file, also where nothing stands any more."""
    content = everything(space)
    return [part for part in (*TELLING, b"S04") if part in content]


def test_nothing_of_a_forgotten_person_is_left_in_any_page_of_the_database(space: Workspace):
    assert tells(space) == [*TELLING, b"S04"], "the search finds what is there"
    done = forget(space, "S04", AT)
    assert done.erased is not None
    assert (done.erased.templates, done.erased.photos, done.erased.pictures, done.erased.lines) == (1, 1, 2, 3)
    assert [one.post_id for one in done.posts] == ["by hand", "by the program"]
    assert done.folders == (Path("/photos/sportdag"),)
    assert tells(space) == []
    assert sorted(file.name for file in space.folder.iterdir() if "workspace" in file.name) == ["workspace.db"]


def test_what_stays_tells_only_that_somebody_may_not_be_shown(space: Workspace):
    done = forget(space, "S04", AT)
    assert done.erased is not None
    new_id = forgotten_id(done.erased.token)
    with space.open_store() as store:
        assert store.people() == {"S01": OTHER, new_id: Person(new_id, Role.PUPIL, left_on=AT.date())}
        *kept, last = (line for line in store.register(Validity()).records if line.person_id != "S01")
        assert [(line.person_id, line.purpose, line.answer, line.evidence) for line in kept] == [
            (new_id, "facebook", Answer.YES, "m7"),
            (new_id, "matching", Answer.YES, "m8"),
            (new_id, "twitter", Answer.NO, "m9"),
        ]
        assert last == ConsentRecord(new_id, EVERY_PURPOSE, Medium.BOTH, Answer.OBJECTION, BY_FORGETTING, AT.date())
        assert store.enrolled() == {"S01"}
        assert store.look_alikes() == (tuple(sorted(("S01", new_id))),)
        for one in store.published.posts():
            (picture,) = one.pictures
            assert [f.person_id for f in picture.facts.faces] == [new_id, None, "S01"]
            assert picture.refused_since == AT.date()
            assert 1 in picture.by_hand and "S04" not in str(picture.facts.faces[1].why_unnamed)
        (named,) = store.decisions.all()
        assert (named.who, named.reason) == (new_id, "") and done.erased.decisions == 1
        assert store.published.standings()[("facebook", "by hand")].people == tuple(sorted(("S01", new_id)))
        assert not store.seen_before(seen().sha256, "models", "basis").found


def test_the_ledger_proves_it_and_tells_nobody(space: Workspace):
    with space.open_store() as store, store.transaction():
        token = store.ledger.opaque("S04")
    done = forget(space, "S04", AT)
    assert done.erased is not None and done.erased.token == token
    with space.open_store() as store:
        last = store.ledger.entries()[-1]
        assert last.kind is LedgerKind.FORGET and last.body["person"] == token and last.body["templates"] == 1
        assert store.ledger.verify() == ()
        with store.transaction():
            assert store.ledger.opaque("S04") != token


def test_who_was_forgotten_during_a_recheck_does_not_come_back_with_its_standings(space: Workspace):
    with space.open_store() as store:
        judged = {("facebook", "by the program"): Stood(Standing.WITHDRAWN, ("S01", "S04"), AT)}
        assert forget(space, "S04", AT).erased is not None
        store.published.add_standings(judged)
        assert store.published.standings()[("facebook", "by the program")].people == ("S01",)
    assert tells(space) == []


def test_a_reason_that_tells_the_name_goes_and_its_word_counts_no_more(space: Workspace):
    with space.open_store() as store:
        name = store.people()["S04"].full_name
        box = Box(0, 0, 9, 9)
        said = HandDecision(AT, "c" * 64, "a.jpg", "face", 1, box, "no_face", reason=f"een tekening van {name.upper()}")
        kept = store.decisions.make(said)
        other = store.decisions.make(replace(said, number=2, reason="een pop"))
        permission = replace(said, number=3, who=ADULT_WITH_PERMISSION, platform="facebook", reason=f"mail of {name}")
        permitted = store.decisions.make(permission)
        assert permitted.told == Permission("facebook", permission.reason)
        store.forget("S04", AT)
        told = {one.id: one.told for one in store.decisions.standing("c" * 64)}
    assert told[kept.id] is Word.NO_FACE and is_set_aside(told[other.id])
    assert told[permitted.id] == Permission("facebook", "")  # who gave it, nobody can look up any more


def test_twice_is_told_and_changes_nothing(space: Workspace):
    forget(space, "S04", AT)
    with space.open_store() as store:
        before = (store.people(), store.register(Validity()), store.ledger.head())
    again = forget(space, "S04", datetime(2026, 12, 1).astimezone())
    assert again.erased is None and again.on == AT.date() and again.posts == ()
    with space.open_store() as store:
        assert before == (store.people(), store.register(Validity()), store.ledger.head())


@pytest.mark.parametrize("person_id", ["S4", "", "s04", "Daantje van Zoekmij", "'; DROP TABLE person; --"])
def test_an_unknown_id_is_told_and_changes_nothing(person_id: str, space: Workspace):
    with space.open_store() as store:
        head = store.ledger.head()
    with pytest.raises(UserError, match="has no person with the id"):
        forget(space, person_id, AT)
    with space.open_store() as store:
        assert store.ledger.head() == head


def test_who_stands_for_a_forgotten_person_cannot_be_forgotten_again(space: Workspace):
    done = forget(space, "S04", AT)
    assert done.erased is not None
    with pytest.raises(UserError, match="has no person with the id"):
        forget(space, forgotten_id(done.erased.token), AT)


def test_two_who_look_alike_leave_nobody_to_guard(space: Workspace):
    forget(space, "S04", AT)
    forget(space, "S01", AT)
    with space.open_store() as store:
        assert store.look_alikes() == () and store.enrolled() == frozenset()


def test_an_older_list_does_not_bring_a_forgotten_person_back(space: Workspace):
    """The list does not have the refusals that were made since, so it could clear the child."""
    forget(space, "S04", AT)
    with space.open_store() as store:
        before = (store.people(), store.register(Validity()))
        assert store.add([PERSON, OTHER], LINES, AT) == (1, 0)
        assert before == (store.people(), store.register(Validity()))
        with pytest.raises(UserError, match="S04 was forgotten"):
            store.decisions.make(decision(2, "S04"))
        assert store.forgotten(["S04", "S01", "S05"]) == {"S04": AT.date()}
        assert store.replace_templates([template("S04", S04)], store.people) == {"S04"}


# While others work.


def test_a_run_that_began_before_brings_no_name_back(space: Workspace):
    """Another process has read the register; the person is forgotten; then it writes what it found."""
    ready, go = fork.Event(), fork.Event()

    def audit() -> None:
        with space.open_store() as store:
            assert "S04" in store.people()
            ready.set()
            assert go.wait(60)
            store.published.keep([post("by the program"), post("new", by_hand={1})], AT)
            store.add_identifications(seen(), "basis", [Identification(1, "S04")], ["S01", "S04"])

    process = started(audit)
    assert ready.wait(60)
    forget(space, "S04", AT)
    go.set()
    assert ended(process) == 0
    assert tells(space) == []
    with space.open_store() as store:
        written = [one for one in store.published.posts() if one.post_id != "by hand"]
    assert [one.post_id for one in written] == ["by the program", "new"]
    for one in written:
        first = one.pictures[0].facts.faces[0]
        assert first.person_id is None and first.why_unnamed is not None and not one.pictures[0].by_hand


def killed_at(space: Workspace, statement: int) -> bool:
    """Forget S04 in a process of its own that is killed before the n-th statement; whether it came to that."""

    def work() -> None:
        count = 0

        def trace(_: str) -> None:
            nonlocal count
            count += 1
            if count == statement:
                os.kill(os.getpid(), signal.SIGKILL)

        with space.open_store() as store:
            store._db.set_trace_callback(trace)
            store.forget("S04", AT)

    return ended(started(work)) == -signal.SIGKILL


def state(space: Workspace) -> str:
    with space.open_store() as store:
        assert store.ledger.verify() == ()
        return "before" if "S04" in store.people() else "after"


@pytest.mark.slow
def test_killed_at_any_statement_nothing_is_half_done(space: Workspace):
    whole = {b: everything(space).count(b) for b in TELLING}
    statement = 1
    while killed_at(space, statement):
        assert state(space) == "before"
        content = everything(space)
        assert {b: content.count(b) for b in TELLING} == whole, statement
        statement += 7  # one in seven, since opening the database takes its time
    assert statement > 15
    assert state(space) == "after" and tells(space) == []


# Files that it does not reach.


@pytest.fixture
def with_files(space: Workspace, tmp_path: Path) -> Iterator[dict[str, Kind]]:
    """Files that mention S04, or that cannot be read, beside others that do not."""
    book = openpyxl.Workbook()
    book.active.append(["photo", "S04"])
    telling = {
        "reports/run-1/report.html": ("<p>S04 has a yes.</p>", Kind.RUN),
        "reports/run-1/names.csv": ("photo;who\na.jpg;S04\n", Kind.RUN),
        "reports/run-2/report.html": ("<p>daantje  van\nZoekmij</p>", Kind.RUN),
        "approved/facebook/run-1/text.txt": ("S04", Kind.APPROVED),
        "references/S04/1.jpg": ("x", Kind.PICTURE),
        "references/S04_2.png": ("x", Kind.PICTURE),
        "workspace.db.bak": ("x", Kind.DATABASE),
        "old/workspace.db": ("x", Kind.DATABASE),
        "people.csv": ("S03;x\nS04;y\n", Kind.OTHER),
        "list.xlsx": ("no workbook", Kind.UNREAD),
    }
    other = {
        "reports/run-3/report.html": "<p>S041 and XS04 and S01</p>",
        "references/S041.jpg": "x",
        "notes.txt": "Daantje",
        "sportdag.jpg": "S04",
    }
    for name, text in {**{n: t for n, (t, _) in telling.items()}, **other}.items():
        (space.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (space.folder / name).write_text(text, "utf-8")
    book.save(space.folder / "reports" / "run-1" / "report.xlsx")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "S04.jpg").write_text("x")
    yield {**{n: kind for n, (_, kind) in telling.items()}, "reports/run-1/report.xlsx": Kind.RUN}


def test_files_that_mention_the_person_are_told_and_left(space: Workspace, with_files: dict[str, Kind], tmp_path: Path):
    before = {path: path.read_bytes() for path in space.folder.rglob("*") if path.is_file()}
    done = forget(space, "S04", AT, [tmp_path / "elsewhere"])
    expected = {space.folder / name: kind for name, kind in with_files.items()}
    expected[tmp_path / "elsewhere" / "S04.jpg"] = Kind.PICTURE
    assert {trace.file: trace.kind for trace in done.traces} == expected
    after = {path: path.read_bytes() for path in space.folder.rglob("*") if path.is_file()}
    assert {path for path in before if before[path] != after[path]} == {space.database}


def test_a_run_under_way_is_told(space: Workspace):
    (space.reports / ".run-9.unfinished").mkdir()
    assert forget(space, "S04", AT).under_way == 1


# The command.


@pytest.fixture
def command(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    monkeypatch.setenv("PHOTO_CONSENT_LANGUAGE", "en")

    def run(*arguments: str, typed: str = "") -> tuple[int, str]:
        result = CliRunner().invoke(cli, [*arguments, "--workspace", str(space.folder)], input=typed)
        told = f"{result.output}{result.exception or ''}"
        return result.exit_code, " ".join(told.split())

    return run


@pytest.mark.parametrize("typed", ["", "\n", "y\n", "S01\n", "s04\n"])
def test_nothing_is_erased_before_the_id_was_typed_again(typed: str, command, space: Workspace):
    status, _ = command("forget", "S04", typed=typed)
    assert status != 0 and state(space) == "before"


def test_the_command_says_what_went_what_stays_and_what_to_do(command, space: Workspace, with_files: dict[str, Kind]):
    status, told = command("forget", "S04", typed="S04\n")
    assert status == 0 and state(space) == "after"
    for part in (
        "cannot be undone",
        "S04 is forgotten. Erased: 1 templates, and what was found with them on 1 photos.",
        "2 published pictures",
        "3 consent lines, as proof",
        "by the program",
        "/photos/sportdag",
        "Whoever puts a backup back must forget this person again.",
        "delete the folder, or leave it to purge, 12 months after the run",
    ):
        assert part in told
    assert "Zoekmij" not in told and "Daantje" not in told
    status, told = command("forget", "S04", "--yes")
    today = translator("en").date(date.today())
    assert status == 0 and f"S04 was forgotten already, on {today}." in told and "people.csv" in told
    status, told = command("forget", "S99", "--yes")
    assert status != 0 and "The register has no person with the id “S99”" in told


def test_an_import_says_whom_it_does_not_take_in(command, space: Workspace, tmp_path: Path):
    forget(space, "S04", AT)
    people = tmp_path / "people.csv"
    people.write_text("person_id;role;given_name;infix;family_name;group;birth_date;left_on\nS04;pupil;D;;Z;6;;\n")
    status, told = command("register", "import", str(people))
    assert status == 1 and "Not taken in, because they were forgotten: S04." in told
    assert "photo-consent taken-down" in told, "no recheck has told of that post yet"
    assert state(space) == "after"


def test_a_photo_whose_file_tells_the_name_is_not_remembered_any_more(space: Workspace):
    with space.open_store() as store:
        for sha256, text in (("a" * 64, "Sportdag met DAANTJE  van Zoekmij"), ("b" * 64, "Noor Ander")):
            hides = (Hidden(Hides.TEXT, "XMP", "dc:title", text),)
            store.add_observation(replace(seen(face(1, 100), sha256=sha256), hidden=hides), "models")
        store.forget("S04", AT)
        kept = [store.seen_before(letter * 64, "models", "").observation for letter in "ab"]
    assert kept[0] is None and kept[1] is not None
    assert b"DAANTJE" not in decrypted(space.database, KEY)


@pytest.mark.parametrize(
    ("text", "goes"), [("Daantje van Zoekmij", True), ("daantje", True), ("Zoekmi", True), ("Noor Ander", False)]
)
def test_so_is_one_on_which_the_name_can_be_read_also_in_part_or_nearly(text: str, goes: bool, space: Workspace):
    with space.open_store() as store:
        photo = replace(seen(face(1, 100), sha256="c" * 64), texts=(SeenText(1, Box(1, 2, 30, 40), text, 0.9),))
        store.add_observation(photo, "models")
        store.forget("S04", AT)
        assert (store.seen_before("c" * 64, "models", "").observation is None) == goes


def test_the_text_of_a_run_that_tells_of_somebody_who_is_forgotten_goes_and_the_run_is_not_signed_for(space: Workspace):
    run = space.reports / "run-2"
    run.mkdir(parents=True)
    with space.open_store() as store:
        for text, signed in (("Daantje won!", False), ("Wat een dag!", True)):
            digest = sha256(text.encode()).hexdigest()
            record = {"run_id": "run-2", "platform": "facebook", "on": "2026-11-23", "message_sha256": digest}
            record["started"] = AT.isoformat()
            (run / "run.json").write_text(json.dumps({**record, "photos": []}), "utf-8")
            store.keep_source("run-2", RunSource(Path("/photos"), text))
            read_run(space, store, "run-2")
            store.forget("S04" if not signed else "S01", AT)
            with nullcontext() if signed else pytest.raises(UserError, match="Audit the photos again"):
                read_run(space, store, "run-2")
    assert b"Daantje won" not in decrypted(space.database, KEY)


NAMES = {
    "Daantje van Zoekmij": (Outcome.BLOCK, Outcome.HOLD),
    "voor Daantje": (Outcome.HOLD, Outcome.HOLD),
    "Noor Ander en Daantje": (Outcome.BLOCK, Outcome.HOLD),
    "Noor Ander": (Outcome.BLOCK, Outcome.HOLD),
    "Sportdag": (Outcome.PASS, Outcome.PASS),
}


@pytest.mark.parametrize("text", NAMES)
def test_a_name_in_the_texts_of_a_post_goes_and_what_it_meant_stays(text: str, space: Workspace):
    """In the file's name and on the picture; in the file's own data it was advice, and goes."""
    places = (TextPlace.FILE_NAME, TextPlace.VISIBLE, TextPlace.METADATA)
    texts = tuple(TextFact(number, where, text) for number, where in zip((0, 1, 1001), places, strict=True))
    picture = KeptPicture(PhotoFacts(f"{text}.jpg", texts=texts, problem=say("No {file}.", file=text)), "c" * 64)

    def outcomes(shown: KeptPicture, store: Store) -> list[Outcome]:
        register = store.register(space.school.load_protocol().parameters.validity)
        case = Publishing("facebook", AT.date(), space.school.load_protocol(), register).case(shown.facts, AT.date())
        found = list(no_personal_data(case))
        said = [[f.outcome for f in found if number in f.texts] for number in (0, 1)]
        return [max(of, key=lambda outcome: outcome.weight, default=Outcome.PASS) for of in said]

    with space.open_store() as store:
        assert outcomes(picture, store) == [*NAMES[text]]
        store.published.keep([KeptPost("facebook", "texts", PostKind.POST, AT, pictures=(picture,))], AT)
        store.forget("S04", AT)
        (after,) = (p for one in store.published.posts() if one.post_id == "texts" for p in one.pictures)
        assert outcomes(after, store) == [*NAMES[text]], "never milder"
        kept = [one.text for one in after.facts.texts]
        assert kept == (["", ""] if "Daantje" in text else [text, text, text])
        again = picture.as_before([after], store.register(space.school.load_protocol().parameters.validity).sought)
        assert outcomes(again, store) == [*NAMES[text]], "nor when a download is read again"
        assert "Daantje" not in again.facts.name
    assert b"Daantje" not in everything(space)
