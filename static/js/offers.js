/*
 * Words that an earlier page kept in this browser and could not save: after a crash, the end of a session, a lost network.
 * They are offered where they were typed; the server says first whether they did arrive after all.
 */
(function () {
  "use strict";

  const icm = (window.icm ||= {});
  if (!icm.autosave) return;
  const { units, keep, flush, state } = icm.autosave;
  const { apply, same } = icm.fields;
  const SHOWN = 1000;

  function textOf(value) {
    if (!/<(p|ul|ol|table|br)\b/i.test(value)) return value;
    const root = new DOMParser().parseFromString(value.replace(/<\/(p|li|tr)>/gi, "\n$&"), "text/html").body;
    return root.textContent.trim();
  }

  /* What was typed, without what stands on the page anyway and without codes. */
  function words(unit, copy) {
    const here = unit ? unit.pairs : [];
    const typed = copy.pairs.filter(([name, value]) => value && !/-(_shown|_disposition|order)$|^seen-/.test(name));
    const other = typed.filter((pair) => !here.some((known) => same(known, pair)));
    const lines = other.map(([name, value]) => optionText(name, value) || textOf(value));
    return lines.join("\n").slice(0, SHOWN) || "An answer without words: a choice, or rows taken out.";
  }

  function optionText(name, value) {
    const control = [...document.getElementsByName(name)].find((c) => c.matches("select") || c.value === value);
    if (!control || control.matches("textarea")) return "";
    if (control.matches("select")) return [...control.options].find((option) => option.value === value)?.textContent || "";
    return control.labels?.[0]?.textContent.trim() || "";
  }

  function when(at) {
    const then = new Date(at);
    const clock = `${then.getHours()}:${String(then.getMinutes()).padStart(2, "0")}`;
    if (then.toDateString() === new Date().toDateString()) return clock;
    return `${clock} on ${then.getDate()} ${then.toLocaleString("en-US", { month: "long" })}`;
  }

  /* Which of the copies did arrive: the page may have gone before it heard so. */
  async function arrived(copies) {
    const asked = copies.filter((copy) => units.get(copy.unit)?.kind === "prompt");
    const found = new Set(copies.filter((copy) => units.has(copy.unit) && same(units.get(copy.unit).pairs, copy.pairs)));
    for (const copy of asked) {
      const data = new URLSearchParams(copy.pairs);
      data.append("csrfmiddlewaretoken", document.querySelector("input[name=csrfmiddlewaretoken]").value);
      data.append("person", icm.session.person);
      data.append("base_revision", copy.base);
      data.append("only_compare", "1");
      const answer = await fetch(location.pathname, { method: "POST", body: data, headers: { Accept: "application/json" } });
      if (answer.ok && !answer.redirected && (await answer.json()).stored.includes(copy.unit)) found.add(copy);
    }
    return found;
  }

  function offer(copy) {
    const unit = units.get(copy.unit);
    const box = document.getElementById("kept-offer").content.firstElementChild.cloneNode(true);
    box.querySelector("[data-time]").textContent = when(copy.at);
    box.querySelector("[data-words]").textContent = words(unit, copy);
    box.addEventListener("click", (event) => {
      const choice = event.target.closest("[data-kept]")?.dataset.kept;
      if (!choice) return;
      box.remove();
      if (choice === "back") putBack(unit, copy);
      icm.kept.forget(copy.id);
      unit?.root.querySelector("summary, textarea")?.focus();
    });
    if (!unit) box.querySelector("[data-kept=back]").remove();
    place(unit, box);
  }

  function place(unit, box) {
    const body = unit?.root.querySelector(".prompt__body");
    if (body) {
      unit.root.open = true;
      body.before(box);
    } else if (unit) unit.root.prepend(box);
    else document.getElementById("main").prepend(box);
  }

  /* They are saved as from the page they were typed on: what a colleague changed since is still seen. */
  function putBack(unit, copy) {
    apply(unit.root, copy.pairs);
    if (unit.kind === "prompt" && copy.base < state.revision) unit.note("base", copy.base);
    keep(unit);
    flush();
  }

  async function start() {
    const copies = await icm.kept.left();
    if (!copies.length) return;
    const found = await arrived(copies).catch(() => new Set());
    for (const copy of copies) {
      if (found.has(copy)) icm.kept.forget(copy.id);
      else offer(copy);
    }
    const count = document.querySelectorAll("[data-kept-offer]").length;
    if (count) document.getElementById("save-news").textContent = `Typed here earlier and not saved: ${count}. You can put it back.`;
  }

  start();
})();
