import { type AddressInfo, createServer, type Socket } from "node:net";
import type { ServiceBusReceivedMessage, ServiceBusReceiver } from "@azure/service-bus";
import type { Server, ServiceError } from "@grpc/grpc-js";
import { type Deliveries, UnknownLockTokenError } from "./deliveries.ts";
import {
  decodeSettlementRequest,
  MalformedRequestError,
  type SettlementRequest,
} from "./settlementMessages.ts";

export type SettlementService = {
  readonly port: number;
  /** What the real host puts on a worker's command line, from which an app learns the address. */
  readonly workerArguments: readonly string[];
  readonly close: () => Promise<void>;
};

type Operation = (
  receiver: ServiceBusReceiver,
  message: ServiceBusReceivedMessage,
  request: SettlementRequest,
) => Promise<void>;

const settlements: Readonly<Record<string, Operation>> = {
  Complete: (receiver, message) => receiver.completeMessage(message),
  Abandon: async (receiver, message, request) =>
    receiver.abandonMessage(message, await propertiesOf(request)),
  Deadletter: async (receiver, message, request) => {
    const { reason, description } = request;
    await receiver.deadLetterMessage(message, {
      ...(await propertiesOf(request)),
      ...(reason === undefined ? {} : { deadLetterReason: reason }),
      ...(description === undefined ? {} : { deadLetterErrorDescription: description }),
    } as Parameters<ServiceBusReceiver["deadLetterMessage"]>[1]);
  },
  Defer: async (receiver, message, request) =>
    receiver.deferMessage(message, await propertiesOf(request)),
};

const MAX_MESSAGE_BYTES = 128 * 1_024 * 1_024;

/**
 * The gRPC service `Settlement` that the Service Bus extension offers to workers: complete, abandon,
 * dead-letter with a reason, defer, renew. It listens on 127.0.0.1 at once; gRPC itself is loaded with the
 * first connection. An unknown token and a lost lock answer FAILED_PRECONDITION.
 */
export async function startSettlementService(deliveries: Deliveries): Promise<SettlementService> {
  let grpc: Promise<Loaded> | undefined;
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    grpc ??= load(deliveries);
    grpc.then(
      ({ inject }) => inject(socket),
      () => socket.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    listener.once("error", reject);
    listener.listen({ port: 0, host: "127.0.0.1" }, resolve);
  });
  const { port } = listener.address() as AddressInfo;
  return {
    port,
    workerArguments: [
      "--host",
      "127.0.0.1",
      "--port",
      String(port),
      "--functions-uri",
      `http://127.0.0.1:${port}`,
      "--functions-grpc-max-message-length",
      String(MAX_MESSAGE_BYTES),
    ],
    close: async () => {
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      const loaded = await grpc?.catch(() => undefined);
      loaded?.server.forceShutdown();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

type Loaded = { readonly server: Server; readonly inject: (socket: Socket) => void };

async function load(deliveries: Deliveries): Promise<Loaded> {
  const grpc = await import("@grpc/grpc-js");
  const server = new grpc.Server({ "grpc.max_receive_message_length": MAX_MESSAGE_BYTES });
  const unary = (name: string) => ({
    path: `/Settlement/${name}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: (bytes: Buffer) => bytes,
    requestDeserialize: (bytes: Buffer) => bytes,
    responseSerialize: () => Buffer.alloc(0), // google.protobuf.Empty
    responseDeserialize: (bytes: Buffer) => bytes,
  });
  const names = [...Object.keys(settlements), "RenewMessageLock"];
  const handlers = names.map((name) => [
    name,
    (
      call: { readonly request: Buffer },
      answer: (error: Partial<ServiceError> | null, empty?: null) => void,
    ) => {
      settle(deliveries, name, call.request).then(
        () => answer(null, null),
        (error: unknown) =>
          answer({
            code: grpc.status[statusOf(error)],
            details: error instanceof Error ? error.message : String(error),
          }),
      );
    },
  ]);
  server.addService(
    Object.fromEntries(names.map((name) => [name, unary(name)])),
    Object.fromEntries(handlers) as Parameters<Server["addService"]>[1],
  );
  const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
  return { server, inject: (socket) => injector.injectConnection(socket) };
}

async function settle(deliveries: Deliveries, name: string, bytes: Uint8Array): Promise<void> {
  const request = decodeSettlementRequest(bytes);
  const delivery = deliveries.get(request.lockToken);
  const operation = settlements[name];
  if (operation === undefined) {
    await delivery.receiver.renewMessageLock(delivery.message);
    return;
  }
  await delivery.settle(name.toLowerCase(), (receiver, message) =>
    operation(receiver, message, request),
  );
}

function statusOf(
  error: unknown,
): "FAILED_PRECONDITION" | "INVALID_ARGUMENT" | "UNAVAILABLE" | "UNKNOWN" {
  if (error instanceof UnknownLockTokenError) return "FAILED_PRECONDITION";
  if (error instanceof MalformedRequestError) return "INVALID_ARGUMENT";
  const { code, retryable } = error as { code?: unknown; retryable?: unknown };
  if (code === "MessageLockLost") return "FAILED_PRECONDITION";
  return retryable === true ? "UNAVAILABLE" : "UNKNOWN";
}

type Properties = NonNullable<Parameters<ServiceBusReceiver["abandonMessage"]>[1]>;

/** The map that Microsoft's clients encode in AMQP, decoded by the library that the SDK itself uses. */
async function propertiesOf({ propertiesToModify }: SettlementRequest): Promise<Properties> {
  if (propertiesToModify.length === 0) return {};
  const { types } = await import("rhea");
  const { Reader, unwrap } = types as unknown as AmqpTypes;
  try {
    return unwrap(new Reader(Buffer.from(propertiesToModify)).read()) as Properties;
  } catch (error) {
    throw new MalformedRequestError("propertiesToModify is no AMQP map", { cause: error });
  }
}

/** What rhea's own types leave out. */
type AmqpTypes = {
  readonly Reader: new (bytes: Buffer) => { readonly read: () => unknown };
  readonly unwrap: (value: unknown) => unknown;
};
