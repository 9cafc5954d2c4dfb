import { emulatorPorts } from "./emulatorPorts.ts";
import { readLocalSettings } from "./host/settings.ts";
import { readOptions } from "./options.ts";
import { stateSettings } from "./state/stateSettings.ts";

const HOST_PORT = 7071;
const ORDER_TABLE = "salesorder";

/** Options of `npm start`. What nobody says is what the app's local.settings.json says, where it does. */
export async function readStartOptions(
  appDirectory: string,
  args = process.argv.slice(2),
  env: Readonly<Record<string, string | undefined>> = process.env,
) {
  const { values, httpPort } = await readLocalSettings(appDirectory);
  return readOptions(
    {
      ...stateSettings,
      hostPort: { default: httpPort ?? HOST_PORT, help: "the app's HTTP functions" },
      ...emulatorPorts,
      controlPort: { default: 7080, help: "control of the stand-ins" },
      dataversePort: { default: 7081, help: "Dataverse stand-in" },
      creditBureauPort: { default: 7082, help: "credit bureau stand-in" },
      inventoryPort: { default: 7083, help: "inventory stand-in" },
      warehousePort: { default: 7084, help: "warehouse stand-in" },
      procurementPort: { default: 7085, help: "procurement stand-in" },
      noAuth: { default: false, help: "ask for no keys, as func start does" },
      functionKey: { default: undefined, help: "function key; random where absent" },
      masterKey: { default: undefined, help: "master key; random where absent" },
      orderTable: {
        default: values["ORDER_TABLE"] ?? ORDER_TABLE,
        help: "salesorder or contoso_order",
      },
      inspectPort: { default: 0, help: "port for a debugger of the host" },
      hosts: { default: 1, help: "how many host processes share the work" },
    },
    args,
    env,
  );
}
