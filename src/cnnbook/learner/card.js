// A card of questions. It draws what Python says and sends what the learner does: no answer is known here.
//
// `store` is what an anywidget model is, as far as it is needed: get(name), on(event, f), off(event, f) and
// send(message). store.get("words") names the buttons; store.get("card") is the question in front.

const PATIENCE = 5000; // milliseconds until a silent kernel is mentioned
const SIGNS = { right: "✓", wrong: "✕", follows: "→" };

function make(tag, className = "", text = "", attributes = {}) {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text; // always text: nothing typed or told becomes HTML
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

// Lines with bars in them are rows of a table, as a trace prints them; its first row names the columns.
function lines(text) {
  let table = null;
  return text.split("\n").flatMap((line) => {
    if (!line.includes(" | ")) {
      table = null;
      return [make("p", "", line)];
    }
    const row = make("tr");
    row.append(...line.split("|").map((cell) => make(table ? "td" : "th", "", cell.trim())));
    const first = !table;
    table ??= make("table");
    table.append(row);
    return first ? [table] : [];
  });
}

export function mount(root, store) {
  const words = store.get("words");
  const id = `quiz-${crypto.getRandomValues(new Uint32Array(2)).join("")}`;
  const drafts = new Map(); // what stands in the boxes of questions that are not in front
  let inFront = null;
  let inputs = [];
  let waiting = null;
  const typed = () => inputs.map((input) => input.value);

  const button = (name, className = "") => {
    const node = make("button", className, words[name]);
    node.onclick = () => send(name);
    return node;
  };

  const section = make("section", "cnnbook-quiz");
  section.dataset.lmSuppressShortcuts = "true"; // Enter and letters are the learner's, not JupyterLab's
  const header = make("header");
  header.append(...["title", "where", "score"].map((name) => make("span", name)));
  const marks = make("div", "marks", "", { role: "img" });
  // No form: JupyterLab keeps Enter from submitting one.
  const task = make("div", "", "", { role: "group", "aria-labelledby": `${id}-prompt` });
  const prompt = make("div", "prompt", "", { id: `${id}-prompt` });
  const boxes = make("div", "boxes");
  const check = button("check", "primary check");
  const said = make("div", "said", "", { role: "status" });
  task.append(prompt, boxes, said);
  const hints = make("ol", "hints", "", { "aria-live": "polite", "aria-label": words.hints });
  const [hint, solve, another] = [button("hint"), button("solve"), button("another")];
  const [previous, next] = [button("previous"), button("next")];
  const footer = make("footer");
  footer.append(hint, solve, another, make("span", "space"), previous, next);
  section.append(header, marks, task, hints, footer);
  root.append(section);

  function send(action) {
    if (waiting) return;
    const card = store.get("card");
    const message = { do: action };
    if (action === "check") message.typed = typed();
    const step = { previous: -1, next: 1 }[action];
    if (step) Object.assign(message, { do: "go", to: card.at + step });
    drafts.set(card.id, typed());
    waiting = { action, typed: message.typed, timer: setTimeout(silent, PATIENCE) };
    store.send(message);
  }

  function silent() {
    waiting = null;
    say({ outcome: "silent", sign: "…", word: words.silent, message: "", hint: "" });
  }

  function say({ outcome, sign, word, message, hint: question }) {
    said.dataset.outcome = outcome;
    const first = make("p");
    if (word) {
      const strong = make("strong");
      strong.append(make("span", "", sign, { "aria-hidden": true }), ` ${word} `);
      first.append(strong);
    }
    first.append(message);
    said.replaceChildren(first, ...(question ? [make("p", "", question)] : []));
  }

  function build(card) {
    inFront = card.id;
    prompt.replaceChildren(...lines(card.prompt));
    hints.replaceChildren();
    const kept = drafts.get(card.id);
    inputs = card.boxes.map((box, index) => {
      const own = `${id}-${index}`;
      const input = make("input", "", "", { id: own, autocomplete: "off", maxlength: 200 });
      input.value = kept?.[index] ?? box.text;
      input.setAttribute("aria-describedby", `${own}-verdict`);
      input.oninput = judge;
      input.onkeydown = (event) => press(event, index);
      return input;
    });
    boxes.replaceChildren(
      ...inputs.map((input, index) => {
        const name = make("label", "name", card.boxes[index].label, { for: input.id });
        const box = make("div", "box");
        box.append(name, input, make("span", "verdict", "", { id: `${input.id}-verdict` }));
        return box;
      }),
      check,
    );
  }

  // A verdict is about what was checked: it goes as soon as something else stands in its box.
  function judge() {
    store.get("card").boxes.forEach((box, index) => {
      const input = inputs[index];
      const verdict = input.value === box.text ? box.verdict : "";
      input.nextElementSibling.textContent = verdict && `${SIGNS[verdict]} ${box.says}`;
      input.parentElement.dataset.verdict = verdict;
      input.setAttribute("aria-invalid", verdict === "wrong");
    });
  }

  // JupyterLab takes no shortcut from within a widget: Ctrl+S is handed on to save the card.
  function save(event) {
    const { key, keyCode, ctrlKey, metaKey } = event;
    if (key !== "s" || !(ctrlKey || metaKey)) return;
    event.preventDefault();
    const keys = { key, keyCode, ctrlKey, metaKey, bubbles: true, cancelable: true };
    document.body.dispatchEvent(new KeyboardEvent("keydown", keys));
  }

  function press(event, index) {
    save(event);
    if (event.key === "Enter" && !event.isComposing && !store.get("card").over) send("check");
    const { selectionStart: start, selectionEnd: end, value } = event.target;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const edge = start === end && start === (step === 1 ? value.length : 0);
    if (!step || !edge || event.shiftKey || !inputs[index + step]) return;
    event.preventDefault();
    inputs[index + step].focus();
  }

  function draw() {
    const card = store.get("card");
    if (card.id !== inFront) build(card);
    section.setAttribute("aria-label", card.title);
    for (const node of header.children) node.textContent = card[node.className];
    marks.setAttribute("aria-label", card.marks_said);
    marks.replaceChildren(
      ...card.marks.map(({ state, sign }, index) =>
        make("span", index === card.at ? "mark current" : "mark", sign, { "data-state": state }),
      ),
    );
    inputs.forEach((input, index) => {
      if (input.value === waiting?.typed?.[index]) input.value = card.boxes[index].text;
      input.readOnly = card.over;
    });
    judge();
    say(card.said);
    for (const text of card.hints.slice(hints.children.length)) hints.append(make("li", "", text));
    for (const node of [check, hint, solve]) node.hidden = card.over;
    another.hidden = !card.another;
    marks.hidden = previous.hidden = next.hidden = card.marks.length < 2;
    previous.disabled = card.at === 0;
    next.disabled = card.at === card.marks.length - 1;
    next.classList.toggle("primary", card.over && !next.disabled);
    another.classList.toggle("primary", card.over && next.disabled);
  }

  // Who works by keyboard goes on where the work is: the wrong box, or the button that leads on.
  function follow(action) {
    const card = store.get("card");
    const onward = [next, another].find((node) => node.classList.contains("primary") && !node.hidden);
    if (card.over) (onward ?? inputs[0]).focus();
    else if (action === "check") {
      const wrong = inputs.find((_, index) => card.boxes[index].verdict === "wrong");
      if (wrong || !inputs.includes(document.activeElement)) (wrong ?? inputs[0]).focus();
      wrong?.select();
    } else if (action !== "hint") inputs[0].focus();
  }

  function changed() {
    draw();
    if (!waiting) return;
    clearTimeout(waiting.timer);
    const { action } = waiting;
    waiting = null;
    follow(action);
  }

  store.on("change:card", changed);
  draw();
  return () => {
    clearTimeout(waiting?.timer);
    store.off("change:card", changed);
    section.remove();
  };
}

export default { render: ({ model, el }) => mount(el, model) };
