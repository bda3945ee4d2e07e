(name, data, makeBlocks, panel) => document.querySelectorAll(`.cnnbook-live[data-graph="${name}"]:not([data-alive])`).forEach((root) => {
  root.dataset.alive = "";
  // Otherwise JupyterLab takes Enter and the arrow keys itself.
  root.dataset.lmSuppressShortcuts = "";
  const one = (selector) => root.querySelector(selector);
  const all = (selector) => [...root.querySelectorAll(selector)];
  const told = one(".told"), find = one("input[type=search]"), found = one("output.found"), drawing = one(".drawing");
  const range = one("input[type=range]"), shown = one("output.depth"), figures = all("figure");
  const start = told.innerHTML;
  const keepInSight = panel(root, told);
  let lit = null, last = null;

  // "3-5 9" is the rows 3, 4, 5 and 9.
  const rows = (box) => box.dataset.rows.split(" ").flatMap((part) => {
    const [from, to = from] = part.split("-").map(Number);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
  const boxes = () => all("figure:not([hidden]) .box");
  const line = new Map(all(".table tbody tr").map((tr) => [+tr.cells[0].textContent, tr]));

  const blocks = makeBlocks(root, data, (figure) => {
    seek();
    if (lit) light(boxes().find((box) => rows(box).includes(rows(lit)[0])) ?? null);
  });

  function tell(box) {
    keepInSight(box);
    told.classList.toggle("stop", box ? box.dataset.stop !== undefined : data.stopped);
    if (!box) { told.innerHTML = start; return; }
    const own = rows(box).slice(0, +box.dataset.own);
    const lines = box.dataset.told ? [box.dataset.told.split("\n")] : own.map((row) => data.rows[row]);
    told.replaceChildren();
    for (const [first, ...others] of lines) {
      const title = document.createElement("b");
      title.textContent = first;
      told.append(title, `\n${others.map((text) => `${text}\n`).join("")}`);
    }
    told.scrollTop = 0;
  }

  function light(box) {
    all(".lit").forEach((element) => element.classList.remove("lit"));
    all("[aria-pressed]").forEach((element) => element.removeAttribute("aria-pressed"));
    lit = box;
    if (!box) return;
    box.classList.add("lit");
    box.setAttribute("aria-pressed", "true");
    const lines = rows(box).map((row) => line.get(row)).filter(Boolean);
    for (const tr of lines) {
      tr.classList.add("lit");
      tr.closest("details")?.querySelector("summary").classList.add("lit");
    }
    if (!lines.length) return;
    const folded = lines[0].closest("details"), table = one(".cnnbook-trace");
    if (folded) folded.open = true;
    const place = lines[0].getBoundingClientRect().top - table.getBoundingClientRect().top;
    table.scrollTop += place - table.clientHeight / 3;
  }

  function go(box) {
    if (!box) return;
    box.focus({ preventScroll: true });
    const at = box.getBoundingClientRect(), frame = drawing.getBoundingClientRect();
    if (at.top < frame.top || at.bottom > frame.bottom) drawing.scrollTop += at.top - frame.top - frame.height / 3;
    if (at.left < frame.left || at.right > frame.right) drawing.scrollLeft += at.left - frame.left - 20;
    box.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  // The box that lies in a direction; downwards after the last of a column, the next one in the network.
  function beside(box, key) {
    const order = boxes(), upright = key === "ArrowDown" || key === "ArrowUp", sign = /Down|Right/.test(key) ? 1 : -1;
    const centre = (one) => { const at = one.getBoundingClientRect(); return [at.left + at.width / 2, at.top + at.height / 2, at.width, at.height]; };
    const [x, y, width, height] = centre(box);
    let best = null, nearest = Infinity;
    for (const other of order) {
      const [x1, y1, width1] = centre(other);
      const [along, across] = upright ? [sign * (y1 - y), Math.abs(x1 - x)] : [sign * (x1 - x), Math.abs(y1 - y)];
      const reach = upright ? across < Math.max(width, width1) / 2 + 10 : across < 4 * height;
      if (other !== box && along > 3 && reach && along + 2 * across < nearest) [best, nearest] = [other, along + 2 * across];
    }
    return best ?? (upright ? order[order.indexOf(box) + sign] : null);
  }

  function open(depth, row) {
    const to = Math.max(0, Math.min(figures.length - 1, depth));
    figures.forEach((figure, i) => { figure.hidden = i !== to; });
    blocks.compose(figures[to], true);
    level();
    const again = row === undefined ? null : boxes().find((box) => rows(box).includes(row));
    if (again) go(again);
  }
  function turn(id, box) {
    if (!id) return;
    const first = box && rows(box)[0], again = blocks.toggle(figures[depth()], id, drawing);
    if (box) go(boxes().find((other) => rows(other).includes(first)));
    else again?.focus({ preventScroll: true });
    level();
  }
  function level() {
    if (range) range.value = depth() + 1;
    if (shown) shown.textContent = `${depth() + 1} / ${figures.length}${blocks.changed(figures[depth()]) ? `, ${data.words.changed}` : ""}`;
  }
  const depth = () => figures.findIndex((figure) => !figure.hidden);

  function seek() {
    const text = find.value.trim().toLowerCase();
    drawing.classList.toggle("seeking", text !== "");
    let count = 0;
    for (const box of boxes()) {
      const hit = text !== "" && (box.dataset.name.toLowerCase().includes(text) || rows(box).some((row) => data.rows[row]?.[0].toLowerCase().includes(text)));
      box.classList.toggle("found", hit);
      count += hit;
    }
    found.textContent = text && `${count} / ${boxes().length}`;
  }

  const boxOf = (event) => event.target.closest?.(".box"), toggleOf = (event) => event.target.closest?.(".toggle");
  drawing.addEventListener("pointerover", (event) => tell(boxOf(event) ?? last ?? lit));
  drawing.addEventListener("pointerleave", () => tell(last ?? lit));
  drawing.addEventListener("focusin", (event) => { last = boxOf(event); tell(last ?? lit); });
  drawing.addEventListener("focusout", () => { last = null; });
  drawing.addEventListener("dblclick", (event) => { const box = boxOf(event); turn(box && blocks.opening(box)); });
  drawing.addEventListener("click", (event) => { turn(toggleOf(event)?.dataset.block); });
  drawing.addEventListener("click", (event) => { const box = boxOf(event); if (box) { box.focus({ preventScroll: true }); light(box); tell(box); } });
  one(".table").addEventListener("click", (event) => {
    const tr = event.target.closest("tbody tr");
    const box = tr && boxes().find((other) => rows(other).includes(+tr.cells[0].textContent));
    if (box) { const table = one(".cnnbook-trace"), at = table.scrollTop; go(box); light(box); table.scrollTop = at; }
  });
  root.addEventListener("keydown", (event) => {
    const box = boxOf(event);
    if (event.key === "Escape") { if (find.value) { find.value = ""; seek(); } light(null); tell(box); }
    else if (event.target === find && event.key === "Enter") { const hits = all("figure:not([hidden]) .found.box"); go(hits[0]); }
    // JupyterLab saves.
    else if (event.key === "s" && (event.ctrlKey || event.metaKey) && root.closest(".jp-Notebook")) document.body.dispatchEvent(new KeyboardEvent("keydown", event));
    else if (toggleOf(event) && (event.key === "Enter" || event.key === " ")) turn(toggleOf(event).dataset.block);
    else if (!box || event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.key === " ") turn(blocks.opening(box) ?? blocks.around(box), box);
    else if (event.key === "Enter") { light(box); tell(box); }
    else if (event.key.startsWith("Arrow")) go(beside(box, event.key));
    else if (event.key === "+" || event.key === "=" || event.key === "-") open(depth() + (event.key === "-" ? -1 : 1), rows(box)[0]);
    else return;
    event.preventDefault();
  });
  find.addEventListener("input", seek);
  range?.addEventListener("input", () => open(range.value - 1));
  all("button[data-by]").forEach((button) => button.addEventListener("click", () => open(depth() + +button.dataset.by)));
})
