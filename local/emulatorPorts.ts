/** Options of every command that starts the emulators: the official ones' ports. */
export const emulatorPorts = {
  amqpPort: { default: 5672, help: "Service Bus and Event Hubs" },
  adminPort: { default: 5300, help: "health and administration of both" },
  blobPort: { default: 10_000, help: "Azurite blobs" },
  queuePort: { default: 10_001, help: "Azurite queues" },
  tablePort: { default: 10_002, help: "Azurite tables" },
};
