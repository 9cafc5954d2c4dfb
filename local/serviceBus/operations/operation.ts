import type { ManagementReply, ManagementRequest } from "../../amqp/request.ts";
import type { Entity } from "../entity.ts";

/** One operation of an entity's `$management` node; an AmqpError is answered with its status. */
export type Operation = (entity: Entity, request: ManagementRequest) => ManagementReply;
