import type { Organization } from "../organization.ts";
import type { Row } from "../schema/column.ts";
import { contractJson } from "./contractJson.ts";
import {
  contractValue,
  entity,
  entityParameter,
  type KeyValue,
  type NameOf,
  reference,
  withoutNames,
} from "./contractValue.ts";
import { formattedValue } from "./formattedValue.ts";
import type { Changes, SaveEvent } from "./saveEvent.ts";
import type { Step } from "./step.ts";

type ContextOptions = {
  readonly event: SaveEvent;
  readonly step: Step;
  /** The system job's id when asynchronous; a synchronous step runs under the request's. */
  readonly operationId: string;
  readonly organization: Organization;
  readonly nameOf: NameOf;
};

/** JSON text of the event as a step posts it: Stage 40, and the core operation as its ParentContext. */
export function remoteExecutionContext(options: ContextOptions): string {
  const { event, step, nameOf } = options;
  const asynchronous = step.mode === "asynchronous";
  const stepName = asynchronous ? null : step.name;
  return contractJson(
    frame(options, {
      input: [{ key: "Target", value: target(event, nameOf) }],
      output: event.message === "Create" ? [{ key: "id", value: event.id }] : [],
      stepName,
      parent: frame(options, {
        input: [
          { key: "Target", value: sentTarget(event) },
          { key: "SuppressDuplicateDetection", value: false },
        ],
        output: [],
        stepName: asynchronous ? null : "ObjectModel Implementation",
        parent: null,
        postImages: [],
        preImages: [],
        shared: [...autoTransact, { key: "x-ms-app-name", value: "contoso_SalesHub" }],
        stage: 30,
      }),
      postImages: [
        ...(asynchronous
          ? [image("AsynchronousStepPrimaryName", event, primaryName(event), event.after, nameOf)]
          : []),
        ...(step.postImage.length > 0
          ? [image("PostImage", event, step.postImage, event.after, nameOf)]
          : []),
      ],
      preImages:
        step.preImage.length > 0 && event.before !== undefined
          ? [image("PreImage", event, step.preImage, event.before, nameOf)]
          : [],
      shared: sharedVariables(event, asynchronous),
      stage: 40,
    }),
  );
}

type Frame = {
  readonly input: readonly KeyValue[];
  readonly output: readonly KeyValue[];
  readonly stepName: string | null;
  readonly parent: unknown;
  readonly postImages: readonly KeyValue[];
  readonly preImages: readonly KeyValue[];
  readonly shared: readonly KeyValue[];
  readonly stage: number;
};

/** Members in alphabetical order, as captured. */
function frame({ event, step, operationId, organization }: ContextOptions, parts: Frame) {
  const asynchronous = step.mode === "asynchronous";
  return {
    BusinessUnitId: organization.businessUnitId,
    CorrelationId: event.correlationId,
    Depth: 1,
    InitiatingUserAgent: "",
    InitiatingUserAzureActiveDirectoryObjectId: organization.userEntraId,
    InitiatingUserId: organization.userId,
    InputParameters: parts.input,
    IsExecutingOffline: false,
    IsInTransaction: !asynchronous,
    IsOfflinePlayback: false,
    IsolationMode: 1,
    MessageName: event.message,
    Mode: asynchronous ? 1 : 0,
    OperationCreatedOn: asynchronous
      ? `/Date(${wholeSeconds(event.at)}+0000)/`
      : `/Date(${event.at})/`,
    OperationId: operationId,
    OrganizationId: organization.id,
    OrganizationName: organization.name,
    OutputParameters: parts.output,
    OwningExtension: reference({ table: "sdkmessageprocessingstep", id: step.id }, parts.stepName),
    ParentContext: parts.parent,
    PostEntityImages: parts.postImages,
    PreEntityImages: parts.preImages,
    PrimaryEntityId: event.id,
    PrimaryEntityName: event.table.logicalName,
    RequestId: event.requestId,
    SecondaryEntityName: "none",
    SharedVariables: parts.shared,
    Stage: parts.stage,
    UserAzureActiveDirectoryObjectId: organization.userEntraId,
    UserId: organization.userId,
  };
}

const autoTransact: readonly KeyValue[] = [{ key: "IsAutoTransact", value: true }];

function sharedVariables({ message, tag }: SaveEvent, asynchronous: boolean): KeyValue[] {
  return [
    ...autoTransact,
    ...(asynchronous ? [] : [{ key: "AcceptLang", value: "en-US,en;q=0.9" }]),
    ...(asynchronous || message !== "Create" ? [] : [{ key: "DefaultsAddedFlag", value: true }]),
    ...(tag === undefined ? [] : [{ key: "tag", value: tag }]),
  ];
}

function target(event: SaveEvent, nameOf: NameOf) {
  return entityParameter({
    table: event.table.logicalName,
    id: event.id,
    attributes: attributes(event, event.target, withoutNames),
    // Captured Update targets have none.
    formatted: event.message === "Create" ? formatted(event, event.target, nameOf) : [],
  });
}

function sentTarget(event: SaveEvent) {
  const { [event.table.primaryId]: _given, ...sent } = event.sent;
  return entityParameter({
    table: event.table.logicalName,
    id: event.id,
    attributes: attributes(event, { ...sent, [event.table.primaryId]: event.id }, withoutNames),
  });
}

/** Key columns of a row that images and the system job's own post image name it by. */
function primaryName({ table }: SaveEvent): string[] {
  return [table.primaryName, table.primaryId];
}

/** Columns without a value are left out of images. */
function image(
  alias: string,
  event: SaveEvent,
  columns: readonly string[],
  row: Row,
  nameOf: NameOf,
): KeyValue {
  const filled = columns.filter((column) => (row[column] ?? null) !== null);
  const values = Object.fromEntries(filled.map((column) => [column, row[column] ?? null]));
  return {
    key: alias,
    value: entity({
      table: event.table.logicalName,
      id: event.id,
      attributes: attributes(event, values, nameOf),
      formatted: formatted(event, values, nameOf),
    }),
  };
}

function attributes({ table }: SaveEvent, values: Changes, nameOf: NameOf): KeyValue[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const column = table.columns[key];
    return column === undefined ? [] : [{ key, value: contractValue(column, value, nameOf) }];
  });
}

function formatted({ table }: SaveEvent, values: Changes, nameOf: NameOf): KeyValue[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const column = table.columns[key];
    const text = column && formattedValue(column, value, nameOf);
    return text === undefined ? [] : [{ key, value: text }];
  });
}

function wholeSeconds(ms: number): number {
  return ms - (ms % 1_000);
}
