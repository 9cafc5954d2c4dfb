import { endOfSound } from "./soundValue.ts";
import { byteAt, DESCRIBED, endOfValue, isList, isMap, malformed } from "./valueSize.ts";

/**
 * A message cut into its sections (AMQP 1.0 §3.2) without decoding them. Each view holds the section's
 * value without the descriptor; `bare` is the part that nobody between sender and receiver may change.
 */
export type Sections = {
  readonly header: Buffer | undefined;
  readonly messageAnnotations: Buffer | undefined;
  readonly properties: Buffer | undefined;
  readonly applicationProperties: Buffer | undefined;
  /** Properties, application properties, body and footer, as they are encoded. */
  readonly bare: Buffer;
  /** Body and footer. */
  readonly body: Buffer;
};

export const HEADER = 0x70;
export const DELIVERY_ANNOTATIONS = 0x71;
export const MESSAGE_ANNOTATIONS = 0x72;
export const PROPERTIES = 0x73;
export const APPLICATION_PROPERTIES = 0x74;
export const DATA = 0x75;

const FOOTER = 0x78;
const SMALL_ULONG = 0x53;
const ULONG = 0x80;

/**
 * Throws unless the sections before the body stand in their order, and all but the body can be decoded. To
 * be called where a message comes in: it is read, changed and handed on later, when there is nobody to refuse
 * it to.
 */
export function checkMessage(message: Buffer): void {
  let last = 0;
  for (let offset = 0; offset < message.length; ) {
    const { code, start, end } = sectionAt(message, offset);
    // rhea writes the footer before the body.
    if (code <= last && code < DATA) throw malformed("sections out of order");
    if (code < DATA || code === FOOTER) checkSection(message, code, start);
    last = code;
    offset = end;
  }
}

function checkSection(message: Buffer, code: number, start: number): void {
  const kind = byteAt(message, start);
  const isRight = code === HEADER || code === PROPERTIES ? isList(kind) : isMap(kind);
  if (!isRight) throw malformed("a section of another type than its own");
  endOfSound(message, start);
}

/** Views into `message`: they keep it alive, so copy what is stored. */
export function splitSections(message: Buffer): Sections {
  const views = new Map<number, Buffer>();
  let bareStart: number | undefined;
  let bodyStart: number | undefined;
  for (let offset = 0; offset < message.length; ) {
    const section = sectionAt(message, offset);
    if (section.code >= PROPERTIES) bareStart ??= offset;
    if (section.code >= DATA) bodyStart ??= offset;
    else views.set(section.code, message.subarray(section.start, section.end));
    offset = section.end;
  }
  return {
    header: views.get(HEADER),
    messageAnnotations: views.get(MESSAGE_ANNOTATIONS),
    properties: views.get(PROPERTIES),
    applicationProperties: views.get(APPLICATION_PROPERTIES),
    bare: message.subarray(bareStart ?? message.length),
    body: message.subarray(bodyStart ?? message.length),
  };
}

/** One section: its code and where its value lies. */
export function sectionAt(
  message: Buffer,
  offset: number,
): { readonly code: number; readonly start: number; readonly end: number } {
  if (byteAt(message, offset) !== DESCRIBED) throw malformed("a section without a descriptor");
  const code = sectionCode(message, offset + 1);
  if (code < HEADER || code > FOOTER) throw malformed("an unknown section");
  const start = endOfValue(message, offset + 1);
  return { code, start, end: endOfValue(message, start) };
}

function sectionCode(message: Buffer, offset: number): number {
  switch (byteAt(message, offset)) {
    case SMALL_ULONG:
      return byteAt(message, offset + 1);
    case ULONG:
      return byteAt(message, offset + 8);
    default:
      throw malformed("a section with a symbolic descriptor");
  }
}
