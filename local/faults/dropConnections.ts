import type { Fault } from "./fault.ts";

/** Cuts the connections of all clients; who keeps a lock may settle it by `$management`. */
export const dropConnections: Fault = ({ cutConnections }) => ({ dropped: cutConnections() });
