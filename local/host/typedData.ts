/**
 * The values that a Functions host hands to the Node worker, as @azure/functions reads them. Of the
 * members present the first in the library's own order counts: string, json, bytes, http, …
 */
export type TypedData = {
  readonly string?: string;
  readonly json?: string;
  readonly bytes?: Uint8Array;
  readonly http?: HttpData;
  readonly int?: number;
  readonly collectionBytes?: { readonly bytes: readonly Uint8Array[] };
  readonly collectionString?: { readonly string: readonly string[] };
  readonly collectionSint64?: { readonly sint64: readonly number[] };
};

export type TriggerMetadata = Readonly<Record<string, TypedData>>;

type Nullable = Readonly<Record<string, { readonly value: string }>>;

/** Request and answer share one message type on the wire; each fills its own members. */
export type HttpData = {
  readonly method?: string;
  readonly url?: string;
  readonly nullableHeaders?: Nullable;
  readonly nullableQuery?: Nullable;
  readonly nullableParams?: Nullable;
  readonly statusCode?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly HttpCookie[];
  readonly body?: TypedData | null | undefined;
};

export type HttpCookie = {
  readonly name: string;
  readonly value: string;
  readonly domain?: { readonly value: string } | undefined;
  readonly path?: { readonly value: string } | undefined;
  readonly expires?: { readonly value: { readonly seconds: number } } | undefined;
  readonly secure?: { readonly value: boolean } | undefined;
  readonly httpOnly?: { readonly value: boolean } | undefined;
  readonly sameSite?: "none" | "lax" | "strict" | "explicitNone" | undefined;
  readonly maxAge?: { readonly value: number } | undefined;
};
