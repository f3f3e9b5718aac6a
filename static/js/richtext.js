/*
 * Narrative fields: turns each <textarea data-rich> into a rich text editor built from the editor wheel.
 *
 * Without this script the textarea works as it is. The stored text is touched only when somebody edits it: the
 * textarea is written on change, never on load. The editor is made when its field first comes into view, so that a
 * section of closed prompts costs nothing.
 */

const EDITOR_LINK = "prose-editor";
/* Typing rests after this many milliseconds. */
const REST = 2000;

/** Plain text of the fallback (blank lines between paragraphs) as the editor's HTML. */
function asHtml(value) {
  if (/<(p|ul|ol|table|br)\b/i.test(value)) return value;
  const box = document.createElement("div");
  for (const block of value.replace(/\r\n?/g, "\n").split(/\n{2,}/)) {
    if (!block.trim()) continue;
    const p = document.createElement("p");
    block.trim().split("\n").forEach((line, i) => {
      if (i) p.append(document.createElement("br"));
      p.append(line);
    });
    box.append(p);
  }
  return box.innerHTML;
}

const wordCount = (text) => (text.match(/[\p{L}\p{N}][^\s]*/gu) || []).length;

/** The list level of a paragraph pasted from Word, or 0 when it is none. */
function wordLevel(p) {
  const style = p.dataset.style || "";
  const level = /mso-list:\s*l\d+\s+level(\d+)/i.exec(style);
  if (level) return Number(level[1]);
  return /\bMsoListParagraph/i.test(p.className) ? 1 : 0;
}

/** Take the marker Word writes as text out of a list paragraph; say whether it numbers. */
function takeMarker(p) {
  const ignored = [...p.querySelectorAll("span")].find((s) =>
    /mso-list:\s*Ignore/i.test(s.dataset.style || ""),
  );
  let marker = "";
  if (ignored) {
    marker = ignored.textContent;
    ignored.remove();
  } else {
    const found = /^\s*([·•▪◦§o\-–]|\(?[0-9a-z]{1,3}[.)])[\s\u00a0]+/i.exec(p.textContent);
    const first = document.createTreeWalker(p, NodeFilter.SHOW_TEXT).nextNode();
    if (found && first) {
      marker = found[1];
      first.data = first.data.replace(/^\s*([·•▪◦§o\-–]|\(?[0-9a-z]{1,3}[.)])[\s\u00a0]*/i, "");
    }
  }
  return /^\s*\(?([0-9]+|[a-z]{1,4})[.)]/i.test(marker);
}

/** Turn a run of Word list paragraphs into nested lists, in place. */
function nestLists(doc) {
  let stack = [];
  for (const p of [...doc.body.querySelectorAll("p")]) {
    const level = wordLevel(p);
    if (!level) {
      stack = [];
      continue;
    }
    const previous = p.previousElementSibling;
    if (!stack.length || previous !== stack[0].list) stack = [];
    const tag = takeMarker(p) ? "ol" : "ul";
    while (stack.length && stack[stack.length - 1].level > level) stack.pop();
    let top = stack[stack.length - 1];
    if (top && top.level === level && top.list.localName !== tag) {
      stack.pop();
      top = stack[stack.length - 1];
    }
    if (!top || top.level < level) {
      const list = doc.createElement(tag);
      if (top) top.list.lastElementChild.append(list);
      else p.before(list);
      top = { list, level };
      stack.push(top);
    }
    const item = doc.createElement("li");
    const body = doc.createElement("p");
    body.append(...p.childNodes);
    item.append(body);
    top.list.append(item);
    p.remove();
  }
}

/** What is left of pasted HTML before the editor's own schema takes it over. */
function cleanPaste(html) {
  // Renamed before parsing: the content security policy would log every style it blocks.
  const renamed = html.replace(/<[^>]*>/g, (tag) => tag.replace(/\sstyle\s*=/gi, " data-style="));
  const doc = new DOMParser().parseFromString(renamed, "text/html");
  doc.querySelectorAll("script,style,meta,link,title,xml,img,object,iframe").forEach((e) => e.remove());
  nestLists(doc);
  doc.querySelectorAll("h1,h2,h3,h4,h5,h6").forEach((h) => {
    const p = doc.createElement("p");
    const strong = doc.createElement("strong");
    strong.append(...h.childNodes);
    p.append(strong);
    h.replaceWith(p);
  });
  doc.querySelectorAll("a[href]").forEach((a) => {
    if (!/^(https?|mailto):/i.test(a.getAttribute("href"))) a.replaceWith(...a.childNodes);
  });
  return doc.body.innerHTML;
}

function extensions(P) {
  const paste = P.Extension.create({
    name: "pasteFromWord",
    addProseMirrorPlugins: () => [new P.Plugin({ props: { transformPastedHTML: cleanPaste } })],
  });
  const link = P.Link.extend({ addKeyboardShortcuts: () => ({}) }).configure({
    openOnClick: false,
    enableTarget: false,
    autolink: false,
    protocols: ["http", "https", "mailto"],
  });
  return [
    P.Document, P.Paragraph, P.Text, P.HardBreak, P.Bold, P.Italic, P.BulletList, P.OrderedList, P.ListItem,
    link, P.Table, P.TableRow, P.TableHeader, P.TableCell, P.History, P.Dropcursor, P.Gapcursor, paste,
  ];
}

const TOOLS = [
  { key: "bold", label: "Bold", text: "B", run: (c) => c.toggleBold(), on: (e) => e.isActive("bold") },
  { key: "italic", label: "Italic", text: "I", run: (c) => c.toggleItalic(), on: (e) => e.isActive("italic") },
  { key: "bullets", label: "Bulleted list", icon: "list", run: (c) => c.toggleBulletList(), on: (e) => e.isActive("bulletList") },
  { key: "numbers", label: "Numbered list", text: "1.", run: (c) => c.toggleOrderedList(), on: (e) => e.isActive("orderedList") },
  { key: "link", label: "Link", icon: "link", panel: true, on: (e) => e.isActive("link") },
  { key: "table", label: "Insert table", icon: "grid_view", run: (c) => c.insertTable({ rows: 3, cols: 3, withHeaderRow: true }), off: (e) => e.isActive("table") },
  { key: "undo", label: "Undo", icon: "undo", run: (c) => c.undo(), off: (e) => !e.can().undo() },
  { key: "row", label: "Add row", text: "+ Row", table: true, run: (c) => c.addRowAfter() },
  { key: "column", label: "Add column", text: "+ Column", table: true, run: (c) => c.addColumnAfter() },
  { key: "norow", label: "Delete row", text: "− Row", table: true, run: (c) => c.deleteRow() },
  { key: "nocolumn", label: "Delete column", text: "− Column", table: true, run: (c) => c.deleteColumn() },
  { key: "notable", label: "Delete table", text: "Delete table", table: true, run: (c) => c.deleteTable() },
];

function icon(name, sprite) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "usa-icon");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

/** A small form under the toolbar for the address of a link. Enter sets it, Escape leaves. */
function linkPanel(editor, id) {
  const panel = document.createElement("div");
  panel.className = "rte__panel";
  panel.hidden = true;
  panel.innerHTML =
    `<label for="${id}-href">Address of the link</label><input class="usa-input" id="${id}-href" type="text" ` +
    'inputmode="url" autocomplete="off"><button type="button" class="usa-button usa-button--outline usa-button--small">Set link</button>' +
    '<button type="button" class="usa-button usa-button--unstyled">Remove link</button><p class="usa-error-message" role="alert"></p>';
  const input = panel.querySelector("input");
  const [set, unset] = panel.querySelectorAll("button");
  const close = () => {
    panel.hidden = true;
    editor.commands.focus();
  };
  const apply = () => {
    let href = input.value.trim();
    if (href && !/^[a-z]+:/i.test(href)) href = href.includes("@") ? `mailto:${href}` : `https://${href}`;
    if (!/^(https?:\/\/.+|mailto:.+@.+)/i.test(href)) {
      panel.querySelector("p").textContent = "Give an address that begins with https:// or an e-mail address.";
      input.focus();
      return;
    }
    const chain = editor.chain().focus().extendMarkRange("link");
    if (editor.state.selection.empty && !editor.isActive("link")) {
      chain.insertContent({ type: "text", text: href, marks: [{ type: "link", attrs: { href } }] }).run();
    } else chain.setLink({ href }).run();
    close();
  };
  set.addEventListener("click", apply);
  unset.addEventListener("click", () => {
    editor.chain().focus().extendMarkRange("link").unsetLink().run();
    close();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      apply();
    }
    if (event.key === "Escape") close();
  });
  panel.open = () => {
    input.value = editor.getAttributes("link").href || "";
    panel.querySelector("p").textContent = "";
    unset.hidden = !editor.isActive("link");
    panel.hidden = false;
    input.focus();
  };
  return panel;
}

/** The toolbar: one tab stop, arrow keys inside, pressed states that follow the caret. */
function toolbar(editor, label, panel, sprite) {
  const bar = document.createElement("div");
  bar.className = "rte__bar";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", `Format: ${label}`);
  const buttons = TOOLS.map((tool) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = `rte__${tool.key}`;
    button.title = tool.label;
    button.setAttribute("aria-label", tool.label);
    button.append(tool.icon ? icon(tool.icon, sprite) : tool.text);
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") === "true") return;
      if (tool.panel) panel.open();
      else tool.run(editor.chain().focus()).run();
    });
    bar.append(button);
    return button;
  });
  const refresh = () => {
    const inTable = editor.isActive("table");
    TOOLS.forEach((tool, i) => {
      if (tool.on) buttons[i].setAttribute("aria-pressed", String(tool.on(editor)));
      if (tool.off) buttons[i].setAttribute("aria-disabled", String(tool.off(editor)));
      if (tool.table) buttons[i].hidden = !inTable;
    });
    const shown = buttons.filter((b) => !b.hidden);
    const current = shown.find((b) => b.tabIndex === 0) || shown[0];
    buttons.forEach((b) => (b.tabIndex = b === current ? 0 : -1));
  };
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const shown = buttons.filter((b) => !b.hidden);
    const next = shown[(shown.indexOf(document.activeElement) + step + shown.length) % shown.length];
    buttons.forEach((b) => (b.tabIndex = b === next ? 0 : -1));
    next.focus();
  });
  return { bar, refresh };
}

/** Words beside the label: what is there and what is usual. Advice, never an error. */
function counter(textarea, name) {
  const out = document.getElementById(`${textarea.id}-words`);
  if (!out) return () => {};
  const advice = out.dataset.advice || "";
  const herald = advice ? heraldOf(textarea.dataset.guide, `${name}:`) : () => {};
  return (text) => {
    const n = wordCount(text);
    const words = `${n} ${n === 1 ? "word" : "words"}.${advice ? ` ${advice}` : ""}`;
    if (out.textContent !== words) out.textContent = words;
    herald(n, words);
  };
}

/**
 * Says the number of words to screen readers when typing rests, and only after it went past an end of what is usual. The
 * number itself is read with the description of the field: nobody wants to hear it at each key.
 */
function heraldOf(guide, name) {
  const [least, most] = guide.split("-").map(Number);
  const standing = (n) => (n < least ? "below" : n > most ? "above" : "within");
  let said = null;
  let rest = 0;
  return (n, words) => {
    said ??= standing(n);
    clearTimeout(rest);
    rest = setTimeout(() => {
      if (said === standing(n)) return;
      said = standing(n);
      const place = document.getElementById("word-news");
      if (place) place.textContent = `${name} ${words}`;
    }, REST);
  };
}

/** Names, descriptions and error state of the textarea, for the element people type in instead. */
function ariaOf(textarea) {
  const label = document.querySelector(`label[for="${textarea.id}"]`);
  if (label && !label.id) label.id = `${textarea.id}-label`;
  const attributes = { class: "rte__text", role: "textbox", "aria-multiline": "true", id: `${textarea.id}-text` };
  if (label) attributes["aria-labelledby"] = label.id;
  for (const name of ["aria-describedby", "aria-invalid", "aria-required"]) {
    if (textarea.hasAttribute(name)) attributes[name] = textarea.getAttribute(name);
  }
  if (textarea.readOnly || textarea.disabled) attributes["aria-readonly"] = "true";
  return { attributes, label };
}

function build(P, textarea, sprite) {
  const { attributes, label } = ariaOf(textarea);
  const frame = document.createElement("div");
  frame.className = "rte";
  const element = document.createElement("div");
  textarea.before(frame);
  const name = label ? label.dataset.name || label.textContent.trim() : "text";
  const count = counter(textarea, name);
  const editor = new P.Editor({
    element,
    injectCSS: false,
    extensions: extensions(P),
    content: asHtml(textarea.value),
    editorProps: { attributes },
    onUpdate({ editor: now }) {
      textarea.value = now.isEmpty ? "" : now.getHTML();
      count(now.getText({ blockSeparator: "\n" }));
      textarea.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
  const panel = linkPanel(editor, textarea.id);
  const { bar, refresh } = toolbar(editor, name, panel, sprite);
  editor.on("transaction", refresh);
  refresh();
  count(editor.getText({ blockSeparator: "\n" }));
  frame.append(bar, panel, element);
  textarea.hidden = true;
  label?.addEventListener("click", (event) => {
    if (event.target.closest("a")) return;
    event.preventDefault();
    editor.commands.focus();
  });
  textarea.addEventListener("focus", () => editor.commands.focus());
  textarea.addEventListener("richtext:set", () => {
    editor.commands.setContent(asHtml(textarea.value), { emitUpdate: false });
    count(editor.getText({ blockSeparator: "\n" }));
  });
  textarea.dataset.ready = "true";
  frame.dispatchEvent(new CustomEvent("richtext:ready", { bubbles: true, detail: { editor, textarea } }));
}

async function start() {
  const areas = [...document.querySelectorAll("textarea[data-rich]")];
  const link = document.getElementById(EDITOR_LINK);
  if (!areas.length || !link) return;
  let library;
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue;
        seen.unobserve(target);
        library ||= import(link.href);
        library.then((P) => build(P, target, link.dataset.sprite));
      }
    },
    { rootMargin: "800px" },
  );
  areas.forEach((area) => seen.observe(area));
}

start();
