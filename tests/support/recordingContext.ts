import { InvocationContext } from "@azure/functions";

export type LogLine = {
  readonly level: string;
  readonly event: unknown;
  readonly details: unknown;
};

/** A real InvocationContext whose log lines are kept. */
export function recordingContext(triggerMetadata: Record<string, unknown> = {}): {
  readonly context: InvocationContext;
  readonly lines: readonly LogLine[];
} {
  const lines: LogLine[] = [];
  const context = new InvocationContext({
    functionName: "test",
    triggerMetadata,
    logHandler: (level, event, details) => lines.push({ level, event, details }),
  });
  return { context, lines };
}
