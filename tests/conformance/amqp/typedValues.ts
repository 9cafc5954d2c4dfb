import rhea from "rhea";

const { types, message } = rhea;

/** One value of each AMQP type that a decoding broker would blur. */
export const typed = {
  ubyte: types.wrap_ubyte(7),
  ushort: types.wrap_ushort(7),
  uint: types.wrap_uint(7),
  ulong: types.wrap_ulong(7),
  byte: types.wrap_byte(-7),
  short: types.wrap_short(7),
  int: types.wrap_int(7),
  long: types.wrap_long(7),
  float: types.wrap_float(2),
  double: types.wrap_double(2),
  char: types.wrap_char(65),
  timestamp: types.wrap_timestamp(1_700_000_000_000),
  uuid: types.wrap_uuid(Buffer.alloc(16, 3)),
  binary: types.wrap_binary(Buffer.from([0, 255])),
  symbol: types.wrap_symbol("s"),
  text: types.wrap_string("x".repeat(300)),
  nothing: types.wrap(null),
  timespan: types.wrap_described(types.wrap_long(600_000_000), "com.microsoft:timespan"),
};

/** Each part of a bare message with such values in it. */
export const typedParts: readonly (readonly [part: string, content: object])[] = [
  ["application properties", { application_properties: typed }],
  ["the body, as a value", { body: types.wrap_map(typed) }],
  ["the body, as a sequence", { body: message.sequence_section(Object.values(typed)) }],
  [
    "the body, as data sections",
    { body: message.data_sections([Buffer.from([1]), Buffer.alloc(0)]) },
  ],
  ["a message id that is a ulong", { message_id: types.wrap_ulong(7) }],
  [
    "a message id and correlation id that are uuids",
    {
      message_id: types.wrap_uuid(Buffer.alloc(16, 1)),
      correlation_id: types.wrap_uuid(Buffer.alloc(16, 2)),
    },
  ],
  ["the footer", { footer: { "x-crc": types.wrap_int(5) } }],
];
