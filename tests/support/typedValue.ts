import * as fc from "fast-check";
import rhea, { type Typed } from "rhea";

const { types } = rhea;

const wholeNumber = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constantFrom(0x7fff_ffff, 0));
const scalars: fc.Arbitrary<Typed>[] = [
  wholeNumber.map((n) => types.wrap_uint(n)),
  wholeNumber.map((n) => types.wrap_ulong(n)),
  fc.integer({ min: 0, max: 255 }).map((n) => types.wrap_ubyte(n)),
  fc.integer({ min: 0, max: 65_535 }).map((n) => types.wrap_ushort(n)),
  fc.integer({ min: -1_000, max: 1_000 }).map((n) => types.wrap_int(n)),
  fc.maxSafeInteger().map((n) => types.wrap_long(n)),
  fc.integer({ min: -1_000, max: 1_000 }).map((n) => types.wrap_short(n)),
  fc.integer({ min: -100, max: 100 }).map((n) => types.wrap_byte(n)),
  fc.integer({ min: -1_000, max: 2 ** 45 }).map((n) => types.wrap_timestamp(n)),
  fc.double({ noNaN: true }).map((n) => types.wrap_double(n)),
  fc.float({ noNaN: true }).map((n) => types.wrap_float(n)),
  fc.boolean().map((flag) => types.wrap_boolean(flag)),
  fc.string({ maxLength: 300 }).map((text) => types.wrap_string(text)),
  fc.string({ maxLength: 20 }).map((text) => types.wrap_symbol(text)),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => types.wrap_binary(Buffer.from(bytes))),
  fc.constantFrom(types.wrap(null), types.wrap_uuid(Buffer.alloc(16)), types.wrap_list([])),
];

/** Values as clients write them: scalars, arrays of scalars, lists and maps of all of it, descriptors. */
export const { value: typedValue } = fc.letrec<{ value: Typed }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    ...scalars,
    fc.array(fc.integer({ min: 0, max: 9 })).map((ns) => types.wrap_array(ns, 0x81, undefined)),
    fc.array(fc.string()).map((texts) => types.wrap_array(texts, 0xb1, undefined)),
    fc.array(tie("value"), { maxLength: 5 }).map((items) => types.wrap_list(items)),
    fc
      .array(tie("value"), { maxLength: 5 })
      .map((items) => types.wrap_map(Object.fromEntries(items.map((item, n) => [`k${n}`, item])))),
    tie("value").map((item) => types.described_nc(types.wrap_ulong(0x28), types.wrap_list([item]))),
  ),
}));
