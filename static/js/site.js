/* What every page needs beside USWDS: menus that close, focus on errors, no double submit, a warning before the session ends. */
(function () {
  "use strict";

  const WARN_BEFORE = 5 * 60;

  function menus() {
    const open = () => document.querySelectorAll("details[data-menu][open]");
    document.addEventListener("click", (event) => {
      open().forEach((menu) => {
        if (!menu.contains(event.target)) menu.open = false;
      });
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      open().forEach((menu) => {
        menu.open = false;
        menu.querySelector("summary").focus();
      });
    });
  }

  function focusErrors() {
    const summary = document.querySelector("[data-error-summary]");
    if (!summary) return;
    document.title = "Error: " + document.title;
    summary.focus();
  }

  /* Disabled only after the browser has read the form, so the pressed button's own value is still sent. */
  function submitOnce() {
    document.addEventListener("submit", (event) => {
      const form = event.target;
      if (event.defaultPrevented || form.method === "get" || form.target === "_blank") return;
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      form.dataset.sent = "1";
      setTimeout(() => {
        form.querySelectorAll("button[type=submit]").forEach((button) => {
          button.setAttribute("aria-disabled", "true");
        });
      });
    });
    window.addEventListener("pageshow", () => {
      document.querySelectorAll("form[data-sent]").forEach((form) => {
        delete form.dataset.sent;
        form.querySelectorAll("button[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
      });
    });
  }

  /* A long list that scrolls by itself starts at the place where the reader is. */
  function showCurrent() {
    document.querySelectorAll(".snav.sticky").forEach((list) => {
      const current = list.querySelector("[aria-current=page]");
      if (current) list.scrollTop = current.offsetTop - list.offsetTop - list.clientHeight / 3;
    });
  }

  function show(region, name) {
    region.replaceChildren(document.getElementById(name).content.cloneNode(true));
  }

  async function stay(region, token) {
    const answer = await fetch(region.dataset.keepalive, { method: "POST", headers: { "X-CSRFToken": token } });
    if (!answer.ok || answer.redirected) throw new Error("session over");
  }

  function ended(region) {
    show(region, "session-ended");
    region.querySelector("[data-again]").href = region.dataset.signin;
  }

  /* Any answer of the server lengthens the session; the clock restarts with each of them. */
  function sessionEnd() {
    const region = document.querySelector("[data-session-seconds]");
    if (!region) return;
    const seconds = Number(region.dataset.sessionSeconds);
    const token = region.querySelector("[name=csrfmiddlewaretoken]").value;
    let timers = [];
    const start = () => {
      timers.forEach(clearTimeout);
      region.replaceChildren();
      timers = [
        setTimeout(() => warn(), Math.max(seconds - WARN_BEFORE, 0) * 1000),
        setTimeout(() => ended(region), Math.min(seconds * 1000, 2 ** 31 - 1)),
      ];
    };
    const warn = () => {
      show(region, "session-ends");
      region.querySelector("[data-stay]").addEventListener("click", () => {
        stay(region, token).then(start, () => ended(region));
      });
    };
    start();
    document.addEventListener("htmx:afterRequest", start);
    document.addEventListener("icm:saved", start);
  }

  menus();
  focusErrors();
  submitOnce();
  showCurrent();
  sessionEnd();
})();
