import type { Container } from "rhea";

/** A mechanism that lets everybody in: what protects an emulator is that it listens on loopback only. */
const openMechanism = () => ({
  outcome: undefined as boolean | undefined,
  username: undefined as string | undefined,
  start() {
    this.outcome = true;
    this.username = "anonymous";
  },
});

/** MSSBCBS is what uamqp and .NET ask for before they send their tokens to $cbs. */
const MECHANISMS = ["ANONYMOUS", "PLAIN", "EXTERNAL", "MSSBCBS"];

export function offerMechanisms(container: Container): void {
  const offered = container.sasl_server_mechanisms as unknown as Record<string, unknown>;
  for (const mechanism of MECHANISMS) offered[mechanism] = openMechanism;
}
