/**
 * Preloaded into Azurite's process: it must not outlive the supervisor, and neither Ctrl-C nor a terminal
 * that closes, which reach the whole process group, must stop it while the host still finishes its work.
 */
const LAST_SAVE_MS = 5_000;

/** As when told to stop, so that it saves first. */
const orphaned = () => {
  process.emit("message", "shutdown", undefined);
  setTimeout(() => process.exit(), LAST_SAVE_MS).unref();
};
process.on("disconnect", orphaned);
// A listener keeps the channel, and with it the process, alive; after "shutdown" it shall end by itself.
process.once("message", () => process.off("disconnect", orphaned));

process.on("SIGHUP", () => {});
process.on("SIGINT", () => {});
process.on("newListener", (event, listener) => {
  if (event === "SIGINT") queueMicrotask(() => process.removeListener("SIGINT", listener));
});
