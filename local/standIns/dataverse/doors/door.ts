/** What leaves Dataverse, and what its headers or properties are made of. */
export type Posting = {
  /** JSON text of a RemoteExecutionContext. */
  readonly body: Buffer;
  /** Given by hand: goes out whatever its size. */
  readonly verbatim?: boolean;
  readonly entityName: string;
  readonly requestName: string;
  readonly correlationId: string;
  /** Of a payload given by hand: added to the real ones, and named alike replaces them. */
  readonly extra?: Readonly<Record<string, string>> | undefined;
};

/** `status` is the HTTP status, or a word for what happened instead of an answer. */
export type Attempt = { readonly at: number; readonly status: number | string };

export type Posted = {
  readonly attempts: readonly Attempt[];
  readonly outcome: "delivered" | "failed" | "retry-later";
  readonly message: string;
};

/** Never rejects: every failure is an outcome. */
export type Door = { readonly post: (posting: Posting) => Promise<Posted> };
