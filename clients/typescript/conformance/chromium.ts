// The system's Chromium, and pages for it.

import { existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { delimiter, join } from "node:path";

import { type Browser, chromium } from "playwright-core";

/** The system's Chromium, whose sandbox root cannot have. */
export function opened(): Promise<Browser> {
  const places = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, "chromium"));
  const executablePath = places.find(existsSync);
  if (!executablePath) throw new Error("chromium is not installed: run `make toolchains`");
  return chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
}

const KINDS: Readonly<Record<string, string>> = { js: "text/javascript", css: "text/css" };

/** Serves files at HOST:PORT; what there is not is empty. */
export async function served(address: string, file: (name: string) => string | Buffer): Promise<Server> {
  const pages = createServer((request, response) => {
    const name = new URL(request.url!, `http://${address}`).pathname.slice(1) || "index.html";
    response.setHeader("content-type", `${KINDS[name.split(".").pop()!] ?? "text/html"}; charset=utf-8`);
    response.end(file(name));
  });
  const [host, port] = address.split(":") as [string, string];
  await new Promise<void>((resolve) => pages.listen(Number(port), host, resolve));
  return pages;
}
