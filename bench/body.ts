const AROUND_TEXT = '{"text":""}'.length;

/**
 * A body of so many bytes of JSON, as the project's own messages and events are. The SDKs try each body as
 * JSON: one that is none would cost a thrown error a message, a tenth of the client's time.
 */
export const bodyOf = (bytes: number) => ({ text: "x".repeat(bytes - AROUND_TEXT) });

/** 1 KB. */
export const body = bodyOf(1_024);
