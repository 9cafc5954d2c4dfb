/** A JSON number that a double would write with other digits (`1249.50`, 2^53 + 1): no text, until it is asked for its own. */
export class ExactNumber {
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }

  toString(): string {
    return this.digits;
  }
}
