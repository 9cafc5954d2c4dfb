import type { Typed } from "rhea";
import rhea from "rhea";

/*
 * AMQP values of a stated type. rhea wraps a bare positive number as uint and a Buffer as binary,
 * and clients cast without asking, so whatever goes out in a map is wrapped here.
 */
const { types } = rhea;

export const int = (value: number): Typed => types.wrap_int(value);
export const long = (value: number | Buffer): Typed => types.wrap_long(value);
export const string = (value: string): Typed => types.wrap_string(value);
export const symbol = (value: string): Typed => types.wrap_symbol(value);
export const boolean = (value: boolean): Typed => types.wrap_boolean(value);
export const binary = (value: Buffer): Typed => types.wrap_binary(value);
/** 16 bytes in network order. */
export const uuid = (value: Buffer): Typed => types.wrap_uuid(value);
/** Milliseconds since the epoch. */
export const timestamp = (epochMs: number): Typed => types.wrap_timestamp(epochMs);

/** Format codes of AMQP 1.0 §1.6 for the elements of an array. */
const LONG = 0x81;
const TIMESTAMP = 0x83;
const STRING_32 = 0xb1;

export const longArray = (values: readonly number[]): Typed =>
  types.wrap_array(values, LONG, undefined);
export const timestampArray = (epochMs: readonly number[]): Typed =>
  types.wrap_array(epochMs, TIMESTAMP, undefined);
export const stringArray = (values: readonly string[]): Typed =>
  types.wrap_array(values, STRING_32, undefined);
