// A card of questions. It draws what Python says and sends what is done: no answer is known here.
// `store` is an anywidget model: "words" names the buttons, "card" has the questions.

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
  let table;
  return text.split("\n").map((line) => {
    const cells = line.split(" |").map((cell) => make(table ? "td" : "th", "", cell.trim()));
    table = cells[1] && (table ?? make("table"));
    table?.insertRow().append(...cells);
    return table ?? make(line[0] === " " ? "pre" : "p", "", line); // a table only once
  });
}

// JupyterLab takes no shortcut from within a widget, so Ctrl+S is handed on.
function save(event) {
  if (event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  document.body.dispatchEvent(new KeyboardEvent("keydown", event));
}

// One question: its text, its boxes, and what is said.
function ask({ id, exercise, prompt, type, boxes }, own, words, send) {
  let view;
  const radio = type === "radio"; // a box for each option, whose text is its letter or nothing
  const get = (input) => (radio && !input.checked ? "" : input.value);
  const put = (input, text) => (radio ? (input.checked = text) : (input.value = text));
  const submit = () => send({ do: "check", id, typed: inputs.map(get) });

  // No form: JupyterLab keeps Enter from submitting one.
  const naming = { role: "group", "aria-labelledby": own, "data-exercise": exercise };
  const node = make("div", "question", "", naming);
  const text = make("div", "prompt", "", { id: own });
  text.append(...lines(prompt));
  const boxed = make("div", "boxes");
  const inputs = boxes.map(({ label, text: typed }, index) => {
    const to = `${own}-${index}`;
    const verdict = make("span", "verdict", "", { id: `${to}-verdict` });
    const about = { id: to, name: own, type, "aria-describedby": verdict.id };
    const [tag, maxlength] = type === "code" ? ["textarea", 9999] : ["input", 200];
    const input = make(tag, "", "", { ...about, autocomplete: "off", maxlength });
    input.value = label[0];
    put(input, typed);
    Object.assign(input, { oninput: judge, onkeydown: (event) => press(event, index) });
    const box = make("div", `box ${type}`);
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
    const strong = make("strong", "", word && ` ${word} `);
    strong.prepend(make("span", "", sign, { "aria-hidden": true }));
    said.replaceChildren(...lines(message), ...lines(question));
    said.firstChild.prepend(strong);
  }

  // A verdict goes when its box changes.
  function judge() {
    view.boxes.forEach((box, index) => {
      const input = inputs[index];
      const verdict = get(input) === box.text ? box.verdict : "";
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
      if ([sent?.[index], old?.[index].text].includes(get(input))) put(input, text);
      input[radio ? "disabled" : "readOnly"] = view.over;
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
    const wrong = inputs.find((input) => input.ariaInvalid === "true");
    const onward = [node.nextSibling?.querySelector("[name]"), next, another, inputs[0]];
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
  const own = `quiz-${Math.random().toString(36).slice(2)}`;
  const asked = new Map(); // all that were in front: their boxes are kept
  const front = () => store.get("card").questions.map(({ id }) => asked.get(id));
  let waiting = null;

  const shortcuts = { "data-lm-suppress-shortcuts": true }; // Enter and letters are the learner's
  const section = make("section", "cnnbook-quiz", "", shortcuts);
  const header = make("header");
  header.append(...["title", "where", "score"].map((name) => make("span", name)));
  const [marks, questions] = [make("div", "marks", "", { role: "img" }), make("div")];
  const turn = (step) => () => send({ do: "go", to: store.get("card").at + step });
  const [previous, next] = [button(words.previous, turn(-1), "back"), button(words.next, turn(1))];
  section.append(header, marks, questions);
  root.append(section);

  function send(message) {
    if (waiting && message.do !== "check") return;
    waiting ??= { timer: setTimeout(silent, PATIENCE), left: 0 };
    waiting.message = message;
    waiting.left++;
    store.send(message);
  }

  function silent() {
    const { id } = waiting.message;
    waiting = null;
    (asked.get(id) ?? front()[0]).say(words.silent);
  }

  function draw() {
    const card = store.get("card");
    section.setAttribute("aria-label", card.title);
    for (const node of header.children) node.textContent = card[node.className];
    marks.setAttribute("aria-label", card.marks_said);
    marks.replaceChildren(...card.marks.map(({ look, sign }) => make("span", look, sign)));
    const sent = waiting?.left < 2 && waiting.message;
    for (const view of card.questions) {
      const { id } = view;
      if (!asked.has(id)) asked.set(id, ask(view, `${own}-${id}`, words, send));
      asked.get(id).draw(view, sent.id === id && sent.typed);
    }
    const nodes = front().map(({ node }) => node);
    if (nodes.some((node, at) => node !== questions.children[at])) questions.replaceChildren(...nodes);
    const { footer } = front().at(-1);
    if (!footer.contains(next)) footer.append(previous, next);
    marks.hidden = previous.hidden = next.hidden = !card.marks.length;
    previous.disabled = !card.at;
    next.disabled = card.at === card.marks.length - 1;
  }

  function changed() {
    draw();
    if (!waiting || --waiting.left) return;
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
