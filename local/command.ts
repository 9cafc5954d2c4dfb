/** A command that stays until Ctrl-C: what it started, and a promise for the case that a part of it ends alone. */
type Started = { readonly stop: () => Promise<void>; readonly ended: Promise<unknown> };

/**
 * Runs a command of `npm run`: starts, stays, and stops once on Ctrl-C, SIGTERM or when a part ends.
 * A failure to start (a taken port, a wrong option) is one clear line and exit code 1.
 */
export async function runCommand(start: (print: (line: string) => void) => Promise<Started>) {
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  let stopping = false;
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => resolve());
  });
  try {
    const starting = start(print);
    const { stop, ended } = await starting;
    print("Stops with Ctrl-C.");
    await Promise.race([
      interrupted,
      ended.then(() => {
        if (stopping) return;
        process.stderr.write("a process ended by itself; stopping the others\n");
        process.exitCode = 1;
      }),
    ]);
    stopping = true;
    await stop();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
  process.exit();
}
