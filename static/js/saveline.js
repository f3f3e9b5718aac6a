/*
 * What autosave shows: the one line that says how things stand, what could not be read, and how a prompt is answered.
 * Only changes that matter are announced to screen readers: that saving began to work, or that it does not.
 */
(function () {
  "use strict";

  const icm = (window.icm ||= {});
  const line = document.getElementById("save-state");
  const news = document.getElementById("save-news");
  const STANDINGS = new Set(["Answered", "Not started", "Not applicable", "Not yet known"]);
  let shown = "";
  let announced = "";

  const copyOf = (id) => document.getElementById(id)?.content.cloneNode(true);

  function draw(name, words, link) {
    const template = document.getElementById(`save-${name}`);
    const key = JSON.stringify([name, words, link]);
    if (!line || !template || key === shown) return;
    shown = key;
    line.className = template.dataset.class;
    line.replaceChildren(template.content.cloneNode(true));
    const place = line.querySelector("[data-words]");
    if (place && words) place.textContent = words;
    const to = line.querySelector("a");
    if (to && link) to.href = link;
    else to?.remove();
    announce(name, words);
  }

  /* Each save would be too much; the first one, and each that ends a trouble, is not. */
  function announce(name, words) {
    if (!news || name === "saving" || (name === "saved" && announced === "saved")) return;
    if (name === announced && news.textContent === line.textContent.trim()) return;
    announced = name;
    news.textContent = line.textContent.replace(/\s+/g, " ").trim();
  }

  function why(state, list) {
    if (state.refused) return state.refused;
    const refused = list.filter((unit) => unit.trouble === "refused" && unit.isDirty);
    if (refused.length === 1) return refused[0].why || "one entry cannot be read";
    return `${refused.length} entries cannot be read`;
  }

  /* How things stand, worst first. Before anything was typed the line says what the page came with. */
  function show(state, units) {
    const list = [...units.values()];
    const refused = list.find((unit) => unit.trouble === "refused" && unit.isDirty);
    const clash = list.find((unit) => unit.trouble === "conflict");
    if (state.refused) draw("failed", why(state, list), "");
    else if (state.offline) draw(icm.kept.isBroken() ? "unkept" : "offline");
    else if (clash) draw("other", "", `#${clash.root.id}`);
    else if (refused && !state.busy && !refused.isDue) draw("failed", why(state, list), `#${refused.root.id}`);
    else if (state.busy || list.some((unit) => unit.isDirty)) draw("saving");
    else if (state.time) draw("saved", state.time);
  }

  /* Sentences about what could not be read, at the prompt, each with a way to its control. */
  function problems(unit, list) {
    unit.root.querySelector("[data-unread]")?.remove();
    unit.root.querySelectorAll("[data-unread-control]").forEach((control) => {
      control.removeAttribute("aria-invalid");
      control.removeAttribute("data-unread-control");
    });
    if (!list.length) return;
    const box = copyOf("unread").firstElementChild;
    for (const { message, target } of list) {
      const item = document.createElement("li");
      const control = target && document.getElementById(target);
      if (control) {
        const link = Object.assign(document.createElement("a"), { href: `#${target}`, textContent: message });
        link.className = "usa-link";
        item.append(link);
        control.setAttribute("aria-invalid", "true");
        control.setAttribute("data-unread-control", "");
      } else item.append(message);
      box.querySelector("ul").append(item);
    }
    const place = unit.root.querySelector(".prompt__body");
    if (place) place.prepend(box);
    else unit.root.append(box);
  }

  /* The sign of a prompt in its line and in the navigation, unless it says something more urgent. */
  function standing(unit, name) {
    const places = [unit.root.querySelector(".prompt__line"), document.querySelector(`.snav a[href="#${unit.root.id}"]`)];
    for (const place of places) {
      const word = place?.querySelector(":scope > .usa-sr-only");
      if (!word || !STANDINGS.has(word.textContent.replace(/:\s*$/, ""))) continue;
      word.previousElementSibling.remove();
      word.replaceWith(copyOf(`mark-${name}`));
    }
  }

  icm.line = { show, problems, standing };
})();
