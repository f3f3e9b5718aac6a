/*
 * Single keys on a review and on a comparison: from change to change, to questions that are open, to the box for words.
 * What has no further place here goes on in the next section that has one. The switch is kept in this browser.
 */
(function () {
  "use strict";

  const panel = document.querySelector("[data-keys]");
  const OFF = "icm-keys-off";
  const KINDS = { change: "[data-change]", question: "[data-open-question]" };
  const KEYS = { j: ["change", 1], k: ["change", -1], q: ["question", 1], c: ["write", 0] };

  /* Where the reader stood last: whoever presses a link of the page goes on from there. */
  let stood = null;

  const wanted = () => localStorage.getItem(OFF) !== "1";
  const headingOf = (place) => place.querySelector("h2, h3, h4");

  /* The next place after where the reader stands, or the last before it. */
  function nextOf(kind, step) {
    const here = document.activeElement.matches("a[data-step]") ? (stood ?? document.body) : document.activeElement;
    const found = [...document.querySelectorAll(KINDS[kind])];
    const at = found.findIndex((place) => place.contains(here));
    if (at >= 0) return found[at + step];
    if (here === document.body) return found[0];
    const behind = found.filter((place) => here.compareDocumentPosition(place) & Node.DOCUMENT_POSITION_FOLLOWING);
    return step > 0 ? behind[0] : found[found.length - behind.length - 1];
  }

  function go(kind, step) {
    const place = nextOf(kind, step);
    const onward = document.querySelector(`a[data-onward="${kind}"]`);
    if (place) {
      const heading = headingOf(place);
      heading.tabIndex = -1;
      place.scrollIntoView({ block: "start" });
      heading.focus({ preventScroll: true });
    } else if (step > 0 && onward) {
      onward.click();
    } else {
      say(step > 0 ? `No further ${kind}.` : `No earlier ${kind}.`);
    }
  }

  function write() {
    const about = document.activeElement.closest("[data-prompt]")?.querySelector("a[data-write]");
    const box = document.querySelector("[data-composer] form:not([hidden])");
    if (about) about.click();
    else box?.elements.body.focus();
  }

  function say(words) {
    const line = panel?.querySelector("[role=status]");
    if (line) line.textContent = words;
  }

  document.addEventListener("focusin", (event) => {
    if (!event.target.matches("a[data-step]")) stood = event.target;
  });
  document.querySelectorAll("a[data-step]").forEach((link) =>
    link.addEventListener("click", (event) => {
      event.preventDefault();
      go("change", Number(link.dataset.step));
    }),
  );
  document.addEventListener("keydown", (event) => {
    const known = Object.hasOwn(KEYS, event.key);
    const busy = event.target.closest("input, select, textarea, [contenteditable], dialog");
    if (!known || busy || event.ctrlKey || event.metaKey || event.altKey || !wanted()) return;
    const [kind, step] = KEYS[event.key];
    event.preventDefault();
    say("");
    if (kind === "write") write();
    else go(kind, step);
  });

  if (panel) {
    const box = panel.querySelector("input");
    panel.hidden = false;
    box.checked = wanted();
    box.addEventListener("change", () => localStorage.setItem(OFF, box.checked ? "0" : "1"));
  }
})();
