/** Decimal places that survive. Many values of one scale add up faster as whole units than as text. */
const SCALE = 12;

/** Plain decimal text of at most 12 places → whole units of 10^-12. */
export function toUnits(decimal: string): bigint {
  const negative = decimal.startsWith("-");
  const [whole = "0", fraction = ""] = decimal.replace("-", "").split(".");
  const units = BigInt(whole + fraction.padEnd(SCALE, "0"));
  return negative ? -units : units;
}

/** Whole units of 10^-12 → the shortest decimal text of the same value. */
export function fromUnits(units: bigint): string {
  const digits = (units < 0n ? -units : units).toString().padStart(SCALE + 1, "0");
  const fraction = digits.slice(-SCALE).replace(/0+$/, "");
  const whole = digits.slice(0, -SCALE);
  return `${units < 0n ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}
