// The form of the cases, as far as a runner looks at it.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The files of a folder in the order of their names. */
export function contents(folder: string): Content[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return names.sort().map((name) => JSON.parse(readFileSync(join(folder, name), "utf-8")) as Content);
}

/** Prints what came of a case, and how long it took. */
export async function report({ feature }: Content, asking: Case, ask: () => Promise<unknown>): Promise<void> {
  const began = performance.now();
  const answer = await ask();
  const seconds = (performance.now() - began) / 1000;
  console.log(JSON.stringify({ case: `${feature}/${asking.name}`, answer, seconds }));
}

export interface Servers {
  readonly addresses: Record<string, string>;
  readonly files: Record<string, string>;
}

export interface Content {
  readonly feature: string;
  readonly cases: readonly Case[];
}

export interface Case {
  readonly name: string;
  readonly call: string;
  readonly connect?: {
    readonly server?: string;
    readonly target?: string;
    readonly token?: string;
    readonly timeout?: number | null;
    readonly retries?: number;
    readonly tls?: Record<string, string>;
  };
  readonly ask?: {
    readonly model?: string;
    readonly table?: string;
    readonly as_of?: string;
    readonly release?: string;
    readonly known_at?: string;
    readonly list?: string;
    readonly rule?: string;
    readonly version?: number;
  };
  readonly inputs?: Record<string, unknown>;
  readonly rows?: readonly { readonly inputs: Record<string, unknown>; readonly table?: string; readonly as_of?: string }[];
  readonly columns?: Record<string, readonly unknown[]>;
  readonly repeat?: number;
  readonly chunk_size?: number;
  readonly take?: number;
  /** The name of a file to hand in. */
  readonly file?: string;
}
