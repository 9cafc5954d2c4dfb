import type { Typed } from "rhea";
import rhea from "rhea";
import { AmqpError } from "./amqpError.ts";
import type { TypedMap } from "./node.ts";

/*
 * Reads the fields of a request's body. A field that is missing or of another type is the client's
 * fault and answered with `com.microsoft:argument-error`.
 */
type Fields = ReadonlyMap<string, Typed>;

/** A whole number; an AMQP long beyond 2^53 is out of any range that we count in. */
export function numberField(fields: Fields, name: string): number {
  const value: unknown = plain(fields, name);
  if (typeof value === "number") return value;
  throw wrong(name, "a number");
}

/** Epoch milliseconds of a timestamp. */
export function timestampField(fields: Fields, name: string): number {
  const value: unknown = plain(fields, name);
  if (value instanceof Date) return value.getTime();
  if (typeof value === "number") return value;
  throw wrong(name, "a timestamp");
}

export function optionalText(fields: Fields, name: string): string | undefined {
  const value: unknown = plain(fields, name);
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return undefined;
  throw wrong(name, "text");
}

export function textField(fields: Fields, name: string): string {
  const value = optionalText(fields, name);
  if (value === undefined) throw wrong(name, "text");
  return value;
}

/** Elements of a list or array of whole numbers; clients send 8-byte longs, which rhea may leave as Buffer. */
export function numbersField(fields: Fields, name: string): readonly number[] {
  return elements(fields, name).map((value) => {
    if (typeof value === "number") return value;
    if (Buffer.isBuffer(value) && value.length === 8) return Number(value.readBigInt64BE());
    throw wrong(name, "whole numbers");
  });
}

/** Elements of a list or array of 16-byte uuids. */
export function uuidsField(fields: Fields, name: string): readonly Buffer[] {
  return elements(fields, name).map((value) => {
    if (Buffer.isBuffer(value) && value.length === 16) return value;
    throw wrong(name, "uuids");
  });
}

/** Elements of a list of maps, each with its values' types. */
export function mapsField(fields: Fields, name: string): readonly Fields[] {
  const list: unknown = fields.get(name)?.value;
  if (!Array.isArray(list)) throw wrong(name, "a list of maps");
  return (list as Typed[]).map((item) => {
    if (!rhea.types.is_map(item)) throw wrong(name, "a list of maps");
    return new Map(pairsOf(item.value as TypedMap));
  });
}

/** Keys and values of an optional map with their types. */
export function optionalMap(fields: Fields, name: string): TypedMap {
  const value = fields.get(name);
  return Array.isArray(value?.value) ? (value.value as TypedMap) : [];
}

export function binaryField(fields: Fields, name: string): Buffer {
  const value: unknown = plain(fields, name);
  if (Buffer.isBuffer(value)) return value;
  throw wrong(name, "binary");
}

/** Entries of a typed map by key. */
export function pairsOf(map: TypedMap): [string, Typed][] {
  const pairs: [string, Typed][] = [];
  for (let index = 0; index + 1 < map.length; index += 2) {
    const [key, value] = [map[index], map[index + 1]];
    if (key && value) pairs.push([String(key.value), value]);
  }
  return pairs;
}

function plain(fields: Fields, name: string): unknown {
  const value = fields.get(name);
  return value && rhea.types.unwrap(value);
}

function elements(fields: Fields, name: string): unknown[] {
  const value = plain(fields, name);
  if (Array.isArray(value)) return value;
  throw wrong(name, "a list");
}

function wrong(name: string, expected: string): AmqpError {
  return new AmqpError("com.microsoft:argument-error", `'${name}' must be ${expected}.`);
}
