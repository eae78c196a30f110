// Choosing photos, and looking at them.

const ELSE = "-"; // who has no id of a signer

part({
  choose(about) {
    this.about = about;
    const t = this.t;
    this.photo = null;
    this.leavePost();
    this.total = 0;
    this.reported = false;
    const input = make("input", { type: "file", multiple: true, id: "desk-files", class: "visually-hidden",
      accept: "image/*,video/*,.heic,.heif", onchange: () => this.hold([...input.files]) });
    this.folder = make("input", { type: "text", id: "desk-folder", placeholder: t.folder_hint, autocomplete: "off",
      spellcheck: "false" });
    this.messageField = make("textarea", { id: "desk-message", rows: 3, maxlength: 20000, "aria-describedby": "desk-message-hint" });
    this.platform = make("select", { id: "desk-platform" }, ...about.platforms.map((one) =>
      make("option", { value: one.id }, one.in_use ? one.name : `${one.name} (${t.not_in_use})`)));
    if (about.platforms.some((one) => one.id === "facebook")) this.platform.value = "facebook";
    this.on = make("input", { type: "text", id: "desk-on", value: about.today, autocomplete: "off", size: 12 }); // a date field would go by the browser's language
    this.chosen = make("p", { class: "chosen" });
    const drop = make("div", { class: "drop",
      ondragover: (event) => { event.preventDefault(); drop.classList.add("over"); },
      ondragleave: () => drop.classList.remove("over"),
      ondrop: (event) => { event.preventDefault(); drop.classList.remove("over"); this.hold([...event.dataTransfer.files]); },
    }, make("p", {}, t.drop), input, make("label", { for: "desk-files", class: "button" }, t.choose), this.chosen);
    const start = make("button", { type: "submit", class: "main", "data-starts": true }, t.start);
    const form = make("form", { class: "start", onsubmit: (event) => { event.preventDefault(); this.start(); } },
      this.whoField,
      drop,
      make("label", { for: "desk-folder" }, t.folder), this.folder,
      make("div", { class: "pair" },
        make("div", {}, make("label", { for: "desk-platform" }, t.platform), this.platform),
        make("div", {}, make("label", { for: "desk-on" }, t.on), this.on)),
      make("label", { for: "desk-message" }, t.message), this.messageField,
      make("p", { class: "note", id: "desk-message-hint" }, t.message_hint),
      start);
    this.body.replaceChildren(make("div", { class: "begin" }, form, this.earlierBox(), this.reviewBox()));
    this.files = [];
    this.sentFiles = 0;
    this.announce("");
    (this.who === null ? this.whoField.querySelector("select") : this.folder).focus();
  },

  /** Who sits here: kept with what is decided from now on. */
  askWho(signers) {
    const t = this.t;
    const choice = make("select", { id: "desk-who", onchange: () => {
      this.who = choice.value === ELSE ? "" : choice.value;
      this.alert.textContent = "";
      this.say({ do: "who", by: this.who });
    } },
    make("option", { value: "", disabled: true, selected: true }, t.who_choose),
    ...signers.map((one) => make("option", { value: one.id }, `${one.id} (${one.roles})`)),
    make("option", { value: ELSE }, t.somebody_else));
    return make("div", { class: "who" }, make("label", { for: "desk-who" }, t.who), choice);
  },

  /** Checks that were made before, for whoever goes on with one: asked for when somebody wants to see them. */
  earlierBox() {
    const t = this.t;
    this.earlierList = make("ul", {}, make("li", {}, t.one_moment));
    return make("section", { class: "earlier", "aria-label": t.go_on }, make("h2", {}, t.go_on), make("p", {}, t.go_on_about),
      make("details", { ontoggle: (event) => { if (event.target.open) this.say({ do: "earlier" }); } },
        make("summary", {}, t.which_earlier), this.earlierList));
  },

  showEarlier(runs) {
    const t = this.t;
    if (!runs.length) this.earlierList.replaceChildren(make("li", {}, t.no_earlier));
    else this.earlierList.replaceChildren(...runs.map((run) => make("li", {},
      make("button", { type: "button", "data-run": run.run, "data-starts": run.may, disabled: !run.may, onclick: () => this.reopen(run.run) },
        make("bdi", {}, run.text)), make("span", { class: "how-far" }, make("strong", {}, run.state), ` ${run.about}`))));
  },

  reopen(run) {
    if (this.mustSayWho()) return;
    this.startable(false);
    this.announce(this.t.starting);
    this.say({ do: "reopen", run });
  },

  /** Whether somebody has to say first who sits here; then that is asked. */
  mustSayWho() {
    this.alert.textContent = "";
    if (this.who !== null) return false;
    this.alert.textContent = this.t.who_first;
    this.whoField.querySelector("select").focus();
    return true;
  },

  hold(files) {
    this.files = files;
    this.sentFiles = 0;
    this.alert.textContent = "";
    this.chosen.replaceChildren(...files.length ? [counted(this.t.files_chosen, { count: files.length }), " ",
      make("button", { type: "button", onclick: () => { this.say({ do: "undrop" }); this.hold([]); } }, this.t.not_these)] : []);
  },

  startable(yes) {
    for (const button of this.body.querySelectorAll("[data-starts]")) button.disabled = !yes;
  },

  async start() {
    if (this.mustSayWho()) return;
    const folder = this.folder.value.trim();
    if (folder && (this.files.length || this.sentFiles)) {
      this.alert.textContent = this.t.both_given;
      this.folder.focus();
      return;
    }
    this.startable(false);
    if (!folder && this.files.length && !(await this.send(this.files))) return;
    this.announce(this.t.starting);
    this.say({ do: "audit", folder, platform: this.platform.value, on: this.on.value,
      message: this.messageField.value });
  },

  /** Send files part by part, each after the one before was written; false where that failed. */
  async send(files) {
    for (const [number, file] of files.entries()) {
      this.announce(fill(this.t.taking_in, { done: number + 1, total: files.length }));
      for (let offset = 0; offset === 0 || offset < file.size; offset += PART) {
        const part = await file.slice(offset, offset + PART).arrayBuffer();
        const written = new Promise((resolve) => { this.sent = resolve; this.failed = () => resolve(null); });
        this.say({ do: "drop", first: number === 0 && offset === 0, file: number, name: file.name, offset }, [part]);
        if ((await written) === null) return false;
      }
    }
    this.sentFiles = files.length; // they are there: should the start fail, they are not sent again
    this.files = [];
    return true;
  },

  begin(message) {
    this.header.append(this.whoField);
    this.reported = false;
    this.total = message.total;
    this.message = message.message;
    this.inMessage = message.in_message;
    this.others = message.others;
    this.earlier = message.earlier;
    this.approvedBefore = null;
    if (message.earlier) {
      this.messageField.value = message.message;
      this.platform.value = message.platform;
      this.on.value = message.on;
    }
    this.cards = new Map();
    for (const address of this.thumbs.values()) if (address) URL.revokeObjectURL(address);
    this.thumbs = new Map();
    this.asked = new Set();
    this.focus = 0;
    this.busy = true;
    this.films = new Map();
    this.focusFirst = true; // the form had the focus; the first card gets it, unless somebody goes elsewhere meanwhile
    this.grid();
    this.progress(0, message.total);
  },

  progress(done, total) {
    this.done = done;
    if (this.bar) { this.bar.max = total; this.bar.value = done; }
    if (this.counted) this.counted.textContent = fill(this.lookingAt, { done, total });
  },

  get lookingAt() {
    return this.earlier ? this.t.taking_up : this.t.looking;
  },

  /** How far a film was looked at. Several may be looked at together; of these the furthest is told. */
  progressOfFilm(key, part) {
    if (part < 1) this.films.set(key, part);
    else this.films.delete(key);
    if (!this.busy || !this.films.size) return;
    const { done = 0, total } = this;
    const furthest = Math.max(...this.films.values());
    this.bar.value = done + furthest;
    const percent = Math.floor(furthest * 100);
    this.counted.textContent = `${fill(this.t.looking, { done, total })} (${fill(this.t.part_of_film, { percent })})`;
  },

  ended(text) {
    this.busy = false;
    if (text) this.announce(text);
    if (!this.photo && this.total) this.tools();
    this.startable(true);
  },
});
