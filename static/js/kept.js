/*
 * Copies of what is typed and not yet saved, kept in this browser until it is. They are encrypted with a key that the
 * server gives to the signed-in person only; it is held in memory and never stored, so nobody else can open them.
 */
(function () {
  "use strict";

  const icm = (window.icm ||= {});
  const region = document.querySelector("[data-session-seconds]");
  /* The server gives the keys of two weeks: what is older cannot be opened any more. */
  const OLDEST = 15 * 24 * 3600 * 1000;
  const page = crypto.randomUUID?.() || String(Math.random());
  const encoder = new TextEncoder();
  const waiting = new Map();
  const safe = new Map();
  let keys = new Map();
  let shelf = null;
  let scope = "";
  let working = null;
  let broken = false;

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
    if (!found || found.person !== icm.session.person) return;
    for (const [week, key] of Object.entries(found.keys).sort().reverse()) {
      if (keys.has(week)) continue;
      const raw = Uint8Array.from(atob(key), (c) => c.charCodeAt(0));
      keys.set(week, await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]));
    }
    keys = new Map([...keys].sort().reverse());
  }

  async function start() {
    if (!region || !window.isSecureContext || !window.indexedDB) return false;
    try {
      scope = await digest(`${icm.session.person} ${location.pathname}`);
      shelf = await open();
      await take(await icm.session.refresh());
    } catch {
      return false;
    }
    await clean().catch(() => undefined);
    return keys.size > 0;
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
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const words = encoder.encode(JSON.stringify({ unit, ...copy }));
    const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: encoder.encode(id) }, key, words);
    return done(store("readwrite").put({ id, scope, page, week, iv, data, at: copy.at }));
  }

  async function work() {
    broken = !(await icm.kept.ready);
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

  function ask(unit, copy) {
    safe.delete(unit);
    waiting.set(unit, copy);
    working = (working || Promise.resolve()).then(work);
    return working;
  }

  async function opened(copy) {
    const key = keys.get(copy.week);
    if (!key) return null;
    const guard = { name: "AES-GCM", iv: copy.iv, additionalData: encoder.encode(copy.id) };
    try {
      return { ...JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(guard, key, copy.data))), id: copy.id };
    } catch {
      return null;
    }
  }

  icm.kept = {
    /* Keep what a unit of this page holds; the newest copy counts. */
    put: (unit, list, base) => ask(unit, { pairs: list, base, at: Date.now() }),
    /* It is saved: the copy goes. */
    drop: (unit) => ask(unit, null),
    /* Whether the last copy of a unit is stored, so that nothing is lost when the page goes. */
    isBroken: () => broken,
    isSafe: (unit) => safe.has(unit),
    /* What earlier pages at this address left unsaved, oldest first. */
    async left() {
      if (!(await icm.kept.ready)) return [];
      const all = await done(store("readonly").index("scope").getAll(scope));
      const found = await Promise.all(all.filter((copy) => copy.page !== page).map(opened));
      return found.filter(Boolean).sort((a, b) => a.at - b.at);
    },
    forget: (id) => done(store("readwrite").delete(id)),
    take,
  };
  icm.kept.ready = start();
})();
