"""Every word of the page, from the catalogue: the page itself has none."""

from __future__ import annotations

from pipeline.language import Translator


def texts(tr: Translator) -> dict[str, str]:
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
        "not_in_use": _("not used by the school"),
        "on": _("The day of publishing"),
        "taking_in": _("Taking in {done} of {total} …"),
        "files_chosen": _("{count} files chosen."),
        "starting": _("Getting ready …"),
        "looking": _("Looked at {done} of {total} photos"),
        "looked": _("All photos have been looked at. The report is in the folder {folder}."),
        "stopped": _("Stopped. What was looked at is remembered."),
        "new_report": _("Make the report again"),
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
        "faces": _("Faces and persons"),
        "nobody": _("Nobody was found on this photo. Look for yourself."),
        "why": _("Why"),
        "decides": _("Decides: {owner}"),
        "search": _("Who is this? Name or group"),
        "search_hint": _("Type a part of the name, or the group"),
        "nobody_found": _("Nobody in the register fits."),
        "propose": _("Perhaps {name}, as on the photo before or after? Press {key}"),
        "adult": _("Adult with permission …"),
        "adult_why": _("Where can one read that this adult said yes to this photo? No names."),
        "unknown": _("Not recognisable, because …"),
        "unknown_why": _("Why can nobody recognise this one?"),
        "no_face": _("This is no face"),
        "never": _("Do not ask again"),
        "never_note": _("Nobody can recognise this one; kept for this photo, also next time."),
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
        "keys": _("Keys"),
        "keys_grid": _("Arrows: from photo to photo. Enter: open. Z: undo."),
        "keys_photo": _(
            "Arrows up and down: from face to face. Left and right: other photo. W: who. P: the proposal. "
            "A: adult with permission. N: not recognisable. F: no face. X: do not ask again. H: may harm. "
            "T: take back. Z: undo. Escape: back."
        ),
        "lost": _("The program behind this page has stopped. Start it again with: photo-consent desk"),
    }
