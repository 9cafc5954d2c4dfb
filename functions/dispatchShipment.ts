import { WarehouseCommand } from "../shared/domain/warehouseCommand.ts";
import { parseJson } from "../shared/json.ts";
import { parse } from "../shared/parse.ts";
import { rawBody } from "../shared/rawBody.ts";
import type { FunctionApp, Services } from "../shared/services.ts";

/** Above what a Standard message carries. */
const MAX_BYTES = 256 * 1024;

/** Queue `warehouse` → the warehouse has carried the command out, in the order's own sequence. */
export function registerDispatchShipment(
  app: FunctionApp,
  { dispatchShipment, settle }: Pick<Services, "dispatchShipment" | "settle">,
): void {
  app.serviceBusQueue("dispatchShipment", {
    connection: "SERVICE_BUS",
    queueName: "%WAREHOUSE_QUEUE%",
    ...rawBody,
    handler: settle("warehouse", async (body, context, delivery) => {
      const command = parse(WarehouseCommand, parseJson(body, { maxBytes: MAX_BYTES }));
      const dispatched = await dispatchShipment(command, delivery);
      const { order, type } = command;
      context.info("warehouse command dispatched", { order, type, ...dispatched });
    }),
  });
}
