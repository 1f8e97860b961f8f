// The token that goes with calls, and where it may go.

import type { Interceptor } from "@connectrpc/connect";

/** Sends a token with every call. */
export function carrying(token: string): Interceptor {
  return (next) => (request) => {
    request.header.set("authorization", `Bearer ${token}`);
    return next(request);
  };
}

/** Whether a host, perhaps an address in brackets, is this machine itself. */
export function isLocal(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}
