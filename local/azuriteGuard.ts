/**
 * Preloaded into Azurite's process: it must not outlive the supervisor, and Ctrl-C, which reaches the
 * whole process group, must not stop it while the host still finishes its work.
 */
const orphaned = () => process.exit();
process.on("disconnect", orphaned);
// A listener keeps the channel, and with it the process, alive; after "shutdown" it shall end by itself.
process.once("message", () => process.off("disconnect", orphaned));

process.on("SIGINT", () => {});
process.on("newListener", (event, listener) => {
  if (event === "SIGINT") queueMicrotask(() => process.removeListener("SIGINT", listener));
});
