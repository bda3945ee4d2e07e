// Runs a file of Python in Pyodide under node: node run.mjs PYODIDE STDLIB FILE FOLDER, the folder being /host.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [pyodide, stdLibURL, file, folder] = process.argv.slice(2);
try {
  const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`));
  const python = await loadPyodide({ indexURL: pyodide, stdLibURL, env: { HOME: "/learner" } });
  python.mountNodeFS("/host", folder);
  python.runPython(readFileSync(file, "utf8"), { filename: file });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
