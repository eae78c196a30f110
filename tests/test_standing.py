"""Published pictures judged twice: a table of what a director would expect, and the laws over time."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.facts import FaceFact, PhotoFacts
from consent.judging import Decision
from consent.messages import say
from consent.people import Person, Role
from consent.protocol import load_protocol
from consent.published import duties
from consent.published.duties import PublishedPost
from consent.published.r13_take_down import UNDATED
from consent.published.standing import Publishing, Standing
from consent.register import EVERY_PURPOSE, Answer, ConsentRecord, ConsentRegister, Medium
from tests.test_laws import PEOPLE, REFUSALS, Failing, law, photos, records, registers

PROTOCOL = load_protocol("ooh-2019")
POSTED, TODAY = date(2026, 10, 14), date(2026, 11, 22)
TWO = PhotoFacts("photo.jpg", (FaceFact(1, 100.0, "p1"), FaceFact(2, 100.0, "p2")))
UNKNOWN = replace(TWO, faces=(*TWO.faces, FaceFact(3, 100.0)))


def line(answer: Answer = Answer.YES, who: str = "p1", **other: object) -> ConsentRecord:
    usual = {"given_by": "both parents", "given_on": date(2026, 9, 1), "form_version": "1", "evidence": "form"}
    return ConsentRecord(who, answer=answer, **{"purpose": "facebook", "medium": Medium.BOTH, **usual, **other})


YES_OF_THE_OTHER = line(who="p2")


def publishing(*lines: ConsentRecord, platform: str = "facebook", left_on: date | None = None) -> Publishing:
    people = {who: Person(who, Role.PUPIL) for who in PEOPLE}
    people["p1"] = replace(people["p1"], left_on=left_on)
    register = ConsentRegister(people, (YES_OF_THE_OTHER, *lines), PROTOCOL.parameters.validity)
    return Publishing(platform, TODAY, PROTOCOL, register)


AFTER, BEFORE = date(2026, 11, 3), date(2026, 10, 1)
LETTER = {"answer": Answer.WITHDRAWN, "given_on": date(2026, 10, 5), "withdrawn_on": AFTER, "evidence": ""}
"""A letter of withdrawal, entered under a day of its own and without the form that it is about."""


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([line()], Standing.RIGHT),
        ([line(withdrawn_on=AFTER)], Standing.WITHDRAWN),
        ([line(), line(Answer.OBJECTION, purpose=EVERY_PURPOSE, given_on=AFTER)], Standing.WITHDRAWN),
        ([line(), line(Answer.NO, given_on=AFTER)], Standing.WITHDRAWN),
        ([line(), line(**LETTER)], Standing.WITHDRAWN),
        ([line(**LETTER)], Standing.NEVER_RIGHT),
        ([line(**{**LETTER, "evidence": "form"})], Standing.WITHDRAWN),
        ([line(Answer.NO), line(**LETTER)], Standing.NEVER_RIGHT),
        ([line(withdrawn_on=BEFORE)], Standing.NEVER_RIGHT),
        ([line(Answer.NO)], Standing.NEVER_RIGHT),
        ([], Standing.NEVER_RIGHT),
        ([line(purpose="twitter")], Standing.NEVER_RIGHT),
        ([line(valid_until=AFTER)], Standing.LAPSED),
        ([line(valid_until=AFTER), line(Answer.NO, given_on=AFTER)], Standing.WITHDRAWN),
        ([line(valid_until=BEFORE)], Standing.NEVER_RIGHT),
        ([line(valid_until=BEFORE), line(given_on=AFTER)], Standing.RIGHT_SINCE),
        ([line(given_on=AFTER)], Standing.RIGHT_SINCE),
        ([line(Answer.NO), line(given_on=AFTER)], Standing.RIGHT_SINCE),
        ([line(Answer.ASK_FIRST)], Standing.UNSURE),
        ([line(Answer.ASK_FIRST), line(Answer.NO, given_on=AFTER)], Standing.WITHDRAWN),
        ([line(Answer.ASK_FIRST), line(Answer.OBJECTION, purpose=EVERY_PURPOSE, given_on=AFTER)], Standing.WITHDRAWN),
        ([line(), line(Answer.GROUP_ONLY, given_on=AFTER)], Standing.LAPSED),
    ],
)
def test_what_time_does_to_a_post(lines: list[ConsentRecord], expected: Standing):
    assert publishing(*lines).judge(TWO, POSTED).standing is expected


def test_who_took_back_and_whose_form_ran_out_is_told():
    facts = replace(TWO, faces=(*TWO.faces, FaceFact(3, 100.0, "p3")))
    judged = publishing(line(withdrawn_on=AFTER), line(who="p3", valid_until=AFTER)).judge(facts, POSTED)
    assert (judged.taken_back, judged.lapsed) == (("p1",), ("p3",))
    assert (judged.then.decision, judged.now.decision) == (Decision.PUBLISH, Decision.BLOCK)


def test_a_child_that_left_since_is_for_the_privacy_officer():
    assert publishing(line(), left_on=AFTER).judge(TWO, POSTED).standing is Standing.LAPSED
    assert publishing(line(), left_on=BEFORE).judge(TWO, POSTED).standing is Standing.UNSURE


def test_an_unknown_face_is_looked_at_and_never_hides_a_withdrawal():
    assert publishing(line()).judge(UNKNOWN, POSTED).standing is Standing.UNSURE
    assert publishing(line(withdrawn_on=AFTER)).judge(UNKNOWN, POSTED).standing is Standing.WITHDRAWN
    assert publishing(line(Answer.NO)).judge(UNKNOWN, POSTED).standing is Standing.NEVER_RIGHT
    # The form that ran out is a doubt beside another doubt.
    assert publishing(line(valid_until=AFTER)).judge(UNKNOWN, POSTED).standing is Standing.UNSURE


@pytest.mark.parametrize("posted_on", [None, date(2027, 1, 1)])
def test_without_a_day_nobody_is_sure_and_a_refusal_still_counts(posted_on: date | None):
    assert publishing(line()).judge(TWO, posted_on).standing is Standing.UNSURE
    refused = publishing(line(Answer.NO)).judge(TWO, posted_on)
    assert (refused.standing, refused.then, refused.taken_back) == (Standing.WITHDRAWN, None, ("p1",))


def test_a_missing_picture_is_looked_at():
    missing = PhotoFacts("photo.jpg", problem=say("The export does not hold this picture."))
    assert publishing(line()).judge(missing, POSTED).standing is Standing.UNSURE


@pytest.mark.parametrize("platform", ["instagram", "youtube"])
def test_a_platform_that_is_not_used(platform: str):
    assert publishing(line(purpose=platform), platform=platform).judge(TWO, POSTED).standing is Standing.NOT_IN_USE


def test_a_platform_that_nobody_knows_is_never_right():
    assert publishing(line(), platform="my_space").judge(TWO, POSTED).standing is Standing.UNSURE


def test_a_register_that_fails_is_never_right():
    sound = publishing(line())
    failing = Failing(sound.register.people, sound.register.records, sound.register.validity, lost=frozenset({"p1"}))
    assert replace(sound, register=failing).judge(TWO, POSTED).standing is Standing.UNSURE


@pytest.mark.parametrize("platform", ["facebook", "my_space"])
def test_what_nobody_can_say_hides_no_withdrawal(platform: str):
    """That another person cannot be looked up, or that the protocol no longer knows the platform, is no excuse."""
    taken_back = line(purpose=platform, withdrawn_on=AFTER)
    sound = publishing(taken_back, line(who="p2", purpose=platform), platform=platform)
    register = sound.register
    failing = Failing(register.people, register.records, register.validity, lost=frozenset({"p2"}))
    judged = replace(sound, register=failing).judge(TWO, POSTED)
    assert (judged.standing, judged.taken_back, judged.lapsed) == (Standing.WITHDRAWN, ("p1",), ())


# What is to be done.


def post(*standings: Standing) -> PublishedPost:
    right = publishing(line()).judge(TWO, POSTED)
    return PublishedPost("facebook", POSTED, TODAY, tuple(replace(right, standing=s) for s in standings))


@pytest.mark.parametrize(
    ("standing", "rules", "deadline"),
    [
        (Standing.RIGHT, [], None),
        (Standing.RIGHT_SINCE, ["R15"], date(2026, 12, 22)),
        (Standing.LAPSED, ["R15"], date(2026, 12, 22)),
        (Standing.UNSURE, ["R13"], date(2026, 11, 23)),
        (Standing.NOT_IN_USE, ["R13", "R14"], TODAY),
        (Standing.WITHDRAWN, ["R13", "R14"], TODAY),
        (Standing.NEVER_RIGHT, ["R13", "R14"], TODAY),
    ],
)
def test_every_standing_but_right_has_somebody_who_acts(standing: Standing, rules: list[str], deadline: date | None):
    asked = duties(post(standing), PROTOCOL)
    assert [duty.rule for duty in asked] == rules
    assert all(duty.owner for duty in asked)
    assert [duty.deadline for duty in asked][:1] == ([deadline] if deadline else [])


@pytest.mark.parametrize("posted_on", [None, date(2027, 1, 1)])
def test_of_a_post_of_an_unknown_day_nobody_says_what_was_taken_back_since(posted_on: date | None):
    first, *_ = duties(replace(post(Standing.WITHDRAWN), posted_on=posted_on), PROTOCOL)
    assert first.what == UNDATED and duties(post(Standing.WITHDRAWN), PROTOCOL)[0].what != UNDATED


def test_a_post_is_as_urgent_as_its_most_urgent_picture():
    assert post(Standing.RIGHT, Standing.WITHDRAWN, Standing.UNSURE).standing is Standing.WITHDRAWN
    assert post().standing is Standing.NO_PICTURE
    assert duties(post(), PROTOCOL) == ()
    assert post().days_public == 39
    assert replace(post(), posted_on=None).days_public is None


# Laws.

somewhere = st.sampled_from(["facebook", "facebook", "twitter", "instagram"])
some_days = st.sampled_from([None, date(2026, 9, 1), date(2026, 9, 3), date(2026, 9, 6), date(2027, 7, 31)])


@st.composite
def judges(draw: st.DrawFn) -> Publishing:
    today = draw(st.sampled_from([date(2026, 9, 6), date(2026, 9, 20), date(2027, 8, 1)]))
    return Publishing(draw(somewhere), today, PROTOCOL, draw(registers()))


@law
@given(judges(), photos(), some_days)
def test_right_means_publish_on_both_days(publishing: Publishing, facts: PhotoFacts, posted_on: date | None):
    judged = publishing.judge(facts, posted_on)
    right = judged.then is not None and {judged.then.decision, judged.now.decision} == {Decision.PUBLISH}
    assert (judged.standing is Standing.RIGHT) == right
    assert not (judged.standing is Standing.RIGHT_SINCE and judged.now.decision is not Decision.PUBLISH)


@law
@given(judges(), photos(), some_days, records(st.sampled_from([Answer.OBJECTION])))
def test_an_objection_never_makes_a_post_less_urgent(
    publishing: Publishing, facts: PhotoFacts, posted_on: date | None, objection: ConsentRecord
):
    register = publishing.register
    objected = replace(publishing, register=replace(register, records=(*register.records, objection)))
    assert objected.judge(facts, posted_on).standing.urgency >= publishing.judge(facts, posted_on).standing.urgency


@law
@given(judges(), photos(), some_days)
def test_who_is_refused_today_and_was_not_then_brings_a_post_down(
    publishing: Publishing, facts: PhotoFacts, posted_on: date | None
):
    judged = publishing.judge(facts, posted_on)
    if judged.now.decision in (Decision.COVER, Decision.BLOCK) and judged.taken_back:
        assert judged.standing.comes_down
    now = publishing.case(facts, publishing.today)
    if publishing.platform_id not in PROTOCOL.platforms or facts.problem or judged.then is None:
        return
    then = publishing.case(facts, posted_on)
    answers = [(f, then.consent(f).answer, now.consent(f).answer) for f in now.identified]
    turned = {f.person_id for f, was, is_now in answers if is_now in REFUSALS and was not in REFUSALS}
    assert turned == set(judged.taken_back)


@law
@given(judges(), photos(), some_days, st.data())
def test_a_withdrawal_never_makes_a_post_less_urgent(
    publishing: Publishing, facts: PhotoFacts, posted_on: date | None, data: st.DataObject
):
    lines = publishing.register.records
    given_lines = [i for i, r in enumerate(lines) if r.answer is Answer.YES and r.withdrawn_on is None]
    if not given_lines:
        return
    index = data.draw(st.sampled_from(given_lines))
    day = data.draw(st.dates(date(2026, 8, 1), publishing.today))
    changed = (*lines[:index], replace(lines[index], withdrawn_on=day), *lines[index + 1 :])
    withdrawn = replace(publishing, register=replace(publishing.register, records=changed))
    assert withdrawn.judge(facts, posted_on).standing.urgency >= publishing.judge(facts, posted_on).standing.urgency


@law
@given(judges(), photos(), some_days)
def test_not_knowing_the_day_is_never_right(publishing: Publishing, facts: PhotoFacts, posted_on: date | None):
    assert publishing.judge(facts, None).standing.urgency >= Standing.UNSURE.urgency
