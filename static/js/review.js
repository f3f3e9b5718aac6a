/* Review and comparison: the composer's two boxes, the place a text is about, and the way from change to change. */
(function () {
  "use strict";

  /* The texts of the two boxes are kept apart: switching only shows the other one. */
  function composer(box) {
    const forms = [...box.querySelectorAll("form[data-for]")];
    const links = [...box.querySelectorAll("a[data-mode]")];
    function show(mode) {
      forms.forEach((form) => { form.hidden = form.dataset.for !== mode; });
      links.forEach((link) => {
        if (link.dataset.mode === mode) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      });
      box.classList.toggle("composer--note", mode === "note");
      box.classList.toggle("composer--ask", mode === "ask");
    }
    links.forEach((link) => link.addEventListener("click", (event) => {
      event.preventDefault();
      show(link.dataset.mode);
    }));
    document.querySelectorAll("a[data-write]").forEach((link) => link.addEventListener("click", (event) => {
      event.preventDefault();
      forms.forEach((form) => { form.elements.about.value = link.dataset.write; });
      quote(forms, link.closest("[data-prompt]"));
      const open = forms.find((form) => !form.hidden);
      open.scrollIntoView({ block: "nearest" });
      open.elements.body.focus();
    }));
    let dirty = false;
    box.addEventListener("input", () => { dirty = true; });
    forms.forEach((form) => form.addEventListener("submit", () => { dirty = false; }));
    window.addEventListener("beforeunload", (event) => {
      if (dirty && forms.some((form) => form.elements.body.value.trim())) event.preventDefault();
    });
  }

  /* Words marked in the answer become the passage a question is about. */
  function quote(forms, prompt) {
    const marked = window.getSelection();
    const words = marked && prompt && prompt.contains(marked.anchorNode) ? marked.toString().trim() : "";
    const field = forms.map((form) => form.elements.quote).find(Boolean);
    if (!words || !field) return;
    field.value = words.slice(0, 2000);
    field.closest("details").open = true;
  }

  /* j and k, and the two visible buttons, go from change to change. */
  function changes(found) {
    let place = -1;
    function go(step) {
      place = Math.min(Math.max(place + step, 0), found.length - 1);
      const heading = found[place].querySelector("h3");
      found[place].scrollIntoView({ block: "start" });
      heading.focus({ preventScroll: true });
    }
    document.querySelectorAll("a[data-step]").forEach((link) => link.addEventListener("click", (event) => {
      event.preventDefault();
      go(Number(link.dataset.step));
    }));
    document.addEventListener("focusin", (event) => {
      const inside = found.findIndex((change) => change.contains(event.target));
      if (inside >= 0) place = inside;
    });
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest("input, select, textarea, [contenteditable]");
      if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "j") go(1);
      if (event.key === "k") go(-1);
    });
  }

  /* A link to a folded answer opens it. */
  document.querySelectorAll("a[data-jump]").forEach((link) => link.addEventListener("click", () => {
    const target = document.getElementById(link.hash.slice(1));
    if (target.matches("details")) target.open = true;
  }));

  const box = document.querySelector("[data-composer]");
  if (box) composer(box);
  const found = [...document.querySelectorAll("[data-change]")];
  if (found.length) changes(found);
})();
