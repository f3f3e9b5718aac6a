/*
 * The findings of a section. An editor comes with what stops a submission, a review with a link: all findings, which need
 * the answers of every section, are fetched after the page, and again after each save (the event "icm:saved").
 */
(function () {
  "use strict";

  const ID = "findings";
  const panel = () => document.getElementById(ID);
  if (!panel()) return;
  let asked = 0;

  /* What is open stays open, and who stands on a link stays on it. */
  function replace(html) {
    const before = panel();
    const open = [...before.querySelectorAll("details")].map((d) => d.open);
    const at = before.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    before.outerHTML = html;
    panel()
      .querySelectorAll("details")
      .forEach((d, place) => (d.open = Boolean(open[place])));
    window.icm?.terms?.settle(panel());
    if (at) [...panel().querySelectorAll("a")].find((a) => a.getAttribute("href") === at)?.focus();
  }

  /* Of two answers under way only the later one counts. Without an answer the panel stays as it is. */
  async function refresh() {
    const turn = (asked += 1);
    try {
      const answer = await fetch(panel().dataset.findings, { headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) return;
      const html = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(ID)?.outerHTML;
      if (html && turn === asked) replace(html);
    } catch {
      /* offline: what the page came with is still there */
    }
  }

  document.addEventListener("icm:saved", refresh);
  refresh();
})();
