import { TerminalError } from "../errors.ts";
import type {
  BureauDecision,
  CreditCheckRequest,
  CreditDecision,
  LastDecision,
} from "./creditDecision.ts";
import { byBureau, byLastDecision, byPolicy, type CreditPolicy } from "./creditRules.ts";

/** An answer as it was given: its bytes, and the question it answers. */
export type GivenAnswer = { readonly body: string; readonly question: string };

/** What the store knows that bears on a question. */
export type Remembered = {
  readonly answer?: GivenAnswer | undefined;
  readonly last?: LastDecision | undefined;
};

/** Each port has its own time limit and rejects when it is over; none may hang. */
export type CreditPorts = {
  readonly askBureau: (request: CreditCheckRequest, key: string) => Promise<BureauDecision>;
  /** May take longer than its limit while `bureau` is pending, which never rejects. */
  readonly recall: (
    accountId: string,
    key: string,
    bureau: Promise<unknown>,
  ) => Promise<Remembered>;
  /** Keeps the answer under its key unless there is one already, and returns the one that stands. */
  readonly remember: (
    accountId: string,
    key: string,
    given: GivenAnswer,
    last: LastDecision | undefined,
  ) => Promise<GivenAnswer>;
  readonly now: () => number;
};

export type CreditAnswer = {
  /** JSON of a CreditDecision; a repeat gets the very same bytes. */
  readonly body: string;
  /** What was decided for it; absent when it is replayed. */
  readonly decision?: CreditDecision;
  readonly replayed: boolean;
  /** Whom we had to do without. */
  readonly missing: readonly ("bureau" | "store")[];
};

/** `decided` hears an answer before it is stored, which takes time and must not change it. */
export type CheckCredit = (
  request: CreditCheckRequest,
  key: string,
  decided?: (answer: CreditAnswer) => void,
) => Promise<CreditAnswer>;

/**
 * Decides on a save: the bureau, else its last decision on the account, else the policy. Has no side
 * effect but memory, so there is no lease: a repeat in flight decides again, a later one is replayed
 * while the store answers. Throws TerminalError `key-reused` when the key was used for another question.
 */
export function createCheckCredit(
  { askBureau, recall, remember, now }: CreditPorts,
  policy: CreditPolicy,
): CheckCredit {
  return async (request, key, decided) => {
    const question = questionOf(request);
    const pending = outcomeOf(askBureau(request, key)); // beside the store, so that neither waits for the other
    const recalled = await outcomeOf(recall(request.accountId, key, pending));
    const { answer, last } = recalled.ok ? recalled.value : {};
    if (answer !== undefined) {
      return { body: bodyFor(question, answer), replayed: true, missing: [] };
    }
    const bureau = await pending;
    const decision = decide(request, bureau.ok ? bureau.value : undefined, last, policy, now());
    const given = { body: JSON.stringify(decision), question };
    const withoutBureau = bureau.ok ? [] : ["bureau" as const];
    const answered = { decision, replayed: false };
    decided?.({ ...answered, body: given.body, missing: [...withoutBureau, "store"] });
    const kept = await outcomeOf(
      remember(
        request.accountId,
        key,
        given,
        bureau.ok ? asLast(bureau.value, request, now()) : undefined,
      ),
    );
    return {
      ...answered,
      body: kept.ok ? bodyFor(question, kept.value) : given.body,
      missing: [...withoutBureau, ...(kept.ok ? [] : ["store" as const])],
    };
  };
}

function decide(
  request: CreditCheckRequest,
  bureau: BureauDecision | undefined,
  last: LastDecision | undefined,
  policy: CreditPolicy,
  now: number,
): CreditDecision {
  if (bureau !== undefined) return byBureau(bureau, request, now);
  const remembered = last && byLastDecision(last, request, policy, now);
  return remembered ?? byPolicy(request, policy, now);
}

function asLast(
  bureau: BureauDecision,
  { amount, currency }: CreditCheckRequest,
  decidedAt: number,
): LastDecision {
  return { ...bureau, askedAmount: amount, askedCurrency: currency, decidedAt };
}

function questionOf(request: CreditCheckRequest): string {
  const { requestId, orderTable, orderId, accountId, amount, currency } = request;
  return [requestId, orderTable, orderId, accountId, amount, currency].join(" ");
}

function bodyFor(question: string, answer: GivenAnswer): string {
  if (answer.question === question) return answer.body;
  throw new TerminalError(
    "key-reused",
    "this Idempotency-Key was used for another question; make it of RequestId and a digest of what is asked",
  );
}

type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false };

/** A port that fails is an answer of its own here: the next one in line decides. */
function outcomeOf<T>(work: Promise<T>): Promise<Outcome<T>> {
  return work.then(
    (value) => ({ ok: true, value }),
    () => ({ ok: false }),
  );
}
