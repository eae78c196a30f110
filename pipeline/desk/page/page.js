// The page itself: what it knows, what it hears from Python, and its parts, which the other files give it.

class Page {
  constructor(model, root) {
    this.model = model;
    this.root = root;
    this.t = {};
    this.cards = new Map(); // by place in the batch
    this.total = 0;
    this.filter = "all";
    this.thumbs = new Map(); // by place: the address of the picture, or null where there is none
    this.asked = new Set();
    this.focus = 0; // the place whose card has the focus
    this.photo = null; // the opened photo
    this.thing = 0; // which of its faces and persons is chosen
    this.ask = null; // the question that stands open: search, adult, unknown or no_face
    this.near = null; // the close-up of whom it is about
    this.busy = false; // photos are being looked at
    this.working = false; // a picture is made, something is signed, or the like
    this.reported = false; // there is a report of these photos, so that they can be covered and signed for
    this.who = null; // who sits here: the id of a signer, or "" for somebody else
    this.playing = null; // the film that is played
    this.comparing = false; // the new picture is shown beside the opened photo
    this.approvedBefore = null; // how the photos that were approved stand today
    this.post = null; // what would go, while the page to sign is open
    this.message = ""; // the text of the post that the report is about
    this.inMessage = []; // what stands in it that must be looked at
    this.files = [];
    this.tickets = 0;
    model.on("msg:custom", (message, buffers) => this.told(message, buffers));
    this.say({ do: "hello" });
    this.timer = setInterval(() => this.look(), LOOK_EVERY);
  }

  say(message, buffers) {
    try {
      this.model.send(message, undefined, buffers);
    } catch {
      this.alert.textContent = this.t.lost; // the line to the program is cut
    }
  }

  /** Ask what another desk decided; who does not answer has stopped. */
  look() {
    if (!this.t.lost) return;
    if (Date.now() - this.heard > LOST_AFTER) this.alert.textContent = this.t.lost;
    this.say({ do: "look", place: this.photo?.place });
  }

  // What Python tells

  told(message, buffers) {
    this.heard = Date.now();
    const heard = {
      hello: () => this.hello(message),
      begin: () => this.begin(message),
      progress: () => this.progress(message.done, message.total),
      part: () => this.progressOfFilm(message.key, message.part),
      film: () => this.filmPart(message, buffers),
      approved: () => { this.approvedBefore = message.post; if (!this.photo && !this.post) this.tools(); },
      earlier: () => this.showEarlier(message.runs),
      looked: () => { this.reported = true; this.ended(fill(message.earlier ? this.t.taken_up : this.t.looked, message)); },
      stopped: () => this.ended(this.t.stopped),
      cards: () => this.take(message.cards),
      thumb: () => this.thumb(message, buffers),
      large: () => this.large(message, buffers),
      close_up: () => this.closeUpCame(message, buffers),
      photo: () => this.show(message.photo),
      sure: () => this.askIfSure(message),
      people: () => message.ticket === this.tickets && this.people(message.people),
      dropped: () => this.sent?.(message),
      undropped: () => { this.sentFiles = 0; this.chosen.replaceChildren(); },
      made: () => this.made(message),
      confirmed: () => this.made(message),
      discarded: () => this.discarded(message),
      new_picture: () => this.newPicture(message, buffers),
      words: () => this.foundNow(message),
      post: () => this.showPost(message),
      proof: () => this.proof(message, buffers),
      step: () => this.announce(fill(this.t.step, { done: message.done, total: message.total || "…" })),
      reviewed: () => this.reviewed(message),
      undone: () => this.undone(message.done),
      error: () => this.error(message),
    }[message.tell];
    heard?.();
  }

  hello(message) {
    this.t = message.texts;
    this.root.lang = message.language;
    this.header = make("header", {}, make("h1", {}, this.t.title), make("span", { class: "school" }, message.school));
    this.whoField = this.askWho(message.signers);
    this.live = make("p", { class: "live", role: "status", "aria-live": "polite" });
    this.alert = make("p", { class: "alert", role: "alert" });
    this.body = make("main", {});
    this.root.replaceChildren(this.header, this.alert, this.live, this.body);
    this.choose(message);
    this.listen = (event) => this.key(event);
    document.addEventListener("keydown", this.listen); // also where nothing has the focus
  }

  error(message) {
    this.alert.textContent = message.text;
    this.deciding = false;
    if (this.working) this.work(false);
    this.failed?.(); // a file that was on its way is not written
    if (this.post?.starting) this.stepBack();
    if (this.signing) { // it may be another set by now; until that is known nothing is signed
      this.signing = false;
      this.work(true, this.t.one_moment);
      this.say({ do: "post" });
    }
    if (message.ended) this.ended("");
    else if (!this.total) { this.announce(""); this.startable(true); }
  }

  undone(done) {
    if (!done) this.announce(this.t.nothing_to_undo);
    else if (!this.photo) this.announce(this.t.undone); // of an opened photo its verdict is told
  }

  announce(text) {
    this.live.textContent = text;
  }

  /** Something takes a while: what must not be pressed meanwhile is not pressed. */
  work(going, text = "") {
    this.working = going;
    for (const element of this.body.querySelectorAll("[data-work]")) element.disabled = going;
    this.announce(text);
  }

  /** Whether the picture or folder could be opened is told by this computer's own programs. */
  showHere(what) {
    this.say({ do: "show", what });
  }

  end() {
    clearInterval(this.timer);
    document.removeEventListener("keydown", this.listen);
    this.sizes?.disconnect();
    this.leavePost();
    this.endFilm();
    for (const address of [...this.thumbs.values(), this.image, this.newImage, this.near]) if (address) URL.revokeObjectURL(address);
  }
}

/** Give the page the methods of one of its parts. */
const part = (methods) => Object.defineProperties(Page.prototype, Object.getOwnPropertyDescriptors(methods));

export default {
  render({ model, el }) {
    el.classList.add("desk");
    const page = new Page(model, el);
    return () => page.end();
  },
};
