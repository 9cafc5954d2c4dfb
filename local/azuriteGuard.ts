/**
 * Preloaded into Azurite's process: it must not outlive the supervisor, and Ctrl-C, which reaches the
 * whole process group, must not stop it while the host still finishes its work.
 */
process.on("disconnect", () => process.exit());
process.on("SIGINT", () => {});
process.on("newListener", (event, listener) => {
  if (event === "SIGINT") queueMicrotask(() => process.removeListener("SIGINT", listener));
});
