import { parseArgs } from "node:util";
import type { Client } from "@grpc/grpc-js";
import { systemClock } from "../patterns/clock.ts";
import { deadLetterRequest } from "./settlementWire.ts";

/** Dead-letters the message of a running invocation with a reason of our own. Rejects where it was not done. */
export type DeadLetter = (lockToken: string, reason: string, description: string) => Promise<void>;

export type SettlementOptions = {
  /** The worker's own arguments: the host says there where it listens. */
  readonly argv: readonly string[];
  readonly timeoutMs?: number;
};

const DEFAULT_TIMEOUT_MS = 5_000;

/**
 * Client of the Settlement service that the Functions host offers to its worker, with no package in between. Its
 * existence is what Microsoft's own workers rely on, not a documented contract: where the arguments name no address,
 * every call rejects, and the entity's MaxDeliveryCount moves the message instead.
 */
export function createDeadLetter({
  argv,
  timeoutMs = DEFAULT_TIMEOUT_MS,
}: SettlementOptions): DeadLetter {
  const address = settlementAddress(argv);
  let client: Promise<Client> | undefined;
  return async (lockToken, reason, description) => {
    if (address === undefined) throw new Error("this host offers no Settlement service");
    client ??= connect(address);
    const settlement = await client;
    const request = deadLetterRequest(lockToken, reason, description);
    const options = { deadline: new Date(systemClock.now() + timeoutMs) };
    await new Promise<void>((resolve, reject) => {
      settlement.makeUnaryRequest(
        "/Settlement/Deadletter",
        (bytes: Buffer) => bytes,
        () => undefined,
        request,
        options,
        (error) => (error === null ? resolve() : reject(error)),
      );
    });
  };
}

/** `--functions-uri http://host:port`, or the older `--host` and `--port`. */
export function settlementAddress(argv: readonly string[]): string | undefined {
  const string = { type: "string" } as const;
  const { values } = parseArgs({
    args: argv.filter((argument) => argument !== "--"),
    options: { "functions-uri": string, host: string, port: string },
    strict: false,
  });
  const { "functions-uri": uri, host, port } = values;
  if (typeof uri === "string" && URL.canParse(uri)) return new URL(uri).host;
  return typeof host === "string" && typeof port === "string" ? `${host}:${port}` : undefined;
}

async function connect(address: string): Promise<Client> {
  // CommonJS: behind `await import()` a bundle keeps its default export only.
  const { default: grpc } = await import("@grpc/grpc-js");
  const { Client, credentials } = grpc;
  return new Client(address, credentials.createInsecure()); // the host listens on loopback, without TLS
}
