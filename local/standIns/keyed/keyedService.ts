import type { z } from "zod";
import type { Call } from "../service/call.ts";
import { idempotencyKey } from "../service/idempotencyKey.ts";
import type { Ledger } from "../service/ledger.ts";
import { jsonReply, problemReply, type Reply } from "../service/reply.ts";
import type { KeyedStore } from "./keyedStore.ts";

/** One collection of a keyed service: `POST /<name>` acts once a key, `GET /<name>/<key>` reads the answer. */
export type Collection<Payload> = {
  readonly name: string;
  /** Kind of its effects in the ledger. */
  readonly effect: string;
  readonly payload: z.ZodType<Payload>;
  readonly store: KeyedStore;
  /** Called once a key, and the only place where something happens. */
  readonly act: (payload: Payload, key: string) => unknown;
};

/** A collection whose payload type only it knows. */
export type AnyCollection = {
  readonly name: string;
  readonly store: KeyedStore;
  readonly post: (raw: unknown, key: string) => Outcome;
};

type Outcome =
  | { readonly kind: "answer"; readonly answer: unknown }
  | { readonly kind: "effect"; readonly effect: string; readonly answer: unknown }
  | { readonly kind: "conflict" }
  | { readonly kind: "invalid"; readonly detail: string };

/**
 * Idempotency: the same key with the same payload gets the first answer again and has no second
 * effect; with another payload it conflicts. A payload that does not fit claims no key.
 */
export function collection<Payload>({
  name,
  effect,
  payload: schema,
  act,
  store,
}: Collection<Payload>): AnyCollection {
  const post = (raw: unknown, key: string): Outcome => {
    if (store.conflicts(key, raw)) return { kind: "conflict" };
    const known = store.answerOf(key);
    if (known !== undefined) return { kind: "answer", answer: known };
    const parsed = schema.safeParse(raw);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      return { kind: "invalid", detail: `${issue?.path.join(".")}: ${issue?.message}` };
    }
    const answer = act(parsed.data, key);
    store.put(key, { payload: raw, answer });
    return { kind: "effect", effect, answer };
  };
  return { name, store, post };
}

type KeyedServiceOptions = {
  readonly collections: readonly AnyCollection[];
  readonly ledger: () => Ledger;
  readonly now: () => number;
};

/** HTTP over collections. 400 without a key or with unreadable JSON, 422 for a conflict or a payload that does not fit. */
export function createKeyedService({ collections, ledger, now }: KeyedServiceOptions) {
  return ({ method, path, headers, body }: Call): Reply => {
    const [, name, encodedKey] = path.split("/");
    const target = collections.find((candidate) => candidate.name === name);
    if (target === undefined) return problem(404, "not-found", `no collection at ${path}`);
    if (method === "GET" && encodedKey !== undefined) return read(target, encodedKey);
    if (method !== "POST" || encodedKey !== undefined) {
      return problem(405, "method-not-allowed", `${method} is not offered here`);
    }
    const key = idempotencyKey(headers["idempotency-key"]);
    if (key === null) return problem(400, "missing-key", "the call needs an Idempotency-Key");
    const raw = readJson(body);
    if (raw === undefined) return problem(400, "malformed-json", "the body is not JSON");

    const outcome = target.post(raw, key);
    switch (outcome.kind) {
      case "conflict":
        return problem(422, "key-reused", "the key was used with another payload");
      case "invalid":
        return problem(422, "invalid", outcome.detail);
      case "effect": {
        const { effect: kind, answer } = outcome;
        ledger().record({ at: now(), key, kind, body: raw, answer });
        return jsonReply(200, answer);
      }
      case "answer":
        break;
    }
    return jsonReply(200, outcome.answer);
  };
}

function read(target: AnyCollection, encodedKey: string): Reply {
  const key = decode(encodedKey);
  const answer = key === undefined ? undefined : target.store.answerOf(key);
  return answer === undefined
    ? problem(404, "not-found", "the key was never seen")
    : jsonReply(200, answer);
}

function decode(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

function problem(status: number, code: string, detail: string): Reply {
  return problemReply({ status, code, detail });
}
