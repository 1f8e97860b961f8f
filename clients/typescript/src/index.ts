// A thin client for decision tables servers, for Node.

export * from "./shared.js";
export { connect, type ConnectOptions, type Pem, type Tls } from "./connection.js";
