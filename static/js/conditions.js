/*
 * Shows what applies, at once: prompts and fields whose condition does not hold are hidden while people type.
 *
 * The server decides again when the page is saved. Hidden fields are still sent, so nothing typed in them is lost.
 * The data block "conditions" holds {prompts: {id: tests}, fields: {"id:key": tests}, values: {"id:key": value}};
 * a test is {ref, op, values} and all of a list must hold. "values" are answers given in other sections.
 */
(function () {
  "use strict";

  const block = document.getElementById("conditions");
  const form = document.getElementById("answers");
  if (!block || !form) return;
  const data = JSON.parse(block.textContent);

  const nameOf = (ref) => {
    const [prompt, key] = ref.split(":");
    return `${prompt.replaceAll(".", "-")}-${key}`;
  };

  function typed(value) {
    if (value === "true") return true;
    if (value === "false") return false;
    return value === "" || value === undefined ? null : value;
  }

  /* The value of a field as it stands on the page; a prompt that is not applicable has none. */
  function lookup(ref) {
    const prompt = ref.split(":")[0];
    const place = document.querySelector(`[data-prompt="${prompt}"]`);
    if (!place) return data.values[ref] ?? null;
    const disposition = place.querySelector("[data-disposition]:checked");
    if (disposition && disposition.value === "na") return null;
    const fields = [...form.querySelectorAll(`[name="${nameOf(ref)}"]`)];
    if (!fields.length) return null;
    if (fields[0].type === "checkbox") return fields.filter((f) => f.checked).map((f) => f.value);
    if (fields[0].type === "radio") return typed(fields.find((f) => f.checked)?.value);
    return typed(fields[0].value);
  }

  function holds(tests) {
    return tests.every(({ ref, op, values }) => {
      const value = lookup(ref);
      if (op === "is") return value === values[0];
      if (op === "in") return values.includes(value);
      return Array.isArray(value) && value.some((v) => values.includes(v));
    });
  }

  function show(selector, visible) {
    document.querySelectorAll(selector).forEach((element) => {
      element.toggleAttribute("data-off", !visible);
    });
  }

  function apply() {
    for (const [id, tests] of Object.entries(data.prompts)) {
      const visible = holds(tests);
      show(`[data-prompt="${id}"]`, visible);
      show(`[data-prompt-link="${id}"]`, visible);
    }
    for (const [ref, tests] of Object.entries(data.fields)) show(`[data-field="${ref}"]`, holds(tests));
    const none = document.getElementById("nothing-applies");
    if (none) none.hidden = Boolean(document.querySelector("[data-prompt]:not([data-off])"));
  }

  form.addEventListener("change", apply);
  apply();
})();
