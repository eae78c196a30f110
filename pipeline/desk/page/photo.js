// An opened photo: who is on it, and what the rules say.

part({
  open(place) {
    this.alert.textContent = "";
    this.announce("");
    this.thing = -1;
    this.leaveAsking();
    this.comparing = false;
    this.opening = place;
    this.endFilm();
    this.say({ do: "open", place });
  },

  show(photo) {
    if (this.photo?.place !== photo.place && this.opening !== photo.place) return;
    const same = this.photo?.place === photo.place;
    const before = same ? this.photo : null;
    const made = this.photo?.made?.sha256;
    if (this.deciding) this.leaveAsking();
    this.deciding = false;
    this.photo = photo;
    this.focus = photo.place;
    if (!photo.made) this.comparing = false;
    if (this.playing && !this.played(this.playing.fresh)) this.endFilm(); // somebody made it anew: this one is gone
    if (made !== photo.made?.sha256) this.setNewImage(null);
    if (!same) {
      this.image = null;
      this.scroll = this.scroller?.scrollTop || 0;
    }
    const first = (wanted) => photo.things.findIndex(wanted);
    if (this.thing < 0) this.thing = first((thing) => thing.open);
    if (this.thing < 0) this.thing = Math.max(0, first((thing) => thing.outcome === "block"));
    this.thing = Math.min(this.thing, Math.max(0, photo.things.length - 1));
    if (this.comparing && !this.newImage) this.say({ do: "new_picture", place: photo.place });
    this.render();
    if (before === null) return;
    const now = fill(this.t.now, { name: photo.name, word: photo.goes?.state || photo.word });
    this.announce([now, ...this.saidAnew(before.things)].join(". "));
  },

  /** Of whom something else is said now than before: the cursor stays, so nobody names the wrong face without hearing it. */
  saidAnew(before) {
    const t = this.t;
    return this.photo.things.flatMap((thing) => {
      const was = before.find((one) => one.what === thing.what && one.number === thing.number);
      if (!was || (was.who === thing.who && was.by_hand === thing.by_hand)) return [];
      const gaps = { title: this.titleOf(thing), who: thing.who, was: was.who };
      if (!thing.who) return [fill(t.said_no_more, gaps)];
      return [fill(was.who && was.who !== thing.who ? t.said_instead : t.said_now, gaps)];
    });
  },

  close() {
    const place = this.photo.place;
    this.photo = null;
    this.leaveAsking();
    this.comparing = false;
    this.image = null;
    this.opening = null;
    this.grid();
    this.focus = place;
    this.scroller.scrollTop = this.scroll || 0;
    this.move(0);
  },

  step(steps) {
    const shown = this.shown.map((card) => card.place);
    const at = shown.indexOf(this.photo.place);
    const next = at < 0 ? shown.find((place) => place > this.photo.place) : shown[at + steps];
    if (next !== undefined) this.open(next);
  },

  large(message, buffers) {
    if (message.place !== this.photo?.place) return;
    if (this.image) URL.revokeObjectURL(this.image);
    this.image = message.there ? picture(buffers[0]) : null;
    this.missing = !message.there;
    this.render();
  },

  render() {
    if (this.comparing) this.renderNew();
    else this.renderPhoto();
  },

  renderPhoto() {
    const { photo, t } = this;
    const boxes = photo.things.map((thing, index) => {
      const box = make("button", { type: "button", tabindex: -1, "aria-hidden": "true",
        class: `box ${thing.outcome} ${index === this.thing ? "chosen" : ""}`,
        onclick: () => this.pick(index) }, make("span", {}, thing.label));
      const [left, top, width, height] = thing.box.map((part) => `${part * 100}%`);
      Object.assign(box.style, { left, top, width, height });
      return box;
    });
    const frame = make("div", { class: "frame" }), film = this.played(false);
    const watched = film?.contains(document.activeElement);
    if (this.setsAside) frame.append(this.closeUp());
    else if (film) frame.append(film);
    else if (this.image) frame.append(make("img", { src: this.image, alt: fill(this.words.photo_of, this.counted_photo()) }), ...boxes);
    else frame.append(make("p", { class: "gone" }, this.missing ? t.no_picture : t.starting));
    const list = make("ul", { class: "things", role: "listbox", tabindex: 0, "aria-label": t.faces,
      "aria-activedescendant": photo.things.length ? `desk-thing-${this.thing}` : null },
    ...photo.things.map((thing, index) => this.row(thing, index)));
    const side = make("section", { class: "side", "aria-label": t.faces }, ...[
      photo.goes ? make("p", { class: `verdict ${photo.goes.verdict}` },
        make("span", { class: "badge" }, `${photo.goes.sign} ${photo.goes.state}`)) : null,
      make("p", { class: `verdict ${photo.verdict}` }, photo.goes ? `${this.words.as_it_is}: ` : null,
        make("span", { class: "badge" }, `${photo.sign} ${photo.word}`)),
      photo.reasons.length ? make("details", { class: "why", open: true }, make("summary", {}, `${t.why} (${photo.reasons.length})`),
        make("ul", {}, ...photo.reasons.map((reason) => make("li", {}, reason.text,
          reason.owner ? make("em", {}, ` ${fill(t.decides, reason)}`) : null)))) : null,
      this.filmButton(false, " (M)"),
      photo.things.length ? list : make("p", {}, t.nobody),
      ...photo.verdict === "hold" ? [this.actions(), this.waysOut()] : [this.waysOut(), this.actions()],
      make("div", { class: "of-photo" },
        photo.may_harm
          ? make("button", { type: "button", onclick: () => this.takeBack({ what: "photo", number: 0 }) }, `${t.harmless} (H)`)
          : make("button", { type: "button", onclick: () => this.decide({ what: "photo", number: 0 }, "may_harm") }, `${t.harm} (H)`),
        make("button", { type: "button", onclick: () => this.say({ do: "undo", place: photo.place }) }, `${t.undo} (Z)`)),
    ].filter(Boolean));
    const bar = make("div", { class: "tools" },
      make("button", { type: "button", onclick: () => this.close() }, `← ${t.back} (Esc)`),
      make("span", { class: "name" }, make("bdi", {}, fill(this.words.photo_of, this.counted_photo()))),
      make("button", { type: "button", onclick: () => this.step(-1), "aria-label": t.previous }, "‹"),
      make("button", { type: "button", onclick: () => this.step(1), "aria-label": t.next }, "›"));
    const field = document.activeElement?.id === "desk-ask" ? [document.activeElement.value, document.activeElement.selectionStart] : null;
    this.body.replaceChildren(bar, make("div", { class: "open" }, frame, side),
      make("p", { class: "keys" }, make("strong", {}, t.keys), " ", t.keys_photo, photo.film ? ` ${t.keys_film}` : ""));
    const ask = this.body.querySelector("#desk-ask"), doubt = this.body.querySelector("#desk-not-sure");
    if (doubt) doubt.focus();
    else if (ask) {
      if (field) [ask.value, ask.selectionStart] = field;
      ask.focus();
      if (this.ask === "search" && ask.value) ask.dispatchEvent(new Event("input"));
    } else (watched ? film.querySelector("video") || list : list).focus({ preventScroll: true });
    this.body.querySelector(".things .chosen")?.scrollIntoView({ block: "nearest" });
  },

  counted_photo() {
    return { place: this.photo.place + 1, total: this.total, name: this.photo.name };
  },

  row(thing, index) {
    const t = this.t;
    const title = this.titleOf(thing);
    return make("li", { id: `desk-thing-${index}`, role: "option", "aria-selected": String(index === this.thing),
      class: `thing ${thing.outcome} ${index === this.thing ? "chosen" : ""}`, onclick: () => this.pick(index) },
    make("strong", {}, title), " ", thing.read ? make("q", {}, make("bdi", {}, thing.read)) : null, " ",
    thing.who ? make("bdi", { class: "who" }, thing.who) : null,
    thing.who ? make("span", { class: "by" }, ` (${thing.by_hand ? t.by_hand : t.by_program})`) : null,
    thing.note ? make("span", { class: "note" }, make("bdi", {}, thing.note)) : null,
    ...thing.why.map((why) => make("span", { class: "because" }, why)));
  },

  pick(index) {
    if (this.thing !== index) this.leaveAsking();
    this.thing = index;
    this.render();
  },

  get current() {
    return this.photo?.things[this.thing];
  },

  actions() {
    const { t, current: thing } = this;
    if (!thing) return null;
    if (this.unsure) return this.sure();
    if (this.ask === "search") return this.searching();
    if (this.ask) return this.asking();
    const button = (text, key, act) => make("button", { type: "button", onclick: act }, `${text} (${key})`);
    if (thing.what === "text") return make("div", { class: "actions" }, thing.by_hand
      ? button(t.take_back, "T", () => this.takeBack(thing)) : button(t.may_stay, "S", () => this.decide(thing, "may_stay")));
    return make("div", { class: "actions" },
      thing.proposal && !thing.by_hand ? make("button", { type: "button", class: "proposal",
        onclick: () => this.decide(thing, thing.proposal) },
      fill(t.propose, { name: thing.proposed, key: "P" })) : null,
      make("button", { type: "button", class: "main", onclick: () => this.question("search") }, `${t.search} (W)`),
      button(t.adult, "A", () => this.question("adult")),
      button(t.unknown, "N", () => this.question("unknown")),
      button(thing.what === "face" ? t.no_face : t.no_person, "F", () => this.question("no_face")),
      thing.by_hand ? button(t.take_back, "T", () => this.takeBack(thing)) : null);
  },

  question(kind) {
    if (!this.current) return;
    this.leaveAsking();
    this.ask = kind;
    if (this.setsAside) this.say({ do: "close_up", place: this.photo.place, what: this.current.what, number: this.current.number });
    this.alert.textContent = "";
    this.render();
  },

  leaveAsking() {
    this.ask = null;
    this.unsure = null;
    if (this.near) URL.revokeObjectURL(this.near);
    this.near = null;
  },

  /** Whether what is asked would take this one out of those who need a yes. */
  get setsAside() {
    return this.ask === "no_face" || this.ask === "unknown";
  },

  /** The face or person large: whoever sets it aside looks at it. */
  closeUp() {
    const title = this.titleOf(this.current);
    return this.near === null ? make("p", { class: "gone" }, this.t.one_moment)
      : make("figure", { class: "close-up" }, make("img", { src: this.near, alt: fill(this.t.large, { title }) }), make("figcaption", {}, title));
  },

  closeUpCame(message, buffers) {
    const came = message.there ? picture(buffers[0]) : null;
    const { current, photo } = this;
    const waits = this.post?.set_aside?.find((one) => one.place === message.place && one.what === message.what && one.number === message.number);
    if (waits) this.showSetAside(waits, came);
    else if (this.setsAside && photo?.place === message.place && current.what === message.what && current.number === message.number && came) {
      this.near = came;
      this.render();
    } else if (came) URL.revokeObjectURL(came);
  },

  titleOf(thing) {
    return fill({ face: this.t.face, text: this.t.text }[thing.what] || this.t.person, thing);
  },

  /** What it is instead of a face: one key each, as long as nothing is typed. */
  get readyReasons() {
    const t = this.t, limb = this.current?.what === "face" ? [t.is_limb] : []; // of a person an arm is a part
    return this.ask === "no_face" && !this.unsure ? [t.is_thing, t.is_drawn, ...limb, t.is_animal] : [];
  },

  searching() {
    const t = this.t;
    this.options = make("ul", { class: "people", role: "listbox", id: "desk-people" });
    this.chosenPerson = 0;
    this.found = [];
    const field = make("input", { type: "text", id: "desk-ask", role: "combobox", "aria-expanded": "true", autocomplete: "off",
      "aria-controls": "desk-people", "aria-label": t.search, placeholder: t.search_hint, spellcheck: "false",
      oninput: () => { this.tickets += 1; this.say({ do: "search", text: field.value, ticket: this.tickets }); } });
    return make("div", { class: "ask" }, make("label", { for: "desk-ask" }, t.search), field, this.options,
      make("button", { type: "button", onclick: () => this.question(null) }, `${t.cancel} (Esc)`));
  },

  people(found) {
    this.found = found;
    this.chosenPerson = 0;
    this.drawPeople();
  },

  drawPeople() {
    if (!this.options) return;
    const thing = this.current;
    const asked = document.getElementById("desk-ask");
    this.options.replaceChildren(...this.found.map((person, index) => make("li", { id: `desk-person-${index}`, role: "option",
      "aria-selected": String(index === this.chosenPerson), class: index === this.chosenPerson ? "chosen" : "",
      onclick: () => this.decide(thing, person.id) },
    make("bdi", {}, person.name), " ", make("span", { class: "by" }, make("bdi", {}, person.group)))));
    asked?.setAttribute("aria-activedescendant", this.found.length ? `desk-person-${this.chosenPerson}` : "");
    if (!this.found.length) this.options.append(make("li", { class: "none" }, asked?.value.trim() ? this.t.nobody_found : ""));
    this.options.querySelector(".chosen")?.scrollIntoView({ block: "nearest" });
  },

  /** The face can be seen well, or has a name already: asked once more, and who presses Enter without reading goes back. */
  askIfSure(message) {
    const { current, photo } = this;
    if (photo?.place !== message.place || current?.what !== message.what || current.number !== message.number) return;
    this.deciding = false;
    this.unsure = message;
    this.render();
  },

  sure() {
    const { t, unsure } = this;
    return make("div", { class: "ask sure", role: "alertdialog", "aria-labelledby": "desk-sure" },
      make("p", { class: "question", id: "desk-sure" }, unsure.text),
      this.setsAside ? make("p", { class: "note" }, t.sure_note) : null,
      make("button", { type: "button", id: "desk-not-sure", onclick: () => this.question(null) }, `${t.not_sure} (Esc)`),
      make("button", { type: "button", onclick: () => this.decide(this.current, unsure.who, unsure.reason, true) }, t.sure));
  },

  asking() {
    const t = this.t;
    const [who, label, note] = {
      adult: ["adult_with_permission", t.adult_why, null],
      unknown: ["not_recognisable", t.unknown_why, t.unknown_note],
      no_face: ["no_face", t.own_words, t.no_face_note],
    }[this.ask];
    const field = make("input", { type: "text", id: "desk-ask", maxlength: 300, autocomplete: "off",
      "aria-describedby": note ? "desk-ask-note" : null });
    return make("form", { class: "ask", onsubmit: (event) => {
      event.preventDefault();
      this.decide(this.current, who, field.value);
    } }, note ? make("p", { class: "note", id: "desk-ask-note" }, note) : null,
    this.ask === "no_face" ? make("strong", {}, t.no_face_why) : null,
    ...this.readyReasons.map((reason, index) => make("button", { type: "button", class: "ready",
      onclick: () => this.decide(this.current, who, reason) }, `${reason} (${index + 1})`)),
    make("label", { for: "desk-ask" }, label), field,
    make("button", { type: "submit", class: "main" }, t.save),
    make("button", { type: "button", onclick: () => this.question(null) }, `${t.cancel} (Esc)`));
  },

  decide(thing, who, reason = "", sure = false) {
    this.alert.textContent = "";
    this.deciding = true; // the question stays open until it is known that this was kept
    this.say({ do: "decide", place: this.photo.place, what: thing.what, number: thing.number, who, reason, sure });
  },

  takeBack(thing) {
    this.say({ do: "take_back", place: this.photo.place, what: thing.what, number: thing.number });
  },
});
