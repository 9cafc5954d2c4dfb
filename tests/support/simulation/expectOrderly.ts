import { expect } from "vitest";
import type { simulate } from "./simulate.ts";

export type Simulated = Awaited<ReturnType<typeof simulate>>;

/** What must hold after every simulation, whatever happened in it. */
export function expectOrderly({ orders, left, deadLetters, carriedOut }: Simulated): void {
  expect({ left, deadLetters }).toEqual({ left: 0, deadLetters: [] });
  const keys = carriedOut.map(({ command }) => command.key);
  expect(new Set(keys).size).toBe(keys.length);
  for (const { submitted, standing, held, commands, approved } of orders) {
    const live = standing === undefined ? [] : [standing];
    expect(held).toBe(false);
    expect(live).toHaveLength(submitted ? 1 : 0);
    expect(approved).toEqual(live);
    expect(commands).toEqual(
      commands.map((_, index) =>
        index % 2 === 0 ? `${index + 1} requestShipment` : `${index + 1} cancelShipment`,
      ),
    );
  }
}
