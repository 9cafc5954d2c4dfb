const DEVELOPMENT_STORAGE = /^\s*UseDevelopmentStorage=true\s*;?\s*$/i;

/** The connection string as the SDKs take it: they know the storage emulator's short form in one spelling only. */
export function writtenOut(connectionString: string): string {
  return DEVELOPMENT_STORAGE.test(connectionString)
    ? "UseDevelopmentStorage=true"
    : connectionString;
}
