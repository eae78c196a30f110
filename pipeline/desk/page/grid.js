// The grid: only the cards in view are there.

part({
  take(cards) {
    for (const card of cards) {
      if (this.cards.has(card.place) && this.cards.get(card.place).shown !== card.shown) this.forgetThumb(card.place);
      this.cards.set(card.place, card);
    }
    this.total = Math.max(this.total, this.cards.size);
    if (this.photo || this.post) return;
    if (!this.scroller) this.grid();
    // Cards come one by one, and faster than a screen shows them.
    this.drawing ??= requestAnimationFrame(() => {
      this.drawing = null;
      if (this.photo || this.post || !this.scroller) return;
      this.counts();
      this.draw(true);
    });
  },

  /** Another picture would go by now: the one that was shown must not stand for it. */
  forgetThumb(place) {
    const address = this.thumbs.get(place);
    if (address) URL.revokeObjectURL(address);
    this.thumbs.delete(place);
    this.asked.delete(place);
  },

  get shown() {
    const all = [...this.cards.values()].sort((a, b) => a.place - b.place);
    return this.filter === "all" ? all : all.filter((card) => card.verdict === this.filter);
  },

  grid() {
    this.photo = null;
    this.leavePost();
    this.endFilm();
    this.toolbar = make("div", { class: "tools" });
    this.approvedBox = make("div", { class: "before", role: "status" });
    this.filters = make("div", { class: "filters", role: "group", "aria-label": this.t.filter });
    this.inner = make("div", { class: "cards", role: "list" });
    this.drawn = new Map();
    this.scroller = make("div", { class: "scroller", onscroll: () => this.draw() }, this.inner);
    this.body.replaceChildren(this.approvedBox, this.toolbar, this.messageBox(), ...this.notLookedAt(), this.filters, this.scroller,
      make("p", { class: "keys" }, make("strong", {}, this.t.keys), " ", this.t.keys_grid));
    this.tools();
    this.counts();
    this.sizes?.disconnect();
    this.sizes = new ResizeObserver(() => this.draw(true));
    this.sizes.observe(this.scroller);
    this.draw(true);
  },

  tools() {
    const t = this.t;
    const hadFocus = this.toolbar.contains(document.activeElement);
    this.tellApproved();
    if (this.busy) {
      this.bar = make("progress", { max: this.total, value: this.done || 0 });
      this.counted = make("span", {}, fill(this.lookingAt, { done: this.done || 0, total: this.total }));
      this.toolbar.replaceChildren(this.bar, this.counted,
        make("button", { type: "button", onclick: () => this.say({ do: "stop" }) }, t.stop));
    } else {
      this.toolbar.replaceChildren(...this.reported ? [
        make("button", { type: "button", class: "main", onclick: () => this.openPost() },
          `${this.approvedBefore ? t.see_approved : t.sign_these} (S)`),
        make("button", { type: "button", onclick: () => this.showHere("report") }, t.open_report)] : [],
      make("button", { type: "button", onclick: () => this.say({ do: "undo" }) }, `${t.undo} (Z)`),
        make("button", { type: "button", onclick: () => { this.alert.textContent = ""; this.again(); } }, t.new_report),
        make("button", { type: "button", onclick: () => { this.scroller = null; this.choose(this.about); } }, t.other));
    }
    if (hadFocus) this.toolbar.querySelector("button")?.focus();
  },

  /** That these photos were approved before, and how that stands today: told before anything is pressed, all of it on its own page. */
  tellApproved() {
    const { approvedBefore: before, t } = this;
    this.approvedBox.className = `before ${before?.stays ? "good" : "lapsed"}`;
    this.approvedBox.hidden = !before;
    this.approvedBox.replaceChildren(...before ? [make("strong", {}, before.stays ? t.approved_once : t.approved_read),
      before.today.length ? make("p", {}, before.today[0]) : ""] : []);
  },

  again() {
    this.announce(this.t.starting);
    this.say({ do: "audit", again: true, platform: this.platform.value, on: this.on.value, message: this.messageField.value });
  },

  /** The text of the post, to be read, changed and judged again, with what stands in it that must be looked at. */
  messageBox() {
    this.messageFound = make("div", { role: "status" }, this.foundInMessage(this.inMessage));
    this.messageField.oninput = () => {
      clearTimeout(this.writing);
      this.writing = setTimeout(() => this.say({ do: "words", text: this.messageField.value }), 400);
    };
    return make("details", { class: "message", open: this.inMessage.length > 0 }, make("summary", {}, this.t.message),
      this.messageFound, this.messageField);
  },

  /** What is found in the text as it is written now. */
  foundNow({ text, in_message: found }) {
    if (text !== this.messageField.value) return;
    const t = this.t;
    this.messageFound.replaceChildren(...text.trim() === this.message ? [] : [make("p", { class: "note" }, t.message_counts,
      found.length ? null : ` ${t.nothing_in_message}.`)], this.foundInMessage(found));
  },

  foundInMessage(found) {
    return make("ul", { class: "found" }, ...found.map((one) => make("li", { class: one.stops ? "block" : "hold" },
      make("span", { class: "badge" }, one.stops ? "✕" : "?"), ` ${one.text}`)));
  },

  /** Back to the photos, to put the text right. */
  changeMessage() {
    this.stepBack();
    this.body.querySelector("details.message").open = true;
    this.messageField.focus();
  },

  /** Files of the folder that are neither photo nor film: nobody looks at them, and they do not go along. */
  notLookedAt() {
    if (!this.others?.length) return [];
    return [make("details", { class: "others" }, make("summary", {}, fill(this.t.others, { count: this.others.length })),
      make("bdi", {}, this.others.join(", ")))];
  },

  counts() {
    const order = ["all", "cover", "hold", "block", "publish"];
    const verdicts = new Map([...this.cards.values()].map((card) => [card.verdict, `${card.sign} ${card.word}`]));
    const number = (name) => [...this.cards.values()].filter((card) => name === "all" || card.verdict === name).length;
    const focused = this.filters.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    this.filters.replaceChildren(...order.filter((name) => name === "all" || verdicts.has(name) || name === this.filter)
      .map((name) => make("button", { type: "button", class: `filter ${name}`, "data-name": name,
        "aria-pressed": String(name === this.filter),
        onclick: () => { this.filter = name; this.scroller.scrollTop = 0; this.counts(); this.draw(true); },
      }, `${name === "all" ? this.t.all : verdicts.get(name) || name} (${number(name)})`)));
    if (focused) this.filters.querySelector(`[data-name="${focused}"]`)?.focus();
  },

  get room() {
    return this.scroller.clientWidth - 2 * CARD.edge;
  },

  get columns() {
    return Math.max(1, Math.floor((this.room + CARD.gap) / (CARD.width + CARD.gap)));
  },

  /** Cards share the width that there is. */
  get cardWidth() {
    return Math.min(MOST_CARD, Math.floor((this.room - (this.columns - 1) * CARD.gap) / this.columns));
  },

  draw(anew = false) {
    if (!this.scroller || this.photo || this.post) return;
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
    this.place(visible.map((card, index) => this.card(card, first + index, columns, shown.length)));
    if (!shown.length) this.inner.replaceChildren(make("p", { class: "none" }, this.busy ? "" : this.t.none));
    if (this.focusFirst && visible.length) {
      this.focusFirst = false;
      if (document.activeElement === document.body) this.focusCard();
    }
    if (hadFocus && !this.inner.contains(document.activeElement)) this.focusCard();
    this.want(visible.map((card) => card.place));
  },

  /** Show these cards. Those that stand already are not touched: somebody may be about to press one. */
  place(cards) {
    const wanted = new Set(cards);
    for (const old of [...this.inner.children]) if (!wanted.has(old)) old.remove();
    cards.forEach((card, index) => {
      if (this.inner.children[index] !== card) this.inner.insertBefore(card, this.inner.children[index] || null);
    });
    this.drawn = new Map(cards.map((card) => [Number(card.dataset.place), this.drawn.get(Number(card.dataset.place))]));
  },

  /** The button of a card at its place in the grid: the one that is there, or a new one where it tells something else. */
  card(card, index, columns, size) {
    const before = this.drawn.get(card.place);
    const same = before && before.card === card && before.address === this.thumbs.get(card.place);
    const button = same ? before.button : this.newCard(card);
    this.drawn.set(card.place, { card, button, address: this.thumbs.get(card.place) });
    button.setAttribute("aria-posinset", index + 1);
    button.setAttribute("aria-setsize", size);
    button.tabIndex = card.place === this.focus ? 0 : -1;
    button.style.width = `${this.cardWidth}px`;
    button.style.left = `${(index % columns) * (this.cardWidth + CARD.gap)}px`;
    button.style.top = `${Math.floor(index / columns) * (CARD.height + CARD.gap)}px`;
    return button;
  },

  newCard(card) {
    const picture = make("div", { class: "thumb" });
    const address = this.thumbs.get(card.place);
    if (address) picture.append(make("img", { src: address, alt: "" }));
    else if (address === null) picture.append(make("span", { class: "gone" }, "–"));
    return make("button", { type: "button", class: `card ${card.verdict}`, "data-place": card.place, role: "listitem",
      "aria-label": `${fill(this.t.now, card)}. ${card.new ? `${card.new}. ` : ""}${card.reasons.join(" ")}`,
      onclick: () => this.open(card.place), onfocus: () => { this.focus = card.place; } },
    picture,
    make("span", { class: "badge" }, `${card.sign} ${card.word}`),
    card.open ? make("span", { class: "count" }, fill(this.t.open, { count: card.open })) : null,
    make("span", { class: "name" }, make("bdi", {}, card.name)),
    make("span", { class: card.new ? "reason new" : "reason" }, card.new || card.reasons[0] || ""));
  },

  want(places) {
    clearTimeout(this.wanting);
    this.wanting = setTimeout(() => {
      const missing = places.filter((place) => !this.thumbs.has(place) && !this.asked.has(place)).slice(0, ASKED_AT_ONCE);
      if (!missing.length) return;
      missing.forEach((place) => this.asked.add(place));
      const shown = Object.fromEntries(missing.map((place) => [place, this.cards.get(place)?.shown || ""]));
      this.say({ do: "thumbs", places: missing, shown });
    }, 60);
  },

  thumb(message, buffers) {
    this.asked.delete(message.place);
    if (message.shown !== this.cards.get(message.place)?.shown) { // asked before another picture went, so asked again
      this.draw(true);
      return;
    }
    this.thumbs.set(message.place, message.there ? picture(buffers[0]) : null);
    if (this.thumbs.size > KEPT_THUMBS) {
      const [oldest, address] = this.thumbs.entries().next().value;
      if (address) URL.revokeObjectURL(address);
      this.thumbs.delete(oldest);
    }
    const drawn = this.drawn?.get(message.place);
    const place = drawn?.button.querySelector(".thumb");
    if (place && message.there) {
      drawn.address = this.thumbs.get(message.place);
      place.replaceChildren(make("img", { src: drawn.address, alt: "" }));
    }
    if (!this.asked.size) this.draw(true);
  },

  focusCard() {
    const card = this.inner.querySelector(`[data-place="${this.focus}"]`);
    card?.focus({ preventScroll: true });
    return card;
  },

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
  },
});
