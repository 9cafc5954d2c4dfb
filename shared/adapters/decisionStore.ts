import type { TransactionAction } from "@azure/data-tables";
import { z } from "zod";
import type { CreditPorts, GivenAnswer, Remembered } from "../domain/checkCredit.ts";
import { LastDecision } from "../domain/creditDecision.ts";
import { sha256 } from "../patterns/digest.ts";
import { hasStatus, type Table } from "./tables.ts";

const AnswerRow = z.object({ body: z.string(), question: z.string() });
const LastRow = z.object({ decision: z.string() });
const LAST = "last";

export type DecisionStore = Pick<CreditPorts, "remember"> & {
  readonly recall: (accountId: string, key: string) => Promise<Remembered>;
};

/**
 * Table `credit`: an account is a partition, with a row for each answer given and one for the bureau's
 * last decision, so that both are read in one call and written in one transaction. The first answer under a
 * key stands, also when ours was written but its confirmation lost. Of two checks at once either's decision stays as the
 * last: they are no further apart than a check takes, and to tell them would cost another call. Limits and breaker are
 * the caller's.
 */
export function createDecisionStore(table: Table): DecisionStore {
  const recall: DecisionStore["recall"] = async (accountId, key) => {
    const { odata } = await import("@azure/data-tables");
    const rowKey = rowKeyOf(key);
    const filter = odata`PartitionKey eq ${accountId} and (RowKey eq ${rowKey} or RowKey eq ${LAST})`;
    const rows = await table.call(async (client, { abortSignal }) => {
      const found: Record<string, unknown>[] = [];
      for await (const row of client.listEntities({ queryOptions: { filter }, abortSignal })) {
        found.push(row);
      }
      return found;
    });
    const rowOf = (wanted: string) => rows.find((row) => row["rowKey"] === wanted);
    const [answer, last] = [rowOf(rowKey), rowOf(LAST)];
    return {
      answer: answer && AnswerRow.parse(answer),
      last: last && LastDecision.parse(JSON.parse(LastRow.parse(last).decision)),
    };
  };

  return {
    recall,

    remember: async (accountId, key, given, last) => {
      const rowKey = rowKeyOf(key);
      try {
        await table.call((client, options) =>
          client.submitTransaction(rowsOf(accountId, rowKey, given, last), options),
        );
        return given;
      } catch (error) {
        if (!hasStatus(error, 409)) throw error;
        return (await recall(accountId, key)).answer ?? given;
      }
    },
  };
}

function rowsOf(
  partitionKey: string,
  rowKey: string,
  { body, question }: GivenAnswer,
  last: LastDecision | undefined,
): TransactionAction[] {
  const answer: TransactionAction = ["create", { partitionKey, rowKey, body, question }];
  if (last === undefined) return [answer];
  const decision = JSON.stringify(last);
  return [answer, ["upsert", { partitionKey, rowKey: LAST, decision }, "Replace"]];
}

/** Keys are the caller's text; table keys take no `/ \ # ?`. */
function rowKeyOf(key: string): string {
  return `answer-${sha256(key)}`;
}
