/* The section page: what is not saved yet, prompts that open and close, terms that explain themselves. */
(function () {
  "use strict";

  const form = document.getElementById("answers");
  const state = document.getElementById("save-state");
  let dirty = false;

  function showState(name) {
    const template = document.getElementById(`save-${name}`);
    if (state && template) {
      state.className = template.dataset.class;
      state.replaceChildren(template.content.cloneNode(true));
    }
  }

  /* Words typed here are on this page only until saved; the browser asks before it throws them away. */
  function watch() {
    const mark = (event) => {
      const mine = event.target.form ? event.target.form === form : form.contains(event.target);
      if (!mine || dirty) return;
      dirty = true;
      showState("dirty");
    };
    document.addEventListener("input", mark);
    document.addEventListener("change", mark);
    form.addEventListener("submit", () => {
      dirty = false;
      showState("saving");
    });
    window.addEventListener("beforeunload", (event) => {
      if (dirty) event.preventDefault();
    });
    window.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
        event.preventDefault();
        form.requestSubmit(document.querySelector("[data-save]"));
      }
    });
  }

  /* Typing into a prompt that has no disposition yet means to answer it. */
  function impliedAnswer() {
    form.addEventListener("input", (event) => {
      const prompt = event.target.closest("[data-prompt]");
      if (!prompt || !event.target.closest(".prompt__fields")) return;
      const choices = [...prompt.querySelectorAll("[data-disposition]")];
      if (choices.some((c) => c.checked)) return;
      const answer = choices.find((c) => c.value === "answered");
      if (answer) answer.checked = true;
    });
  }

  /* A term is a link to the glossary; here it opens its meaning on the spot. */
  function terms() {
    document.querySelectorAll("a.term[aria-controls]").forEach((term) => {
      const note = document.getElementById(term.getAttribute("aria-controls"));
      if (!note) return;
      const toggle = (open) => {
        note.hidden = !open;
        term.setAttribute("aria-expanded", String(open));
      };
      term.setAttribute("role", "button");
      toggle(false);
      term.addEventListener("click", (event) => {
        event.preventDefault();
        toggle(note.hidden);
      });
      term.addEventListener("keydown", (event) => {
        if (event.key === " ") {
          event.preventDefault();
          toggle(note.hidden);
        }
        if (event.key === "Escape") toggle(false);
      });
    });
  }

  /* A link into a closed prompt opens it; into a field, it goes on to the control; into a row, it opens the row. */
  function openTarget() {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id && document.getElementById(id);
    const prompt = target && target.closest("details.prompt");
    if (!prompt) return;
    prompt.open = true;
    const row = target.closest("[data-row]");
    if (row && !target.checkVisibility()) row.querySelector("[data-edit]")?.click();
    if (target !== prompt) focusIn(target);
    target.scrollIntoView();
  }

  function focusIn(target) {
    const controls = "input:not([type=hidden]), select, textarea, button, [contenteditable=true]";
    const control = target.matches(controls) ? target : [...target.querySelectorAll(controls)].find((c) => c.checkVisibility());
    if (control) control.focus({ preventScroll: true });
  }

  function openAll() {
    const button = document.querySelector("[data-open-all]");
    if (!button) return;
    const prompts = [...document.querySelectorAll("details.prompt")];
    const word = () => {
      button.textContent = prompts.every((p) => p.open) ? "Close all prompts" : "Open all prompts";
    };
    button.addEventListener("click", () => {
      const open = !prompts.every((p) => p.open);
      prompts.forEach((p) => (p.open = open));
      word();
    });
    prompts.forEach((p) => p.addEventListener("toggle", word));
    word();
  }

  /* Working on a prompt marks its threads in the rail and its place in the navigation. */
  function follow() {
    const main = document.getElementById("main");
    main.addEventListener("focusin", (event) => {
      const prompt = event.target.closest("[data-prompt]");
      if (!prompt) return;
      document.querySelectorAll("[data-about]").forEach((thread) => {
        const here = thread.dataset.about === prompt.dataset.prompt;
        thread.classList.toggle("thread--focus", here);
        if (here) thread.scrollIntoView({ block: "nearest" });
      });
      document.querySelectorAll(".snav ol ol a").forEach((link) => {
        if (link.hash === `#${prompt.id}`) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      });
    });
  }

  terms();
  openAll();
  openTarget();
  /* While the page loads, the browser goes to the target itself and takes the focus away from its control again. */
  window.addEventListener("load", () => setTimeout(openTarget));
  window.addEventListener("hashchange", openTarget);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && link.hash === location.hash) setTimeout(openTarget);
  });
  if (form) {
    watch();
    impliedAnswer();
    follow();
  }
})();
