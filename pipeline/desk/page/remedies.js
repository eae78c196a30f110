// Ways to publish an opened photo: made by one press, shown beside the photo, confirmed or thrown away by a person.

part({
  waysOut() {
    const { photo, t } = this;
    if (!photo.ways.length && !photo.made) {
      return photo.verdict === "publish" || photo.report ? null : make("p", { class: "ways note" }, t.ways_later);
    }
    return make("section", { class: "ways", "aria-label": t.ways }, make("h2", {}, t.ways),
      photo.made ? make("button", { type: "button", class: "made", onclick: () => this.compare() },
        `${photo.made.state} (V)`) : null,
      ...photo.ways.map((way, index) => make("button", { type: "button", "data-work": true, disabled: this.working,
        onclick: () => this.takeWay(way) }, `${way.text} (${index + 1})`)));
  },

  /** The words of the page, of a film where the opened photo is one. */
  get words() {
    const t = this.t;
    return this.photo?.film ? { ...t, ...t.of_film } : t;
  },

  takeWay(way) {
    if (this.working) return;
    this.alert.textContent = "";
    if (way.instead !== null) {
      this.open(way.instead);
      return;
    }
    this.work(true, this.words.making);
    this.say({ do: "make", place: this.photo.place, how: way.how });
  },

  made(message) {
    this.work(false);
    if (this.photo?.place !== message.place) return;
    this.compare();
    this.announce(message.tell === "confirmed" ? this.words.confirmed : this.photo.made.state);
  },

  discarded(message) {
    this.work(false, this.words.discarded);
    if (this.photo?.place === message.place) this.leaveNew();
  },

  /** Show the new picture beside the photo. */
  compare() {
    this.comparing = true;
    this.alert.textContent = "";
    this.setNewImage(null);
    this.say({ do: "new_picture", place: this.photo.place });
    this.render();
    (this.body.querySelector("#desk-code") || this.body.querySelector(".tools button")).focus();
  },

  leaveNew() {
    this.comparing = false;
    this.endFilm();
    this.setNewImage(null);
    this.render();
  },

  newPicture(message, buffers) {
    if (!this.comparing || this.photo?.place !== message.place || this.photo.made?.sha256 !== message.sha256) return;
    this.setNewImage(message.there ? picture(buffers[0]) : null);
    const place = this.played(true) ? null : this.body.querySelector(".new .picture");
    place?.replaceChildren(this.newImage ? make("img", { src: this.newImage, alt: this.photo.made.what })
      : make("p", { class: "gone" }, this.t.no_picture));
  },

  setNewImage(address) {
    if (this.newImage) URL.revokeObjectURL(this.newImage);
    this.newImage = address;
  },

  renderNew() {
    const { photo, t } = this;
    const made = photo.made;
    const side = (kind, title, about, image, fresh = kind === "new") => make("figure", { class: `${kind} ${about.verdict}` },
      make("figcaption", {}, make("strong", {}, title), " ", make("span", { class: "badge" }, `${about.sign} ${about.word}`)),
      make("div", { class: "picture" }, this.played(fresh) || image), this.filmButton(fresh));
    const before = this.image ? make("img", { src: this.image, alt: fill(this.words.photo_of, this.counted_photo()) })
      : make("p", { class: "gone" }, t.no_picture);
    const after = this.newImage ? make("img", { src: this.newImage, alt: made.what }) : make("p", { class: "gone" }, t.starting);
    this.body.replaceChildren(
      make("div", { class: "tools" },
        make("button", { type: "button", onclick: () => this.leaveNew() }, `← ${this.words.back_to_photo} (Esc)`),
        make("span", { class: "name" }, make("bdi", {}, photo.name))),
      make("div", { class: "compare" }, side("old", this.words.as_it_is, photo, before), side("new", made.what, made, after),
        make("section", { class: "judge", "aria-label": made.state },
          made.note ? make("p", { class: "note" }, made.note) : null, this.newState(made))),
      make("p", { class: "keys" }, make("strong", {}, t.keys), " ", t.keys_new));
  },

  newState(made) {
    const t = this.t;
    const away = make("button", { type: "button", "data-work": true, disabled: this.working, onclick: () => this.discard() },
      this.words.throw_away);
    if (made.verdict === "publish") {
      return make("div", { class: "state" }, make("p", { class: "good" }, fill(this.words.confirmed_by, { who: made.by.join(", ") })), away);
    }
    if (!made.waits) {
      return make("div", { class: "state" }, make("p", {}, this.words.still_against), make("ul", { class: "why" },
        ...made.reasons.map((reason) => make("li", {}, reason.text, reason.owner ? make("em", {}, ` ${fill(t.decides, reason)}`) : null))),
      away);
    }
    const able = this.about.platforms.find((one) => one.id === this.platform.value)?.signers || [];
    if (!able.length) return make("div", { class: "state" }, make("p", {}, t.nobody_signs), away);
    const { signer, code } = this.signerAndCode(this.about.signers.filter((one) => able.includes(one.id)));
    return make("form", { class: "confirm", novalidate: true, onsubmit: (event) => {
      event.preventDefault();
      if (this.working) return;
      this.alert.textContent = "";
      const secret = code.value;
      if (!secret) {
        this.alert.textContent = t.give_code;
        code.focus();
        return;
      }
      code.value = "";
      this.say({ do: "confirm", place: this.photo.place, sha256: made.sha256, signer: signer.value, code: secret });
      this.work(true, t.one_moment);
    } }, make("p", { class: "question" }, t.nobody_left), make("p", { class: "note" }, this.words.judged_well),
    make("div", { class: "pair" }, ...this.fields(signer, code, t.confirms),
      make("button", { type: "submit", class: "main", "data-work": true, disabled: this.working }, t.yes_nobody), away));
  },

  discard() {
    if (this.working) return;
    this.alert.textContent = "";
    this.work(true, this.t.one_moment);
    this.say({ do: "discard", place: this.photo.place, sha256: this.photo.made.sha256 });
  },

  /** Fields for who signs and with which code. The code stays in its field until it is sent, and nowhere else. */
  signerAndCode(signers) {
    const signer = make("select", { id: "desk-signer" }, ...signers.map((one) => make("option", { value: one.id,
      selected: one.id === this.who }, one.label || `${one.id} (${one.roles})`)));
    const code = make("input", { type: "password", id: "desk-code", autocomplete: "off", spellcheck: "false", maxlength: 200 });
    return { signer, code };
  },

  fields(signer, code, label) {
    return [make("div", {}, make("label", { for: "desk-signer" }, label), signer),
      make("div", {}, make("label", { for: "desk-code" }, this.t.code), code)];
  },
});
