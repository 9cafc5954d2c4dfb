import * as fc from "fast-check";
import rhea, { type Typed } from "rhea";
import { encodeTyped } from "../../../local/amqp/codec/encodeTyped.ts";
import { typedValue } from "../../support/typedValue.ts";
import { amqpHeader, attach, begin, type codes, flow, frame, open, transfer } from "./rawFrames.ts";

const { types } = rhea;
const uint = (value: number) => types.wrap_uint(value);
const text = (value: string) => types.wrap_string(value);

/** The field as it should be, or in one of four cases a value of any type. */
const field = (right: Typed) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(right) }, { weight: 1, arbitrary: typedValue });

const fields = (...right: readonly Typed[]): fc.Arbitrary<readonly Typed[]> =>
  fc.tuple(...right.map(field));

const described = (code: number, ...right: readonly Typed[]): fc.Arbitrary<Typed> =>
  fields(...right).map((list) =>
    types.described_nc(types.wrap_ulong(code), types.wrap_list([...list])),
  );

const nothing = types.wrap(null);
const performative = (
  name: keyof typeof codes,
  ...right: readonly fc.Arbitrary<Typed>[]
): fc.Arbitrary<Buffer> => fc.tuple(...right).map((list) => frame(name, list));

type Wishes = { readonly filter?: Typed; readonly desired?: Typed; readonly properties?: Typed };

const anAttach = (
  role: "sender" | "receiver",
  address: string,
  handle: number,
  { filter = nothing, desired = nothing, properties = nothing }: Wishes = {},
) =>
  performative(
    "attach",
    field(text(`any-${handle}`)),
    fc.constant(uint(handle)),
    fc.constant(types.wrap_boolean(role === "receiver")),
    field(nothing),
    field(nothing),
    described(0x28, text(address), nothing, nothing, nothing, nothing, nothing, nothing, filter),
    described(0x29, text(address)),
    field(nothing),
    field(nothing),
    field(uint(0)),
    field(nothing),
    field(nothing),
    field(desired),
    field(properties),
  );

const section = (code: number, value: fc.Arbitrary<Typed>) =>
  value.map((one) => encodeTyped(types.described_nc(types.wrap_ulong(code), one)));

const mapOf = (right: Readonly<Record<string, Typed>>) =>
  fields(...Object.values(right)).map((values) =>
    types.wrap_map(Object.fromEntries(Object.keys(right).map((key, n) => [key, values[n]]))),
  );

const uuids = types.wrap_array([Buffer.alloc(16)], 0x98, undefined);
const bodies = {
  "com.microsoft:peek-message": { "from-sequence-number": uint(0), "message-count": uint(1) },
  "com.microsoft:renew-lock": { "lock-tokens": uuids },
  "com.microsoft:cancel-scheduled-message": { "sequence-numbers": types.wrap_list([uint(1)]) },
  "com.microsoft:receive-by-sequence-number": {
    "sequence-numbers": types.wrap_list([uint(1)]),
    "receiver-settle-mode": uint(0),
  },
  "com.microsoft:update-disposition": {
    "disposition-status": text("abandoned"),
    "lock-tokens": uuids,
    "properties-to-modify": types.wrap_map({ a: text("b") }),
  },
  "com.microsoft:batch-delete-messages": {
    "message-count": uint(1),
    "enqueued-time-utc": types.wrap_timestamp(0),
  },
  "com.microsoft:schedule-message": {
    messages: types.wrap_list([
      types.wrap_map({ message: types.wrap_binary(Buffer.from("005377a10178", "hex")) }),
    ]),
  },
};

const aRequest = fc
  .constantFrom(...Object.entries(bodies))
  .chain(([operation, body]) =>
    fc.tuple(
      section(
        0x73,
        fields(text("request1"), nothing, text("conformance"), nothing, text("replies")).map(
          (list) => types.wrap_list([...list]),
        ),
      ),
      section(0x74, mapOf({ operation: text(operation) })),
      section(0x77, mapOf(body)),
    ),
  )
  .map((sections) => transfer(1, Buffer.concat(sections), false, 2));

const aMessage = fc
  .tuple(
    section(
      0x70,
      fields(types.wrap_boolean(true), types.wrap_ubyte(4), uint(20)).map((list) =>
        types.wrap_list([...list]),
      ),
    ),
    section(0x72, mapOf({ "x-opt-partition-key": text("k") })),
    section(
      0x73,
      fields(text("id")).map((list) => types.wrap_list([...list])),
    ),
    section(0x74, mapOf({ a: text("b") })),
  )
  .map((sections) =>
    transfer(0, Buffer.concat([...sections, Buffer.from("005377a10178", "hex")]), false, 0),
  );

/** Credit for the receiver. */
const aFlow = performative(
  "flow",
  ...[0, 2_048, 0, 2_048].map((value) => field(uint(value))),
  fc.constant(uint(1)),
  field(uint(0)),
  field(uint(5)),
  field(uint(0)),
  field(types.wrap_boolean(false)),
  field(types.wrap_boolean(true)),
);

const aDisposition = performative(
  "disposition",
  fc.constant(types.wrap_boolean(true)),
  fc.constant(uint(0)),
  field(uint(0)),
  field(types.wrap_boolean(false)),
  fc.oneof(
    field(types.described_nc(types.wrap_ulong(0x24), types.wrap_list([]))),
    described(0x27, types.wrap_boolean(true), types.wrap_boolean(false), types.wrap_map({})),
    described(
      0x27,
      types.wrap_boolean(true),
      types.wrap_boolean(true),
      types.wrap_map({ a: text("b") }),
    ),
    described(0x25, types.wrap_list([])),
  ),
);

const SELECTOR = "apache.org:selector-filter:string";
const filter = types.wrap_symbolic_map({
  [SELECTOR]: types.wrap_described(text("amqp.annotation.x-opt-offset > '-1'"), SELECTOR),
});
const producer = {
  desired: types.wrap_symbol("com.microsoft:idempotent-producer"),
  properties: types.wrap_symbolic_map({ "com.microsoft:producer-epoch": types.wrap_short(0) }),
};

/** Where the conversation sends to, and where it receives from. */
const links = fc.oneof(
  fc.tuple(
    anAttach("sender", "conformance-dying", 0),
    anAttach("receiver", "conformance-dying", 1),
  ),
  fc.tuple(
    fc.oneof(
      anAttach("sender", "telemetry/Partitions/0", 0),
      anAttach("sender", "telemetry/Partitions/0", 0, producer),
    ),
    anAttach("receiver", "telemetry/ConsumerGroups/$Default/Partitions/0", 1, { filter }),
  ),
);

/** What a client of a queue or hub says, with fields of any type: it sends, receives, settles and asks. */
export const conversation: fc.Arbitrary<Buffer> = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: fc.constant(open()) },
      performative(
        "open",
        field(text("any")),
        field(text("localhost")),
        field(uint(65_536)),
        field(types.wrap_ushort(10)),
        field(uint(60_000)),
        field(nothing),
        field(nothing),
        field(nothing),
        field(nothing),
        field(nothing),
      ),
    ),
    fc.oneof(
      { weight: 4, arbitrary: fc.constant(begin()) },
      performative("begin", field(nothing), field(uint(0)), field(uint(9)), field(uint(9))),
    ),
    links,
    aMessage,
    aFlow,
    aDisposition,
    anAttach("sender", "conformance/$management", 2),
    fc.constant(attach("receiver", "conformance/$management", 3)),
    fc.constant(flow(5, 3)),
    aRequest,
  )
  .map(([opening, beginning, [sender, receiver], message, ...rest]) =>
    Buffer.concat([amqpHeader, opening, beginning, sender, message, receiver, ...rest]),
  );
