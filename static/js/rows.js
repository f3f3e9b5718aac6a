/*
 * Tables of answers as a row editor.
 *
 * The server draws every row as a small form; this script shows rows as a table and opens one at a time. Names carry
 * row ids, never positions, so moving a row moves nothing but its element; one hidden input keeps the order.
 * Without this script all rows are open and the same buttons save the page and do their work on the server.
 */

const MOST_ROWS = 500;

/** The first three letters of a month: wide tables have little room. */
const MONTH = /\b(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]+/;

const newId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(4)), (b) => b.toString(16).padStart(2, "0")).join("");

const controlsOf = (row) => [...row.querySelectorAll("[data-col] :is(input, select, textarea)")];

const kindOf = (control) => control.closest("[data-col]").dataset.kind;

/** What a cell reads as in the closed row. */
function cellText(control) {
  if (control.matches("select")) {
    const chosen = control.selectedOptions[0];
    return chosen && chosen.value ? chosen.textContent.trim() : "";
  }
  const value = control.value.trim();
  if (!value) return "";
  if (kindOf(control) === "money" && !value.startsWith("$")) return `$${value}`;
  if (kindOf(control) === "percent" && !value.endsWith("%")) return `${value}%`;
  if (kindOf(control) === "date" && control.closest(".rowed--wide")) return value.replace(MONTH, "$1");
  return value;
}

/** Cells of a spreadsheet's clipboard: tabs and line breaks, quoted where a cell holds either. */
function parseTsv(text) {
  const rows = [[]];
  let cell = "";
  let quoted = false;
  const source = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let i = 0; i < source.length; i += 1) {
    const c = source[i];
    if (quoted) {
      if (c === '"' && source[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else if (c === '"') quoted = false;
      else cell += c === "\n" ? " " : c;
    } else if (c === '"' && cell === "") quoted = true;
    else if (c === "\t" || c === "\n") {
      rows[rows.length - 1].push(cell.trim());
      cell = "";
      if (c === "\n") rows.push([]);
    } else cell += c;
  }
  rows[rows.length - 1].push(cell.trim());
  return rows;
}

const plain = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();

/** Put pasted text into a control. False when it is no choice of the list. */
function fill(control, text) {
  if (!control.matches("select")) {
    control.value = text;
    return true;
  }
  const wanted = plain(text);
  const options = [...control.options];
  const match =
    options.find((o) => o.value === text || plain(o.textContent) === wanted) ||
    (wanted && options.filter((o) => plain(o.textContent).startsWith(wanted)).length === 1
      ? options.find((o) => plain(o.textContent).startsWith(wanted))
      : null);
  if (!match) return text === "";
  control.value = match.value;
  return true;
}

class RowEditor {
  constructor(root) {
    this.root = root;
    this.table = root.querySelector("table");
    this.template = root.querySelector("template[data-new-row]");
    this.readTemplate = root.querySelector("template[data-read-row]");
    this.live = root.querySelector("[data-live]");
    this.noun = root.dataset.label;
    this.heads = [...this.table.tHead.rows[0].cells].map((c) => c.textContent.trim());
    this.order = root.querySelector("[data-order]");
    this.rows.forEach((row) => this.enhance(row));
    this.dropBlank();
    root.classList.add("is-ready");
    root.addEventListener("click", (event) => this.click(event));
    root.addEventListener("paste", (event) => this.paste(event));
    root.addEventListener("keydown", (event) => this.key(event));
    root.addEventListener("rows:set", (event) => this.set(event.detail));
    root.querySelector("[data-rows-insert]")?.addEventListener("click", () => this.insertPasted());
    this.number();
  }

  get rows() {
    return [...this.table.querySelectorAll("tbody[data-row]:not([data-gone])")];
  }

  /** Give a row its closed form; rows with errors or without content stay open. */
  enhance(row) {
    const read = this.readTemplate.content.firstElementChild.cloneNode(true);
    row.prepend(read);
    this.show(row, Boolean(row.querySelector("[aria-invalid=true]")));
  }

  /** The empty row that a browser without scripts fills in; here it is added when asked for. */
  dropBlank() {
    const [only, ...others] = this.rows;
    if (only && !others.length && controlsOf(only).every((c) => !cellText(c))) only.remove();
  }

  show(row, open) {
    const [read, edit] = row.rows;
    if (!open) this.redraw(row);
    read.hidden = open;
    edit.hidden = !open;
  }

  redraw(row) {
    const cells = [...row.rows[0].cells];
    controlsOf(row).forEach((control, i) => {
      cells[i].textContent = cellText(control);
      cells[i].classList.toggle("quiet", !cells[i].textContent);
    });
    if (!cells[0].textContent) cells[0].textContent = "Empty row";
  }

  /** Row numbers, names of buttons and the count follow the order on the page. */
  number() {
    const rows = this.rows;
    this.order.value = rows.map((row) => row.dataset.row).join(",");
    rows.forEach((row, i) => {
      const name = cellText(controlsOf(row)[0]) || "empty";
      controlsOf(row).forEach((c) => c.setAttribute("aria-label", `${this.heads[controlsOf(row).indexOf(c)]}, row ${i + 1}`));
      row.querySelector("[data-number]").textContent = `Row ${i + 1} of ${rows.length}`;
      row.querySelector("[data-edit]").setAttribute("aria-label", `Edit row ${i + 1}, ${name}`);
      row.querySelector("[data-done]").textContent = `Done with row ${i + 1}`;
      row.querySelector("[data-op=up]").disabled = i === 0;
      row.querySelector("[data-op=down]").disabled = i === rows.length - 1;
    });
    const count = this.root.querySelector("[data-count]");
    if (count) count.textContent = { 0: "(no rows yet)", 1: "(1 row)" }[rows.length] || `(${rows.length} rows)`;
    this.table.hidden = !this.table.querySelector("tbody[data-row], tbody[data-undo]");
  }

  say(text) {
    this.live.textContent = text;
  }

  changed() {
    this.number();
    this.root.dispatchEvent(new Event("input", { bubbles: true }));
  }

  open(row, { focus = true } = {}) {
    this.rows.forEach((other) => {
      if (other !== row && !other.querySelector("[aria-invalid=true]")) this.show(other, false);
    });
    this.show(row, true);
    if (focus) controlsOf(row)[0]?.focus();
  }

  close(row) {
    this.show(row, false);
    this.number();
    row.querySelector("[data-edit]").focus();
  }

  add(after = null, { open = true } = {}) {
    if (this.rows.length >= MOST_ROWS) {
      this.say(`${this.noun} takes at most ${MOST_ROWS} rows.`);
      return null;
    }
    const row = this.make(newId());
    if (after) after.after(row);
    if (open) {
      this.table.hidden = false; // what is hidden cannot take the focus
      this.open(row);
      this.changed();
      this.say(`Row ${this.rows.indexOf(row) + 1} added to ${this.noun}.`);
    }
    return row;
  }

  /** Take a row out; it stays on the page, switched off, until saved, so that it can come back. */
  remove(row) {
    const at = this.rows.indexOf(row) + 1;
    row.setAttribute("data-gone", "");
    row.hidden = true;
    controlsOf(row).forEach((c) => (c.disabled = true));
    const note = document.createElement("tbody");
    note.setAttribute("data-undo", "");
    const cell = note.insertRow().insertCell();
    cell.colSpan = this.table.tHead.rows[0].cells.length;
    cell.append(`Row ${at} removed. `);
    const undo = document.createElement("button");
    undo.type = "button";
    undo.className = "usa-button usa-button--unstyled";
    undo.textContent = "Undo";
    undo.setAttribute("aria-label", `Undo: bring back row ${at}`);
    undo.addEventListener("click", () => {
      this.bringBack(row);
      this.changed();
      this.say(`Row ${at} is back.`);
      row.querySelector("[data-edit]").focus();
    });
    cell.append(undo);
    row.after(note);
    this.changed();
    this.say(`Row ${at} removed from ${this.noun}. Undo is available.`);
    undo.focus();
  }

  /** Show these rows, in this order, with the cells that ``put`` writes: a copy that was kept, or what a colleague saved. */
  set({ ids, put }) {
    const all = [...this.table.querySelectorAll("tbody[data-row]")];
    const wanted = ids.map((id) => all.find((row) => row.dataset.row === id) || this.make(id));
    this.rows.filter((row) => !wanted.includes(row) && !row.contains(document.activeElement)).forEach((row) => row.remove());
    for (const row of wanted) {
      if (row.hasAttribute("data-gone")) this.bringBack(row);
      controlsOf(row).forEach(put);
      if (row.rows[1].hidden) this.redraw(row);
    }
    if (this.rows.some((row, place) => row !== wanted[place])) wanted.forEach((row) => this.table.append(row));
    this.number();
  }

  /** A row that was removed here but is not gone after all. */
  bringBack(row) {
    if (row.nextElementSibling?.hasAttribute("data-undo")) row.nextElementSibling.remove();
    row.removeAttribute("data-gone");
    row.hidden = false;
    controlsOf(row).forEach((control) => (control.disabled = false));
    this.show(row, false);
  }

  make(id) {
    const box = document.createElement("table");
    box.innerHTML = this.template.innerHTML.replaceAll("__row__", id.replace(/[^0-9a-z]/gi, ""));
    const row = box.querySelector("tbody");
    this.table.append(row);
    this.enhance(row);
    return row;
  }

  move(row, step) {
    const rows = this.rows;
    const other = rows[rows.indexOf(row) + step];
    if (!other) return;
    if (step < 0) other.before(row);
    else other.after(row);
    this.changed();
    this.say(`Moved to row ${this.rows.indexOf(row) + 1} of ${rows.length}.`);
    const button = row.querySelector(`[data-op=${step < 0 ? "up" : "down"}]`);
    (button.disabled ? row.querySelector(`[data-op=${step < 0 ? "down" : "up"}]`) : button).focus();
  }

  click(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const row = button.closest("tbody[data-row]");
    const acts = {
      add: () => this.add(row && button.hasAttribute("data-below") ? row : null),
      remove: () => this.remove(row),
      up: () => this.move(row, -1),
      down: () => this.move(row, 1),
    };
    if (button.dataset.op) {
      event.preventDefault();
      acts[button.dataset.op]();
    } else if (button.hasAttribute("data-edit")) this.open(row);
    else if (button.hasAttribute("data-done")) this.close(row);
    else if (button.hasAttribute("data-rows-paste")) this.togglePaste(button);
  }

  /** Enter finishes the row instead of sending the page; Escape does too. */
  key(event) {
    const row = event.target.closest("tbody[data-row]");
    if (!row || !event.target.closest("[data-col]")) return;
    if ((event.key === "Enter" && !event.target.matches("select")) || event.key === "Escape") {
      event.preventDefault();
      this.close(row);
    }
  }

  paste(event) {
    const control = event.target;
    if (!control.closest("[data-col]")) return;
    const text = event.clipboardData?.getData("text/plain") || "";
    const cells = parseTsv(text);
    if (cells.length === 1 && cells[0].length === 1) return;
    event.preventDefault();
    const row = control.closest("tbody[data-row]");
    this.place(cells, row, controlsOf(row).indexOf(control));
  }

  togglePaste(button) {
    const panel = this.root.querySelector("[data-paste-panel]");
    panel.hidden = !panel.hidden;
    button.setAttribute("aria-expanded", String(!panel.hidden));
    if (!panel.hidden) panel.querySelector("textarea").focus();
  }

  insertPasted() {
    const panel = this.root.querySelector("[data-paste-panel]");
    const area = panel.querySelector("textarea");
    if (!area.value.trim()) {
      this.say("Nothing to insert: paste the cells into the box first.");
      area.focus();
      return;
    }
    this.place(parseTsv(area.value), null, 0);
    area.value = "";
    this.togglePaste(this.root.querySelector("[data-rows-paste]"));
  }

  /** Cells into rows from one place on; more rows are added as needed. A first line of headings is left out. */
  place(cells, start, column) {
    const heads = this.heads.map(plain);
    const lines = cells[0].every((c, i) => c && plain(c) === heads[column + i]) ? cells.slice(1) : cells;
    const unknown = [];
    let row = start;
    let filled = 0;
    for (const [i, line] of lines.entries()) {
      if (i > 0 || !row) row = (row && this.rows[this.rows.indexOf(row) + 1]) || this.add(null, { open: false });
      if (!row) break;
      const controls = controlsOf(row);
      line.forEach((text, j) => {
        const control = controls[column + j];
        if (!control) unknown.push(text);
        else if (fill(control, text)) filled += 1;
        else unknown.push(text);
      });
      this.show(row, false);
    }
    this.changed();
    this.report(filled, lines.length, unknown.filter(Boolean));
    this.rows.at(-1)?.querySelector("[data-edit]").focus();
  }

  report(filled, lines, unknown) {
    const rows = lines === 1 ? "1 row" : `${lines} rows`;
    let text = `${filled} ${filled === 1 ? "cell" : "cells"} filled in ${rows} of ${this.noun}.`;
    if (unknown.length) text += ` Not placed, choose by hand: ${unknown.slice(0, 8).join("; ")}.`;
    const note = this.root.querySelector("[data-paste-note]");
    note.textContent = unknown.length ? text : "";
    note.hidden = !unknown.length;
    this.say(text);
  }
}

document.querySelectorAll("[data-rows]").forEach((root) => new RowEditor(root));
