// A thin client for decision tables servers, for pages in a browser.

export * from "./shared.js";
export { type BrowserOptions, connect, type Protocol } from "./web.js";
