// Films: played on the page, from bytes that come part by part as pictures do. There is no address to fetch one from.

part({
  /** The digest of the opened photo, or of the new one that was made of it. */
  digest(fresh) {
    return fresh ? this.photo?.made?.sha256 : this.photo?.sha256;
  },

  /** The film that is played for this photo, or for the new one as it is now; null where none is. */
  played(fresh) {
    const { playing } = this;
    const same = playing && playing.place === this.photo?.place && playing.fresh === fresh && playing.sha256 === this.digest(fresh);
    return same ? playing.element : null;
  },

  filmButton(fresh, key = "") {
    if (!this.photo.film) return null;
    const text = this.played(fresh) ? this.t.show_pictures : this.t.play_film;
    return make("button", { type: "button", class: "film", onclick: () => this.toggleFilm(fresh) }, `${text}${key}`);
  },

  toggleFilm(fresh) {
    const was = this.played(fresh);
    this.endFilm();
    if (!was) {
      const element = make("div", { class: "player" }, make("p", { class: "gone" }, this.t.fetching_film));
      this.playing = { place: this.photo.place, fresh, sha256: this.digest(fresh), parts: [], size: 0, element };
      this.askFilm();
    }
    this.render();
    this.body.querySelector(fresh ? ".new .film" : ".film")?.focus();
  },

  askFilm() {
    const { place, fresh, sha256, size } = this.playing;
    this.say({ do: "film", place, new: fresh, sha256, offset: size });
  },

  filmPart(message, buffers) {
    const { playing } = this;
    if (!playing || playing.place !== message.place || playing.fresh !== message.new || playing.size !== message.offset
      || playing.sha256 !== message.sha256) return;
    if (!message.there) {
      playing.element.replaceChildren(make("p", { class: "gone" }, this.t.no_film));
      return;
    }
    playing.parts.push(buffers[0]);
    playing.size += buffers[0].byteLength;
    if (!message.end) {
      this.askFilm();
      return;
    }
    playing.address = URL.createObjectURL(new Blob(playing.parts, { type: message.kind }));
    playing.parts = [];
    const failed = () => playing.element.replaceChildren(make("p", { class: "gone" }, this.t.no_film));
    playing.element.replaceChildren(message.kind.startsWith("image/")
      ? make("img", { src: playing.address, alt: this.t.play_film, onerror: failed })
      : make("video", { src: playing.address, controls: true, controlslist: "nodownload", onerror: failed, "aria-label": this.t.play_film }));
    playing.element.querySelector("video")?.focus();
  },

  endFilm() {
    if (this.playing?.address) URL.revokeObjectURL(this.playing.address);
    this.playing = null;
  },
});
