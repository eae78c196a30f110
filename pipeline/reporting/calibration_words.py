"""What a calibration says, in sentences for a director: on the terminal, on its own page and on every audit report."""

from __future__ import annotations

from math import ceil, floor

from consent.messages import Message, say
from pipeline.matching.calibration import Calibration, CurvePoint, Rate
from pipeline.matching.conditions import InForce
from pipeline.matching.identification import MatchingPolicy

THOUSAND = 1000


def of_the_policy(in_force: InForce | None) -> tuple[Message, ...]:
    """What an audit rests on: the calibration and whether it still holds, or that there is none.

    Nothing where faces are not matched. The figures are those of the threshold that the audit goes by, be it the
    school's own.
    """
    if in_force is None:
        return ()
    calibration, threshold = in_force.calibration, in_force.policy.threshold
    if calibration is None and in_force.changed:
        return (
            say(
                "The calibration of face matching was made by another version of the program, so its figures are not "
                "known here. Until the next one the stricter threshold counts: {threshold}. To measure again: "
                "photo-consent gallery calibrate",
                threshold=threshold,
            ),
        )
    if calibration is None and threshold < MatchingPolicy().threshold:
        return (
            say(
                "Face matching was not calibrated on this school's own reference photos: how often the program takes a "
                "stranger for somebody else is not known here. The school's own threshold of {threshold} counts, which "
                "is stricter than the standard one. To measure it: photo-consent gallery calibrate",
                threshold=threshold,
            ),
        )
    if calibration is None:
        return (
            say(
                "Face matching was not calibrated on this school's own reference photos: how often the program takes a "
                "stranger for somebody else is not known here. The strict standard threshold of {threshold} counts. To "
                "measure it: photo-consent gallery calibrate",
                threshold=threshold,
            ),
        )
    what_follows = _what_follows(calibration, threshold)
    if in_force.changed:
        what_follows = say(
            "The gallery or the program has changed since then, so these figures are out of date. Until the next "
            "calibration the stricter threshold counts: {threshold}. To measure again: photo-consent gallery calibrate",
            threshold=threshold,
        )
    return *_measured(calibration, calibration.at(threshold)), what_follows, *_set_since(in_force, calibration)


def of_the_calibration(calibration: Calibration) -> tuple[Message, ...]:
    """On what and when, the rate of wrong names, that of missed ones, and last what follows from it."""
    threshold = calibration.threshold
    return *_measured(calibration, calibration.at(threshold)), _what_follows(calibration, threshold)


def _measured(calibration: Calibration, point: CurvePoint) -> tuple[Message, ...]:
    return (
        say(
            "Face matching was calibrated on {day}. Reference photos: {references}. Persons enrolled: {persons}.",
            day=calibration.calibrated_at.date().isoformat(),
            references=calibration.references,
            persons=calibration.persons,
        ),
        _wrong_names(point.fpir),
        _no_names(point.fnir),
    )


def _set_since(in_force: InForce, calibration: Calibration) -> tuple[Message, ...]:
    """What school.toml asks for more strictly than the calibration knew."""
    policy, said = in_force.policy, []
    if policy.threshold < calibration.threshold:
        said.append(say("The school itself has set this stricter threshold in school.toml; the figures are for it."))
    if policy.margin > calibration.margin or policy.smallest_face_px > calibration.smallest_face_px:
        said.append(
            say(
                "In school.toml the school asks for a wider margin or for larger faces than were calibrated, so more "
                "faces go without a name than these figures say."
            )
        )
    return tuple(said)


def _wrong_names(fpir: Rate) -> Message:
    if not fpir.trials:
        return say("How often a stranger gets a wrong name could not be measured: that takes two enrolled persons.")
    return say(
        "Of {thousand} faces of strangers at most {most} get a wrong name, as far as these photos show (95% sure; "
        "it happened to {errors} of the {trials} persons tried).",
        thousand=THOUSAND,
        most=ceil(THOUSAND * fpir.high),
        errors=round(fpir.errors),
        trials=fpir.trials,
    )


def _no_names(fnir: Rate) -> Message:
    if not fnir.trials:
        return say("How often an enrolled person gets no name could not be measured: that takes two reference photos.")
    return say(
        "Of {thousand} faces of enrolled persons {least} to {most} do not get their name and are held (95% sure; "
        "persons tried: {trials}).",
        thousand=THOUSAND,
        least=floor(THOUSAND * fnir.low),
        most=ceil(THOUSAND * fnir.high),
        trials=fnir.trials,
    )


def _what_follows(calibration: Calibration, threshold: float) -> Message:
    given = {"target": _plain(THOUSAND * calibration.target_fpir), "thousand": THOUSAND, "threshold": threshold}
    if calibration.shown:
        return say("That is within the target of {target} in {thousand}. The threshold is {threshold}.", **given)
    if calibration.kept_from is not None:
        return say(
            "This does not show the target of {target} in {thousand}, so the stricter threshold of an earlier "
            "calibration ({day}) stays: {threshold}. To measure anew, give every photo that is enrolled; "
            "{absent} took no part.",
            day=calibration.kept_from.date().isoformat(),
            absent=calibration.absent,
            **given,
        )
    if calibration.absent and calibration.fpir.high <= calibration.target_fpir:
        return say(
            "The target of {target} in {thousand} can only be shown with every photo that is enrolled; {absent} took "
            "no part. So the threshold stays strict, {threshold}, and more faces are held.",
            absent=calibration.absent,
            **given,
        )
    if calibration.fpir.trials >= calibration.persons_needed:
        return say(
            "The target of {target} in {thousand} was not met, however strict the "
            "threshold. It is {threshold}; more faces are held.",
            **given,
        )
    return say(
        "That is too little to show the target of {target} in {thousand}: it takes {needed} persons at least. So the "
        "threshold stays strict, {threshold}, and more faces are held.",
        needed=calibration.persons_needed,
        **given,
    )


def _plain(number: float) -> float:
    """Without digits that are only arithmetic's; a whole number as one, so that nobody reads 10.0."""
    near = round(number, 6)
    return int(near) if near == int(near) else near
