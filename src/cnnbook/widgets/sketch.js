// A chain of layers to edit. It draws what Python says and sends what is done: no shape is computed here.
//
// `mount` needs a store: get(name) gives "words" and "view", ask(message) sends what was done, and
// subscribe(listener) tells when a new view is there. The default export makes one of an anywidget model.

const PATIENCE = 5000; // milliseconds until a silent kernel is mentioned
const COLUMNS = ["row", "layer", "shape", "parameters", "macs", "field", "memory"];

export function mount(root, store) {
  const words = store.get("words");
  // `open` is the address of the line whose editor is shown, `here` that of the line to which Tab leads. `opens`
  // says what opens when the answer to "add" is there: the new "line", or its first "field".
  let view, open = store.get("view").lines.length > 1 ? null : "", here = "", opens = "", waiting, rows = new Map();

  const tell = (name, values) => fill(words[name], values);
  const act = (name, message) => button(words[name], () => ask(message), { "data-key": name });
  const undo = act("undo", { do: "undo" }), redo = act("redo", { do: "redo" });
  const start = make("select", { "aria-label": words.load, "data-key": "load" },
    make("option", { value: "" }, `${words.load} …`), make("option", { value: "*" }, words.given),
    ...words.starts.map((name) => make("option", { value: name }, name)));
  start.onchange = () => {
    if (start.value) ask(start.value === "*" ? { do: "restart" } : { do: "load", name: start.value });
    start.value = "";
  };
  const title = make("strong"), note = make("p.faint"), jump = button("", () => { go(key(view.problem.at)); reveal(); }, { class: "jump" });
  const targets = make("ul.targets"), totals = make("div.totals"), live = make("div.unseen", { role: "status" });
  const grid = make("div.lines", { role: "treegrid", "aria-label": words.lines });
  const code = make("pre", { tabindex: 0, "data-key": "code" }), copied = make("span.faint");
  const copy = button(words.copy, copyCode, { "data-key": "copy" });
  const remark = make("p.remark", { role: "alert" }), empty = make("p", words["no layers"]);
  const all = make("section.cnnbook-sketch", { "aria-label": words.sketch },
    make("header", title, undo, redo, start, copy, copied), note, targets, totals, jump, remark, grid, empty,
    make("p.faint", words.hint, " ", words.keys), make("details", make("summary", words.code), code), live);
  root.replaceChildren(all);
  all.addEventListener("keydown", onkeydown);
  grid.addEventListener("focusin", ({ target }) => {
    const row = target.closest("[role=row][data-at]");
    if (row) rove(row.dataset.at);
  });
  const stop = store.subscribe(draw);
  draw();
  return () => { clearTimeout(waiting); stop(); all.remove(); };

  function ask(message) {
    clearTimeout(waiting);
    waiting = setTimeout(() => { live.textContent = copied.textContent = words.silent; }, PATIENCE);
    store.ask(message);
  }

  function draw() {
    const before = view;
    view = store.get("view");
    const focus = focused(), answered = before && before.turn !== view.turn;
    if (answered) clearTimeout(waiting);
    if (answered && copied.textContent === words.silent) copied.textContent = "";
    if (answered && view.at) {
      here = key(view.at);
      if (open !== null || opens) open = here;
    }
    title.textContent = view.title;
    note.textContent = view.note;
    note.hidden = !view.note;
    undo.disabled = !view.undo;
    redo.disabled = !view.redo;
    code.textContent = view.code;
    targets.replaceChildren(...view.targets.map(({ text, met, now }) => make(`li.${met ? "met" : "open"}`,
      make("b", { "aria-hidden": true }, met ? "✓ " : "○ "), text, make("span", ` – ${words[met ? "met" : "not met"]}, ${now}`))));
    totals.replaceChildren(...view.totals.map(({ name, value }) => make("div", make("span", name), make("b", value))));
    totals.classList.toggle("partial", Boolean(view.problem));
    jump.hidden = !view.problem;
    jump.textContent = view.problem ? tell("breaks", view.problem) : "";
    rows = new Map();
    const lines = view.lines.flatMap((line) => drawLine(line));
    grid.replaceChildren(make("div.head", { role: "row" }, ...COLUMNS.map((name) =>
      make(`span.${name}`, { role: "columnheader" }, words[`column ${name}`]))), ...lines);
    empty.hidden = view.lines.length > 1;
    if (!rows.has(open)) open = null;
    remark.textContent = open === null ? view.remark : "";
    rove(rows.has(here) ? here : "");
    if (focus) restore(focus);
    if (!answered) return;
    if (focus && view.at) reveal();
    if (opens === "field") edit(here);
    opens = "";
    live.textContent = said();
  }

  /** What a screen reader says of the new view. */
  function said() {
    if (view.remark) return view.remark;
    if (view.problem) return view.problem.text;
    const line = view.at && view.lines.find(({ at }) => key(at) === key(view.at));
    const count = view.targets.filter(({ met }) => met).length, all = view.targets.length;
    const met = !all ? "" : count === all ? words["all met"] : tell("some met", { met: count, all });
    return `${line ? tell("said", line) : ""} ${met}`;
  }

  function drawLine(line) {
    const at = key(line.at), opened = open === at, { folded, state } = line;
    const cell = (name, ...content) => make(`span.${name}`, { role: "gridcell" }, ...content);
    const sign = folded === null ? "" : button(folded ? "▸" : "▾", () => fold(line), {
      "aria-label": words[folded ? "open" : "fold"], class: "fold", tabindex: -1 });
    const name = line.name ? make("small", line.name) : "";
    const row = make(`div.line.${line.what}${state ? `.${state}` : ""}${opened ? ".opened" : ""}`, {
      role: "row", "data-at": at, tabindex: -1, "aria-level": line.depth + 1, "aria-selected": opened,
      ...(folded === null ? {} : { "aria-expanded": !folded }) },
      cell("row", line.row),
      cell("layer", sign, make("b", line.title), " ", make("span", line.settings.replaceAll(" × ", "\u00a0×\u00a0")), " ", name),
      cell("shape", state === "unreached" ? words.unreached : line.shape),
      cell("parameters", line.parameters), cell("macs", line.macs), cell("field", line.field), cell("memory", line.memory));
    row.style.setProperty("--depth", line.depth);
    row.style.setProperty("--share", `${100 * line.share}%`);
    row.onclick = ({ target }) => { if (!target.closest("button") && open !== at) toggle(at, true); };
    rows.set(at, row);
    const extra = [];
    if (state === "broken") extra.push(explained(view.problem));
    if (opened) extra.push(editor(line, at));
    return [row, ...extra.map((part) =>
      make("div.extra", { role: "row", "data-of": at }, make("div", { role: "gridcell" }, part)))];
  }

  function explained({ text, repairs }) {
    return make("div.problem", { role: "group" }, make("p", text), make("p", words.works),
      make("div.repairs", ...repairs.map(({ text: repair, then }, number) =>
        make("div", button(repair, () => ask({ do: "repair", number }), { "data-key": `repair ${number}` }),
          then ? make("small", tell("then", { problem: then })) : ""))));
  }

  function editor(line, at) {
    const message = { at: line.at }, does = (name, what) => act(name, { ...message, ...what });
    const remark = view.remark ? make("p.remark", { role: "alert" }, view.remark) : "";
    const layer = line.what === "layer" || line.what === "block";
    const adding = words[`add ${line.what}`] ?? words.add;
    return make("div.editor", line.about ? make("p", line.about) : "",
      line.fields.length ? make("div.fields", ...line.fields.map((one) => field(line, one))) : "", remark,
      make("div.formulas", ...line.formulas.map((text) => make("code", text)),
        line.place ? make("code.place", line.place) : "",
        ...["macs", "field", "memory"].filter((name) => line[name]).map((name) =>
          make(`span.only-narrow`, `${words[`column ${name}`]}: ${line[name]}`))),
      make("div.tools", layer ? does("remove", { do: "remove" }) : line.removable ? does("remove", { do: "remove" }) : "",
        layer ? does("up", { do: "move", by: -1 }) : "", layer ? does("down", { do: "move", by: 1 }) : "",
        line.join === "cat"
          ? does("more branches", { do: "branches", count: line.branches + 1 }) : "",
        button(words.close, () => toggle(at, false), { "data-key": "close" })),
      make("div.palette", { role: "group", "aria-label": adding }, make("span", `${adding}:`),
        ...words.palette.map(({ kind, name }) => button(name, ({ detail }) => {
          opens = detail ? "line" : "field"; // a field that is focused by touch would open the keyboard of a phone
          ask({ ...message, do: "add", kind });
        }, { "data-key": `add ${kind}` }))));
  }

  function field(line, { name, value, choices, empty }) {
    const set = (text) => ask({ do: "set", at: line.at, name, text });
    const label = make("span", name);
    if (choices.length) {
      const box = make("select", { "data-key": name, "aria-label": name },
        ...choices.map((choice) => make("option", choice)));
      box.value = value;
      box.onchange = () => set(box.value);
      return make("label", label, box);
    }
    const box = make("input", { "data-key": name, "aria-label": name, inputmode: name === "p" ? "decimal" : "text",
      autocomplete: "off", maxlength: 40, placeholder: empty || "" });
    box.value = box.defaultValue = value;
    box.onchange = () => set(box.value);
    const step = (by) => {
      const next = stepped(box.value || (empty || "").replace(/\D/g, ""), by, name === "p" ? 0.1 : 1);
      if (next !== undefined) { box.value = next; set(next); }
    };
    box.onkeydown = (event) => {
      const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (!by && event.key !== "Enter") return;
      event.preventDefault(); // JupyterLab does so for Enter, and then there is no change event
      if (by) step(by);
      else set(box.value);
    };
    const bump = (sign, by, said) => button(sign, () => step(by), {
      "aria-label": tell(said, { name }), tabindex: -1, "data-key": `${name} ${by}` });
    return make("label", label, make(`span.number${empty || /×/.test(value) ? ".wide" : ""}`, bump("−", -1, "less"), box, bump("+", 1, "more")));
  }

  function toggle(at, opening) {
    open = opening ? at : null;
    here = at;
    draw();
    rows.get(at).focus({ preventScroll: true });
    reveal();
  }
  /** Scrolls to the line that Tab leads to, and to what stands below it. */
  function reveal() {
    for (const one of [...grid.querySelectorAll(`[data-of="${here}"]`), rows.get(here)]) one.scrollIntoView({ block: "nearest" });
  }
  function fold(line) {
    here = key(line.at);
    ask({ do: "fold", at: line.at, fold: !line.folded });
  }
  function go(at) {
    rove(at);
    rows.get(at)?.focus();
    rows.get(at)?.scrollIntoView({ block: "nearest" });
  }
  /** Makes a line the one to which Tab leads. */
  function rove(at) {
    here = at;
    for (const [name, row] of rows) row.tabIndex = name === at ? 0 : -1;
  }

  function onkeydown(event) {
    const { key: pressed, altKey, ctrlKey, metaKey, shiftKey, target } = event, command = ctrlKey || metaKey;
    const typing = target.matches("input, select, pre"), row = target.closest("[role=row]");
    if (pressed === "s" && command) return save(event);
    if (command && !typing && /^[zy]$/i.test(pressed)) {
      event.preventDefault();
      return ask({ do: /y/i.test(pressed) || shiftKey ? "redo" : "undo" });
    }
    if (pressed === "Escape" && open !== null && row) return toggle(open, false);
    if (!target.matches("[role=row][data-at]") || command) return;
    const names = [...rows.keys()], place = names.indexOf(here), line = view.lines[place];
    const move = (to) => go(names[Math.max(0, Math.min(names.length - 1, to))]);
    const keys = {
      ArrowDown: () => (altKey ? line.what !== "branch" && ask({ do: "move", at: line.at, by: 1 }) : move(place + 1)),
      ArrowUp: () => (altKey ? line.what !== "branch" && ask({ do: "move", at: line.at, by: -1 }) : move(place - 1)),
      Home: () => move(0),
      End: () => move(names.length - 1),
      ArrowRight: () => (line.folded ? fold(line) : line.folded === false && move(place + 1)),
      ArrowLeft: () => (line.folded === false ? fold(line) : line.at.length > 1 && go(key(line.at.slice(0, -1)))),
      Enter: () => edit(here),
      " ": () => edit(here),
      Delete: () => ask({ do: "remove", at: line.at }),
      Backspace: () => ask({ do: "remove", at: line.at }),
      a: () => edit(here, "add conv"),
    };
    const does = keys[pressed] ?? keys[pressed.toLowerCase()];
    if (!does) return;
    event.preventDefault();
    does();
  }
  /** Opens a line and goes to the button of that key, or to its first field; without fields to the line. */
  function edit(at, name) {
    if (open !== at) { open = at; here = at; draw(); }
    const box = grid.querySelector(`[data-of="${at}"] .editor`);
    (box.querySelector(name ? `[data-key="${name}"]` : ".fields :is(input, select)") ?? rows.get(at)).focus();
  }

  async function copyCode() {
    try {
      await navigator.clipboard.writeText(view.code);
      copied.textContent = view.problem ? words["copied broken"] : words.copied;
    } catch {
      all.querySelector("details").open = true;
      getSelection().selectAllChildren(code);
      copied.textContent = words["not copied"];
    }
    live.textContent = copied.textContent;
  }

  /** Where the focus is, with what was typed and not yet sent. */
  function focused() {
    const element = root.getRootNode().activeElement;
    if (!all.contains(element)) return null;
    const typed = element.matches("input") && element.value !== element.defaultValue ? element.value : undefined;
    return { at: element.closest("[data-of]")?.dataset.of ?? element.dataset.at, name: element.dataset.key, typed,
      selection: element.matches("input") ? [element.selectionStart, element.selectionEnd] : null };
  }
  /** Gives the focus back after everything was drawn anew. */
  function restore({ at, name, typed, selection }) {
    if (all.contains(root.getRootNode().activeElement)) return;
    const box = at === here && !opens && name && grid.querySelector(`[data-of="${at}"] [data-key="${name}"]`);
    if (!box) return rows.get(here).focus({ preventScroll: true });
    box.focus({ preventScroll: true });
    if (typed !== undefined && !view.remark) box.value = typed;
    if (selection) box.setSelectionRange(...selection);
  }
}

export default {
  render({ model, el }) {
    return mount(el, {
      get: (name) => model.get(name),
      ask: (message) => model.send(message),
      subscribe: (listener) => { model.on("change:view", listener); return () => model.off("change:view", listener); },
    });
  },
};

function make(what, ...children) {
  const attributes = children[0]?.constructor === Object ? children.shift() : {};
  const [tag, ...classes] = what.split("."), element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.dataset.lmSuppressShortcuts = ""; // otherwise JupyterLab uses the arrow keys itself
  element.append(...children);
  return element;
}
function button(text, onclick, attributes = {}) {
  return Object.assign(make("button", { type: "button", ...attributes }, text), { onclick });
}
/** Returns a text with values in place of their names. */
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
/** Returns each number of a text made larger, "3 × 3" too; undefined where one would be below 0 or there is none. */
function stepped(text, by, size) {
  if (!/^[\d.\s×x,]+$/.test(text)) return undefined;
  const next = text.replace(/[\d.]+/g, (number) => +(Number(number) + by * size).toFixed(2));
  return /-/.test(next) ? undefined : next;
}
/** JupyterLab takes no shortcut from within a widget, so Ctrl+S is handed on. */
function save(event) {
  event.preventDefault();
  document.body.dispatchEvent(new KeyboardEvent("keydown", event));
}
const key = (at) => at.join(".");
