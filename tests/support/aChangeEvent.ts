import { readFileSync } from "node:fs";

export const ORGANIZATION = "c0e1b9a4-6c2b-ee11-a66b-000d3a2b1c00";
export const ROW = "3f2a9c55-7e83-ef11-ac20-000d3a2b1c01";
export const CORRELATION = "5b0f9f0e-9f0e-4a53-8f0b-2d4f7f6b1a10";

const contract = (type: string) => `${type}:http://schemas.microsoft.com/xrm/2011/Contracts`;

export type Columns = Readonly<Record<string, unknown>>;

const choice = (value: number) => ({ __type: contract("OptionSetValue"), Value: value });
export const date = (ms: number) => `/Date(${ms})/`;

/** A row with every member that Dataverse writes. */
export function aRow(columns: Columns, id: string | null = ROW): Record<string, unknown> {
  return {
    __type: contract("Entity"),
    Attributes: Object.entries(columns).map(([key, value]) => ({ key, value })),
    EntityState: null,
    FormattedValues: [],
    Id: id,
    KeyAttributes: [],
    LogicalName: "salesorder",
    RelatedEntities: [],
    RowVersion: null,
  };
}

export const state = (statecode: number, statuscode?: number): Columns => ({
  statecode: choice(statecode),
  ...(statuscode !== undefined && { statuscode: choice(statuscode) }),
});

type Parts = {
  readonly target?: Columns;
  readonly pre?: Columns;
  readonly post?: Columns;
  /** Replaces or, when undefined, removes top-level members. */
  readonly members?: Readonly<Record<string, unknown>>;
};

/** An Update of a sales order as an asynchronous step posts it. */
export function aChangeEvent({ target, pre, post, members }: Parts = {}): Record<string, unknown> {
  const image = (key: string, columns: Columns | undefined) =>
    columns === undefined ? [] : [{ key, value: aRow(columns) }];
  const event = {
    CorrelationId: CORRELATION,
    InputParameters: target === undefined ? [] : [{ key: "Target", value: aRow(target) }],
    IsInTransaction: false,
    MessageName: "Update",
    OperationCreatedOn: "/Date(1731924725000-0700)/",
    OperationId: "402a9c55-7e83-ef11-ac20-000d3a2b1c01",
    OrganizationId: ORGANIZATION,
    ParentContext: null,
    PostEntityImages: image("PostImage", post),
    PreEntityImages: image("PreImage", pre),
    PrimaryEntityId: ROW,
    PrimaryEntityName: "salesorder",
    RequestId: "e2a0a0c6-0a52-4c5e-b0f4-6a6e0a3d5c77",
    ...members,
  };
  return Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined));
}

/** A payload exactly as it comes over the wire. */
export function payload(name: string): Uint8Array {
  return readFileSync(new URL(`../payloads/${name}`, import.meta.url));
}
