import { expect, it } from "vitest";
import { reachable } from "../../../../shared/adapters/ownedWrite.ts";

const answering = (statusCode: number | undefined) => async () => {
  throw Object.assign(new Error("refused"), { statusCode });
};

it.each([undefined, 401, 403, 404, 408, 409, 429, 500, 503])(
  "storage that answers %s is nobody's attempt",
  async (status) => {
    await expect(reachable(answering(status))).rejects.toMatchObject({
      name: "ParkError",
      code: "storage-unavailable",
    });
  },
);

it.each([400, 413])("a row that is refused with %i stays refused", async (status) => {
  await expect(reachable(answering(status))).rejects.toMatchObject({ statusCode: status });
});
