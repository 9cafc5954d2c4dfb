import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What a state folder says of itself. */
export type Manifest = {
  readonly createdAt: string;
  /** Being emptied: what is left in the folder is not to be used any more. */
  readonly clearing: boolean;
  /** The entities of the last start. */
  readonly queues: readonly string[];
  readonly hubs: readonly string[];
  /** The parts that have been up: from then on their files must be there. */
  readonly begun: readonly string[];
};

export type ManifestSight =
  | { readonly kind: "none" }
  | { readonly kind: "manifest"; readonly manifest: Manifest }
  | { readonly kind: "unusable"; readonly reason: string };

export const MANIFEST_FILE = "manifest.json";
const FORMAT = "dataverse-azure-integration state";
const VERSION = 1;

export function readManifest(directory: string): ManifestSight {
  let text: string;
  try {
    text = readFileSync(join(directory, MANIFEST_FILE), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { kind: "none" };
    throw error;
  }
  const found = parseObject(text);
  const { format, version } = found;
  if (format !== FORMAT || typeof version !== "number") {
    return { kind: "unusable", reason: `its ${MANIFEST_FILE} is damaged or of another program` };
  }
  if (version > VERSION) {
    const reason = `it was written by a newer version (format ${version}, this one reads ${VERSION})`;
    return { kind: "unusable", reason };
  }
  const manifest = { begun: [], ...found }; // which older ones do not have
  return isManifest(manifest)
    ? { kind: "manifest", manifest }
    : { kind: "unusable", reason: `its ${MANIFEST_FILE} is damaged` };
}

/** Written whole or not at all. */
export function writeManifest(directory: string, manifest: Manifest): void {
  const path = join(directory, MANIFEST_FILE);
  const content = { format: FORMAT, version: VERSION, ...manifest };
  writeFileSync(`${path}.new`, `${JSON.stringify(content, undefined, 2)}\n`, { flush: true });
  renameSync(`${path}.new`, path);
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function isManifest(found: object): found is Manifest {
  const { createdAt, clearing, queues, hubs, begun } = found as Partial<Record<string, unknown>>;
  return (
    typeof createdAt === "string" &&
    !Number.isNaN(Date.parse(createdAt)) &&
    typeof clearing === "boolean" &&
    isTexts(queues) &&
    isTexts(hubs) &&
    isTexts(begun)
  );
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}
