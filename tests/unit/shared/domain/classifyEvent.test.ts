import { describe, expect, test } from "vitest";
import { ChangeEvent } from "../../../../shared/domain/changeEvent.ts";
import { type Classified, classifyEvent } from "../../../../shared/domain/classifyEvent.ts";
import type { OrderEvent } from "../../../../shared/domain/orderEvent.ts";
import { orderProfile } from "../../../../shared/domain/orderProfile.ts";
import { parseJson } from "../../../../shared/json.ts";
import { parse } from "../../../../shared/parse.ts";
import {
  aChangeEvent,
  aRow,
  CORRELATION,
  date,
  ORGANIZATION,
  payload,
  ROW,
  state,
} from "../../../support/aChangeEvent.ts";

const NOW = 1_731_924_800_000;
const CHANGED = 1_731_924_725_000;
const ACTIVE = state(0, 1);
const SUBMITTED = state(1, 3);

function classify(data: unknown, table = "salesorder"): Classified {
  return classifyEvent(parse(ChangeEvent, data), {
    profile: orderProfile(table),
    organizationId: ORGANIZATION,
    door: "webhook",
    now: NOW,
  });
}

function eventsOf(data: unknown, table?: string): OrderEvent[] {
  const classified = classify(data, table);
  return classified.kind === "accepted" ? classified.references.map(({ event }) => event) : [];
}

const typesOf = (data: unknown, table?: string) => eventsOf(data, table).map(({ type }) => type);
const fromWire = (name: string) => parseJson(payload(name), { maxBytes: 1024 * 1024 });

describe("payloads as they come over the wire", () => {
  test("an update with both images proves the submission", () => {
    const events = eventsOf(fromWire("salesorder-submitted.async-update.json"));

    expect(events).toEqual([
      {
        schema: 1,
        type: "OrderSubmitted",
        table: "salesorder",
        rowId: ROW,
        correlationId: CORRELATION,
        modifiedOn: CHANGED,
        inTransaction: false,
        door: "webhook",
        firstSeenAt: NOW,
      },
    ]);
  });

  test("a create of a custom order in its submitted state is a submission, uncommitted yet", () => {
    const events = eventsOf(fromWire("contoso-order.sync-create.json"), "contoso_order");

    expect(events).toEqual([
      {
        schema: 1,
        type: "OrderSubmitted",
        table: "contoso_order",
        rowId: "6420f0cc-916b-ee11-9ae6-000d3a2b1c01",
        correlationId: "a1f7c0de-2f6a-4b0e-9b8c-54f7be6d2c31",
        modifiedOn: CHANGED,
        inTransaction: true,
        door: "webhook",
        firstSeenAt: NOW,
      },
    ]);
  });

  test("a stripped event says only that something changed", () => {
    const events = eventsOf(fromWire("salesorder-submitted.size-exceeded.json"));

    expect(events).toEqual([
      {
        schema: 1,
        type: "OrderChanged",
        table: "salesorder",
        rowId: ROW,
        correlationId: CORRELATION,
        inTransaction: false,
        door: "webhook",
        firstSeenAt: NOW,
      },
    ]);
  });
});

describe("what an event proves", () => {
  const salesorder = [
    ["a submission", { pre: ACTIVE, target: SUBMITTED }, ["OrderSubmitted"]],
    [
      "a submission by images alone",
      { pre: ACTIVE, post: SUBMITTED, target: { name: "x" } },
      ["OrderSubmitted"],
    ],
    [
      "a second submission after a re-open",
      { pre: state(0, 2), target: SUBMITTED },
      ["OrderSubmitted"],
    ],
    ["a cancellation", { pre: SUBMITTED, target: state(2, 4) }, ["OrderWithdrawn"]],
    ["a re-opening", { pre: SUBMITTED, target: state(0, 1) }, ["OrderWithdrawn"]],
    ["a fulfilment", { pre: SUBMITTED, target: state(3, 100001) }, []],
    ["an edit of a submitted order", { pre: SUBMITTED, target: { name: "x" } }, []],
    ["the state saved with the value it had", { pre: SUBMITTED, target: SUBMITTED }, []],
    ["an edit of a draft", { pre: ACTIVE, target: { name: "x" } }, []],
    ["an edit whose step has no image", { target: { name: "x" } }, []],
    ["a submission whose step has no image", { target: SUBMITTED }, ["OrderChanged"]],
    ["a cancellation whose step has no image", { target: state(2, 4) }, ["OrderChanged"]],
    ["a fulfilment whose step has no image", { target: state(3, 100001) }, []],
    ["a status without its state", { pre: ACTIVE, target: { statuscode: 3 } }, ["OrderChanged"]],
    [
      "a state column of an unknown shape",
      { pre: ACTIVE, target: { statecode: "Submitted" } },
      ["OrderChanged"],
    ],
  ] as const;
  test.each(salesorder)("%s", (_name, parts, types) => {
    expect(typesOf(aChangeEvent(parts))).toEqual(types);
  });

  const custom = [
    ["a custom order born submitted", "Create", { target: state(0, 1) }, ["OrderSubmitted"]],
    ["a custom order born a draft", "Create", { target: state(0, 2) }, []],
    ["a custom order whose status is not told", "Create", { target: state(0) }, ["OrderChanged"]],
    [
      "a custom order deactivated",
      "Update",
      { pre: state(0, 1), target: state(1, 2) },
      ["OrderWithdrawn"],
    ],
    [
      "a custom order activated again",
      "Update",
      { pre: state(1, 2), target: state(0, 1) },
      ["OrderSubmitted"],
    ],
    [
      "an image that lacks the status",
      "Update",
      { pre: state(0), target: state(1, 2) },
      ["OrderChanged"],
    ],
    [
      "an image that the target completes",
      "Update",
      { pre: state(1, 2), post: state(0), target: state(0, 1) },
      ["OrderSubmitted"],
    ],
  ] as const;
  test.each(custom)("%s", (_name, MessageName, parts, types) => {
    const event = aChangeEvent({
      ...parts,
      members: { MessageName, PrimaryEntityName: "contoso_order" },
    });

    expect(typesOf(event, "contoso_order")).toEqual(types);
  });

  const others = [
    [
      "SetState to submitted",
      "SetState",
      ACTIVE,
      [
        ["State", 1],
        ["Status", 3],
      ],
      ["OrderSubmitted"],
    ],
    ["a deletion of a submitted order", "Delete", SUBMITTED, [], ["OrderChanged"]],
    ["a deletion of a draft", "Delete", ACTIVE, [], []],
    ["a deletion whose step has no image", "Delete", undefined, [], ["OrderChanged"]],
    ["a message nobody knows", "contoso_Approve", ACTIVE, [], ["OrderChanged"]],
  ] as const;
  test.each(others)("%s", (_name, MessageName, pre, parameters, types) => {
    const InputParameters = parameters.map(([key, Value]) => ({ key, value: { Value } }));
    const event = aChangeEvent({
      ...(pre && { pre }),
      members: { MessageName, InputParameters },
    });

    expect(typesOf(event)).toEqual(types);
  });

  test.each([undefined, null, []])(
    "the four stripped members as %j leave everything open",
    (gone) => {
      const event = aChangeEvent({
        members: {
          InputParameters: gone,
          PreEntityImages: gone,
          PostEntityImages: gone,
          ParentContext: gone,
        },
      });

      expect(typesOf(event)).toEqual(["OrderChanged"]);
    },
  );
});

describe("bulk steps", () => {
  const second = "11111111-7e83-ef11-ac20-000d3a2b1c01";
  const bulk = (rows: unknown[], members = {}) =>
    aChangeEvent({
      members: {
        MessageName: "UpdateMultiple",
        PrimaryEntityId: "00000000-0000-0000-0000-000000000000",
        InputParameters: [{ key: "Targets", value: { Entities: rows, EntityName: "salesorder" } }],
        ...members,
      },
    });

  test("each row of Targets is a change of its own, with its own time", () => {
    const events = eventsOf(
      bulk([
        aRow({ ...SUBMITTED, modifiedon: date(CHANGED) }),
        aRow({ salesorderid: second.toUpperCase(), modifiedon: date(CHANGED + 1_000) }, null),
      ]),
    );

    expect(events.map(({ type, rowId, modifiedOn }) => ({ type, rowId, modifiedOn }))).toEqual([
      { type: "OrderChanged", rowId: ROW, modifiedOn: CHANGED },
      { type: "OrderChanged", rowId: second, modifiedOn: CHANGED + 1_000 },
    ]);
  });

  test("a stripped one names no row", () => {
    const event = bulk([], { InputParameters: null });

    expect(() => classify(event)).toThrow(expect.objectContaining({ code: "no-row-id" }));
  });
});

describe("who and what it is about", () => {
  test("drops an event of another table", () => {
    const classified = classify(aChangeEvent({ members: { PrimaryEntityName: "account" } }));

    expect(classified).toEqual({ kind: "dropped", reason: "other-table" });
  });

  test("refuses another organization's event, whatever its table", () => {
    const members = {
      OrganizationId: "11111111-6c2b-ee11-a66b-000d3a2b1c00",
      PrimaryEntityName: "account",
    };

    expect(() => classify(aChangeEvent({ members }))).toThrow(
      expect.objectContaining({ code: "wrong-organization" }),
    );
  });

  test.each([undefined, null, "00000000-0000-0000-0000-000000000000"])(
    "refuses an event whose row id is %j",
    (PrimaryEntityId) => {
      expect(() => classify(aChangeEvent({ members: { PrimaryEntityId } }))).toThrow(
        expect.objectContaining({ code: "no-row-id" }),
      );
    },
  );

  test("takes the correlation, then the request, then the operation as key, and refuses to go without", () => {
    const keyOf = (members: Record<string, unknown>) =>
      eventsOf(aChangeEvent({ members }))[0]?.correlationId;

    expect(keyOf({})).toBe(CORRELATION);
    expect(keyOf({ CorrelationId: null })).toBe("e2a0a0c6-0a52-4c5e-b0f4-6a6e0a3d5c77");
    expect(keyOf({ CorrelationId: null, RequestId: undefined })).toBe(
      "402a9c55-7e83-ef11-ac20-000d3a2b1c01",
    );
    expect(() => keyOf({ CorrelationId: null, RequestId: null, OperationId: null })).toThrow(
      expect.objectContaining({ code: "no-key" }),
    );
  });

  test("spells every id in lower case", () => {
    const members = {
      OrganizationId: ORGANIZATION.toUpperCase(),
      PrimaryEntityId: ROW.toUpperCase(),
      CorrelationId: CORRELATION.toUpperCase(),
    };

    const [event] = eventsOf(aChangeEvent({ members }));

    expect(event).toMatchObject({ rowId: ROW, correlationId: CORRELATION });
  });

  test("takes the time from the target, then the image, and never from OperationCreatedOn", () => {
    const timeOf = (parts: Parameters<typeof aChangeEvent>[0]) =>
      eventsOf(aChangeEvent({ pre: ACTIVE, ...parts }))[0]?.modifiedOn;

    expect(
      timeOf({ target: { ...SUBMITTED, modifiedon: date(CHANGED), createdon: date(5) } }),
    ).toBe(CHANGED);
    expect(timeOf({ target: SUBMITTED, post: { ...SUBMITTED, modifiedon: date(CHANGED) } })).toBe(
      CHANGED,
    );
    expect(timeOf({ target: { ...SUBMITTED, createdon: date(-5) } })).toBe(-5);
    expect(
      timeOf({ target: { ...SUBMITTED, modifiedon: "/Date(1724647396000+0300)/" } }),
    ).toBeUndefined();
    expect(timeOf({ target: SUBMITTED })).toBeUndefined();
  });

  test("names one change alike for both doors, and two changes of one correlation apart", () => {
    const changeOf = (parts: Parameters<typeof aChangeEvent>[0]) => {
      const classified = classify(aChangeEvent(parts));
      return classified.kind === "accepted" ? classified.references[0]?.change : undefined;
    };
    const submitted = { pre: ACTIVE, target: { ...SUBMITTED, modifiedon: date(CHANGED) } };
    const again = { pre: ACTIVE, target: { ...SUBMITTED, modifiedon: date(CHANGED + 1_000) } };
    const otherStep = { ...submitted, members: { OperationId: ROW, IsInTransaction: true } };

    expect(changeOf(submitted)).toBeDefined();
    expect(changeOf(otherStep)).toBe(changeOf(submitted));
    expect(changeOf(again)).not.toBe(changeOf(submitted));
    expect(changeOf({ members: { OperationId: ROW } })).not.toBe(changeOf({}));
  });
});

describe("the shape of an event", () => {
  test.each([
    ["InputParameters", { key: "Target" }],
    ["InputParameters", [{ key: "Target", value: "a row" }]],
    ["InputParameters", [{ value: 1 }]],
    ["PreEntityImages", [{ key: "PreImage", value: { Attributes: "none" } }]],
    ["MessageName", 7],
    ["OrganizationId", "contoso"],
    ["PrimaryEntityId", 12],
    ["IsInTransaction", "yes"],
  ])("a %s of the wrong type is refused with its name", (member, value) => {
    const act = () => classify(aChangeEvent({ members: { [member]: value } }));

    expect(act).toThrow(
      expect.objectContaining({
        code: "invalid",
        field: expect.stringContaining(member) as string,
      }),
    );
  });

  test("unknown members, parameters and types pass", () => {
    const event = aChangeEvent({
      pre: ACTIVE,
      target: { ...SUBMITTED, channels: [{ __type: "New:http://x", Value: [1] }], gone: null },
      members: { InitiatingUserAgent: "", FromTheFuture: { deep: [1] }, SharedVariables: "odd" },
    });

    expect(typesOf(event)).toEqual(["OrderSubmitted"]);
  });

  test("wrapped values count like plain ones", () => {
    const event = aChangeEvent({
      pre: ACTIVE,
      target: { statecode: { __type: "Int32:#System", __value: 1 } },
    });

    expect(typesOf(event)).toEqual(["OrderSubmitted"]);
  });
});
