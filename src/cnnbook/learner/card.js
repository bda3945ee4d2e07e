// A card of questions. It draws what Python says and sends what is done: no answer is known here.
//
// `store` has an anywidget model's get(name), on(event, f), off(event, f) and send(message):
// get("words") names the buttons, get("card") has the questions in front.

const PATIENCE = 5000; // milliseconds until a silent kernel is mentioned

function make(tag, className = "", text = "", attributes = {}) {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text; // always text: nothing becomes HTML
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

const button = (text, onclick, look) => Object.assign(make("button", look, text), { onclick });

// Lines with bars in them are rows of a table; the first one names the columns.
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

// Radio buttons that together can be used like one box.
function choice(options, id) {
  const node = make("fieldset", "", "", { id, role: "radiogroup" });
  const radios = options.map((text) => {
    const radio = make("input", "", "", { type: "radio", name: id, value: text[0] });
    const label = make("label", "option");
    label.append(radio, text);
    node.append(label);
    return radio;
  });
  const chosen = () => radios.find((radio) => radio.checked);
  Object.defineProperty(node, "value", {
    get: () => chosen()?.value ?? "",
    set: (value) => radios.forEach((radio) => (radio.checked = radio.value === value)),
  });
  node.focus = node.select = () => (chosen() ?? radios[0]).focus();
  return node;
}

// JupyterLab takes no shortcut from within a widget, so Ctrl+S is handed on.
function save(event) {
  if (event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  document.body.dispatchEvent(new KeyboardEvent("keydown", event));
}

// One question: its text, its boxes, and what is said.
function ask({ id, exercise, prompt, options, boxes }, own, words, send) {
  let view;
  const submit = () => send({ do: "check", id, typed: inputs.map((input) => input.value) });

  // No form: JupyterLab keeps Enter from submitting one.
  const node = make("div", "question", "", { role: "group", "aria-labelledby": own });
  node.dataset.exercise = exercise;
  const text = make("div", "prompt", "", { id: own });
  text.append(...lines(prompt));
  const boxed = make("div", "boxes");
  const inputs = boxes.map(({ label, text: typed }, index) => {
    const to = `${own}-${index}`;
    const verdict = make("span", "verdict", "", { id: `${to}-verdict` });
    const input = options.length
      ? choice(options, to)
      : make("input", "", "", { id: to, autocomplete: "off", maxlength: 200 });
    input.setAttribute("aria-describedby", verdict.id);
    input.value = typed;
    input.oninput = judge;
    input.onkeydown = (event) => press(event, index);
    const box = make("div", options.length ? "choice" : "box");
    box.append(make("label", "name", label, { for: to }), input, verdict);
    boxed.append(box);
    return input;
  });
  const check = button(words.check, submit, "primary check");
  boxed.append(check);
  const said = make("div", "said", "", { role: "status" });
  const hints = make("ol", "hints", "", { "aria-live": "polite", "aria-label": words.hints });
  const footer = make("footer");
  const act = (name) => button(words[name], () => send({ do: name, id }));
  const [hint, solve, another] = ["hint", "solve", "another"].map(act);
  footer.append(hint, solve, another);
  node.append(text, boxed, said, hints, footer);

  function say({ outcome, sign, word, message, hint: question }) {
    said.dataset.outcome = outcome;
    const first = make("p", "", message);
    const strong = make("strong", "", ` ${word} `);
    strong.prepend(make("span", "", sign, { "aria-hidden": true }));
    if (word) first.prepend(strong);
    said.replaceChildren(first, ...(question ? [make("p", "", question)] : []));
  }

  // A verdict goes as soon as something else stands in its box.
  function judge() {
    view.boxes.forEach((box, index) => {
      const input = inputs[index];
      const verdict = input.value === box.text ? box.verdict : "";
      input.nextSibling.textContent = verdict && box.says;
      input.parentNode.dataset.verdict = verdict;
      input.setAttribute("aria-invalid", verdict === "wrong");
    });
  }

  function press(event, index) {
    save(event);
    if (event.key === "Enter" && !event.isComposing && !view.over) submit();
    const { selectionStart: start, selectionEnd: end, value } = event.target;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const edge = start === end && start === (step === 1 ? value.length : 0);
    if (!step || !edge || event.shiftKey || !inputs[index + step]) return;
    event.preventDefault();
    inputs[index + step].focus();
  }

  function draw(newest, sent) {
    const old = view?.boxes;
    view = newest;
    inputs.forEach((input, index) => {
      const { text } = view.boxes[index]; // what was typed since stays
      if ([sent?.[index], old?.[index].text].includes(input.value)) input.value = text;
      input[options.length ? "disabled" : "readOnly"] = view.over;
    });
    judge();
    say(view.said);
    for (const text of view.hints.slice(hints.children.length)) hints.append(make("li", "", text));
    for (const one of [check, hint, solve]) one.hidden = view.over;
    hint.disabled = !view.hints_left;
    another.hidden = !view.another;
  }

  // The focus goes to the wrong box, or what leads on.
  function follow(action, next) {
    const wrong = inputs.find((_, index) => view.boxes[index].verdict === "wrong");
    const onward = [node.nextSibling?.querySelector("input"), next, another, inputs[0]];
    if (view.over) onward.find((one) => one && !one.hidden && !one.disabled)?.focus();
    else if (action === "check") {
      if (wrong || !inputs.includes(document.activeElement)) (wrong ?? inputs[0])?.focus();
      wrong?.select();
    } else if (action !== "hint") inputs[0]?.focus();
  }

  return { node, footer, say, draw, follow };
}

export function mount(root, store) {
  const words = store.get("words");
  const own = `quiz-${crypto.getRandomValues(new Uint32Array(2)).join("")}`;
  const asked = new Map(); // all that were in front: their boxes are kept
  const front = () => store.get("card").questions.map(({ id }) => asked.get(id));
  let waiting = null;

  const section = make("section", "cnnbook-quiz");
  section.dataset.lmSuppressShortcuts = "true"; // Enter and letters are the learner's, not JupyterLab's
  const header = make("header");
  header.append(make("span", "title"), make("span", "where"), make("span", "score"));
  const marks = make("div", "marks", "", { role: "img" });
  const questions = make("div");
  const turn = (step) => () => send({ do: "go", to: store.get("card").at + step });
  const [previous, next] = [button(words.previous, turn(-1), "back"), button(words.next, turn(1))];
  section.append(header, marks, questions);
  root.append(section);

  function send(message) {
    if (waiting) return;
    waiting = { message, timer: setTimeout(silent, PATIENCE) };
    store.send(message);
  }

  function silent() {
    const { id } = waiting.message;
    waiting = null;
    const said = { outcome: "silent", sign: "…", word: words.silent, message: "", hint: "" };
    (asked.get(id) ?? front()[0]).say(said);
  }

  function draw() {
    const card = store.get("card");
    section.setAttribute("aria-label", card.title);
    for (const node of header.children) node.textContent = card[node.className];
    marks.setAttribute("aria-label", card.marks_said);
    marks.replaceChildren(
      ...card.marks.map(({ state, sign }, index) =>
        make("span", index === card.at ? "mark current" : "mark", sign, { "data-state": state }),
      ),
    );
    const sent = waiting?.message;
    for (const view of card.questions) {
      const { id } = view;
      if (!asked.has(id)) asked.set(id, ask(view, `${own}-${id}`, words, send));
      asked.get(id).draw(view, sent?.id === id && sent.typed);
    }
    const nodes = front().map(({ node }) => node);
    if (nodes.some((node, at) => node !== questions.children[at])) questions.replaceChildren(...nodes);
    const { footer } = front().at(-1);
    if (!footer.contains(next)) footer.append(previous, next);
    marks.hidden = previous.hidden = next.hidden = !card.marks.length;
    previous.disabled = card.at === 0;
    next.disabled = card.at === card.marks.length - 1;
  }

  function changed() {
    draw();
    if (!waiting) return;
    clearTimeout(waiting.timer);
    const { do: action, id } = waiting.message;
    waiting = null;
    const place = front().indexOf(asked.get(id)) + (action === "another");
    (front()[place] ?? front()[0]).follow(action, next);
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
