import type { Door, Posted } from "./door.ts";

/** A door that posts what is remembered: a posting that cannot be remembered now stays here for later. */
export function afterCommit(door: Door, commit: () => void): Door {
  return {
    post: async (posting): Promise<Posted> => {
      try {
        commit();
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        return { attempts: [], outcome: "retry-later", message };
      }
      return door.post(posting);
    },
  };
}
