/* A piece of another page that unfolds on the spot: <details data-unfold="ADDRESS#ID">. Without scripts its link leads there. */
(function () {
  "use strict";

  async function unfold(box) {
    const [address, id] = box.dataset.unfold.split("#");
    const link = box.querySelector("[data-unfolded]");
    try {
      const response = await fetch(address, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const found = response.ok && page.getElementById(id);
      if (!found) return;
      found.removeAttribute("id");
      link.replaceChildren(found);
      window.icm?.terms?.settle(found);
    } catch {
      /* Offline: the link stays. */
    }
  }

  document.addEventListener(
    "toggle",
    (event) => {
      const box = event.target;
      if (!box.open || !box.matches("details[data-unfold]") || box.dataset.unfolding) return;
      box.dataset.unfolding = "true";
      unfold(box);
    },
    true,
  );
})();
