// The page of the desk. It shows what Python tells and says what a person does; it decides nothing.
// Whatever comes from a file or a register is set as text (textContent), never as HTML.

const CARD = { width: 220, height: 262, gap: 14 };
const ROWS_BEYOND = 2; // rows drawn above and below what is in view, so that scrolling shows no gaps
const KEPT_THUMBS = 600; // pictures kept in the browser; older ones are asked for again
const PART = 1 << 20; // bytes of a file sent at once: a web socket takes ten times that
const LOOK_EVERY = 5000; // milliseconds between two looks at what another desk decided

const LOST_AFTER = 45000; // milliseconds without an answer after which the program has stopped

const fill = (text, gaps = {}) => text.replace(/\{(\w+)\}/g, (whole, gap) => (gap in gaps ? String(gaps[gap]) : whole));

/** An element with attributes, listeners (on…) and children; children that are text stay text. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

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
    this.ask = null; // the question that stands open: search, adult or unknown
    this.busy = false;
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
      looked: () => this.ended(fill(this.t.looked, message)),
      stopped: () => this.ended(this.t.stopped),
      cards: () => this.take(message.cards),
      thumb: () => this.thumb(message, buffers),
      large: () => this.large(message, buffers),
      photo: () => this.show(message.photo),
      people: () => message.ticket === this.tickets && this.people(message.people),
      dropped: () => this.sent?.(message),
      undone: () => this.undone(message.done),
      error: () => this.error(message),
    }[message.tell];
    heard?.();
  }

  hello(message) {
    this.t = message.texts;
    this.root.lang = message.language;
    this.header = make("header", {}, make("h1", {}, this.t.title), make("span", { class: "school" }, message.school));
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
    this.failed?.(); // a file that was on its way is not written
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

  // Choosing photos

  choose(about) {
    this.about = about;
    const t = this.t;
    this.photo = null;
    this.total = 0;
    const input = make("input", { type: "file", multiple: true, id: "desk-files", class: "visually-hidden",
      accept: "image/*,.heic,.heif", onchange: () => this.hold([...input.files]) });
    this.folder = make("input", { type: "text", id: "desk-folder", placeholder: t.folder_hint, autocomplete: "off",
      spellcheck: "false" });
    this.platform = make("select", { id: "desk-platform" }, ...about.platforms.map((one) =>
      make("option", { value: one.id }, one.in_use ? one.name : `${one.name} (${t.not_in_use})`)));
    if (about.platforms.some((one) => one.id === "facebook")) this.platform.value = "facebook";
    this.on = make("input", { type: "date", id: "desk-on", value: about.today });
    this.chosen = make("p", { class: "chosen" });
    const drop = make("div", { class: "drop",
      ondragover: (event) => { event.preventDefault(); drop.classList.add("over"); },
      ondragleave: () => drop.classList.remove("over"),
      ondrop: (event) => { event.preventDefault(); drop.classList.remove("over"); this.hold([...event.dataTransfer.files]); },
    }, make("p", {}, t.drop), input, make("label", { for: "desk-files", class: "button" }, t.choose), this.chosen);
    this.startButton = make("button", { type: "submit", class: "main" }, t.start);
    const form = make("form", { class: "start", onsubmit: (event) => { event.preventDefault(); this.start(); } },
      drop,
      make("label", { for: "desk-folder" }, t.folder), this.folder,
      make("div", { class: "pair" },
        make("div", {}, make("label", { for: "desk-platform" }, t.platform), this.platform),
        make("div", {}, make("label", { for: "desk-on" }, t.on), this.on)),
      this.startButton);
    this.body.replaceChildren(form);
    this.files = [];
    this.announce("");
  }

  hold(files) {
    this.files = files;
    this.chosen.textContent = files.length ? fill(this.t.files_chosen, { count: files.length }) : "";
  }

  startable(yes) {
    if (this.startButton) this.startButton.disabled = !yes;
  }

  async start() {
    this.alert.textContent = "";
    this.startable(false);
    const folder = this.folder.value.trim();
    if (!folder && this.files.length && !(await this.send(this.files))) return;
    this.announce(this.t.starting);
    this.say({ do: "audit", folder, platform: this.platform.value, on: this.on.value });
  }

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
    this.files = [];
    return true;
  }

  begin(message) {
    this.total = message.total;
    this.cards = new Map();
    for (const address of this.thumbs.values()) if (address) URL.revokeObjectURL(address);
    this.thumbs = new Map();
    this.asked = new Set();
    this.focus = 0;
    this.busy = true;
    this.grid();
    this.progress(0, message.total);
  }

  progress(done, total) {
    this.done = done;
    if (this.bar) { this.bar.max = total; this.bar.value = done; }
    if (this.counted) this.counted.textContent = fill(this.t.looking, { done, total });
  }

  ended(text) {
    this.busy = false;
    if (text) this.announce(text);
    if (!this.photo && this.total) this.tools();
    this.startable(true);
  }

  // The grid: only the cards in view are there

  take(cards) {
    for (const card of cards) this.cards.set(card.place, card);
    this.total = Math.max(this.total, this.cards.size);
    if (this.photo) return;
    if (!this.scroller) this.grid();
    this.counts();
    this.draw(true);
  }

  get shown() {
    const all = [...this.cards.values()].sort((a, b) => a.place - b.place);
    return this.filter === "all" ? all : all.filter((card) => card.verdict === this.filter);
  }

  grid() {
    this.photo = null;
    this.toolbar = make("div", { class: "tools" });
    this.filters = make("div", { class: "filters", role: "group", "aria-label": this.t.filter });
    this.inner = make("div", { class: "cards", role: "list" });
    this.scroller = make("div", { class: "scroller", onscroll: () => this.draw() }, this.inner);
    this.body.replaceChildren(this.toolbar, this.filters, this.scroller,
      make("p", { class: "keys" }, make("strong", {}, this.t.keys), " ", this.t.keys_grid));
    this.tools();
    this.counts();
    this.sizes?.disconnect();
    this.sizes = new ResizeObserver(() => this.draw(true));
    this.sizes.observe(this.scroller);
    this.draw(true);
  }

  tools() {
    const t = this.t;
    if (this.busy) {
      this.bar = make("progress", { max: this.total, value: this.done || 0 });
      this.counted = make("span", {}, fill(t.looking, { done: this.done || 0, total: this.total }));
      this.toolbar.replaceChildren(this.bar, this.counted,
        make("button", { type: "button", onclick: () => this.say({ do: "stop" }) }, t.stop));
    } else {
      this.toolbar.replaceChildren(
        make("button", { type: "button", onclick: () => this.say({ do: "undo" }) }, t.undo),
        make("button", { type: "button", onclick: () => { this.alert.textContent = ""; this.again(); } }, t.new_report),
        make("button", { type: "button", onclick: () => { this.scroller = null; this.choose(this.about); } }, t.other));
    }
  }

  again() {
    this.announce(this.t.starting);
    this.say({ do: "audit", again: true, platform: this.platform.value, on: this.on.value });
  }

  counts() {
    const order = ["all", "cover", "hold", "block", "publish"];
    const words = new Map([...this.cards.values()].map((card) => [card.verdict, `${card.sign} ${card.word}`]));
    const number = (name) => [...this.cards.values()].filter((card) => name === "all" || card.verdict === name).length;
    const focused = this.filters.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    this.filters.replaceChildren(...order.filter((name) => name === "all" || words.has(name) || name === this.filter)
      .map((name) => make("button", { type: "button", class: `filter ${name}`, "data-name": name,
        "aria-pressed": String(name === this.filter),
        onclick: () => { this.filter = name; this.scroller.scrollTop = 0; this.counts(); this.draw(true); },
      }, `${name === "all" ? this.t.all : words.get(name) || name} (${number(name)})`)));
    if (focused) this.filters.querySelector(`[data-name="${focused}"]`)?.focus();
  }

  get columns() {
    return Math.max(1, Math.floor((this.scroller.clientWidth + CARD.gap) / (CARD.width + CARD.gap)));
  }

  draw(anew = false) {
    if (!this.scroller || this.photo) return;
    const shown = this.shown;
    const columns = this.columns;
    const row = CARD.height + CARD.gap;
    this.inner.style.height = `${Math.ceil(shown.length / columns) * row}px`;
    const first = Math.max(0, Math.floor(this.scroller.scrollTop / row) - ROWS_BEYOND) * columns;
    const last = Math.ceil((this.scroller.scrollTop + this.scroller.clientHeight) / row + ROWS_BEYOND) * columns;
    const range = `${first}-${last}-${columns}`;
    if (!anew && range === this.range) return;
    this.range = range;
    const hadFocus = this.inner.contains(document.activeElement);
    const visible = shown.slice(first, last);
    if (!visible.some((card) => card.place === this.focus) && visible.length && !hadFocus) this.focus = visible[0].place;
    this.inner.replaceChildren(...visible.map((card, index) => this.card(card, first + index, columns, shown.length)));
    if (!shown.length) this.inner.replaceChildren(make("p", { class: "none" }, this.busy ? "" : this.t.none));
    if (hadFocus) this.focusCard();
    this.want(visible.map((card) => card.place));
  }

  card(card, index, columns, size) {
    const picture = make("div", { class: "thumb" });
    const address = this.thumbs.get(card.place);
    if (address) picture.append(make("img", { src: address, alt: "" }));
    else if (address === null) picture.append(make("span", { class: "gone" }, "–"));
    const button = make("button", { type: "button", class: `card ${card.verdict}`, "data-place": card.place, role: "listitem",
      "aria-posinset": index + 1, "aria-setsize": size, tabindex: card.place === this.focus ? 0 : -1,
      "aria-label": `${fill(this.t.now, card)}. ${card.reasons.join(" ")}`,
      onclick: () => this.open(card.place), onfocus: () => { this.focus = card.place; } },
    picture,
    make("span", { class: "badge" }, `${card.sign} ${card.word}`),
    card.open ? make("span", { class: "count" }, fill(this.t.open, { count: card.open })) : null,
    make("span", { class: "name" }, make("bdi", {}, card.name)),
    make("span", { class: "reason" }, card.reasons[0] || ""));
    button.style.left = `${(index % columns) * (CARD.width + CARD.gap)}px`;
    button.style.top = `${Math.floor(index / columns) * (CARD.height + CARD.gap)}px`;
    return button;
  }

  want(places) {
    clearTimeout(this.wanting);
    this.wanting = setTimeout(() => {
      const missing = places.filter((place) => !this.thumbs.has(place) && !this.asked.has(place)).slice(0, 24);
      if (!missing.length) return;
      missing.forEach((place) => this.asked.add(place));
      this.say({ do: "thumbs", places: missing });
    }, 60);
  }

  thumb(message, buffers) {
    this.asked.delete(message.place);
    this.thumbs.set(message.place, message.there ? picture(buffers[0]) : null);
    if (this.thumbs.size > KEPT_THUMBS) {
      const [oldest, address] = this.thumbs.entries().next().value;
      if (address) URL.revokeObjectURL(address);
      this.thumbs.delete(oldest);
    }
    const place = this.inner?.querySelector(`[data-place="${Number(message.place)}"] .thumb`);
    if (place && message.there) place.replaceChildren(make("img", { src: this.thumbs.get(message.place), alt: "" }));
    if (!this.asked.size) this.draw(true);
  }

  focusCard() {
    const card = this.inner.querySelector(`[data-place="${this.focus}"]`);
    card?.focus({ preventScroll: true });
    return card;
  }

  move(steps) {
    const shown = this.shown;
    const now = Math.max(0, shown.findIndex((card) => card.place === this.focus));
    const next = Math.min(shown.length - 1, Math.max(0, now + steps));
    if (!shown[next]) return;
    this.focus = shown[next].place;
    const row = CARD.height + CARD.gap;
    const top = Math.floor(next / this.columns) * row;
    if (top < this.scroller.scrollTop) this.scroller.scrollTop = top;
    if (top + row > this.scroller.scrollTop + this.scroller.clientHeight) {
      this.scroller.scrollTop = top + row - this.scroller.clientHeight;
    }
    this.draw(true);
    this.focusCard();
  }

  // An opened photo

  open(place) {
    this.alert.textContent = "";
    this.announce("");
    this.thing = -1;
    this.ask = null;
    this.opening = place;
    this.say({ do: "open", place });
  }

  show(photo) {
    if (this.photo?.place !== photo.place && this.opening !== photo.place) return;
    const same = this.photo?.place === photo.place;
    const before = same ? this.photo.verdict : null;
    if (this.deciding) this.ask = null;
    this.deciding = false;
    this.photo = photo;
    this.focus = photo.place;
    if (!same) {
      this.image = null;
      this.scroll = this.scroller?.scrollTop || 0;
    }
    if (this.thing < 0) this.thing = Math.max(0, photo.things.findIndex((thing) => thing.open));
    this.thing = Math.min(this.thing, Math.max(0, photo.things.length - 1));
    this.render();
    if (before !== null) this.announce(fill(this.t.now, photo));
  }

  close() {
    const place = this.photo.place;
    this.photo = null;
    this.image = null;
    this.opening = null;
    this.grid();
    this.focus = place;
    this.scroller.scrollTop = this.scroll || 0;
    this.move(0);
  }

  step(steps) {
    const shown = this.shown.map((card) => card.place);
    const at = shown.indexOf(this.photo.place);
    const next = at < 0 ? shown.find((place) => place > this.photo.place) : shown[at + steps];
    if (next !== undefined) this.open(next);
  }

  large(message, buffers) {
    if (message.place !== this.photo?.place) return;
    if (this.image) URL.revokeObjectURL(this.image);
    this.image = message.there ? picture(buffers[0]) : null;
    this.missing = !message.there;
    this.render();
  }

  render() {
    const { photo, t } = this;
    const boxes = photo.things.map((thing, index) => {
      const box = make("button", { type: "button", tabindex: -1, "aria-hidden": "true",
        class: `box ${thing.outcome} ${index === this.thing ? "chosen" : ""}`,
        onclick: () => this.pick(index) }, make("span", {}, thing.label));
      const [left, top, width, height] = thing.box.map((part) => `${part * 100}%`);
      Object.assign(box.style, { left, top, width, height });
      return box;
    });
    const frame = make("div", { class: "frame" });
    if (this.image) frame.append(make("img", { src: this.image, alt: fill(t.photo_of, this.counted_photo()) }), ...boxes);
    else frame.append(make("p", { class: "gone" }, this.missing ? t.no_picture : t.starting));
    const list = make("ul", { class: "things", role: "listbox", tabindex: 0, "aria-label": t.faces,
      "aria-activedescendant": photo.things.length ? `desk-thing-${this.thing}` : null },
    ...photo.things.map((thing, index) => this.row(thing, index)));
    const side = make("section", { class: "side", "aria-label": t.faces },
      make("p", { class: `verdict ${photo.verdict}` }, make("span", { class: "badge" }, `${photo.sign} ${photo.word}`)),
      photo.reasons.length ? make("details", { class: "why" }, make("summary", {}, `${t.why} (${photo.reasons.length})`),
        make("ul", {}, ...photo.reasons.map((reason) => make("li", {}, reason.text,
          reason.owner ? make("em", {}, ` ${fill(t.decides, reason)}`) : null)))) : null,
      photo.things.length ? list : make("p", {}, t.nobody),
      this.actions(),
      make("div", { class: "of-photo" },
        photo.may_harm
          ? make("button", { type: "button", onclick: () => this.takeBack({ what: "photo", number: 0 }) }, `${t.harmless} (H)`)
          : make("button", { type: "button", onclick: () => this.decide({ what: "photo", number: 0 }, "may_harm") }, `${t.harm} (H)`),
        make("button", { type: "button", onclick: () => this.say({ do: "undo", place: photo.place }) }, `${t.undo} (Z)`)));
    const bar = make("div", { class: "tools" },
      make("button", { type: "button", onclick: () => this.close() }, `← ${t.back} (Esc)`),
      make("span", { class: "name" }, make("bdi", {}, fill(t.photo_of, this.counted_photo()))),
      make("button", { type: "button", onclick: () => this.step(-1), "aria-label": t.previous }, "‹"),
      make("button", { type: "button", onclick: () => this.step(1), "aria-label": t.next }, "›"));
    const field = document.activeElement?.id === "desk-ask" ? [document.activeElement.value, document.activeElement.selectionStart] : null;
    this.body.replaceChildren(bar, make("div", { class: "open" }, frame, side),
      make("p", { class: "keys" }, make("strong", {}, t.keys), " ", t.keys_photo));
    const ask = this.body.querySelector("#desk-ask");
    if (ask) {
      if (field) [ask.value, ask.selectionStart] = field;
      ask.focus();
      if (this.ask === "search" && ask.value) ask.dispatchEvent(new Event("input"));
    } else list.focus({ preventScroll: true });
    this.body.querySelector(".things .chosen")?.scrollIntoView({ block: "nearest" });
  }

  counted_photo() {
    return { place: this.photo.place + 1, total: this.total, name: this.photo.name };
  }

  row(thing, index) {
    const t = this.t;
    const title = fill(thing.what === "face" ? t.face : t.person, thing);
    return make("li", { id: `desk-thing-${index}`, role: "option", "aria-selected": String(index === this.thing),
      class: `thing ${thing.outcome} ${index === this.thing ? "chosen" : ""}`, onclick: () => this.pick(index) },
    make("strong", {}, title), " ",
    thing.who ? make("bdi", { class: "who" }, thing.who) : null,
    thing.who ? make("span", { class: "by" }, ` (${thing.by_hand ? t.by_hand : t.by_program})`) : null,
    thing.note ? make("span", { class: "note" }, make("bdi", {}, thing.note)) : null,
    ...thing.why.map((why) => make("span", { class: "because" }, why)));
  }

  pick(index) {
    if (this.thing !== index) this.ask = null;
    this.thing = index;
    this.render();
  }

  get current() {
    return this.photo?.things[this.thing];
  }

  actions() {
    const { t, current: thing } = this;
    if (!thing) return null;
    if (this.ask === "search") return this.searching();
    if (this.ask) return this.asking();
    const button = (text, key, act) => make("button", { type: "button", onclick: act }, `${text} (${key})`);
    return make("div", { class: "actions" },
      thing.proposal && !thing.by_hand ? make("button", { type: "button", class: "proposal",
        onclick: () => this.decide(thing, thing.proposal) },
      fill(t.propose, { name: thing.proposed, key: "P" })) : null,
      make("button", { type: "button", class: "main", onclick: () => this.question("search") }, `${t.search} (W)`),
      button(t.adult, "A", () => this.question("adult")),
      button(t.unknown, "N", () => this.question("unknown")),
      button(t.no_face, "F", () => this.decide(thing, "no_face")),
      make("button", { type: "button", title: t.never_note, onclick: () => this.decide(thing, "do_not_ask_again") }, `${t.never} (X)`),
      thing.by_hand ? button(t.take_back, "T", () => this.takeBack(thing)) : null);
  }

  question(kind) {
    if (!this.current) return;
    this.ask = kind;
    this.alert.textContent = "";
    this.render();
  }

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
  }

  people(found) {
    this.found = found;
    this.chosenPerson = 0;
    this.drawPeople();
  }

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
  }

  asking() {
    const t = this.t;
    const adult = this.ask === "adult";
    const label = adult ? t.adult_why : t.unknown_why;
    const field = make("input", { type: "text", id: "desk-ask", maxlength: 300, autocomplete: "off" });
    return make("form", { class: "ask", onsubmit: (event) => {
      event.preventDefault();
      this.decide(this.current, adult ? "adult_with_permission" : "not_recognisable", field.value);
    } }, make("label", { for: "desk-ask" }, label), field,
    make("button", { type: "submit", class: "main" }, t.save),
    make("button", { type: "button", onclick: () => this.question(null) }, `${t.cancel} (Esc)`));
  }

  decide(thing, who, reason = "") {
    this.alert.textContent = "";
    this.deciding = true; // the question stays open until it is known that this was kept
    this.say({ do: "decide", place: this.photo.place, what: thing.what, number: thing.number, who, reason });
  }

  takeBack(thing) {
    this.say({ do: "take_back", place: this.photo.place, what: thing.what, number: thing.number });
  }

  // Keys

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.matches?.("input, select, textarea");
    const act = this.photo ? this.photoKey(event, typing) : this.scroller && !typing ? this.gridKey(event) : null;
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  gridKey(event) {
    const columns = this.columns;
    const page = Math.max(1, Math.floor(this.scroller.clientHeight / (CARD.height + CARD.gap))) * columns;
    return {
      ArrowRight: () => this.move(1), ArrowLeft: () => this.move(-1), ArrowDown: () => this.move(columns),
      ArrowUp: () => this.move(-columns), PageDown: () => this.move(page), PageUp: () => this.move(-page),
      Home: () => this.move(-this.total), End: () => this.move(this.total),
      z: () => this.say({ do: "undo" }),
    }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  }

  photoKey(event, typing) {
    const thing = this.current;
    if (event.key === "Escape") return () => (this.ask ? this.question(null) : this.close());
    if (this.ask === "search" && typing) {
      const count = this.found.length || 1;
      return {
        ArrowDown: () => { this.chosenPerson = (this.chosenPerson + 1) % count; this.drawPeople(); },
        ArrowUp: () => { this.chosenPerson = (this.chosenPerson + count - 1) % count; this.drawPeople(); },
        Enter: () => this.found[this.chosenPerson] && this.decide(thing, this.found[this.chosenPerson].id),
      }[event.key];
    }
    if (typing) return null;
    const count = this.photo.things.length || 1;
    const about = (act) => (thing ? act : null);
    return {
      ArrowDown: () => this.pick((this.thing + 1) % count), ArrowUp: () => this.pick((this.thing + count - 1) % count),
      ArrowRight: () => this.step(1), ArrowLeft: () => this.step(-1),
      w: about(() => this.question("search")), a: about(() => this.question("adult")), n: about(() => this.question("unknown")),
      f: about(() => this.decide(thing, "no_face")), x: about(() => this.decide(thing, "do_not_ask_again")),
      t: about(() => this.takeBack(thing)), p: thing?.proposal ? () => this.decide(thing, thing.proposal) : null,
      h: () => (this.photo.may_harm ? this.takeBack({ what: "photo", number: 0 }) : this.decide({ what: "photo", number: 0 }, "may_harm")),
      z: () => this.say({ do: "undo", place: this.photo.place }),
    }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  }

  end() {
    clearInterval(this.timer);
    document.removeEventListener("keydown", this.listen);
    this.sizes?.disconnect();
    for (const address of [...this.thumbs.values(), this.image]) if (address) URL.revokeObjectURL(address);
  }
}

const picture = (bytes) => URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" }));

export default {
  render({ model, el }) {
    el.classList.add("desk");
    const page = new Page(model, el);
    return () => page.end();
  },
};
