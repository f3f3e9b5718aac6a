/*
 * Words that an earlier page kept in this browser and could not save: after a crash, the end of a session, a lost network.
 * They are offered where they were typed, whole and to copy; where that can be edited, they can be put back. What has no
 * place on the page any more stands at its top, and what belongs to no page one can open stands on the account page. The
 * server says first whether the words did arrive after all. Nothing that is pressed here is final: each step has its undo.
 */
(function () {
  "use strict";

  /* What a page sent when it was left may still be on its way. */
  const ARRIVING = 2000;
  const NO_WORDS = "An answer without words: a choice, or rows taken out.";
  const icm = (window.icm ||= {});
  const shelf = document.querySelector("[data-kept-shelf]");
  if (!shelf || !icm.kept) return;
  const isAccount = shelf.hasAttribute("data-kept-all");
  const { apply, same, words } = icm.fields;
  const offered = new Set();

  const unitOf = (copy) => (isAccount ? undefined : icm.autosave?.units.get(copy.unit));
  const template = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

  function when(at) {
    const then = new Date(at);
    const clock = `${then.getHours()}:${String(then.getMinutes()).padStart(2, "0")}`;
    if (then.toDateString() === new Date().toDateString()) return clock;
    return `${clock} on ${then.getDate()} ${then.toLocaleString("en-US", { month: "long" })}`;
  }

  /* Whether a copy did arrive: its page may have gone before it heard so. */
  async function hasArrived(copy) {
    const unit = unitOf(copy);
    if (unit && same(unit.pairs, copy.pairs)) return true;
    const data = new URLSearchParams(copy.pairs);
    data.append("csrfmiddlewaretoken", document.querySelector("input[name=csrfmiddlewaretoken]").value);
    data.append("person", icm.session.person);
    data.append("base_revision", copy.base);
    data.append("only_compare", "1");
    const answer = await fetch(copy.path || location.pathname, { method: "POST", body: data, headers: { Accept: "application/json" } });
    return answer.ok && !answer.redirected && (await answer.json()).stored.includes(copy.unit);
  }

  function offer(copy, { unhurried = false } = {}) {
    const unit = unitOf(copy);
    const text = copy.words ?? words(null, copy.pairs, []);
    const box = template("kept-offer");
    box.querySelector("[data-time]").textContent = when(copy.at);
    box.querySelector("[data-words]").textContent = text || NO_WORDS;
    if (!unit) box.querySelector("[data-kept=back]").remove();
    if (!text) box.querySelector("[data-kept=copy]").remove();
    box.addEventListener("click", (event) => {
      const choice = event.target.closest("[data-kept]")?.dataset.kept;
      if (choice === "copy") copyText(box, text);
      if (choice === "away") throwAway(box, copy);
      if (choice === "back") putBack(box, unit, copy);
    });
    place(box, copy);
    if (unhurried) box.querySelector("button").focus();
  }

  /* Beside the answer or reply, where that is to be seen; else at the top, with its name. */
  function place(box, copy) {
    const root = isAccount ? null : document.querySelector(`[data-prompt="${copy.unit}"], [data-reply="${copy.unit}"]`);
    const isSeen = root?.checkVisibility();
    const name = box.querySelector("[data-place]");
    name.hidden = Boolean(isSeen);
    name.querySelector("[data-title]").textContent = copy.title || "";
    if (isSeen) {
      if (root.matches("details")) root.open = true;
      const before = root.querySelector(":scope > .prompt__body");
      if (before) before.before(box);
      else root.prepend(box);
      return;
    }
    if (isAccount && copy.path) {
      const link = document.createElement("a");
      name.append("in ", Object.assign(link, { className: "usa-link", href: copy.path, textContent: copy.place }));
    }
    shelf.closest("[hidden]")?.removeAttribute("hidden");
    shelf.append(box);
  }

  async function copyText(box, text) {
    const said = box.querySelector("[data-copied]");
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = "Copied.";
    } catch {
      getSelection().selectAllChildren(box.querySelector("[data-words]"));
      said.textContent = "Your browser does not let the page copy. The words are selected: press Ctrl or Command and C.";
    }
  }

  /* In place of what was pressed: what was done, and the way back. */
  function undoable(box, sentence, undo) {
    const done = template("kept-done");
    done.querySelector("[data-words]").textContent = sentence;
    done.querySelector("button").addEventListener("click", () => {
      done.remove();
      undo();
    });
    box.replaceWith(done);
    done.querySelector("button").focus();
  }

  function throwAway(box, copy) {
    icm.kept.forget(copy);
    undoable(box, "Thrown away.", () => {
      icm.kept.bringBack(copy);
      offer(copy, { unhurried: true });
    });
  }

  /* They are saved as from the page they were typed on: what a colleague changed since is still seen. */
  function putBack(box, unit, copy) {
    const { keep, flush, state } = icm.autosave;
    const before = unit.pairs;
    apply(unit.root, copy.pairs);
    if (unit.kind === "prompt" && copy.base < state.revision) unit.note("base", copy.base);
    keep(unit);
    icm.kept.forget(copy);
    flush();
    undoable(box, "Put back.", () => {
      restore(unit, before);
      icm.kept.bringBack(copy);
      offer(copy, { unhurried: true });
    });
  }

  /* What stood on the page before stands there again, and is saved. */
  function restore(unit, pairs) {
    apply(unit.root, pairs);
    icm.autosave.keep(unit);
    icm.autosave.flush();
  }

  /* For words that were replaced on the page in another way. */
  icm.offers = {
    replaced(unit, pairs, sentence) {
      const box = document.createElement("div");
      (unit.root.querySelector(".prompt__body") || unit.root.firstElementChild).before(box);
      undoable(box, sentence, () => restore(unit, pairs));
    },
  };

  async function look() {
    const again = () => setTimeout(look, ARRIVING);
    const copies = await (isAccount ? icm.kept.leftAnywhere(again) : icm.kept.left(again));
    let count = 0;
    for (const copy of copies.filter((one) => !offered.has(one.id))) {
      offered.add(copy.id);
      if (await hasArrived(copy).catch(() => false)) await icm.kept.forget(copy);
      else {
        offer(copy);
        count += 1;
      }
    }
    const news = document.getElementById("save-news");
    if (count && news) news.textContent = `Typed here earlier and not saved: ${count}. You can copy it or put it back.`;
  }

  look();
  /* What was beside an answer stays to be seen when the answer does not apply any more. */
  document.addEventListener("change", () =>
    setTimeout(() => {
      const hidden = [...document.querySelectorAll("[data-prompt][data-off] :is([data-kept-offer], [data-kept-done])")];
      hidden.forEach((box) => box.querySelector("[data-place]")?.removeAttribute("hidden"));
      shelf.append(...hidden);
    }),
  );
})();
