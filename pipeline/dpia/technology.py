"""The part of the annex about the program: its models, the comparing of faces, measured errors, and what it decides."""

from __future__ import annotations

from consent.messages import say
from pipeline.dpia.blocks import Block, Bullets, Cell, Section, Table
from pipeline.dpia.live import Live
from pipeline.matching.calibration import Rate
from pipeline.matching.conditions import why_not
from pipeline.reporting.calibration_words import of_the_policy


def models(now: Live) -> Section:
    """Every model that takes part, by name, source, licence and digest."""
    rows = tuple((m.name, m.purpose, m.origin, m.licence, m.sha256) for m in now.models_in_use)
    headings = (say("Model"), say("For"), say("Source and version"), say("Licence"), say("SHA-256"))
    return Section(
        say("By which models"),
        (
            say("They run on this computer. Before each use their files are compared with these digests."),
            Table(headings, rows),
        ),
    )


def matching(now: Live) -> Section:
    """Whether faces are compared, under which assessment, with whom and how strictly."""
    settings = now.school.matching
    reason = why_not(settings)
    if reason is not None or now.in_force is None:
        blocks: tuple[Block, ...] = (reason or say("Faces are not compared."),)
        if now.templates:
            left = say("Yet {count} templates are kept. They have no purpose and must be erased.", count=now.templates)
            blocks = (*blocks, left)
        return Section(say("Comparing faces"), blocks)
    policy = now.in_force.policy
    return Section(
        say("Comparing faces"),
        (
            say("It is on, under: {reference}", reference=settings.dpia_reference),
            Bullets(
                (
                    say(
                        "Enrolled: {count} persons. Nobody is enrolled without a consent of their own.",
                        count=now.enrolled,
                    ),
                    say(
                        "A template is a row of 128 numbers made from a reference photo. The reference photo itself is "
                        "not kept by the program."
                    ),
                    say(
                        "A face gets a name up to a distance of {threshold}, if the next person is {margin} further.",
                        threshold=policy.threshold,
                        margin=policy.margin,
                    ),
                    say("Faces smaller than {pixels} px are not compared.", pixels=policy.smallest_face_px),
                    say("A reference photo counts for {months} months.", months=settings.reference_months),
                    say("Of a face on a photo no template is kept, only its distances to the two nearest persons."),
                )
            ),
        ),
    )


def errors(now: Live) -> Section:
    """The error rates as calibrated at this school, with bounds and date; or that they were not measured."""
    title = say("With which measured error")
    if not now.matches or now.in_force is None:
        return Section(title, (say("Faces are not compared, so nobody gets a wrong name from the program."),))
    calibration = now.in_force.calibration
    if calibration is None:
        unknown = say("Not measured at this school.")
        return Section(title, (unknown, *of_the_policy(now.in_force)))
    point = calibration.at(now.in_force.policy.threshold)
    rows = (
        (say("strangers with a wrong name (FPIR)"), *_rate(point.fpir)),
        (say("enrolled persons without their name (FNIR)"), *_rate(point.fnir)),
    )
    headings = (say("Error"), say("Errors"), say("Persons tried"), say("Share"), say("95% sure"))
    return Section(title, (*of_the_policy(now.in_force), Table(headings, rows)))


def _rate(rate: Rate) -> tuple[Cell, ...]:
    bounds = say("{low} to {high}", low=round(rate.low, 3), high=round(rate.high, 3))
    return round(rate.errors, 1), rate.trials, "–" if rate.share is None else round(rate.share, 3), bounds


def decisions(now: Live) -> Section:
    """What the program decides by itself: nothing is published by it."""
    return Section(
        say("Automated decisions"),
        (
            say(
                "None (GDPR art. 22). The program proposes; people decide and sign. It publishes nothing, and what it "
                "cannot know is held for a person."
            ),
        ),
    )


def cannot() -> Section:
    """What remains for the school to weigh."""
    return Section(
        say("What remains to be weighed"),
        (
            Bullets(
                (
                    say(
                        "The program can miss a face or a person. A person looks at every photo before it is published."
                    ),
                    say("Who knows a child may recognise it from behind, by clothes or by who stands next to it."),
                    say("What is public can be copied by others. Taking down is not erasing."),
                    say("Reference photos, exports, copies of reports and backups lie outside the program."),
                    say("The error rates are about the photos that were tried; a child that has grown differs more."),
                )
            ),
        ),
    )
