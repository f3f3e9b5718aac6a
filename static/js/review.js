/* Review and comparison: the composer's two boxes, the place a text is about, and links to folded answers. */
(function () {
  "use strict";
  const LONGEST_QUOTE = 2000;

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

  /* Words marked in an answer can be quoted: a button beside them takes them into the boxes. */
  function quoting(box) {
    const forms = [...box.querySelectorAll("form[data-for]")].filter((form) => form.elements.quote);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "usa-button usa-button--small quote-this";
    button.textContent = "Quote this";
    function offer() {
      const marked = window.getSelection();
      const range = marked.rangeCount && !marked.isCollapsed ? marked.getRangeAt(0) : null;
      const around = range && elementOf(range.commonAncestorContainer).closest("[data-prompt] .prompt__body");
      if (!around || !wordsOf(range)) {
        button.remove();
        return;
      }
      if (button.parentElement !== around) around.append(button);
      const place = around.getBoundingClientRect();
      const last = range.getBoundingClientRect();
      button.style.top = `${last.bottom - place.top + 4}px`;
      button.style.left = `${Math.max(0, Math.min(last.left - place.left, place.width - button.offsetWidth))}px`;
    }
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      const range = window.getSelection().getRangeAt(0);
      const prompt = button.closest("[data-prompt]").dataset.prompt;
      const words = wordsOf(range).slice(0, LONGEST_QUOTE);
      forms.forEach((form) => {
        form.elements.quote.value = words;
        form.elements.quote.closest("details").open = true;
        if (form.elements.about.value.split("#")[0] !== prompt) form.elements.about.value = prompt;
      });
      button.remove();
      const open = forms.find((form) => !form.hidden);
      open.scrollIntoView({ block: "nearest" });
      open.elements.body.focus();
    });
    document.addEventListener("selectionchange", offer);
  }

  function elementOf(node) {
    return node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  }

  /* What is marked, as it reads now: without removed words and what is only spoken. */
  function wordsOf(range) {
    const held = document.createElement("div");
    held.append(range.cloneContents());
    held.querySelectorAll("del, .usa-sr-only, button").forEach((gone) => gone.remove());
    held.querySelectorAll("p, li, td, th, dt, dd, br").forEach((end) => end.after(" "));
    return held.textContent.replace(/\s+/g, " ").trim();
  }

  /* A link to a folded answer opens it. */
  document.querySelectorAll("a[data-jump]").forEach((link) => link.addEventListener("click", () => {
    const target = document.getElementById(link.hash.slice(1));
    if (target.matches("details")) target.open = true;
  }));

  const box = document.querySelector("[data-composer]");
  if (box) {
    composer(box);
    quoting(box);
  }
})();
