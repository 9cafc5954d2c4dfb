import type { OrderRecord, OrderState, OrderWork } from "./orderState.ts";

export type OrderLease = {
  readonly key: string;
  /** Epoch ms; past when the key may be taken up again. */
  readonly expiresAt: number;
  /** Number of the last attempt that failed; 0 before any. */
  readonly attempt: number;
  /** When its holder last wrote it, epoch ms. */
  readonly touchedAt: number;
  readonly work: OrderWork;
};

/** All that is kept of an order, as one read finds it. */
export type LedgerEntry = {
  /** Absent before the order's first submission. */
  readonly found?: {
    readonly state: OrderState;
    readonly lease?: OrderLease | undefined;
    readonly version: string;
  };
  /** Records of one correlation. */
  readonly records: readonly OrderRecord[];
};

export type OrderClaimRequest = {
  readonly scope: string;
  readonly key: string;
  readonly state: OrderState;
  readonly work: OrderWork;
  readonly attempt: number;
  readonly lease?: OrderLease | undefined;
  readonly version?: string | undefined;
};

/** The right to work on an order, until its lease is over. */
export type OrderClaim = {
  readonly end: (state: OrderState, record: OrderRecord) => Promise<void>;
  readonly suspend: (state: OrderState, work: OrderWork, attempt: number) => Promise<void>;
};

/** Where orders are kept. Throws ParkError `storage-unavailable`. */
export type OrderLedger = {
  readonly load: (order: string, correlationId: string) => Promise<LedgerEntry>;
  /** `exists` when the order was believed to be new and is not. Throws ParkError when it is held. */
  readonly claim: (
    request: OrderClaimRequest,
  ) => Promise<
    | { readonly outcome: "claimed"; readonly claim: OrderClaim }
    | { readonly outcome: "exists"; readonly found: LedgerEntry }
  >;
  /** Leaves word of an event that was not acted on; it occupies no key. */
  readonly note: (order: string, note: OrderNote) => Promise<void>;
  /**
   * The same, and in one transaction a new version of the order: a claim decided on before comes to nothing. False
   * when another writer came between.
   */
  readonly fence: (order: string, note: OrderNote, fence: OrderFence) => Promise<boolean>;
};

export type OrderFence = {
  readonly state: OrderState;
  /** Absent when nothing is known of the order. */
  readonly version?: string | undefined;
};

export type OrderNote = {
  readonly correlationId: string;
  readonly outcome: "ignored" | "failed";
  readonly reason: string;
  readonly at: number;
};
