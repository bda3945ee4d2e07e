// Python for all live elements of a page: started once, asked in turn, and started again if it does not come back.

const PATIENCE = 10; // seconds for one answer, once Python runs
const START = 90; // seconds until Python runs

const engine = (() => {
  let worker = null; // that of the promise `running`, which settles when it is ready
  let running = null, script = null, stop = null, last = 0;
  const asked = new Map(); // by number, in their order: what has no answer yet
  const heard = new Set(); // listeners that want to know when Python starts anew

  const problem = (name, values = {}) => Object.assign(new Error(fill(WORDS[name], values)), { name });

  function load() {
    script ??= new Promise((resolve, reject) => {
      const node = Object.assign(document.createElement("script"), { src: `${HERE}engine.js` });
      node.onload = () => resolve(self.cnnbookEngine);
      node.onerror = () => { script = null; reject(problem("no engine")); };
      document.head.append(node);
    });
    return script;
  }

  function start() {
    running ??= load().then((content) => new Promise((resolve, reject) => {
      const refuse = (error) => { end(); reject(error); };
      stop = setTimeout(() => refuse(problem("no start", { seconds: START })), 1000 * START);
      try {
        worker = content.start();
      } catch (error) {
        return refuse(problem("no worker", { error: said(error) }));
      }
      worker.onerror = (event) => {
        event.preventDefault?.();
        refuse(problem("no worker", { error: said(event) }));
      };
      worker.onmessage = ({ data }) => {
        if (data.fatal) return refuse(problem("no worker", { error: said(data.fatal) }));
        if (!data.ready) return answered(data);
        clearTimeout(stop);
        worker.onerror = () => again(problem("stopped"));
        post({ id: 0, text: JSON.stringify({ do: "start", record: store.get(RECORD) ?? "" }) });
        for (const listener of heard) listener();
        resolve();
        for (const one of asked.values()) send(one);
      };
    }));
    running.catch(() => { running = null; });
    return running;
  }

  function end() {
    clearTimeout(stop);
    worker?.terminate();
    worker = null;
    running = null;
  }

  const said = (error) => String(error?.message || error?.type || error).replace(/\.$/, "");
  const post = (message) => worker.postMessage(message);

  function send(one) {
    one.sent = true;
    post({ id: one.id, text: JSON.stringify(one.request()) });
    watch();
  }

  /** Python does one thing after the other, so the time of the first one in the row is what runs. */
  function watch() {
    const [first] = asked.values();
    if (!first?.sent || first.timer) return;
    first.timer = setTimeout(() => again(problem("late", { seconds: PATIENCE })), 1000 * PATIENCE);
  }

  function answered({ id, text, failed }) {
    const one = asked.get(id);
    if (!one) return;
    asked.delete(id);
    clearTimeout(one.timer);
    watch();
    if (failed) return one.reject(problem("failed", { error: failed }));
    const reply = JSON.parse(text);
    if (reply.error) one.reject(Object.assign(new Error(reply.error), { name: "said" }));
    else one.resolve(reply);
  }

  /** Starts Python again: what it was at work on has failed, and all else is asked again. */
  function again(error) {
    const [first] = asked.values();
    end();
    if (first) {
      asked.delete(first.id);
      clearTimeout(first.timer);
      first.reject(error);
    }
    for (const one of asked.values()) one.sent = false;
    start().catch(failAll);
  }

  function failAll(error) {
    for (const one of asked.values()) one.reject(error);
    asked.clear();
  }

  return {
    start,
    get alive() { return worker !== null; },
    /** Calls a listener whenever Python has started and knows of no element. */
    onstart: (listener) => heard.add(listener),
    /** Returns the answer to a request, which `request` makes when it is sent. */
    ask(request) {
      return new Promise((resolve, reject) => {
        const one = { id: ++last, request, resolve, reject };
        asked.set(one.id, one);
        const ready = start();
        ready.then(() => { if (!one.sent && asked.has(one.id)) send(one); }, (error) => {
          if (asked.delete(one.id)) reject(error);
        });
      });
    },
  };
})();
