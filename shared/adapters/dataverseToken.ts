import { credentialOf } from "./credential.ts";

/** Bearer token for an environment: the fixed one of an emulator, else the app's identity asks for one. */
export function createDataverseToken({
  url,
  fixedToken,
  clientId,
}: {
  readonly url: string;
  readonly fixedToken: string | undefined;
  /** Of a user-assigned identity. */
  readonly clientId: string | undefined;
}): (signal: AbortSignal) => Promise<string> {
  return async (abortSignal) => {
    if (fixedToken !== undefined) return fixedToken;
    const credential = await credentialOf({ clientId });
    const token = await credential.getToken(`${url}/.default`, { abortSignal });
    if (token === null) throw new Error("the identity got no token for Dataverse");
    return token.token;
  };
}
