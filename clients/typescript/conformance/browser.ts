// Puts the conformance cases to the TypeScript client in a page of Chromium:
// node browser.js connect|grpc-web CASES_FOLDER SERVERS_FILE.
//
// clients/conformance/README.md has the contract of such a program.

import { readFileSync } from "node:fs";

import { build } from "esbuild";

import { type Case, contents, report, type Servers } from "./cases.js";
import { opened, served } from "./chromium.js";

const [protocol, folder, serversFile] = process.argv.slice(2) as [string, string, string];
const { addresses } = JSON.parse(readFileSync(serversFile, "utf-8")) as Servers;

const script = await bundled(new URL("page.js", import.meta.url).pathname);
const files: Readonly<Record<string, string>> = {
  "index.html": '<!doctype html><script type="module" src="/page.js"></script>',
  "page.js": script,
};
const pages = await served(addresses.page!, (name) => files[name] ?? "");
const browser = await opened();
try {
  const page = await browser.newPage();
  await page.goto(`http://${addresses.page}/`);
  for (const content of contents(folder)) {
    for (const each of content.cases) {
      const url = addresses[each.connect?.server ?? "main"]!;
      const ask = ([asking, url, protocol]: [Case, string, string]) =>
        (globalThis as unknown as { answerTo: (...asked: unknown[]) => Promise<unknown> }).answerTo(asking, url, protocol);
      await report(content, each, () => page.evaluate(ask, [each, url, protocol] as [Case, string, string]));
    }
  }
} finally {
  await browser.close();
  pages.close();
}

/** The script of a page with all that it imports, as the README says. */
async function bundled(entry: string): Promise<string> {
  const made = await build({ entryPoints: [entry], bundle: true, format: "esm", write: false });
  return made.outputFiles[0]!.text;
}
