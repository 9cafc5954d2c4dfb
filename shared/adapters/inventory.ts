import { z } from "zod";
import type { FulfilmentPorts } from "../domain/fulfilOrder.ts";
import { Shortage } from "../domain/orderState.ts";
import { ParkError } from "../errors.ts";
import type { KeyedHttp } from "./keyedHttp.ts";

const Reservation = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.literal("reserved"), reservationId: z.string() }),
  z.object({ outcome: z.literal("short"), shortages: z.array(Shortage) }),
  z.object({ outcome: z.literal("released") }),
]);

const Release = z.object({ outcome: z.enum(["released", "nothing-reserved"]) });

export function createInventory({ post }: Pick<KeyedHttp, "post">): FulfilmentPorts["inventory"] {
  return {
    async reserve(key, request) {
      const answer = await post("/reservations", key, request, Reservation);
      if (answer.outcome !== "released") return answer;
      // Only a worker that lost its lease reserves what another has undone: its message must look again.
      throw new ParkError("reservation-released", `${key} was released before`);
    },
    release: (key, reservationKey) => post("/releases", key, { reservationKey }, Release),
  };
}
