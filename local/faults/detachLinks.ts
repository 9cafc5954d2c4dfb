import type { Fault } from "./fault.ts";

/** Detaches links as the service does when it moves an entity to another node; clients attach again. */
export const detachLinks: Fault = ({ detach }, { text }) => ({ detached: detach(text("address")) });
