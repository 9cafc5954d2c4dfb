import type { Typed } from "rhea";
import { encodeSection, itemsOf } from "../amqp/codec/compound.ts";
import { encodeTyped } from "../amqp/codec/encodeTyped.ts";
import { encodeString, readText } from "../amqp/codec/scalar.ts";
import { APPLICATION_PROPERTIES, splitSections } from "../amqp/codec/sections.ts";

/**
 * The bare message with these application properties set, each with the AMQP type it has; the other
 * ones, properties and body stay byte for byte.
 */
export function withApplicationProperties(
  bare: Buffer,
  changes: readonly (readonly [string, Typed])[],
): Buffer {
  if (changes.length === 0) return bare;
  const { applicationProperties, body } = splitSections(bare);
  const entries = new Map<string, Buffer[]>();
  const items = applicationProperties ? soundItems(applicationProperties) : [];
  for (let index = 0; index + 1 < items.length; index += 2) {
    const [key, value] = [items[index], items[index + 1]];
    if (key && value) entries.set(readText(key) ?? key.toString("hex"), [key, value]);
  }
  for (const [name, value] of changes) entries.set(name, [encodeString(name), encodeTyped(value)]);

  const section = encodeSection(APPLICATION_PROPERTIES, "map", [...entries.values()].flat());
  return Buffer.concat([beforeApplicationProperties(bare), section, body]);
}

/** None of a section that is no map: files from before `checkMessage` may hold one, and it must not stay in the way. */
function soundItems(section: Buffer): readonly Buffer[] {
  try {
    return itemsOf(section);
  } catch {
    return [];
  }
}

/** The properties section with its descriptor, or nothing. */
function beforeApplicationProperties(bare: Buffer): Buffer {
  const { properties } = splitSections(bare);
  if (!properties) return bare.subarray(0, 0);
  return bare.subarray(0, properties.byteOffset + properties.length - bare.byteOffset);
}
