import { equal, match } from "node:assert/strict";
import type { Act } from "./act.ts";

/** Saving an order asks the app for credit, inside Dataverse's transaction. */
const approved: Act = {
  title: "a credit check that approves lets the save through",
  play: async ({ dataverse, enterOrder, effects }) => {
    const order = await enterOrder("story: within the limit", "HELMET-20", 1, "1249.5000");

    const saved = await dataverse.submit(order);

    equal(saved.status, 204, "the save");
    const row = await dataverse.order(order);
    equal(row["statecode"], 1, "the order's state");
    equal(row["contoso_creditreview"], false, "whether a person must look at it");
    const [decision] = await effects("credit-bureau", order);
    equal(decision?.answer["decision"], "approve", "the bureau's decision");
    return `Dataverse answered ${saved.status}; the bureau's ledger has one approval of 1249.5000`;
  },
};

const declined: Act = {
  title: "a credit check that declines refuses the save",
  play: async ({ dataverse, enterOrder, effects }) => {
    const order = await enterOrder("story: above the limit", "HELMET-20", 1, "250000.0000");

    const refused = await dataverse.submit(order);

    equal(refused.status, 400, "the save");
    const { message } = refused.body["error"] as { message: string };
    match(message, /^Credit check declined the order: \w/, "a reason that a person can read");
    equal((await dataverse.order(order))["statecode"], 0, "the order's state");
    const [decision] = await effects("credit-bureau", order);
    equal(decision?.answer["decision"], "decline", "the bureau's decision");
    return `Dataverse answered ${refused.status}, "${message}"; the order is still Active`;
  },
};

export const creditChecks = { approved, declined };
