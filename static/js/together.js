/*
 * Several people in one section: who is here, what they saved, and what to do when two changed the same answer. Nothing that
 * somebody typed here is replaced; what was not touched here follows what is stored.
 */
(function () {
  "use strict";

  const EVERY = 25_000;
  const icm = (window.icm ||= {});
  const place = document.querySelector("[data-here]");
  if (!place) return;
  const { pairs, apply, adopt } = icm.fields;
  const { here, prompts, section } = place.dataset;
  let asking = null;
  let timer = 0;

  const units = () => icm.autosave?.units || new Map();
  const token = () => document.querySelector("input[name=csrfmiddlewaretoken]").value;

  /* --- what is stored now ------------------------------------------------------------------------------------------ */

  async function fresh(ids) {
    const query = new URLSearchParams(ids.map((id) => ["id", id]));
    const answer = await fetch(`${prompts}?${query}`, { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) throw new Error("not reached");
    const found = await answer.json();
    const lists = Object.entries(found.prompts).map(([id, html]) => {
      const root = new DOMParser().parseFromString(html, "text/html").querySelector("[data-prompt]");
      return [id, withoutBlankRows(root)];
    });
    return { revision: found.revision, lists: new Map(lists) };
  }

  /* An empty table is drawn with one row to fill in, which the page has taken out. */
  function withoutBlankRows(root) {
    const list = pairs(root);
    const filled = ([name, value]) => value && !/-(order|_shown)$/.test(name);
    return list.flatMap(([name, value]) => {
      if (!root.querySelector(`[data-order][name="${name}"]`)) return [[name, value]];
      const stem = name.slice(0, -"order".length);
      const rows = value.split(",").filter((id) => list.some((pair) => filled(pair) && pair[0].startsWith(`${stem}${id}-`)));
      return [[name, rows.join(",")]];
    });
  }

  /* Bring the page up to a revision: every answer newer than what is shown is taken over, or stays marked as older. */
  async function follow(told) {
    const ids = Object.keys(told.newer).filter((id) => {
      const unit = units().get(id);
      return unit && told.newer[id].revision > (unit.base ?? icm.autosave.state.revision) && unit.trouble !== "conflict";
    });
    const old = icm.autosave.state.revision;
    const found = ids.length ? await fresh(ids) : { revision: told.revision, lists: new Map() };
    for (const [id, newer] of Object.entries(told.newer)) {
      const unit = units().get(id);
      if (!unit) continue;
      const list = found.lists.get(id);
      const isCurrent = list ? take(unit, list) : unit.base !== null && unit.base >= newer.revision;
      if (isCurrent) unit.note("base", found.revision === told.revision ? null : found.revision);
      else if (unit.base === null) unit.note("base", old);
      if (list && newer.name) note(unit, newer);
    }
    icm.autosave.setRevision(told.revision);
    icm.line.show(icm.autosave.state, units());
  }

  /* Take over what is stored; what was changed here stays, to be saved on top of it. */
  function take(unit, list) {
    const changedHere = unit.isDirty;
    if (!adopt(unit.root, unit.synced || [], list)) return false;
    unit.synced = changedHere ? list : unit.pairs;
    if (unit.isDue) icm.autosave.plan(0);
    else icm.autosave.keep(unit);
    return true;
  }

  function note(unit, { name, time }) {
    unit.root.querySelector("[data-changed-by]")?.remove();
    const words = document.getElementById("changed-by").content.firstElementChild.cloneNode(true);
    words.querySelector("[data-words]").textContent = `${name} changed this answer at ${time}.`;
    unit.root.querySelector(".prompt__head").append(words);
  }

  /* --- who is here ------------------------------------------------------------------------------------------------- */

  function listed(names) {
    if (names.length < 2) return names.join("");
    return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  }

  function people(found) {
    const names = found[section] || [];
    const words = names.length ? `${listed(names)} ${names.length === 1 ? "is" : "are"} editing this section now.` : "";
    if (place.querySelector("[data-words]").textContent !== words) place.querySelector("[data-words]").textContent = words;
    place.querySelector("p").hidden = !words;
    document.querySelectorAll(".snav [data-editing]").forEach((mark) => mark.remove());
    document.querySelectorAll(".snav a[href*='/sections/']").forEach((link) => {
      const key = decodeURIComponent(link.pathname.split("/sections/")[1].replace("/", ""));
      if (!found[key]) return;
      const mark = document.getElementById("editing-mark").content.firstElementChild.cloneNode(true);
      mark.title = `${listed(found[key])} ${found[key].length === 1 ? "is" : "are"} editing now`;
      mark.querySelector("[data-words]").textContent = `${mark.title}`;
      mark.querySelector("[data-initials]").textContent = found[key].map((name) => name.split(/\s+/).map((w) => w[0]).join("").slice(0, 2)).join(" ");
      link.querySelector(".marks").append(mark);
    });
  }

  /* One question at a time; who asks meanwhile gets the answer of the next one. */
  function beat() {
    clearTimeout(timer);
    asking = (asking || Promise.resolve()).then(ask).catch(() => undefined);
    return asking;
  }

  async function ask() {
    if (document.visibilityState === "visible" && !icm.session.isOver()) {
      const data = new URLSearchParams({ csrfmiddlewaretoken: token(), revision: icm.autosave?.state.revision ?? "" });
      try {
        const answer = await fetch(here, { method: "POST", body: data, headers: { Accept: "application/json" } });
        if (answer.redirected || answer.status === 403) await icm.session.refresh();
        else if (answer.ok) await heard(await answer.json());
      } catch {
        /* not reached: the line says so as soon as there is something to save */
      }
    }
    clearTimeout(timer);
    timer = setTimeout(beat, EVERY);
  }

  async function heard(told) {
    people(told.people);
    await icm.autosave?.state.busy;
    if (told.seconds > 0) icm.session.lasts(told.seconds);
    if (icm.autosave && told.revision > icm.autosave.state.revision) await follow(told);
    // What could not be saved a while ago may be possible again: the section reopened, the right came back.
    if (icm.autosave?.state.refused) icm.autosave.flush();
  }

  document.addEventListener("icm:newer", beat);
  document.addEventListener("icm:signed-in", beat);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && beat());
  window.addEventListener("online", beat);
  window.addEventListener("pagehide", () => {
    navigator.sendBeacon(here, new URLSearchParams({ csrfmiddlewaretoken: token(), leaving: "1" }));
  });
  window.addEventListener("pageshow", (event) => event.persisted && beat());
  /* What could not be taken over because the caret stood in it is, once the person goes on. */
  document.addEventListener("focusout", () => setTimeout(catchUp, 0));

  async function catchUp() {
    const behind = (unit) => unit.base !== null && unit.base < icm.autosave.state.revision && !unit.isDirty && !unit.trouble;
    const ids = [...units().values()].filter(behind).map((unit) => unit.id);
    const found = ids.length && (await fresh(ids).catch(() => null));
    if (!found) return;
    for (const [id, list] of found.lists) if (take(units().get(id), list)) units().get(id).note("base", found.revision);
  }

  /* --- two versions ------------------------------------------------------------------------------------------------ */

  function panelOf(html) {
    return new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
  }

  icm.clash = {
    /* Both versions and the choice, inside the prompt. The fields below stay as they are, to be edited. */
    show(unit, told) {
      unit.root.querySelector("[data-clash]")?.remove();
      const panel = panelOf(told.html);
      unit.root.querySelector(".prompt__body").before(panel);
      panel.addEventListener("click", (event) => {
        const choice = event.target.closest("[data-choose]")?.dataset.choose;
        if (choice) choose(unit, panel, choice);
      });
    },
  };

  async function choose(unit, panel, choice) {
    if (choice === "edit") {
      panel.querySelector("[data-choose=edit]").remove();
      panel.querySelector("[data-choose=mine]").textContent = "Use mine as edited";
      unit.root.querySelector(".prompt__fields :is([contenteditable=true], input:not([type=hidden]), select, textarea)")?.focus();
      return;
    }
    const mine = unit.pairs;
    if (choice === "theirs") {
      const found = await fresh([unit.id]).catch(() => null);
      panel.querySelector("[data-unreached]").hidden = Boolean(found);
      if (!found) return;
      apply(unit.root, found.lists.get(unit.id));
      unit.settle(unit.pairs);
      unit.note("base", found.revision);
      unit.note("over", null);
    } else unit.note("over", Number(panel.dataset.clash));
    unit.trouble = "";
    panel.remove();
    unit.root.querySelector("summary").focus();
    if (choice === "theirs") icm.offers.replaced(unit, mine, "Theirs stands here now.");
    icm.autosave.keep(unit);
    icm.autosave.flush();
  }

  beat();
})();
