// The reader's answers as a file, and what is due: the buttons of the pages to practise on.
for (const part of document.querySelectorAll(".keep")) {
  const status = part.querySelector("[role=status]");
  const file = part.querySelector("input[type=file]");
  const actions = {
    async export() {
      const text = await self.cnnbook.export();
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
      link.download = "answers.json";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
      return "Saved as answers.json.";
    },
    async import() {
      const [chosen] = file.files;
      if (!chosen) return "";
      const count = await self.cnnbook.import(await chosen.text());
      file.value = "";
      return count === 1 ? "1 answer is new." : `${count} answers are new.`;
    },
    async progress() {
      status.innerHTML = await self.cnnbook.progress("practice.html"); // the page that this button stands on
      return null;
    },
  };
  const act = async (name) => {
    status.textContent = "…";
    try {
      const said = await actions[name]();
      if (said !== null) status.textContent = said;
    } catch (error) {
      status.textContent = error.message;
    }
  };
  for (const button of part.querySelectorAll("[data-keep]")) {
    const name = button.dataset.keep;
    button.addEventListener("click", () => (name === "import" ? file.click() : act(name)));
  }
  file?.addEventListener("change", () => act("import"));
}
// A link to a kind of practice opens its fold.
const unfold = () => {
  const kind = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!kind?.matches("details.kind")) return;
  kind.open = true;
  kind.scrollIntoView();
};
addEventListener("hashchange", unfold);
addEventListener("load", unfold);
