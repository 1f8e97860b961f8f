// The form of the cases, as far as a runner looks at it.

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
}
