// Keys: what the keyboard does where no field is typed in.

part({
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.matches?.("input, select, textarea, video");
    const act = this.keyOf(event, typing);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  },

  keyOf(event, typing) {
    if (this.post) return event.key === "Escape" ? () => this.stepBack() : null;
    if (this.photo) return this.photoKey(event, typing);
    return this.scroller && !typing ? this.gridKey(event) : null;
  },

  gridKey(event) {
    const columns = this.columns;
    const page = Math.max(1, Math.floor(this.scroller.clientHeight / (CARD.height + CARD.gap))) * columns;
    return {
      ArrowRight: () => this.move(1), ArrowLeft: () => this.move(-1), ArrowDown: () => this.move(columns),
      ArrowUp: () => this.move(-columns), PageDown: () => this.move(page), PageUp: () => this.move(-page),
      Home: () => this.move(-this.total), End: () => this.move(this.total),
      z: () => this.say({ do: "undo" }), s: this.reported ? () => this.openPost() : null,
    }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  },

  photoKey(event, typing) {
    const thing = this.current;
    if (this.comparing) return event.key === "Escape" ? () => this.leaveNew() : null;
    if (event.key === "Escape" && !this.ask && !this.unsure && this.played(false)) return () => this.toggleFilm(false);
    if (event.key === "Escape") return () => (this.ask || this.unsure ? this.question(null) : this.close());
    if (this.ask === "search" && typing) {
      const count = this.found.length || 1;
      return {
        ArrowDown: () => { this.chosenPerson = (this.chosenPerson + 1) % count; this.drawPeople(); },
        ArrowUp: () => { this.chosenPerson = (this.chosenPerson + count - 1) % count; this.drawPeople(); },
        Enter: () => this.found[this.chosenPerson] && this.decide(thing, this.found[this.chosenPerson].id),
      }[event.key];
    }
    const ready = this.readyReasons[Number(event.key) - 1];
    if (ready && !(typing && event.target.value)) return () => this.decide(thing, "no_face", ready);
    if (typing) return null;
    const count = this.photo.things.length || 1;
    const about = (act) => (thing && thing.what !== "text" ? act : null);
    const ofText = thing?.what === "text" && !thing.by_hand;
    return {
      ArrowDown: () => this.pick((this.thing + 1) % count), ArrowUp: () => this.pick((this.thing + count - 1) % count),
      ArrowRight: () => this.step(1), ArrowLeft: () => this.step(-1),
      w: about(() => this.question("search")), a: about(() => this.question("adult")), n: about(() => this.question("unknown")),
      f: about(() => this.question("no_face")),
      t: thing ? () => this.takeBack(thing) : null, s: ofText ? () => this.decide(thing, "may_stay") : null, p: thing?.proposal ? () => this.decide(thing, thing.proposal) : null,
      h: () => (this.photo.may_harm ? this.takeBack({ what: "photo", number: 0 }) : this.decide({ what: "photo", number: 0 }, "may_harm")),
      m: this.photo.film ? () => this.toggleFilm(false) : null,
      z: () => this.say({ do: "undo", place: this.photo.place }), v: this.photo.made ? () => this.compare() : null,
      ...Object.fromEntries(this.photo.ways.map((way, index) => [String(index + 1), () => this.takeWay(way)])),
    }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  },
});
