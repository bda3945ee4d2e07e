// One convolution or pool, drawn with its numbers. `mount` reads the settings from a store; the functions at
// the end make one, for JupyterLab and for a page without a kernel. Such a page cannot ask Python, so `layer`
// repeats the rules of cnnbook.arithmetic; a test holds the two equal.

const SLIDERS = [
  ["height", 1, 12, "height"], ["width", 1, 12, "width"], ["kernel_size", 1, 7, "kernel size k"],
  ["stride", 1, 4, "stride s"], ["padding", 0, 3, "padding p"], ["dilation", 1, 3, "dilation d"],
];
const CHOICES = {
  kind: { convolution: "convolution", max: "max pooling", average: "average pooling" },
  kernel: { edge: "edge: right − left", ones: "ones: sum", identity: "identity: copy" },
};
const STATE = ["size", "kernel_size", "stride", "padding", "dilation", "kind", "kernel", "cell"];

/** Returns what follows from the settings: the output's size or what is wrong, and functions for each number. */
export function layer({ size, kernel_size: k, stride: s, padding: p, dilation: d, kind, kernel }) {
  const span = d * (k - 1) + 1;
  const output = size.map((n) => Math.floor((n + 2 * p - span) / s) + 1);
  const square = size[0] === size[1];
  const problem = refusal();
  const lines = size.map((n, axis) => `floor((${n} + 2×${p} - ${d}×(${k} - 1) - 1)/${s}) + 1 = ${output[axis]}`);
  const formula = problem ? [] : square ? [lines[0]] : [`H: ${lines[0]}`, `W: ${lines[1]}`];
  return { span, output, problem, formula, inside, pixel, weight, taps, value };

  function inside(y, x) {
    return y >= 0 && x >= 0 && y < size[0] && x < size[1];
  }
  function pixel(y, x) {
    if (!inside(y, x)) return kind === "max" ? -Infinity : 0;
    return (x % 6 < 3 ? 0 : 6) + (((3 * x + 5 * y + x * y) % 7) % 4);
  }
  function weight(i, j) {
    if (kernel === "ones" || k === 1) return 1;
    if (kernel === "identity") return Number(i === j && i === (k - 1) >> 1);
    return Math.sign(2 * j - k + 1);
  }
  function taps([row, column]) {
    return list(k * k, (tap) => {
      const i = Math.floor(tap / k), j = tap % k, y = row * s - p + i * d, x = column * s - p + j * d;
      return { y, x, pixel: pixel(y, x), weight: kind === "convolution" ? weight(i, j) : 1 };
    });
  }
  function value(cell) {
    const read = taps(cell);
    if (kind === "max") return Math.max(...read.map((tap) => tap.pixel));
    return read.reduce((sum, tap) => sum + tap.pixel * tap.weight, 0) / (kind === "average" ? k * k : 1);
  }
  function refusal() {
    const half = k >> 1;
    if (kind !== "convolution" && p > half) {
      return `a pool's padding is at most half of its kernel (${k} // 2 = ${half}), not ${p}; ` +
        `padding ${half} or a kernel of at least ${2 * p} would do`;
    }
    if (kind === "average" && d > 1) return `dilation is ${d}, average pooling has none in PyTorch; 1 would do`;
    const axis = output.findIndex((count) => count < 1);
    if (axis < 0) return "";
    const needed = Math.ceil((span - size[axis]) / 2);
    return `${square ? "" : `${"HW"[axis]}: `}kernel does not fit: it spans ${span} pixels, the padded input has ` +
      `${size[axis] + 2 * p}; padding >= ${needed}${needed > half ? ` (a pool allows ${half})` : ""} ` +
      `or an input of at least ${span - 2 * p} would do`;
  }
}

/** Draws the explorer into `root` and again whenever the store changes; returns a function that removes it. */
export function mount(root, store) {
  let now, cells, inputs, image, frame, drawn, timer;
  const sliders = SLIDERS.map(([name, min, max, text]) =>
    control(name, text, make("input", { type: "range", min, max }), Number));
  const selects = Object.entries(CHOICES).map(([name, texts]) =>
    control(name, name, make("select", {}, ...Object.entries(texts).map(([value, text]) =>
      make("option", { value }, text))), String));
  const controls = [...sliders, ...selects];
  const button = make("button", { type: "button" });
  button.onclick = () => (timer ? pause() : play());
  const place = make("span.faint");
  const hint = make("span.faint", {}, "Point at a number of the output or tap it, or use the arrow keys there.");
  const bar = make("div.bar", {}, button, place, hint);
  const [stage, key, sum, formula] = ["stage", "key", "sum", "formula"].map((name) => make(`div.${name}`));
  const live = make("div.unseen", { role: "status" });
  const all = make("section.cnnbook-explorer", { "aria-label": "Convolution explorer" },
    make("div.controls", {}, ...controls.map(({ label }) => label)), bar, stage, key,
    make("div.foot", {}, sum, formula), live);
  root.replaceChildren(all);
  const stop = store.subscribe(render);
  render();
  pause();
  return () => { pause(); stop(); all.remove(); };

  function control(name, text, input, read) {
    const shown = make("b");
    input.ariaLabel = text;
    input.oninput = () => change(name, read(input.value));
    return { name, input, shown, label: make("label", {}, make("span", {}, text, shown), input) };
  }
  function change(name, value) {
    pause();
    const [height, width] = store.get("size");
    const sizes = { height: [value, width], width: [height, value] };
    store.set(sizes[name] ? { size: sizes[name] } : { [name]: value });
  }

  function render() {
    const state = Object.fromEntries(STATE.map((name) => [name, store.get(name)]));
    const settings = JSON.stringify({ ...state, cell: 0 });
    if (settings !== drawn) {
      drawn = settings;
      now = { ...state, ...layer(state) };
      draw();
    }
    if (now.problem) return;
    now.cell = state.cell.map((at, axis) => Math.min(at, now.output[axis] - 1));
    light();
  }

  function draw() {
    const { size, kernel_size: k, padding: p, stride: s, dilation: d, problem, kind, span } = now;
    const output = problem ? [0, 0] : now.output, padded = size.map((n) => n + 2 * p);
    const settings = { ...now, height: size[0], width: size[1] };
    for (const { name, input, shown, label } of controls) {
      input.value = settings[name];
      if (input.type === "range") shown.textContent = settings[name];
      label.hidden = name === "kernel" && kind !== "convolution";
    }
    all.style.setProperty("--columns", padded[1]);
    all.style.setProperty("--together", padded[1] + k + output[1] + 2);

    // The rows and the columns that windows read. A pixel is read if its row and its column are.
    const seen = output.map((count) => new Set(list(count * k, (i) => Math.floor(i / k) * s - p + (i % k) * d)));
    const never = (y, x) => !problem && !(seen[0].has(y) && seen[1].has(x));
    inputs = [];
    image = grid("img", padded, -p, (y, x) => {
      const inside = now.inside(y, x), box = cell(now.pixel(y, x));
      box.classList.toggle("pad", !inside);
      box.classList.toggle("never", never(y, x));
      if (inside) box.style.setProperty("--shade", `${now.pixel(y, x) * 3}%`);
      inputs.push(box);
      return box;
    });
    image.style.setProperty("--span", span);
    image.setAttribute("aria-label", `input, ${by(size)}`);
    frame = make("i.frame");
    if (!problem) image.append(frame);

    const weighs = kind === "convolution";
    const kernel = grid("img", [k, k], 0, (i, j) => cell(weighs ? now.weight(i, j) : ""));
    const weights = now.taps([0, 0]).map((tap) => spoken(tap.weight));
    kernel.setAttribute("aria-label", weighs ? `kernel, row by row: ${weights.join(", ")}` : "no weights");

    cells = [];
    const result = grid("grid", output, 0, (row, column) => {
      const value = now.value([row, column]), box = cell(value);
      box.setAttribute("role", "gridcell");
      box.setAttribute("aria-label", `row ${row}, column ${column}: ${spoken(value)}`);
      box.onpointermove = () => { pause(); choose(row, column); }; // also when the page scrolls under the mouse
      box.onclick = () => choose(row, column).focus();
      box.onkeydown = press;
      cells.push(box);
      return box;
    });
    result.setAttribute("aria-label", `output, ${by(output)}`);

    const figures = [
      figure(`input ${by(size)}${p ? `, padded ${by(padded)}` : ""}`, image),
      figure(`${weighs ? "kernel" : "window"} ${by([k, k])}`, kernel, weighs ? "" : "no weights"),
    ];
    figures.push(problem ? make("p.problem", {}, `No output. ${problem}.`) : figure(`output ${by(output)}`, result));
    stage.replaceChildren(...figures);
    bar.style.visibility = problem ? "hidden" : "";
    sum.replaceChildren();
    if (problem) live.textContent = `No output. ${problem}.`;
    const unread = image.querySelectorAll(".never"), missed = image.querySelectorAll(".never:not(.pad)").length;
    const kinds = [
      [1, "lit", "in the window"], [kind === "max", "won", "the largest"], [d > 1 && k > 1, "gap", "skipped"],
      [p, "pad", "padding"], [unread.length, "never", `never read: ${missed} of ${size[0] * size[1]} pixels`],
    ];
    key.replaceChildren(...kinds.filter(([occurs]) => occurs && !problem).map(([, name, text]) =>
      make("span", {}, make(`b.cell.${name}`), text)));
    formula.replaceChildren(...["output size = floor((n + 2p - d(k - 1) - 1)/s) + 1", ...now.formula]
      .map((line) => make("p", {}, line)));
  }

  function light() {
    const { kernel_size: k, padding: p, stride: s, dilation: d, kind, span, output, size } = now;
    const [row, column] = now.cell, at = row * output[1] + column;
    const taps = now.taps(now.cell), value = now.value(now.cell);
    const won = kind === "max" ? taps.findIndex((tap) => tap.pixel === value) : -1;
    inputs.forEach((box, index) => {
      const wide = size[1] + 2 * p, y = Math.floor(index / wide) - row * s, x = (index % wide) - column * s;
      const within = y >= 0 && x >= 0 && y < span && x < span;
      const tap = within && y % d === 0 && x % d === 0;
      box.classList.toggle("lit", tap);
      box.classList.toggle("gap", within && !tap);
      box.classList.toggle("won", tap && (y * k + x) / d === won);
    });
    frame.style.setProperty("--y", row * s);
    frame.style.setProperty("--x", column * s);
    cells.forEach((box, index) => {
      box.classList.toggle("now", index === at);
      box.setAttribute("aria-selected", index === at);
      box.tabIndex = index === at ? 0 : -1;
    });
    place.textContent = `position ${at + 1} of ${cells.length}`;
    explain(taps, value, won);
    const covers = `rows ${range(row * s - p, span)}, columns ${range(column * s - p, span)}`;
    const from = won < 0 ? "" : `, from row ${taps[won].y}, column ${taps[won].x}`;
    image.setAttribute("aria-label", `input, ${by(size)}; the window is at ${covers}`);
    if (!timer) live.textContent = `Output row ${row}, column ${column}: ${spoken(value)}${from}. Window at ${covers}.`;
  }

  function explain(taps, value, won) {
    const { kernel_size: k, kind } = now;
    const total = taps.reduce((whole, tap) => whole + tap.pixel, 0);
    const exact = value === +value.toFixed(2) || value === -Infinity;
    const [what, before] = {
      convolution: ["the sum of pixel × weight", ""],
      max: ["the largest pixel of the window", ""],
      average: ["the mean of the window's pixels", `= ${total}/${k * k} `],
    }[kind];
    const terms = taps.map(({ y, x, pixel, weight }, index) => {
      const times = kind !== "convolution" ? "" : weight < 0 ? `×(${number(weight)})` : `×${weight}`;
      const then = index === taps.length - 1 ? "" : kind === "max" ? "," : " +";
      const look = index === won ? "span.won" : now.inside(y, x) ? "span" : "span.faint";
      return make("span", {}, make(look, {}, number(pixel) + times), then);
    });
    const table = make("div.terms", {}, ...terms);
    table.style.setProperty("--k", k);
    sum.replaceChildren(make("p", {}, `output[${now.cell.join(", ")}] is ${what}:`), table,
      make("p.result", {}, before, exact ? "= " : "≈ ", make("b.now", {}, number(value))));
  }

  function choose(row, column) {
    const next = [row, column].map((at, axis) => Math.max(0, Math.min(at, now.output[axis] - 1)));
    if (next.join() !== now.cell.join()) store.set({ cell: next });
    return cells[next[0] * now.output[1] + next[1]];
  }
  function press(event) {
    const [row, column] = now.cell, far = event.ctrlKey;
    const next = {
      ArrowUp: [row - 1, column], ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1],
      Home: [far ? 0 : row, 0], End: [far ? Infinity : row, Infinity],
    }[event.key];
    if (!next) return;
    event.preventDefault();
    pause();
    choose(...next).focus();
  }

  function play() {
    const step = (to) => choose(Math.floor(to / now.output[1]), to % now.output[1]);
    const at = () => cells.findIndex((box) => box.tabIndex === 0);
    timer = setInterval(() => (at() + 1 < cells.length ? step(at() + 1) : pause()), 800);
    if (at() + 1 === cells.length) step(0);
    name("❚❚", "Pause");
  }
  function pause() {
    const played = timer;
    clearInterval(timer);
    timer = 0;
    name("▶\uFE0E", "Play");
    if (played && !now.problem) light(); // so that a screen reader says where it stopped
  }
  function name(glyph, word) {
    button.textContent = `${glyph} ${word}`;
    button.ariaLabel = word;
  }
}

/** Returns a store for a page without a kernel; `values` has all settings and the cell. */
export function memory(values) {
  const listeners = new Set();
  return {
    get: (name) => values[name],
    set: (changes) => { Object.assign(values, changes); listeners.forEach((listener) => listener()); },
    subscribe: (listener) => { listeners.add(listener); return () => listeners.delete(listener); },
  };
}

/** Draws an explorer into each element of a page that holds an explorer's settings. */
export function host(page) {
  for (const root of page.querySelectorAll("[data-convolution-explorer]")) {
    mount(root, memory(JSON.parse(root.dataset.convolutionExplorer)));
    delete root.dataset.convolutionExplorer;
  }
}

export default {
  render({ model, el }) {
    return mount(el, {
      get: (name) => model.get(name),
      set: (changes) => { model.set(changes); model.save_changes(); },
      subscribe: (listener) => { model.on("change", listener); return () => model.off("change", listener); },
    });
  },
};

function make(what, attributes = {}, ...children) {
  const [tag, ...classes] = what.split("."), element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.dataset.lmSuppressShortcuts = ""; // otherwise JupyterLab uses the arrow keys itself
  element.append(...children);
  return element;
}
function cell(value) {
  const text = value === "" ? "" : number(value);
  return make(text.length > 3 ? "span.cell.long" : "span.cell", {}, make("span", {}, text));
}
function grid(role, [rows, columns], first, content) {
  const head = (at, role) => make("span.head", { role }, number(first + at));
  const line = (...cells) => make("div", { role: "row" }, ...cells);
  const box = make("div.grid", { role }, line(make("span"), ...list(columns, (j) => head(j, "columnheader"))),
    ...list(rows, (i) => line(head(i, "rowheader"), ...list(columns, (j) => content(first + i, first + j)))));
  box.style.setProperty("--n", columns);
  return box;
}
function figure(caption, picture, note = "") {
  return make("figure", {}, make("figcaption", {}, caption), picture, make("small.faint", {}, note));
}
function list(count, item) {
  return Array.from({ length: count }, (_, index) => item(index));
}
const number = (value) => (value === -Infinity ? "−∞" : String(+value.toFixed(2)).replace("-", "−"));
const spoken = (value) => number(value).replace("∞", "infinity").replace("−", "minus ");
const by = ([height, width]) => `${height} × ${width}`;
const range = (from, count) => `${spoken(from)} to ${spoken(from + count - 1)}`;
