/*
 * Terms of art. A marked term is a link to its entry in the glossary; here it opens its meaning on the spot, which the page
 * brings along in [data-term-notes]. Without this script, or without popovers in the browser, the link leads to the glossary.
 */
(function () {
  "use strict";

  const GAP = 6;
  const EDGE = 8;
  const icm = (window.icm ||= {});
  const home = document.querySelector("[data-term-notes]");
  const noteOf = (term) => document.getElementById(`term-${term.dataset.term}`);
  if (!home || !("popover" in HTMLElement.prototype)) return;
  let current = null;
  let wasOpen = null;

  function upgrade(root) {
    root.querySelectorAll("a.term").forEach((term) => {
      term.setAttribute("role", "button");
      term.setAttribute("aria-haspopup", "dialog");
      term.setAttribute("aria-expanded", "false");
    });
  }

  /*
   * A piece fetched later marks its own first uses. A term the page marks already becomes plain words again; what the page
   * lacks, it takes over.
   */
  function settle(root) {
    root.querySelectorAll("[data-term-notes]").forEach((brought) => {
      [...brought.children].forEach((note) => home.querySelector(`#${note.id}`) || home.append(note));
      brought.remove();
    });
    root.querySelectorAll("a.term").forEach((term) => {
      const all = [...document.querySelectorAll(`a.term[data-term="${term.dataset.term}"]`)];
      if (!noteOf(term) || all.some((other) => !root.contains(other))) term.replaceWith(...term.childNodes);
    });
    upgrade(root);
  }

  /* Below the term, or above it where there is no room below; never over the edge of a small screen. */
  function place(note, term) {
    const at = term.getClientRects()[0];
    const { offsetWidth: width, offsetHeight: height } = note;
    const left = Math.max(EDGE, Math.min(at.left, document.documentElement.clientWidth - width - EDGE));
    const fits = at.bottom + GAP + height <= window.innerHeight || at.top - GAP - height < 0;
    const top = fits ? at.bottom + GAP : at.top - GAP - height;
    note.style.setProperty("left", `${left + window.scrollX}px`);
    note.style.setProperty("top", `${top + window.scrollY}px`);
  }

  function open(term) {
    const note = noteOf(term);
    term.focus();
    current = term;
    note.showPopover();
    place(note, term);
    term.setAttribute("aria-expanded", "true");
    note.focus({ preventScroll: true });
  }

  /* The capture phase: the label of a control, in which a term may stand, must not take the press for itself. */
  const pressed = (event) => {
    const term = event.target.closest?.("a.term");
    return term && noteOf(term) ? term : null;
  };
  document.addEventListener(
    "pointerdown",
    (event) => {
      const term = pressed(event);
      wasOpen = term && noteOf(term).matches(":popover-open") ? term : null;
    },
    true,
  );
  document.addEventListener(
    "click",
    (event) => {
      const term = pressed(event);
      if (!term || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      event.stopPropagation();
      if (wasOpen === term) noteOf(term).hidePopover();
      else open(term);
      wasOpen = null;
    },
    true,
  );
  document.addEventListener(
    "keydown",
    (event) => {
      const term = event.key === " " && pressed(event);
      if (!term) return;
      event.preventDefault();
      open(term);
    },
    true,
  );

  /* Notes stand at the end of the page; who tabs out of one goes on from its term. */
  home.addEventListener("keydown", (event) => {
    if (event.key !== "Tab" || !current) return;
    const note = event.target.closest("[popover]");
    const stops = [...note.querySelectorAll("a, button")];
    const leaves = event.shiftKey ? [note, stops[0]].includes(event.target) : event.target === stops.at(-1);
    if (!leaves) return;
    const term = current;
    note.hidePopover();
    term.focus();
    if (event.shiftKey) event.preventDefault();
  });
  home.addEventListener(
    "toggle",
    (event) => {
      if (event.newState !== "closed") return;
      const slug = event.target.id.slice("term-".length);
      document.querySelector(`a.term[data-term="${slug}"]`)?.setAttribute("aria-expanded", "false");
    },
    true,
  );

  upgrade(document);
  home.hidden = false;
  icm.terms = { settle };
})();
