import { IdempotencyConfig, makeIdempotent } from "@aws-lambda-powertools/idempotency";
import { makeHandlerIdempotent } from "@aws-lambda-powertools/idempotency/middleware";
import type { BasePersistenceLayer } from "@aws-lambda-powertools/idempotency/persistence";
import middyCore from "@middy/core";
import type { Call, Executor, ExecutorOptions, Steps } from "../executor.ts";
import { context, type LambdaAnswer, type LambdaEvent } from "./lambda.ts";

export type PowertoolsOptions = ExecutorOptions & {
  readonly wrapper: "function" | "middleware";
  /** A layer takes the settings of its first use, so each use has one of its own. */
  readonly newLayer: () => BasePersistenceLayer;
};

type Handler = (event: LambdaEvent, context?: unknown) => Promise<LambdaAnswer>;

/** A Lambda handler made idempotent as the library documents it: key and payload by JMESPath, the deadline by context. */
export function createPowertoolsExecutor(options: PowertoolsOptions): Executor {
  const { newLayer, wrapper, comparePayload, keepSteps, withoutDeadline } = options;
  const idempotency = {
    persistenceStore: newLayer(),
    config: new IdempotencyConfig({
      eventKeyJmesPath: "key",
      ...(comparePayload && { payloadValidationJmesPath: "payload" }),
    }),
  };

  const wrapped = ({ key, steps }: Call): Handler => {
    const { reserve, confirm } = keepSteps ? keeping(steps, key, newLayer) : steps;
    const handler: Handler = async () => {
      const reservation = await reserve();
      await confirm();
      return { reservation };
    };
    if (wrapper === "function") return makeIdempotent(handler, idempotency);
    const withMiddleware = middyCore(handler, { timeoutEarlyInMillis: 0 });
    return withMiddleware.use(makeHandlerIdempotent(idempotency));
  };

  // Lambda gives every handler a context, and the middleware always reads it.
  const lambdaContext = withoutDeadline && wrapper === "function" ? undefined : context;
  return {
    async run(call) {
      const { key, payload } = call;
      const invoke = wrapped(call);
      const { reservation } = await invoke({ key, payload }, lambdaContext);
      return reservation;
    },
  };
}

/** Each step made idempotent by itself, under the key and a prefix. */
function keeping(steps: Steps, key: string, newLayer: () => BasePersistenceLayer): Steps {
  const kept = <Answer>(keyPrefix: string, step: () => Promise<Answer>) => {
    const config = new IdempotencyConfig({ lambdaContext: context });
    const once = makeIdempotent((_key: string) => step(), {
      persistenceStore: newLayer(),
      config,
      keyPrefix,
    });
    return () => once(key);
  };
  return { reserve: kept("reserve", steps.reserve), confirm: kept("confirm", steps.confirm) };
}
