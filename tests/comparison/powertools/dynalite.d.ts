declare module "dynalite" {
  import type { Server } from "node:http";

  /** DynamoDB in this process, in memory unless it is given a path. */
  export default function dynalite(options?: { readonly createTableMs?: number }): Server;
}
