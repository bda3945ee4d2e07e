(root, told) => {
  // What is told stays in sight: at the top of what can be seen of the graph, or at its foot where it
  // would cover the box that it is about. Neither sticky nor fixed does, inside of JupyterLab's outputs.
  let box = null;
  function place() {
    told.style.transform = "";
    if (!box?.isConnected) return;
    let top = 0, foot = innerHeight;
    for (let up = root; up; up = up.parentElement) {
      const at = up.getBoundingClientRect(), cuts = up === root || getComputedStyle(up).overflowY !== "visible";
      if (cuts && up !== document.documentElement && up !== document.body) [top, foot] = [Math.max(top, at.top), Math.min(foot, at.bottom)];
    }
    const home = told.getBoundingClientRect(), about = box.getBoundingClientRect();
    let down = Math.max(0, top - home.top);
    if (down && about.top < home.bottom + down && about.bottom > home.top + down) down = foot - home.bottom;
    if (down > 0) told.style.transform = `translateY(${down}px)`;
  }
  addEventListener("scroll", place, { capture: true, passive: true });
  addEventListener("resize", place);
  return (about) => { box = about; place(); };
}
