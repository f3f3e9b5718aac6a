/* What every page needs beside USWDS: menus that close, focus on errors, no double submit. */
(function () {
  "use strict";

  /* A page that is left after all is gone by then. */
  const AFTER_QUESTION = 200;

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
    const reset = () =>
      document.querySelectorAll("form[data-sent]").forEach((form) => {
        delete form.dataset.sent;
        form.querySelectorAll("button[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
      });
    window.addEventListener("pageshow", reset);
    document.addEventListener("icm:stayed", reset);
  }

  /* Somebody was asked whether to leave the page, and it is still there: what they began to send was not sent. */
  function stayed() {
    window.addEventListener("beforeunload", (event) => {
      setTimeout(() => event.defaultPrevented && document.dispatchEvent(new CustomEvent("icm:stayed")), AFTER_QUESTION);
    });
  }

  /* A long list that scrolls by itself starts at the place where the reader is. */
  function showCurrent() {
    document.querySelectorAll(".snav.sticky").forEach((list) => {
      const current = list.querySelector("[aria-current=page]");
      if (current) list.scrollTop = current.offsetTop - list.offsetTop - list.clientHeight / 3;
    });
  }

  menus();
  focusErrors();
  submitOnce();
  stayed();
  showCurrent();
})();
