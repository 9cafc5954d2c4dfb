const TEXT_LENGTH = 1_013;

/**
 * 1 KB of JSON, as the project's own messages and events are. The SDKs try each body as JSON: one that is
 * none would cost a thrown error a message, a tenth of the client's time.
 */
export const body = { text: "x".repeat(TEXT_LENGTH) };
