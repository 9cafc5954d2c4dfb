import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";

/** `name version, name version …` of packages as they are installed. */
export function versionsOf(...packages: readonly string[]): string {
  return packages
    .map((name) => {
      const file = findPackageJSON(name, import.meta.url);
      if (file === undefined) throw new Error(`${name} is not installed`);
      const { version } = JSON.parse(readFileSync(file, "utf8")) as { version: string };
      return `${name} ${version}`;
    })
    .join(", ");
}
