// One convolution or pool with its numbers, in cells or as a picture. `mount` reads the settings from a store;
// `host` and the default export make one, for a page without a kernel and for JupyterLab. Such a page cannot ask
// Python, so `layer` repeats the rules of cnnbook.arithmetic and of layers.py; a test holds the two equal.

const STATE = ["size", "kernel_size", "stride", "padding", "dilation", "kind", "kernel", "input", "edits", "cell"];
const RED = [213, 94, 0], BLUE = [0, 70, 140]; // after Okabe and Ito; the blue is darker, for print in grey

/** Returns what follows from the settings: the output's size or what is wrong, and functions for each number. */
export function layer(settings) {
  const { kernel_size: k, stride: s, padding: p, dilation: d, kind, input, samples } = settings;
  const channels = planes(settings), count = channels.length, weighs = kind === "convolution";
  const size = [channels[0].length, channels[0][0].length], span = d * (k - 1) + 1, outside = kind === "max" ? -Infinity : 0;
  const given = weighs ? weights(settings) : [], kernels = given.length === 1 ? list(count, () => given[0]) : given;
  const flat = kernels.map((rows) => rows.flat()), output = size.map((n) => Math.floor((n + 2 * p - span) / s) + 1);
  const problem = wrongChannels() || wrongNumbers();
  const lines = size.map((n, axis) => `floor((${n} + 2×${p} - ${d}×(${k} - 1) - 1)/${s}) + 1 = ${output[axis]}`);
  const formula = problem ? [] : size[0] === size[1] ? [lines[0]] : [`H: ${lines[0]}`, `W: ${lines[1]}`];
  return { channels, size, kernels, flat, span, output, problem, formula, pixel, taps, part, value };

  /** The number at a place of the padded input; undefined is no place of the image. */
  function pixel(y, x, channel = 0) {
    return channels[channel][y]?.[x] ?? outside;
  }
  function taps([row, column]) {
    return list(k * k, (tap) => ({ y: row * s - p + Math.floor(tap / k) * d, x: column * s - p + (tap % k) * d }));
  }
  /** What a channel adds to the output number of these taps; of a max pool its largest pixel. */
  function part(taps, channel) {
    return taps.reduce((found, { y, x }, tap) => {
      const read = pixel(y, x, channel);
      return kind === "max" ? Math.max(found, read) : found + read * (weighs ? flat[channel][tap] : 1);
    }, outside);
  }
  function value(cell) {
    const read = taps(cell), sum = channels.reduce((whole, _, channel) => whole + part(read, channel), 0);
    return kind === "average" ? sum / (k * k) : sum;
  }
  function wrongChannels() {
    const wrong = !weighs && count > 1 ? "pool" : given.length > count && "kernel";
    return wrong ? fill(samples.problems[wrong], { count, wanted: given.length }) : "";
  }
  function wrongNumbers() {
    const now = { size, kernel_size: k, padding: p, dilation: d }, wrong = refusal(kind, now);
    return wrong && `${wrong}; ${ways(now, samples.sliders, input === "numbers", (changed) => !refusal(kind, changed))} would do`;
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
function ways(now, sliders, resizable, accepts) {
  const nearest = (name) => list(sliders[name][1] + 1, (value) => value).slice(sliders[name][0])
    .sort((one, other) => Math.abs(one - now[name]) - Math.abs(other - now[name])).map((value) => ({ [name]: value }));
  const sizes = list(resizable ? sliders.height[1] : 0, (less) => ({ size: now.size.map((n) => Math.max(n, less + 1)) }));
  const first = (changes) => changes.find((change) => accepts({ ...now, ...change }));
  const pairs = () => nearest("dilation").flatMap((one) => nearest("padding").map((other) => ({ ...other, ...one })));
  const found = [nearest("padding"), sizes, nearest("kernel_size"), nearest("dilation")].map(first).filter(Boolean);
  const texts = (found.length ? found : [first(pairs())]).map((change) => Object.entries(change).map(([name, value]) =>
    (name === "size" ? `an input of ${by(value)}` : `${name.replace("_", " ")} ${value}`)).join(" with "));
  const last = texts.pop();
  return texts.length ? `${texts.join(", ")} or ${last}` : last;
}

/** Returns the input's numbers, for each channel its rows, with the edits in them. */
function planes({ input, size, samples, edits }) {
  const { side, planes } = samples.inputs[input] ?? {}, [height, width] = input === "numbers" ? size : [side, side];
  const found = planes ? planes.map((bytes) => {
    const text = atob(bytes);
    return list(height, (y) => list(width, (x) => text.charCodeAt(y * side + x)));
  }) : structuredClone(split(input));
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
    const shown = make("b"), [min, max] = samples.sliders[name] ?? [];
    const input = max ? make("input", { type: "range", min, max }) : make("select", {},
      ...Object.entries(words[name]).map(([value, label]) => make("option", { value }, label)));
    input.ariaLabel = text;
    input.oninput = () => change(name, max ? Number(input.value) : input.value);
    return { name, input, shown, label: make("label", make("span", text, shown), input) };
  });
  const button = make("button"), undo = make("button", say("undo"));
  button.onclick = () => (timer ? pause() : play());
  undo.onclick = () => store.set({ edits: [] });
  const place = make("span.faint");
  const [stage, key, sum, formula] = ["stage", "key", "sum", "formula"].map((name) => make(`div.${name}`));
  const warning = make("p.warning", { role: "alert" }), live = make("div.unseen", { role: "status" });
  const all = make("section.cnnbook-explorer", { "aria-label": say("explorer") },
    make("div.controls", ...controls.map(({ label }) => label)), make("div.bar", button, undo, place, make("span.faint", say("hint"))),
    stage, warning, key, make("div.foot", sum, formula), live);
  // `places` has the cells that keys and clicks reach; `press` is the pointer that is down.
  let now, drawn, timer, press, places, image, result, inputs, cells, pane;
  root.replaceChildren(all);
  Object.assign(stage, { onpointerdown, onpointermove, onpointerup, onkeydown });
  stage.addEventListener("focusin", rove);
  const stop = store.subscribe(render);
  render();
  pause();
  return () => { pause(); stop(); all.remove(); };

  function say(name, values) {
    return fill(words.sentences[name], values);
  }
  function spoken(value) {
    return number(value).replace("∞", say("infinity")).replace("−", `${say("minus")} `);
  }

  function change(name, value) {
    const { size: [height, width], kernel, kernels } = now, own = value === "own";
    const size = { height: [value, width], width: [height, value] }[name];
    const changes = size ? { size } : { [name]: own ? plain(kernels) : value };
    if (name === "input") {
      const input = own ? given : value, small = Math.max(height, width) > 12 ? [5, 6] : [height, width];
      const next = layer({ ...now, input, size: small, edits: [], samples });
      if (next.kernels.length > next.channels.length) changes.kernel = typeof kernel === "string" ? "edges" : split(kernel)[0];
      // The middle of a picture: in its corner there is little to see.
      const cell = next.output.map((n) => (isPicture(next) ? Math.max(0, n >> 1) : 0));
      Object.assign(changes, { input, size: next.size, edits: [], cell });
    }
    pause();
    store.set(changes);
  }

  function render() {
    const state = Object.fromEntries(STATE.map((name) => [name, store.get(name)]));
    const settings = JSON.stringify({ ...state, cell: 0 }), focused = active()?.dataset.at;
    if (settings !== drawn) {
      drawn = settings;
      warning.textContent = "";
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
    const pictured = isPicture(now);
    for (const { name, input: box, shown, label } of controls) {
      const value = { ...now, height, width }[name];
      box.value = typeof value === "object" ? "own" : value;
      if (box.type === "range") shown.textContent = value;
      label.hidden = name === "kernel" ? !kernels.length : name in { height, width } && input !== "numbers";
    }
    vary(all, { columns: padded[1], out: output[1], k, s, span: now.span });
    stage.classList.toggle("colored", channels.length > 1);

    // The rows and the columns that windows read. A pixel is read if its row and its column are.
    const seen = output.map((count) => new Set(list(count * k, (i) => Math.floor(i / k) * s - p + (i % k) * d)));
    const never = (y, x) => !problem && !(seen[0].has(y) && seen[1].has(x));
    const missed = channels[0].flatMap((line, y) => line.filter((_, x) => never(y, x))).length;

    const values = list(output[0], (row) => list(output[1], (column) => now.value([row, column])));
    const weights = now.flat.flat(), total = weights.reduce((one, other) => one + other, 0);
    // Weights that add up to 1 keep the brightness of a plain area: their output is shown as a picture, like a
    // photograph. That of other kernels with negative weights is shown by sign and strength.
    const signed = total < 0.99 && weights.some((weight) => weight < 0);
    const top = samples.inputs[input]?.top ?? (Math.max(0, ...split(input).flat(2)) || 1);
    const scale = (signed ? Math.max(...values.flat().map(Math.abs)) : (kernels.length ? total : 1) * top) || 1;
    Object.assign(now, { values, signed, scale, top, pictured });

    places = new Map();
    pane = make("div.pane");
    (pictured ? pictures : grids)(padded, output, never);
    image.dataset.slides = "input";
    if (!problem) image.append(make("i.frame"));
    [inputs, cells] = [image, result].map((picture) => [...picture.querySelectorAll(".cell")]);
    result.dataset.slides = "output";
    const sentence = problem && say("none", { problem: problem[0].toUpperCase() + problem.slice(1) });
    stage.replaceChildren(
      figure(say(p && !pictured ? "padded input" : "input", { size: by(size), padded: by(padded) }), image),
      ...(pictured ? [] : [figure(kernels.length ? caption("kernel") : say("bare", { size: by([k, k]) }), numbers("kernel", 0))]),
      problem ? make("p.problem", sentence) : figure(say("output", { size: by(output) }), result), pane,
    );
    button.hidden = problem || pictured;
    place.hidden = pane.hidden = key.hidden = problem;
    undo.hidden = !edits.length;
    sum.replaceChildren();
    if (problem) live.textContent = sentence;
    const kinds = {
      lit: !pictured, won: kind === "max", gap: !pictured && d > 1 && k > 1, pad: p, never: missed || image.querySelector(".never"),
    };
    key.replaceChildren(
      make("span.shades", say("shades"), make("b", number(signed ? -scale : 0)), make(signed ? "i.signed" : "i"), make("b", number(scale))),
      ...Object.keys(kinds).filter((name) => kinds[name]).map((name) =>
        make("span", make(`b.cell.${name}`), say(name, { count: missed, all: height * width }))),
    );
    key.firstChild.hidden = !pictured && !signed;
    formula.replaceChildren(...["output size = floor((n + 2p - d(k - 1) - 1)/s) + 1", ...now.formula]
      .map((line) => make("p", line)));
  }

  /** Draws each number in a cell of its own. */
  function grids(padded, output, never) {
    const { values, scale, signed, padding: p } = now;
    image = grid("", padded, (at) => at - p, (i, j) => {
      const box = pixel("input", i - p, j - p, i - p, j - p);
      if (never(i - p, j - p)) box.classList.add("never");
      return box;
    });
    result = grid(say("output grid", { size: by(output) }), output, undefined, (row, column) => {
      const value = values[row][column], part = value / scale;
      const box = entry("output", row, column, number(value), say("cell", { row, column, value: spoken(value) }));
      vary(box, { shade: `${40 * within(signed ? Math.abs(part) : part)}%`, tint: signed ? `rgb(${value < 0 ? BLUE : RED})` : "" });
      return box;
    });
  }
  /** Draws input and output as pictures; the numbers of one window stand beside them. */
  function pictures(padded, output) {
    const { channels, padding: p, top, values, scale, signed } = now;
    image = make("div.photo", { role: "img" }, paint(padded, (y, x) => list(3, (color) => {
      const read = (channels[color] ?? channels[0])[y - p]?.[x - p];
      return read === undefined ? 160 : read / top * 255; // 160 is padding
    })));
    result = make("div.photo", { role: "application", tabindex: 0 }, paint(output, (row, column) => {
      const part = values[row][column] / scale, end = part < 0 ? BLUE : RED;
      return list(3, (color) => (signed ? 255 + (end[color] - 255) * Math.abs(part) : 255 * part));
    }), make("i.frame.spot"));
    vary(result, { columns: output[1] });
  }

  function caption(name) {
    const size = by([now.kernel_size, now.kernel_size]);
    return say(now.kernels.length ? name : "window", { size });
  }
  /** Returns a grid with a channel's weights, or with the pixels under the window. */
  function numbers(id, channel) {
    const { kernel_size: k, kernels, stride, padding, dilation } = now, name = id + channel;
    if (id === "window") {
      const at = (tap, axis) => now.cell[axis] * stride - padding + tap * dilation;
      return grid(say("window grid"), [k, k], at, (i, j) => pixel(name, i, j, at(i, 0), at(j, 1), channel));
    }
    return grid(say(kernels.length ? "kernel grid" : "no weights"), [k, k], undefined, (i, j) => {
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
    const real = now.channels[0][y]?.[x] !== undefined;
    const text = real ? say("pixel", { row: y, column: x, value: spoken(value) }) : say("pad");
    const box = entry(id, row, column, number(value), text, real && ((changed) => store.set({
      edits: [...now.edits.filter(([c, b, a]) => c !== channel || b !== y || a !== x), [channel, y, x, changed]],
    })));
    if (!real) box.classList.add("pad");
    else if (!now.pictured) vary(box, { shade: `${36 * part}%` });
    else box.style = `background: hsl(0 0% ${100 * part}%); color: ${part > 0.46 ? "#000" : "#fff"}`;
    return box;
  }
  /** Returns a cell that keys reach; where there is a `write`, it can be typed over. */
  function entry(id, row, column, text, label, write) {
    const box = cell(text), at = `${id} ${row} ${column}`;
    box.setAttribute("role", "gridcell");
    box.ariaLabel = label;
    box.tabIndex = row || column ? -1 : 0;
    box.dataset.at = at;
    if (write) box.classList.add("typed");
    places.set(at, { box, write });
    return box;
  }

  function light() {
    const { kernel_size: k, padding: p, stride: s, dilation: d, kind, span, output, size, channels, kernels } = now;
    const [row, column] = now.cell, at = row * output[1] + column;
    const taps = now.taps(now.cell), value = now.values[row][column];
    const won = kind === "max" ? taps.findIndex(({ y, x }) => now.pixel(y, x) === value) : -1;
    vary(stage, { row, column });
    const top = row * s - p, left = column * s - p;
    const [first, last, from, to] = [top, top + span - 1, left, left + span - 1].map(spoken);
    const told = { row, column, first, last, from, to, value: spoken(value), size: by(size), ...taps[won] };
    for (const box of inputs) box.classList.remove("gap", "lit", "won");
    const mark = (name, y, x) => places.get(`input ${y} ${x}`)?.box.classList.add(name);
    list(span * span, (index) => mark("gap", top + Math.floor(index / span), left + (index % span)));
    for (const { y, x } of taps) mark("lit", y, x);
    if (won >= 0) mark("won", taps[won].y, taps[won].x);
    cells.forEach((box, index) => {
      box.ariaSelected = index === at;
      box.tabIndex = index === at ? 0 : -1;
    });
    if (now.pictured) {
      const named = (id) => channels.map((_, channel) => make("div", {},
        channels.length > 1 ? make("small", say(`channel ${channel}`)) : "", numbers(id, channel)));
      pane.replaceChildren(figure(caption("window"), ...named("window")),
        kernels.length ? figure(caption("kernel"), ...named("kernel")) : "");
      if (won >= 0) places.get(`window0 ${Math.floor(won / k)} ${won % k}`).box.classList.add("won");
      result.ariaLabel = `${say("output grid", { size: by(output) })}; ${say("cell", told)}`;
      result.dataset.at = `output ${row} ${column}`;
    }
    place.textContent = say("position", { at: at + 1, all: output[0] * output[1] });
    image.ariaLabel = say("input grid", told);
    if (!timer) live.textContent = say(won < 0 ? "place" : "place of the largest", told);

    const sums = channels.map((_, channel) => now.part(taps, channel));
    const terms = channels.length > 1 ? sums.map((part, channel) => [`${say(`channel ${channel}`)}: ${number(part)}`])
      : taps.map(({ y, x }, index) => {
        const weight = now.flat[0]?.[index], text = weight === undefined ? "" : fraction(weight);
        const times = text && `×${weight < 0 ? `(${text})` : text}`;
        return [number(now.pixel(y, x)) + times, index === won ? "span.won" : channels[0][y]?.[x] === undefined ? "span.faint" : "span"];
      });
    const table = make("div.terms", ...terms.map(([text, look = "span"], index) => make("span", make(look, text),
      index === terms.length - 1 ? "" : kind === "max" ? "," : " +")));
    vary(table, { k: channels.length > 1 ? 3 : k });
    const exact = value === +value.toFixed(2) || value === -Infinity;
    sum.replaceChildren(make("p", say(kind, told)), table, make("p.result", {},
      kind === "average" ? `= ${number(sums[0])}/${k * k} ` : "", exact ? "= " : "≈ ", make("b.now", number(value))));
  }

  function choose(row, column) {
    const next = inside([row, column], now.output);
    pause();
    if (next.join() !== now.cell.join()) store.set({ cell: next });
    return now.pictured ? result : cells[next[0] * now.output[1] + next[1]];
  }

  function onpointerdown(event) {
    if (event.button || event.target.tagName === "INPUT") return;
    press = { x: event.clientX, y: event.clientY, on: !now.problem && event.target.closest("[data-slides]")?.dataset.slides };
    if (!press.on) return;
    // A window that is taken somewhere stays under the pointer with that place, otherwise with its middle.
    const { stride, span, cell } = now, off = pointed(event).map((at, axis) => at - cell[axis] * stride - span / 2);
    press.grab = press.on === "input" && off.every((pixels) => Math.abs(pixels) <= span / 2) ? off : [0, 0];
    if (now.pictured) slide(event);
  }
  function onpointermove(event) {
    if (!event.buttons) press = null;
    if (!press && !now.pictured) {
      const [id, row, column] = placeOf(event.target);
      if (id === "output") choose(row, column); // also when the page scrolls under the mouse
    } else if (press?.on && (press.moved || Math.hypot(event.clientX - press.x, event.clientY - press.y) > 4)) {
      press.moved = true;
      stage.setPointerCapture(event.pointerId);
      slide(event);
    }
  }
  function onpointerup(event) {
    const clicked = press && !press.moved;
    press = null;
    // Not event.target: a cell that was open for typing has closed meanwhile, and all cells were drawn anew.
    const box = clicked && root.getRootNode().elementFromPoint(event.clientX, event.clientY)?.closest("[data-at]");
    if (!stage.contains(box || null)) return;
    const [id, row, column] = placeOf(box), one = places.get(box.dataset.at);
    if (id === "output") choose(row, column).focus();
    else if (one.write) type(one);
  }
  /** Returns the row and the column, with their fractions, that the pointer is at. */
  function pointed({ clientX, clientY }) {
    const input = press.on === "input", corner = (input ? inputs : cells)[0] ?? (input ? image : result).firstChild;
    const { left, top, width } = corner.getBoundingClientRect(), side = width / (corner.width ?? 1);
    return [(clientY - top) / side, (clientX - left) / side];
  }
  function slide(event) {
    const { span, stride } = now, off = press.grab;
    choose(...pointed(event).map((at, axis) =>
      (press.on === "input" ? Math.round((at - off[axis] - span / 2) / stride) : Math.floor(at))));
  }

  /** Makes the cell that has the focus the one of its grid to which Tab leads. */
  function rove({ target }) {
    if (!places.has(target.dataset.at)) return;
    for (const box of target.closest(".grid").querySelectorAll("[tabindex='0']")) box.tabIndex = -1;
    target.tabIndex = 0;
  }
  function onkeydown(event) {
    const { target, key } = event, [id, row, column] = placeOf(target);
    if (!target.dataset.at) return;
    const { output, size, kernel_size: k } = now, next = walk(event, [row, column], { output, input: size }[id] ?? [k, k]);
    const one = places.get(target.dataset.at), digit = /^[-−\d.]$/.test(key) && !event.ctrlKey && !event.metaKey;
    if (!next && !(one?.write && (digit || key === "Enter"))) return;
    event.preventDefault();
    if (!next) type(one, digit && key);
    else if (id === "output") choose(...next).focus();
    else places.get(`${id} ${next.join(" ")}`).box.focus();
  }
  /** Opens a cell for typing. Enter and leaving it keep what was typed, Escape does not. */
  function type({ box, write }, typed) {
    const text = box.textContent, field = make("input", { "aria-label": box.ariaLabel });
    const close = (keep, stay) => {
      field.onblur = null; // removing the field takes its focus away, which would close it again
      const entered = field.value.trim(), value = read(entered);
      field.remove();
      if (stay) box.focus();
      if (!keep || !entered || entered === text) return;
      warning.textContent = value === undefined ? say("no number", { entered }) : "";
      if (value !== undefined) write(value);
    };
    field.value = typed || text;
    field.onblur = () => close(true);
    field.onkeydown = ({ key }) => { if (/^E(nter|scape)$/.test(key)) close(key === "Enter", true); };
    pause();
    box.append(field);
    field.focus();
    if (!typed) field.select();
  }

  function play() {
    const step = (to) => store.set({ cell: [Math.floor(to / now.output[1]), to % now.output[1]] });
    const at = () => cells.findIndex((box) => box.tabIndex === 0), last = cells.length - 1;
    timer = setInterval(() => (at() < last ? step(at() + 1) : pause()), 800);
    if (at() === last) step(0);
    label("❚❚", "pause");
  }
  function pause() {
    const played = timer;
    clearInterval(timer);
    timer = 0;
    label("▶\uFE0E", "play");
    if (played && !now.problem) light(); // so that a screen reader says where it stopped
  }
  function label(glyph, name) {
    button.textContent = `${glyph} ${say(name)}`;
    button.ariaLabel = say(name);
  }
}

/** Draws an explorer, without a kernel, into each element of a page that holds an explorer's settings. */
function host(page) {
  for (const root of page.querySelectorAll("[data-convolution-explorer]")) {
    const values = JSON.parse(root.dataset.convolutionExplorer);
    let listen;
    mount(root, {
      get: (name) => values[name],
      set: (changes) => { Object.assign(values, changes); listen(); },
      subscribe: (listener) => { listen = listener; },
    });
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

function make(what, ...children) {
  const attributes = children[0]?.constructor === Object ? children.shift() : {};
  const [tag, ...classes] = what.split("."), element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.dataset.lmSuppressShortcuts = ""; // otherwise JupyterLab uses the arrow keys itself
  element.append(...children);
  return element;
}
/** Sets variables of the style sheet. */
function vary(element, values) {
  for (const [name, value] of Object.entries(values)) element.style.setProperty(`--${name}`, value);
}
function cell(text) {
  return make(`span.cell${text.length > 3 ? ".long" : ""}`, make("span", text));
}
function grid(label, [rows, columns], head = (at) => at, content) {
  const title = (at, axis) => make("span.head", { role: axis ? "columnheader" : "rowheader" }, number(head(at, axis)));
  const line = (...cells) => make("div", { role: "row" }, ...cells);
  const box = make("div.grid", { role: "grid", "aria-label": label },
    line(make("span"), ...list(columns, (j) => title(j, 1))),
    ...list(rows, (i) => line(title(i, 0), ...list(columns, (j) => content(i, j)))));
  vary(box, { n: columns });
  return box;
}
function figure(caption, ...pictures) {
  return make("figure", make("figcaption", caption), ...pictures);
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
  const next = {
    ArrowUp: [row - far, column], ArrowDown: [row + far, column], ArrowLeft: [row, column - far],
    ArrowRight: [row, column + far], Home: [ctrlKey ? 0 : row, 0], End: [ctrlKey ? 1e9 : row, 1e9],
  }[key];
  return next && inside(next, shape);
}
/** Returns the number that a text means, undefined for none: "−0.5", "0,5" and "1/9" are read too. */
function read(text) {
  const [above, below = 1, ...more] = text.replace("−", "-").replace(",", ".").split("/"), value = above / below;
  return above && !more.length && Math.abs(value) <= 9999 ? value : undefined;
}
/** Returns a text with values in place of their names. */
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
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
const inside = (place, shape) => place.map((at, axis) => Math.max(0, Math.min(at, shape[axis] - 1)));
const within = (part) => Math.max(0, Math.min(1, part));
const by = ([height, width]) => `${height} × ${width}`;
const isPicture = ({ channels, size }) => channels.length > 1 || Math.max(...size) > 12;
const split = (numbers) => (typeof numbers[0][0] === "number" ? [numbers] : numbers);
const plain = (channels) => (channels.length > 1 ? channels : channels[0]);
