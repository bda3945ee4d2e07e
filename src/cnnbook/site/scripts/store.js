// What the browser keeps: the record of tries, and for each live element what was done in it.
//
// A browser may refuse to keep anything, above all for a page that was opened as a file; then it is kept until
// the page is closed.

const RECORD = "cnnbook.record";

const store = (() => {
  const own = new Map(); // what is known here, and all there is where the browser keeps nothing
  let area = null;
  try {
    area = window.localStorage;
    area.setItem("cnnbook.test", "1");
    area.removeItem("cnnbook.test");
  } catch {
    area = null;
  }
  return {
    /** Whether what is set outlasts the page. */
    get lasts() { return area !== null; },
    get(name) {
      return (area ? area.getItem(name) : own.get(name)) ?? null;
    },
    set(name, text) {
      own.set(name, text);
      try {
        area?.setItem(name, text);
      } catch { // it is full
        area = null;
      }
    },
    remove(name) {
      own.delete(name);
      area?.removeItem(name);
    },
    names() {
      return area ? Object.keys(area) : [...own.keys()];
    },
  };
})();
