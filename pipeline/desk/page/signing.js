// Signing: what would go, what stays out, the questions, who has signed; and the privacy review.

part({
  openPost() {
    this.alert.textContent = "";
    if (this.messageField.value.trim() !== this.message) {
      this.alert.textContent = this.t.message_changed;
      this.body.querySelector("details.message").open = true;
      this.messageField.focus();
      return;
    }
    this.scrolledGrid = this.scroller?.scrollTop || 0;
    this.post = { starting: true };
    this.answers = {};
    this.trying = null;
    this.proofs = new Map(); // by name of the file: the address of its picture
    this.asides = new Map(); // of whom was set aside: the address of the close-up, or null where there is none
    this.renderPost();
    this.work(true, this.t.preparing);
    this.say({ do: "post" });
  },

  /** Forget what was shown to sign for. */
  leavePost() {
    this.post = null;
    this.signing = false;
    this.proofSight?.disconnect();
    for (const address of [...this.proofs?.values() || [], ...this.asides?.values() || []]) if (address) URL.revokeObjectURL(address);
    this.proofs = null;
    this.asides = null;
    if (this.largeProof) URL.revokeObjectURL(this.largeProof);
    this.largeProof = null;
  },

  /** Escape: first the large picture goes, then the page to sign. */
  stepBack() {
    if (this.post && this.body.querySelector(".proof-large:not([hidden])")) {
      this.body.querySelector(".proof-large").hidden = true;
      this.body.querySelector(`[data-proof="${CSS.escape(this.enlarged)}"]`)?.focus();
      return;
    }
    this.work(false);
    this.grid();
    this.scroller.scrollTop = this.scrolledGrid || 0;
    this.move(0);
  },

  showPost(message) {
    if (!this.post) return;
    const again = this.post.set === message.post.set;
    this.post = message.post;
    if (this.post.approved) this.approvedBefore = this.post;
    this.signing = false;
    if (!again || message.signed) { // who signs next answers for themselves
      this.answers = {};
      this.trying = null;
    }
    this.renderPost();
    const approved = this.post.approved;
    this.work(false, approved ? this.approvedWords : message.signed ? fill(this.t.signed, { who: message.signed }) : "");
    const heading = message.signed && !approved ? ".post .state-of" : ".post h2";
    this.body.querySelector(this.alert.textContent ? "#desk-code" : heading)?.focus();
  },

  renderPost() {
    const { post, t } = this;
    const content = post.starting ? [make("p", {}, t.one_moment)] : post.approved ? this.approvedPost() : this.postToSign();
    this.body.replaceChildren(
      make("div", { class: "tools" },
        make("button", { type: "button", onclick: () => this.stepBack() }, `← ${t.back} (Esc)`)),
      make("div", { class: "post" }, ...content),
      make("p", { class: "keys" }, make("strong", {}, t.keys), " ", t.keys_post));
    this.watchProofs();
  },

  /** Whom people set aside: with a picture of each, so that whoever signs has looked. */
  setAside() {
    const { post, t } = this;
    if (!post.set_aside.length) return null;
    return make("section", { class: "set-aside" }, make("h2", {}, counted(t.set_aside, { count: post.set_aside.length })),
      make("ul", {}, ...post.set_aside.map((one) => make("li", { "data-aside": this.asideKey(one) },
        make("span", { class: "picture" }, this.asidePicture(one)),
        make("span", {}, make("button", { type: "button", class: "link", disabled: one.place === null,
          onclick: () => { this.leavePost(); this.open(one.place); } }, make("bdi", {}, one.photo)),
        ` ${this.titleOf(one)}`),
        make("strong", {}, one.word, ": ", make("bdi", {}, one.reason)),
        make("span", { class: "by" }, fill(t.set_aside_by, { who: one.by.join(", ") }))))));
  },

  asideKey: (one) => `${one.place} ${one.what} ${one.number}`,

  asidePicture(one) {
    const known = this.asides.get(this.asideKey(one));
    if (known === null) return make("span", { class: "gone" }, this.t.no_picture);
    return known ? make("img", { src: known, alt: fill(this.t.large, { title: this.titleOf(one) }) }) : "";
  },

  showSetAside(one, address) {
    this.asides.set(this.asideKey(one), address);
    this.body.querySelector(`[data-aside="${this.asideKey(one)}"] .picture`)?.replaceChildren(this.asidePicture(one));
  },

  get platformName() {
    return this.about.platforms.find((one) => one.id === this.platform.value)?.name || this.platform.value;
  },

  get approvedWords() {
    return this.post.stays ? this.t.approved : this.t.approved_read;
  },

  approvedPost() {
    const { post, t } = this;
    return [make("h2", { tabindex: -1 }, this.approvedWords),
      ...post.today.map((text) => make("p", { class: post.stays ? "note" : "lapsed" }, text)),
      make("p", { class: post.stays ? "good" : "note" }, post.stays ? fill(t.approved_files, { platform: this.platformName }) : t.approved_before, " ",
        make("bdi", { class: "path" }, post.approved)),
      make("p", {}, make("button", { type: "button", class: post.stays ? "main" : null,
        onclick: () => this.showHere("approved") }, t.open_folder)),
      post.stays ? make("p", { class: "note" }, t.approved_later) : ""];
  },

  postToSign() {
    const { post, t } = this;
    const count = post.files.length;
    return [make("h2", { tabindex: -1 }, counted(t.sign_for, { platform: post.platform, count })),
      ...post.lapsed.map((text) => make("p", { class: "lapsed" }, text)),
      make("p", { class: "note" }, count ? t.exact_files : t.nothing_goes),
      make("div", { class: "proof-large", hidden: true }),
      make("div", { class: "proofs" }, ...post.files.map((file) => this.proofTile(file))),
      this.sideList(t.waiting, post.waiting, (one) => one.what, true),
      this.sideList(`${fill(t.left_out, { count: post.left.length })} (${post.left_counts})`, post.left, (one) => one.why),
      post.cleared_since.length
        ? make("p", { class: "cleared-since" }, fill(t.cleared_since, { photos: post.cleared_since.join(", ") }))
        : null,
      this.setAside(),
      post.not_chosen.length ? make("p", { class: "note" }, fill(t.not_chosen, { photos: post.not_chosen.join(", ") })) : null,
      make("h2", {}, t.message),
      make("blockquote", {}, post.message === null ? t.no_message : make("bdi", {}, post.message)),
      this.foundInMessage(post.in_message),
      make("p", {}, make("button", { type: "button", onclick: () => this.changeMessage() }, t.change_message)),
      make("h2", { class: "state-of", tabindex: -1 }, t.signatures), this.signatures(),
      post.codes.length ? make("ul", { class: "codes note" }, ...post.codes.map((text) => make("li", {}, text))) : null,
      count ? this.signForm() : null].filter(Boolean);
  },

  proofTile(file) {
    const shown = make("span", { class: "picture" });
    const known = this.proofs.get(file.name);
    if (known) shown.append(make("img", { src: known, alt: "" }));
    return make("button", { type: "button", class: "proof", "data-proof": file.name, "aria-label": `${file.name}: ${file.photo}`,
      onclick: () => this.enlarge(file.name) }, shown, make("span", { class: "name" }, file.name),
    make("span", { class: "by" }, make("bdi", {}, file.photo)));
  },

  /** Ask for a picture when its place comes into view. */
  watchProofs() {
    this.proofSight?.disconnect();
    this.proofSight = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        this.proofSight.unobserve(target);
        if (target.dataset.aside !== undefined) {
          const [place, what, number] = target.dataset.aside.split(" ");
          if (!this.asides.has(target.dataset.aside)) this.say({ do: "close_up", place, what, number });
        } else if (!this.proofs.has(target.dataset.proof)) this.say({ do: "proof", name: target.dataset.proof });
      }
    }, { rootMargin: "200px" });
    for (const tile of this.body.querySelectorAll(".proof, [data-aside]")) this.proofSight.observe(tile);
  },

  enlarge(name) {
    this.enlarged = name;
    this.say({ do: "proof", name, large: true });
  },

  proof(message, buffers) {
    if (!this.proofs) return;
    const address = message.there ? picture(buffers[0]) : null;
    const shown = address ? make("img", { src: address, alt: message.name }) : make("p", { class: "gone" }, this.t.no_picture);
    if (message.large) {
      if (this.largeProof) URL.revokeObjectURL(this.largeProof);
      this.largeProof = address;
      const large = this.body.querySelector(".proof-large");
      const shut = make("button", { type: "button", onclick: () => this.stepBack() }, `${this.t.shut} (Esc)`);
      large?.replaceChildren(shut, shown);
      if (large) { large.hidden = false; shut.focus(); }
      return;
    }
    if (address) this.proofs.set(message.name, address);
    this.body.querySelector(`[data-proof="${CSS.escape(message.name)}"] .picture`)?.replaceChildren(shown);
  },

  /** Photos of the batch with a word each; pressed, they open. */
  sideList(title, rows, why, open = false) {
    if (!rows.length) return null;
    return make("details", { class: "left", open }, make("summary", {}, title), make("ul", {}, ...rows.map((row) => make("li", {},
      make("button", { type: "button", class: "link", disabled: row.place === null,
        onclick: () => { this.leavePost(); this.open(row.place); } }, make("bdi", {}, row.photo)),
      row.word ? make("span", { class: `badge ${row.verdict}` }, `${row.sign} ${row.word}`) : null, " ", why(row)))));
  },

  signatures() {
    const { post, t } = this;
    const signed = post.signers.filter((one) => one.signed);
    return make("ul", { class: "signatures" },
      ...signed.map((one) => make("li", { class: one.no ? "block" : "publish" },
        make("span", { class: "badge" }, one.no ? `✕ ${t.said_no}` : `✓ ${t.has_signed}`), ` ${one.id} (${one.roles}), ${one.signed}`)),
      ...post.missing.map((one) => make("li", { class: "hold" }, make("span", { class: "badge" }, `? ${t.to_sign}`), ` ${one.role}: `,
        one.able.length ? one.able.join(", ") : t.nobody_can)),
      ...post.against.map((text) => make("li", { class: "block" }, text)));
  },

  signForm() {
    const { post, t } = this;
    const signers = post.signers.filter((one) => one.may || one.signed).map((one) => ({ ...one,
      label: `${one.id} (${one.roles})${one.signed && !one.no ? ` – ${t.has_signed}` : one.code ? "" : ` – ${t.no_code}`}` }));
    if (!signers.length) return make("p", {}, t.nobody_signs);
    const { signer, code } = this.signerAndCode(signers);
    const next = post.missing.flatMap((one) => one.able);
    if (next.length && !next.includes(signer.value)) signer.value = next[0]; // who sits here has signed, or does not sign
    const tried = signers.find((one) => one.id === this.trying); // with a wrong code, so that only the code is asked again
    if (tried) signer.value = tried.id;
    return make("form", { class: "sign", novalidate: true, onsubmit: (event) => { event.preventDefault(); this.sign(signer, code); } },
      ...post.questions.map((question) => this.questionField(question)),
      make("div", { class: "pair" }, ...this.fields(signer, code, t.who_signs),
        make("button", { type: "submit", class: "main", "data-work": true, disabled: this.working }, t.sign)));
  },

  questionField({ id, text }) {
    const choice = (value, word) => {
      const name = `desk-question-${id}`;
      const input = make("input", { type: "radio", name, id: `${name}-${value}`, value, checked: this.answers[id] === (value === "yes"),
        onchange: () => { this.answers[id] = value === "yes"; } });
      return make("span", {}, input, make("label", { for: `${name}-${value}` }, word));
    };
    return make("fieldset", { "data-question": id }, make("legend", {}, text), choice("yes", this.t.yes), choice("no", this.t.no));
  },

  sign(signer, code) {
    if (this.working) return;
    this.alert.textContent = "";
    const open = this.post.questions.find(({ id }) => this.answers[id] === undefined);
    if (open) {
      this.alert.textContent = this.t.answer_all;
      this.body.querySelector(`[data-question="${CSS.escape(open.id)}"] input`).focus();
      return;
    }
    const secret = code.value;
    if (!secret) {
      this.alert.textContent = this.t.give_code;
      code.focus();
      return;
    }
    code.value = "";
    this.signing = true;
    this.trying = signer.value;
    this.say({ do: "sign", set: this.post.set, signer: signer.value, code: secret, answers: this.answers });
    this.work(true, this.t.one_moment);
  },

  // The privacy review

  reviewBox() {
    const t = this.t;
    this.reviewState = make("p", { class: "note" });
    return make("section", { class: "review", "aria-label": t.for_officer }, make("h2", {}, t.for_officer), make("p", {}, t.review_about),
      make("button", { type: "button", "data-work": true, disabled: this.working, onclick: () => this.review() }, t.review),
      this.reviewState);
  },

  review() {
    this.alert.textContent = "";
    this.work(true, this.t.reviewing);
    this.say({ do: "review" });
  },

  reviewed(message) {
    this.work(false, fill(this.t.reviewed, message));
    this.reviewState.replaceChildren(fill(this.t.report_is, message), " ",
      make("button", { type: "button", onclick: () => this.showHere("review") }, this.t.open_report));
  },
});
