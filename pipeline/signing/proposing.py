"""What would be published of a run: the exact files, clean and judged again today, and what is still open.

A signature is about this and nothing else. So it is worked out anew each time, by the register of that moment: what is
not to be published any more leaves the set, which then is another one, and signatures for the old one count no more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from consent.judging import Decision, Verdict
from consent.messages import Message, UserError, say
from consent.signing import PostCase, PostFile, SignOff, judge_post
from consent.texts import in_post
from pipeline.basis import basis_of
from pipeline.erasing.own_files import TO_PUBLISH
from pipeline.judged import Publication
from pipeline.models.store import default_store
from pipeline.naming import NamesFile
from pipeline.naming_words import is_person_id, written
from pipeline.rejudging import rejudge
from pipeline.remedies.confirming import Remade, remade
from pipeline.remedies.judging import NOT_CONFIRMED, REMEDY, known_facts
from pipeline.run import AuditedPhoto
from pipeline.signing.files import CleanFile, FileMaker, remove_others
from pipeline.signing.looked_past import LookedPast, looked_past
from pipeline.signing.runs import CandidateRun, RunPhoto, names_of_run, read_run
from pipeline.signing.signers import signers_of
from pipeline.store import Store, register_digest
from pipeline.workspace import Workspace

NAMES, HAND_NAMES, NOBODY, SET_ASIDE = "names", "hand_names", "nobody_recognisable", "set_aside"
"""Ids of the questions that a batch raises, beyond those of the protocol."""

OF_A_BATCH = {
    NAMES: say("Are the names right that the program gave? They stand in the report, under each photo."),
    NOBODY: say(
        "Is there really nobody to recognise on the photos and films on which the program found nobody who can be? "
        "Look at names on clothes and things too."
    ),
    HAND_NAMES: say("Are the names right that people gave? They stand in the report and at the desk, at each face."),
    SET_ASIDE: say("Is each thing in the list as people said? Look at every one of them."),
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A photo of the run that does not go along, as it is judged now. `why` is None where no rule gives a reason."""

    photo: str
    decision: Decision
    why: Message | None = None


@dataclass(frozen=True)
class Proposal:
    """The exact set to sign for. `basis`: what the program's names rest on; `register`: the digest of the register.

    `decisions`: how many were made and ended by then (`Decisions.state`).

    `not_chosen`: photos that might go along, and that were left out by whoever chose; `cleared_since`: those that go
    along although the report of the run says otherwise, because of what was said, made or registered since.
    `to_confirm`: new files that might go in place of a photo, once a person has confirmed them.
    """

    run: CandidateRun
    files: tuple[CleanFile, ...]
    left_out: tuple[LeftOut, ...]
    not_chosen: tuple[str, ...]
    cleared_since: tuple[str, ...]
    to_confirm: tuple[Remade, ...]
    case: PostCase
    basis: str
    register: str
    decisions: tuple[int, int]
    set_aside: tuple[LookedPast, ...] = ()
    """What people set aside on the photos that go along, for whoever signs to look at."""

    @property
    def folder(self) -> Path:
        """Where the clean files lie."""
        return self.run.folder / TO_PUBLISH

    @property
    def photos(self) -> tuple[str, ...]:
        """The names of the photos that go along, as the run has them."""
        return tuple(file.judged.name for file in self.files)

    @cached_property
    def verdict(self) -> Verdict:
        """What the rules about the post say of it, with the signatures that there are."""
        return judge_post(self.case)

    @property
    def outdated(self) -> tuple[SignOff, ...]:
        """The last signatures of those who signed for another set, and not for this one.

        Also of whoever took a no back by signing, where that signature counts no more: only the no still does.
        """
        last = {said.signer: said for said in self.case.sign_offs}
        here = {said.signer: said for said in self.case.words}
        return tuple(
            said
            for who, said in last.items()
            if who not in here or (here[who].says_no and here[who] is not said and not said.says_no)
        )


def proposal(
    space: Workspace,
    store: Store,
    run: str,
    at: datetime,
    only: Collection[str] = (),
    *,
    on_step: Callable[[int, int], None] = lambda done, total: None,
) -> Proposal:
    """What would be published of a run, given by its id or its folder, at this moment.

    `only`: names of the photos to choose; where none are given, those that were signed for last, else all. Makes the
    clean files that are not there yet, and removes those of photos that do not go along any more; `on_step(done,
    total)` after each. Raises `UserError` for a run that cannot be signed for, a choice that cannot be meant, and a
    clean file that was changed.
    """
    found, decisions = read_run(space, store, run), store.decisions.state()
    protocol = space.school.load_protocol()
    signers = signers_of(space.school, protocol)
    register = store.register(protocol.parameters.validity)
    publication = Publication(found.platform_id, max(found.on, at.date()), protocol, register, at.date())
    names = names_of_run(store, found, register.people)
    basis = basis_of(store, publication, space.school.matching, default_store())
    judged = _judged_again(space, store, publication, found, names)
    new_files = [new for new in remade(space, store, found, at) if not _may_go(judged[new.made.photo])]
    in_place = {new.made.photo: new for new in new_files if new.verdict.decision is Decision.PUBLISH}
    judged |= {name: _as_remade(new) for name, new in in_place.items()}
    ready = tuple(photo for photo in found.photos if _may_go(judged[photo.name]))
    chosen = _chosen(found, ready, only or store.signing.last_choice(found.run_id))
    maker = FileMaker(store, found, judged, in_place, protocol.parameters.published_long_side_px)
    made = []
    for step, photo in enumerate(chosen):
        on_step(step, len(chosen))
        made.append((photo, maker.file(photo)))
    files = tuple(file for _, file in made if isinstance(file, CleanFile))
    unusable = tuple(LeftOut(photo.name, Decision.HOLD, why) for photo, why in made if isinstance(why, Message))
    remove_others(found.folder / TO_PUBLISH, {file.name for file in files})
    looked_at = tuple(looked_past(store, found, files))
    case = PostCase(
        found.run_id,
        found.platform_id,
        protocol,
        tuple(PostFile(file.name, file.sha256, file.judged.verdict.decision) for file in files),
        found.message_sha256,
        tuple(_questions(files, bool(looked_at))),
        store.signing.sign_offs(found.run_id),
        signers,
        in_post(found.message or "", register.sought, protocol.open_points(found.platform_id)),
        (*_said(files), *(one.plain() for one in looked_at)),
    )
    going = {file.judged.name for file in files}
    return Proposal(
        found,
        files,
        (*unusable, *_left_out(found, ready, judged, {new.made.photo: new for new in new_files})),
        tuple(photo.name for photo in ready if photo not in chosen),
        tuple(p.name for p in found.photos if p.name in going and p.decision is not Decision.PUBLISH),
        tuple(new for new in new_files if new.waits_for_a_person),
        case,
        basis.identifications,
        register_digest(register),
        decisions,
        looked_at,
    )


def question(proposal: Proposal, rule_id: str, language: str) -> Message:
    """The text of a question, in the words of the protocol where it is one of its own."""
    rule = proposal.case.protocol.post_rules.get(rule_id)
    if rule is None:
        return OF_A_BATCH[rule_id]
    text = rule.question.get(language) or next(iter(rule.question.values()), rule.sentence)
    return Message("{question}", (("question", text),))


def _may_go(photo: AuditedPhoto) -> bool:
    return photo.verdict.decision is Decision.PUBLISH


def _as_remade(new: Remade) -> AuditedPhoto:
    """The photo as its new file shows it: with the covers on, and without who was cut away."""
    assert new.photo.observation is not None
    facts = known_facts(new.photo.facts, new.photo.observation, new.made)
    return replace(new.photo, case=replace(new.photo.case, photo=facts), verdict=new.verdict)


def _judged_again(
    space: Workspace, store: Store, publication: Publication, run: CandidateRun, names: NamesFile
) -> dict[str, AuditedPhoto]:
    """The photos of the run as they are judged today, by name. No photo is opened."""
    photos = ((p.name, p.sha256) for p in run.photos)
    return {p.name: p for p in rejudge(store, publication, space.school.matching, photos, names)}


def _chosen(run: CandidateRun, ready: tuple[RunPhoto, ...], only: Collection[str] | None) -> tuple[RunPhoto, ...]:
    """The photos of the set. A choice may name what is left out by now, but nothing that is not there."""
    if only is None:
        return ready
    unknown = sorted(set(only) - {photo.name for photo in run.photos})
    if unknown:
        raise UserError(
            say("The run {run} has no photo “{photo}”. The report has their names.", run=run.run_id, photo=unknown[0])
        )
    return tuple(photo for photo in ready if photo.name in only)


def _left_out(
    run: CandidateRun, ready: tuple[RunPhoto, ...], judged: Mapping[str, AuditedPhoto], new: Mapping[str, Remade]
) -> Iterator[LeftOut]:
    """What may not be published today, with the first reason: the report tells all that there were when it was made."""
    for photo in run.photos:
        if photo not in ready:
            verdict = judged[photo.name].verdict
            why = _of_new(new[photo.name]) if photo.name in new else None
            why = why or (verdict.reasons[0].reason if verdict.reasons else None)
            yield LeftOut(photo.name, verdict.decision, why)


def _of_new(new: Remade) -> Message | None:
    """Why a new picture does not go in place of its photo."""
    if new.waits_for_a_person:
        return say("A new picture of it lies ready, and nobody has confirmed it yet.")
    reasons = sorted(new.verdict.reasons, key=lambda finding: finding.rule != REMEDY)  # of the file itself first
    against = next((finding.reason for finding in reasons if finding.reason != NOT_CONFIRMED), None)
    return say("The new picture of it may not go either: {why}", why=against) if against else None


def _questions(files: Iterable[CleanFile], looked_at: bool) -> Iterator[str]:
    """What this very set raises."""
    photos = [file.judged for file in files]
    if any(photo.identified.keys() - photo.by_hand for photo in photos):
        yield NAMES
    if any(not photo.recognisable for photo in photos):
        yield NOBODY
    if any(is_person_id(said) for photo in photos for said in photo.told.values()):
        yield HAND_NAMES
    if looked_at:
        yield SET_ASIDE


def _said(files: Iterable[CleanFile]) -> Iterator[tuple[str, ...]]:
    """Of each photo whom the program named, and all that people said of it."""
    for photo in (file.judged for file in files):
        for number, person_id in photo.identified.items():
            if number not in photo.by_hand:
                yield photo.sha256, NAMES, str(number), person_id
        for (what, number), said in photo.told.items():
            yield photo.sha256, what, str(number), *written(said)
