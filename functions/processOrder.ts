import { OrderEvent } from "../shared/domain/orderEvent.ts";
import { parseJson } from "../shared/json.ts";
import { parse } from "../shared/parse.ts";
import { rawBody } from "../shared/rawBody.ts";
import type { FunctionApp, Services } from "../shared/services.ts";

/** A reference to a row is a few hundred bytes. */
const MAX_BYTES = 64 * 1024;

/** Queue `orders` → the order is where its row says it should be: fulfilled, back-ordered, undone or left alone. */
export function registerProcessOrder(
  app: FunctionApp,
  { processOrder, settle }: Pick<Services, "processOrder" | "settle">,
): void {
  app.serviceBusQueue("processOrder", {
    connection: "SERVICE_BUS",
    queueName: "%ORDERS_QUEUE%",
    ...rawBody,
    handler: settle("orders", async (body, context, delivery) => {
      const event = parse(OrderEvent, parseJson(body, { maxBytes: MAX_BYTES }));
      const processed = await processOrder(event, delivery);
      const { correlationId, door } = event;
      context.info("order processed", { ...processed, correlationId, door });
    }),
  });
}
