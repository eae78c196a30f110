"""From a run to the approved folder: signed by two, for exactly these files, as the register is at that moment."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from consent.judging import Decision
from consent.messages import UserError
from consent.people import Person, Role
from consent.texts import Kind as TextKind
from pipeline.candidates import NAMES_FILE, CandidateAudit
from pipeline.cli import cli
from pipeline.demo import PHOTOS
from pipeline.erasing.own_files import REMEDIED, TO_PUBLISH
from pipeline.ledger.chain import Kind
from pipeline.ledger.verifying import verify
from pipeline.naming_table import read_names
from pipeline.photos import file_digest
from pipeline.published.memory import GONE
from pipeline.remedies.clean import leftovers
from pipeline.remedies.confirming import confirm, remade
from pipeline.remedies.job import make_remedies
from pipeline.signing import releasing, terminal
from pipeline.signing.lapsing import lapsed
from pipeline.signing.looked_past import looked_past
from pipeline.signing.proposing import Proposal, proposal
from pipeline.signing.releasing import finished, release
from pipeline.signing.runs import read_run
from pipeline.signing.signing import confirm_new, sign
from pipeline.signing.standing import standing_today
from pipeline.signing.without_reason import hold_without_a_reason
from pipeline.store.decisions import HandDecision
from tests.signing.conftest import BACKS, CODES, HELD, MESSAGE, RUN, THREE, TWO, SchoolOffice

pytestmark = pytest.mark.slow


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def kinds(office: SchoolOffice) -> list[Kind]:
    return [entry.kind for entry in office.store.ledger.entries() if entry.kind in (Kind.SIGN_OFF, Kind.RELEASE)]


def test_only_what_is_publish_goes_and_the_rest_is_told(office: SchoolOffice):
    proposed = office.proposal()
    assert proposed.photos == (THREE, TWO, BACKS)
    assert [(out.photo, out.decision) for out in proposed.left_out] == [(HELD, Decision.BLOCK)]
    assert proposed.verdict.decision is Decision.HOLD
    assert proposed.case.questions == ("R3", "R6", "R12", "names", "nobody_recognisable")
    files = sorted(path.name for path in proposed.folder.iterdir())
    # Numbers, because what a photo is called may tell who is on it.
    assert files == ["photo-001.jpg", "photo-002.jpg", "photo-004.jpg"]
    for file in proposed.files:
        content = (proposed.folder / file.name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file.sha256
        assert not leftovers(content)


def test_two_signatures_fill_the_folder(office: SchoolOffice):
    office.sign("headteacher")
    proposed = office.sign("deputy")
    assert proposed.verdict.decision is Decision.PUBLISH
    folder = release(office.space, office.store, proposed, office.at)
    assert folder == office.approved
    files = {path.name for path in folder.iterdir()}
    assert files == {"photo-001.jpg", "photo-002.jpg", "photo-004.jpg", "message.txt", "approved.json"}
    assert (folder / "message.txt").read_text("utf-8") == MESSAGE
    record = json.loads((folder / "approved.json").read_text("utf-8"))
    assert [signer["id"] for signer in record["signers"]] == ["headteacher", "deputy"]
    for file in record["files"]:
        assert digest(folder / file["name"]) == file["sha256"]
        with Image.open(folder / file["name"]) as picture:
            assert max(picture.size) <= 2048
    *_, last = office.store.ledger.entries()
    assert (last.kind, last.digest) == (Kind.RELEASE, record["ledger_head"])
    assert kinds(office) == [Kind.SIGN_OFF, Kind.SIGN_OFF, Kind.RELEASE]
    assert verify(office.store, office.space).problems == ()
    assert office.store.signing.went_out() == {RUN: (office.at, {f.judged.sha256 for f in proposed.files})}
    # What was for the work alone is gone, and what is public from now on is judged whenever the register changes.
    assert not (office.run_folder / "numbered").exists()
    assert not (office.run_folder / TO_PUBLISH).exists()
    (kept,) = office.store.published.posts()
    assert [p.sha256 for p in kept.pictures] == [file["sha256"] for file in record["files"]]
    assert (kept.platform, kept.text) == ("facebook", MESSAGE)
    assert finished(office.space, office.store, RUN, office.at) == folder


def test_whether_an_approved_post_came_down_or_is_kept_no_more_is_told(
    office: SchoolOffice,
):
    office.sign("headteacher")
    release(office.space, office.store, office.sign("deputy"), office.at)
    (kept,) = office.store.published.posts()
    office.store.published.mark([(kept.platform, kept.post_id)], GONE, office.at.date())
    told = standing_today(office.space, office.store, RUN, office.at.date())
    assert not told.may_stay and "noted as taken down on" in str(told.told[0])
    office.store.published.drop([(kept.platform, kept.post_id)])
    told = standing_today(office.space, office.store, RUN, office.at.date())
    assert not told.may_stay and "kept no more" in str(told.told[0])


def test_nothing_personal_is_in_what_is_written(office: SchoolOffice):
    office.sign("headteacher")
    release(office.space, office.store, office.sign("deputy"), office.at)
    written = (office.approved / "approved.json").read_text("utf-8")
    written += json.dumps([dict(entry.body) for entry in office.store.ledger.entries()])
    for person in office.store.people().values():
        assert f'"{person.person_id}"' not in written
        assert person.family_name not in written
    assert "IMG_" not in written


@pytest.mark.parametrize("signed", [[], ["headteacher"], ["deputy"], ["both"], ["headteacher", "headteacher"]])
def test_one_person_is_not_two(signed: list[str], office: SchoolOffice):
    proposed = office.proposal()
    for who in signed:
        proposed = office.sign(who)
    with pytest.raises(UserError, match="Not approved yet"):
        release(office.space, office.store, proposed, office.at)
    assert not office.approved.exists()
    assert Kind.RELEASE not in kinds(office)


def test_a_person_with_both_roles_and_another_are_two(office: SchoolOffice):
    office.sign("both")
    assert release(office.space, office.store, office.sign("headteacher"), office.at).is_dir()


@pytest.mark.parametrize(
    ("who", "code", "reason"),
    [
        ("teacher", CODES["teacher"], "does not sign for Facebook"),
        ("officer", CODES["officer"], "does not sign for Facebook"),
        ("headteacher", "another code", "not the code of headteacher"),
        ("headteacher", CODES["deputy"], "not the code of headteacher"),
        ("headteacher", "", "not the code of headteacher"),
        ("nobody", "a code", "knows no signer"),
    ],
)
def test_who_may_not_sign_does_not(who: str, code: str, reason: str, office: SchoolOffice):
    proposed = office.proposal()
    with pytest.raises(UserError, match=reason):
        sign(office.store, proposed, who, code, dict.fromkeys(proposed.case.questions, True), at=office.at)
    assert office.proposal().case.sign_offs == ()
    assert kinds(office) == []


def test_every_question_is_answered(office: SchoolOffice):
    proposed = office.proposal()
    for left in proposed.case.questions:
        answers = {rule_id: True for rule_id in proposed.case.questions if rule_id != left}
        with pytest.raises(UserError, match=f"Not answered yet: {left}"):
            sign(office.store, proposed, "headteacher", CODES["headteacher"], answers, at=office.at)


@pytest.mark.parametrize("who", ["deputy", "officer"])
def test_a_no_blocks_from_whomever_it_comes(who: str, office: SchoolOffice):
    office.sign("headteacher")
    office.sign("both")
    proposed = office.sign(who, no=("R3",))
    assert proposed.verdict.decision is Decision.BLOCK
    with pytest.raises(UserError, match=f"Answered with no by {who}"):
        release(office.space, office.store, proposed, office.at)


def test_a_withdrawal_between_the_signatures_takes_the_photo_out_and_the_first_signature_counts_no_more(
    office: SchoolOffice,
):
    first = office.sign("headteacher")
    office.withdraw("S04")
    proposed = office.proposal()
    assert proposed.photos == (THREE, BACKS)
    assert proposed.case.digest != first.case.digest
    (out,) = (out for out in proposed.left_out if out.photo == TWO)
    assert out.why is not None and "S04 has no consent for Facebook" in str(out.why)
    assert [said.signer for said in proposed.outdated] == ["headteacher"]
    assert not (proposed.folder / "photo-002.jpg").exists()
    proposed = office.sign("deputy")
    with pytest.raises(UserError, match="Not signed yet: the director"):
        release(office.space, office.store, proposed, office.at)
    folder = release(office.space, office.store, office.sign("headteacher"), office.at)
    assert sorted(path.name for path in folder.glob("*.jpg")) == ["photo-001.jpg", "photo-004.jpg"]


def test_a_withdrawal_after_both_signatures_stops_the_release(office: SchoolOffice):
    office.sign("headteacher")
    proposed = office.sign("deputy")
    office.withdraw("S04")
    with pytest.raises(UserError, match="has changed in the meantime"):
        release(office.space, office.store, proposed, office.at)
    assert not office.approved.exists()


def test_a_form_that_runs_out_before_the_second_signature_takes_everybody_out(office: SchoolOffice):
    office.sign("headteacher")
    office.at += timedelta(days=365)
    assert office.proposal().photos == (BACKS,)


def test_a_file_changed_after_signing_is_refused_and_named(office: SchoolOffice):
    proposed = office.sign("headteacher")
    changed = proposed.folder / "photo-002.jpg"
    changed.write_bytes(changed.read_bytes() + b"\0")
    with pytest.raises(UserError, match=r"sportdag/to_publish/photo-002\.jpg was changed .* Delete that file"):
        office.proposal()
    with pytest.raises(UserError, match=r"photo-002\.jpg"):
        release(office.space, office.store, proposed, office.at)
    # The way out that is told: made anew it is the same file, so the signature still counts.
    changed.unlink()
    again = office.proposal()
    assert again.case.digest == proposed.case.digest
    assert set(again.case.agreed) == {"headteacher"}


def test_a_photo_changed_since_the_audit_is_not_made_into_a_file(office: SchoolOffice, tmp_path: Path):
    photos = office.move_photos(tmp_path / "photos")
    (photos / TWO).write_bytes((photos / THREE).read_bytes())
    (photos / BACKS).unlink()
    proposed = office.proposal()
    assert proposed.photos == (THREE,)
    assert {out.photo for out in proposed.left_out if "changed since the audit" in str(out.why)} == {TWO, BACKS}


def test_an_approved_file_that_is_changed_later_is_told(office: SchoolOffice):
    office.sign("headteacher")
    folder = release(office.space, office.store, office.sign("deputy"), office.at)
    (folder / "photo-001.jpg").write_bytes(b"another picture")
    (folder / "message.txt").unlink()
    with pytest.raises(UserError, match=r"photo-001\.jpg, message\.txt"):
        finished(office.space, office.store, RUN, office.at)
    told = [str(problem.what) for problem in verify(office.store, office.space).problems]
    assert told == [
        "Changed after it was approved: approved/facebook/sportdag/photo-001.jpg.",
        "Removed after it was approved: approved/facebook/sportdag/message.txt.",
    ]


def test_what_was_approved_is_not_signed_or_approved_again(office: SchoolOffice):
    office.sign("headteacher")
    proposed = office.sign("deputy")
    release(office.space, office.store, proposed, office.at)
    with pytest.raises(UserError, match="approved"):
        release(office.space, office.store, proposed, office.at)
    with pytest.raises(UserError, match="approved already"):
        office.sign("both", proposed)
    assert kinds(office).count(Kind.RELEASE) == 1


def test_a_choice_stays_the_choice_of_the_second(office: SchoolOffice):
    assert office.proposal(TWO).photos == (TWO,)
    first = office.sign("headteacher", office.proposal(TWO, BACKS))
    assert first.photos == (TWO, BACKS)
    assert first.not_chosen == (THREE,)
    folder = release(office.space, office.store, office.sign("deputy"), office.at)
    assert sorted(path.name for path in folder.glob("*.jpg")) == ["photo-002.jpg", "photo-004.jpg"]


def test_what_is_held_cannot_be_chosen(office: SchoolOffice):
    assert office.proposal(HELD).photos == ()
    with pytest.raises(UserError, match="nothing to sign for"):
        office.sign("headteacher", office.proposal(HELD))
    with pytest.raises(UserError, match=r"no photo “IMG_9999\.jpg”"):
        office.proposal("IMG_9999.jpg")


@pytest.mark.parametrize("change", ["filled in", "a row less", "removed"])
def test_with_another_names_file_the_audit_is_done_again(change: str, office: SchoolOffice):
    """A row that is lost may be the one that held a photo."""
    table = office.run_folder / "names.csv"
    text = table.read_text("utf-8-sig")
    if change == "filled in":
        table.write_text(text.replace(";S01;;", ";S01;S10;", 1), "utf-8-sig")
    elif change == "a row less":
        table.write_text("".join(text.splitlines(keepends=True)[:-1]), "utf-8-sig")
    else:
        table.unlink()
    with pytest.raises(UserError, match="Run the audit again with --names"):
        office.proposal()


def test_a_verdict_changed_in_the_record_clears_nobody(office: SchoolOffice):
    record = office.run_folder / "run.json"
    record.write_text(record.read_text("utf-8").replace('"verdict": "block"', '"verdict": "publish"'), "utf-8")
    proposed = office.proposal()
    assert HELD not in proposed.photos
    (out,) = proposed.left_out
    assert (out.photo, out.decision) == (HELD, Decision.BLOCK)


@pytest.mark.parametrize("run", ["", "..", "another", "reports/../..", "."])
def test_what_is_no_run_is_told(run: str, office: SchoolOffice):
    with pytest.raises(UserError, match="no run of candidates"):
        proposal(office.space, office.store, run, office.at)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"run_id": 3}', "\udcff"])
def test_a_broken_record_is_told(content: str, office: SchoolOffice):
    (office.run_folder / "run.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(UserError, match="no run of candidates"):
        office.proposal()


@pytest.mark.parametrize("name", ["../IMG_2001.jpg", "a/../../b.jpg", "/IMG_2001.jpg"])
def test_a_record_whose_photo_lies_elsewhere_is_no_run(name: str, office: SchoolOffice):
    record = json.loads((office.run_folder / "run.json").read_text("utf-8"))
    record["photos"][0]["name"] = name
    (office.run_folder / "run.json").write_text(json.dumps(record), "utf-8")
    with pytest.raises(UserError, match="no run of candidates"):
        office.proposal()


def test_another_text_than_the_audited_one_is_refused(office: SchoolOffice):
    source = office.store.source(RUN)
    assert source is not None
    office.store.keep_source(RUN, replace(source, message="Another text"))
    with pytest.raises(UserError, match="Audit the photos again"):
        office.proposal()


def test_a_full_name_in_the_text_is_signed_by_nobody(office: SchoolOffice):
    people = office.store.register(office.space.school.load_protocol().parameters.validity).people
    office.reword(f"Applaus voor {people['S04'].full_name}!")
    proposed = office.proposal()
    assert proposed.verdict.decision is Decision.BLOCK
    with pytest.raises(UserError, match=r"full name of the register .* change the text"):
        office.sign("headteacher", proposed)
    assert office.proposal().case.sign_offs == () and kinds(office) == []


def test_what_a_new_register_finds_in_the_text_is_signed_for_again(office: SchoolOffice):
    """Whoever signed before has not said that this name may stay."""
    office.reword("Applaus voor Zwaantje!")
    office.sign("headteacher")
    office.store.add([Person("S99", Role.PUPIL, "Zwaantje", family_name="Proef")], [], office.at)
    proposed = office.sign("deputy")
    assert [found.kind for found in proposed.case.in_message] == [TextKind.GIVEN_NAME]
    assert [said.signer for said in proposed.outdated] == ["headteacher"]
    (told,) = lapsed(proposed, office.store.signing.photos_signed(RUN))
    assert "by now something else is found in the text" in str(told)
    with pytest.raises(UserError, match="Not signed yet: the director"):
        release(office.space, office.store, proposed, office.at)
    release(office.space, office.store, office.sign("headteacher"), office.at)
    sets = {entry.body["set"] for entry in office.store.ledger.entries() if "set" in entry.body}
    assert sets == {proposed.case.digest}, "no id of a person can be guessed from what the ledger has"


def test_of_a_no_that_was_taken_back_the_signature_is_told_that_counts_no_more(office: SchoolOffice):
    """Else only the old no is told, to somebody who has said yes since."""
    office.reword("Applaus voor Zwaantje!")
    office.sign("headteacher", no=("R3",))
    assert office.proposal().outdated == (), "the no stands"
    assert office.sign("headteacher").outdated == ()
    office.store.add([Person("S99", Role.PUPIL, "Zwaantje", family_name="Proef")], [], office.at)
    proposed = office.proposal()
    assert proposed.verdict.decision is Decision.BLOCK, "nobody has said yes to this"
    assert [(said.signer, said.says_no) for said in proposed.outdated] == [("headteacher", False)]
    (told,) = lapsed(proposed, office.store.signing.photos_signed(RUN))
    assert "by now something else is found in the text" in str(told)


def test_a_post_whose_table_names_somebody_who_is_gone_by_now_hinders_no_recheck(office: SchoolOffice):
    """Forgotten, or under another name: the table is as it was at the approval, and is read for words alone."""
    office.sign("headteacher")
    release(office.space, office.store, office.sign("deputy"), office.at)
    table, source = office.space.reports / RUN / NAMES_FILE, office.store.source(RUN)
    text = table.read_text("utf-8-sig")
    assert source is not None and ";S01;;" in text
    table.write_text(text.replace(";S01;;", ";S01;Somebody Else;", 1), "utf-8-sig")
    office.store.keep_source(RUN, replace(source, names_sha256=file_digest(table)))
    with pytest.raises(UserError):
        read_names(table, office.store.people())
    hold_without_a_reason(office.space, office.store, office.at)


def test_a_role_taken_away_takes_the_signature_away(office: SchoolOffice):
    office.sign("headteacher")
    proposed = office.sign("deputy")
    settings = office.space.folder / "school.toml"
    settings.write_text(settings.read_text("utf-8").replace('roles = ["mt_member"]', 'roles = ["teacher"]'), "utf-8")
    office.space = type(office.space).open(office.space.folder)
    with pytest.raises(UserError, match="Not signed yet: a member of the management team"):
        release(office.space, office.store, proposed, office.at)


def decision(office: SchoolOffice, photo: str, who: str, at: datetime) -> HandDecision:
    """What somebody says at the desk of the first face."""
    (entry,) = (file.judged for file in office.proposal().files if file.judged.name == photo)
    assert entry.observation is not None
    face = entry.observation.faces[0]
    made = HandDecision(at, entry.sha256, photo, "face", face.number, face.box, who)
    return office.store.decisions.make(made)


def test_what_is_decided_at_the_desk_counts_at_once(office: SchoolOffice):
    office.sign("headteacher")
    made = decision(office, THREE, "S10", office.at)  # who refused Facebook
    assert office.proposal().photos == (TWO, BACKS)
    office.store.decisions.end([made.id], office.at)
    assert office.proposal().photos == (THREE, TWO, BACKS)


def test_what_is_decided_while_a_release_is_under_way_stops_it(office: SchoolOffice, monkeypatch: pytest.MonkeyPatch):
    office.sign("headteacher")
    proposed = office.sign("deputy")
    before = releasing._must_be_signed

    def meanwhile(fresh: Proposal) -> None:
        """Somebody at the desk, after the photos were judged and before anything is written."""
        monkeypatch.setattr(releasing, "_must_be_signed", before)
        before(fresh)
        decision(office, THREE, "S10", office.at)

    monkeypatch.setattr(releasing, "_must_be_signed", meanwhile)
    with pytest.raises(UserError, match="decided on a photo"):
        release(office.space, office.store, proposed, office.at)
    assert not office.approved.exists()
    assert office.proposal().photos == (TWO, BACKS)


def test_a_covered_photo_goes_once_a_person_has_confirmed_it(office: SchoolOffice, tmp_path: Path):
    (tmp_path / "one").mkdir()
    shutil.copy(PHOTOS / "IMG_2004.jpg", tmp_path / "one")
    audit = CandidateAudit.from_parameters(
        workspace=str(office.space.folder),
        photos=str(tmp_path / "one"),
        platform="facebook",
        on=office.at.date().isoformat(),
        run_id="covered",
    )
    audit.write(audit.look_and_judge(audit.find()))
    (outcome,) = make_remedies(office.space, "covered", office.at)
    assert outcome.made is not None
    proposed = proposal(office.space, office.store, "covered", office.at)
    assert proposed.photos == ()
    assert [new.made for new in proposed.to_confirm] == [outcome.made]
    (waiting,) = proposed.left_out
    assert "nobody has confirmed it yet" in str(waiting.why), "of no use is why the photo itself may not go"
    (place,) = (proposed.run.folder / REMEDIED).glob("*.jpg")
    place.rename(place.with_suffix(".gone"))
    (gone,) = proposal(office.space, office.store, "covered", office.at).left_out
    assert "not where it was" in str(gone.why)
    place.with_suffix(".gone").rename(place)
    no_to_it(office)

    confirm(office.store, outcome.made, "headteacher", office.at)
    (new,) = remade(office.space, office.store, read_run(office.space, office.store, "covered"), office.at)
    who, facebook = proposed.case.signers[0], proposed.case.platform
    with pytest.raises(UserError, match="nothing to confirm"):
        confirm_new(office.store, who, CODES[who.id], [new], platform=facebook, at=office.at)
    proposed = proposal(office.space, office.store, "covered", office.at)
    assert (proposed.to_confirm, proposed.cleared_since) == ((), ("IMG_2004.jpg",))
    assert [file.sha256 for file in proposed.files] == [outcome.made.sha256]
    for who in ("headteacher", "deputy"):
        answers = dict.fromkeys(proposed.case.questions, True)
        sign(office.store, proposed, who, CODES[who], answers, at=office.at)
    proposed = proposal(office.space, office.store, "covered", office.at)
    folder = release(office.space, office.store, proposed, office.at)
    assert [digest(path) for path in folder.glob("*.jpg")] == [outcome.made.sha256]
    (kept,) = office.store.published.posts()
    (picture,) = kept.pictures
    assert any(face.covered for face in picture.facts.faces)
    with pytest.raises(UserError, match="approved already, so new pictures"):
        make_remedies(office.space, "covered", office.at)


def no_to_it(office: SchoolOffice) -> None:
    """Who does not find a new picture in order is asked for no code, and told what else there is to do."""
    asked = ["approve", "covered", "--as", "headteacher", "--workspace", str(office.space.folder)]
    result = CliRunner().invoke(cli, asked, input="no\n", env={"PHOTO_CONSENT_LANGUAGE": "en", "COLUMNS": "200"})
    assert result.exit_code == 1, result.output
    assert "does not go along. Make another" in result.output and "photo-consent cover covered" in result.output


def test_a_new_picture_is_confirmed_with_a_code_by_whoever_signs_there(office: SchoolOffice):
    by_id = {signer.id: signer for signer in office.proposal().case.signers}
    facebook = office.proposal().case.platform
    for who, code, reason in (("teacher", CODES["teacher"], "does not sign"), ("deputy", "a guess", "not the code")):
        with pytest.raises(UserError, match=reason):
            confirm_new(office.store, by_id[who], code, [], platform=facebook, at=office.at)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("withdrawn", f"{TWO} does not go along any more: S04"),
        ("chosen", f"{TWO} does not go along any more. {BACKS} does not go along any more."),
        ("added", f"New among them: {THREE}."),
        ("protocol", "A picture was made anew, the protocol was changed"),
        ("question", "A question came up that had not been asked."),
    ],
)
def test_why_a_signature_lapsed_is_told(office: SchoolOffice, change: str, told: str):
    signed = office.proposal(TWO, BACKS) if change == "added" else office.proposal()
    if change == "question":
        signed = replace(signed, case=replace(signed.case, asked=()))
    office.sign("headteacher", signed)
    if change == "withdrawn":
        office.withdraw("S04")
    only = {"chosen": [THREE], "added": [THREE, TWO, BACKS]}.get(change, [])
    now = office.proposal(*only)
    if change == "protocol":
        protocol = replace(now.case.protocol, digest="another one")
        now = replace(now, case=replace(now.case, protocol=protocol))
    (sentence,) = lapsed(now, office.store.signing.photos_signed(RUN))
    assert str(sentence).startswith("The signature of headteacher was for other files and counts no more.")
    assert told in str(sentence)


@pytest.mark.parametrize("by", ["deputy", ""])
def test_whom_people_set_aside_every_signer_is_shown_and_asked_about(
    by: str, office: SchoolOffice, capsys: pytest.CaptureFixture[str]
):
    office.sign("headteacher")
    (photo,) = (file.judged for file in office.proposal().files if file.judged.name == THREE)
    face = photo.observation.faces[0]
    said = HandDecision(office.at, photo.sha256, THREE, "face", face.number, face.box, "not_recognisable", reason="far")
    office.store.decisions.make(replace(said, by=by))
    proposed = office.proposal()
    (one,) = proposed.set_aside
    assert (one.photo, one.label, one.why, one.by) == (THREE, str(face.number), "far", (by,))
    assert proposed.case.questions[-1] == "set_aside" and not proposed.case.agreed
    terminal._show(office.store, proposed)
    told = capsys.readouterr().out
    assert "Gaat mee door wat mensen zeiden: 1" in told and "far" in told and (by or "iemand anders") in told
    office.sign("headteacher")
    assert office.proposal().case.agreed
    office.store.decisions.make(replace(said, by=by, at=office.at, reason="behind a tree"))
    assert not office.proposal().case.agreed, "another reason than the one that was signed for"


def test_a_name_that_the_program_does_not_give_is_shown_to_every_signer(office: SchoolOffice):
    """A child with a yes, named by hand where the program sees another: nobody else would look at it again."""
    judged = {file.judged.name: file.judged for file in office.proposal().files}
    photo, cleared = judged[THREE], {who for one in judged.values() for who in one.identified.values()}
    number, program = next(iter(photo.identified.items()))
    other = min(cleared - {*photo.identified.values()})
    face = next(one for one in photo.observation.faces if one.number == number)
    before = office.sign("headteacher")
    assert before.set_aside == () and before.case.agreed
    office.store.decisions.make(HandDecision(office.at, photo.sha256, THREE, "face", number, face.box, other, by="mt"))
    proposed = office.proposal()
    (one,) = proposed.set_aside
    assert (one.label, one.word.values, one.by) == (str(number), (("person", other),), ("mt",))
    assert program in str(one.why) and not proposed.case.agreed
    assert {"hand_names", "set_aside"} <= {*proposed.case.questions}
    (file,) = (one for one in proposed.files if one.judged.name == THREE)
    forgot = replace(file, judged=replace(file.judged, found={}))  # compared with another gallery by now
    (again,) = looked_past(office.store, proposed.run, [forgot])
    assert (again.label, again.word) == (one.label, one.word) and "once" in str(again.why)
