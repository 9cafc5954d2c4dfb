import type { TableClient } from "@azure/data-tables";
import type { Table } from "../../shared/adapters/tables.ts";

/** What happens to the n-th call of an operation of the table client. */
export type TableFault = (operation: string, calls: number) => "lose-answer" | "fail" | undefined;

/** The real table, each operation noted, and told to fail or to lose its answer by `fault`. */
export function spiedTable(
  table: Table,
  fault: TableFault = () => undefined,
): { readonly spied: Table; readonly operations: string[] } {
  const operations: string[] = [];
  const spied: Table = {
    call: (operation) =>
      table.call((client, options) => {
        const proxy = new Proxy(client, {
          get: (target, name: keyof TableClient) => {
            const method: unknown = Reflect.get(target, name);
            if (typeof method !== "function") return method;
            return (...args: unknown[]) => {
              operations.push(name);
              const fate = fault(name, operations.filter((one) => one === name).length);
              if (fate === "fail") throw new Error("the table is down");
              const result: unknown = method.apply(target, args);
              if (fate !== "lose-answer") return result;
              return Promise.resolve(result).then(() => {
                throw new Error("the answer got lost");
              });
            };
          },
        });
        return operation(proxy, options);
      }),
  };
  return { spied, operations };
}
