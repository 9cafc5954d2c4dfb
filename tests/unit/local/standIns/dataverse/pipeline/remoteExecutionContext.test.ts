import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nameIn } from "../../../../../../local/standIns/dataverse/nameIn.ts";
import { organizationOf } from "../../../../../../local/standIns/dataverse/organization.ts";
import { defaultSteps } from "../../../../../../local/standIns/dataverse/pipeline/defaultSteps.ts";
import { remoteExecutionContext } from "../../../../../../local/standIns/dataverse/pipeline/remoteExecutionContext.ts";
import type { SaveEvent } from "../../../../../../local/standIns/dataverse/pipeline/saveEvent.ts";
import type { Step } from "../../../../../../local/standIns/dataverse/pipeline/step.ts";
import type { Value } from "../../../../../../local/standIns/dataverse/schema/column.ts";
import { tableNamed } from "../../../../../../local/standIns/dataverse/schema/tables.ts";
import { seed, seedIds } from "../../../../../../local/standIns/dataverse/seed.ts";
import { createStore } from "../../../../../../local/standIns/dataverse/store.ts";

const organization = organizationOf("c0e1b9a4-6c2b-ee11-a66b-000d3a2b1c00");
const user = { table: "systemuser", id: organization.userId };
const at = 1_731_924_725_000;
const store = createStore();
seed(store);
const nameOf = nameIn(store);

const captured = (file: string) =>
  readFileSync(join(import.meta.dirname, "../../../../../payloads", file), "utf8").trim();

function step(id: string): Step {
  const found = defaultSteps.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no step ${id}`);
  return found;
}

/** The save that led to the captured asynchronous event. */
function submitted(): SaveEvent {
  const table = tableNamed("salesorder");
  const after = store.get(table, seedIds.salesorder) ?? {};
  return {
    message: "Update",
    table,
    id: seedIds.salesorder,
    sent: { statecode: 1, statuscode: 3 },
    target: {
      salesorderid: seedIds.salesorder,
      statecode: 1,
      statuscode: 3,
      submitdate: 1_731_888_000_000,
      modifiedon: at,
      modifiedby: user,
      modifiedonbehalfby: null,
    },
    before: { ...after, statecode: 0, statuscode: 1 },
    after,
    correlationId: "5b0f9f0e-9f0e-4a53-8f0b-2d4f7f6b1a10",
    requestId: "e2a0a0c6-0a52-4c5e-b0f4-6a6e0a3d5c77",
    at,
    tag: undefined,
  };
}

function created(target: Readonly<Record<string, Value>>): SaveEvent {
  return {
    message: "Create",
    table: tableNamed("contoso_order"),
    id: seedIds.contosoOrder,
    sent: target,
    target: { contoso_orderid: seedIds.contosoOrder, ...target },
    before: undefined,
    after: target,
    correlationId: "a1f7c0de-2f6a-4b0e-9b8c-54f7be6d2c31",
    requestId: "1ecf6213-9296-4772-b37c-c09138dd0d59",
    at: at + 918,
    tag: undefined,
  };
}

function context(event: SaveEvent, running: Step, operationId: string): string {
  return remoteExecutionContext({ event, step: running, operationId, organization, nameOf });
}

describe("the event of an asynchronous step", () => {
  it("is, byte for byte, what was captured for the same save", () => {
    const running = step("9d1e7b60-7c83-ef11-ac20-000d3a2b1c01");

    const text = context(submitted(), running, "402a9c55-7e83-ef11-ac20-000d3a2b1c01");

    expect(text).toBe(captured("salesorder-submitted.async-update.json"));
  });

  it("carries the tag of the write", () => {
    const running = step("9d1e7b60-7c83-ef11-ac20-000d3a2b1c01");

    const text = context({ ...submitted(), tag: "fulfilment" }, running, "o");

    const { SharedVariables } = JSON.parse(text) as { SharedVariables: unknown[] };
    expect(SharedVariables).toContainEqual({ key: "tag", value: "fulfilment" });
  });
});

describe("the event of a synchronous step", () => {
  const running: Step = { ...step("bd7c6a7e-916b-ee11-9ae6-002248998a0a"), mode: "synchronous" };
  const event = created({
    contoso_ordernumber: "WEB-2026-000317",
    contoso_customer: { table: "account", id: seedIds.fabrikam },
    contoso_total: "99.90",
    contoso_total_base: "99.90",
    contoso_discountpct: "2.5",
    contoso_lines: 3,
    contoso_rush: false,
    contoso_priority: 342490001,
    contoso_channels: [342490000, 342490002],
    contoso_requestedon: 1_732_233_600_000,
    contoso_note: "line one\nline two",
    ownerid: user,
    statecode: 0,
    statuscode: 1,
    createdon: at,
    modifiedonbehalfby: null,
    exchangerate: "1",
  });
  type Context = Record<string, unknown> & {
    InputParameters: { value: { Attributes: unknown[]; FormattedValues: unknown[] } }[];
  };

  it("has the captured members with the captured values, in the captured order", () => {
    const text = context(event, running, event.requestId);

    const actual = JSON.parse(text) as Context;
    const expected = JSON.parse(captured("contoso-order.sync-create.json")) as Context;
    expect(Object.keys(actual)).toEqual(Object.keys(expected));
    const { ParentContext: _given, InputParameters: _input, ...frame } = actual;
    expect(expected).toMatchObject(frame);
    expect(actual.InputParameters[0]?.value.Attributes).toEqual(
      expected.InputParameters[0]?.value.Attributes,
    );
  });

  it("keeps the digits and the escapes of what was captured", () => {
    const text = context(event, running, event.requestId);

    const attributes = /"Attributes":\[.*?\],"EntityState"/;
    const expected = captured("contoso-order.sync-create.json");
    expect(attributes.exec(text)?.[0]).toBe(attributes.exec(expected)?.[0]);
  });

  it("shows the core operation as its parent, which has none", () => {
    const text = context(event, running, event.requestId);

    expect(JSON.parse(text)).toMatchObject({
      ParentContext: {
        Stage: 30,
        Mode: 0,
        OwningExtension: { Name: "ObjectModel Implementation" },
        ParentContext: null,
      },
    });
  });
});
