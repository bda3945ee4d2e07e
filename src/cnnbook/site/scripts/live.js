// The live elements of a page: each is drawn at once by its widget's own script, and answered by Python.
//
// The build puts the widgets' scripts, WORDS, VERSION and the other files of this folder in front of this one.

const WIDGETS = { ask: cards, practice: cards, quiz: cards, sketch: sketches, explorer: explorers };
const SLOW = 150; // milliseconds until the page says that Python starts

function make(tag, className, text = "", attributes = {}) {
  const node = Object.assign(document.createElement(tag), { className, textContent: text });
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

/** Returns a text with values in place of their names. */
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** Returns what keeps an anywidget's values; `send` takes what the widget says to Python. */
function modelOf(values, send) {
  const listeners = new Map();
  const tell = (event) => { for (const listener of [...(listeners.get(event) ?? [])]) listener(); };
  return {
    get: (name) => values[name],
    set(changes, value) {
      const all = typeof changes === "string" ? { [changes]: value } : changes;
      Object.assign(values, all);
      for (const name of Object.keys(all)) tell(`change:${name}`);
      tell("change");
    },
    on: (event, listener) => listeners.set(event, (listeners.get(event) ?? new Set()).add(listener)),
    off: (event, listener) => listeners.get(event)?.delete(listener),
    send,
    save_changes() {},
  };
}

/** Draws one element. `key` is the name under which the browser keeps what is done in it. */
function live(root, key) {
  const kind = root.dataset.live, first = JSON.parse(root.querySelector("script").textContent);
  const instead = root.querySelector(".cnnbook-instead");
  const drawn = make("div", "cnnbook-drawn"), remark = make("p", "cnnbook-remark", "", { role: "status" });
  const retry = Object.assign(make("button", "cnnbook-again", WORDS.again), { type: "button", hidden: true });
  const given = JSON.parse(root.dataset.given);
  let done = kept() ?? { given, log: [], traits: {} }, model, known = false;

  root.prepend(drawn, remark, retry);
  instead.hidden = true;
  retry.onclick = () => { revive(); engine.start().then(revive, fail); };
  drawn.addEventListener("keydown", indent, true);
  if (kind !== "explorer") {
    const wake = () => engine.start().catch(fail);
    for (const event of ["focusin", "pointerdown"]) drawn.addEventListener(event, wake, { once: true });
    engine.onstart(() => { known = false; });
  }
  const due = kind === "practice" && !(given?.kind ?? (typeof given === "string" ? given : null));
  const next = Object.assign(make("button", "cnnbook-due", WORDS.due), { type: "button", onclick: draw_due });
  if (due) drawn.before(next);
  draw(first);

  function draw(state) {
    drawn.replaceChildren();
    model = modelOf({ ...state, ...done.traits }, send);
    WIDGETS[kind].render({ model, el: drawn });
    next.hidden = !store.get(RECORD);
  }

  function kept() {
    try {
      const found = JSON.parse(store.get(key));
      return found?.version === VERSION && found.of === root.dataset.given ? found : null;
    } catch {
      return null;
    }
  }

  function keep() {
    store.set(key, JSON.stringify({ ...done, version: VERSION, of: root.dataset.given }));
    say(store.lasts ? "" : WORDS["not kept"]);
  }

  function say(text) {
    remark.textContent = text;
  }

  /** Shows one line, and the sheet in place of what cannot be answered. */
  function fail(error) {
    say(error.message);
    drawn.hidden = true;
    instead.hidden = retry.hidden = false;
  }

  function revive() {
    say("");
    drawn.hidden = false;
    instead.hidden = retry.hidden = true;
  }

  const hear = (message) => engine.ask(() => {
    const log = known ? [] : done.log; // Python that has started anew hears again what it had heard
    known = true;
    return { do: "hear", live: key, kind, given: done.given, log, message };
  });

  async function send(message) {
    const slow = setTimeout(() => say(WORDS.starting), SLOW);
    try {
      let reply, heard = message;
      try {
        reply = await hear(message);
      } catch (error) {
        if (error.name !== "late" || message.do !== "check") throw error;
        say(error.message);
        heard = { ...message, do: "ended", seconds: PATIENCE };
        reply = await hear(heard);
      }
      clearTimeout(slow);
      note(reply.record);
      done.log.push(heard);
      if (reply.given) Object.assign(done, { given: reply.given, log: [] });
      Object.assign(done.traits, reply.traits);
      keep();
      model.set(reply.traits);
    } catch (error) {
      clearTimeout(slow);
      if (["no engine", "no worker", "no start"].includes(error.name)) fail(error);
      else say(error.message);
    }
  }

  /** Asks the exercise that the record suggests now in place of what stands here. */
  async function draw_due() {
    const slow = setTimeout(() => say(WORDS.starting), SLOW);
    try {
      const { given: suggested, state } = await engine.ask(() => ({ do: "due", live: key, given }));
      clearTimeout(slow);
      done = { given: suggested, log: [], traits: { card: state.card } };
      known = true;
      keep();
      draw(state);
      drawn.querySelector("input, textarea")?.focus();
    } catch (error) {
      clearTimeout(slow);
      fail(error);
    }
  }

  function note(lines = []) {
    if (!lines.length) return;
    store.set(RECORD, `${store.get(RECORD) ?? ""}${lines.join("\n")}\n`);
    document.dispatchEvent(new CustomEvent("cnnbook:record"));
  }

  document.addEventListener("cnnbook:record", () => { next.hidden = !store.get(RECORD); });
}

/** A new line of Python begins where the one before it begins, further in after a colon; Ctrl+Enter checks. */
function indent(event) {
  const { target: box } = event;
  if (event.key !== "Enter" || box.localName !== "textarea" || event.ctrlKey || event.metaKey) return;
  event.stopPropagation(); // the card takes Enter for Check
  if (event.isComposing || event.shiftKey || box.readOnly) return;
  event.preventDefault();
  const line = box.value.slice(0, box.selectionStart).split("\n").pop();
  const deeper = line.trimEnd().endsWith(":") ? "    " : "";
  box.setRangeText(`\n${line.match(/^ */)[0]}${deeper}`, box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

function drawAll() {
  const runs = typeof WebAssembly === "object" && typeof Worker === "function" && typeof DecompressionStream === "function";
  [...document.querySelectorAll(".cnnbook-live[data-live]:not([data-drawn])")].forEach((root, number) => {
    root.dataset.drawn = "";
    if (runs || root.dataset.live === "explorer") live(root, `cnnbook.at ${location.pathname} ${number}`);
    else root.prepend(make("p", "cnnbook-remark", WORDS["no python"], { role: "status" }));
  });
}

/** What the page itself can ask for: the record as a file, such a file taken over, and how far one is. */
self.cnnbook = {
  /** Returns the text of the answers file; `learner` is whose it is. */
  export: async (learner = "") => (await engine.ask(() => ({ do: "export", learner }))).text,
  /** Adds the tries of such a file, each once, and returns how many were new. */
  async import(text) {
    const { record, new: count } = await engine.ask(() => ({ do: "import", text }));
    store.set(RECORD, record);
    document.dispatchEvent(new CustomEvent("cnnbook:record"));
    return count;
  },
  /** Returns what was tried, what is due and what is next, as HTML; `kinds` is the page with a place for each kind. */
  progress: async (kinds = "") => (await engine.ask(() => ({ do: "progress", kinds }))).html,
  /** Forgets the record and what was done in all elements. */
  clear() {
    for (const name of store.names()) if (name.startsWith("cnnbook.")) store.remove(name);
    document.dispatchEvent(new CustomEvent("cnnbook:record"));
    if (engine.alive) engine.ask(() => ({ do: "start", record: "" }));
  },
  /** Whether what is done here outlasts the page. */
  get lasts() { return store.lasts; },
};

addEventListener("storage", ({ key }) => { // another tab has noted a try
  if (key === RECORD && engine.alive) engine.ask(() => ({ do: "start", record: store.get(RECORD) ?? "" }));
});
drawAll();
