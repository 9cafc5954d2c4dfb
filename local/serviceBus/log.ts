/** Hears of our own faults: none of them ends the process, and none goes unseen. */
export type Log = (event: string, details: Readonly<Record<string, unknown>>) => void;
