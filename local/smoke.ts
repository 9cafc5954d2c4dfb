import { smokeDocker } from "./smoke/docker.ts";
import { smokeFunc } from "./smoke/func.ts";
import { MissingTool } from "./smoke/play.ts";

/** `npm run smoke:func`, `npm run smoke:docker`: exit code 0 held, 1 did not hold, 2 the tool is missing. */
const smokes: Readonly<Record<string, (print: (line: string) => void) => Promise<void>>> = {
  func: smokeFunc,
  docker: smokeDocker,
};
const print = (line: string) => void process.stdout.write(`${line}\n`);
const [, , name = ""] = process.argv;

try {
  const smoke = smokes[name];
  if (smoke === undefined) throw new Error(`smoke takes ${Object.keys(smokes).join(" or ")}`);
  await smoke(print);
  print("Every act held.");
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = error instanceof MissingTool ? 2 : 1;
}
