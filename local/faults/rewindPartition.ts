import { type Fault, FaultError } from "./fault.ts";

/** Readers of the partition, of every consumer group, get events again that they have had. */
export const rewindPartition: Fault = ({ partition }, { text, count }) => {
  const found = partition(text("hub"), text("partition"));
  if (!found)
    throw new FaultError(`there is no partition ${text("partition")} of "${text("hub")}"`);
  let rewound = 0;
  for (const readers of found.readers.values()) rewound += readers.rewind(count("events"));
  return { rewound };
};
