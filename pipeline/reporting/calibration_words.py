"""What a calibration says, in sentences for a director: on the terminal, on its own page and on every audit report."""

from __future__ import annotations

from math import ceil, floor

from consent.messages import Message, say
from pipeline.matching.calibration import Calibration, Rate
from pipeline.matching.conditions import InForce

THOUSAND = 1000


def of_the_policy(in_force: InForce) -> tuple[Message, ...]:
    """What an audit rests on: the calibration and whether it still holds, or that there is none."""
    calibration = in_force.calibration
    if calibration is None:
        return (
            say(
                "Face matching was not calibrated on this school's own reference photos: how often the program takes a "
                "stranger for somebody else is not known here. The strict standard threshold of {threshold} counts. To "
                "measure it: photo-consent gallery calibrate",
                threshold=in_force.policy.threshold,
            ),
        )
    if not in_force.changed:
        return of_the_calibration(calibration)
    return (
        *of_the_calibration(calibration)[:-1],
        say(
            "The gallery or the program has changed since then, so these figures are out of date. Until the next "
            "calibration the stricter threshold counts: {threshold}. To measure again: photo-consent gallery calibrate",
            threshold=in_force.policy.threshold,
        ),
    )


def of_the_calibration(calibration: Calibration) -> tuple[Message, ...]:
    """On what and when, the rate of wrong names, that of missed ones, and last what follows from it."""
    return (
        say(
            "Face matching was calibrated on {day}, with {references} reference photos. Enrolled: {persons} persons.",
            day=calibration.calibrated_at.date().isoformat(),
            references=calibration.references,
            persons=calibration.persons,
        ),
        _wrong_names(calibration.fpir),
        _no_names(calibration.fnir),
        _what_follows(calibration),
    )


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
        "{trials} persons tried).",
        thousand=THOUSAND,
        least=floor(THOUSAND * fnir.low),
        most=ceil(THOUSAND * fnir.high),
        trials=fnir.trials,
    )


def _what_follows(calibration: Calibration) -> Message:
    target = round(THOUSAND * calibration.target_fpir, 6)
    if calibration.shown:
        return say(
            "That is within the target of {target} in {thousand}. The threshold is {threshold}.",
            target=target,
            thousand=THOUSAND,
            threshold=calibration.threshold,
        )
    if calibration.fpir.trials >= calibration.persons_needed:
        return say(
            "The target of {target} in {thousand} was not met, however strict the "
            "threshold. It is {threshold}; more faces are held.",
            target=target,
            thousand=THOUSAND,
            threshold=calibration.threshold,
        )
    return say(
        "That is too little to show the target of {target} in {thousand}: it takes {needed} persons at least. So the "
        "threshold stays strict, {threshold}, and more faces are held.",
        target=target,
        thousand=THOUSAND,
        needed=calibration.persons_needed,
        threshold=calibration.threshold,
    )
