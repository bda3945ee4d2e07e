(stretch) => (root, data, composed) => {
  // The blocks of each drawing that are not as its level has them, and the triangles that open and close them.
  const figures = [...root.querySelectorAll("figure")], drawn = new Map(figures.map((figure) => [figure, figure.innerHTML]));
  const changes = new Map(figures.map((figure) => [figure, new Set()])), known = new Set([...root.querySelectorAll("template")].map((one) => one.dataset.of));
  const set = (element, values) => { for (const [key, value] of Object.entries(values)) element.setAttribute(key, value); return element; };
  const area = ({ width, height }) => width * height;

  // A frame that is cut into parts, in two columns, does not close.
  const framesOf = (figure) => [...figure.querySelectorAll(".cluster[data-name]")].filter((frame, _, all) => known.has(frame.dataset.block) && all.filter((other) => other.dataset.block === frame.dataset.block).length === 1);
  const opening = (box) => (known.has(box.dataset.block) ? box.dataset.block : null);
  function around(box) {
    const at = box.getBBox(), x = at.x + at.width / 2, y = at.y + at.height / 2;
    const found = framesOf(box.closest("figure")).map((frame) => [frame.dataset.block, frame.getBBox()]).filter(([, rect]) => x > rect.x && y > rect.y && x < rect.x + rect.width && y < rect.y + rect.height);
    return found.sort(([, a], [, b]) => area(a) - area(b))[0]?.[0] ?? null;
  }

  // An open block without a frame of its own gets a thin one, if it stands together in one column.
  function outline(figure) {
    const svg = figure.querySelector("svg"), graph = svg.querySelector("g"), boxes = [...figure.querySelectorAll(".box")];
    const edges = (element) => { const { x, y, width, height } = element.getBBox(); return [x, y, x + width, y + height]; };
    const holds = (outer, inner) => outer[0] <= inner[0] && outer[1] <= inner[1] && outer[2] >= inner[2] && outer[3] >= inner[3];
    const frames = [...figure.querySelectorAll(".cluster")].map(edges), placed = new Map(boxes.map((box) => [box, edges(box)]));
    for (const [id, [name, first, last]] of Object.entries(data.blocks).reverse()) {
      const inside = boxes.filter((box) => parseInt(box.dataset.rows) >= first && parseInt(box.dataset.rows) + +box.dataset.own - 1 <= last);
      if (!inside.length || figure.querySelector(`[data-block="${id}"]`)) continue;
      const others = boxes.filter((box) => !inside.includes(box)).map((box) => placed.get(box));
      const parts = [...inside.map((box) => placed.get(box)), ...frames.filter((frame) => inside.some((box) => holds(frame, placed.get(box))) && !others.some((other) => holds(frame, other)))];
      const low = [0, 1].map((i) => Math.min(...parts.map((part) => part[i])) - 5), high = [2, 3].map((i) => Math.max(...parts.map((part) => part[i])) + 5);
      const [l, t, r, b] = [...low, ...high], across = data.upright ? 0 : 1;
      if (others.some((o) => o[0] < r && o[2] > l && o[1] < b && o[3] > t)) continue;
      if (svg.dataset.gutters.split(" ").some((gutter) => gutter && +gutter > low[across] && +gutter < high[across])) continue;
      const frame = set(document.createElementNS(svg.namespaceURI, "g"), { class: "cluster outline", "data-block": id, "data-name": name });
      frame.innerHTML = `<path fill="none" stroke="#8a8a8a" stroke-dasharray="3 2" d="M${l},${t} L${r},${t} L${r},${b} L${l},${b} L${l},${t}"/>`;
      graph.prepend(frame);
      frames.push([l, t, r, b]);
    }
  }

  function dress(figure) {
    const svg = set(figure.querySelector("svg"), { role: "group" }), graph = svg.querySelector("g"), boxes = [...figure.querySelectorAll(".box")];
    for (const box of boxes) set(box, { tabindex: "0", role: "button", ...(opening(box) && { "aria-expanded": "false" }) });
    if (figure.hidden) return;
    for (const block of [...boxes.filter(opening), ...framesOf(figure)]) {
      const shut = block.matches(".box"), { x, y } = block.getBBox();
      const toggle = set(document.createElementNS(svg.namespaceURI, "g"), {
        class: "toggle", tabindex: "-1", role: "button", "data-block": block.dataset.block, "aria-expanded": String(!shut),
        "aria-label": `${data.words[shut ? "open" : "close"]} ${block.dataset.name}`, transform: block.matches(".outline") ? `translate(${x + 14} ${y})` : `translate(${x - 4} ${y + 9})`,
      });
      toggle.innerHTML = `<title></title><circle r="10" fill="transparent" stroke="none"/><circle r="5.5"/><path d="M-1.5-3L2.5 0L-1.5 3Z"${shut ? "" : ' transform="rotate(90)"'}/>`;
      toggle.firstChild.textContent = toggle.getAttribute("aria-label");
      graph.append(toggle);
    }
  }

  function compose(figure, anew) {
    if (anew) changes.get(figure).clear();
    figure.innerHTML = drawn.get(figure);
    outline(figure);
    const svg = figure.querySelector("svg"), level = (id) => +id.split("_")[1];
    for (const id of [...changes.get(figure)].sort((a, b) => level(a) - level(b))) stretch(root, data, svg, id);
    if (changes.get(figure).size) {
      const graph = svg.querySelector("g"), { x, y, width, height } = graph.getBBox();
      graph.removeAttribute("transform");
      set(svg, { viewBox: `${x - 12} ${y - 12} ${width + 24} ${height + 24}`, width: `${width + 24}pt`, height: `${height + 24}pt` });
      svg.style.minWidth = `${0.75 * width}pt`;
    }
    dress(figure);
    composed();
  }

  // One block, and no other; its triangle stays where it is on the screen, and comes back.
  function toggle(figure, id, pane) {
    const one = () => figure.querySelector(`.toggle[data-block="${id}"]`), before = one().getBoundingClientRect();
    if (!changes.get(figure).delete(id)) changes.get(figure).add(id);
    compose(figure);
    const after = one()?.getBoundingClientRect();
    if (after) { pane.scrollTop += after.top - before.top; pane.scrollLeft += after.left - before.left; }
    return one();
  }

  for (const figure of figures) {
    if (!figure.hidden) outline(figure);
    dress(figure);
  }
  return { opening, around, compose, toggle, changed: (figure) => changes.get(figure).size > 0 };
}
