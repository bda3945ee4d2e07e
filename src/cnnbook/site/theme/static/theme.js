// Light or dark: what the reader chose, else what the system says. It runs before the page is drawn.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try { return localStorage.getItem("cnnbook-theme"); } catch { return null; }
  };
  const show = (theme) => {
    root.dataset.theme = theme;
    // The course's widgets read the theme where JupyterLab writes it.
    if (document.body) document.body.dataset.jpThemeLight = String(theme === "light");
    const button = document.querySelector(".shade");
    if (button) button.textContent = theme === "dark" ? "Light" : "Dark";
  };
  const current = () => chosen() || (system.matches ? "dark" : "light");
  show(current());
  system.addEventListener("change", () => show(current()));
  addEventListener("DOMContentLoaded", () => {
    show(current());
    const button = document.querySelector(".shade");
    button.hidden = false;
    button.addEventListener("click", () => {
      const theme = root.dataset.theme === "dark" ? "light" : "dark";
      try { localStorage.setItem("cnnbook-theme", theme); } catch { /* kept for this page only */ }
      show(theme);
    });
    // On a narrow screen the list of pages would push the text down.
    const pages = document.querySelector(".beside .all");
    if (pages && matchMedia("(max-width: 999px)").matches) pages.open = false;
    // On a wide screen the headings of the page stand beside the text, all in sight.
    const within = document.querySelector(".within details");
    if (within && matchMedia("(min-width: 1400px)").matches) within.open = true;
    // What is wider than its place scrolls, and so the keyboard has to reach it.
    const wide = new ResizeObserver((entries) => {
      for (const { target } of entries) {
        const scrolls = target.scrollWidth > target.clientWidth || target.scrollHeight > target.clientHeight;
        if (scrolls && !target.hasAttribute("tabindex")) Object.assign(target, { tabIndex: 0 }).dataset.scrolls = "";
        if (!scrolls && "scrolls" in target.dataset) target.removeAttribute("tabindex");
      }
    });
    for (const one of document.querySelectorAll("main :is(pre, .cell_output, .cnnbook-trace, .progress, table.docutils, math[display=block])")) {
      wide.observe(one);
    }
    pages?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
    scrollTo(0, location.hash ? scrollY : 0);
  });
})();
