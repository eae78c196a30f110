"""The law of the recheck: what it says of a post, without a picture, is what a fresh audit of that day would say.

Posts, registers and days are made up; who is on a picture is known, and the program names whom it may. The recheck is
the real one, on a real database. The audits of real pictures are in `test_auditing.py`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consent.facts import PhotoFacts
from consent.people import Person, Role
from consent.published.standing import Publishing
from consent.register import MATCHING, Answer, ConsentRecord, ConsentRegister, Medium
from pipeline.matching.conditions import may_be_matched
from pipeline.matching.dlib_resnet import DlibResNet
from pipeline.published.judging import JudgedPost, judge_post
from pipeline.published.kept import KeptPicture, KeptPost
from pipeline.published.post import PostKind
from pipeline.published.rechecking import Recheck
from pipeline.published.refusals import forgetting, refusals_left_by, refusals_of, with_refusals
from pipeline.store import Store, Template
from pipeline.workspace import Workspace
from tests.keys import KEY
from tests.test_laws import PEOPLE, law, photos, records, registers

SIGNED, POSTED, THEN, TODAY = date(2026, 8, 20), date(2026, 9, 2), date(2026, 9, 6), date(2027, 2, 1)
slowly = settings(
    law,
    max_examples=int(os.environ.get("LAW_EXAMPLES", "60")),
    suppress_health_check=[*HealthCheck],  # one database for all examples; each begins with an empty memory
)


@dataclass(frozen=True)
class Story:
    """A post with who is really on it, what was known when it was audited first, and what is known today."""

    pictures: tuple[tuple[PhotoFacts, frozenset[int]], ...]
    posted_on: date | None
    before: ConsentRegister
    after: ConsentRegister
    is_erased: bool

    def kept(self, on: date) -> KeptPost:
        """What an audit keeps of it that day: the program names whom it may, people named some by hand."""
        register = self.before if on == THEN else self.after
        allowed = {who for who in PEOPLE if may_be_matched(register, who, on, on)}
        moment = datetime(*self.posted_on.timetuple()[:3], 12, tzinfo=UTC) if self.posted_on else None
        pictures = (
            KeptPicture(facts, f"{number:064d}", by_hand).with_names_of(allowed)
            for number, (facts, by_hand) in enumerate(self.pictures)
        )
        return KeptPost("facebook", "1", PostKind.POST, moment, pictures=tuple(pictures))


@st.composite
def stories(draw: st.DrawFn) -> Story:
    of_facebook = draw(registers())
    yes = [ConsentRecord(who, MATCHING, Medium.PHOTO, Answer.YES, "both parents", SIGNED, None, None, "1", "form")
           for who in draw(st.sets(st.sampled_from(PEOPLE)))]  # fmt: skip
    ended = draw(st.sets(st.sampled_from([line.person_id for line in yes]))) if yes else set()
    letters = [replace(line, answer=Answer.WITHDRAWN, withdrawn_on=draw(st.sampled_from([date(2026, 10, 1), TODAY])))
               for line in yes if line.person_id in ended]  # fmt: skip
    before = replace(of_facebook, records=(*of_facebook.records, *yes))
    later = draw(st.lists(records(), max_size=3))
    pictures = []
    for facts in draw(st.lists(photos(), min_size=1, max_size=2)):
        numbers = [face.number for face in facts.faces]
        by_hand = draw(st.sets(st.sampled_from(numbers))) if numbers else set()
        pictures.append((facts, frozenset(by_hand)))
    return Story(
        tuple(pictures),
        draw(st.sampled_from([POSTED, POSTED, date(2026, 10, 5), None])),
        before,
        replace(before, records=(*before.records, *letters, *later)),
        draw(st.booleans()),
    )


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Recheck]]:
    """A school that may match faces, with a template of everybody."""
    folder = tmp_path_factory.mktemp("law") / "school"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PHOTO_CONSENT_KEY", KEY)
        workspace, _ = Workspace.create(folder, "De Proefschool", "en", dpia_reference="DPIA-1")
        with workspace.open_store() as opened:
            opened.add([Person(who, Role.PUPIL) for who in PEOPLE], [], datetime(2026, 8, 20))
            far_apart = np.eye(len(PEOPLE), DlibResNet.dimensions, dtype=np.float32)
            opened.replace_templates(
                Template(who, DlibResNet.name, who * 32, SIGNED, vector, SIGNED, DlibResNet.version)
                for who, vector in zip(PEOPLE, far_apart, strict=True)
            )
            yield opened, Recheck.from_parameters(workspace=str(folder), on=TODAY.isoformat())


@pytest.mark.slow
@slowly
@given(stories())
def test_a_recheck_says_what_a_fresh_audit_says(store: tuple[Store, Recheck], story: Story):
    opened, job = store
    memory = opened.published
    memory.drop((post.platform, post.post_id) for post in list(memory.posts()))
    opened._db.execute("DELETE FROM published_refusal")
    memory.keep([story.kept(THEN)], datetime(2026, 9, 6))
    if story.is_erased:
        gone = {who for who in PEOPLE if not may_be_matched(story.after, who, TODAY, TODAY)}
        with opened.transaction():
            memory.add_refusals(refusals_left_by(gone, memory.posts(), story.after, job.protocol, TODAY))
            memory.erase_names(gone)
    (rechecked,), *_ = job._judged(opened, story.after, job._basis(opened, story.after, TODAY))
    publishing = Publishing("facebook", TODAY, job.protocol, story.after)
    allowed = {who for who in PEOPLE if may_be_matched(story.after, who, TODAY, TODAY)}
    marks = refusals_of(forgetting(post, publishing, allowed) for post in memory.posts())
    fresh = judge_post(with_refusals(story.kept(TODAY), marks), publishing)
    assert said(rechecked) == said(fresh)


def said(found: JudgedPost) -> tuple[object, ...]:
    """What a director is told to do, and about what. Of forgotten names only the first report has the ids."""
    on_its_day = [picture.then.decision if picture.then else None for picture in found.judged.pictures]
    today = [picture.now.decision for picture in found.judged.pictures]
    return found.standing, found.wrong_since, found.duties, found.lapsed, on_its_day, today
