/** How many random histories a pure pattern is put through; `PROPERTY_RUNS` for more, or for a quick look. */
export const HISTORIES = Number(process.env["PROPERTY_RUNS"] ?? 10_000);
