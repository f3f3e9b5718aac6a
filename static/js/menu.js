/*
 * The menu of a narrow screen, with the design system's classes: it slides in over the page, holds the focus while it is
 * open, and closes with Escape, its own button, a click beside it, or when the window grows wide.
 */
(function () {
  "use strict";

  const button = document.querySelector(".usa-menu-btn");
  const nav = document.querySelector(".usa-nav");
  const overlay = document.querySelector(".usa-overlay");
  if (!button || !nav || !overlay) return;

  const close = nav.querySelector(".usa-nav__close");
  const behind = [...document.body.children, ...nav.parentElement.children].filter(
    (element) => !element.contains(nav) && element !== overlay,
  );
  const isOpen = () => nav.classList.contains("is-visible");

  function show(open, { focus = true } = {}) {
    for (const element of [nav, overlay]) element.classList.toggle("is-visible", open);
    document.body.classList.toggle("usa-js-mobile-nav--active", open);
    button.setAttribute("aria-expanded", String(open));
    for (const element of behind) element.inert = open;
    if (focus) (open ? close : button).focus();
  }

  nav.id ||= "main-menu";
  button.setAttribute("aria-controls", nav.id);
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => show(true));
  close.addEventListener("click", () => show(false));
  overlay.addEventListener("click", () => show(false));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isOpen() && !event.defaultPrevented) show(false);
  });
  window.addEventListener("resize", () => {
    if (isOpen() && !close.offsetParent) show(false, { focus: false });
  });
})();
