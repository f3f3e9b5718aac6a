/*
 * Saves while people type: two seconds after the last key, on leaving a field, and when the page is left. Only prompts and
 * replies that changed are sent, one request at a time, each with the revision it was drawn from. What is not saved yet is
 * kept in this browser (kept.js), and one line says honestly how things stand.
 */
(function () {
  "use strict";

  const AFTER_TYPING = 2000;
  const AFTER_FIELD = 50;
  const RETRY = [2000, 4000, 8000, 15000, 30000];
  /* Browsers refuse more in a request that outlives its page. */
  const KEEPALIVE_BYTES = 60_000;
  const icm = (window.icm ||= {});
  const form = document.getElementById("answers");
  if (!form) return;
  const { pairs, same, isOf } = icm.fields;
  const revisionField = form.elements.base_revision;
  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

  /* One prompt or one reply box: what the server has of it, what became of the last attempt, what it was drawn from. */
  class Unit {
    constructor(id, root, kind) {
      Object.assign(this, { id, root, kind, trouble: "", sent: null, why: "" });
      this.base = this.about("base");
      this.over = this.about("over");
      // What the server sent back unsaved was typed, not stored.
      const unsaved = this.base !== null || root.matches(".prompt--error") || root.querySelector("[data-unsaved]");
      this.synced = unsaved ? null : this.pairs;
      if (unsaved) Object.assign(this, { trouble: "refused", sent: this.pairs });
    }

    get pairs() {
      return pairs(this.root);
    }

    get prefix() {
      return this.id.replaceAll(".", "-");
    }

    get isDirty() {
      return this.synced === null || !same(this.pairs, this.synced);
    }

    /* Refused words are not sent again before they change; words in conflict not before somebody chooses. */
    get isDue() {
      if (!this.isDirty || this.trouble === "conflict") return false;
      return this.trouble !== "refused" || !same(this.pairs, this.sent);
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

  const units = new Map();
  const state = { revision: Number(revisionField.value), offline: false, refused: "", busy: null, time: "", tries: 0 };
  let timer = 0;
  let again = false;

  document.querySelectorAll("[data-prompt]").forEach((root) => {
    if (form.contains(root)) units.set(root.dataset.prompt, new Unit(root.dataset.prompt, root, "prompt"));
  });
  document.querySelectorAll("textarea[name^='reply-']").forEach((box) => {
    const id = box.name.slice("reply-".length);
    units.set(id, new Unit(id, box.closest("[data-reply]"), "reply"));
  });

  const unitOf = (element) => {
    const root = element.closest?.("[data-prompt], [data-reply]");
    return root && units.get(root.dataset.prompt || root.dataset.reply);
  };
  const dirty = () => [...units.values()].filter((unit) => unit.isDirty);
  const due = () => [...units.values()].filter((unit) => unit.isDue);

  function setRevision(revision) {
    state.revision = revision;
    revisionField.value = revision;
  }

  function keep(unit) {
    if (unit.isDirty) icm.kept.put(unit.id, unit.pairs, unit.base ?? state.revision);
    else icm.kept.drop(unit.id);
  }

  function plan(wait) {
    clearTimeout(timer);
    timer = setTimeout(flush, wait);
  }

  /* --- sending ---------------------------------------------------------------------------------------------------- */

  function body(list) {
    const token = document.querySelector("input[name=csrfmiddlewaretoken]").value;
    const bases = list.filter((unit) => unit.kind === "prompt").map((unit) => unit.base ?? state.revision);
    const data = new URLSearchParams({
      csrfmiddlewaretoken: token,
      person: icm.session.person,
      base_revision: Math.min(...bases, state.revision),
    });
    for (const unit of list) {
      unit.sent = unit.pairs;
      unit.sent.forEach(([name, value]) => data.append(name, value));
      if (unit.kind !== "prompt") continue;
      data.append(`${unit.prefix}-_base`, unit.base ?? state.revision);
      if (unit.over !== null) data.append(`${unit.prefix}-_over`, unit.over);
    }
    return data;
  }

  function send(list, leaving) {
    const data = body(list);
    return fetch(location.pathname, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: data,
      keepalive: leaving && data.toString().length < KEEPALIVE_BYTES,
    });
  }

  /* Save everything that is due; one request at a time. True when the portal was reached and takes this page's words. */
  function flush({ leaving = false } = {}) {
    clearTimeout(timer);
    if (state.busy) {
      again = true;
      return state.busy.then(() => (due().length ? flush() : !state.offline && !state.refused));
    }
    const list = due();
    if (!list.length) {
      icm.line.show(state, units);
      return Promise.resolve(!state.offline && !state.refused);
    }
    again = false;
    state.busy = attempt(list, leaving).finally(() => {
      state.busy = null;
      icm.line.show(state, units);
      if (again && !state.offline) plan(0);
    });
    icm.line.show(state, units);
    return state.busy;
  }

  async function attempt(list, leaving) {
    try {
      let answer = await send(list, leaving);
      if ((answer.redirected || answer.status === 403) && (await signedInAgain())) answer = await send(list, leaving);
      return await read(answer, list);
    } catch {
      return failed();
    }
  }

  /* The form token is new after each sign-in; the words must be those of the person who typed them. */
  async function signedInAgain() {
    const found = await icm.session.refresh();
    return Boolean(found) && found.person === icm.session.person;
  }

  async function read(answer, list) {
    if (answer.redirected || answer.status === 403) {
      icm.session.finish();
      return refuse("you have been signed out");
    }
    if (answer.status >= 500) return failed();
    const found = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : null;
    state.offline = false;
    state.tries = 0;
    if (answer.ok && found) return stored(found, list);
    for (const unit of list) if (unit.trouble !== "conflict") unit.trouble = "refused";
    takeReplies(found?.replies || {});
    return refuse(found?.reason || reasons[answer.status] || `the portal answered ${answer.status}`);
  }

  const reasons = {
    400: "it is more than the portal can take at once",
    404: "this proposal or section is not open to you any more",
    413: "it is more than the portal can take at once",
  };

  function refuse(reason) {
    state.refused = reason;
    return false;
  }

  function failed() {
    state.offline = true;
    plan(RETRY[Math.min(state.tries, RETRY.length - 1)]);
    state.tries += 1;
    return false;
  }

  /* --- what became of it ------------------------------------------------------------------------------------------ */

  function stored(found, list) {
    state.refused = "";
    state.time = found.time;
    icm.session.lasts(found.seconds);
    const replies = list.filter((unit) => unit.kind === "reply");
    for (const unit of list.filter((item) => item.kind === "prompt")) outcome(unit, found.prompts[unit.id], found.revision);
    replies.forEach((unit) => (unit.trouble = ""));
    takeReplies(found.replies);
    replies.filter((unit) => !unit.trouble).forEach(settle);
    const alone = found.revision <= state.revision + (found.wrote ? 1 : 0);
    const blended = list.filter((unit) => found.prompts[unit.id]?.blended);
    if (alone && !blended.length) {
      setRevision(Math.max(found.revision, state.revision));
      for (const unit of units.values()) if (unit.base === found.revision) unit.note("base", null);
    } else tell("icm:newer", {});
    tell("icm:saved", found);
    return true;
  }

  function outcome(unit, told, revision) {
    if (told.outcome === "conflict") {
      unit.trouble = "conflict";
      icm.clash.show(unit, told);
    } else if (told.outcome === "unreadable") {
      unit.trouble = "refused";
      icm.line.problems(unit, told.problems);
    } else {
      settle(unit);
      icm.line.problems(unit, []);
      icm.line.standing(unit, told.standing);
      if (!told.blended) unit.note("base", revision);
      unit.note("over", null);
    }
    keep(unit);
  }

  /* What was sent is stored. */
  function settle(unit) {
    unit.trouble = "";
    unit.synced = unit.sent;
    keep(unit);
  }

  function takeReplies(found) {
    for (const [id, told] of Object.entries(found)) {
      const unit = units.get(id);
      if (!unit) continue;
      unit.trouble = told.outcome === "refused" ? "refused" : "";
      icm.line.problems(unit, told.reason ? [{ message: told.reason }] : []);
      if (!told.seen) continue;
      unit.root.querySelector("[name^='seen-']").value = told.seen;
      unit.sent = unit.sent.map(([name, value]) => [name, name.startsWith("seen-") ? told.seen : value]);
    }
  }

  /* --- when ------------------------------------------------------------------------------------------------------- */

  function touched(event, wait) {
    const unit = unitOf(event.target);
    if (!unit || !event.target.name || !isOf(unit.root, event.target)) return;
    keep(unit);
    if (unit.isDue) {
      state.refused = "";
      plan(wait);
    }
    icm.line.show(state, units);
  }

  const isTyping = (event) => event.target.matches("input[type=text], textarea, [data-rows]");
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-rows]")) {
      const unit = unitOf(event.target);
      if (unit) touched({ target: unit.root.querySelector("[data-order]") }, AFTER_TYPING);
    } else touched(event, isTyping(event) ? AFTER_TYPING : AFTER_FIELD);
  });
  document.addEventListener("change", (event) => touched(event, AFTER_FIELD));
  document.addEventListener("focusout", (event) => {
    if (unitOf(event.target)?.isDue) plan(AFTER_FIELD);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && due().length) flush({ leaving: true });
  });
  window.addEventListener("pagehide", () => {
    if (due().length) send(due(), true).catch(() => undefined);
  });
  window.addEventListener("online", () => {
    state.tries = 0;
    flush();
  });
  window.addEventListener("offline", () => {
    state.offline = true;
    icm.line.show(state, units);
  });
  document.addEventListener("icm:signed-in", () => {
    state.refused = "";
    flush();
  });

  /* The browser asks before it throws away what is nowhere else. */
  window.addEventListener("beforeunload", (event) => {
    if (!passing && dirty().some((unit) => !icm.kept.isSafe(unit.id))) event.preventDefault();
  });

  /* --- the save button -------------------------------------------------------------------------------------------- */

  let passing = false;

  /* It sends the whole page as without scripts, once it is certain that the portal is there to take it. */
  form.addEventListener("submit", async (event) => {
    if (passing || event.defaultPrevented || (!dirty().length && navigator.onLine && !state.offline)) return;
    event.preventDefault();
    const reached = await flush();
    if (!reached && (state.offline || icm.session.isOver())) return;
    passing = true;
    // Not at once: where there was nothing to send this still happens inside the event, and a form ignores that.
    setTimeout(() => form.requestSubmit(event.submitter));
  });
  window.addEventListener("pageshow", () => (passing = false));
  window.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    form.requestSubmit(document.querySelector("[data-save]"));
  });

  icm.autosave = { units, state, flush, keep, plan, setRevision };
  units.forEach((unit) => unit.isDirty && keep(unit));
  icm.line.show(state, units);
})();
