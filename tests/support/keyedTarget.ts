/** One effect a key, as the outside systems promise: the first answer again, and never another payload. */
export function createKeyedTarget() {
  const effects = new Map<string, { readonly payload: string; readonly answer: unknown }>();
  const calls: string[] = [];
  return {
    effects,
    calls,
    call<Answer>(key: string, payload: unknown, first: () => Answer): Answer {
      calls.push(key);
      const text = JSON.stringify(payload);
      const known = effects.get(key);
      if (known !== undefined && known.payload !== text) {
        throw new Error(`key ${key} came with another payload`);
      }
      if (known !== undefined) return known.answer as Answer;
      const answer = first();
      effects.set(key, { payload: text, answer });
      return answer;
    },
  };
}

export type KeyedTarget = ReturnType<typeof createKeyedTarget>;
