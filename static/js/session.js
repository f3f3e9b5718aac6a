/*
 * The end of the sign-in: a warning five minutes before, which counts down and lets the person stay or sign out; after it
 * the same page stays, with a link to sign in that leads back here. The server knows best how long is left, so it is asked
 * before anything is shown; tabs of one browser tell each other. Other scripts ask here who is signed in, and for a form
 * token that is good: `icm.session.refresh()`.
 */
(function () {
  "use strict";

  const WARN_BEFORE = 5 * 60;
  const MINUTE = 60;
  const icm = (window.icm ||= {});
  const region = document.querySelector("[data-session-seconds]");
  if (!region) return;

  const person = region.dataset.person;
  const shelf = `icm-session-${person}`;
  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
  let ends = 0;
  let timer = 0;
  let dialog = null;
  let over = false;

  const left = () => Math.round((ends - Date.now()) / 1000);
  const wake = (seconds) => {
    clearTimeout(timer);
    timer = setTimeout(look, Math.min(Math.max(seconds, 0) * 1000, 2 ** 31 - 1));
  };

  /* How long the session lasts from now, as the server says; the other tabs of this browser are told. */
  function lasts(seconds, told = true) {
    ends = Date.now() + seconds * 1000;
    if (told) {
      try {
        localStorage.setItem(shelf, String(ends));
      } catch {
        /* a browser that keeps nothing: each tab counts for itself */
      }
    }
    if (seconds > WARN_BEFORE) close();
    wake(seconds > WARN_BEFORE ? seconds - WARN_BEFORE : 0);
  }

  /* Ask who is signed in. Gives what the server says, null when nobody is; throws when it cannot be reached. */
  async function refresh() {
    const answer = await fetch(region.dataset.session, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (answer.redirected || answer.status === 403) return null;
    if (!answer.ok) throw new Error(`The portal answered ${answer.status}.`);
    const found = await answer.json();
    if (found.person !== person) return found;
    document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((field) => (field.value = found.token));
    icm.kept?.take(found).catch(() => undefined);
    if (found.seconds > 0) lasts(found.seconds);
    if (over && found.seconds > 0) back();
    return found;
  }

  /* The clock has come to a point where something may have to be shown. */
  async function look() {
    if (over) return;
    if (!dialog) {
      const found = await refresh().catch(() => undefined);
      if (found === null || (found && found.person !== person)) return finish();
      if (found && left() > WARN_BEFORE) return;
    }
    if (left() <= 0) return finish();
    warn();
  }

  const minutes = (count) => (count === 1 ? "1 minute" : `${count} minutes`);

  /* Announced when it opens, then once a minute. */
  function warn() {
    if (!dialog) {
      dialog = document.getElementById("session-ends").content.firstElementChild.cloneNode(true);
      dialog.querySelector("[data-stay]").addEventListener("click", stay);
      dialog.querySelector("form").addEventListener("submit", leave);
      dialog.addEventListener("cancel", (event) => {
        event.preventDefault();
        stay();
      });
      document.body.append(dialog);
      dialog.showModal();
      dialog.querySelector("[data-stay]").focus();
    }
    const count = Math.max(Math.ceil(left() / MINUTE), 1);
    dialog.querySelector("[data-left]").textContent = minutes(count);
    wake(left() - (count - 1) * MINUTE);
  }

  function close() {
    dialog?.close();
    dialog?.remove();
    dialog = null;
  }

  async function stay() {
    const field = document.querySelector("input[name=csrfmiddlewaretoken]");
    try {
      const answer = await fetch(region.dataset.keepalive, { method: "POST", headers: { "X-CSRFToken": field.value } });
      const found = answer.ok && !answer.redirected ? await refresh() : null;
      if (!found || found.person !== person) finish();
    } catch {
      dialog?.querySelector("[data-unreached]").removeAttribute("hidden");
    }
  }

  /* What is typed is saved before the person leaves. */
  function leave(event) {
    if (!icm.autosave || event.target.dataset.saved) return;
    event.preventDefault();
    icm.autosave.flush().finally(() => {
      event.target.dataset.saved = "1";
      event.target.requestSubmit();
    });
  }

  /* The sign-in has ended. The page stays as it is. */
  function finish() {
    if (over) return;
    over = true;
    close();
    clearTimeout(timer);
    region.replaceChildren(document.getElementById("session-ended").content.cloneNode(true));
    const here = location.pathname + location.search;
    region.querySelector("[data-again]").href = `${region.dataset.signin}?next=${encodeURIComponent(here)}`;
    tell("icm:signed-out");
  }

  function back() {
    over = false;
    region.replaceChildren();
    tell("icm:signed-in");
  }

  /* Another tab was used, or signed in anew. */
  window.addEventListener("storage", (event) => {
    if (event.key !== shelf || !event.newValue) return;
    if (over) refresh().catch(() => undefined);
    else lasts((Number(event.newValue) - Date.now()) / 1000, false);
  });
  window.addEventListener("focus", () => {
    if (over) refresh().catch(() => undefined);
  });

  icm.session = { person, refresh, lasts, finish, isOver: () => over };
  lasts(Number(region.dataset.sessionSeconds));
})();
