// Prepares a page of the site for paper: what answers becomes what stands still, explanations go to the end.
addEventListener("DOMContentLoaded", () => {
  const main = document.querySelector("main");
  for (const unwanted of document.querySelectorAll(".skip, header.top, .beside, .within, .turn, footer, .headerlink, .as-pdf, .on-site, .place")) {
    unwanted.remove();
  }
  // That a browser cannot run the questions is no news on paper.
  for (const note of main.querySelectorAll(".cnnbook-instead p:last-child > em")) note.parentElement.remove();
  for (const image of main.querySelectorAll("img")) image.loading = "eager";

  // The code that only asks is not needed under a question; other folded code and folded outputs are shown.
  for (const folded of main.querySelectorAll(".cell > details.hide")) {
    const asks = folded.parentElement.querySelector("[data-live]");
    const inside = folded.querySelector(".cell_input, .cell_output");
    if (asks || !inside) folded.remove();
    else folded.replaceWith(inside);
  }

  // An explanation below a question would be read before the answer is written.
  const end = document.createElement("section");
  let count = 0;
  for (const explanation of [...main.querySelectorAll("details")]) {
    const summary = explanation.querySelector(":scope > summary");
    if (!summary || explanation.closest(".cell_output")) continue;
    count += 1;
    const title = summary.textContent.trim().replace(/^Explanation\b\s*/, "");
    const here = document.createElement("p");
    here.className = "explained";
    here.id = `from-${count}`;
    here.innerHTML = `<a href="#explanation-${count}">Explanation ${count}</a> stands at the end of the chapter.`;
    const there = document.createElement("div");
    there.className = "explanation";
    there.innerHTML = `<h3 id="explanation-${count}">Explanation ${count}</h3>`;
    if (title) there.firstChild.append(title.startsWith("of") ? ` ${title}` : `: ${title}`);
    summary.remove();
    there.append(...explanation.childNodes);
    explanation.replaceWith(here);
    end.append(there);
  }
  if (count) {
    end.insertAdjacentHTML("afterbegin", "<h2>Explanations</h2>");
    main.append(end);
  }
  // A link to another chapter is joined to its page afterwards; other pages of the site are not on this paper.
  for (const link of main.querySelectorAll("a[href]")) {
    const target = link.getAttribute("href");
    if (target.startsWith("#") || /^https?:/.test(target)) continue;
    const chapter = target.match(/(?:^|\/)(\d\d_\w+)\.html/);
    if (chapter) link.href = `https://cnnbook.invalid/${chapter[1]}`;
    else link.removeAttribute("href");
  }
});
