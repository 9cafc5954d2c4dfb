import { serveChild } from "../child.ts";
import { startStandIns } from "./startStandIns.ts";

serveChild(startStandIns);
