/*
 * Copies of what is typed and not yet saved, kept in this browser until it is. They are encrypted with a key that the
 * server gives to the signed-in person only; it is held in memory and never stored, so nobody else can open them.
 */
(function () {
  "use strict";

  const icm = (window.icm ||= {});
  const region = document.querySelector("[data-session-seconds]");
  /* As the account page says. The server gives the keys of three weeks, so all that is younger can be opened. */
  const OLDEST = 14 * 24 * 3600 * 1000;
  const AGAIN = 5000;
  const page = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const encoder = new TextEncoder();
  const waiting = new Map();
  const safe = new Map();
  let keys = new Map();
  let shelf = null;
  let scope = "";
  let working = null;
  let broken = false;
  let started = 0;

  const done = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  const store = (mode) => shelf.transaction("copies", mode).objectStore("copies");

  /* Names of copies tell nothing about what they are copies of. */
  async function digest(text) {
    const found = new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
    return [...found].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function open() {
    const request = indexedDB.open("icm-kept", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("copies", { keyPath: "id" }).createIndex("scope", "scope");
    return done(request);
  }

  async function take(found) {
    if (!found || found.person !== icm.session.person || !window.isSecureContext) return;
    for (const [week, key] of Object.entries(found.keys)) {
      if (keys.has(week)) continue;
      const raw = Uint8Array.from(atob(key), (c) => c.charCodeAt(0));
      keys.set(week, await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]));
    }
    keys = new Map([...keys].sort().reverse());
  }

  async function start() {
    started = Date.now();
    if (!region || !window.isSecureContext || !window.indexedDB) return false;
    try {
      scope ||= await digest(`${icm.session.person} ${location.pathname}`);
      shelf ||= await open();
      if (!keys.size) await take(await icm.session.refresh());
    } catch {
      return false;
    }
    await clean().catch(() => undefined);
    return keys.size > 0;
  }

  /* A start without a network fails; a later copy tries again, but not each of them. */
  async function isReady() {
    if (await icm.kept.ready) return true;
    if (Date.now() - started > AGAIN) icm.kept.ready = start();
    return icm.kept.ready;
  }

  async function clean() {
    const all = await done(store("readonly").getAll());
    const old = all.filter((copy) => Date.now() - copy.at > OLDEST);
    const shelves = store("readwrite");
    old.forEach((copy) => shelves.delete(copy.id));
  }

  async function write(unit, copy) {
    const id = await digest(`${scope} ${unit} ${page}`);
    if (!copy) return done(store("readwrite").delete(id));
    const [week, key] = keys.entries().next().value;
    const place = document.title.replace(/^Error: | \| ICM Portal$/g, "");
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const words = encoder.encode(JSON.stringify({ path: location.pathname, place, ...copy }));
    const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: encoder.encode(id) }, key, words);
    return done(store("readwrite").put({ id, scope, page, week, iv, data, at: copy.at }));
  }

  async function work() {
    if (!waiting.size) return;
    broken = !(await isReady());
    if (broken) return;
    while (waiting.size) {
      const [unit, copy] = waiting.entries().next().value;
      waiting.delete(unit);
      try {
        await write(unit, copy);
        if (copy && !waiting.has(unit)) safe.set(unit, copy.at);
      } catch {
        broken = true;
      }
    }
  }

  function goOn() {
    working = (working || Promise.resolve()).then(work);
    return working;
  }

  function ask(unit, copy) {
    safe.delete(unit);
    waiting.set(unit, copy);
    return goOn();
  }

  async function opened(record) {
    const key = keys.get(record.week);
    if (!key) return null;
    const guard = { name: "AES-GCM", iv: record.iv, additionalData: encoder.encode(record.id) };
    try {
      const words = await crypto.subtle.decrypt(guard, key, record.data);
      return { ...JSON.parse(new TextDecoder().decode(words)), id: record.id, record };
    } catch {
      return null;
    }
  }

  /* --- pages that are still open ---------------------------------------------------------------------------------- */

  /* A page holds a lock for as long as it is open; the browser takes it away when it is gone, however that happened. */
  const lockOf = (of) => `icm-page-${of}`;
  const watched = new Set();
  let letGo = () => undefined;

  function hold() {
    navigator.locks?.request(lockOf(page), () => new Promise((resolve) => (letGo = resolve))).catch(() => undefined);
  }

  /* Copies of pages that are gone, oldest first. Those of an open page are on that page: `later` is called when it goes. */
  async function left(records, later) {
    const others = records.filter((record) => record.page !== page);
    const { held } = (await navigator.locks?.query()) || { held: [] };
    const open = new Set(held.map((lock) => lock.name));
    for (const name of new Set(others.map((record) => lockOf(record.page)))) {
      if (!open.has(name) || watched.has(name)) continue;
      watched.add(name);
      const gone = navigator.locks.request(name, { mode: "shared" }, () => void watched.delete(name));
      gone.then(later).catch(() => undefined);
    }
    const found = await Promise.all(others.filter((record) => !open.has(lockOf(record.page))).map(opened));
    return found.filter(Boolean).sort((a, b) => a.at - b.at);
  }

  icm.kept = {
    page,
    /* Keep what a unit of this page holds; the newest copy counts. */
    put: (unit, copy) => ask(unit, { ...copy, at: Date.now() }),
    /* It is saved: the copy goes. */
    drop: (unit) => ask(unit, null),
    isBroken: () => broken,
    /* Whether the last copy of a unit is stored, so that nothing is lost when the page goes. */
    isSafe: (unit) => safe.has(unit),
    /* What earlier pages at this address left unsaved. */
    async left(later) {
      if (!(await isReady())) return [];
      return left(await done(store("readonly").index("scope").getAll(scope)), later);
    },
    /* What this person left unsaved anywhere; copies of others cannot be opened with these keys. */
    async leftAnywhere(later) {
      if (!(await isReady())) return [];
      return left(await done(store("readonly").getAll()), later);
    },
    forget: (copy) => done(store("readwrite").delete(copy.id)),
    bringBack: (copy) => done(store("readwrite").put(copy.record)),
    take,
  };
  hold();
  window.addEventListener("pagehide", () => letGo());
  window.addEventListener("pageshow", (event) => event.persisted && hold());
  icm.kept.ready = start();
  window.addEventListener("online", goOn);
})();
