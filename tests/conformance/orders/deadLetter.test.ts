import { Server, ServerCredentials, status } from "@grpc/grpc-js";
import { afterEach, describe, expect, it } from "vitest";
import { createDeadLetter } from "../../../shared/adapters/settlementClient.ts";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.forceShutdown();
});

/** A Settlement service that takes any bytes, answers as told and says where it listens. */
async function aSettlementService(answer?: { code: number; details: string } | "silence") {
  const requests: Buffer[] = [];
  const server = new Server();
  servers.push(server);
  server.addService(
    {
      deadletter: {
        path: "/Settlement/Deadletter",
        requestStream: false,
        responseStream: false,
        requestSerialize: (bytes: Buffer) => bytes,
        requestDeserialize: (bytes: Buffer) => bytes,
        responseSerialize: (bytes: Buffer) => bytes,
        responseDeserialize: (bytes: Buffer) => bytes,
      },
    },
    {
      deadletter: (
        call: { request: Buffer },
        callback: (error: object | null, bytes?: Buffer) => void,
      ) => {
        requests.push(call.request);
        if (answer === "silence") return;
        callback(answer ?? null, Buffer.alloc(0));
      },
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { requests, argv: ["--functions-uri", `http://127.0.0.1:${port}`] };
}

describe("dead-lettering through the host's Settlement service", () => {
  it("sends lock token, reason and description", async () => {
    const { requests, argv } = await aSettlementService();

    await createDeadLetter({ argv })("a-lock-token", "no-key", "no correlation");

    const text = requests.map((bytes) => bytes.toString());
    expect(text).toEqual([expect.stringMatching(/a-lock-token.*no-key.*no correlation/s)]);
  });

  it("rejects when the host does not know the lock token", async () => {
    const details = "The provided lock token is not known";
    const { argv } = await aSettlementService({ code: status.FAILED_PRECONDITION, details });

    await expect(createDeadLetter({ argv })("lock", "r", "d")).rejects.toThrow(details);
  });

  it("rejects when the host stays silent", async () => {
    const { argv } = await aSettlementService("silence");

    await expect(createDeadLetter({ argv, timeoutMs: 100 })("lock", "r", "d")).rejects.toThrow(
      "DEADLINE_EXCEEDED",
    );
  });

  it("rejects where no host offers it", async () => {
    await expect(createDeadLetter({ argv: [] })("lock", "r", "d")).rejects.toThrow("no Settlement");
  });
});
