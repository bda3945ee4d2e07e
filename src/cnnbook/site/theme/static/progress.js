// How far the reader is: a count beside each chapter's link, and on the home page where to go on.
(() => {
  const asked = self.cnnbookAsked ?? {}; // the questions of each chapter that can be answered here
  const page = (link) => link.href.match(/\/notebooks\/(\w+)\.html(#|$)/)?.[1];
  const links = [...document.querySelectorAll(".beside a, .chapters a")].filter((link) => asked[page(link)]?.length);
  const begin = document.querySelector(".begin");
  const first = begin && { href: begin.getAttribute("href"), text: begin.textContent };

  function record() {
    try {
      const lines = (localStorage.getItem("cnnbook.record") ?? "").split("\n");
      return lines.filter(Boolean).map((line) => JSON.parse(line));
    } catch { // the browser keeps nothing, or somebody else wrote there
      return [];
    }
  }

  function show() {
    const tries = record();
    const right = new Set(tries.filter((one) => one.right).map((one) => one.exercise));
    for (const link of links) {
      const own = asked[page(link)], done = own.filter((name) => right.has(name)).length;
      link.querySelector(".done")?.remove();
      if (!done) continue;
      const text = done === own.length ? "✓" : `${done}/${own.length}`;
      const mark = Object.assign(document.createElement("span"), { className: "done", textContent: text });
      mark.setAttribute("role", "img");
      mark.setAttribute("aria-label", `${done} of ${own.length} questions right`);
      mark.title = `${done} of ${own.length} questions right`;
      link.append(" ", mark);
    }
    if (begin) goOn(tries);
  }

  /** Leads to the first question that is open in the chapter of the last answer, or in one after it. */
  function goOn(tries) {
    const tried = new Set(tries.map((one) => one.exercise)), chapters = Object.keys(asked);
    const last = tries.findLast((one) => chapters.some((chapter) => asked[chapter].includes(one.exercise)));
    const at = chapters.findIndex((chapter) => asked[chapter].includes(last?.exercise));
    const next = at < 0 ? undefined
      : chapters.slice(at).find((chapter) => asked[chapter].some((name) => !tried.has(name)));
    const link = links.find((one) => page(one) === next);
    if (!link) return Object.assign(begin, { href: first.href, textContent: first.text });
    const open = asked[next].find((name) => !tried.has(name));
    const title = link.firstChild.textContent.trim();
    Object.assign(begin, { href: `${link.getAttribute("href")}#${open}`, textContent: begin.dataset.next.replace("{title}", title) });
  }

  show();
  document.addEventListener("cnnbook:record", show);
  addEventListener("storage", show);
})();
