/** A decimal as an integer count of 10^-scale: money and quantities never pass through a double. */
type Decimal = { readonly units: bigint; readonly scale: number };

const decimalText = /^(-?)(\d+)(?:\.(\d+))?$/;

function parse(text: string): Decimal {
  const match = decimalText.exec(text);
  if (match === null) throw new RangeError(`${JSON.stringify(text)} is not decimal text`);
  const [, sign = "", whole = "0", fraction = ""] = match;
  return { units: BigInt(`${sign}${whole}${fraction}`), scale: fraction.length };
}

function format({ units, scale }: Decimal): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const fraction = scale === 0 ? "" : `.${digits.slice(-scale)}`;
  return `${units < 0n ? "-" : ""}${whole}${fraction}`;
}

function unitsAt({ units, scale }: Decimal, target: number): bigint {
  return units * 10n ** BigInt(target - scale);
}

/** Negative, zero or positive, as `left` is less than, equal to or more than `right`. */
export function compareDecimals(left: string, right: string): number {
  const [a, b] = [parse(left), parse(right)];
  const scale = Math.max(a.scale, b.scale);
  const difference = unitsAt(a, scale) - unitsAt(b, scale);
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}

export function addDecimals(left: string, right: string): string {
  const [a, b] = [parse(left), parse(right)];
  const scale = Math.max(a.scale, b.scale);
  return format({ units: unitsAt(a, scale) + unitsAt(b, scale), scale });
}

export function subtractDecimals(left: string, right: string): string {
  return addDecimals(left, right.startsWith("-") ? right.slice(1) : `-${right}`);
}

export function multiplyDecimals(left: string, right: string): string {
  const [a, b] = [parse(left), parse(right)];
  return format({ units: a.units * b.units, scale: a.scale + b.scale });
}

/** The same number with exactly `scale` decimals; excess digits are rounded half up, away from zero. */
export function withScale(text: string, scale: number): string {
  const value = parse(text);
  if (value.scale <= scale) return format({ units: unitsAt(value, scale), scale });
  const divisor = 10n ** BigInt(value.scale - scale);
  const half = value.units < 0n ? -divisor / 2n : divisor / 2n;
  return format({ units: (value.units + half) / divisor, scale });
}
