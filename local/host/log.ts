/** Levels as @azure/functions names them, least severe first. */
export type LogLevel =
  | "trace"
  | "debug"
  | "information"
  | "warning"
  | "error"
  | "critical"
  | "none";

const severity: Readonly<Record<LogLevel, number>> = {
  trace: 0,
  debug: 1,
  information: 2,
  warning: 3,
  error: 4,
  critical: 5,
  none: 6,
};

/** Takes one finished line, without line end. */
export type LogSink = (line: string) => void;

/** The lowest level shown for each category prefix; `default` is for the rest. */
export type LogLevels = Readonly<Record<string, LogLevel>>;

export type Log = (level: LogLevel, category: string, message: string) => void;

/**
 * One line an event: time, level, category, message. As in .NET the longest category prefix decides
 * (`Function.placeOrder.User` is ruled by `Function`). Callers keep secrets and bodies out of messages.
 */
export function createLog(sink: LogSink, levels: LogLevels, now: () => number): Log {
  const thresholds = new Map<string, number>();
  const threshold = (category: string) => {
    let known = thresholds.get(category);
    if (known === undefined) {
      known = severity[levelFor(category, levels)];
      thresholds.set(category, known);
    }
    return known;
  };
  return (level, category, message) => {
    if (level === "none" || severity[level] < threshold(category)) return;
    sink(`[${new Date(now()).toISOString()}] ${level} ${category}: ${message}`);
  };
}

export function isLogLevel(value: string): value is LogLevel {
  return Object.hasOwn(severity, value);
}

function levelFor(category: string, levels: LogLevels): LogLevel {
  let best = "";
  for (const prefix of Object.keys(levels)) {
    const rules = category === prefix || category.startsWith(`${prefix}.`);
    if (rules && prefix.length > best.length) best = prefix;
  }
  return levels[best === "" ? "default" : best] ?? "information";
}
