// Opens the example page as a visitor would: node visit.js FOLDER HOST:PORT QUERY SCREENSHOT [NAME=VALUE...]
//
// It serves the folder there, fills in the boxes of these names, asks, and prints the answer that the page shows.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { opened, served } from "./chromium.js";

const [folder, address, query, screenshot, ...given] = process.argv.slice(2) as [string, string, string, string, ...string[]];

const pages = await served(address, (name) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name)) : ""));
const browser = await opened();
try {
  const page = await browser.newPage({ viewport: { width: 900, height: 900 } });
  page.on("pageerror", (error) => console.log(`the page failed: ${error.message}`));
  await page.goto(`http://${address}/?${query}`);
  if (given.length > 0) {
    for (const pair of given) {
      const [name, value] = pair.split("=", 2) as [string, string];
      await page.locator(`input[name="${name}"]`).fill(value);
    }
    await page.getByRole("button").click();
  }
  const answer = page.locator("#answer");
  await answer.locator(":scope > *").last().waitFor();
  console.log(await answer.innerText());
  await page.screenshot({ path: screenshot });
} finally {
  await browser.close();
  pages.close();
}
