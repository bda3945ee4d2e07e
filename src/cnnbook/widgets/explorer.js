// One convolution or pool with its numbers, in cells or as a picture. `mount` reads the settings from a store;
// the functions at the end make one, for JupyterLab and for a page without a kernel. Such a page cannot ask
// Python, so `layer` repeats the rules of cnnbook.arithmetic and of layers.py; a test holds the two equal.

const SLIDERS = {
  height: [1, 12], width: [1, 12], kernel_size: [1, 7], stride: [1, 4], padding: [0, 3], dilation: [1, 3],
};
const STATE = ["size", "kernel_size", "stride", "padding", "dilation", "kind", "kernel", "input", "edits", "cell"];
const TOPS = { numbers: 12, digit: 16, photograph: 255, "colour photograph": 255 }; // drawn darkest, or white
const RED = [213, 94, 0], BLUE = [0, 70, 140]; // after Okabe and Ito; the blue is darker, for print in grey

/** Returns what follows from the settings: the output's size or what is wrong, and functions for each number. */
export function layer(settings) {
  const { kernel_size: k, stride: s, padding: p, dilation: d, kind, input } = settings;
  const channels = planes(settings), count = channels.length, weighs = kind === "convolution";
  const size = sizeOf(channels), span = d * (k - 1) + 1, outside = kind === "max" ? -Infinity : 0;
  const given = weighs ? weights(settings) : [], kernels = given.length === 1 ? list(count, () => given[0]) : given;
  const output = size.map((n) => Math.floor((n + 2 * p - span) / s) + 1);
  const problem = wrongChannels() || wrongNumbers();
  const lines = size.map((n, axis) => `floor((${n} + 2×${p} - ${d}×(${k} - 1) - 1)/${s}) + 1 = ${output[axis]}`);
  const formula = problem ? [] : size[0] === size[1] ? [lines[0]] : [`H: ${lines[0]}`, `W: ${lines[1]}`];
  return { channels, size, kernels, span, output, problem, formula, pixel, taps, value };

  /** The number at a place of the padded input; undefined is no place of the image. */
  function pixel(y, x, channel = 0) {
    return channels[channel][y]?.[x] ?? outside;
  }
  function taps([row, column]) {
    return list(k * k, (tap) => {
      const i = Math.floor(tap / k), j = tap % k;
      return { i, j, y: row * s - p + i * d, x: column * s - p + j * d };
    });
  }
  function value([row, column]) {
    let found = outside;
    for (let channel = 0; channel < count; channel += 1) {
      for (let i = 0; i < k; i += 1) {
        for (let j = 0; j < k; j += 1) {
          const read = pixel(row * s - p + i * d, column * s - p + j * d, channel);
          found = kind === "max" ? Math.max(found, read) : found + read * (weighs ? kernels[channel][i][j] : 1);
        }
      }
    }
    return kind === "average" ? found / (k * k) : found;
  }
  function wrongChannels() {
    if (!weighs && count > 1) {
      return `a pool of ${count} channels has ${count} outputs, the explorer draws one; ` +
        "a convolution or the photograph in grey would do";
    }
    return given.length <= count ? "" : `the kernel has ${given.length} channels, the input ${count}; ` +
      "the photograph in colour or the kernel 'edges' would do";
  }
  function wrongNumbers() {
    const now = { size, kernel_size: k, padding: p, dilation: d }, wrong = refusal(kind, now);
    return wrong && `${wrong}; ${ways(now, input === "numbers", (changed) => !refusal(kind, changed))} would do`;
  }
}

/** Returns what PyTorch refuses about the settings, "" for nothing. */
function refusal(kind, { size, kernel_size: k, padding: p, dilation: d }) {
  const half = k >> 1, span = d * (k - 1) + 1, axis = size.findIndex((n) => n + 2 * p < span);
  if (kind !== "convolution" && p > half) {
    return `a pool's padding is at most half of its kernel (${k} // 2 = ${half}), not ${p}`;
  }
  if (kind === "average" && d > 1) return `dilation is ${d}, average pooling has none in PyTorch`;
  return axis < 0 ? "" : `${size[0] === size[1] ? "" : `${"HW"[axis]}: `}kernel does not fit: ` +
    `it spans ${span} pixels, the padded input has ${size[axis] + 2 * p}`;
}

/** Returns which values of the sliders would do, as `ways` in sliders.py. */
function ways(now, resizable, accepts) {
  const nearest = (name) => list(SLIDERS[name][1] - SLIDERS[name][0] + 1, (step) => SLIDERS[name][0] + step)
    .sort((one, other) => Math.abs(one - now[name]) - Math.abs(other - now[name]));
  const alone = (name) => nearest(name).map((value) => [`${name.replace("_", " ")} ${value}`, { [name]: value }]);
  const sizes = list(resizable ? 12 : 0, (less) => now.size.map((n) => Math.max(n, less + 1)));
  const first = (changes) => changes.find(([, change]) => accepts({ ...now, ...change }))?.[0];
  const found = [
    alone("padding"), sizes.map((size) => [`an input of ${by(size)}`, { size }]), alone("kernel_size"), alone("dilation"),
  ].map(first).filter(Boolean);
  const last = found.pop() ?? first(nearest("dilation").flatMap((dilation) => nearest("padding")
    .map((padding) => [`padding ${padding} with dilation ${dilation}`, { padding, dilation }])));
  return found.length ? `${found.join(", ")} or ${last}` : last;
}

/** Returns the input's numbers, for each channel its rows, with the edits in them. */
function planes({ input, size: [height, width], samples, edits }) {
  const rows = (high, wide, at) => list(high, (y) => list(wide, (x) => at(y, x)));
  let found;
  if (input === "numbers") found = [rows(height, width, (y, x) => samples.numbers[y]?.[x] ?? 0)];
  else if (!TOPS[input]) found = split(input);
  else if (input === "digit") found = [samples.digit];
  else {
    const { side, bytes } = samples.photograph, text = atob(bytes);
    const colors = list(3, (channel) => rows(side, side, (y, x) => text.charCodeAt((channel * side + y) * side + x)));
    const grey = (y, x) => Math.floor(colors.reduce((sum, one, at) => sum + one[y][x] * [299, 587, 114][at], 500) / 1000);
    found = input === "photograph" ? [rows(side, side, grey)] : colors;
  }
  if (edits.length) found = structuredClone(found);
  for (const [channel, y, x, value] of edits) if (x in (found[channel]?.[y] ?? [])) found[channel][y][x] = value;
  return found;
}

/** Returns the kernel's weights, for each channel its rows: Python has sent those of a name, for each size. */
function weights({ kernel, kernel_size: k, samples }) {
  if (typeof kernel === "string") return samples.kernels[kernel][k - 1];
  const shift = Math.floor((k - split(kernel)[0].length) / 2);
  return split(kernel).map((plane) => list(k, (i) => list(k, (j) => plane[i - shift]?.[j - shift] ?? 0)));
}

/** Draws the explorer into `root` and again whenever the store changes; returns a function that removes it. */
export function mount(root, store) {
  const words = store.get("words"), samples = store.get("samples"), given = store.get("input");
  const controls = Object.entries(words.controls).map(([name, text]) => {
    const shown = make("b"), [min, max] = SLIDERS[name] ?? [];
    const input = max ? make("input", { type: "range", min, max }) : make("select", {},
      ...Object.entries(words[name]).map(([value, label]) => make("option", { value }, label)));
    input.ariaLabel = text;
    input.oninput = () => change(name, max ? Number(input.value) : input.value);
    return { name, input, shown, label: make("label", {}, make("span", {}, text, shown), input) };
  });
  const button = make("button", { type: "button" }), undo = make("button", { type: "button" }, say("undo"));
  button.onclick = () => (timer ? pause() : play());
  undo.onclick = () => store.set({ edits: [] });
  const place = make("span.faint"), hint = make("span.faint");
  const [stage, key, sum, formula] = ["stage", "key", "sum", "formula"].map((name) => make(`div.${name}`));
  const warning = make("p.problem", { role: "alert" }), live = make("div.unseen", { role: "status" });
  const all = make("section.cnnbook-explorer", { "aria-label": say("explorer") },
    ...[false, true].map((slides) => make("div.controls", {}, ...controls.filter(({ name }) => name in SLIDERS === slides)
      .map(({ label }) => label))), make("div.bar", {}, button, undo, place, hint),
    stage, warning, key, make("div.foot", {}, sum, formula), live);
  // `places` has the cells that keys and clicks reach; `press` is the pointer that is down.
  let now, drawn, timer, press, places, image, result, inputs, cells, pane, frame, spot;
  let chosen = given === "numbers" ? store.get("size") : [5, 6]; // the size of "numbers", also while others are shown
  root.replaceChildren(all);
  Object.assign(stage, { onpointerdown, onpointermove, onpointerup, onkeydown, onpointercancel: release });
  stage.addEventListener("focusin", rove);
  const stop = store.subscribe(render);
  render();
  pause();
  return () => { pause(); stop(); all.remove(); };

  function say(name, values) {
    return words.sentences[name].replace(/\{(\w+)\}/g, (_, value) => values[value]);
  }
  function spoken(value) {
    return number(value).replace("∞", say("infinity")).replace("−", `${say("minus")} `);
  }

  function change(name, value) {
    const { size: [height, width], kernel, kernels, channels } = now, own = value === "own";
    const size = { height: [value, width], width: [height, value] }[name];
    const changes = size ? { size } : { [name]: own ? plain(kernels) : value };
    if (size) chosen = size;
    if (name === "input") {
      Object.assign(changes, { input: own ? given : value, size: chosen, edits: [] });
      let next = layer({ ...now, ...changes, samples });
      if (next.channels.length < channels.length) {
        changes.kernel = typeof kernel !== "string" ? split(kernel)[0] : samples.kernels[kernel][0].length > 1 ? "edges" : kernel;
        next = layer({ ...now, ...changes, samples });
      }
      changes.size = next.size;
      // The middle of a picture: in its corner there is little to see.
      changes.cell = next.output.map((n) => (isPicture(next) ? Math.max(0, n >> 1) : 0));
    }
    pause();
    store.set(changes);
  }

  function render() {
    const state = Object.fromEntries(STATE.map((name) => [name, store.get(name)]));
    const settings = JSON.stringify({ ...state, cell: 0 }), focused = active()?.dataset.at;
    if (settings !== drawn) {
      drawn = settings;
      now = { ...state, ...layer({ ...state, samples }) };
      draw();
    }
    if (!now.problem) {
      now.cell = state.cell.map((at, axis) => Math.min(at, now.output[axis] - 1));
      light();
    }
    if (focused && !all.contains(active())) places.get(focused)?.box.focus(); // it was drawn anew
  }
  function active() {
    return root.getRootNode().activeElement;
  }

  function draw() {
    const { size, channels, kernels, kernel_size: k, padding: p, stride: s, dilation: d, problem, kind, input, edits } = now;
    const [height, width] = size, padded = size.map((n) => n + 2 * p), output = problem ? [0, 0] : now.output;
    const colored = channels.length > 1, pictured = isPicture(now);
    for (const { name, input: box, shown, label } of controls) {
      const value = { ...now, height, width }[name];
      box.value = typeof value === "object" ? "own" : value;
      if (SLIDERS[name]) shown.textContent = value;
      label.hidden = name === "kernel" ? !kernels.length : name in { height, width } && input !== "numbers";
      for (const option of box.options ?? []) {
        const three = name === "kernel" && samples.kernels[option.value]?.[0].length > 1;
        option.hidden = option.disabled = three && !colored || name === "input" && option.value === "own" && given in TOPS;
      }
    }
    const sides = { columns: padded[1], together: padded[1] + k + output[1], below: k + output[1], k, span: now.span };
    for (const [name, side] of Object.entries(sides)) all.style.setProperty(`--${name}`, side);
    stage.className = `stage${pictured ? " pictured" : ""}${colored ? " colored" : ""}`;

    // The rows and the columns that windows read. A pixel is read if its row and its column are.
    const seen = output.map((count) => new Set(list(count * k, (i) => Math.floor(i / k) * s - p + (i % k) * d)));
    const never = (y, x) => !problem && !(seen[0].has(y) && seen[1].has(x));
    const read = seen.map((found, axis) => list(size[axis], (at) => found.has(at)).filter(Boolean).length);
    const missed = height * width - read[0] * read[1];
    const unread = list(2, (axis) => list(padded[axis], (at) => seen[axis].has(at - p)).includes(false)).includes(true);

    const values = list(output[0], (row) => list(output[1], (column) => now.value([row, column]))), flat = values.flat();
    const total = kernels.flat(2).reduce((one, other) => one + other, 0), low = Math.min(...flat);
    // Weights that add up to 1 keep the brightness of a plain area: their output is shown as a picture, like a
    // photograph. That of other kernels with negative numbers in it is shown by sign and strength.
    const signed = low < 0 && kernels.length > 0 && total < 0.99, top = TOPS[input] ?? (Math.max(...channels.flat(2)) || 1);
    const scale = (signed ? Math.max(-low, ...flat) : (kernels.length ? total : 1) * top) || 1;
    Object.assign(now, { values, signed, scale, top, pictured });

    places = new Map();
    inputs = [];
    cells = [];
    frame = make("i.frame");
    spot = make("i.frame.spot");
    pane = make("div.pane");
    if (pictured) pictures(padded, output);
    else grids(padded, output, never);
    image.dataset.slides = "input";
    image.append(frame);
    result.dataset.slides = "output";
    const sentence = problem && say("none", { problem });
    const figures = [
      figure(say(p ? "padded input" : "input", { size: by(size), padded: by(padded) }), image),
      pictured ? "" : figure(caption("kernel"), numbers("kernel", 0)),
      problem ? make("p.problem", {}, sentence) : figure(say("output", { size: by(output) }), result),
      pictured && !problem ? pane : "",
    ];
    stage.replaceChildren(...figures.filter(Boolean));
    button.hidden = Boolean(problem) || pictured;
    place.hidden = Boolean(problem);
    undo.hidden = !edits.length;
    warning.hidden = true;
    hint.textContent = say(pictured ? "hint for a picture" : "hint");
    sum.replaceChildren();
    if (problem) live.textContent = sentence;
    const kinds = [
      [!pictured, "lit", say("lit")], [kind === "max", "won", say("largest")],
      [d > 1 && k > 1 && !pictured, "gap", say("skipped")], [p, "pad", say("padding")],
      [pictured ? missed : unread, "never", say("never", { count: missed, all: height * width })],
    ].filter(([occurs]) => occurs && !problem).map(([, name, text]) => make("span", {}, make(`b.cell.${name}`), text));
    const shades = make("span.shades", {}, make("span", {}, say("shades", { from: number(signed ? -scale : 0) })),
      make(signed ? "i.signed" : "i"), make("span", {}, number(scale)));
    key.replaceChildren(...((pictured || signed) && !problem ? [shades] : []), ...kinds);
    formula.replaceChildren(...["output size = floor((n + 2p - d(k - 1) - 1)/s) + 1", ...now.formula]
      .map((line) => make("p", {}, line)));
  }

  /** Draws each number in a cell of its own. */
  function grids(padded, output, never) {
    const { values, scale, signed, padding: p } = now;
    image = grid("", padded, (at) => at - p, (i, j) => {
      const box = pixel("input", i - p, j - p, i - p, j - p);
      box.classList.toggle("never", never(i - p, j - p));
      inputs.push(box);
      return box;
    });
    result = grid(say("output grid", { size: by(output) }), output, (at) => at, (row, column) => {
      const value = values[row][column], part = value / scale;
      const box = entry("output", row, column, number(value), say("cell", { row, column, value: spoken(value) }));
      box.style.setProperty("--shade", `${40 * within(signed ? Math.abs(part) : part)}%`);
      if (signed) box.style.setProperty("--tint", `rgb(${value < 0 ? BLUE : RED})`);
      cells.push(box);
      return box;
    });
  }
  /** Draws input and output as pictures; the numbers of one window stand beside them. */
  function pictures(padded, output) {
    const { channels, padding: p, top, values, scale, signed } = now;
    image = make("div.photo", { role: "img" }, paint(padded, (y, x) => list(3, (color) => {
      const read = (channels[color] ?? channels[0])[y - p]?.[x - p];
      return read === undefined ? 160 + 75 * ((y + x) % 2) : read / top * 255;
    })));
    result = make("div.photo", { role: "application", tabindex: 0 }, paint(output, (row, column) => {
      const part = values[row][column] / scale, end = part < 0 ? BLUE : RED;
      return list(3, (color) => (signed ? 255 + (end[color] - 255) * Math.abs(part) : 255 * part));
    }), spot);
    result.style.setProperty("--columns", output[1]);
  }

  function caption(name) {
    const size = by([now.kernel_size, now.kernel_size]);
    return say(now.kernels.length ? name : "window", { size });
  }
  /** Returns a grid with a channel's weights, or with the pixels under the window. */
  function numbers(id, channel) {
    const { kernel_size: k, kernels, stride: s, padding: p, dilation: d, cell: [row, column] } = now;
    const name = id + channel;
    if (id === "window") {
      return grid(say("window grid"), [k, k], (at, axis) => now.cell[axis] * s - p + at * d,
        (i, j) => pixel(name, i, j, row * s - p + i * d, column * s - p + j * d, channel));
    }
    return grid(say(kernels.length ? "kernel grid" : "no weights"), [k, k], (at) => at, (i, j) => {
      if (!kernels.length) return cell("");
      const weight = kernels[channel][i][j];
      return entry(name, i, j, fraction(weight), say("weight", { row: i, column: j, value: spoken(weight) }), (value) => {
        const changed = structuredClone(kernels);
        changed[channel][i][j] = value;
        store.set({ kernel: plain(changed) });
      });
    });
  }
  /** Returns a cell at (row, column) of a grid with the pixel (y, x) in it. */
  function pixel(id, row, column, y, x, channel = 0) {
    const value = now.pixel(y, x, channel), part = within(value / now.top);
    const inside = now.channels[0][y]?.[x] !== undefined;
    const text = inside ? say("pixel", { row: y, column: x, value: spoken(value) }) : say("padding");
    const box = entry(id, row, column, number(value), text, inside && ((changed) => store.set({
      edits: [...now.edits.filter(([c, b, a]) => c !== channel || b !== y || a !== x), [channel, y, x, changed]],
    })));
    box.classList.toggle("pad", !inside);
    if (inside && now.pictured) box.style = `background: rgb(${list(3, () => part * 255)}); color: ${part > 0.46 ? "#1a1a1a" : "#fff"}`;
    else if (inside) box.style.setProperty("--shade", `${36 * part}%`);
    return box;
  }
  /** Returns a cell that keys reach; where there is a `write`, it can be typed over. */
  function entry(id, row, column, text, label, write) {
    const box = cell(text), at = `${id} ${row} ${column}`;
    box.setAttribute("role", "gridcell");
    box.ariaLabel = label;
    box.tabIndex = row || column ? -1 : 0;
    box.dataset.at = at;
    box.classList.toggle("typed", Boolean(write));
    places.set(at, { box, text, write });
    return box;
  }

  function light() {
    const { kernel_size: k, padding: p, stride: s, dilation: d, kind, span, output, size, channels, kernels } = now;
    const [row, column] = now.cell, at = row * output[1] + column;
    const taps = now.taps(now.cell), value = now.values[row][column];
    const won = kind === "max" ? taps.findIndex(({ y, x }) => now.pixel(y, x) === value) : -1;
    for (const [box, y, x] of [[frame, row * s, column * s], [spot, row, column]]) {
      box.style.setProperty("--y", y);
      box.style.setProperty("--x", x);
    }
    inputs.forEach((box, index) => {
      const wide = size[1] + 2 * p, y = Math.floor(index / wide) - row * s, x = (index % wide) - column * s;
      const inside = y >= 0 && x >= 0 && y < span && x < span, tap = inside && y % d === 0 && x % d === 0;
      box.classList.toggle("lit", tap);
      box.classList.toggle("gap", inside && !tap);
      box.classList.toggle("won", tap && (y * k + x) / d === won);
    });
    cells.forEach((box, index) => {
      box.classList.toggle("now", index === at);
      box.ariaSelected = index === at;
      box.tabIndex = index === at ? 0 : -1;
    });
    const [rows, columns] = [row, column].map((from) => say("range", { first: spoken(from * s - p), last: spoken(from * s - p + span - 1) }));
    const told = { row, column, rows, columns, value: spoken(value), size: by(size), ...taps[won] };
    if (now.pictured) {
      const named = (id) => channels.map((_, channel) => make("div", {},
        channels.length > 1 ? make("small", {}, say(`channel ${channel}`)) : "", numbers(id, channel)));
      pane.replaceChildren(figure(caption("window"), ...named("window")),
        kernels.length ? figure(caption("kernel"), ...named("kernel")) : "");
      if (won >= 0) places.get(`window0 ${taps[won].i} ${taps[won].j}`).box.classList.add("won");
      result.ariaLabel = `${say("output grid", { size: by(output) })}; ${say("cell", told)}`;
      result.dataset.at = `output ${row} ${column}`;
    }
    place.textContent = say("position", { at: at + 1, all: output[0] * output[1] });
    image.ariaLabel = say("input grid", told);
    if (!timer) live.textContent = say(won < 0 ? "place" : "place of the largest", told);

    const sums = channels.map((_, channel) => taps.reduce((whole, { i, j, y, x }) =>
      whole + now.pixel(y, x, channel) * (kernels[channel]?.[i][j] ?? 1), 0));
    const terms = channels.length > 1 ? sums.map((part, channel) => [`${say(`channel ${channel}`)}: ${number(part)}`])
      : taps.map(({ i, j, y, x }, index) => {
        const weight = kernels[0]?.[i][j], text = weight === undefined ? "" : fraction(weight);
        const times = text && `×${weight < 0 ? `(${text})` : text}`;
        return [number(now.pixel(y, x)) + times, index === won ? "span.won" : channels[0][y]?.[x] === undefined ? "span.faint" : "span"];
      });
    const table = make("div.terms", {}, ...terms.map(([text, look = "span"], index) => make("span", {}, make(look, {}, text),
      index === terms.length - 1 ? "" : kind === "max" ? "," : " +")));
    table.style.setProperty("--k", channels.length > 1 ? 3 : k);
    const exact = value === +value.toFixed(2) || value === -Infinity;
    sum.replaceChildren(make("p", {}, say(kind, told)), table, make("p.result", {},
      kind === "average" ? `= ${number(sums[0])}/${k * k} ` : "", exact ? "= " : "≈ ", make("b.now", {}, number(value))));
  }

  function choose(row, column) {
    const next = [row, column].map((at, axis) => Math.max(0, Math.min(at, now.output[axis] - 1)));
    pause();
    if (next.join() !== now.cell.join()) store.set({ cell: next });
    return now.pictured ? result : cells[next[0] * now.output[1] + next[1]];
  }

  function onpointerdown(event) {
    if (event.button || event.target.tagName === "INPUT") return;
    const { clientX: x, clientY: y } = event, { left, right, top, bottom } = frame.getBoundingClientRect();
    press = { x, y, on: !now.problem && event.target.closest("[data-slides]")?.dataset.slides, grab: [0, 0] };
    // A window that is taken somewhere stays under the pointer with that place, otherwise with its middle.
    const taken = press.on === "input" && x >= left && x <= right && y >= top && y <= bottom;
    if (taken) press.grab = [y - (top + bottom) / 2, x - (left + right) / 2];
    if (press.on && now.pictured) slide(event);
  }
  function onpointermove(event) {
    if (press && !event.buttons) release();
    if (!press && !now.pictured) {
      const [id, row, column] = placeOf(event.target);
      if (id === "output") choose(row, column); // also when the page scrolls under the mouse
    } else if (press?.on && (press.moved || Math.hypot(event.clientX - press.x, event.clientY - press.y) > 4)) {
      press.moved = true;
      stage.classList.add("held");
      stage.setPointerCapture(event.pointerId);
      slide(event);
    }
  }
  function onpointerup(event) {
    const clicked = press && !press.moved;
    release();
    // Not event.target: a cell that was open for typing has closed meanwhile, and all cells were drawn anew.
    const box = clicked && root.getRootNode().elementFromPoint(event.clientX, event.clientY)?.closest("[data-at]");
    if (!stage.contains(box || null)) return;
    const [id, row, column] = placeOf(box);
    if (id === "output") choose(row, column).focus();
    else if (places.get(box.dataset.at).write) type(places.get(box.dataset.at));
  }
  function release() {
    press = null;
    stage.classList.remove("held");
  }
  function slide({ clientX, clientY }) {
    const { on, grab } = press, input = on === "input";
    const corner = (input ? inputs : cells)[0] ?? (input ? image : result).firstChild;
    const { left, top, width } = corner.getBoundingClientRect(), side = width / (corner.width ?? 1);
    const at = [clientY - grab[0] - top, clientX - grab[1] - left].map((pixels) => pixels / side);
    choose(...at.map((middle) => (input ? Math.round((middle - now.span / 2) / now.stride) : Math.floor(middle))));
  }

  /** Makes the cell that has the focus the one of its grid to which Tab leads. */
  function rove({ target }) {
    const [id] = placeOf(target);
    if (id === "output") return;
    for (const [at, { box }] of places) if (at.startsWith(`${id} `)) box.tabIndex = box === target ? 0 : -1;
  }
  function onkeydown(event) {
    const { target, key } = event, [id, row, column] = placeOf(target);
    if (!id || target.tagName === "INPUT") return;
    const next = walk(event, [row, column], { output: now.output, input: now.size }[id] ?? [now.kernel_size, now.kernel_size]);
    const opens = places.get(target.dataset.at)?.write && (key === "Enter" || (/^[-−\d.]$/.test(key) && !event.ctrlKey && !event.metaKey));
    if (!next && !opens) return;
    event.preventDefault();
    if (!next) type(places.get(target.dataset.at), key === "Enter" ? "" : key);
    else if (id === "output") choose(...next).focus();
    else places.get(`${id} ${next.join(" ")}`).box.focus();
  }
  /** Opens a cell for typing. Enter and leaving it keep what was typed, Escape does not. */
  function type({ box, text, write }, typed = "") {
    const field = make("input", { "aria-label": box.ariaLabel, maxlength: 9 });
    let open = true;
    const close = (keep, stay) => {
      if (!open) return;
      open = false; // removing the field takes its focus away, which would close it again
      const entered = field.value.trim(), value = read(entered);
      field.remove();
      if (stay) box.focus();
      if (!keep || !entered || entered === text) return;
      warning.hidden = value !== undefined;
      warning.textContent = say("no number", { entered });
      if (value !== undefined) write(value);
    };
    field.value = typed || text;
    field.onblur = () => close(true);
    field.onkeydown = ({ key }) => ["Enter", "Escape"].includes(key) && close(key === "Enter", true);
    pause();
    box.append(field);
    field.focus();
    if (!typed) field.select();
  }

  function play() {
    const at = () => now.cell[0] * now.output[1] + now.cell[1];
    const step = (to) => store.set({ cell: [Math.floor(to / now.output[1]), to % now.output[1]] });
    timer = setInterval(() => (at() + 1 < cells.length ? step(at() + 1) : pause()), 800);
    if (at() + 1 === cells.length) step(0);
    label("❚❚", say("pause"));
  }
  function pause() {
    const played = timer;
    clearInterval(timer);
    timer = 0;
    label("▶\uFE0E", say("play"));
    if (played && !now.problem) light(); // so that a screen reader says where it stopped
  }
  function label(glyph, word) {
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
function cell(text) {
  return make(text.length > 3 ? "span.cell.long" : "span.cell", {}, make("span", {}, text));
}
function grid(label, [rows, columns], head, content) {
  const title = (at, axis) => make("span.head", { role: axis ? "columnheader" : "rowheader" }, number(head(at, axis)));
  const line = (...cells) => make("div", { role: "row" }, ...cells);
  const box = make("div.grid", { role: "grid", "aria-label": label },
    line(make("span"), ...list(columns, (j) => title(j, 1))),
    ...list(rows, (i) => line(title(i, 0), ...list(columns, (j) => content(i, j)))));
  box.style.setProperty("--n", columns);
  return box;
}
function figure(caption, ...pictures) {
  return make("figure", {}, make("figcaption", {}, caption), ...pictures);
}
function paint([height, width], color) {
  const canvas = make("canvas", { width, height }), context = canvas.getContext("2d");
  const pixels = context.createImageData(width || 1, height || 1);
  list(height * width, (at) => pixels.data.set([...color(Math.floor(at / width), at % width), 255], at * 4));
  context.putImageData(pixels, 0, 0);
  return canvas;
}
/** Returns which grid an element belongs to, its row and its column. */
function placeOf(element) {
  const [id, row, column] = element.closest("[data-at]")?.dataset.at.split(" ") ?? [];
  return [id, Number(row), Number(column)];
}
/** Returns the place to which a key leads in a grid, undefined for other keys; with Shift ten steps at once. */
function walk({ key, ctrlKey, shiftKey }, [row, column], shape) {
  const far = shiftKey ? 10 : 1;
  return {
    ArrowUp: [row - far, column], ArrowDown: [row + far, column], ArrowLeft: [row, column - far],
    ArrowRight: [row, column + far], Home: [ctrlKey ? 0 : row, 0], End: [ctrlKey ? Infinity : row, Infinity],
  }[key]?.map((at, axis) => Math.max(0, Math.min(at, shape[axis] - 1)));
}
/** Returns the number that a text means, undefined for none: "−0.5", "0,5" and "1/9" are read too. */
function read(text) {
  const [, above, below = 1] = /^([-+]?(?:\d+\.?\d*|\.\d+))(?:\/(\d+))?$/.exec(text.replace("−", "-").replace(",", ".")) ?? [];
  return Math.abs(above / below) <= 9999 ? above / below : undefined;
}
function list(count, item) {
  return Array.from({ length: count }, (_, index) => item(index));
}
const number = (value) => (value === -Infinity ? "−∞" : String(+value.toFixed(2)).replace("-", "−"));
/** Returns a weight as a text: 1/9, not 0.11. */
function fraction(weight) {
  const below = Math.round(1 / weight);
  return weight === 1 / below && weight !== +weight.toFixed(2) ? `1/${below}`.replace("/-", "/−") : number(weight);
}
const within = (part) => Math.max(0, Math.min(1, part));
const by = ([height, width]) => `${height} × ${width}`;
const isPicture = ({ channels, size }) => channels.length > 1 || Math.max(...size) > 12;
const sizeOf = (channels) => [channels[0].length, channels[0][0].length];
const split = (numbers) => (typeof numbers[0][0] === "number" ? [numbers] : numbers);
const plain = (channels) => (channels.length > 1 ? channels : channels[0]);
