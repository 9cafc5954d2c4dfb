import type { App } from "./dataverse/doors/app.ts";
import type { EnvironmentLimits } from "./dataverse/environment.ts";
import type { MemoriesOptions } from "./memory/openMemories.ts";

/** Ports: 0 = any that is free. */
export type StandInsOptions = {
  readonly controlPort: number;
  readonly ports: {
    readonly dataverse: number;
    readonly creditBureau: number;
    readonly inventory: number;
    readonly warehouse: number;
    readonly procurement: number;
  };
  /** Where Dataverse's plug-in and webhook find the app; may follow later by the control API. */
  readonly app?: App | undefined;
  /** Connection string of the namespace with the queue of the service endpoint. */
  readonly serviceBus: string;
  /** Queue of the service endpoint. */
  readonly queue?: string | undefined;
  readonly organizationId: string;
  /** Steps on other order tables start disabled; undefined = all are on. */
  readonly orderTable?: string | undefined;
  readonly limits?: Partial<EnvironmentLimits> | undefined;
  /** Where rows, answers, effects and jobs outlive the process; in memory only where absent. */
  readonly state?: Omit<MemoriesOptions, "log"> | undefined;
};

export type StandInsInfo = {
  readonly controlUrl: string;
  readonly urls: { readonly [Name in keyof StandInsOptions["ports"]]: string };
};
