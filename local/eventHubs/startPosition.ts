/** Where a reader begins. `inclusive` tells whether an event exactly there is delivered too. */
export type StartPosition =
  | { readonly kind: "earliest" }
  | { readonly kind: "latest" }
  | { readonly kind: "offset"; readonly value: number; readonly inclusive: boolean }
  | { readonly kind: "sequenceNumber"; readonly value: number; readonly inclusive: boolean }
  | { readonly kind: "enqueuedTime"; readonly value: number; readonly inclusive: boolean };

const selector =
  /^\s*amqp\.annotation\.x-opt-(offset|sequence-number|enqueued-time)\s*(>=?)\s*(?:'([^']*)'|(\S+))\s*$/i;

const kinds = {
  offset: "offset",
  "sequence-number": "sequenceNumber",
  "enqueued-time": "enqueuedTime",
} as const;

/**
 * Reads a link's selector, whose value newer clients put in quotes and older ones do not. Undefined for
 * a text that is none: to guess there would silently replay a partition from its start.
 */
export function parseSelector(text: string): StartPosition | undefined {
  const match = selector.exec(text);
  if (!match) return undefined;
  const [, annotation = "", comparison, quoted, plain = ""] = match;
  const kind = kinds[annotation.toLowerCase() as keyof typeof kinds];
  const value = quoted ?? plain;
  if (value === "@latest") return { kind: "latest" };
  if (value === "-1" && kind !== "enqueuedTime") return { kind: "earliest" };
  if (!/^-?\d+$/.test(value)) return undefined;
  return { kind, value: Number(value), inclusive: comparison === ">=" };
}
