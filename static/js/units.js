/*
 * What a section page saves: one unit for each prompt and each reply box. A unit knows what the server has of it, what is
 * under way, what became of the last attempt, and what it was drawn from.
 */
(function () {
  "use strict";

  const icm = (window.icm ||= {});
  const form = document.getElementById("answers");
  if (!form) return;
  const { pairs, same, words } = icm.fields;

  class Unit {
    constructor(id, root, kind) {
      // flights: the number of each request under way -> the pairs it took along, and whether it outlives the page.
      Object.assign(this, { id, root, kind, trouble: "", refused: null, why: "", flights: new Map(), heard: 0 });
      this.base = this.about("base");
      this.over = this.about("over");
      // What the server sent back unsaved was typed, not stored.
      const unsaved = this.base !== null || root.matches(".prompt--error") || root.querySelector("[data-unsaved]");
      this.synced = unsaved ? null : this.pairs;
      if (unsaved) this.refuse(this.pairs);
    }

    get pairs() {
      return pairs(this.root);
    }

    get prefix() {
      return this.id.replaceAll(".", "-");
    }

    /* Whether anything here is not stored for certain: also words taken back while their first wording is under way. */
    get isDirty() {
      const now = this.pairs;
      if (this.synced === null || !same(now, this.synced)) return true;
      return [...this.flights.values()].some((flight) => !same(now, flight.pairs));
    }

    /* Refused words are not sent again before they change; words in conflict not before somebody chooses. */
    get isDue() {
      if (!this.isDirty || this.trouble === "conflict") return false;
      return this.trouble !== "refused" || !same(this.pairs, this.refused);
    }

    /*
     * Whether to send this when the page is left: not what is under way already in a request that outlives the page. Of
     * replies that cross, the portal could not tell the older one: other words than are under way stay in this browser.
     */
    get isDueOnLeaving() {
      const last = [...this.flights.values()].at(-1);
      if (!last) return this.isDue;
      return this.isDue && (same(last.pairs, this.pairs) ? !last.outlives : this.kind !== "reply");
    }

    /* What a copy in this browser holds. It can be read without this page: the section may be closed by then. */
    get copy() {
      const heading = this.root.closest("[data-prompt], .thread")?.querySelector("h2, h3")?.textContent.trim() || "";
      const list = this.pairs;
      return { unit: this.id, pairs: list, words: words(this.root, list, this.synced), title: heading };
    }

    /* A request takes off with what stands here now. */
    takeOff(number) {
      const list = this.pairs;
      this.flights.set(number, { pairs: list, outlives: false });
      return list;
    }

    /* It is over. Gives what it had taken along, or null when the portal has said already how things stood later. */
    land(number, revision) {
      const flight = this.flights.get(number);
      this.flights.delete(number);
      if (!flight || revision < this.heard) return null;
      this.heard = revision;
      return flight.pairs;
    }

    /* Its answer never came: either its words are stored or those from before, so what stands here is sent again. */
    doubt(number) {
      const flight = this.flights.get(number);
      if (flight && this.synced && !same(flight.pairs, this.synced)) this.synced = null;
    }

    /* What was sent is stored. */
    settle(list) {
      Object.assign(this, { trouble: "", why: "", synced: list });
    }

    refuse(list, why = "") {
      Object.assign(this, { trouble: "refused", refused: list, why });
    }

    about(name) {
      const field = this.kind === "prompt" ? form.elements[`${this.prefix}-_${name}`] : null;
      return field ? Number(field.value) : null;
    }

    /* For the save button, which sends the whole form. */
    note(name, value) {
      this[name] = value;
      if (this.kind !== "prompt") return;
      let field = form.elements[`${this.prefix}-_${name}`];
      if (value === null) return void field?.remove();
      if (!field) {
        field = Object.assign(document.createElement("input"), { type: "hidden", name: `${this.prefix}-_${name}` });
        this.root.append(field);
      }
      field.value = value;
    }
  }

  function found() {
    const units = new Map();
    document.querySelectorAll("[data-prompt]").forEach((root) => {
      if (form.contains(root)) units.set(root.dataset.prompt, new Unit(root.dataset.prompt, root, "prompt"));
    });
    document.querySelectorAll("textarea[name^='reply-']").forEach((box) => {
      const id = box.name.slice("reply-".length);
      units.set(id, new Unit(id, box.closest("[data-reply]"), "reply"));
    });
    return units;
  }

  icm.units = { form, found };
})();
