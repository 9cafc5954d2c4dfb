import { credentialOf } from "./credential.ts";

/** Bearer token for an environment: the fixed one of an emulator, else the app's identity asks for one. */
export function createDataverseToken({
  url,
  fixedToken,
}: {
  readonly url: string;
  readonly fixedToken: string | undefined;
}): () => Promise<string> {
  return async () => {
    if (fixedToken !== undefined) return fixedToken;
    const credential = await credentialOf({});
    const token = await credential.getToken(`${url}/.default`);
    if (token === null) throw new Error("the identity got no token for Dataverse");
    return token.token;
  };
}
