import { serveChild } from "../child.ts";
import { type HostInfo, type HostOptions, startHost } from "./host.ts";

serveChild<HostOptions, HostInfo>(startHost);
