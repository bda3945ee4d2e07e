// Python in a worker. The first message brings its files, each later one a request for cnnbook.site.worker.
//
// A page that was opened as a file may start no worker but a classic one from a blob, and may fetch nothing. Pyodide
// takes a worker without importScripts for one in which import() works, as it does here, and what it fetches is
// answered from the files that are here already.

self.importScripts = () => { throw new Error("this worker has no importScripts"); };

const TYPES = { mjs: "text/javascript", wasm: "application/wasm", zip: "application/zip" };
const type = (name) => TYPES[name.split(".").pop()];
let answer;

/** Returns the content of a file, which is base64 of gzip, as a response that can be read while it is unpacked. */
async function unpacked(name, text) {
  const packed = Uint8Array.fromBase64?.(text) ?? Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(plain, { headers: { "content-type": type(name) } });
}

async function start({ files, lock, place }) {
  const script = async (name) => {
    const content = await (await unpacked(name, files[name])).arrayBuffer();
    return import(URL.createObjectURL(new Blob([content], { type: type(name) })));
  };
  self.fetch = async (where) => {
    const name = String(where.url ?? where).split("/").pop();
    return name in files ? unpacked(name, files[name]) : new Response("", { status: 404 });
  };
  const content = unpacked("engine.zip", files["engine.zip"]).then((response) => response.arrayBuffer());
  const [{ default: createPyodideModule }, { loadPyodide }] = await Promise.all(
    ["pyodide.asm.mjs", "pyodide.mjs"].map(script));
  const python = await loadPyodide({
    createPyodideModule,
    indexURL: "blob:cnnbook/",
    packageBaseUrl: "blob:cnnbook/",
    stdLibURL: "blob:cnnbook/stdlib.zip",
    lockFileContents: lock,
    env: { HOME: "/learner", CNNBOOK_PROGRESS: "/learner/progress.jsonl" },
  });
  python.FS.writeFile(place, new Uint8Array(await content));
  python.globals.set("place", place);
  python.runPython("import sys; sys.path.insert(0, place); from cnnbook.site.worker import Worker; worker = Worker()");
  answer = python.globals.get("worker").answer;
}

self.onmessage = async ({ data }) => {
  try {
    if (data.files) {
      await start(data);
      postMessage({ ready: true });
    } else {
      postMessage({ id: data.id, text: answer(data.text) });
    }
  } catch (error) {
    const said = String(error?.message || error).trim().split("\n").pop().slice(0, 200);
    postMessage(data.files ? { fatal: said } : { id: data.id, failed: said });
  }
};
