(root, data, svg, id) => {
  // Opens or closes one block in a drawing: the rest stays as it is, and only moves apart or together.
  const graph = svg.querySelector("g"), along = data.upright ? 1 : 0, across = 1 - along;
  const all = (selector) => [...graph.querySelectorAll(selector)];
  const span = (element) => { const { x, y, width, height } = element.getBBox(); return [[x, x + width], [y, y + height]]; };
  const middle = ([from, to]) => (from + to) / 2;
  const centre = (rect) => rect.map(middle);
  const within = (at, rect, room) => rect.every(([from, to], axis) => at[axis] >= from - room && at[axis] <= to + room);
  const covers = (outer, inner) => within(inner.map(([from]) => from), outer, 1) && within(inner.map(([, to]) => to), outer, 1);
  const points = (text) => [...text.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => [+x, +y]);
  const path = (corners) => `M${corners.map((at) => at.map((n) => n.toFixed(1)).join()).join(" L")}`;
  const by = (shift) => (at) => at.map((n, axis) => n + shift[axis]);

  // Piecewise linear: the marks `from` go to the marks `to`, and what lies outside of them as they do.
  function bend(value, from, to) {
    const last = from.length - 1;
    if (value <= from[0]) return value + to[0] - from[0];
    if (value >= from[last]) return value + to[last] - from[last];
    const i = from.findLastIndex((mark) => mark <= value);
    return to[i] + ((value - from[i]) / (from[i + 1] - from[i])) * (to[i + 1] - to[i]);
  }

  function move(element, to) {
    for (const part of [element, ...element.querySelectorAll("*")]) {
      for (const name of ["d", "points"]) {
        let count = 0;
        const text = part.getAttribute(name);
        if (text) part.setAttribute(name, text.replace(/(-?[\d.]+),(-?[\d.]+)/g, (_, x, y) => to([+x, +y], count++).map((n) => n.toFixed(2)).join()));
      }
      for (const names of [["x", "y"], ["cx", "cy"]]) {
        if (!part.hasAttribute(names[0])) continue;
        const at = to(names.map((name) => +part.getAttribute(name)));
        names.forEach((name, axis) => part.setAttribute(name, at[axis].toFixed(2)));
      }
    }
  }

  const old = graph.querySelector(`.box[data-block="${id}"]`) ?? graph.querySelector(`.cluster[data-block="${id}"]`);
  const opens = old?.matches(".box"), from = opens && root.querySelector(`template[data-of="${id}"]`);
  const closed = `.box[data-block="${id}"]`;
  const source = from ? from.content : [...root.querySelectorAll("template")].map((one) => one.content.querySelector(closed)).find(Boolean) ?? root.querySelector(`figure ${closed}`);
  if (!old || !source) return;
  const parts = (opens ? [...source.querySelectorAll(".cluster, .node, .edge")] : [source]).map((part) => part.cloneNode(true));
  const before = span(old);
  const gone = opens ? [old] : all(".cluster, .node, .edge").filter((element) => covers(before, span(element)));
  const place = gone.find((element) => element.matches(".node")), edges = all(".edge").filter((edge) => !gone.includes(edge)), frames = all(".cluster").filter((frame) => !gone.includes(frame));
  const nodes = all(".node").filter((node) => !gone.includes(node)).map((node) => ({ node, rect: span(node) }));
  const tip = (edge) => points(edge.querySelector("polygon")?.getAttribute("points") ?? "")[1] ?? points(edge.querySelector("path").getAttribute("d")).at(-1);
  const start = (edge) => points(edge.querySelector("path").getAttribute("d"))[0];
  const room = opens ? 2 : 0;
  const entering = edges.filter((edge) => within(tip(edge), before, room)), leaving = edges.filter((edge) => within(start(edge), before, room));

  // Edges are painted over nodes, so they come last.
  const line = parts.find((part) => part.matches(".edge")) ? all(".edge")[0] : null;
  for (const part of parts) part.matches(".edge") ? (line ? line.before(part) : graph.append(part)) : place.before(part);
  const size = span(parts[0]);
  const [entry, exit] = ["entry", "exit"].map((name) => from && from.dataset[name]?.split(" ").map(Number));
  const tips = entering.map((edge) => tip(edge)[across]);
  const enters = tips.length && (entry || !opens) ? (opens ? tips[0] : tips.reduce((sum, n) => sum + n) / tips.length) : middle(before[across]);
  const anchor = Math.max(before[across][0], Math.min(before[across][1], enters)), own = entry ? entry[across] : middle(size[across]);
  const after = [[], []];
  // Nothing moves together where something stands beside the block.
  const beside = [...nodes.map(({ rect }) => rect), ...frames.map(span).filter((rect) => !covers(rect, before))].some((rect) =>
    lane(middle(rect[across])) === lane(anchor) && rect[along][0] < before[along][1] && rect[along][1] > before[along][0]);
  after[along] = [before[along][0], Math.max(beside ? before[along][1] : before[along][0], before[along][0] + size[along][1] - size[along][0])];
  after[across] = [Math.min(before[across][0], anchor + size[across][0] - own), Math.max(before[across][1], anchor + size[across][1] - own)];

  // Columns keep their own lengths; what is wider moves those beside it.
  function lane(value) { return gutters().filter((gutter) => gutter < value - 0.5).length; }
  function gutters() { return svg.dataset.gutters.split(" ").filter(Boolean).map(Number); }
  const sideways = (value) => bend(value, [before[across][0], anchor, before[across][1]], [after[across][0], anchor, after[across][1]]);
  const to = (at) => {
    const moved = [];
    moved[across] = sideways(at[across]);
    moved[along] = lane(at[across]) === lane(anchor) ? bend(at[along], before[along], after[along]) : at[along];
    return moved;
  };
  const shift = (at) => to(at).map((n, axis) => n - at[axis]);

  // A box keeps its size, and the ends of its edges stay on it.
  const ends = edges.map((edge) => [[start(edge), 2], [tip(edge), 4]].map(([at, room]) => nodes.find(({ rect }) => within(at, rect, room))));
  for (const one of nodes) { one.shift = shift(centre(one.rect)); move(one.node, by(one.shift)); }
  for (const frame of frames) move(frame, to);
  edges.forEach((edge, i) => {
    const [tail, head] = ends[i], arrow = edge.querySelector("polygon"), curve = edge.querySelector("path"), last = points(curve.getAttribute("d")).length - 2;
    const pointed = head?.shift ?? shift(tip(edge));
    move(curve, (at, place) => (place < 2 && tail ? by(tail.shift)(at) : place >= last && (head || arrow) ? by(pointed)(at) : to(at)));
    if (arrow) move(arrow, by(pointed));
  });
  svg.dataset.gutters = gutters().map(sideways).join(" ");

  const offset = [];
  offset[across] = anchor - own;
  offset[along] = opens ? after[along][0] - size[along][0] : middle(after[along]) - middle(size[along]);
  for (const part of parts) move(part, by(offset));
  gone.forEach((element) => element.remove());
  if (opens) {
    // A line with a step in it, where its two ends do not face each other.
    const joint = (a, b) => [a, ...[a, b].map((at) => { const corner = []; corner[across] = at[across]; corner[along] = (a[along] + b[along]) / 2; return corner; }), b];
    const into = entry && by(offset)(entry), out = exit && by(offset)(exit);
    for (const edge of into ? entering : []) {
      const at = tip(edge), arrow = edge.querySelector("polygon"), curve = edge.querySelector("path");
      if ("fork" in from.dataset) arrow?.remove();
      else if (arrow) move(arrow, by(into.map((n, axis) => n - at[axis])));
      curve.setAttribute("d", curve.getAttribute("d") + path(joint(at, into)).replace("M", "L"));
    }
    for (const edge of out ? leaving : []) {
      const curve = edge.querySelector("path");
      curve.setAttribute("d", path(joint(out, start(edge))) + curve.getAttribute("d").replace(/^M[^A-Z]*/, ""));
    }
  } else {
    // Lines that led to the inside end at the border, each at the place that is nearest.
    const border = span(parts[0]);
    const nearest = (at) => at.map((n, axis) => Math.max(border[axis][0], Math.min(border[axis][1], n)));
    for (const edge of new Set([...entering, ...leaving])) {
      const curve = edge.querySelector("path"), length = curve.getTotalLength();
      let outside = Array.from({ length: Math.ceil(length) + 1 }, (_, i) => curve.getPointAtLength(i)).map(({ x, y }) => [x, y]).filter((at) => !within(at, after, 0));
      if (outside.length < 2) { edge.remove(); continue; }
      const into = entering.includes(edge);
      if (!into) outside.reverse();
      const away = (at) => Math.hypot(...nearest(at).map((n, axis) => n - at[axis])), aslant = away(outside.at(-1)) > 2;
      if (aslant) outside = [...outside.slice(0, outside.length > 20 ? -10 : undefined), nearest(outside.at(-1))];
      curve.setAttribute("d", path(into ? outside : [...outside].reverse()));
      if (!into) continue;
      const end = outside.at(-1), back = outside.at(aslant ? -2 : -Math.min(6, outside.length)), far = Math.hypot(end[0] - back[0], end[1] - back[1]) || 1;
      const [x, y] = back.map((n, axis) => (end[axis] - n) / far);
      const arrow = edge.querySelector("polygon") ?? edge.appendChild(document.createElementNS(svg.namespaceURI, "polygon"));
      arrow.setAttribute("points", [[-5, 1.75], [0, 0], [-5, -1.75]].map(([a, b]) => [end[0] + a * x - b * y, end[1] + a * y + b * x].join()).join(" "));
      for (const name of ["fill", "stroke"]) if (curve.hasAttribute("stroke")) arrow.setAttribute(name, curve.getAttribute("stroke"));
    }
  }
}
