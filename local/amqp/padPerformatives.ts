/* oxlint-disable no-underscore-dangle -- rhea's names */
import type { RheaConnection } from "./rheaInternals.ts";

/** Number of fields of each performative, AMQP 1.0 §2.7. */
const fieldCounts = new Map([
  [0x10, 10], // open
  [0x11, 8], // begin
  [0x12, 14], // attach
  [0x13, 11], // flow
  [0x14, 11], // transfer
  [0x15, 6], // disposition
  [0x16, 3], // detach
]);

/**
 * Makes the connection write every field, null where it has no value. rhea leaves trailing fields out,
 * as the standard allows, but Python's client reads them by index.
 */
export function padPerformatives(connection: RheaConnection): void {
  const write = connection._write_frame.bind(connection);
  connection._write_frame = (channel, performative, payload) => {
    if (performative) {
      const count = fieldCounts.get(performative.constructor.descriptor.numeric);
      if (count !== undefined) performative.value.length = count;
    }
    write(channel, performative, payload);
  };
}
