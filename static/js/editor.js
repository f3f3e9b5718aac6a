/* The section page: prompts that open and close. */
(function () {
  "use strict";

  const form = document.getElementById("answers");

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

  /* Only the rail scrolls: if the page did, what is being pressed would move away from under the pointer. */
  function showInRail(thread) {
    const rail = thread.closest(".sticky");
    if (!rail || rail.scrollHeight <= rail.clientHeight) return;
    const [place, frame] = [thread.getBoundingClientRect(), rail.getBoundingClientRect()];
    if (place.top < frame.top || place.bottom > frame.bottom) rail.scrollTop += place.top - frame.top;
  }

  /* Working on a prompt marks its threads in the rail and its place in the navigation. */
  function follow() {
    const main = document.getElementById("main");
    main.addEventListener("focusin", (event) => {
      const prompt = event.target.closest("[data-prompt]");
      if (!prompt) return;
      document.querySelectorAll(".thread[data-about]").forEach((thread) => {
        const here = thread.dataset.about === prompt.dataset.prompt;
        thread.classList.toggle("thread--focus", here);
        if (here) showInRail(thread);
      });
      document.querySelectorAll(".snav ol ol a").forEach((link) => {
        if (link.hash === `#${prompt.id}`) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      });
    });
  }

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
    impliedAnswer();
    follow();
  }
})();
