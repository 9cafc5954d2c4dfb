import * as fc from "fast-check";
import { expect, test } from "vitest";
import { toTypedText, toTypedTexts } from "../../../../../local/host/converters/toTypedText.ts";
import type { TypedData } from "../../../../../local/host/typedData.ts";

/** What @azure/functions makes of it: a text is parsed if it can be. */
function asTheLibraryReads(data: TypedData): unknown {
  const parsed = (text: string): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  };
  if (data.string !== undefined) return parsed(data.string);
  if (data.json !== undefined) return JSON.parse(data.json);
  return data.collectionString?.string.map(parsed);
}

const texts = fc.oneof(
  fc.string(),
  fc.json(),
  fc.uuid(),
  fc.constantFrom(
    "007",
    "-1",
    "1e3",
    "true",
    " null ",
    "nullable",
    "+1",
    "",
    "{",
    "[]",
    '"x"',
    "\u00a01",
  ),
  fc.integer().map(String),
);

test("arrives as if it had been sent as a string", () => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(asTheLibraryReads(toTypedText(text))).toEqual(asTheLibraryReads({ string: text }));
    }),
  );
});

test("an id of digits loses precision, as in the real host", () => {
  const arrived = asTheLibraryReads(toTypedText("123456789012345678901"));

  expect(arrived).toBe(123456789012345680000);
});

test("an ordinary id costs the library no failing parse", () => {
  const sent = toTypedText("6f9619ff-8b86-d011-b42d-00cf4fc964ff");

  expect(sent).toEqual({ json: '"6f9619ff-8b86-d011-b42d-00cf4fc964ff"' });
});

test("texts of a batch lose their empty ones and arrive as if each were parsed", () => {
  fc.assert(
    fc.property(fc.array(fc.option(texts)), (batch) => {
      const present = batch.filter((text) => text !== null && text !== "") as string[];

      expect(asTheLibraryReads(toTypedTexts(batch))).toEqual(
        asTheLibraryReads({ collectionString: { string: present } }),
      );
    }),
  );
});
