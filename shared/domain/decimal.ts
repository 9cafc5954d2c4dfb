import { z } from "zod";

/**
 * Decimal text such as `1249.50`: how money and quantities travel from the first parse to the last write. The
 * arithmetic is exact at any size; a result has the scale it needs (sum: the larger, product: both together).
 */
export const Decimal = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/, "must be decimal text, such as 12.50")
  .max(64);

type Scaled = { readonly units: bigint; readonly scale: number };

export function addDecimals(left: string, right: string): string {
  const [a, b, scale] = aligned(left, right);
  return toText({ units: a + b, scale });
}

export function multiplyDecimals(left: string, right: string): string {
  const a = scaled(left);
  const b = scaled(right);
  return toText({ units: a.units * b.units, scale: a.scale + b.scale });
}

/** Negative, zero or positive, as a sort comparator wants it: `1.5` and `1.50` are equal. */
export function compareDecimals(left: string, right: string): number {
  const [a, b] = aligned(left, right);
  return a < b ? -1 : a > b ? 1 : 0;
}

function aligned(left: string, right: string): [bigint, bigint, number] {
  const a = scaled(left);
  const b = scaled(right);
  const scale = Math.max(a.scale, b.scale);
  return [rescaled(a, scale), rescaled(b, scale), scale];
}

function rescaled({ units, scale }: Scaled, to: number): bigint {
  return units * 10n ** BigInt(to - scale);
}

function scaled(text: string): Scaled {
  if (!/^-?\d+(\.\d+)?$/.test(text)) throw new RangeError("not decimal text");
  const point = text.indexOf(".");
  if (point === -1) return { units: BigInt(text), scale: 0 };
  const scale = text.length - point - 1;
  return { units: BigInt(text.slice(0, point) + text.slice(point + 1)), scale };
}

function toText({ units, scale }: Scaled): string {
  if (scale === 0) return units.toString();
  const sign = units < 0n ? "-" : "";
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
