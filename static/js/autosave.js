/*
 * Saves while people type: two seconds after the last key, on leaving a field, and when the page is left. Only prompts and
 * replies that changed are sent, each with the revision it was drawn from, one request at a time but for the last one of a
 * page that is left: requests carry the page and a growing number, so an older one that arrives late changes nothing. What
 * is not saved yet is kept in this browser (kept.js), and one line says honestly how things stand.
 */
(function () {
  "use strict";

  const AFTER_TYPING = 2000;
  const AFTER_FIELD = 50;
  const RETRY = [2000, 4000, 8000, 15000, 30000];
  const PATIENCE = 30_000;
  /* Browsers refuse more in a request that outlives its page. */
  const KEEPALIVE_BYTES = 60_000;
  /* Answers that say nothing about the words: the portal is busy, or was not reached in time. */
  const BUSY = new Set([408, 425, 429]);
  const TOO_MUCH = new Set([400, 413]);
  const SIGNED_OUT = "you have been signed out";
  const SOMEBODY_ELSE = "somebody else is signed in in this browser now. Sign in as yourself to save it";
  const REASONS = {
    400: "it is more than the portal can take at once",
    403: "you may not change this proposal any more. What you typed stays here to copy",
    404: "this proposal or section is not open to you any more",
    413: "it is more than the portal can take at once",
  };
  const icm = (window.icm ||= {});
  if (!icm.units) return;
  const { form } = icm.units;
  const { put, isOf } = icm.fields;
  const revisionField = form.elements.base_revision;
  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

  const units = icm.units.found();
  const state = { revision: Number(revisionField.value), offline: false, refused: "", busy: null, time: "", tries: 0 };
  let sent = 0;
  let timer = 0;
  let again = false;

  const unitOf = (element) => {
    const root = element.closest?.("[data-prompt], [data-reply]");
    return root && units.get(root.dataset.prompt || root.dataset.reply);
  };
  const all = () => [...units.values()];
  const dirty = () => all().filter((unit) => unit.isDirty);
  const due = () => all().filter((unit) => unit.isDue);
  const isFine = () => !state.offline && !state.refused;

  function setRevision(revision) {
    state.revision = revision;
    revisionField.value = revision;
  }

  function keep(unit) {
    if (unit.isDirty) icm.kept.put(unit.id, { ...unit.copy, base: unit.base ?? state.revision });
    else icm.kept.drop(unit.id);
  }

  function plan(wait) {
    clearTimeout(timer);
    timer = setTimeout(flush, wait);
  }

  /* --- sending ---------------------------------------------------------------------------------------------------- */

  /* One request: its number, and what each unit said when it took off. */
  function request(list, leaving = false) {
    const number = ++sent;
    return { number, list, leaving, parts: new Map(list.map((unit) => [unit, unit.takeOff(number)])) };
  }

  function body({ number, list, parts }) {
    const bases = list.filter((unit) => unit.kind === "prompt").map((unit) => unit.base ?? state.revision);
    const data = new URLSearchParams({
      csrfmiddlewaretoken: document.querySelector("input[name=csrfmiddlewaretoken]").value,
      person: icm.session.person,
      page: icm.kept.page,
      number,
      base_revision: Math.min(...bases, state.revision),
    });
    for (const [unit, pairs] of parts) {
      pairs.forEach(([name, value]) => data.append(name, value));
      if (unit.kind !== "prompt") continue;
      data.append(`${unit.prefix}-_base`, unit.base ?? state.revision);
      if (unit.over !== null) data.append(`${unit.prefix}-_over`, unit.over);
    }
    return data;
  }

  function send(job) {
    const data = body(job);
    const keepalive = job.leaving && data.toString().length < KEEPALIVE_BYTES;
    for (const unit of job.list) unit.flights.get(job.number).outlives = keepalive;
    const waits = job.leaving ? {} : { signal: AbortSignal.timeout(PATIENCE) };
    return fetch(location.pathname, { method: "POST", headers: { Accept: "application/json" }, body: data, keepalive, ...waits });
  }

  /* Save everything that is due; one request at a time. True when the portal was reached and takes this page's words. */
  function flush() {
    clearTimeout(timer);
    if (state.busy) {
      again = true;
      return state.busy.then(() => (due().length ? flush() : isFine()));
    }
    const list = due();
    if (!list.length) {
      if (!dirty().length) state.refused = "";
      // Nothing waits for the network: without it the browser says so, with it there is nothing to say.
      if (navigator.onLine) state.offline = false;
      icm.line.show(state, units);
      return Promise.resolve(isFine());
    }
    again = false;
    return underWay(attempt(request(list)));
  }

  /* The page may go at any moment: what has not taken off yet does so now, whatever else is under way. */
  function leave() {
    const list = all().filter((unit) => unit.isDueOnLeaving);
    if (list.length) underWay(attempt(request(list, true)));
  }

  function underWay(job) {
    const everything = Promise.allSettled([state.busy, job]).then(([, last]) => {
      if (state.busy === everything) state.busy = null;
      icm.line.show(state, units);
      if (again && !state.busy && !state.offline) plan(0);
      return last.value;
    });
    state.busy = everything;
    icm.line.show(state, units);
    return everything;
  }

  async function attempt(job) {
    try {
      let answer = await send(job);
      if (answer.redirected || answer.status === 403) {
        // The form token is new after each sign-in; the words must be those of the person who typed them.
        const who = await icm.session.refresh();
        if (who?.person !== icm.session.person) return turnedAway(who);
        answer = await send(job);
      }
      return await read(answer, job);
    } catch {
      return failed(job);
    } finally {
      for (const unit of job.list) {
        unit.flights.delete(job.number);
        keep(unit);
      }
    }
  }

  async function read(answer, job) {
    if (answer.redirected) return turnedAway(null);
    if (answer.status >= 500 || BUSY.has(answer.status)) return failed(job, Number(answer.headers.get("Retry-After")) || 0);
    const found = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : null;
    Object.assign(state, { offline: false, tries: 0 });
    if (answer.ok && found) return stored(found, job);
    if (TOO_MUCH.has(answer.status)) return tooMuch(answer.status, job);
    takeReplies(found?.replies || {}, landed(job));
    if (found?.refused === "person") return turnedAway(found);
    return refuse(found?.reason || REASONS[answer.status] || `the portal answered ${answer.status}`);
  }

  /* The words are fine, but not now or not from here: they are sent again once something has changed. */
  function refuse(reason) {
    state.refused = reason;
    return false;
  }

  /* Nobody is signed in, or somebody else. */
  function turnedAway(who) {
    icm.session.finish();
    return refuse(who ? SOMEBODY_ELSE : SIGNED_OUT);
  }

  /* Whether it was stored all the same is not known. */
  function failed(job, seconds = 0) {
    for (const unit of job.list) unit.doubt(job.number);
    state.offline = true;
    plan(Math.max(RETRY[Math.min(state.tries, RETRY.length - 1)], seconds * 1000));
    state.tries += 1;
    return false;
  }

  /* One of them is too much: each goes alone, so that the others are saved. */
  async function tooMuch(status, job) {
    if (job.list.length === 1) {
      for (const [unit, pairs] of landed(job)) unit.refuse(pairs, REASONS[status]);
      return true;
    }
    job.list.forEach((unit) => unit.flights.delete(job.number));
    let fine = true;
    for (const unit of job.list) fine = (await attempt(request([unit]))) && fine;
    return fine;
  }

  /* --- what became of it ------------------------------------------------------------------------------------------ */

  /* The units of a request with what it had taken along, without those that were answered for at a later revision. */
  function landed(job, revision) {
    const all = job.list.map((unit) => [unit, unit.land(job.number, revision ?? unit.heard)]);
    return new Map(all.filter(([, pairs]) => pairs));
  }

  function stored(found, job) {
    state.refused = "";
    state.time = found.time;
    icm.session.lasts(found.seconds);
    const back = landed(job, found.revision);
    for (const [unit, pairs] of back) if (unit.kind === "prompt") outcome(unit, pairs, found.prompts[unit.id], found.revision);
    for (const [unit, pairs] of back) if (unit.kind === "reply" && !found.replies[unit.id]) unit.settle(pairs);
    takeReplies(found.replies, back);
    const alone = found.revision <= state.revision + (found.wrote ? 1 : 0);
    const blended = job.list.filter((unit) => found.prompts[unit.id]?.blended);
    if (alone && !blended.length) {
      setRevision(Math.max(found.revision, state.revision));
      for (const unit of units.values()) if (unit.base === found.revision) unit.note("base", null);
    } else tell("icm:newer", {});
    tell("icm:saved", found);
    return true;
  }

  function outcome(unit, pairs, told, revision) {
    if (told.outcome === "overtaken") return;
    if (told.outcome === "conflict") {
      unit.trouble = "conflict";
      icm.clash.show(unit, told);
    } else if (told.outcome === "unreadable") {
      unit.refuse(pairs);
      icm.line.problems(unit, told.problems);
    } else {
      unit.settle(filled(unit, pairs, told.given));
      icm.line.problems(unit, []);
      icm.line.standing(unit, told.standing);
      if (!told.blended) unit.note("base", revision);
      unit.note("over", null);
    }
  }

  /* Cells that were empty and got a value by being saved, as references of milestones do, show it, unless typed in since. */
  function filled(unit, pairs, given) {
    const isNew = (control) => control.name in given && !control.value;
    unit.root.querySelectorAll("[data-rows]").forEach((table) => {
      if (![...table.querySelectorAll("[name]")].some(isNew)) return;
      const ids = table.querySelector("[data-order]").value.split(",").filter(Boolean);
      table.dispatchEvent(new CustomEvent("rows:set", { detail: { ids, put: (c) => isNew(c) && put(c, [given[c.name]]) } }));
    });
    return pairs.map(([name, value]) => [name, value || given[name] || value]);
  }

  function takeReplies(found, back) {
    for (const [id, told] of Object.entries(found)) {
      const unit = units.get(id);
      const pairs = back.get(unit);
      if (!pairs) continue;
      if (told.outcome === "refused") unit.refuse(pairs);
      else {
        unit.root.querySelector("[name^='seen-']").value = told.seen;
        unit.settle(pairs.map(([name, value]) => [name, name.startsWith("seen-") ? told.seen : value]));
      }
      icm.line.problems(unit, told.reason ? [{ message: told.reason }] : []);
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
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave());
  window.addEventListener("pagehide", leave);
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
    if (dirty().some((unit) => unit.why)) return; // too much for one request alone: together they would be refused too
    passing = true;
    // Not at once: where there was nothing to send this still happens inside the event, and a form ignores that.
    setTimeout(() => form.requestSubmit(event.submitter));
  });
  /* The page is there again, or still: the person was asked whether to leave, and stayed. */
  window.addEventListener("pageshow", () => (passing = false));
  document.addEventListener("icm:stayed", () => (passing = false));
  window.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    form.requestSubmit(document.querySelector("[data-save]"));
  });

  icm.autosave = { units, state, flush, keep, plan, setRevision };
  units.forEach((unit) => unit.isDirty && keep(unit));
  icm.line.show(state, units);
})();
