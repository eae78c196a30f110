"""Every word of the page, from the catalogue: the page itself has none."""

from __future__ import annotations

from pipeline.desk.reopening import AGAIN
from pipeline.language import Translator

Words = dict[str, str | dict[str, str]]


def texts(tr: Translator) -> Words:
    """The words by the name under which the page asks for them; `{count}` and the like are filled in there."""
    _ = tr.text
    return {
        "title": _("The desk"),
        "start": _("Look at these photos"),
        "stop": _("Stop looking"),
        "drop": _("Drop photos here, or choose them"),
        "choose": _("Choose photos …"),
        "folder": _("Or a folder on this computer"),
        "folder_hint": _("For example: Pictures/School trip"),
        "platform": _("Where would they be published?"),
        "message": _("The text of the post"),
        "message_hint": _("The words that will stand with the photos. They are signed for too."),
        "not_in_use": _("not used by the school"),
        "on": _("The day of publishing (day-month-year)"),
        "others": _("Neither photo nor film, so not looked at, and not going along: {count}"),
        "taking_in": _("Taking in {done} of {total} …"),
        "files_chosen": tr.forms("{count} file chosen.", "{count} files chosen."),
        "not_these": _("Not these after all"),
        "both_given": _(
            "Files were chosen, and a folder was written. Leave one of the two out: only one is looked at."
        ),
        "starting": _("Getting ready …"),
        "looking": _("Looked at {done} of {total}"),
        "looked": _("All photos have been looked at. The report is in the folder {folder}."),
        "go_on": _("Go on with an earlier check"),
        "go_on_about": _("With all that was decided, covered and signed. No photo is looked at again."),
        "which_earlier": _("Show the earlier checks"),
        "no_earlier": _("There is no earlier check in this workspace."),
        "taking_up": _("Put back on the desk: {done} of {total}"),
        "taken_up": _("This check is on the desk again, judged by the register of today. The report: {folder}."),
        "stopped": _("Stopped. What was looked at is remembered."),
        "new_report": tr.render(AGAIN),
        "other": _("Other photos"),
        "all": _("All"),
        "open": _("{count} to say"),
        "none": _("Nothing here."),
        "filter": _("Show"),
        "back": _("Back to all photos"),
        "next": _("Next photo"),
        "previous": _("Previous photo"),
        "no_picture": _("This photo cannot be shown: the file is gone, was changed, or is no picture."),
        "photo_of": _("Photo {place} of {total}: {name}"),
        "face": _("Face {label}"),
        "person": _("Person {label}, without a face that was found"),
        "text": _("Text {label}"),
        "may_stay": _("This text may stay: it gives nobody away"),
        "faces": _("Faces and persons"),
        "nobody": _("Nobody was found here. Look for yourself."),
        "why": _("Why"),
        "decides": _("Decides: {owner}"),
        "search": _("Who is this? Name or group"),
        "search_hint": _("Type a part of the name, or the group"),
        "nobody_found": _("Nobody in the register fits."),
        "propose": _("Perhaps {name}, as on the photo before or after? Press {key}"),
        "adult": _("Adult with permission …"),
        "adult_why": _("Where can one read that this adult said yes to this photo? No names."),
        "unknown": _("Not recognisable, because …"),
        "unknown_why": _("Why can nobody recognise this one? No names."),
        "unknown_note": _(
            "By hair, clothes or bearing neither? Whoever knows the child may see it. Kept for this very photo: nobody "
            "is asked again."
        ),
        "no_face": _("This is no face, but …"),
        "no_person": _("This is nobody, but …"),
        "no_face_why": _("What is it?"),
        "no_face_note": _(
            "Look at it large. A child on a photo, a poster or a screen is a child all the same: say by name who it "
            "is. Kept for this very photo: nobody is asked again."
        ),
        "sure_note": _("Whoever signs sees this face large, with your reason and your name."),
        "sure": _("Yes, it is so"),
        "not_sure": _("No, back to the photo"),
        "is_thing": _("A thing, a pattern or a shadow"),
        "is_drawn": _("A drawing, a doll or a statue"),
        "is_limb": _("A hand, an arm or clothes"),
        "is_animal": _("An animal"),
        "own_words": _("Or in your own words, without names"),
        "large": _("{title}, large"),
        "harm": _("This photo may harm somebody"),
        "harmless": _("Take back that it may harm"),
        "take_back": _("Take back"),
        "undo": _("Undo"),
        "undone": _("Undone."),
        "nothing_to_undo": _("There is nothing to undo."),
        "save": _("Save"),
        "cancel": _("Cancel"),
        "by_hand": _("said by hand"),
        "by_program": _("by the program"),
        "now": _("{name}: {word}"),
        "said_now": _("{title} is now: {who}"),
        "said_instead": _("{title} was: {was}, and is now: {who}"),
        "said_no_more": _("{title} was: {was}, and has no name any more"),
        "keys": _("Keys"),
        "keys_grid": _("Arrows: from photo to photo. Enter: open. S: sign. Z: undo."),
        "keys_photo": _(
            "Arrows up and down: from face to face. Left and right: other photo. W: who. P: the proposal. "
            "A: adult with permission. N: not recognisable. F: no face, and then 1 to 4: what it is. H: may harm. "
            "S: a text may stay. T: take back. 1 to 9: make the new picture of that number. V: look at the new "
            "picture. Z: undo. Escape: back."
        ),
        "keys_new": _("Tab: to the next field. Enter: confirm. Escape: back to the photo."),
        "keys_post": _(
            "Tab: to the next. Space and arrows: yes or no. Enter: enlarge a picture, or sign. Escape: back."
        ),
        "keys_film": _("M: play the film. Escape: back to the pictures."),
        "play_film": _("Play the film"),
        "show_pictures": _("Back to the pictures"),
        "fetching_film": _("Fetching the film …"),
        "no_film": _(
            "This film cannot be played here: this browser does not know its kind, it is too large, or the file is "
            "gone or was changed. Its pictures stay."
        ),
        "part_of_film": _("of the film: {percent} %"),
        "lost": _("The program behind this page has stopped. Start it again with: photo-consent desk"),
        **_of_people(tr),
        **_of_new_pictures(tr),
        **_of_signing(tr),
        "of_film": _of_film(tr),
    }


def _of_film(tr: Translator) -> dict[str, str]:
    """What is said otherwise of a film."""
    _ = tr.text
    return {
        "photo_of": _("Film {place} of {total}: {name}"),
        "making": _("Making the new film …"),
        "back_to_photo": _("Back to the film"),
        "as_it_is": _("The film as it is"),
        "still_against": _("This new film may not go either, because:"),
        "judged_well": _("The rules let the new film pass once a person has confirmed it."),
        "confirmed": _("Confirmed. This film goes in place of the one that was filmed."),
        "confirmed_by": _("Confirmed by {who}. This film goes in place of the one that was filmed."),
        "throw_away": _("Throw this film away"),
        "discarded": _("The new film was thrown away."),
    }


def _of_people(tr: Translator) -> dict[str, str]:
    """Who sits at the desk, and what the privacy officer finds there."""
    _ = tr.text
    return {
        "who": _("Who are you?"),
        "who_choose": _("Choose …"),
        "who_first": _("Choose first who you are."),
        "somebody_else": _("somebody else"),
        "one_moment": _("One moment …"),
        "step": _("{done} of {total} …"),
        "open_report": _("Open the report"),
        "for_officer": _("For the privacy officer"),
        "review_about": _("What was audited, changed by hand and signed this school year, and what must be erased."),
        "review": _("Make the privacy review"),
        "reviewing": _("Making the privacy review …"),
        "reviewed": _("Runs reviewed: {runs}. Points to do: {points}."),
        "report_is": _("The report is here: {file}"),
    }


def _of_new_pictures(tr: Translator) -> dict[str, str]:
    """Covering, cropping and confirming."""
    _ = tr.text
    return {
        "ways": _("Ways to publish"),
        "ways_later": _("Covering and cropping can be done as soon as all photos have been looked at."),
        "making": _("Making the new picture …"),
        "back_to_photo": _("Back to the photo"),
        "as_it_is": _("The photo as it is"),
        "still_against": _("This new picture may not go either, because:"),
        "nobody_left": _("Is nobody without a yes recognisable on it any more, by hair or clothes neither?"),
        "judged_well": _("The rules let the new picture pass once a person has confirmed it."),
        "confirms": _("Who confirms it?"),
        "code": _("Personal code"),
        "give_code": _("Give the personal code first."),
        "yes_nobody": _("Yes, nobody without a yes is recognisable any more"),
        "confirmed": _("Confirmed. This picture goes in place of the photo."),
        "confirmed_by": _("Confirmed by {who}. This picture goes in place of the photo."),
        "throw_away": _("Throw this picture away"),
        "discarded": _("The new picture was thrown away."),
        "nobody_signs": _("school.toml names nobody who signs for this platform."),
    }


def _of_signing(tr: Translator) -> Words:
    """Signing, and what becomes of it."""
    _ = tr.text
    again = tr.render(AGAIN)
    return {
        "sign_these": _("Sign for these photos"),
        "preparing": _("Making the pictures to sign for …"),
        "sign_for": tr.forms("Sign for {platform}: {count} picture", "Sign for {platform}: {count} pictures"),
        "exact_files": _(
            "These very files go, and no others: upright, without hidden data. Press one to see it large."
        ),
        "nothing_goes": _("No photo of these may go today."),
        "shut": _("Shut"),
        "waiting": _("New pictures that wait for a look"),
        "left_out": _("Left out: {count}"),
        "cleared_since": _("Not yet to publish in the report, and by now they are: {photos}."),
        "not_chosen": _("Not chosen, although they might go: {photos}."),
        "set_aside": tr.forms(
            "Going out by what people said: {count}. Look at it.",
            "Going out by what people said: {count}. Look at each.",
        ),
        "set_aside_by": _("Said by {who}"),
        "no_message": _("There is no text with these photos."),
        "change_message": _("Change the text"),
        "message_changed": _(
            "The text was changed after the report was made. Press “{button}”, or put it back."
        ).format(button=again),
        "message_counts": _("This text counts once you press “{button}”. Found in it:").format(button=again),
        "nothing_in_message": _("nothing"),
        "signatures": _("Signatures"),
        "has_signed": _("has signed"),
        "said_no": _("said no"),
        "to_sign": _("still to sign"),
        "nobody_can": _("nobody can do this; see the signers in school.toml"),
        "no_code": _("no code yet"),
        "who_signs": _("Who signs?"),
        "yes": _("yes"),
        "no": _("no"),
        "answer_all": _("Answer every question first."),
        "sign": _("Sign"),
        "signed": _("Signed by {who}."),
        "approved": _("Approved"),
        "approved_once": _("Approved before"),
        "approved_read": _("Approved before: read this first"),
        "see_approved": _("See what was approved"),
        "approved_files": _(
            "Everybody has signed. On {platform}, publish only the photos and films that lie in this folder:"
        ),
        "approved_before": _("Everybody had signed for the files in this folder:"),
        "approved_later": _(
            "When a consent is withdrawn later, photo-consent recheck tells that this post must come down."
        ),
        "open_folder": _("Open the folder"),
    }
