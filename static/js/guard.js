/* A form that nothing saves by itself: the browser asks before it throws away what was typed or chosen in it. */
(function () {
  "use strict";

  let leaving = null;
  const isChanged = (control) => {
    if (/^(radio|checkbox)$/.test(control.type)) return control.checked !== control.defaultChecked;
    return control.matches("textarea, input:not([type=hidden])") && control.value.trim() !== control.defaultValue.trim();
  };
  document.addEventListener("submit", (event) => (leaving = event.target));
  document.addEventListener("icm:stayed", () => (leaving = null));
  window.addEventListener("pageshow", () => (leaving = null));
  window.addEventListener("beforeunload", (event) => {
    const forms = [...document.querySelectorAll("form[data-guard]")].filter((form) => form !== leaving);
    if (forms.some((form) => [...form.elements].some(isChanged))) event.preventDefault();
  });
})();
