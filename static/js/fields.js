/*
 * The controls of a prompt as a list of names and values, the way a form sends them, and back again: for saving only what
 * changed, for copies kept in the browser, and for taking over what a colleague saved.
 */
(function () {
  "use strict";

  const icm = (window.icm ||= {});
  /* They say what a prompt was drawn from; they are no answer. */
  const ABOUT = /-_(base|over)$/;

  /* Whether a control belongs to the answer of a prompt, or to a reply: other forms may stand beside it. */
  function isOf(root, control) {
    if (!root.dataset.prompt) return /^(reply|seen)-/.test(control.name);
    return control.name.startsWith(`${root.dataset.prompt.replaceAll(".", "-")}-`) && !ABOUT.test(control.name);
  }

  const controls = (root) =>
    [...root.querySelectorAll("input[name], select[name], textarea[name]")].filter((control) => isOf(root, control));

  const isChosen = (control) => !/^(radio|checkbox)$/.test(control.type) || control.checked;

  /* Line ends as they are kept, not as they travel. */
  const pairs = (root) =>
    controls(root)
      .filter((control) => !control.disabled && isChosen(control))
      .map((control) => [control.name, control.value.replaceAll("\r\n", "\n")]);

  function byName(list) {
    const found = new Map();
    for (const [name, value] of list) found.set(name, [...(found.get(name) || []), value]);
    return found;
  }

  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

  /* Whether the caret stands in a control, or in the editor that stands for it. */
  function isActive(control) {
    const at = document.activeElement;
    return control === at || Boolean(control.matches("[data-rich]") && control.previousElementSibling?.contains(at));
  }

  function put(control, values) {
    const value = values?.[0] ?? "";
    if (/^(radio|checkbox)$/.test(control.type)) control.checked = Boolean(values?.includes(control.value));
    else if (control.value !== value) {
      control.value = value;
      if (control.matches("[data-rich]")) control.dispatchEvent(new CustomEvent("richtext:set"));
    }
  }

  /* Make the controls say what the list says. */
  function apply(root, list) {
    const wanted = byName(list);
    root.querySelectorAll("[data-rows]").forEach((table) => {
      const order = table.querySelector("[data-order]");
      const ids = (wanted.get(order.name)?.[0] || "").split(",").filter(Boolean);
      table.dispatchEvent(new CustomEvent("rows:set", { detail: { ids, put: (c) => put(c, wanted.get(c.name)) } }));
    });
    controls(root)
      .filter((control) => !control.closest("[data-rows]"))
      .forEach((control) => put(control, wanted.get(control.name)));
    root.closest("form")?.dispatchEvent(new Event("change"));
  }

  /* The rows here, with those the other has added and without those the other has removed. */
  function rowsOf(before, here, there) {
    const split = (values) => (values?.[0] || "").split(",").filter(Boolean);
    const [old, mine, theirs] = [before, here, there].map(split);
    if (same(old, mine)) return theirs;
    return [...mine.filter((id) => theirs.includes(id) || !old.includes(id)), ...theirs.filter((id) => !old.includes(id) && !mine.includes(id))];
  }

  /* The row of a table that the caret stands in. */
  function standsIn(root, order) {
    const row = document.activeElement?.closest("tbody[data-row]");
    const table = row && root.contains(row) && row.closest("[data-rows]");
    return table && table.querySelector("[data-order]").name === order ? row.dataset.row : "";
  }

  /*
   * Take over what is stored now (``there``) wherever nothing was changed here since ``before``. False when something
   * could not be, because it was changed on both sides or the caret stands in it; then nothing is.
   */
  function adopt(root, before, there) {
    const [old, here, stored] = [before, pairs(root), there].map(byName);
    const orders = new Set([...root.querySelectorAll("[data-order]")].map((input) => input.name));
    const target = [];
    let whole = true;
    for (const name of new Set([...here.keys(), ...stored.keys()])) {
      const [was, is, will] = [old, here, stored].map((found) => found.get(name));
      if (orders.has(name)) {
        const rows = rowsOf(was, is, will);
        if (standsIn(root, name) && !rows.includes(standsIn(root, name))) whole = false;
        target.push([name, rows.join(",")]);
      } else {
        const changed = !same(was, is);
        if (changed && !same(was, will) && !same(is, will)) whole = false;
        (changed ? is : will)?.forEach((value) => target.push([name, value]));
      }
    }
    const wanted = byName(target);
    const active = controls(root).filter((control) => isActive(control));
    if (!whole || active.some(({ name }) => !same(wanted.get(name), here.get(name)))) return false;
    apply(root, target);
    return true;
  }

  /* --- as text ---------------------------------------------------------------------------------------------------- */

  /* What says how a prompt is answered, in which order its rows stand, and what a reply was drawn with. */
  const CODES = /-(_shown|_disposition|order)$|^seen-/;

  function textOf(value) {
    if (!/<(p|ul|ol|table|br)\b/i.test(value)) return value;
    const spaced = value.replace(/<br\b[^>]*>|<\/(p|li|tr|h[1-6])>/gi, "\n$&").replace(/<\/t[dh]>/gi, "\t$&");
    return new DOMParser().parseFromString(spaced, "text/html").body.textContent.trim();
  }

  /* Choices read as on the page, not as codes. */
  function optionOf(root, name, value) {
    const control = root && [...root.querySelectorAll(`[name="${name}"]`)].find((c) => c.matches("select") || c.value === value);
    if (!control || control.matches("textarea")) return "";
    if (control.matches("select")) return [...control.options].find((option) => option.value === value)?.textContent || "";
    return control.labels?.[0]?.textContent.trim() || "";
  }

  /* What a list says in words, without what another list says too. */
  function words(root, list, known) {
    const old = new Set((known || []).map((pair) => JSON.stringify(pair)));
    const other = list.filter((pair) => pair[1] && !CODES.test(pair[0]) && !old.has(JSON.stringify(pair)));
    return other.map(([name, value]) => optionOf(root, name, value) || textOf(value)).join("\n");
  }

  icm.fields = { pairs, apply, adopt, put, same, isOf, words };
})();
