import {
  IdempotencyConfig,
  IdempotencyItemAlreadyExistsError,
  makeIdempotent,
} from "@aws-lambda-powertools/idempotency";
import {
  BasePersistenceLayer,
  type IdempotencyRecord,
} from "@aws-lambda-powertools/idempotency/persistence";

const context = { getRemainingTimeInMillis: () => 60_000 };

/** Powertools' part of one call under a key that nobody knows yet, over a layer that is a map. */
export function createPowertoolsCore(content: unknown) {
  const idempotent = (payloadValidationJmesPath?: string) => {
    const handler = makeIdempotent(
      async (_event: object, _context: object) => ({ reservation: "r" }),
      {
        persistenceStore: new MapLayer(),
        config: new IdempotencyConfig({
          eventKeyJmesPath: "key",
          ...(payloadValidationJmesPath !== undefined && { payloadValidationJmesPath }),
        }),
      },
    );
    return async (key: string): Promise<void> => void (await handler({ key, content }, context));
  };
  return { byKey: idempotent(), comparingPayload: idempotent("content") };
}

class MapLayer extends BasePersistenceLayer {
  readonly #records = new Map<string, IdempotencyRecord>();

  async _putRecord(record: IdempotencyRecord): Promise<void> {
    const existing = this.#records.get(record.idempotencyKey);
    if (existing !== undefined) throw new IdempotencyItemAlreadyExistsError("known", existing);
    this.#records.set(record.idempotencyKey, record);
  }

  async _getRecord(key: string): Promise<IdempotencyRecord> {
    const record = this.#records.get(key);
    if (record === undefined) throw new Error("unknown");
    return record;
  }

  async _updateRecord(record: IdempotencyRecord): Promise<void> {
    this.#records.set(record.idempotencyKey, record);
  }

  async _deleteRecord({ idempotencyKey }: IdempotencyRecord): Promise<void> {
    this.#records.delete(idempotencyKey);
  }
}
